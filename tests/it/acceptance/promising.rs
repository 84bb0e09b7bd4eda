//! Promises: a unit says why and until when, reminders rest, the figures decide, and leaders see it.

use super::figures::monthly;
use super::{Report, World, scenarios};
use chitieu::domain::promise::PromiseState;
use chitieu::domain::subscription::Role;
use chrono::{DateTime, Duration, Utc};
use insta::assert_snapshot;

scenarios!(
    a_promise_is_kept,
    a_promise_is_broken_and_named,
    what_is_no_promise_is_answered,
    reminders_rest_until_the_day,
    the_unit_is_asked_once_when_figures_are_late,
);

const UNIT: &str = "unit/so-tu-phap";

fn at(text: &str) -> DateTime<Utc> {
    let there = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    chitieu::domain::schedule::at(there.date(), there.time())
}

async fn july(world: &mut World) {
    let _ = world.import(Report::july().file()).await.lines();
}

/// Nobody else is reminded, so that a scenario reads only of the one.
async fn alone(world: &World) {
    for linked in world.context.store.chats().await.expect("the chats") {
        let other = linked.roles.iter().any(|role| matches!(role, Role::Unit(_))) && linked.chat.address != UNIT;
        if other {
            let off = world.context.store.choose_schedule(&linked.chat.id, None, "test", world.now());
            off.await.expect("it is chosen");
        }
    }
}

async fn a_promise_is_kept(world: &mut World) {
    july(world).await;
    alone(world).await;
    let answer = world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng, đang sửa trước ngày 27/7").await;
    assert_snapshot!(answer, @"
    ✅ Sở Tư pháp · tháng 7/2023 (số liệu đến 24/7)
    Đã ghi nhận: Số hóa hồ sơ sẽ đạt chậm nhất ngày 27/7/2023.
    Nguyên nhân: do máy quét hỏng, đang sửa
    Đến hết ngày đó hệ thống tạm không nhắc chỉ tiêu này; lãnh đạo thấy ngày hẹn trong báo cáo nhanh.
    ");
    let digest = world.ask("leader", "/tomtat").await;
    assert!(digest.contains("🤝 Đã hẹn:\n• Sở Tư pháp – Số hóa hồ sơ (27/7): "), "{digest}");

    world.sleep(Duration::days(3));
    let file = Report::july().up_to(27).with("Sở Tư pháp\t", "442\t62%", "670\t94%").file();
    let mut post = world.import(file).await;
    assert_eq!(post.one(UNIT).kind, "recovered");
    assert!(post.one("leader").text.contains("🤝 Đã hẹn:\n• Sở Tư pháp"));
    let _ = post.lines();
    // The day itself still belongs to the promise.
    world.advance(Duration::hours(10)).await;
    world.received().await.nothing_else();
    world.advance(Duration::hours(14)).await;
    let mut post = world.received().await;
    let thanks = post.one(UNIT);
    assert_eq!((thanks.kind.as_str(), thanks.reason.as_str()), ("promise_due", "promise_kept"));
    assert_snapshot!(thanks.text, @"
    ✅ Sở Tư pháp · tháng 7/2023 (số liệu đến 27/7)
    Đã đạt như đã hẹn (chậm nhất ngày 27/7/2023): Số hóa hồ sơ 94% / 93%.
    Cảm ơn cơ quan, đơn vị đã thực hiện.
    ");
    post.nothing_else();
    let digest = world.ask("leader", "/tomtat").await;
    assert!(digest.contains("✅ Đạt như đã hẹn: Sở Tư pháp – Số hóa hồ sơ (27/7)\n"), "{digest}");
    assert!(!digest.contains("🤝"), "{digest}");
}

async fn a_promise_is_broken_and_named(world: &mut World) {
    july(world).await;
    alone(world).await;
    world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng 27/7").await;
    world.sleep(Duration::days(4));
    let _ = world.import(Report::july().up_to(28).with_the_days_work().file()).await.lines();
    world.advance(Duration::hours(1)).await;
    let mut post = world.received().await;
    let told = post.one(UNIT);
    assert_eq!((told.kind.as_str(), told.reason.as_str()), ("promise_due", "promise_due"));
    assert_snapshot!(told.text, @"
    ⏰ Sở Tư pháp · tháng 7/2023 (số liệu đến 28/7)
    Đã qua ngày hẹn 27/7/2023: Số hóa hồ sơ 62% / 93%, chưa đạt.
    Nguyên nhân đã nêu: do máy quét hỏng
    Để đạt chỉ tiêu: còn thiếu 222 hồ sơ được số hóa.
    Đề nghị báo cáo tình hình và hẹn lại bằng /giaitrinh.
    ");
    post.nothing_else();
    // Once, and the leaders see it on Monday.
    world.advance(at("2023-07-31 08:00") - world.now()).await;
    let mut post = world.received().await;
    let digest = post.one("leader").text;
    assert!(digest.contains("⚠️ Cần lưu ý: Sở Tư pháp – Số hóa hồ sơ (hẹn 27/7 chưa đạt)\n"), "{digest}");
    assert_eq!(post.one(UNIT).kind, "reminder");
    post.nothing_else();
    // Whoever gives another day is not called one who broke the old one.
    world.ask(UNIT, "/giaitrinh số hóa máy quét mới về ngày 10/8").await;
    let digest = world.ask("leader", "/tomtat").await;
    assert!(!digest.contains("⚠️") && digest.contains("🤝 Đã hẹn:\n• Sở Tư pháp – Số hóa hồ sơ (10/8)"), "{digest}");
}

async fn what_is_no_promise_is_answered(world: &mut World) {
    let no_figures = world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng 27/7").await;
    assert!(no_figures.contains("Chưa có số liệu"), "{no_figures}");
    july(world).await;
    for (chat, text, answer) in [
        (UNIT, "/giaitrinh", "Đề nghị ghi chỉ tiêu, nguyên nhân và ngày sẽ đạt."),
        (UNIT, "/giaitrinh do máy quét hỏng 27/7", "Đề nghị ghi chỉ tiêu, nguyên nhân và ngày sẽ đạt."),
        (UNIT, "/giaitrinh số hóa 27/7", "Đề nghị ghi nguyên nhân chưa đạt Số hóa hồ sơ và ngày sẽ đạt."),
        (UNIT, "/giaitrinh số hóa do máy quét hỏng 23/7/2023", "Ngày hẹn đã qua;"),
        (UNIT, "/giaitrinh số hóa do máy quét hỏng 25/10/2023", "Ngày hẹn quá xa;"),
        (UNIT, "/giaitrinh thanh toán do mạng lỗi 27/7", "Thanh toán trực tuyến không thuộc các chỉ tiêu chưa đạt"),
        ("leader", "/giaitrinh số hóa do máy quét hỏng 27/7", "Lệnh này dành cho nhóm của cơ quan, đơn vị."),
    ] {
        let said = world.ask(chat, text).await;
        assert!(said.starts_with(answer), "{text}: {said}");
    }
    let long = world.ask(UNIT, &format!("/giaitrinh số hóa {} 27/7", "do mạng lỗi ".repeat(30))).await;
    assert!(long.starts_with("Nguyên nhân quá dài;"), "{long}");

    let ask = world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng").await;
    assert_snapshot!(ask, @"
    Đề nghị cho biết ngày sẽ đạt Số hóa hồ sơ:
    1. Chậm nhất ngày 31/7/2023
    2. Chậm nhất ngày 7/8/2023
    Trả lời 1 hoặc 2, hoặc gõ lại lệnh kèm ngày ở cuối.
    ");
    let made = world.ask(UNIT, "2").await;
    assert!(made.contains("Số hóa hồ sơ sẽ đạt chậm nhất ngày 7/8/2023."), "{made}");
    // Twice more, and then no more for this month.
    for day in ["8/8", "9/8"] {
        let made = world.ask(UNIT, &format!("/giaitrinh số hóa do máy quét hỏng {day}")).await;
        assert!(made.starts_with("✅"), "{made}");
    }
    let often = world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng 10/8").await;
    assert!(often.starts_with("Đã hẹn 3 lần"), "{often}");
    let open = world.context.store.open_promises().await.expect("the promises");
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].due.to_string().as_str(), open[0].state), ("2023-08-09", PromiseState::Open));
}

async fn reminders_rest_until_the_day(world: &mut World) {
    july(world).await;
    alone(world).await;
    world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng 9/8").await;
    world.follow_schedules(at("2023-07-31 08:00")).await;
    let mut post = world.received().await;
    let text = post.one(UNIT).text;
    assert!(!text.contains("🔴 Số hóa") && text.contains("⏸ Tạm không nhắc: Số hóa hồ sơ (hẹn 9/8)\n"), "{text}");
    post.one("leader");
    post.nothing_else();
    world.follow_schedules(at("2023-08-14 08:00")).await;
    let mut post = world.received().await;
    let texts = post.to(UNIT);
    let [resting, due] = &texts[..] else { panic!("{texts:?}") };
    assert!(resting.text.contains("⏸"), "{}", resting.text);
    assert!(due.text.contains("🔴 Số hóa hồ sơ") && !due.text.contains("⏸"), "{}", due.text);
    let _ = post.to("leader");
    post.nothing_else();
}

async fn the_unit_is_asked_once_when_figures_are_late(world: &mut World) {
    july(world).await;
    alone(world).await;
    world.ask(UNIT, "/nhacnho tắt").await;
    world.ask(UNIT, "/giaitrinh số hóa do máy quét hỏng 27/7").await;
    // Figures go up to the 24th only.
    world.advance(Duration::days(4)).await;
    let mut post = world.received().await;
    let asked = post.one(UNIT);
    assert!(asked.text.contains("số liệu mới đến 24/7 nên chưa kết luận."), "{}", asked.text);
    post.nothing_else();
    world.advance(Duration::days(9)).await;
    let mut post = world.received().await;
    let digest = post.one("leader").text;
    assert!(!digest.contains("⚠️"), "{digest}");
    post.nothing_else();
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    let digests = post.to("leader");
    assert!(digests.iter().all(|mail| mail.text.contains("(hẹn 27/7 chưa đạt)")), "{digests:?}");
    post.nothing_else();
}

/// Three months in a row: named with the number, at most as many as the policy allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_on_for_months_is_named() {
    let mut world = World::on_sqlite().await;
    world.sleep(at("2024-03-19 10:00") - world.now());
    for month in [1, 2] {
        world.record(&[monthly(2024, month)]).await;
    }
    world.settle().await;
    let mut post = world.received().await;
    let digests = post.to("leader");
    assert!(digests.iter().all(|mail| !mail.text.contains("liên tiếp")), "{digests:?}");
    let _ = post.lines();
    let mut post = world.import(monthly(2024, 3)).await;
    let digest = post.one("leader").text;
    let line = digest.lines().find(|line| line.starts_with("⚠️")).expect("somebody is named");
    assert_snapshot!(line, @"⚠️ Cần lưu ý: Sở Ngoại vụ – Khai thác CSDL dân cư (chưa đạt 3 tháng liên tiếp); Sở GTVT – Cấp kết quả điện tử (chưa đạt 3 tháng liên tiếp); UBND huyện Tuy Phước (cấp huyện) – Cấp kết quả điện tử (chưa đạt 3 tháng liên tiếp); UBND huyện Tây Sơn (cấp huyện) – Cấp kết quả điện tử (chưa đạt 3 tháng liên tiếp); UBND huyện Phù Mỹ (cấp huyện) – Cấp kết quả điện tử (chưa đạt 3 tháng liên tiếp); và 127 trường hợp khác");
    let _ = post.lines();
    // A gap ends the row.
    world.sleep(Duration::days(62));
    let mut post = world.import(monthly(2024, 5)).await;
    let digest = post.one("leader").text;
    assert!(!digest.contains("liên tiếp"), "{digest}");
    let _ = post.lines();
    let _ = world.received().await.lines();
    world.end().await;
}
