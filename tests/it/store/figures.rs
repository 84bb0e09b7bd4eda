//! Recording and reading figures.

use super::*;
use chitieu::domain::audit::{Finding, FindingKind};
use chitieu::domain::observation::PublishedAverage;
use chitieu::domain::org_unit::{Scope, TierCode};
use chitieu::domain::rate::Exact;
use chitieu::domain::snapshot::SnapshotState;
use chitieu::domain::target::{AssignedTarget, Target, TargetOrigin};
use chitieu::store::{Publication, PublishOutcome, StoreError};

fn target(of: &str, level: &str) -> AssignedTarget {
    let target = Target {
        level: percent(level),
        decision: "2679/QĐ-UBND ngày 20/7/2023".to_owned(),
        valid_from: Some(period("2023-07")),
        valid_to: None,
        origin: TargetOrigin::Report,
    };
    AssignedTarget { unit: unit(of), indicator: indicator("online_submission"), target }
}

async fn decide(store: &Store, snapshot: &str, state: SnapshotState) {
    let (expected, _) = store.alert_states().await.expect("the states are read");
    let snapshot = Some((snapshot, state));
    let publication = Publication { expected, states: None, snapshot, assessments: &[], deliveries: &[], now: at(1) };
    let outcome = store.publish(publication).await.expect("it is published");
    assert_eq!(outcome, PublishOutcome::Published { deliveries: 0 });
}

promise! {
    async fn the_same_figures_again_change_nothing(db) {
        let mut july = figures("2023-07-24", 212);
        july.observations.push(observation("so-noi-vu", "online_submission", Reading::Value(9)));
        july.targets = vec![target("so-tu-phap", "60"), target("so-noi-vu", "60")];
        let first = db.record("s1", &july).await;
        assert!(!first.unchanged);
        assert_eq!((first.header.number, first.header.state), (1, SnapshotState::Recorded));

        // Another order of rows and "60,0" for "60" say the same.
        july.observations.reverse();
        july.targets[0].target.level = percent("60.0");
        let again = db.record("s2", &july).await;
        assert!(again.unchanged);
        assert_eq!(again.header, first.header);
        assert_eq!(db.store.headers(period("2023-07")).await.unwrap(), [first.header]);
    }
}

promise! {
    async fn changed_figures_make_the_next_number_of_their_month(db) {
        db.record("s1", &figures("2023-07-24", 212)).await;
        let corrected = db.record("s2", &figures("2023-07-24", 213)).await;
        assert_eq!((corrected.unchanged, corrected.header.number), (false, 2));
        // What was corrected once may be corrected back.
        let back = db.record("s3", &figures("2023-07-24", 212)).await;
        assert_eq!((back.unchanged, back.header.number), (false, 3));
        let june = db.record("s4", &figures("2023-06-30", 212)).await;
        assert_eq!((june.unchanged, june.header.number), (false, 1));
        let mut sample = figures("2023-06-30", 212);
        sample.sample = true;
        assert!(!db.record("s5", &sample).await.unchanged, "made-up figures are not the real ones");
    }
}

promise! {
    async fn an_older_file_read_again_is_no_news(db) {
        db.record("s1", &figures("2023-07-10", 100)).await;
        db.record("s2", &figures("2023-07-24", 212)).await;
        let again = db.record("s3", &figures("2023-07-10", 100)).await;
        assert_eq!((again.unchanged, again.header.id.as_str()), (true, "s1"));
    }
}

promise! {
    async fn figures_that_are_held_stay_held_when_they_come_again(db) {
        db.record("s1", &figures("2023-07-24", 212)).await;
        db.record("s2", &figures("2023-07-24", 9999)).await;
        decide(&db.store, "s2", SnapshotState::Held).await;
        let again = db.record("s3", &figures("2023-07-24", 9999)).await;
        assert_eq!((again.unchanged, again.header.id.as_str()), (true, "s2"));
        assert_eq!(again.header.state, SnapshotState::Held);
        let good = db.record("s4", &figures("2023-07-24", 212)).await;
        assert_eq!((good.unchanged, good.header.id.as_str()), (true, "s1"), "the held one is skipped");
    }
}

promise! {
    async fn null_is_not_zero_after_a_round_trip(db) {
        let mut content = figures("2023-07-24", 0);
        let readings =
            [Reading::NotOccurred, Reading::Empty, Reading::Unreadable, Reading::NotPublished, Reading::Value(0)];
        for (n, reading) in readings.into_iter().enumerate() {
            let mut observation = observation(&format!("unit-{n}"), "online_payment", reading);
            observation.denominator = readings[(n + 1) % readings.len()];
            observation.rate = match readings[(n + 2) % readings.len()] {
                Reading::Value(_) => Reading::Value(percent("57.80")),
                Reading::NotOccurred => Reading::NotOccurred,
                Reading::Empty => Reading::Empty,
                Reading::Unreadable => Reading::Unreadable,
                Reading::NotPublished => Reading::NotPublished,
            };
            content.observations.push(observation);
        }
        db.record("s1", &content).await;
        let stored = db.store.content("s1").await.unwrap().content;
        assert_eq!(stored, content);
        let printed = stored.observations.iter().find_map(|o| o.rate.value()).unwrap();
        assert_eq!((printed.mantissa(), printed.decimals()), (5780, 2), "printed decimals stay as printed");

        let as_fingerprints = readings.map(|reading| {
            let mut content = figures("2023-08-31", 0);
            content.observations[0].numerator = reading;
            content
        });
        for (n, content) in as_fingerprints.iter().enumerate() {
            assert!(!db.record(&format!("f{n}"), content).await.unchanged, "{:?}", readings[n]);
        }
    }
}

promise! {
    async fn everything_the_source_says_comes_back_in_its_order(db) {
        let mut content = figures("2023-07-24", 212);
        content.observations.push(observation("bql-kkt", "online_submission", Reading::Value(10)));
        content.observations.push(observation("bql-kkt", "digitization", Reading::Value(1_000_000_000)));
        content.targets = vec![target("so-tu-phap", "60"), target("bql-kkt", "45.50")];
        content.targets[1].target.valid_to = Some(period("2023-12"));
        content.averages = vec![
            PublishedAverage { scope: Scope::Whole, indicator: indicator("online_payment"), rate: percent("60.8") },
            PublishedAverage {
                scope: Scope::Tier(TierCode::parse("commune").unwrap()),
                indicator: indicator("online_payment"),
                rate: percent("-1"),
            },
        ];
        let mut unreadable = Finding::new(FindingKind::UnreadableCell);
        unreadable.unit = Some(unit("bql-kkt"));
        unreadable.place = Some("Phụ lục 3, hàng 1".to_owned());
        unreadable.text = Some("29,9\u{0}%".to_owned());
        let everything = Finding {
            kind: FindingKind::AverageDiffers,
            scope: Some(Scope::Whole),
            unit: None,
            indicator: Some(indicator("online_payment")),
            published: Some(percent("60.80")),
            computed: Some(Exact::new(-735_934, 9_999)),
            approximate: true,
            part: Some(1),
            whole: Some(2),
            over_all: false,
            implied: Some(3),
            plain_mean: Some(Exact::new(1, 3)),
            place: None,
            text: None,
        };
        let findings = [unreadable.clone(), everything.clone()];
        let new = NewSnapshot { id: "s1", content: &content, source: "cổng dịch vụ công", findings: &findings, now: at(5) };
        let recorded = db.store.record(new).await.unwrap();
        assert_eq!(recorded.header.source, "cổng dịch vụ công");
        assert_eq!(recorded.header.recorded_at, at(5));
        assert_eq!(db.store.header("s1").await.unwrap(), Some(recorded.header));

        let stored = db.store.content("s1").await.unwrap();
        assert_eq!(stored.content, content);
        // PostgreSQL cannot hold the character zero in a text: it is left out in both databases.
        unreadable.text = Some("29,9%".to_owned());
        assert_eq!(stored.findings, [unreadable, everything]);
        let of_one = db.store.observations_of("s1", &unit("bql-kkt")).await.unwrap();
        assert_eq!(of_one, content.observations[1..]);
        assert!(matches!(db.store.content("s9").await, Err(StoreError::Missing(_))));
    }
}

promise! {
    async fn a_unit_has_an_indicator_once_or_nothing_is_recorded(db) {
        let mut twice = figures("2023-07-24", 212);
        twice.observations.push(twice.observations[0].clone());
        let new = NewSnapshot { id: "s1", content: &twice, source: "", findings: &[], now: at(0) };
        assert!(matches!(db.store.record(new).await, Err(StoreError::Conflict(_))));
        assert_eq!(db.store.headers(period("2023-07")).await.unwrap(), []);
        assert_eq!(db.record("s2", &figures("2023-07-24", 212)).await.header.number, 1, "no gap in the numbers");
    }
}

promise! {
    async fn the_current_snapshot_ends_last_and_is_not_held(db) {
        assert_eq!(db.store.current(None).await.unwrap(), None);
        db.record("june", &figures("2023-06-30", 1)).await;
        db.record("24th", &figures("2023-07-24", 2)).await;
        db.record("10th", &figures("2023-07-10", 3)).await;
        db.record("24th corrected", &figures("2023-07-24", 4)).await;
        db.record("31st", &figures("2023-07-31", 5)).await;
        db.record("august", &figures("2023-08-31", 6)).await;
        decide(&db.store, "31st", SnapshotState::Held).await;
        decide(&db.store, "august", SnapshotState::Held).await;

        let current = async |month: Option<&str>| db.store.current(month.map(period)).await.unwrap().map(|h| h.id);
        assert_eq!(current(Some("2023-07")).await.as_deref(), Some("24th corrected"));
        assert_eq!(current(None).await.as_deref(), Some("24th corrected"), "a held month is not the latest");
        assert_eq!(current(Some("2023-06")).await.as_deref(), Some("june"));
        assert_eq!(current(Some("2023-08")).await, None);
        assert_eq!(db.store.periods().await.unwrap(), [period("2023-06"), period("2023-07")]);
        let july = db.store.headers(period("2023-07")).await.unwrap();
        assert_eq!(july.iter().map(|h| h.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let undecided: Vec<_> = db.store.undecided().await.unwrap().into_iter().map(|h| h.id).collect();
        assert_eq!(undecided, ["june", "24th", "10th", "24th corrected"]);
        let held: Vec<_> = db.store.held().await.unwrap().into_iter().map(|h| h.id).collect();
        assert_eq!(held, ["31st", "august"]);
    }
}

promise! {
    async fn printed_targets_are_those_of_the_current_snapshots(db) {
        let with = |as_of: &str, level: &str| {
            let mut content = figures(as_of, 1);
            content.targets = vec![target("so-tu-phap", level)];
            content
        };
        db.record("june", &with("2023-06-30", "50")).await;
        db.record("july", &with("2023-07-24", "60")).await;
        db.record("july corrected", &with("2023-07-24", "65")).await;
        db.record("held", &with("2023-07-31", "99")).await;
        decide(&db.store, "held", SnapshotState::Held).await;
        let all = db.store.printed_targets().await.unwrap();
        assert_eq!(all, [target("so-tu-phap", "50"), target("so-tu-phap", "65")]);
        let july = db.store.printed_targets_of(&[period("2023-07"), period("2023-08")]).await.unwrap();
        assert_eq!(july, [target("so-tu-phap", "65")]);
        assert_eq!(db.store.printed_targets_of(&[]).await.unwrap(), []);
    }
}

promise! {
    async fn two_who_record_at_once_get_two_numbers_or_one_snapshot(db) {
        let other = open(&db.url).await;
        for round in 0..5_u64 {
            let (a, b) = (figures("2023-07-24", 2 * round), figures("2023-07-24", 2 * round + 1));
            let (id_a, id_b, id_c) = (format!("a{round}"), format!("b{round}"), format!("c{round}"));
            let new = |id, content| NewSnapshot { id, content, source: "", findings: &[], now: at(0) };
            let (first, second) = tokio::join!(db.store.record(new(&id_a, &a)), other.record(new(&id_b, &b)));
            assert_ne!(first.unwrap().header.number, second.unwrap().header.number);
            let same = figures("2023-06-30", round);
            let (first, second) = tokio::join!(db.store.record(new(&id_c, &same)), other.record(new("other", &same)));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first.header, second.header);
            assert_ne!(first.unchanged, second.unchanged);
            if first.unchanged {
                return;
            }
        }
    }
}
