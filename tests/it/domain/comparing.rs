//! Which month is held against which, and when up and down are words.

use chitieu::domain::assessment::{Comparison, Incomparable, choose_previous, like_for_like};
use chitieu::domain::digest;
use chitieu::domain::indicator::Direction;
use chitieu::domain::snapshot::{SnapshotHeader, SnapshotState};
use chitieu::domain::target::{DefaultTarget, TargetBook, TargetOrigin};
use rstest::rstest;

use super::build::{
    ONLINE, Office, PROVINCIAL, Snap, date, defaults_of_2023, figure, find, header, indicator, period, snap, target,
};

#[rstest]
#[case::both_closed("2023-07-31", "2023-06-30", true)]
#[case::both_open_same_day("2023-07-24", "2023-06-24", true)]
#[case::within_the_tolerance("2023-07-24", "2023-06-27", true)]
#[case::within_the_tolerance_below("2023-07-24", "2023-06-21", true)]
#[case::outside_the_tolerance("2023-07-24", "2023-06-28", false)]
#[case::open_beside_closed("2023-07-24", "2023-06-30", false)]
#[case::closed_beside_open("2023-07-31", "2023-06-29", false)]
// One day is missing to the end of July, none to the end of June: still an open and a closed month.
#[case::nearly_closed("2023-07-30", "2023-06-30", false)]
#[case::short_months("2023-03-31", "2023-02-28", true)]
#[case::a_leap_year("2024-03-29", "2024-02-28", true)]
#[case::over_the_new_year("2024-01-31", "2023-12-31", true)]
fn alike(#[case] current: &str, #[case] previous: &str, #[case] expected: bool) {
    assert_eq!(like_for_like(&header(current, 1), &header(previous, 1), 3), expected);
}

/// Candidates as `day#number`, a held one with `!`.
#[rstest]
#[case::nothing("2023-07-24", &[], None)]
#[case::nearest_to_the_same_day("2023-07-24", &["2023-06-10#1", "2023-06-23#2", "2023-06-26#3", "2023-06-30#4"], Some("2023-06-23#2"))]
#[case::order_does_not_matter("2023-07-24", &["2023-06-30#4", "2023-06-26#3", "2023-06-23#2"], Some("2023-06-23#2"))]
#[case::the_later_correction_of_that_day("2023-07-24", &["2023-06-24#1", "2023-06-24#2"], Some("2023-06-24#2"))]
#[case::equally_near_takes_the_later_number("2023-07-24", &["2023-06-25#1", "2023-06-23#2"], Some("2023-06-23#2"))]
#[case::none_alike_takes_the_latest("2023-07-10", &["2023-06-20#1", "2023-06-30#2"], Some("2023-06-30#2"))]
#[case::a_closed_month_takes_the_latest("2023-07-31", &["2023-06-24#1", "2023-06-30#2", "2023-06-30#3"], Some("2023-06-30#3"))]
#[case::a_closed_month_takes_what_there_is("2023-07-31", &["2023-06-24#1"], Some("2023-06-24#1"))]
#[case::a_held_one_is_never_chosen("2023-07-24", &["2023-06-24#1", "2023-06-24#2!"], Some("2023-06-24#1"))]
#[case::not_even_as_the_latest("2023-07-31", &["2023-06-24#1", "2023-06-30#2!"], Some("2023-06-24#1"))]
#[case::only_held_ones("2023-07-31", &["2023-06-30#2!"], None)]
fn chosen(#[case] current: &str, #[case] candidates: &[&str], #[case] expected: Option<&str>) {
    let read = |text: &&str| -> SnapshotHeader {
        let (day, number) = text.trim_end_matches('!').split_once('#').unwrap();
        let held = text.ends_with('!');
        let state = if held { SnapshotState::Held } else { SnapshotState::Published };
        SnapshotHeader { state, ..header(day, number.parse().unwrap()) }
    };
    let candidates: Vec<_> = candidates.iter().map(read).collect();
    let found = choose_previous(&header(current, 1), &candidates, 3);
    assert_eq!(found.map(|h| h.id.as_str()), expected);
}

fn compared(current: &str, previous: &str) -> Comparison {
    let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE]);
    let july = snap("2023-07-24", [figure("so-a", ONLINE, current)]);
    let june = snap("2023-06-24", [figure("so-a", ONLINE, previous)]);
    find(&office.assess(&july, Some(&june)), "so-a", ONLINE).comparison.clone()
}

#[rstest]
#[case("646/1000 64,6", "578/1000 57,8", "+6,8 điểm %")]
#[case("30/100 30", "60/100 60,0", "−30,0 điểm %")]
#[case("60/100 60", "6/10", "0,0 điểm %")]
fn a_change_is_current_minus_previous(#[case] current: &str, #[case] previous: &str, #[case] expected: &str) {
    assert_eq!(compared(current, previous).points().unwrap().to_string(), expected);
}

#[rstest]
#[case::nothing_happened_then("60/100 60", "-/- -")]
#[case::nothing_is_known_of_then("60/100 60", "/ ")]
#[case::nothing_happens_now("-/- -", "60/100 60")]
#[case::nothing_is_known_now("?/? ?", "60/100 60")]
fn nothing_to_compare(#[case] current: &str, #[case] previous: &str) {
    assert_eq!(compared(current, previous), Comparison::None);
}

#[rstest]
#[case("60/100 60", "60/* 60")]
#[case("60/* 60", "60/100 60")]
fn another_denominator_is_another_basis(#[case] current: &str, #[case] previous: &str) {
    let comparison = compared(current, previous);
    assert!(matches!(comparison, Comparison::Incomparable(_, Incomparable::OtherBasis)), "{comparison:?}");
    assert_eq!(comparison.points(), None);
    assert_eq!(comparison.previous().unwrap().period, period("2023-06"), "it can still be shown");
}

#[test]
fn another_formula_or_target_is_another_basis() {
    let mut office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE]);
    let july = snap("2023-07-24", [figure("so-a", ONLINE, "60/100 60")]);
    let june = snap("2023-06-24", [figure("so-a", ONLINE, "50/100 50")]);
    let incomparable = |office: &Office, june: &Snap| {
        let period = office.assess(&july, Some(june));
        matches!(find(&period, "so-a", ONLINE).comparison, Comparison::Incomparable(..))
    };
    assert!(!incomparable(&office, &june));
    assert!(incomparable(&office, &june.clone().on_basis("2022")));
    let mut raised = target("60", TargetOrigin::Default);
    raised.valid_from = Some(period("2023-07"));
    let mut defaults = defaults_of_2023();
    defaults.push(DefaultTarget { indicator: indicator(ONLINE), tier: None, target: raised.clone() });
    office.targets = TargetBook::new([], defaults);
    assert!(incomparable(&office, &june), "50 % in June, 60 % in July");
    // The same level under another decision is the same target.
    raised.level = super::build::percent("50,0");
    let mut defaults = defaults_of_2023();
    defaults.push(DefaultTarget { indicator: indicator(ONLINE), tier: None, target: raised });
    office.targets = TargetBook::new([], defaults);
    assert!(!incomparable(&office, &june));
}

#[test]
fn made_up_figures_are_never_forgotten() {
    let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE]);
    let july = snap("2023-07-24", [figure("so-a", ONLINE, "60/100 60")]);
    let mut june = snap("2023-06-24", [figure("so-a", ONLINE, "50/100 50")]);
    assert!(!office.assess(&july, Some(&june)).is_sample());
    june.header.sample = true;
    let period = office.assess(&july, Some(&june));
    assert!(period.is_sample(), "what is said against June comes from made-up figures");
    assert!(find(&period, "so-a", ONLINE).comparison.previous().unwrap().sample);
    assert!(office.assess(&june, None).is_sample());
}

#[test]
fn units_outside_their_time_are_left_out_unless_they_have_figures() {
    let mut office =
        Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL), ("so-c", PROVINCIAL)]).measuring(&[ONLINE]);
    office.units[0].valid_to = Some(date("2023-07-23"));
    office.units[1].valid_to = Some(date("2023-07-24"));
    office.units[2].valid_from = Some(date("2023-07-25"));
    let assessed = |rows: Vec<_>| -> Vec<String> {
        let period = office.assess(&snap("2023-07-24", rows), None);
        period.assessments.iter().map(|a| a.unit.to_string()).collect()
    };
    assert_eq!(assessed(vec![]), ["so-b"]);
    assert_eq!(assessed(vec![figure("so-a", ONLINE, "1/2 50")]), ["so-a", "so-b"]);
}

#[test]
fn movers_are_those_that_got_better_and_those_that_got_worse() {
    let mut office =
        Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL), ("so-c", PROVINCIAL), ("so-d", PROVINCIAL)])
            .measuring(&[ONLINE]);
    let rows = |day: &str, cells: [&str; 4]| {
        snap(day, ["so-a", "so-b", "so-c", "so-d"].iter().zip(cells).map(|(code, cell)| figure(code, ONLINE, cell)))
    };
    // c has two files now, d had three then: a move of theirs is one file.
    let july = rows("2023-07-24", ["70/100 70", "30/100 30", "2/2 100", "10/100 10"]);
    let june = rows("2023-06-24", ["60/100 60", "50/100 50", "10/100 10", "3/3 100"]);
    let movers = |office: &Office| {
        let period = office.assess(&july, Some(&june));
        let yardstick = office.yardstick();
        let digest = digest::digest(yardstick, &office.tiers, &period, july.figures(), &[], Some(june.figures()));
        let lines =
            |list: &[digest::Mover]| list.iter().map(|m| format!("{} {}", m.unit, m.points)).collect::<Vec<_>>();
        (lines(&digest.improved), lines(&digest.declined))
    };
    let (up, down) = (vec!["so-a +10,0 điểm %".to_owned()], vec!["so-b −20,0 điểm %".to_owned()]);
    assert_eq!(movers(&office), (up.clone(), down.clone()));
    office.indicators[0].direction = Direction::LowerIsBetter;
    assert_eq!(movers(&office), (down, up));
}
