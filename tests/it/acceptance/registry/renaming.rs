//! A unit that gets another name. What is entered as a new unit that follows the old one is one; a name that is merely
//! changed, with the old one as an alias, leaves everything as it is.

use super::{catalog_of, figures, look, until};
use crate::acceptance::World;
use crate::acceptance::world::unit;
use crate::fake::telegram::ChatKind;
use chitieu::catalog::Catalog;
use chitieu::service::import::InputFile;

in_2025!(
    a_unit_that_follows_under_another_name_goes_on_by_figures: "2025-06-24T08:00",
    a_name_that_is_changed_changes_nothing_else: "2025-06-24T08:00",
);

const OTHERS: &str = r#"
[[unit]]
code = "so-tu-phap"
name = "Sở Tư pháp"
tier = "provincial"
"#;

fn catalog() -> Catalog {
    let units = r#"
[[unit]]
code = "xa-an-hoa"
name = "UBND xã An Hòa"
tier = "commune"
valid_to = 2025-06-30
successors = ["phuong-an-hoa"]

[[unit]]
code = "phuong-an-hoa"
name = "UBND phường An Hòa"
tier = "commune"
valid_from = 2025-07-01
"#;
    catalog_of(&format!("{OTHERS}{units}"))
}

/// As an office that means the same unit writes it, before and after.
fn one_unit(name: &str, aliases: &str) -> Catalog {
    let unit = format!("\n[[unit]]\ncode = \"an-hoa\"\nname = \"{name}\"\ntier = \"commune\"\naliases = [{aliases}]\n");
    catalog_of(&format!("{OTHERS}{unit}"))
}

fn month(as_of: &str, name: &str, of_a_hundred: u32) -> InputFile {
    figures(as_of, &[("Sở Tư pháp", "provincial", 40, 100), (name, "commune", of_a_hundred, 100)])
}

async fn a_unit_that_follows_under_another_name_goes_on_by_figures(world: &mut World) {
    world.import(month("2025-06-24", "UBND xã An Hòa", 10)).await.seen();
    world.join(-4001, ChatKind::Group, "Một cửa An Hòa", unit("xa-an-hoa")).await;
    until(world, "2025-07-01T07:05").await;
    let mut post = look(world).await;
    let follows =
        "UBND xã An Hòa kết thúc hoạt động ngày 30/6/2025; công việc do UBND phường An Hòa (từ 1/7/2025) tiếp nhận.";
    for chat in ["unit/xa-an-hoa", "-4001"] {
        let told = post.one(chat).text;
        assert!(told.contains(follows), "{told}");
    }
    assert!(post.one("office").text.contains("– UBND xã An Hòa → UBND phường An Hòa (từ 1/7/2025): "));
    post.nothing_else();

    // All that the old one did is the new one's: compared as printed, even where no counts are.
    until(world, "2025-07-24T08:00").await;
    let mut post = world
        .import(figures(
            "2025-07-24",
            &[("Sở Tư pháp", "provincial", 45, 100), ("UBND phường An Hòa", "commune", 25, 100)],
        ))
        .await;
    let told = post.one("unit/phuong-an-hoa").text;
    let compared = told.lines().find(|line| line.starts_with("So với tháng 6")).expect("it is said");
    assert_eq!(compared.matches("+15").count(), 5, "all five, electronic results too: {compared}");
    assert!(compared.contains("tháng 6 là số liệu của UBND xã An Hòa"), "{compared}");
    assert!(!compared.contains("không so sánh được") && !compared.contains("cộng lại"), "{compared}");
    assert!(post.one("leader").text.contains("UBND phường An Hòa – Hồ sơ trực tuyến +15"));
    post.one("unit/so-tu-phap");
    post.nothing_else();

    let answer = world.ask("leader", "/status xã an hòa").await;
    assert!(answer.starts_with(&format!("ℹ️ {follows}")), "{answer}");
    assert!(answer.contains("UBND phường An Hòa · tháng 7/2025") && answer.contains("25/100"), "{answer}");
    assert!(!answer.contains("không so sánh được"), "{answer}");
    // The old chat waits for its new link, and then hears on.
    let answer = world.ask_telegram(-4001, "/status").await;
    assert!(answer.contains("UBND phường An Hòa (từ 1/7/2025) tiếp nhận") && !answer.contains("25/100"), "{answer}");
    world.link(-4001, unit("phuong-an-hoa")).await;
    let answer = world.ask_telegram(-4001, "/status").await;
    assert!(answer.contains("25/100"), "{answer}");
}

async fn a_name_that_is_changed_changes_nothing_else(world: &mut World) {
    let before = world.other_process_with(one_unit("UBND xã An Hòa", "")).await;
    world.context = before.context.clone();
    chitieu::service::web_chats::ensure_web_chats(&world.context).await.expect("the page's chats are made");
    world.import(month("2025-06-24", "UBND xã An Hòa", 10)).await.seen();
    world.join(-4001, ChatKind::Group, "Một cửa An Hòa", unit("an-hoa")).await;

    // The office changes the name and starts the program again.
    until(world, "2025-07-01T07:05").await;
    let after = world.other_process_with(one_unit("UBND phường An Hòa", "\"UBND xã An Hòa\"")).await;
    world.context = after.context.clone();
    chitieu::service::web_chats::ensure_web_chats(&world.context).await.expect("the page's chats are made");
    look(world).await.nothing_else();

    // The group hears on under the new name; a table that still has the old one is read.
    until(world, "2025-07-10T08:00").await;
    let mut post = world.import(month("2025-07-10", "UBND xã An Hòa", 25)).await;
    for chat in ["-4001", "unit/an-hoa"] {
        let told = post.one(chat).text;
        assert!(told.contains("UBND phường An Hòa · tháng 7/2025"), "{told}");
        let compared = told.lines().find(|line| line.starts_with("So với tháng 6")).expect("it is said");
        assert_eq!(compared.matches("+15").count(), 5, "{compared}");
        assert!(!compared.contains("là số liệu của") && !compared.contains("không so sánh được"), "{compared}");
    }
    post.to("leader");
    post.to("unit/so-tu-phap");
    post.nothing_else();
    for name in ["xã an hòa", "phường an hòa"] {
        let answer = world.ask("leader", &format!("/status {name}")).await;
        assert!(answer.contains("UBND phường An Hòa · tháng 7/2025") && answer.contains("25/100"), "{answer}");
        assert!(!answer.contains("kết thúc hoạt động"), "{answer}");
    }
}
