//! From decisions to one message a unit, and what it leaves behind.

use chitieu::domain::alert::{
    AlertState, Condition, NoticeKind, NotifyReason, UnitNotice, decide, next_states, notices,
};
use chitieu::domain::assessment::PeriodAssessment;
use chrono::{DateTime, Utc};
use rstest::rstest;

use super::build::{DIGITIZATION, ONLINE, Office, PAYMENT, POPULATION, PROVINCIAL, figure, morning, period, snap};

/// What one evaluation says, and the states it leaves.
fn evaluate(
    office: &Office,
    now: DateTime<Utc>,
    period: &PeriodAssessment,
    states: &[AlertState],
) -> (Vec<UnitNotice>, Vec<AlertState>) {
    let decisions = decide(now, &office.alerts, period, states);
    let notices = notices(period, &decisions, states);
    let next = next_states(now, period, &decisions, states, &notices);
    (notices, next)
}

fn office() -> Office {
    Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]).measuring(&[ONLINE, PAYMENT, DIGITIZATION])
}

/// `online; payment; digitisation` of so-a; so-b reaches everything.
fn three(office: &Office, day: &str, cells: &str) -> PeriodAssessment {
    let of = [ONLINE, PAYMENT, DIGITIZATION];
    let mut rows: Vec<_> = of.map(|of| figure("so-b", of, "100/100 100")).to_vec();
    for (of, cell) in of.iter().zip(cells.split("; ")) {
        if cell != "nothing" {
            rows.push(figure("so-a", of, cell));
        }
    }
    office.assess(&snap(day, rows), None)
}

/// Targets are 50, 35 and 70 %; each row begins with all three missed at 10 % on 20 July.
#[rstest]
#[case::worsened_is_stronger_than_recovered(
    "60/100 60; 4/100 4; 10/100 10", NoticeKind::Bulletin, NotifyReason::Worsened, &[ONLINE])]
#[case::recovered_alone("60/100 60; 10/100 10; 10/100 10", NoticeKind::Recovered, NotifyReason::Recovered, &[ONLINE])]
#[case::all_recovered(
    "90/100 90; 90/100 90; 90/100 90", NoticeKind::Recovered, NotifyReason::Recovered, &[ONLINE, PAYMENT, DIGITIZATION])]
#[case::a_cell_is_lost("nothing; 10/100 10; 10/100 10", NoticeKind::Bulletin, NotifyReason::NoData, &[])]
#[case::all_cells_are_lost("nothing; nothing; nothing", NoticeKind::NoData, NotifyReason::NoData, &[])]
#[case::recovered_beside_lost("60/100 60; nothing; 10/100 10", NoticeKind::Bulletin, NotifyReason::NoData, &[ONLINE])]
fn one_message_carries_the_strongest_reason(
    #[case] cells: &str,
    #[case] kind: NoticeKind,
    #[case] reason: NotifyReason,
    #[case] recovered: &[&str],
) {
    let office = office();
    let (_, states) =
        evaluate(&office, morning("2023-07-20"), &three(&office, "2023-07-20", "10/100 10; 10/100 10; 10/100 10"), &[]);
    let (said, _) = evaluate(&office, morning("2023-07-24"), &three(&office, "2023-07-24", cells), &states);
    let [notice] = &said[..] else { panic!("{said:?}") };
    assert_eq!((notice.unit.as_str(), notice.kind, notice.reason), ("so-a", kind, reason));
    assert_eq!(notice.recovered.iter().map(|i| i.as_str()).collect::<Vec<_>>(), recovered);
}

#[test]
fn reasons_are_ordered_as_they_are_strong() {
    use NotifyReason::*;
    let order = [Recovered, StillMissed, Corrected, NoData, FellBelow, Worsened, FirstMissed];
    assert!(order.is_sorted());
    let words: Vec<_> = order.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(words, ["recovered", "still_missed", "corrected", "no_data", "fell_below", "worsened", "first_missed"]);
}

#[test]
fn a_correction_reaches_nothing_again() {
    let office = office();
    let missed = three(&office, "2023-07-24", "10/100 10; 90/100 90; 90/100 90");
    let (_, states) = evaluate(&office, morning("2023-07-24"), &missed, &[]);
    let corrected = three(&office, "2023-07-24", "90/100 90; 90/100 90; 90/100 90");
    let (said, next) = evaluate(&office, morning("2023-07-25"), &corrected, &states);
    assert_eq!((said[0].kind, said[0].reason), (NoticeKind::Bulletin, NotifyReason::Corrected));
    assert_eq!(said[0].recovered, []);
    assert_eq!(next, []);
}

#[test]
fn a_bulletin_tells_everything_that_it_lists() {
    let office = office();
    let first = three(&office, "2023-07-20", "10/100 10; 90/100 90; 90/100 90");
    let (_, states) = evaluate(&office, morning("2023-07-20"), &first, &[]);
    assert_eq!(states.len(), 1);

    // Payment is missed now as well: the bulletin lists online too, with its new rate.
    let second = three(&office, "2023-07-24", "12/100 12; 10/100 10; 90/100 90");
    let (said, states) = evaluate(&office, morning("2023-07-24"), &second, &states);
    assert_eq!(said[0].reason, NotifyReason::FirstMissed);
    for state in &states {
        assert_eq!(state.told_at, morning("2023-07-24"), "{}", state.key.indicator);
        assert_eq!(state.told_as_of, super::build::date("2023-07-24"));
    }
    let online = states.iter().find(|s| s.key.indicator.as_str() == ONLINE).unwrap();
    assert_eq!(online.told_rate.unwrap().to_string(), "12%");

    // So online's own clock (told on the 20th) brings no message of its own on the 27th; the common one does on the 31st.
    let (said, states) = evaluate(&office, morning("2023-07-27"), &second, &states);
    assert_eq!(said, []);
    let (said, _) = evaluate(&office, morning("2023-07-31"), &second, &states);
    assert_eq!(said[0].reason, NotifyReason::StillMissed);
}

/// The first row fell against June and is told of it; the last message is of the strongest reason all the same.
#[rstest]
#[case::fell_beside_recovered("60/100 60", "50/100 50", NotifyReason::FellBelow, NoticeKind::Bulletin)]
#[case::fell_beside_first_missed("60/100 60", "10/100 10", NotifyReason::FirstMissed, NoticeKind::Bulletin)]
fn a_fall_is_part_of_the_one_message(
    #[case] online: &str,
    #[case] payment: &str,
    #[case] reason: NotifyReason,
    #[case] kind: NoticeKind,
) {
    let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE, PAYMENT]);
    let rows = |online, payment| [figure("so-a", ONLINE, online), figure("so-a", PAYMENT, payment)];
    let june = snap("2023-06-24", rows("80/100 80", "30/100 30"));
    let july = office.assess(&snap("2023-07-24", rows(online, payment)), Some(&june));
    let (said, _) = evaluate(&office, morning("2023-07-24"), &july, &[]);
    assert_eq!(said.iter().map(|n| (n.reason, n.kind)).collect::<Vec<_>>(), [(reason, kind)]);
}

#[test]
fn what_was_only_evaluated_keeps_its_time_and_its_rate() {
    let office = office();
    let first = three(&office, "2023-07-20", "40/100 40; 90/100 90; 90/100 90");
    let (_, told) = evaluate(&office, morning("2023-07-20"), &first, &[]);
    // Slowly down: never five points at once, but five since it was told.
    let second = three(&office, "2023-07-22", "37/100 37; 90/100 90; 90/100 90");
    let (said, states) = evaluate(&office, morning("2023-07-22"), &second, &told);
    assert_eq!((said.len(), &states), (0, &told));
    let third = three(&office, "2023-07-24", "35/100 35; 90/100 90; 90/100 90");
    let (said, _) = evaluate(&office, morning("2023-07-24"), &third, &states);
    assert_eq!(said[0].reason, NotifyReason::Worsened);
}

#[test]
fn good_news_does_not_put_off_the_reminder_of_the_rest() {
    let office = office();
    let first = three(&office, "2023-07-20", "10/100 10; 10/100 10; 90/100 90");
    let (_, told) = evaluate(&office, morning("2023-07-20"), &first, &[]);
    let second = three(&office, "2023-07-26", "60/100 60; 10/100 10; 90/100 90");
    let (said, states) = evaluate(&office, morning("2023-07-26"), &second, &told);
    assert_eq!(said[0].kind, NoticeKind::Recovered);
    let (said, _) = evaluate(&office, morning("2023-07-27"), &second, &states);
    assert_eq!(said.iter().map(|n| n.reason).collect::<Vec<_>>(), [NotifyReason::StillMissed]);
}

#[test]
fn a_message_without_the_figure_keeps_the_rate_that_was_told() {
    let office = office();
    let first = three(&office, "2023-07-20", "40/100 40; 90/100 90; 90/100 90");
    let (_, told) = evaluate(&office, morning("2023-07-20"), &first, &[]);
    let lost = three(&office, "2023-07-22", "nothing; 90/100 90; 90/100 90");
    let (said, states) = evaluate(&office, morning("2023-07-22"), &lost, &told);
    assert_eq!(said[0].reason, NotifyReason::NoData);
    let online = states.iter().find(|s| s.key.condition == Condition::MissedTarget).unwrap();
    assert_eq!(online.told_at, morning("2023-07-22"), "the message counts as told");
    assert_eq!(online.told_rate.unwrap().to_string(), "40%", "but it showed no rate");
    let back = three(&office, "2023-07-24", "30/100 30; 90/100 90; 90/100 90");
    let (said, states) = evaluate(&office, morning("2023-07-24"), &back, &states);
    assert_eq!(said[0].reason, NotifyReason::Worsened);
    assert_eq!(states.iter().filter(|s| s.key.condition == Condition::NoData).count(), 0);
    assert_eq!(states[0].since, period("2023-07"));
}

#[test]
fn a_repeated_evaluation_makes_the_same_key_and_a_repetition_another() {
    let office = office();
    let figures = three(&office, "2023-07-24", "10/100 10; 10/100 10; 90/100 90");
    let mut states = Vec::new();
    let mut keys = std::collections::BTreeSet::new();
    for week in 0..5 {
        let now = morning("2023-07-24") + chrono::Duration::weeks(week);
        let (said, next) = evaluate(&office, now, &figures, &states);
        // The worker died before it saved, and evaluates once more a minute later.
        let (again, _) = evaluate(&office, now + chrono::Duration::minutes(1), &figures, &states);
        assert_eq!(said, again);
        assert!(keys.insert(said[0].key.clone()), "{}", said[0].key);
        // Once saved, the same moment has nothing more to say.
        assert_eq!(evaluate(&office, now, &figures, &next).0, []);
        states = next;
    }
    assert_eq!(keys.len(), 5);
}

#[test]
fn units_and_snapshots_have_keys_of_their_own() {
    let office = office();
    let both = |day: &str| {
        let rows = ["so-a", "so-b"].map(|code| figure(code, ONLINE, "10/100 10"));
        office.clone().measuring(&[ONLINE]).assess(&snap(day, rows), None)
    };
    let keys = |day: &str| {
        let (said, _) = evaluate(&office, morning(day), &both(day), &[]);
        said.into_iter().map(|n| n.key).collect::<Vec<_>>()
    };
    let all: std::collections::BTreeSet<_> = [keys("2023-07-20"), keys("2023-07-24")].concat().into_iter().collect();
    assert_eq!(all.len(), 4);
}

#[test]
fn messages_follow_the_order_of_the_catalog() {
    let office =
        Office::of(&[("so-b", PROVINCIAL), ("so-c", PROVINCIAL), ("so-a", PROVINCIAL)]).measuring(&[POPULATION]);
    let rows = ["so-a", "so-b", "so-c"].map(|code| figure(code, POPULATION, "1/100 1"));
    let (said, _) = evaluate(&office, morning("2023-07-24"), &office.assess(&snap("2023-07-24", rows), None), &[]);
    assert_eq!(said.iter().map(|n| n.unit.as_str()).collect::<Vec<_>>(), ["so-b", "so-c", "so-a"]);
}
