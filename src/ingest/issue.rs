//! Issues: what a reader could not take, with the place and the text that was seen.

use crate::domain::audit::{Finding, FindingKind};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;

/// How many issues of one file are listed; the rest is counted in one more.
pub const MAX_ISSUES: usize = 1_000;

/// How much of a cell is repeated in an issue, in characters.
const MAX_TEXT: usize = 80;

/// What kind of issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueKind {
    /// The file is of a kind that is not read.
    UnknownFormat,
    /// The file, or each of its tables, is empty.
    EmptyFile,
    /// The file, its rows or a row's cells are more than is read.
    TooLarge,
    /// The file is of a kind that is read, and cannot be unpacked.
    DamagedFile,
    /// A sheet of a workbook that people do not see, which is not read.
    HiddenSheet,
    /// Bytes that are not text in the file's encoding.
    InvalidText,
    /// No table was recognised, or rows of figures without a heading.
    NoTable,
    /// Nothing says of which month the figures are.
    NoPeriod,
    /// What is said about the period contradicts itself.
    PeriodConflict,
    /// The day that the file states lies outside of the period that was asked for, and is not used.
    DayIgnored,
    /// A column that is not recognised, or two columns for the same figure.
    UnknownColumn,
    /// A group of columns or a cell that names no indicator of the catalog.
    UnknownIndicator,
    /// A cell that names no tier of the catalog.
    UnknownTier,
    /// A row that names no unit of the catalog.
    UnknownUnit,
    /// A row whose name belongs to several units, and no tier is given.
    AmbiguousUnit,
    /// A unit has two rows with different figures; the first is kept.
    DuplicateRow,
    /// A unit has two rows with the same figures.
    RepeatedRow,
    /// A cell that holds something other than a figure.
    UnreadableCell,
    /// A row with fewer cells than its table has columns.
    ShortRow,
    /// A row with more cells than its table has columns.
    LongRow,
    /// Rates of an indicator that are written as parts of one (0,578) and read as 57,8 %.
    FractionRate,
    /// A row of sums, which is not taken: sums are made here.
    SummaryRow,
    /// More issues than are listed.
    MoreIssues,
}

impl IssueKind {
    /// The word in JSON (contract of `import --json`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown_format",
            Self::EmptyFile => "empty_file",
            Self::TooLarge => "too_large",
            Self::DamagedFile => "damaged_file",
            Self::HiddenSheet => "hidden_sheet",
            Self::InvalidText => "invalid_text",
            Self::NoTable => "no_table",
            Self::NoPeriod => "no_period",
            Self::PeriodConflict => "period_conflict",
            Self::DayIgnored => "day_ignored",
            Self::UnknownColumn => "unknown_column",
            Self::UnknownIndicator => "unknown_indicator",
            Self::UnknownTier => "unknown_tier",
            Self::UnknownUnit => "unknown_unit",
            Self::AmbiguousUnit => "ambiguous_unit",
            Self::DuplicateRow => "duplicate_row",
            Self::RepeatedRow => "repeated_row",
            Self::UnreadableCell => "unreadable_cell",
            Self::ShortRow => "short_row",
            Self::LongRow => "long_row",
            Self::FractionRate => "fraction_rate",
            Self::SummaryRow => "summary_row",
            Self::MoreIssues => "more_issues",
        }
    }

    /// Whether something of the file was lost.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::DayIgnored | Self::RepeatedRow | Self::SummaryRow | Self::HiddenSheet | Self::FractionRate => {
                Severity::Note
            }
            _ => Severity::Error,
        }
    }
}

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Should be known; nothing was lost.
    Note,
    /// Something in the file was not taken.
    Error,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The file's name.
    pub file: String,
    /// Where in the file, for people: `Phụ lục 3, dòng 1, cột “Thanh toán trực tuyến – Kết quả thực hiện”`. Empty when
    /// the file as a whole is meant.
    pub place: String,
    /// What kind.
    pub kind: IssueKind,
    /// The text that was seen, at most 80 characters; may be empty.
    pub text: String,
    /// What is wrong and what to do, in Vietnamese.
    pub detail: String,
    /// Whose figures are concerned, when that is known.
    pub unit: Option<UnitCode>,
    /// Which indicator is concerned, when that is known.
    pub indicator: Option<IndicatorCode>,
}

impl Issue {
    /// Whether something in the file was not taken because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.kind.severity() == Severity::Error
    }

    /// The finding that the audit lists for it; none for issues that concern the file and not a row or a cell.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        let kind = match self.kind {
            IssueKind::UnknownUnit | IssueKind::AmbiguousUnit => FindingKind::UnknownUnit,
            IssueKind::DuplicateRow | IssueKind::RepeatedRow => FindingKind::DuplicateRow,
            IssueKind::UnreadableCell | IssueKind::ShortRow | IssueKind::LongRow | IssueKind::InvalidText => {
                FindingKind::UnreadableCell
            }
            _ => return None,
        };
        Some(Finding {
            unit: self.unit.clone(),
            indicator: self.indicator.clone(),
            place: Some(self.place.clone()),
            text: Some(self.text.clone()),
            ..Finding::new(kind)
        })
    }
}

/// Collects the issues of one file, up to the limit.
pub(super) struct Issues {
    file: String,
    list: Vec<Issue>,
    more: u64,
}

impl Issues {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), list: Vec::new(), more: 0 }
    }

    /// Whether further issues are only counted: costly details need not be made for them.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MAX_ISSUES
    }

    pub(super) fn any_error(&self) -> bool {
        self.list.iter().any(Issue::is_error)
    }

    pub(super) fn push(&mut self, kind: IssueKind, place: &str, text: &str, detail: &str) {
        self.push_about(kind, place, text, detail, None, None);
    }

    pub(super) fn push_about(
        &mut self,
        kind: IssueKind,
        place: &str,
        text: &str,
        detail: &str,
        unit: Option<&UnitCode>,
        indicator: Option<&IndicatorCode>,
    ) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        self.list.push(Issue {
            file: self.file.clone(),
            place: place.to_owned(),
            kind,
            text: cut(text),
            detail: detail.to_owned(),
            unit: unit.cloned(),
            indicator: indicator.cloned(),
        });
    }

    pub(super) fn finish(mut self) -> Vec<Issue> {
        if self.more > 0 {
            self.list.push(Issue {
                file: self.file,
                place: String::new(),
                kind: IssueKind::MoreIssues,
                text: String::new(),
                detail: format!("Còn {} lỗi khác không liệt kê.", self.more),
                unit: None,
                indicator: None,
            });
        }
        self.list
    }
}

/// The beginning of a text, on one line.
pub(super) fn cut(text: &str) -> String {
    let mut chars = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = chars.by_ref().take(MAX_TEXT).collect();
    if chars.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_beyond_the_limit_are_counted_in_one() {
        let mut issues = Issues::new("a.csv");
        for _ in 0..MAX_ISSUES + 7 {
            issues.push(IssueKind::ShortRow, "dòng 1", "x", "");
        }
        let list = issues.finish();
        assert_eq!(list.len(), MAX_ISSUES + 1);
        assert_eq!(list[MAX_ISSUES].kind, IssueKind::MoreIssues);
        assert!(list[MAX_ISSUES].detail.contains('7'));
    }

    #[test]
    fn seen_text_is_cut_to_eighty_characters_on_one_line() {
        let mut issues = Issues::new("a.csv");
        issues.push(IssueKind::UnreadableCell, "", &"ồ\n".repeat(100), "");
        issues.push(IssueKind::UnreadableCell, "", &"ồ".repeat(80), "");
        let list = issues.finish();
        assert_eq!(list[0].text.chars().count(), 80);
        assert!(list[0].text.ends_with('…') && !list[0].text.contains('\n'));
        assert_eq!(list[1].text, "ồ".repeat(80));
    }

    #[test]
    fn issues_of_rows_and_cells_become_findings() {
        let unit = UnitCode::parse("so-tu-phap").unwrap();
        let mut issues = Issues::new("a.csv");
        issues.push_about(IssueKind::UnreadableCell, "dòng 3", "57.8.1%", "", Some(&unit), None);
        issues.push(IssueKind::AmbiguousUnit, "dòng 4", "UBND", "");
        issues.push(IssueKind::NoPeriod, "", "", "");
        let list = issues.finish();
        let finding = list[0].finding().unwrap();
        assert_eq!(finding.kind, FindingKind::UnreadableCell);
        assert_eq!((finding.unit, finding.place.as_deref()), (Some(unit), Some("dòng 3")));
        assert_eq!(finding.text.as_deref(), Some("57.8.1%"));
        assert_eq!(list[1].finding().unwrap().kind, FindingKind::UnknownUnit);
        assert_eq!(list[2].finding(), None);
    }
}
