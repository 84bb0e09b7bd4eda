//! Rows of a table to observations and targets.

use crate::domain::indicator::DenominatorSource;
use crate::domain::observation::{Observation, Reading};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use crate::domain::target::{AssignedTarget, Target, TargetOrigin};
use crate::ingest::Vocabulary;
use crate::ingest::document::{DataRow, Table};
use crate::ingest::fraction::{self, Parts};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::layout::{Column, Columns, Layout};
use crate::ingest::lexicon::{Lexicon, Match};
use crate::ingest::names::fold;
use crate::ingest::number::{self, Seen};
use crate::ingest::samples;
use crate::ingest::text::clean;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// All that the tables of a file say, in the order of the vocabulary and not of the file: the same figures are the same
/// content, however they were arranged.
pub(super) struct Figures {
    pub(super) observations: Vec<Observation>,
    pub(super) targets: Vec<PrintedTarget>,
    /// Rows from which figures were taken.
    pub(super) rows: u32,
}

/// A target beside a result.
pub(super) struct PrintedTarget {
    unit: usize,
    indicator: usize,
    level: Percent,
}

impl PrintedTarget {
    /// As the domain knows it: assigned by the report's decision, for the period of the report.
    pub(super) fn assigned(self, vocabulary: Vocabulary<'_>, period: ReportingPeriod) -> AssignedTarget {
        AssignedTarget {
            unit: vocabulary.units[self.unit].code.clone(),
            indicator: vocabulary.indicators[self.indicator].code.clone(),
            target: Target {
                level: self.level,
                decision: vocabulary.report_decision.to_owned(),
                valid_from: Some(period),
                valid_to: Some(period),
                origin: TargetOrigin::Report,
            },
        }
    }
}

/// Figures of one unit for one indicator.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Taken {
    numerator: Reading<u64>,
    denominator: Reading<u64>,
    rate: Reading<Percent>,
    target: Option<Percent>,
}

/// Goes through the tables of one file.
pub(super) struct Reader<'a, 'v> {
    lexicon: &'a Lexicon<'v>,
    /// The last day that the figures cover, if known: tells a unit from its successor of the same name.
    day: Option<NaiveDate>,
    issues: &'a mut Issues,
    /// Which indicators' rates and targets are written as parts of one.
    parts: Vec<Parts>,
    taken: BTreeMap<(usize, usize), Taken>,
    rows: u32,
}

/// A row whose place in the table is certain.
struct Certain<'t> {
    table: &'t Table,
    row: &'t DataRow,
    place: String,
    unit: usize,
}

impl Certain<'_> {
    fn layout(&self) -> &Layout {
        &self.table.layout
    }

    fn cell_place(&self, column: usize) -> String {
        self.table.cell_place(self.row, column)
    }

    fn cell(&self, column: usize) -> &str {
        self.row.row.cell(column).unwrap_or_default()
    }
}

impl<'a, 'v> Reader<'a, 'v> {
    pub(super) fn new(lexicon: &'a Lexicon<'v>, day: Option<NaiveDate>, issues: &'a mut Issues) -> Self {
        let parts = vec![Parts::default(); lexicon.vocabulary.indicators.len()];
        Self { lexicon, day, issues, parts, taken: BTreeMap::new(), rows: 0 }
    }

    /// Reads the tables of a file. Rows that people do not see come last: of two rows of a unit the visible one counts.
    pub(super) fn tables(&mut self, tables: &[Table]) {
        self.parts = samples::parts(tables, self.lexicon, self.issues);
        for hidden in [false, true] {
            for table in tables {
                if !hidden {
                    self.heading(table);
                }
                for row in table.rows.iter().filter(|row| row.row.is_hidden() == hidden) {
                    let Some(certain) = self.certain(table, row) else { continue };
                    if table.layout.position(Column::Indicator).is_some() {
                        self.long_row(&certain);
                    } else {
                        self.wide_row(&certain);
                    }
                }
            }
        }
    }

    fn heading(&mut self, table: &Table) {
        for problem in &table.layout.problems {
            let place = table.heading_place(&problem.label);
            self.issues.push(problem.kind, &place, &problem.label, problem.detail);
        }
    }

    pub(super) fn finish(self) -> Figures {
        let Vocabulary { units, indicators, .. } = self.lexicon.vocabulary;
        let mut figures = Figures { observations: Vec::new(), targets: Vec::new(), rows: self.rows };
        for ((unit, indicator), taken) in self.taken {
            figures.observations.push(Observation {
                unit: units[unit].code.clone(),
                indicator: indicators[indicator].code.clone(),
                numerator: taken.numerator,
                denominator: taken.denominator,
                rate: taken.rate,
                basis: indicators[indicator].basis.clone(),
            });
            figures.targets.extend(taken.target.map(|level| PrintedTarget { unit, indicator, level }));
        }
        figures
    }

    /// Whose row it is; none, with an issue, unless both the unit and the columns are certain.
    fn certain<'t>(&mut self, table: &'t Table, row: &'t DataRow) -> Option<Certain<'t>> {
        let place = table.place(row);
        let layout = &table.layout;
        let unit_column = layout.position(Column::Unit)?;
        let name = clean(row.row.cell(unit_column).unwrap_or_default());
        let folded = fold(&name);
        if !self.lexicon.knows_unit(&name) {
            if is_numbering(row) {
                return None;
            }
            if is_summary(&folded) {
                let detail = "Dòng tổng hợp không được nhận; tổng và bình quân được tính lại từ các đơn vị.";
                self.issues.push(IssueKind::SummaryRow, &place, &name, detail);
                return None;
            }
        }
        let (cells, used) = (row.row.cells.len(), row.row.used_width());
        let probably = match self.lexicon.unit(&name, row.tier, self.day) {
            Match::One(unit) => Some(&self.lexicon.vocabulary.units[unit].code),
            _ => None,
        };
        if cells < layout.width {
            let detail = format!("Dòng chỉ có {cells} ô, bảng có {} cột; cả dòng không được nhận.", layout.width);
            self.issues.push_about(IssueKind::ShortRow, &place, &name, &detail, probably, None);
            return None;
        }
        if used > layout.columns.len() {
            let detail = format!(
                "Dòng có {used} ô, bảng có {} cột; cả dòng không được nhận. Số có dấu phẩy phải đặt trong ngoặc kép khi \
                 các ô cách nhau bằng dấu phẩy.",
                layout.columns.len()
            );
            self.issues.push_about(IssueKind::LongRow, &place, &name, &detail, probably, None);
            return None;
        }
        let tier_cell = layout.position(Column::Tier).map(|column| clean(row.row.cell(column).unwrap_or_default()));
        let tier = match tier_cell.filter(|cell| !cell.is_empty()) {
            None => row.tier,
            Some(cell) => {
                let tier = self.lexicon.tier_named(&cell);
                if tier.is_none() {
                    let detail = "Không có cấp này trong danh mục; cả dòng không được nhận.";
                    self.issues.push(IssueKind::UnknownTier, &place, &cell, detail);
                    return None;
                }
                tier
            }
        };
        let unit = self.unit(&place, &name, tier)?;
        Some(Certain { table, row, place, unit })
    }

    fn unit(&mut self, place: &str, name: &str, tier: Option<usize>) -> Option<usize> {
        match self.lexicon.unit(name, tier, self.day) {
            Match::One(unit) => return Some(unit),
            Match::Shared(owners) => {
                let units = self.lexicon.vocabulary.units;
                let owners: Vec<String> = owners.iter().take(5).map(|at| units[*at].full_name()).collect();
                let detail = format!(
                    "Tên này là của nhiều đơn vị ({}); cần ghi rõ cấp. Cả dòng không được nhận.",
                    owners.join("; ")
                );
                self.issues.push(IssueKind::AmbiguousUnit, place, name, &detail);
            }
            Match::None if name.is_empty() => {
                let detail = "Dòng không có tên đơn vị nên không được nhận.";
                self.issues.push(IssueKind::UnknownUnit, place, "", detail);
            }
            Match::None => {
                let nearest = if self.issues.is_full() { None } else { self.lexicon.nearest_unit(name, tier) };
                let hint = nearest.map(|unit| format!(" Tên gần nhất: “{}”.", unit.full_name())).unwrap_or_default();
                let of_tier = tier.map(|at| format!(" {}", self.lexicon.vocabulary.tiers[at].name.to_lowercase()));
                let detail = format!(
                    "Không có đơn vị{} nào tên này trong danh mục; cả dòng không được nhận.{hint}",
                    of_tier.unwrap_or_default()
                );
                self.issues.push(IssueKind::UnknownUnit, place, name, &detail);
            }
        }
        None
    }

    fn wide_row(&mut self, certain: &Certain<'_>) {
        let layout = certain.layout();
        let known: Vec<usize> = (0..self.lexicon.vocabulary.indicators.len())
            .filter(|at| layout.columns.iter().any(|column| matches!(column, Column::Figure(of, _) if of == at)))
            .collect();
        let new: Vec<usize> =
            known.iter().copied().filter(|at| !self.taken.contains_key(&(certain.unit, *at))).collect();
        // Of a second row for the unit only what is new is taken; it is read in silence to be compared.
        let mut unheard = Issues::new("");
        let mut differs = false;
        let files_received = layout.position(Column::FilesReceived);
        let speak = !new.is_empty();
        let issues = if speak { &mut *self.issues } else { &mut unheard };
        let received = files_received.map(|at| figure(issues, self.lexicon, certain, (at, None), number::count));
        for indicator in &known {
            let source = self.lexicon.vocabulary.indicators[*indicator].denominator;
            let is_new = new.contains(indicator);
            let issues = if is_new { &mut *self.issues } else { &mut unheard };
            let columns = layout.figures_of(*indicator);
            let mut taken = take(issues, self.lexicon, certain, (*indicator, self.parts[*indicator]), columns);
            if columns.denominator.is_none() && source == DenominatorSource::FilesReceived {
                taken.denominator = received.unwrap_or(Reading::NotPublished);
            }
            let first = *self.taken.entry((certain.unit, *indicator)).or_insert(taken);
            differs |= first != taken;
        }
        self.count_row(certain, known.len(), new.len(), differs);
    }

    fn long_row(&mut self, certain: &Certain<'_>) {
        let layout = certain.layout();
        let Some(indicator_column) = layout.position(Column::Indicator) else { return };
        let name = clean(certain.cell(indicator_column));
        let Some(indicator) = self.lexicon.indicator_named(&name) else {
            let detail = "Không có chỉ tiêu này trong danh mục; cả dòng không được nhận.";
            let unit = &self.lexicon.vocabulary.units[certain.unit].code;
            self.issues.push_about(IssueKind::UnknownIndicator, &certain.place, &name, detail, Some(unit), None);
            return;
        };
        let columns = layout.figures_of(indicator);
        let new = usize::from(!self.taken.contains_key(&(certain.unit, indicator)));
        let mut unheard = Issues::new("");
        let issues = if new == 1 { &mut *self.issues } else { &mut unheard };
        let mut taken = take(issues, self.lexicon, certain, (indicator, self.parts[indicator]), columns);
        // The column is there for the other indicators; of this one nothing is published.
        let implied = self.lexicon.vocabulary.indicators[indicator].denominator == DenominatorSource::Implied;
        if implied && taken.denominator == Reading::Empty {
            taken.denominator = Reading::NotPublished;
        }
        let first = *self.taken.entry((certain.unit, indicator)).or_insert(taken);
        self.count_row(certain, 1, new, first != taken);
    }

    /// Counts a row, and says so if a part of it had been there before.
    fn count_row(&mut self, certain: &Certain<'_>, all: usize, new: usize, differs: bool) {
        self.rows += u32::from(new > 0);
        if new == all {
            return;
        }
        let unit = &self.lexicon.vocabulary.units[certain.unit];
        let (kind, detail) = if differs {
            (IssueKind::DuplicateRow, "Đơn vị đã có dòng trước với số liệu khác; giữ dòng trước.")
        } else {
            (IssueKind::RepeatedRow, "Đơn vị đã có dòng trước với cùng số liệu.")
        };
        self.issues.push_about(kind, &certain.place, &unit.name, detail, Some(&unit.code), None);
    }
}

fn take(
    issues: &mut Issues,
    lexicon: &Lexicon<'_>,
    certain: &Certain<'_>,
    (indicator, parts): (usize, Parts),
    columns: Columns,
) -> Taken {
    let about = Some(indicator);
    let percent = |is_part: bool| if is_part { fraction::rate } else { number::rate };
    let read_target = |cell: &str| target(percent(parts.targets)(cell)?);
    let target = columns.target.map(|at| figure(issues, lexicon, certain, (at, about), read_target));
    let mut count = |column: Option<usize>| {
        column.map_or(Reading::NotPublished, |at| figure(issues, lexicon, certain, (at, about), number::count))
    };
    let (numerator, denominator) = (count(columns.numerator), count(columns.denominator));
    let read_rate = percent(parts.rates);
    let rate =
        columns.rate.map_or(Reading::NotPublished, |at| figure(issues, lexicon, certain, (at, about), read_rate));
    Taken { numerator, denominator, rate, target: target.and_then(Reading::value) }
}

/// Reads one cell of a column, of an indicator or of all; what cannot be read is an issue and [`Reading::Unreadable`].
fn figure<T>(
    issues: &mut Issues,
    lexicon: &Lexicon<'_>,
    certain: &Certain<'_>,
    (column, indicator): (usize, Option<usize>),
    read: impl Fn(&str) -> Seen<T>,
) -> Reading<T> {
    let cell = certain.cell(column);
    read(cell).unwrap_or_else(|why| {
        let unit = &lexicon.vocabulary.units[certain.unit].code;
        let indicator = indicator.map(|at| &lexicon.vocabulary.indicators[at].code);
        issues.push_about(IssueKind::UnreadableCell, &certain.cell_place(column), cell, why, Some(unit), indicator);
        Reading::Unreadable
    })
}

/// A target is a rate that can be reached.
fn target(read: Reading<Percent>) -> Seen<Percent> {
    match read {
        Reading::Value(level) if level < Percent::whole(0) || level > Percent::whole(100) => {
            Err("Chỉ tiêu được giao phải từ 0% đến 100%; không được nhận.")
        }
        reading => Ok(reading),
    }
}

/// The row `(1) (2) (3)…` below some headings: nothing but short numbers and letters in ascending order.
fn is_numbering(row: &DataRow) -> bool {
    let folded: Vec<String> = row.row.said().map(fold).collect();
    let numbers: Vec<u32> = folded.iter().filter_map(|cell| cell.parse().ok()).collect();
    let short = folded.iter().all(|cell| cell.len() <= 2);
    short && numbers.len() >= 3 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

fn is_summary(folded: &str) -> bool {
    let whole = ["tong", "cong", "tong cong", "tong so", "toan tinh", "ca tinh", "binh quan", "trung binh", "total"];
    let starts = ["tong cong ", "binh quan ", "trung binh ", "toan tinh "];
    whole.contains(&folded) || starts.iter().any(|start| folded.starts_with(start))
}
