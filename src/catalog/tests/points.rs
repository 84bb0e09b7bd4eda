//! What an office reads about mistakes in scores and mappings.

use super::load;
use super::small::FILES;
use crate::domain::indicator::ZeroOverZero;
use crate::domain::rate::Percent;

/// The small catalog with the indicator in points, then with edits.
fn files(edits: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = FILES.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    let points = [
        ("indicators.toml", "aliases = [\"tổng\"]", "aliases = [\"tổng\"]\nfull_score = 18\nzero_over_zero = \"full\""),
        ("targets.toml", "level = 97.5", "share = 65.5"),
        ("targets.toml", "level = \"90\"", "level = \"17,25\""),
    ];
    for (file, passage, by) in points.iter().chain(edits) {
        let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
        assert!(text.contains(passage), "{file} has no {passage:?}");
        *text = text.replacen(passage, by, 1);
    }
    files
}

fn said(edits: &[(&str, &str, &str)]) -> String {
    let files = files(edits);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    load(&files).map_or_else(|error| error.to_string(), |_| "nothing is wrong".to_owned())
}

#[test]
fn levels_in_points_and_shares_of_the_full_score() {
    let files = files(&[]);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let catalog = load(&files).unwrap();
    assert_eq!(catalog.indicators[0].scale.full_score().unwrap().to_string(), "18");
    assert_eq!(catalog.indicators[0].zero_over_zero, ZeroOverZero::Full);
    assert_eq!(catalog.default_targets[0].target.level.to_string(), "11,79 điểm");
    assert_eq!(catalog.assigned_targets[0].target.level.to_string(), "17,25 điểm");
    assert_eq!(catalog.mappings[0].columns[0].1, catalog.indicators[0].code);
    assert_eq!(Percent::full(catalog.indicators[0].scale).to_string(), "18 điểm");
}

#[test]
fn scores() {
    let file = "indicators.toml";
    for (edit, wanted) in [
        (("full_score = 18", "full_score = 0"), "`full_score` is 0; it must be a number of points above 0"),
        (("full_score = 18", "full_score = 18.125"), "`full_score` is 18.125; it must be a number of points above 0"),
        (
            ("\"full\"", "\"most\""),
            "`zero_over_zero` is \"most\"; write \"none\", \"zero\", \"full\", or a figure from 0 to 18 điểm",
        ),
        (("\"full\"", "\"18,5\""), "`zero_over_zero` is \"18,5\"; write"),
        (("full_score = 18", "full_score = 18\ntiers = [\"planet\"]"), "tier \"planet\" is unknown"),
    ] {
        let said = said(&[(file, edit.0, edit.1)]);
        assert!(said.contains(wanted), "{said}");
    }
    for (edit, wanted) in [
        (("\"17,25\"", "\"18,01\""), "`level` is \"18,01\"; it must be a number of points above 0 and at most 18"),
        (("share = 65.5", "share = 101"), "`share` is 101; it must be above 0 and at most 100"),
        (("share = 65.5", "share = 65.5\nlevel = 3"), "`share` stands beside `level`; write one of them"),
        (("share = 65.5", ""), "`level` is missing; write level = 10.5 (points) or share = 80"),
    ] {
        let said = said(&[("targets.toml", edit.0, edit.1)]);
        assert!(said.contains(wanted), "{said}");
    }
    let only = [
        (file, "full_score = 18", "full_score = 18\ntiers = [\"office\"]"),
        ("targets.toml", "tier = \"office\"\n", ""),
    ];
    let said = said(&only);
    assert!(said.contains("the indicator is only for office; write tier"), "{said}");
}

#[test]
fn a_given_score_for_zero_of_zero_is_possible() {
    assert_eq!(said(&[("indicators.toml", "\"full\"", "\"6,5\"")]), "nothing is wrong");
}

#[test]
fn mappings() {
    let edit = |passage: &str, by: &str| said(&[("mappings.toml", passage, by)]);
    let rows = "rows = \"data.items[]\"";
    let columns = "columns = { \"total\" = \"index_766\" }";
    for (passage, by, wanted) in [
        (rows, "rows = \"data.items[\"", "`rows` is \"data.items[\"; write the way to the rows"),
        (rows, "", "`rows` is missing"),
        ("\"json\"", "\"xml\"", "`form` is \"xml\"; known: json, table"),
        ("unit_code", "unit_cod", "the key `unit_cod` is unknown"),
        ("unit_code = \"code\"\n", "", "says nothing of the unit"),
        (columns, "columns = { \"total\" = \"index_767\" }", "indicator \"index_767\" is unknown; known: index_766"),
        (columns, "", "must have either `indicator` with `codes`"),
        (columns, "indicator = \"code\"\ncodes = { \"T\" = \"index_766\" }", "says nothing of the figures"),
        (
            columns,
            "columns = { \"total\" = \"index_766\" }\nindicator = \"x\"",
            "must have either `indicator` with `codes`",
        ),
    ] {
        let said = edit(passage, by);
        assert!(said.contains(wanted) && said.starts_with("mappings.toml, line "), "{by}: {said}");
    }
}
