//! A person of the office sends a file to the bot, reads what was understood, and accepts it or not.

use super::world::{PERSON, unit};
use super::{Report, World, june, scenarios};
use crate::fake::telegram::{ChatKind, Fault};
use chitieu::domain::subscription::Role;
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    a_file_waits_until_it_is_accepted,
    a_file_is_dropped_or_forgotten,
    several_files_and_held_figures_are_chosen_from,
    only_the_office_may_send_files,
    a_file_with_faults_is_answered_with_them,
    rates_as_parts_of_one_are_read_and_said,
    a_file_that_does_not_come_is_asked_for_again,
    a_crash_in_between_keeps_and_answers_once,
);

const OFFICE: i64 = -4001;
const SO: i64 = -4002;

async fn office(world: &mut World) {
    world.join(OFFICE, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
}

/// Sends a file to the office's group and reads the one answer; nobody else hears of it.
async fn send(world: &mut World, name: &str, bytes: &[u8]) -> String {
    world.telegram.push_document(OFFICE, PERSON, name, bytes);
    world.settle().await;
    let mut post = world.received().await;
    let mail = post.one(&OFFICE.to_string());
    post.nothing_else();
    mail.text
}

async fn a_file_waits_until_it_is_accepted(world: &mut World) {
    office(world).await;
    let july = Report::july().file();
    let answer = send(world, "Báo cáo tháng 7.txt", &july.bytes).await;
    assert_snapshot!(answer, @"
    📄 Đã đọc tệp số 1: Báo cáo tháng 7.txt · 40 dòng
    • tháng 7/2023 (đến 24/7): 40 cơ quan, đơn vị, 200 kết quả. Kỳ này chưa có số liệu.
    Chưa có gì được ghi nhận hay gửi đi. Nếu đúng, gõ /xacnhan 1; nếu không, gõ /xacnhan bỏ 1. Tệp được giữ đến 8:00 ngày 25/7/2023.
    ");
    assert_eq!(
        world.context.store.current(None).await.expect("it works"),
        None,
        "nothing is recorded before a person says so"
    );
    let again = send(world, "Báo cáo tháng 7.txt", &july.bytes).await;
    assert_eq!(again, answer, "the same file is the same number");
    // The button is heard as its command.
    world.telegram.push_text(OFFICE, PERSON, "1");
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one(&OFFICE.to_string()).text, @"
    ✅ Đã ghi nhận tệp số 1: Báo cáo tháng 7.txt
    • tháng 7/2023 (đến 24/7): lần cập nhật số 1
    Hệ thống kiểm tra số liệu rồi mới gửi thông báo.
    ");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    let twice = world.ask_telegram(OFFICE, "/xacnhan 1").await;
    assert_snapshot!(twice, @"Tệp số 1 (Báo cáo tháng 7.txt) đã được ghi nhận trước đó.");
    // A correction is held against what is there.
    let corrected = Report::july().with_all_met_by_so_tai_chinh().file();
    let answer = send(world, "sửa.txt", &corrected.bytes).await;
    assert!(answer.contains("So với lần cập nhật số 1 (đến 24/7): 1 kết quả khác, 0 mới, 0 không còn."), "{answer}");
    assert!(world.ask_telegram(OFFICE, "/xacnhan bỏ 2").await.starts_with("Đã bỏ tệp số 2"));
}

async fn a_file_is_dropped_or_forgotten(world: &mut World) {
    office(world).await;
    let july = Report::july().file();
    send(world, "a.txt", &july.bytes).await;
    let dropped = world.ask_telegram(OFFICE, "/xacnhan bỏ tệp 1").await;
    assert_snapshot!(dropped, @"Đã bỏ tệp số 1 (a.txt). Không có gì được ghi nhận từ tệp này.");
    assert!(world.ask_telegram(OFFICE, "/xacnhan 1").await.starts_with("Đã bỏ tệp số 1"));
    assert!(world.ask_telegram(OFFICE, "/xacnhan 9").await.starts_with("Không có tệp số 9"));
    assert!(send(world, "a.txt", &july.bytes).await.contains("tệp số 2"), "sent again it waits again");
    world.advance(Duration::hours(24)).await;
    let late = world.ask_telegram(OFFICE, "/xacnhan 2").await;
    assert_snapshot!(late, @"Tệp số 2 (a.txt) đã quá hạn xác nhận và không còn được giữ. Đề nghị gửi lại tệp.");
    assert_eq!(world.context.store.upload_bytes(2).await.expect("it works"), None, "its bytes are not kept");
    assert_snapshot!(world.ask_telegram(OFFICE, "/xacnhan").await, @"Hiện không có số liệu nào đang tạm giữ. Gõ /kiemtra để xem các điểm cần rà soát trong số liệu mới nhất.");
    assert_eq!(world.context.store.current(None).await.expect("it works"), None);
}

async fn several_files_and_held_figures_are_chosen_from(world: &mut World) {
    office(world).await;
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    let mut post = world.import(Report::july().up_to(25).without_districts_and_communes().file()).await;
    assert_eq!(post.chats_with("feed_suspicious feed_suspicious").len(), 2);
    post.nothing_else();
    send(world, "tháng 6.csv", &june(24).bytes).await;
    send(world, "tháng 6 đủ.csv", &june(30).bytes).await;
    let which = world.ask_telegram(OFFICE, "/xacnhan").await;
    assert_snapshot!(which, @"
    Có nhiều số liệu đang chờ xác nhận
    1. số liệu tạm giữ tháng 7/2023, lần cập nhật số 2
    2. tệp số 1: tháng 6.csv
    3. tệp số 2: tháng 6 đủ.csv
    Trả lời số ở đầu dòng, hoặc gõ /xacnhan kèm số của tệp. Muốn bỏ một tệp, gõ /xacnhan bỏ kèm số của tệp.
    ");
    let chosen = world.ask_telegram(OFFICE, "3").await;
    assert!(chosen.starts_with("✅ Đã ghi nhận tệp số 2: tháng 6 đủ.csv"), "{chosen}");
    let held = world.ask_telegram(OFFICE, "/xacnhan bỏ 1").await;
    assert!(held.starts_with("Đã bỏ tệp số 1"), "{held}");
}

async fn only_the_office_may_send_files(world: &mut World) {
    office(world).await;
    world.join(SO, ChatKind::Group, "Sở Tư pháp", unit("so-tu-phap")).await;
    world.telegram.add_chat(PERSON, ChatKind::Private, "An");
    let july = Report::july().file();
    world.telegram.push_document(SO, PERSON, "a.txt", &july.bytes);
    world.settle().await;
    world.received().await.nothing_else();
    world.telegram.push_document(PERSON, PERSON, "a.txt", &july.bytes);
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one(&PERSON.to_string()).text, @"Chỉ nhóm của Văn phòng được gửi tệp số liệu; tệp này không được đọc. Gõ /trogiup để xem các lệnh.");
    post.nothing_else();
    assert!(world.telegram.calls("getFile").is_empty(), "nothing is fetched for them");
    assert!(world.context.store.waiting_uploads(world.now()).await.expect("it works").is_empty());
    let refused = world.ask_telegram(SO, "/xacnhan 1").await;
    assert!(!refused.contains("tệp"), "{refused}");
}

async fn a_file_with_faults_is_answered_with_them(world: &mut World) {
    office(world).await;
    let nonsense = send(world, "ảnh.png", b"\x89PNG\r\n\x1a\n\0\0").await;
    assert_snapshot!(nonsense, @"
    ⚠️ Tệp ảnh.png có chỗ chưa đọc được
    Không có số liệu nào được ghi nhận từ tệp này.
    Chưa đọc được 1 chỗ:
    • Tệp là tệp hình ảnh, không đọc được. Đọc được bảng tính (.xlsx, .xls, .ods), tài liệu Word (.docx), báo cáo dạng văn bản (.txt), bảng .csv, .tsv và JSON. (thấy: “tệp hình ảnh”)
    Việc cần làm: sửa những chỗ trên rồi gửi lại tệp.
    ");
    let csv = String::from_utf8(june(24).bytes).expect("it works").replace("Sở Tư pháp", "Sở Tư phápp");
    let holes = send(world, "tháng 6.csv", csv.as_bytes()).await;
    assert_snapshot!(holes, @"
    📄 Đã đọc tệp số 1: tháng 6.csv · 195 dòng
    • tháng 6/2023 (đến 24/6, số liệu mẫu): 39 cơ quan, đơn vị, 195 kết quả. Kỳ này chưa có số liệu.
    Chưa đọc được 5 chỗ:
    • dòng 76 và 4 chỗ khác: Không có đơn vị cấp tỉnh nào tên này trong danh mục; cả dòng không được nhận. Tên gần nhất: “Sở Tư pháp”. (thấy: “Sở Tư phápp”)
    Chưa có gì được ghi nhận hay gửi đi. Nếu đúng, gõ /xacnhan 1; nếu không, gõ /xacnhan bỏ 1. Tệp được giữ đến 8:00 ngày 25/7/2023.
    ");
    let huge = send(world, "lớn.xlsx", &vec![0; 20 * 1024 * 1024 + 1]).await;
    assert_snapshot!(huge, @"Tệp lớn.xlsx lớn hơn 20 MB nên không được nhận. Đề nghị chép tệp vào thư mục số liệu trên máy chủ.");
}

async fn rates_as_parts_of_one_are_read_and_said(world: &mut World) {
    office(world).await;
    let file = "# period=2023-07\n# as_of=2023-07-24\nunit,tier,indicator,numerator,denominator,rate,target\n\
                Sở Tư pháp,provincial,online_payment,590,717,0.822,0.6\n\
                BQL KKT tỉnh,provincial,online_payment,11,19,0.578,1\n\
                BQL KKT tỉnh,provincial,digitization,3,4,75,80\n";
    let answer = send(world, "trích xuất.csv", file.as_bytes()).await;
    let line =
        "Lưu ý: tỷ lệ của Thanh toán trực tuyến ghi dạng số thập phân nên được đọc theo phần trăm (0,578 là 57,8%).";
    assert!(answer.lines().any(|said| said == line), "{answer}");
    assert!(!answer.contains("Chưa đọc được") && answer.contains("/xacnhan 1"), "{answer}");
    let accepted = world.ask_telegram(OFFICE, "/xacnhan 1").await;
    assert!(accepted.starts_with("✅ Đã ghi nhận tệp số 1"), "{accepted}");
    world.settle().await;
    let mut post = world.received().await;
    let told = post.one("unit/bql-kkt").text;
    assert!(told.contains("57,8% / 100%") && told.contains("75% / 80%"), "{told}");
    post.one("unit/so-tu-phap");
    assert_eq!(post.chats_with("no_data no_data").len(), 38, "all others have no row");
    post.to("leader");
    post.nothing_else();
    let answer = world.ask("leader", "/status sở tư pháp").await;
    assert!(answer.contains("82,2%") && answer.contains("60%"), "{answer}");
}

async fn a_file_that_does_not_come_is_asked_for_again(world: &mut World) {
    office(world).await;
    let july = Report::july().file();
    world.telegram.fail_next_call("file", Fault::Html(502));
    world.telegram.fail_next_call("file", Fault::Close);
    world.telegram.push_document(OFFICE, PERSON, "a.txt", &july.bytes);
    world.steps().await;
    world.received().await.nothing_else();
    world.steps().await;
    world.received().await.nothing_else();
    world.settle().await;
    assert!(world.received().await.one(&OFFICE.to_string()).text.contains("tệp số 1"));
    // Away for longer than anybody waits.
    world.telegram.fail_when(Some(2), Fault::Html(502), |seen| seen.method == "file");
    world.telegram.push_document(OFFICE, PERSON, "b.txt", &june(24).bytes);
    world.steps().await;
    world.sleep(Duration::minutes(3));
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one(&OFFICE.to_string()).text, @"Không tải được tệp b.txt từ Telegram. Đề nghị gửi lại, hoặc đưa tệp lên trang web.");
    post.nothing_else();
}

async fn a_crash_in_between_keeps_and_answers_once(world: &mut World) {
    office(world).await;
    let july = Report::july().file();
    world.telegram.push_document(OFFICE, PERSON, "a.txt", &july.bytes);
    world.listen().await;
    let heard = world.context.store.unanswered_files(9).await.expect("it works");
    let [inbound] = &heard[..] else { panic!("{heard:?}") };
    // The file was kept, and the process died before it answered.
    let kept = chitieu::service::uploads::take(&world.context, &inbound.id, "a.txt", july.bytes.clone(), "x").await;
    kept.expect("it works");
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one(&OFFICE.to_string()).text.contains("tệp số 1"));
    post.nothing_else();
    assert_eq!(world.context.store.waiting_uploads(world.now()).await.expect("it works").len(), 1);
}
