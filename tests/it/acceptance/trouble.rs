//! When Telegram says no, or nothing.

use super::world::unit;
use super::{Post, Report, World, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::delivery::DeliveryState;
use chitieu::service::publish;
use chitieu::store::OutboxRow;
use chrono::Duration;

scenarios!(
    patience_with_one_chat_holds_up_no_other,
    a_gateway_that_is_down_is_tried_by_the_schedule,
    after_eight_attempts_a_message_is_given_up,
    a_group_that_threw_the_bot_out_is_left_alone,
    a_person_who_blocked_the_bot_is_left_alone,
    a_message_that_may_have_arrived_can_be_dropped,
    a_question_is_answered_while_a_broadcast_waits,
    a_refused_message_holds_up_nothing,
);

pub const HEALTH: i64 = -4_001;
pub const JUSTICE: i64 = -4_002;

/// Two groups, each linked to its unit.
pub async fn two_groups(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.join(JUSTICE, ChatKind::Supergroup, "Sở Tư pháp", unit("so-tu-phap")).await;
    world.sleep(Duration::minutes(1));
}

/// July is published, and everything on the page and to the one group arrives at once.
async fn july_reaches_all_but(world: &mut World, silent: i64, heard: i64) {
    world.record(&[Report::july().file()]).await;
    world.steps().await;
    let mut post = world.received().await;
    post.one(&heard.to_string());
    assert_eq!(post.to(&silent.to_string()).len(), 0);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

/// July has reached the page and these groups, and nobody else.
pub fn july_but_the_groups(mut post: Post, heard: &[i64]) {
    for group in heard {
        post.one(&group.to_string());
    }
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

pub async fn row_of(world: &World, title: &str) -> OutboxRow {
    let rows = world.outbox().await;
    let own = rows.into_iter().find(|row| row.chat_title == title && row.lane != "web" && row.kind == "bulletin");
    own.unwrap_or_else(|| panic!("nothing was queued for {title}"))
}

async fn patience_with_one_chat_holds_up_no_other(world: &mut World) {
    two_groups(world).await;
    world.telegram.flood(HEALTH, 40);
    july_reaches_all_but(world, HEALTH, JUSTICE).await;

    world.advance(Duration::seconds(39)).await;
    world.received().await.nothing_else();
    // The other group goes on being served meanwhile.
    assert!(world.ask_telegram_now(JUSTICE, "/trogiup").await.contains("Sở Tư pháp"));
    world.advance(Duration::seconds(1)).await;
    assert_eq!(world.received().await.lines(), "-4001: bulletin first_missed\n");
    assert_eq!(world.telegram.too_many_requests(), 1, "it did not come back too early");
}

async fn a_gateway_that_is_down_is_tried_by_the_schedule(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(3), Fault::Html(502));
    let began = world.sends_to(HEALTH).len();
    july_reaches_all_but(world, HEALTH, JUSTICE).await;
    world.advance(Duration::hours(1)).await;
    assert_eq!(world.received().await.lines(), "-4001: bulletin first_missed\n");

    let sends = &world.sends_to(HEALTH)[began..];
    let statuses: Vec<_> = sends.iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, [Some(502), Some(502), Some(502), Some(200)]);
    // 5 s, 5 min, 30 min, and up to a tenth more, so that not all come back at once.
    for (wait, pair) in [5.0, 300.0, 1_800.0].into_iter().zip(sends.windows(2)) {
        let waited = (pair[1].0 - pair[0].0).as_secs_f64();
        assert!((wait..=wait * 1.1 + 0.01).contains(&waited), "{waited} s instead of {wait}");
    }
}

async fn after_eight_attempts_a_message_is_given_up(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, None, Fault::Html(502));
    let began = world.sends_to(HEALTH).len();
    july_reaches_all_but(world, HEALTH, JUSTICE).await;
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    assert_eq!(world.sends_to(HEALTH).len() - began, 8);
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!((row.state, row.attempts), (DeliveryState::Failed, 8));
    assert_eq!(row.last_error.as_deref(), Some("HTTP 502: the answer is not JSON"));
    // It is on the list, and a person may have it tried again.
    world.telegram.heal();
    assert!(world.context.store.outbox_retry(&row.id, world.now()).await.expect("stored"));
    world.settle().await;
    assert_eq!(world.received().await.lines(), "-4001: bulletin first_missed\n");
}

async fn a_group_that_threw_the_bot_out_is_left_alone(world: &mut World) {
    two_groups(world).await;
    world.record(&[Report::july().file()]).await;
    publish::step(&world.context).await.expect("published");
    // Thrown out, and it learns so by being refused, before it hears of it.
    world.telegram.kick(JUSTICE);
    let refused = world.sends_to(JUSTICE).len();
    world.deliver().await;
    world.settle().await;
    let mut post = world.received().await;
    post.one(&HEALTH.to_string());
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    // It was refused, and then heard of it: the office is told once.
    let told = post.one("office");
    assert_eq!((told.kind.as_str(), told.reason.as_str()), ("chat_away", "chat_away"));
    insta::assert_snapshot!(told.text, @"
    ⚠️ Không gửi được tin đến nhóm Sở Tư pháp trên Telegram (Sở Tư pháp) từ 8:01 ngày 24/7/2023
    Nguyên nhân: bot đã bị xóa khỏi nhóm.
    Đề nghị thêm lại bot vào nhóm; hệ thống tự gửi tiếp, không cần liên kết lại.
    ");
    post.nothing_else();
    assert_eq!(row_of(world, "Sở Tư pháp").await.state, DeliveryState::Failed);

    // A week of silence there; the others are reminded.
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    post.one(&HEALTH.to_string());
    assert_eq!(post.chats_with("reminder still_missed").len(), 40);
    assert_eq!(post.lines(), "leader: digest weekly\n");
    assert_eq!(world.sends_to(JUSTICE).len(), refused + 1, "Telegram was not bothered again");

    // Let in again, it reads what was queued meanwhile, and answers.
    world.telegram.readmit(JUSTICE);
    world.settle().await;
    assert_eq!(world.received().await.lines(), format!("{JUSTICE}: reminder still_missed\n"));
    assert!(world.ask_telegram(JUSTICE, "/status").await.starts_with("📊 Sở Tư pháp"));
}

async fn a_person_who_blocked_the_bot_is_left_alone(world: &mut World) {
    const BA_LAN: i64 = 91_007;
    world.join(BA_LAN, ChatKind::Private, "Bà Lan", unit("so-y-te")).await;
    world.telegram.block(BA_LAN);
    let before = world.sends_to(BA_LAN).len();
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    let told = post.one("office").text;
    assert!(told.contains("tài khoản Bà Lan trên Telegram (Sở Y tế)") && told.contains("đã chặn bot"), "{told}");
    assert!(told.ends_with("Số tin đang chờ gửi: 1."), "{told}");
    post.nothing_else();
    assert_eq!(world.sends_to(BA_LAN).len(), before, "it was heard of, so it was not even tried");
}

async fn a_message_that_may_have_arrived_can_be_dropped(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::RecordThenClose);
    july_but_the_groups(world.import(Report::july().file()).await, &[HEALTH, JUSTICE]);
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!(row.state, DeliveryState::Unknown);
    assert!(world.context.store.outbox_drop(&row.id, world.now()).await.expect("stored"));
    world.advance(Duration::days(3)).await;
    world.received().await.nothing_else();
    assert_eq!(row_of(world, "Sở Y tế").await.state, DeliveryState::Dropped);
}

async fn a_question_is_answered_while_a_broadcast_waits(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(2), Fault::Html(502));
    july_reaches_all_but(world, HEALTH, JUSTICE).await;
    world.advance(Duration::seconds(10)).await;
    assert_eq!(world.telegram.faults_left(), 0, "the next attempt is five minutes away");
    assert!(world.ask_telegram_now(HEALTH, "/status").await.starts_with("📊 Sở Y tế"));
    world.advance(Duration::minutes(6)).await;
    assert_eq!(world.received().await.lines(), "-4001: bulletin first_missed\n");
}

async fn a_refused_message_holds_up_nothing(world: &mut World) {
    two_groups(world).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::Refuse(ApiError::bad_request("message is too long")));
    july_reaches_all_but(world, HEALTH, JUSTICE).await;
    world.advance(Duration::days(6)).await;
    world.received().await.nothing_else();
    let row = row_of(world, "Sở Y tế").await;
    assert_eq!(
        (row.state, row.last_error.as_deref()),
        (DeliveryState::Failed, Some("Bad Request: message is too long"))
    );
    // The next one is another message.
    world.advance(Duration::days(1)).await;
    let mut post = world.received().await;
    post.one(&HEALTH.to_string());
    post.one(&JUSTICE.to_string());
    assert_eq!(post.chats_with("reminder still_missed").len(), 40);
    assert_eq!(post.lines(), "leader: digest weekly\n");
}
