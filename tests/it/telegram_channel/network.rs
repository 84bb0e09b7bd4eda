//! Networks that break: did the request leave or not?

use std::time::Duration;

use chitieu::channel::telegram::{TelegramAccount, TelegramChannel};
use secrecy::SecretString;

use super::{PERSON, SHORT, account, answer, canned, channel, hasty, nobody, send_to, telegram, told};
use crate::fake::telegram::Fault;

async fn sent(channel: &TelegramChannel) -> (&'static str, String) {
    told(send_to(channel, &PERSON.to_string(), "x", "x").await)
}

#[tokio::test]
async fn whoever_never_got_it_may_get_it_again() {
    let refused = sent(&channel(&format!("http://{}", nobody().await))).await;
    assert_eq!(refused.0, "retry");
    assert!(refused.1.to_lowercase().contains("connection refused"), "the cause is told: {}", refused.1);

    // The fake speaks no TLS.
    let telegram = telegram().await;
    let tls = sent(&channel(&telegram.url().replace("http://", "https://"))).await;
    assert_eq!(tls.0, "retry", "{}", tls.1);
    assert!(telegram.log().is_empty());
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_is_no_lost_message() {
    // A listener that accepts and says nothing holds up TLS until the time for connecting is over.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}", silent.local_addr().expect("bound"));
    let outcome = sent(&TelegramChannel::new(&hasty(&url)).expect("sound")).await;
    assert_eq!(outcome.0, "retry", "{}", outcome.1);
}

#[tokio::test]
async fn a_message_that_left_is_never_called_unsent() {
    let telegram = telegram().await;
    let hasty = TelegramChannel::new(&hasty(telegram.url())).expect("sound");
    let late = SHORT + Duration::from_millis(300);
    for (fault, arrived) in
        [(Fault::RecordThenDelay(late), 1), (Fault::RecordThenClose, 2), (Fault::Close, 2), (Fault::Hang, 2)]
    {
        telegram.fail_next_send(fault.clone());
        let outcome = sent(&hasty).await;
        assert_eq!(outcome.0, "unknown", "{fault:?}: {}", outcome.1);
        assert_eq!(telegram.received(PERSON).len(), arrived, "{fault:?}");
    }
    assert_eq!(telegram.calls("sendMessage").len(), 4, "no call was repeated behind our back");
    assert_eq!(sent(&channel(telegram.url())).await.0, "accepted");
}

#[tokio::test]
async fn a_time_out_says_how_long_was_waited() {
    let telegram = telegram().await;
    telegram.fail_next_send(Fault::Hang);
    let hasty = TelegramChannel::new(&hasty(telegram.url())).expect("sound");
    assert_eq!(sent(&hasty).await, ("unknown", "no answer within 400 ms".into()));
}

#[tokio::test]
async fn half_an_answer_is_judged_by_its_status() {
    let half = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 500\r\n\r\n{{\"ok\":");
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
    let patience = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 12\r\ncontent-length: 0\r\n\r\n";
    for (bytes, name) in [
        (half("200 OK"), "unknown"),
        (half("502 Bad Gateway"), "retry"),
        (half("400 Bad Request"), "retry"),
        (answer("200 OK", "{}"), "unknown"),
        (answer("200 OK", "[1]"), "unknown"),
        (answer("200 OK", ""), "unknown"),
        (answer("500 Internal Server Error", "{}"), "retry"),
        (answer("502 Bad Gateway", r#"{"ok":true,"result":{"message_id":1}}"#), "retry"),
        (answer("200 OK", r#"{"ok":true,"result":{"message_id":1}}"#), "accepted"),
        (answer("200 OK", r#"{"ok":false,"error_code":403,"description":"Forbidden: x"}"#), "gone"),
        (redirect.to_owned(), "retry"),
        (patience.to_owned(), "retry after"),
        ("garbage".to_owned(), "unknown"),
        (String::new(), "unknown"),
    ] {
        let outcome = sent(&channel(&canned(bytes.clone()).await)).await;
        assert_eq!(outcome.0, name, "{bytes:?}: {}", outcome.1);
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let url = canned(answer("200 OK", &"x".repeat(9 * 1024 * 1024))).await;
    assert_eq!(sent(&channel(&url)).await, ("unknown", "the answer is too long".into()));
}

#[tokio::test]
async fn everything_goes_through_the_proxy() {
    // To an HTTP server, a request that a proxy is to pass on looks like any other.
    let telegram = telegram().await;
    let through = |proxy: String, url: &str| {
        let account = TelegramAccount { proxy: Some(SecretString::from(proxy)), ..account(url) };
        TelegramChannel::new(&account).expect("sound")
    };
    let proxied = through(telegram.url().to_owned(), "http://telegram.invalid");
    assert_eq!(sent(&proxied).await.0, "accepted");
    assert_eq!(telegram.received(PERSON).len(), 1);

    for scheme in ["http", "https", "socks5", "socks5h"] {
        let closed = through(format!("{scheme}://me:hunter2@{}", nobody().await), "http://telegram.invalid");
        let (name, why) = sent(&closed).await;
        assert_eq!(name, "retry", "{scheme}: {why}");
        assert!(!why.contains("hunter2"), "{why}");
    }
    // A proxy that does not open the tunnel.
    let closed = through(canned(answer("407 Proxy Authentication Required", "")).await, "https://telegram.invalid");
    let (name, why) = sent(&closed).await;
    assert_eq!(name, "retry", "{why}");
}
