//! Units in time: in March 2025 transport joins construction under the old name; at the end of June the districts end.

use super::World;
use crate::acceptance::post::Post;
use crate::acceptance::world::unit;
use crate::fake::telegram::ChatKind;
use chitieu::catalog::Catalog;
use chitieu::domain::subscription::Role;
use chitieu::service::import::InputFile;
use chitieu::service::registry;
use chrono::{DateTime, Duration, FixedOffset, Utc};
use insta::assert_snapshot;

const UNITS: &str = r#"
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

fn catalog_of(units: &str) -> Catalog {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("units.toml"), units).expect("it is written");
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
                let mut world = crate::acceptance::World::on_sqlite_with(super::catalog(), super::at($start)).await;
                super::$name(&mut world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let mut world = crate::acceptance::World::on_postgres_with(super::catalog(), super::at($start)).await;
                super::$name(&mut world).await;
                world.end().await;
            }
        })+
    };
}

in_2025!(
    each_chat_of_an_ended_unit_is_told_once: "2025-02-24T08:00",
    a_successor_is_held_against_both: "2025-02-24T08:00",
    an_old_name_leads_to_who_does_the_work_now: "2025-02-24T08:00",
    a_chat_that_has_its_new_link_hears_of_the_new_unit: "2025-02-24T08:00",
    a_districts_row_after_its_end_is_a_finding: "2025-06-24T08:00",
    who_was_linked_after_the_end_is_told_nothing: "2025-11-24T08:00",
    a_wrong_last_day_can_be_taken_back: "2025-02-24T08:00",
);

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

async fn each_chat_of_an_ended_unit_is_told_once(world: &mut World) {
    in_february(world).await;
    world.join(-4001, ChatKind::Group, "Tổ một cửa", unit("so-gtvt")).await;
    until(world, "2025-02-28T23:55").await;
    look(world).await.nothing_else();

    // Nobody is woken.
    until(world, "2025-03-01T06:59").await;
    look(world).await.nothing_else();
    until(world, "2025-03-01T07:00").await;
    let mut post = look(world).await;
    assert_snapshot!(post.one("unit/so-gtvt").text, @"
    📌 Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.
    Từ nay nhóm này không nhận thêm thông báo về đơn vị đã kết thúc. Liên kết cũ được lưu lại, không tự chuyển sang đơn vị khác.
    Để nhận thông báo của đơn vị tiếp nhận, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định để được cấp mã, rồi gõ /dangky kèm mã.
    Số liệu các kỳ trước vẫn xem được: gõ /status tháng 2/2025.
    ");
    assert!(post.one("-4001").text.starts_with("📌 Sở GTVT kết thúc hoạt động ngày 28/2/2025"));
    assert!(post.one("unit/so-xay-dung").text.contains("Sở Xây dựng (từ 1/3/2025) tiếp nhận"));
    assert_snapshot!(post.one("office").text, @"
    📌 2 đơn vị kết thúc hoạt động ngày 28/2/2025; các nhóm đã nhận một tin kết thúc và không nhận thêm thông báo.
    – Sở GTVT → Sở Xây dựng (từ 1/3/2025): Sở GTVT (trang web), Tổ một cửa (Telegram)
    – Sở Xây dựng → Sở Xây dựng (từ 1/3/2025): Sở Xây dựng (trang web)
    Nhóm và chỉ tiêu không tự chuyển sang đơn vị tiếp nhận.
    Việc cần làm (người quản trị hệ thống): cấp mã cho nhóm cần liên kết lại bằng chitieu link --unit …; nhóm gõ /dangky kèm mã.
    ");
    post.nothing_else();

    // Neither again, nor by another process, nor after a restart.
    look(world).await.nothing_else();
    let other = world.other_process().await;
    assert_eq!(registry::step(&other.context).await.expect("looking works"), 0);
    other.context.store.close().await;
    until(world, "2025-03-02T00:00").await;
    look(world).await.nothing_else();

    // The links stay on record, and nothing new is sent: neither reminders nor figures.
    let linked = world.context.store.chats().await.expect("the database answers");
    let of = |role: &Role| linked.iter().filter(|l| l.roles.contains(role)).count();
    assert_eq!((of(&unit("so-gtvt")), of(&unit("so-xay-dung")), of(&unit("so-xay-dung-2025"))), (2, 1, 1));
    world.advance(Duration::days(2)).await;
    let post = world.received().await;
    assert_eq!(
        post.lines(),
        "leader: digest weekly\nunit/huyen-an-lao: reminder still_missed\nunit/so-tu-phap: reminder still_missed\n"
    );
    let mut post = world.import(march()).await;
    post.to("leader");
    assert!(
        post.to("unit/so-gtvt").is_empty() && post.to("unit/so-xay-dung").is_empty() && post.to("-4001").is_empty()
    );
    assert_eq!(post.one("unit/so-xay-dung-2025").reason, "first_missed");
    post.to("unit/so-tu-phap");
    post.to("unit/huyen-an-lao");
    post.nothing_else();
}

async fn a_successor_is_held_against_both(world: &mut World) {
    in_march(world).await;
    until(world, "2025-03-24T08:00").await;
    // Two of four units are gone: they have ended, and nothing is held.
    let mut post = world.import(march()).await;
    assert_snapshot!(post.one("unit/so-xay-dung-2025").text, @"
    📌 Sở Xây dựng · tháng 3/2025 (số liệu đến 24/3)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến 25,0% / 50% (−25,0 điểm %): cần thêm 200 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến 25,0% / 50% (−25,0 điểm %): cần thêm 200 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ 25,0% / 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử 25% / 50% (−25,0 điểm %): còn thiếu ≈ 100 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư 25,0% / 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được khai thác CSDL dân cư
    So với tháng 2 (đến 24/2): Hồ sơ trực tuyến +12,5 điểm %, Thanh toán trực tuyến +12,5 điểm %, Số hóa hồ sơ +12,5 điểm %, Khai thác CSDL dân cư +12,5 điểm %; Cấp kết quả điện tử không so sánh được (sắp xếp đơn vị); tháng 2 là số liệu của Sở GTVT, Sở Xây dựng (đến 28/2/2025) cộng lại.
    Còn 5 ngày làm việc đến hết tháng 3, cần khoảng 40 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    let digest = post.one("leader").text;
    assert!(!digest.contains("GTVT") && !digest.contains("chưa có số liệu"), "{digest}");
    assert!(digest.contains("Sở Xây dựng – Hồ sơ trực tuyến +12,5 điểm %"), "{digest}");
    post.to("unit/so-tu-phap");
    post.to("unit/huyen-an-lao");
    post.nothing_else();
    // Its months begin with itself, and say why.
    let said = world.ask_all("leader", "/lichsu sở xây dựng số hóa").await.to("leader");
    assert_snapshot!(said[0].text, @"
    📈 Sở Xây dựng · Số hóa hồ sơ · lịch sử đến tháng 3/2025
    3/2025 (đến 24/3): 🔴 25,0% / 50%
    ↔ Từ ngày 1/3/2025 bao gồm Sở GTVT, Sở Xây dựng; các tháng trước đó không so sánh được (sắp xếp đơn vị).
    ");
}

async fn an_old_name_leads_to_who_does_the_work_now(world: &mut World) {
    in_march(world).await;
    // There are no figures of March yet: the last ones of those that ended.
    let answer = world.ask("leader", "/status sở gtvt").await;
    let told = "ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.\n";
    assert!(answer.starts_with(told), "{answer}");
    assert!(answer.contains("📊 Sở GTVT · tháng 2/2025 (số liệu đến 24/2)"), "{answer}");
    until(world, "2025-03-24T08:00").await;
    let mut post = world.import(march()).await;
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap", "unit/huyen-an-lao"] {
        post.one(chat);
    }
    post.nothing_else();

    assert_snapshot!(world.ask("leader", "/status sở giao thông vận tải").await, @"
    ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.

    📊 Sở Xây dựng · tháng 3/2025 (số liệu đến 24/3)
    Đạt 0/5 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): cần thêm 200 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): cần thêm 200 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Số hóa hồ sơ: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được số hóa
    🔴 Cấp kết quả điện tử: 25% (100/≈ 400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu ≈ 100 hồ sơ được cấp kết quả điện tử
    🔴 Khai thác CSDL dân cư: 25,0% (100/400) · chỉ tiêu 50% (−25,0 điểm %): còn thiếu 100 hồ sơ được khai thác CSDL dân cư
    Còn 5 ngày làm việc đến hết tháng 3, cần khoảng 40 hồ sơ nộp trực tuyến mỗi ngày.
    So với tháng 2 (đến 24/2): Hồ sơ trực tuyến +12,5 điểm %, Thanh toán trực tuyến +12,5 điểm %, Số hóa hồ sơ +12,5 điểm %, Khai thác CSDL dân cư +12,5 điểm %; Cấp kết quả điện tử không so sánh được (sắp xếp đơn vị); tháng 2 là số liệu của Sở GTVT, Sở Xây dựng (đến 28/2/2025) cộng lại.
    Xem thêm
    Thứ hạng và kết quả tháng 2:
    • Hồ sơ trực tuyến: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Thanh toán trực tuyến: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Số hóa hồ sơ: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    • Cấp kết quả điện tử: hạng 2/2 cấp tỉnh; không so sánh được với tháng 2
    • Khai thác CSDL dân cư: hạng 2/2 cấp tỉnh; tháng 2 là 12,5% (+12,5 điểm %)
    ");
    // A month of its lifetime.
    let answer = world.ask("leader", "/status sở gtvt tháng 2").await;
    assert!(answer.starts_with(told) && answer.contains("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    // One name, two units: the one of today, or that of the month.
    let answer = world.ask("leader", "/status sở xây dựng").await;
    assert!(answer.starts_with("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
    assert!(answer.contains("25% (100/400)") || answer.contains("25,0% (100/400)"), "{answer}");
    let answer = world.ask("leader", "/status sở xây dựng 2/2025").await;
    assert!(answer.contains("📊 Sở Xây dựng · tháng 2/2025") && answer.contains("(20/300)"), "{answer}");

    // Targets are not inherited, and nobody is told otherwise.
    let answer = world.ask("leader", "/chitieu sở gtvt").await;
    assert!(answer.starts_with(told) && !answer.contains("50%"), "{answer}");

    // The old chats may see what they always saw, and no more.
    assert_snapshot!(world.ask("unit/so-gtvt", "/status").await, @"
    ℹ️ Sở GTVT kết thúc hoạt động ngày 28/2/2025; công việc do Sở Xây dựng (từ 1/3/2025) tiếp nhận.
    Số liệu các kỳ trước vẫn xem được: ghi thêm tháng, ví dụ /status tháng 2/2025.
    Khi cần số liệu hoặc mã liên kết của đơn vị tiếp nhận, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định.
    ");
    let answer = world.ask("unit/so-gtvt", "/status tháng 2/2025").await;
    assert!(answer.contains("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    let answer = world.ask("unit/so-gtvt", "/status sở xây dựng").await;
    assert!(answer.starts_with("Nhóm này chỉ xem được số liệu của Sở GTVT"), "{answer}");
    let answer = world.ask("unit/so-xay-dung", "/status sở xây dựng").await;
    assert!(answer.contains("Sở Xây dựng kết thúc hoạt động ngày 28/2/2025"), "{answer}");
    assert!(!answer.contains("100/400"), "{answer}");
    let answer = world.ask("unit/so-xay-dung-2025", "/status").await;
    assert!(answer.starts_with("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
}

async fn a_chat_that_has_its_new_link_hears_of_the_new_unit(world: &mut World) {
    in_february(world).await;
    world.join(-4001, ChatKind::Group, "Tổ một cửa", unit("so-gtvt")).await;
    world.link(-4001, unit("so-xay-dung-2025")).await;
    until(world, "2025-03-01T08:00").await;
    let mut post = look(world).await;
    assert!(post.one("-4001").text.contains("kết thúc hoạt động"), "it is told all the same");
    let office = post.one("office").text;
    assert!(office.contains("– Sở GTVT → Sở Xây dựng (từ 1/3/2025): Sở GTVT (trang web)\n"), "{office}");
    post.to("unit/so-gtvt");
    post.to("unit/so-xay-dung");
    post.nothing_else();
    until(world, "2025-03-24T08:00").await;
    let mut post = world.import(march()).await;
    assert!(post.one("-4001").text.starts_with("📌 Sở Xây dựng · tháng 3/2025"));
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap", "unit/huyen-an-lao"] {
        post.one(chat);
    }
    post.nothing_else();
    let answer = world.ask_telegram(-4001, "/status sở gtvt").await;
    assert!(answer.starts_with("ℹ️ Sở GTVT kết thúc") && answer.contains("📊 Sở Xây dựng · tháng 3/2025"), "{answer}");
}

async fn a_districts_row_after_its_end_is_a_finding(world: &mut World) {
    until(world, "2025-07-01T08:00").await;
    let mut post = look(world).await;
    assert_snapshot!(post.one("unit/huyen-an-lao").text, @"
    📌 UBND huyện An Lão kết thúc hoạt động ngày 30/6/2025.
    Từ nay nhóm này không nhận thêm thông báo về đơn vị đã kết thúc. Liên kết cũ được lưu lại, không tự chuyển sang đơn vị khác.
    Khi cần liên kết nhóm với đơn vị khác, đề nghị liên hệ Văn phòng UBND tỉnh Bình Định để được cấp mã, rồi gõ /dangky kèm mã.
    Số liệu các kỳ trước vẫn xem được: gõ /status tháng 6/2025.
    ");
    post.one("office");
    post.nothing_else();
    let rows = [
        ("Sở Tư pháp", "provincial", 45, 100),
        ("Sở Xây dựng", "provincial", 100, 400),
        ("UBND huyện An Lão", "district", 15, 100),
    ];
    let mut post = world.import(figures("2025-07-01", &rows)).await;
    for chat in ["leader", "unit/so-xay-dung-2025", "unit/so-tu-phap"] {
        post.one(chat);
    }
    post.nothing_else();
    let answer = world.ask("office", "/kiemtra").await;
    assert!(answer.contains("UBND huyện An Lão"), "{answer}");
    assert_eq!(answer.matches("UBND huyện").count(), 1, "{answer}");
}

async fn who_was_linked_after_the_end_is_told_nothing(world: &mut World) {
    // A demonstration: the chats are made today, and the figures are those of 2025.
    look(world).await.nothing_else();
    let mut post = world.import(february()).await;
    assert_eq!(
        post.chats_with("bulletin first_missed"),
        ["unit/huyen-an-lao", "unit/so-gtvt", "unit/so-tu-phap", "unit/so-xay-dung"]
    );
    post.one("leader");
    post.nothing_else();
    look(world).await.nothing_else();
    // The units are those of the figures.
    let answer = world.ask("leader", "/status sở gtvt").await;
    assert!(answer.starts_with("📊 Sở GTVT · tháng 2/2025"), "{answer}");
    let answer = world.ask("leader", "/status sở xây dựng").await;
    assert!(answer.contains("(20/300)") && !answer.contains("kết thúc"), "{answer}");
}

async fn a_wrong_last_day_can_be_taken_back(world: &mut World) {
    in_march(world).await;
    let lives = UNITS.replacen("valid_to = 2025-02-28\nsuccessors = [\"so-xay-dung-2025\"]\n", "", 1);
    let other = world.other_process_with(catalog_of(&lives)).await;
    assert_eq!(registry::step(&other.context).await.expect("looking works"), 0);
    let told = other.context.store.chats_with_role(&unit("so-gtvt")).await.expect("the database answers");
    assert_eq!(told.len(), 1, "Sở GTVT hears of itself again");
    assert!(other.context.store.chats_with_role(&unit("so-xay-dung")).await.expect("the database answers").is_empty());
    other.context.store.close().await;
    world.settle().await;
    world.received().await.nothing_else();
}

/// The embedded catalog on a clock that runs years later: the districts' end is no news.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demonstration_of_old_figures_hears_of_no_end() {
    let embedded = Catalog::embedded().expect("it is sound");
    let mut world = World::on_sqlite_with(embedded, at("2026-11-24T08:00")).await;
    look(&mut world).await.nothing_else();
    let mut post = world.import(super::Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    look(&mut world).await.nothing_else();
    let answer = world.ask("leader", "/status an lão").await;
    assert!(answer.starts_with("Có 2 đơn vị cùng tên") && !answer.contains("kết thúc hoạt động"), "{answer}");
    world.end().await;
}

/// The same catalog, in use when the districts end: 22 chats, one message each, and one to the office.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_districts_end_on_one_day() {
    let embedded = Catalog::embedded().expect("it is sound");
    let mut world = World::on_sqlite_with(embedded, at("2025-06-24T08:00")).await;
    until(&mut world, "2025-07-01T07:10").await;
    let mut post = look(&mut world).await;
    assert_eq!(post.chats_with("unit_closed unit_ended").len(), 22);
    assert!(post.one("office").text.starts_with("📌 22 đơn vị kết thúc hoạt động ngày 30/6/2025"));
    post.nothing_else();
    look(&mut world).await.nothing_else();
    world.end().await;
}
