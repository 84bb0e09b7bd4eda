//! Faults, and a bot that is not wanted any more.

use std::time::Duration;

use serde_json::json;

use super::{FORUM, GROUP, PERSON, SUPERGROUP, Scene};
use crate::fake::telegram::{ApiError, Fault};

#[tokio::test]
async fn a_proxy_answers_for_an_api_that_is_down() {
    let scene = Scene::calm().await;
    scene.telegram.fail_next_send(Fault::Html(502));
    scene.ok("getMe", json!({})).await;
    let url = scene.method_url("sendMessage");
    let answer = scene.client.post(url).json(&json!({"chat_id": PERSON, "text": "x"})).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.expect("a body").starts_with("<html>"));
    assert!(scene.telegram.all_received().is_empty());
    assert_eq!(scene.send(PERSON, "x").await.0, 200);
}

#[tokio::test]
async fn a_closed_socket_may_or_may_not_have_delivered() {
    let scene = Scene::calm().await;
    let hello = json!({"chat_id": PERSON, "text": "x"});
    // Once on a fresh connection and once on a pooled one: the client must not repeat by itself.
    for (fault, delivered) in [(Fault::Close, 0), (Fault::RecordThenClose, 1)] {
        scene.telegram.fail_next_send(fault);
        let error = scene.try_call("sendMessage", hello.clone()).await.expect_err("no answer");
        assert!(error.is_request() && !error.is_timeout(), "{error:?}");
        assert_eq!(scene.telegram.received(PERSON).len(), delivered);
        assert_eq!(scene.telegram.log().last().and_then(|call| call.status), None);
        scene.ok("getMe", json!({})).await;
    }
    assert_eq!(scene.telegram.calls("sendMessage").len(), 2);
}

#[tokio::test]
async fn a_late_answer_has_delivered_and_a_hung_call_has_not() {
    let scene = Scene::calm().await;
    let late = Fault::RecordThenDelay(Duration::from_secs(30));
    for (fault, delivered) in [(late, 1), (Fault::Hang, 1)] {
        scene.telegram.fail_next_send(fault);
        let call = scene.client.post(scene.method_url("sendMessage")).timeout(Duration::from_millis(150));
        let error = call.json(&json!({"chat_id": PERSON, "text": "x"})).send().await.expect_err("too late");
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(scene.telegram.received(PERSON).len(), delivered);
    }
}

#[tokio::test]
async fn a_short_delay_is_only_slow() {
    let scene = Scene::calm().await;
    scene.telegram.fail_next_call("sendMessage", Fault::RecordThenDelay(Duration::from_millis(30)));
    assert_eq!(scene.send(PERSON, "x").await.0, 200);
}

#[tokio::test]
async fn faults_keep_to_their_chat_count_and_predicate() {
    let scene = Scene::calm().await;
    scene.telegram.fail_chat(GROUP, Some(2), Fault::too_many_requests(7200));
    scene.telegram.fail_when(None, Fault::Refuse(ApiError::new(500, "Internal Server Error")), |seen| {
        seen.params["text"] == "hỏng"
    });
    assert_eq!(scene.telegram.faults_left(), 2);
    assert_eq!(scene.send(PERSON, "x").await.0, 200);
    let (_, body) = scene.send(GROUP, "x").await;
    assert_eq!(body["parameters"], json!({"retry_after": 7200}));
    assert_eq!(scene.send(GROUP, "x").await.0, 429);
    assert_eq!(scene.send(GROUP, "x").await.0, 200);
    assert_eq!(scene.telegram.faults_left(), 0);
    assert_eq!(scene.send(GROUP, "hỏng").await.0, 500);
    assert_eq!(scene.send(GROUP, "hỏng").await.0, 500);
    scene.telegram.heal();
    assert_eq!(scene.send(GROUP, "hỏng").await.0, 200);
}

#[tokio::test]
async fn an_unwanted_bot_is_told_so_by_answer_and_by_update() {
    let scene = Scene::calm().await;
    let telegram = &scene.telegram;
    telegram.kick(GROUP);
    telegram.kick(SUPERGROUP);
    telegram.leave(FORUM);
    telegram.block(PERSON);
    for (chat, words) in [
        (GROUP, "Forbidden: bot was kicked from the group chat"),
        (SUPERGROUP, "Forbidden: bot was kicked from the supergroup chat"),
        (FORUM, "Forbidden: bot is not a member of the supergroup chat"),
        (PERSON, "Forbidden: bot was blocked by the user"),
    ] {
        let refused = scene.refused("sendMessage", json!({"chat_id": chat, "text": "x"})).await;
        assert_eq!(refused, (403, words.to_owned()));
    }
    let updates = scene.ok("getUpdates", json!({})).await;
    let statuses: Vec<_> = updates
        .as_array()
        .expect("a list")
        .iter()
        .map(|update| (&update["my_chat_member"]["chat"]["id"], &update["my_chat_member"]["new_chat_member"]["status"]))
        .collect();
    assert_eq!(
        statuses,
        [
            (&json!(GROUP), &json!("kicked")),
            (&json!(SUPERGROUP), &json!("kicked")),
            (&json!(FORUM), &json!("left")),
            (&json!(PERSON), &json!("kicked")),
        ]
    );
    telegram.readmit(GROUP);
    assert_eq!(scene.send(GROUP, "x").await.0, 200);
    assert!(telegram.received(SUPERGROUP).is_empty());
}

#[tokio::test]
async fn a_migrated_group_names_its_new_id() {
    let scene = Scene::calm().await;
    let new_id = scene.telegram.migrate(GROUP);
    let (status, body) = scene.send(GROUP, "x").await;
    assert_eq!(status, 400);
    assert_eq!(body["description"], "Bad Request: group chat was upgraded to a supergroup chat");
    assert_eq!(body["parameters"], json!({"migrate_to_chat_id": new_id}));
    assert_eq!(scene.send(new_id, "x").await.0, 200);
    let updates = scene.ok("getUpdates", json!({})).await;
    assert_eq!(updates[0]["message"]["chat"]["id"], GROUP);
    assert_eq!(updates[0]["message"]["migrate_to_chat_id"], new_id);
    assert_eq!(updates[1]["message"]["chat"]["id"], new_id);
    assert_eq!(updates[1]["message"]["migrate_from_chat_id"], GROUP);
}

#[tokio::test]
async fn dropping_the_fake_ends_calls_that_hang() {
    let scene = Scene::calm().await;
    scene.telegram.fail_next_send(Fault::Hang);
    let call = scene.client.post(scene.method_url("sendMessage")).json(&json!({"chat_id": PERSON, "text": "x"}));
    let waiting = tokio::spawn(call.send());
    while scene.telegram.log().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(scene.telegram);
    let ended = tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("ended with the fake");
    ended.expect("no panic").expect_err("no answer");
}
