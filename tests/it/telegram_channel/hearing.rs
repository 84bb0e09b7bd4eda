//! Polling: what is heard, what is passed over, and what comes again.

use std::time::Duration;

use chitieu::channel::HeardEvent;
use chitieu::channel::telegram::{CallError, TelegramListener};
use serde_json::json;

use super::{FORUM, GROUP, PERSON, SHORT, SUPERGROUP, hasty, listener, nobody, telegram};
use crate::fake::telegram::{ApiError, ChatKind, Fault};

#[tokio::test]
async fn what_people_do_is_heard() {
    let telegram = telegram().await;
    telegram.name_user(PERSON, "Nguyễn Thị An");
    let first = telegram.push_text(PERSON, PERSON, "/status Sở Y tế");
    telegram.push_text(SUPERGROUP, PERSON, "/help@chitieu_test_bot");
    telegram.push_text_in_thread(FORUM, 7, PERSON, "/top");
    telegram.invite(-77, ChatKind::Group, "Xã mới", PERSON);
    telegram.kick(SUPERGROUP);
    telegram.leave(FORUM);
    telegram.readmit(SUPERGROUP);
    telegram.block(PERSON);
    let moved = telegram.migrate(GROUP).to_string();

    let heard = listener(telegram.url()).poll(None).await.expect("updates");
    let seen: Vec<_> = heard
        .iter()
        .map(|(_, heard)| heard.as_ref().map(|heard| (heard.address.clone(), heard.group, heard.event.clone())))
        .collect();
    let text = |text: &str| HeardEvent::Text(text.to_owned());
    assert_eq!(
        seen,
        [
            Some((PERSON.to_string(), false, text("/status Sở Y tế"))),
            Some((SUPERGROUP.to_string(), true, text("/help@chitieu_test_bot"))),
            Some((format!("{FORUM}/7"), true, text("/top"))),
            Some(("-77".to_owned(), true, HeardEvent::Added)),
            Some((SUPERGROUP.to_string(), true, HeardEvent::Removed)),
            Some((FORUM.to_string(), true, HeardEvent::Removed)),
            Some((SUPERGROUP.to_string(), true, HeardEvent::Added)),
            Some((PERSON.to_string(), false, HeardEvent::Removed)),
            Some((GROUP.to_string(), true, HeardEvent::Moved { address: moved })),
            None, // the same migration, told in the new chat
        ]
    );
    let (id, Some(question)) = &heard[0] else { panic!("{heard:?}") };
    assert_eq!((*id, question.external_id.clone()), (first, first.to_string()));
    assert_eq!((question.title.as_str(), question.sender.as_str()), ("Bà An", "Nguyễn Thị An (90001)"));
    let passed = telegram.unix_now() - question.at.timestamp();
    assert!((0..5).contains(&passed), "the provider's clock: {passed} s");
    assert_eq!(heard[3].1.as_ref().map(|heard| heard.title.as_str()), Some("Xã mới"));
}

#[tokio::test]
async fn a_pressed_button_is_heard_and_acknowledged_as_well_as_can_be() {
    let telegram = telegram().await;
    let sent = super::send_to(&super::channel(telegram.url()), &SUPERGROUP.to_string(), "x", "x").await;
    assert_eq!(super::told(sent).1, "1");
    let (_, query) = telegram.press(SUPERGROUP, PERSON, 1, "/status so-y-te");
    telegram.push_update(json!({"callback_query": {"id": "1", "from": {"id": PERSON, "is_bot": false,
        "first_name": "An"}, "inline_message_id": "x", "chat_instance": "1", "data": "/status"}}));
    let listener = TelegramListener::new(&hasty(telegram.url()), Duration::ZERO).expect("sound");
    let polled = listener.poll(None).await.expect("updates");
    let heard: Vec<_> = polled.iter().filter_map(|(_, heard)| heard.as_ref()).collect();
    let [press] = heard[..] else { panic!("{polled:?}") };
    assert_eq!(
        (press.address.clone(), press.external_id.clone()),
        (SUPERGROUP.to_string(), format!("callback:{query}"))
    );
    assert_eq!(press.event, HeardEvent::Text("/status so-y-te".to_owned()));
    listener.acknowledge(heard.iter().copied()).await;
    let calls = telegram.calls("answerCallbackQuery");
    assert_eq!((calls.len(), calls[0].status, &calls[0].params), (1, Some(200), &json!({"callback_query_id": query})));
    // It is no error when that fails: too old, or nobody there.
    for fault in [Fault::Refuse(ApiError::bad_request("query is too old")), Fault::Hang] {
        telegram.fail_next_call("answerCallbackQuery", fault);
        listener.acknowledge(heard.iter().copied()).await;
    }
    assert_eq!(telegram.faults_left(), 0);
}

#[tokio::test]
async fn an_update_comes_again_until_the_next_poll_acknowledges_it() {
    let telegram = telegram().await;
    let listener = listener(telegram.url());
    let ids: Vec<_> = ["một", "hai", "ba"].map(|text| telegram.push_text(PERSON, PERSON, text)).into();
    for _ in 0..2 {
        let polled = listener.poll(None).await.expect("updates");
        assert_eq!(polled.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
        assert_eq!(telegram.unacknowledged(), ids, "reading acknowledges nothing");
    }
    let rest = listener.poll(Some(ids[1] + 1)).await.expect("updates");
    assert_eq!(rest.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids[2..]);
    assert_eq!(listener.poll(Some(ids[2] + 1)).await, Ok(vec![]));
    assert!(telegram.unacknowledged().is_empty());
}

#[tokio::test]
async fn what_nobody_can_read_does_not_block_the_queue() {
    let telegram = telegram().await;
    let listener = listener(telegram.url());
    listener.poll(None).await.expect("asks for its kinds");
    telegram.push_update(json!({"message": {"message_id": "seven"}}));
    telegram.push_update(json!({"message": null}));
    telegram.push_update(json!({"my_chat_member": [1, 2]}));
    telegram.push_update(json!({"callback_query": {"id": "1"}}));
    // Too large for the library's numbers.
    telegram.push_update(json!({"update_id": 5_000_000_000_i64, "message": {}}));
    let last = telegram.push_text(PERSON, PERSON, "/help");
    let polled = listener.poll(None).await.expect("updates");
    assert_eq!(
        polled.iter().map(|(_, heard)| heard.is_some()).collect::<Vec<_>>(),
        [false, false, false, false, false, true]
    );
    assert_eq!(polled.last().map(|(id, _)| *id), Some(last));
    assert_eq!(listener.poll(Some(last + 1)).await, Ok(vec![]));
}

#[tokio::test]
async fn kinds_that_nobody_asked_for_do_not_come() {
    let telegram = telegram().await;
    let listener = listener(telegram.url());
    listener.poll(None).await.expect("asks for its kinds");
    telegram.push_update(json!({"hologram": {"x": 1}}));
    telegram.push_update(json!({"channel_post": {"x": 1}}));
    telegram.push_update(json!({"edited_message": {"x": 1}}));
    let kicked = telegram.kick(GROUP);
    let polled = listener.poll(None).await.expect("updates");
    assert_eq!(polled.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [kicked]);
}

#[tokio::test]
async fn a_long_poll_outlasts_the_time_for_ordinary_calls() {
    let telegram = telegram().await;
    let listener = TelegramListener::new(&hasty(telegram.url()), Duration::from_secs(20)).expect("sound");
    let write = async {
        tokio::time::sleep(SHORT + Duration::from_millis(100)).await;
        telegram.push_text(PERSON, PERSON, "chào")
    };
    let (polled, id) = tokio::join!(listener.poll(None), write);
    assert_eq!(polled.expect("woken by the message").iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id]);
    assert_eq!(telegram.calls("getUpdates")[0].params["timeout"], 20);
}

#[tokio::test]
async fn a_poll_that_fails_says_how_and_at_once() {
    let telegram = telegram().await;
    let listener = listener(telegram.url());
    telegram.push_text(PERSON, PERSON, "chào");

    telegram.set_rival(true);
    let Err(CallError::Conflict { why }) = listener.poll(None).await else { panic!("two pollers") };
    assert!(why.starts_with("Conflict: terminated by other getUpdates request"), "{why}");
    telegram.set_rival(false);

    let unreachable = |why: &str| CallError::Unreachable { why: why.to_owned() };
    for (fault, expected) in [
        (Fault::Refuse(ApiError::unauthorized()), CallError::Unauthorized),
        (Fault::Refuse(ApiError::new(404, "Not Found")), CallError::Unauthorized),
        (Fault::too_many_requests(3), CallError::RetryAfter(Duration::from_secs(3))),
        (Fault::Html(502), unreachable("HTTP 502: the answer is not JSON")),
        (Fault::Refuse(ApiError::new(500, "Internal Server Error")), unreachable("500: Internal Server Error")),
        (Fault::Refuse(ApiError::bad_request("x")), CallError::Other { why: "Bad Request: x".to_owned() }),
    ] {
        telegram.fail_next_call("getUpdates", fault);
        assert_eq!(listener.poll(None).await, Err(expected));
    }
    telegram.fail_next_call("getUpdates", Fault::Hang);
    let hasty = TelegramListener::new(&hasty(telegram.url()), Duration::ZERO).expect("sound");
    assert_eq!(hasty.poll(None).await, Err(unreachable("no answer within 400 ms")));
    telegram.fail_next_call("getUpdates", Fault::Close);
    assert!(matches!(listener.poll(None).await, Err(CallError::Unreachable { .. })));
    let nobody = super::listener(&format!("http://{}", nobody().await)).poll(None).await;
    assert!(matches!(nobody, Err(CallError::Unreachable { .. })), "{nobody:?}");
    assert_eq!(listener.poll(None).await.expect("healed").len(), 1, "and nothing was lost");
}

#[tokio::test]
async fn an_answer_that_is_no_list_of_updates_is_an_error() {
    for body in [r#"{"ok":true,"result":{"a":1}}"#, r#"{"ok":true,"result":[{"message":{}}]}"#, r#"{"ok":true}"#] {
        let url = super::canned(super::answer("200 OK", body)).await;
        let polled = listener(&url).poll(None).await;
        assert!(matches!(polled, Err(CallError::Other { .. })), "{body}: {polled:?}");
    }
}
