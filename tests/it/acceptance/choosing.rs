//! Choosing by button and by number, and topics of one group.

use super::world::{PERSON, unit};
use super::{Report, World, scenarios};
use crate::fake::telegram::ChatKind;
use chitieu::domain::subscription::Role;
use chrono::Duration;
use insta::assert_snapshot;
use serde_json::Value;

scenarios!(
    a_button_is_pressed,
    a_number_chooses_where_there_are_no_buttons,
    who_chooses_sees_what_they_may_see,
    a_listed_command_answers,
    topics_are_told_within_the_limits_of_their_group,
);

const LEADERS: i64 = -1_001_000_000_002;
const HEALTH: i64 = -4_001;

/// July, and everybody has read it.
async fn figures(world: &mut World) {
    world.import(Report::july().file()).await.lines();
    world.sleep(Duration::minutes(1));
}

/// The buttons of the newest message of a chat: its id, and what each carries.
fn buttons(world: &World, chat: i64) -> (i64, Vec<(String, String)>) {
    let message = world.telegram.received(chat).pop().expect("a message");
    let markup = message.reply_markup.expect("buttons");
    let rows = markup["inline_keyboard"].as_array().expect("rows").clone();
    let text = |button: &Value, field: &str| button[0][field].as_str().expect("a text").to_owned();
    (message.message_id, rows.iter().map(|row| (text(row, "text"), text(row, "callback_data"))).collect())
}

async fn a_button_is_pressed(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    figures(world).await;
    assert_snapshot!(world.ask_telegram(LEADERS, "/status sở kh 7/2023").await, @"
    Có nhiều đơn vị ứng với “sở kh”:
    1. Sở KH và ĐT
    2. Sở KH và CN
    Đề nghị trả lời 1 hoặc 2, hoặc gõ lại lệnh với tên đầy đủ của đơn vị cần xem.
    ");
    let (message, shown) = buttons(world, LEADERS);
    let expected =
        [("Sở KH và ĐT", "/status so-ke-hoach-dau-tu 7/2023"), ("Sở KH và CN", "/status so-khoa-hoc-cong-nghe 7/2023")];
    assert_eq!(shown, expected.map(|(label, data)| (label.to_owned(), data.to_owned())));
    // The same button twice: two questions, two answers, each press acknowledged once.
    for presses in 1..=2 {
        world.telegram.press(LEADERS, PERSON, message, &shown[1].1);
        world.settle().await;
        let mut post = world.received().await;
        let answer = post.one(&LEADERS.to_string()).text;
        assert!(answer.starts_with("📊 Sở KH và CN · tháng 7/2023"), "{answer}");
        post.nothing_else();
        let answered = world.telegram.calls("answerCallbackQuery");
        assert_eq!(answered.len(), presses);
        assert!(answered.iter().all(|call| call.status == Some(200)), "{answered:?}");
    }
    // Nearly a command: its button is the command with all that was typed.
    world.ask_telegram(LEADERS, "/stauts sở y tế 7/2023").await;
    let (message, shown) = buttons(world, LEADERS);
    assert_eq!(shown, [("/status sở y tế 7/2023".to_owned(), "/status sở y tế 7/2023".to_owned())]);
    world.telegram.press(LEADERS, PERSON, message, &shown[0].1);
    world.settle().await;
    assert!(world.received().await.one(&LEADERS.to_string()).text.starts_with("📊 Sở Y tế"));
    // It is long: its button is the question with what gives the rest.
    let (message, shown) = buttons(world, LEADERS);
    assert_eq!(shown, [("Xem thêm".to_owned(), "/xemthem /status sở y tế 7/2023".to_owned())]);
    world.telegram.press(LEADERS, PERSON, message, &shown[0].1);
    world.settle().await;
    let rest = world.received().await.one(&LEADERS.to_string()).text;
    assert!(rest.starts_with("📊 Sở Y tế · tháng 7/2023 (số liệu đến 24/7) · tiếp theo\nThứ hạng"), "{rest}");
    // Other answers have none.
    world.ask_telegram(LEADERS, "/status sở y tế tháng 13").await;
    assert_eq!(world.telegram.received(LEADERS).pop().expect("an answer").reply_markup, None);
    // Too long for a button, so that only the number is left.
    let long = format!("/stauts {}", "sở nông nghiệp và phát triển nông thôn tỉnh bình định 7/2023");
    world.ask_telegram(LEADERS, &long).await;
    assert_eq!(world.telegram.received(LEADERS).pop().expect("an answer").reply_markup, None);
    assert!(world.ask_telegram(LEADERS, "1").await.starts_with("📊 Sở NN và PTNT"));
}

async fn a_number_chooses_where_there_are_no_buttons(world: &mut World) {
    figures(world).await;
    // A code is as good as a name.
    assert!(world.ask("leader", "/status bql-kkt").await.starts_with("📊 BQL KKT tỉnh · tháng 7/2023"));
    let question = world.ask("leader", "/chitieu sở kh").await;
    assert!(question.contains("2. Sở KH và CN"), "{question}");
    for number in ["2", " 2. ", "số 2"] {
        let answer = world.ask("leader", number).await;
        assert!(answer.starts_with("🎯 Sở KH và CN · chỉ tiêu được giao"), "{answer}");
    }
    // Another chat was offered nothing, and there is no third: then how to ask is told, once an hour.
    let hint = world.ask("office", "2").await;
    assert!(hint.starts_with("Để xem kết quả, gõ /status kèm tên đơn vị"), "{hint}");
    assert_eq!(world.ask("leader", "3").await, hint);
    // What was offered last counts.
    assert!(world.ask("leader", "/stauts sở y tế").await.contains("đề nghị trả lời 1."));
    no_answer(world, "2").await;
    assert!(world.ask("leader", "1").await.starts_with("📊 Sở Y tế"));
    world.sleep(Duration::minutes(10));
    // Ten minutes later it is a number.
    no_answer(world, "1").await;
}

async fn no_answer(world: &mut World, text: &str) {
    world.write("leader", text).await;
    world.settle().await;
    world.received().await.nothing_else();
}

async fn who_chooses_sees_what_they_may_see(world: &mut World) {
    world.join(HEALTH, ChatKind::Supergroup, "Sở Y tế", unit("so-y-te")).await;
    figures(world).await;
    let refused = world.ask_telegram(HEALTH, "/status sở tư pháp").await;
    let message = world.telegram.received(HEALTH).pop().expect("an answer").message_id;
    // Nobody offered it; somebody made it up.
    world.telegram.press(HEALTH, PERSON, message, "/status so-tu-phap");
    world.settle().await;
    assert_eq!(world.received().await.one(&HEALTH.to_string()).text, refused);
    world.telegram.press(HEALTH, PERSON, message, "/status so-y-te");
    world.settle().await;
    assert!(world.received().await.one(&HEALTH.to_string()).text.starts_with("📊 Sở Y tế"));
    // A number that means nothing is talk among people.
    world.telegram.push_text(HEALTH, PERSON, "1");
    world.settle().await;
    world.received().await.nothing_else();
}

/// What Telegram lists is what there is.
async fn a_listed_command_answers(world: &mut World) {
    figures(world).await;
    let commands = world.context.messages.commands().to_vec();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in commands {
        world.write("office", &format!("/{}", command.name)).await;
        world.settle().await;
        let kind = world.received().await.one("office").kind;
        assert_eq!(kind == "help", command.name == "trogiup", "/{}: {kind}", command.name);
    }
}

async fn topics_are_told_within_the_limits_of_their_group(world: &mut World) {
    const FORUM: i64 = -1_001_000_000_009;
    world.telegram.add_chat(FORUM, ChatKind::Forum, "Toàn tỉnh");
    let codes: Vec<String> = world.context.catalog.units.iter().take(12).map(|unit| unit.code.to_string()).collect();
    for (thread, code) in (10..).zip(&codes) {
        world.telegram.add_thread(FORUM, thread);
        let code = world.code(&unit(code)).await;
        world.telegram.push_text_in_thread(FORUM, thread, PERSON, &format!("/dangky {code}"));
        world.settle().await;
        assert_eq!(world.received().await.to(&FORUM.to_string()).len(), 1);
        world.sleep(Duration::seconds(4));
    }
    world.sleep(Duration::minutes(1));
    let before = world.telegram.received(FORUM).len();
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.to(&FORUM.to_string()).len(), 12);
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    let told = &world.telegram.received(FORUM)[before..];
    let mut threads: Vec<_> = told.iter().filter_map(|message| message.thread).collect();
    threads.sort_unstable();
    assert_eq!(threads, (10..22).collect::<Vec<i64>>(), "each topic its own");
    assert_eq!(world.telegram.too_many_requests(), 0);
    assert!(told[11].at - told[0].at > std::time::Duration::from_secs(28), "twenty a minute, all topics together");
}
