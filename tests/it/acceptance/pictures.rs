//! Pictures: who gets one, and that the words do not wait for it.

use super::world::{World, unit};
use super::{Report, june, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::subscription::Role;

scenarios!(
    leaders_ask_and_get_a_picture,
    a_history_comes_with_its_months,
    the_rest_is_one_command_away,
    a_picture_that_is_refused_keeps_nobody_from_the_words,
    corrected_figures_are_no_second_digest,
);

const LEADERS: i64 = -4_100;

async fn july(world: &mut World) {
    world.record(&[june(24)]).await;
    let mut post = world.import(Report::july().file()).await;
    post.chats_with("bulletin first_missed");
    post.chats_with("bulletin fell_below");
    post.one("leader");
    post.to(&LEADERS.to_string());
    post.nothing_else();
}

async fn leaders_ask_and_get_a_picture(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    let sent = post.one(&LEADERS.to_string());
    assert_eq!(sent.kind, "digest");
    let caption = "Bảng màu kết quả tỉnh Bình Định · tháng 7/2023 (số liệu đến 24/7)";
    assert_eq!(sent.picture.as_deref(), Some(caption));
    post.nothing_else();
    let received = world.telegram.received(LEADERS);
    let photo = received.last().and_then(|message| message.attachment.clone()).expect("a picture");
    assert!(photo.bytes.starts_with(b"\x89PNG"), "a PNG of ours");
    assert_eq!(received.last().map(|message| message.method), Some("sendPhoto"));
    // On the page it stands within the chat, at an address behind the page's own token.
    let chat = world.web_chat("leader").await;
    world.write("leader", "/tomtat").await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("leader").picture.as_deref(), Some(caption));
    post.nothing_else();
    let messages = world.context.store.web_messages(&chat.id, 0, 1_000).await.expect("messages");
    let html = messages.last().and_then(|message| message.html.clone()).expect("our own message");
    assert!(html.starts_with("<img src=\"/chart/heat.svg?snapshot="), "{html}");
    // A unit's chat gets none: it may not see the others.
    world.write("unit/so-tu-phap", "/tomtat").await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("unit/so-tu-phap").kind, "forbidden");
    post.nothing_else();
}

async fn a_history_comes_with_its_months(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Sở Xây dựng", unit("so-xay-dung")).await;
    july(world).await;
    world.telegram.push_text(LEADERS, super::world::PERSON, "/lichsu sở xây dựng số hóa");
    world.settle().await;
    let mut post = world.received().await;
    let sent = post.one(&LEADERS.to_string());
    let caption = sent.picture.expect("a picture");
    assert_eq!(sent.kind, "history");
    assert!(caption.starts_with("Diễn biến Số hóa hồ sơ của Sở Xây dựng đến tháng 7/2023."), "{caption}");
    post.nothing_else();
}

async fn the_rest_is_one_command_away(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    let digest = world.ask_telegram(LEADERS, "/tomtat").await;
    assert!(digest.lines().count() <= 12, "{digest}");
    assert!(digest.ends_with("Gõ /xemthem hoặc trả lời 1 để xem thêm."), "{digest}");
    let rest = world.ask_telegram(LEADERS, "1").await;
    assert!(rest.starts_with("📊 Báo cáo nhanh tỉnh Bình Định (tiếp) · tháng 7/2023"), "{rest}");
    assert!(rest.contains("– Thấp nhất: UBND huyện Tuy Phước (cấp huyện) 1,8%"), "{rest}");
    assert_eq!(world.ask_telegram(LEADERS, "/xem thêm tháng 7").await, rest);
    assert_eq!(world.ask("unit/so-tu-phap", "/xemthem").await, world.ask("unit/so-tu-phap", "/tomtat").await);
    // The page folds it, and has nothing more to ask for.
    let page = world.ask("leader", "/tomtat").await;
    assert!(page.contains("Xem thêm\n") && !page.contains("/xemthem"), "{page}");
}

async fn a_picture_that_is_refused_keeps_nobody_from_the_words(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    let refusal = ApiError::bad_request("PHOTO_INVALID_DIMENSIONS");
    world.telegram.fail_next_call("sendPhoto", Fault::Refuse(refusal));
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    let words = post.one(&LEADERS.to_string());
    assert_eq!((words.kind.as_str(), words.picture), ("digest", None));
    post.nothing_else();
    let row = world.outbox().await.into_iter().find(|row| row.kind == "picture" && row.lane.starts_with("telegram"));
    assert_eq!(row.and_then(|row| row.last_error).as_deref(), Some("Bad Request: PHOTO_INVALID_DIMENSIONS"));
    // A network that fails before the request left is tried again; patience is kept as for every message.
    world.telegram.fail_next_call("sendPhoto", Fault::too_many_requests(30));
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one(&LEADERS.to_string()).picture.is_some());
    post.nothing_else();
}

async fn corrected_figures_are_no_second_digest(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    post.chats_with("bulletin first_missed");
    let first = post.one("leader");
    assert!(first.text.starts_with("📊 Số liệu mới tỉnh Bình Định · tháng 7/2023"), "{}", first.text);
    post.nothing_else();
    let mut post = world.import(Report::july().with_all_met_by_so_tai_chinh().file()).await;
    assert!(post.to("leader").is_empty(), "the same day, corrected");
    post.to("unit/so-tai-chinh");
    post.nothing_else();
    let mut post = world.import(Report::july().up_to(25).with_all_met_by_so_tai_chinh().file()).await;
    assert_eq!(post.one("leader").kind, "digest", "the next day of figures has its own");
    post.nothing_else();
}
