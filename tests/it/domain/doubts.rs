//! When a snapshot is held: `feed::doubt` as tables.

use chitieu::domain::feed::{FeedDoubt, FeedPolicy, Jumps, doubt};
use rstest::rstest;

use super::build::{DIGITIZATION, ONLINE, Snap, figure, percent, snap, unit};

fn policy() -> FeedPolicy {
    FeedPolicy {
        vanished_share: percent("20"),
        jump_points: percent("10"),
        jumped_share: percent("50"),
        min_compared: 4,
        few_files: 3,
    }
}

/// Ten units; each has one cell, `x` for a unit without a row.
fn units(day: &str, cells: &[&str]) -> Snap {
    let rows = cells.iter().enumerate().filter(|(_, cell)| **cell != "x");
    snap(day, rows.map(|(n, cell)| figure(&format!("so-{n}"), ONLINE, cell)).collect::<Vec<_>>())
}

fn doubted(reference: &[&str], current: &[&str]) -> Option<FeedDoubt> {
    let (reference, current) = (units("2023-07-20", reference), units("2023-07-24", current));
    doubt(current.figures(), reference.figures(), &policy())
}

const STEADY: &str = "50/100 50";
const JUMPED: &str = "60/100 60";

#[rstest]
#[case::all_are_there(0, false)]
#[case::one_of_ten(1, false)]
#[case::two_of_ten_are_a_fifth(2, true)]
#[case::all_have_vanished(10, true)]
fn vanished_units(#[case] vanished: usize, #[case] held: bool) {
    let mut now = [STEADY; 10];
    now[..vanished].fill("x");
    let found = doubted(&[STEADY; 10], &now);
    assert_eq!(found.is_some(), held);
    if let Some(found) = found {
        assert_eq!((found.vanished.len(), found.expected, found.jumped), (vanished, 10, None));
        assert_eq!(found.vanished[0], unit("so-0"));
    }
}

#[rstest]
#[case::none(0, 10, None)]
#[case::four_of_ten(4, 10, None)]
#[case::five_of_ten_are_half(5, 10, Some(Jumps { moved: 5, compared: 10 }))]
#[case::all(10, 10, Some(Jumps { moved: 10, compared: 10 }))]
#[case::too_few_to_prove_anything(3, 3, None)]
#[case::just_enough(2, 4, Some(Jumps { moved: 2, compared: 4 }))]
fn jumps(#[case] jumped: usize, #[case] of: usize, #[case] expected: Option<Jumps>) {
    let mut now = vec![STEADY; of];
    now[..jumped].fill(JUMPED);
    let found = doubted(&vec![STEADY; of], &now);
    assert_eq!(found.as_ref().and_then(|f| f.jumped), expected);
    assert!(found.is_none_or(|f| f.vanished.is_empty()));
}

/// One cell against another, five times (so that five of five would be enough to hold).
#[rstest]
#[case::exactly_the_points(STEADY, JUMPED, true)]
#[case::down("60/100 60", "50/100 50", true)]
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
    assert_eq!(doubted(&[then; 5], &[now; 5]).is_some(), jumps);
}

#[test]
fn both_doubts_are_told_together() {
    let now = ["x", "x", JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED, JUMPED];
    let found = doubted(&[STEADY; 10], &now).unwrap();
    assert_eq!(found.vanished, [unit("so-0"), unit("so-1")]);
    assert_eq!(found.jumped, Some(Jumps { moved: 8, compared: 8 }));
}

#[test]
fn new_units_and_new_indicators_are_no_doubt() {
    assert_eq!(doubted(&[STEADY; 4], &[STEADY; 10]), None);
    assert_eq!(doubted(&[], &[STEADY; 10]), None, "there is nothing to hold it against");
    let then = snap("2023-07-20", (0..5).map(|n| figure(&format!("so-{n}"), ONLINE, STEADY)));
    let now = snap("2023-07-24", (0..5).map(|n| figure(&format!("so-{n}"), DIGITIZATION, JUMPED)));
    assert_eq!(doubt(now.figures(), then.figures(), &policy()), None);
}

#[test]
fn a_policy_of_zero_still_needs_something_to_happen() {
    let strict = FeedPolicy { vanished_share: percent("0"), jumped_share: percent("0"), ..policy() };
    let (then, now) = (units("2023-07-20", &[STEADY; 10]), units("2023-07-24", &[STEADY; 10]));
    assert_eq!(doubt(now.figures(), then.figures(), &strict), None);
}
