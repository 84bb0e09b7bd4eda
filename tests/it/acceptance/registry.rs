//! Units in time. In March 2025 transport joins construction under the old name (`merging`, `asking`), at the end of June
//! the districts end (`ending`) or are divided (`splitting`), and units get other names (`renaming`).

use super::World;
use crate::acceptance::post::Post;
use chitieu::catalog::Catalog;
use chitieu::service::import::InputFile;
use chitieu::service::registry;
use chrono::{DateTime, Duration, FixedOffset, Utc};

const TIERS: &str = r#"
[[tier]]
code = "provincial"
name = "Cấp tỉnh"
headings = ["CẤP TỈNH"]

[[tier]]
code = "district"
name = "Cấp huyện"
headings = ["CẤP HUYỆN"]

[[tier]]
code = "commune"
name = "Cấp xã"
headings = ["CẤP XÃ"]
"#;

const UNITS: &str = r#"
[[unit]]
code = "so-gtvt"
name = "Sở GTVT"
tier = "provincial"
aliases = ["Sở Giao thông vận tải"]
valid_to = 2025-02-28
successors = ["so-xay-dung-2025"]

[[unit]]
code = "so-tu-phap"
name = "Sở Tư pháp"
tier = "provincial"

[[unit]]
code = "so-xay-dung"
name = "Sở Xây dựng"
tier = "provincial"
valid_to = 2025-02-28
successors = ["so-xay-dung-2025"]

[[unit]]
code = "so-xay-dung-2025"
name = "Sở Xây dựng"
tier = "provincial"
valid_from = 2025-03-01

[[unit]]
code = "huyen-an-lao"
name = "UBND huyện An Lão"
tier = "district"
valid_to = 2025-06-30
"#;

/// A catalog with these units.
fn catalog_of(units: &str) -> Catalog {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("units.toml"), format!("{TIERS}{units}")).expect("it is written");
    Catalog::load(folder.path()).expect("the catalog is sound")
}

fn catalog() -> Catalog {
    catalog_of(UNITS)
}

/// A moment in Vietnam.
fn at(text: &str) -> DateTime<Utc> {
    DateTime::<FixedOffset>::parse_from_rfc3339(&format!("{text}:00+07:00")).expect("a moment").to_utc()
}

/// Two tests of each scenario, at the time and with the catalog of its own.
macro_rules! in_2025 {
    ($($name:ident: $start:literal),+ $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let at = crate::acceptance::registry::at($start);
                let mut world = crate::acceptance::World::on_sqlite_with(super::catalog(), at).await;
                super::$name(&mut world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let at = crate::acceptance::registry::at($start);
                let mut world = crate::acceptance::World::on_postgres_with(super::catalog(), at).await;
                super::$name(&mut world).await;
                world.end().await;
            }
        })+
    };
}

mod asking;
mod ending;
mod merging;
mod renaming;
mod splitting;

/// Every indicator of a unit with the same counts; what is not printed in reality is not printed here.
fn figures(as_of: &str, rows: &[(&str, &str, u32, u32)]) -> InputFile {
    let mut text =
        format!("# period={}\n# as_of={as_of}\nunit,tier,indicator,numerator,denominator,rate,target\n", &as_of[..7]);
    for (name, tier, n, d) in rows {
        for indicator in ["online_submission", "online_payment", "digitization", "population_db"] {
            text.push_str(&format!("\"{name}\",{tier},{indicator},{n},{d},,50\n"));
        }
        text.push_str(&format!("\"{name}\",{tier},electronic_result,{n},,\"{}\",50\n", n * 100 / d));
    }
    InputFile { name: format!("{as_of}.csv"), bytes: text.into_bytes() }
}

fn february() -> InputFile {
    let rows = [
        ("Sở GTVT", "provincial", 30, 100),
        ("Sở Tư pháp", "provincial", 40, 100),
        ("Sở Xây dựng", "provincial", 20, 300),
        ("UBND huyện An Lão", "district", 10, 100),
    ];
    figures("2025-02-24", &rows)
}

fn march() -> InputFile {
    let rows = [
        ("Sở Tư pháp", "provincial", 45, 100),
        ("Sở Xây dựng", "provincial", 100, 400),
        ("UBND huyện An Lão", "district", 15, 100),
    ];
    figures("2025-03-24", &rows)
}

/// February's figures are told.
async fn in_february(world: &mut World) {
    let mut post = world.import(february()).await;
    assert_eq!(
        post.chats_with("bulletin first_missed"),
        ["unit/huyen-an-lao", "unit/so-gtvt", "unit/so-tu-phap", "unit/so-xay-dung"]
    );
    post.one("leader");
    post.nothing_else();
}

/// What the schedule does.
async fn look(world: &mut World) -> Post {
    registry::step(&world.context).await.expect("looking at units works");
    world.settle().await;
    world.received().await
}

async fn until(world: &mut World, moment: &str) {
    let by = at(moment) - world.now();
    assert!(by > Duration::zero(), "{moment} is over");
    world.sleep(by);
}

/// The merger has come, and everybody was told.
async fn in_march(world: &mut World) {
    in_february(world).await;
    until(world, "2025-03-01T07:05").await;
    let post = look(world).await;
    assert_eq!(
        post.lines(),
        "office: units_ended unit_ended\nunit/so-gtvt: unit_closed unit_ended\nunit/so-xay-dung: unit_closed unit_ended\n"
    );
}
