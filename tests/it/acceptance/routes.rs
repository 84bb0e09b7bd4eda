//! The way to Telegram: its limits, its order, its moves.

use super::world::{PERSON, unit};
use super::{Report, World, scenarios};
use crate::fake::telegram::{ChatKind, Fault};
use chitieu::service::publish;
use chrono::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};

scenarios!(
    forty_groups_are_told_within_the_limits,
    one_group_of_all_units_is_told_within_the_limits,
    an_answer_overtakes_a_broadcast,
    a_long_answer_comes_in_parts_and_in_order,
    a_group_that_became_a_supergroup_is_told_once,
    a_supergroup_that_was_heard_of_is_told_once,
);

const GROUP: i64 = -4_001;
const OTHER: i64 = -4_002;

fn all_units(world: &World) -> Vec<String> {
    world.context.catalog.units.iter().map(|unit| unit.code.to_string()).collect()
}

async fn forty_groups_are_told_within_the_limits(world: &mut World) {
    let codes = all_units(world);
    assert_eq!(codes.len(), 40);
    let groups: Vec<(i64, &String)> = (1..).map(|n| -5_000 - n).zip(&codes).collect();
    for (group, code) in &groups {
        world.join(*group, ChatKind::Group, code, unit(code)).await;
    }
    world.sleep(Duration::minutes(1));
    let began = world.now();
    let mut post = world.import(Report::july().file()).await;
    let took = world.now() - began;
    for (group, code) in &groups {
        assert_eq!(post.one(&group.to_string()).text, post.one(&format!("unit/{code}")).text);
    }
    post.one("leader");
    post.nothing_else();
    assert_eq!(world.telegram.too_many_requests(), 0);
    assert!(took < Duration::seconds(2), "no slower than it has to be: {took}");
}

async fn one_group_of_all_units_is_told_within_the_limits(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Cả tỉnh");
    world.telegram.add_chat(OTHER, ChatKind::Group, "Sở Y tế");
    for code in all_units(world) {
        world.link(GROUP, unit(&code)).await;
        // The answers, too, are counted.
        world.sleep(Duration::seconds(4));
    }
    world.link(OTHER, unit("so-y-te")).await;
    world.sleep(Duration::minutes(1));
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.to(&GROUP.to_string()).len(), 40);
    let other = post.one(&OTHER.to_string()).text;
    assert_eq!(other, post.one("unit/so-y-te").text);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 39);
    post.one("leader");
    post.nothing_else();
    assert_eq!(world.telegram.too_many_requests(), 0);
    let slow = world.telegram.received(GROUP);
    let quick = world.telegram.received(OTHER).last().expect("told").at;
    let (third, last) = (slow[slow.len() - 38].at, slow[slow.len() - 1].at);
    assert!(last - third > std::time::Duration::from_secs(110), "twenty a minute: {third:?} to {last:?}");
    assert!(quick <= third, "the other group did not wait for it: {quick:?}, {third:?}");
}

async fn an_answer_overtakes_a_broadcast(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Cụm thi đua");
    for code in ["so-y-te", "so-tu-phap", "so-noi-vu", "so-tai-chinh", "so-du-lich"] {
        world.link(GROUP, unit(code)).await;
        world.sleep(Duration::seconds(4));
    }
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    // Three of five leave at once, the others wait for their turn; then somebody asks.
    world.deliver().await;
    world.telegram.push_text(GROUP, PERSON, "/trogiup");
    world.settle().await;
    let mut post = world.received().await;
    let kinds: Vec<String> = post.to(&GROUP.to_string()).into_iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["bulletin", "bulletin", "bulletin", "help", "bulletin", "bulletin"]);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    assert_eq!(world.telegram.too_many_requests(), 0);
}

async fn a_long_answer_comes_in_parts_and_in_order(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Các huyện");
    let codes: Vec<String> = all_units(world).into_iter().filter(|code| code.starts_with("huyen-")).collect();
    assert_eq!(codes.len(), 11);
    for code in &codes {
        world.link(GROUP, unit(code)).await;
        world.sleep(Duration::seconds(4));
    }
    world.import(Report::july().file()).await.lines();
    world.sleep(Duration::minutes(1));
    // The second part is put off: what comes after it waits for it.
    let sent = AtomicUsize::new(0);
    let patience = Fault::too_many_requests(30);
    world
        .telegram
        .fail_when(Some(1), patience, move |seen| seen.is_send() && sent.fetch_add(1, Ordering::Relaxed) == 1);
    world.telegram.push_text(GROUP, PERSON, "/xemthem");
    world.settle().await;
    let parts = world.received().await.to(&GROUP.to_string());
    assert!(parts.len() > 2, "{} parts", parts.len());
    assert!(parts.iter().all(|part| part.kind == "status" && part.text.encode_utf16().count() <= 4_000));
    let whole = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let names: Vec<&str> = whole.lines().filter(|line| line.starts_with('📊')).collect();
    let catalog = &world.context.catalog;
    let expected = catalog.units.iter().filter(|unit| unit.code.as_str().starts_with("huyen-"));
    let expected: Vec<String> = expected.map(|unit| format!("📊 {} ·", unit.full_name())).collect();
    // Before the figures of all stand the lines of those that the head had no room for.
    let names = &names[names.len().saturating_sub(11)..];
    assert_eq!(names.len(), 11, "{whole}");
    for name in &expected {
        assert_eq!(names.iter().filter(|line| line.starts_with(name.as_str())).count(), 1, "{name}");
    }
    // The parts are what one message would be: the units stand in it in the order in which they were linked.
    assert!(names.iter().zip(&expected).all(|(line, name)| line.starts_with(name.as_str())), "{names:?}");
    assert_eq!(world.telegram.too_many_requests(), 1, "the one that was ordered");
}

async fn a_group_that_became_a_supergroup_is_told_once(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.join(OTHER, ChatKind::Group, "Sở Tư pháp", unit("so-tu-phap")).await;
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    let new = world.telegram.migrate(GROUP);
    // The bot learns it by being refused, before it hears of it.
    world.deliver().await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one(&new.to_string()).text, post.one("unit/so-y-te").text);
    assert_eq!(post.one(&OTHER.to_string()).text, post.one("unit/so-tu-phap").text);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 38);
    post.one("leader");
    post.nothing_else();
    // It goes on being the unit's group.
    let page = world.ask("unit/so-y-te", "/status").await;
    let there = world.ask_telegram(new, "/status").await;
    assert!(page.starts_with(there.trim_end_matches("Gõ /xemthem để xem thêm.")), "{there}");
    let telegram = world.context.store.chats().await.expect("chats");
    let titles: Vec<_> = telegram.iter().filter(|l| l.chat.title == "Sở Y tế" && l.chat.lane != "web").collect();
    assert_eq!(titles.len(), 1, "{titles:?}");
}

async fn a_supergroup_that_was_heard_of_is_told_once(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    let new = world.telegram.migrate(GROUP);
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.one(&new.to_string()).text, post.one("unit/so-y-te").text);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 39);
    post.one("leader");
    post.nothing_else();
    let statuses: Vec<_> = world.telegram.calls("sendMessage").into_iter().map(|call| call.status).collect();
    assert!(statuses.iter().all(|status| *status == Some(200)), "{statuses:?}");
}
