//! What people typed, where pollers stand, and who may poll.

use super::*;
use chitieu::store::{Inbound, OutboxFilter};

fn heard(id: &str, external_id: &str) -> Inbound {
    Inbound {
        id: id.to_owned(),
        medium: Medium::Telegram,
        lane: "bot".to_owned(),
        external_id: external_id.to_owned(),
        chat_address: "-1001".to_owned(),
        chat_title: "Nhóm".to_owned(),
        group: true,
        sender: "an".to_owned(),
        text: "/status sở tư pháp".to_owned(),
        kind: "text".to_owned(),
        at: at(0),
    }
}

promise! {
    async fn what_is_delivered_to_us_twice_is_heard_once(db) {
        assert!(db.store.hear(&heard("i9", "100")).await.unwrap());
        assert!(!db.store.hear(&heard("i2", "100")).await.unwrap());
        let other_bot = Inbound { lane: "bot 2".to_owned(), ..heard("i1", "100") };
        assert!(db.store.hear(&other_bot).await.unwrap(), "another bot counts for itself");
        let odd = Inbound { text: "a\u{0}b".to_owned(), ..heard("i3", "101") };
        assert!(db.store.hear(&odd).await.unwrap());

        // In the order of arrival, which ids and a provider's seconds do not know.
        let expected = [heard("i9", "100"), other_bot, Inbound { text: "ab".to_owned(), ..odd }];
        assert_eq!(db.store.unanswered(10).await.unwrap(), expected);
        assert_eq!(db.store.unanswered(1).await.unwrap(), expected[..1]);
    }
}

promise! {
    async fn it_is_answered_once_with_its_answers(db) {
        db.chat("chat").await;
        db.store.hear(&heard("i1", "100")).await.unwrap();
        assert!(db.store.answered("i1", &[answer("d0", "nobody")], at(1)).await.is_err());
        assert_eq!(db.store.unanswered(10).await.unwrap().len(), 1, "a failed answer can be tried again");
        assert!(db.store.answered("i1", &[answer("d1", "chat")], at(1)).await.unwrap());
        assert!(!db.store.answered("i1", &[answer("d2", "chat")], at(2)).await.unwrap());
        assert!(!db.store.answered("i9", &[answer("d3", "chat")], at(2)).await.unwrap());
        assert_eq!(db.store.unanswered(10).await.unwrap(), []);
        let queued = db.store.outbox(OutboxFilter::default()).await.unwrap();
        assert_eq!(queued.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["d1"]);
        assert!(!db.store.hear(&heard("i2", "100")).await.unwrap(), "answered is still heard");
    }
}

promise! {
    async fn a_poller_finds_where_it_stood(db) {
        assert_eq!(db.store.cursor("telegram:bot").await.unwrap(), None);
        db.store.set_cursor("telegram:bot", "100", at(0)).await.unwrap();
        db.store.set_cursor("telegram:bot", "101", at(1)).await.unwrap();
        assert_eq!(open(&db.url).await.cursor("telegram:bot").await.unwrap().as_deref(), Some("101"));
    }
}

promise! {
    async fn one_process_alone_holds_a_lease(db) {
        let other = open(&db.url).await;
        let (one, two) = tokio::join!(
            db.store.take_lease("poll", "one", at(0), at(30)),
            other.take_lease("poll", "two", at(0), at(30))
        );
        let (one, two) = (one.unwrap().is_some(), two.unwrap().is_some());
        assert_ne!(one, two);
        let (holder, waiting) = if one { ("one", "two") } else { ("two", "one") };
        let take = async |who, now, until| {
            db.store.take_lease("poll", who, at(now), at(until)).await.unwrap().map(|fence| fence.epoch)
        };
        assert_eq!(take(waiting, 29, 60).await, None);
        assert_eq!(take(holder, 29, 60).await, Some(1), "renewed");
        assert_eq!(take(waiting, 59, 90).await, None);
        assert_eq!(take(waiting, 60, 90).await, Some(2), "it had run out");
        db.store.release_lease("poll", holder).await.unwrap();
        let held = chitieu::store::Lease { name: "poll".to_owned(), holder: waiting.to_owned(), expires_at: at(90), epoch: 2 };
        assert_eq!(db.store.leases().await.unwrap(), [held], "only the holder can give it up");
        db.store.release_lease("poll", waiting).await.unwrap();
        assert_eq!(take(holder, 61, 90).await, Some(3));
    }
}
