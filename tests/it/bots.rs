//! Two working bots of one medium in one program: what one of them hears is answered and told by that one alone.

use chitieu::app::App;
use chitieu::config::Config;
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::subscription::Role;
use chitieu::ingest::Hints;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::{Context, link};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fake::front::Front;
use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram};
use crate::fake::zalo_bot::{FakeZaloBot, Habits, Said};

const A: &str = "7000000001:AAFakeTokenForTests-abcdefghijklmnop_Q";
const B: &str = "7000000002:AAFakeTokenForTests-bbbbbbbbbbbbbbbb_Q";
const ZALO_A: &str = "1459232241454765289:FakeZaloSecretForTests_abcDEF";
const ZALO_B: &str = "1459232241454765290:FakeZaloSecretForTests_bbbDEF";
const GROUP: i64 = -4001;
const PERSON: i64 = 90_001;
const ZALO_GROUP: &str = "g-82599fa32f56d00e8941";
const SECRET: &str = "s3cret_of-the-hook";

/// The running program; it ends with [`Running::end`].
struct Running {
    url: String,
    context: Context,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
    _folder: tempfile::TempDir,
}

impl Running {
    async fn start(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}", folder.path().join("office.db").display());
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = free.local_addr().expect("bound").to_string();
        drop(free);
        let url = format!("http://{address}");
        let mut table = vec![("DATABASE_URL", database.as_str()), ("HTTP_ADDR", &address), ("PUBLIC_URL", &url)];
        table.extend(variables);
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let app = App::build(Config::from_lookup(&lookup).expect("a sound configuration")).await.expect("built");
        let (context, stop) = (app.context().clone(), CancellationToken::new());
        let task = tokio::spawn(app.run(stop.clone()));
        Self { url, context, stop, task, _folder: folder }
    }

    /// What a chat types to become a unit's.
    async fn link(&self) -> String {
        let role = Role::Unit(UnitCode::parse("so-y-te").expect("a code"));
        format!("/dangky {}", link::issue(&self.context, &role).await.expect("a code").code)
    }

    /// The figures of July arrive.
    async fn july(&self) {
        let path = crate::process::REPORT;
        let file = InputFile { name: path.to_owned(), bytes: std::fs::read(path).expect("the report") };
        let read = read_files(&self.context, &[file], &Hints::default());
        record(&self.context, &read).await.expect("recorded");
    }

    /// What a webhook answers.
    async fn post(&self, path: &str, header: &str, body: &Value) -> u16 {
        let request = reqwest::Client::new().post(format!("{}{path}", self.url)).header(header, SECRET);
        let request = request.header("content-type", "application/json").body(body.to_string());
        request.send().await.expect("an answer").status().as_u16()
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.expect("no panic").expect("a clean end");
    }
}

/// Waits until something is so.
async fn until(what: &str, so: impl Fn() -> bool) {
    let patience = Duration::from_secs(30);
    crate::process::until(what, patience, async || so().then_some(())).await;
}

/// Two Telegram bots in the same group.
async fn telegrams() -> (FakeTelegram, FakeTelegram, Front) {
    let bot = async |token: &str| {
        let telegram =
            FakeTelegram::start_with(FakeOptions { token: token.to_owned(), ..FakeOptions::unlimited() }).await;
        telegram.add_chat(GROUP, ChatKind::Group, "Sở Y tế");
        telegram
    };
    let (a, b) = (bot(A).await, bot(B).await);
    let front = Front::of(&[(A, a.url()), (B, b.url())]).await;
    (a, b, front)
}

fn texts(telegram: &FakeTelegram) -> Vec<String> {
    telegram.all_received().into_iter().map(|message| message.text).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_telegram_bot_that_heard_a_group_answers_and_tells_it() {
    let (a, b, front) = telegrams().await;
    let both = format!("{A},{B}");
    let running = Running::start(&[("TELEGRAM_BOT_TOKEN", &both), ("TELEGRAM_API_URL", front.url())]).await;
    b.push_text(GROUP, PERSON, &running.link().await);
    until("the link", || texts(&b).len() == 1).await;
    running.july().await;
    until("the bulletin", || texts(&b).len() == 2).await;
    let told = texts(&b);
    assert!(told[0].starts_with("✅ Đã liên kết nhóm “Sở Y tế” với Sở Y tế."), "{told:?}");
    assert!(told[1].contains("Sở Y tế") && told[1].contains("tháng 7/2023"), "{told:?}");
    assert_eq!(texts(&a), [""; 0]);
    // To the other bot the same group is a stranger's.
    a.push_text(GROUP, PERSON, "/status");
    until("another answer", || !texts(&a).is_empty()).await;
    b.push_text(GROUP, PERSON, "/status");
    until("its answer", || texts(&b).len() == 3).await;
    running.end().await;
    let (a, b) = (texts(&a), texts(&b));
    assert!(a.len() == 1 && a[0].starts_with("Nhóm này chưa được liên kết"), "{a:?}");
    assert!(b.len() == 3 && b[2].contains("Sở Y tế"), "{b:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_path_of_a_telegram_webhook_names_the_bot() {
    const HEADER: &str = "x-telegram-bot-api-secret-token";
    let (a, b, front) = telegrams().await;
    let both = format!("{A},{B}");
    let running = Running::start(&[
        ("TELEGRAM_BOT_TOKEN", &both),
        ("TELEGRAM_API_URL", front.url()),
        ("TELEGRAM_MODE", "webhook"),
        ("TELEGRAM_WEBHOOK_SECRET", SECRET),
    ])
    .await;
    until("both webhooks", || [&a, &b].iter().all(|bot| !bot.calls("setWebhook").is_empty())).await;
    for (bot, id) in [(&a, "7000000001"), (&b, "7000000002")] {
        let set = bot.calls("setWebhook")[0].params["url"].as_str().map(str::to_owned);
        assert_eq!(set, Some(format!("{}/webhooks/telegram/{id}", running.url)));
    }
    // Both count their updates and messages from one on.
    let chat = json!({"id": GROUP, "type": "group", "title": "Sở Y tế"});
    let person = json!({"id": PERSON, "is_bot": false, "first_name": "An"});
    let message = json!({"message_id": 6, "date": 0, "chat": chat, "from": person, "text": "/trogiup"});
    let update = json!({"update_id": 78, "message": message});
    for path in ["/webhooks/telegram", "/webhooks/telegram/7000000003", "/webhooks/telegram/telegram:7000000001"] {
        assert_eq!(running.post(path, HEADER, &update).await, 404, "{path}: whose it is, nobody knows");
    }
    assert_eq!(running.post("/webhooks/telegram/7000000002", HEADER, &update).await, 200);
    until("its answer", || !texts(&b).is_empty()).await;
    assert_eq!(texts(&a), [""; 0]);
    assert_eq!(running.post("/webhooks/telegram/7000000001", HEADER, &update).await, 200);
    until("the other's answer", || !texts(&a).is_empty()).await;
    running.end().await;
    assert_eq!((texts(&a).len(), texts(&b).len()), (1, 1));
}

/// Two Zalo bots.
async fn zalos() -> (FakeZaloBot, FakeZaloBot, Front) {
    let (a, b) = (FakeZaloBot::start(Habits::default()).await, FakeZaloBot::start_as(ZALO_B, Habits::default()).await);
    for bot in [&a, &b] {
        bot.add_chat(ZALO_GROUP);
    }
    let front = Front::of(&[(ZALO_A, a.url()), (ZALO_B, b.url())]).await;
    (a, b, front)
}

fn zalo_texts(zalo: &FakeZaloBot) -> Vec<String> {
    zalo.all_received().into_iter().map(|message| message.text).collect()
}

fn said(text: &str) -> Said<'_> {
    Said::in_group(ZALO_GROUP, "6ede9afa66b88fe6d6a9", "Bà An", text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_zalo_bot_that_heard_a_group_answers_and_tells_it() {
    let (a, b, front) = zalos().await;
    let both = format!("{ZALO_A},{ZALO_B}");
    let running = Running::start(&[("ZALO_BOT_TOKEN", &both), ("ZALO_BOT_API_URL", front.url())]).await;
    let link = running.link().await;
    b.say(said(&link));
    until("the link", || zalo_texts(&b).len() == 1).await;
    running.july().await;
    until("the bulletin", || zalo_texts(&b).len() == 2).await;
    a.say(said("/status"));
    until("another answer", || !zalo_texts(&a).is_empty()).await;
    running.end().await;
    let (a, b) = (zalo_texts(&a), zalo_texts(&b));
    assert!(b[0].starts_with("✅ Đã liên kết") && b[1].contains("tháng 7/2023") && b.len() == 2, "{b:?}");
    assert!(a.len() == 1 && a[0].starts_with("Nhóm này chưa được liên kết"), "{a:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_path_of_a_zalo_webhook_names_the_bot() {
    const HEADER: &str = "X-Bot-Api-Secret-Token";
    let (a, b, front) = zalos().await;
    let both = format!("{ZALO_A},{ZALO_B}");
    let running = Running::start(&[
        ("ZALO_BOT_TOKEN", &both),
        ("ZALO_BOT_API_URL", front.url()),
        ("ZALO_BOT_MODE", "webhook"),
        ("ZALO_BOT_WEBHOOK_SECRET", SECRET),
    ])
    .await;
    until("both webhooks", || a.webhook().is_some() && b.webhook().is_some()).await;
    for (bot, id) in [(&a, "1459232241454765289"), (&b, "1459232241454765290")] {
        assert_eq!(bot.webhook(), Some(format!("{}/webhooks/zalo-bot/{id}", running.url)));
    }
    let event = b.event(said("/trogiup"));
    for path in ["/webhooks/zalo-bot", "/webhooks/zalo-bot/1459232241454765291"] {
        assert_eq!(running.post(path, HEADER, &event).await, 404, "{path}: whose it is, nobody knows");
    }
    assert_eq!(running.post("/webhooks/zalo-bot/1459232241454765290", HEADER, &event).await, 200);
    until("its answer", || !zalo_texts(&b).is_empty()).await;
    assert_eq!(zalo_texts(&a), [""; 0]);
    // The very same event is another one for the other bot.
    assert_eq!(running.post("/webhooks/zalo-bot/1459232241454765289", HEADER, &event).await, 200);
    until("the other's answer", || !zalo_texts(&a).is_empty()).await;
    running.end().await;
    assert_eq!((zalo_texts(&a).len(), zalo_texts(&b).len()), (1, 1));
}
