//! Polling, acknowledging, and what teloxide makes of it.

use std::time::Duration;

use serde_json::{Value, json};
use teloxide::Bot;
use teloxide::payloads::GetUpdatesSetters as _;
use teloxide::requests::Requester as _;
use teloxide::types::{ChatMemberKind, UpdateKind};

use super::{FORUM, GROUP, PERSON, SUPERGROUP, Scene};
use crate::fake::telegram::{BOT_USERNAME, ChatKind, FakeTelegram, Fault, Standing, TOKEN};

fn bot(telegram: &FakeTelegram) -> Bot {
    Bot::new(telegram.token()).set_api_url(telegram.url().parse().expect("a URL"))
}

fn ids(updates: &Value) -> Vec<i64> {
    updates.as_array().expect("a list").iter().filter_map(|update| update["update_id"].as_i64()).collect()
}

#[tokio::test]
async fn teloxide_reads_every_kind_of_update() {
    let scene = Scene::calm().await;
    let telegram = &scene.telegram;
    let bot = bot(telegram);
    let me = bot.get_me().await.expect("a complete getMe");
    assert_eq!(me.username(), BOT_USERNAME);

    telegram.name_user(PERSON, "Nguyễn Thị An");
    telegram.push_text(PERSON, PERSON, "/hotich tháng 6");
    telegram.push_text_in_thread(FORUM, 7, PERSON, "chào");
    telegram.invite(-77, ChatKind::Group, "Xã mới", PERSON);
    telegram.kick(SUPERGROUP);
    telegram.migrate(GROUP);
    scene
        .ok(
            "sendMessage",
            json!({"chat_id": PERSON, "text": "x", "reply_markup":
        {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}}),
        )
        .await;
    let (_, query) = telegram.press(PERSON, PERSON, 2, "b");

    let updates = bot.get_updates().await.expect("updates");
    let seen: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) if message.chat_migration().is_some() => "migration".to_owned(),
            UpdateKind::Message(message) => {
                let from = message.from.as_ref().expect("a sender");
                format!("{}: {}", from.first_name, message.text().unwrap_or_default())
            }
            UpdateKind::MyChatMember(change) => match change.new_chat_member.kind {
                ChatMemberKind::Member(_) => "member".to_owned(),
                ChatMemberKind::Banned(_) => "kicked".to_owned(),
                ref other => format!("{other:?}"),
            },
            UpdateKind::CallbackQuery(query) => {
                format!("pressed {}", query.data.clone().unwrap_or_default())
            }
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        seen,
        [
            "Nguyễn Thị An: /hotich tháng 6",
            "Nguyễn Thị An: chào",
            "member",
            "kicked",
            "migration",
            "migration",
            "pressed b",
        ]
    );
    let send = bot.send_message(teloxide::types::ChatId(PERSON), "chào").await.expect("sent");
    assert_eq!(send.text(), Some("chào"));
    scene.ok("answerCallbackQuery", json!({"callback_query_id": query})).await;
    assert_eq!(
        scene.bad("answerCallbackQuery", json!({"callback_query_id": "0"})).await,
        "query is too old and response timeout expired or query ID is invalid"
    );
    assert_eq!(bot.get_webhook_info().await.expect("webhook info").pending_update_count, 7);
}

#[tokio::test]
async fn an_update_comes_again_until_it_is_acknowledged() {
    let scene = Scene::calm().await;
    let first = scene.telegram.push_text(PERSON, PERSON, "một");
    let second = scene.telegram.push_text(PERSON, PERSON, "hai");
    let third = scene.telegram.push_update(json!({"message": {"message_id": 9, "date": 0,
        "chat": {"id": PERSON, "type": "private", "first_name": "An"}, "text": "ba"}}));
    for _ in 0..2 {
        assert_eq!(ids(&scene.ok("getUpdates", json!({})).await), [first, second, third]);
    }
    assert_eq!(ids(&scene.ok("getUpdates", json!({"offset": second, "limit": 1})).await), [second]);
    assert_eq!(scene.telegram.unacknowledged(), [second, third]);
    let url = format!("{}?offset=-1", scene.method_url("getUpdates"));
    let body: Value = scene.client.get(url).send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(ids(&body["result"]), [third]);
    assert_eq!(scene.telegram.unacknowledged(), [third]);
}

#[tokio::test]
async fn a_long_poll_ends_when_something_comes_or_time_is_up() {
    let scene = Scene::calm().await;
    assert_eq!(scene.ok("getUpdates", json!({"timeout": 1})).await, json!([]));
    let poll = scene.ok("getUpdates", json!({"timeout": 20}));
    let write = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        scene.telegram.push_text(PERSON, PERSON, "x")
    };
    let (updates, id) = tokio::time::timeout(Duration::from_secs(5), async { tokio::join!(poll, write) })
        .await
        .expect("woken by the message");
    assert_eq!(ids(&updates), [id]);
}

#[tokio::test]
async fn of_two_pollers_the_older_is_turned_away() {
    let scene = Scene::calm().await;
    let older = scene.refused("getUpdates", json!({"timeout": 20}));
    let newer = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        bot(&scene.telegram).get_updates().timeout(1).await
    };
    let ((status, words), updates) = tokio::join!(older, newer);
    assert_eq!(status, 409);
    assert_eq!(
        words,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
    assert!(updates.expect("the newer poll waits on").is_empty());
    assert_eq!(scene.telegram.conflicts(), 1);

    scene.telegram.set_rival(true);
    assert_eq!(scene.refused("getUpdates", json!({})).await.0, 409);
    scene.telegram.set_rival(false);
    scene.ok("getUpdates", json!({})).await;
}

#[tokio::test]
async fn a_poll_whose_client_went_away_is_no_conflict() {
    let scene = Scene::calm().await;
    let poll = scene.client.post(scene.method_url("getUpdates")).json(&json!({"timeout": 20}));
    poll.timeout(Duration::from_millis(100)).send().await.expect_err("gave up");
    assert_eq!(scene.ok("getUpdates", json!({"timeout": 1})).await, json!([]));
    assert_eq!(scene.telegram.conflicts(), 0);
}

#[tokio::test]
async fn a_webhook_ends_polling_until_it_is_deleted() {
    let scene = Scene::calm().await;
    let waiting = scene.refused("getUpdates", json!({"timeout": 20}));
    let hook = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        scene.ok("setWebhook", json!({"url": "https://example.vn/hook"})).await
    };
    let ((status, words), _) = tokio::join!(waiting, hook);
    assert_eq!((status, words.as_str()), (409, "Conflict: terminated by setWebhook request"));
    let (status, words) = scene.refused("getUpdates", json!({})).await;
    assert_eq!(status, 409);
    assert!(words.starts_with("Conflict: can't use getUpdates method while webhook is active"), "{words}");
    assert_eq!(scene.ok("getWebhookInfo", json!({})).await["url"], "https://example.vn/hook");
    scene.telegram.push_text(PERSON, PERSON, "cũ");
    scene.ok("deleteWebhook", json!({"drop_pending_updates": true})).await;
    assert_eq!(scene.ok("getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn a_kick_goes_unseen_when_nobody_asked_for_it() {
    let scene = Scene::calm().await;
    scene.ok("getUpdates", json!({"allowed_updates": ["message"]})).await;
    scene.telegram.kick(GROUP);
    assert_eq!(scene.ok("getUpdates", json!({})).await, json!([]));
    scene.ok("getUpdates", json!({"allowed_updates": ["message", "my_chat_member"]})).await;
    let seen = scene.telegram.change_standing(GROUP, PERSON, Standing::Member);
    assert_eq!(ids(&scene.ok("getUpdates", json!({})).await), [seen]);
}

#[tokio::test]
async fn a_poll_can_fail_like_any_call() {
    let telegram = FakeTelegram::start().await;
    assert_eq!(telegram.token(), TOKEN);
    telegram.fail_next_call("getUpdates", Fault::Close);
    bot(&telegram).get_updates().await.expect_err("the socket closed");
    assert!(bot(&telegram).get_updates().await.expect("healed").is_empty());
}
