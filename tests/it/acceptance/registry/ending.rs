//! Units that end without anybody who carries on.

use super::{at, catalog, february, figures, look, until};
use crate::acceptance::{Report, World};
use chitieu::catalog::Catalog;
use insta::assert_snapshot;

in_2025!(
    a_districts_row_after_its_end_is_a_finding: "2025-06-24T08:00",
    who_was_linked_after_the_end_is_told_nothing: "2025-11-24T08:00",
);

async fn a_districts_row_after_its_end_is_a_finding(world: &mut World) {
    until(world, "2025-07-01T08:00").await;
    let mut post = look(world).await;
    assert_snapshot!(post.one("unit/huyen-an-lao").text, @"
    📌 UBND huyện An Lão kết thúc hoạt động ngày 30/6/2025.
    Từ nay nhóm này không nhận thêm thông báo về đơn vị đã kết thúc. Liên kết cũ được lưu lại, không tự chuyển sang đơn vị khác.
    Khi cần liên kết nhóm với đơn vị khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định để được cấp mã, rồi gõ /dangky kèm mã.
    Số liệu các kỳ trước vẫn xem được: gõ /status tháng 6/2025.
    ");
    post.one("office");
    post.nothing_else();
    let rows = [
        ("Sở Tư pháp", "provincial", 45, 100),
        ("Sở Xây dựng", "provincial", 100, 400),
        ("UBND huyện An Lão", "district", 15, 100),
    ];
    let mut post = world.import(figures("2025-07-01", &rows)).await;
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap"] {
        post.one(chat);
    }
    post.nothing_else();
    let answer = world.ask("office", "/kiemtra").await;
    assert!(answer.contains("UBND huyện An Lão"), "{answer}");
    assert_eq!(answer.matches("UBND huyện").count(), 1, "{answer}");
}

async fn who_was_linked_after_the_end_is_told_nothing(world: &mut World) {
    // A demonstration: the chats are made today, and the figures are those of 2025.
    look(world).await.nothing_else();
    let mut post = world.import(february()).await;
    assert_eq!(
        post.chats_with("bulletin first_missed"),
        ["unit/huyen-an-lao", "unit/so-gtvt", "unit/so-tu-phap", "unit/so-xay-dung"]
    );
    post.one("leader");
    post.nothing_else();
    look(world).await.nothing_else();
    // The units are those of the figures.
    let answer = world.ask("leader", "/status sở gtvt").await;
    assert!(answer.starts_with("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    let answer = world.ask("leader", "/status sở xây dựng").await;
    assert!(answer.contains("(20/300)") && !answer.contains("kết thúc"), "{answer}");
}

/// The embedded catalog on a clock that runs years later: the districts' end is no news.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demonstration_of_old_figures_hears_of_no_end() {
    let embedded = Catalog::embedded().expect("it is sound");
    let mut world = World::on_sqlite_with(embedded, at("2026-11-24T08:00")).await;
    look(&mut world).await.nothing_else();
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    look(&mut world).await.nothing_else();
    let answer = world.ask("leader", "/status an lão").await;
    assert!(answer.starts_with("Có 2 đơn vị cùng tên") && !answer.contains("kết thúc hoạt động"), "{answer}");
    world.end().await;
}

/// The same catalog, in use when the districts end: 22 chats, one message each, and one to the office.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_districts_end_on_one_day() {
    let embedded = Catalog::embedded().expect("it is sound");
    let mut world = World::on_sqlite_with(embedded, at("2025-06-24T08:00")).await;
    until(&mut world, "2025-07-01T07:10").await;
    let mut post = look(&mut world).await;
    assert_eq!(post.chats_with("unit_closed unit_ended").len(), 22);
    assert!(post.one("office").text.starts_with("📌 22 đơn vị kết thúc hoạt động ngày 30/6/2025"));
    post.nothing_else();
    look(&mut world).await.nothing_else();
    world.end().await;
}
