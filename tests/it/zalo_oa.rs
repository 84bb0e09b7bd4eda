//! The Official Account against a Zalo that says no: what each group received, and how often a refresh token was used.

mod lane;
mod leaks;
mod names;
mod sending;
mod tokens;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use chitieu::catalog::Catalog;
use chitieu::channel::zalo_oa::{ZaloOaAccount, ZaloOaChannel, ZaloOaKeeper, ZaloOaStanding};
use chitieu::channel::{Channel as _, Outgoing};
use chitieu::clock::{Clock as _, ManualClock};
use chitieu::domain::delivery::SendOutcome;
use chitieu::entropy::SeededEntropy;
use chitieu::message::Messages;
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{Context, Parts, zalo_oa};
use chitieu::store::{OutboxFilter, Store};
use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use crate::fake::zalo_oa::{APP_ID, APP_SECRET, Call, FIRST_REFRESH, FakeZaloOa};

const GROUP: &str = "f414c8f76fa586fbdfb4";
const OTHER: &str = "a7b1c8f76fa586fb0000";

/// Whoever waits for a time-out waits this long.
const SHORT: Duration = Duration::from_millis(500);

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn account(url: &str, first: &str) -> ZaloOaAccount {
    ZaloOaAccount {
        app_id: APP_ID.to_owned(),
        app_secret: secret(APP_SECRET),
        first_refresh_token: secret(first),
        api_url: url.to_owned(),
        oauth_url: url.to_owned(),
        // A busy machine must not look like a broken network.
        timeout: Duration::from_secs(10),
    }
}

/// Which database.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Sqlite,
    Postgres,
}

/// A database and everything around an account, but the account's server.
struct Office {
    context: Context,
    clock: Arc<ManualClock>,
    url: String,
    _folder: tempfile::TempDir,
    _postgres: Option<crate::postgres::PgTestDb>,
}

impl Office {
    async fn on(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let postgres = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(crate::postgres::database().await),
        };
        let file = format!("sqlite://{}", folder.path().join("office.db").display());
        let url = postgres.as_ref().map_or(file, |database| database.url().to_owned());
        let store = Store::connect(&url).await.expect("a database");
        store.migrate().await.expect("migrations");
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_690_862_400, 0).expect("August 2023")));
        let context = Context::new(Parts {
            store,
            catalog: Catalog::embedded().expect("sound"),
            messages: Messages::embedded().expect("sound"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
        });
        ensure_web_chats(&context).await.expect("the office has its chat");
        Self { context, clock, url, _folder: folder, _postgres: postgres }
    }

    fn keeper(&self, account: &ZaloOaAccount) -> ZaloOaKeeper {
        let (store, clock) = (self.context.store.clone(), self.clock.clone());
        ZaloOaKeeper::new(account, store, clock, TaskTracker::new()).expect("a sound account")
    }

    /// The same office in another process.
    async fn replica(&self, account: &ZaloOaAccount) -> ZaloOaKeeper {
        let store = Store::connect(&self.url).await.expect("the database");
        ZaloOaKeeper::new(account, store, self.clock.clone(), TaskTracker::new()).expect("a sound account")
    }

    async fn step(&self, keeper: &ZaloOaKeeper) -> ZaloOaStanding {
        zalo_oa::step(&self.context, keeper).await.expect("the database answers")
    }

    fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// What the office was told, each text with its chat.
    async fn told(&self) -> Vec<(String, String)> {
        let rows = self.context.store.outbox(OutboxFilter { limit: 100, ..OutboxFilter::default() }).await;
        let rows = rows.expect("read").into_iter();
        rows.map(|row| (row.chat_title, row.kind)).collect()
    }

    async fn send(&self, channel: &ZaloOaChannel, group: &str, text: &str) -> (&'static str, String) {
        let now = self.clock.now();
        let outgoing = Outgoing {
            delivery_id: "d-1",
            chat_id: "c-1",
            address: group,
            text,
            plain: text,
            choices: &[],
            task: chitieu::channel::Task::Say,
            now,
        };
        match channel.send(outgoing).await {
            SendOutcome::Accepted { message_id } => ("accepted", message_id.unwrap_or_default()),
            SendOutcome::RetryAfter { wait } => ("retry after", wait.num_seconds().to_string()),
            SendOutcome::Retry { why } => ("retry", why),
            SendOutcome::Moved { address } => ("moved", address),
            SendOutcome::Gone { why } => ("gone", why),
            SendOutcome::Refused { why } => ("refused", why),
            SendOutcome::Unknown { why } => ("unknown", why),
        }
    }
}

/// A fake with two groups.
async fn zalo() -> FakeZaloOa {
    let zalo = FakeZaloOa::start().await;
    zalo.add_group(GROUP, "Sở Tư pháp");
    zalo.add_group(OTHER, "Sở Xây dựng");
    zalo
}

/// An office whose account works, with a fresh access token that may be renewed again.
async fn connected() -> (FakeZaloOa, Office, ZaloOaChannel) {
    let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
    let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    assert_eq!(office.step(&keeper).await, ZaloOaStanding::Fine);
    assert_eq!(zalo.count(Call::Refresh), 1);
    office.pass(TimeDelta::minutes(10));
    (zalo, office, ZaloOaChannel::new(keeper))
}

/// A server that gives every request the same bytes and hangs up.
async fn canned(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 65_536]).await;
            let _ = socket.write_all(&bytes).await;
            let _ = socket.shutdown().await;
        }
    });
    url
}

/// An address at which nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound").to_string()
}
