//! Plain words: a question is answered like its command, talk is left alone, and how to ask is told once an hour.

use super::{Talk, scenarios, unit};
use chitieu::domain::subscription::{Medium, Role};
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    a_question_in_plain_words,
    talk_among_people_is_left_alone,
    how_to_ask_is_told_once_an_hour,
    in_a_group_on_zalo_it_is_told_once_a_day,
    whoever_asks_too_much_waits,
);

async fn a_question_in_plain_words(talk: &mut Talk) {
    talk.group(Medium::Telegram, "-1", "Sở Y tế", Some(&unit("so-y-te"))).await;
    talk.group(Medium::Telegram, "-2", "Lãnh đạo", Some(&Role::Leader)).await;
    talk.group(Medium::ZaloBot, "-3", "Sở Y tế", Some(&unit("so-y-te"))).await;
    talk.figures().await;
    let status = talk.ask(Medium::Telegram, "-1", "/status tháng 7").await.plain;
    assert!(status.starts_with("📊 Sở Y tế · tháng 7/2023"), "{status}");
    for (medium, chat, text) in [
        (Medium::Telegram, "-1", "tình hình sở y tế tháng 7?"),
        (Medium::Telegram, "-1", "@ChiTieuBot tình hình tháng 7"),
        (Medium::Telegram, "-2", "Cho hỏi kết quả của Sở Y tế tháng 7/2023 thế nào ạ?"),
        (Medium::ZaloBot, "-3", "@Bot Chỉ Tiêu sở y tế tháng 7"),
        (Medium::Web, "leader", "sở y tế"),
        (Medium::Web, "unit/so-y-te", "tình hình tháng này?"),
    ] {
        let said = talk.ask(medium, chat, text).await.plain;
        let head = status.trim_end_matches("Gõ /xemthem để xem thêm.");
        assert!(said.starts_with(head), "{text}: {said}");
        // The page has all of it; elsewhere the question is put again.
        if medium != Medium::Web {
            assert_eq!(said, status, "{text}");
            let rest = talk.ask(medium, chat, "/xemthem").await.plain;
            assert!(rest.starts_with("📊 Sở Y tế · tháng 7/2023 (số liệu đến 24/7) · tiếp theo\n"), "{text}: {rest}");
        }
    }
    let asked = talk.ask(Medium::Web, "leader", "tình hình sở kh thế nào?").await;
    assert!(asked.plain.starts_with("Có nhiều đơn vị ứng với “sở kh”:"), "{asked:?}");
    // A unit's chat that asks the bot for another unit is told what it may see.
    let refused = talk.ask(Medium::Telegram, "-1", "@ChiTieuBot tình hình sở tư pháp?").await;
    assert!(refused.plain.starts_with("Nhóm này chỉ xem được số liệu của Sở Y tế."), "{refused:?}");
}

async fn talk_among_people_is_left_alone(talk: &mut Talk) {
    talk.group(Medium::Telegram, "-1", "Sở Y tế", Some(&unit("so-y-te"))).await;
    talk.group(Medium::Telegram, "-2", "Người lạ", None).await;
    talk.figures().await;
    for text in [
        "Chào cả nhà",
        "Sở Y tế họp lúc mấy giờ?",
        "tình hình sở tư pháp thế nào?",
        "tình hình dịch bệnh ở sở y tế thế nào?",
        "@lan tình hình sở y tế tháng 7?",
        "sở y tế",
        "7",
    ] {
        talk.silent(Medium::Telegram, "-1", text).await;
    }
    talk.silent(Medium::Telegram, "-2", "tình hình sở y tế tháng 7?").await;
}

async fn how_to_ask_is_told_once_an_hour(talk: &mut Talk) {
    talk.group(Medium::Telegram, "5", "An", Some(&unit("so-y-te"))).await;
    talk.figures().await;
    let hint = talk.ask(Medium::Telegram, "5", "Chào bạn").await;
    assert_snapshot!(hint.plain, @"Để xem kết quả của cơ quan, gõ /status, có thể thêm tháng. Gõ /trogiup để xem các lệnh.");
    talk.silent(Medium::Telegram, "5", "Bạn có khỏe không?").await;
    assert!(talk.ask(Medium::Telegram, "5", "/trogiup").await.plain.contains("/xephang"), "commands are answered");
    talk.sleep(Duration::hours(1));
    assert_eq!(talk.ask(Medium::Telegram, "5", "Xin chào").await.plain, hint.plain);
    // Each chat for itself, and a stranger learns how to begin.
    assert_snapshot!(talk.ask(Medium::Telegram, "6", "Xin chào").await.plain, @"Nhóm này chưa được liên kết. Đề nghị gõ /dangky kèm mã do Văn phòng cấp. Gõ /trogiup để xem hướng dẫn.");
    assert_snapshot!(talk.ask(Medium::Web, "leader", "chào").await.plain, @"Để xem kết quả, gõ /status kèm tên đơn vị, ví dụ /status sở tư pháp tháng 7. Gõ /trogiup để xem các lệnh.");
}

/// A Zalo bot's month has few messages: one a day for talk in a group.
async fn in_a_group_on_zalo_it_is_told_once_a_day(talk: &mut Talk) {
    talk.group(Medium::ZaloBot, "-7", "Sở Y tế", Some(&unit("so-y-te"))).await;
    talk.figures().await;
    let hint = talk.ask(Medium::ZaloBot, "-7", "@Bot Chỉ Tiêu chào").await;
    assert!(hint.plain.starts_with("Để xem kết quả của cơ quan, gõ /status"), "{hint:?}");
    for _ in 0..23 {
        talk.sleep(Duration::hours(1));
        talk.silent(Medium::ZaloBot, "-7", "Đã rõ").await;
    }
    talk.sleep(Duration::hours(1));
    assert_eq!(talk.ask(Medium::ZaloBot, "-7", "Đã rõ, cảm ơn").await.plain, hint.plain);
}

async fn whoever_asks_too_much_waits(talk: &mut Talk) {
    talk.group(Medium::Telegram, "5", "An", Some(&unit("so-y-te"))).await;
    for _ in 0..100 {
        talk.write(Medium::Telegram, "5", "/trogiup").await;
    }
    talk.settle().await;
    let said = talk.read();
    let waiting: Vec<_> = said.iter().filter(|said| said.plain.starts_with("Nhóm đã hỏi quá 20 lần")).collect();
    assert_eq!((said.len(), waiting.len()), (21, 1));
    talk.sleep(Duration::minutes(1));
    assert!(talk.ask(Medium::Telegram, "5", "/trogiup").await.plain.starts_with("Nhóm của Sở Y tế."));
}
