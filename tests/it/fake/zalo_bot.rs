//! A server of Zalo's Bot Platform that says no, in every way in which the real one was seen or is said to.
//!
//! Reports of the real service contradict each other, so what they differ on is an option: whether the HTTP status
//! mirrors `error_code`, whether success carries an `error_code` of its own, what a token that is not known is answered
//! with, and whether a poll tells an event once, again and again, or only while it is open.
//!
//! What is absent: chat actions, the fetching of pictures (a test does that itself), and everything that the platform does not have. An unknown method is 404.

mod markdown;
mod people;
mod wire;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use people::{Said, Secret};

/// A token of the documented shape; distinctive, so that a leak into a log can be searched for.
pub const TOKEN: &str = "1459232241454765289:FakeZaloSecretForTests_abcDEF";

/// What the HTTP status of a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusHabit {
    /// The `error_code`.
    Mirror,
    /// 200, whatever happened.
    Always200,
}

/// What a poll tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollHabit {
    /// Every event once.
    ConsumeOnce,
    /// The newest event at once, on every poll.
    HotReplay,
    /// Only what arrives while a poll is open.
    RealTime,
}

/// What becomes of `parse_mode=markdown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkdownHabit {
    /// Refused when the marks are not balanced, or are none that Zalo knows.
    Balanced,
    /// Always refused.
    Refuse,
}

/// How a fake is set up.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// The status of failures.
    pub status: StatusHabit,
    /// Whether success carries `"error_code":0`.
    pub extra_zero: bool,
    /// What a poll tells.
    pub poll: PollHabit,
    /// Whether a wrong token is answered with a page.
    pub html_for_wrong_token: bool,
    /// What becomes of marked-up text.
    pub markdown: MarkdownHabit,
    /// Messages a month.
    pub quota: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            status: StatusHabit::Mirror,
            extra_zero: false,
            poll: PollHabit::ConsumeOnce,
            html_for_wrong_token: false,
            markdown: MarkdownHabit::Balanced,
            quota: 3_000,
        }
    }
}

/// One way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A page from something in front of the API, nothing recorded.
    Html(u16),
    /// A refusal of the API, nothing recorded.
    Refuse(u16, &'static str),
    /// The call is carried out, and answered only after this much real time.
    RecordThenDelay(Duration),
}

/// A message that the fake accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The chat.
    pub chat: String,
    /// The text.
    pub text: String,
    /// Its length in Unicode characters.
    pub chars: usize,
    /// Its length in UTF-16 units.
    pub utf16: usize,
    /// `parse_mode`, as sent.
    pub parse_mode: Option<String>,
    /// The address of a picture.
    pub photo: Option<String>,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The parameters.
    pub params: Value,
    /// When, in real time since the fake began.
    pub at: Duration,
}

/// What the fake remembers.
struct World {
    token: String,
    habits: Habits,
    chats: BTreeSet<String>,
    received: Vec<Received>,
    /// Messages of this month.
    used: usize,
    webhook: Option<(String, String)>,
    verification: Option<Value>,
    events: VecDeque<Value>,
    /// Polls that wait.
    open_polls: usize,
    faults: Vec<(String, Fault)>,
    log: Vec<Call>,
    next_id: u64,
}

struct Shared {
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    began: std::time::Instant,
}

impl Shared {
    /// A panic elsewhere is reported by its own test; it must not become a second one here.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running fake. Dropping it closes the listener.
pub struct FakeZaloBot {
    shared: Arc<Shared>,
    url: String,
    server: JoinHandle<()>,
}

impl fmt::Debug for FakeZaloBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeZaloBot").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for FakeZaloBot {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeZaloBot {
    /// A fake with these habits, and no chats.
    pub async fn start(habits: Habits) -> Self {
        Self::start_as(TOKEN, habits).await
    }

    /// The same, for another bot.
    pub async fn start_as(token: &str, habits: Habits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on the loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let world = World {
            token: token.to_owned(),
            habits,
            chats: BTreeSet::new(),
            received: Vec::new(),
            used: 0,
            webhook: None,
            verification: None,
            events: VecDeque::new(),
            open_polls: 0,
            faults: Vec::new(),
            log: Vec::new(),
            next_id: 1,
        };
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            began: std::time::Instant::now(),
        });
        let router = wire::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // Fails only if the listener does, and then every call of the test fails with it.
            let _ = axum::serve(listener, router).await;
        });
        Self { shared, url: format!("http://{address}"), server }
    }

    /// The base: clients call `{url}/bot{token}/{method}`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A chat to which the bot may write.
    pub fn add_chat(&self, id: &str) {
        self.shared.world().chats.insert(id.to_owned());
    }

    /// A chat that the bot cannot reach any more.
    pub fn drop_chat(&self, id: &str) {
        self.shared.world().chats.remove(id);
    }

    /// The next call of a method fails.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.shared.world().faults.push((method.to_owned(), fault));
    }

    /// The quota begins anew.
    pub fn next_month(&self) {
        self.shared.world().used = 0;
    }

    /// What `setWebhook` answers beside the address.
    pub fn set_verification(&self, verification: Value) {
        self.shared.world().verification = Some(verification);
    }

    /// The address that was set.
    pub fn webhook(&self) -> Option<String> {
        self.shared.world().webhook.as_ref().map(|(url, _)| url.clone())
    }

    /// How many polls wait at this moment.
    pub fn open_polls(&self) -> usize {
        self.shared.world().open_polls
    }

    /// The messages that one chat accepted, in order.
    pub fn received(&self, chat: &str) -> Vec<Received> {
        self.shared.world().received.iter().filter(|message| message.chat == chat).cloned().collect()
    }

    /// All messages, in order.
    pub fn all_received(&self) -> Vec<Received> {
        self.shared.world().received.clone()
    }

    /// The calls of one method, in order.
    pub fn calls(&self, method: &str) -> Vec<Call> {
        self.shared.world().log.iter().filter(|call| call.method == method).cloned().collect()
    }
}
