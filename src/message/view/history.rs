//! The answer to `/lichsu`: the months of a unit as a table of text.

use super::{Lookup, MarkView, PictureView, day_of};
use crate::domain::assessment::Rating;
use crate::domain::drawing::Drawing;
use crate::domain::history::{HistoryCell, HistoryChange, HistoryMonth, first_month};
use crate::domain::indicator::Indicator;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::{ReportingPeriod, day_vi};
use crate::domain::rate::Points;
use chrono::NaiveDate;
use serde::Serialize;

/// One figure of a month.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryCellView {
    /// Its colour.
    pub mark: MarkView,
    /// "29,7%"; null without a figure.
    pub actual: Option<String>,
    /// Nothing happened.
    pub no_activity: bool,
    /// "60%": the target of the time.
    pub target: Option<String>,
    /// "+2,1 điểm %" against the month before; null where there is nothing to say.
    pub change: Option<String>,
    /// One of the two months is not complete.
    pub unlike: bool,
    /// Target, formula or denominator changed since the month before.
    pub other_basis: bool,
}

/// One month.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryMonthView {
    /// "7/2023".
    pub month: String,
    /// "24/7": the last day of an open month; null for a whole one.
    pub as_of: Option<String>,
    /// Made up for demonstration.
    pub sample: bool,
    /// There is nothing of the unit.
    pub missing: bool,
    /// By indicator.
    pub cells: Vec<HistoryCellView>,
}

/// The months of one unit.
#[derive(Clone, Debug, Serialize)]
pub struct UnitHistoryView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// "tháng 7/2023": the newest month.
    pub newest: String,
    /// The indicator, where one was asked for.
    pub name: Option<String>,
    /// "Hồ sơ trực tuyến | Thanh toán trực tuyến": the order of the figures, where there are several.
    pub order: String,
    /// "60% | 45%": the targets of the newest month with figures; null where none is known.
    pub targets: Option<String>,
    /// The newest first; empty when there are no figures of it.
    pub months: Vec<HistoryMonthView>,
    /// A month has another basis than the one before it.
    pub other_basis: bool,
    /// Whose work it took over within these months; null where nobody's.
    pub arranged: Option<ArrangedView>,
}

/// A merger or a split in the middle of a unit's months.
#[derive(Clone, Debug, Serialize)]
pub struct ArrangedView {
    /// "1/3/2025": from then on.
    pub since: String,
    /// "Sở Giao thông vận tải, Sở Xây dựng": whose work it was before.
    pub before: String,
}

/// The months of units.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryView {
    /// The units.
    pub units: Vec<UnitHistoryView>,
    /// The pictures that belong to it.
    #[serde(skip)]
    pub drawings: Vec<(Drawing, PictureView)>,
}

/// The months of units, `indicators` being those that were asked for.
#[must_use]
pub fn history(
    lookup: Lookup<'_>,
    newest: ReportingPeriod,
    indicators: &[&Indicator],
    units: &[(UnitCode, Vec<HistoryMonth>)],
) -> HistoryView {
    let only = match indicators {
        [only] => Some(only.short_name.clone()),
        _ => None,
    };
    let order: Vec<&str> = indicators.iter().map(|indicator| indicator.short_name.as_str()).collect();
    let unit = |(unit, months): &(UnitCode, Vec<HistoryMonth>)| {
        let arranged = if months.is_empty() { None } else { arranged(lookup, unit, newest) };
        let is_first = |month: &HistoryMonth| {
            arranged
                .as_ref()
                .is_some_and(|(since, _)| (month.period.first_day()..=month.period.last_day()).contains(since))
        };
        let views: Vec<HistoryMonthView> = months
            .iter()
            .map(|of| if is_first(of) { HistoryMonthView { cells: anew(of), ..month(of) } } else { month(of) })
            .collect();
        UnitHistoryView {
            unit: lookup.unit_name(unit),
            newest: newest.name_vi(),
            name: only.clone(),
            order: order.join(" | "),
            targets: months.iter().find(|month| !month.is_gap()).and_then(targets),
            other_basis: views.iter().any(|month| month.cells.iter().any(|cell| cell.other_basis)),
            months: views,
            arranged: arranged.map(|(_, view)| view),
        }
    };
    let drawings = units.iter().filter_map(|(unit, months)| drawing(lookup, newest, indicators, unit, months));
    HistoryView { units: units.iter().map(unit).collect(), drawings: drawings.collect() }
}

/// From which day on a unit does others' work, too, where that begins within the months that are shown. The months before
/// are of less work, or of another unit: no figure of them is like one of today.
fn arranged(lookup: Lookup<'_>, unit: &UnitCode, newest: ReportingPeriod) -> Option<(NaiveDate, ArrangedView)> {
    let before: Vec<&OrgUnit> = lookup.units.iter().filter(|before| before.successors.contains(unit)).collect();
    let since = before.iter().filter_map(|before| before.valid_to).max()?.succ_opt()?;
    if since <= first_month(newest).first_day() || newest.last_day() < since {
        return None;
    }
    let names: Vec<String> = before.iter().map(|unit| unit.full_name()).collect();
    Some((since, ArrangedView { since: day_vi(since), before: names.join(", ") }))
}

/// The figures of the month in which a unit took over others' work: not to be compared with the month before.
fn anew(month: &HistoryMonth) -> Vec<HistoryCellView> {
    let compared = |of: &HistoryCell| of.change != HistoryChange::None;
    month
        .cells
        .iter()
        .map(|of| HistoryCellView { change: None, unlike: false, other_basis: compared(of), ..cell(of) })
        .collect()
}

/// The picture of a unit's months: of the indicator that was asked for, else of the first that is missed in the newest
/// month with figures. None without figures.
fn drawing(
    lookup: Lookup<'_>,
    newest: ReportingPeriod,
    indicators: &[&Indicator],
    unit: &UnitCode,
    months: &[HistoryMonth],
) -> Option<(Drawing, PictureView)> {
    let last = months.iter().find(|month| !month.is_gap())?;
    let missed = last.cells.iter().position(|cell| cell.rating == Rating::Missed).unwrap_or(0);
    let indicator = indicators.get(missed)?;
    let drawing = Drawing::Trend { unit: unit.clone(), indicator: indicator.code.clone(), until: newest };
    Some((drawing, PictureView::trend(lookup.unit_name(unit), indicator.short_name.clone(), newest)))
}

fn targets(month: &HistoryMonth) -> Option<String> {
    let levels: Vec<String> =
        month.cells.iter().map(|cell| cell.target.map_or_else(|| "–".to_owned(), |t| t.to_string())).collect();
    month.cells.iter().any(|cell| cell.target.is_some()).then(|| levels.join(" | "))
}

fn month(month: &HistoryMonth) -> HistoryMonthView {
    let (period, header) = (month.period, month.header.as_ref());
    HistoryMonthView {
        month: format!("{}/{}", period.month(), period.year()),
        as_of: header.filter(|header| header.is_open()).map(|header| day_of(header.as_of, period.year())),
        sample: header.is_some_and(|header| header.sample),
        missing: month.is_gap(),
        cells: month.cells.iter().map(cell).collect(),
    }
}

fn cell(cell: &HistoryCell) -> HistoryCellView {
    let mark = match (cell.rating, cell.actual, cell.target) {
        (Rating::Met, ..) => MarkView::GREEN,
        (Rating::Missed, Some(actual), Some(target)) => {
            MarkView::missed(Points::between(actual.exact(), target.exact()).on(actual.scale()).share())
        }
        _ => MarkView::WHITE,
    };
    let (change, unlike) = match cell.change {
        HistoryChange::Points { points, like_for_like } => (Some(points.to_string()), !like_for_like),
        HistoryChange::None | HistoryChange::OtherBasis => (None, false),
    };
    HistoryCellView {
        mark,
        actual: cell.actual.map(|rate| rate.to_string()),
        no_activity: cell.rating == Rating::NoActivity && cell.actual.is_none(),
        target: cell.target.map(|target| target.to_string()),
        change,
        unlike,
        other_basis: cell.change == HistoryChange::OtherBasis,
    }
}
