//! A feed that looks wrong is held, and a person of the office decides.

use super::{Report, World, scenarios};
use insta::assert_snapshot;

scenarios!(
    half_of_the_units_vanish,
    most_figures_jump,
    the_office_confirms,
    a_held_feed_is_overtaken_by_a_good_one,
    good_figures_beside_a_held_feed_are_told,
);

async fn july(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

async fn half_of_the_units_vanish(world: &mut World) {
    july(world).await;
    let broken = Report::july().up_to(25).without_districts_and_communes();
    let mut post = world.import(broken.file()).await;
    let mail = post.one("office");
    assert_eq!((mail.kind.as_str(), mail.reason.as_str()), ("feed_suspicious", "feed_suspicious"));
    assert_snapshot!(mail.text, @"
    ⚠️ Tạm giữ số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2, ghi lúc 8:00 ngày 24/7/2023
    Việc cần làm: kiểm tra lại bản trích xuất bao-cao-den-25-7.txt. Nếu số liệu đúng, gõ /xacnhan; nếu chưa đúng, nhập lại tệp đúng.
    Dấu hiệu bất thường:
    • 22/40 đơn vị không còn trong số liệu: UBND huyện An Lão (cấp huyện), UBND thị xã An Nhơn (cấp huyện), UBND huyện Hoài Ân (cấp huyện), UBND thị xã Hoài Nhơn (cấp huyện), UBND huyện Phù Cát (cấp huyện), UBND huyện Phù Mỹ (cấp huyện), UBND TP. Quy Nhơn (cấp huyện), UBND huyện Tây Sơn (cấp huyện), UBND huyện Tuy Phước (cấp huyện), UBND huyện Vân Canh (cấp huyện) và 12 đơn vị khác
    Các cơ quan, đơn vị chưa được thông báo về số liệu này.
    ");
    post.nothing_else();

    world.import(broken.file()).await.nothing_else();
    // Nobody is reminded of figures that are doubted, and questions are answered with the last good ones.
    world.advance(chrono::Duration::days(1)).await;
    world.received().await.nothing_else();
    let answer = world.ask("unit/huyen-an-lao", "/status").await;
    assert!(answer.contains("số liệu đến 24/7"), "{answer}");
}

async fn most_figures_jump(world: &mut World) {
    july(world).await;
    let broken = Report::july().up_to(25).with_every_rate("1%");
    let mut post = world.import(broken.file()).await;
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Tạm giữ số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2, ghi lúc 8:00 ngày 24/7/2023
    Việc cần làm: kiểm tra lại bản trích xuất bao-cao-den-25-7.txt. Nếu số liệu đúng, gõ /xacnhan; nếu chưa đúng, nhập lại tệp đúng.
    Dấu hiệu bất thường:
    • 170/195 kết quả thay đổi quá lớn so với lần đã công bố
    Các cơ quan, đơn vị chưa được thông báo về số liệu này.
    ");
    post.nothing_else();
    world.import(broken.file()).await.nothing_else();
}

async fn the_office_confirms(world: &mut World) {
    july(world).await;
    assert_snapshot!(world.ask("office", "/xacnhan").await, @"Hiện không có số liệu nào đang tạm giữ. Gõ /kiemtra để xem các điểm cần rà soát trong số liệu mới nhất.");
    let broken = Report::july().up_to(25).with_every_rate("1%");
    world.import(broken.file()).await.one("office");

    assert_snapshot!(world.ask("unit/so-y-te", "/xacnhan").await, @"
    Nhóm này chỉ xem được số liệu của Sở Y tế. Gõ /status để xem.
    Khi cần số liệu khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
    assert_snapshot!(world.ask("leader", "/xacnhan").await, @"
    Nhóm này không có quyền dùng lệnh đó.
    Khi cần số liệu khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
    world.write("office", "/xacnhan").await;
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ✅ Đã xác nhận số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2
    Nguồn: bao-cao-den-25-7.txt
    Thông báo đang được gửi đến các cơ quan, đơn vị.
    ");
    post.one("leader");
    // Most units lose a target that they had reached, which is the stronger reason.
    assert_eq!(post.chats_with("bulletin first_missed").len(), 31);
    assert_eq!(post.chats_with("bulletin worsened").len(), 9);
    post.nothing_else();
    assert_snapshot!(world.ask("office", "/confirm").await, @"Hiện không có số liệu nào đang tạm giữ. Gõ /kiemtra để xem các điểm cần rà soát trong số liệu mới nhất.");
}

async fn a_held_feed_is_overtaken_by_a_good_one(world: &mut World) {
    july(world).await;
    let broken = Report::july().up_to(25).without_districts_and_communes();
    world.import(broken.file()).await.one("office");
    let good = Report::july().up_to(26).with("Sở GTVT\t", "380\t37,1%", "300\t29,3%");
    let post = world.import(good.file()).await;
    assert_eq!(post.lines(), "leader: digest new_figures\nunit/so-giao-thong-van-tai: bulletin worsened\n");
    assert_snapshot!(world.ask("office", "/xacnhan").await, @"Hiện không có số liệu nào đang tạm giữ. Gõ /kiemtra để xem các điểm cần rà soát trong số liệu mới nhất.");
}

/// Two days in one go, and the later one looks wrong: the earlier one speaks, as if it had come alone.
async fn good_figures_beside_a_held_feed_are_told(world: &mut World) {
    let broken = Report::july().up_to(25).without_districts_and_communes();
    world.record(&[Report::july().file(), broken.file()]).await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("office").kind, "feed_suspicious");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    assert!(post.one("leader").text.contains("số liệu đến 24/7"));
    post.nothing_else();
    world.advance(chrono::Duration::hours(1)).await;
    world.received().await.nothing_else();
}
