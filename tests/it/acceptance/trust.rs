//! What the office is told before anybody else is: why figures are held, and where they contradict themselves. No unit
//! and no leader ever reads a word of it.

use super::{Report, World, june, scenarios};
use insta::assert_snapshot;

scenarios!(
    the_contradictions_of_july_reach_the_office_only,
    new_contradictions_are_told_once_and_old_ones_not_again,
    a_partial_extraction_replaces_nothing,
    stale_figures_are_held_and_told_once,
    two_extractions_in_one_are_held,
    falling_counts_are_held,
    the_same_doubt_is_not_told_with_every_poll,
    figures_of_a_past_month_are_doubted_too,
);

async fn july(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

/// What only the audit says: no agency may ever read one of these.
const WORDS: [&str; 8] =
    ["rà soát", "mẫu số ≈", "trong khi 97/1.663", "lớn hơn tổng", "Bình quân", "lũy kế", "Tạm giữ", "không khớp"];

async fn the_contradictions_of_july_reach_the_office_only(world: &mut World) {
    world.reads_findings = true;
    let mut post = world.import(Report::july().file()).await;
    let told = post.one("office");
    assert_eq!((told.kind.as_str(), told.reason.as_str()), ("new_findings", "new_findings"));
    assert!(told.text.lines().count() <= 12);
    assert_snapshot!(told.text, @"
    🔎 Điểm cần rà soát mới · tháng 7/2023 (số liệu đến 24/7) · lần cập nhật số 1
    Số liệu mới có 14 điểm cần rà soát:
    • Thanh toán trực tuyến, bình quân cấp xã: ghi 60,8%, tính từ bảng là 73,59% (8.790/11.944).
    • Số hóa hồ sơ, bình quân cấp tỉnh: ghi 78,8%, tính từ bảng là 78,27% (4.661/5.955).
    • Cấp kết quả điện tử, bình quân toàn tỉnh: ghi 52%, tính từ bảng là ≈ 53,5% (15.441/≈ 28.869).
    • Cấp kết quả điện tử, bình quân cấp tỉnh: ghi 34,2%, tính từ bảng là ≈ 40,6% (2.038/≈ 5.020).
    • Cấp kết quả điện tử, bình quân cấp huyện: ghi 41,8%, tính từ bảng là ≈ 41,3% (3.715/≈ 8.995); số đã ghi bằng trung bình cộng các tỷ lệ của đơn vị, không phải tổng tử số chia tổng mẫu số.
    • Cấp kết quả điện tử, bình quân cấp xã: ghi 64,2%, tính từ bảng là ≈ 65,2% (9.688/≈ 14.854).
    • Sở Công Thương, Khai thác CSDL dân cư: tỷ lệ ghi 76,4%, trong khi 97/1.663 là 5,83%; nếu tỷ lệ đúng thì mẫu số ≈ 127.
    … và 7 điểm khác.
    Gõ /kiemtra để xem đầy đủ. Chỉ Văn phòng nhận được nội dung này.
    ");
    let units = world.context.catalog.units.clone();
    for unit in &units {
        let mail = post.one(&format!("unit/{}", unit.code));
        assert_eq!(mail.kind, "bulletin");
        for word in WORDS {
            assert!(!mail.text.contains(word), "{}: {}", mail.chat, mail.text);
        }
    }
    post.one("leader");
    post.nothing_else();

    let all = world.ask("office", "/kiemtra").await;
    assert!(all.contains("Có 14 điểm cần rà soát:"), "{all}");
    assert!(all.contains("nếu tỷ lệ đúng thì mẫu số ≈ 127"), "{all}");
    for chat in ["unit/so-cong-thuong", "leader"] {
        let refused = world.ask(chat, "/kiemtra").await;
        assert!(WORDS.iter().all(|word| !refused.contains(word)), "{refused}");
    }
    assert!(world.import(Report::july().file()).await.lines().is_empty());
    world.advance(chrono::Duration::days(1)).await;
    world.received().await.nothing_else();
}

async fn new_contradictions_are_told_once_and_old_ones_not_again(world: &mut World) {
    july(world).await;
    world.reads_findings = true;
    // 380 of 1,028 becomes 385, printed with the old rate; everything else is as it was.
    let report = Report::july().up_to(25).with("Sở GTVT\t", "380\t37,1%", "385\t36,2%");
    let mut post = world.import(report.file()).await;
    assert_snapshot!(post.one("office").text, @"
    🔎 Điểm cần rà soát mới · tháng 7/2023 (số liệu đến 25/7) · lần cập nhật số 2
    Số liệu mới có 1 điểm cần rà soát:
    • Sở GTVT, Số hóa hồ sơ: tỷ lệ ghi 36,2%, trong khi 385/1.025 là 37,56%; nếu tỷ lệ đúng thì mẫu số ≈ 1.064.
    Gõ /kiemtra để xem đầy đủ. Chỉ Văn phòng nhận được nội dung này.
    ");
    post.one("leader");
    post.nothing_else();
    // The next day has the same contradiction, and others move by a file.
    let report = report.up_to(26).with("Sở Tư pháp\t", "442\t62%", "443\t62,1%");
    assert_eq!(world.import(report.file()).await.lines(), "leader: digest new_figures\n");
}

async fn a_partial_extraction_replaces_nothing(world: &mut World) {
    july(world).await;
    let partial = Report::july().up_to(25).with("Sở GTVT\t", "380\t37,1%", "385\t37,4%").without("Sở Du lịch\t");
    let mut post = world.import(partial.file()).await;
    let mail = post.one("office");
    assert_eq!(mail.kind, "feed_suspicious");
    assert_snapshot!(mail.text, @"
    ⚠️ Tạm giữ số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2, ghi lúc 8:00 ngày 24/7/2023
    Việc cần làm: kiểm tra lại bản trích xuất bao-cao-den-25-7.txt. Nếu số liệu đúng, gõ /xacnhan; nếu chưa đúng, nhập lại tệp đúng.
    Dấu hiệu bất thường:
    • bản trích xuất thiếu 5/200 kết quả đã có; thiếu ở Sở Du lịch
    Các cơ quan, đơn vị chưa được thông báo về số liệu này.
    ");
    post.nothing_else();
    // What was complete is still what counts, for everybody.
    let answer = world.ask("unit/so-du-lich", "/status").await;
    assert!(answer.contains("số liệu đến 24/7"), "{answer}");
    world.advance(chrono::Duration::hours(2)).await;
    world.received().await.nothing_else();
    // The good one passes as if nothing had been.
    let good = Report::july().up_to(25).with("Sở GTVT\t", "380\t37,1%", "385\t37,4%");
    assert_eq!(world.import(good.file()).await.lines(), "leader: digest new_figures\n");
    let states: Vec<_> = world
        .context
        .store
        .snapshot_log(chitieu::domain::period::ReportingPeriod::parse("2023-07").expect("a month"))
        .await
        .expect("the log")
        .into_iter()
        .map(|r| (r.header.number, r.held_for))
        .collect();
    assert_eq!(states, [(1, None), (2, Some("partial".to_owned())), (3, None)]);
}

async fn stale_figures_are_held_and_told_once(world: &mut World) {
    july(world).await;
    let stale = Report::july().up_to(25);
    let mut post = world.import(stale.file()).await;
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Tạm giữ số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2, ghi lúc 8:00 ngày 24/7/2023
    Việc cần làm: kiểm tra lại bản trích xuất bao-cao-den-25-7.txt. Nếu số liệu đúng, gõ /xacnhan; nếu chưa đúng, nhập lại tệp đúng.
    Dấu hiệu bất thường:
    • cả 200 kết quả giống hệt số liệu đến 24/7; nguồn có thể chưa cập nhật
    Các cơ quan, đơn vị chưa được thông báo về số liệu này.
    ");
    post.nothing_else();
    world.import(stale.file()).await.nothing_else();
    // The office knows better: nothing happened on that day.
    world.write("office", "/xacnhan").await;
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one("office").text.contains("Đã xác nhận"));
    assert_eq!(post.lines(), "leader: digest new_figures\n", "the units were told of these figures the day before");
}

async fn two_extractions_in_one_are_held(world: &mut World) {
    july(world).await;
    let mixed = Report::july().up_to(25).with_every_second_unit_moved();
    let mut post = world.import(mixed.file()).await;
    let text = post.one("office").text;
    let evidence: Vec<&str> = text.lines().filter(|line| line.contains("trộn hai lần trích xuất")).collect();
    assert_snapshot!(evidence.join("\n"), @"• có thể trộn hai lần trích xuất: 20/40 đơn vị giữ nguyên số liệu lần trước (BQL KKT tỉnh, Sở Du lịch, Sở GTVT, …), trong khi 19 đơn vị thay đổi mạnh (Sở Công Thương, Sở GD và ĐT, Sở KH và ĐT, …)");
    post.nothing_else();
}

async fn falling_counts_are_held(world: &mut World) {
    world.record(&[june(24), june(30)]).await;
    world.settle().await;
    let mut first = world.received().await;
    let _told = first.chats_with("bulletin first_missed");
    first.one("leader");
    first.nothing_else();
    // The figures up to the 24th, said to be those of the whole month in another file.
    let text = String::from_utf8(june(24).bytes).expect("UTF-8").replace("2023-06-24", "2023-06-30");
    let file = chitieu::service::import::InputFile { name: "thang-6.csv".to_owned(), bytes: text.into() };
    let mut post = world.import(file).await;
    let text = post.one("office").text;
    assert!(text.contains("số lũy kế giảm trong cùng kỳ, ví dụ"), "{text}");
    post.nothing_else();
}

async fn the_same_doubt_is_not_told_with_every_poll(world: &mut World) {
    july(world).await;
    let broken = Report::july().up_to(25).without_districts_and_communes();
    world.import(broken.file()).await.one("office");
    // The source is asked again, and one figure of the broken extraction has moved.
    let again = broken.clone().with("Sở GTVT\t", "380\t37,1%", "385\t37,4%");
    world.import(again.file()).await.nothing_else();
    // Another day is another doubt.
    let next = again.up_to(26).with("Sở Tư pháp\t", "442\t62%", "443\t62,1%");
    world.import(next.file()).await.one("office");
}

async fn figures_of_a_past_month_are_doubted_too(world: &mut World) {
    world.record(&[june(30)]).await;
    world.settle().await;
    let mut first = world.received().await;
    let _told = first.chats_with("bulletin first_missed");
    first.one("leader");
    first.nothing_else();
    let mut post = world.import(Report::july().file()).await;
    let _told = post.chats_with("bulletin first_missed");
    let _told = post.chats_with("recovered recovered");
    post.one("leader");
    post.nothing_else();

    // June once more, without the communes: July's comparisons keep the whole June.
    let text = String::from_utf8(june(30).bytes).expect("UTF-8");
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("commune") && !line.contains("cấp xã") && !line.contains("Cấp xã"))
        .collect();
    assert!(rows.len() < text.lines().count(), "the file names the tier");
    let file = chitieu::service::import::InputFile { name: "thang-6.csv".to_owned(), bytes: rows.join("\n").into() };
    let mut post = world.import(file).await;
    assert!(post.one("office").text.contains("Tạm giữ số liệu tháng 6/2023"));
    post.nothing_else();
}
