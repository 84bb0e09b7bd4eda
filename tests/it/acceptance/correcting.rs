//! Corrections: other figures for what was published reach those whom they concern, and nobody else.

use super::{Report, World, june, scenarios};
use chitieu::domain::period::ReportingPeriod;
use chitieu::service::import::InputFile;
use chitieu::service::publish;
use insta::assert_snapshot;

scenarios!(
    only_units_with_other_figures_hear_of_a_correction,
    what_was_reached_and_stays_reached_is_told_too,
    a_correction_of_the_month_before_is_told,
    a_correction_of_an_old_month_is_for_the_office,
    a_day_that_was_overtaken_is_no_correction,
    a_large_correction_waits_for_the_office,
    two_processes_correct_once,
);

async fn july(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    let _told = post.chats_with("bulletin first_missed");
    let _told = post.chats_with("recovered recovered");
    let _told = post.chats_with("bulletin fell_below");
    post.one("leader");
    post.nothing_else();
}

async fn only_units_with_other_figures_hear_of_a_correction(world: &mut World) {
    july(world).await;
    let corrected =
        Report::july().with("Sở Xây dựng\t", "16\t10,5%", "70\t46%").with("Sở Tài chính\t", "8\t88,9%", "9\t100%");
    let mut post = world.import(corrected.file()).await;
    let mail = post.one("unit/so-xay-dung");
    assert_eq!((mail.kind.as_str(), mail.reason.as_str()), ("correction", "corrected"));
    assert!(mail.text.lines().count() <= 12);
    assert_snapshot!(mail.text, @"
    📝 Sở Xây dựng · đính chính tháng 7/2023 (số liệu đến 24/7)
    Số liệu đã công bố được đính chính; đề nghị dùng số liệu sau:
    🟢 Thanh toán trực tuyến 46% / 45% (+1,0 điểm %; trước đính chính 10,5%, chưa đạt)
    Đạt 2/5 chỉ tiêu · 3 chỉ tiêu cần tập trung.
    Chưa có số liệu tháng 6 để so sánh.
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 26 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết.
    ");
    assert_eq!(post.one("unit/so-tai-chinh").kind, "correction");
    let digest = post.one("leader");
    assert!(digest.text.contains(" · đính chính 2 đơn vị (2 chỉ tiêu)"), "{}", digest.text);
    post.nothing_else();
    // The same file again is no correction, and the digest of now still says what was corrected.
    world.import(corrected.file()).await.nothing_else();
    assert!(world.ask("leader", "/tomtat").await.contains("đính chính 2 đơn vị"));
    // History keeps both.
    let log =
        world.context.store.snapshot_log(ReportingPeriod::parse("2023-07").expect("a month")).await.expect("the log");
    assert_eq!(log.iter().map(|record| record.observations).collect::<Vec<_>>(), [200, 200]);
    assert_ne!(log[0].hash, log[1].hash);
    // The day after goes on from the corrected figures, and is no correction.
    let next = corrected.up_to(25).with("Sở Tư pháp\t", "442\t62%", "443\t62,1%");
    let mut post = world.import(next.file()).await;
    let digest = post.one("leader");
    assert_eq!(digest.reason, "new_figures");
    assert!(!digest.text.contains("đính chính"));
    post.nothing_else();
}

async fn what_was_reached_and_stays_reached_is_told_too(world: &mut World) {
    july(world).await;
    let corrected = Report::july().with("Sở Xây dựng\t", "94,6%", "94,7%");
    let mut post = world.import(corrected.file()).await;
    let mail = post.one("unit/so-xay-dung");
    assert!(mail.text.contains("🟢 Số hóa hồ sơ 94,7% / 85% (+9,7 điểm %; trước đính chính 94,6%)"), "{}", mail.text);
    post.one("leader");
    post.nothing_else();
}

/// The made-up June, with one cell replaced.
fn june_with(from: &str, to: &str) -> InputFile {
    let text = String::from_utf8(june(30).bytes).expect("UTF-8");
    assert_eq!(text.matches(from).count(), 1, "{from:?} stands once");
    InputFile { name: "thang-6-sua.csv".to_owned(), bytes: text.replacen(from, to, 1).into() }
}

async fn june_then(world: &mut World, months: &[Report]) {
    world.record(&[june(30)]).await;
    world.settle().await;
    let mut first = world.received().await;
    let _told = first.chats_with("bulletin first_missed");
    first.one("leader");
    first.nothing_else();
    for month in months {
        let mut post = world.import(month.file()).await;
        for what in ["bulletin first_missed", "recovered recovered", "bulletin fell_below", "bulletin worsened"] {
            let _told = post.chats_with(what);
        }
        post.one("leader");
        post.nothing_else();
    }
}

/// 12 of 148 was a slip: it is 21.
const JUNE_CELL: (&str, &str) = (
    "\"Sở Xây dựng\",provincial,online_payment,12,148,\"8,1\"",
    "\"Sở Xây dựng\",provincial,online_payment,21,148,\"14,1\"",
);

async fn a_correction_of_the_month_before_is_told(world: &mut World) {
    june_then(world, &[Report::july()]).await;
    let mut post = world.import(june_with(JUNE_CELL.0, JUNE_CELL.1)).await;
    let mail = post.one("unit/so-xay-dung");
    assert_eq!(mail.kind, "correction");
    assert_snapshot!(mail.text, @"
    📝 Sở Xây dựng · đính chính tháng 6/2023 (số liệu đến 30/6, số liệu mẫu)
    Số liệu đã công bố được đính chính; đề nghị dùng số liệu sau:
    🔴 Thanh toán trực tuyến 14,1% / 45% (−30,9 điểm %; trước đính chính 8,1%): thiếu 46 giao dịch thanh toán trực tuyến
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung.
    Chưa có số liệu tháng 5 để so sánh.
    Kỳ tháng 6 đã kết thúc; kết quả tháng sau cần cao hơn hoặc giữ mức tối đa.
    Gõ /status để xem chi tiết.
    ");
    let digest = post.one("leader").text;
    assert!(digest.contains("tháng 6/2023") && digest.contains("đính chính 1 đơn vị"), "{digest}");
    post.nothing_else();
    // July is still the newest, and its alerts are as they were.
    world.advance(chrono::Duration::days(1)).await;
    world.received().await.nothing_else();
    let answer = world.ask("unit/so-xay-dung", "/status").await;
    assert!(answer.contains("tháng 7/2023"), "{answer}");
}

async fn a_correction_of_an_old_month_is_for_the_office(world: &mut World) {
    june_then(world, &[Report::july(), Report::july().with("Sở Tư pháp\t", "442\t62%", "443\t62,1%").in_august()])
        .await;
    let mut post = world.import(june_with(JUNE_CELL.0, JUNE_CELL.1)).await;
    let mail = post.one("office");
    assert_eq!((mail.kind.as_str(), mail.reason.as_str()), ("correction_recorded", "corrected"));
    assert_snapshot!(mail.text, @"
    📝 Đã ghi đính chính · tháng 6/2023 (số liệu đến 30/6, số liệu mẫu) · lần cập nhật số 2
    Nguồn: thang-6-sua.csv
    1 đơn vị có số liệu khác bản đã công bố: Sở Xây dựng.
    Kỳ này cũ hơn mức báo đính chính trong danh mục, nên các đơn vị và lãnh đạo không được thông báo; cả hai bản đều được lưu.
    ");
    post.nothing_else();
}

async fn a_day_that_was_overtaken_is_no_correction(world: &mut World) {
    july(world).await;
    let next = Report::july().up_to(25).with("Sở Tư pháp\t", "442\t62%", "443\t62,1%");
    assert_eq!(world.import(next.file()).await.lines(), "leader: digest new_figures\n");
    // Other figures for the day before: the newest figures stand, and nobody is told of old news.
    let late = Report::july().with("Sở Xây dựng\t", "16\t10,5%", "61\t40,1%");
    world.import(late.file()).await.nothing_else();
    let answer = world.ask("unit/so-xay-dung", "/status").await;
    assert!(answer.contains("số liệu đến 25/7") && answer.contains("10,5%"), "{answer}");
}

async fn a_large_correction_waits_for_the_office(world: &mut World) {
    july(world).await;
    let corrected = Report::july().with_every_rate("1%");
    let mut post = world.import(corrected.file()).await;
    assert_eq!(post.one("office").kind, "feed_suspicious");
    post.nothing_else();
    world.write("office", "/xacnhan").await;
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one("office").text.contains("Đã xác nhận"));
    assert_eq!(post.chats_with("correction corrected").len(), 40);
    assert!(post.one("leader").text.contains("· đính chính 40 đơn vị ("));
    post.nothing_else();
}

async fn two_processes_correct_once(world: &mut World) {
    july(world).await;
    let other = world.other_process().await;
    world.record(&[Report::july().with("Sở Xây dựng\t", "16\t10,5%", "61\t40,1%").file()]).await;
    let (one, two) = tokio::join!(publish::step(&world.context), publish::step(&other.context));
    assert_eq!(
        one.expect("published").queued + two.expect("published").queued,
        3,
        "unit, leaders, and the average for the office"
    );
    world.settle().await;
    assert_eq!(world.received().await.lines(), "leader: digest corrected\nunit/so-xay-dung: correction corrected\n");
}
