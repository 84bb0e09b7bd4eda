//! 429 by counting, on a clock that the test moves.

use serde_json::json;

use super::{GROUP, PERSON, SUPERGROUP, Scene};
use crate::fake::telegram::{ChatKind, FakeOptions, Limits};

fn only(limits: Limits) -> FakeOptions {
    FakeOptions { limits, ..FakeOptions::default() }
}

#[tokio::test]
async fn the_bot_sends_thirty_at_once_and_then_waits() {
    let scene = Scene::with(FakeOptions::default()).await;
    for chat in 1..=31 {
        scene.telegram.add_chat(chat, ChatKind::Private, "Ai đó");
    }
    for chat in 1..=30 {
        assert_eq!(scene.send(chat, "x").await.0, 200);
    }
    let (status, body) = scene.send(31, "x").await;
    assert_eq!(status, 429);
    assert_eq!(
        body,
        json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 1",
               "parameters": {"retry_after": 1}})
    );
    assert_eq!(scene.telegram.too_many_requests(), 1);
    scene.pass(1000);
    assert_eq!(scene.send(31, "x").await.0, 200);
    assert_eq!(scene.telegram.all_received().len(), 31);
}

#[tokio::test]
async fn a_group_takes_twenty_a_minute_edits_and_pins_counted() {
    let scene = Scene::with(only(Limits { group_per_minute: Some(20), ..Limits::NONE })).await;
    for n in 0..18 {
        assert_eq!(scene.send(GROUP, &format!("{n}")).await.0, 200);
        scene.pass(1000);
    }
    scene.ok("editMessageText", json!({"chat_id": GROUP, "message_id": 1, "text": "sửa"})).await;
    scene.ok("pinChatMessage", json!({"chat_id": GROUP, "message_id": 1})).await;
    let (status, body) = scene.send(GROUP, "quá").await;
    assert_eq!((status, &body["parameters"]["retry_after"]), (429, &json!(42)));
    assert_eq!(scene.send(SUPERGROUP, "another group is not affected").await.0, 200);
    for _ in 0..25 {
        assert_eq!(scene.send(PERSON, "a person is no group").await.0, 200);
    }
    scene.pass(42_000);
    assert_eq!(scene.send(GROUP, "x").await.0, 200);
    assert_eq!(scene.send(GROUP, "x").await.0, 429);
}

#[tokio::test]
async fn a_chat_takes_a_short_burst_and_then_one_a_second() {
    let scene = Scene::with(only(Limits { chat_burst: Some(3), ..Limits::NONE })).await;
    for expected in [200, 200, 200, 429] {
        assert_eq!(scene.send(PERSON, "x").await.0, expected);
    }
    scene.pass(1000);
    for expected in [200, 429] {
        assert_eq!(scene.send(PERSON, "x").await.0, expected);
    }
}

#[tokio::test]
async fn a_refused_message_costs_nothing() {
    let scene = Scene::with(only(Limits { chat_burst: Some(1), ..Limits::NONE })).await;
    assert_eq!(scene.send(PERSON, "").await.0, 400);
    assert_eq!(scene.send(PERSON, "x").await.0, 200);
}

#[tokio::test]
async fn a_flooded_chat_says_how_much_is_left() {
    let scene = Scene::calm().await;
    scene.telegram.flood(GROUP, 3600);
    scene.pass(1_000_500);
    let (status, body) = scene.send(GROUP, "x").await;
    assert_eq!((status, &body["parameters"]["retry_after"]), (429, &json!(2600)));
    assert_eq!(scene.send(PERSON, "x").await.0, 200);
    scene.pass(2_600_000);
    assert_eq!(scene.send(GROUP, "x").await.0, 200);
}
