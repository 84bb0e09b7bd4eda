//! A chat becomes a unit's, the leaders' or the office's by a one-time code, and is nothing before that.

use super::world::{PERSON, unit};
use super::{Report, World, scenarios};
use crate::fake::telegram::ChatKind;
use chitieu::domain::subscription::Role;
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    a_code_links_once,
    a_code_is_worth_nothing_after_ten_minutes,
    a_chat_that_is_not_linked_gets_help_only,
    two_chats_of_a_unit_are_both_told,
);

const GROUP: i64 = -4_001;
const OTHER: i64 = -4_002;

async fn a_code_links_once(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Sở Y tế");
    world.telegram.add_chat(OTHER, ChatKind::Group, "Người lạ");
    let code = world.code(&unit("so-y-te")).await;
    let wrong = world.ask_telegram(OTHER, "/dangky AAAA-2222").await;
    assert_snapshot!(wrong, @"Mã không đúng hoặc đã hết hạn. Mã chỉ dùng một lần, trong 10 phút. Đề nghị xin mã mới tại Văn phòng rồi gõ /dangky kèm mã.");
    assert_eq!(world.ask_telegram(OTHER, "/dangky").await, wrong);

    // As people copy it: in small letters, with a hyphen.
    let typed = format!("/đăng ký {}-{}", code[..4].to_lowercase(), &code[4..]);
    assert_snapshot!(world.ask_telegram(GROUP, &typed).await, @"
    ✅ Đã liên kết nhóm “Sở Y tế” với Sở Y tế. Thông báo của cơ quan sẽ được gửi tại đây.
    Gõ /trogiup để xem các lệnh.
    ");
    assert_eq!(world.ask_telegram(OTHER, &format!("/dangky {code}")).await, wrong, "the code was used");
    assert_eq!(world.ask_telegram(GROUP, &format!("/dangky {code}")).await, wrong, "even by the same chat");

    let leaders = world.code(&Role::Leader).await;
    assert_snapshot!(world.ask_telegram(OTHER, &format!("/link {leaders}")).await, @"
    ✅ Đã liên kết nhóm “Người lạ” với lãnh đạo tỉnh Bình Định. Báo cáo nhanh sẽ được gửi tại đây.
    Gõ /trogiup để xem các lệnh.
    ");
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.one("unit/so-y-te").text, post.one(&GROUP.to_string()).text);
    // The page folds what Telegram leaves to /xemthem.
    let (page, bot) = (post.one("leader").text, post.one(&OTHER.to_string()).text);
    let (head, more) = bot.rsplit_once('\n').expect("lines");
    assert!(page.starts_with(&format!("{head}\nXem thêm\n")) && more.starts_with("Gõ /xemthem"), "{page}\n\n{bot}");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 39);
    post.nothing_else();
}

async fn a_code_is_worth_nothing_after_ten_minutes(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Sở Y tế");
    let (late, in_time) = (world.code(&unit("so-y-te")).await, world.code(&unit("so-y-te")).await);
    world.advance(Duration::minutes(10) - Duration::seconds(1)).await;
    assert!(world.ask_telegram(GROUP, &format!("/dangky {in_time}")).await.starts_with("✅"));
    world.advance(Duration::seconds(1)).await;
    let answer = world.ask_telegram(GROUP, &format!("/dangky {late}")).await;
    assert!(answer.starts_with("Mã không đúng hoặc đã hết hạn"), "{answer}");
}

async fn a_chat_that_is_not_linked_gets_help_only(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Người lạ");
    world.import(Report::july().file()).await.lines();
    assert_snapshot!(world.ask_telegram(GROUP, "/trogiup").await, @"
    Nhóm này chưa được liên kết với cơ quan, đơn vị nào. Các lệnh có thể dùng:
    • /dangky kèm mã: liên kết nhóm bằng mã do Văn phòng cấp
    • /trogiup: xem hướng dẫn này
    ");
    let unlinked = world.ask_telegram(GROUP, "/status sở y tế").await;
    assert_snapshot!(unlinked, @"
    Nhóm này chưa được liên kết với cơ quan, đơn vị nào.
    Đề nghị gõ /dangky kèm mã do Văn phòng cấp. Gõ /trogiup để xem hướng dẫn.
    ");
    for question in ["/tomtat", "/chitieu sở y tế", "/kiemtra", "/xacnhan", "/status"] {
        assert_eq!(world.ask_telegram(GROUP, question).await, unlinked, "{question}");
    }
    world.telegram.push_text(GROUP, PERSON, "Chào bot");
    world.settle().await;
    world.received().await.nothing_else();
    // Broadcasts pass it by.
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 40);
    assert_eq!(post.lines(), "leader: digest weekly\n");
}

async fn two_chats_of_a_unit_are_both_told(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.join(OTHER, ChatKind::Group, "Một cửa Sở Y tế", unit("so-y-te")).await;
    // One chat of two units hears of both.
    world.link(OTHER, unit("so-tu-phap")).await;
    let mut post = world.import(Report::july().file()).await;
    let health = post.one("unit/so-y-te").text;
    assert_eq!(post.one(&GROUP.to_string()).text, health);
    let both: Vec<String> = post.to(&OTHER.to_string()).into_iter().map(|mail| mail.text).collect();
    assert_eq!(both, [post.one("unit/so-tu-phap").text, health]);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 38);
    post.one("leader");
    post.nothing_else();
    let status = world.ask_telegram(OTHER, "/status").await;
    assert_eq!(status.matches("📊").count(), 2, "{status}");
}
