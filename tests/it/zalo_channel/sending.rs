//! What Zalo says, or does not, -> what became of the message.

use std::time::Duration;

use chitieu::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel, ZaloCallError};
use chitieu::channel::{Channel as _, Outgoing};
use chitieu::domain::subscription::Medium;
use chrono::DateTime;
use secrecy::SecretString;
use serde_json::json;

use super::{GROUP, PERSON, SHORT, account, answer, canned, channel, hasty, nobody, send_to, told, zalo};
use crate::fake::zalo_bot::{FakeZaloBot, Fault, Habits, MarkdownHabit, StatusHabit};

/// Both ways in which the status of a failure was seen.
fn habits() -> [Habits; 2] {
    let mirror = Habits::default();
    [mirror, Habits { status: StatusHabit::Always200, extra_zero: true, ..mirror }]
}

#[tokio::test]
async fn a_message_arrives_marked_up_and_in_its_composed_form() {
    for habits in habits() {
        let zalo = zalo(habits).await;
        let channel = channel(zalo.url());
        assert_eq!((channel.lane(), channel.medium()), ("zalo_bot:1459232241454765289", Medium::ZaloBot));
        // "Sở" with its marks apart.
        let sent = told(send_to(&channel, GROUP, "📌 So\u{31b}\u{309} Nội vụ **29,7%**").await);
        assert_eq!(sent.0, "accepted");
        assert_eq!(sent.1.len(), 20, "Zalo's id is kept: {}", sent.1);
        let received = zalo.received(GROUP);
        assert_eq!(received.len(), 1);
        assert_eq!(received[0].text, "📌 Sở Nội vụ **29,7%**");
        let markdown = Some("markdown".to_owned());
        assert_eq!((received[0].chars, received[0].utf16, &received[0].parse_mode), (21, 22, &markdown));
        assert_eq!(zalo.calls("sendMessage").len(), 1, "one message is one call");
    }
}

#[tokio::test]
async fn every_refusal_of_the_contract_under_both_habits() {
    for habits in habits() {
        let zalo = zalo(habits).await;
        let channel = channel(zalo.url());
        for (code, words, name, why) in [
            (400, "Bad Request", "refused", "Bad Request"),
            (401, "Unauthorized", "retry", "token refused: Unauthorized"),
            (403, "Internal server error", "retry", "403: Internal server error"),
            (404, "Not Found", "gone", "Not Found"),
            (408, "Request timeout", "retry after", "30"),
            (429, "Quota exceeded", "retry after", "600"),
            (500, "Internal Server Error", "retry", "500: Internal Server Error"),
            (503, "Service Unavailable", "retry", "503: Service Unavailable"),
        ] {
            zalo.fail_next("sendMessage", Fault::Refuse(code, words));
            if code == 400 {
                // Refused with marks, it is tried once without.
                zalo.fail_next("sendMessage", Fault::Refuse(code, words));
            }
            assert_eq!(told(send_to(&channel, PERSON, "x").await), (name, why.to_owned()), "{code} {habits:?}");
        }
        assert_eq!(told(send_to(&channel, "stranger", "x").await), ("gone", "Not Found".to_owned()));
        zalo.drop_chat(PERSON);
        assert_eq!(told(send_to(&channel, PERSON, "x").await).0, "gone");
        assert!(zalo.all_received().is_empty(), "nothing was sent, and nothing was repeated");
        assert_eq!(zalo.calls("sendMessage").len(), 11);
    }
}

#[tokio::test]
async fn what_is_refused_with_marks_goes_out_once_without_them() {
    let send = async |zalo: &FakeZaloBot, text: &str, plain: &str| {
        let now = DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
        let message = Outgoing {
            delivery_id: "d-1",
            chat_id: "c-1",
            address: PERSON,
            text,
            plain,
            choices: &[],
            task: chitieu::channel::Task::Say,
            now,
        };
        told(channel(zalo.url()).send(message).await)
    };
    for habits in habits() {
        // A Zalo that takes no markdown at all, and one that finds a mark that is never closed.
        for (markdown, text) in [(MarkdownHabit::Refuse, "**Sở** Nội vụ"), (MarkdownHabit::Balanced, "**Sở Nội vụ")]
        {
            let zalo = zalo(Habits { markdown, ..habits }).await;
            assert_eq!(send(&zalo, text, "Sở Nội vụ").await.0, "accepted");
            let received: Vec<_> = zalo.all_received().into_iter().map(|m| (m.chat, m.text, m.parse_mode)).collect();
            assert_eq!(received, [(PERSON.to_owned(), "Sở Nội vụ".to_owned(), None)], "one message, without marks");
            let calls = zalo.calls("sendMessage");
            assert_eq!(calls.len(), 2);
            assert_eq!(
                (&calls[0].params["parse_mode"], &calls[1].params["parse_mode"]),
                (&json!("markdown"), &json!(null))
            );
        }
        // When the plain text is refused too, that is the outcome; any other answer to the marked-up one is final.
        let zalo = zalo(Habits { markdown: MarkdownHabit::Refuse, ..habits }).await;
        zalo.fail_next("sendMessage", Fault::Refuse(400, "Bad Request: marks"));
        zalo.fail_next("sendMessage", Fault::Refuse(400, "Bad Request: words"));
        assert_eq!(send(&zalo, "**x**", "x").await, ("refused", "Bad Request: words".to_owned()));
        zalo.fail_next("sendMessage", Fault::Refuse(429, "Quota exceeded"));
        assert_eq!(send(&zalo, "**x**", "x").await, ("retry after", "600".to_owned()));
        assert_eq!((zalo.calls("sendMessage").len(), zalo.all_received().len()), (3, 0));
    }
}

#[tokio::test]
async fn pages_are_judged_by_their_status() {
    let zalo = zalo(Habits::default()).await;
    let channel = channel(zalo.url());
    for (status, name, why) in [
        (502, "retry", "HTTP 502: the answer is not JSON"),
        (401, "retry", "token refused: the answer is not JSON"),
        (404, "retry", "HTTP 404: the answer is not JSON"),
        (429, "retry after", "600"),
        (200, "unknown", "the answer is not JSON"),
    ] {
        zalo.fail_next("sendMessage", Fault::Html(status));
        assert_eq!(told(send_to(&channel, PERSON, "x").await), (name, why.to_owned()), "{status}");
    }
    assert!(zalo.all_received().is_empty());
}

#[tokio::test]
async fn a_wrong_token_is_no_fault_of_the_message() {
    for (status, html) in [(StatusHabit::Mirror, true), (StatusHabit::Mirror, false), (StatusHabit::Always200, false)] {
        let zalo = zalo(Habits { status, html_for_wrong_token: html, ..Habits::default() }).await;
        let token = SecretString::from("1459232241454765289:another-secret-of-the-right-form".to_owned());
        let wrong = ZaloBotChannel::new(&ZaloBotAccount { token, ..account(zalo.url()) }).expect("sound");
        let (name, why) = told(send_to(&wrong, PERSON, "x").await);
        assert!(name == "retry" && why.starts_with("token refused: "), "{status:?} {html}: {name} {why}");
        assert_eq!(wrong.get_me().await, Err(ZaloCallError::Unauthorized), "{status:?} {html}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_without_a_call() {
    let zalo = zalo(Habits::default()).await;
    let channel = channel(zalo.url());
    // A thousand and one characters outside the basic plane are 2,002 units.
    let long = "📌".repeat(1_001);
    let longest = "📌".repeat(1_000);
    for (address, text) in [(PERSON, ""), (PERSON, " \n"), (PERSON, long.as_str()), ("", "x"), ("a\nb", "x")] {
        assert_eq!(told(send_to(&channel, address, text).await).0, "refused", "{address:?}");
    }
    assert!(zalo.calls("sendMessage").is_empty());
    assert_eq!(told(send_to(&channel, PERSON, &longest).await).0, "accepted");
    // 2,000 letters, each of three characters before they are composed.
    assert_eq!(told(send_to(&channel, PERSON, &"o\u{31b}\u{309}".repeat(2_000)).await).0, "accepted");
    assert_eq!(
        zalo.received(PERSON).iter().map(|m| (m.chars, m.utf16)).collect::<Vec<_>>(),
        [(1_000, 2_000), (2_000, 2_000)]
    );
}

#[tokio::test]
async fn the_quota_of_a_month_is_waited_for() {
    let zalo = zalo(Habits::default()).await;
    let channel = channel(zalo.url());
    for n in 0..3_000 {
        assert_eq!(told(send_to(&channel, PERSON, "x").await).0, "accepted", "{n}");
    }
    assert_eq!(told(send_to(&channel, PERSON, "x").await), ("retry after", "600".to_owned()));
    assert_eq!(zalo.received(PERSON).len(), 3_000);
    zalo.next_month();
    assert_eq!(told(send_to(&channel, PERSON, "x").await).0, "accepted");
}

#[tokio::test]
async fn whoever_never_got_it_may_get_it_again() {
    let (name, why) = told(send_to(&channel(&format!("http://{}", nobody().await)), PERSON, "x").await);
    assert_eq!(name, "retry");
    assert!(why.to_lowercase().contains("connection refused"), "the cause is told: {why}");
    // The fake speaks no TLS.
    let zalo = zalo(Habits::default()).await;
    let tls = channel(&zalo.url().replace("http://", "https://"));
    assert_eq!(told(send_to(&tls, PERSON, "x").await).0, "retry");
    assert!(zalo.calls("sendMessage").is_empty());
}

#[tokio::test]
async fn a_message_that_left_is_never_called_unsent() {
    let zalo = zalo(Habits::default()).await;
    let hasty = ZaloBotChannel::new(&hasty(zalo.url())).expect("sound");
    zalo.fail_next("sendMessage", Fault::RecordThenDelay(SHORT + Duration::from_millis(300)));
    assert_eq!(told(send_to(&hasty, PERSON, "x").await), ("unknown", "no answer within 400 ms".to_owned()));
    assert_eq!(zalo.received(PERSON).len(), 1, "it had arrived");
    assert_eq!(zalo.calls("sendMessage").len(), 1, "no call was repeated behind our back");

    let half = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 500\r\n\r\n{{\"ok\":");
    let refused = r#"{"ok":false,"error_code":404,"description":"Not Found"}"#;
    for (bytes, name) in [
        (String::new(), "unknown"),
        ("garbage".to_owned(), "unknown"),
        (half("200 OK"), "unknown"),
        (half("502 Bad Gateway"), "retry"),
        (answer("200 OK", "{}"), "unknown"),
        (answer("200 OK", ""), "unknown"),
        (answer("200 OK", &"x".repeat(3 * 1024 * 1024)), "unknown"),
        (answer("200 OK", r#"{"ok":true,"result":{"message_id":"a"},"error_code":0}"#), "accepted"),
        (answer("200 OK", r#"{"ok":false,"description":"no code"}"#), "retry"),
        (answer("404 Not Found", r#"{"ok":false,"description":"no code"}"#), "gone"),
        (answer("500 Internal Server Error", refused), "gone"),
        (answer("404 Not Found", r#"{"message":"no such route"}"#), "retry"),
        (
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "retry",
        ),
        ("HTTP/1.1 429 Too Many Requests\r\nretry-after: 12\r\ncontent-length: 0\r\n\r\n".to_owned(), "retry after"),
    ] {
        let (told, why) = told(send_to(&channel(&canned(bytes.clone()).await), PERSON, "x").await);
        let shown: String = bytes.chars().take(120).collect();
        assert_eq!(told, name, "{shown:?}: {why}");
    }
}

#[tokio::test]
async fn a_bot_is_prepared_for_work() {
    let zalo = zalo(Habits { extra_zero: true, ..Habits::default() }).await;
    let channel = channel(zalo.url());
    let me = channel.get_me().await.expect("known");
    assert_eq!((me.name.as_str(), me.can_join_groups), ("Bot Chỉ Tiêu", Some(false)));

    let secret = SecretString::from("s3cret_of-the-hook".to_owned());
    channel.set_webhook("https://example.vn/webhooks/zalo-bot", &secret).await.expect("set");
    assert_eq!(zalo.webhook().as_deref(), Some("https://example.vn/webhooks/zalo-bot"));
    assert_eq!(zalo.calls("setWebhook")[0].params["secret_token"], "s3cret_of-the-hook");
    channel.delete_webhook().await.expect("removed");
    assert_eq!(zalo.webhook(), None);
    zalo.fail_next("deleteWebhook", Fault::Refuse(404, "Not Found"));
    assert_eq!(channel.delete_webhook().await, Ok(()), "there was none");

    zalo.set_verification(json!({"ok": false, "outcome": "webhook.err.tls"}));
    let error = channel.set_webhook("https://example.vn/", &secret).await.expect_err("found unfit");
    assert!(error.to_string().contains("webhook.err.tls"), "{error}");
    let short = SecretString::from("short".to_owned());
    assert!(matches!(channel.set_webhook("https://example.vn/", &short).await, Err(ZaloCallError::Other { .. })));
}
