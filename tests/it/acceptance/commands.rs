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
    assert_snapshot!(answer, @r"
    📋 Sở GTVT · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Đạt 1/5 chỉ tiêu
    🔴 Hồ sơ trực tuyến 2,54% / 60% (−57,46 điểm %): cần thêm 1.473 hồ sơ nộp trực tuyến
       Thực hiện 26/1.025 · hạng 18/18 cấp tỉnh · +0,64 điểm % (tháng trước 1,9%)
    🟢 Thanh toán trực tuyến 71,6% / 45%
       Thực hiện 717/1.001 · hạng 8/14 cấp tỉnh · +3,7 điểm % (tháng trước 67,9%) · còn dư 592 hồ sơ trước khi dưới chỉ tiêu
    🔴 Số hóa hồ sơ 37,1% / 80% (−42,9 điểm %): còn 440 hồ sơ cần số hóa
       Thực hiện 380/1.025 · hạng 18/18 cấp tỉnh · +8,9 điểm % (tháng trước 28,2%)
    🔴 Cấp kết quả điện tử 0,6% / 100% (−99,4 điểm %): còn ≈ 1.822 hồ sơ cần cấp kết quả điện tử
       Thực hiện 11/≈ 1.833 · hạng 18/18 cấp tỉnh · +0,2 điểm % (tháng trước 0,4%)
    🔴 Khai thác CSDL dân cư 94,5% / 100% (−5,5 điểm %): còn ≈ 56 hồ sơ cần khai thác CSDL dân cư
       Thực hiện 957/≈ 1.013 · hạng 13/18 cấp tỉnh · +6,2 điểm % (tháng trước 88,3%)
    So với tháng 6 (đến 24/6), số liệu mẫu.
    Còn 5 ngày làm việc đến hết tháng 7; Cấp kết quả điện tử: cần khoảng 365 hồ sơ cần cấp kết quả điện tử mỗi ngày.
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
    assert_snapshot!(world.ask("leader", "/status An Lão").await, @r"
    Có 2 đơn vị cùng tên:

    📋 UBND huyện An Lão (cấp huyện) · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Đạt 0/5 chỉ tiêu
    🔴 Hồ sơ trực tuyến 7,2% / 60% (−52,8 điểm %): cần thêm 420 hồ sơ nộp trực tuyến
       Thực hiện 23/318 · hạng 9/11 cấp huyện · +2,3 điểm % (tháng trước 4,9%)
    🔴 Thanh toán trực tuyến 6,8% / 45% (−38,2 điểm %): cần thêm 222 giao dịch thanh toán trực tuyến
       Thực hiện 22/320 · hạng 10/11 cấp huyện · −2,2 điểm % (tháng trước 9%)
    🔴 Số hóa hồ sơ 7,5% / 70% (−62,5 điểm %): còn 199 hồ sơ cần số hóa
       Thực hiện 24/318 · hạng 10/11 cấp huyện · −0,1 điểm % (tháng trước 7,6%)
    🔴 Cấp kết quả điện tử 74,5% / 100% (−25,5 điểm %): còn ≈ 93 hồ sơ cần cấp kết quả điện tử
       Thực hiện 271/≈ 364 · hạng 3/11 cấp huyện · +7,6 điểm % (tháng trước 66,9%)
    🟡 Khai thác CSDL dân cư 97,5% / 100% (−2,5 điểm %): còn 8 hồ sơ cần khai thác CSDL dân cư
       Thực hiện 310/318 · hạng 6/11 cấp huyện · +4,8 điểm % (tháng trước 92,7%)
    So với tháng 6 (đến 24/6), số liệu mẫu.
    Còn 5 ngày làm việc đến hết tháng 7; cần khoảng 84 hồ sơ nộp trực tuyến mỗi ngày.

    📋 UBND huyện An Lão (cấp xã) · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Đạt 0/5 chỉ tiêu
    🔴 Hồ sơ trực tuyến 18,8% / 60% (−41,2 điểm %): cần thêm 930 hồ sơ nộp trực tuyến
       Thực hiện 170/903 · hạng 10/11 cấp xã · +2,0 điểm % (tháng trước 16,8%)
    🔴 Thanh toán trực tuyến 12,46% / 45% (−32,54 điểm %): cần thêm 509 giao dịch thanh toán trực tuyến
       Thực hiện 107/859 · hạng 11/11 cấp xã · +2,26 điểm % (tháng trước 10,2%)
    🔴 Số hóa hồ sơ 17,4% / 65% (−47,6 điểm %): còn 429 hồ sơ cần số hóa
       Thực hiện 158/903 · hạng 10/11 cấp xã · −3,2 điểm % (tháng trước 20,6%)
    🔴 Cấp kết quả điện tử 29,9% / 100% (−70,1 điểm %): còn ≈ 633 hồ sơ cần cấp kết quả điện tử
       Thực hiện 270/≈ 903 · hạng 9/11 cấp xã · +8,6 điểm % (tháng trước 21,3%)
    🔴 Khai thác CSDL dân cư 94,3% / 100% (−5,7 điểm %): còn 51 hồ sơ cần khai thác CSDL dân cư
       Thực hiện 852/903 · hạng 3/11 cấp xã · +3,0 điểm % (tháng trước 91,3%)
    So với tháng 6 (đến 24/6), số liệu mẫu.
    Còn 5 ngày làm việc đến hết tháng 7; cần khoảng 186 hồ sơ nộp trực tuyến mỗi ngày.
    ");
    assert_snapshot!(world.ask("leader", "/status sở du lich tháng sau").await, @r"
    Không tìm thấy đơn vị “sở du lich tháng sau”.
    Có phải Anh/Chị muốn hỏi:
    • Sở Du lịch
    ");
    assert_snapshot!(world.ask("leader", "/stauts sở y tế").await, @"Không có lệnh “/stauts”. Có phải ý Anh/Chị là /status?");
    assert_snapshot!(world.ask("leader", "/status sở thủy sản").await, @"Không tìm thấy đơn vị “sở thủy sản”.");
    assert_snapshot!(world.ask("leader", "/status sở kế hoạch đầu tr").await, @r"
    📋 Sở KH và ĐT · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Đạt 1/5 chỉ tiêu
    🟡 Hồ sơ trực tuyến 59,3% / 60% (−0,7 điểm %): cần thêm 8 hồ sơ nộp trực tuyến
       Thực hiện 267/450 · hạng 12/18 cấp tỉnh · +2,1 điểm % (tháng trước 57,2%)
    🟡 Thanh toán trực tuyến 83,9% / 45%: đã đạt, nhưng giảm 4,8 điểm % so với tháng trước
       Thực hiện 146/174 · hạng 5/14 cấp tỉnh · −4,8 điểm % (tháng trước 88,7%) · còn dư 150 hồ sơ trước khi dưới chỉ tiêu
    🔴 Số hóa hồ sơ 37,6% / 80% (−42,4 điểm %): còn 191 hồ sơ cần số hóa
       Thực hiện 169/450 · hạng 17/18 cấp tỉnh · +3,4 điểm % (tháng trước 34,2%)
    🔴 Cấp kết quả điện tử 31,1% / 100% (−68,9 điểm %): còn ≈ 233 hồ sơ cần cấp kết quả điện tử
       Thực hiện 105/≈ 338 · hạng 16/18 cấp tỉnh · +3,8 điểm % (tháng trước 27,3%)
    🔴 Khai thác CSDL dân cư 41,6% / 100% (−58,4 điểm %): còn ≈ 256 hồ sơ cần khai thác CSDL dân cư
       Thực hiện 182/≈ 438 · hạng 17/18 cấp tỉnh · +6,4 điểm % (tháng trước 35,2%)
    So với tháng 6 (đến 24/6), số liệu mẫu.
    Còn 5 ngày làm việc đến hết tháng 7; Khai thác CSDL dân cư: cần khoảng 52 hồ sơ cần khai thác CSDL dân cư mỗi ngày.
    ");
    assert_snapshot!(world.ask("leader", "/status sở").await, @"Không tìm thấy đơn vị “sở”.");
    assert_snapshot!(world.ask("leader", "/status").await, @"Vui lòng ghi tên đơn vị sau lệnh, ví dụ: /status sở tư pháp.");
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
    assert_snapshot!(world.ask("leader", "/status sở y tế tháng 5").await, @"Chưa có số liệu tháng 5/2023. Kỳ gần nhất có số liệu: tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép).");
    assert_snapshot!(world.ask("leader", "/status sở y tế tháng 13").await, @"“tháng 13” không phải là một tháng. Ví dụ cách ghi: tháng 7, 7/2023, 2023-07, tháng trước.");
    assert_snapshot!(world.ask("leader", "/tomtat 2023-05").await, @"Chưa có số liệu tháng 5/2023. Kỳ gần nhất có số liệu: tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép).");
}

async fn the_other_questions(world: &mut World) {
    figures(world).await;
    let digest = world.ask("leader", "/tomtat").await;
    assert_snapshot!(digest, @r"
    📊 Báo cáo nhanh tỉnh Bình Định · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Đạt 62/200 chỉ tiêu; chưa đạt 134; không phát sinh 4.
    Trong đó cấp tỉnh đạt 38/86 · cấp huyện đạt 8/55 · cấp xã đạt 16/55.

    Bình quân so với chỉ tiêu
    Hồ sơ trực tuyến (chỉ tiêu 50%): 🔴 toàn tỉnh 44% · 🟢 cấp tỉnh 57% · 🔴 cấp huyện 13% · 🟢 cấp xã 56,7% · so với tháng trước +2,51 điểm %
    Thanh toán trực tuyến (chỉ tiêu 35%): 🟢 toàn tỉnh 60,8% · 🟢 cấp tỉnh 64,5% · 🟢 cấp huyện 41% · 🟢 cấp xã 60,8% (bảng số liệu: 73,6%) · so với tháng trước +3,11 điểm %
    Số hóa hồ sơ: toàn tỉnh 65% · 🟢 cấp tỉnh 78,8% / 70% (bảng số liệu: 78,3%) · 🟢 cấp huyện 61,3% / 60% · 🟢 cấp xã 61,9% / 55% · so với tháng trước +3,51 điểm %
    Cấp kết quả điện tử (chỉ tiêu 100%): 🔴 toàn tỉnh 52% (bảng số liệu: ≈ 53,5%) · 🔴 cấp tỉnh 34,2% (bảng số liệu: ≈ 40,6%) · 🔴 cấp huyện 41,8% (bảng số liệu: ≈ 41,3%) · 🔴 cấp xã 64,2% (bảng số liệu: ≈ 65,2%) · so với tháng trước +2,72 điểm %
    Khai thác CSDL dân cư (chỉ tiêu 100%): 🔴 toàn tỉnh 85% · 🔴 cấp tỉnh 64,9% · 🔴 cấp huyện 94,4% · 🔴 cấp xã 88,2% · so với tháng trước −0,79 điểm %
    Một số tỷ lệ bình quân công bố không khớp với bảng số liệu; văn phòng đang kiểm tra.

    Chưa đạt chỉ tiêu nào (9): Sở Công Thương, UBND huyện An Lão (cấp huyện), UBND huyện Hoài Ân (cấp huyện), UBND huyện Phù Cát (cấp huyện), UBND huyện Tuy Phước (cấp huyện), UBND huyện Vĩnh Thạnh (cấp huyện), UBND huyện An Lão (cấp xã), UBND huyện Hoài Ân (cấp xã), UBND huyện Vĩnh Thạnh (cấp xã).
    Cần quan tâm nhất
    1. UBND huyện Tuy Phước (cấp huyện): đạt 0/5, tổng khoảng cách đến chỉ tiêu 247,1 điểm %
    2. UBND huyện Hoài Ân (cấp huyện): đạt 0/5, tổng khoảng cách đến chỉ tiêu 198,8 điểm %
    3. UBND huyện An Lão (cấp xã): đạt 0/5, tổng khoảng cách đến chỉ tiêu 197,1 điểm %
    4. UBND huyện Vĩnh Thạnh (cấp huyện): đạt 0/5, tổng khoảng cách đến chỉ tiêu 192,8 điểm %
    5. UBND huyện Phù Cát (cấp huyện): đạt 0/5, tổng khoảng cách đến chỉ tiêu 190,0 điểm %
    So với tháng 6 (đến 24/6), số liệu mẫu
    ▲ BQL KKT tỉnh – Hồ sơ trực tuyến +12,7 điểm %; Sở LĐ-TB&XH – Thanh toán trực tuyến +12,5 điểm %; UBND TP. Quy Nhơn (cấp xã) – Khai thác CSDL dân cư +12,0 điểm %
    ▼ Sở Tài chính – Cấp kết quả điện tử −11,1 điểm %; Sở NN và PTNT – Cấp kết quả điện tử −7,6 điểm %; UBND huyện Hoài Ân (cấp huyện) – Hồ sơ trực tuyến −5,7 điểm %
    Gõ /status tên đơn vị để xem từng đơn vị.
    ");
    assert_eq!(world.ask("office", "/tóm tắt").await, digest);
    assert_snapshot!(world.ask("leader", "/chitieu an lão").await, @r"
    🎯 Chỉ tiêu được giao · tháng 7/2023

    UBND huyện An Lão (cấp huyện)
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 45%
    • Số hóa hồ sơ: 70%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    Theo 2679/QĐ-UBND ngày 20/7/2023, từ tháng 7/2023 đến tháng 7/2023.

    UBND huyện An Lão (cấp xã)
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 45%
    • Số hóa hồ sơ: 65%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    Theo 2679/QĐ-UBND ngày 20/7/2023, từ tháng 7/2023 đến tháng 7/2023.
    ");
    assert_snapshot!(world.ask("unit/so-y-te", "/chỉ tiêu").await, @r"
    🎯 Chỉ tiêu được giao · tháng 7/2023

    Sở Y tế
    • Hồ sơ trực tuyến: 60%
    • Thanh toán trực tuyến: 63%
    • Số hóa hồ sơ: 96%
    • Cấp kết quả điện tử: 100%
    • Khai thác CSDL dân cư: 100%
    Theo 2679/QĐ-UBND ngày 20/7/2023, từ tháng 7/2023 đến tháng 7/2023.
    ");
    let audit = world.ask("office", "/kiemtra").await;
    assert_snapshot!(audit, @r"
    🔎 Kiểm tra số liệu · tháng 7/2023 (số liệu đến 24/7, kỳ chưa khép)
    Lần cập nhật 1: 14 điểm cần kiểm tra.
    • Thanh toán trực tuyến, bình quân cấp xã: công bố 60,8%, bảng số liệu cho 73,59% (8.790/11.944)
    • Số hóa hồ sơ, bình quân cấp tỉnh: công bố 78,8%, bảng số liệu cho 78,27% (4.661/5.955)
    • Cấp kết quả điện tử, bình quân toàn tỉnh: công bố 52%, bảng số liệu cho ≈ 53,49% (15.441/≈ 28.869)
    • Cấp kết quả điện tử, bình quân cấp tỉnh: công bố 34,2%, bảng số liệu cho ≈ 40,60% (2.038/≈ 5.020)
    • Cấp kết quả điện tử, bình quân cấp huyện: công bố 41,8%, bảng số liệu cho ≈ 41,30% (3.715/≈ 8.995); số công bố bằng trung bình cộng tỷ lệ của các đơn vị, không phải tổng trên tổng
    • Cấp kết quả điện tử, bình quân cấp xã: công bố 64,2%, bảng số liệu cho ≈ 65,22% (9.688/≈ 14.854)
    • Sở Công Thương, Khai thác CSDL dân cư: công bố 76,4% nhưng 97/1.663 là 5,83%; nếu tỷ lệ đúng thì mẫu số ≈ 127
    • Sở GTVT, Khai thác CSDL dân cư: công bố 94,5% nhưng 957/1.025 là 93,37%; nếu tỷ lệ đúng thì mẫu số ≈ 1.013
    • Sở KH và ĐT, Khai thác CSDL dân cư: công bố 41,6% nhưng 182/450 là 40,44%; nếu tỷ lệ đúng thì mẫu số ≈ 438
    • Sở LĐ-TB&XH, Khai thác CSDL dân cư: công bố 95,5% nhưng 42/45 là 93,33%; nếu tỷ lệ đúng thì mẫu số ≈ 44
    • Sở NN và PTNT, Khai thác CSDL dân cư: công bố 67,3% nhưng 288/429 là 67,13%; nếu tỷ lệ đúng thì mẫu số ≈ 428
    • Sở Tư pháp, Thanh toán trực tuyến: 717 lớn hơn tổng số 713
    • UBND huyện An Lão (cấp huyện), Thanh toán trực tuyến: 320 lớn hơn tổng số 318
    • UBND thị xã An Nhơn (cấp xã), Khai thác CSDL dân cư: công bố 91,1% nhưng 1.156/1.275 là 90,67%; nếu tỷ lệ đúng thì mẫu số ≈ 1.269
    ");
}

async fn help_names_what_the_chat_may(world: &mut World) {
    assert_snapshot!(world.ask("unit/so-y-te", "/trogiup").await, @r"
    Nhóm của Sở Y tế. Các lệnh:
    • /status – kết quả so với chỉ tiêu và tháng trước
    • /chitieu – chỉ tiêu được giao
    • /dangky MÃ – đăng ký nhóm bằng mã do văn phòng cấp
    Có thể thêm tháng, ví dụ: /status sở y tế tháng 6. Gõ có dấu hay không dấu đều được.
    ");
    assert_snapshot!(world.ask("leader", "/help").await, @r"
    Nhóm lãnh đạo. Các lệnh:
    • /status tên đơn vị – kết quả so với chỉ tiêu và tháng trước
    • /tomtat – báo cáo nhanh toàn tỉnh
    • /chitieu tên đơn vị – chỉ tiêu được giao
    • /dangky MÃ – đăng ký nhóm bằng mã do văn phòng cấp
    Có thể thêm tháng, ví dụ: /status sở y tế tháng 6. Gõ có dấu hay không dấu đều được.
    ");
    assert_snapshot!(world.ask("office", "/trợ giúp").await, @r"
    Nhóm của văn phòng. Các lệnh:
    • /status tên đơn vị – kết quả so với chỉ tiêu và tháng trước
    • /tomtat – báo cáo nhanh toàn tỉnh
    • /chitieu tên đơn vị – chỉ tiêu được giao
    • /kiemtra – các điểm cần kiểm tra trong số liệu
    • /xacnhan – xác nhận số liệu đang tạm giữ
    • /dangky MÃ – đăng ký nhóm bằng mã do văn phòng cấp
    Có thể thêm tháng, ví dụ: /status sở y tế tháng 6. Gõ có dấu hay không dấu đều được.
    ");
}

async fn a_unit_sees_itself_only(world: &mut World) {
    figures(world).await;
    let refused = world.ask("unit/so-y-te", "/status sở tư pháp").await;
    assert_snapshot!(refused, @"Nhóm này chỉ xem được số liệu của Sở Y tế. Cần thêm thông tin, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.");
    // Not even whether a unit exists, nor the whole, nor what is wrong with the figures.
    for question in ["/status sở thủy sản", "/chitieu sở tư pháp", "/tomtat", "/kiemtra", "/status an lão"] {
        assert_eq!(world.ask("unit/so-y-te", question).await, refused, "{question}");
    }
    assert_ne!(world.ask("unit/so-y-te", "/status sở y tế").await, refused);
    // The district's chat asks for the name that it shares with its communes, and sees its own row.
    let own = world.ask("unit/huyen-an-lao", "/status an lão").await;
    assert!(own.starts_with("📊 UBND huyện An Lão (cấp huyện) · tháng 7/2023"), "{own}");
    assert_eq!(own.matches("📋").count(), 1, "{own}");
    let audit = world.ask("leader", "/kiemtra").await;
    assert_snapshot!(audit, @"Nhóm này không xem được nội dung đó. Cần thêm thông tin, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.");
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
        assert_eq!(world.ask_telegram(group, question).await, answer, "{question}");
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
    let help = world.ask("office", "/trogiup").await;
    assert_eq!(world.ask_telegram(BA_LAN, "Chào").await, help);
    assert_eq!(world.ask("office", "chào").await, help, "and so on the page");
}

async fn without_figures_the_answer_says_so(world: &mut World) {
    assert_snapshot!(world.ask("leader", "/status sở y tế").await, @"Chưa có số liệu.");
    assert_snapshot!(world.ask("leader", "/tomtat tháng 7").await, @"Chưa có số liệu tháng 7/2023.");
    assert_snapshot!(world.ask("office", "/kiemtra").await, @"Chưa có số liệu.");
}
