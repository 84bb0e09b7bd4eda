//! Targets ("chỉ tiêu được giao"): the assigned level, by which decision, for which time.

use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use std::collections::HashMap;

/// Where a target comes from. A later variant gives way to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetOrigin {
    /// Written by the office into `catalog/targets.toml` for this unit.
    Catalog,
    /// Printed in the report's table beside the result.
    Report,
    /// The default of the indicator for the unit's tier.
    Default,
}

/// An assigned level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// In percent.
    pub level: Percent,
    /// The decision that assigned it: "2679/QĐ-UBND ngày 20/7/2023".
    pub decision: String,
    /// First period it holds for; open when absent.
    pub valid_from: Option<ReportingPeriod>,
    /// Last period it holds for; open when absent.
    pub valid_to: Option<ReportingPeriod>,
    /// Where it comes from.
    pub origin: TargetOrigin,
}

impl Target {
    /// Whether it holds in a period.
    #[must_use]
    pub fn holds_in(&self, period: ReportingPeriod) -> bool {
        self.valid_from.is_none_or(|from| from <= period) && self.valid_to.is_none_or(|to| period <= to)
    }
}

/// A target for one unit and one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedTarget {
    /// For whom.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// What was assigned.
    pub target: Target,
}

/// A default for an indicator: for one tier, or for all that have no own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultTarget {
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// For one tier, or for all (and for the province as a whole).
    pub tier: Option<TierCode>,
    /// What was assigned.
    pub target: Target,
}

/// All targets that may hold, ready to be asked for one unit, indicator and period.
#[derive(Clone, Debug, Default)]
pub struct TargetBook {
    assigned: HashMap<(UnitCode, IndicatorCode), Vec<Target>>,
    defaults: Vec<DefaultTarget>,
}

impl TargetBook {
    /// A book of the office's and the report's assignments over the defaults.
    #[must_use]
    pub fn new(assigned: impl IntoIterator<Item = AssignedTarget>, defaults: Vec<DefaultTarget>) -> Self {
        let mut book = Self { assigned: HashMap::new(), defaults };
        for entry in assigned {
            book.assigned.entry((entry.unit, entry.indicator)).or_default().push(entry.target);
        }
        book
    }

    /// The target of a unit in a period: the office's own entry, else the one printed in the report, else the default
    /// of its tier, else the general default. Among equals the one that began last wins.
    #[must_use]
    pub fn of_unit(
        &self,
        unit: &UnitCode,
        tier: &TierCode,
        indicator: &IndicatorCode,
        period: ReportingPeriod,
    ) -> Option<&Target> {
        self.assigned
            .get(&(unit.clone(), indicator.clone()))
            .into_iter()
            .flatten()
            .filter(|target| target.holds_in(period))
            .min_by(|a, b| a.origin.cmp(&b.origin).then_with(|| b.valid_from.cmp(&a.valid_from)))
            .or_else(|| self.default_of(Some(tier), indicator, period))
            .or_else(|| self.default_of(None, indicator, period))
    }

    /// The default of a scope: of a tier (falling back to the general one), or of the province as a whole, which has
    /// none where only the tiers have.
    #[must_use]
    pub fn of_scope(
        &self,
        tier: Option<&TierCode>,
        indicator: &IndicatorCode,
        period: ReportingPeriod,
    ) -> Option<&Target> {
        tier.and_then(|tier| self.default_of(Some(tier), indicator, period))
            .or_else(|| self.default_of(None, indicator, period))
    }

    /// Whether a tier is measured by an indicator at all: it is unless only other tiers have a default for it.
    #[must_use]
    pub fn is_meant_for(&self, tier: &TierCode, indicator: &IndicatorCode) -> bool {
        let mut tiers = self.defaults.iter().filter(|d| d.indicator == *indicator).map(|d| d.tier.as_ref()).peekable();
        tiers.peek().is_none() || tiers.any(|of| of.is_none_or(|of| of == tier))
    }

    fn default_of(
        &self,
        tier: Option<&TierCode>,
        indicator: &IndicatorCode,
        period: ReportingPeriod,
    ) -> Option<&Target> {
        self.defaults
            .iter()
            .filter(|d| &d.indicator == indicator && d.tier.as_ref() == tier && d.target.holds_in(period))
            .map(|d| &d.target)
            .max_by(|a, b| a.valid_from.cmp(&b.valid_from))
    }
}
