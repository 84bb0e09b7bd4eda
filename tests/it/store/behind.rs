//! What waits for chats that have fallen behind.

use super::*;
use chitieu::domain::delivery::{AfterAttempt, DeliveryState};
use chitieu::store::{Backlog, OutboxFilter, Replacement};

promise! {
    async fn backlogs_are_counted_where_something_may_be_sent(db) {
        for chat in ["one", "two", "paused", "asks"] {
            db.chat(chat).await;
        }
        db.broadcast(&[("d1", "one"), ("d2", "one"), ("d3", "two"), ("d4", "paused"), ("d5", "paused")]).await;
        db.store.enqueue(&[delivery("d6", "one")], at(60)).await.unwrap();
        db.store.enqueue(&[answer("a1", "asks"), answer("a2", "asks")], at(60)).await.unwrap();
        db.store.pause_chat("paused", "the bot was removed", at(1)).await.unwrap();
        let one = Backlog { chat_id: "one".to_owned(), rows: 3, oldest: at(0) };
        assert_eq!(db.store.backlogs().await.unwrap(), [one]);
        assert_eq!(db.store.waiting_messages("paused").await.unwrap().len(), 2, "whoever asks is told");
        assert!(db.store.waiting_messages("asks").await.unwrap().is_empty(), "answers are no backlog");
    }
}

promise! {
    async fn a_message_that_was_begun_is_no_backlog(db) {
        db.chat("chat").await;
        let part = |id: &str, key: &str, part| NewDelivery {
            part,
            parts: 2,
            dedupe_key: key.to_owned(),
            ..delivery(id, "chat")
        };
        let parts = [part("x1", "x", 1), part("x2", "x", 2), part("y1", "y", 1), part("y2", "y", 2)];
        db.store.enqueue(&parts, at(0)).await.unwrap();
        let claimed = db.claim(at(1), "a1").await.unwrap();
        let sent = AfterAttempt::Sent { message_id: None };
        assert!(db.store.finish(&claimed.id, claimed.version, "a1", &sent, at(1)).await.unwrap());
        let waiting = db.store.waiting_messages("chat").await.unwrap();
        let [message] = &waiting[..] else { panic!("{waiting:?}") };
        assert_eq!(message.key, "y");
        assert_eq!(message.parts, [("y1".to_owned(), 0), ("y2".to_owned(), 0)]);
    }
}

promise! {
    async fn a_backlog_is_replaced_as_a_whole_or_not_at_all(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat"), ("d2", "chat"), ("d3", "chat"), ("d4", "chat")]).await;
        let said = [delivery("list", "chat")];
        let (dropped, moved) = ([("d2", 0), ("d3", 0)], [("d1", 0), ("d4", 0)]);
        // Somebody else has taken the first one.
        let claimed = db.claim(at(1), "a1").await.unwrap();
        for replacement in [
            Replacement { dropped: &dropped, said: &said, moved: &moved },
            Replacement { dropped: &moved, said: &said, moved: &dropped },
        ] {
            assert!(!db.store.replace_waiting(replacement, at(2)).await.unwrap());
        }
        let rows = db.store.outbox(OutboxFilter::default()).await.unwrap();
        assert!(rows.iter().all(|row| row.state != DeliveryState::Dropped) && rows.len() == 4);

        let again = AfterAttempt::Again { at: at(3), counts: true, why: "502".to_owned() };
        assert!(db.store.finish(&claimed.id, claimed.version, "a1", &again, at(2)).await.unwrap());
        let moved = [("d1", claimed.version + 1), ("d4", 0)];
        let replacement = Replacement { dropped: &dropped, said: &said, moved: &moved };
        assert!(db.store.replace_waiting(replacement, at(2)).await.unwrap());
        assert!(!db.store.replace_waiting(replacement, at(2)).await.unwrap(), "once");
        db.broadcast(&[("d5", "chat")]).await;
        let mut order = Vec::new();
        let sent = AfterAttempt::Sent { message_id: None };
        while let Some(claimed) = db.claim(at(4), &format!("b{}", order.len())).await {
            let attempt = format!("b{}", order.len());
            assert!(db.store.finish(&claimed.id, claimed.version, &attempt, &sent, at(4)).await.unwrap());
            order.push(claimed.id);
        }
        assert_eq!(order, ["list", "d1", "d4", "d5"]);
        let rows = db.store.outbox(OutboxFilter::default()).await.unwrap();
        let dropped: Vec<_> = rows.iter().filter(|row| row.state == DeliveryState::Dropped).collect();
        assert_eq!(dropped.len(), 2);
        assert!(dropped.iter().all(|row| row.last_error.as_deref().is_some_and(|why| why == "far behind: collected into list")));
    }
}
