//! Delimited values: lines to rows, and the lines `# key=value` at the top.

use crate::domain::period::ReportingPeriod;
use crate::ingest::dates::{self, Stated};
use crate::ingest::grid::{Place, Rows, beginning};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::names::fold;
use std::borrow::Cow;

/// Delimiters in the order in which they are tried. Commas stand in sentences and in decimals, so they come last.
pub(super) const DELIMITERS: [u8; 3] = [b'\t', b';', b','];

/// Splits a text. A quotation mark that is never closed would swallow the rest of the file as one cell; then marks are
/// taken as ordinary characters, which costs at most the rows whose cells really needed them.
pub(super) fn split(text: &str, delimiter: u8) -> Rows {
    /// A heading may be broken into some lines within its cell; more is a forgotten mark.
    const MAX_LINES_IN_CELL: usize = 20;
    let rows = split_as(text, delimiter, true);
    let swallowed = |cell: &String| cell.bytes().filter(|b| *b == b'\n').count() > MAX_LINES_IN_CELL;
    if rows.rows.iter().any(|row| row.cells.iter().any(swallowed)) { split_as(text, delimiter, false) } else { rows }
}

fn split_as(text: &str, delimiter: u8, quoting: bool) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut split = Rows::default();
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    // The text is UTF-8 and in memory, rows may have any length: there is no error left to happen.
    while reader.read_record(&mut record).unwrap_or(false) {
        let position = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(counted);
        let start = first_of_record(text, position);
        line += text.as_bytes().get(counted..start).map_or(0, |passed| passed.iter().filter(|b| **b == b'\n').count());
        counted = counted.max(start);
        if !split.push(Place::Line(line), record.iter().map(|cell| beginning(cell).to_owned()).collect()) {
            break;
        }
    }
    split
}

/// The position of a record includes the empty lines before it, which the reader passes over.
fn first_of_record(text: &str, position: usize) -> usize {
    let rest = text.as_bytes().get(position..).unwrap_or_default();
    position + rest.iter().take_while(|b| **b == b'\n').count()
}

/// What the lines `# key=value` at the top of a file say.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) stated: Stated,
    /// The figures are made up.
    pub(super) sample: bool,
}

/// The lines of a text, for [`metadata`].
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Place, Cow<'_, str>)> {
    text.lines().enumerate().map(|(at, line)| (Place::Line(at + 1), Cow::Borrowed(line)))
}

/// The first rows of a workbook or document, for [`metadata`]: a key and its value may stand in two cells.
pub(super) fn first_rows(rows: &Rows) -> impl Iterator<Item = (Place, Cow<'_, str>)> {
    const LOOKED_AT: usize = 50;
    rows.rows.iter().filter(|row| !row.is_blank()).take(LOOKED_AT).map(|row| {
        let said: Vec<&str> = row.said().map(str::trim).collect();
        let line = match said[..] {
            [key, value] if key.starts_with('#') && !key.contains('=') => Cow::Owned(format!("{key}={value}")),
            _ => Cow::Owned(said.join(",")),
        };
        (row.at.clone(), line)
    })
}

/// Reads the lines that begin with `#` before anything else: `# period=2023-07`, `# as_of=2023-07-24`, `# sample`.
/// Other such lines are remarks.
pub(super) fn metadata<'t>(lines: impl Iterator<Item = (Place, Cow<'t, str>)>, issues: &mut Issues) -> Metadata {
    let mut metadata = Metadata::default();
    for (at, line) in lines {
        // A spreadsheet that has saved the file again has put marks around the line and delimiters behind it.
        let line = line.trim_matches(['"', ',', ';', '\t', ' ', '\u{feff}']);
        if line.is_empty() {
            continue;
        }
        let Some(remark) = line.strip_prefix('#') else { break };
        let (key, value) = remark.split_once('=').unwrap_or((remark, ""));
        let (key, value) = (fold(key), value.trim().trim_matches('"'));
        let place = || at.to_string();
        match key.as_str() {
            "sample" => match fold(value).as_str() {
                "" | "true" | "1" | "yes" | "co" => metadata.sample = true,
                "false" | "0" | "no" | "khong" => {}
                // The worst mistake is to show made-up figures as real ones.
                _ => {
                    metadata.sample = true;
                    let detail = "Ghi “# sample=true” hoặc “# sample=false”; tạm coi là số liệu mẫu.";
                    issues.push(IssueKind::InvalidText, &place(), value, detail);
                }
            },
            "period" | "ky" | "ky bao cao" => match period(value) {
                Some(period) => metadata.stated.period = Some(period),
                None => metadata.stated.bad_period = Some((place(), value.to_owned())),
            },
            "as of" | "so lieu den" | "den ngay" => match dates::day(value) {
                Some(day) => metadata.stated.as_of = Some(day),
                None => metadata.stated.bad_day = Some((place(), value.to_owned())),
            },
            _ => {}
        }
    }
    metadata
}

/// `2023-07`, `7/2023`.
fn period(text: &str) -> Option<ReportingPeriod> {
    ReportingPeriod::parse(text).ok().or_else(|| {
        let (month, year) = text.split_once('/')?;
        ReportingPeriod::parse(&format!("{}-{}", year.trim(), month.trim())).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::MAX_ROWS;
    use crate::ingest::grid::Limit;
    use chrono::NaiveDate;
    use rstest::rstest;

    fn cells(text: &str, delimiter: u8) -> Vec<(usize, Vec<String>)> {
        let line = |at| if let Place::Line(line) = at { line } else { 0 };
        split(text, delimiter).rows.into_iter().map(|row| (line(row.at), row.cells)).collect()
    }

    #[test]
    fn rows_know_their_line_across_empty_lines_and_broken_cells() {
        let rows = cells("\n\na;b\n\n\"c\nd\";e\n\nf", b';');
        let said = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        assert_eq!(rows, [(3, said(&["a", "b"])), (5, said(&["c\nd", "e"])), (8, said(&["f"]))]);
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_one_row() {
        let text = format!("\"a;1\n{}", "b;2\n".repeat(30));
        let rows = cells(&text, b';');
        assert_eq!(rows.len(), 31);
        assert_eq!(rows[0].1, ["\"a", "1"]);
        assert_eq!(rows[30], (31, vec!["b".to_owned(), "2".to_owned()]));
    }

    #[test]
    fn limits_of_rows_and_columns_hold() {
        let long = "a;b\n".repeat(MAX_ROWS + 5);
        let split_long = split(&long, b';');
        assert_eq!(
            (split_long.rows.len(), split_long.cut_at),
            (MAX_ROWS, Some((Place::Line(MAX_ROWS + 1), Limit::Rows)))
        );
        let wide = format!("a;b\n{}\nc;d", ";".repeat(100_000));
        let split_wide = split(&wide, b';');
        assert_eq!((split_wide.rows.len(), split_wide.too_wide), (2, vec![Place::Line(2)]));
    }

    #[rstest]
    #[case("# period=2023-07\n# as_of=2023-07-24\n# sample\nunit")]
    #[case("\"# period = 7/2023\",,,\n\n# remark, with a comma\n# as_of=24/7/2023,,\n#sample=true;;\nunit")]
    #[case("# Kỳ báo cáo=07/2023\n# Số liệu đến=24/07/2023\n# Sample = có\nunit")]
    fn metadata_is_read(#[case] text: &str) {
        let mut issues = Issues::new("");
        let metadata = metadata(lines(text), &mut issues);
        assert_eq!(metadata.stated.period, ReportingPeriod::parse("2023-07").ok());
        assert_eq!(metadata.stated.as_of, NaiveDate::from_ymd_opt(2023, 7, 24));
        assert!(metadata.sample);
        assert_eq!(issues.finish(), []);
    }

    #[test]
    fn only_the_top_is_metadata_and_wrong_values_are_kept_for_the_issue() {
        let mut issues = Issues::new("");
        let none = metadata(lines("unit\n# period=2023-07"), &mut issues);
        assert_eq!(none.stated.period, None);
        let bad = metadata(lines("# period=2023-13\n# as_of=2023-07-32\n# sample=maybe"), &mut issues);
        assert_eq!(bad.stated.bad_period, Some(("dòng 1".to_owned(), "2023-13".to_owned())));
        assert_eq!(bad.stated.bad_day, Some(("dòng 2".to_owned(), "2023-07-32".to_owned())));
        assert!(bad.sample);
        assert_eq!(issues.finish().len(), 1);
    }
}
