//! Deliveries of which nobody knows whether they arrived.

use super::*;
use chitieu::domain::delivery::{AfterAttempt, DeliveryState};
use chitieu::store::{OutboxFilter, OutboxRow, UnknownDelivery};

impl Fixture {
    async fn one(&self, id: &str) -> OutboxRow {
        let rows = self.store.outbox(OutboxFilter::default()).await.expect("the outbox is listed");
        rows.into_iter().find(|row| row.id == id).expect("the row is there")
    }

    /// Claims the row that is due and lets its attempt end without a known outcome.
    async fn lose_sight(&self, attempt: &str, now: DateTime<Utc>) -> ClaimedDelivery {
        let claimed = self.claim(now, attempt).await.expect("something is due");
        let parked = AfterAttempt::Park { why: "no answer".to_owned() };
        assert!(self.store.finish(&claimed.id, claimed.version, attempt, &parked, now).await.expect("it ends"));
        claimed
    }

    async fn unknown(&self) -> Vec<UnknownDelivery> {
        self.store.unknown_deliveries().await.expect("the database answers")
    }
}

promise! {
    async fn a_dead_workers_row_is_unknown_and_never_claimed_again(db) {
        db.chat("one").await;
        let two = Chat { lane: "bot 2".to_owned(), ..chat("two") };
        db.store.upsert_chat(&two, at(0)).await.unwrap();
        db.broadcast(&[("d1", "one"), ("d2", "one"), ("d3", "two")]).await;
        let dead = db.claim(at(0), "a1").await.unwrap();
        db.store.claim(Claim { lane: "bot 2", ..claim(at(0), "b1") }).await.unwrap().unwrap();
        assert!(db.store.park_lost("bot", at(59)).await.unwrap().is_empty(), "it may still send");
        assert_eq!(db.claim(at(60), "a2").await, None, "nobody sends it blindly, not even before it is parked");
        assert_eq!(db.store.park_lost("bot", at(60)).await.unwrap(), ["d1"]);
        assert!(db.store.park_lost("bot", at(60)).await.unwrap().is_empty(), "once");
        let row = db.one("d1").await;
        assert_eq!((row.state, row.finished_at), (DeliveryState::Unknown, Some(at(60))));
        assert_eq!(row.last_error.as_deref(), Some("the sender died on the way"));
        assert_eq!(db.store.attempts("d1").await.unwrap()[0].outcome.as_deref(), Some("lost"));
        assert_eq!(db.one("d3").await.state, DeliveryState::Sending, "of another lane");

        // It comes back late: what it does not know changes nothing, that the message arrived is welcome. The chat's next
        // message waits for neither.
        let again = AfterAttempt::Again { at: at(62), counts: true, why: "502".to_owned() };
        assert!(!db.store.finish(&dead.id, dead.version, "a1", &again, at(61)).await.unwrap());
        assert_eq!(db.claim(at(61), "a3").await.unwrap().id, "d2");
        let sent = AfterAttempt::Sent { message_id: None };
        assert!(db.store.finish(&dead.id, dead.version, "a1", &sent, at(62)).await.unwrap());
        assert_eq!(db.one("d1").await.state, DeliveryState::Sent);
        assert!(!db.store.finish(&dead.id, dead.version, "a1", &sent, at(63)).await.unwrap(), "once");
    }
}

promise! {
    async fn a_repetition_is_the_same_row_marked_and_counted(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat")]).await;
        db.lose_sight("a1", at(5)).await;
        let [unknown] = &db.unknown().await[..] else { panic!() };
        assert_eq!((unknown.id.as_str(), unknown.repeated, unknown.since), ("d1", 0, at(5)));
        assert_eq!((unknown.kind.as_str(), unknown.chat_title.as_str()), ("bulletin", "Nhóm Sở Tư pháp"));
        assert!(!db.store.repeat_unknown("d1", unknown.version - 1, at(600)).await.unwrap(), "another version");
        assert!(db.store.repeat_unknown("d1", unknown.version, at(600)).await.unwrap());
        assert!(!db.store.repeat_unknown("d1", unknown.version, at(600)).await.unwrap(), "once");
        assert!(db.unknown().await.is_empty());
        let again = db.lose_sight("a2", at(600)).await;
        assert_eq!((again.id.as_str(), again.attempt), ("d1", 2));
        assert_eq!(again.body, "(gửi lại) <b>Sở Tư pháp</b>");
        assert_eq!(again.plain, "(gửi lại) Sở Tư pháp");
        let [unknown] = &db.unknown().await[..] else { panic!() };
        assert_eq!((unknown.repeated, unknown.since), (1, at(600)));
        assert_eq!(db.one("d1").await.repeated, 1);
    }
}

promise! {
    async fn what_is_settled_is_asked_about_once_and_together_with_the_question(db) {
        db.chat("chat").await;
        db.chat("office").await;
        db.broadcast(&[("d1", "chat"), ("d2", "chat")]).await;
        db.lose_sight("a1", at(1)).await;
        db.lose_sight("a2", at(2)).await;
        let unknown = db.unknown().await;
        let both: Vec<_> = unknown.iter().map(|row| (row.id.as_str(), row.version)).collect();
        // One of them has changed: nothing is written, the question neither.
        let stale = [both[0], (both[1].0, both[1].1 - 1)];
        assert!(!db.store.settle_unknown(&stale, &[delivery("q", "office")], at(3)).await.unwrap());
        assert_eq!(db.unknown().await, unknown);
        assert_eq!(db.claim(at(3), "a3").await, None);

        assert!(db.store.settle_unknown(&both, &[delivery("q", "office")], at(3)).await.unwrap());
        assert!(!db.store.settle_unknown(&both, &[delivery("r", "office")], at(3)).await.unwrap(), "once");
        assert!(db.unknown().await.is_empty());
        assert_eq!(db.claim(at(3), "a4").await.unwrap().id, "q");
        assert_eq!(db.claim(at(3), "a5").await, None);

        // A person has one of them sent again, and it is lost again: that is a new question, and counts as repeated.
        assert!(db.store.outbox_retry("d2", at(4)).await.unwrap());
        db.lose_sight("a6", at(5)).await;
        let [unknown] = &db.unknown().await[..] else { panic!() };
        assert_eq!((unknown.id.as_str(), unknown.repeated), ("d2", 1));
        assert!(db.store.outbox_drop("d2", at(6)).await.unwrap());
        assert!(db.unknown().await.is_empty());
    }
}

promise! {
    async fn an_open_delivery_is_found_by_the_end_of_its_id(db) {
        db.chat("chat").await;
        db.broadcast(&[("0001-abc", "chat"), ("0002-abc", "chat"), ("0003-xyz", "chat")]).await;
        let found = async |end: &str| db.store.open_delivery_ending(end).await.unwrap();
        assert_eq!(found("xyz").await.as_deref(), Some("0003-xyz"));
        assert_eq!(found("0002-abc").await.as_deref(), Some("0002-abc"));
        for nothing in ["abc", "", "%", "_yz", "00003-xyz"] {
            assert_eq!(found(nothing).await, None, "{nothing}");
        }
        assert!(db.store.outbox_drop("0003-xyz", at(1)).await.unwrap());
        assert_eq!(found("xyz").await, None, "it is not open any more");
    }
}
