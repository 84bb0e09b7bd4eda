//! Who asks for an old name.

use super::{catalog, in_march, march, until};
use crate::acceptance::World;
use insta::assert_snapshot;

in_2025!(
    an_old_name_leads_to_who_does_the_work_now: "2025-02-24T08:00",
);

async fn an_old_name_leads_to_who_does_the_work_now(world: &mut World) {
    in_march(world).await;
    // There are no figures of March yet: the last ones of those that ended.
    let answer = world.ask("leader", "/status sở gtvt").await;
    let told = "ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.\n";
    assert!(answer.starts_with(told), "{answer}");
    assert!(answer.contains("📊 Sở GTVT · tháng 2/2025 (số liệu đến 24/2)"), "{answer}");
    until(world, "2025-03-24T08:00").await;
    let mut post = world.import(march()).await;
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap", "unit/huyen-an-lao"] {
        post.one(chat);
    }
    post.nothing_else();

    assert_snapshot!(world.ask("leader", "/status sở giao thông vận tải").await, @"
    ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.

    📊 Sở Xây dựng · tháng 3/2025 (số liệu đến 24/3)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): cần thêm 200 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): cần thêm 200 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 25% (100/≈ 400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu ≈ 100 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 3, cần khoảng 40 hồ sơ nộp trực tuyến mỗi ngày.
    So với tháng 2 (đến 24/2): Hồ sơ trực tuyến +12,5 điểm %, Thanh toán trực tuyến +12,5 điểm %, Số hóa hồ sơ +12,5 điểm %, Khai thác CSDL dân cư +12,5 điểm %; Cấp kết quả điện tử không so sánh được (sắp xếp đơn vị); tháng 2 là số liệu của Sở GTVT, Sở Xây dựng (đến 28/2/2025) cộng lại.
    Xem thêm
    Thứ hạng và kết quả tháng 2:
    • Hồ sơ trực tuyến: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Thanh toán trực tuyến: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Số hóa hồ sơ: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Cấp kết quả điện tử: hạng 2/2 cấp tỉnh; không so sánh được với tháng 2
    • Khai thác CSDL dân cư: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    ");
    // A month of its lifetime.
    let answer = world.ask("leader", "/status sở gtvt tháng 2").await;
    assert!(answer.starts_with(told) && answer.contains("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    // One name, two units: the one of today, or that of the month.
    let answer = world.ask("leader", "/status sở xây dựng").await;
    assert!(answer.starts_with("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
    assert!(answer.contains("25% (100/400)") || answer.contains("25,0% (100/400)"), "{answer}");
    let answer = world.ask("leader", "/status sở xây dựng 2/2025").await;
    assert!(answer.contains("📊 Sở Xây dựng · tháng 2/2025") && answer.contains("(20/300)"), "{answer}");

    // Targets are not inherited, and nobody is told otherwise.
    let answer = world.ask("leader", "/chitieu sở gtvt").await;
    assert!(answer.starts_with(told) && !answer.contains("50%"), "{answer}");

    // The old chats may see what they always saw, and no more.
    assert_snapshot!(world.ask("unit/so-gtvt", "/status").await, @"
    ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.
    Số liệu các kỳ trước vẫn xem được: ghi thêm tháng, ví dụ /status tháng 2/2025.
    Khi cần số liệu hoặc mã liên kết của đơn vị tiếp nhận, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
    let answer = world.ask("unit/so-gtvt", "/status tháng 2/2025").await;
    assert!(answer.contains("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    let answer = world.ask("unit/so-gtvt", "/status sở xây dựng").await;
    assert!(answer.starts_with("Nhóm này chỉ xem được số liệu của Sở GTVT"), "{answer}");
    let answer = world.ask("unit/so-xay-dung", "/status sở xây dựng").await;
    assert!(answer.contains("Sở Xây dựng kết thúc hoạt động ngày 28/2/2025"), "{answer}");
    assert!(!answer.contains("100/400"), "{answer}");
    let answer = world.ask("unit/so-xay-dung-2025", "/status").await;
    assert!(answer.starts_with("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
}
