//! An Official Account's server that says no: refresh tokens that work once, access tokens that end, groups that are gone.
//!
//! Stricter than the real one where nobody knows: a renewal ends the earlier access token at once, and the unit of "2,000
//! characters" is the smaller one. It counts requests, 100 within a minute. What is absent: the end of an access token by time (a
//! test ends it itself) and everything but groups.

mod people;
mod wire;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use people::Signer;

/// The application.
pub const APP_ID: &str = "1147483647123456789";
/// The account.
pub const OA_ID: &str = "388613280878808645";
/// All secrets hold this word, so that a leak can be searched for.
pub const SECRET: &str = "FakeOaSecret";
/// Renews.
pub const APP_SECRET: &str = "FakeOaSecret-of-the-application";
/// Signs.
pub const SECRET_KEY: &str = "FakeOaSecret-of-the-webhook";
/// The first refresh token.
pub const FIRST_REFRESH: &str = "FakeOaSecret-refresh-0";

/// Requests of the API within a minute on the cheapest plan; a renewal is none.
const A_MINUTE: usize = 100;
const MINUTE: Duration = Duration::from_secs(60);

/// One way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A page from something in front of the API; nothing is done.
    Html(u16),
    /// A refusal of the API; nothing is done.
    Refuse(i64, &'static str),
    /// Carried out, and answered only after this much real time.
    CarryOutThenDelay(Duration),
    /// Carried out, and answered with 200 and a page.
    CarryOutThenPage,
    /// Answered only after this much real time, and carried out then.
    DelayThenCarryOut(Duration),
}

/// The calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A renewal of the tokens.
    Refresh,
    /// A text to a group.
    Send,
    /// An upload of a picture.
    Upload,
    /// The list of groups.
    Groups,
}

/// A message that a group received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The group.
    pub group: String,
    /// The text.
    pub text: String,
    /// The upload that goes with it.
    pub attachment: Option<String>,
}

/// A group of the account.
#[derive(Clone, Debug)]
struct Group {
    name: String,
    enabled: bool,
    /// Whether the account is in it.
    inside: bool,
}

struct World {
    refresh: String,
    access: Option<String>,
    /// How many pairs were given out.
    pairs: u64,
    groups: BTreeMap<String, Group>,
    received: Vec<Received>,
    uploads: Vec<Vec<u8>>,
    faults: Vec<(Call, Fault)>,
    calls: Vec<Call>,
    /// When requests were taken within the last minute.
    minute: VecDeque<Duration>,
    /// Requests that were too many.
    too_many: usize,
    /// The time that a test gave, since the start.
    at: Option<Duration>,
    started: Instant,
    next_id: u64,
    /// What the end of an access token is answered with: both were seen.
    ended: i64,
}

impl World {
    /// Whether the account has requests left in this minute; if so, one less.
    fn has_room(&mut self) -> bool {
        let now = self.at.unwrap_or_else(|| self.started.elapsed());
        while self.minute.front().is_some_and(|at| *at + MINUTE <= now) {
            self.minute.pop_front();
        }
        let room = self.minute.len() < A_MINUTE;
        if room {
            self.minute.push_back(now);
        } else {
            self.too_many += 1;
        }
        room
    }
}

struct Shared {
    world: Mutex<World>,
}

impl Shared {
    /// A panic elsewhere is reported by its own test; it must not become a second one here.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running fake. Dropping it closes the listener.
pub struct FakeZaloOa {
    shared: Arc<Shared>,
    url: String,
    server: JoinHandle<()>,
}

impl fmt::Debug for FakeZaloOa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeZaloOa").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for FakeZaloOa {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeZaloOa {
    /// A fake without groups, whose first refresh token is unused.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on the loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let world = World {
            refresh: FIRST_REFRESH.to_owned(),
            access: None,
            pairs: 0,
            groups: BTreeMap::new(),
            received: Vec::new(),
            uploads: Vec::new(),
            faults: Vec::new(),
            calls: Vec::new(),
            minute: VecDeque::new(),
            too_many: 0,
            at: None,
            started: Instant::now(),
            next_id: 1,
            ended: -216,
        };
        let shared = Arc::new(Shared { world: Mutex::new(world) });
        let router = wire::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // Fails only if the listener does, and then every call of the test fails with it.
            let _ = axum::serve(listener, router).await;
        });
        Self { shared, url: format!("http://{address}"), server }
    }

    /// The base of both APIs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A group that the account made.
    pub fn add_group(&self, id: &str, name: &str) {
        let group = Group { name: name.to_owned(), enabled: true, inside: true };
        self.shared.world().groups.insert(id.to_owned(), group);
    }

    /// The group is switched off.
    pub fn disable(&self, id: &str) {
        if let Some(group) = self.shared.world().groups.get_mut(id) {
            group.enabled = false;
        }
    }

    /// The account is not in the group any more.
    pub fn leave(&self, id: &str) {
        if let Some(group) = self.shared.world().groups.get_mut(id) {
            group.inside = false;
        }
    }

    /// The access token ends before its time; calls with it are answered with this code.
    pub fn end_access(&self, code: i64) {
        let mut world = self.shared.world();
        world.access = None;
        world.ended = code;
    }

    /// A person connects the account again.
    pub fn reconnect(&self, refresh: &str) {
        let mut world = self.shared.world();
        refresh.clone_into(&mut world.refresh);
        world.access = None;
    }

    /// The next call of a kind fails.
    pub fn fail_next(&self, call: Call, fault: Fault) {
        self.shared.world().faults.push((call, fault));
    }

    /// From now on requests come at this time since the start, instead of the real one.
    pub fn at(&self, time: Duration) {
        self.shared.world().at = Some(time);
    }

    /// How many requests were refused for being too many.
    pub fn too_many(&self) -> usize {
        self.shared.world().too_many
    }

    /// How many calls of a kind there were.
    pub fn count(&self, call: Call) -> usize {
        self.shared.world().calls.iter().filter(|c| **c == call).count()
    }

    /// What one group received, in order.
    pub fn texts(&self, group: &str) -> Vec<String> {
        self.shared.world().received.iter().filter(|m| m.group == group).map(|m| m.text.clone()).collect()
    }

    /// All messages, in order.
    pub fn all_received(&self) -> Vec<Received> {
        self.shared.world().received.clone()
    }

    /// Pictures that were uploaded.
    pub fn uploads(&self) -> Vec<Vec<u8>> {
        self.shared.world().uploads.clone()
    }
}
