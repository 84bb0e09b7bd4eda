//! Broken files, and the line that an office reads for each.

use super::load;
use super::small::{ALERTS, FILES, INDICATORS, ORGANISATION, UNITS};
use crate::catalog::Catalog;
use insta::assert_snapshot;

/// What is said when passages of the small catalog above are replaced: (file, passage, by).
fn said(edits: &[(&str, &str, &str)]) -> String {
    let mut files = FILES.map(|(name, text)| (name, text.to_owned()));
    for (file, passage, by) in edits {
        let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
        assert!(text.contains(passage), "{file} has no {passage:?}");
        *text = text.replacen(passage, by, 1);
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    load(&files).unwrap_err().to_string()
}

/// Each edit alone.
pub(super) fn said_of_each(file: &str, edits: &[(&str, &str)]) -> String {
    let lines: Vec<String> = edits.iter().map(|(passage, by)| said(&[(file, passage, by)])).collect();
    lines.join("\n")
}

#[test]
fn the_small_catalog_is_whole() {
    load(&FILES).unwrap();
}

/// The code of a unit twice in one line is twice, too.
#[test]
fn inline_tables_are_checked_like_sections() {
    let units = "unit = [{ code = 'a', name = 'A', tier = 't' }, { code = 'a', name = 'B', tier = 't' }]";
    let tier = "[[tier]]\ncode = 't'\nname = 'T'\nheadings = ['t']\n";
    let error = load(&[("units.toml", &format!("{units}\n{tier}"))]).unwrap_err().to_string();
    assert!(error.contains("the code stands already in line 1;"), "{error}");
}

#[test]
fn units() {
    assert_snapshot!(said_of_each("units.toml", &[
        ("name = \"Sở B\"\ntier = \"office\"", "name = \"Sở B\"\ntier = \"ofice\""),
        ("code = \"so-b\"", "code = \"Sở B\""),
        ("code = \"so-a-2025\"", "code = \"so-b\""),
        ("name = \"Sở B\"", "nmae = \"Sở B\""),
        ("name = \"Sở B\"", "name = \"  \""),
        ("name = \"Sở B\"", "name = \"…\""),
        ("name = \"Sở B\"", "name = 5"),
        ("name = \"Sở B\"", "name = \"Sở\\nB\""),
        ("aliases = [\"sb\"]", "aliases = \"sb\""),
        ("aliases = [\"sb\"]", "aliases = [\n  \"x\",\n  \"\",\n]"),
        ("aliases = [\"sb\"]", "aliases = [\"SO  a\"]\nvalid_from = 2025-02-01"),
        ("2025-02-28", "2025-02-30"),
        ("2025-02-28", "\"30/2/2025\""),
        ("2025-02-28", "20250-02-28"),
        ("valid_from = 2025-03-01", "valid_from = 2025-03-01\nvalid_to = 2025-02-01"),
        ("successors = [\"so-a-2025\"]", "successors = [\"so-c\"]"),
        ("successors = [\"so-a-2025\"]", "successors = [\"so-a\"]"),
        ("valid_to = 2025-02-28\n", ""),
        ("headings = [\"CẤP SỞ\"]", "headings = []"),
        ("headings = [\"CẤP SỞ\"]", "headings = [\"-\"]"),
        ("[[tier]]\n", "[tier]\n"),
    ]), @r#"
    units.toml, line 23, unit "so-b": tier "ofice" is unknown; known: office
    units.toml, line 21, unit "Sở B": `Sở B` is not a code of a unit: use 1 to 64 of a-z, 0-9, _ and -
    units.toml, line 12, unit "so-a": successor: unit "so-a-2025" is unknown; known: so-a, so-b
    units.toml, line 21, unit "so-b": the code stands already in line 15; each unit has a code of its own
    units.toml, line 20, unit "so-b": `name` is missing; write name = "…"
    units.toml, line 22, unit "so-b": the key `nmae` is unknown; known: code, name, qualifier, tier, aliases, valid_from, valid_to, successors
    units.toml, line 22, unit "so-b": `name` is empty; write name = "…"
    units.toml, line 22, unit "so-b": `name` "…" has no letters and digits; people could not ask for it
    units.toml, line 22, unit "so-b": `name` is 5; it must be a text in quotation marks
    units.toml, line 22, unit "so-b": `name` must be one line without control characters
    units.toml, line 24, unit "so-b": `aliases` must be a list; write aliases = ["…", "…"]
    units.toml, line 26, unit "so-b": `aliases` contains an empty text; remove it
    units.toml, line 22, unit "so-b": "SO  a" also names unit "so-a" of the same tier; a name or alias may lead to one unit only
    units.toml, line 11: is not valid TOML here: invalid date, expected day between 01 and 28
    units.toml, line 11, unit "so-a": `valid_to` is "30/2/2025"; it must be a day of the years 2000 to 2100: write 2023-09-04 or "4/9/2023"
    units.toml, line 12, unit "so-a": `successors` needs `valid_to`, the last day of this unit
    units.toml, line 16, unit "so-a-2025": "Sở A" also names unit "so-a" of the same tier; a name or alias may lead to one unit only
    units.toml, line 11: is not valid TOML here: invalid date, expected a four-digit year (YYYY)
    units.toml, line 12, unit "so-a": successor "so-a-2025" ended on 2025-02-01, not after this unit (2025-02-28)
    units.toml, line 19, unit "so-a-2025": `valid_to` (2025-02-01) is before `valid_from` (2025-03-01); a unit ends after it begins
    units.toml, line 12, unit "so-a": successor: unit "so-c" is unknown; known: so-a, so-a-2025, so-b
    units.toml, line 12, unit "so-a": is its own successor; a successor is another unit with a code of its own
    units.toml, line 11, unit "so-a": `successors` needs `valid_to`, the last day of this unit
    units.toml, line 15, unit "so-a-2025": "Sở A" also names unit "so-a" of the same tier; a name or alias may lead to one unit only
    units.toml, line 4, tier "office": `headings` needs at least one text; write headings = ["…"] with words that stand in the table's heading
    units.toml, line 4, tier "office": `headings` contains a text without letters and digits; remove it
    units.toml, line 1: `tier` must be written as [[tier]]
    "#);
}

#[test]
fn one_name_in_two_tiers() {
    let tier = "[[tier]]\ncode = \"xa\"\nname = \"Cấp xã\"\nheadings = [\"CẤP XÃ\"]\n\n";
    let unit = "[[unit]]\ncode = \"xa-b\"\nname = \"SỞ B\"\ntier = \"xa\"\n\n";
    assert_snapshot!(said(&[("units.toml", "[[unit]]\n", &format!("{tier}{unit}[[unit]]\n"))]), @r#"
    units.toml, line 32, unit "so-b": has the same name as unit "xa-b" of another tier; give both a different `qualifier`
    targets.toml: indicator "index_766" has no default for xa; add a [[default]] for each, or one without `tier` for all
    "#);
}

#[test]
fn indicators() {
    assert_snapshot!(said_of_each("indicators.toml", &[
        ("direction = \"higher\"", "direction = \"up\""),
        ("remedy = \"new\"", "remedy = \"wait\""),
        ("denominator = \"own\"", "denominator = \"total\""),
        ("basis = \"điểm đạt / điểm tối đa\"\n", ""),
        ("headings = [\"Tổng điểm\"]\n", ""),
        ("code = \"index_766\"", "code = \"index_767\""),
        ("[[indicator]]\n", "[[indicator]]\nunit = \"điểm\"\n"),
    ]), @r#"
    indicators.toml, line 6, indicator "index_766": `direction` is "up"; known: higher, lower
    indicators.toml, line 7, indicator "index_766": `remedy` is "wait"; known: new, convert, none
    indicators.toml, line 8, indicator "index_766": `denominator` is "total"; known: files_received, own, implied
    indicators.toml, line 1, indicator "index_766": `basis` is missing; write basis = "…"
    indicators.toml, line 1, indicator "index_766": `headings` needs at least one text; write headings = ["…"] with words that stand in the table's heading
    targets.toml: indicator "index_767" has no default for office; add a [[default]] for each, or one without `tier` for all
    targets.toml, line 4, default: indicator "index_766" is unknown; known: index_767
    targets.toml, line 11, target: indicator "index_766" is unknown; known: index_767
    mappings.toml, line 6, mapping "Cổng": indicator "index_766" is unknown; known: index_767
    indicators.toml, line 2, indicator "index_766": the key `unit` is unknown; known: code, name, short_name, needed_noun, direction, remedy, denominator, basis, headings, aliases, full_score, zero_over_zero, tiers
    "#);
    let second = INDICATORS.replace("index_766", "other").replace("Chỉ số 766", "Khác");
    let both = format!("{second}\n[[indicator]]\n");
    assert_snapshot!(said(&[("indicators.toml", "[[indicator]]\n", &both)]), @r#"
    indicators.toml, line 15, indicator "index_766": "766" also names indicator "other"; a name or alias may lead to one indicator only
    indicators.toml, line 15, indicator "index_766": the heading "tong diem" is also one of indicator "other"; a heading may lead to one indicator only
    targets.toml: indicator "other" has no default for office; add a [[default]] for each, or one without `tier` for all
    "#);
}

#[test]
fn targets() {
    assert_snapshot!(said_of_each("targets.toml", &[
        ("level = 97.5", "level = 0"),
        ("level = 97.5", "level = 100.5"),
        ("level = 97.5", "level = \"sáu mươi\""),
        ("level = 97.5", "level = 97.12345"),
        ("level = 97.5", "level = nan"),
        ("level = 97.5", "level = true"),
        ("level = 97.5", "level = 97,5"),
        ("level = 97.5\n", ""),
        ("decision = \"1/QĐ-UBND\"", "decision = \"\""),
        ("report_decision = \"766/QĐ-TTg\"\n", ""),
        ("tier = \"office\"", "tier = \"xa\""),
        ("unit = \"so-b\"", "unit = \"so-c\""),
        ("unit = \"so-b\"\nindicator = \"index_766\"", "unit = \"so-b\"\nindicator = \"index_76\""),
        ("valid_from = \"2025-03\"", "valid_from = \"3/2025\""),
        ("valid_from = \"2025-03\"", "valid_from = \"2025-07\""),
        ("[[target]]", "[[default]]\nindicator = \"index_766\"\ntier = \"office\"\nlevel = 5\ndecision = \"x\"\n[[target]]"),
        ("[[target]]", "[[targets]]"),
    ]), @r#"
    targets.toml, line 6, default: `level` is 0; it must be above 0 and at most 100: write 60, 97.5 or "97,5"
    targets.toml, line 6, default: `level` is 100.5; it must be above 0 and at most 100: write 60, 97.5 or "97,5"
    targets.toml, line 6, default: `level` is "sáu mươi"; it must be a number with at most 4 decimals: write 60, 97.5 or "97,5"
    targets.toml, line 6, default: `level` is 97.12345; it must be a number with at most 4 decimals: write 60, 97.5 or "97,5"
    targets.toml, line 6, default: `level` is nan; it must be a number with at most 4 decimals: write 60, 97.5 or "97,5"
    targets.toml, line 6, default: `level` is true; it must be a number: write 60, 97.5 or "97,5"
    targets.toml, line 6: is not valid TOML here: unexpected key or value, expected newline, `#`; put a number with a comma or a percent sign in quotation marks: "97,5"
    targets.toml, line 3, default: `level` is missing; write level = 60
    targets.toml, line 13, target: `decision` is empty; write decision = "…"
    targets.toml: `report_decision` is missing; write report_decision = "…"
    targets.toml: indicator "index_766" has no default for office; add a [[default]] for each, or one without `tier` for all
    targets.toml, line 5, default: tier "xa" is unknown; known: office
    targets.toml, line 10, target: unit "so-c" is unknown; known: so-a, so-a-2025, so-b
    targets.toml, line 11, target: indicator "index_76" is unknown; known: index_766
    targets.toml, line 14, target: `3/2025` is not a reporting period; write YYYY-MM, for example 2023-07
    targets.toml, line 15, target: `valid_to` (2025-06) is before `valid_from` (2025-07); a target ends after it begins
    targets.toml, line 10, default: stands already in line 4 with the same `valid_from`; change that one, or give this one a later `valid_from`
    targets.toml, line 9: the key `targets` is unknown; known: report_decision, default, target
    "#);
    let dropped =
        "[[default]]\nindicator = \"index_766\"\ntier = \"office\"\nlevel = 97.5\ndecision = \"766/QĐ-TTg\"\n";
    assert_snapshot!(said(&[("targets.toml", dropped, "")]), @r#"
    targets.toml: indicator "index_766" has no default for office; add a [[default]] for each, or one without `tier` for all
    "#);
}

#[test]
fn calendar() {
    assert_snapshot!(said_of_each("calendar.toml", &[
        ("to = 2024-02-14", "to = 2024-02-01"),
        ("to = 2024-02-14", "to = 2025-02-14"),
        ("from = 2024-02-08\n", ""),
        ("from = 2024-02-08", "from = 2024-02-08T07:00:00"),
        ("off = 2024-04-29", "off = 2024-04-28"),
        ("work = 2024-05-04", "work = 2024-05-03"),
        ("work = 2024-05-04", "work = 2024-02-10"),
    ]), @r#"
    calendar.toml, line 4, holiday "Tết": `to` (2024-02-01) is before `from` (2024-02-08); write the last day of the holiday
    calendar.toml, line 4, holiday "Tết": `to` (2025-02-14) is more than 31 days after `from` (2024-02-08); is the year right?
    calendar.toml, line 1, holiday "Tết": `from` is missing; write from = 2023-09-04
    calendar.toml, line 3, holiday "Tết": `from` is 2024-02-08T07:00:00; it must be a day of the years 2000 to 2100: write 2023-09-04 or "4/9/2023"
    calendar.toml, line 8, swapped "30/4": `off` (2024-04-28) is a Saturday or Sunday; write the weekday that is taken off
    calendar.toml, line 9, swapped "30/4": `work` (2024-05-03) is a weekday; write the Saturday or Sunday that is worked instead
    calendar.toml, line 9, swapped "30/4": `work` (2024-02-10) lies within a holiday; one of the two is wrong
    "#);
}

#[test]
fn alerts() {
    assert_snapshot!(said_of_each("alerts.toml", &[
        ("repeat_after_days = 7", "repeat_after_days = 0"),
        ("repeat_after_days = 7", "repeat_after_days = 366"),
        ("repeat_after_days = 7", "repeat_after_days = \"7\""),
        ("fell_points = \"1\"", "fell_points = \"-1\""),
        ("few_files = 3\n", ""),
        ("[feed]", "[feeed]"),
        ("min_compared = 20", "min_compared = -1"),
        ("after_periods = 3", "after_periods = 1"),
        ("most_per_digest = 5", "most_per_digest = 21"),
        ("[escalation]", "[escalate]"),
        ("partial_figures = 1", "partial_figures = 0"),
        ("mixed_min_units = 10", "mixed_min_units = 1"),
        ("unchanged_working_days = 1\n", ""),
        ("[corrections]", "[corections]"),
        ("months_back = 1", "months_back = 121"),
    ]), @r#"
    alerts.toml, line 1: `repeat_after_days` is 0; it must be a whole number from 1 to 365
    alerts.toml, line 1: `repeat_after_days` is 366; it must be a whole number from 1 to 365
    alerts.toml, line 1: `repeat_after_days` is "7"; it must be a whole number from 1 to 365
    alerts.toml, line 3: `fell_points` is "-1"; it must be above 0 and at most 100: write 60, 97.5 or "97,5"
    alerts.toml: `few_files` is missing; write few_files = 0
    alerts.toml: [feed] is missing
    alerts.toml, line 7: the key `feeed` is unknown; known: repeat_after_days, worsened_points, fell_points, few_files, same_day_tolerance, feed, corrections, escalation
    alerts.toml, line 13, feed: `min_compared` is -1; it must be a whole number from 1 to 1000000
    alerts.toml, line 23, escalation: `after_periods` is 1; it must be a whole number from 2 to 12
    alerts.toml, line 24, escalation: `most_per_digest` is 21; it must be a whole number from 0 to 20
    alerts.toml: [escalation] is missing
    alerts.toml, line 22: the key `escalate` is unknown; known: repeat_after_days, worsened_points, fell_points, few_files, same_day_tolerance, feed, corrections, escalation
    alerts.toml, line 9, feed: `partial_figures` is 0; it must be a whole number from 1 to 1000000
    alerts.toml, line 17, feed: `mixed_min_units` is 1; it must be a whole number from 2 to 1000000
    alerts.toml, line 7, feed: `unchanged_working_days` is missing; write unchanged_working_days = 1
    alerts.toml: [corrections] is missing
    alerts.toml, line 19: the key `corections` is unknown; known: repeat_after_days, worsened_points, fell_points, few_files, same_day_tolerance, feed, corrections, escalation
    alerts.toml, line 20, corrections: `months_back` is 121; it must be a whole number from 0 to 120
    "#);
}

#[test]
fn delivery() {
    assert_snapshot!(said_of_each("delivery.toml", &[
        ("bulletins = \"repeat\"", "bulletins = \"twice\""),
        ("digests = \"ask\"\n", ""),
        ("answers = \"leave\"", "answers = false"),
        ("repeat_after_minutes = 10", "repeat_after_minutes = 721"),
        ("repeat_after_minutes = 10", "repeat_after = 10"),
        ("[behind]", "[behin]"),
        ("most_waiting = 5", "most_waiting = 0"),
        ("oldest_hours = 6", "oldest_hours = \"6\""),
    ]), @r#"
    delivery.toml, line 2, unknown: `bulletins` is "twice"; known: repeat, ask, leave
    delivery.toml, line 1, unknown: `digests` is missing; write digests = "…"
    delivery.toml, line 4, unknown: `answers` is false; it must be a text in quotation marks
    delivery.toml, line 6, unknown: `repeat_after_minutes` is 721; it must be a whole number from 0 to 720
    delivery.toml, line 1, unknown: `repeat_after_minutes` is missing; write repeat_after_minutes = 0
    delivery.toml, line 6, unknown: the key `repeat_after` is unknown; known: bulletins, digests, answers, notices, repeat_after_minutes
    delivery.toml: [behind] is missing
    delivery.toml, line 8: the key `behin` is unknown; known: unknown, behind
    delivery.toml, line 9, behind: `most_waiting` is 0; it must be a whole number from 1 to 1000
    delivery.toml, line 10, behind: `oldest_hours` is "6"; it must be a whole number from 1 to 720
    "#);
}

#[test]
fn sources() {
    let said = said_of_each(
        "sources.toml",
        &[
            ("https://", "ftp://"),
            ("https://", "https://user:s3cret@"),
            ("https://igate.example.vn/api", "https:///api"),
            ("\"IGATE_TOKEN\"", "\"Bearer s3cret\""),
            ("\"IGATE_TOKEN\"", "53"),
            ("{ \"Authorization\" = \"IGATE_TOKEN\" }", "\"s3cret\""),
            ("\"Authorization\"", "\"X Y\""),
            ("[[source]]", "[[source]]\nmax_bytes = 52428801"),
            ("[[source]]", "[[source]]\nname = \"iGate\"\nurl = \"http://x\"\n[[source]]"),
        ],
    );
    assert!(!said.contains("s3cret") && !said.contains("53 "), "a problem never repeats a secret");
    assert_snapshot!(said, @r#"
    sources.toml, line 3, source "iGate": `url` must begin with https:// or http://
    sources.toml, line 3, source "iGate": `url` contains a user or password; put the secret in an environment variable and use `headers`
    sources.toml, line 3, source "iGate": `url` is not an address; write https://name.of.the.server/path
    sources.toml, line 4, source "iGate": `headers` must give each header the NAME of an environment variable (A to Z, 0 to 9, _), never the secret itself; write { "Authorization" = "IGATE_TOKEN" }
    sources.toml, line 4, source "iGate": `headers` must hold texts in quotation marks; write headers = { "Authorization" = "IGATE_TOKEN" }
    sources.toml, line 4, source "iGate": `headers` must be pairs; write headers = { "Authorization" = "IGATE_TOKEN" }
    sources.toml, line 4, source "iGate": `headers` has a name that is not one of an HTTP header; use letters, digits and -
    sources.toml, line 2, source "iGate": `max_bytes` is 52428801; it must be a whole number from 1 to 52428800
    sources.toml, line 5, source "iGate": the name stands already in line 2; each source has a name of its own
    "#);
}

#[test]
fn text_that_is_not_toml() {
    assert_snapshot!(said(&[
        ("organisation.toml", "\"tỉnh X\"", "\"tỉnh X"),
        ("alerts.toml", "few_files = 3", "few_files = 3\nfew_files = 4"),
    ]), @r#"
    organisation.toml, line 1: is not valid TOML here: invalid basic string, expected `"`
    alerts.toml, line 5: is not valid TOML here: duplicate key
    "#);
}

#[test]
fn all_problems_are_reported_at_once() {
    assert_snapshot!(said(&[
        ("alerts.toml", "repeat_after_days = 7", "repeat_after_days = 700"),
        ("targets.toml", "level = 97.5\ndecision = \"766/QĐ-TTg\"", "level = 970"),
        ("targets.toml", "unit = \"so-b\"", "unit = \"so-z\""),
        ("units.toml", "tier = \"office\"\naliases = [\"sb\"]", "tier = \"xa\"\naliases = [\"sb\", 7]\nalias = \"x\""),
        ("units.toml", "headings = [\"CẤP SỞ\"]", ""),
    ]), @r#"
    units.toml, line 1, tier "office": `headings` needs at least one text; write headings = ["…"] with words that stand in the table's heading
    units.toml, line 23, unit "so-b": tier "xa" is unknown; known: office
    units.toml, line 24, unit "so-b": `aliases` is 7; it must be a text in quotation marks
    units.toml, line 25, unit "so-b": the key `alias` is unknown; known: code, name, qualifier, tier, aliases, valid_from, valid_to, successors
    targets.toml, line 3, default: `decision` is missing; write decision = "…"
    targets.toml, line 6, default: `level` is 970; it must be above 0 and at most 100: write 60, 97.5 or "97,5"
    targets.toml, line 9, target: unit "so-z" is unknown; known: so-a, so-a-2025, so-b
    alerts.toml, line 1: `repeat_after_days` is 700; it must be a whole number from 1 to 365
    "#);
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let many: String = (0..60).map(|number| format!("key{number} = 1\n")).collect();
    let error = load(&[("organisation.toml", &format!("{many}{ORGANISATION}"))]).unwrap_err();
    assert_eq!((error.problems.len(), error.more), (50, 10));
    assert!(error.to_string().ends_with("\n… and 10 more problems"));
}

/// Own tiers with the embedded targets: the two do not fit, and the embedded file is named as such.
#[test]
fn a_folder_that_does_not_fit_the_embedded_files() {
    let error = load(&[("units.toml", UNITS)]).unwrap_err();
    let texts: Vec<&str> = error.problems.iter().map(|problem| problem.text.as_str()).collect();
    assert!(error.problems.iter().all(|problem| problem.file == "targets.toml (embedded)"), "{error}");
    assert!(texts.contains(&"tier \"district\" is unknown; known: office"), "{error}");
    assert!(texts[0].starts_with("indicator \"digitization\" has no default for office; "), "{error}");
}

#[test]
fn channels() {
    assert_snapshot!(said_of_each("channels.toml", &[
        ("monthly_budget = 3000", "monthly_budget = 0"),
        ("monthly_budget = 3000\n", ""),
        ("warn_percent = 80", "warn_percent = 96"),
        ("reserve_percent = 5", "reserve_percent = 51"),
        ("collect_hour = 8", "collect_hour = 24"),
        ("collect_hour", "colect_hour"),
        ("[zalo]", "[zalo_bot]"),
    ]), @"
    channels.toml, line 2, zalo: `monthly_budget` is 0; it must be a whole number from 1 to 1000000
    channels.toml, line 1, zalo: `monthly_budget` is missing; write monthly_budget = 1
    channels.toml, line 3, zalo: `warn_percent` is too late: with `reserve_percent` it must be at most 100
    channels.toml, line 4, zalo: `reserve_percent` is 51; it must be a whole number from 0 to 50
    channels.toml, line 5, zalo: `collect_hour` is 24; it must be a whole number from 0 to 23
    channels.toml, line 1, zalo: `collect_hour` is missing; write collect_hour = 0
    channels.toml, line 5, zalo: the key `colect_hour` is unknown; known: monthly_budget, warn_percent, reserve_percent, collect_hour
    channels.toml: [zalo] is missing
    channels.toml, line 1: the key `zalo_bot` is unknown; known: zalo
    ");
}

#[test]
fn schedules() {
    assert_snapshot!(said_of_each("schedules.toml", &[
        ("0 8 * * 1", "0 8 * *"),
        ("0 8 * * 1", "0 25 * * 1"),
        ("kind = \"reminder\"", "kind = \"weekly\""),
        ("on_holiday = \"next\"", "on_holiday = \"later\""),
        ("for = [\"unit\"]", "for = [\"units\"]"),
        ("for = [\"unit\"]", "for = []"),
        ("kind = \"reminder\"", "kind = \"weekly_digest\""),
        ("from = \"20:00\"", "from = \"24:00\""),
        ("from = \"20:00\"", "from = \"8 giờ\""),
        ("to = \"07:00\"\n", ""),
        ("not_within_hours = 12", "not_within_hours = 200"),
        ("[quiet]", "[quite]"),
        ("for = [\"unit\"]\n", "for = [\"unit\"]\n[[schedule]]\nname = \"nhac-tuan\"\nkind = \"reminder\"\ncron = \"0 8 * * 2\"\non_holiday = \"skip\"\nfor = [\"unit\"]\n"),
    ]), @r#"
    schedules.toml, line 10, schedule "nhac-tuan": `0 8 * *` is no schedule; write minute, hour, day of the month, month and weekday: "0 8 * * 1" is 08:00 every Monday
    schedules.toml, line 10, schedule "nhac-tuan": `0 25 * * 1` is no schedule; write minute, hour, day of the month, month and weekday: "0 8 * * 1" is 08:00 every Monday
    schedules.toml, line 9, schedule "nhac-tuan": `kind` is "weekly"; known: reminder, weekly_digest, monthly_digest
    schedules.toml, line 11, schedule "nhac-tuan": `on_holiday` is "later"; known: skip, next
    schedules.toml, line 12, schedule "nhac-tuan": `for` names "units"; known: unit, leader, office
    schedules.toml, line 12, schedule "nhac-tuan": `for` names nobody; write for = ["unit"]
    schedules.toml, line 12, schedule "nhac-tuan": `for` names "unit", but this kind is for "leader"
    schedules.toml, line 4, quiet: `from` is "24:00"; it must be a time of the day: write "07:00"
    schedules.toml, line 4, quiet: `from` is "8 giờ"; it must be a time of the day: write "07:00"
    schedules.toml, line 3, quiet: `to` is missing; write to = "…"
    schedules.toml, line 1: `not_within_hours` is 200; it must be a whole number from 0 to 168
    schedules.toml: [quiet] is missing
    schedules.toml, line 3: the key `quite` is unknown; known: not_within_hours, quiet, schedule
    schedules.toml, line 14, schedule "nhac-tuan": `name` is "nhac-tuan", which another schedule has; give it its own
    "#);
}

#[test]
fn a_folder_that_cannot_be_a_catalog() {
    let empty = load(&[("notes.txt", "")]).unwrap_err();
    assert_eq!(empty.problems.len(), 1);
    let names = crate::catalog::files::NAMES.join(", ");
    let text = format!("holds no file of the catalog; give a folder that holds at least one of {names}");
    assert_eq!(empty.problems[0].text, text);
    let misspelt = load(&[("unit.toml", UNITS), ("alerts.toml", ALERTS)]).unwrap_err();
    assert_eq!(misspelt.problems.len(), 1);
    assert!(
        misspelt.problems[0].text.starts_with("unit.toml is not a file of the catalog; known: organisation.toml, ")
    );
    let absent = tempfile::tempdir().unwrap().path().join("absent");
    let error = Catalog::load(&absent).unwrap_err().to_string();
    assert!(error.contains("absent: cannot be read (") && error.lines().count() == 1, "{error}");
}

#[test]
fn files_that_are_too_large_or_no_text() {
    let large = format!("# {}\n{ALERTS}", "x".repeat(1024 * 1024));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("alerts.toml"), large).unwrap();
    std::fs::write(folder.path().join("organisation.toml"), b"name = \"x\"\noffice = \"V\xe3n\"\n").unwrap();
    std::fs::create_dir(folder.path().join("sources.toml")).unwrap();
    let error = Catalog::load(folder.path()).unwrap_err().to_string();
    assert_snapshot!(error, @r#"
    organisation.toml, line 2: is not UTF-8; save the file as UTF-8
    alerts.toml: is larger than 1 MiB; is it the right file?
    sources.toml: cannot be read (Is a directory (os error 21)); it must be a text file that the program may open
    "#);
}
