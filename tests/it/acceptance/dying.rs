//! The program dies between what a command does and its answer: it does it again, once, and says what it did.

use super::world::{PERSON, World, unit};
use super::{Report, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::guessing::GUESS_WINDOW;
use chitieu::domain::subscription::Role;
use chrono::Duration;

scenarios!(
    a_code_links_once_all_the_same,
    a_promise_is_made_once_all_the_same,
    a_pause_begins_and_ends_once_all_the_same,
    a_chat_is_untied_once_all_the_same,
    a_file_is_recorded_once_all_the_same,
    a_file_half_recorded_is_recorded_to_the_end,
    held_figures_are_confirmed_once_all_the_same,
    a_message_is_sent_again_once_all_the_same,
);

const GROUP: i64 = -4_001;

/// The newest answer is not written: only what was done stays. One statement each, as both databases read them.
const UNWRITTEN: [&str; 3] = [
    "DELETE FROM deliveries WHERE dedupe_key = (SELECT 'answer:' || id FROM inbound ORDER BY seq DESC LIMIT 1)",
    "DELETE FROM actions WHERE seq = (SELECT MAX(seq) FROM actions)",
    "UPDATE inbound SET answered_at = NULL WHERE seq = (SELECT MAX(seq) FROM inbound)",
];

async fn die_before_the_answer(world: &World) {
    let mut changed = 0;
    if world.url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(&world.url).await.expect("connected");
        for sql in UNWRITTEN {
            changed += sqlx::query(sql).execute(&pool).await.expect("unwritten").rows_affected();
        }
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(&world.url).await.expect("connected");
        for sql in UNWRITTEN {
            changed += sqlx::query(sql).execute(&pool).await.expect("unwritten").rows_affected();
        }
        pool.close().await;
    }
    assert_eq!(changed, 3, "an answer, an action, a message");
}

/// What was typed, answered, forgotten and answered again: the one answer, and what is on record of it.
async fn twice(world: &mut World, text: &str) -> (String, Vec<(String, String)>) {
    world.telegram.push_text(GROUP, PERSON, text);
    world.listen().await;
    world.answer().await;
    die_before_the_answer(world).await;
    // A moment is another one when it is done again.
    world.sleep(Duration::minutes(3));
    world.settle().await;
    let mut post = world.received().await;
    let answer = post.one(&GROUP.to_string()).text;
    post.nothing_else();
    let actions = world.context.store.actions(10).await.expect("the record");
    (answer, actions.into_iter().map(|action| (action.command, action.outcome)).collect())
}

async fn a_code_links_once_all_the_same(world: &mut World) {
    world.telegram.add_chat(GROUP, ChatKind::Group, "Sở Y tế");
    let code = world.code(&unit("so-y-te")).await;
    let (answer, actions) = twice(world, &format!("/dangky {code}")).await;
    assert!(answer.starts_with("✅ Đã liên kết nhóm “Sở Y tế” với Sở Y tế."), "{answer}");
    assert_eq!(actions, [("/dangky".to_owned(), "linked".to_owned())]);
    assert_eq!(world.context.store.guesses(world.now() - GUESS_WINDOW).await.expect("the guesses"), []);
    let linked = world.context.store.chats_with_role(&unit("so-y-te")).await.expect("the chats");
    assert_eq!(linked.iter().filter(|chat| chat.address == GROUP.to_string()).count(), 1, "{linked:?}");
    // Typed by somebody once more it is a used code.
    let again = world.ask_telegram(GROUP, &format!("/dangky {code}")).await;
    assert!(again.starts_with("Mã không đúng hoặc đã hết hạn."), "{again}");
    assert_eq!(world.context.store.guesses(world.now() - GUESS_WINDOW).await.expect("the guesses").len(), 1);
}

/// The group of a unit that misses things, with nothing unread.
async fn joined(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Sở Tư pháp", unit("so-tu-phap")).await;
    let _ = world.import(Report::july().file()).await.lines();
}

async fn a_promise_is_made_once_all_the_same(world: &mut World) {
    joined(world).await;
    let made = async |world: &World| {
        let store = &world.context.store;
        (
            store.promises_made("so-tu-phap", "digitization", "2023-07").await.expect("counted"),
            store.open_promises().await.expect("the promises").len(),
        )
    };
    let (answer, actions) = twice(world, "/giaitrinh số hóa do máy quét hỏng, đang sửa trước ngày 27/7").await;
    assert!(answer.contains("Đã ghi nhận: Số hóa hồ sơ sẽ đạt chậm nhất ngày 27/7/2023."), "{answer}");
    assert!(answer.contains("Nguyên nhân: do máy quét hỏng, đang sửa"), "{answer}");
    assert_eq!(actions.first(), Some(&("/giaitrinh".to_owned(), "promise_made".to_owned())));
    assert_eq!(made(world).await, (1, 1));
    // The last one that is allowed is not refused when it is made again.
    for (count, day) in [(2, 28), (3, 29)] {
        let (answer, _) =
            twice(world, &format!("/giaitrinh số hóa do máy quét hỏng, đang sửa trước ngày {day}/7")).await;
        assert!(answer.contains("Đã ghi nhận"), "{answer}");
        assert_eq!(made(world).await, (count, 1));
    }
    let (refused, actions) = twice(world, "/giaitrinh số hóa do máy quét hỏng, đang sửa trước ngày 30/7").await;
    assert!(!refused.contains("Đã ghi nhận"), "{refused}");
    assert_eq!(actions[0], ("/giaitrinh".to_owned(), "promise_refused".to_owned()));
    assert_eq!(made(world).await, (3, 1));
}

async fn a_pause_begins_and_ends_once_all_the_same(world: &mut World) {
    joined(world).await;
    let (answer, actions) = twice(world, "/tamdung 3d").await;
    assert!(answer.contains("27/7"), "{answer}");
    assert_eq!(actions.first(), Some(&("/tamdung".to_owned(), "mute_set".to_owned())));
    let mutes = world.context.store.mutes_since(chrono::DateTime::UNIX_EPOCH).await.expect("the pauses");
    let [mute] = &mutes[..] else { panic!("{mutes:?}") };
    assert_eq!(mute.until - mute.started_at, Duration::days(3), "from when it was asked first");
    // And ends once.
    let (answer, actions) = twice(world, "/batlai").await;
    assert_eq!(actions.first(), Some(&("/batlai".to_owned(), "mute_over".to_owned())), "{answer}");
    let (answer, actions) = twice(world, "/batlai").await;
    assert_eq!(actions.first(), Some(&("/batlai".to_owned(), "not_muted".to_owned())), "{answer}");
}

async fn a_chat_is_untied_once_all_the_same(world: &mut World) {
    joined(world).await;
    let text = "/huy nhóm này xác nhận";
    world.telegram.push_text(GROUP, PERSON, text);
    world.listen().await;
    world.answer().await;
    die_before_the_answer(world).await;
    world.settle().await;
    let mut post = world.received().await;
    let answer = post.one(&GROUP.to_string()).text;
    assert!(answer.starts_with("Đã hủy liên kết nhóm này với Sở Tư pháp."), "{answer}");
    assert_eq!(post.one("office").kind, "chat_untied");
    post.nothing_else();
    let actions = world.context.store.actions(1).await.expect("the record");
    assert_eq!(actions[0].outcome, "untied");
    // Typed once more there is nothing to untie.
    let again = world.ask_telegram(GROUP, text).await;
    assert!(again.starts_with("Nhóm này chưa được liên kết"), "{again}");
}

/// The office's group, with a file that waits.
async fn with_a_file(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    bring(world, "Báo cáo.txt", &Report::july().file().bytes).await;
}

async fn bring(world: &mut World, name: &str, bytes: &[u8]) {
    world.telegram.push_document(GROUP, PERSON, name, bytes);
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one(&GROUP.to_string()).text.contains("Đã đọc tệp"));
    post.nothing_else();
}

/// Types, and dies before the answer is written.
async fn type_and_die(world: &World, text: &str) {
    world.telegram.push_text(GROUP, PERSON, text);
    world.listen().await;
    world.answer().await;
    die_before_the_answer(world).await;
}

const RECORDED: &str = "✅ Đã ghi nhận tệp số 1: Báo cáo.txt
• tháng 7/2023 (đến 24/7): lần cập nhật số 1
Hệ thống kiểm tra số liệu rồi mới gửi thông báo.";

async fn a_file_is_recorded_once_all_the_same(world: &mut World) {
    with_a_file(world).await;
    type_and_die(world, "/xacnhan").await;
    world.sleep(Duration::minutes(3));
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one(&GROUP.to_string()).text, RECORDED, "not that it was there before");
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.seen();
    assert_eq!(world.context.store.actions(1).await.expect("the record")[0].outcome, "upload_recorded");
    let july = world.context.store.current(None).await.expect("it works").expect("July");
    assert_eq!(world.context.store.headers(july.period).await.expect("it works").len(), 1);
    // Typed by somebody once more, it was recorded before; dropped and died upon, it was dropped.
    let again = world.ask_telegram(GROUP, "/xacnhan 1").await;
    assert!(again.contains("đã được ghi nhận trước đó"), "{again}");
    bring(world, "Sai.txt", &Report::july().with_all_met_by_so_tai_chinh().file().bytes).await;
    let (dropped, actions) = twice(world, "/xacnhan bỏ 2").await;
    assert_eq!(dropped, "Đã bỏ tệp số 2 (Sai.txt). Không có gì được ghi nhận từ tệp này.");
    assert_eq!(actions[0], ("/xacnhan".to_owned(), "upload_gone".to_owned()));
}

/// The figures are recorded, and what became of the file is not: what is left of an answer that died in between.
async fn die_before_the_file_is_settled(world: &World, bytes: &[u8]) {
    const SQL: &str = "UPDATE uploads SET state = 'waiting', settled_by = NULL, settled_at = NULL, recorded = NULL,
                              bytes = $1 WHERE number = 1 AND decided_inbound IS NOT NULL";
    let changed = if world.url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(&world.url).await.expect("connected");
        sqlx::query(SQL).bind(bytes).execute(&pool).await.expect("unsettled").rows_affected()
    } else {
        let pool = sqlx::PgPool::connect(&world.url).await.expect("connected");
        sqlx::query(SQL).bind(bytes).execute(&pool).await.expect("unsettled").rows_affected()
    };
    assert_eq!(changed, 1, "the file is being decided upon");
}

async fn a_file_half_recorded_is_recorded_to_the_end(world: &mut World) {
    with_a_file(world).await;
    type_and_die(world, "/xacnhan").await;
    die_before_the_file_is_settled(world, &Report::july().file().bytes).await;
    // Nobody was there for two days: the word was given in time.
    world.sleep(Duration::days(2));
    let expired = world.context.store.expire_uploads(world.now()).await.expect("it works");
    assert_eq!(expired, 0);
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one(&GROUP.to_string()).text, RECORDED, "not that it was there before");
    post.seen();
    let july = world.context.store.current(None).await.expect("it works").expect("July");
    assert_eq!(world.context.store.headers(july.period).await.expect("it works").len(), 1);
}

async fn held_figures_are_confirmed_once_all_the_same(world: &mut World) {
    world.join(GROUP, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    let _ = world.import(Report::july().file()).await.lines();
    let _ = world.import(Report::july().up_to(25).without_districts_and_communes().file()).await.lines();
    type_and_die(world, "/xacnhan").await;
    // What came meanwhile is not what was confirmed.
    bring_to_a_dead_program(world).await;
    world.settle().await;
    let mut post = world.received().await;
    let mails = post.to(&GROUP.to_string());
    let answers: Vec<&str> =
        mails.iter().filter(|mail| mail.kind == "feed_confirmed").map(|m| m.text.as_str()).collect();
    let [answer] = &answers[..] else { panic!("{mails:?}") };
    assert!(answer.starts_with("✅ Đã xác nhận số liệu tháng 7/2023 (đến 25/7) · lần cập nhật số 2"), "{answer}");
    post.seen();
    let waiting = world.context.store.waiting_uploads(world.now()).await.expect("it works");
    assert_eq!(waiting.len(), 1, "the file still waits");
    let actions = world.context.store.actions(1).await.expect("the record");
    assert_eq!((actions[0].command.as_str(), actions[0].outcome.as_str()), ("/xacnhan", "feed_confirmed"));
}

/// A file is taken and kept while the command before it has no answer yet: another replica took it.
async fn bring_to_a_dead_program(world: &World) {
    let bytes = Report::july().up_to(26).file().bytes;
    let kept = chitieu::service::uploads::take(&world.context, "other", "Mới.txt", bytes, "An").await;
    kept.expect("it is kept");
}

async fn a_message_is_sent_again_once_all_the_same(world: &mut World) {
    const LEADERS: i64 = -4_003;
    world.join(GROUP, ChatKind::Group, "Tổ chỉ tiêu", Role::Office).await;
    world.join(LEADERS, ChatKind::Group, "Lãnh đạo", Role::Leader).await;
    let bad = ApiError::bad_request("message is too strange");
    world.telegram.fail_chat(LEADERS, Some(1), Fault::Refuse(bad));
    world.import(Report::july().file()).await.seen();
    let failed = world.outbox().await.into_iter().find(|row| row.state == DeliveryState::Failed).expect("one failed");
    type_and_die(world, &format!("/tingui lại {}", failed.number)).await;
    world.sleep(Duration::minutes(3));
    // It is sent before the answer is written again.
    world.deliver().await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(
        post.one(&GROUP.to_string()).text,
        format!("✅ Tin số {} (báo cáo nhanh, Lãnh đạo) đã được xếp lại để gửi.", failed.number)
    );
    assert_eq!(post.one(&LEADERS.to_string()).kind, "digest");
    post.nothing_else();
    let actions = world.context.store.actions(1).await.expect("the record");
    assert_eq!(actions[0].detail, format!("lại {}", failed.number));
    // Typed by somebody once more it was sent before.
    let again = world.ask_telegram(GROUP, &format!("/tingui lại {}", failed.number)).await;
    assert!(again.ends_with("đã được gửi trước đó."), "{again}");
}
