//! One-time codes: once, in time, for whoever was meant; and guessing them.

use super::{Talk, scenarios, unit};
use chitieu::domain::subscription::{Medium, Role};
use chitieu::service::link;
use chrono::Duration;
use insta::assert_snapshot;

scenarios!(
    a_code_is_used_once_in_time_in_one_chat,
    a_thousand_guesses_are_heard_five_times,
    one_person_guesses_in_many_chats,
    many_guess_together,
    a_lock_ends_after_an_hour,
    the_office_issues_codes,
);

const REFUSED: &str = "Mã không đúng hoặc đã hết hạn.";
const LOCKED: &str = "Mã đã bị nhập sai nhiều lần.";

async fn code(talk: &Talk, role: &Role) -> String {
    link::issue(&talk.context, role).await.expect("a code").code
}

async fn roles(talk: &Talk, address: &str) -> Vec<Role> {
    let chat = talk.context.store.chat_by_address(Medium::Telegram, "telegram:1", address).await.expect("it answers");
    chat.expect("the chat").roles
}

async fn a_code_is_used_once_in_time_in_one_chat(talk: &mut Talk) {
    talk.group(Medium::Telegram, "-1", "Điều hành Sở Y tế", None).await;
    talk.group(Medium::Telegram, "-2", "Người lạ", None).await;
    let used = code(talk, &unit("so-y-te")).await;
    let linked = talk.ask(Medium::Telegram, "-1", &format!("/dangky {used}")).await;
    assert_snapshot!(linked.plain, @"
    ✅ Đã liên kết nhóm “Điều hành Sở Y tế” với Sở Y tế. Thông báo của cơ quan sẽ được gửi tại đây.
    Gõ /trogiup để xem các lệnh.
    ");
    for address in ["-2", "-1"] {
        let again = talk.ask(Medium::Telegram, address, &format!("/dangky {used}")).await;
        assert!(again.plain.starts_with(REFUSED), "{again:?}");
    }
    let late = code(talk, &Role::Office).await;
    talk.sleep(Duration::minutes(10));
    let refused = talk.ask(Medium::Telegram, "-2", &format!("/dangky {late}")).await;
    assert!(refused.plain.starts_with(REFUSED), "{refused:?}");
    assert_eq!(roles(talk, "-1").await, [unit("so-y-te")]);
    assert_eq!(roles(talk, "-2").await, []);
    let actions = talk.context.store.actions(10).await.expect("the record");
    let told: Vec<String> = actions
        .iter()
        .map(|a| {
            format!(
                "{} · {} · {}{} → {}",
                a.chat_title.as_deref().unwrap_or_default(),
                a.sender,
                a.command,
                a.detail,
                a.outcome
            )
        })
        .collect();
    // No code, right or wrong, is on record.
    assert_eq!(
        told,
        [
            "Người lạ · An Nguyễn (90001) · /dangky → link_refused",
            "Điều hành Sở Y tế · An Nguyễn (90001) · /dangky → link_refused",
            "Người lạ · An Nguyễn (90001) · /dangky → link_refused",
            "Điều hành Sở Y tế · An Nguyễn (90001) · /dangky → linked",
        ]
    );
}

async fn a_thousand_guesses_are_heard_five_times(talk: &mut Talk) {
    talk.group(Medium::Telegram, "-9", "Văn phòng", Some(&Role::Office)).await;
    talk.group(Medium::Telegram, "-1", "Người lạ", None).await;
    let right = code(talk, &Role::Office).await;
    let before = talk.context.store.actions(2_000).await.expect("the record").len();
    for n in 0..1_000 {
        let guess = if n == 500 { right.clone() } else { format!("AAAA{:04}", 2_000 + n) };
        talk.write_as(Medium::Telegram, "-1", "Kẻ lạ (666)", &format!("/dangky {guess}")).await;
        if n % 50 == 49 {
            talk.settle().await;
        }
    }
    talk.settle().await;
    let said = talk.read();
    let (office, guesser): (Vec<_>, Vec<_>) = said.into_iter().partition(|said| said.chat.1 != "-1");
    assert_eq!(guesser.iter().filter(|said| said.plain.starts_with(REFUSED)).count(), 5);
    assert_eq!(guesser.iter().filter(|said| said.plain.starts_with(LOCKED)).count(), 1);
    assert!(guesser.len() <= 7, "and a request to wait at most: {guesser:#?}");
    assert_eq!(office.len(), 2, "the office's group and its page, once each: {office:#?}");
    assert_snapshot!(office[0].plain, @"
    ⚠ Mã liên kết bị nhập sai nhiều lần trong một giờ; lần gần nhất tại nhóm “Người lạ”, người nhập: Kẻ lạ (666).
    Hệ thống tạm không nhận mã trong nhóm này, tối đa một giờ.
    Nếu là nhóm của cơ quan, đơn vị, đề nghị gửi mã mới sau đó; nếu không, không cần làm gì thêm.
    ");
    assert_eq!(roles(talk, "-1").await, [], "the right one was among them");
    assert_eq!(talk.context.store.actions(2_000).await.expect("the record").len() - before, 6);
    // It was not used up: whom it was meant for may use it.
    talk.group(Medium::Telegram, "-3", "Phòng Kiểm soát", None).await;
    let linked = talk.ask_as("-3", "Chị Lan (7)", &format!("/dangky {right}")).await;
    assert!(linked.starts_with("✅ Đã liên kết nhóm “Phòng Kiểm soát” với Văn phòng."), "{linked}");
}

async fn one_person_guesses_in_many_chats(talk: &mut Talk) {
    for n in 0..5 {
        let said = talk.ask_as(&format!("-{}", 10 + n), &format!("Tên {n} (666)"), "/dangky AAAA2222").await;
        assert!(said.starts_with(REFUSED), "{said}");
    }
    let right = code(talk, &unit("so-y-te")).await;
    talk.write_as(Medium::Telegram, "-20", "Tên khác (666)", &format!("/dangky {right}")).await;
    talk.settle().await;
    let said = talk.read();
    assert_eq!(said.len(), 2, "the guesser and the office's page: {said:#?}");
    assert!(said.iter().any(|said| said.chat.1 == "-20" && said.plain.starts_with(LOCKED)), "{said:#?}");
    assert!(said.iter().any(|said| said.plain.contains("tạm không nhận mã của người này")), "{said:#?}");
    // Others link there.
    let linked = talk.ask_as("-20", "Chị Lan (7)", &format!("/dangky {right}")).await;
    assert!(linked.starts_with("✅"), "{linked}");
}

async fn many_guess_together(talk: &mut Talk) {
    for n in 0..60 {
        let said = talk.ask_as(&format!("-{}", 100 + n), &format!("Người {n} ({n})"), "/dangky AAAA2222").await;
        assert!(said.starts_with(REFUSED), "{n}: {said}");
    }
    talk.write_as(Medium::Telegram, "-200", "Người mới (999)", "/dangky AAAA2222").await;
    talk.write_as(Medium::Telegram, "-201", "Người mới khác (998)", "/dangky AAAA2222").await;
    talk.settle().await;
    let said = talk.read();
    assert_eq!(said.iter().filter(|said| said.plain.starts_with(LOCKED)).count(), 2, "{said:#?}");
    assert_eq!(said.iter().filter(|said| said.plain.contains("tạm không nhận mã ở mọi nhóm")).count(), 1, "once");
    assert_eq!(said.len(), 3, "{said:#?}");
}

async fn a_lock_ends_after_an_hour(talk: &mut Talk) {
    for _ in 0..5 {
        talk.ask(Medium::Telegram, "-1", "/dangky AAAA2222").await;
    }
    let said = talk.all(Medium::Telegram, "-1", "/dangky AAAA2222").await;
    assert_eq!(said.len(), 2, "{said:#?}");
    let right = code(talk, &unit("so-y-te")).await;
    talk.silent(Medium::Telegram, "-1", &format!("/dangky {right}")).await;
    talk.sleep(Duration::hours(1));
    let right = code(talk, &unit("so-y-te")).await;
    let linked = talk.ask(Medium::Telegram, "-1", &format!("/dangky {right}")).await;
    assert!(linked.plain.starts_with("✅"), "{linked:?}");
}

async fn the_office_issues_codes(talk: &mut Talk) {
    talk.group(Medium::Telegram, "-9", "Văn phòng", Some(&Role::Office)).await;
    talk.group(Medium::Telegram, "-8", "Lãnh đạo", Some(&Role::Leader)).await;
    talk.group(Medium::Telegram, "-1", "Điều hành Sở Y tế", None).await;
    for (what, whom, role) in [
        ("sở y tế", "Sở Y tế", unit("so-y-te")),
        ("lãnh đạo", "lãnh đạo tỉnh", Role::Leader),
        ("văn phòng", "Văn phòng", Role::Office),
    ] {
        let issued = talk.ask(Medium::Telegram, "-9", &format!("/cấp mã {what}")).await.plain;
        assert!(issued.starts_with(&format!("🔑 Mã liên kết cho {whom}, dùng một lần, đến ")), "{issued}");
        let typed = issued.split_once("gõ: ").expect("what to type").1.trim().to_owned();
        talk.ask(Medium::Telegram, "-1", &typed).await;
        assert!(roles(talk, "-1").await.contains(&role), "{issued}");
    }
    let shared = talk.ask(Medium::Telegram, "-9", "/capma an lão").await;
    assert_eq!(shared.choices.len(), 2, "{shared:?}");
    for (address, text, answer) in [
        ("-8", "/capma sở y tế", "Nhóm này không có quyền dùng lệnh đó."),
        ("-9", "/capma", "Đề nghị ghi tên cơ quan, đơn vị"),
        ("-9", "/capma sở không có thật", "Chưa tìm thấy đơn vị nào có tên"),
    ] {
        let said = talk.ask(Medium::Telegram, address, text).await;
        assert!(said.plain.starts_with(answer), "{said:?}");
    }
    // For whom is on record, the code is not.
    let actions = talk.context.store.actions(20).await.expect("the record");
    let first = actions.iter().rfind(|action| action.command == "/capma").expect("it is on record");
    assert_eq!((first.detail.as_str(), first.outcome.as_str()), ("sở y tế", "code_issued"));
}
