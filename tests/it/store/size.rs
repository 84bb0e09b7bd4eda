//! A province of 3,865 units: one month is written in one go, and long queues do not slow their head down.

use super::*;
use std::time::Instant;

pub const INDICATORS: [&str; 5] =
    ["online_submission", "online_payment", "digitization", "electronic_result", "population_db"];

/// All indicators of so many units in July 2023; another seed gives other figures.
pub fn province(units: u64, seed: u64) -> SnapshotContent {
    let mut content = figures("2023-07-24", seed);
    content.observations = (0..units)
        .flat_map(|n| {
            INDICATORS.map(|of| {
                let mut observation = observation(&format!("unit-{n}"), of, Reading::Value((n * 7 + seed) % 1000));
                observation.rate = Reading::Value(percent(&format!("{}.{}", n % 100, n % 10)));
                observation
            })
        })
        .collect();
    content
}

promise! {
    async fn a_whole_province_is_one_quick_write(db) {
        let content = province(3865, 1);
        assert_eq!(content.observations.len(), 19_325);
        let start = Instant::now();
        assert!(!db.record("s1", &content).await.unchanged);
        let written = start.elapsed();
        let start = Instant::now();
        assert_eq!(db.store.content("s1").await.unwrap().content, content);
        let read = start.elapsed();
        let start = Instant::now();
        assert!(db.record("s2", &content).await.unchanged);
        let again = start.elapsed();
        eprintln!("{}: written in {written:?}, read in {read:?}, found unchanged in {again:?}", db.store.kind());
        // Generous, for unoptimised code on a busy machine; one statement a row takes far longer.
        assert!(written.as_secs() < 10, "{written:?}");
    }
}

promise! {
    /// 400 chats with five messages each, and one that its provider told to wait with a hundred behind it.
    async fn a_long_queue_does_not_slow_its_head_down(db) {
        let mut queue = Vec::new();
        db.chat("waits").await;
        queue.extend((0..100).map(|n| delivery(&format!("w{n}"), "waits")));
        for chat in 0..400 {
            db.chat(&format!("c{chat}")).await;
            queue.extend((0..5).map(|n| delivery(&format!("d{chat}-{n}"), &format!("c{chat}"))));
        }
        assert_eq!(db.store.enqueue(&queue, at(0)).await.unwrap(), 2100);
        let first = db.claim(at(1), "first").await.unwrap();
        let wait = chitieu::domain::delivery::AfterAttempt::Again { at: at(9999), counts: false, why: String::new() };
        assert!(db.store.finish("w0", first.version, "first", &wait, at(1)).await.unwrap());
        let start = Instant::now();
        for n in 0..50 {
            assert_eq!(db.claim(at(2), &format!("a{n}")).await.unwrap().id, format!("d{n}-0"));
        }
        let took = start.elapsed();
        eprintln!("{}: 50 claims in {took:?}", db.store.kind());
        assert!(took.as_secs() < 5, "{took:?}");
    }
}

#[tokio::test]
async fn a_new_sqlite_database_is_ready_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    open(&format!("sqlite://{}", folder.path().join("chitieu.db").display())).await.ping().await.unwrap();
    let took = start.elapsed();
    eprintln!("ready in {took:?}");
    assert!(took.as_millis() < 1000, "{took:?}");
}
