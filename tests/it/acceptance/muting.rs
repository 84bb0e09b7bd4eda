//! Pauses of alerts: nothing comes while they last, questions are answered, and their end is announced once.

use super::{Report, World, scenarios};
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    a_pause_of_all_keeps_silence_and_says_afterwards_what_was_missed,
    a_pause_of_one_indicator_leaves_the_others,
    alerts_come_again_when_asked_for,
    what_cannot_be_paused_is_answered,
    the_office_pauses_alerts_of_a_unit_which_is_told,
);

const UNIT: &str = "unit/so-tu-phap";

async fn a_pause_of_all_keeps_silence_and_says_afterwards_what_was_missed(world: &mut World) {
    assert_snapshot!(world.ask(UNIT, "/tamdung 3d").await, @"
    🔕 Đã tạm dừng cảnh báo và lời nhắc về tất cả chỉ tiêu đến 8:00 ngày 27/7/2023.
    Câu hỏi vẫn được trả lời. Gõ /batlai để nhận lại ngay.
    ");
    let mut post = world.import(Report::july().file()).await;
    assert!(post.to(UNIT).is_empty(), "it asked for silence");
    let digest = post.one("leader").text;
    assert!(digest.contains("🔕 Tạm dừng cảnh báo: Sở Tư pháp – tất cả chỉ tiêu (đến 27/7)\n"), "{digest}");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 39);
    post.nothing_else();
    // Questions are answered.
    assert!(world.ask(UNIT, "/status").await.contains("Sở Tư pháp"));

    world.advance(Duration::days(3)).await;
    let mut post = world.received().await;
    let over = post.one(UNIT);
    assert_eq!((over.kind.as_str(), over.reason.as_str()), ("mute_over", "mute_over"));
    assert_snapshot!(over.text, @"
    🔔 Đã bật lại cảnh báo về tất cả chỉ tiêu (tạm dừng từ 8:00 ngày 24/7/2023).
    Các chỉ tiêu có cảnh báo trong thời gian tạm dừng, nay vẫn chưa đạt · tháng 7/2023 (số liệu đến 24/7):
    🟡 Sở Tư pháp, Hồ sơ trực tuyến 99,5% / 100%: không thể đạt trong kỳ này vì chỉ tiêu là 100% và đã có hồ sơ chưa đạt yêu cầu
    🔴 Sở Tư pháp, Số hóa hồ sơ 62% / 93%: còn thiếu 222 hồ sơ được số hóa
    🔴 Sở Tư pháp, Cấp kết quả điện tử 51,8% / 100%: còn thiếu ≈ 294 hồ sơ được cấp kết quả điện tử
    🟡 Sở Tư pháp, Khai thác CSDL dân cư 98,7% / 100%: còn thiếu 9 hồ sơ được khai thác CSDL dân cư
    ");
    post.nothing_else();
    // What was told so is not told again.
    world.advance(Duration::hours(12)).await;
    world.received().await.nothing_else();
    world.advance(Duration::days(4)).await;
    let mut post = world.received().await;
    assert_eq!(post.one(UNIT).kind, "reminder");
    assert!(post.one("leader").text.contains("🔕 Tạm dừng cảnh báo: Sở Tư pháp – tất cả chỉ tiêu (đến 27/7)"));
    post.chats_with("reminder still_missed");
    post.nothing_else();
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    assert!(post.to("leader").iter().all(|mail| mail.kind == "digest"));
    let _ = post.lines();
    let digest = world.ask("leader", "/tomtat").await;
    assert!(!digest.contains("🔕"), "{digest}");
}

async fn a_pause_of_one_indicator_leaves_the_others(world: &mut World) {
    let _ = world.import(Report::july().file()).await.lines();
    assert_snapshot!(world.ask(UNIT, "/tamdung số hóa 2 tuần").await, @"
    🔕 Đã tạm dừng cảnh báo và lời nhắc về Số hóa hồ sơ đến 8:00 ngày 7/8/2023.
    Câu hỏi vẫn được trả lời. Gõ /batlai để nhận lại ngay.
    ");
    world.advance(Duration::days(1)).await;
    // Digitisation of Sở Tư pháp gets worse, and nothing else.
    let worse = Report::july().up_to(25).with("Sở Tư pháp\t", "442\t62%", "400\t56,1%");
    let mut post = world.import(worse.file()).await;
    post.one("leader");
    post.nothing_else();
    world.advance(Duration::days(6)).await;
    let mut post = world.received().await;
    let text = post.one(UNIT).text;
    assert!(text.contains("⏸ Tạm không nhắc: Số hóa hồ sơ (tạm dừng đến 7/8)\n"), "{text}");
    assert!(text.contains("🔴 Cấp kết quả điện tử"), "{text}");
    let _ = post.lines();
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    let over = post.to(UNIT).into_iter().find(|mail| mail.kind == "mute_over").expect("the end is announced");
    assert_snapshot!(over.text, @"
    🔔 Đã bật lại cảnh báo về Số hóa hồ sơ (tạm dừng từ 8:00 ngày 24/7/2023).
    Các chỉ tiêu có cảnh báo trong thời gian tạm dừng, nay vẫn chưa đạt · tháng 7/2023 (số liệu đến 25/7):
    🔴 Sở Tư pháp, Số hóa hồ sơ 56,1% / 93%: còn thiếu 264 hồ sơ được số hóa
    ");
    let _ = post.lines();
}

async fn alerts_come_again_when_asked_for(world: &mut World) {
    assert_eq!(world.ask(UNIT, "/batlai").await, "Nhóm này không tạm dừng cảnh báo nào.");
    world.ask(UNIT, "/tamdung 30d").await;
    let mut post = world.import(Report::july().file()).await;
    assert!(post.to(UNIT).is_empty());
    let _ = post.lines();
    let over = world.ask(UNIT, "/bật lại").await;
    assert!(
        over.starts_with(
            "🔔 Đã bật lại cảnh báo về tất cả chỉ tiêu (tạm dừng từ 8:00 ngày 24/7/2023).\nCác chỉ tiêu có cảnh báo"
        ),
        "{over}"
    );
    assert_eq!(world.ask(UNIT, "/batlai").await, "Nhóm này không tạm dừng cảnh báo nào.");
    world.advance(Duration::hours(6)).await;
    world.received().await.nothing_else();
}

async fn what_cannot_be_paused_is_answered(world: &mut World) {
    assert_snapshot!(world.ask(UNIT, "/tamdung").await, @"
    Tạm dừng cảnh báo về tất cả chỉ tiêu trong bao lâu?
    1. một ngày
    2. ba ngày
    3. một tuần
    Trả lời 1, 2 hoặc 3, hoặc gõ lại lệnh kèm thời gian, ví dụ /tamdung 2 tuần.
    ");
    let set = world.ask(UNIT, "2").await;
    assert!(set.contains("đến 8:00 ngày 27/7/2023"), "{set}");
    for (chat, text, answer) in [
        (UNIT, "/tamdung 400d", "Không thể tạm dừng “400d”; đề nghị ghi từ 1 giờ đến 92 ngày"),
        (UNIT, "/tamdung 3d bảo hiểm y tế", "Chưa rõ chỉ tiêu “bảo hiểm y tế”."),
        ("leader", "/tamdung 3d", "Lệnh này dành cho nhóm của cơ quan, đơn vị."),
        ("leader", "/tamdung 3d sở tư pháp", "Lệnh này dành cho nhóm của cơ quan, đơn vị."),
        (UNIT, "/tamdung 3d sở y tế", "Chưa rõ chỉ tiêu “sở y tế”."),
        ("office", "/batlai", "Đề nghị ghi tên cơ quan, đơn vị có nhóm cần tạm dừng hoặc bật lại cảnh báo"),
        ("office", "/tamdung 400d sở tư pháp", "Không thể tạm dừng “400d”"),
        ("office", "/tamdung 3d sở không có thật", "Chưa tìm thấy đơn vị nào có tên"),
        ("office", "/batlai sở tư pháp số hóa", "Không có cảnh báo nào đang tạm dừng đối với nhóm của Sở Tư pháp."),
    ] {
        let said = world.ask(chat, text).await;
        assert!(said.starts_with(answer), "{text}: {said}");
    }
    world.ask(UNIT, "/batlai").await;
}

async fn the_office_pauses_alerts_of_a_unit_which_is_told(world: &mut World) {
    let mut said = world.ask_all("office", "/tamdung 3 ngày sở tư pháp").await;
    assert_snapshot!(said.one("office").text, @"
    🔕 Đã tạm dừng cảnh báo và lời nhắc về tất cả chỉ tiêu đối với nhóm của Sở Tư pháp đến 8:00 ngày 27/7/2023; nhóm đã được báo.
    Gõ /batlai kèm tên đơn vị để gửi lại ngay.
    ");
    let told = said.one(UNIT);
    assert_eq!((told.kind.as_str(), told.reason.as_str()), ("mute_set", "by_office"));
    assert_snapshot!(told.text, @"
    🔕 Văn phòng đã tạm dừng cảnh báo và lời nhắc về tất cả chỉ tiêu đối với nhóm này đến 8:00 ngày 27/7/2023.
    Câu hỏi vẫn được trả lời. Gõ /batlai để nhận lại ngay.
    ");
    said.nothing_else();
    let mut post = world.import(Report::july().file()).await;
    assert!(post.to(UNIT).is_empty(), "it is paused");
    let digest = post.one("leader").text;
    assert!(digest.contains("🔕 Tạm dừng cảnh báo: Sở Tư pháp – tất cả chỉ tiêu (đến 27/7)\n"), "{digest}");
    let _ = post.lines();
    let mut said = world.ask_all("office", "/batlai sở tư pháp").await;
    assert_snapshot!(said.one("office").text, @"🔔 Đã bật lại cảnh báo đối với nhóm của Sở Tư pháp; nhóm đã được báo.");
    let told = said.one(UNIT);
    assert_eq!((told.kind.as_str(), told.reason.as_str()), ("mute_over", "by_office"));
    assert!(told.text.contains("🔴 Sở Tư pháp, Số hóa hồ sơ 62% / 93%"), "what it did not hear: {}", told.text);
    said.nothing_else();
    // One indicator; without a duration the office is asked, and a name that two share is asked back.
    let asked = world.ask("office", "/tamdung sở tư pháp số hóa").await;
    assert!(asked.starts_with("Tạm dừng cảnh báo của Sở Tư pháp về Số hóa hồ sơ trong bao lâu?"), "{asked}");
    let mut said = world.ask_all("office", "2").await;
    assert!(said.one("office").text.contains("đối với nhóm của Sở Tư pháp đến 8:00 ngày 27/7/2023"));
    assert!(said.one(UNIT).text.starts_with("🔕 Văn phòng đã tạm dừng cảnh báo và lời nhắc về Số hóa hồ sơ"));
    said.nothing_else();
    let shared = world.ask("office", "/tamdung 3d an lão").await;
    assert!(shared.contains("1. ") && shared.contains("2. "), "{shared}");
    // The unit may lift it by itself.
    assert!(world.ask(UNIT, "/batlai").await.contains("Số hóa hồ sơ"));
}
