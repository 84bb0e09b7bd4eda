//! What the store promises, held against both databases: every promise is a test on SQLite and one on PostgreSQL.

mod actions;
mod behind;
mod budget;
mod chats;
mod collect;
mod conduct;
mod decisions;
mod failing;
mod figures;
mod history;
mod inbox;
mod lanes;
mod opening;
mod outbox;
mod places;
mod size;
mod unknown;
mod web;

use chitieu::domain::alert::{AlertKey, AlertState, Condition};
use chitieu::domain::delivery::DeliveryClass;
use chitieu::domain::indicator::IndicatorCode;
use chitieu::domain::observation::{Observation, Reading};
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::rate::Percent;
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::domain::subscription::{Chat, Medium};
use chitieu::store::{Claim, ClaimedDelivery, NewDelivery, NewSnapshot, Recorded, Store};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Writes one promise as two tests, `name::sqlite` and `name::postgres`, each with a fresh database.
macro_rules! promise {
    ($(#[$doc:meta])* async fn $name:ident($db:ident) $body:block) => {
        mod $name {
            use super::*;

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let $db = crate::store::Fixture::sqlite().await;
                $body
            }

            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let $db = crate::store::Fixture::postgres().await;
                $body
            }
        }
    };
}
use promise;

/// A fresh database with its store.
struct Fixture {
    store: Store,
    url: String,
    _folder: tempfile::TempDir,
    _postgres: Option<crate::postgres::PgTestDb>,
}

impl Fixture {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("chitieu.db").display());
        Self { store: open(&url).await, url, _folder: folder, _postgres: None }
    }

    async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = crate::postgres::database().await;
        let url = database.url().to_owned();
        Self { store: open(&url).await, url, _folder: folder, _postgres: Some(database) }
    }

    /// A chat on the lane `bot`, ready to be written to.
    async fn chat(&self, id: &str) -> Chat {
        let chat = Chat { address: format!("address of {id}"), ..chat(id) };
        self.store.upsert_chat(&chat, at(0)).await.expect("the chat is stored")
    }

    /// Queues broadcasts, one after the other.
    async fn broadcast(&self, deliveries: &[(&str, &str)]) {
        for (id, chat) in deliveries {
            let new = self.store.enqueue(&[delivery(id, chat)], at(0)).await.expect("it is queued");
            assert_eq!(new, 1, "{id}");
        }
    }

    /// Claims with a lease of a minute.
    async fn claim(&self, now: DateTime<Utc>, attempt_id: &str) -> Option<ClaimedDelivery> {
        self.store.claim(claim(now, attempt_id)).await.expect("the database answers")
    }

    async fn record(&self, id: &str, content: &SnapshotContent) -> Recorded {
        let new = NewSnapshot { id, content, source: "tháng 7.txt", findings: &[], now: at(0) };
        self.store.record(new).await.expect("the snapshot is recorded")
    }
}

async fn open(url: &str) -> Store {
    let store = Store::connect(url).await.expect("the database opens");
    store.migrate().await.expect("the schema is made");
    store
}

/// So many seconds after 24/7/2023, 8:00 in Vietnam.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_690_160_400 + seconds, 0).expect("a moment")
}

fn period(text: &str) -> ReportingPeriod {
    ReportingPeriod::parse(text).expect("a month")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit's code")
}

fn indicator(code: &str) -> IndicatorCode {
    IndicatorCode::parse(code).expect("an indicator's code")
}

fn percent(text: &str) -> Percent {
    Percent::parse_plain(text).expect("a percentage")
}

/// One figure of one unit, up to a day of July 2023.
fn figures(as_of: &str, numerator: u64) -> SnapshotContent {
    let as_of = day(as_of);
    SnapshotContent {
        period: ReportingPeriod::containing(as_of).expect("a month"),
        as_of,
        sample: false,
        observations: vec![observation("so-tu-phap", "online_submission", Reading::Value(numerator))],
        targets: Vec::new(),
        averages: Vec::new(),
    }
}

fn observation(of: &str, what: &str, numerator: Reading<u64>) -> Observation {
    Observation {
        unit: unit(of),
        indicator: indicator(what),
        numerator,
        denominator: Reading::Value(713),
        rate: Reading::NotPublished,
        basis: "2023".to_owned(),
    }
}

fn chat(id: &str) -> Chat {
    Chat {
        id: id.to_owned(),
        medium: Medium::Telegram,
        lane: "bot".to_owned(),
        address: "-1001".to_owned(),
        title: "Nhóm Sở Tư pháp".to_owned(),
        group: true,
        paused: None,
    }
}

/// A broadcast whose key is its id.
fn delivery(id: &str, chat_id: &str) -> NewDelivery {
    NewDelivery {
        id: id.to_owned(),
        chat_id: chat_id.to_owned(),
        kind: "bulletin".to_owned(),
        reason: Some("first_missed".to_owned()),
        class: DeliveryClass::Broadcast,
        dedupe_key: id.to_owned(),
        part: 1,
        parts: 1,
        body: "<b>Sở Tư pháp</b>".to_owned(),
        plain: "Sở Tư pháp".to_owned(),
        snapshot_id: None,
        choices: Vec::new(),
        act: chitieu::domain::delivery::Act::Say,
    }
}

fn answer(id: &str, chat_id: &str) -> NewDelivery {
    let kind = "status".to_owned();
    NewDelivery { class: DeliveryClass::Answer, reason: None, kind, ..delivery(id, chat_id) }
}

fn claim(now: DateTime<Utc>, attempt_id: &str) -> Claim<'_> {
    let lease_until = now + Duration::seconds(60);
    Claim { lane: "bot", worker: "worker", now, lease_until, attempt_id, busy_chats: &[], fence: None }
}

fn alert(of: &str) -> AlertState {
    AlertState {
        key: AlertKey { unit: unit(of), indicator: indicator("online_payment"), condition: Condition::MissedTarget },
        since: period("2023-06"),
        told_at: at(0),
        told_period: period("2023-07"),
        told_as_of: day("2023-07-24"),
        told_rate: None,
    }
}
