//! PostgreSQL for tests: [`database`] gives each test a fresh, empty database.
//!
//! With `CHITIEU_TEST_POSTGRES_URL` (a superuser's URL of a running cluster; `tests/all` sets it) the database is made
//! there. Without it the process starts a cluster of its own from Debian's binaries, once, in a temporary folder and
//! without durability. A test which stops PostgreSQL itself takes a [`dedicated_cluster`].
//!
//! Databases are not dropped: a cluster ends with the process that started it, and its folder with it. A missing
//! PostgreSQL is a failure, never a skipped test.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use sqlx::migrate::MigrateDatabase;

use crate::supervisor::Supervisor;

/// Names a running cluster in which tests make their databases.
const CLUSTER_URL: &str = "CHITIEU_TEST_POSTGRES_URL";

/// Where Debian keeps its PostgreSQL, one folder per major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A database of one test's own.
pub struct PgTestDb {
    url: String,
}

impl PgTestDb {
    /// Where to connect, as a superuser.
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn create(cluster_url: &str) -> Self {
        let mut url = reqwest::Url::parse(cluster_url).expect("a PostgreSQL URL");
        url.set_path(&format!("chitieu_test_{:016x}", random()));
        let url = String::from(url);
        sqlx::Postgres::create_database(&url)
            .await
            .unwrap_or_else(|error| panic!("cannot create a test database: {error}"));
        Self { url }
    }
}

/// A fresh, empty database.
pub async fn database() -> PgTestDb {
    PgTestDb::create(&cluster_url().await).await
}

/// A cluster which no other test uses, so that one may stop it; it ends when the value is dropped.
pub async fn dedicated_cluster() -> PgCluster {
    blocking(PgCluster::create).await
}

async fn cluster_url() -> String {
    static OWN: OnceLock<PgCluster> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "the one variable that belongs to the tests, not to the service")]
    match std::env::var(CLUSTER_URL) {
        Ok(url) => url,
        Err(_) => blocking(|| OWN.get_or_init(PgCluster::create).url()).await,
    }
}

/// A running PostgreSQL server on 127.0.0.1; its port stays the same for life.
pub struct PgCluster {
    port: u16,
    supervisor: Arc<Mutex<Supervisor>>,
}

impl PgCluster {
    /// The superuser's URL of the maintenance database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A fresh, empty database in this cluster.
    pub async fn database(&self) -> PgTestDb {
        PgTestDb::create(&self.url()).await
    }

    /// Stops the server: open connections are cut, new ones refused. What was committed is still there after `start`.
    pub async fn stop(&self) {
        self.command("stop".to_owned(), "stopped").await;
    }

    /// Starts the server again; ready for connections on return.
    pub async fn start(&self) {
        self.command(format!("start {}", self.port), "started").await;
    }

    /// `stop`, then `start`.
    pub async fn restart(&self) {
        self.stop().await;
        self.start().await;
    }

    async fn command(&self, command: String, expected: &'static str) {
        let supervisor = Arc::clone(&self.supervisor);
        blocking(move || {
            let answer = supervisor.lock().expect("no command has panicked").ask(&command);
            assert_eq!(answer.as_deref(), Some(expected), "PostgreSQL does not obey `{command}`");
        })
        .await;
    }

    fn create() -> Self {
        let binaries = newest_binaries(Path::new(DEBIAN)).unwrap_or_else(|| {
            panic!(
                "PostgreSQL is missing (no initdb in {DEBIAN}/*/bin): run the tests with `tests/all`, which installs it"
            )
        });
        let binaries = binaries.to_str().expect("the path is plain text");
        let mut supervisor = Supervisor::spawn(&unprivileged(), CLUSTER, &[binaries]);
        let made = supervisor.answer();
        assert_eq!(made.as_deref(), Some("made"), "initdb failed");
        // Another process may take the port between our look and the server's; then look again.
        for _ in 0..5 {
            let port = free_port();
            match supervisor.ask(&format!("start {port}")).as_deref() {
                Some("started") => {
                    return Self { port, supervisor: Arc::new(Mutex::new(supervisor)) };
                }
                Some(_) => {}
                None => break,
            }
        }
        panic!("PostgreSQL does not start");
    }
}

/// Also run by `tests/all`.
const CLUSTER: &str = include_str!("postgres.sh");

/// `initdb` and `postgres` refuse root: a command prefix that becomes somebody else, empty for everybody but root.
fn unprivileged() -> Vec<String> {
    let me = std::fs::metadata("/proc/self").expect("Linux has /proc").uid();
    if me != 0 {
        return Vec::new();
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("Linux has /etc/passwd");
    let (uid, gid) = ["postgres", "nobody"]
        .iter()
        .find_map(|name| account(&accounts, name))
        .expect("an account `postgres` or `nobody`");
    ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--"].map(str::to_owned).to_vec()
}

/// The user and group ids of `name` in the text of /etc/passwd.
fn account<'a>(accounts: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| Some((fields.nth(1)?, fields.next()?)))?
    })
}

/// The `bin` folder of the newest major version that has a server: Debian also keeps folders with clients only.
fn newest_binaries(root: &Path) -> Option<PathBuf> {
    std::fs::read_dir(root)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let binaries = entry.path().join("bin");
            let complete = ["initdb", "postgres", "pg_isready"].iter().all(|name| binaries.join(name).exists());
            complete.then_some((version, binaries))
        })
        .max()
        .map(|(_, binaries)| binaries)
}

/// A port below the range from which the kernel takes the ports of outgoing connections: one of those could sit on
/// ours while the server is stopped.
fn free_port() -> u16 {
    (0..1000)
        .map(|_| 20_000 + u16::try_from(random() % 12_000).expect("below 12000"))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// Differs from call to call and from process to process; that is all that is asked of it.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// Starting a server takes a second, in which other tasks of the test may run.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

mod tests {
    use super::*;
    use sqlx::{Connection, PgConnection};

    async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect(url).await
    }

    #[tokio::test]
    async fn every_database_is_fresh_and_its_own() {
        let (one, other) = (database().await, database().await);
        assert_ne!(one.url(), other.url());
        for db in [&one, &other] {
            let mut connection = connect(db.url()).await.expect("the database answers");
            let answer: i32 = sqlx::query_scalar("SELECT 1").fetch_one(&mut connection).await.expect("one row");
            assert_eq!(answer, 1);
            // Fails for the second database if it were the first.
            sqlx::query("CREATE TABLE mark (id bigint)").execute(&mut connection).await.expect("an empty database");
            connection.close().await.expect("closes");
        }
    }

    #[tokio::test]
    async fn a_dedicated_cluster_stops_starts_and_keeps_what_was_committed() {
        let cluster = dedicated_cluster().await;
        let db = cluster.database().await;
        let mut connection = connect(db.url()).await.expect("the database answers");
        sqlx::query("CREATE TABLE mark (id bigint)").execute(&mut connection).await.expect("creates");

        cluster.stop().await;
        assert!(connection.ping().await.is_err(), "an open connection is cut");
        assert!(connect(db.url()).await.is_err(), "a new connection is refused");

        cluster.start().await;
        cluster.restart().await;
        let mut connection = connect(db.url()).await.expect("the database is back on the same port");
        sqlx::query("SELECT id FROM mark").execute(&mut connection).await.expect("the table is still there");
        drop(connection);

        let folder: String = {
            let mut connection = connect(&cluster.url()).await.expect("the cluster answers");
            sqlx::query_scalar("SHOW data_directory").fetch_one(&mut connection).await.expect("one row")
        };
        assert!(std::fs::symlink_metadata(Path::new(&folder).parent().expect("a parent")).is_ok());
        drop(cluster);
        assert!(connect(db.url()).await.is_err(), "the server ended with the value that stands for it");
        assert!(std::fs::symlink_metadata(Path::new(&folder).parent().expect("a parent")).is_err());
    }

    #[tokio::test]
    async fn a_server_that_cannot_start_says_so() {
        let cluster = dedicated_cluster().await;
        cluster.stop().await;
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let supervisor = Arc::clone(&cluster.supervisor);
        let answer = blocking(move || supervisor.lock().expect("unpoisoned").ask(&format!("start {port}"))).await;
        assert_eq!(answer.as_deref(), Some("not started"));
        cluster.start().await;
        assert!(connect(&cluster.url()).await.is_ok());
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(newest_binaries(root.path()), None);
        for version in ["9", "15", "17", "common"] {
            let bin = root.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).expect("creates");
            for name in ["initdb", "postgres", "pg_isready"] {
                // 17 has clients only.
                if version != "17" || name == "pg_isready" {
                    std::fs::write(bin.join(name), "").expect("writes");
                }
            }
        }
        assert_eq!(newest_binaries(root.path()), Some(root.path().join("15/bin")));
    }

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgresql:x:1:1::/:\npostgres:x:101:104::/:\n";
        assert_eq!(account(accounts, "postgres"), Some(("101", "104")));
        assert_eq!(account(accounts, "nobody"), None);
    }
}
