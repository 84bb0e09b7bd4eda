//! Opening a database: what is made, what is refused and in which words, and who may be there at the same time.

use super::*;
use chitieu::store::StoreError;

const SECRET: &str = "hunter2-tuyệt-mật";

async fn refusal(url: &str) -> String {
    let error = Store::connect(url).await.expect_err("it must not open");
    assert!(matches!(error, StoreError::Connect(_)), "{error:?}");
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("hunter2"), "a password leaks: {text}");
        assert!(text.contains("DATABASE_URL"), "which variable? {text}");
    }
    error.to_string()
}

#[tokio::test]
async fn what_is_no_database_is_refused_in_plain_words() {
    for url in ["", "hunter2", "mysql://root:hunter2@host/db", "/hunter2/chitieu.db", "hunter2:x", "SQLITE://hunter2"] {
        assert!(refusal(url).await.contains("sqlite://data/chitieu.db"), "{url}");
    }
    for url in ["sqlite://", "sqlite::memory:", "sqlite://hunter2.db?mode=ro"] {
        assert!(refusal(url).await.contains("sqlite://data/chitieu.db"), "{url}");
    }
}

#[tokio::test]
async fn no_password_is_in_a_refusal() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = refusal(&format!("postgres://office:{SECRET}@127.0.0.1:{free}/chitieu")).await;
    assert!(nobody.contains(&free.to_string()), "{nobody}");
    refusal(&format!("postgres://office:{SECRET}@127.0.0.1:not-a-port/chitieu")).await;
    refusal(&format!("postgres://office:{SECRET}@[::1/chitieu")).await;
    refusal(&format!("postgres://office:{SECRET}@127.0.0.1:{free}/chitieu?sslmode=hunter2")).await;
    refusal(&format!("postgres://office@127.0.0.1:{free}/chitieu?password={SECRET}")).await;

    let database = crate::postgres::database().await;
    let (host, name) = database.url().split_once('@').unwrap().1.split_once('/').unwrap();
    refusal(&format!("postgres://nobody:{SECRET}@{host}/{name}")).await;
    refusal(&format!("postgres://postgres:{SECRET}@{host}/there_is_no_such_database")).await;
    let store = Store::connect(&format!("postgres://postgres:{SECRET}@{host}/{name}")).await.unwrap();
    assert_eq!(format!("{store:?}"), "Store(\"postgres\")");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    assert!(refusal(&format!("postgres://office:{SECRET}@127.0.0.1:{port}/chitieu")).await.contains("no answer"));
}

#[tokio::test]
async fn sqlite_makes_its_folder_and_says_where_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dữ liệu/của tôi/chitieu.db");
    let store = open(&format!("sqlite://{}", path.display())).await;
    store.ping().await.unwrap();
    assert_eq!(store.kind(), "sqlite");
    assert!(path.exists());
    let below_a_file = refusal(&format!("sqlite://{}/x/chitieu.db", path.display())).await;
    assert!(below_a_file.contains("chitieu.db/x/chitieu.db"), "{below_a_file}");
    let a_folder = refusal(&format!("sqlite://{}", folder.path().display())).await;
    assert!(a_folder.contains("cannot open"), "{a_folder}");
}

promise! {
    async fn migrating_again_changes_nothing_and_many_may_do_it_at_once(db) {
        db.record("s1", &figures("2023-07-24", 1)).await;
        db.store.migrate().await.unwrap();
        db.store.ping().await.unwrap();
        assert_eq!(db.store.headers(period("2023-07")).await.unwrap().len(), 1);
        db.store.close().await;
        assert!(db.store.ping().await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_make_one_schema() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = crate::postgres::database().await;
    // Where two new files meet is a matter of a millisecond: many of them, so that it happens.
    let files = (0..20).map(|n| format!("sqlite://{}", folder.path().join(format!("{n}.db")).display()));
    for url in files.chain([postgres.url().to_owned()]) {
        let starting: Vec<_> = (0..4)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { open(&url).await })
            })
            .collect();
        for store in starting {
            store.await.unwrap().ping().await.unwrap();
        }
    }
}

/// `chitieu import` beside `chitieu run`: one writes much while the other claims and reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_beside_a_running_service_fails_neither() {
    let db = Fixture::sqlite().await;
    db.chat("chat").await;
    let url = db.url.clone();
    let import = tokio::spawn(async move {
        let store = open(&url).await;
        for n in 0..20 {
            let content = crate::store::size::province(200, n);
            let id = format!("s{n}");
            let new = NewSnapshot { id: &id, content: &content, source: "", findings: &[], now: at(0) };
            store.record(new).await.expect("the import writes");
        }
    });
    let mut rounds = 0;
    while !import.is_finished() {
        let (id, attempt) = (format!("d{rounds}"), format!("a{rounds}"));
        db.broadcast(&[(&id, "chat")]).await;
        let claimed = db.claim(at(1), &attempt).await.unwrap();
        let sent = chitieu::domain::delivery::AfterAttempt::Sent { message_id: None };
        assert!(db.store.finish(&claimed.id, claimed.version, &attempt, &sent, at(2)).await.unwrap());
        db.store.current(None).await.unwrap();
        rounds += 1;
    }
    import.await.unwrap();
    assert!(rounds > 0);
    assert_eq!(db.store.headers(period("2023-07")).await.unwrap().len(), 20);
}

promise! {
    /// A schema that knows more than the program must not be written to.
    async fn a_newer_database_is_refused(db) {
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', true, $1, 0)";
        let done = if db.url.starts_with("sqlite") {
            let pool = sqlx::SqlitePool::connect(&db.url).await.unwrap();
            sqlx::query(newer).bind(vec![0_u8]).execute(&pool).await.map(|_| ())
        } else {
            let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
            sqlx::query(newer).bind(vec![0_u8]).execute(&pool).await.map(|_| ())
        };
        done.unwrap();
        let error = db.store.migrate().await.unwrap_err();
        assert!(matches!(error, StoreError::Newer(9999)), "{error}");
    }
}
