//! The whole program: a signed webhook in, an answer in the group out.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use chitieu::app::App;
use chitieu::config::Config;
use serde_json::json;
use sqlx::Connection as _;
use tokio_util::sync::CancellationToken;

use super::{GROUP, nobody, zalo};
use crate::fake::zalo_oa::{APP_ID, APP_SECRET, Call, FIRST_REFRESH, FakeZaloOa, SECRET_KEY, Signer};

const PERSON: &str = "6ede9afa66b88fe6d6a9";

/// Waits until something is so, at most ten seconds.
async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..200 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} within ten seconds");
}

#[tokio::test]
async fn a_signed_event_is_answered_in_its_group_once() {
    let zalo = zalo().await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite://{}", folder.path().join("office.db").display());
    let address = nobody().await;
    let table = [
        ("DATABASE_URL", database.as_str()),
        ("HTTP_ADDR", &address),
        ("ZALO_OA_APP_ID", APP_ID),
        ("ZALO_OA_APP_SECRET", APP_SECRET),
        ("ZALO_OA_SECRET_KEY", SECRET_KEY),
        ("ZALO_OA_REFRESH_TOKEN", FIRST_REFRESH),
        ("ZALO_OA_API_URL", zalo.url()),
        ("ZALO_OA_OAUTH_URL", zalo.url()),
    ];
    let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    let app = App::build(Config::from_lookup(&lookup).expect("a sound configuration")).await.expect("built");
    let stop = CancellationToken::new();
    let running = tokio::spawn(app.run(stop.clone()));
    let hook = format!("http://{address}/webhooks/zalo-oa");
    until("a first renewal", || zalo.count(Call::Refresh) == 1).await;

    // What is not Zalo's.
    let event = zalo.event(GROUP, PERSON, "/help").to_string();
    let other = zalo.event(GROUP, PERSON, "/status").to_string();
    let foreign = FakeZaloOa::signature(&other, APP_ID);
    for header in [None, Some("mac=00"), Some(foreign.as_str())] {
        assert_eq!(zalo.post(&hook, &event, Signer::Header(header)).await, StatusCode::UNAUTHORIZED, "{header:?}");
    }
    assert_eq!(zalo.post(&hook, "<html>", Signer::App).await, StatusCode::BAD_REQUEST);
    // What is, and does not concern us.
    let mut unknown = zalo.event(GROUP, PERSON, "/help");
    unknown["event_name"] = json!("hologram");
    for odd in [unknown, zalo.echo(GROUP, "/help"), json!({"timestamp": "1757730000000"})] {
        assert_eq!(zalo.post(&hook, &odd.to_string(), Signer::App).await, StatusCode::OK, "{odd}");
    }

    let began = Instant::now();
    assert_eq!(zalo.post(&hook, &event, Signer::App).await, StatusCode::OK);
    assert!(began.elapsed() < Duration::from_secs(1), "answered at once");
    until("an answer", || !zalo.texts(GROUP).is_empty()).await;
    // Told again, signed in the other way.
    assert_eq!(zalo.post(&hook, &event, Signer::Oa).await, StatusCode::OK);
    let last = zalo.event(GROUP, PERSON, "@Bot Tên Có Dấu /help").to_string();
    assert_eq!(zalo.post(&hook, &last, Signer::Oa).await, StatusCode::OK);
    until("a second answer", || zalo.texts(GROUP).len() >= 2).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(zalo.texts(GROUP).len(), 2);

    // A database that takes nothing for a while: Zalo is told in time to come again, and does.
    let third = zalo.event(GROUP, PERSON, "/help").to_string();
    let mut other = sqlx::SqliteConnection::connect(&database).await.expect("the database");
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.expect("locked");
    let began = Instant::now();
    assert_eq!(zalo.post(&hook, &third, Signer::App).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(began.elapsed() < Duration::from_millis(1_500), "{:?}", began.elapsed());
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("unlocked");
    assert_eq!(zalo.post(&hook, &third, Signer::App).await, StatusCode::OK);
    assert_eq!(zalo.post(&hook, &third, Signer::App).await, StatusCode::OK);
    until("a third answer", || zalo.texts(GROUP).len() >= 3).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    stop.cancel();
    running.await.expect("no panic").expect("a clean end");
    let texts = zalo.texts(GROUP);
    assert!(texts.len() == 3 && texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
    assert_eq!((zalo.all_received().len(), zalo.count(Call::Refresh)), (3, 1), "and nothing else");
}
