//! The token stays where it is: searched for in every error, every `Debug`, and all that is logged meanwhile.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chitieu::channel::zalo_bot::{ZaloBotChannel, ZaloBotListener};
use serde_json::json;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{PERSON, SHORT, answer, canned, hasty, nobody, send_to, zalo};
use crate::fake::zalo_bot::{Fault, Habits, TOKEN};

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
async fn the_token_is_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    let guard = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish()
        .set_default();

    let zalo = zalo(Habits::default()).await;
    let closed = format!("http://{}", nobody().await);
    let location = format!("{closed}/bot{TOKEN}/sendMessage");
    let redirect = canned(format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"));
    // A server that repeats the URL in its answer.
    let echo = format!(r#"{{"ok":false,"error_code":400,"description":"Bad Request: /bot{TOKEN}/sendMessage"}}"#);
    let urls = [
        zalo.url().to_owned(),
        closed,
        zalo.url().replace("http://", "https://"),
        redirect.await,
        canned(answer("400 Bad Request", &echo)).await,
        canned("garbage").await,
        canned("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{").await,
        "http://zalo.invalid\u{7f}".to_owned(),
    ];
    let mut shown = vec![];
    for url in &urls {
        let account = hasty(url);
        shown.push(format!("{account:?}"));
        let listener = ZaloBotListener::new(&account, Duration::ZERO);
        let (channel, listener) = match (ZaloBotChannel::new(&account), listener) {
            (Ok(channel), Ok(listener)) => (channel, listener),
            (channel, listener) => {
                shown.push(format!("{channel:?} {listener:?}"));
                continue;
            }
        };
        shown.push(format!("{channel:?} {listener:?}"));
        shown.push(format!("{:?}", send_to(&channel, PERSON, "x").await));
        let me = channel.get_me().await;
        shown.push(format!("{me:?} {}", me.as_ref().err().map(ToString::to_string).unwrap_or_default()));
        let polled = listener.poll().await;
        shown.push(format!("{polled:?} {}", polled.as_ref().err().map(ToString::to_string).unwrap_or_default()));
    }
    let channel = ZaloBotChannel::new(&hasty(zalo.url())).expect("sound");
    zalo.set_verification(json!({"ok": false, "outcome": format!("https://x/bot{TOKEN}")}));
    shown.push(format!(
        "{:?}",
        channel.set_webhook("https://example.vn/", &"s3cret_of-the-hook".to_owned().into()).await
    ));
    for fault in [
        Fault::Html(502),
        Fault::Refuse(401, "Unauthorized"),
        Fault::RecordThenDelay(SHORT + Duration::from_millis(50)),
    ] {
        zalo.fail_next("sendMessage", fault);
        shown.push(format!("{:?}", send_to(&channel, PERSON, "x").await));
    }
    channel.delete_webhook().await.expect("removed");
    zalo.push(json!({"event_name": "message.text.received", "message": {"chat": {"id": "1"}, "text": "bí mật"}}));
    let listener = ZaloBotListener::new(&hasty(zalo.url()), Duration::ZERO).expect("sound");
    shown.push(format!("{:?}", listener.poll().await));
    drop(guard);

    let logged = String::from_utf8_lossy(&log.0.lock().expect("one thread")).into_owned();
    assert!(logged.contains("a Zalo message cannot be read"), "our own lines are caught");
    assert!(logged.contains("starting new connection"), "the HTTP client's lines are caught");
    assert!(!logged.contains("bí mật"), "what people wrote is not logged");
    let (_, secret) = TOKEN.split_once(':').expect("a token");
    for text in shown.iter().map(String::as_str).chain(logged.lines()) {
        assert!(!text.contains(secret), "{text}");
        assert!(!text.contains("/bot1459232241454765289"), "{text}");
    }
    let echoed = shown.iter().any(|text| text.contains("Bad Request: /bot***/sendMessage"));
    assert!(echoed, "the rest of what the server said is kept: {shown:#?}");
}
