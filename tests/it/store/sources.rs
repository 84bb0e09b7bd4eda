//! What is known of sources: one row each, and told together with what is saved.

use super::*;
use chitieu::domain::breaker::{Breaker, Trouble};
use chitieu::store::SourceState;

fn failing(name: &str) -> SourceState {
    SourceState {
        name: name.to_owned(),
        asked_as: "a".to_owned(),
        validator: "\"tag\"\nMon".to_owned(),
        body: "b".to_owned(),
        breaker: Breaker {
            failures: 3,
            since: Some(at(0)),
            trouble: Some(Trouble::Refused),
            opened: 2,
            next: Some(at(900)),
        },
        status: Some(401),
        good_at: Some(at(-60)),
        fetched: 1,
        not_modified: 2,
        unchanged: 3,
        failed: u64::from(u32::MAX) + 1,
    }
}

promise! {
    async fn a_source_is_read_as_it_was_saved_and_an_overtaken_one_changes_nothing(db) {
        db.chat("office").await;
        let nothing = SourceState { name: "iGate".to_owned(), ..SourceState::default() };
        assert_eq!(db.store.source("iGate").await.unwrap(), (nothing.clone(), 0));
        let told = [delivery("d1", "office")];
        assert!(db.store.save_source(&failing("iGate"), 0, &told, at(1)).await.unwrap());
        assert_eq!(db.store.source("iGate").await.unwrap(), (failing("iGate"), 1));
        // Two that both knew nothing; two that knew the same: the second one's message is not queued either.
        let late = [delivery("d2", "office")];
        assert!(!db.store.save_source(&nothing, 0, &late, at(2)).await.unwrap());
        assert!(db.store.save_source(&nothing, 1, &[], at(2)).await.unwrap());
        assert!(!db.store.save_source(&failing("iGate"), 1, &late, at(3)).await.unwrap());
        assert_eq!(db.store.source("iGate").await.unwrap(), (nothing, 2));
        assert!(!db.store.has_message("office", "d2").await.unwrap());
        assert!(db.store.save_source(&failing("Cổng"), 0, &[], at(4)).await.unwrap());
        let names: Vec<_> = db.store.sources().await.unwrap().into_iter().map(|source| source.name).collect();
        assert_eq!(names, ["Cổng", "iGate"]);
    }
}
