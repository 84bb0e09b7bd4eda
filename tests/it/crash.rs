//! The process is killed again and again in the middle of a broadcast. Nothing may be lost, the order within a chat
//! stays, and of the one message that was in flight nobody knows whether it arrived: it comes once more, marked as a
//! repetition and after the others, and never a third time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use chitieu::catalog::Catalog;
use chitieu::clock::{Clock as _, SystemClock};
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::delivery::unknown::REPEAT_MARK;
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::store::{OutboxFilter, OutboxRow, Store};

use crate::fake::telegram::{ChatKind, FakeTelegram, Fault, TOKEN};
use crate::process::{Office, until};

const LANE: &str = "telegram:7000000001";
/// So often, evenly spread over the lives, new figures are imported, each of which tells every unit something new.
const IMPORTS: usize = 4;
/// Chats that are linked as people do it.
const TYPED: usize = 3;
/// The message counts at once and is answered so much later: most kills hit a message that was delivered, and of
/// which the process does not know that it was. Soon enough for the lane to need no second one under way.
const ANSWER_AFTER: Duration = Duration::from_millis(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_broadcast_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("chitieu.db").display());
    killed_again_and_again(&url, 20_230_724, 32, Duration::from_secs(4)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_broadcast_on_postgres() {
    let database = crate::postgres::database().await;
    killed_again_and_again(database.url(), 4_102_444_800, 12, Duration::from_secs(15)).await;
}

/// Repeatable chance (an xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

async fn killed_again_and_again(url: &str, seed: u64, kills: usize, patience: Duration) {
    let began = Instant::now();
    let folder = tempfile::tempdir().expect("a folder");
    let telegram = FakeTelegram::start().await;
    let office = Office::in_folder(folder.path())
        .with("DATABASE_URL", url)
        .with("TELEGRAM_API_URL", telegram.url())
        .with("TELEGRAM_BOT_TOKEN", TOKEN)
        .with("LOG", "warn")
        .with("CATALOG_DIR", "catalog");
    // A test cannot wait for ten minutes.
    let policy = include_str!("../../catalog/delivery.toml");
    let hasty = policy.replace("repeat_after_minutes = 10", "repeat_after_minutes = 0");
    assert_ne!(hasty, policy);
    office.write("catalog/delivery.toml", hasty);
    let store = Store::connect(url).await.expect("the database opens");
    store.migrate().await.expect("the schema is made");
    let chats = link(&office, &store, &telegram).await;
    let prepared = began.elapsed();

    telegram.fail_when(None, Fault::RecordThenDelay(ANSWER_AFTER), |seen| seen.is_send());
    let mut chance = Chance(seed);
    for life in 0..kills {
        let service = office.spawn(&["run"]);
        if life % (kills / IMPORTS) == 0 {
            let n = life / (kills / IMPORTS);
            let file = office.write(&format!("{n}.csv"), figures(n));
            office.run(&["import", file.to_str().expect("UTF-8")]).expect(0);
        }
        if life % 5 == 4 {
            // At any moment of a life, start-up included.
            tokio::time::sleep(Duration::from_millis(chance.below(1_200))).await;
        } else {
            let sent = telegram.all_received().len();
            let more = 1 + usize::try_from(chance.below(5)).expect("small");
            let began = Instant::now();
            // Lives in which all that is left is leased to the dead end by the clock. On PostgreSQL, where others might
            // share the work, a life begins by waiting for the dead one's lane.
            while telegram.all_received().len() < sent + more && began.elapsed() < patience {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(chance.below(130))).await;
        }
        service.kill();
    }
    let killed = began.elapsed();

    let service = office.spawn(&["run"]);
    // The last lease runs out, and half a minute later at most that message is repeated.
    until("an empty outbox", Duration::from_secs(90), async || {
        let open = |row: &&OutboxRow| match row.state {
            DeliveryState::Waiting | DeliveryState::Sending => true,
            DeliveryState::Unknown => row.repeated == 0,
            _ => false,
        };
        (!all_rows(&store).await.iter().any(|row| open(&row))).then_some(())
    })
    .await;
    let (ended, took) = service.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");

    let repeated = compare(&store, &telegram, &chats).await;
    println!(
        "{kills} kills, {} messages, {repeated} repeated, {} answers 429; prepared after {prepared:?}, killed until \
         {killed:?}, all in {:?}",
        telegram.all_received().len(),
        telegram.too_many_requests(),
        began.elapsed()
    );
    assert!(repeated <= kills, "{repeated} repetitions after {kills} kills");
    // A test whose kills never hit a message in flight would prove nothing.
    assert!(repeated >= kills / 4, "only {repeated} kills hit a message in flight");
}

/// Forty groups, one a unit: a few as people do it, the others through the store.
async fn link(office: &Office, store: &Store, telegram: &FakeTelegram) -> BTreeMap<String, i64> {
    let catalog = Catalog::embedded().expect("the embedded catalog");
    assert_eq!(catalog.units.len(), 40);
    // Linked today: a chat that was linked before its unit ended would be told so, and hear nothing more.
    let now = SystemClock.now();
    let mut chats = BTreeMap::new();
    for (n, unit) in (0_i64..).zip(&catalog.units) {
        let address = -1_001_000_000_000 - n;
        telegram.add_chat(address, ChatKind::Supergroup, &unit.full_name());
        let chat = Chat {
            id: format!("chat-{n}"),
            medium: Medium::Telegram,
            lane: LANE.to_owned(),
            address: address.to_string(),
            title: unit.full_name(),
            group: true,
            paused: None,
        };
        if chats.len() >= TYPED {
            let chat = store.upsert_chat(&chat, now).await.expect("the chat is stored");
            store.subscribe(&chat.id, &Role::Unit(unit.code.clone()), "test", now).await.expect("linked");
        }
        chats.insert(unit.code.to_string(), address);
    }
    let (service, _) = office.start(&["run"]);
    for unit in catalog.units.iter().take(TYPED) {
        let issued = office.run(&["link", "--unit", unit.code.as_str(), "--json"]).expect(0).json();
        let address = chats[unit.code.as_str()];
        telegram.push_text(address, 90_001, &format!("/dangky {}", issued["code"].as_str().expect("a code")));
        until("the answer to /dangky", Duration::from_secs(20), async || telegram.received(address).pop()).await;
    }
    let (ended, _) = service.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let linked = store.subscriptions().await.expect("the database answers");
    assert_eq!(linked.iter().filter(|(_, chat)| chat.medium == Medium::Telegram).count(), 40);
    chats
}

/// Figures in which every unit misses one target, three points further from it with every import.
fn figures(import: usize) -> String {
    let mut text = format!("# period=2023-07\n# as_of=2023-07-{:02}\n", import + 11);
    text.push_str("unit,tier,indicator,numerator,denominator,rate,target\n");
    let catalog = Catalog::embedded().expect("the embedded catalog");
    for unit in &catalog.units {
        for indicator in &catalog.indicators {
            let (code, tier) = (indicator.code.as_str(), unit.tier.as_str());
            let part = if code == "online_submission" { 500 - 30 * import } else { 1_000 };
            let rate = part / 10;
            // Work goes on: more files with every import, and a smaller share of them.
            let (done, all) = (part * (import + 1), 1_000 * (import + 1));
            writeln!(text, "\"{}\",{tier},{code},{done},{all},{rate},90", unit.name).expect("writes");
        }
    }
    text
}

async fn all_rows(store: &Store) -> Vec<OutboxRow> {
    let filter = OutboxFilter { limit: 10_000, ..OutboxFilter::default() };
    let mut rows = store.outbox(filter).await.expect("the database answers");
    rows.reverse();
    rows
}

/// Holds what the chats received against what was queued; returns how many messages came twice.
async fn compare(store: &Store, telegram: &FakeTelegram, chats: &BTreeMap<String, i64>) -> usize {
    let rows = all_rows(store).await;
    for row in &rows {
        let known = row.state == DeliveryState::Sent || (row.state == DeliveryState::Unknown && row.repeated == 1);
        assert!(known, "{row:?}");
    }
    let known = store.chats().await.expect("the database answers");
    let mut twice = 0;
    for address in chats.values() {
        let linked = known.iter().find(|l| l.chat.address == address.to_string()).expect("the chat is known");
        let (id, title) = (&linked.chat.id, &linked.chat.title);
        let bulletins = rows.iter().filter(|r| r.chat_id == *id && r.kind == "bulletin").count();
        assert_eq!(bulletins, IMPORTS, "every import tells {title} something");
        let received: Vec<String> = telegram.received(*address).into_iter().map(|message| message.text).collect();
        let plainly: Vec<&str> =
            received.iter().map(String::as_str).filter(|text| !text.starts_with(REPEAT_MARK)).collect();
        let again: Vec<&str> = received.iter().filter_map(|text| text.strip_prefix(REPEAT_MARK)).collect();
        let queued = of_chat(&rows, id);
        let in_order: Vec<&str> = queued.iter().map(String::as_str).filter(|text| plainly.contains(text)).collect();
        assert_eq!(plainly, in_order, "{title}: each message once, in order");
        for (row, text) in rows.iter().filter(|row| row.chat_id == *id).zip(&queued) {
            let times = |texts: &[&str]| texts.iter().filter(|received| **received == text.as_str()).count();
            let (first, marked) = (times(&plainly), times(&again));
            match (row.repeated, row.state) {
                (0, _) => assert_eq!((first, marked), (1, 0), "{title}: {text}"),
                (_, DeliveryState::Sent) => assert_eq!(marked, 1, "{title}: {text}"),
                _ => assert!(marked <= 1, "{title}: {text}"),
            }
            twice += usize::from(first + marked == 2);
        }
    }
    for linked in known.iter().filter(|l| l.chat.medium == Medium::Web) {
        let shown = store.web_messages(&linked.chat.id, 0, 1_000).await.expect("the database answers");
        let shown: Vec<String> = shown.into_iter().map(|message| message.text).collect();
        assert_eq!(shown, of_chat(&rows, &linked.chat.id), "{}: our own page repeats nothing", linked.chat.title);
    }
    twice
}

/// The texts that were queued for a chat, in order and without the mark of a repetition; all of them different.
fn of_chat(rows: &[OutboxRow], chat: &str) -> Vec<String> {
    let own = rows.iter().filter(|row| row.chat_id == chat);
    let texts: Vec<String> = own.map(|row| row.plain.trim_start_matches(REPEAT_MARK).to_owned()).collect();
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "the comparison needs different texts");
    texts
}
