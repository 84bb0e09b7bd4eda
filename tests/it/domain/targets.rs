//! Which target holds for whom and when.

use chitieu::domain::target::{AssignedTarget, DefaultTarget, Target, TargetBook, TargetOrigin};
use rstest::rstest;

use super::build::{DIGITIZATION, DISTRICT, ONLINE, PROVINCIAL, indicator, percent, period, target, tier, unit};

/// `level origin from..to`, each end optional: `60 catalog 2023-07..`.
fn read(text: &str) -> Target {
    let words: Vec<&str> = text.split(' ').collect();
    let origin = match words[1] {
        "catalog" => TargetOrigin::Catalog,
        "report" => TargetOrigin::Report,
        "default" => TargetOrigin::Default,
        other => panic!("{other}"),
    };
    let (from, to) = words.get(2).map_or(("", ""), |range| range.split_once("..").unwrap());
    let end = |text: &str| (!text.is_empty()).then(|| period(text));
    Target { valid_from: end(from), valid_to: end(to), ..target(words[0], origin) }
}

fn book(assigned: &[&str], defaults: &[(Option<&str>, &str)]) -> TargetBook {
    let assigned = assigned.iter().map(|text| AssignedTarget {
        unit: unit("so-a"),
        indicator: indicator(ONLINE),
        target: read(text),
    });
    let defaults = defaults.iter().map(|(of, text)| DefaultTarget {
        indicator: indicator(ONLINE),
        tier: of.map(tier),
        target: read(text),
    });
    TargetBook::new(assigned, defaults.collect())
}

const DEFAULTS: [(Option<&str>, &str); 2] = [(None, "50 default"), (Some(PROVINCIAL), "55 default")];

#[rstest]
// The office's own entry, then the one printed in the report, whichever was written down first.
#[case(&["60 report", "70 catalog"], "70")]
#[case(&["70 catalog", "60 report"], "70")]
#[case(&["60 report"], "60")]
// The tier's default before the general one.
#[case(&[], "55")]
// A target that does not hold in the month gives way.
#[case(&["70 catalog 2023-08..", "60 report"], "60")]
#[case(&["70 catalog ..2023-06", "60 report 2023-07..2023-07"], "60")]
#[case(&["70 catalog ..2023-06"], "55")]
// Its ends belong to it.
#[case(&["70 catalog 2023-07.."], "70")]
#[case(&["70 catalog ..2023-07"], "70")]
#[case(&["70 catalog 2023-07..2023-07"], "70")]
// Among equals the one that began last; one without a beginning began first of all.
#[case(&["70 catalog 2023-01..", "75 catalog 2023-06..", "72 catalog 2023-03.."], "75")]
#[case(&["75 catalog", "70 catalog 2023-01.."], "70")]
// The office's old entry still stands above the report's new one: the office has to end it.
#[case(&["70 catalog 2022-01..", "60 report 2023-07.."], "70")]
fn of_a_unit(#[case] assigned: &[&str], #[case] expected: &str) {
    let book = book(assigned, &DEFAULTS);
    let found = book.of_unit(&unit("so-a"), &tier(PROVINCIAL), &indicator(ONLINE), period("2023-07")).unwrap();
    assert_eq!(found.level, percent(expected));
}

#[test]
fn nobody_gets_the_target_of_another() {
    let book = book(&["70 catalog"], &[(Some(PROVINCIAL), "55 default")]);
    let july = period("2023-07");
    let level = |who: &str, of_tier: &str, of: &str| {
        book.of_unit(&unit(who), &tier(of_tier), &indicator(of), july).map(|t| t.level)
    };
    assert_eq!(level("so-a", PROVINCIAL, ONLINE), Some(percent("70")));
    assert_eq!(level("so-b", PROVINCIAL, ONLINE), Some(percent("55")));
    assert_eq!(level("so-b", DISTRICT, ONLINE), None, "no default for that tier, and no general one");
    assert_eq!(level("so-a", PROVINCIAL, DIGITIZATION), None, "another indicator");
}

#[rstest]
#[case(Some(PROVINCIAL), Some("55"))]
#[case(Some(DISTRICT), Some("50"))]
#[case(None, Some("50"))]
fn of_a_scope(#[case] of: Option<&str>, #[case] expected: Option<&str>) {
    let book = book(&["70 catalog"], &DEFAULTS);
    let of = of.map(tier);
    let found = book.of_scope(of.as_ref(), &indicator(ONLINE), period("2023-07"));
    assert_eq!(found.map(|t| t.level), expected.map(percent));
}

#[test]
fn the_province_has_no_target_where_only_tiers_have() {
    let book = book(&[], &[(Some(PROVINCIAL), "70 default")]);
    assert_eq!(book.of_scope(None, &indicator(ONLINE), period("2023-07")), None);
    assert!(book.of_scope(Some(&tier(PROVINCIAL)), &indicator(ONLINE), period("2023-07")).is_some());
}

#[rstest]
#[case("2022-12", "50")]
#[case("2023-01", "52")]
#[case("2023-12", "52")]
#[case("2024-01", "58")]
fn a_default_changes_with_the_year(#[case] month: &str, #[case] expected: &str) {
    let defaults = [(None, "50 default"), (None, "52 default 2023-01..2023-12"), (None, "58 default 2024-01..")];
    let book = book(&[], &defaults);
    let found = book.of_unit(&unit("so-a"), &tier(PROVINCIAL), &indicator(ONLINE), period(month)).unwrap();
    assert_eq!(found.level, percent(expected));
}
