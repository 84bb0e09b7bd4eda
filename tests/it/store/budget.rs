//! A Zalo bot's month: what is counted, and when.

use super::*;
use chitieu::domain::budget::{Month, Spent, Stage};
use chitieu::domain::delivery::AfterAttempt;

const ZALO: &str = "zalo_bot:1";

impl Fixture {
    async fn used(&self, now: DateTime<Utc>) -> Spent {
        self.store.month_use(ZALO, Month::of(now), "").await.expect("the database answers").spent
    }

    /// Queues one message, claims it, and ends the attempt so.
    async fn attempt(&self, id: &str, after: &AfterAttempt, now: DateTime<Utc>) {
        self.store.enqueue(&[delivery(id, "zalo")], now).await.expect("queued");
        let claim = Claim { lane: ZALO, ..claim(now, id) };
        let claimed = self.store.claim(claim).await.expect("the database answers").expect("it is due");
        assert!(self.store.finish(&claimed.id, claimed.version, id, after, now).await.expect("the database answers"));
    }
}

promise! {
    async fn what_was_or_may_have_been_sent_counts_in_its_month(db) {
        let zalo = Chat { medium: Medium::ZaloBot, lane: ZALO.to_owned(), ..chat("zalo") };
        db.store.upsert_chat(&zalo, at(0)).await.unwrap();
        db.chat("telegram").await;
        let why = || "x".to_owned();
        let month = Month::of(at(0));
        assert_eq!(db.used(at(0)).await, Spent { used: 0, under_way: 0 });
        db.attempt("d1", &AfterAttempt::Sent { message_id: None }, at(1)).await;
        db.attempt("d2", &AfterAttempt::Park { why: why() }, at(2)).await;
        db.attempt("d3", &AfterAttempt::GiveUp { why: why() }, at(3)).await;
        db.attempt("d4", &AfterAttempt::Again { at: at(30), counts: true, why: why() }, at(4)).await;
        assert_eq!(db.used(at(5)).await, Spent { used: 2, under_way: 0 });

        // A worker that dies: under way, and then counted as lost, whatever it did.
        let dead = db.store.claim(Claim { lane: ZALO, ..claim(at(30), "t1") }).await.unwrap().unwrap();
        assert_eq!(db.used(at(31)).await, Spent { used: 2, under_way: 1 });
        let mine = db.store.month_use(ZALO, month, &dead.id).await.unwrap();
        assert_eq!(mine.spent, Spent { used: 2, under_way: 0 }, "the one in hand is not another one");
        assert_eq!(db.store.park_lost(ZALO, at(90)).await.unwrap(), ["d4"]);
        assert_eq!(db.used(at(91)).await, Spent { used: 3, under_way: 0 });
        assert!(db.store.park_lost(ZALO, at(91)).await.unwrap().is_empty());
        // It was only slow, and had sent: known now, and not counted twice.
        let sent = AfterAttempt::Sent { message_id: None };
        assert!(db.store.finish(&dead.id, dead.version, "t1", &sent, at(92)).await.unwrap());
        assert_eq!(db.used(at(93)).await, Spent { used: 3, under_way: 0 });
        // July 24 and eight days: another month.
        let august = at(8 * 86_400);
        db.attempt("d5", &sent, august).await;
        assert_eq!(db.used(at(93)).await, Spent { used: 3, under_way: 0 });
        assert_eq!(db.used(august).await, Spent { used: 1, under_way: 0 });

        // Only bots with a budget are counted.
        db.broadcast(&[("t", "telegram")]).await;
        let claimed = db.claim(at(100), "t3").await.unwrap();
        assert!(db.store.finish(&claimed.id, claimed.version, "t3", &sent, at(101)).await.unwrap());
        assert_eq!(db.store.month_use("bot", month, "").await.unwrap().spent.used, 0);

        // What the office was told is remembered for the month.
        db.store.month_told(ZALO, month, Stage::Warn, at(102)).await.unwrap();
        let use_of = async |at| db.store.month_use(ZALO, Month::of(at), "").await.unwrap();
        assert_eq!((use_of(at(0)).await.told_warning, use_of(at(0)).await.told_spent), (true, false));
        db.store.month_told(ZALO, month, Stage::Spent, at(103)).await.unwrap();
        assert!(use_of(at(0)).await.told_spent && !use_of(august).await.told_warning);
    }
}
