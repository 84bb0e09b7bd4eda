//! The same update twice is answered once.

use super::world::{PERSON, unit};
use super::{World, scenarios};
use crate::fake::telegram::{ChatKind, TOKEN};
use chitieu::channel::telegram::{TelegramAccount, TelegramListener};
use chitieu::domain::subscription::Medium;
use chitieu::service::hear;
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;

scenarios!(
    an_update_that_comes_again_is_answered_once,
    a_stop_between_storing_and_acknowledging_loses_and_doubles_nothing,
);

const GROUP: i64 = -4_001;
const LANE: &str = "telegram:7000000001";

async fn an_update_that_comes_again_is_answered_once(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    let update = json!({"update_id": 5_000, "message": {
        "message_id": 77, "date": 1_767_225_700, "text": "/trogiup",
        "from": {"id": PERSON, "is_bot": false, "first_name": "An"},
        "chat": {"id": GROUP, "type": "group", "title": "Sở Y tế", "all_members_are_administrators": false},
    }});
    world.telegram.push_update(update.clone());
    world.settle().await;
    let first = world.received().await.one(&GROUP.to_string()).text;
    assert_snapshot!(first.lines().next().unwrap_or_default(), @"Nhóm của Sở Y tế.");
    // It was acknowledged, and Telegram sends it all the same.
    for _ in 0..2 {
        world.telegram.push_update(update.clone());
        world.settle().await;
        world.received().await.nothing_else();
    }
    assert_eq!(world.ask_telegram(GROUP, "/trogiup").await, first, "the same question again is another one");
}

async fn a_stop_between_storing_and_acknowledging_loses_and_doubles_nothing(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.telegram.push_text(GROUP, PERSON, "/trogiup");
    world.telegram.push_text(GROUP, PERSON, "/chitieu");
    // What `poll_telegram` does, up to the moment at which the process is killed: the first one is stored.
    let account = TelegramAccount {
        api_url: world.telegram.url().to_owned(),
        ..TelegramAccount::new(SecretString::from(TOKEN.to_owned()))
    };
    let listener = TelegramListener::new(&account, Duration::ZERO).expect("a sound account");
    let cursor = world.context.store.cursor(&format!("updates:{LANE}")).await.expect("a cursor");
    let polled = listener.poll(cursor.and_then(|text| text.parse().ok())).await.expect("updates");
    let (_, Some(heard)) = &polled[0] else { panic!("{polled:?}") };
    hear::take(&world.context, Medium::Telegram, LANE, heard).await.expect("stored");

    world.settle().await;
    let answers = world.received().await.to(&GROUP.to_string());
    let kinds: Vec<_> = answers.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(kinds, ["help", "no_figures"]);
}
