//! Does the fake Telegram keep its promises?
//!
//! Everything else trusts it, so it is driven here from outside: with raw HTTP, as our sender does, and
//! with teloxide, as our listener does.

mod listening;
mod markup;
mod pace;
mod sending;
mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram};

const GROUP: i64 = -4001;
const SUPERGROUP: i64 = -1_001_000_000_001;
const FORUM: i64 = -1_001_000_000_002;
const PERSON: i64 = 90_001;

/// A fake with one chat of each kind, a client, and a clock that stands still until it is moved.
struct Scene {
    telegram: FakeTelegram,
    client: reqwest::Client,
    millis: Arc<AtomicU64>,
}

impl Scene {
    /// Without limits.
    async fn calm() -> Self {
        Self::with(FakeOptions::unlimited()).await
    }

    async fn with(options: FakeOptions) -> Self {
        let millis = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&millis);
        let options = options.with_elapsed(move || Duration::from_millis(clock.load(Ordering::SeqCst)));
        let telegram = FakeTelegram::start_with(options).await;
        telegram.add_chat(GROUP, ChatKind::Group, "Xã Tân Bình");
        telegram.add_chat(SUPERGROUP, ChatKind::Supergroup, "Sở Nội vụ");
        telegram.add_chat(FORUM, ChatKind::Forum, "Điều hành");
        telegram.add_chat(PERSON, ChatKind::Private, "Bà An");
        telegram.add_thread(FORUM, 7);
        Self { telegram, client: reqwest::Client::new(), millis }
    }

    fn pass(&self, millis: u64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    fn method_url(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.telegram.url(), self.telegram.token())
    }

    /// Status and JSON body, or the transport's error.
    async fn try_call(&self, method: &str, params: Value) -> Result<(u16, Value), reqwest::Error> {
        let answer = self.client.post(self.method_url(method)).json(&params).send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }

    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        self.try_call(method, params).await.expect("the fake answers with JSON")
    }

    /// The result of a call that must succeed.
    async fn ok(&self, method: &str, params: Value) -> Value {
        let (status, body) = self.call(method, params).await;
        assert_eq!((status, &body["ok"]), (200, &json!(true)), "{method}: {body}");
        body["result"].clone()
    }

    /// Code and description of a call that must be refused.
    async fn refused(&self, method: &str, params: Value) -> (u16, String) {
        let (status, body) = self.call(method, params).await;
        assert_eq!(body["ok"], json!(false), "{method}: {body}");
        assert_eq!(body["error_code"], json!(status), "{method}: {body}");
        (status, body["description"].as_str().unwrap_or_default().to_owned())
    }

    async fn send(&self, chat: i64, text: &str) -> (u16, Value) {
        self.call("sendMessage", json!({"chat_id": chat, "text": text})).await
    }

    async fn bad(&self, method: &str, params: Value) -> String {
        let (status, description) = self.refused(method, params).await;
        assert_eq!(status, 400, "{description}");
        description.strip_prefix("Bad Request: ").expect("the server's prefix").to_owned()
    }
}
