//! Pictures: who gets one, and that the words do not wait for it.

use super::world::{World, unit};
use super::{Report, june, scenarios};
use crate::fake::telegram::{ApiError, ChatKind, Fault};
use crate::fake::zalo_bot::{self, FakeZaloBot, Habits};
use chitieu::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel};
use chitieu::config::Config;
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::service::deliver::Lane;
use chitieu::service::picture::LINK_LIFETIME;
use chitieu::service::{Context, digest};
use chitieu::web;
use chrono::Duration;
use secrecy::SecretString;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

scenarios!(
    leaders_ask_and_get_a_picture,
    a_history_comes_with_its_months,
    the_rest_is_one_command_away,
    a_picture_that_is_refused_keeps_nobody_from_the_words,
    corrected_figures_are_told_as_such,
    zalo_gets_a_link_that_nobody_can_guess_and_that_expires,
    without_an_address_zalo_gets_the_words_alone,
);

const LEADERS: i64 = -4_100;

async fn july(world: &mut World) {
    world.record(&[june(24)]).await;
    let mut post = world.import(Report::july().file()).await;
    post.chats_with("bulletin first_missed");
    post.chats_with("bulletin fell_below");
    post.one("leader");
    post.to(&LEADERS.to_string());
    post.nothing_else();
}

async fn leaders_ask_and_get_a_picture(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    let sent = post.one(&LEADERS.to_string());
    assert_eq!(sent.kind, "digest");
    let caption = "Bảng màu kết quả tỉnh Bình Định · tháng 7/2023 (số liệu đến 24/7)";
    assert_eq!(sent.picture.as_deref(), Some(caption));
    post.nothing_else();
    let received = world.telegram.received(LEADERS);
    let photo = received.last().and_then(|message| message.attachment.clone()).expect("a picture");
    assert!(photo.bytes.starts_with(b"\x89PNG"), "a PNG of ours");
    assert_eq!(received.last().map(|message| message.method), Some("sendPhoto"));
    // On the page it stands within the chat, at an address behind the page's own token.
    let chat = world.web_chat("leader").await;
    world.write("leader", "/tomtat").await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("leader").picture.as_deref(), Some(caption));
    post.nothing_else();
    let messages = world.context.store.web_messages(&chat.id, 0, 1_000).await.expect("messages");
    let html = messages.last().and_then(|message| message.html.clone()).expect("our own message");
    assert!(html.starts_with("<img src=\"/chart/heat.svg?snapshot="), "{html}");
    // A unit's chat gets none: it may not see the others.
    world.write("unit/so-tu-phap", "/tomtat").await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("unit/so-tu-phap").kind, "forbidden");
    post.nothing_else();
}

async fn a_history_comes_with_its_months(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Sở Xây dựng", unit("so-xay-dung")).await;
    july(world).await;
    world.telegram.push_text(LEADERS, super::world::PERSON, "/lichsu sở xây dựng số hóa");
    world.settle().await;
    let mut post = world.received().await;
    let sent = post.one(&LEADERS.to_string());
    let caption = sent.picture.expect("a picture");
    assert_eq!(sent.kind, "history");
    assert!(caption.starts_with("Diễn biến Số hóa hồ sơ của Sở Xây dựng đến tháng 7/2023."), "{caption}");
    post.nothing_else();
}

async fn the_rest_is_one_command_away(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    let digest = world.ask_telegram(LEADERS, "/tomtat").await;
    assert!(digest.lines().count() <= 12, "{digest}");
    assert!(digest.ends_with("Gõ /xemthem để xem thêm."), "{digest}");
    let rest = world.ask_telegram(LEADERS, "/xemthem").await;
    assert!(rest.starts_with("📊 Báo cáo nhanh tỉnh Bình Định (tiếp) · tháng 7/2023"), "{rest}");
    assert!(rest.contains("– Thấp nhất: UBND huyện Tuy Phước (cấp huyện) 1,8%"), "{rest}");
    assert_eq!(world.ask_telegram(LEADERS, "/xem thêm tháng 7").await, rest);
    // A unit's chat has the rest of its own answer, and never that of the leaders.
    let own = world.ask("unit/so-tu-phap", "/xemthem").await;
    assert!(own.starts_with("📊 Sở Tư pháp · tháng 7/2023 (số liệu đến 24/7) · tiếp theo\n"), "{own}");
    for line in ["/xemthem /tomtat", "/xemthem 7/2023", "/xemthem /status sở y tế"] {
        let refused = world.ask("unit/so-tu-phap", line).await;
        assert!(refused.starts_with("Nhóm này chỉ xem được số liệu của Sở Tư pháp."), "{line}: {refused}");
    }
    assert_eq!(world.ask_telegram(LEADERS, "/xemthem /tomtat").await, rest);
    // What was asked last counts, on the page, too, although it holds the rest already.
    world.ask("leader", "/tomtat").await;
    world.ask("leader", "/status sở y tế").await;
    let own = world.ask("leader", "/xemthem").await;
    assert!(own.starts_with("📊 Sở Y tế · tháng 7/2023 (số liệu đến 24/7) · tiếp theo\n"), "{own}");
    // The page folds the summary, and does not speak of the command.
    let page = world.ask("leader", "/tomtat").await;
    assert!(page.contains("Xem thêm\n") && !page.contains("/xemthem"), "{page}");
}

async fn a_picture_that_is_refused_keeps_nobody_from_the_words(world: &mut World) {
    world.join(LEADERS, ChatKind::Supergroup, "Lãnh đạo", Role::Leader).await;
    july(world).await;
    let refusal = ApiError::bad_request("PHOTO_INVALID_DIMENSIONS");
    world.telegram.fail_next_call("sendPhoto", Fault::Refuse(refusal));
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    let words = post.one(&LEADERS.to_string());
    assert_eq!((words.kind.as_str(), words.picture), ("digest", None));
    post.nothing_else();
    let row = world.outbox().await.into_iter().find(|row| row.kind == "picture" && row.lane.starts_with("telegram"));
    assert_eq!(row.and_then(|row| row.last_error).as_deref(), Some("Bad Request: PHOTO_INVALID_DIMENSIONS"));
    // A network that fails before the request left is tried again; patience is kept as for every message.
    world.telegram.fail_next_call("sendPhoto", Fault::too_many_requests(30));
    world.telegram.push_text(LEADERS, super::world::PERSON, "/tomtat");
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one(&LEADERS.to_string()).picture.is_some());
    post.nothing_else();
}

async fn corrected_figures_are_told_as_such(world: &mut World) {
    let mut post = world.import(Report::july().file()).await;
    post.chats_with("bulletin first_missed");
    let first = post.one("leader");
    assert!(first.text.starts_with("📊 Số liệu mới tỉnh Bình Định · tháng 7/2023"), "{}", first.text);
    post.nothing_else();
    let mut post = world.import(Report::july().with_all_met_by_so_tai_chinh().file()).await;
    let corrected = post.one("leader");
    assert_eq!(corrected.reason, "corrected", "the same day, corrected");
    assert!(corrected.text.contains(" · đính chính 1 đơn vị"), "{}", corrected.text);
    assert_eq!(post.one("unit/so-tai-chinh").kind, "correction");
    post.nothing_else();
    let mut post =
        world.import(Report::july().up_to(25).with_all_met_by_so_tai_chinh().with_the_days_work().file()).await;
    assert_eq!(post.one("leader").kind, "digest", "the next day of figures has its own");
    post.nothing_else();
}

const ZALO_GROUP: &str = "g-4100";

/// Leaders on Zalo, and what they received after a weekly digest.
async fn weekly_on_zalo(world: &World, zalo: &FakeZaloBot, context: &Context) -> Vec<zalo_bot::Received> {
    let account = ZaloBotAccount {
        api_url: zalo.url().to_owned(),
        ..ZaloBotAccount::new(SecretString::from(zalo_bot::TOKEN.to_owned()))
    };
    let mut lane = Lane::new(Arc::new(ZaloBotChannel::new(&account).expect("sound")), "zalo".to_owned());
    let chat = Chat {
        id: "zalo-leaders".to_owned(),
        medium: Medium::ZaloBot,
        lane: lane.name().to_owned(),
        address: ZALO_GROUP.to_owned(),
        title: "Lãnh đạo".to_owned(),
        group: true,
        paused: None,
    };
    let chat = context.store.upsert_chat(&chat, world.now()).await.expect("a chat");
    let rows = digest::weekly(context, world.now(), &[chat]).await.expect("composed");
    context.store.enqueue(&rows, world.now()).await.expect("queued");
    for _ in 0..rows.len() {
        lane.step(context, &CancellationToken::new()).await.expect("a step");
        world.sleep(Duration::seconds(10));
    }
    zalo.received(ZALO_GROUP)
}

async fn zalo(habits: Habits) -> FakeZaloBot {
    let zalo = FakeZaloBot::start(habits).await;
    zalo.add_chat(ZALO_GROUP);
    zalo
}

/// The program's pages on a free port, behind a token.
async fn pages(context: &Context, stop: &CancellationToken) -> String {
    let config = Config::from_lookup(&|name| (name == "WEB_TOKEN").then(|| "ma-truy-cap-thu-nghiem".to_owned()));
    let page = web::Page::new(context.clone(), &config.expect("valid").http, None, web::TelegramLanes::default(), None);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let router = web::router(page, stop.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn zalo_gets_a_link_that_nobody_can_guess_and_that_expires(world: &mut World) {
    july(world).await;
    let stop = CancellationToken::new();
    let url = pages(&world.context, &stop).await;
    let context = world.context.clone().reached_at(Some(&format!("{url}/")));
    let zalo = zalo(Habits::default()).await;
    let received = weekly_on_zalo(world, &zalo, &context).await;
    let [words, picture] = &received[..] else { panic!("words and a picture: {received:?}") };
    assert!(words.text.starts_with("📊 **Báo cáo tuần tỉnh Bình Định**") && words.photo.is_none(), "{words:?}");
    assert!(picture.text.starts_with("Bảng màu kết quả tỉnh Bình Định"), "{picture:?}");
    let link = picture.photo.clone().expect("an address");
    let token = link.strip_prefix(&format!("{url}/pictures/")).and_then(|rest| rest.strip_suffix(".png"));
    let token = token.unwrap_or_else(|| panic!("{link}"));
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));

    let get = async |path: &str| {
        let answer = reqwest::get(path).await.expect("an answer");
        (answer.status().as_u16(), answer.bytes().await.expect("a body"))
    };
    let (status, body) = get(&link).await;
    assert_eq!(status, 200, "Zalo fetches it without the page's token");
    assert!(body.starts_with(b"\x89PNG"));
    // The page's own pictures want the page's token.
    assert_eq!(get(&format!("{url}/chart/heat.svg")).await.0, 401);
    let own = reqwest::Client::new().get(format!("{url}/chart/heat.svg")).bearer_auth("ma-truy-cap-thu-nghiem");
    let own = own.send().await.expect("an answer");
    assert_eq!(own.headers()["content-type"], "image/svg+xml");
    assert!(own.text().await.expect("a body").starts_with("<svg "));
    let trend = format!("{url}/chart/trend/so-xay-dung/digitization.svg?period=2023-07");
    let trend = reqwest::Client::new().get(trend).bearer_auth("ma-truy-cap-thu-nghiem").send().await;
    assert!(trend.expect("an answer").text().await.expect("a body").contains("Sở Xây dựng"));
    // Whatever is wrong with a token, the answer is the same.
    let guessed = format!("{url}/pictures/{}.png", "0".repeat(32));
    let refused = get(&guessed).await;
    assert_eq!(refused.0, 404);
    for wrong in ["x.png", ".png", &format!("{token}0.png"), token, &format!("{}.png", token.to_uppercase())] {
        assert_eq!(get(&format!("{url}/pictures/{wrong}")).await, refused, "{wrong}");
    }
    world.sleep(LINK_LIFETIME);
    assert_eq!(get(&link).await, refused, "it has expired");
    // Zalo that refuses the picture gets its address as text.
    zalo.fail_next("sendPhoto", zalo_bot::Fault::Refuse(400, "Bad Request: photo"));
    let received = weekly_on_zalo(world, &zalo, &context).await;
    let last = received.last().expect("a message");
    assert!(last.photo.is_none() && last.text.contains(&format!("\n{url}/pictures/")), "{last:?}");
    stop.cancel();
}

async fn without_an_address_zalo_gets_the_words_alone(world: &mut World) {
    july(world).await;
    let zalo = zalo(Habits::default()).await;
    let received = weekly_on_zalo(world, &zalo, &world.context.clone()).await;
    let [words] = &received[..] else { panic!("words alone: {received:?}") };
    assert!(words.text.lines().count() <= 12 && words.photo.is_none());
    assert!(zalo.calls("sendPhoto").is_empty());
}
