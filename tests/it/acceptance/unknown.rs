//! The request left, and nobody knows whether the message arrived: how often each chat has it afterwards.

use super::trouble::{HEALTH, JUSTICE, july_but_the_groups, row_of, two_groups};
use super::world::unit;
use super::{Post, Report, World, scenarios};
use crate::fake::telegram::{ChatKind, Fault};
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::delivery::unknown::REPEAT_MARK;
use chitieu::domain::subscription::Role;
use chitieu::service::deliver::LEASE;
use chitieu::service::publish;
use chitieu::store::Claim;
use chrono::Duration;

scenarios!(
    a_bulletin_that_may_have_arrived_comes_once_more_and_says_so,
    a_bulletin_that_did_not_arrive_comes_ten_minutes_later,
    a_second_time_is_never_followed_by_a_third,
    the_leaders_are_told_once_and_the_office_is_asked_once,
    what_the_office_resolved_stays_resolved,
    an_answer_is_never_repeated,
    a_question_to_the_office_is_repeated_once_and_never_asked_about,
    a_worker_that_died_on_the_way_to_telegram_is_not_made_up_for_blindly,
    what_became_unknown_long_ago_is_asked_about_and_not_sent,
);

const LEADERS: i64 = -4_003;
const OFFICE: i64 = -4_004;
const LANE: &str = "telegram:7000000001";

async fn a_bulletin_that_may_have_arrived_comes_once_more_and_says_so(world: &mut World) {
    two_groups(world).await;
    world.be_patient_for(std::time::Duration::from_millis(700));
    world.telegram.fail_chat(HEALTH, Some(1), Fault::RecordThenDelay(std::time::Duration::from_secs(3)));
    let mut post = world.import(Report::july().file()).await;
    let first = post.one(&HEALTH.to_string()).text;
    july_but_the_groups(post, &[JUSTICE]);
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!((row.state, row.attempts, row.repeated), (DeliveryState::Unknown, 1, 0));
    assert_eq!(row.last_error.as_deref(), Some("no answer within 700 ms"));
    world.be_patient_for(std::time::Duration::from_secs(10));

    // What comes after it is not held up by it.
    assert!(world.ask_telegram(HEALTH, "/status").await.starts_with("📊 Sở Y tế"));
    world.advance(Duration::minutes(9)).await;
    world.received().await.nothing_else();
    world.advance(Duration::minutes(1)).await;
    assert_eq!(world.received().await.one(&HEALTH.to_string()).text, format!("{REPEAT_MARK}{first}"));
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!((row.state, row.attempts, row.repeated), (DeliveryState::Sent, 2, 1));
}

async fn a_bulletin_that_did_not_arrive_comes_ten_minutes_later(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::Close);
    july_but_the_groups(world.import(Report::july().file()).await, &[JUSTICE]);
    world.advance(Duration::minutes(10)).await;
    assert!(world.received().await.one(&HEALTH.to_string()).text.starts_with("(gửi lại) 📌 Sở Y tế"));
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
}

async fn a_second_time_is_never_followed_by_a_third(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(2), Fault::RecordThenClose);
    let mut post = world.import(Report::july().file()).await;
    post.one(&HEALTH.to_string());
    july_but_the_groups(post, &[JUSTICE]);
    world.advance(Duration::minutes(10)).await;
    assert!(world.received().await.one(&HEALTH.to_string()).text.starts_with(REPEAT_MARK));
    world.advance(Duration::minutes(1)).await;
    let asked = world.received().await.one("office");
    assert_eq!((asked.kind.as_str(), asked.reason.as_str()), ("unknown_outcome", "unknown_outcome"));
    assert!(asked.text.contains(" · Sở Y tế · thông báo chỉ tiêu · 08:1"), "{}", asked.text);
    assert!(asked.text.contains(" · đã gửi lại"), "{}", asked.text);
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!((row.state, row.attempts, row.repeated), (DeliveryState::Unknown, 2, 1));
}

/// A group of leaders whose digest may have arrived; the office has been asked. Gives what it received.
async fn digest_in_doubt(world: &mut World) -> Post {
    world.join(LEADERS, ChatKind::Group, "Lãnh đạo", Role::Leader).await;
    world.sleep(Duration::minutes(1));
    world.telegram.fail_chat(LEADERS, Some(1), Fault::RecordThenClose);
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.one(&LEADERS.to_string()).kind, "digest");
    july_but_the_groups(post, &[]);
    world.advance(Duration::seconds(30)).await;
    world.received().await
}

async fn the_leaders_are_told_once_and_the_office_is_asked_once(world: &mut World) {
    let question = digest_in_doubt(world).await.one("office").text;
    let lines: Vec<&str> = question.lines().collect();
    assert_eq!(lines[0], "⚠️ 1 tin chưa rõ đã đến nơi hay chưa");
    assert!(lines[2].ends_with(" · Lãnh đạo · báo cáo nhanh · 08:01 ngày 24/7"), "{question}");
    assert!(question.contains("/tingui lại MÃ") && question.contains("/tingui bỏ MÃ"), "{question}");
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
}

async fn what_the_office_resolved_stays_resolved(world: &mut World) {
    let question = digest_in_doubt(world).await.one("office").text;
    // The office types what it reads.
    let short = question.lines().nth(2).and_then(|line| line.strip_prefix("• ")).and_then(|l| l.split(' ').next());
    let store = world.context.store.clone();
    let id = store.open_delivery_ending(short.expect("an id")).await.expect("answered").expect("it is open");
    assert!(store.outbox_retry(&id, world.now()).await.expect("stored"));
    // It fails again in the same way: a person decided, so nothing is repeated by itself, and the office is asked anew.
    world.telegram.fail_chat(LEADERS, Some(1), Fault::RecordThenClose);
    world.settle().await;
    assert_eq!(world.received().await.one(&LEADERS.to_string()).kind, "digest");
    world.advance(Duration::days(1)).await;
    assert!(world.received().await.one("office").text.contains(" · đã gửi lại"));
    assert!(store.outbox_drop(&id, world.now()).await.expect("stored"));
    world.advance(Duration::days(2)).await;
    world.received().await.nothing_else();
    assert_eq!(store.open_delivery_ending(short.expect("an id")).await.expect("answered"), None);
}

async fn an_answer_is_never_repeated(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::RecordThenClose);
    assert!(world.ask_telegram(HEALTH, "/trogiup").await.contains("Sở Y tế"));
    world.telegram.fail_chat(HEALTH, Some(1), Fault::Close);
    world.telegram.push_text(HEALTH, super::world::PERSON, "/trogiup");
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    // The person asks again.
    assert!(world.ask_telegram(HEALTH, "/trogiup").await.contains("Sở Y tế"));
}

async fn a_question_to_the_office_is_repeated_once_and_never_asked_about(world: &mut World) {
    world.join(OFFICE, ChatKind::Group, "Văn phòng", Role::Office).await;
    world.telegram.fail_chat(OFFICE, Some(2), Fault::RecordThenClose);
    let mut post = digest_in_doubt(world).await;
    let once = post.one(&OFFICE.to_string()).text;
    assert_eq!(post.one("office").text, once);
    post.nothing_else();
    world.advance(Duration::days(3)).await;
    assert_eq!(world.received().await.one(&OFFICE.to_string()).text, format!("{REPEAT_MARK}{once}"));
}

async fn a_worker_that_died_on_the_way_to_telegram_is_not_made_up_for_blindly(world: &mut World) {
    two_groups(world).await;
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    // It takes one message, and is never heard of again.
    let now = world.now();
    let claim = Claim {
        lane: LANE,
        worker: "dead",
        now,
        lease_until: now + LEASE,
        attempt_id: "a-1",
        busy_chats: &[],
        fence: None,
    };
    let taken = world.context.store.claim(claim).await.expect("the database answers").expect("something waits");
    let other = if taken.chat.title == "Sở Y tế" { JUSTICE } else { HEALTH };
    world.settle().await;
    july_but_the_groups(world.received().await, &[other]);

    world.advance(LEASE).await;
    world.received().await.nothing_else();
    let row = row_of(world, &taken.chat.title).await;
    assert_eq!((row.state, row.last_error.as_deref()), (DeliveryState::Unknown, Some("the sender died on the way")));
    world.advance(Duration::minutes(10)).await;
    let mail = world.received().await.one(&taken.chat.address);
    assert_eq!((mail.kind.as_str(), mail.text), ("bulletin", format!("{REPEAT_MARK}{}", taken.plain)));
    let attempts = world.context.store.attempts(&taken.id).await.expect("the attempts");
    let ends: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_deref()).collect();
    assert_eq!(ends, [Some("lost"), Some("sent")]);
}

async fn what_became_unknown_long_ago_is_asked_about_and_not_sent(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.sleep(Duration::minutes(1));
    world.telegram.fail_chat(HEALTH, Some(1), Fault::Close);
    july_but_the_groups(world.import(Report::july().file()).await, &[]);
    // The program stands still for a day and a bit.
    world.sleep(Duration::hours(25));
    world.settle().await;
    assert!(world.received().await.one("office").text.contains(" · Sở Y tế · thông báo chỉ tiêu · "));
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
}
