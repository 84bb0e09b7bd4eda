//! One run: an office with forty chats, and what became of its messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use chitieu::catalog::Catalog;
use chitieu::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use chitieu::channel::web::WebChannel;
use chitieu::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel};
use chitieu::clock::{Clock as _, ManualClock};
use chitieu::domain::delivery::unknown::REPEAT_MARK;
use chitieu::domain::delivery::{DeliveryClass, DeliveryState};
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::entropy::SeededEntropy;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::{Context, Parts, hear, unknown};
use chitieu::store::{NewDelivery, OutboxFilter, OutboxRow, Store, WebAuthor};
use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::chance::Chance;
use super::trouble::{Fate, PATIENCE, Server, Troubled};
use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram};
use crate::fake::zalo_bot::{FakeZaloBot, Habits};
use crate::fake::{telegram, zalo_bot};

const TELEGRAM: &str = "telegram:7000000001";
const ZALO: &str = "zalo_bot:1459232241454765289";
const GROUPS: usize = 18;
const ZALO_GROUPS: usize = 12;
const PAGES: usize = 10;
/// Moments at which something is due, before everything that is broken heals.
const STORMY: usize = 40;
/// Far more than any run has.
const ROUNDS: usize = 600;

/// What became of the messages of some runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub messages: usize,
    pub sent: usize,
    pub given_up: usize,
    pub unknown: usize,
    /// Received a second time, marked.
    pub twice: usize,
    /// Received once, as a marked repetition: the first one had been lost.
    pub rescued: usize,
    pub deaths: usize,
    pub moved: usize,
    pub thrown_out: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.sent += other.sent;
        self.given_up += other.given_up;
        self.unknown += other.unknown;
        self.twice += other.twice;
        self.rescued += other.rescued;
        self.deaths += other.deaths;
        self.moved += other.moved;
        self.thrown_out += other.thrown_out;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages: {} sent, {} given up with a reason, {} unknown, 0 lost; {} came twice (marked), {} only as a \
             marked repetition; {} deaths, {} groups moved, {} times thrown out",
            self.messages,
            self.sent,
            self.given_up,
            self.unknown,
            self.twice,
            self.rescued,
            self.deaths,
            self.moved,
            self.thrown_out
        )
    }
}

impl Tally {
    /// Whether everything that may happen did happen.
    pub fn is_rich(&self) -> bool {
        [self.sent, self.given_up, self.unknown, self.twice, self.rescued, self.deaths, self.moved, self.thrown_out]
            .iter()
            .all(|count| *count > 0)
    }
}

/// Catalog, messages and schema are the same for all runs, and take longer to check than a run.
static BORN: OnceLock<Context> = OnceLock::new();
static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();

pub struct Office {
    seed: u64,
    chance: Chance,
    clock: Arc<ManualClock>,
    telegram: Arc<FakeTelegram>,
    zalo: Arc<FakeZaloBot>,
    url: String,
    calm: Arc<AtomicBool>,
    process: Process,
    /// Groups by the address they have now; in the order in which they were made.
    groups: Vec<i64>,
    /// Those of them from which the bot was thrown out, by place.
    outside: BTreeSet<usize>,
    tally: Tally,
    _folder: tempfile::TempDir,
}

/// What ends with the process.
struct Process {
    context: Context,
    lanes: Vec<Lane>,
    listener: TelegramListener,
    died: Arc<Notify>,
}

impl Office {
    pub async fn run(seed: u64) -> Tally {
        let mut office = Self::open(seed).await;
        office.queue("bulletin", DeliveryClass::Broadcast).await;
        for round in 0..ROUNDS {
            if round == STORMY / 4 {
                office.queue("status", DeliveryClass::Answer).await;
            }
            if round < STORMY {
                office.misfortune();
            } else if round == STORMY {
                office.heal().await;
            }
            let due = office.steps().await;
            match due {
                Some(at) => office.clock.set(at.max(office.clock.now() + Duration::milliseconds(1))),
                None if round < STORMY => office.clock.advance(Duration::minutes(7)),
                None => {
                    // Ten minutes until a repetition, and no chat that is still thrown out.
                    office.clock.advance(Duration::minutes(11));
                    if office.is_settled().await {
                        return office.judge().await;
                    }
                }
            }
        }
        let mut rows = office.rows().await;
        rows.retain(|row| {
            matches!(row.state, DeliveryState::Waiting | DeliveryState::Sending | DeliveryState::Unknown)
        });
        panic!("seed {seed}: something is always due: {rows:#?}");
    }

    async fn open(seed: u64) -> Self {
        // What is written is thrown away, so it need not reach a disk.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("chitieu.db").display());
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_690_160_400, 0).expect("a moment")));
        let time = Arc::clone(&clock);
        let began = clock.now();
        let elapsed = move || (time.now() - began).to_std().unwrap_or_default();
        let telegram = Arc::new(FakeTelegram::start_with(FakeOptions::default().with_elapsed(elapsed)).await);
        let zalo = Arc::new(FakeZaloBot::start(Habits::default()).await);
        let (chance, calm) = (Chance::of(seed), Arc::new(AtomicBool::new(false)));
        let parts = (&clock, &telegram, &zalo, &chance, &calm);
        if let Some(empty) = EMPTY.get() {
            std::fs::write(folder.path().join("chitieu.db"), empty).expect("written");
        }
        let process = Process::start(&url, seed, parts).await;
        if BORN.set(process.context.clone()).is_ok() {
            process.context.store.close().await;
            EMPTY.set(std::fs::read(folder.path().join("chitieu.db")).expect("read")).expect("set once");
            return Box::pin(Self::open(seed)).await;
        }
        let mut office = Self {
            seed,
            chance,
            clock,
            telegram,
            zalo,
            url,
            calm,
            process,
            groups: Vec::new(),
            outside: BTreeSet::new(),
            tally: Tally::default(),
            _folder: folder,
        };
        office.invite().await;
        office
    }

    async fn invite(&mut self) {
        let mut chats = Vec::new();
        let mut add = |medium, lane: &str, address: String| {
            let title = format!("Nhóm {address}");
            let role = if medium == Medium::Web && address == "office" { Role::Office } else { Role::Leader };
            let id = format!("chat {address}");
            let (lane, group) = (lane.to_owned(), true);
            chats.push((Chat { id, medium, lane, address, title, group, paused: None }, role));
        };
        for n in 0..GROUPS {
            let address = -1_000 - i64::try_from(n).expect("few");
            self.telegram.add_chat(address, ChatKind::Group, &format!("Nhóm {address}"));
            self.groups.push(address);
            add(Medium::Telegram, TELEGRAM, address.to_string());
        }
        for n in 0..ZALO_GROUPS {
            let address = format!("z-{n}");
            self.zalo.add_chat(&address);
            add(Medium::ZaloBot, ZALO, address);
        }
        for n in 0..PAGES {
            add(Medium::Web, "web", if n == 0 { "office".to_owned() } else { format!("page {n}") });
        }
        let store = &self.process.context.store;
        store.ensure_chats(&chats, "test", self.clock.now()).await.expect("stored");
    }

    /// A message to every chat.
    async fn queue(&self, kind: &str, class: DeliveryClass) {
        let letter = |chat: &Chat| NewDelivery {
            id: format!("{kind} {}", chat.id),
            chat_id: chat.id.clone(),
            kind: kind.to_owned(),
            reason: None,
            class,
            dedupe_key: kind.to_owned(),
            part: 1,
            parts: 1,
            body: format!("{kind} gửi {}", chat.title),
            plain: format!("{kind} gửi {}", chat.title),
            snapshot_id: None,
            choices: Vec::new(),
            act: chitieu::domain::delivery::Act::Say,
        };
        let store = &self.process.context.store;
        let letters: Vec<_> = store.chats().await.expect("chats").iter().map(|linked| letter(&linked.chat)).collect();
        store.enqueue(&letters, self.clock.now()).await.expect("queued");
    }

    /// A group moves, a bot is thrown out, or let in again.
    fn misfortune(&mut self) {
        if self.chance.percent(12) {
            let n = usize::try_from(self.chance.below(self.groups.len() as u64)).expect("few");
            if !self.outside.contains(&n) && self.groups[n] > -1_000_000 {
                self.groups[n] = self.telegram.migrate(self.groups[n]);
                self.tally.moved += 1;
            }
        }
        if self.chance.percent(12) {
            let n = usize::try_from(self.chance.below(self.groups.len() as u64)).expect("few");
            if self.outside.insert(n) {
                self.telegram.kick(self.groups[n]);
                self.tally.thrown_out += 1;
            } else {
                self.outside.remove(&n);
                self.telegram.readmit(self.groups[n]);
            }
        }
    }

    /// From now on nothing breaks any more, and everybody lets the bot in.
    async fn heal(&mut self) {
        self.calm.store(true, Ordering::Relaxed);
        self.telegram.heal();
        for n in std::mem::take(&mut self.outside) {
            self.telegram.readmit(self.groups[n]);
        }
        // Where nobody could be found somebody writes again.
        let store = &self.process.context.store;
        for linked in store.chats().await.expect("chats") {
            if linked.chat.paused.is_some() {
                store.resume_chat(&linked.chat.id).await.expect("resumed");
            }
        }
    }

    /// All steps at this moment; the process is born again when it dies. Returns when something is due next.
    async fn steps(&mut self) -> Option<DateTime<Utc>> {
        let (context, lane) = (&self.process.context, TELEGRAM);
        while hear::poll_telegram(context, lane, &self.process.listener).await.expect("stored").is_ok_and(|n| n > 0) {}
        unknown::step(context).await.expect("decided");
        let stop = CancellationToken::new();
        let mut due = Vec::new();
        for lane in &mut self.process.lanes {
            let report = tokio::select! {
                biased;
                () = self.process.died.notified() => None,
                report = lane.step(context, &stop) => Some(report.expect("the database works")),
            };
            match report {
                Some(report) => due.extend(report.again_at),
                None => {
                    self.tally.deaths += 1;
                    let parts = (&self.clock, &self.telegram, &self.zalo, &self.chance, &self.calm);
                    let seed = self.seed + 1_000_000 * u64::try_from(self.tally.deaths).expect("few");
                    self.process = Process::start(&self.url, seed, parts).await;
                    return Some(self.clock.now() + Duration::seconds(1));
                }
            }
        }
        due.into_iter().min()
    }

    async fn rows(&self) -> Vec<OutboxRow> {
        let all = OutboxFilter { limit: 10_000, ..OutboxFilter::default() };
        self.process.context.store.outbox(all).await.expect("the outbox")
    }

    async fn is_settled(&self) -> bool {
        let open = |row: &OutboxRow| match row.state {
            DeliveryState::Waiting | DeliveryState::Sending => true,
            DeliveryState::Unknown => row.repeated == 0 && row.class == DeliveryClass::Broadcast,
            _ => false,
        };
        !self.rows().await.iter().any(open)
    }

    /// Holds what everybody received against what was queued.
    async fn judge(mut self) -> Tally {
        let seed = self.seed;
        let mut received: BTreeMap<String, usize> = BTreeMap::new();
        let mut count = |text: &str| *received.entry(text.trim().to_owned()).or_default() += 1;
        self.telegram.all_received().iter().for_each(|message| count(&message.text));
        self.zalo.all_received().iter().for_each(|message| count(&message.text));
        for linked in self.process.context.store.chats().await.expect("chats") {
            let shown = self.process.context.store.web_messages(&linked.chat.id, 0, 1_000).await.expect("messages");
            shown.iter().filter(|message| message.from == WebAuthor::Bot).for_each(|message| count(&message.text));
        }
        let rows = self.rows().await;
        assert!(rows.len() >= 2 * (GROUPS + ZALO_GROUPS + PAGES), "seed {seed}: no message is lost");
        self.tally.messages = rows.len();
        for row in rows {
            let text = row.plain.trim();
            let first = text.strip_prefix(REPEAT_MARK.trim_end()).map_or(text, str::trim_start);
            let (plain, marked) = (
                received.remove(first).unwrap_or(0),
                if first == text { 0 } else { received.remove(text).unwrap_or(0) },
            );
            let fine = match (row.state, row.repeated) {
                (DeliveryState::Sent, 0) => plain == 1,
                (DeliveryState::Sent, 1) => plain <= 1 && marked == 1,
                (DeliveryState::Failed, 0) => plain == 0 && row.last_error.is_some(),
                (DeliveryState::Failed, 1) => plain <= 1 && marked == 0 && row.last_error.is_some(),
                (DeliveryState::Unknown, 0) => plain <= 1 && row.class == DeliveryClass::Answer,
                (DeliveryState::Unknown, 1) => plain <= 1 && marked <= 1,
                _ => false,
            };
            assert!(fine, "seed {seed}: received {plain} times and {marked} times marked: {row:?}");
            match row.state {
                DeliveryState::Sent => self.tally.sent += 1,
                DeliveryState::Failed => self.tally.given_up += 1,
                _ => self.tally.unknown += 1,
            }
            self.tally.twice += usize::from(plain + marked == 2);
            self.tally.rescued += usize::from(plain == 0 && marked == 1);
        }
        assert_eq!(received, BTreeMap::new(), "seed {seed}: nothing else was received");
        self.process.context.store.close().await;
        self.tally
    }
}

impl Process {
    async fn start(
        url: &str,
        seed: u64,
        (clock, telegram, zalo, chance, calm): (
            &Arc<ManualClock>,
            &Arc<FakeTelegram>,
            &Arc<FakeZaloBot>,
            &Chance,
            &Arc<AtomicBool>,
        ),
    ) -> Self {
        let store = Store::connect(url).await.expect("the database opens");
        let (clock, entropy) = (Arc::clone(clock) as _, Arc::new(SeededEntropy::new(seed)) as _);
        let context = match BORN.get() {
            Some(born) => Context { store, clock, entropy, wake: Arc::default(), ..born.clone() },
            None => {
                store.migrate().await.expect("the schema");
                let catalog = Catalog::embedded().expect("sound");
                let messages = Messages::embedded().expect("sound");
                Context::new(Parts { store, catalog, messages, clock, entropy })
            }
        };
        let account = TelegramAccount {
            api_url: telegram.url().to_owned(),
            timeout: PATIENCE,
            ..TelegramAccount::new(SecretString::from(telegram::TOKEN.to_owned()))
        };
        let zalo_account = ZaloBotAccount {
            api_url: zalo.url().to_owned(),
            timeout: PATIENCE,
            ..ZaloBotAccount::new(SecretString::from(zalo_bot::TOKEN.to_owned()))
        };
        // A listener may be slow; what is told to it is not what is tried here.
        let listening = TelegramAccount { timeout: std::time::Duration::from_secs(10), ..account.clone() };
        let fate = Fate { chance: chance.clone(), share: 30, died: Arc::new(Notify::new()), calm: Arc::clone(calm) };
        let lane = |inner, server| {
            Lane::new(Arc::new(Troubled { inner, server, fate: fate.clone() }), format!("worker {seed}"))
        };
        let page = WebChannel::new(context.store.clone(), context.wake.web.clone());
        let lanes = vec![
            lane(Arc::new(TelegramChannel::new(&account).expect("sound")) as _, Server::Telegram(Arc::clone(telegram))),
            lane(Arc::new(ZaloBotChannel::new(&zalo_account).expect("sound")) as _, Server::Zalo(Arc::clone(zalo))),
            lane(Arc::new(page) as _, Server::None),
        ];
        let listener = TelegramListener::new(&listening, std::time::Duration::ZERO).expect("sound");
        Self { context, lanes, listener, died: fate.died }
    }
}
