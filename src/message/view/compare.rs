//! The answer to `/sosanh`: two units side by side.

use super::indicator::indicator_mark;
use super::{Lookup, MarkView, PeriodView};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::Points;
use serde::Serialize;

/// One side of a line.
#[derive(Clone, Debug, Serialize)]
pub struct SideView {
    /// Its colour.
    pub mark: MarkView,
    /// "29,7%"; null without a figure.
    pub actual: Option<String>,
    /// Nothing happened.
    pub no_activity: bool,
    /// "60%"; null without a target.
    pub target: Option<String>,
    /// "12/18"; null without a place.
    pub place: Option<String>,
}

/// One indicator of both.
#[derive(Clone, Debug, Serialize)]
pub struct SideBySideView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// Of the first unit.
    pub first: SideView,
    /// Of the second.
    pub second: SideView,
    /// First minus second: "+6,8 điểm %"; null where one has no figure.
    pub distance: Option<String>,
}

/// Two units.
#[derive(Clone, Debug, Serialize)]
pub struct PairView {
    /// "Sở Xây dựng".
    pub first: String,
    /// "Sở Y tế".
    pub second: String,
    /// The period.
    pub when: PeriodView,
    /// They are of different tiers, so that their places do not compare.
    pub other_tier: bool,
    /// By indicator.
    pub lines: Vec<SideBySideView>,
}

/// Units side by side; several pairs where both names are shared.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonOfUnitsView {
    /// The pairs.
    pub pairs: Vec<PairView>,
}

/// Pairs of units side by side.
#[must_use]
pub fn compared(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    pairs: &[(UnitCode, UnitCode)],
) -> ComparisonOfUnitsView {
    let pair = |(first, second): &(UnitCode, UnitCode)| {
        let tier = |code: &UnitCode| lookup.units.iter().find(|unit| unit.code == *code).map(|unit| &unit.tier);
        let lines = lookup.indicators.iter().filter_map(|indicator| {
            let (a, b) = (of(period, first, &indicator.code), of(period, second, &indicator.code));
            if a.is_none() && b.is_none() {
                return None;
            }
            let rates = a.and_then(|a| a.actual).zip(b.and_then(|b| b.actual));
            Some(SideBySideView {
                name: indicator.short_name.clone(),
                first: side(a),
                second: side(b),
                distance: rates.map(|(a, b)| Points::between(a.exact(), b.exact()).on(a.scale()).to_string()),
            })
        });
        PairView {
            first: lookup.unit_name(first),
            second: lookup.unit_name(second),
            when: PeriodView::of(&period.header),
            other_tier: tier(first) != tier(second),
            lines: lines.collect(),
        }
    };
    ComparisonOfUnitsView { pairs: pairs.iter().map(pair).collect() }
}

fn of<'a>(period: &'a PeriodAssessment, unit: &'a UnitCode, indicator: &IndicatorCode) -> Option<&'a Assessment> {
    period.of_unit(unit).find(|a| a.indicator == *indicator)
}

fn side(assessment: Option<&Assessment>) -> SideView {
    let Some(a) = assessment else {
        return SideView { mark: MarkView::WHITE, actual: None, no_activity: false, target: None, place: None };
    };
    SideView {
        mark: indicator_mark(a),
        actual: a.actual.map(|rate| rate.to_string()),
        no_activity: a.rating == Rating::NoActivity,
        target: Some(a.target.level.to_string()),
        place: a.rank.map(|rank| format!("{}/{}", rank.place, rank.of)),
    }
}
