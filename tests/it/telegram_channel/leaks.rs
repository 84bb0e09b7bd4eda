//! The token stays where it is: searched for in every error, every `Debug`, and all that is logged meanwhile.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chitieu::channel::telegram::{TelegramChannel, TelegramListener};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{PERSON, answer, canned, hasty, nobody, send_to, telegram};
use crate::fake::telegram::{ApiError, Fault, TOKEN};

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

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("one thread")).into_owned()
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

    let telegram = telegram().await;
    let closed = format!("http://{}", nobody().await);
    let tls = telegram.url().replace("http://", "https://");
    let redirect =
        canned(format!("HTTP/1.1 302 Found\r\nlocation: {closed}/bot{TOKEN}/sendMessage\r\ncontent-length: 0\r\n\r\n"));
    // A server that repeats the URL in its answer.
    let echo = format!(r#"{{"ok":false,"error_code":400,"description":"Bad Request: /bot{TOKEN}/sendMessage"}}"#);
    let urls = [
        telegram.url().to_owned(),
        closed,
        tls,
        redirect.await,
        canned(answer("400 Bad Request", &echo)).await,
        canned("garbage").await,
        canned("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{").await,
        "http://telegram.invalid\u{7f}".to_owned(),
    ];
    let mut shown = vec![];
    for url in &urls {
        let account = hasty(url);
        shown.push(format!("{account:?}"));
        let listener = TelegramListener::new(&account, Duration::ZERO);
        let (channel, listener) = match (TelegramChannel::new(&account), listener) {
            (Ok(channel), Ok(listener)) => (channel, listener),
            (channel, listener) => {
                shown.push(format!("{channel:?} {listener:?}"));
                continue;
            }
        };
        shown.push(format!("{channel:?} {listener:?}"));
        shown.push(format!("{:?}", send_to(&channel, &PERSON.to_string(), "x", "x").await));
        let me = channel.get_me().await;
        shown.push(format!("{me:?} {}", me.as_ref().err().map(ToString::to_string).unwrap_or_default()));
        let polled = listener.poll(None).await;
        shown.push(format!("{polled:?} {}", polled.as_ref().err().map(ToString::to_string).unwrap_or_default()));
    }

    let account = hasty(telegram.url());
    let channel = TelegramChannel::new(&account).expect("sound");
    let listener = TelegramListener::new(&account, Duration::ZERO).expect("sound");
    for fault in [
        Fault::Html(502),
        Fault::Close,
        Fault::Hang,
        Fault::RecordThenClose,
        Fault::Refuse(ApiError::unauthorized()),
        Fault::Refuse(ApiError::blocked()),
        Fault::Refuse(ApiError::cannot_parse_entities("x")),
        Fault::too_many_requests(1),
    ] {
        telegram.fail_next_send(fault.clone());
        shown.push(format!("{:?}", send_to(&channel, &PERSON.to_string(), "x", "x").await));
        telegram.fail_next_call("getUpdates", fault);
        shown.push(format!("{:?}", listener.poll(None).await));
    }
    telegram.push_update(serde_json::json!({"message": {"message_id": "bí mật"}}));
    shown.push(format!("{:?}", listener.poll(None).await));
    drop(guard);

    let logged = log.text();
    assert!(logged.contains("goes out without any"), "our own lines are caught");
    assert!(logged.contains("a Telegram update cannot be read"), "our own lines are caught");
    assert!(logged.contains("starting new connection"), "the HTTP client's lines are caught");
    assert!(!logged.contains("bí mật"), "what people wrote is not logged");
    let (_, secret) = TOKEN.split_once(':').expect("a token");
    for text in shown.iter().map(String::as_str).chain(logged.lines()) {
        assert!(!text.contains(secret), "{text}");
        assert!(!text.contains("/bot7000000001"), "{text}");
    }
    let echoed = shown.iter().any(|text| text.contains("Bad Request: /bot***/sendMessage"));
    assert!(echoed, "the rest of what the server said is kept: {shown:#?}");
}
