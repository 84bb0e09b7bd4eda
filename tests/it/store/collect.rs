//! Collecting: one message for several, all of it or nothing.

use super::*;
use chitieu::domain::delivery::{AfterAttempt, DeliveryState};
use chitieu::store::{Collection, OutboxFilter};

const SENT: AfterAttempt = AfterAttempt::Sent { message_id: None };

impl Fixture {
    async fn states(&self) -> Vec<(String, DeliveryState, Option<String>)> {
        let mut rows = self.store.outbox(OutboxFilter::default()).await.expect("listed");
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.into_iter().map(|row| (row.id, row.state, row.last_error)).collect()
    }

    async fn collect(&self, rows: &[&str], into: &str, key: &str) -> u32 {
        let kind = "collected".to_owned();
        let parts = [NewDelivery { kind, dedupe_key: key.to_owned(), ..delivery(into, "chat") }];
        let rows: Vec<_> = rows.iter().map(|id| (*id).to_owned()).collect();
        let collection = Collection { chat_id: "chat", rows: &rows, parts: &parts, why: "behind", now: at(50) };
        self.store.collect(collection).await.expect("the database answers")
    }

    async fn collectable(&self, before: i64) -> Vec<String> {
        let rows = self.store.collectable("bot", at(before)).await.expect("the database answers");
        rows.into_iter().map(|row| row.id).collect()
    }
}

promise! {
    async fn several_waiting_messages_become_one_or_nothing_changes(db) {
        db.chat("chat").await;
        db.chat("other").await;
        db.broadcast(&[("d1", "chat"), ("d2", "chat"), ("d3", "chat"), ("d4", "other")]).await;
        db.store.enqueue(&[answer("a1", "chat")], at(0)).await.unwrap();
        assert_eq!(db.collectable(1).await, ["d1", "d2", "d3", "d4"], "answers are never collected");
        assert!(db.collectable(0).await.is_empty());
        let before = db.states().await;

        // One of them is under way, or belongs to somebody else: nothing happens.
        assert_eq!(db.collect(&["d1", "d4"], "c0", "k0").await, 0);
        assert_eq!(db.collect(&["a1"], "c0", "k0").await, 0);
        assert_eq!(db.states().await, before);

        assert_eq!(db.collect(&["d1", "d2"], "c1", "k1").await, 2);
        let into = || Some("behind: collected into c1".to_owned());
        let states = db.states().await;
        assert_eq!(states[0], ("a1".to_owned(), DeliveryState::Waiting, None));
        assert_eq!(states[1], ("c1".to_owned(), DeliveryState::Waiting, None));
        assert_eq!(states[2], ("d1".to_owned(), DeliveryState::Dropped, into()));
        assert_eq!(states[3], ("d2".to_owned(), DeliveryState::Dropped, into()));

        // The same again, and another message with the same key: both change nothing.
        assert_eq!(db.collect(&["d1", "d2"], "c2", "k2").await, 0);
        assert_eq!(db.collect(&["d3"], "c3", "k1").await, 0);
        assert_eq!(db.states().await, states);
        assert_eq!(db.collectable(1).await, ["d3", "d4"], "a collected message is not collected again");
    }
}

promise! {
    async fn a_message_that_has_begun_is_not_collected(db) {
        db.chat("chat").await;
        let part = |id: &str, part| NewDelivery { part, parts: 2, dedupe_key: "long".to_owned(), ..delivery(id, "chat") };
        db.store.enqueue(&[part("p1", 1), part("p2", 2)], at(0)).await.unwrap();
        db.broadcast(&[("d1", "chat")]).await;
        assert_eq!(db.collectable(1).await, ["p1", "p2", "d1"]);
        let first = db.claim(at(1), "t1").await.unwrap();
        assert_eq!((first.id.as_str(), db.collectable(1).await), ("p1", vec!["d1".to_owned()]));
        assert_eq!(db.collect(&["p1", "d1"], "c1", "k1").await, 0, "it is under way");
        assert!(db.store.finish(&first.id, first.version, "t1", &SENT, at(2)).await.unwrap());
        assert_eq!(db.collectable(1).await, ["d1"]);
    }
}

promise! {
    async fn two_processes_that_decide_the_same_leave_one_message(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat"), ("d2", "chat")]).await;
        let (one, two) = tokio::join!(db.collect(&["d1", "d2"], "c1", "k"), db.collect(&["d1", "d2"], "c2", "k"));
        assert_eq!(one + two, 2);
        let waiting = db.states().await.into_iter().filter(|(_, state, _)| *state == DeliveryState::Waiting).count();
        assert_eq!(waiting, 1);
    }
}
