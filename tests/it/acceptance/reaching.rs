//! Who is out of reach, and what the office reads of it: a chat, a medium, or a bot with two pollers.

use super::log::Log;
use super::world::{PERSON, World, unit};
use super::{Report, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::subscription::{Medium, Role};
use chrono::Duration;
use insta::assert_snapshot;
use tracing::instrument::WithSubscriber as _;

scenarios!(
    a_chat_that_is_not_found_is_told_once,
    a_deleted_topic_is_told_once,
    the_offices_own_chat_is_told_elsewhere,
    a_chat_without_a_role_is_nobodys_loss,
    a_medium_that_cannot_be_reached_is_not_a_removed_bot,
    a_short_break_is_not_told,
    two_pollers_are_told_once,
);

const HEALTH: i64 = -4_001;
const OFFICE: i64 = -4_009;
const FORUM: i64 = -1_001_000_000_002;

/// Time passes in steps of a lane's usual retry.
async fn pass(world: &mut World, minutes: i64) {
    for _ in 0..minutes * 2 {
        world.sleep(Duration::seconds(30));
        world.steps().await;
    }
}

async fn july(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

async fn paused(world: &World) -> usize {
    world.context.store.chats().await.expect("chats").iter().filter(|linked| linked.chat.paused.is_some()).count()
}

async fn a_chat_that_is_not_found_is_told_once(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::Refuse(ApiError::chat_not_found()));
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Không gửi được tin đến nhóm Sở Y tế trên Telegram (Sở Y tế) từ 8:00 ngày 24/7/2023
    Nguyên nhân: không tìm thấy nhóm này, có thể đã bị giải tán hoặc xóa.
    Đề nghị kiểm tra; nếu đã có nhóm mới, cấp mã để nhóm mới liên kết bằng lệnh /dangky.
    ");
    post.nothing_else();
    pass(world, 60).await;
    world.received().await.nothing_else();
    // Somebody writes there, and it is out of reach again later: that is another pause.
    assert!(world.ask_telegram(HEALTH, "/status").await.starts_with("📊 Sở Y tế"));
    assert_eq!(paused(world).await, 0);
    world.telegram.kick(HEALTH);
    world.settle().await;
    assert_eq!(world.received().await.lines(), "office: chat_away chat_away\n");
    world.telegram.readmit(HEALTH);
    world.settle().await;
    world.received().await.nothing_else();
}

async fn a_deleted_topic_is_told_once(world: &mut World) {
    world.telegram.add_chat(FORUM, ChatKind::Forum, "Điều hành");
    let link = async |world: &mut World, thread: i64| {
        world.telegram.add_thread(FORUM, thread);
        let code = world.code(&unit("so-y-te")).await;
        world.telegram.push_text_in_thread(FORUM, thread, PERSON, &format!("/dangky {code}"));
        world.settle().await;
        let mut post = world.received().await;
        let linked = post.one(&FORUM.to_string()).text;
        assert!(linked.starts_with("✅ Đã liên kết"), "{linked}");
        post.nothing_else();
    };
    link(world, 7).await;
    world.telegram.drop_thread(FORUM, 7);
    let tried = world.sends_to(FORUM).len();
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Không gửi được tin đến nhóm Điều hành trên Telegram (Sở Y tế) từ 8:00 ngày 24/7/2023
    Nguyên nhân: chủ đề của nhóm đã bị xóa.
    Đề nghị cấp mã để nhóm liên kết lại bằng lệnh /dangky, gõ trong một chủ đề còn dùng.
    ");
    post.nothing_else();
    assert_eq!(paused(world).await, 1);
    // What is new later waits; nobody knocks at what is not there, and nobody is told again.
    let file = Report::july().up_to(27).file();
    world.sleep(Duration::days(3));
    let _ = world.import(file).await.lines();
    pass(world, 60).await;
    world.received().await.nothing_else();
    assert_eq!(world.sends_to(FORUM).len(), tried + 1);
    // Another topic is another chat, and works.
    link(world, 8).await;
    world.telegram.push_text_in_thread(FORUM, 8, PERSON, "/status");
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one(&FORUM.to_string()).text.starts_with("📊 Sở Y tế"));
    post.nothing_else();
}

async fn the_offices_own_chat_is_told_elsewhere(world: &mut World) {
    world.join(OFFICE, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    world.telegram.kick(OFFICE);
    world.settle().await;
    let mut post = world.received().await;
    let told = post.one("office").text;
    assert!(told.contains("nhóm Tổ chỉ tiêu trên Telegram (Văn phòng)"), "{told}");
    post.nothing_else();
    world.telegram.readmit(OFFICE);
    pass(world, 5).await;
    world.received().await.nothing_else();
    assert!(world.ask_telegram(OFFICE, "/trogiup").await.starts_with("Nhóm của Văn phòng"));
}

async fn a_chat_without_a_role_is_nobodys_loss(world: &mut World) {
    world.telegram.add_chat(HEALTH, ChatKind::Group, "Nhóm lạ");
    world.ask_telegram(HEALTH, "/trogiup").await;
    world.telegram.kick(HEALTH);
    pass(world, 5).await;
    assert_eq!(paused(world).await, 1);
    world.received().await.nothing_else();
}

async fn a_medium_that_cannot_be_reached_is_not_a_removed_bot(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.join(OFFICE, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    world.may_be_deaf = true;
    world.telegram.fail_when(None, Fault::Html(502), |_| true);
    world.record(&[Report::july().file()]).await;
    world.steps().await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    pass(world, 9).await;
    world.received().await.nothing_else();
    pass(world, 30).await;
    // Once, and only where it can be read.
    let mut post = world.received().await;
    let told = post.one("office");
    assert_eq!(told.reason, "lane_unreachable");
    assert_snapshot!(told.text, @"
    ⚠️ Không kết nối được đến Telegram từ 8:00 ngày 24/7/2023
    Đây là sự cố đường truyền, proxy, hoặc Telegram bị chặn hay ngừng phục vụ; không phải do bot bị xóa khỏi nhóm. Không nhóm nào bị tạm dừng.
    Các tin chưa gửi được giữ trong hàng đợi và được gửi lại tự động. Đề nghị kiểm tra Internet và proxy của máy chủ.
    ");
    post.nothing_else();
    assert_eq!(paused(world).await, 0);

    world.telegram.heal();
    // Not in two hours, as the schedule would have it.
    pass(world, 1).await;
    let mut post = world.received().await;
    let back = post.one("office").text;
    assert!(back.starts_with("✅ Đã kết nối lại Telegram lúc 8:39 ngày 24/7/2023 (gián đoạn từ 8:00"), "{back}");
    // What waited arrives once; the office's group there reads no old news.
    assert_eq!(post.one(&HEALTH.to_string()).kind, "bulletin");
    post.nothing_else();
}

async fn a_short_break_is_not_told(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.may_be_deaf = true;
    world.telegram.fail_when(None, Fault::Html(502), |_| true);
    pass(world, 9).await;
    world.telegram.heal();
    pass(world, 1).await;
    world.telegram.fail_when(None, Fault::Close, |seen| seen.method == "getUpdates");
    pass(world, 9).await;
    world.telegram.heal();
    pass(world, 1).await;
    world.received().await.nothing_else();
    july_with_group(world).await;
}

async fn july_with_group(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    post.one(&HEALTH.to_string());
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

async fn two_pollers_are_told_once(world: &mut World) {
    let log = Log::default();
    two_pollers(world).with_subscriber(log.subscriber()).await;
    assert_eq!(log.count("another program takes this bot's updates (409)"), 1);
}

async fn two_pollers(world: &mut World) {
    world.join(OFFICE, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    july(world).await;
    world.may_be_deaf = true;
    world.telegram.set_rival(true);
    pass(world, 1).await;
    world.received().await.nothing_else();
    pass(world, 20).await;
    let mut post = world.received().await;
    let told = post.one("office").text;
    assert!(told.starts_with("⚠️ Có hệ thống khác đang nhận tin của bot Telegram (telegram:7000000001)"), "{told}");
    assert!(told.contains("(lỗi 409)") && told.contains("Đề nghị dừng hệ thống kia"), "{told}");
    // Sending is not disturbed, so that the office's group reads it too.
    assert_eq!(post.one(&OFFICE.to_string()).text, told);
    post.nothing_else();
    world.telegram.set_rival(false);
    pass(world, 5).await;
    world.received().await.nothing_else();
    let chat = world.context.store.chat_by_address(Medium::Telegram, "telegram:7000000001", &OFFICE.to_string()).await;
    assert_eq!(chat.expect("the database answers").expect("known").chat.paused, None);
}
