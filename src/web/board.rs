//! The board ("bảng theo dõi"): units × indicators, as values ready to be printed.
//!
//! A view holds text, classes and keys to sort by; the template arranges them and decides nothing. All figures are
//! written by the exact `Display` of the domain. Sort keys are integers (ten-thousandths of a percent), so that the
//! browser never reads a Vietnamese number back.

mod averages;
mod cell;
mod detail;
#[cfg(test)]
pub(in crate::web) mod fixture;

pub use averages::{Average, AverageRow};
pub use cell::{Cell, ChangeMark, Tone};
pub use detail::{Detail, DetailLine};

use crate::domain::assessment::{Assessment, Comparison, PeriodAssessment};
use crate::domain::digest::{Digest, Totals};
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::org_unit::{OrgUnit, Scope, Tier, UnitCode};
use crate::domain::period::{ReportingPeriod, day_vi, short_day_vi};
use std::collections::HashMap;

/// What a board is made of.
#[derive(Clone, Copy, Debug)]
pub struct BoardInput<'a> {
    /// Whose board: "tỉnh Bình Định".
    pub organisation: &'a str,
    /// All tiers, in the order people expect.
    pub tiers: &'a [Tier],
    /// All units, in the order people expect.
    pub units: &'a [OrgUnit],
    /// All indicators, in the order people expect.
    pub indicators: &'a [Indicator],
    /// The summary of the period.
    pub digest: &'a Digest,
    /// The period, assessed.
    pub period: &'a PeriodAssessment,
    /// Periods that have a board, in any order.
    pub periods: &'a [ReportingPeriod],
    /// How many contradictions the audit found; none where the reader is not to know.
    pub findings_count: Option<u32>,
    /// The first of them, each in a sentence.
    pub findings: &'a [String],
}

/// A link to the board of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodLink {
    /// `2023-07`, as the query takes it.
    pub code: String,
    /// `Tháng 7/2023`.
    pub name: String,
    /// The period that is shown.
    pub current: bool,
}

/// The head of an indicator's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The indicator's code.
    pub code: String,
    /// In full.
    pub name: String,
    /// For the head of a column.
    pub short: String,
}

/// One unit's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The unit's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What distinguishes it from its namesake; empty for most.
    pub qualifier: String,
    /// All spellings by which the search box finds it.
    pub search: String,
    /// Its place in the catalog, to restore the order.
    pub order: usize,
    /// Indicators reached.
    pub met: u32,
    /// Indicators in which there was something to reach.
    pub rated: u32,
    /// One for each column; none where nothing is assigned.
    pub cells: Vec<Option<Cell>>,
}

/// One tier's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierTable {
    /// The tier's code.
    pub code: String,
    /// What people read.
    pub name: String,
    /// How its cells are rated.
    pub totals: Totals,
    /// Its units, in the catalog's order.
    pub rows: Vec<Row>,
}

/// A part of the bar that shows how all cells are rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The class of its colour.
    pub class: &'static str,
    /// Left edge, in thousandths of the bar.
    pub start: u32,
    /// Width, in thousandths of the bar.
    pub width: u32,
}

/// Everything that the board shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardView {
    /// `tháng 7/2023`.
    pub period: String,
    /// `2023-07`, as the addresses of pictures take it.
    pub period_code: String,
    /// `24/7/2023`.
    pub as_of: String,
    /// The figures cover only a part of the month.
    pub open: bool,
    /// The figures of this period are made up.
    pub sample: bool,
    /// The figures of the previous month are made up, and with them every change.
    pub compared_with_sample: bool,
    /// What the changes are measured against, in a sentence; none without a previous month.
    pub compared_with: Option<String>,
    /// Both months cover the same days; otherwise the marks of change are hollow.
    pub like_for_like: bool,
    /// Boards of other periods, newest first.
    pub periods: Vec<PeriodLink>,
    /// How all cells are rated.
    pub totals: Totals,
    /// All cells.
    pub cells: u32,
    /// The same as a bar.
    pub shares: Vec<Share>,
    /// Units that reach nothing of what they have.
    pub missing_all: usize,
    /// Contradictions in the figures.
    pub findings: Option<u32>,
    /// The first of them, each in a sentence.
    pub finding_sentences: Vec<String>,
    /// The heads of the columns.
    pub columns: Vec<Column>,
    /// The averages of the province and of the tiers.
    pub averages: Vec<AverageRow>,
    /// The tables.
    pub tiers: Vec<TierTable>,
}

impl BoardView {
    /// Arranges the figures of a period.
    #[must_use]
    pub fn new(input: &BoardInput<'_>) -> Self {
        let header = &input.period.header;
        let mut assessments: HashMap<(&UnitCode, &IndicatorCode), &Assessment> = HashMap::new();
        let mut of_unit: HashMap<&UnitCode, Vec<&Assessment>> = HashMap::new();
        for assessment in &input.period.assessments {
            assessments.insert((&assessment.unit, &assessment.indicator), assessment);
            of_unit.entry(&assessment.unit).or_default().push(assessment);
        }
        let row = |order: usize, unit: &OrgUnit, tier: &Tier| {
            let totals = Totals::of(of_unit.get(&unit.code)?.iter().copied());
            let cell = |indicator: &Indicator| {
                let assessment = assessments.get(&(&unit.code, &indicator.code))?;
                Some(Cell::new(assessment, unit, tier, indicator, header.is_open()))
            };
            Some(Row {
                code: unit.code.to_string(),
                name: unit.name.clone(),
                qualifier: unit.qualifier.clone(),
                search: search_text(unit),
                order,
                met: totals.met,
                rated: totals.rated(),
                cells: input.indicators.iter().map(cell).collect(),
            })
        };
        let table = |tier: &Tier| {
            let members = input.units.iter().enumerate().filter(|(_, unit)| unit.tier == tier.code);
            let rows: Vec<_> = members.filter_map(|(order, unit)| row(order, unit, tier)).collect();
            let scope = Scope::Tier(tier.code.clone());
            let totals = input.digest.scopes.iter().find(|summary| summary.scope == scope).map(|s| s.totals);
            let totals = totals.unwrap_or_default();
            (!rows.is_empty()).then(|| TierTable { code: tier.code.to_string(), name: tier.name.clone(), totals, rows })
        };
        let totals = input.digest.totals;
        Self {
            period: header.period.name_vi(),
            period_code: header.period.to_string(),
            as_of: day_vi(header.as_of),
            open: header.is_open(),
            // Real figures stay real beside a made-up month; what is made from both says so itself.
            sample: header.sample,
            compared_with_sample: input.period.previous.as_ref().is_some_and(|previous| previous.sample),
            compared_with: compared_with(input.period),
            like_for_like: is_like_for_like(input.period),
            periods: period_links(input.periods, header.period),
            totals,
            cells: totals.rated() + totals.no_activity + totals.no_data,
            shares: shares(totals),
            missing_all: input.digest.missing_all.len(),
            findings: input.findings_count,
            finding_sentences: input.findings.to_vec(),
            columns: input.indicators.iter().map(column).collect(),
            averages: averages::rows(input, is_like_for_like(input.period)),
            tiers: input.tiers.iter().filter_map(table).collect(),
        }
    }

    /// How many units the tables list.
    #[must_use]
    pub fn units(&self) -> usize {
        self.tiers.iter().map(|tier| tier.rows.len()).sum()
    }
}

fn column(indicator: &Indicator) -> Column {
    Column { code: indicator.code.to_string(), name: indicator.name.clone(), short: indicator.short_name.clone() }
}

fn search_text(unit: &OrgUnit) -> String {
    let mut text = unit.full_name();
    for alias in &unit.aliases {
        text.push_str(" | ");
        text.push_str(alias);
    }
    text
}

fn period_links(periods: &[ReportingPeriod], current: ReportingPeriod) -> Vec<PeriodLink> {
    let mut periods: Vec<_> = periods.iter().copied().chain([current]).collect();
    periods.sort_unstable();
    periods.dedup();
    let link = |period: ReportingPeriod| PeriodLink {
        code: period.to_string(),
        name: capitalised(&period.name_vi()),
        current: period == current,
    };
    periods.into_iter().rev().map(link).collect()
}

/// Whether the two months may be compared without a remark. Without any comparison nobody knows, and the careful
/// answer is no.
fn is_like_for_like(period: &PeriodAssessment) -> bool {
    let known = |assessment: &Assessment| match assessment.comparison {
        Comparison::Change { like_for_like, .. } => Some(like_for_like),
        _ => None,
    };
    period.assessments.iter().find_map(known).unwrap_or(false)
}

fn compared_with(period: &PeriodAssessment) -> Option<String> {
    let previous = period.previous.as_ref()?;
    let mut text = format!("So với {} (đến {})", previous.period.name_vi(), short_day_vi(previous.as_of));
    if previous.sample {
        text.push_str(", số liệu mẫu");
    }
    if !is_like_for_like(period) {
        text.push_str(detail::UNLIKE_MONTHS);
    }
    Some(text)
}

/// The bar's parts. Edges are rounded, not widths, so that they always fill the bar.
fn shares(totals: Totals) -> Vec<Share> {
    let parts =
        [("met", totals.met), ("missed", totals.missed), ("idle", totals.no_activity), ("blank", totals.no_data)];
    let all: u32 = parts.iter().map(|(_, count)| count).sum();
    let mut before = 0;
    let mut share = |(class, count): (&'static str, u32)| {
        let edge = |sum: u32| u32::try_from(u64::from(sum) * 1000 / u64::from(all.max(1))).unwrap_or(1000);
        let (start, end) = (edge(before), edge(before + count));
        before += count;
        Share { class, start, width: end - start }
    };
    parts.into_iter().map(&mut share).filter(|share| share.width > 0).collect()
}

/// With a capital first letter.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// With a small first letter, to go on within a sentence.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_filled() {
        let totals = Totals { met: 62, missed: 134, no_activity: 4, no_data: 0 };
        let shares = shares(totals);
        assert_eq!(
            shares.iter().map(|s| (s.class, s.width)).collect::<Vec<_>>(),
            [("met", 310), ("missed", 670), ("idle", 20)]
        );
        assert!(super::shares(Totals::default()).is_empty());
        let thirds = super::shares(Totals { met: 1, missed: 1, no_activity: 1, no_data: 0 });
        assert_eq!(thirds.iter().map(|s| s.width).sum::<u32>(), 1000);
    }

    #[test]
    fn periods_are_listed_once_newest_first() {
        let period = |text| ReportingPeriod::parse(text).unwrap();
        let links = period_links(&[period("2023-06"), period("2023-07"), period("2022-12")], period("2023-07"));
        let seen: Vec<_> = links.iter().map(|link| (link.code.as_str(), link.current)).collect();
        assert_eq!(seen, [("2023-07", true), ("2023-06", false), ("2022-12", false)]);
        assert_eq!(links[0].name, "Tháng 7/2023");
        // The period that is shown is listed even where the caller forgot it.
        assert_eq!(period_links(&[], period("2023-07")).len(), 1);
    }

    #[test]
    fn a_view_has_tables_of_tiers_with_units_only() {
        let board = fixture::board();
        let view = BoardView::new(&board.input());
        assert_eq!(view.period, "tháng 7/2023");
        assert_eq!(view.as_of, "24/7/2023");
        assert!(view.open);
        // July is real; the changes against a made-up June are not.
        assert!(!view.sample && view.compared_with_sample);
        assert_eq!(view.columns.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["online", "results"]);
        // The fixture's third tier has no unit.
        assert_eq!(view.tiers.iter().map(|t| t.code.as_str()).collect::<Vec<_>>(), ["provincial", "commune"]);
        assert_eq!(view.units(), 4);
        assert_eq!(view.totals, board.digest.totals);
        assert_eq!(view.cells, 8);
        let first = &view.tiers[0].rows[0];
        assert_eq!((first.name.as_str(), first.met, first.rated), ("BQL KKT tỉnh", 0, 2));
        assert_eq!(first.search, "BQL KKT tỉnh | Ban Quản lý Khu kinh tế");
        assert_eq!(view.tiers[1].rows[0].search, "UBND huyện An Lão (các xã)");
    }

    #[test]
    fn the_comparison_says_what_is_odd_about_it() {
        let mut board = fixture::board();
        let sentence = |board: &fixture::Board| BoardView::new(&board.input()).compared_with.unwrap();
        assert_eq!(sentence(&board), "So với tháng 6/2023 (đến 24/6), số liệu mẫu");
        board.close_previous();
        assert_eq!(
            sentence(&board),
            "So với tháng 6/2023 (đến 30/6), số liệu mẫu; kỳ chưa khép đặt cạnh kỳ đã khép, chỉ để tham khảo"
        );
        board.forget_previous();
        assert_eq!(BoardView::new(&board.input()).compared_with, None);
    }
}
