//! The whole program against the fake: what it tells Telegram at its start, and its webhook.

use std::time::Duration;

use chitieu::app::App;
use chitieu::config::Config;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{PERSON, SUPERGROUP, nobody, telegram};
use crate::fake::telegram::{FakeTelegram, Fault, TOKEN};

const SECRET: &str = "s3cret_of-the-hook";

/// The running program; it ends with [`Running::end`].
struct Running {
    url: String,
    database: String,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
    _folder: TempDir,
}

impl Running {
    async fn start(telegram: &FakeTelegram, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}", folder.path().join("office.db").display());
        let address = nobody().await;
        let mut table = vec![
            ("DATABASE_URL", database.as_str()),
            ("HTTP_ADDR", &address),
            ("TELEGRAM_BOT_TOKEN", TOKEN),
            ("TELEGRAM_API_URL", telegram.url()),
        ];
        table.extend(more);
        let lookup = |name: &str| table.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let app = App::build(Config::from_lookup(&lookup).expect("a sound configuration")).await.expect("built");
        let stop = CancellationToken::new();
        let task = tokio::spawn(app.run(stop.clone()));
        Self { url: format!("http://{address}/webhooks/telegram"), database, stop, task, _folder: folder }
    }

    /// What the webhook answers.
    async fn post(&self, update: &Value) -> (u16, String) {
        self.post_with(Some(SECRET), &update.to_string()).await
    }

    /// What the webhook answers to whoever has this secret, or none.
    async fn post_with(&self, secret: Option<&str>, body: &str) -> (u16, String) {
        let mut request = reqwest::Client::new().post(&self.url).header("content-type", "application/json");
        if let Some(secret) = secret {
            request = request.header("x-telegram-bot-api-secret-token", secret);
        }
        let response = request.body(body.to_owned()).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a body"))
    }

    /// How many messages were stored, and how many chats of Telegram.
    async fn stored(&self) -> (i64, i64) {
        let pool = sqlx::SqlitePool::connect(&self.database).await.expect("the database");
        let count = async |sql: &'static str| sqlx::query_scalar(sql).fetch_one(&pool).await.expect("counted");
        let inbound = count("SELECT COUNT(*) FROM inbound").await;
        (inbound, count("SELECT COUNT(*) FROM chats WHERE medium = 'telegram'").await)
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.expect("no panic").expect("a clean end");
    }
}

/// Waits until something is so, at most ten seconds.
async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..200 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} within ten seconds");
}

#[tokio::test]
async fn the_commands_are_told_at_the_start() {
    let telegram = telegram().await;
    let running = Running::start(&telegram, &[]).await;
    until("the commands", || !telegram.commands("default", "vi").is_empty()).await;
    running.end().await;
    let told = telegram.commands("default", "");
    assert_eq!(told, telegram.commands("default", "vi"));
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    let all = "status tomtat xemthem chitieu xephang lichsu sosanh baocao giaitrinh nhacnho tamdung batlai kiemtra xacnhan capma \
               tingui dangky huy trogiup";
    assert_eq!(names, all.split_whitespace().collect::<Vec<_>>());
    assert_eq!(told[16].1, "Liên kết nhóm bằng mã do Văn phòng cấp");
    assert_eq!(telegram.calls("setMyCommands").len(), 2, "once for all, once for Vietnamese");
}

#[tokio::test]
async fn a_list_that_is_refused_stops_nothing() {
    let telegram = telegram().await;
    telegram.fail_when(
        None,
        Fault::Refuse(crate::fake::telegram::ApiError::bad_request("BOT_COMMAND_INVALID")),
        |seen| seen.method == "setMyCommands",
    );
    let running = Running::start(&telegram, &[]).await;
    until("a call", || !telegram.calls("setMyCommands").is_empty()).await;
    telegram.push_text(PERSON, PERSON, "/help");
    until("an answer", || !telegram.received(PERSON).is_empty()).await;
    running.end().await;
    assert_eq!(telegram.calls("setMyCommands").len(), 1);
}

#[tokio::test]
async fn a_press_is_answered_by_the_webhook_call_itself() {
    let telegram = telegram().await;
    let mode =
        [("TELEGRAM_MODE", "webhook"), ("TELEGRAM_WEBHOOK_SECRET", SECRET), ("PUBLIC_URL", "https://office.example")];
    let running = Running::start(&telegram, &mode).await;
    until("a webhook", || !telegram.calls("setWebhook").is_empty()).await;
    let chat = json!({"id": SUPERGROUP, "type": "supergroup", "title": "Sở Nội vụ"});
    let person = json!({"id": PERSON, "is_bot": false, "first_name": "An"});
    let press = |id: &str| {
        // An old message is not shown any more.
        json!({"update_id": 77, "callback_query": {"id": id, "from": person, "chat_instance": "1", "data": "/trogiup",
            "message": {"message_id": 5, "date": 0, "chat": chat}}})
    };
    let (status, body) = running.post(&press("4000")).await;
    let expected = json!({"method": "answerCallbackQuery", "callback_query_id": "4000"});
    assert_eq!((status, serde_json::from_str(&body).ok()), (200, Some(expected)));
    until("an answer", || !telegram.received(SUPERGROUP).is_empty()).await;
    // The same press, told once more; then an ordinary text, which nothing has to acknowledge.
    assert_eq!(running.post(&press("4000")).await.0, 200);
    let message = json!({"message_id": 6, "date": 0, "chat": chat, "from": person, "text": "/trogiup"});
    assert_eq!(running.post(&json!({"update_id": 78, "message": message})).await, (200, String::new()));
    until("a second answer", || telegram.received(SUPERGROUP).len() >= 2).await;
    running.end().await;
    assert_eq!(telegram.received(SUPERGROUP).len(), 2, "the press was heard once");
    assert!(telegram.calls("answerCallbackQuery").is_empty());
}

#[tokio::test]
async fn a_call_without_the_secret_or_without_sense_is_refused_and_stores_nothing() {
    let telegram = telegram().await;
    let mode =
        [("TELEGRAM_MODE", "webhook"), ("TELEGRAM_WEBHOOK_SECRET", SECRET), ("PUBLIC_URL", "https://office.example")];
    let running = Running::start(&telegram, &mode).await;
    until("a webhook", || !telegram.calls("setWebhook").is_empty()).await;
    let chat = json!({"id": SUPERGROUP, "type": "supergroup", "title": "Sở Nội vụ"});
    let person = json!({"id": PERSON, "is_bot": false, "first_name": "An"});
    let message = json!({"message_id": 6, "date": 0, "chat": chat, "from": person, "text": "/trogiup"});
    let update = json!({"update_id": 78, "message": message}).to_string();
    let longer = format!("{SECRET}x");
    for secret in [None, Some(""), Some("guess"), Some(&SECRET[1..]), Some(&longer), Some("S3CRET_OF-THE-HOOK")] {
        assert_eq!(running.post_with(secret, &update).await, (401, String::new()), "{secret:?}");
    }
    // Whoever has no secret does not learn what is wrong with the body either.
    assert_eq!(running.post_with(Some("guess"), "<html>").await.0, 401);
    for body in ["<html>", "", "{", "[]"] {
        assert_eq!(running.post_with(Some(SECRET), body).await, (400, String::new()), "{body:?}");
    }
    assert_eq!(running.stored().await, (0, 0));
    assert_eq!(running.post_with(Some(SECRET), &update).await.0, 200);
    assert_eq!(running.stored().await, (1, 1), "stored before it is answered");
    until("an answer", || !telegram.received(SUPERGROUP).is_empty()).await;
    running.end().await;
    assert_eq!(telegram.all_received().len(), 1);
}
