//! A Telegram Bot API server that says no.
//!
//! A test starts one, adds the chats it needs, points a client at [`FakeTelegram::url`] and lets the
//! code under test run; then it asks what each chat received. Between the two it may let people write
//! (`people.rs`), throw the bot out, and break the network (`trouble.rs`).
//!
//! ```text
//! let telegram = FakeTelegram::start().await;
//! telegram.add_chat(-1001, ChatKind::Supergroup, "Sở Nội vụ");
//! telegram.fail_next_send(Fault::RecordThenClose);
//! …
//! assert_eq!(telegram.received(-1001).len(), 1);
//! ```
//!
//! Two kinds of time: limits and log entries follow [`FakeOptions::elapsed`], which a test may drive by
//! hand; long polls and delayed answers wait in real time, because a client's time-out is real too.
//!
//! What is absent: downloads, albums, Markdown, channels, and the delivery of webhooks (`setWebhook`
//! only stops polling). Any method that is not listed in `methods.rs` is 404.

mod error;
mod fault;
mod files;
mod html;
mod keyboard;
mod limits;
mod methods;
mod params;
mod people;
mod settings;
mod trouble;
mod updates;
mod wire;
mod world;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use error::ApiError;
pub use fault::Fault;
pub use limits::Limits;
pub use world::{BOT_USERNAME, Call, ChatKind, Received, Standing};

use world::World;

/// Elapsed time since the fake began, as the test sees it.
pub type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A token of the real shape; distinctive, so that a leak into a log can be searched for.
pub const TOKEN: &str = "7000000001:AAFakeTokenForTests-abcdefghijklmnop_Q";

/// How a fake is set up.
#[derive(Clone)]
pub struct FakeOptions {
    /// The bot's token.
    pub token: String,
    /// Flood control.
    pub limits: Limits,
    /// The clock for limits and log; `None` is real time from the start on.
    pub elapsed: Option<Elapsed>,
}

impl Default for FakeOptions {
    fn default() -> Self {
        Self { token: TOKEN.to_owned(), limits: Limits::TELEGRAM, elapsed: None }
    }
}

impl FakeOptions {
    /// Nothing is counted: for tests about something else.
    pub fn unlimited() -> Self {
        Self { limits: Limits::NONE, ..Self::default() }
    }

    /// The test's own clock.
    pub fn with_elapsed(mut self, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.elapsed = Some(Arc::new(elapsed));
        self
    }
}

/// What the sockets and the test both hold.
struct Shared {
    token: String,
    elapsed: Elapsed,
    world: Mutex<World>,
    /// Wakes the poll that waits.
    changed: watch::Sender<u64>,
    /// Ends calls that hang when the fake is dropped.
    stopped: watch::Sender<bool>,
}

impl Shared {
    /// A panic elsewhere is reported by its own test; it must not become a second one here.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_polls(&self) {
        self.changed.send_modify(|generation| *generation += 1);
    }
}

/// A running fake. Dropping it closes the listener and every connection.
pub struct FakeTelegram {
    shared: Arc<Shared>,
    url: String,
    server: JoinHandle<()>,
}

impl fmt::Debug for FakeTelegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTelegram").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        self.shared.stopped.send_replace(true);
        self.server.abort();
    }
}

impl FakeTelegram {
    /// With Telegram's limits and real time.
    pub async fn start() -> Self {
        Self::start_with(FakeOptions::default()).await
    }

    /// With options.
    pub async fn start_with(options: FakeOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on the loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let started = Instant::now();
        let shared = Arc::new(Shared {
            token: options.token,
            elapsed: options.elapsed.unwrap_or_else(|| Arc::new(move || started.elapsed())),
            world: Mutex::new(World::new(options.limits)),
            changed: watch::Sender::new(0),
            stopped: watch::Sender::new(false),
        });
        let service = wire::router(Arc::clone(&shared)).into_make_service_with_connect_info::<wire::Scissors>();
        let server = tokio::spawn(async move {
            // Fails only if the listener does, and then every call of the test fails with it.
            let _ = axum::serve(wire::Cuttable(listener), service).await;
        });
        Self { shared, url: format!("http://{address}"), server }
    }

    /// The base: clients call `{url}/bot{token}/{method}`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The one token that is let in.
    pub fn token(&self) -> &str {
        &self.shared.token
    }

    /// Every call in the order of arrival, polls included.
    pub fn log(&self) -> Vec<Call> {
        self.shared.world().log.clone()
    }

    /// The calls of one method (documented spelling).
    pub fn calls(&self, method: &str) -> Vec<Call> {
        self.shared.world().log.iter().filter(|call| call.method == method).cloned().collect()
    }

    /// New messages that one chat accepted, in order. Edits are not among them.
    pub fn received(&self, chat: i64) -> Vec<Received> {
        self.shared.world().received.iter().filter(|message| message.chat == chat).cloned().collect()
    }

    /// New messages of all chats, in order.
    pub fn all_received(&self) -> Vec<Received> {
        self.shared.world().received.clone()
    }

    /// Accepted edits in one chat, in order.
    pub fn edits(&self, chat: i64) -> Vec<Received> {
        self.shared.world().edits.iter().filter(|message| message.chat == chat).cloned().collect()
    }

    /// What people see in a chat now: edits applied, deleted messages gone.
    pub fn shown(&self, chat: i64) -> Vec<Received> {
        self.shared.world().chat(chat).shown.values().cloned().collect()
    }

    /// Ids of the pinned messages, newest last.
    pub fn pinned(&self, chat: i64) -> Vec<i64> {
        self.shared.world().chat(chat).pinned.clone()
    }

    /// The commands set for a scope type (`default`, `all_group_chats`, …) and language ("" is all):
    /// name and description.
    pub fn commands(&self, scope: &str, language: &str) -> Vec<(String, String)> {
        let key = (serde_json::json!({"type": scope}).to_string(), language.to_owned());
        self.shared.world().commands.get(&key).cloned().unwrap_or_default()
    }

    /// Updates that no poll has acknowledged.
    pub fn unacknowledged(&self) -> Vec<i64> {
        self.shared.world().updates.unacknowledged()
    }

    /// How many calls were answered 429, counted or injected.
    pub fn too_many_requests(&self) -> usize {
        self.shared.world().too_many
    }

    /// How many polls were answered 409.
    pub fn conflicts(&self) -> usize {
        self.shared.world().updates.conflicts
    }
}
