//! The board in the leaders' chat: one message, pinned, edited when figures change.

use super::world::World;
use super::{Report, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::delivery::{Act, DeliveryClass};
use chitieu::domain::subscription::Role;
use chitieu::service::board;
use chitieu::store::NewDelivery;
use chrono::Duration;

scenarios!(
    a_board_is_sent_pinned_and_edited,
    edits_are_coalesced,
    an_edit_is_one_of_the_twenty_a_minute,
    a_board_that_was_deleted_is_sent_and_pinned_anew,
    without_the_right_to_pin_the_office_is_told_once,
    patience_and_what_is_as_it_was,
);

const LEADERS: i64 = -4_200;
const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

fn sent(world: &World) -> usize {
    world.telegram.received(LEADERS).iter().filter(|m| m.text.starts_with("📌 Bảng theo dõi")).count()
}

async fn read(world: &mut World) {
    let mut post = world.received().await;
    for chat in ["leader", &LEADERS.to_string()] {
        post.to(chat);
    }
    for what in ["bulletin first_missed", "recovered recovered", "bulletin corrected", "bulletin worsened"] {
        post.chats_with(what);
    }
    post.nothing_else();
}

/// Leaders with the first figures and their board.
async fn begin(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    world.import(Report::july().file()).await.seen();
    world.boards().await;
    read(world).await;
}

async fn figures(world: &mut World, day: u32) {
    world.import(Report::july().up_to(day).with_all_met_by_so_tai_chinh().with_the_days_work().file()).await.seen();
}

async fn a_board_is_sent_pinned_and_edited(world: &mut World) {
    begin(world).await;
    let shown = world.telegram.shown(LEADERS);
    let boards: Vec<_> = shown.iter().filter(|m| m.text.starts_with("📌 Bảng theo dõi")).collect();
    let [first] = boards[..] else { panic!("one board") };
    assert!(first.silent && first.text.contains("(số liệu đến 24/7)") && first.text.lines().count() <= 12);
    assert_eq!(world.telegram.pinned(LEADERS), [first.message_id]);
    // Nothing changed: nothing is sent.
    world.sleep(Duration::hours(1));
    world.boards().await;
    assert_eq!((sent(world), world.telegram.edits(LEADERS).len()), (1, 0));
    figures(world, 25).await;
    world.boards().await;
    let edits = world.telegram.edits(LEADERS);
    assert_eq!((sent(world), edits.len()), (1, 1));
    assert!(edits[0].text.contains("(số liệu đến 25/7)") && edits[0].message_id == first.message_id);
    assert_eq!(world.telegram.calls("pinChatMessage").len(), 1, "it is pinned once");
    read(world).await;
}

async fn edits_are_coalesced(world: &mut World) {
    begin(world).await;
    world.sleep(Duration::minutes(5));
    // Three states within a minute, while nothing is sent: only the newest goes out.
    for day in [25, 26, 27] {
        world.record(&[Report::july().up_to(day).with_all_met_by_so_tai_chinh().with_the_days_work().file()]).await;
        chitieu::service::publish::step(&world.context).await.expect("published");
        board::step(&world.context).await.expect("boards work");
    }
    world.settle().await;
    let edits = world.telegram.edits(LEADERS);
    assert_eq!(edits.len(), 1);
    assert!(edits[0].text.contains("(số liệu đến 27/7)"));
    // Soon after an edit there is none; a minute later there is.
    figures(world, 28).await;
    board::step(&world.context).await.expect("boards work");
    world.deliver().await;
    assert_eq!(world.telegram.edits(LEADERS).len(), 1, "not within a minute");
    world.sleep(Duration::seconds(61));
    world.boards().await;
    assert_eq!(world.telegram.edits(LEADERS).len(), 2);
    let unlucky = world.telegram.too_many_requests();
    assert_eq!(unlucky, 0, "edits and pins are within the bot's pace");
    read(world).await;
}

/// A minute that the group's messages fill to the brim: an edit that was not counted with them would be one too many, and
/// Telegram would say so.
async fn an_edit_is_one_of_the_twenty_a_minute(world: &mut World) {
    begin(world).await;
    world.sleep(Duration::minutes(5));
    world.record(&[Report::july().up_to(25).with_all_met_by_so_tai_chinh().with_the_days_work().file()]).await;
    chitieu::service::publish::step(&world.context).await.expect("published");
    board::step(&world.context).await.expect("boards work");
    let leaders = world.context.store.chats_with_role(&Role::Leader).await.expect("the chats");
    let group = leaders.into_iter().find(|chat| chat.address == LEADERS.to_string()).expect("the group");
    let say = |n: u32| NewDelivery {
        id: world.context.id(),
        chat_id: group.id.clone(),
        kind: "digest".to_owned(),
        reason: None,
        class: DeliveryClass::Broadcast,
        dedupe_key: format!("test:{n}"),
        part: 1,
        parts: 1,
        body: format!("Tin {n}"),
        plain: format!("Tin {n}"),
        snapshot_id: None,
        choices: Vec::new(),
        act: Act::Say,
    };
    let many: Vec<_> = (0..30).map(say).collect();
    world.context.store.enqueue(&many, world.now()).await.expect("queued");
    world.settle().await;
    let said = world.telegram.received(LEADERS).iter().filter(|message| message.text.starts_with("Tin ")).count();
    assert_eq!((said, world.telegram.edits(LEADERS).len()), (30, 1));
    assert_eq!(world.telegram.too_many_requests(), 0, "edits are counted");
    // The group was kept as busy as it may be: a lane that dawdles would prove nothing.
    let ats: Vec<_> = world.sends_to(LEADERS).into_iter().map(|(at, _)| at).collect();
    let busiest = ats.iter().map(|from| ats.iter().filter(|at| **at >= *from && **at < *from + MINUTE).count()).max();
    assert!(busiest >= Some(18), "{busiest:?} in the busiest minute");
    world.received().await.seen();
}

async fn a_board_that_was_deleted_is_sent_and_pinned_anew(world: &mut World) {
    begin(world).await;
    let gone = ApiError::bad_request("message to edit not found");
    world.telegram.fail_next_call("editMessageText", Fault::Refuse(gone));
    world.sleep(Duration::minutes(5));
    figures(world, 25).await;
    world.boards().await;
    assert_eq!(sent(world), 2);
    let newest = world.telegram.received(LEADERS).last().map(|m| m.message_id).expect("the new board");
    assert_eq!(world.telegram.pinned(LEADERS).last(), Some(&newest));
    read(world).await;
}

async fn without_the_right_to_pin_the_office_is_told_once(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    world.telegram.let_pin(LEADERS, false);
    world.import(Report::july().file()).await.seen();
    world.boards().await;
    world.boards().await;
    let mut post = world.received().await;
    let told = post.one("office");
    assert_eq!(told.kind, "board_unpinned");
    assert!(told.text.contains("nhóm Lãnh đạo") && told.text.contains("quyền ghim"), "{}", told.text);
    post.to(&LEADERS.to_string());
    post.nothing_else();
    // It goes on unpinned, and nobody is told again.
    world.sleep(Duration::minutes(5));
    figures(world, 25).await;
    world.boards().await;
    assert_eq!(world.telegram.edits(LEADERS).len(), 1);
    assert_eq!(world.telegram.pinned(LEADERS), [0_i64; 0]);
    read(world).await;
}

async fn patience_and_what_is_as_it_was(world: &mut World) {
    begin(world).await;
    world.sleep(Duration::minutes(5));
    world.telegram.fail_next_call("editMessageText", Fault::too_many_requests(120));
    figures(world, 25).await;
    world.boards().await;
    assert_eq!(world.telegram.edits(LEADERS).len(), 1, "after the patience that was asked for");
    // The edit had arrived, and its answer was lost: it is made again, and Telegram finds nothing to change.
    world.be_patient_for(std::time::Duration::from_millis(300));
    world.telegram.fail_next_call("editMessageText", Fault::RecordThenDelay(std::time::Duration::from_millis(900)));
    world.sleep(Duration::minutes(5));
    figures(world, 26).await;
    board::step(&world.context).await.expect("boards work");
    world.deliver().await;
    world.be_patient_for(std::time::Duration::from_secs(10));
    world.sleep(Duration::minutes(2));
    world.boards().await;
    assert_eq!((sent(world), world.telegram.edits(LEADERS).len()), (1, 2), "edited once, though asked twice");
    let row = world.outbox().await.into_iter().find(|row| row.kind == "board").expect("a board");
    assert_eq!(row.state, chitieu::domain::delivery::DeliveryState::Sent);
    read(world).await;
}
