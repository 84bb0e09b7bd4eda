//! Several processes on one database: they share the work, one replaces another that dies, sleeps or loses the database,
//! and no group hears anything twice.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chitieu::domain::delivery::{DeliveryClass, DeliveryState};
use chitieu::domain::lane::Width;
use chitieu::domain::subscription::{Chat, Medium};
use chitieu::store::{NewDelivery, OutboxFilter, Store};
use chrono::{DateTime, Utc};

use crate::fake::telegram::{ChatKind, FakeTelegram, Fault, TOKEN};
use crate::postgres::dedicated_cluster;
use crate::process::{Office, Service, client, until};

const LANE: &str = "telegram:7000000001";
/// How often a replica is killed.
const KILLS: usize = 20;
/// Groups of one broadcast: two seconds' worth.
const GROUPS: i64 = 60;
/// A provider that takes its time, so that something is in flight when a process ends. On a busy machine a lane then has a
/// second one under way, and seldom more: its width follows the answers (`domain::lane::Width`).
const ANSWER_AFTER: Duration = Duration::from_millis(15);

/// The wall clock: the processes have no other.
#[expect(clippy::disallowed_methods, reason = "rows that real processes are to find due")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A database that several processes share, and the groups they send to.
struct Shared {
    office: Office,
    store: Store,
    telegram: FakeTelegram,
    chats: Vec<Chat>,
    rounds: usize,
    _folder: tempfile::TempDir,
}

/// A process, and by which name it holds leases.
struct Replica {
    service: Service,
    name: String,
    url: String,
}

impl Shared {
    async fn on(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let telegram = FakeTelegram::start().await;
        let office = Office::in_folder(folder.path())
            .with("DATABASE_URL", url)
            .with("TELEGRAM_API_URL", telegram.url())
            .with("TELEGRAM_BOT_TOKEN", TOKEN);
        let store = Store::connect(url).await.expect("the database opens");
        store.migrate().await.expect("the schema is made");
        let mut chats = Vec::new();
        for n in 0..GROUPS {
            let address = -1_001_000_000_000 - n;
            let title = format!("Nhóm {n}");
            telegram.add_chat(address, ChatKind::Supergroup, &title);
            let chat = Chat {
                id: format!("chat-{n}"),
                medium: Medium::Telegram,
                lane: LANE.to_owned(),
                address: address.to_string(),
                title,
                group: true,
                paused: None,
            };
            chats.push(store.upsert_chat(&chat, now()).await.expect("the chat is stored"));
        }
        telegram.fail_when(None, Fault::RecordThenDelay(ANSWER_AFTER), |seen| seen.is_send());
        Self { office, store, telegram, chats, rounds: 0, _folder: folder }
    }

    async fn start(&self) -> Replica {
        let (service, url) = self.office.start(&["run"]);
        let ready = format!("{url}/readyz");
        let name = until("a ready replica", Duration::from_secs(20), async || {
            let answer = client().get(&ready).send().await.ok()?.error_for_status().ok()?;
            Some(answer.json::<serde_json::Value>().await.ok()?["replica"].as_str()?.to_owned())
        })
        .await;
        Replica { service, name, url }
    }

    /// One more message to every group.
    async fn broadcast(&mut self) {
        self.rounds += 1;
        let letter = |chat: &Chat| NewDelivery {
            id: format!("{}-{}", self.rounds, chat.id),
            chat_id: chat.id.clone(),
            kind: "bulletin".to_owned(),
            reason: None,
            class: DeliveryClass::Broadcast,
            dedupe_key: self.rounds.to_string(),
            part: 1,
            parts: 1,
            body: format!("tin {} gửi {}", self.rounds, chat.title),
            plain: format!("tin {} gửi {}", self.rounds, chat.title),
            snapshot_id: None,
            choices: Vec::new(),
            act: chitieu::domain::delivery::Act::Say,
        };
        let letters: Vec<_> = self.chats.iter().map(letter).collect();
        self.store.enqueue(&letters, now()).await.expect("queued");
    }

    fn sent(&self) -> usize {
        self.telegram.all_received().len()
    }

    async fn wait_for(&self, messages: usize, limit: Duration) {
        until(&format!("{messages} messages"), limit, async || (self.sent() >= messages).then_some(())).await;
    }

    /// By which name the lane is held.
    async fn holder(&self) -> String {
        let lease = format!("lane:{LANE}");
        let leases = self.store.leases().await.expect("the database answers");
        leases.into_iter().find(|l| l.name == lease).expect("the lane is held").holder
    }

    /// How many messages are under way for all the database knows. Of so many a process that has just ended knew no end.
    async fn under_way(&self) -> usize {
        let sending = OutboxFilter { states: vec![DeliveryState::Sending], limit: 10_000, ..OutboxFilter::default() };
        let rows = self.store.outbox(sending).await.expect("the database answers").len();
        assert!(rows <= Width::MOST, "a lane has {rows} under way");
        rows
    }

    /// Waits until nothing is under way any more, and holds what every group received against what was queued: nothing
    /// lost, nothing twice, and not known of `unknown` at most. Returns of how many it is not known.
    async fn settle(&self, unknown: usize) -> usize {
        let all = OutboxFilter { limit: 10_000, ..OutboxFilter::default() };
        until("an outbox in which nothing waits", Duration::from_secs(60), async || {
            let open = [DeliveryState::Waiting, DeliveryState::Sending];
            let rows = self.store.outbox(all.clone()).await.expect("the database answers");
            (!rows.iter().any(|row| open.contains(&row.state))).then_some(())
        })
        .await;
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for message in self.telegram.all_received() {
            *times.entry(message.text).or_default() += 1;
        }
        let rows = self.store.outbox(all).await.expect("the database answers");
        assert_eq!(rows.len(), self.rounds * self.chats.len(), "every message is accounted for");
        let mut open = 0;
        for row in rows {
            let received = times.remove(&row.plain).unwrap_or_default();
            match row.state {
                DeliveryState::Sent => assert_eq!(received, 1, "sent means received once: {row:?}"),
                DeliveryState::Unknown => {
                    assert!(received <= 1, "unknown is not repeated within ten minutes: {row:?}");
                    open += 1;
                }
                _ => panic!("neither sent nor unknown: {row:?}"),
            }
        }
        assert_eq!(times, BTreeMap::new(), "nothing else was sent");
        assert!(open <= unknown, "of {open} messages nobody knows, not of {unknown} at most");
        open
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_killed_is_replaced_and_nothing_is_lost_or_doubled() {
    let database = crate::postgres::database().await;
    let mut shared = Shared::on(database.url()).await;
    let mut replicas = vec![shared.start().await, shared.start().await];
    let (mut slowest, mut unfinished) = (Duration::ZERO, 0);
    for _ in 0..KILLS {
        let before = shared.sent();
        shared.broadcast().await;
        shared.wait_for(before + 10, Duration::from_secs(15)).await;
        let holder = shared.holder().await;
        let victim = replicas.iter().position(|replica| replica.name == holder).expect("one of ours holds the lane");
        replicas.remove(victim).service.kill();
        let (killed, at) = (Instant::now(), shared.sent());
        // What nobody waited for yet is never among the unknown: the next in line sends it.
        unfinished += shared.under_way().await;
        shared.wait_for(at + 1, Duration::from_secs(15)).await;
        slowest = slowest.max(killed.elapsed());
        replicas.push(shared.start().await);
    }
    let unknown = shared.settle(unfinished).await;
    println!(
        "{KILLS} kills, {} messages, none lost or doubled, {unknown} unknown; replaced after {slowest:?} at most",
        shared.rounds * shared.chats.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_sleeps_longer_than_its_lease_wakes_up_and_repeats_nothing() {
    let database = crate::postgres::database().await;
    let mut shared = Shared::on(database.url()).await;
    let replicas = [shared.start().await, shared.start().await];
    let mut unknown = 0;
    for _ in 0..3 {
        let before = shared.sent();
        shared.broadcast().await;
        shared.wait_for(before + 10, Duration::from_secs(15)).await;
        let holder = shared.holder().await;
        let sleeper = replicas.iter().find(|replica| replica.name == holder).expect("one of ours holds the lane");
        sleeper.service.signal("STOP");
        let (asleep, at) = (Instant::now(), shared.sent());
        // What was in the socket arrives all the same; the next beyond that is the other's.
        shared.wait_for(at + 5, Duration::from_secs(16)).await;
        assert!(asleep.elapsed() < Duration::from_secs(15), "replaced after {:?}", asleep.elapsed());
        assert_ne!(shared.holder().await, holder);
        // It wakes in the middle of the other's work, its head full of what it was about to do.
        sleeper.service.signal("CONT");
        shared.wait_for(before + shared.chats.len() - 4, Duration::from_secs(30)).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        unknown = shared.settle(12).await;
    }
    println!("3 naps, {} messages, none lost or doubled, {unknown} unknown", shared.rounds * shared.chats.len());
    for replica in replicas {
        let (ended, took) = replica.service.stop();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_restarts_in_the_middle_of_a_broadcast() {
    let cluster = dedicated_cluster().await;
    let database = cluster.database().await;
    let mut shared = Shared::on(database.url()).await;
    let replicas = [shared.start().await, shared.start().await];
    let mut unknown = 0;
    for _ in 0..3 {
        let before = shared.sent();
        shared.broadcast().await;
        shared.wait_for(before + 10, Duration::from_secs(15)).await;
        cluster.restart().await;
        shared.wait_for(before + shared.chats.len() - 4, Duration::from_secs(60)).await;
        unknown = shared.settle(12).await;
    }
    println!("3 restarts, {} messages, none lost or doubled, {unknown} unknown", shared.rounds * shared.chats.len());
    for replica in replicas {
        let (ended, _) = replica.service.stop();
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stops_hands_over_at_once() {
    let database = crate::postgres::database().await;
    let mut shared = Shared::on(database.url()).await;
    let mut replicas = vec![shared.start().await, shared.start().await];
    shared.broadcast().await;
    shared.wait_for(10, Duration::from_secs(15)).await;
    let holder = shared.holder().await;
    let leaving = replicas.iter().position(|replica| replica.name == holder).expect("one of ours holds the lane");
    let leaving = replicas.remove(leaving);
    // A client that never ends its request holds up nothing.
    let address = leaving.url.strip_prefix("http://").expect("an address").to_owned();
    let mut half = std::net::TcpStream::connect(address).expect("connected");
    std::io::Write::write_all(&mut half, b"GET / HTTP/1.1\r\nHost:").expect("written");
    let at = shared.sent();
    leaving.service.signal("TERM");
    shared.wait_for(at + 1, Duration::from_secs(5)).await;
    assert_eq!(shared.settle(0).await, 0, "a stop leaves nothing unknown");
    let (ended, took) = leaving.service.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn a_sqlite_file_has_one_service() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(folder.path());
    let (first, _) = office.start(&["run"]);
    office.run(&["run"]).refuses(&["DATABASE_URL", "another chitieu", "PostgreSQL"]);
    // The command line beside it is what it is made for.
    office.run(&["outbox", "list"]).expect(0);
    first.kill();
    // The lock ends with the process, however that ended.
    let (third, _) = office.start(&["run"]);
    assert_eq!(third.stop().0.code, Some(0));
}
