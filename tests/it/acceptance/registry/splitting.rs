//! A district is divided between two communes: both are named, neither inherits a chat, and nothing is compared across.

use super::{catalog_of, figures, look, until};
use crate::acceptance::World;
use crate::acceptance::world::unit;
use crate::fake::telegram::ChatKind;
use chitieu::catalog::Catalog;
use chitieu::service::import::InputFile;
use chrono::Duration;

in_2025!(
    a_split_names_both_and_moves_nobody: "2025-06-24T08:00",
    an_old_name_shows_both: "2025-06-24T08:00",
    a_chat_chooses_one_of_both: "2025-06-24T08:00",
);

const DISTRICT: &str = "UBND huyện An Lão kết thúc hoạt động ngày 30/6/2025";
const BOTH: &str = "UBND xã An Lão (từ 1/7/2025), UBND xã An Hòa (từ 1/7/2025)";
const NOT_COMPARED: &str = "không so sánh được (sắp xếp đơn vị)";

fn catalog() -> Catalog {
    catalog_of(
        r#"
[[unit]]
code = "so-tu-phap"
name = "Sở Tư pháp"
tier = "provincial"

[[unit]]
code = "huyen-an-lao"
name = "UBND huyện An Lão"
tier = "district"
valid_to = 2025-06-30
successors = ["xa-an-lao", "xa-an-hoa"]

[[unit]]
code = "xa-an-lao"
name = "UBND xã An Lão"
tier = "commune"
valid_from = 2025-07-01

[[unit]]
code = "xa-an-hoa"
name = "UBND xã An Hòa"
tier = "commune"
valid_from = 2025-07-01
"#,
    )
}

fn june() -> InputFile {
    figures("2025-06-24", &[("Sở Tư pháp", "provincial", 40, 100), ("UBND huyện An Lão", "district", 10, 100)])
}

fn july() -> InputFile {
    let rows = [
        ("Sở Tư pháp", "provincial", 45, 100),
        ("UBND xã An Lão", "commune", 20, 60),
        ("UBND xã An Hòa", "commune", 10, 40),
    ];
    figures("2025-07-24", &rows)
}

/// June's figures are told, and a group of the district has its link.
async fn in_june(world: &mut World) {
    let mut post = world.import(june()).await;
    assert_eq!(post.chats_with("bulletin first_missed"), ["unit/huyen-an-lao", "unit/so-tu-phap"]);
    post.one("leader");
    post.nothing_else();
    world.join(-4001, ChatKind::Group, "Một cửa huyện An Lão", unit("huyen-an-lao")).await;
}

/// The split has come, and everybody was told.
async fn in_july(world: &mut World) {
    in_june(world).await;
    until(world, "2025-07-01T07:05").await;
    let post = look(world).await;
    assert_eq!(
        post.lines(),
        "-4001: unit_closed unit_ended\noffice: units_ended unit_ended\nunit/huyen-an-lao: unit_closed unit_ended\n"
    );
}

async fn a_split_names_both_and_moves_nobody(world: &mut World) {
    in_june(world).await;
    until(world, "2025-06-30T23:55").await;
    look(world).await.nothing_else();
    until(world, "2025-07-01T07:05").await;
    let mut post = look(world).await;
    for chat in ["unit/huyen-an-lao", "-4001"] {
        let told = post.one(chat).text;
        assert!(told.contains(&format!("{DISTRICT}; công việc do {BOTH} tiếp nhận.")), "{told}");
        assert!(told.contains("không tự chuyển sang đơn vị khác"), "{told}");
    }
    let office = post.one("office").text;
    assert!(office.contains(&format!("– UBND huyện An Lão → {BOTH}: ")), "{office}");
    assert!(office.contains("Một cửa huyện An Lão (Telegram)"), "{office}");
    post.nothing_else();
    look(world).await.nothing_else();

    // Each successor has its own chat on the page and no other; the district's two stay what they were.
    let linked = world.context.store.chats().await.expect("the database answers");
    let of = |code: &str| {
        let roles = linked.iter().filter(|chat| chat.roles.contains(&unit(code)));
        roles.map(|chat| chat.chat.address.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((of("xa-an-lao"), of("xa-an-hoa")), (vec!["unit/xa-an-lao"], vec!["unit/xa-an-hoa"]));
    assert_eq!(of("huyen-an-lao").len(), 2);

    // Neither reminders nor figures reach the closed chats; the successors hear of themselves, and of no June.
    until(world, "2025-07-24T08:00").await;
    let mut post = world.import(july()).await;
    for (chat, name, counts) in
        [("unit/xa-an-lao", "UBND xã An Lão", "33,3%"), ("unit/xa-an-hoa", "UBND xã An Hòa", "25,0%")]
    {
        let mail = post.one(chat);
        assert_eq!(mail.reason, "first_missed");
        assert!(mail.text.contains(name) && mail.text.contains(counts), "{}", mail.text);
        let compared = mail.text.lines().find(|line| line.starts_with("So với tháng 6")).expect("it is said");
        assert!(compared.contains(NOT_COMPARED), "{compared}");
        assert!(!compared.contains('+') && !compared.contains('−') && !compared.contains("cộng lại"), "{compared}");
    }
    let digest = post.one("leader").text;
    assert!(!digest.contains("UBND huyện An Lão") && !digest.contains("chưa có số liệu"), "{digest}");
    for line in digest.lines().filter(|line| line.contains("Tiến bộ") || line.contains("Giảm sút")) {
        assert!(!line.contains("UBND xã"), "{line}");
    }
    post.one("unit/so-tu-phap");
    post.nothing_else();
    world.advance(Duration::days(5)).await;
    let post = world.received().await;
    assert!(!post.lines().contains("huyen-an-lao"), "no reminder goes to a unit that has ended");
}

async fn an_old_name_shows_both(world: &mut World) {
    in_july(world).await;
    // There are no figures of July yet: the last ones of the district.
    let answer = world.ask("leader", "/status huyện an lão").await;
    assert!(answer.starts_with(&format!("ℹ️ {DISTRICT}; công việc do {BOTH} tiếp nhận.")), "{answer}");
    assert!(answer.contains("UBND huyện An Lão · tháng 6/2025") && answer.contains("10/100"), "{answer}");
    until(world, "2025-07-24T08:00").await;
    world.import(july()).await.seen();

    let answer = world.ask("leader", "/status huyện an lão").await;
    assert!(answer.starts_with(&format!("ℹ️ {DISTRICT}; công việc do {BOTH} tiếp nhận.")), "{answer}");
    let place = |text: &str| answer.rfind(text).unwrap_or_else(|| panic!("{text:?} is not in:\n{answer}"));
    assert!(place("UBND xã An Lão · tháng 7/2025") < place("20/60"));
    assert!(place("20/60") < place("UBND xã An Hòa · tháng 7/2025"));
    assert!(place("UBND xã An Hòa · tháng 7/2025") < place("10/40"));
    assert!(answer.contains(NOT_COMPARED) && !answer.contains("10/100"), "{answer}");
    assert!(!answer.contains("tháng 6 là 10"), "what the district had is nobody's alone: {answer}");
    // Each by its own name, and the district in a month of its lifetime.
    for (name, counts) in [("xã an lão", "20/60"), ("xã an hòa", "10/40")] {
        let answer = world.ask("leader", &format!("/status {name}")).await;
        assert!(answer.contains(counts) && answer.contains(NOT_COMPARED), "{answer}");
        assert!(!answer.contains("kết thúc hoạt động"), "{answer}");
    }
    let answer = world.ask("leader", "/status huyện an lão 6/2025").await;
    assert!(answer.contains("UBND huyện An Lão · tháng 6/2025") && answer.contains("10/100"), "{answer}");

    // Its old chats see its own months and nobody else's.
    for chat in ["unit/huyen-an-lao", "-4001"] {
        let ask = async |world: &mut World, text: &str| match chat.parse() {
            Ok(group) => world.ask_telegram(group, text).await,
            Err(_) => world.ask(chat, text).await,
        };
        let answer = ask(world, "/status").await;
        assert!(answer.contains(BOTH) && !answer.contains("20/60") && !answer.contains("10/40"), "{answer}");
        let answer = ask(world, "/status tháng 6/2025").await;
        assert!(answer.contains("10/100"), "{answer}");
        let answer = ask(world, "/status xã an hòa").await;
        assert!(!answer.contains("10/40"), "{answer}");
    }
}

async fn a_chat_chooses_one_of_both(world: &mut World) {
    in_july(world).await;
    world.link(-4001, unit("xa-an-hoa")).await;
    until(world, "2025-07-24T08:00").await;
    let mut post = world.import(july()).await;
    let told = post.one("-4001").text;
    assert!(told.contains("UBND xã An Hòa · tháng 7/2025") && !told.contains("UBND xã An Lão"), "{told}");
    assert_eq!(post.chats_with("bulletin first_missed"), ["unit/xa-an-hoa", "unit/xa-an-lao"]);
    post.one("leader");
    post.one("unit/so-tu-phap");
    post.nothing_else();
    // By the old name it sees the one of both that it may see.
    let answer = world.ask_telegram(-4001, "/status huyện an lão").await;
    assert!(answer.contains("10/40") && !answer.contains("20/60"), "{answer}");
}
