//! Publishing is one transaction: two processes on one database, and processes that die in between.

use super::world::unit;
use super::{Report, World, scenarios};
use crate::fake::telegram::ChatKind;
use chitieu::ingest::Hints;
use chitieu::service::deliver::LEASE;
use chitieu::service::import::{read_files, record};
use chitieu::service::{publish, schedule};
use chitieu::store::Claim;
use chrono::Duration;
use tokio_util::sync::CancellationToken;

scenarios!(
    two_processes_publish_the_same_figures_once,
    two_processes_remind_once,
    two_processes_deliver_each_message_once,
    a_process_that_died_after_recording_is_made_up_for,
    two_processes_record_the_same_figures_once,
    a_process_that_died_while_sending_is_made_up_for,
);

async fn july_was_told_once(world: &mut World) {
    let mut post = world.received().await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

async fn two_processes_publish_the_same_figures_once(world: &mut World) {
    let other = world.other_process().await;
    world.record(&[Report::july().file()]).await;
    let (one, two) = tokio::join!(publish::step(&world.context), publish::step(&other.context));
    let queued = one.expect("published").queued + two.expect("published").queued;
    assert_eq!(queued, 42, "each message was queued by one of them: 40 units, leaders, office");
    world.settle().await;
    july_was_told_once(world).await;
    assert_eq!(world.outbox().await.len(), 42);
}

async fn two_processes_remind_once(world: &mut World) {
    let other = world.other_process().await;
    world.record(&[Report::july().file()]).await;
    world.settle().await;
    july_was_told_once(world).await;
    world.sleep(Duration::days(7));
    let (one, two) = tokio::join!(schedule::step(&world.context), schedule::step(&other.context));
    assert_eq!(
        one.expect("reminded").queued + two.expect("reminded").queued,
        42,
        "40 units, the leaders, their picture"
    );
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 40);
    assert_eq!(post.lines(), "leader: digest weekly\n");
}

async fn two_processes_deliver_each_message_once(world: &mut World) {
    let codes = ["so-y-te", "so-tu-phap", "so-xay-dung", "so-noi-vu", "so-du-lich", "bql-kkt"];
    let groups: Vec<(i64, &str)> = (1..).map(|n| -5_000 - n).zip(codes).collect();
    for (group, code) in &groups {
        world.join(*group, ChatKind::Group, code, unit(code)).await;
    }
    let mut other = world.other_process().await;
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    let stop = CancellationToken::new();
    let (web, bot, _) =
        tokio::join!(other.web.step(&other.context, &stop), other.bot.step(&other.context, &stop), world.deliver());
    web.expect("delivered");
    bot.expect("delivered");
    world.settle().await;
    let mut post = world.received().await;
    for (group, code) in &groups {
        assert_eq!(post.one(&group.to_string()).text, post.one(&format!("unit/{code}")).text);
    }
    assert_eq!(post.chats_with("bulletin first_missed").len(), 34);
    post.one("leader");
    post.nothing_else();
    assert!(world.outbox().await.iter().all(|row| row.attempts == 1), "nothing was tried twice");
}

async fn a_process_that_died_after_recording_is_made_up_for(world: &mut World) {
    let other = world.other_process().await;
    world.record(&[Report::july().file()]).await;
    // It never came to publish. Another one takes up what it finds.
    publish::step(&other.context).await.expect("published");
    world.settle().await;
    july_was_told_once(world).await;
}

async fn two_processes_record_the_same_figures_once(world: &mut World) {
    let other = world.other_process().await;
    let read = read_files(&world.context, &[Report::july().file()], &Hints::default());
    let (one, two) = tokio::join!(record(&world.context, &read), record(&other.context, &read));
    let (one, two) = (one.expect("recorded"), two.expect("recorded"));
    assert_eq!(one[0].header.id, two[0].header.id);
    assert!(one[0].unchanged != two[0].unchanged, "one of them was first");
    world.settle().await;
    july_was_told_once(world).await;
}

async fn a_process_that_died_while_sending_is_made_up_for(world: &mut World) {
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    // It takes one message, and is never heard of again.
    let now = world.now();
    let claim = Claim {
        lane: "web",
        worker: "dead",
        now,
        lease_until: now + LEASE,
        attempt_id: "a-1",
        busy_chats: &[],
        fence: None,
    };
    let taken = world.context.store.claim(claim).await.expect("the database answers").expect("something waits");
    world.steps().await;
    let mut post = world.received().await;
    assert_eq!(post.to(&taken.chat.address).len(), 0, "it may still be sent by the one that has it");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 39);
    post.one("leader");
    post.nothing_else();

    world.advance(LEASE).await;
    assert_eq!(world.received().await.lines(), format!("{}: bulletin first_missed\n", taken.chat.address));
    let attempts = world.context.store.attempts(&taken.id).await.expect("the attempts");
    let ends: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_deref()).collect();
    assert_eq!(ends, [Some("lost"), Some("sent")]);
}
