//! Publishing: all or nothing, and never over somebody else's head.

use super::*;
use chitieu::domain::assessment::{Assessment, Comparison, Rating};
use chitieu::domain::indicator::Direction;
use chitieu::domain::rate::Rate;
use chitieu::domain::snapshot::SnapshotState;
use chitieu::domain::target::{Target, TargetOrigin};
use chitieu::store::{OutboxFilter, Publication, PublishOutcome, Revision, StoreError};

fn publication(expected: Revision) -> Publication<'static> {
    Publication { expected, states: None, snapshot: None, assessments: &[], deliveries: &[], now: at(60) }
}

fn assessment(of: &str, rating: Rating, actual: Option<Rate>) -> Assessment {
    let target = Target {
        level: percent("60"),
        decision: "2679/QĐ-UBND".to_owned(),
        valid_from: None,
        valid_to: None,
        origin: TargetOrigin::Report,
    };
    Assessment {
        unit: unit(of),
        indicator: indicator("online_submission"),
        rating,
        actual,
        target,
        gap: None,
        numerator: None,
        denominator: None,
        needed: None,
        slack: None,
        rank: None,
        comparison: Comparison::None,
        few: false,
        direction: Direction::HigherIsBetter,
    }
}

promise! {
    async fn publishing_writes_everything_together(db) {
        db.chat("chat").await;
        db.record("s1", &figures("2023-07-24", 212)).await;
        let (revision, states) = db.store.alert_states().await.unwrap();
        assert_eq!(states, []);
        let mut states = [alert("so-noi-vu"), alert("so-tu-phap")];
        states[0].told_rate = Rate::of_counts(11, 19);
        states[1].told_rate = Some(Rate::Published(percent("57.80")));
        let assessments = [
            assessment("so-tu-phap", Rating::Missed, Some(Rate::Published(percent("29.7")))),
            assessment("so-noi-vu", Rating::NoActivity, None),
        ];
        let deliveries = [delivery("d1", "chat"), delivery("d2", "chat")];
        let outcome = db.store.publish(Publication {
            states: Some(&states),
            snapshot: Some(("s1", SnapshotState::Published)),
            assessments: &assessments,
            deliveries: &deliveries,
            ..publication(revision)
        });
        assert_eq!(outcome.await.unwrap(), PublishOutcome::Published { deliveries: 2 });

        let (next, stored) = db.store.alert_states().await.unwrap();
        assert_ne!(next, revision);
        assert_eq!(stored, states);
        assert_eq!(stored[1].told_rate.unwrap().decimals(), 2);
        assert_eq!(db.store.header("s1").await.unwrap().unwrap().state, SnapshotState::Published);
        assert_eq!(db.store.undecided().await.unwrap(), []);
        let saved = db.store.assessments("s1").await.unwrap();
        assert_eq!(saved.iter().map(|a| a.rating).collect::<Vec<_>>(), [Rating::Missed, Rating::NoActivity]);
        assert_eq!(saved[0].gap.unwrap().to_string(), "−30,3 điểm %");
        assert_eq!((saved[0].level, saved[0].decision.as_str()), (percent("60"), "2679/QĐ-UBND"));
        assert_eq!(db.store.outbox(OutboxFilter::default()).await.unwrap().len(), 2);

        // No states given: they stay. Some given: they replace all.
        let outcome = db.store.publish(publication(next)).await.unwrap();
        assert_eq!(outcome, PublishOutcome::Published { deliveries: 0 });
        let (next, stored) = db.store.alert_states().await.unwrap();
        assert_eq!(stored.len(), 2);
        db.store.publish(Publication { states: Some(&states[1..]), ..publication(next) }).await.unwrap();
        assert_eq!(db.store.alert_states().await.unwrap().1, states[1..]);
    }
}

promise! {
    async fn an_overtaken_publication_writes_nothing(db) {
        db.chat("chat").await;
        db.record("s1", &figures("2023-07-24", 212)).await;
        let (revision, _) = db.store.alert_states().await.unwrap();
        db.store.publish(publication(revision)).await.unwrap();
        let late = Publication {
            states: Some(&[alert("so-tu-phap")]),
            snapshot: Some(("s1", SnapshotState::Held)),
            deliveries: &[delivery("d1", "chat")],
            ..publication(revision)
        };
        assert_eq!(db.store.publish(late).await.unwrap(), PublishOutcome::Overtaken);
        assert_eq!(db.store.alert_states().await.unwrap().1, []);
        assert_eq!(db.store.header("s1").await.unwrap().unwrap().state, SnapshotState::Recorded);
        assert_eq!(db.store.outbox(OutboxFilter::default()).await.unwrap(), []);
    }
}

promise! {
    async fn a_publication_that_fails_half_way_writes_nothing(db) {
        db.chat("chat").await;
        let (revision, _) = db.store.alert_states().await.unwrap();
        let states = [alert("so-tu-phap")];
        let deliveries = [delivery("d1", "chat"), delivery("d2", "nobody")];
        let unknown_chat = Publication { states: Some(&states), deliveries: &deliveries, ..publication(revision) };
        assert!(db.store.publish(unknown_chat).await.is_err());
        let snapshot = Some(("s9", SnapshotState::Published));
        let unknown_snapshot = Publication { states: Some(&states), snapshot, ..publication(revision) };
        assert!(matches!(db.store.publish(unknown_snapshot).await, Err(StoreError::Missing(_))));
        let assessments = [assessment("so-tu-phap", Rating::NoData, None)];
        let of_no_snapshot = Publication { states: Some(&states), assessments: &assessments, ..publication(revision) };
        assert!(matches!(db.store.publish(of_no_snapshot).await, Err(StoreError::Corrupt(_))));
        assert_eq!(db.store.alert_states().await.unwrap(), (revision, Vec::new()));
        assert_eq!(db.store.outbox(OutboxFilter::default()).await.unwrap(), []);
    }
}

promise! {
    async fn of_two_who_publish_at_once_one_is_overtaken(db) {
        let other = open(&db.url).await;
        for _ in 0..10 {
            let (revision, _) = db.store.alert_states().await.unwrap();
            let both = tokio::join!(db.store.publish(publication(revision)), other.publish(publication(revision)));
            let both = [both.0.unwrap(), both.1.unwrap()];
            let overtaken = both.iter().filter(|outcome| **outcome == PublishOutcome::Overtaken).count();
            assert_eq!(overtaken, 1, "{both:?}");
        }
    }
}

promise! {
    async fn the_same_message_enters_a_chats_queue_once(db) {
        db.chat("chat").await;
        db.chat("other").await;
        let message = NewDelivery { dedupe_key: "unit:so-tu-phap:s1".to_owned(), ..delivery("d1", "chat") };
        assert_eq!(db.store.enqueue(std::slice::from_ref(&message), at(0)).await.unwrap(), 1);
        let again = NewDelivery { id: "d2".to_owned(), ..message.clone() };
        let part = NewDelivery { id: "d3".to_owned(), part: 2, ..message.clone() };
        let elsewhere = NewDelivery { id: "d4".to_owned(), chat_id: "other".to_owned(), ..message };
        assert_eq!(db.store.enqueue(&[again, part, elsewhere], at(1)).await.unwrap(), 2);
        let mut ids: Vec<_> =
            db.store.outbox(OutboxFilter::default()).await.unwrap().into_iter().map(|row| row.id).collect();
        ids.reverse();
        assert_eq!(ids, ["d1", "d3", "d4"]);
    }
}
