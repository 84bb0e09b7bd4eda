//! Two departments become one, under the name of one of them.

use super::{UNITS, catalog, catalog_of, in_february, in_march, look, march, until};
use crate::acceptance::World;
use crate::acceptance::world::unit;
use crate::fake::telegram::ChatKind;
use chitieu::domain::subscription::Role;
use chitieu::service::registry;
use chrono::Duration;
use insta::assert_snapshot;

in_2025!(
    each_chat_of_an_ended_unit_is_told_once: "2025-02-24T08:00",
    a_successor_is_held_against_both: "2025-02-24T08:00",
    a_chat_that_has_its_new_link_hears_of_the_new_unit: "2025-02-24T08:00",
    a_wrong_last_day_can_be_taken_back: "2025-02-24T08:00",
);

async fn each_chat_of_an_ended_unit_is_told_once(world: &mut World) {
    in_february(world).await;
    world.join(-4001, ChatKind::Group, "Tổ một cửa", unit("so-gtvt")).await;
    until(world, "2025-02-28T23:55").await;
    look(world).await.nothing_else();

    // Nobody is woken.
    until(world, "2025-03-01T06:59").await;
    look(world).await.nothing_else();
    until(world, "2025-03-01T07:00").await;
    let mut post = look(world).await;
    assert_snapshot!(post.one("unit/so-gtvt").text, @"
    📌 Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.
    Từ nay nhóm này không nhận thêm thông báo về đơn vị đã kết thúc. Liên kết cũ được lưu lại, không tự chuyển sang đơn vị khác.
    Để nhận thông báo của đơn vị tiếp nhận, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định để được cấp mã, rồi gõ /dangky kèm mã.
    Số liệu các kỳ trước vẫn xem được: gõ /status tháng 2/2025.
    ");
    assert!(post.one("-4001").text.starts_with("📌 Sở GTVT kết thúc hoạt động ngày 28/2/2025"));
    assert!(post.one("unit/so-xay-dung").text.contains("Sở Xây dựng (từ 1/3/2025) tiếp nhận"));
    assert_snapshot!(post.one("office").text, @"
    📌 2 đơn vị kết thúc hoạt động ngày 28/2/2025; các nhóm đã nhận một tin kết thúc và không nhận thêm thông báo.
    – Sở GTVT → Sở Xây dựng (từ 1/3/2025): Sở GTVT (trang web), Tổ một cửa (Telegram)
    – Sở Xây dựng → Sở Xây dựng (từ 1/3/2025): Sở Xây dựng (trang web)
    Nhóm và chỉ tiêu không tự chuyển sang đơn vị tiếp nhận.
    Việc cần làm (người quản trị hệ thống): cấp mã cho nhóm cần liên kết lại bằng chitieu link --unit …; nhóm gõ /dangky kèm mã.
    ");
    post.nothing_else();

    // Neither again, nor by another process, nor after a restart.
    look(world).await.nothing_else();
    let other = world.other_process().await;
    assert_eq!(registry::step(&other.context).await.expect("looking works"), 0);
    other.context.store.close().await;
    until(world, "2025-03-02T00:00").await;
    look(world).await.nothing_else();

    // The links stay on record, and nothing new is sent: neither reminders nor figures.
    let linked = world.context.store.chats().await.expect("the database answers");
    let of = |role: &Role| linked.iter().filter(|l| l.roles.contains(role)).count();
    assert_eq!((of(&unit("so-gtvt")), of(&unit("so-xay-dung")), of(&unit("so-xay-dung-2025"))), (2, 1, 1));
    world.advance(Duration::days(2)).await;
    let post = world.received().await;
    assert_eq!(
        post.lines(),
        "leader: digest weekly\nunit/huyen-an-lao: reminder still_missed\nunit/so-tu-phap: reminder still_missed\n"
    );
    let mut post = world.import(march()).await;
    post.to("leader");
    assert!(
        post.to("unit/so-gtvt").is_empty() && post.to("unit/so-xay-dung").is_empty() && post.to("-4001").is_empty()
    );
    assert_eq!(post.one("unit/so-xay-dung-2025").reason, "first_missed");
    post.to("unit/so-tu-phap");
    post.to("unit/huyen-an-lao");
    post.nothing_else();
}

async fn a_successor_is_held_against_both(world: &mut World) {
    in_march(world).await;
    until(world, "2025-03-24T08:00").await;
    // Two of four units are gone: they have ended, and nothing is held.
    let mut post = world.import(march()).await;
    assert_snapshot!(post.one("unit/so-xay-dung-2025").text, @"
    📌 Sở Xây dựng · tháng 3/2025 (số liệu đến 24/3)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến 25,0% / 50% (−25,0 điểm %): cần thêm 200 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến 25,0% / 50% (−25,0 điểm %): cần thêm 200 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ 25,0% / 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử 25% / 50% (−25,0 điểm %): còn thiếu ≈ 100 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư 25,0% / 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được khai thác CSDL dân cư
    So với tháng 2 (đến 24/2): Hồ sơ trực tuyến +12,5 điểm %, Thanh toán trực tuyến +12,5 điểm %, Số hóa hồ sơ +12,5 điểm %, Khai thác CSDL dân cư +12,5 điểm %; Cấp kết quả điện tử không so sánh được (sắp xếp đơn vị); tháng 2 là số liệu của Sở GTVT, Sở Xây dựng (đến 28/2/2025) cộng lại.
    Còn 5 ngày làm việc đến hết tháng 3, cần khoảng 40 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    let digest = post.one("leader").text;
    assert!(!digest.contains("GTVT") && !digest.contains("chưa có số liệu"), "{digest}");
    assert!(digest.contains("Sở Xây dựng – Hồ sơ trực tuyến +12,5 điểm %"), "{digest}");
    post.to("unit/so-tu-phap");
    post.to("unit/huyen-an-lao");
    post.nothing_else();
    // Its months begin with itself, and say why.
    let said = world.ask_all("leader", "/lichsu sở xây dựng số hóa").await.to("leader");
    assert_snapshot!(said[0].text, @"
    📈 Sở Xây dựng · Số hóa hồ sơ · lịch sử đến tháng 3/2025
    3/2025 (đến 24/3): 🔴 25,0% / 50%
    ↔ Từ ngày 1/3/2025 tiếp nhận công việc của Sở GTVT, Sở Xây dựng; số liệu các tháng trước đó không gộp vào đây (sắp xếp đơn vị).
    ");
}

async fn a_chat_that_has_its_new_link_hears_of_the_new_unit(world: &mut World) {
    in_february(world).await;
    world.join(-4001, ChatKind::Group, "Tổ một cửa", unit("so-gtvt")).await;
    world.link(-4001, unit("so-xay-dung-2025")).await;
    until(world, "2025-03-01T08:00").await;
    let mut post = look(world).await;
    assert!(post.one("-4001").text.contains("kết thúc hoạt động"), "it is told all the same");
    let office = post.one("office").text;
    assert!(office.contains("– Sở GTVT → Sở Xây dựng (từ 1/3/2025): Sở GTVT (trang web)\n"), "{office}");
    post.to("unit/so-gtvt");
    post.to("unit/so-xay-dung");
    post.nothing_else();
    until(world, "2025-03-24T08:00").await;
    let mut post = world.import(march()).await;
    assert!(post.one("-4001").text.starts_with("📌 Sở Xây dựng · tháng 3/2025"));
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap", "unit/huyen-an-lao"] {
        post.one(chat);
    }
    post.nothing_else();
    let answer = world.ask_telegram(-4001, "/status sở gtvt").await;
    assert!(answer.starts_with("ℹ️ Sở GTVT kết thúc") && answer.contains("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
}

async fn a_wrong_last_day_can_be_taken_back(world: &mut World) {
    in_march(world).await;
    let lives = UNITS.replacen("valid_to = 2025-02-28\nsuccessors = [\"so-xay-dung-2025\"]\n", "", 1);
    let other = world.other_process_with(catalog_of(&lives)).await;
    assert_eq!(registry::step(&other.context).await.expect("looking works"), 0);
    let told = other.context.store.chats_with_role(&unit("so-gtvt")).await.expect("the database answers");
    assert_eq!(told.len(), 1, "Sở GTVT hears of itself again");
    assert!(other.context.store.chats_with_role(&unit("so-xay-dung")).await.expect("the database answers").is_empty());
    other.context.store.close().await;
    world.settle().await;
    world.received().await.nothing_else();
}
