//! The months of one unit.

use super::*;
use chitieu::domain::assessment::{Assessment, Comparison, Rating};
use chitieu::domain::indicator::Direction;
use chitieu::domain::snapshot::SnapshotState;
use chitieu::domain::target::{Target, TargetOrigin};
use chitieu::store::{Publication, PublishOutcome};

async fn decide(store: &Store, snapshot: &str, state: SnapshotState, assessments: &[Assessment]) {
    let (expected, _) = store.alert_states().await.expect("the states are read");
    let snapshot = Some((snapshot, state));
    let publication = Publication { expected, states: None, snapshot, assessments, deliveries: &[], now: at(1) };
    let outcome = store.publish(publication).await.expect("it is published");
    assert_eq!(outcome, PublishOutcome::Published { deliveries: 0 });
}

promise! {
    /// The snapshot that counts of each month, with the unit's own figures and the targets of the time.
    async fn a_history_is_of_one_unit_and_of_what_counts(db) {
        let with_others = |as_of: &str, numerator| {
            let mut content = figures(as_of, numerator);
            content.observations.push(observation("so-noi-vu", "online_submission", Reading::Value(9)));
            content
        };
        db.record("may", &with_others("2023-05-31", 100)).await;
        db.record("july-old", &with_others("2023-07-10", 150)).await;
        db.record("july", &with_others("2023-07-24", 212)).await;
        db.record("july-held", &with_others("2023-07-25", 999)).await;
        db.record("august", &with_others("2023-08-31", 300)).await;
        decide(&db.store, "july-held", SnapshotState::Held, &[]).await;
        let own = figures("2023-07-24", 212).observations[0].unit.clone();
        let target = Target {
            level: percent("60"),
            decision: "2679/QĐ-UBND".to_owned(),
            valid_from: None,
            valid_to: None,
            origin: TargetOrigin::Report,
        };
        let assessed = Assessment {
            unit: own.clone(),
            indicator: indicator("online_submission"),
            direction: Direction::HigherIsBetter,
            rating: Rating::Missed,
            actual: None,
            target,
            gap: None,
            numerator: None,
            denominator: None,
            needed: None,
            slack: None,
            rank: None,
            comparison: Comparison::None,
            few: false,
        };
        decide(&db.store, "july", SnapshotState::Published, &[assessed]).await;
        let months = db.store.history_of(&own, period("2023-05"), period("2023-07")).await.unwrap();
        let ids: Vec<&str> = months.iter().map(|month| month.header.id.as_str()).collect();
        assert_eq!(ids, ["may", "july"], "neither June, of which there is nothing, nor August, nor what is held or old");
        let july = &months[1].figures;
        assert!(july.iter().all(|(observation, _)| observation.unit == own), "{july:?}");
        let (observation, target) = july.iter().find(|(o, _)| o.indicator == indicator("online_submission")).unwrap();
        assert_eq!((observation.numerator, *target), (Reading::Value(212), Some(percent("60"))));
        assert!(months[0].figures.iter().all(|(_, target)| target.is_none()), "May was not published");
        let none = db.store.history_of(&unit("so-y-te"), period("2023-05"), period("2023-07")).await.unwrap();
        assert!(none.len() == 2 && none.iter().all(|month| month.figures.is_empty()));
        assert_eq!(db.store.history_of(&own, period("2020-01"), period("2020-12")).await.unwrap(), []);
    }
}
