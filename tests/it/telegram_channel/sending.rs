//! What Telegram says -> what became of the message.

use chitieu::channel::{Channel as _, Outgoing, Photo, Task};
use chitieu::domain::delivery::Choice;
use chitieu::domain::subscription::Medium;
use serde_json::json;

use super::{FORUM, GROUP, PERSON, SUPERGROUP, channel, send_to, telegram, told};
use crate::fake::telegram::{ApiError, ChatKind, FakeOptions, FakeTelegram, Fault};
use chrono::DateTime;

#[tokio::test]
async fn a_message_arrives_as_people_see_it() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    assert_eq!((channel.lane(), channel.medium()), ("telegram:7000000001", Medium::Telegram));

    let text = "📌 <b>Sở Nội vụ</b> &amp; tháng 7: <i>29,7%</i> https://example.vn";
    let sent = send_to(&channel, &SUPERGROUP.to_string(), text, "không dùng").await;
    assert_eq!(told(sent), ("accepted", "1".into()));

    let received = telegram.received(SUPERGROUP);
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].text, "📌 Sở Nội vụ & tháng 7: 29,7% https://example.vn");
    assert_eq!(received[0].entities.iter().filter(|entity| entity["type"] == "bold").count(), 1);
    assert_eq!(received[0].thread, None);
    let call = &telegram.calls("sendMessage")[0];
    assert_eq!(call.params["link_preview_options"], json!({"is_disabled": true}));
    assert_eq!(telegram.log().len(), 1, "one message is one call");
}

#[tokio::test]
async fn a_topic_is_part_of_the_address() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    for (address, thread) in [(format!("{FORUM}/7"), Some(7)), (FORUM.to_string(), None), (format!("{FORUM}/1"), None)]
    {
        assert_eq!(told(send_to(&channel, &address, "x", "x").await).0, "accepted", "{address}");
        assert_eq!(telegram.received(FORUM).last().expect("received").thread, thread, "{address}");
    }
    telegram.drop_thread(FORUM, 7);
    let gone = send_to(&channel, &format!("{FORUM}/7"), "x", "x").await;
    assert_eq!(told(gone), ("gone", "Bad Request: message thread not found".into()));
}

#[tokio::test]
async fn choices_are_buttons_also_where_the_markup_is_not_read() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    let choice = |command: String| Choice { label: "Sở Tư pháp".to_owned(), command };
    // 64 bytes fit, 65 do not: the server would refuse the whole message.
    let choices = [choice(format!("/status {}", "x".repeat(56))), choice(format!("/status {}", "x".repeat(57)))];
    let now = chrono::DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
    for text in ["<b>x</b>", "<b>5 < 6"] {
        let address = SUPERGROUP.to_string();
        let message = Outgoing {
            delivery_id: "d",
            chat_id: "c",
            address: &address,
            text,
            plain: "x",
            choices: &choices,
            task: chitieu::channel::Task::Say,
            now,
        };
        assert_eq!(told(channel.send(message).await).0, "accepted");
        let markup = telegram.received(SUPERGROUP).pop().expect("received").reply_markup.expect("buttons");
        let expected = json!([[{"text": "Sở Tư pháp", "callback_data": choices[0].command}]]);
        assert_eq!(markup["inline_keyboard"], expected);
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_a_call() {
    let telegram = telegram().await;
    let outcome = send_to(&channel(telegram.url()), "@nhom", "x", "x").await;
    assert_eq!(told(outcome), ("refused", "not a Telegram address: \"@nhom\"".into()));
    assert!(telegram.log().is_empty());
}

#[tokio::test]
async fn unreadable_markup_goes_out_once_more_without_any() {
    let telegram = telegram().await;
    let outcome = send_to(&channel(telegram.url()), &GROUP.to_string(), "<b>5 < 6", "5 < 6").await;
    assert_eq!(told(outcome), ("accepted", "1".into()));
    let received = telegram.received(GROUP);
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].text.as_str(), &received[0].parse_mode), ("5 < 6", &None));
    assert_eq!(telegram.calls("sendMessage").len(), 2);
}

#[tokio::test]
async fn the_plain_text_has_an_outcome_of_its_own() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    let broken = || Fault::Refuse(ApiError::cannot_parse_entities("Unexpected end tag at byte offset 0"));

    telegram.fail_next_send(broken());
    telegram.fail_next_send(Fault::RecordThenClose);
    assert_eq!(told(send_to(&channel, &GROUP.to_string(), "</b>", "x").await).0, "unknown");
    assert_eq!(telegram.received(GROUP).len(), 1);

    // Once is enough, even if Telegram complains about text that has no markup.
    telegram.fail_next_send(broken());
    telegram.fail_next_send(broken());
    assert_eq!(told(send_to(&channel, &GROUP.to_string(), "</b>", "x").await).0, "refused");
    assert_eq!((telegram.calls("sendMessage").len(), telegram.faults_left()), (4, 0));
}

#[tokio::test]
async fn every_refusal_of_the_contract() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    let long = "a".repeat(4097);
    for (fault, name, words) in [
        (Fault::too_many_requests(15), "retry after", "15"),
        (Fault::too_many_requests(7_200), "retry after", "7200"),
        (Fault::Refuse(ApiError::migrated(-1_009)), "moved", "-1009"),
        (Fault::Refuse(ApiError::blocked()), "gone", "Forbidden: bot was blocked by the user"),
        (Fault::Refuse(ApiError::new(403, "Forbidden: user is deactivated")), "gone", "Forbidden: user is deactivated"),
        (Fault::Refuse(ApiError::chat_not_found()), "gone", "Bad Request: chat not found"),
        (Fault::Refuse(ApiError::unauthorized()), "retry", "token refused: Unauthorized"),
        (Fault::Refuse(ApiError::new(404, "Not Found")), "retry", "token refused: Not Found"),
        (Fault::Refuse(ApiError::new(500, "Internal Server Error")), "retry", "500: Internal Server Error"),
        (Fault::Html(502), "retry", "HTTP 502: the answer is not JSON"),
        (Fault::Html(429), "retry after", "30"),
        (Fault::Html(403), "retry", "HTTP 403: the answer is not JSON"),
        (Fault::Html(200), "unknown", "the answer is not JSON"),
    ] {
        telegram.fail_next_send(fault.clone());
        let outcome = send_to(&channel, &PERSON.to_string(), "x", "x").await;
        assert_eq!(told(outcome), (name, words.to_owned()), "{fault:?}");
    }
    for (text, words) in
        [(long.as_str(), "Bad Request: message is too long"), (" ", "Bad Request: message text is empty")]
    {
        assert_eq!(told(send_to(&channel, &PERSON.to_string(), text, "x").await), ("refused", words.to_owned()));
    }
    assert!(telegram.all_received().is_empty(), "nothing was sent, and nothing was repeated");
    assert_eq!(telegram.calls("sendMessage").len(), 15);
}

#[tokio::test]
async fn chats_that_are_lost_are_gone() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    telegram.kick(GROUP);
    telegram.kick(SUPERGROUP);
    telegram.leave(FORUM);
    telegram.block(PERSON);
    for (chat, words) in [
        (GROUP, "Forbidden: bot was kicked from the group chat"),
        (SUPERGROUP, "Forbidden: bot was kicked from the supergroup chat"),
        (FORUM, "Forbidden: bot is not a member of the supergroup chat"),
        (PERSON, "Forbidden: bot was blocked by the user"),
        (-5, "Bad Request: chat not found"),
    ] {
        assert_eq!(told(send_to(&channel, &chat.to_string(), "x", "x").await), ("gone", words.to_owned()));
    }
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_has_moved() {
    let telegram = telegram().await;
    let channel = channel(telegram.url());
    let new = telegram.migrate(GROUP).to_string();
    assert_eq!(told(send_to(&channel, &GROUP.to_string(), "x", "x").await), ("moved", new.clone()));
    assert_eq!(told(send_to(&channel, &new, "x", "x").await).0, "accepted");
}

#[tokio::test]
async fn flood_control_is_reported_and_not_waited_for() {
    let options = FakeOptions::default().with_elapsed(|| std::time::Duration::ZERO);
    let telegram = FakeTelegram::start_with(options).await;
    telegram.add_chat(PERSON, crate::fake::telegram::ChatKind::Private, "Bà An");
    let channel = channel(telegram.url());
    let mut last = Vec::new();
    for _ in 0..4 {
        last.push(told(send_to(&channel, &PERSON.to_string(), "x", "x").await).0);
    }
    assert_eq!(last, ["accepted", "accepted", "accepted", "retry after"]);
    assert_eq!(telegram.too_many_requests(), 1);
}

#[tokio::test]
async fn photos_keep_the_limits_of_telegram() {
    let telegram = FakeTelegram::start().await;
    telegram.add_chat(-1, ChatKind::Group, "Lãnh đạo");
    let channel = channel(telegram.url());
    let now = DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
    let show = async |photo: &Photo, text: &str, plain: &str| {
        let task = Task::Show(photo);
        let message = Outgoing { delivery_id: "d", chat_id: "c", address: "-1", text, plain, choices: &[], task, now };
        told(channel.send(message).await)
    };
    let head = |width: u32, height: u32| {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        Photo { png, link: None, title: "Bảng màu".to_owned() }
    };
    let most = "ế".repeat(1_024);
    assert_eq!(show(&head(1080, 2340), &format!("<b>{most}</b>"), &most).await.0, "accepted");
    // One more is not even sent; what only Telegram knows, it refuses.
    let longer = format!("{most}ế");
    assert_eq!(show(&head(1080, 2340), &longer, &longer).await.0, "refused");
    assert_eq!(telegram.calls("sendPhoto").len(), 1);
    assert_eq!(show(&head(1080, 9_000), "x", "x").await, ("refused", "Bad Request: PHOTO_INVALID_DIMENSIONS".into()));
    assert_eq!(show(&head(100, 2_100), "x", "x").await, ("refused", "Bad Request: PHOTO_INVALID_DIMENSIONS".into()));
    let broken = Photo { png: b"GIF89a".to_vec(), link: None, title: String::new() };
    assert_eq!(show(&broken, "x", "x").await, ("refused", "Bad Request: IMAGE_PROCESS_FAILED".into()));
    // A caption whose markup cannot be read goes out without any.
    assert_eq!(show(&head(1080, 790), "<b>hỏng", "hỏng").await.0, "accepted");
    let received = telegram.received(-1);
    assert_eq!(received.last().map(|m| (m.text.as_str(), m.parse_mode.as_deref())), Some(("hỏng", None)));
    assert!(received.iter().all(|m| m.attachment.is_some()), "each with its picture");
}
