//! Reminders and digests by their schedules: at the right minute, on no day off, and none twice.

use super::figures::monthly;
use super::world::morning;
use super::{Post, Report, World, scenarios};
use chitieu::catalog::Catalog;
use chitieu::domain::period::in_vietnam;
use chitieu::domain::schedule::{CronForm, Occasion};
use chitieu::service::schedule;
use chrono::{DateTime, Duration, Utc};
use insta::assert_snapshot;

scenarios!(
    a_chat_chooses_its_schedule,
    a_reminder_is_silent_when_everything_is_reached,
    leaders_choose_the_day_of_their_digest,
    what_was_missed_while_down_is_sent_once_if_still_true,
    a_reminder_missed_while_down_is_sent_once_to_those_who_still_miss,
    two_replicas_that_return_send_it_once,
    who_was_told_just_now_is_not_reminded,
    a_bulletin_that_is_due_again_stands_for_the_reminder_of_the_next_day,
    the_night_is_quiet,
);

const UNIT: &str = "unit/so-tu-phap";
const TAI_CHINH: &str = "unit/so-tai-chinh";

/// A moment in Vietnam.
fn at(text: &str) -> DateTime<Utc> {
    let there = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
    chitieu::domain::schedule::at(there.date(), there.time())
}

/// July is in, and everybody was told.
async fn july(world: &mut World) {
    let mut post = world.import(Report::july().with_all_met_by_so_tai_chinh().file()).await;
    post.chats_with("bulletin first_missed");
    post.one("leader");
    post.nothing_else();
}

async fn a_chat_chooses_its_schedule(world: &mut World) {
    july(world).await;
    assert_snapshot!(world.ask(UNIT, "/nhacnho").await, @"
    Lịch nhắc (mặc định): 08:00 thứ Hai hằng tuần. Lần tới: 8:00 ngày 31/7/2023.
    Chỉ nhắc khi còn chỉ tiêu chưa đạt; trùng ngày nghỉ thì chuyển sang ngày làm việc kế tiếp.
    Đổi lịch: /nhacnho 08:00 thứ Hai · tắt: /nhacnho tắt · về mặc định: /nhacnho mặc định
    ");
    assert_snapshot!(world.ask(UNIT, "/nhacnho 09:30 thứ Tư").await, @"
    ✅ Đã đổi lịch của nhóm.
    Lịch nhắc: 09:30 thứ Tư hằng tuần. Lần tới: 9:30 ngày 26/7/2023.
    Chỉ nhắc khi còn chỉ tiêu chưa đạt; trùng ngày nghỉ thì chuyển sang ngày làm việc kế tiếp.
    Đổi lịch: /nhacnho 08:00 thứ Hai · tắt: /nhacnho tắt · về mặc định: /nhacnho mặc định
    ");
    assert_snapshot!(world.ask("unit/so-y-te", "/nhắc nhở tắt").await, @"
    ✅ Đã đổi lịch của nhóm.
    Nhóm này không nhận lời nhắc định kỳ; vẫn nhận cảnh báo khi có số liệu mới.
    Đổi lịch: /nhacnho 08:00 thứ Hai · tắt: /nhacnho tắt · về mặc định: /nhacnho mặc định
    ");
    assert_snapshot!(world.ask(UNIT, "/nhacnho mỗi giờ").await, @"Chưa rõ lịch “mỗi giờ”. Ví dụ: /nhacnho 08:00 thứ Hai, /nhacnho 9h ngày 5 hằng tháng, /nhacnho 7:30 hằng ngày; nhiều nhất mỗi ngày một lần.");
    let office = world.ask("office", "/nhacnho 8:00 thứ Hai").await;
    assert_eq!(office, "Lệnh này dành cho nhóm của cơ quan, đơn vị và của lãnh đạo.");

    world.advance(Duration::days(2)).await;
    // Wednesday, 8:00.
    world.received().await.nothing_else();
    world.advance(Duration::minutes(89)).await;
    world.received().await.nothing_else();
    world.advance(Duration::minutes(1)).await;
    let mut post = world.received().await;
    assert_snapshot!(post.one(UNIT).text, @"
    ⏰ Sở Tư pháp · tháng 7/2023 (số liệu đến 24/7)
    Nhắc theo lịch 09:30 thứ Tư hằng tuần.
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu chưa đạt:
    🔴 Cấp kết quả điện tử 51,8% / 100%: còn thiếu ≈ 294 hồ sơ được cấp kết quả điện tử, khoảng 74 mỗi ngày làm việc
    🔴 Số hóa hồ sơ 62% / 93%: còn thiếu 222 hồ sơ được số hóa, khoảng 56 mỗi ngày làm việc
    🟡 Khai thác CSDL dân cư 98,7% / 100%: còn thiếu 9 hồ sơ được khai thác CSDL dân cư, khoảng 3 mỗi ngày làm việc
    🟡 Hồ sơ trực tuyến 99,5% / 100%: không thể đạt trong kỳ này vì chỉ tiêu là 100% và đã có hồ sơ chưa đạt yêu cầu
    Còn 4 ngày làm việc đến hết tháng 7.
    Gõ /giaitrinh để báo cáo nguyên nhân, /nhacnho để đổi lịch nhắc.
    ");
    post.nothing_else();

    // On Monday those who have not chosen.
    world.advance(Duration::days(5)).await;
    let mut post = world.received().await;
    let reminded = post.chats_with("reminder still_missed");
    assert_eq!(reminded.len(), 37, "{reminded:?}");
    assert!(!reminded.contains(&UNIT.to_owned()) && !reminded.contains(&"unit/so-y-te".to_owned()));
    assert_eq!(post.lines(), "leader: digest weekly\n");

    let answer = world.ask(UNIT, "/nhacnho mặc định").await;
    assert!(answer.starts_with("✅ Đã đổi lịch của nhóm.\nLịch nhắc (mặc định): 08:00 thứ Hai hằng tuần."), "{answer}");
    world.advance(Duration::days(7)).await;
    let mut post = world.received().await;
    assert!(post.chats_with("reminder still_missed").contains(&UNIT.to_owned()));
    // 5 August is a Saturday: the month's digest came on Monday.
    assert_eq!(post.to("leader").len(), 2, "the week's and the month's");
    post.nothing_else();
}

async fn leaders_choose_the_day_of_their_digest(world: &mut World) {
    july(world).await;
    let answer = world.ask("leader", "/nhacnho 7:30 thứ Sáu").await;
    assert!(
        answer.contains("Lịch báo cáo nhanh tuần: 07:30 thứ Sáu hằng tuần. Lần tới: 7:30 ngày 28/7/2023."),
        "{answer}"
    );
    world.follow_schedules(at("2023-07-30 12:00")).await;
    assert_eq!(world.received().await.lines(), "leader: digest weekly\n");
    world.follow_schedules(at("2023-08-02 12:00")).await;
    let mut post = world.received().await;
    post.chats_with("reminder still_missed");
    post.nothing_else();
}

async fn a_reminder_is_silent_when_everything_is_reached(world: &mut World) {
    july(world).await;
    world.ask(TAI_CHINH, "/nhacnho 9:00 hằng ngày").await;
    world.ask(UNIT, "/nhacnho 9:00 hằng ngày").await;
    world.advance(Duration::hours(26)).await;
    let mut post = world.received().await;
    assert_eq!(post.one(UNIT).kind, "reminder");
    post.nothing_else();
}

async fn what_was_missed_while_down_is_sent_once_if_still_true(world: &mut World) {
    july(world).await;
    // Down over two Mondays; back on a Tuesday afternoon.
    world.sleep(Duration::days(15) + Duration::hours(7));
    world.advance(Duration::minutes(1)).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 39);
    assert_eq!(post.to("leader").len(), 2, "the week's and the month's");
    post.nothing_else();
    world.advance(Duration::days(5)).await;
    world.received().await.nothing_else();

    // Down over a Monday; before the program looks, the figures say that Sở Tư pháp has reached everything it could.
    world.sleep(Duration::days(2));
    let mut post =
        world.import(Report::july().up_to(26).with_all_met_by_so_tai_chinh().with_the_days_work().file()).await;
    assert_eq!(post.one("leader").reason, "new_figures");
    let _ = post.chats_with("bulletin still_missed");
    post.nothing_else();
    world.advance(Duration::minutes(1)).await;
    // Whoever was told with the new figures just now is not reminded of the same on top.
    let mut post = world.received().await;
    assert_eq!(post.one("leader").reason, "weekly");
    post.nothing_else();
}

/// Down from 24/7, 8:00, over Monday 31/7, 8:00; on Saturday `import` brings figures by which Sở Tài chính has reached
/// everything; back on Tuesday, 10:00.
async fn down_over_a_monday(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40, "everybody misses something");
    post.one("leader");
    post.nothing_else();
    world.sleep(at("2023-07-29 09:00") - world.now());
    let office = world.other_process().await;
    let file = Report::july().up_to(28).with_all_met_by_so_tai_chinh().with_the_days_work().file();
    let read = chitieu::service::import::read_files(&office.context, &[file], &chitieu::ingest::Hints::default());
    chitieu::service::import::record(&office.context, &read).await.expect("recorded");
    chitieu::service::publish::step(&office.context).await.expect("published");
    world.sleep(at("2023-08-01 10:00") - world.now());
}

/// Takes out what the import had queued; what the schedules sent is left.
fn without_the_imports(mut post: Post) -> Post {
    assert_eq!(post.chats_with("recovered recovered"), [TAI_CHINH]);
    post.chats_with("bulletin worsened");
    let digests: Vec<String> = post.to("leader").into_iter().map(|mail| mail.reason).collect();
    assert_eq!(digests, ["new_figures", "weekly"]);
    post
}

async fn a_reminder_missed_while_down_is_sent_once_to_those_who_still_miss(world: &mut World) {
    down_over_a_monday(world).await;
    world.advance(Duration::minutes(10)).await;
    let mut post = without_the_imports(world.received().await);
    let reminded = post.chats_with("reminder still_missed");
    assert_eq!(reminded.len(), 39, "one each, and none to who has reached everything: {reminded:?}");
    assert!(!reminded.contains(&TAI_CHINH.to_owned()) && reminded.contains(&UNIT.to_owned()));
    post.nothing_else();
    // Once is once.
    world.advance(Duration::days(5)).await;
    world.received().await.nothing_else();
}

async fn two_replicas_that_return_send_it_once(world: &mut World) {
    down_over_a_monday(world).await;
    let other = world.other_process().await;
    let (one, two) = tokio::join!(schedule::step(&world.context), schedule::step(&other.context));
    let (one, two) = (one.expect("it works"), two.expect("it works"));
    assert!(one.queued + two.queued >= 40, "{one:?} {two:?}");
    world.advance(Duration::minutes(10)).await;
    let mut post = without_the_imports(world.received().await);
    assert_eq!(post.chats_with("reminder still_missed").len(), 39, "`chats_with` fails on two for one chat");
    post.nothing_else();
}

/// An office whose only reminder comes once a year, on 25 July at 9.
fn once_a_year() -> Catalog {
    let mut catalog = Catalog::embedded().expect("the embedded catalog is sound");
    let schedules = &mut catalog.schedules.schedules;
    schedules.retain(|schedule| schedule.occasion == Occasion::Reminder);
    schedules[0].form = CronForm::parse("0 9 25 7 *").expect("a form");
    catalog
}

/// What was missed sixty days ago and longer is old news; the day before it still is none.
async fn back_after(mut world: World, days: i64, reminded: usize) {
    let mut post = world.import(Report::july().file()).await;
    post.chats_with("bulletin first_missed");
    post.one("leader");
    post.nothing_else();
    world.sleep(at("2023-07-25 10:00") - world.now() + Duration::days(days));
    world.advance(Duration::minutes(1)).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), reminded, "back after {days} days");
    post.nothing_else();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_returns_too_late_reminds_of_nothing() {
    for (days, reminded) in [(59, 40), (60, 0), (200, 0)] {
        back_after(World::on_sqlite_with(once_a_year(), morning()).await, days, reminded).await;
    }
    back_after(World::on_postgres_with(once_a_year(), morning()).await, 60, 0).await;
}

async fn who_was_told_just_now_is_not_reminded(world: &mut World) {
    world.advance(Duration::days(6) + Duration::hours(21)).await;
    // Monday at five: the figures come in before the reminder would.
    world.received().await.nothing_else();
    july(world).await;
    world.advance(Duration::hours(4)).await;
    assert_eq!(world.received().await.lines(), "leader: digest weekly\n");
}

async fn a_bulletin_that_is_due_again_stands_for_the_reminder_of_the_next_day(world: &mut World) {
    july(world).await;
    world.follow_schedules(at("2023-08-06 10:00")).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 39, "a week ago");
    assert_eq!(post.to("leader").len(), 1);
    post.nothing_else();
    // On Sunday new figures bring what is due again; on Monday there is nothing to add.
    let figures = Report::july().up_to(31).with_all_met_by_so_tai_chinh().with_the_days_work();
    let mut post = world.import(figures.file()).await;
    assert_eq!(post.chats_with("bulletin still_missed").len(), 39);
    assert_eq!(post.one("leader").reason, "new_figures");
    post.nothing_else();
    world.follow_schedules(at("2023-08-07 12:00")).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed"), [""; 0]);
    assert_eq!(post.to("leader").len(), 2, "the week's and the month's");
    post.nothing_else();
    // A week later the reminder is theirs again.
    world.follow_schedules(at("2023-08-14 12:00")).await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("reminder still_missed").len(), 39);
    assert_eq!(post.to("leader").len(), 1);
    post.nothing_else();
}

async fn the_night_is_quiet(world: &mut World) {
    july(world).await;
    world.ask(UNIT, "/nhacnho 22:00 thứ Sáu").await;
    world.follow_schedules(at("2023-07-30 23:00")).await;
    // The night ends on a Saturday, and people are back on Monday at seven.
    world.received().await.nothing_else();
    world.follow_schedules(at("2023-07-31 07:00")).await;
    let mut post = world.received().await;
    assert_eq!(post.one(UNIT).kind, "reminder");
    post.nothing_else();
}

/// A year with Tết, 30/4, swapped days and twelve days in which the program was down: who was told when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_of_reminders() {
    let mut world = World::on_sqlite().await;
    let now = world.now();
    for linked in world.context.store.chats().await.expect("the chats") {
        if linked.units().next().is_some() && linked.chat.address != UNIT {
            let off = world.context.store.choose_schedule(&linked.chat.id, None, "test", now);
            off.await.expect("it is chosen");
        }
    }
    world.sleep(at("2024-01-02 08:00") - now);
    for month in 1..=12 {
        world.follow_schedules(at(&format!("2024-{month:02}-19 10:00"))).await;
        let _ = world.import(monthly(2024, month)).await.lines();
        if month == 8 {
            // Down from a Friday to the Wednesday after the next.
            world.follow_schedules(at("2024-09-06 12:00")).await;
            world.sleep(Duration::days(12));
        }
    }
    world.follow_schedules(at("2025-02-11 12:00")).await;
    let (unit, leader) = (world.web_chat(UNIT).await.id, world.web_chat("leader").await.id);
    let mut told: Vec<(DateTime<Utc>, &str, String)> = Vec::new();
    for row in world.outbox().await {
        match row.reason.as_deref() {
            Some("still_missed") if row.kind == "reminder" && row.chat_id == unit => {
                told.push((row.created_at, "nhắc", row.kind));
            }
            Some("weekly") if row.kind == "digest" && row.chat_id == leader => {
                told.push((row.created_at, "tuần", row.kind))
            }
            Some("monthly") if row.kind == "digest" && row.chat_id == leader => {
                told.push((row.created_at, "tháng", row.kind))
            }
            _ => {}
        }
    }
    told.sort();
    let shown = |moment: &DateTime<Utc>| in_vietnam(*moment).format("%a %d/%m/%Y %H:%M").to_string();
    let lines: Vec<String> = told.iter().map(|(moment, what, _)| format!("{} {what}", shown(moment))).collect();
    let mut distinct = lines.clone();
    distinct.dedup();
    assert_eq!(distinct, lines, "nothing twice");
    for (moment, ..) in &told {
        let day = in_vietnam(*moment).date_naive();
        assert!(world.context.catalog.calendar.is_working_day(day), "{day}");
    }
    assert_snapshot!(lines.join("\n"), @"
    Mon 22/01/2024 07:30 tuần
    Mon 22/01/2024 08:00 nhắc
    Mon 29/01/2024 07:30 tuần
    Mon 29/01/2024 08:00 nhắc
    Mon 05/02/2024 07:30 tuần
    Mon 05/02/2024 08:00 nhắc
    Mon 05/02/2024 09:00 tháng
    Thu 15/02/2024 07:30 tuần
    Thu 15/02/2024 08:00 nhắc
    Mon 19/02/2024 07:30 tuần
    Mon 19/02/2024 08:00 nhắc
    Mon 26/02/2024 07:30 tuần
    Mon 26/02/2024 08:00 nhắc
    Mon 04/03/2024 07:30 tuần
    Mon 04/03/2024 08:00 nhắc
    Tue 05/03/2024 09:00 tháng
    Mon 11/03/2024 07:30 tuần
    Mon 11/03/2024 08:00 nhắc
    Mon 18/03/2024 07:30 tuần
    Mon 18/03/2024 08:00 nhắc
    Mon 25/03/2024 07:30 tuần
    Mon 25/03/2024 08:00 nhắc
    Mon 01/04/2024 07:30 tuần
    Mon 01/04/2024 08:00 nhắc
    Fri 05/04/2024 09:00 tháng
    Mon 08/04/2024 07:30 tuần
    Mon 08/04/2024 08:00 nhắc
    Mon 15/04/2024 07:30 tuần
    Mon 15/04/2024 08:00 nhắc
    Mon 22/04/2024 07:30 tuần
    Mon 22/04/2024 08:00 nhắc
    Thu 02/05/2024 07:30 tuần
    Thu 02/05/2024 08:00 nhắc
    Mon 06/05/2024 07:30 tuần
    Mon 06/05/2024 08:00 nhắc
    Mon 06/05/2024 09:00 tháng
    Mon 13/05/2024 07:30 tuần
    Mon 13/05/2024 08:00 nhắc
    Mon 20/05/2024 07:30 tuần
    Mon 27/05/2024 07:30 tuần
    Mon 27/05/2024 08:00 nhắc
    Mon 03/06/2024 07:30 tuần
    Mon 03/06/2024 08:00 nhắc
    Wed 05/06/2024 09:00 tháng
    Mon 10/06/2024 07:30 tuần
    Mon 10/06/2024 08:00 nhắc
    Mon 17/06/2024 07:30 tuần
    Mon 17/06/2024 08:00 nhắc
    Mon 24/06/2024 07:30 tuần
    Mon 24/06/2024 08:00 nhắc
    Mon 01/07/2024 07:30 tuần
    Mon 01/07/2024 08:00 nhắc
    Fri 05/07/2024 09:00 tháng
    Mon 08/07/2024 07:30 tuần
    Mon 08/07/2024 08:00 nhắc
    Mon 15/07/2024 07:30 tuần
    Mon 15/07/2024 08:00 nhắc
    Mon 22/07/2024 07:30 tuần
    Mon 22/07/2024 08:00 nhắc
    Mon 29/07/2024 07:30 tuần
    Mon 29/07/2024 08:00 nhắc
    Mon 05/08/2024 07:30 tuần
    Mon 05/08/2024 08:00 nhắc
    Mon 05/08/2024 09:00 tháng
    Mon 12/08/2024 07:30 tuần
    Mon 12/08/2024 08:00 nhắc
    Mon 19/08/2024 07:30 tuần
    Mon 19/08/2024 08:00 nhắc
    Mon 26/08/2024 07:30 tuần
    Mon 26/08/2024 08:00 nhắc
    Wed 04/09/2024 07:30 tuần
    Wed 04/09/2024 08:00 nhắc
    Thu 05/09/2024 09:00 tháng
    Wed 18/09/2024 12:00 nhắc
    Wed 18/09/2024 12:00 tuần
    Mon 23/09/2024 07:30 tuần
    Mon 23/09/2024 08:00 nhắc
    Mon 30/09/2024 07:30 tuần
    Mon 30/09/2024 08:00 nhắc
    Mon 07/10/2024 07:30 tuần
    Mon 07/10/2024 08:00 nhắc
    Mon 07/10/2024 09:00 tháng
    Mon 14/10/2024 07:30 tuần
    Mon 14/10/2024 08:00 nhắc
    Mon 21/10/2024 07:30 tuần
    Mon 21/10/2024 08:00 nhắc
    Mon 28/10/2024 07:30 tuần
    Mon 28/10/2024 08:00 nhắc
    Mon 04/11/2024 07:30 tuần
    Mon 04/11/2024 08:00 nhắc
    Tue 05/11/2024 09:00 tháng
    Mon 11/11/2024 07:30 tuần
    Mon 11/11/2024 08:00 nhắc
    Mon 18/11/2024 07:30 tuần
    Mon 18/11/2024 08:00 nhắc
    Mon 25/11/2024 07:30 tuần
    Mon 25/11/2024 08:00 nhắc
    Mon 02/12/2024 07:30 tuần
    Mon 02/12/2024 08:00 nhắc
    Thu 05/12/2024 09:00 tháng
    Mon 09/12/2024 07:30 tuần
    Mon 09/12/2024 08:00 nhắc
    Mon 16/12/2024 07:30 tuần
    Mon 16/12/2024 08:00 nhắc
    Mon 23/12/2024 07:30 tuần
    Mon 23/12/2024 08:00 nhắc
    Mon 30/12/2024 07:30 tuần
    Mon 30/12/2024 08:00 nhắc
    Mon 06/01/2025 07:30 tuần
    Mon 06/01/2025 08:00 nhắc
    Mon 06/01/2025 09:00 tháng
    Mon 13/01/2025 07:30 tuần
    Mon 13/01/2025 08:00 nhắc
    Mon 20/01/2025 07:30 tuần
    Mon 20/01/2025 08:00 nhắc
    Mon 03/02/2025 07:30 tuần
    Mon 03/02/2025 08:00 nhắc
    Wed 05/02/2025 09:00 tháng
    Mon 10/02/2025 07:30 tuần
    Mon 10/02/2025 08:00 nhắc
    ");
    let _ = world.received().await.lines();
    world.end().await;
}
