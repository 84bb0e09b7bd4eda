//! The answer to `/baocao`: a month with every unit in a line.

use super::indicator::{NEAR_POINTS, indicator_mark};
use super::{Lookup, MarkView, PeriodView, SnapshotView, TierView};
use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::digest::Totals;
use crate::domain::org_unit::TierCode;
use serde::Serialize;

/// A chat takes no more in one answer; the rest is counted.
const ROWS_MAX: usize = 300;

/// One unit in a line.
#[derive(Clone, Debug, Serialize)]
pub struct ReportRowView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// Reached.
    pub met: u32,
    /// With a figure.
    pub rated: u32,
    /// A colour for each indicator, in the catalog's order.
    pub marks: Vec<MarkView>,
}

/// The units of a tier.
#[derive(Clone, Debug, Serialize)]
pub struct ReportTierView {
    /// "Cấp tỉnh".
    pub tier: String,
    /// In the catalog's order.
    pub rows: Vec<ReportRowView>,
    /// How many were left out.
    pub more: usize,
}

/// A month with every unit.
#[derive(Clone, Debug, Serialize)]
pub struct ReportView {
    /// "tỉnh Bình Định".
    pub organisation: String,
    /// The period.
    pub when: PeriodView,
    /// Cells that are reached.
    pub met: u32,
    /// Cells in which there was something to reach.
    pub rated: u32,
    /// Cells that are not reached.
    pub missed: u32,
    /// Cells where nothing happened.
    pub no_activity: u32,
    /// Cells without a figure.
    pub no_data: u32,
    /// How each tier does.
    pub tiers: Vec<TierView>,
    /// "Hồ sơ trực tuyến, Thanh toán trực tuyến": the order of the marks.
    pub order: String,
    /// "5": a missed target within so many points is near (🟡).
    pub near: String,
    /// What only the office has to know.
    pub office: Option<OfficeStateView>,
    /// The units.
    pub groups: Vec<ReportTierView>,
}

impl ReportView {
    /// The same with what only the office has to know.
    #[must_use]
    pub fn to_the_office(mut self, state: OfficeStateView) -> Self {
        self.office = Some(state);
        self
    }
}

/// What waits for the office: figures that are held, and deliveries.
#[derive(Clone, Debug, Serialize)]
pub struct OfficeStateView {
    /// Figures that are held, the oldest first.
    pub held: Vec<SnapshotView>,
    /// Something waits, failed or is unknown.
    pub busy: bool,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub failed: u64,
    /// Deliveries of which nobody knows whether they arrived.
    pub unknown: u64,
}

impl OfficeStateView {
    /// Of what is held, and of how many deliveries are in which state.
    #[must_use]
    pub fn of(held: impl IntoIterator<Item = SnapshotView>, waiting: u64, failed: u64, unknown: u64) -> Self {
        let busy = waiting + failed + unknown > 0;
        Self { held: held.into_iter().collect(), busy, waiting, failed, unknown }
    }
}

/// A month with every unit, or every unit of a tier.
#[must_use]
pub fn report(lookup: Lookup<'_>, period: &PeriodAssessment, tier: Option<&TierCode>) -> ReportView {
    let mut left = ROWS_MAX;
    let mut all = Vec::new();
    let mut tiers = Vec::new();
    let mut groups = Vec::new();
    for known in lookup.tiers.iter().filter(|known| tier.is_none_or(|tier| *tier == known.code)) {
        let units: Vec<Vec<&Assessment>> = lookup
            .units
            .iter()
            .filter(|unit| unit.tier == known.code)
            .map(|unit| period.of_unit(&unit.code).collect::<Vec<_>>())
            .filter(|own: &Vec<&Assessment>| !own.is_empty())
            .collect();
        if units.is_empty() {
            continue;
        }
        let totals = Totals::of(units.iter().flatten().copied());
        tiers.push(TierView { name: lookup.tier_name(&known.code), met: totals.met, rated: totals.rated() });
        let rows: Vec<ReportRowView> = units.iter().take(left).map(|own| row(lookup, own)).collect();
        left -= rows.len();
        groups.push(ReportTierView { tier: lookup.tier_heading(&known.code), more: units.len() - rows.len(), rows });
        all.extend(units.into_iter().flatten());
    }
    let totals = Totals::of(all.into_iter());
    let order: Vec<&str> = lookup.indicators.iter().map(|indicator| indicator.short_name.as_str()).collect();
    ReportView {
        organisation: lookup.organisation.to_owned(),
        when: PeriodView::of(&period.header),
        met: totals.met,
        rated: totals.rated(),
        missed: totals.missed,
        no_activity: totals.no_activity,
        no_data: totals.no_data,
        tiers,
        order: order.join(", "),
        near: NEAR_POINTS.to_string(),
        office: None,
        groups,
    }
}

fn row(lookup: Lookup<'_>, own: &[&Assessment]) -> ReportRowView {
    let totals = Totals::of(own.iter().copied());
    ReportRowView {
        unit: own.first().map(|a| lookup.unit_name(&a.unit)).unwrap_or_default(),
        met: totals.met,
        rated: totals.rated(),
        marks: own.iter().map(|a| indicator_mark(a)).collect(),
    }
}
