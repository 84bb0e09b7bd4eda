//! Who is told what of the figures, and when again.

use super::{Post, Report, World, june, scenarios};
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    july_is_told_once,
    what_goes_on_is_told_again_after_a_week,
    a_correction_reaches_those_whom_it_concerns,
    a_later_day_tells_what_is_reached_and_what_is_worse,
    july_is_held_against_june,
    june_after_july_is_no_news,
    without_a_like_day_july_stands_beside_the_whole_june,
);

const TAI_CHINH: &str = "unit/so-tai-chinh";

/// Everybody but Sở Tài chính, which reaches everything.
fn those_who_miss_something(told: &[String]) {
    assert_eq!(told.len(), 39, "{told:?}");
    assert!(!told.contains(&TAI_CHINH.to_owned()));
    assert!(told.iter().all(|chat| chat.starts_with("unit/")), "{told:?}");
}

async fn july(world: &mut World) -> Report {
    let report = Report::july().with_all_met_by_so_tai_chinh();
    let mut post = world.import(report.file()).await;
    those_who_miss_something(&post.chats_with("bulletin first_missed"));
    post.one("leader");
    post.nothing_else();
    report
}

async fn july_is_told_once(world: &mut World) {
    let report = Report::july().with_all_met_by_so_tai_chinh();
    let mut post = world.import(report.file()).await;
    assert_snapshot!(post.one("unit/so-xay-dung").text, @"
    📌 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến 29,7% / 60% (−30,3 điểm %): cần thêm 127 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến 10,5% / 45% (−34,5 điểm %): cần thêm 96 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Cấp kết quả điện tử 52,8% / 100% (−47,2 điểm %): còn thiếu ≈ 68 hồ sơ được cấp kết quả điện tử
    🟡 Khai thác CSDL dân cư 97,6% / 100% (−2,4 điểm %): còn thiếu 4 hồ sơ được khai thác CSDL dân cư
    🟢 Số hóa hồ sơ 94,6% / 85%
    Chưa có số liệu tháng 6 để so sánh.
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 26 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    let digest = post.one("leader").text;
    let (brief, rest) = digest.split_once("\nXem thêm\n").expect("what is folded");
    assert_snapshot!(brief, @"
    📊 Số liệu mới tỉnh Bình Định · tháng 7/2023 (số liệu đến 24/7)
    Đạt 63/196 chỉ tiêu (cấp tỉnh 39/86, cấp huyện 8/55, cấp xã 16/55) · chưa đạt 133 · không phát sinh 4 · 9 đơn vị chưa đạt chỉ tiêu nào
    🔴 Hồ sơ trực tuyến: 44% / 50%
    🟢 Thanh toán trực tuyến: 60,8% / 35%
    ▫️ Số hóa hồ sơ: 65%
    🔴 Cấp kết quả điện tử: 52% / 100%
    🔴 Khai thác CSDL dân cư: 85% / 100%
    🔎 Số liệu có 14 điểm Văn phòng cần rà soát.
    ");
    assert!(rest.contains("Chưa đạt chỉ tiêu nào (9 đơn vị): Sở Công Thương, "), "{rest}");
    // 38 others; the office and Sở Tài chính, which reaches everything, hear nothing.
    assert_eq!(post.chats_with("bulletin first_missed").len(), 38);
    post.nothing_else();

    let again = world.import(report.file()).await;
    again.nothing_else();
    world.advance(Duration::hours(6)).await;
    world.received().await.nothing_else();
}

async fn what_goes_on_is_told_again_after_a_week(world: &mut World) {
    let report = july(world).await;
    world.advance(Duration::days(7) - Duration::minutes(1)).await;
    assert_eq!(world.received().await.lines(), "leader: digest weekly\n");
    assert!(world.import(report.file()).await.lines().is_empty(), "the same figures are no reminder");

    world.advance(Duration::minutes(1)).await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("unit/so-tu-phap").text, @"
    ⏰ Sở Tư pháp · tháng 7/2023 (số liệu đến 24/7)
    Nhắc theo lịch 08:00 thứ Hai hằng tuần.
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu chưa đạt:
    🔴 Cấp kết quả điện tử 51,8% / 100%: còn thiếu ≈ 294 hồ sơ được cấp kết quả điện tử, khoảng 294 mỗi ngày làm việc
    🔴 Số hóa hồ sơ 62% / 93%: còn thiếu 222 hồ sơ được số hóa, khoảng 222 mỗi ngày làm việc
    🟡 Khai thác CSDL dân cư 98,7% / 100%: còn thiếu 9 hồ sơ được khai thác CSDL dân cư, khoảng 9 mỗi ngày làm việc
    🟡 Hồ sơ trực tuyến 99,5% / 100%: không thể đạt trong kỳ này vì chỉ tiêu là 100% và đã có hồ sơ chưa đạt yêu cầu
    Còn 1 ngày làm việc đến hết tháng 7.
    Gõ /giaitrinh để báo cáo nguyên nhân, /nhacnho để đổi lịch nhắc.
    ");
    assert_eq!(post.chats_with("reminder still_missed").len(), 38);
    post.nothing_else();

    world.advance(Duration::days(7) - Duration::minutes(1)).await;
    assert_eq!(world.received().await.lines(), "leader: digest weekly\n");
    world.advance(Duration::minutes(1)).await;
    let mut post = world.received().await;
    // In August no day of July is left.
    let august = post.one("unit/so-tu-phap").text;
    assert!(august.contains("\nKhông còn ngày làm việc nào đến hết tháng 7.\n"), "{august}");
    assert_eq!(post.chats_with("reminder still_missed").len(), 38);
    post.nothing_else();
}

async fn a_correction_reaches_those_whom_it_concerns(world: &mut World) {
    let report = july(world).await;
    // 16 of 152 was a slip: it is 61, and the target of 45 % is still missed.
    let report = report.with("Sở Xây dựng\t", "16\t10,5%", "61\t40,1%");
    world.advance(Duration::hours(2)).await;
    let mut post = world.import(report.file()).await;
    let mail = post.one("unit/so-xay-dung");
    assert_eq!((mail.kind.as_str(), mail.reason.as_str()), ("correction", "corrected"));
    assert_snapshot!(mail.text, @"
    📝 Sở Xây dựng · đính chính tháng 7/2023 (số liệu đến 24/7)
    Số liệu đã công bố được đính chính; đề nghị dùng số liệu sau:
    🟡 Thanh toán trực tuyến 40,1% / 45% (−4,9 điểm %; trước đính chính 10,5%): cần thêm 14 giao dịch thanh toán trực tuyến liên tiếp
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung.
    Chưa có số liệu tháng 6 để so sánh.
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 26 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết.
    ");
    let digest = post.one("leader");
    assert_eq!(digest.reason, "corrected");
    assert!(digest.text.contains(" · đính chính 1 đơn vị (1 chỉ tiêu)"), "{}", digest.text);
    post.nothing_else();

    // Now the correction says that the target was reached on that day: no achievement, still a correction.
    let report = report.with("Sở Xây dựng\t", "61\t40,1%", "70\t46%");
    let post = world.import(report.file()).await;
    assert_eq!(post.lines(), "leader: digest corrected\nunit/so-xay-dung: correction corrected\n");

    // Sở Tài chính reached everything only by a slip.
    let report = report.with("Sở Tài chính\t", "9\t100%", "8\t88,9%");
    let post = world.import(report.file()).await;
    assert_eq!(post.lines(), "leader: digest corrected\nunit/so-tai-chinh: correction corrected\n");
}

async fn a_later_day_tells_what_is_reached_and_what_is_worse(world: &mut World) {
    let report = july(world).await;
    world.advance(Duration::days(1)).await;
    // One more file came, and nothing is reached or worse by it.
    let report = report.up_to(25).with("Sở Tư pháp\t", "442\t62%", "443\t62,1%");
    let post = world.import(report.file()).await;
    assert_eq!(post.lines(), "leader: digest new_figures\n", "the figures of the day before are no news for the units");

    let report = report
        .up_to(26)
        .with("Sở Xây dựng\t", "16\t10,5%", "80\t52,6%")
        .with("Sở GTVT\t", "380\t37,1%", "300\t29,3%")
        // Worse, but by less than two points.
        .with("Sở Tư pháp\t", "443\t62,1%", "435\t61%");
    world.advance(Duration::days(1)).await;
    let mut post = world.import(report.file()).await;
    let reached = post.one("unit/so-xay-dung");
    assert_eq!((reached.kind.as_str(), reached.reason.as_str()), ("recovered", "recovered"));
    assert_snapshot!(reached.text, @"
    📌 Sở Xây dựng · tháng 7/2023 (số liệu đến 26/7)
    🟢 Đã đạt trở lại: Thanh toán trực tuyến 52,6% / 45% (+7,6 điểm %)
    Đạt 2/5 chỉ tiêu · 3 chỉ tiêu còn cần tập trung.
    Chưa có số liệu tháng 6 để so sánh.
    Còn 3 ngày làm việc đến hết tháng 7, cần khoảng 43 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết.
    ");
    let worse = post.one("unit/so-giao-thong-van-tai");
    assert_eq!((worse.kind.as_str(), worse.reason.as_str()), ("bulletin", "worsened"));
    assert_snapshot!(worse.text, @"
    📌 Sở GTVT · tháng 7/2023 (số liệu đến 26/7)
    Xa chỉ tiêu hơn lần báo trước: Số hóa hồ sơ.
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung:
    🔴 Cấp kết quả điện tử 0,6% / 100% (−99,4 điểm %): còn thiếu ≈ 1.822 hồ sơ được cấp kết quả điện tử
    🔴 Hồ sơ trực tuyến 2,54% / 60% (−57,46 điểm %): cần thêm 1.473 hồ sơ nộp trực tuyến liên tiếp
    🔴 Số hóa hồ sơ 29,3% / 80% (−50,7 điểm %): còn thiếu 520 hồ sơ được số hóa
    🔴 Khai thác CSDL dân cư 94,5% / 100% (−5,5 điểm %): còn thiếu ≈ 56 hồ sơ được khai thác CSDL dân cư
    🟢 Thanh toán trực tuyến 71,6% / 45%
    Chưa có số liệu tháng 6 để so sánh.
    Còn 3 ngày làm việc đến hết tháng 7, mỗi ngày cần xử lý khoảng 608 hồ sơ được cấp kết quả điện tử.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    assert_eq!(post.lines(), "leader: digest new_figures\n");

    // Five days after that it is Monday: everybody who still misses something.
    world.advance(Duration::days(5)).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 39);
    assert_eq!(post.lines(), "leader: digest weekly\n");
}

/// June up to the 24th and the whole June, both made up.
async fn both_junes(world: &mut World) -> Post {
    world.record(&[june(24), june(30)]).await;
    world.settle().await;
    world.received().await
}

async fn july_is_held_against_june(world: &mut World) {
    let mut post = both_junes(world).await;
    let told = post.chats_with("bulletin first_missed");
    assert!((30..=40).contains(&told.len()), "{told:?}");
    // The 24th was overtaken before anybody was told of it: it is kept for comparison only.
    assert!(post.one("leader").text.contains("số liệu đến 30/6"));
    post.nothing_else();

    world.advance(Duration::days(1)).await;
    world.received().await.nothing_else();
    let mut post = world.import(Report::july().file()).await;
    let fell = post.one("unit/huyen-hoai-an");
    assert_eq!((fell.kind.as_str(), fell.reason.as_str()), ("bulletin", "fell_below"));
    assert_snapshot!(fell.text, @"
    📌 UBND huyện Hoài Ân (cấp huyện) · tháng 7/2023 (số liệu đến 24/7)
    Thấp hơn tháng trước: Hồ sơ trực tuyến.
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến 20,6% / 60% (−39,4 điểm %): cần thêm 354 hồ sơ nộp trực tuyến liên tiếp
    🔴 Cấp kết quả điện tử 32,6% / 100% (−67,4 điểm %): còn thiếu ≈ 252 hồ sơ được cấp kết quả điện tử
    🔴 Số hóa hồ sơ 15,6% / 70% (−54,4 điểm %): còn thiếu 196 hồ sơ được số hóa
    🔴 Thanh toán trực tuyến 13,5% / 45% (−31,5 điểm %): cần thêm 191 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Khai thác CSDL dân cư 93,9% / 100% (−6,1 điểm %): còn thiếu 22 hồ sơ được khai thác CSDL dân cư
    So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến −5,7 điểm %, Thanh toán trực tuyến 0,0 điểm %, Số hóa hồ sơ +2,7 điểm %, Cấp kết quả điện tử +4,4 điểm %, Khai thác CSDL dân cư +2,7 điểm %.
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 71 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    let digest = post.one("leader").text;
    let comparison = &digest[digest.find("▲ Tiến bộ nhiều nhất").expect("a comparison")..];
    assert_snapshot!(comparison, @"
    ▲ Tiến bộ nhiều nhất: BQL KKT tỉnh – Hồ sơ trực tuyến +12,7 điểm %; Sở LĐ-TB&XH – Thanh toán trực tuyến +12,5 điểm %; UBND TP. Quy Nhơn (cấp xã) – Khai thác CSDL dân cư +12,0 điểm %
    ▼ Giảm sút nhiều nhất: Sở Tài chính – Cấp kết quả điện tử −11,1 điểm %; Sở NN và PTNT – Cấp kết quả điện tử −7,6 điểm %; UBND huyện Hoài Ân (cấp huyện) – Hồ sơ trực tuyến −5,7 điểm %
    Gõ /status kèm tên đơn vị để xem chi tiết.
    ");
    // Who goes on missing what was told the day before is not told again.
    assert_snapshot!(post.lines(), @r"
    unit/huyen-an-lao: bulletin fell_below
    unit/huyen-hoai-nhon: bulletin fell_below
    unit/huyen-phu-cat: bulletin first_missed
    unit/huyen-quy-nhon: bulletin fell_below
    unit/huyen-tay-son: bulletin fell_below
    unit/huyen-van-canh: bulletin fell_below
    unit/huyen-vinh-thanh: bulletin fell_below
    unit/so-cong-thuong: bulletin first_missed
    unit/so-du-lich: bulletin fell_below
    unit/so-ke-hoach-dau-tu: bulletin fell_below
    unit/so-nong-nghiep-phat-trien-nong-thon: bulletin fell_below
    unit/so-tai-chinh: bulletin first_missed
    unit/so-tai-nguyen-moi-truong: bulletin first_missed
    unit/so-tu-phap: bulletin first_missed
    unit/so-van-hoa-the-thao: bulletin first_missed
    unit/so-y-te: bulletin first_missed
    unit/xa-an-lao: bulletin fell_below
    unit/xa-an-nhon: bulletin fell_below
    unit/xa-hoai-an: bulletin fell_below
    unit/xa-hoai-nhon: bulletin first_missed
    unit/xa-phu-my: bulletin fell_below
    unit/xa-tuy-phuoc: recovered recovered
    unit/xa-van-canh: recovered recovered
    unit/xa-vinh-thanh: bulletin fell_below
    ");
}

async fn june_after_july_is_no_news(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();

    both_junes(world).await.nothing_else();
    // But questions are answered with both.
    let answer = world.ask("unit/so-xay-dung", "/status").await;
    assert!(answer.contains("So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến +2,3"), "{answer}");
    let answer = world.ask("unit/so-xay-dung", "/status tháng 6").await;
    assert!(answer.contains("tháng 6/2023 (số liệu đến 30/6, số liệu mẫu)"), "{answer}");
}

async fn without_a_like_day_july_stands_beside_the_whole_june(world: &mut World) {
    world.record(&[june(30)]).await;
    world.settle().await;
    let mut june = world.received().await;
    let _told = june.chats_with("bulletin first_missed");
    june.one("leader");
    june.nothing_else();

    let mut post = world.import(Report::july().file()).await;
    let digest = post.one("leader").text;
    assert!(digest.contains("(cả tháng, trong khi tháng 7 mới đến 24/7, số liệu mẫu)"), "{digest}");
    // An open month beside a whole one is no reason to speak of a fall.
    assert_snapshot!(post.lines(), @r"
    unit/huyen-hoai-nhon: recovered recovered
    unit/huyen-phu-cat: bulletin first_missed
    unit/so-cong-thuong: bulletin first_missed
    unit/so-tai-chinh: bulletin first_missed
    unit/so-tai-nguyen-moi-truong: bulletin first_missed
    unit/so-tu-phap: bulletin first_missed
    unit/so-van-hoa-the-thao: bulletin first_missed
    unit/so-y-te: bulletin first_missed
    unit/xa-an-nhon: recovered recovered
    unit/xa-hoai-nhon: bulletin first_missed
    unit/xa-tuy-phuoc: recovered recovered
    unit/xa-van-canh: recovered recovered
    ");
}
