//! What machines ask, over HTTP: the figures of `/metrics` after known deliveries, and `/readyz` without a database.

use chitieu::catalog::Catalog;
use chitieu::channel::{Channel, Outgoing, Sending};
use chitieu::clock::{Clock as _, ManualClock};
use chitieu::config::Config;
use chitieu::domain::delivery::{Act, DeliveryClass, SendOutcome};
use chitieu::domain::subscription::{Chat, Medium};
use chitieu::entropy::SeededEntropy;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::hear::PollNote;
use chitieu::service::replica::lane_lease;
use chitieu::service::{Context, Parts};
use chitieu::store::{NewDelivery, Store};
use chitieu::web::{Page, TelegramLanes, router};
use chrono::{DateTime, Duration};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::process::client;

const LANE: &str = "telegram:1";

/// A medium that does with a message what stands in it.
struct Obedient;

impl Channel for Obedient {
    fn lane(&self) -> &str {
        LANE
    }

    fn medium(&self) -> Medium {
        Medium::Telegram
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        let why = "as it says".to_owned();
        let outcome = match message.plain {
            "lost" => SendOutcome::Unknown { why },
            "refuse" => SendOutcome::Refused { why },
            _ => SendOutcome::Accepted { message_id: None },
        };
        Box::pin(async { outcome })
    }
}

/// An office that one lane's bot serves, and its page.
struct Office {
    context: Context,
    clock: Arc<ManualClock>,
    url: String,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn on(database: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = format!("sqlite://{}", folder.path().join("office.db").display());
        let store = Store::connect(database.unwrap_or(&file)).await.expect("a database");
        store.migrate().await.expect("the schema is made");
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_690_160_400, 0).expect("a moment")));
        let context = Context::new(Parts {
            store,
            catalog: Catalog::embedded().expect("sound"),
            messages: Messages::embedded().expect("sound"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
        });
        let config = Config::from_lookup(&|_| None).expect("the defaults are sound");
        let page = Page::new(context.clone(), &config.http, None, TelegramLanes::default(), None)
            .with_leases("r1", vec![lane_lease(LANE)]);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        tokio::spawn(async move { axum::serve(listener, router(page, CancellationToken::new())).await });
        Self { context, clock, url, _folder: folder }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = client().get(format!("{}{path}", self.url)).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    /// Queues a text for a chat of its own.
    async fn queue(&self, text: &str) {
        let now = self.context.now();
        let chat = Chat {
            id: format!("chat of {text}"),
            medium: Medium::Telegram,
            lane: LANE.to_owned(),
            address: format!("-1 {text}"),
            title: text.to_owned(),
            group: true,
            paused: None,
        };
        let chat = self.context.store.upsert_chat(&chat, now).await.expect("stored");
        let delivery = NewDelivery {
            id: self.context.id(),
            chat_id: chat.id,
            kind: "bulletin".to_owned(),
            reason: None,
            class: DeliveryClass::Broadcast,
            dedupe_key: text.to_owned(),
            part: 1,
            parts: 1,
            body: text.to_owned(),
            plain: text.to_owned(),
            snapshot_id: None,
            choices: Vec::new(),
            act: Act::Say,
        };
        assert_eq!(self.context.store.enqueue(&[delivery], now).await.expect("queued"), 1);
    }

    /// Sends until nothing is due any more.
    async fn deliver(&self, lane: &mut Lane) {
        let stop = CancellationToken::new();
        while let Some(at) = lane.step(&self.context, &stop).await.expect("the lane works").again_at {
            self.clock.set(at.max(self.clock.now() + Duration::milliseconds(1)));
        }
    }

    /// The lines of these metrics, in order.
    async fn metrics(&self, names: &[&str]) -> Vec<String> {
        let (status, text) = self.get("/metrics").await;
        assert_eq!(status, 200);
        let asked = |line: &&str| names.iter().any(|name| line.starts_with(&format!("chitieu_{name}{{")));
        let mut lines: Vec<String> = text.lines().filter(asked).map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    }
}

#[tokio::test]
async fn metrics_show_what_waits_what_failed_and_when_the_bot_was_polled() {
    let office = Office::on(None).await;
    let mut lane = Lane::new(Arc::new(Obedient), "worker".to_owned());
    for text in ["sent", "lost", "refuse"] {
        office.queue(text).await;
    }
    office.deliver(&mut lane).await;
    PollNote::default().polled(&office.context, LANE).await.expect("noted");
    // A bot of an earlier configuration is nobody's concern.
    PollNote::default().polled(&office.context, "telegram:9").await.expect("noted");
    office.clock.advance(Duration::seconds(30));
    office.queue("waits").await;
    office.clock.advance(Duration::seconds(95));

    let names = ["outbox_rows", "lane_oldest_waiting_seconds", "lane_since_poll_seconds", "delivery_failures_total"];
    let expected = [
        "chitieu_delivery_failures_total{lane=\"telegram:1\",reason=\"refused\"} 1",
        "chitieu_delivery_failures_total{lane=\"telegram:1\",reason=\"unknown\"} 1",
        "chitieu_lane_oldest_waiting_seconds{lane=\"telegram:1\"} 95",
        "chitieu_lane_since_poll_seconds{lane=\"telegram:1\"} 125",
        "chitieu_outbox_rows{lane=\"telegram:1\",state=\"failed\"} 1",
        "chitieu_outbox_rows{lane=\"telegram:1\",state=\"sent\"} 1",
        "chitieu_outbox_rows{lane=\"telegram:1\",state=\"unknown\"} 1",
        "chitieu_outbox_rows{lane=\"telegram:1\",state=\"waiting\"} 1",
    ];
    assert_eq!(office.metrics(&names).await, expected);
    // What waited has left: its line goes, and the age is none.
    office.deliver(&mut lane).await;
    assert_eq!(
        office.metrics(&["outbox_rows", "lane_oldest_waiting_seconds"]).await,
        [
            "chitieu_lane_oldest_waiting_seconds{lane=\"telegram:1\"} 0",
            "chitieu_outbox_rows{lane=\"telegram:1\",state=\"failed\"} 1",
            "chitieu_outbox_rows{lane=\"telegram:1\",state=\"sent\"} 2",
            "chitieu_outbox_rows{lane=\"telegram:1\",state=\"unknown\"} 1",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_without_its_database_is_not_ready_and_says_why() {
    let cluster = crate::postgres::dedicated_cluster().await;
    let database = cluster.database().await;
    let office = Office::on(Some(database.url())).await;
    let ready = async || {
        let (status, body) = office.get("/readyz").await;
        (status, serde_json::from_str::<serde_json::Value>(&body).unwrap_or_else(|_| panic!("{status}: {body}")))
    };
    let (status, body) = ready().await;
    assert_eq!((status, &body["database"]), (503, &"ok".into()), "{body}");
    assert_eq!(body["leases"], serde_json::json!({lane_lease(LANE): null}), "nobody serves the lane");
    let now = office.context.now();
    let taken = office.context.store.take_lease(&lane_lease(LANE), "r1", now, now + Duration::minutes(5)).await;
    assert!(taken.expect("the database answers").is_some());
    let (status, body) = ready().await;
    assert_eq!((status, &body["leases"]), (200, &serde_json::json!({lane_lease(LANE): "r1"})), "{body}");

    cluster.stop().await;
    assert_eq!(ready().await, (503, serde_json::json!({"database": "failed"})));
    assert_eq!(office.get("/healthz").await, (200, "ok".to_owned()), "the process itself is well");
    cluster.start().await;
    assert_eq!(ready().await.0, 200);
}
