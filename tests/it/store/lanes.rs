//! How the lanes stand.

use super::{at, promise};
use chitieu::domain::delivery::AfterAttempt;
use chrono::Duration;

promise! {
    async fn a_lane_is_seen_with_what_waits_and_when_it_last_sent(db) {
        assert!(db.store.lanes(at(0)).await.unwrap().is_empty());
        db.chat("one").await;
        db.chat("two").await;
        db.broadcast(&[("d1", "one"), ("d2", "one"), ("d3", "two")]).await;
        let seen = |lanes: Vec<chitieu::domain::stall::LaneView>| {
            let [lane] = &lanes[..] else { panic!("{lanes:?}") };
            (lane.waiting, lane.last_sent, lane.last_error.clone())
        };
        assert_eq!(seen(db.store.lanes(at(1)).await.unwrap()), (3, None, None));
        let first = db.claim(at(1), "a1").await.unwrap();
        let sent = AfterAttempt::Sent { message_id: None };
        assert!(db.store.finish(&first.id, first.version, "a1", &sent, at(2)).await.unwrap());
        // What failed while others got through is its own trouble, and patience is the provider's wish.
        let second = db.claim(at(3), "a2").await.unwrap();
        let again = AfterAttempt::Again { at: at(300), counts: true, why: "502".to_owned() };
        assert!(db.store.finish(&second.id, second.version, "a2", &again, at(3)).await.unwrap());
        let lanes = db.store.lanes(at(4)).await.unwrap();
        assert_eq!(lanes[0].waiting_since, Some(at(0)));
        assert_eq!(seen(lanes), (1, Some(at(2)), Some("502".to_owned())));
        let third = db.claim(at(4), "a3").await.unwrap();
        let patience = AfterAttempt::Again { at: at(9_000), counts: false, why: "retry after".to_owned() };
        assert!(db.store.finish(&third.id, third.version, "a3", &patience, at(4)).await.unwrap());
        assert!(db.store.lanes(at(5)).await.unwrap().is_empty());
        assert_eq!(db.store.last_sent("bot").await.unwrap(), Some(at(2)));
        assert_eq!(db.store.last_sent("bot 2").await.unwrap(), None);
        assert_eq!(db.store.lanes(at(5) + Duration::seconds(9_000)).await.unwrap()[0].waiting, 2, "due by now");
        for chat in ["one", "two"] {
            db.store.pause_chat(chat, "removed", at(6)).await.unwrap();
        }
        assert!(db.store.lanes(at(5) + Duration::seconds(9_000)).await.unwrap().is_empty());
    }
}
