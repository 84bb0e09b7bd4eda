//! A lane that stands still, whatever the reason: the office is told once, and once more when it flows again.

use super::log::Log;
use super::world::{World, unit};
use super::{Report, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use chitieu::service::stall;
use chrono::Duration;
use insta::assert_snapshot;
use tracing::instrument::WithSubscriber as _;

scenarios!(a_lane_that_stands_still_is_told_once, patience_with_one_chat_is_no_stalled_lane);

const HEALTH: i64 = -4_001;

/// Half an hour and a little, with a look every five minutes.
async fn half_an_hour(world: &mut World) {
    for _ in 0..7 {
        world.sleep(Duration::minutes(5));
        world.steps().await;
        stall::step(&world.context).await.expect("looked");
        world.deliver().await;
    }
}

async fn july(world: &mut World) {
    world.join(HEALTH, ChatKind::Group, "Sở Y tế", unit("so-y-te")).await;
    world.record(&[Report::july().file()]).await;
}

async fn only_the_page_hears(world: &mut World) {
    world.steps().await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40, "each unit's page");
    post.one("leader");
    post.nothing_else();
}

async fn a_lane_that_stands_still_is_told_once(world: &mut World) {
    let log = Log::default();
    stands_still_for_hours(world).with_subscriber(log.subscriber()).await;
    assert_eq!(log.count("a lane stands still"), 1, "in the log as in the office's chat");
    assert_eq!(log.count("the lane flows again"), 1);
}

async fn stands_still_for_hours(world: &mut World) {
    july(world).await;
    world.telegram.fail_when(None, Fault::Refuse(ApiError::unauthorized()), |seen| seen.is_send());
    only_the_page_hears(world).await;
    for _ in 0..3 {
        half_an_hour(world).await;
    }
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Kênh Telegram đang bị tắc · không gửi được tin nào từ 8:00 ngày 24/7/2023 (35 phút)
    Việc cần làm (người quản trị hệ thống): kiểm tra mạng và bot rồi chạy chitieu doctor. Có 1 tin đang chờ, sẽ tự gửi khi kênh thông; tin không gửi được sau 27 giờ xem bằng chitieu outbox.
    Kênh: telegram:7000000001
    Lần thử gần nhất: token refused: Unauthorized
    ");
    post.nothing_else();

    world.telegram.heal();
    world.advance(Duration::hours(6)).await;
    assert_eq!(world.received().await.one(&HEALTH.to_string()).kind, "bulletin");
    stall::step(&world.context).await.expect("looked");
    stall::step(&world.context).await.expect("looked");
    world.deliver().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ✅ Kênh Telegram đã thông trở lại; các tin đang chờ được gửi tiếp. Không cần làm gì thêm.
    Kênh: telegram:7000000001
    ");
    post.nothing_else();
}

async fn patience_with_one_chat_is_no_stalled_lane(world: &mut World) {
    july(world).await;
    world.telegram.fail_chat(HEALTH, Some(1), Fault::too_many_requests(7_200));
    only_the_page_hears(world).await;
    half_an_hour(world).await;
    half_an_hour(world).await;
    let mut post = world.received().await;
    assert!(post.to("office").is_empty(), "{post}");
    world.advance(Duration::hours(2)).await;
    assert_eq!(world.received().await.one(&HEALTH.to_string()).kind, "bulletin");
}
