//! Sources that are polled: what the office hears of them, once, and that nobody else hears anything but figures.

use super::{Report, World, scenarios};
use crate::fake::source::{FakeSource, Mood};
use chitieu::catalog::SourceSpec;
use chitieu::service::Context;
use chitieu::service::poll::{FolderWatch, PollReport, Sources, folder_step, http_step};
use chrono::Duration;
use insta::assert_snapshot;
use std::sync::{Arc, Mutex};

scenarios!(
    figures_come_once_and_the_rest_is_counted,
    a_source_that_gives_dates_is_asked_by_them,
    a_source_that_gives_both_is_asked_by_both,
    an_expired_token_is_told_once_and_its_renewal_too,
    what_looks_like_success_and_is_none,
    an_outage_opens_the_breaker_across_a_restart,
    a_folder_is_watched,
    a_folder_that_is_gone_is_told_once,
);

const TOKEN: &str = "Bearer igate-secret-1";

/// A source with a token that can be renewed.
struct Office {
    portal: FakeSource,
    token: Arc<Mutex<Option<String>>>,
    sources: Sources,
}

async fn office(world: &mut World) -> Office {
    let portal = FakeSource::start(Some(TOKEN), &Report::july().file().bytes).await;
    let spec = SourceSpec {
        name: "iGate".to_owned(),
        url: portal.at("/api/bao-cao"),
        headers: vec![("Authorization".to_owned(), "IGATE_TOKEN".to_owned())],
        max_bytes: 1024 * 1024,
        connect_timeout: std::time::Duration::from_secs(5),
        timeout: std::time::Duration::from_secs(1),
    };
    let mut catalog = (*world.context.catalog).clone();
    catalog.sources = vec![spec];
    world.context.catalog = Arc::new(catalog);
    let token = Arc::new(Mutex::new(Some(TOKEN.to_owned())));
    let own = Arc::clone(&token);
    let secrets = Arc::new(move |name: &str| own.lock().expect("it works").clone().filter(|_| name == "IGATE_TOKEN"));
    let interval = std::time::Duration::from_secs(900);
    let sources = Sources::new(&world.context.catalog.sources, secrets, interval).expect("clients are made");
    Office { portal, token, sources }
}

impl Office {
    async fn poll(&self, context: &Context) -> PollReport {
        http_step(context, &self.sources).await.expect("polling works")
    }

    /// Lets the usual pause pass, whatever chance made of it, and asks.
    async fn poll_later(&self, world: &mut World, minutes: i64) -> PollReport {
        world.sleep(Duration::minutes(minutes));
        let report = self.poll(&world.context).await;
        world.settle().await;
        report
    }
}

async fn first_figures(world: &mut World, office: &Office) {
    office.poll(&world.context).await;
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
}

async fn figures_come_once_and_the_rest_is_counted(world: &mut World) {
    let office = office(world).await;
    first_figures(world, &office).await;
    assert_eq!(office.poll(&world.context).await, PollReport::default(), "it is not due yet");
    assert_eq!(office.portal.asked().len(), 1);
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    let asked = office.portal.asked();
    assert!(asked[0].header("if-none-match").is_some(), "{asked:?}");
    office.portal.be(Mood::Unconditional);
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    let (state, _) = world.context.store.source("iGate").await.expect("it works");
    assert_eq!((state.fetched, state.not_modified, state.unchanged, state.failed), (1, 1, 1, 0));
    let metrics = world.context.metrics.encode();
    for outcome in ["fetched", "not_modified", "unchanged"] {
        let line = format!("chitieu_source_polls_total{{source=\"iGate\",outcome=\"{outcome}\"}} 1");
        assert!(metrics.contains(&line), "{metrics}");
    }
    // Another process goes on from there, and does not ask before the time.
    let other = world.other_process().await;
    let mut context = other.context.clone();
    context.catalog = Arc::clone(&world.context.catalog);
    office.portal.asked();
    assert_eq!(office.poll(&context).await, PollReport::default());
    assert!(office.portal.asked().is_empty());
    world.received().await.nothing_else();
}

/// The marks of the one question that was asked: its tag and its date.
fn marks(office: &Office) -> (Option<String>, Option<String>) {
    let asked = office.portal.asked();
    let [asked] = &asked[..] else { panic!("asked {} times", asked.len()) };
    let mark = |name| asked.header(name).map(str::to_owned);
    (mark("if-none-match"), mark("if-modified-since"))
}

/// What follows from figures that are corrected for one unit.
async fn corrected(world: &mut World) {
    let mut post = world.received().await;
    assert_eq!(post.chats_with("correction corrected"), ["unit/so-tai-chinh"]);
    assert_eq!(post.one("leader").reason, "corrected");
    post.nothing_else();
}

async fn a_source_that_gives_dates_is_asked_by_them(world: &mut World) {
    let office = office(world).await;
    office.portal.be(Mood::Dated);
    first_figures(world, &office).await;
    assert_eq!(marks(&office), (None, None), "nothing is known yet");
    let first = office.portal.last_modified();
    let again = office.poll_later(world, 17).await;
    assert_eq!((again.unchanged, again.read), (1, 0));
    assert_eq!(marks(&office), (None, Some(first.clone())), "as the server said it");
    world.received().await.nothing_else();

    // A change is read, and from then on its date is the one that is told.
    office.portal.give(&Report::july().with_all_met_by_so_tai_chinh().file().bytes);
    let changed = office.poll_later(world, 17).await;
    assert_eq!((changed.unchanged, changed.read, changed.recorded), (0, 1, 1));
    assert_eq!(marks(&office), (None, Some(first.clone())));
    corrected(world).await;
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    let second = office.portal.last_modified();
    assert_ne!(first, second);
    assert_eq!(marks(&office), (None, Some(second.clone())));

    // Another process knows the date from the database.
    let other = world.other_process().await;
    world.context = Context { catalog: Arc::clone(&world.context.catalog), ..other.context.clone() };
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    assert_eq!(marks(&office), (None, Some(second)));
    let (state, _) = world.context.store.source("iGate").await.expect("it works");
    assert_eq!((state.fetched, state.not_modified, state.unchanged, state.failed), (2, 3, 0, 0));
    world.received().await.nothing_else();
}

async fn a_source_that_gives_both_is_asked_by_both(world: &mut World) {
    let office = office(world).await;
    office.portal.be(Mood::TaggedAndDated);
    first_figures(world, &office).await;
    assert_eq!(marks(&office), (None, None));
    let date = office.portal.last_modified();
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    let (Some(tag), since) = marks(&office) else { panic!("no tag is told") };
    assert_eq!(since.as_deref(), Some(&*date));
    // Changed within the second: the date alone would have hidden it.
    office.portal.give_within_the_second(&Report::july().with_all_met_by_so_tai_chinh().file().bytes);
    assert_eq!(office.poll_later(world, 17).await.recorded, 1);
    corrected(world).await;
    office.portal.asked();
    assert_eq!(office.poll_later(world, 17).await.unchanged, 1);
    let (other, since) = marks(&office);
    assert!(other.is_some_and(|other| other != tag));
    assert_eq!(since, Some(date));
    world.received().await.nothing_else();
}

async fn an_expired_token_is_told_once_and_its_renewal_too(world: &mut World) {
    let office = office(world).await;
    first_figures(world, &office).await;
    office.portal.want("Bearer igate-secret-2");
    let report = office.poll_later(world, 17).await;
    let mut post = world.received().await;
    let told = post.one("office");
    assert_eq!(told.reason, "source_down");
    assert_snapshot!(told.text, @"
    ⚠️ Không lấy được số liệu từ nguồn iGate từ 8:17 ngày 24/7/2023
    Nguyên nhân: máy chủ không chấp nhận mã truy cập (lỗi 401); có thể mã đã hết hạn.
    Việc cần làm: lấy mã mới, ghi vào biến IGATE_TOKEN rồi khởi động lại hệ thống; nếu dùng tệp của IGATE_TOKEN_FILE thì ghi vào tệp đó, không cần khởi động lại.
    Hệ thống tiếp tục thử lại với khoảng cách thưa dần và sẽ báo khi có lại số liệu; các cơ quan, đơn vị không nhận tin này.
    ");
    post.nothing_else();
    for _ in 0..3 {
        office.poll_later(world, 300).await;
    }
    world.received().await.nothing_else();
    // Renewed in its file: asked at once, however long the pause.
    *office.token.lock().expect("it works") = Some("Bearer igate-secret-2".to_owned());
    office.poll(&world.context).await;
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ✅ Đã lấy lại được số liệu từ nguồn iGate lúc 23:17 ngày 24/7/2023
    Thời gian gián đoạn: từ 8:17 ngày 24/7/2023.
    ");
    post.nothing_else();
    // A variable that is not set at all.
    *office.token.lock().expect("it works") = None;
    let missing = office.poll(&world.context).await;
    world.settle().await;
    let mut post = world.received().await;
    assert!(post.one("office").text.contains("mã truy cập chưa được đặt"));
    post.nothing_else();
    let all = format!("{report:?} {missing:?} {:?}", world.outbox().await);
    assert!(!all.contains("igate-secret"), "{all}");
}

async fn what_looks_like_success_and_is_none(world: &mut World) {
    let office = office(world).await;
    first_figures(world, &office).await;
    // Each is told when only a person can help; all of them are counted by their reason.
    let moods = [
        (Mood::Json(r#"{"status":"error","message":"busy"}"#), "error_answer"),
        (Mood::Status(502), "status"),
        (Mood::Login, "login"),
        (Mood::Huge(3 * 1024 * 1024), "too_large"),
        (Mood::Slow(std::time::Duration::from_secs(3)), "timeout"),
        (Mood::Echo, "error_answer"),
        (Mood::Json(r#"{"code":401,"message":"Unauthorized"}"#), "refused"),
    ];
    for (mood, reason) in moods {
        office.portal.be(mood);
        office.poll_later(world, 300).await;
        let line = format!("chitieu_source_polls_total{{source=\"iGate\",outcome=\"{reason}\"}}");
        assert!(world.context.metrics.encode().contains(&line), "{reason}");
    }
    let mut post = world.received().await;
    let told = post.one("office");
    assert!(told.text.contains("trang đăng nhập"), "{}", told.text);
    post.nothing_else();
    assert_eq!(world.context.store.periods().await.expect("it works").len(), 1);
    office.portal.be(Mood::Figures);
    office.poll_later(world, 300).await;
    assert_eq!(world.received().await.one("office").reason, "source_back");
}

async fn an_outage_opens_the_breaker_across_a_restart(world: &mut World) {
    let office = office(world).await;
    first_figures(world, &office).await;
    office.portal.be(Mood::Status(503));
    office.poll_later(world, 17).await;
    office.poll_later(world, 17).await;
    world.received().await.nothing_else();
    // Another process takes over with two failures behind it.
    let other = world.other_process().await;
    world.context = Context { catalog: Arc::clone(&world.context.catalog), ..other.context.clone() };
    office.poll_later(world, 17).await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Không lấy được số liệu từ nguồn iGate từ 8:17 ngày 24/7/2023
    Nguyên nhân: máy chủ báo lỗi 503.
    Việc cần làm: liên hệ đơn vị quản lý nguồn; nếu địa chỉ đã đổi, sửa trong catalog/sources.toml.
    Hệ thống tiếp tục thử lại với khoảng cách thưa dần và sẽ báo khi có lại số liệu; các cơ quan, đơn vị không nhận tin này.
    ");
    post.nothing_else();
    office.portal.asked();
    office.poll_later(world, 5).await;
    assert!(office.portal.asked().is_empty(), "it is left alone");
    for _ in 0..6 {
        office.poll_later(world, 60).await;
    }
    assert!(office.portal.asked().len() < 6, "the pauses grow");
    world.received().await.nothing_else();
    office.portal.be(Mood::Figures);
    office.poll_later(world, 300).await;
    let mut post = world.received().await;
    assert_eq!(post.one("office").reason, "source_back");
    post.nothing_else();
}

async fn a_folder_is_watched(world: &mut World) {
    let folder = tempfile::tempdir().expect("it works");
    let watch = FolderWatch::new(folder.path());
    let look = async |world: &World| folder_step(&world.context, &watch).await.expect("the folder can be read");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("it works");
    let july = Report::july().file().bytes;
    // A copy that takes its time, and what programs leave beside it.
    write("báo cáo.txt", &july[..2_000]);
    write("~$báo cáo.txt", b"x");
    write("báo cáo.txt.part", b"x");
    std::fs::create_dir(folder.path().join("cũ")).expect("it works");
    write("cũ/a.txt", &july);
    assert_eq!(look(world).await.read, 0);
    write("báo cáo.txt", &july);
    assert_eq!(look(world).await.read, 0, "it grew since the last look");
    assert_eq!(look(world).await.read, 1);
    assert_eq!(look(world).await.read, 0, "it was taken");
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.chats_with("bulletin first_missed").len(), 40);
    post.one("leader");
    post.nothing_else();
    // Replaced by one with a fault: the office hears once what was understood and what was not.
    let text = String::from_utf8(july).expect("it works").replace("Sở Tư pháp\t", "Sở Tư phápp\t");
    write("báo cáo.txt", text.as_bytes());
    for _ in 0..4 {
        look(world).await;
    }
    // A restart has seen nothing yet, and reads nothing twice.
    let again = FolderWatch::new(folder.path());
    for _ in 0..2 {
        assert_eq!(folder_step(&world.context, &again).await.expect("it works").read, 0);
    }
    world.settle().await;
    let mut post = world.received().await;
    // They lack a unit, so they are held as well.
    let told = post.to("office");
    let kinds: Vec<&str> = told.iter().map(|mail| mail.kind.as_str()).collect();
    assert_eq!(kinds, ["file_problems", "feed_suspicious"]);
    assert_snapshot!(told[0].text, @"
    ⚠️ Tệp báo cáo.txt có chỗ chưa đọc được
    Đã ghi nhận 39 dòng:
    • tháng 7/2023 (đến 24/7): 39 cơ quan, đơn vị, 195 kết quả.
    Chưa đọc được 1 chỗ:
    • Phụ lục 1, dòng 15: Không có đơn vị cấp tỉnh nào tên này trong danh mục; cả dòng không được nhận. Tên gần nhất: “Sở Tư pháp”. (thấy: “Sở Tư phápp”)
    Việc cần làm: sửa những chỗ trên rồi chép đè tệp vào thư mục; hệ thống tự đọc lại.
    ");
    post.nothing_else();
}

async fn a_folder_that_is_gone_is_told_once(world: &mut World) {
    let folder = tempfile::tempdir().expect("it works");
    let path = folder.path().join("số liệu");
    let watch = FolderWatch::new(&path);
    for _ in 0..6 {
        folder_step(&world.context, &watch).await.expect("it works");
        world.sleep(Duration::minutes(5));
    }
    world.settle().await;
    let mut post = world.received().await;
    assert_snapshot!(post.one("office").text, @"
    ⚠️ Không đọc được thư mục số liệu từ 8:00 ngày 24/7/2023
    Nguyên nhân: thư mục không còn hoặc không được phép đọc.
    Việc cần làm: kiểm tra thư mục của biến INBOX_DIR trên máy chủ.
    Hệ thống tiếp tục thử lại với khoảng cách thưa dần và sẽ báo khi có lại số liệu; các cơ quan, đơn vị không nhận tin này.
    ");
    post.nothing_else();
    std::fs::create_dir(&path).expect("it works");
    folder_step(&world.context, &watch).await.expect("it works");
    folder_step(&world.context, &watch).await.expect("it works");
    world.settle().await;
    let mut post = world.received().await;
    assert_eq!(post.one("office").reason, "source_back");
    post.nothing_else();
}
