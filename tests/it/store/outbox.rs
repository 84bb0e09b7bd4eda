//! The outbox: who gets which row, in which order, and who is too late.

use super::*;
use chitieu::domain::delivery::{AfterAttempt, DeliveryState};
use chitieu::store::{OutboxCount, OutboxFilter, OutboxRow};
use std::collections::BTreeSet;

const SENT: AfterAttempt = AfterAttempt::Sent { message_id: None };

impl Fixture {
    async fn finish(&self, claimed: &ClaimedDelivery, attempt: &str, after: &AfterAttempt, now: DateTime<Utc>) -> bool {
        self.store.finish(&claimed.id, claimed.version, attempt, after, now).await.expect("the database answers")
    }

    async fn row(&self, id: &str) -> OutboxRow {
        let rows = self.store.outbox(OutboxFilter::default()).await.expect("the outbox is listed");
        rows.into_iter().find(|row| row.id == id).expect("the row is there")
    }

    /// Claims and sends until nothing is due.
    async fn drain(&self, now: DateTime<Utc>) -> Vec<String> {
        let mut sent = Vec::new();
        while let Some(claimed) = self.claim(now, &format!("attempt {}", sent.len())).await {
            assert!(self.finish(&claimed, &format!("attempt {}", sent.len()), &SENT, now).await);
            sent.push(claimed.id);
        }
        sent
    }
}

promise! {
    async fn each_chat_gets_its_messages_in_order(db) {
        db.chat("one").await;
        db.chat("two").await;
        // Ids do not decide: the queue does.
        db.broadcast(&[("d9", "one"), ("d5", "two"), ("d1", "one")]).await;
        let first = db.claim(at(1), "a1").await.unwrap();
        assert_eq!((first.id.as_str(), first.chat.id.as_str()), ("d9", "one"));
        assert_eq!((first.attempt, first.reclaimed), (1, false));
        let other = db.claim(at(1), "a2").await.unwrap();
        assert_eq!(other.id, "d5", "one's second message waits for its first");
        assert_eq!(db.claim(at(1), "a3").await, None);

        // It waits through a retry as well.
        let later = AfterAttempt::Again { at: at(300), counts: true, why: "timeout".to_owned() };
        assert!(db.finish(&first, "a1", &later, at(2)).await);
        assert_eq!(db.claim(at(10), "a4").await, None);
        assert_eq!(db.store.next_due("bot", at(10)).await.unwrap(), Some(at(61)), "the other's lease runs out first");
        assert!(db.finish(&other, "a2", &SENT, at(11)).await);
        let again = db.claim(at(300), "a5").await.unwrap();
        assert_eq!(again.id, "d9");
        assert_eq!((again.failures, again.attempt), (1, 2));
        assert!(db.finish(&again, "a5", &SENT, at(301)).await);
        assert_eq!(db.claim(at(302), "a6").await.unwrap().id, "d1");
    }
}

promise! {
    async fn parts_and_publications_keep_their_order(db) {
        db.chat("chat").await;
        let key = || "long".to_owned();
        let part = |id: &str, part| NewDelivery { part, parts: 3, dedupe_key: key(), ..delivery(id, "chat") };
        db.store.enqueue(&[part("z", 1), part("y", 2), part("x", 3)], at(0)).await.unwrap();
        assert_eq!(db.drain(at(1)).await, ["z", "y", "x"]);
    }
}

promise! {
    async fn answers_overtake_broadcasts(db) {
        db.chat("one").await;
        db.chat("two").await;
        db.broadcast(&[("b1", "one"), ("b2", "two")]).await;
        db.store.enqueue(&[answer("a1", "two"), answer("a2", "two")], at(1)).await.unwrap();
        assert_eq!(db.drain(at(2)).await, ["a1", "a2", "b1", "b2"]);
    }
}

promise! {
    async fn busy_chats_and_other_lanes_are_left_alone(db) {
        db.chat("one").await;
        db.chat("two").await;
        let elsewhere = Chat { lane: "bot 2".to_owned(), ..chat("three") };
        db.store.upsert_chat(&elsewhere, at(0)).await.unwrap();
        db.broadcast(&[("d1", "one"), ("d2", "two"), ("d3", "three")]).await;
        let busy = ["one".to_owned()];
        let claimed = db.store.claim(Claim { busy_chats: &busy, ..claim(at(1), "a1") }).await.unwrap().unwrap();
        assert_eq!(claimed.id, "d2");
        assert_eq!(db.store.claim(Claim { busy_chats: &busy, ..claim(at(1), "a2") }).await.unwrap(), None);
        let other = db.store.claim(Claim { lane: "bot 2", ..claim(at(1), "a3") }).await.unwrap().unwrap();
        assert_eq!((other.id.as_str(), other.chat.id.as_str()), ("d3", "three"));
        assert_eq!(db.store.next_due("bot 3", at(1)).await.unwrap(), None);
    }
}

promise! {
    async fn two_workers_never_hold_the_same_row(db) {
        let mut expected = BTreeSet::new();
        for n in 0..20 {
            db.chat(&format!("chat {n}")).await;
            for m in 0..2 {
                expected.insert(format!("d{n}-{m}"));
                db.broadcast(&[(&format!("d{n}-{m}"), &format!("chat {n}"))]).await;
            }
        }
        let workers = (0..4).map(|worker| {
            let url = db.url.clone();
            tokio::spawn(async move {
                let store = open(&url).await;
                let mut sent = Vec::new();
                let mut idle = 0;
                while idle < 20 {
                    let attempt = format!("w{worker} {}", sent.len());
                    let Some(claimed) = store.claim(claim(at(1), &attempt)).await.expect("the database answers") else {
                        idle += 1;
                        tokio::task::yield_now().await;
                        continue;
                    };
                    let finished = store.finish(&claimed.id, claimed.version, &attempt, &SENT, at(2)).await;
                    assert!(finished.expect("the database answers"), "nobody else has the row");
                    sent.push(claimed.id);
                }
                sent
            })
        });
        let mut sent = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            sent.extend(worker.await.unwrap());
        }
        assert_eq!(sent.len(), expected.len(), "each once");
        assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

promise! {
    async fn a_dead_workers_row_is_reclaimed_on_the_page_and_its_late_end_changes_nothing(db) {
        db.store.upsert_chat(&Chat { medium: Medium::Web, ..chat("chat") }, at(0)).await.unwrap();
        db.broadcast(&[("d1", "chat")]).await;
        let dead = db.claim(at(0), "a1").await.unwrap();
        assert_eq!(db.claim(at(59), "a2").await, None);
        assert_eq!(db.store.next_due("bot", at(59)).await.unwrap(), Some(at(60)));
        assert!(db.store.park_lost("bot", at(60)).await.unwrap().is_empty(), "the page takes a delivery once");
        let heir = db.claim(at(60), "a3").await.unwrap();
        assert!(heir.reclaimed);
        assert_eq!((heir.id.as_str(), heir.attempt), ("d1", 2));

        let gone = AfterAttempt::PauseChat { why: "late".to_owned() };
        assert!(!db.finish(&dead, "a1", &gone, at(61)).await);
        assert_eq!(db.row("d1").await.state, DeliveryState::Sending);
        assert_eq!(db.row("d1").await.chat_paused, None);
        assert!(db.finish(&heir, "a3", &SENT, at(62)).await);
        assert!(!db.finish(&heir, "a3", &gone, at(63)).await, "an attempt ends once");
        let attempts = db.store.attempts("d1").await.unwrap();
        let ends: Vec<_> = attempts.iter().map(|a| (a.number, a.outcome.as_deref(), a.finished_at)).collect();
        assert_eq!(ends, [(1, Some("lost"), Some(at(60))), (2, Some("sent"), Some(at(62)))]);
        assert_eq!(db.row("d1").await.state, DeliveryState::Sent);
    }
}

promise! {
    async fn every_end_of_an_attempt_has_its_consequence(db) {
        for n in 1..=6 {
            db.chat(&format!("c{n}")).await;
            db.broadcast(&[(&format!("d{n}"), &format!("c{n}")), (&format!("e{n}"), &format!("c{n}"))]).await;
        }
        let why = || "vì sao".to_owned();
        let ends = [
            AfterAttempt::Sent { message_id: Some("77".to_owned()) },
            AfterAttempt::Again { at: at(900), counts: false, why: why() },
            AfterAttempt::Retarget { address: "-100999".to_owned() },
            AfterAttempt::PauseChat { why: why() },
            AfterAttempt::GiveUp { why: why() },
            AfterAttempt::Park { why: why() },
        ];
        let mut claimed = Vec::new();
        for n in 1..=6 {
            claimed.push(db.claim(at(1), &format!("a{n}")).await.unwrap());
        }
        for (n, end) in ends.iter().enumerate() {
            assert!(db.finish(&claimed[n], &format!("a{}", n + 1), end, at(2)).await);
        }
        let mut rows = Vec::new();
        for n in 1..=6 {
            let row = db.row(&format!("d{n}")).await;
            rows.push((row.state, row.failures, row.next_attempt_at, row.finished_at, row.last_error));
        }
        let error = || Some(why());
        let expected = [
            (DeliveryState::Sent, 0, None, Some(at(2)), None),
            (DeliveryState::Waiting, 0, Some(at(900)), None, error()),
            (DeliveryState::Waiting, 0, Some(at(2)), None, Some("-100999".to_owned())),
            (DeliveryState::Failed, 0, None, Some(at(2)), error()),
            (DeliveryState::Failed, 0, None, Some(at(2)), error()),
            (DeliveryState::Unknown, 0, None, Some(at(2)), error()),
        ];
        assert_eq!(rows, expected);
        let mut outcomes = Vec::new();
        for n in 1..=6 {
            let attempt = db.store.attempts(&format!("d{n}")).await.unwrap().remove(0);
            outcomes.push((attempt.outcome.unwrap(), attempt.detail.unwrap()));
        }
        let outcome = |word: &str, detail: &str| (word.to_owned(), detail.to_owned());
        let expected = [
            outcome("sent", "77"),
            outcome("again", "vì sao"),
            outcome("moved", "-100999"),
            outcome("gone", "vì sao"),
            outcome("failed", "vì sao"),
            outcome("unknown", "vì sao"),
        ];
        assert_eq!(outcomes, expected);
        assert_eq!(db.row("e4").await.chat_paused, error());

        // c1 goes on, c2 waits, c3 has a new address, c4 is paused, c5 and c6 go on.
        assert_eq!(db.drain(at(3)).await, ["e1", "d3", "e3", "e5", "e6"]);
        assert_eq!(db.store.chat("c3").await.unwrap().unwrap().chat.address, "-100999");
        assert_eq!(db.row("e4").await.state, DeliveryState::Waiting, "what waits for a paused chat is not lost");
    }
}

promise! {
    async fn an_attempt_that_learns_of_a_merge_goes_on_in_the_other_chat(db) {
        db.chat("old").await;
        let new = db.chat("new").await;
        db.broadcast(&[("d1", "old"), ("d2", "old")]).await;
        let claimed = db.claim(at(1), "a1").await.unwrap();
        assert!(db.finish(&claimed, "a1", &AfterAttempt::Retarget { address: new.address.clone() }, at(2)).await);
        let again = db.claim(at(2), "a2").await.unwrap();
        assert_eq!((again.id.as_str(), &again.chat), ("d1", &new));
        assert!(db.finish(&again, "a2", &SENT, at(3)).await);
        assert_eq!(db.claim(at(3), "a3").await.unwrap().id, "d2");
    }
}

promise! {
    async fn a_person_may_retry_or_drop_what_was_not_sent(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat"), ("d2", "chat")]).await;
        let claimed = db.claim(at(1), "a1").await.unwrap();
        assert!(!db.store.outbox_drop("d1", at(1)).await.unwrap(), "it is under way");
        assert!(!db.store.outbox_retry("d1", at(1)).await.unwrap());
        db.finish(&claimed, "a1", &AfterAttempt::Park { why: "timeout".to_owned() }, at(2)).await;
        assert!(db.store.outbox_retry("d1", at(5)).await.unwrap());
        assert!(!db.store.outbox_retry("d1", at(5)).await.unwrap(), "it waits already");
        let row = db.row("d1").await;
        assert_eq!((row.state, row.next_attempt_at, row.finished_at), (DeliveryState::Waiting, Some(at(5)), None));
        assert!(!db.finish(&claimed, "a1", &SENT, at(5)).await, "the old claim is worth nothing");
        assert!(db.store.outbox_drop("d2", at(6)).await.unwrap());
        assert!(!db.store.outbox_retry("d2", at(6)).await.unwrap(), "dropped is dropped");
        assert!(!db.store.outbox_drop("nothing", at(6)).await.unwrap());
        assert_eq!(db.drain(at(7)).await, ["d1"]);
        assert!(!db.store.outbox_drop("d1", at(8)).await.unwrap(), "it is sent");
    }
}

promise! {
    async fn the_outbox_can_be_listed_and_counted(db) {
        db.chat("one").await;
        db.store.upsert_chat(&Chat { lane: "bot 2".to_owned(), ..chat("two") }, at(0)).await.unwrap();
        db.broadcast(&[("d1", "one"), ("d2", "one"), ("d3", "two")]).await;
        let claimed = db.claim(at(1), "a1").await.unwrap();
        db.finish(&claimed, "a1", &AfterAttempt::GiveUp { why: "refused".to_owned() }, at(2)).await;
        let list = async |filter| {
            let rows = db.store.outbox(filter).await.unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let all = OutboxFilter::default();
        assert_eq!(list(all.clone()).await, ["d3", "d2", "d1"]);
        assert_eq!(list(OutboxFilter { limit: 1, ..all.clone() }).await, ["d3"]);
        assert_eq!(list(OutboxFilter { lane: Some("bot".to_owned()), ..all.clone() }).await, ["d2", "d1"]);
        assert_eq!(list(OutboxFilter { states: vec![DeliveryState::Failed], ..all }).await, ["d1"]);
        let failed = db.row("d1").await;
        assert_eq!((failed.chat_title.as_str(), failed.attempts), ("Nhóm Sở Tư pháp", 1));
        assert_eq!(failed.last_error.as_deref(), Some("refused"));
        let count =
            |lane: &str, state| OutboxCount { lane: lane.to_owned(), state, count: 1, oldest: at(0) };
        assert_eq!(
            db.store.outbox_counts().await.unwrap(),
            [
                count("bot", DeliveryState::Failed),
                count("bot", DeliveryState::Waiting),
                count("bot 2", DeliveryState::Waiting),
            ]
        );
    }
}
