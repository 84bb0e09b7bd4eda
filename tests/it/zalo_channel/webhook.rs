//! The whole program: its webhook, its polling, its answers.

use std::time::Duration;

use axum::http::StatusCode;
use chitieu::app::App;
use chitieu::config::Config;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{PERSON, nobody, zalo};
use crate::fake::zalo_bot::{FakeZaloBot, Habits, PollHabit, Said, Secret, TOKEN};

/// The running program; it ends with the value.
struct Running {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
    _folder: TempDir,
}

impl Running {
    async fn start(zalo: &FakeZaloBot, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}", folder.path().join("office.db").display());
        let address = nobody().await;
        let public = format!("http://{address}");
        let mut table = vec![
            ("DATABASE_URL", database.as_str()),
            ("HTTP_ADDR", &address),
            ("PUBLIC_URL", &public),
            ("ZALO_BOT_TOKEN", TOKEN),
            ("ZALO_BOT_API_URL", zalo.url()),
        ];
        table.extend(more);
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let app = App::build(Config::from_lookup(&lookup).expect("a sound configuration")).await.expect("built");
        let stop = CancellationToken::new();
        let task = tokio::spawn(app.run(stop.clone()));
        Self { stop, task, _folder: folder }
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.expect("no panic").expect("a clean end");
    }
}

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
async fn a_webhook_is_set_guarded_and_answered_once() {
    let zalo = zalo(Habits::default()).await;
    let secret = "s3cret_of-the-hook";
    let mode = [("ZALO_BOT_MODE", "webhook"), ("ZALO_BOT_WEBHOOK_SECRET", secret)];
    let running = Running::start(&zalo, &mode).await;
    until("a webhook", || zalo.webhook().is_some()).await;
    assert!(zalo.webhook().expect("set").ends_with("/webhooks/zalo-bot/1459232241454765289"));

    let event = zalo.event(Said::alone(PERSON, "Bà An", "/help"));
    assert_eq!(zalo.post(event.to_string(), Secret::Wrong("guess")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(zalo.post(event.to_string(), Secret::Missing).await, StatusCode::UNAUTHORIZED);
    for odd in [json!({"event_name": "hologram"}), json!({"event_name": "message.text.received"}), json!({"ok": true})]
    {
        assert_eq!(zalo.post(odd.to_string(), Secret::Right).await, StatusCode::OK, "{odd}");
    }
    assert_eq!(zalo.post("<html>".to_owned(), Secret::Right).await, StatusCode::BAD_REQUEST);
    assert!(zalo.all_received().is_empty());

    assert_eq!(zalo.deliver_in_both_shapes(&event).await, [StatusCode::OK; 2]);
    until("an answer", || !zalo.received(PERSON).is_empty()).await;
    // Late, and once more.
    assert_eq!(zalo.deliver_in_both_shapes(&event).await, [StatusCode::OK; 2]);
    let last = zalo.event(Said::alone(PERSON, "Bà An", "/help"));
    assert_eq!(zalo.deliver_in_both_shapes(&last).await, [StatusCode::OK; 2]);
    until("a second answer", || zalo.received(PERSON).len() >= 2).await;
    assert_eq!(zalo.received(PERSON).len(), 2);
    assert!(zalo.calls("getUpdates").is_empty());
    running.end().await;
}

#[tokio::test]
async fn polling_removes_a_webhook_and_does_not_hurry() {
    let zalo = zalo(Habits { poll: PollHabit::HotReplay, ..Habits::default() }).await;
    let channel = super::channel(zalo.url());
    channel.set_webhook("http://127.0.0.1:9/", &"s3cret_of-the-hook".to_owned().into()).await.expect("set");
    let running = Running::start(&zalo, &[]).await;
    until("no webhook", || zalo.webhook().is_none()).await;
    zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    until("four polls", || zalo.calls("getUpdates").len() >= 4).await;
    until("an answer", || !zalo.received(PERSON).is_empty()).await;
    running.end().await;
    assert_eq!(zalo.received(PERSON).len(), 1, "told again and again, answered once");
    let polls: Vec<_> = zalo.calls("getUpdates").iter().map(|call| call.at).collect();
    // Timers may be some milliseconds early on the server's side.
    assert!(polls.windows(2).all(|two| two[1] - two[0] >= Duration::from_millis(950)), "{polls:?}");
}
