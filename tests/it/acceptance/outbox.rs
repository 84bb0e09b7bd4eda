//! The office sees deliveries in its chat: what is not through and why, and has one sent again or given up.

use super::trouble::{HEALTH, JUSTICE, july_but_the_groups, two_groups};
use super::world::unit;
use super::{Report, World, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::domain::delivery::{Act, DeliveryClass, DeliveryState};
use chitieu::domain::subscription::Role;
use chitieu::store::NewDelivery;
use insta::assert_snapshot;

scenarios!(
    the_office_reads_what_is_not_through_and_why,
    what_the_office_wants_sent_again_comes_once_more,
    what_is_many_is_read_page_by_page,
    what_the_office_drops_never_comes,
);

const LEADERS: i64 = -4_003;

/// The digest of the leaders may have arrived, one group has thrown the bot out, and one bulletin was refused.
async fn trouble(world: &mut World) {
    two_groups(world).await;
    world.join(LEADERS, ChatKind::Group, "Lãnh đạo", Role::Leader).await;
    world.sleep(chrono::Duration::minutes(1));
    world.telegram.fail_chat(LEADERS, Some(1), Fault::RecordThenClose);
    world.telegram.fail_chat(JUSTICE, Some(1), Fault::Refuse(ApiError::bad_request("message is too strange")));
    world.telegram.kick(HEALTH);
    let mut post = world.import(Report::july().file()).await;
    assert_eq!(post.one(&LEADERS.to_string()).kind, "digest");
    assert_eq!(post.one("office").kind, "chat_away");
    july_but_the_groups(post, &[]);
    world.advance(chrono::Duration::seconds(30)).await;
    assert_eq!(world.received().await.one("office").kind, "unknown_outcome");
}

/// The number by which the list calls the first message of a chat.
fn number(list: &str, chat: &str) -> String {
    let line = list.lines().find(|line| line.contains(&format!(" · {chat} · "))).unwrap_or_else(|| panic!("{list}"));
    line.trim_start_matches("• ").split(' ').next().expect("a number").to_owned()
}

async fn the_office_reads_what_is_not_through_and_why(world: &mut World) {
    assert_snapshot!(world.ask("office", "/tingui").await, @"Không có tin nào đang chờ, không gửi được hoặc chưa rõ kết quả.");
    trouble(world).await;
    let list = world.ask("office", "/tin gửi").await;
    let numbers = [number(&list, "Lãnh đạo"), number(&list, "Sở Tư pháp"), number(&list, "Sở Y tế")];
    let mut plain = list.clone();
    for (n, number) in numbers.iter().enumerate() {
        plain = plain.replace(&format!("• {number} ·"), &format!("• N{n} ·"));
    }
    assert_snapshot!(plain, @"
    📮 Tin chưa đến nơi: 1 chưa rõ kết quả, 1 không gửi được, 1 đang chờ
    • N0 · Lãnh đạo · báo cáo nhanh · từ 08:02 ngày 24/7: không rõ tin đã đến hay chưa
    • N1 · Sở Tư pháp · thông báo chỉ tiêu · từ 08:02 ngày 24/7: Telegram không nhận tin này
    • N2 · Sở Y tế · thông báo chỉ tiêu · từ 08:02 ngày 24/7: bot không còn trong nhóm
    Gõ /tingui lại hoặc /tingui bỏ kèm số của tin để gửi lại hoặc bỏ tin đó.
    ");
    // Nothing of what the messages say.
    assert!(!list.contains('%'), "{list}");
    let one = world.ask("office", &format!("/tingui {}", numbers[0])).await;
    assert_snapshot!(one.replace(&numbers[0], "N0"), @"
    📮 Tin số N0 · Lãnh đạo · báo cáo nhanh
    Từ 08:02 ngày 24/7: không rõ tin đã đến hay chưa
    Chi tiết kỹ thuật: error sending request: client error (SendRequest): connection closed before message completed
    Tin có thể đã đến; đề nghị xem trong nhóm trước khi gửi lại.
    1. Gửi lại
    2. Bỏ tin
    Đề nghị trả lời 1 hoặc 2.
    ");
    let one = world.ask("office", &format!("/tingui {}", numbers[1])).await;
    assert_snapshot!(one.replace(&numbers[1], "N1"), @"
    📮 Tin số N1 · Sở Tư pháp · thông báo chỉ tiêu
    Từ 08:02 ngày 24/7: Telegram không nhận tin này
    Chi tiết kỹ thuật: Bad Request: message is too strange
    1. Gửi lại
    2. Bỏ tin
    Đề nghị trả lời 1 hoặc 2.
    ");
    assert_snapshot!(world.ask("office", "/tingui 999999").await, @"Không có tin nào như vậy. Gõ /tingui để xem các tin chưa đến nơi và số của từng tin.");
    assert_eq!(world.ask("office", "/tingui sở y tế").await, world.ask("office", "/tingui 999999").await);
    // To look is no act.
    let actions = world.context.store.actions(50).await.expect("the record");
    assert!(actions.iter().all(|action| action.command != "/tingui"), "{actions:?}");
}

async fn what_the_office_wants_sent_again_comes_once_more(world: &mut World) {
    trouble(world).await;
    let list = world.ask("office", "/tingui").await;
    let (digest, refused) = (number(&list, "Lãnh đạo"), number(&list, "Sở Tư pháp"));
    let mut post = world.ask_all("office", &format!("/tingui lại {digest}")).await;
    assert_eq!(
        post.one("office").text,
        format!("✅ Tin số {digest} (báo cáo nhanh, Lãnh đạo) đã được xếp lại để gửi.")
    );
    assert_eq!(post.one(&LEADERS.to_string()).kind, "digest");
    post.nothing_else();
    let again = world.ask("office", &format!("/tingui lại {digest}")).await;
    assert_eq!(again, format!("Tin số {digest} (báo cáo nhanh, Lãnh đạo) đã được gửi trước đó."));
    // By the number that chooses, and with the buttons' words.
    world.ask("office", &format!("/tingui {refused}")).await;
    let mut post = world.ask_all("office", "1").await;
    assert!(post.one("office").text.contains("(thông báo chỉ tiêu, Sở Tư pháp) đã được xếp lại"));
    assert_eq!(post.one(&JUSTICE.to_string()).kind, "bulletin");
    post.nothing_else();
    let actions = world.context.store.actions(3).await.expect("the record");
    let told: Vec<_> = actions.iter().map(|a| format!("{} {} → {}", a.command, a.detail, a.outcome)).collect();
    let expected = [format!("lại {refused}"), format!("lại {digest}"), format!("lại {digest}")]
        .map(|w| format!("/tingui {w} → outbox_done"));
    assert_eq!(told, expected);
}

async fn what_is_many_is_read_page_by_page(world: &mut World) {
    two_groups(world).await;
    world.telegram.kick(HEALTH);
    let chat = world.context.store.chats_with_role(&unit("so-y-te")).await.expect("the chats");
    let chat = chat.into_iter().find(|chat| chat.address == HEALTH.to_string()).expect("the group");
    let waits = |n: u32| NewDelivery {
        id: world.context.id(),
        chat_id: chat.id.clone(),
        kind: "bulletin".to_owned(),
        reason: None,
        class: DeliveryClass::Broadcast,
        dedupe_key: format!("test:{n}"),
        part: 1,
        parts: 1,
        body: format!("Tin {n}"),
        plain: format!("Tin {n}"),
        snapshot_id: None,
        choices: Vec::new(),
        act: Act::Say,
    };
    let many: Vec<_> = (0..12).map(waits).collect();
    world.context.store.enqueue(&many, world.now()).await.expect("queued");
    world.settle().await;
    assert_eq!(world.received().await.one("office").kind, "chat_away");
    let open = world.context.store.open_counts().await.expect("counted");
    assert_eq!((open.unknown, open.failed + open.waiting), (0, 12));
    let first = world.ask("office", "/tingui").await;
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(lines.len(), 11, "{first}");
    assert_eq!(lines[9], "… và 4 tin khác; gõ /tingui trang 2 để xem tiếp.");
    let second = world.ask("office", "/tingui trang 2").await;
    let listed = |text: &str| text.lines().filter(|line| line.starts_with("• ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((listed(&first).len(), listed(&second).len()), (8, 4), "{second}");
    assert!(listed(&second).iter().all(|line| !listed(&first).contains(line)), "{first}\n{second}");
}

async fn what_the_office_drops_never_comes(world: &mut World) {
    trouble(world).await;
    let list = world.ask("office", "/tingui").await;
    let away = number(&list, "Sở Y tế");
    let dropped = world.ask("office", &format!("/tingui bỏ {away}")).await;
    assert_eq!(dropped, format!("Tin số {away} (thông báo chỉ tiêu, Sở Y tế) đã được bỏ và sẽ không được gửi."));
    let again = world.ask("office", &format!("/tingui bỏ {away}")).await;
    assert_eq!(again, format!("Tin số {away} (thông báo chỉ tiêu, Sở Y tế) đã được bỏ trước đó."));
    // Back in the group, the bot is silent.
    world.telegram.readmit(HEALTH);
    let answer = world.ask_telegram(HEALTH, "/trogiup").await;
    assert!(answer.contains("Sở Y tế"), "{answer}");
    world.received().await.nothing_else();
    let states: Vec<_> = world.outbox().await.into_iter().filter(|row| row.number.to_string() == away).collect();
    assert_eq!(states[0].state, DeliveryState::Dropped);
}
