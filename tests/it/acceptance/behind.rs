//! A chat that was out of reach for days is not buried under what it missed.

use super::world::{PERSON, unit};
use super::{World, scenarios};
use crate::fake::telegram::{ChatKind, Fault};
use chitieu::domain::delivery::{DeliveryClass, DeliveryState};
use chitieu::domain::subscription::{Medium, Role};
use chitieu::store::NewDelivery;
use chrono::Duration;

scenarios!(
    a_group_that_lets_the_bot_in_again_reads_a_list_and_the_newest,
    whoever_writes_after_days_is_answered_and_reads_a_list,
    a_provider_that_was_away_for_hours_is_not_flooded,
    a_few_old_messages_are_sent_one_by_one,
    of_several_units_each_hears_its_newest,
);

const HEALTH: i64 = -4_001;

/// Queues a bulletin of a unit, as the `n`-th day would have it.
async fn bulletin(world: &World, of: &str, n: i64) {
    let chat = world.context.store.chat_by_address(Medium::Telegram, "telegram:7000000001", &HEALTH.to_string()).await;
    let text = format!("📌 {of} · lần {n}\nĐạt {n}/50 chỉ tiêu");
    let delivery = NewDelivery {
        id: world.context.id(),
        chat_id: chat.expect("the database answers").expect("the chat is known").chat.id,
        kind: "bulletin".to_owned(),
        reason: Some("fell_below".to_owned()),
        class: DeliveryClass::Broadcast,
        dedupe_key: format!("unit:{of}:{n}"),
        part: 1,
        parts: 1,
        body: text.clone(),
        plain: text,
        snapshot_id: None,
        choices: Vec::new(),
        act: chitieu::domain::delivery::Act::Say,
    };
    assert_eq!(world.context.store.enqueue(&[delivery], world.now()).await.expect("stored"), 1);
}

/// The bot is thrown out, and the office hears of it, once.
async fn throw_out(world: &mut World) {
    world.telegram.kick(HEALTH);
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("office").kind, "chat_away");
    post.nothing_else();
}

/// A group that threw the bot out, and forty days of news.
async fn forty_days_of_silence(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    throw_out(world).await;
    for n in 1..=40 {
        bulletin(world, "so-y-te", n).await;
        world.sleep(Duration::days(1));
        world.settle().await;
    }
    world.received().await.nothing_else();
}

async fn a_group_that_lets_the_bot_in_again_reads_a_list_and_the_newest(world: &mut World) {
    forty_days_of_silence(world).await;
    world.telegram.readmit(HEALTH);
    world.settle().await;
    let own = world.received().await.to(&HEALTH.to_string());
    let [list, newest] = &own[..] else { panic!("{own:#?}") };
    assert_eq!((list.kind.as_str(), list.reason.as_str()), ("collected", "far_behind"));
    let lines: Vec<&str> = list.text.lines().collect();
    assert_eq!(lines[0], "🗂 39 thông báo được gộp lại");
    assert_eq!(
        (lines[2], lines[3]),
        ("• 📌 so-y-te · lần 1 (08:00 ngày 24/7)", "• 📌 so-y-te · lần 2 (08:00 ngày 25/7)")
    );
    assert_eq!(lines[10], "… và 31 thông báo khác");
    assert_eq!(newest.text, "📌 so-y-te · lần 40\nĐạt 40/50 chỉ tiêu");
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    let rows = world.outbox().await;
    let dropped = rows.iter().filter(|row| row.state == DeliveryState::Dropped).count();
    assert_eq!(dropped, 39, "what was listed is on record");
}

async fn whoever_writes_after_days_is_answered_and_reads_a_list(world: &mut World) {
    forty_days_of_silence(world).await;
    world.telegram.readmit(HEALTH);
    world.telegram.push_text(HEALTH, PERSON, "/trogiup");
    world.settle().await;
    let kinds: Vec<_> = world.received().await.to(&HEALTH.to_string()).into_iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["help", "collected", "bulletin"]);
}

async fn a_provider_that_was_away_for_hours_is_not_flooded(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.telegram.fail_chat(HEALTH, None, Fault::Html(502));
    for n in 1..=7 {
        bulletin(world, "so-y-te", n).await;
        world.advance(Duration::hours(1)).await;
    }
    world.telegram.heal();
    world.advance(Duration::days(1)).await;
    let own = world.received().await.to(&HEALTH.to_string());
    let kinds: Vec<_> = own.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(kinds, ["collected", "bulletin"]);
    assert_eq!(own[1].text, "📌 so-y-te · lần 7\nĐạt 7/50 chỉ tiêu");
}

async fn a_few_old_messages_are_sent_one_by_one(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    throw_out(world).await;
    for n in 1..=5 {
        bulletin(world, "so-y-te", n).await;
    }
    world.sleep(Duration::days(9));
    world.telegram.readmit(HEALTH);
    world.settle().await;
    let own = world.received().await.to(&HEALTH.to_string());
    let texts: Vec<_> = own.iter().map(|mail| mail.text.lines().next().unwrap_or_default()).collect();
    let expected: Vec<_> = (1..=5).map(|n| format!("📌 so-y-te · lần {n}")).collect();
    assert_eq!(texts, expected);
}

async fn of_several_units_each_hears_its_newest(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Huyện An Lão", unit("huyen-an-lao")).await;
    let chat = world.context.store.chat_by_address(Medium::Telegram, "telegram:7000000001", &HEALTH.to_string()).await;
    let chat = chat.expect("the database answers").expect("the chat is known").chat;
    let commune: Role = unit("xa-an-lao");
    world.context.store.subscribe(&chat.id, &commune, "test", world.now()).await.expect("subscribed");
    throw_out(world).await;
    for n in 1..=4 {
        bulletin(world, "huyen-an-lao", n).await;
        bulletin(world, "xa-an-lao", n).await;
    }
    world.sleep(Duration::days(2));
    world.telegram.readmit(HEALTH);
    world.settle().await;
    let own = world.received().await.to(&HEALTH.to_string());
    let texts: Vec<_> = own.iter().map(|mail| mail.text.lines().next().unwrap_or_default()).collect();
    let list = "🗂 6 thông báo được gộp lại";
    assert_eq!(texts, [list, "📌 huyen-an-lao · lần 4", "📌 xa-an-lao · lần 4"]);
}
