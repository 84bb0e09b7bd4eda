//! The log of snapshots: number, source, hash and time of every reading, and what became of it.

use super::*;
use chitieu::domain::snapshot::SnapshotState;
use chitieu::store::{Publication, StoreError};

promise! {
    async fn every_reading_of_a_month_is_in_the_log(db) {
        db.record("s1", &figures("2023-07-24", 212)).await;
        db.record("s2", &figures("2023-07-25", 213)).await;
        db.record("s3", &figures("2023-06-30", 213)).await;
        let (expected, _) = db.store.alert_states().await.unwrap();
        let publication = Publication {
            expected,
            states: None,
            snapshot: Some(("s1", SnapshotState::Published)),
            assessments: &[],
            deliveries: &[],
            now: at(7),
        };
        db.store.publish(publication).await.unwrap();

        let log = db.store.snapshot_log(period("2023-07")).await.unwrap();
        let known: Vec<_> = log.iter().map(|r| (r.header.number, r.header.state, r.decided_at, r.observations)).collect();
        assert_eq!(known, [
            (1, SnapshotState::Published, Some(at(7)), 1),
            (2, SnapshotState::Recorded, None, 1),
        ]);
        assert!(log.iter().all(|record| record.hash.len() == 64 && record.held_for.is_none()));
        assert_ne!(log[0].hash, log[1].hash);
        assert_eq!(log[0].header, db.store.header("s1").await.unwrap().unwrap());
        assert!(db.store.snapshot_log(period("2022-01")).await.unwrap().is_empty());
    }
}

promise! {
    async fn a_doubt_is_remembered_and_may_be_another_one_later(db) {
        db.record("s1", &figures("2023-07-24", 212)).await;
        assert_eq!(db.store.doubt_of("s1").await.unwrap(), None);
        db.store.note_doubt("s1", "vanished,partial").await.unwrap();
        db.store.note_doubt("s1", "partial").await.unwrap();
        assert_eq!(db.store.doubt_of("s1").await.unwrap().as_deref(), Some("partial"));
        let log = db.store.snapshot_log(period("2023-07")).await.unwrap();
        assert_eq!(log[0].held_for.as_deref(), Some("partial"));
        // The note decides nothing.
        assert_eq!(log[0].header.state, SnapshotState::Recorded);
        assert!(matches!(db.store.note_doubt("s9", "partial").await, Err(StoreError::Missing(_))));
        assert_eq!(db.store.doubt_of("s9").await.unwrap(), None);
    }
}
