//! Comparison where units were rearranged between two months: a merger, a split, a renaming.

use chitieu::domain::assessment::{Comparison, Incomparable, PeriodAssessment};
use chitieu::domain::audit::{FindingKind, audit};
use chitieu::domain::digest::digest;
use chitieu::domain::indicator::IndicatorCode;
use chitieu::domain::target::{AssignedTarget, Target, TargetBook, TargetOrigin};
use rstest::rstest;

use super::build::{
    DISTRICT, ONLINE, Office, PROVINCIAL, RESULT, Snap, date, defaults_of_2023, figure, find, snap, target, unit,
};

/// The last day of those that end, and the day after.
const LAST: &str = "2025-02-28";
const FIRST: &str = "2025-03-01";

/// `a` and `b` become `new`; `c` goes on.
fn merger() -> Office {
    rearranged(&[("a", &["new"]), ("b", &["new"])], &["new"])
}

fn rearranged(ended: &[(&str, &[&str])], new: &[&str]) -> Office {
    let mut codes: Vec<(&str, &str)> = ended.iter().map(|(code, _)| (*code, PROVINCIAL)).collect();
    codes.extend(new.iter().map(|code| (*code, PROVINCIAL)));
    codes.push(("c", PROVINCIAL));
    let mut office = Office::of(&codes).measuring(&[ONLINE, RESULT]);
    for known in &mut office.units {
        if let Some((_, successors)) = ended.iter().find(|(code, _)| *code == known.code.as_str()) {
            known.valid_to = Some(date(LAST));
            known.successors = successors.iter().map(|code| unit(code)).collect();
        }
        if new.contains(&known.code.as_str()) {
            known.valid_from = Some(date(FIRST));
        }
    }
    office
}

fn month(as_of: &str, rows: &[(&str, &str)]) -> Snap {
    snap(as_of, rows.iter().map(|(code, cells)| figure(code, ONLINE, cells)))
}

/// How the change of a unit's online submission reads.
fn change(period: &PeriodAssessment, code: &str) -> String {
    match &find(period, code, ONLINE).comparison {
        Comparison::None => "none".to_owned(),
        Comparison::Rearranged => "rearranged".to_owned(),
        Comparison::Incomparable(previous, Incomparable::OtherBasis) => format!("{}, other basis", previous.actual),
        Comparison::Change { previous, points, like_for_like } => {
            format!("{} {points}{}", previous.actual, if *like_for_like { "" } else { ", unlike" })
        }
    }
}

#[rstest]
// 30 + 20 of 100 + 300 are 12.5 %, and not the mean of 30 % and 6.7 %.
#[case::sums("50/200 25", &[("a", "30/100 30"), ("b", "20/300")], "12,5% +12,5 điểm %")]
#[case::nothing_happened_in_one("50/200 25", &[("a", "30/100 30"), ("b", "-/- -")], "30,0% −5,0 điểm %")]
#[case::nothing_happened_at_all("50/200 25", &[("a", "-/- -"), ("b", "0/0")], "none")]
#[case::one_without_a_row("50/200 25", &[("a", "30/100 30")], "rearranged")]
#[case::one_without_counts("50/200 25", &[("a", "30/100 30"), ("b", "*/* 7")], "rearranged")]
#[case::one_without_a_denominator("50/200 25", &[("a", "30/100 30"), ("b", "20/* 6,6")], "rearranged")]
#[case::one_that_cannot_be_read("50/200 25", &[("a", "30/100 30"), ("b", "?/300")], "rearranged")]
// 20 of 300 are no 66 %: which of the counts is wrong?
#[case::one_that_contradicts_itself("50/200 25", &[("a", "30/100 30"), ("b", "20/300 66")], "rearranged")]
#[case::no_denominator_now("50/* 25", &[("a", "30/100 30"), ("b", "20/300")], "rearranged")]
#[case::nobody_had_figures("50/200 25", &[("c", "30/100 30")], "none")]
#[case::nothing_happens_now("-/- -", &[("a", "30/100 30"), ("b", "20/300")], "none")]
// A row of the new one before it began is nobody's; what the old ones had counts.
#[case::a_row_too_early("50/200 25", &[("a", "30/100 30"), ("b", "20/300"), ("new", "1/1 100")], "12,5% +12,5 điểm %")]
fn a_merger_is_held_against_the_sum(#[case] now: &str, #[case] then: &[(&str, &str)], #[case] expected: &str) {
    let office = merger();
    let period = office.assess(&month("2025-03-24", &[("new", now)]), Some(&month("2025-02-24", then)));
    assert_eq!(change(&period, "new"), expected);
}

#[test]
fn a_merger_with_another_formula_cannot_be_added_up() {
    let office = merger();
    let mut february = month("2025-02-24", &[("a", "30/100 30"), ("b", "20/300")]);
    "2024".clone_into(&mut february.observations[1].basis);
    let period = office.assess(&month("2025-03-24", &[("new", "50/200 25")]), Some(&february));
    assert_eq!(change(&period, "new"), "rearranged");
    // All of them alike, but not like now.
    let february = month("2025-02-24", &[("a", "30/100 30"), ("b", "20/300")]).on_basis("2024");
    let period = office.assess(&month("2025-03-24", &[("new", "50/200 25")]), Some(&february));
    assert_eq!(change(&period, "new"), "12,5%, other basis");
}

#[test]
fn a_target_is_not_inherited_and_another_one_is_another_basis() {
    let mut office = merger();
    let level = Target { valid_to: None, ..target("60", TargetOrigin::Catalog) };
    let indicator = IndicatorCode::parse(ONLINE).unwrap();
    let assigned = AssignedTarget { unit: unit("a"), indicator, target: level };
    office.targets = TargetBook::new([assigned], defaults_of_2023());
    let february = month("2025-02-24", &[("a", "30/100 30"), ("b", "20/300")]);
    let period = office.assess(&month("2025-03-24", &[("new", "50/200 25")]), Some(&february));
    assert_eq!(change(&period, "new"), "12,5%, other basis");
    assert_eq!(find(&period, "new", ONLINE).target.level.to_string(), "50%", "the default, not a's 60 %");
}

#[test]
fn an_open_month_beside_a_closed_one_says_so() {
    let february = month(LAST, &[("a", "30/100 30"), ("b", "20/300")]);
    let period = merger().assess(&month("2025-03-24", &[("new", "50/200 25")]), Some(&february));
    assert_eq!(change(&period, "new"), "12,5% +12,5 điểm %, unlike");
}

#[test]
fn implied_denominators_are_not_added_up() {
    let result = |as_of: &str, rows: &[(&str, &str)]| snap(as_of, rows.iter().map(|(c, t)| figure(c, RESULT, t)));
    let february = result("2025-02-24", &[("a", "30/* 30"), ("b", "20/* 40")]);
    let period = merger().assess(&result("2025-03-24", &[("new", "50/* 25")]), Some(&february));
    assert_eq!(find(&period, "new", RESULT).comparison, Comparison::Rearranged);
}

#[test]
fn what_was_split_cannot_be_compared() {
    let office = rearranged(&[("a", &["x", "y"])], &["x", "y"]);
    let march = month("2025-03-24", &[("x", "50/200 25"), ("y", "1/2 50"), ("c", "5/10 50")]);
    let february = month("2025-02-24", &[("a", "30/100 30"), ("c", "4/10 40")]);
    let period = office.assess(&march, Some(&february));
    assert_eq!(change(&period, "x"), "rearranged");
    assert_eq!(change(&period, "y"), "rearranged");
    assert_eq!(change(&period, "c"), "40% +10,0 điểm %");
    // In April both have a month of their own.
    let april = month("2025-04-24", &[("x", "60/200 30"), ("y", "1/2 50")]);
    assert_eq!(change(&office.assess(&april, Some(&march)), "x"), "25% +5,0 điểm %");
}

#[rstest]
#[case::as_printed("50/200 25", "29/100 28,9", "28,9% −3,9 điểm %")]
#[case::without_any_denominator("50/* 25", "29/* 28,9", "28,9% −3,9 điểm %")]
#[case::contradicting_itself("50/200 25", "29/100 45", "45% −20,0 điểm %")]
#[case::another_denominator("50/200 25", "29/* 28,9", "28,9%, other basis")]
fn a_renamed_unit_is_held_against_its_old_name(#[case] now: &str, #[case] then: &str, #[case] expected: &str) {
    let office = rearranged(&[("a", &["new"])], &["new"]);
    let period = office.assess(&month("2025-03-24", &[("new", now)]), Some(&month("2025-02-24", &[("a", then)])));
    assert_eq!(change(&period, "new"), expected);
}

#[test]
fn a_digest_counts_those_that_exist() {
    let mut office = merger();
    // A tier that ended with the merger.
    office.units.push(super::build::org_unit("d", "d", DISTRICT));
    office.units.last_mut().unwrap().valid_to = Some(date(LAST));
    let february = month("2025-02-24", &[("a", "30/100 30"), ("b", "20/300"), ("c", "40/100 40"), ("d", "5/10 50")]);
    let march = month("2025-03-24", &[("new", "50/200 25"), ("c", "50/100 50")]);
    let told = |current: &Snap, previous: Option<&Snap>| {
        let period = office.assess(current, previous);
        let figures = previous.map(Snap::figures);
        let digest = digest(office.yardstick(), &office.tiers, &period, current.figures(), &[], figures);
        let scopes: Vec<String> = digest.scopes.iter().map(|scope| scope.scope.as_str().to_owned()).collect();
        let missing: Vec<String> = audit(office.yardstick(), current.figures(), &[], None)
            .into_iter()
            .filter(|f| matches!(f.kind, FindingKind::MissingUnit | FindingKind::UnitNotValidInPeriod))
            .map(|f| format!("{} {}", f.kind.as_str(), f.unit.unwrap()))
            .collect();
        let no_data = digest.totals.no_data;
        let ranked = period.assessments.iter().filter_map(|a| a.rank).map(|rank| rank.of).max();
        let up: Vec<String> = digest.improved.iter().map(|m| format!("{} {}", m.unit, m.points)).collect();
        (scopes.join(" "), no_data, ranked, missing.join(", "), up.join(", "))
    };
    // Every unit has no data of the other indicator.
    assert_eq!(
        told(&february, None),
        ("province provincial district".into(), 4, Some(3), String::new(), String::new())
    );
    let changes = "new +12,5 điểm %, c +10,0 điểm %".to_owned();
    assert_eq!(told(&march, Some(&february)), ("province provincial".into(), 2, Some(2), String::new(), changes));
    // A district's row after its end is a finding, and a missing successor is missing.
    let wrong = month("2025-03-24", &[("d", "5/10 50"), ("c", "50/100 50")]);
    let (.., missing, _) = told(&wrong, Some(&february));
    assert_eq!(missing, "missing_unit new, unit_not_valid_in_period d");
}
