//! When a snapshot is held, and on which evidence: `feed::doubt` as tables.

use chitieu::domain::feed::{FeedDoubt, FeedPolicy, HoldReason, Jumps, References, coverage, doubt};
use rstest::rstest;

use super::build::{
    COMMUNE, DIGITIZATION, DISTRICT, ONLINE, Office, PAYMENT, PROVINCIAL, RESULT, Snap, date, figure, percent, snap,
    unit,
};

fn policy() -> FeedPolicy {
    FeedPolicy {
        vanished_share: percent("20"),
        partial_figures: 2,
        fell_share: percent("30"),
        jump_points: percent("10"),
        jumped_share: percent("50"),
        min_compared: 4,
        few_files: 3,
        unchanged_working_days: 1,
        mixed_share: percent("30"),
        mixed_points: percent("5"),
        mixed_min_units: 4,
    }
}

/// Ten units; each has one cell, `x` for a unit without a row.
fn units(day: &str, cells: &[&str]) -> Snap {
    let rows = cells.iter().enumerate().filter(|(_, cell)| **cell != "x");
    snap(day, rows.map(|(n, cell)| figure(&format!("so-{n}"), ONLINE, cell)).collect::<Vec<_>>())
}

fn office() -> Office {
    let codes: Vec<String> = (0..10).map(|n| format!("so-{n}")).collect();
    Office::of(&codes.iter().map(|code| (code.as_str(), PROVINCIAL)).collect::<Vec<_>>())
}

/// Against a snapshot of the same month, or of the one before.
fn held_against(office: &Office, reference: &Snap, current: &Snap, policy: &FeedPolicy) -> Option<FeedDoubt> {
    let same = reference.header.period == current.header.period;
    let references = References {
        same_month: same.then(|| reference.figures()),
        previous: (!same).then(|| reference.figures()),
        units: &office.units,
        indicators: &office.indicators,
        calendar: &chitieu::domain::pace::WorkCalendar::default(),
    };
    doubt(current.figures(), references, policy)
}

fn doubted(reference: &[&str], current: &[&str]) -> Option<FeedDoubt> {
    held_against(&office(), &units("2023-07-20", reference), &units("2023-07-24", current), &policy())
}

/// The words of the reasons; nothing where nothing is doubted.
fn words(found: Option<FeedDoubt>) -> String {
    found.map(|doubt| doubt.words()).unwrap_or_default()
}

const STEADY: &str = "50/100 50";
/// Another file came.
const MOVED: &str = "51/101 50,4";
const JUMPED: &str = "120/200 60";

#[rstest]
#[case::all_are_there(0, "")]
#[case::one_of_ten_is_left_to_the_unit_itself(1, "")]
#[case::two_of_ten_are_a_fifth(2, "vanished")]
#[case::all_have_vanished(10, "vanished")]
fn vanished_units(#[case] vanished: usize, #[case] expected: &str) {
    let mut now = [MOVED; 10];
    now[..vanished].fill("x");
    let found = doubted(&[STEADY; 10], &now);
    assert_eq!(words(found.clone()), expected);
    if let Some(FeedDoubt { reasons, .. }) = found {
        let [HoldReason::Vanished { units, expected }] = &reasons[..] else { panic!("{reasons:?}") };
        assert_eq!((units.len(), *expected), (vanished, 10));
        assert_eq!(units[0], unit("so-0"));
    }
}

#[test]
fn units_that_have_ended_have_not_vanished() {
    let mut office = office();
    for unit in &mut office.units[..5] {
        unit.valid_to = Some(date("2023-07-22"));
    }
    let (then, mut now) = (units("2023-07-20", &[STEADY; 10]), [MOVED; 10]);
    now[..5].fill("x");
    assert_eq!(held_against(&office, &then, &units("2023-07-24", &now), &policy()), None);
    assert_eq!(words(held_against(&office, &then, &units("2023-07-22", &now), &policy())), "vanished");
}

#[rstest]
#[case::none(0, 10, None)]
#[case::four_of_ten(4, 10, None)]
#[case::five_of_ten_are_half(5, 10, Some(Jumps { moved: 5, compared: 10 }))]
#[case::all(10, 10, Some(Jumps { moved: 10, compared: 10 }))]
#[case::too_few_to_prove_anything(3, 3, None)]
#[case::just_enough(2, 4, Some(Jumps { moved: 2, compared: 4 }))]
fn jumps(#[case] jumped: usize, #[case] of: usize, #[case] expected: Option<Jumps>) {
    let mut now = vec![MOVED; of];
    now[..jumped].fill(JUMPED);
    let found = doubted(&vec![STEADY; of], &now);
    assert_eq!(found.map(|f| f.reasons), expected.map(|jumps| vec![HoldReason::Jumped(jumps)]));
}

/// One cell against another, five times (so that five of five would be enough to hold).
#[rstest]
#[case::exactly_the_points(STEADY, JUMPED, true)]
#[case::down("60/100 60", "100/200 50", true)]
#[case::a_little_less("50/100 50", "599/1000 59,9", false)]
#[case::by_counts_alone("50/100", "60/100", true)]
#[case::hidden_denominators("50/* 50", "60/* 60", true)]
#[case::few_files_now("50/100 50", "2/3 66,6", false)]
#[case::few_files_then("1/3 33,3", "60/100 60", false)]
#[case::few_files_behind_a_hidden_denominator("50/100 50", "3/* 100", false)]
#[case::four_files("50/100 50", "3/4 75", true)]
#[case::no_activity_now(STEADY, "-/- -", false)]
#[case::no_activity_then("-/- -", STEADY, false)]
#[case::an_empty_cell_is_not_zero(STEADY, "/ ", false)]
#[case::a_zero_is(STEADY, "0/100 0", true)]
fn what_a_jump_is(#[case] then: &str, #[case] now: &str, #[case] jumps: bool) {
    assert_eq!(words(doubted(&[then; 5], &[now; 5])).contains("jumped"), jumps);
}

#[test]
fn two_doubts_are_told_together() {
    let now = ["x", "x", JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED];
    let found = doubted(&[STEADY; 10], &now).unwrap();
    let [HoldReason::Vanished { units, .. }, HoldReason::Jumped(jumps)] = &found.reasons[..] else {
        panic!("{found:?}")
    };
    assert_eq!(units, &[unit("so-0"), unit("so-1")]);
    assert_eq!(*jumps, Jumps { moved: 8, compared: 8 });
    assert_eq!(found.key(date("2023-07-24")), "held:2023-07-20#1:2023-07-24:vanished,jumped");
}

#[test]
fn new_units_are_no_doubt() {
    assert_eq!(doubted(&[STEADY; 4], &[MOVED; 10]), None);
    assert_eq!(doubted(&[], &[STEADY; 10]), None, "there is nothing to hold it against");
}

#[test]
fn a_policy_of_zero_still_needs_something_to_happen() {
    let strict = FeedPolicy {
        vanished_share: percent("0"),
        jumped_share: percent("0"),
        fell_share: percent("0"),
        partial_figures: 0,
        ..policy()
    };
    let (then, now) = (units("2023-07-20", &[STEADY; 10]), units("2023-07-24", &[MOVED; 10]));
    assert_eq!(held_against(&office(), &then, &now, &strict), None);
}

/// Four units with two columns each, as `online/digitization`; `x` is a cell that is not there.
fn table(day: &str, cells: &[[&str; 2]]) -> Snap {
    let cell = |n: usize, column: &str, text: &str| (text != "x").then(|| figure(&format!("so-{n}"), column, text));
    let rows = cells.iter().enumerate();
    snap(day, rows.flat_map(|(n, [a, b])| [cell(n, ONLINE, a), cell(n, DIGITIZATION, b)]).flatten())
}

#[rstest]
#[case::complete("2023-07-24", [[MOVED, MOVED]; 4], "")]
#[case::one_cell_is_less_than_the_policy("2023-07-24", [[MOVED, "x"], [MOVED, MOVED], [MOVED, MOVED], [MOVED, MOVED]], "")]
#[case::two_cells("2023-07-24", [[MOVED, "x"], [MOVED, "x"], [MOVED, MOVED], [MOVED, MOVED]], "partial")]
#[case::empty_cells_say_nothing("2023-07-24", [[MOVED, "/ "], [MOVED, "*/* *"], [MOVED, MOVED], [MOVED, MOVED]], "partial")]
#[case::nothing_happened_is_a_figure("2023-07-24", [[MOVED, "-/- -"], [MOVED, "-/- -"], [MOVED, MOVED], [MOVED, MOVED]], "")]
#[case::all_files_without_a_result_are_not_a_figure("2023-07-24", [[MOVED, "/101 "], [MOVED, "*/101 "], [MOVED, MOVED], [MOVED, MOVED]], "partial")]
#[case::what_can_be_read_no_more_is_missing("2023-07-24", [[MOVED, "?/? ?"], [MOVED, "?/101 ?"], [MOVED, MOVED], [MOVED, MOVED]], "partial")]
#[case::one_part_that_cannot_be_read_leaves_the_rest("2023-07-24", [[MOVED, "51/101 ?"], [MOVED, "?/101 50,4"], [MOVED, MOVED], [MOVED, MOVED]], "")]
#[case::a_correction_may_not_be_partial_either("2023-07-20", [[MOVED, "x"], [MOVED, "x"], [MOVED, MOVED], [MOVED, MOVED]], "partial")]
#[case::a_column_is_gone("2023-07-24", [[MOVED, "x"]; 4], "partial")]
#[case::a_new_month_may_begin_with_holes("2023-08-10", [[MOVED, "x"], [MOVED, "x"], [MOVED, MOVED], [MOVED, MOVED]], "")]
#[case::but_not_without_a_column("2023-08-10", [[MOVED, "x"]; 4], "partial")]
#[case::nor_with_an_empty_one("2023-08-10", [[MOVED, "/101 "]; 4], "partial")]
#[case::nor_with_one_that_cannot_be_read("2023-08-10", [[MOVED, "?/101 ?"]; 4], "partial")]
#[case::a_new_month_may_begin_with_a_cell_that_cannot_be_read("2023-08-10", [[MOVED, "?/? ?"], [MOVED, MOVED], [MOVED, MOVED], [MOVED, MOVED]], "")]
fn a_partial_extraction_replaces_nothing(#[case] day: &str, #[case] now: [[&str; 2]; 4], #[case] expected: &str) {
    let then = table("2023-07-20", &[[STEADY, STEADY]; 4]);
    let found = held_against(&office(), &then, &table(day, &now), &policy());
    assert_eq!(words(found), expected);
}

#[test]
fn the_evidence_of_a_partial_extraction_names_columns_and_units() {
    let then = table("2023-07-20", &[[STEADY, STEADY]; 4]);
    let now = table("2023-07-24", &[[MOVED, "x"]; 4]);
    let found = held_against(&office(), &then, &now, &policy()).unwrap();
    let [HoldReason::Partial { indicators, units, missing, expected }] = &found.reasons[..] else {
        panic!("{found:?}")
    };
    assert_eq!((indicators[0].as_str(), indicators.len()), (DIGITIZATION, 1));
    assert_eq!((units.len(), *missing, *expected), (4, 4, 8));
}

/// What could never be read is no loss when it still cannot be read.
#[test]
fn what_could_not_be_read_before_is_not_missed() {
    let then = table("2023-07-20", &[[STEADY, "?/? ?"], [STEADY, "/100 "], [STEADY, STEADY], [STEADY, STEADY]]);
    let now = table("2023-07-24", &[[MOVED, "?/? ?"], [MOVED, "/101 "], [MOVED, MOVED], [MOVED, MOVED]]);
    assert_eq!(held_against(&office(), &then, &now, &FeedPolicy { partial_figures: 1, ..policy() }), None);
}

/// A column that the office took out of the catalog is not missed.
#[test]
fn a_column_that_left_the_catalog_is_not_missed() {
    let office = office().measuring(&[ONLINE]);
    let (then, now) = (table("2023-07-20", &[[STEADY, STEADY]; 4]), table("2023-07-24", &[[MOVED, "x"]; 4]));
    assert_eq!(held_against(&office, &then, &now, &policy()), None);
}

#[rstest]
#[case::they_rise("2023-07-24", 0, "")]
#[case::a_tenth_is_a_finding_and_no_more("2023-07-24", 1, "")]
#[case::three_of_ten("2023-07-24", 3, "counts_fell")]
#[case::another_month_begins_from_nothing("2023-08-10", 10, "")]
fn counts_that_fell(#[case] day: &str, #[case] fell: usize, #[case] expected: &str) {
    let mut now = [MOVED; 10];
    now[..fell].fill("49/99 49,5");
    let (then, now) = (units("2023-07-20", &[STEADY; 10]), units(day, &now));
    let found = held_against(&office(), &then, &now, &policy());
    assert_eq!(words(found.clone()), expected);
    if let Some(FeedDoubt { reasons, .. }) = found {
        let [HoldReason::CountsFell { fell, compared, examples }] = &reasons[..] else { panic!("{reasons:?}") };
        assert_eq!((*fell, *compared, examples[0].from, examples[0].to), (3, 10, 50, 49));
    }
}

/// 20/7/2023 was a Thursday, 21/7 a Friday, 22/7 a Saturday.
#[rstest]
#[case::the_same_day_is_the_same_reading("2023-07-20", "2023-07-20", "")]
#[case::a_working_day_later("2023-07-20", "2023-07-21", "unchanged")]
#[case::on_a_weekend_nobody_works("2023-07-21", "2023-07-23", "")]
#[case::after_the_weekend("2023-07-21", "2023-07-24", "unchanged")]
#[case::a_month_later("2023-07-20", "2023-08-20", "unchanged")]
#[case::an_earlier_day_read_later("2023-07-20", "2023-07-19", "")]
fn the_same_figures_on_another_day(#[case] then: &str, #[case] now: &str, #[case] expected: &str) {
    let found = held_against(&office(), &units(then, &[STEADY; 10]), &units(now, &[STEADY; 10]), &policy());
    assert_eq!(words(found), expected);
}

#[test]
fn one_figure_that_moved_is_not_the_same() {
    let mut now = [STEADY; 10];
    now[9] = MOVED;
    assert_eq!(doubted(&[STEADY; 10], &now), None);
    assert_eq!(doubted(&["-/- -"; 10], &["-/- -"; 10]), None, "where nothing happens nothing moves");
}

/// Of ten units, so many carry the earlier figures and so many moved strongly; the rest moved a little.
#[rstest]
#[case::half_and_half("2023-07-24", 5, 4, "mixed")]
#[case::three_and_three("2023-07-24", 3, 3, "mixed")]
#[case::hardly_any_is_the_same("2023-07-24", 2, 4, "")]
#[case::hardly_any_moved_strongly("2023-07-24", 6, 2, "")]
#[case::a_correction_of_the_same_day("2023-07-20", 6, 4, "")]
fn two_extractions_in_one(#[case] day: &str, #[case] same: usize, #[case] strongly: usize, #[case] expected: &str) {
    let mut now = [MOVED; 10];
    now[..same].fill(STEADY);
    now[same..same + strongly].fill("116/200 58");
    let found = held_against(&office(), &units("2023-07-20", &[STEADY; 10]), &units(day, &now), &policy());
    assert_eq!(words(found.clone()), expected);
    if let Some(FeedDoubt { reasons, .. }) = found {
        let [HoldReason::Mixed { same: left, moved, compared }] = &reasons[..] else { panic!("{reasons:?}") };
        assert_eq!((left.len(), moved.len(), *compared), (same, strongly, 10));
    }
}

#[test]
fn coverage_counts_what_exists() {
    let mut office = Office::of(&[("so-0", PROVINCIAL), ("so-1", DISTRICT), ("so-2", COMMUNE), ("so-3", COMMUNE)]);
    office.units[3].valid_to = Some(date("2023-06-30"));
    let now = snap(
        "2023-07-24",
        [
            figure("so-0", ONLINE, STEADY),
            figure("so-1", PAYMENT, "-/- -"),
            figure("so-2", RESULT, "/ "),
            figure("so-3", ONLINE, STEADY),
        ],
    );
    let covered = coverage(office.yardstick(), now.figures());
    assert_eq!((covered.units, covered.all_units), (2, 3));
    assert_eq!((covered.indicators, covered.all_indicators), (2, 5));
}
