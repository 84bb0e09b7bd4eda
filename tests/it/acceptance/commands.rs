//! What people type on the page and in Telegram, and what they read then.

use super::world::unit;
use super::{Report, World, june, scenarios};
use crate::fake::telegram::ChatKind;
use chitieu::domain::subscription::Role;
use insta::assert_snapshot;

scenarios!(
    status_as_people_type_it,
    a_name_that_is_shared_or_unknown,
    months_as_people_type_them,
    the_other_questions,
    help_names_what_the_chat_may,
    a_unit_sees_itself_only,
    telegram_answers_as_the_page_does,
    people_who_talk_to_each_other_are_left_alone,
    without_figures_the_answer_says_so,
);

const GROUP: i64 = -4_001;
const LEADERS: i64 = -1_001_000_000_002;
const BA_LAN: i64 = 91_007;

/// June up to the 24th, July up to the 24th, and everybody has read what followed.
async fn figures(world: &mut World) {
    world.record(&[june(24), Report::july().file()]).await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.to("leader").len(), 1);
    let told = post.lines();
    assert!(told.lines().all(|line| line.starts_with("unit/")), "{told}");
}

async fn status_as_people_type_it(world: &mut World) {
    figures(world).await;
    let answer = world.ask("leader", "/status sở gtvt").await;
    assert_snapshot!(answer, @"
    📊 Sở GTVT · tháng 7/2023 (số liệu đến 24/7)
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến: 2,54% (26/1.025) · chỉ tiêu 60% (−57,46 điểm %): cần thêm 1.473 hồ sơ nộp trực tuyến liên tiếp
    🟢 Thanh toán trực tuyến: 71,6% (717/1.001) · chỉ tiêu 45% (+26,6 điểm %)
    🔴 Số hóa hồ sơ: 37,1% (380/1.025) · chỉ tiêu 80% (−42,9 điểm %): còn thiếu 440 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 0,6% (11/≈ 1.833) · chỉ tiêu 100% (−99,4 điểm %): còn thiếu ≈ 1.822 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư: 94,5% (957/≈ 1.013) · chỉ tiêu 100% (−5,5 điểm %): còn thiếu ≈ 56 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 7, mỗi ngày cần xử lý khoảng 365 hồ sơ được cấp kết quả điện tử.
    So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến +0,64 điểm %, Thanh toán trực tuyến +3,7 điểm %, Số hóa hồ sơ +8,9 điểm %, Cấp kết quả điện tử +0,2 điểm %, Khai thác CSDL dân cư +6,2 điểm %.
    Xem thêm
    Thứ hạng và kết quả tháng 6:
    • Hồ sơ trực tuyến: hạng 18/18 cấp tỉnh; tháng 6 là 1,9% (+0,64 điểm %)
    • Thanh toán trực tuyến: hạng 8/14 cấp tỉnh; tháng 6 là 67,9% (+3,7 điểm %); vẫn đạt nếu phát sinh không quá 592 hồ sơ chưa đạt yêu cầu
    • Số hóa hồ sơ: hạng 18/18 cấp tỉnh; tháng 6 là 28,2% (+8,9 điểm %)
    • Cấp kết quả điện tử: hạng 18/18 cấp tỉnh; tháng 6 là 0,4% (+0,2 điểm %)
    • Khai thác CSDL dân cư: hạng 13/18 cấp tỉnh; tháng 6 là 88,3% (+6,2 điểm %)
    ");
    for spelling in [
        "/status SO GTVT",
        "/trangthai Sở Giao thông vận tải",
        "/trạng thái sở giao thông vận tải",
        "/Status@chitieu_test_bot sgtvt",
        "/status so\u{31b}\u{309} GTVT",
    ] {
        assert_eq!(world.ask("office", spelling).await, answer, "{spelling}");
    }
    assert!(world.ask("leader", "/status so tu phap").await.starts_with("📊 Sở Tư pháp · tháng 7/2023"));
    assert_eq!(
        world.ask("unit/so-giao-thong-van-tai", "/status").await,
        answer,
        "a unit's chat may leave the name out"
    );
}

async fn a_name_that_is_shared_or_unknown(world: &mut World) {
    figures(world).await;
    assert_snapshot!(world.ask("leader", "/status An Lão").await, @"
    Có 2 đơn vị cùng tên:
    📊 UBND huyện An Lão (cấp huyện) · tháng 7/2023 (số liệu đến 24/7)
    Đạt 0/5 chỉ tiêu: 🔴 Hồ sơ trực tuyến 7,2% / 60% · 🔴 Thanh toán trực tuyến 6,8% / 45% · 🔴 Số hóa hồ sơ 7,5% / 70% · 🔴 Cấp kết quả điện tử 74,5% / 100% · 🟡 Khai thác CSDL dân cư 97,5% / 100%
    📊 UBND huyện An Lão (cấp xã) · tháng 7/2023 (số liệu đến 24/7)
    Đạt 0/5 chỉ tiêu: 🔴 Hồ sơ trực tuyến 18,8% / 60% · 🔴 Thanh toán trực tuyến 12,46% / 45% · 🔴 Số hóa hồ sơ 17,4% / 65% · 🔴 Cấp kết quả điện tử 29,9% / 100% · 🔴 Khai thác CSDL dân cư 94,3% / 100%
    Xem thêm
    📊 UBND huyện An Lão (cấp huyện) · tháng 7/2023 (số liệu đến 24/7)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến: 7,2% (23/318) · chỉ tiêu 60% (−52,8 điểm %): cần thêm 420 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến: 6,8% (22/320) · chỉ tiêu 45% (−38,2 điểm %): cần thêm 222 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ: 7,5% (24/318) · chỉ tiêu 70% (−62,5 điểm %): còn thiếu 199 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 74,5% (271/≈ 364) · chỉ tiêu 100% (−25,5 điểm %): còn thiếu ≈ 93 hồ sơ được cấp kết quả điện tử
    🟡 Khai thác CSDL dân cư: 97,5% (310/318) · chỉ tiêu 100% (−2,5 điểm %): còn thiếu 8 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 84 hồ sơ nộp trực tuyến mỗi ngày.
    So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến +2,3 điểm %, Thanh toán trực tuyến −2,2 điểm %, Số hóa hồ sơ −0,1 điểm %, Cấp kết quả điện tử +7,6 điểm %, Khai thác CSDL dân cư +4,8 điểm %.
    Thứ hạng và kết quả tháng 6:
    • Hồ sơ trực tuyến: hạng 9/11 cấp huyện; tháng 6 là 4,9% (+2,3 điểm %)
    • Thanh toán trực tuyến: hạng 10/11 cấp huyện; tháng 6 là 9% (−2,2 điểm %)
    • Số hóa hồ sơ: hạng 10/11 cấp huyện; tháng 6 là 7,6% (−0,1 điểm %)
    • Cấp kết quả điện tử: hạng 3/11 cấp huyện; tháng 6 là 66,9% (+7,6 điểm %)
    • Khai thác CSDL dân cư: hạng 6/11 cấp huyện; tháng 6 là 92,7% (+4,8 điểm %)

    📊 UBND huyện An Lão (cấp xã) · tháng 7/2023 (số liệu đến 24/7)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến: 18,8% (170/903) · chỉ tiêu 60% (−41,2 điểm %): cần thêm 930 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến: 12,46% (107/859) · chỉ tiêu 45% (−32,54 điểm %): cần thêm 509 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ: 17,4% (158/903) · chỉ tiêu 65% (−47,6 điểm %): còn thiếu 429 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 29,9% (270/≈ 903) · chỉ tiêu 100% (−70,1 điểm %): còn thiếu ≈ 633 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư: 94,3% (852/903) · chỉ tiêu 100% (−5,7 điểm %): còn thiếu 51 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 186 hồ sơ nộp trực tuyến mỗi ngày.
    So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến +2,0 điểm %, Thanh toán trực tuyến +2,26 điểm %, Số hóa hồ sơ −3,2 điểm %, Cấp kết quả điện tử +8,6 điểm %, Khai thác CSDL dân cư +3,0 điểm %.
    Thứ hạng và kết quả tháng 6:
    • Hồ sơ trực tuyến: hạng 10/11 cấp xã; tháng 6 là 16,8% (+2,0 điểm %)
    • Thanh toán trực tuyến: hạng 11/11 cấp xã; tháng 6 là 10,2% (+2,26 điểm %)
    • Số hóa hồ sơ: hạng 10/11 cấp xã; tháng 6 là 20,6% (−3,2 điểm %)
    • Cấp kết quả điện tử: hạng 9/11 cấp xã; tháng 6 là 21,3% (+8,6 điểm %)
    • Khai thác CSDL dân cư: hạng 3/11 cấp xã; tháng 6 là 91,3% (+3,0 điểm %)
    ");
    assert_snapshot!(world.ask("leader", "/status sở du lich tháng sau").await, @"
    Chưa tìm thấy đơn vị nào có tên “sở du lich tháng sau”.
    Có phải Anh/Chị muốn hỏi:
    1. Sở Du lịch
    Nếu đúng, đề nghị trả lời 1.
    ");
    assert_snapshot!(world.ask("leader", "/stauts sở y tế").await, @"
    Chưa có lệnh “/stauts”. Có phải ý Anh/Chị là “/status sở y tế”?
    Nếu đúng, đề nghị trả lời 1. Gõ /trogiup để xem các lệnh.
    ");
    assert_snapshot!(world.ask("leader", "/status sở thủy sản").await, @"Chưa tìm thấy đơn vị nào có tên “sở thủy sản”.");
    assert_snapshot!(world.ask("leader", "/status sở kế hoạch đầu tr").await, @"
    📊 Sở KH và ĐT · tháng 7/2023 (số liệu đến 24/7)
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung · 1 chỉ tiêu đạt nhưng thấp hơn tháng trước:
    🟡 Hồ sơ trực tuyến: 59,3% (267/450) · chỉ tiêu 60% (−0,7 điểm %): cần thêm 8 hồ sơ nộp trực tuyến liên tiếp
    🟢 Thanh toán trực tuyến: 83,9% (146/174) · chỉ tiêu 45% (+38,9 điểm %)
    🔴 Số hóa hồ sơ: 37,6% (169/450) · chỉ tiêu 80% (−42,4 điểm %): còn thiếu 191 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 31,1% (105/≈ 338) · chỉ tiêu 100% (−68,9 điểm %): còn thiếu ≈ 233 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư: 41,6% (182/≈ 438) · chỉ tiêu 100% (−58,4 điểm %): còn thiếu ≈ 256 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 7, mỗi ngày cần xử lý khoảng 52 hồ sơ được khai thác CSDL dân cư.
    So với tháng 6 (đến 24/6, số liệu mẫu): Hồ sơ trực tuyến +2,1 điểm %, Thanh toán trực tuyến −4,8 điểm %, Số hóa hồ sơ +3,4 điểm %, Cấp kết quả điện tử +3,8 điểm %, Khai thác CSDL dân cư +6,4 điểm %.
    Xem thêm
    Thứ hạng và kết quả tháng 6:
    • Hồ sơ trực tuyến: hạng 12/18 cấp tỉnh; tháng 6 là 57,2% (+2,1 điểm %)
    • Thanh toán trực tuyến: hạng 5/14 cấp tỉnh; tháng 6 là 88,7% (−4,8 điểm %); vẫn đạt nếu phát sinh không quá 150 hồ sơ chưa đạt yêu cầu
    • Số hóa hồ sơ: hạng 17/18 cấp tỉnh; tháng 6 là 34,2% (+3,4 điểm %)
    • Cấp kết quả điện tử: hạng 16/18 cấp tỉnh; tháng 6 là 27,3% (+3,8 điểm %)
    • Khai thác CSDL dân cư: hạng 17/18 cấp tỉnh; tháng 6 là 35,2% (+6,4 điểm %)
    ");
    assert_snapshot!(world.ask("leader", "/status sở").await, @"Chưa tìm thấy đơn vị nào có tên “sở”.");
    assert_snapshot!(world.ask("leader", "/status").await, @"Đề nghị ghi tên đơn vị, ví dụ /status sở tư pháp.");
}

async fn months_as_people_type_them(world: &mut World) {
    figures(world).await;
    let june = world.ask("leader", "/status sở y tế tháng 6").await;
    assert!(june.starts_with("📊 Sở Y tế · tháng 6/2023 (số liệu đến 24/6"), "{june}");
    for month in ["6", "6/2023", "2023-06", "thang 6", "tháng trước", "T6"] {
        assert_eq!(world.ask("leader", &format!("/status sở y tế {month}")).await, june, "{month}");
    }
    let july = world.ask("leader", "/status sở y tế").await;
    assert_eq!(world.ask("leader", "/status sở y tế tháng này").await, july);
    assert_snapshot!(world.ask("leader", "/status sở y tế tháng 5").await, @"
    Chưa có số liệu tháng 5/2023.
    Kỳ gần nhất có số liệu: tháng 7/2023 (số liệu đến 24/7).
    ");
    assert_snapshot!(world.ask("leader", "/status sở y tế tháng 13").await, @"Chưa rõ kỳ báo cáo “tháng 13”. Có thể gõ: 7, 7/2023, tháng 7 hoặc tháng trước.");
    assert_snapshot!(world.ask("leader", "/tomtat 2023-05").await, @"
    Chưa có số liệu tháng 5/2023.
    Kỳ gần nhất có số liệu: tháng 7/2023 (số liệu đến 24/7).
    ");
}

async fn the_other_questions(world: &mut World) {
    figures(world).await;
    let digest = world.ask("leader", "/tomtat").await;
    let (brief, rest) = digest.split_once("\nXem thêm\n").expect("what is folded");
    assert_snapshot!(brief, @"
    📊 Báo cáo nhanh tỉnh Bình Định · tháng 7/2023 (số liệu đến 24/7)
    Đạt 62/196 chỉ tiêu (cấp tỉnh 38/86, cấp huyện 8/55, cấp xã 16/55) · chưa đạt 134 · không phát sinh 4 · 9 đơn vị chưa đạt chỉ tiêu nào
    So với tháng 6 (đến 24/6, số liệu mẫu):
    🔴 Hồ sơ trực tuyến: 44% / 50% (+2,51 điểm %)
    🟢 Thanh toán trực tuyến: 60,8% / 35% (+3,11 điểm %)
    ▫️ Số hóa hồ sơ: 65% (+3,51 điểm %)
    🔴 Cấp kết quả điện tử: 52% / 100% (+2,72 điểm %)
    🔴 Khai thác CSDL dân cư: 85% / 100% (−0,79 điểm %)
    ✅ Mới đạt: Sở TN và MT – Thanh toán trực tuyến, UBND thị xã Hoài Nhơn (cấp huyện) – Khai thác CSDL dân cư, UBND huyện Tuy Phước (cấp xã) – Hồ sơ trực tuyến và 4 trường hợp khác
    ⚠️ Không còn đạt: Sở Công Thương – Hồ sơ trực tuyến, Sở Tài chính – Cấp kết quả điện tử, Sở TN và MT – Khai thác CSDL dân cư và 6 trường hợp khác
    🔎 Số liệu có 14 điểm Văn phòng cần rà soát.
    ");
    assert!(rest.contains("1. UBND huyện Tuy Phước (cấp huyện): đạt 0/5"), "{rest}");
    assert_eq!(world.ask("office", "/tóm tắt").await, digest);
    assert_snapshot!(world.ask("leader", "/chitieu an lão").await, @"
    🎯 UBND huyện An Lão (cấp huyện) · chỉ tiêu được giao tháng 7/2023
    Theo Quyết định số 2679/QĐ-UBND ngày 20/7/2023 (áp dụng từ tháng 7/2023 đến tháng 7/2023):
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 45%
    • Số hóa hồ sơ: 70%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    Xem thêm
    🎯 UBND huyện An Lão (cấp xã) · chỉ tiêu được giao tháng 7/2023
    Theo Quyết định số 2679/QĐ-UBND ngày 20/7/2023 (áp dụng từ tháng 7/2023 đến tháng 7/2023):
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 45%
    • Số hóa hồ sơ: 65%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    ");
    assert_snapshot!(world.ask("unit/so-y-te", "/chỉ tiêu").await, @"
    🎯 Sở Y tế · chỉ tiêu được giao tháng 7/2023
    Theo Quyết định số 2679/QĐ-UBND ngày 20/7/2023 (áp dụng từ tháng 7/2023 đến tháng 7/2023):
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 63%
    • Số hóa hồ sơ: 96%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    ");
    let audit = world.ask("office", "/kiemtra").await;
    assert_snapshot!(audit, @"
    🔎 Rà soát số liệu · tháng 7/2023 (số liệu đến 24/7) · lần cập nhật số 1
    Có 14 điểm cần rà soát:
    • Thanh toán trực tuyến, bình quân cấp xã: ghi 60,8%, tính từ bảng là 73,59% (8.790/11.944).
    • Số hóa hồ sơ, bình quân cấp tỉnh: ghi 78,8%, tính từ bảng là 78,27% (4.661/5.955).
    • Cấp kết quả điện tử, bình quân toàn tỉnh: ghi 52%, tính từ bảng là ≈ 53,5% (15.441/≈ 28.869).
    • Cấp kết quả điện tử, bình quân cấp tỉnh: ghi 34,2%, tính từ bảng là ≈ 40,6% (2.038/≈ 5.020).
    • Cấp kết quả điện tử, bình quân cấp huyện: ghi 41,8%, tính từ bảng là ≈ 41,3% (3.715/≈ 8.995); số đã ghi bằng trung bình cộng các tỷ lệ của đơn vị, không phải tổng tử số chia tổng mẫu số.
    • Cấp kết quả điện tử, bình quân cấp xã: ghi 64,2%, tính từ bảng là ≈ 65,2% (9.688/≈ 14.854).
    • Sở Công Thương, Khai thác CSDL dân cư: tỷ lệ ghi 76,4%, trong khi 97/1.663 là 5,83%; nếu tỷ lệ đúng thì mẫu số ≈ 127.
    • Sở GTVT, Khai thác CSDL dân cư: tỷ lệ ghi 94,5%, trong khi 957/1.025 là 93,37%; nếu tỷ lệ đúng thì mẫu số ≈ 1.013.
    • Sở KH và ĐT, Khai thác CSDL dân cư: tỷ lệ ghi 41,6%, trong khi 182/450 là 40,44%; nếu tỷ lệ đúng thì mẫu số ≈ 438.
    Xem thêm
    • Sở LĐ-TB&XH, Khai thác CSDL dân cư: tỷ lệ ghi 95,5%, trong khi 42/45 là 93,33%; nếu tỷ lệ đúng thì mẫu số ≈ 44.
    • Sở NN và PTNT, Khai thác CSDL dân cư: tỷ lệ ghi 67,3%, trong khi 288/429 là 67,13%; nếu tỷ lệ đúng thì mẫu số ≈ 428.
    • Sở Tư pháp, Thanh toán trực tuyến: mẫu số (717) lớn hơn tổng số hồ sơ tiếp nhận (713).
    • UBND huyện An Lão (cấp huyện), Thanh toán trực tuyến: mẫu số (320) lớn hơn tổng số hồ sơ tiếp nhận (318).
    • UBND thị xã An Nhơn (cấp xã), Khai thác CSDL dân cư: tỷ lệ ghi 91,1%, trong khi 1.156/1.275 là 90,67%; nếu tỷ lệ đúng thì mẫu số ≈ 1.269.
    ");
}

async fn help_names_what_the_chat_may(world: &mut World) {
    assert_snapshot!(world.ask("unit/so-y-te", "/trogiup").await, @"
    Nhóm của Sở Y tế.
    Các lệnh có thể dùng:
    • /status: kết quả từng chỉ tiêu của cơ quan, có thể thêm tháng, ví dụ /status tháng 7
    • /chitieu: chỉ tiêu được giao, văn bản giao và thời gian áp dụng
    • /xephang: thứ hạng của cơ quan và số bình quân chung, có thể thêm chỉ tiêu
    • /lichsu: 12 tháng gần nhất, có thể thêm chỉ tiêu
    • /giaitrinh kèm chỉ tiêu, nguyên nhân, ngày sẽ đạt: ví dụ /giaitrinh số hóa do hỏng máy quét 20/8
    • /nhacnho: lịch nhắc của nhóm, có thể đổi, ví dụ /nhacnho 08:00 thứ Hai
    • /tamdung 3 ngày: tạm dừng cảnh báo, có thể kèm chỉ tiêu; /batlai: nhận lại
    • /huy: hủy liên kết nhóm này
    • /dangky kèm mã: liên kết nhóm bằng mã do Văn phòng cấp
    Tên đơn vị gõ có dấu hay không dấu, đầy đủ hay viết tắt đều được.
    ");
    assert_snapshot!(world.ask("leader", "/help").await, @"
    Nhóm của lãnh đạo.
    Các lệnh có thể dùng:
    • /status kèm tên đơn vị: kết quả từng chỉ tiêu, có thể thêm tháng, ví dụ /status sở tư pháp 7/2023
    • /tomtat: báo cáo nhanh toàn tỉnh, có thể thêm tháng
    • /chitieu kèm tên đơn vị: chỉ tiêu được giao, văn bản giao và thời gian áp dụng
    • /xephang kèm chỉ tiêu: thứ tự các đơn vị, có thể thêm cấp, ví dụ /xephang số hóa cấp xã
    • /sosanh: hai đơn vị cạnh nhau, ví dụ /sosanh sở y tế với sở tư pháp
    • /lichsu kèm tên đơn vị: 12 tháng gần nhất, có thể thêm chỉ tiêu
    • /baocao: kết quả trong kỳ, mỗi đơn vị một dòng, có thể thêm cấp
    • /nhacnho: lịch báo cáo nhanh tuần của nhóm, có thể đổi, ví dụ /nhacnho 07:00 thứ Sáu
    • /huy: hủy liên kết nhóm này
    Xem thêm
    • /dangky kèm mã: liên kết nhóm bằng mã do Văn phòng cấp
    Tên đơn vị gõ có dấu hay không dấu, đầy đủ hay viết tắt đều được.
    ");
    assert_snapshot!(world.ask("office", "/trợ giúp").await, @"
    Nhóm của Văn phòng.
    Các lệnh có thể dùng:
    • /status kèm tên đơn vị: kết quả từng chỉ tiêu, có thể thêm tháng, ví dụ /status sở tư pháp 7/2023
    • /tomtat: báo cáo nhanh toàn tỉnh, có thể thêm tháng
    • /chitieu kèm tên đơn vị: chỉ tiêu được giao, văn bản giao và thời gian áp dụng
    • /xephang kèm chỉ tiêu: thứ tự các đơn vị, có thể thêm cấp, ví dụ /xephang số hóa cấp xã
    • /sosanh: hai đơn vị cạnh nhau, ví dụ /sosanh sở y tế với sở tư pháp
    • /lichsu kèm tên đơn vị: 12 tháng gần nhất, có thể thêm chỉ tiêu
    • /baocao: kết quả trong kỳ, mỗi đơn vị một dòng, có thể thêm cấp
    • /kiemtra: các điểm cần rà soát trong số liệu
    • /xacnhan: cho gửi số liệu đang tạm giữ, ghi nhận tệp đang chờ; /xacnhan bỏ kèm số: bỏ tệp
    Xem thêm
    • Gửi tệp số liệu vào nhóm này hoặc đưa lên trang web: hệ thống đọc tệp và chờ xác nhận
    • /capma kèm tên đơn vị, hoặc “lãnh đạo”, “văn phòng”: mã để liên kết một nhóm
    • /tamdung 3 ngày kèm tên đơn vị: tạm dừng cảnh báo của đơn vị đó; /batlai kèm tên đơn vị: gửi lại
    • /tingui: các tin chưa đến nơi; /tingui lại, /tingui bỏ kèm số: gửi lại, bỏ tin
    • /huy: các nhóm đang liên kết, để hủy liên kết một nhóm
    • /dangky kèm mã: liên kết nhóm bằng mã do Văn phòng cấp
    Tên đơn vị gõ có dấu hay không dấu, đầy đủ hay viết tắt đều được.
    ");
}

async fn a_unit_sees_itself_only(world: &mut World) {
    figures(world).await;
    let refused = world.ask("unit/so-y-te", "/status sở tư pháp").await;
    assert_snapshot!(refused, @"
    Nhóm này chỉ xem được số liệu của Sở Y tế. Gõ /status để xem.
    Khi cần số liệu khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
    // Not even whether a unit exists, nor the whole, nor what is wrong with the figures.
    for question in ["/status sở thủy sản", "/chitieu sở tư pháp", "/tomtat", "/kiemtra", "/status an lão"] {
        assert_eq!(world.ask("unit/so-y-te", question).await, refused, "{question}");
    }
    assert_ne!(world.ask("unit/so-y-te", "/status sở y tế").await, refused);
    // The district's chat asks for the name that it shares with its communes, and sees its own row.
    let own = world.ask("unit/huyen-an-lao", "/status an lão").await;
    assert!(own.starts_with("📊 UBND huyện An Lão (cấp huyện) · tháng 7/2023"), "{own}");
    assert_eq!(own.matches("📊").count(), 1, "{own}");
    let audit = world.ask("leader", "/kiemtra").await;
    assert_snapshot!(audit, @r"
    Nhóm này không có quyền dùng lệnh đó.
    Khi cần số liệu khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
}

async fn telegram_answers_as_the_page_does(world: &mut World) {
    figures(world).await;
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    world.join(BA_LAN, ChatKind::Private, "Bà Lan", Role::Office).await;
    for (page, group, question) in [
        ("unit/so-y-te", GROUP, "/status"),
        ("unit/so-y-te", GROUP, "/status@chitieu_test_bot"),
        ("unit/so-y-te", GROUP, "/status sở tư pháp"),
        ("leader", LEADERS, "/status An Lão"),
        ("leader", LEADERS, "/stauts"),
        ("leader", LEADERS, "/tomtat"),
        ("leader", LEADERS, "/chitieu sở y tế"),
        ("office", BA_LAN, "/kiemtra"),
        ("office", BA_LAN, "/trogiup"),
    ] {
        let answer = world.ask(page, question).await;
        let there = world.ask_telegram(group, question).await;
        // The page folds what Telegram gives on request.
        let (answer, there) = match answer.split_once("\nXem thêm\n") {
            Some((brief, _)) => (brief, there.trim_end_matches("\nGõ /xemthem để xem thêm.")),
            None => (answer.as_str(), there.as_str()),
        };
        assert_eq!(there, answer, "{question}");
    }
    let sent = world.telegram.received(GROUP);
    let status = &sent[1];
    assert!(status.source.contains("<b>Sở Y tế</b>"), "{}", status.source);
    assert_eq!(status.parse_mode.as_deref(), Some("HTML"));
}

async fn people_who_talk_to_each_other_are_left_alone(world: &mut World) {
    figures(world).await;
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    for chatter in ["Chào cả nhà", "status đâu rồi", "50/60 hồ sơ", "http://a.vn/status", "…", "cảm ơn /status nhé"]
    {
        world.telegram.push_text(GROUP, super::world::PERSON, chatter);
    }
    world.settle().await;
    world.received().await.nothing_else();
    // Alone with the bot, everything is for the bot.
    world.join(BA_LAN, ChatKind::Private, "Bà Lan", Role::Office).await;
    let hint = world.ask_telegram(BA_LAN, "Chào").await;
    assert!(hint.starts_with("Để xem kết quả, gõ /status kèm tên đơn vị"), "{hint}");
    assert_eq!(world.ask("office", "chào").await, hint, "and so on the page");
}

async fn without_figures_the_answer_says_so(world: &mut World) {
    assert_snapshot!(world.ask("leader", "/status sở y tế").await, @"
    Chưa có số liệu nào.
    Thông báo sẽ được gửi khi có số liệu.
    ");
    assert_snapshot!(world.ask("leader", "/tomtat tháng 7").await, @"
    Chưa có số liệu tháng 7/2023.
    Thông báo sẽ được gửi khi có số liệu.
    ");
    assert_snapshot!(world.ask("office", "/kiemtra").await, @"
    Chưa có số liệu nào.
    Thông báo sẽ được gửi khi có số liệu.
    ");
}
