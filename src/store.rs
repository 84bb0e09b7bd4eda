//! The database: figures, decisions, chats, the outbox and the inbox, in SQLite or PostgreSQL behind one type.
//!
//! What is promised here and nowhere else:
//!
//! - **A snapshot is recorded once.** The same figures again change nothing; other figures get the next number.
//! - **Publishing is one transaction.** New alert states, the snapshot's state, assessments and deliveries become
//!   visible together, and only if nobody published since the decision was loaded ([`Revision`]).
//! - **Uniqueness lives in the schema**, not in an `if`: a delivery per chat and key, a web message per delivery, an
//!   inbound message per provider's id, one holder of a one-time code.
//! - **A row is claimed by compare-and-set with a lease and a version.** No transaction spans the network; whoever
//!   comes back late with an old version changes nothing.
//!
//! What is absent: a clock (every moment is an argument), random ids (the caller makes them), an object mapper, and SQL
//! put together at run time. Statements are static text with `$1`, which both databases take; where the dialects
//! differ there are two texts in one [`run::Sql`]. Lists travel as one JSON parameter, so that 20,000 figures are one
//! statement and not 20,000.
//!
//! SQLite has one connection that writes, and every write transaction begins with `BEGIN IMMEDIATE`: a transaction
//! which reads first and writes later would fail at once if another process (`chitieu import` beside `chitieu run`) wrote in
//! between, whatever the busy timeout.

mod actions;
mod behind;
mod board;
mod budget;
mod chats;
mod choices;
mod closing;
mod collect;
mod column;
mod decisions;
mod error;
mod figures;
mod findings;
mod fingerprint;
mod history;
mod inbox;
mod lanes;
mod lease;
mod link;
mod list;
mod mutes;
mod oa_tokens;
mod open;
mod outbox;
mod pictures;
mod places;
mod promises;
mod record;
mod run;
mod schedules;
mod snapshot_log;
mod sources;
mod unknown;
mod uploads;
mod web;

pub use actions::{Action, ActionPlace, NewAction};
pub use behind::{Backlog, Replacement, WaitingMessage};
pub use budget::MonthUse;
pub use choices::OfferedChoices;
pub use closing::UnitLink;
pub use collect::{Collectable, Collection};
pub use decisions::{NewDelivery, Publication, PublishOutcome, Revision, StoredAssessment};
pub use error::StoreError;
pub use figures::StoredContent;
pub use inbox::{Inbound, NewInbound};
pub use lease::{Fence, Lease};
pub use list::{DeliveryAttempt, OutboxCount, OutboxFilter, OutboxRow, OutboxVerb, OutboxWord};
pub use oa_tokens::{NewOaTokens, OaTokens};
pub use open::OpenCounts;
pub use outbox::{Claim, ClaimedDelivery};
pub use places::PausedChat;
pub use record::{NewSnapshot, Recorded};
pub use schedules::ChatSchedule;
pub use snapshot_log::SnapshotRecord;
pub use sources::SourceState;
pub use unknown::UnknownDelivery;
pub use uploads::{NewUpload, Settlement, Upload};
pub use web::{WebAuthor, WebMessage};

use error::{Result, is_busy};
use run::{Conn, Tx};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgConnection, PgPool, SqlitePool};
use std::path::Path;
use std::time::Duration;

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// How long a SQLite writer waits for another process to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long anybody waits for a free connection to SQLite: longer than a writer waits for another process.
const SQLITE_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a connection to PostgreSQL may take: the first one, and each call while the server is away.
const POSTGRES_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a rollback is waited for, a millisecond each: far longer than one takes.
const ROLLBACK_TRIES: u32 = 1_000;
/// Connections that read SQLite at the same time.
const SQLITE_READERS: u32 = 4;
/// Pages that each of them keeps, in KiB: the file's pages are in the system's memory anyway, once for all of them.
const READER_CACHE_KIB: u32 = 512;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 10;
/// PostgreSQL ends what takes longer: nothing here should, and a hung statement holds locks.
const STATEMENT_TIMEOUT: &str = "60s";

/// A process that was stopped in the middle of a transaction loses it after this: it holds locks for which another
/// replica waits, and leases run out after ten seconds.
const IDLE_TIMEOUT: &str = "8s";

/// The database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Store {
    db: Db,
}

#[derive(Clone)]
enum Db {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The pools' own Debug shows connection options.
        f.debug_tuple("Store").field(&self.kind()).finish()
    }
}

impl Store {
    /// Opens `sqlite://path/to/file.db` (file and folder are made where missing) or `postgres://user@host/database`.
    ///
    /// # Errors
    /// [`StoreError::Connect`], in words for whoever set `DATABASE_URL`, without the address itself.
    pub async fn connect(url: &str) -> Result<Self> {
        let db = match url.split_once(':') {
            Some(("sqlite", rest)) => open_sqlite(rest).await?,
            Some(("postgres" | "postgresql", _)) => open_postgres(url).await?,
            _ => return Err(StoreError::Connect(WRONG_SCHEME.to_owned())),
        };
        Ok(Self { db })
    }

    /// Brings the schema up to what this program expects.
    ///
    /// # Errors
    /// [`StoreError::Migrate`] when the database was made by a newer program, or a statement fails.
    pub async fn migrate(&self) -> Result<()> {
        match &self.db {
            Db::Sqlite { write, .. } => {
                // One transaction around all of them: sqlx has no lock for SQLite, and two processes may start at once.
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                // `run` would do the same, but the compiler cannot prove that its future may move between threads.
                SQLITE_MIGRATIONS.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
            Db::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.read().await?;
        run::row!(conn, (i64,), "SELECT CAST(1 AS BIGINT)").map(|_| ())
    }

    /// `sqlite` or `postgres`, for logs and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.db {
            Db::Sqlite { .. } => "sqlite",
            Db::Postgres(_) => "postgres",
        }
    }

    /// Closes all connections; what is under way ends first.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    async fn read(&self) -> Result<Conn> {
        Ok(match &self.db {
            Db::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    async fn begin(&self) -> Result<Tx> {
        Ok(match &self.db {
            Db::Sqlite { write, .. } => Tx::Sqlite(begin_immediate(write).await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }
}

/// A transaction that was dropped is rolled back by its connection's own thread. Until that is done the connection counts as
/// being within it, and refuses to begin another one; on a busy machine that takes a moment.
async fn begin_immediate(write: &SqlitePool) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    for _ in 0..ROLLBACK_TRIES {
        match write.begin_with("BEGIN IMMEDIATE").await {
            Err(sqlx::Error::InvalidSavePointStatement) => tokio::time::sleep(Duration::from_millis(1)).await,
            begun => return Ok(begun?),
        }
    }
    Ok(write.begin_with("BEGIN IMMEDIATE").await?)
}

const WRONG_SCHEME: &str = "DATABASE_URL names no database that is known: write sqlite://data/chitieu.db or \
     postgres://user:password@host/database";

const UNREADABLE: &str = "DATABASE_URL cannot be read: write postgres://user:password@host:5432/database, with special \
     characters of the password as %XX";

async fn open_sqlite(rest: &str) -> Result<Db> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.contains(['?', '#']) || path.starts_with(':') {
        let text = "DATABASE_URL names no SQLite file: write sqlite://data/chitieu.db, without options";
        return Err(StoreError::Connect(text.to_owned()));
    }
    let path = Path::new(path);
    let failed = |error: &dyn std::fmt::Display| {
        StoreError::Connect(format!("cannot open the SQLite file {} of DATABASE_URL: {error}", path.display()))
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await.map_err(|error| failed(&error))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .optimize_on_close(true, None);
    // FULL: what was committed is still there after a power cut. The outbox must not forget that it sent something.
    let writing = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let write = first_connection(&writing).await.map_err(|error| failed(&error))?;
    let reading = options.pragma("query_only", "on").pragma("cache_size", format!("-{READER_CACHE_KIB}"));
    let read = pool(SQLITE_READERS).connect_lazy_with(reading);
    Ok(Db::Sqlite { read, write })
}

/// The one connection that writes. Switching a new file to its write-ahead log is refused at once while another process does
/// the same, whatever `busy_timeout` says (whoever waits could wait for itself), so the waiting is done here.
async fn first_connection(writing: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let pause = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match pool(1).connect_with(writing.clone()).await {
            Err(error) if is_busy(&error) && waited < BUSY_TIMEOUT => {
                tokio::time::sleep(pause).await;
                waited += pause;
            }
            opened => return opened,
        }
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(SQLITE_ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
}

async fn open_postgres(url: &str) -> Result<Db> {
    // The parser's own words repeat what stands in the address, which may be a part of the password.
    let unreadable = |_| StoreError::Connect(UNREADABLE.to_owned());
    let options: PgConnectOptions = url.parse().map_err(unreadable)?;
    let options = options
        .application_name("chitieu")
        .options([("statement_timeout", STATEMENT_TIMEOUT), ("idle_in_transaction_session_timeout", IDLE_TIMEOUT)]);
    let failed = |error: &dyn std::fmt::Display| {
        let (host, port) = (options.get_host(), options.get_port());
        StoreError::Connect(format!("no connection to PostgreSQL at {host}:{port} of DATABASE_URL: {error}"))
    };
    // A pool hides why it cannot connect and goes on trying; the first connection is made by hand to learn the cause.
    let first = tokio::time::timeout(POSTGRES_TIMEOUT, PgConnection::connect_with(&options));
    let first = first.await.map_err(|_| failed(&"no answer"))?.map_err(|error| failed(&error))?;
    first.close().await.map_err(|error| failed(&error))?;
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(POSTGRES_TIMEOUT);
    Ok(Db::Postgres(pool.connect_lazy_with(options)))
}
