//! Deliveries of the outbox on the account's lane, until nothing is left to do: what each group received, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use chitieu::channel::zalo_oa::{ZaloOaAccount, ZaloOaChannel};
use chitieu::domain::delivery::{DeliveryClass, DeliveryState};
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::service::deliver::Lane;
use chitieu::service::reach;
use chitieu::store::{NewDelivery, OutboxFilter};
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::{GROUP, Kind, OTHER, Office, SHORT, account, zalo};
use crate::fake::zalo_oa::{APP_ID, Call, FIRST_REFRESH, FakeZaloOa, Fault};

fn lane(office: &Office, account: &ZaloOaAccount) -> Lane {
    Lane::new(Arc::new(ZaloOaChannel::new(office.keeper(account))), "w".to_owned())
}

/// Queues a text for a group.
async fn queue(office: &Office, group: &str, text: &str) {
    let chat = Chat {
        id: format!("chat-{group}"),
        medium: Medium::ZaloOa,
        lane: format!("zalo_oa:{APP_ID}"),
        address: group.to_owned(),
        title: group.to_owned(),
        group: true,
        paused: None,
    };
    let chat = office.context.store.upsert_chat(&chat, office.context.now()).await.expect("stored");
    let delivery = NewDelivery {
        id: office.context.id(),
        chat_id: chat.id,
        kind: "bulletin".to_owned(),
        reason: None,
        class: DeliveryClass::Broadcast,
        dedupe_key: text.to_owned(),
        part: 1,
        parts: 1,
        body: text.to_owned(),
        plain: text.to_owned(),
        snapshot_id: None,
        choices: Vec::new(),
        act: chitieu::domain::delivery::Act::Say,
    };
    assert_eq!(office.context.store.enqueue(&[delivery], office.context.now()).await.expect("queued"), 1);
}

/// Delivers for a while.
async fn run(office: &Office, lane: &mut Lane, steps: u32, pause: TimeDelta) {
    for _ in 0..steps {
        lane.step(&office.context, &CancellationToken::new()).await.expect("the database answers");
        office.pass(pause);
    }
}

/// Where the account's deliveries stand, with what the last attempt said.
async fn states(office: &Office) -> Vec<DeliveryState> {
    let lane = Some(format!("zalo_oa:{APP_ID}"));
    let filter = OutboxFilter { lane, limit: 100, ..OutboxFilter::default() };
    office.context.store.outbox(filter).await.expect("read").into_iter().map(|row| row.state).collect()
}

async fn start() -> (FakeZaloOa, Office, Lane) {
    let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
    let lane = lane(&office, &account(zalo.url(), FIRST_REFRESH));
    (zalo, office, lane)
}

#[tokio::test]
async fn the_first_message_brings_the_first_token() {
    let (zalo, office, mut lane) = start().await;
    queue(&office, GROUP, "một").await;
    queue(&office, OTHER, "hai").await;
    run(&office, &mut lane, 5, TimeDelta::seconds(2)).await;
    assert_eq!((zalo.texts(GROUP), zalo.texts(OTHER)), (vec!["một".to_owned()], vec!["hai".to_owned()]));
    assert_eq!((zalo.all_received().len(), zalo.count(Call::Send), zalo.count(Call::Refresh)), (2, 2, 1));
    assert_eq!(states(&office).await, [DeliveryState::Sent; 2]);
}

#[tokio::test]
async fn what_passes_is_sent_once_in_the_end() {
    for fault in [
        Fault::Refuse(-32, "Too many requests"),
        Fault::Refuse(-211, "Out of quota"),
        Fault::Refuse(-216, "Access token is invalid"),
        Fault::Refuse(-220, "Access token is expired"),
        Fault::Refuse(-221, "OA is not verified"),
        Fault::Refuse(-224, "Upgrade the package"),
        Fault::Html(502),
    ] {
        let (zalo, office, mut lane) = start().await;
        zalo.fail_next(Call::Send, fault.clone());
        queue(&office, GROUP, "một").await;
        run(&office, &mut lane, 10, TimeDelta::hours(1)).await;
        assert_eq!(zalo.texts(GROUP), ["một"], "{fault:?}");
        assert_eq!((zalo.all_received().len(), zalo.count(Call::Send)), (1, 2), "{fault:?}");
        assert_eq!(states(&office).await, [DeliveryState::Sent], "{fault:?}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_not_tried_again() {
    let refused: [(Fault, DeliveryState, &[&str]); 5] = [
        (Fault::Refuse(-201, "Params is invalid"), DeliveryState::Failed, &[]),
        (Fault::Refuse(-237, "Group is disabled"), DeliveryState::Failed, &[]),
        (Fault::Refuse(-403, "OA is not in group"), DeliveryState::Failed, &[]),
        (Fault::CarryOutThenPage, DeliveryState::Unknown, &["một"]),
        (Fault::CarryOutThenDelay(SHORT + Duration::from_millis(300)), DeliveryState::Unknown, &["một"]),
    ];
    for (fault, state, received) in refused {
        let (zalo, office, _) = start().await;
        let mut hasty = account(zalo.url(), FIRST_REFRESH);
        hasty.timeout = SHORT;
        let mut lane = lane(&office, &hasty);
        zalo.fail_next(Call::Send, fault.clone());
        queue(&office, GROUP, "một").await;
        run(&office, &mut lane, 40, TimeDelta::hours(1)).await;
        assert_eq!(zalo.texts(GROUP), received, "{fault:?}");
        assert_eq!((zalo.all_received().len(), zalo.count(Call::Send)), (received.len(), 1), "{fault:?}");
        assert_eq!(states(&office).await, [state], "{fault:?}");
    }
}

#[tokio::test]
async fn what_waits_for_a_person_goes_out_when_the_account_is_connected_again() {
    let (zalo, office, mut lane) = start().await;
    zalo.fail_next(Call::Refresh, Fault::CarryOutThenPage);
    queue(&office, GROUP, "một").await;
    run(&office, &mut lane, 6, TimeDelta::hours(1)).await;
    assert_eq!((zalo.count(Call::Send), zalo.count(Call::Refresh)), (0, 1));
    assert_eq!(states(&office).await, [DeliveryState::Waiting]);

    // A restart alone changes nothing; a restart with a new token does.
    let mut lane = self::lane(&office, &account(zalo.url(), FIRST_REFRESH));
    run(&office, &mut lane, 2, TimeDelta::hours(1)).await;
    assert_eq!((zalo.count(Call::Refresh), zalo.all_received().len()), (1, 0));
    zalo.reconnect("FakeOaSecret-refresh-second");
    let mut lane = self::lane(&office, &account(zalo.url(), "FakeOaSecret-refresh-second"));
    run(&office, &mut lane, 12, TimeDelta::hours(1)).await;
    assert_eq!(zalo.texts(GROUP), ["một"]);
    assert_eq!((zalo.all_received().len(), zalo.count(Call::Refresh)), (1, 2));
    assert_eq!(states(&office).await, [DeliveryState::Sent]);
}

#[tokio::test]
async fn the_office_reads_why_a_group_is_out_of_reach() {
    for (kind, disabled, why) in [
        (Kind::Sqlite, true, "Nguyên nhân: nhóm đã bị Zalo khóa hoặc đã bị giải tán."),
        (Kind::Postgres, true, "Nguyên nhân: nhóm đã bị Zalo khóa hoặc đã bị giải tán."),
        (Kind::Sqlite, false, "Nguyên nhân: bot đã bị xóa khỏi nhóm."),
        (Kind::Postgres, false, "Nguyên nhân: bot đã bị xóa khỏi nhóm."),
    ] {
        let (zalo, office) = (zalo().await, Office::on(kind).await);
        let mut lane = lane(&office, &account(zalo.url(), FIRST_REFRESH));
        queue(&office, GROUP, "một").await;
        queue(&office, OTHER, "hai").await;
        let role = Role::Unit(UnitCode::parse("so-tu-phap").expect("a code"));
        let (store, chat, now) = (&office.context.store, format!("chat-{GROUP}"), office.context.now());
        store.subscribe(&chat, &role, "test", now).await.expect("subscribed");
        if disabled {
            zalo.disable(GROUP)
        } else {
            zalo.leave(GROUP)
        }
        for _ in 0..3 {
            run(&office, &mut lane, 5, TimeDelta::seconds(2)).await;
            reach::step(&office.context).await.expect("told");
        }
        let rows = office.context.store.outbox(OutboxFilter { limit: 100, ..OutboxFilter::default() }).await;
        let mut rows = rows.expect("read");
        rows.retain(|row| row.lane == "web");
        let [told] = &rows[..] else { panic!("{rows:#?}") };
        assert_eq!((told.chat_title.as_str(), told.kind.as_str()), ("Văn phòng UBND tỉnh Bình Định", "chat_away"));
        let title = format!("⚠️ Không gửi được tin đến nhóm {GROUP} trên Zalo (Sở Tư pháp) từ");
        assert!(told.plain.starts_with(&title) && told.plain.contains(why), "{}", told.plain);
        assert_eq!((zalo.texts(GROUP), zalo.texts(OTHER)), (Vec::new(), vec!["hai".to_owned()]));
    }
}

#[tokio::test]
async fn a_broadcast_to_many_groups_never_asks_too_often() {
    let (zalo, office, mut lane) = start().await;
    let groups: Vec<String> = (0..150).map(|n| format!("nhom-{n}")).collect();
    for group in &groups {
        zalo.add_group(group, group);
        queue(&office, group, "một").await;
    }
    for half_seconds in 0..400 {
        zalo.at(Duration::from_millis(500) * half_seconds);
        run(&office, &mut lane, 1, TimeDelta::milliseconds(500)).await;
    }
    assert!(groups.iter().all(|group| zalo.texts(group) == ["một"]), "each has it once");
    assert_eq!((zalo.too_many(), zalo.count(Call::Send)), (0, 150));
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_loses_nothing() {
    let (zalo, office, mut lane) = start().await;
    zalo.at(Duration::ZERO);
    queue(&office, GROUP, "một").await;
    let keeper = account(zalo.url(), FIRST_REFRESH);
    let other = ZaloOaChannel::new(office.keeper(&keeper));
    for _ in 0..120 {
        let _ = other.groups().await;
    }
    assert!(zalo.too_many() > 0, "somebody else used the minute up");
    run(&office, &mut lane, 3, TimeDelta::seconds(1)).await;
    assert!(zalo.texts(GROUP).is_empty());
    zalo.at(Duration::from_secs(61));
    run(&office, &mut lane, 60, TimeDelta::seconds(10)).await;
    assert_eq!(zalo.texts(GROUP), ["một"]);
}
