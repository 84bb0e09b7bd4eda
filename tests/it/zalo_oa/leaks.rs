//! Tokens and secrets stay where they are: searched for in every outcome, every `Debug`, and all that is logged meanwhile.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chitieu::channel::zalo_oa::ZaloOaChannel;
use chitieu::store::OutboxFilter;
use chrono::TimeDelta;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{GROUP, Kind, Office, SHORT, account, canned, nobody, secret, zalo};
use crate::fake::zalo_oa::{APP_ID, APP_SECRET, Call, FIRST_REFRESH, Fault, SECRET};

/// What was logged, at every level, by us and by all libraries.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// One thread, so that the subscriber sees the client's background tasks too.
#[tokio::test(flavor = "current_thread")]
async fn no_token_is_anywhere_but_in_the_database() {
    let log = Log::default();
    let writer = log.clone();
    let guard = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish()
        .set_default();

    let mut shown = Vec::new();
    let zalo = zalo().await;
    let echo = format!(r#"{{"error":-14014,"message":"no {FIRST_REFRESH} {APP_SECRET}"}}"#);
    let echo = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{echo}", echo.len());
    let odd = format!(r#"{{"error":0,"access_token":"{SECRET}-x"}}"#);
    let odd = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{odd}", odd.len());
    let urls = [
        zalo.url().to_owned(),
        format!("http://{}", nobody().await),
        zalo.url().replace("http://", "https://"),
        canned(echo).await,
        canned(odd).await,
        canned("garbage").await,
    ];
    for url in &urls {
        let office = Office::on(Kind::Sqlite).await;
        let mut account = account(url, FIRST_REFRESH);
        account.timeout = SHORT;
        let keeper = office.keeper(&account);
        let channel = ZaloOaChannel::new(keeper.clone());
        shown.push(format!("{account:?} {keeper:?} {channel:?}"));
        shown.push(format!("{:?}", office.step(&keeper).await));
        shown.push(format!("{:?}", office.send(&channel, GROUP, "x").await));
        shown.push(format!("{:?}", channel.groups().await));
        shown.push(format!("{:?}", office.context.store.oa_tokens(APP_ID).await));
        let told = office.context.store.outbox(OutboxFilter::default()).await.expect("read");
        shown.push(format!("{told:?}"));
        office.pass(TimeDelta::minutes(10));
        for fault in [Fault::Html(502), Fault::Refuse(-201, "No"), Fault::CarryOutThenDelay(SHORT + SHORT)] {
            zalo.fail_next(Call::Send, fault);
            shown.push(format!("{:?}", office.send(&channel, GROUP, "x").await));
        }
        // The fake repeats the token in its refusal.
        zalo.end_access(-216);
        zalo.fail_next(Call::Refresh, Fault::Refuse(-14_014, "No"));
        shown.push(format!("{:?}", office.send(&channel, GROUP, "x").await));
        zalo.reconnect(FIRST_REFRESH);
    }
    let mut broken = account(zalo.url(), "FakeOaSecret\u{7f}");
    broken.app_secret = secret("FakeOaSecret\nwith a line");
    let office = Office::on(Kind::Sqlite).await;
    shown.push(format!("{:?}", office.step(&office.keeper(&broken)).await));
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(guard);

    let logged = String::from_utf8_lossy(&log.0.lock().expect("one thread")).into_owned();
    assert!(logged.contains("has to be connected again"), "our own lines are caught");
    assert!(logged.contains("starting new connection"), "the HTTP client's lines are caught");
    for text in shown.iter().map(String::as_str).chain(logged.lines()) {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert!(shown.iter().any(|text| text.contains("no *** ***")), "the rest of what Zalo said is kept: {shown:#?}");
}
