//! Polling: what is heard, what is passed over, and what comes again.

use std::time::Duration;

use chitieu::channel::zalo_bot::{ZaloBotListener, ZaloCallError};
use chitieu::channel::{Heard, HeardEvent};
use serde_json::json;

use super::{GROUP, PERSON, SHORT, answer, canned, channel, hasty, listener, nobody, zalo};
use crate::fake::zalo_bot::{Fault, Habits, PollHabit, Said, StatusHabit};

fn texts(heard: &[Heard]) -> Vec<&str> {
    heard
        .iter()
        .map(|heard| match &heard.event {
            HeardEvent::Text(text) => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn what_people_write_is_heard_once() {
    let zalo = zalo(Habits::default()).await;
    let listener = listener(zalo.url());
    zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    zalo.say(Said::in_group(GROUP, PERSON, "Bà An", "@Bot Chỉ Tiêu /status"));
    let first = listener.poll().await.expect("an event");
    let second = listener.poll().await.expect("an event");
    assert_eq!((texts(&first), texts(&second)), (vec!["/help"], vec!["@Bot Chỉ Tiêu /status"]));
    assert_eq!((first[0].address.as_str(), first[0].group, first[0].title.as_str()), (PERSON, false, "Bà An"));
    assert_eq!((second[0].address.as_str(), second[0].group, second[0].title.as_str()), (GROUP, true, GROUP));
    assert_eq!(second[0].sender, format!("Bà An ({PERSON})"));
    assert_ne!(first[0].external_id, second[0].external_id);
    assert_eq!(listener.poll().await, Ok(vec![]), "an idle poll is no failure");
}

#[tokio::test]
async fn an_event_that_is_told_again_is_the_same() {
    let zalo = zalo(Habits { poll: PollHabit::HotReplay, ..Habits::default() }).await;
    let listener = listener(zalo.url());
    zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    let first = listener.poll().await;
    assert_eq!(first.as_ref().map(Vec::len), Ok(1));
    assert_eq!(listener.poll().await, first);
}

#[tokio::test]
async fn only_an_open_poll_hears_where_zalo_works_so() {
    let zalo = zalo(Habits { poll: PollHabit::RealTime, ..Habits::default() }).await;
    zalo.say(Said::alone(PERSON, "Bà An", "too early"));
    // The time for ordinary calls is shorter than what this poll waits.
    let listener = ZaloBotListener::new(&hasty(zalo.url()), Duration::from_secs(20)).expect("sound");
    let write = async {
        tokio::time::sleep(SHORT + Duration::from_millis(100)).await;
        assert_eq!(zalo.open_polls(), 1);
        zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    };
    let (polled, ()) = tokio::join!(listener.poll(), write);
    assert_eq!(texts(&polled.expect("woken")), ["/help"]);
    assert_eq!(zalo.calls("getUpdates")[0].params, json!({"timeout": 20}));
}

#[tokio::test]
async fn what_does_not_concern_us_is_passed_over() {
    let zalo = zalo(Habits::default()).await;
    let listener = listener(zalo.url());
    zalo.say(Said::in_group(GROUP, "b-1", "Bot khác", "/status").by_a_bot());
    zalo.push(json!({"event_name": "message.sticker.received", "message": {"message_id": "1"}}));
    zalo.push(json!({"event_name": "message.text.received"}));
    zalo.push(json!({"event_name": "hologram.received", "x": 1}));
    zalo.push(json!({}));
    zalo.push(json!(null));
    for _ in 0..6 {
        assert_eq!(listener.poll().await, Ok(vec![]));
    }
    zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    assert_eq!(listener.poll().await.expect("an event").len(), 1, "and the queue is not blocked");
    // Seen nowhere, and understood.
    let event = zalo.event(Said::alone(PERSON, "Bà An", "x"));
    zalo.push(json!([event, {}, zalo.event(Said::alone(PERSON, "Bà An", "y"))]));
    assert_eq!(texts(&listener.poll().await.expect("a list")), ["x", "y"]);
}

#[tokio::test]
async fn a_webhook_in_the_way_is_a_conflict() {
    for status in [StatusHabit::Mirror, StatusHabit::Always200] {
        let zalo = zalo(Habits { status, ..Habits::default() }).await;
        let channel = channel(zalo.url());
        channel.set_webhook("https://example.vn/", &"s3cret_of-the-hook".to_owned().into()).await.expect("set");
        let Err(ZaloCallError::Conflict { why }) = listener(zalo.url()).poll().await else { panic!("polled") };
        assert!(why.starts_with("You cannot use this API while a webhook is set"), "{why}");
        channel.delete_webhook().await.expect("removed");
        assert_eq!(listener(zalo.url()).poll().await, Ok(vec![]));
    }
}

#[tokio::test]
async fn a_poll_that_fails_says_how_and_at_once() {
    let zalo = zalo(Habits::default()).await;
    let listener = listener(zalo.url());
    let unreachable = |why: &str| ZaloCallError::Unreachable { why: why.to_owned() };
    for (fault, expected) in [
        (Fault::Refuse(401, "Unauthorized"), ZaloCallError::Unauthorized),
        (Fault::Refuse(403, "Internal server error"), unreachable("403: Internal server error")),
        (Fault::Refuse(404, "Not Found"), ZaloCallError::NotFound { why: "Not Found".to_owned() }),
        (Fault::Refuse(429, "Quota exceeded"), ZaloCallError::RetryAfter(Duration::from_secs(600))),
        (Fault::Refuse(400, "Bad Request"), ZaloCallError::Other { why: "Bad Request".to_owned() }),
        (Fault::Html(502), unreachable("HTTP 502: the answer is not JSON")),
        (Fault::Html(401), ZaloCallError::Unauthorized),
    ] {
        zalo.fail_next("getUpdates", fault);
        assert_eq!(listener.poll().await, Err(expected));
    }
    let nobody = super::listener(&format!("http://{}", nobody().await)).poll().await;
    assert!(matches!(nobody, Err(ZaloCallError::Unreachable { .. })), "{nobody:?}");
    let number = canned(answer("200 OK", r#"{"ok":true,"result":7}"#)).await;
    assert!(matches!(super::listener(&number).poll().await, Err(ZaloCallError::Other { .. })));
}
