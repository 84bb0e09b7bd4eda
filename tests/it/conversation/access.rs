//! What each role must not see and must not do; and untying chats.

use super::{Talk, scenarios, unit};
use chitieu::domain::subscription::{Medium, Role};
use insta::assert_snapshot;

scenarios!(
    a_units_chat_learns_nothing_of_others,
    leaders_read_everything_and_change_nothing,
    a_stranger_gets_nothing,
    a_chat_unties_itself,
    the_office_unties_others,
);

const CHAT: &str = "-1";

/// The office and a stranger besides.
async fn chats(talk: &mut Talk, role: Option<&Role>) {
    talk.group(Medium::Telegram, CHAT, "Điều hành Sở Y tế", role).await;
    talk.group(Medium::Telegram, "-9", "Văn phòng", Some(&Role::Office)).await;
    talk.figures().await;
}

async fn ask(talk: &mut Talk, text: &str) -> String {
    talk.sleep(chrono::Duration::minutes(1));
    talk.ask(Medium::Telegram, CHAT, text).await.plain
}

async fn a_units_chat_learns_nothing_of_others(talk: &mut Talk) {
    chats(talk, Some(&unit("so-y-te"))).await;
    let refused = ask(talk, "/status sở tư pháp").await;
    assert!(refused.starts_with("Nhóm này chỉ xem được số liệu của Sở Y tế."), "{refused}");
    for text in [
        "/status sở không có thật",
        "/status sở kh",
        "/status an lão",
        "/status so-tu-phap",
        "/chitieu sở tư pháp",
        "/lichsu sở tư pháp",
        "/lichsu sở tư pháp số hóa",
        "/lichsu sở kh số hóa",
        "/sosanh sở y tế với sở tư pháp",
        "/sosanh sở tư pháp với sở y tế",
        "/sosanh sở kh với sở y tế",
        "/xephang số hóa cấp xã",
        "/xephang cấp huyện",
        "/tomtat",
        "/baocao",
        "/baocao cấp tỉnh",
        "/kiemtra",
        "/xacnhan",
        "/tingui",
        "/tingui bỏ 1",
    ] {
        assert_eq!(ask(talk, text).await, refused, "{text}");
    }
    // Its places and the public averages, and no other unit's name or figure.
    let names: Vec<String> = talk.context.catalog.units.iter().map(|unit| unit.name.clone()).collect();
    for text in ["/xephang", "/xephang số hóa", "/xephang số hóa cấp tỉnh", "/xephang tất cả", "/lichsu", "/status"]
    {
        let answer = ask(talk, text).await;
        let others: Vec<_> = names.iter().filter(|name| *name != "Sở Y tế" && answer.contains(*name)).collect();
        assert!(others.is_empty(), "{text}: {others:?} in\n{answer}");
    }
    // Nor does it untie another chat.
    let office = talk.context.store.chat_by_address(Medium::Telegram, "telegram:1", "-9").await.expect("it answers");
    let id = office.expect("the office").chat.id;
    let asked = ask(talk, &format!("/huy {id}")).await;
    assert!(asked.starts_with("Nhóm này đang liên kết với Sở Y tế."), "{asked}");
    assert_eq!(talk.context.store.chats_with_role(&Role::Office).await.expect("it answers").len(), 2);
}

async fn leaders_read_everything_and_change_nothing(talk: &mut Talk) {
    chats(talk, Some(&Role::Leader)).await;
    let refused = ask(talk, "/kiemtra").await;
    assert!(refused.starts_with("Nhóm này không có quyền dùng lệnh đó."), "{refused}");
    assert_eq!(ask(talk, "/xacnhan").await, refused);
    assert_eq!(ask(talk, "/tingui").await, refused);
    assert_eq!(ask(talk, "/tingui lại 1").await, refused);
    let asked = ask(talk, "/huy sở y tế").await;
    assert!(asked.starts_with("Nhóm này đang liên kết với lãnh đạo tỉnh."), "of itself only: {asked}");
    for text in ["/status sở tư pháp", "/tomtat", "/baocao", "/xephang số hóa", "/sosanh sở y tế với sở tư pháp"]
    {
        assert!(ask(talk, text).await.contains("tháng 7/2023"), "{text}");
    }
}

async fn a_stranger_gets_nothing(talk: &mut Talk) {
    chats(talk, None).await;
    let unlinked = ask(talk, "/status sở y tế").await;
    assert_snapshot!(unlinked, @"
    Nhóm này chưa được liên kết với cơ quan, đơn vị nào.
    Đề nghị gõ /dangky kèm mã do Văn phòng cấp. Gõ /trogiup để xem hướng dẫn.
    ");
    for text in [
        "/tomtat",
        "/xephang số hóa",
        "/lichsu sở y tế",
        "/sosanh sở y tế với sở tư pháp",
        "/chitieu sở y tế",
        "/huy",
        "/huy xác nhận",
        "/tamdung 3d",
        "/batlai",
        "/giaitrinh số hóa thiếu máy",
        "/nhacnho",
        "/kiemtra",
        "/xacnhan",
        "/tingui",
        "/tingui lại 1",
        "/tinguii",
        "/baocao",
        "/xemthem",
        // Mistyped: no word of what was meant, and no button.
        "/stauts sở y tế",
        "/xephag số hóa",
        "/xacnhn",
        "/status sở y tế tháng 13",
        "/tomtat tháng 0",
    ] {
        talk.sleep(chrono::Duration::minutes(1));
        let said = talk.ask(Medium::Telegram, CHAT, text).await;
        assert_eq!((said.plain, said.choices), (unlinked.clone(), Vec::new()), "{text}");
    }
    for (text, meant) in [("/dangkyy ABCD", "/dangky"), ("/trogiupp", "/trogiup")] {
        let said = ask(talk, text).await;
        assert!(said.contains(meant) && said != unlinked, "{text}: {said}");
    }
    talk.silent(Medium::Telegram, CHAT, "tình hình sở y tế tháng 7?").await;
}

async fn a_chat_unties_itself(talk: &mut Talk) {
    chats(talk, Some(&unit("so-y-te"))).await;
    let asked = talk.ask(Medium::Telegram, CHAT, "/hủy").await;
    assert_snapshot!(asked.plain, @"
    Nhóm này đang liên kết với Sở Y tế. Sau khi hủy, nhóm không nhận thông báo và không xem được số liệu.
    1. Hủy liên kết
    Nếu đúng, đề nghị trả lời 1.
    ");
    assert_eq!(asked.choices, [("Hủy liên kết".to_owned(), "/huy nhóm này xác nhận".to_owned())]);
    assert!(ask(talk, "/status").await.starts_with("📊 Sở Y tế"), "nothing happened yet");
    let said = talk.all(Medium::Telegram, CHAT, "/huy nhóm này xác nhận").await;
    let (own, office): (Vec<_>, Vec<_>) = said.into_iter().partition(|said| said.chat.1 == CHAT);
    assert_snapshot!(own[0].plain, @"Đã hủy liên kết nhóm này với Sở Y tế. Khi cần liên kết lại, đề nghị xin mã tại Văn phòng rồi gõ /dangky kèm mã.");
    assert_eq!((own.len(), office.len()), (1, 2), "the office's group and its page");
    assert_snapshot!(office[0].plain, @"
    🔗 Nhóm “Điều hành Sở Y tế” đã tự hủy liên kết với Sở Y tế; người thực hiện: An Nguyễn (90001).
    Nếu cần liên kết lại, đề nghị cấp mã mới cho nhóm.
    ");
    assert!(ask(talk, "/status").await.starts_with("Nhóm này chưa được liên kết"));
    // A number chooses it where there are no buttons.
    let refused = talk.ask(Medium::Web, "unit/so-y-te", "/huy").await;
    assert_snapshot!(refused.plain, @"Khung trò chuyện trên trang web luôn liên kết với cơ quan, đơn vị tương ứng, không hủy liên kết được.");
}

async fn the_office_unties_others(talk: &mut Talk) {
    chats(talk, Some(&unit("so-y-te"))).await;
    talk.group(Medium::ZaloBot, "-7", "Một cửa Sở Y tế", Some(&unit("so-y-te"))).await;
    let list = talk.ask(Medium::Telegram, "-9", "/huy").await;
    assert_snapshot!(list.plain, @"
    Có 3 nhóm đang liên kết. Cần hủy liên kết nhóm nào?
    1. Điều hành Sở Y tế (Sở Y tế, Telegram)
    2. Văn phòng (Văn phòng, Telegram)
    3. Một cửa Sở Y tế (Sở Y tế, Zalo)
    Đề nghị trả lời 1, 2 hoặc 3.
    ");
    let asked = talk.ask(Medium::Telegram, "-9", "3").await;
    assert_snapshot!(asked.plain, @"
    Nhóm “Một cửa Sở Y tế” đang liên kết với Sở Y tế. Sau khi hủy, nhóm đó không nhận thông báo và không xem được số liệu.
    1. Hủy liên kết
    Nếu đúng, đề nghị trả lời 1.
    ");
    let done = talk.ask(Medium::Telegram, "-9", "1").await;
    assert_snapshot!(done.plain, @"Đã hủy liên kết nhóm “Một cửa Sở Y tế” với Sở Y tế.");
    let found = talk.ask(Medium::Telegram, "-9", "/huy sở y tế").await;
    assert_eq!(found.choices.len(), 1, "{found:?}");
    assert_eq!(found.choices[0].0, "Điều hành Sở Y tế (Sở Y tế, Telegram)");
    let none = talk.ask(Medium::Telegram, "-9", "/huy sở tư pháp").await;
    assert_snapshot!(none.plain, @"Không có nhóm nào như vậy đang liên kết. Gõ /huy để xem danh sách.");
    // The page's chat of the office is another one, so that this is not the last.
    let own = talk.ask(Medium::Telegram, "-9", "/huy nhóm này").await;
    assert!(own.plain.starts_with("Nhóm này đang liên kết với Văn phòng."), "{own:?}");
    let actions = talk.context.store.actions(3).await.expect("the record");
    let told: Vec<&str> = actions.iter().map(|action| action.outcome.as_str()).collect();
    assert_eq!(told, ["untie_ask", "untie_list", "untie_list"]);
}
