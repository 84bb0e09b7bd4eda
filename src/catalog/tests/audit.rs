//! `audit.toml`: what an office may write, and what it is told otherwise.

use super::broken::said_of_each;
use super::load;
use super::small::FILES;
use crate::catalog::Catalog;
use crate::domain::audit::{FindingKind, Telling};
use insta::assert_snapshot;

#[test]
fn every_kind_has_its_threshold() {
    let policy = load(&FILES).unwrap().audit;
    assert_eq!((policy.average_last_decimals, policy.average_hundredths), (1, 1));
    assert_eq!((policy.rate_last_decimals, policy.exceeds_by, policy.highest_rate), (2, 3, 110));
    assert_eq!((policy.fell_by, policy.validity_days), (4, 5));
    assert_eq!(policy.at_least[&FindingKind::MissingUnit], 2);
    assert_eq!(policy.telling(FindingKind::MissingUnit), Telling::Hide);
    assert_eq!(policy.telling(FindingKind::PartExceedsWhole), Telling::Show);
    assert_eq!(policy.telling(FindingKind::CountFell), Telling::Tell);
    assert_eq!(policy.telling.len(), FindingKind::ALL.len());
}

/// Nothing of the report of July 2023 falls below these thresholds (see the audit's own tests).
#[test]
fn the_embedded_thresholds_are_strict() {
    let policy = Catalog::embedded().unwrap().audit;
    assert_eq!((policy.average_last_decimals, policy.average_hundredths), (1, 10));
    assert_eq!((policy.rate_last_decimals, policy.exceeds_by, policy.highest_rate, policy.fell_by), (1, 1, 100, 1));
    assert!(FindingKind::ALL.iter().all(|kind| policy.telling(*kind) == Telling::Tell));
}

#[test]
fn broken() {
    assert_snapshot!(said_of_each("audit.toml", &[
        ("how = \"show\"", "how = \"shout\""),
        ("points = \"0,01\"", "points = 0"),
        ("last_decimals = 2", "last_decimals = 0"),
        ("highest = 110", "highest = 99"),
        ("files = 4\n", ""),
        ("[count_fell]", "[counts_fell]"),
        ("days = 5", "dais = 5"),
    ]), @r#"
    audit.toml, line 11, part_exceeds_whole: `how` is "shout"; known: tell, show, hide
    audit.toml, line 4, average_differs: `points` is 0; it must be above 0 and at most 100: write 60, 97.5 or "97,5"
    audit.toml, line 8, rate_differs: `last_decimals` is 0; it must be a whole number from 1 to 1000
    audit.toml, line 16, rate_out_of_range: `highest` is 99; it must be a whole number from 100 to 1000000
    audit.toml, line 34, count_fell: `files` is missing; write files = 1
    audit.toml: [count_fell] is missing
    audit.toml, line 34: the key `counts_fell` is unknown; known: average_differs, rate_differs, part_exceeds_whole, rate_out_of_range, unknown_unit, missing_unit, duplicate_row, unreadable_cell, count_fell, unit_not_valid_in_period
    audit.toml, line 38, unit_not_valid_in_period: `days` is missing; write days = 0
    audit.toml, line 40, unit_not_valid_in_period: the key `dais` is unknown; known: how, days
    "#);
}
