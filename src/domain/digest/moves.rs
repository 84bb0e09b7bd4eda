//! Who moved: over the target, below it, and within each indicator.

use super::Mover;
use crate::domain::assessment::{Assessment, Comparison, PeriodAssessment, Rating};
use crate::domain::indicator::{Direction, Indicator, IndicatorCode};
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::{Exact, Rate};
use std::cmp::Reverse;

/// How many units an indicator names as its lowest.
pub const LOWEST: usize = 5;

/// How many units an indicator names as those that rose most.
pub const IMPROVED: usize = 3;

/// One indicator: who is at its end, and who came forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Which.
    pub indicator: IndicatorCode,
    /// Those that miss their target and have the worst rates, the worst first.
    pub lowest: Vec<(UnitCode, Rate)>,
    /// Those that came forward most.
    pub improved: Vec<Mover>,
}

/// What changed since the previous month, and the ends of each indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Reached now, and not in the previous month.
    pub reached: Vec<(UnitCode, IndicatorCode)>,
    /// Reached in the previous month, and not now.
    pub fallen: Vec<(UnitCode, IndicatorCode)>,
    /// In the catalog's order.
    pub spreads: Vec<Spread>,
}

/// Looks at a period. Nobody reached or fell where the two months have no common basis.
#[must_use]
pub fn moves(indicators: &[Indicator], period: &PeriodAssessment) -> Moves {
    let crossed = |now: Rating, before: Rating| -> Vec<(UnitCode, IndicatorCode)> {
        let all = period.assessments.iter().filter(|a| a.rating == now && rating_before(a) == Some(before));
        all.map(|a| (a.unit.clone(), a.indicator.clone())).collect()
    };
    Moves {
        reached: crossed(Rating::Met, Rating::Missed),
        fallen: crossed(Rating::Missed, Rating::Met),
        spreads: indicators.iter().map(|indicator| spread(indicator, period)).collect(),
    }
}

/// The verdict on the previous month's figure; its target was the same, or there is no comparison.
fn rating_before(assessment: &Assessment) -> Option<Rating> {
    let Comparison::Change { previous, .. } = &assessment.comparison else { return None };
    let (before, level) = (previous.actual.exact(), assessment.target.level.exact());
    let met = match assessment.direction {
        Direction::HigherIsBetter => before >= level,
        Direction::LowerIsBetter => before <= level,
    };
    Some(if met { Rating::Met } else { Rating::Missed })
}

fn spread(indicator: &Indicator, period: &PeriodAssessment) -> Spread {
    let of = || period.assessments.iter().filter(|a| a.indicator == indicator.code);
    let mut lowest: Vec<(&Assessment, Rate)> =
        of().filter(|a| a.rating == Rating::Missed).filter_map(|a| Some((a, a.actual?))).collect();
    match indicator.direction {
        Direction::HigherIsBetter => lowest.sort_by_key(|(_, rate)| rate.exact()),
        Direction::LowerIsBetter => lowest.sort_by_key(|(_, rate)| Reverse(rate.exact())),
    }
    let zero = Exact::from(0);
    let mut improved: Vec<Mover> = of()
        .filter(|a| !a.compares_few() && a.progress().is_some_and(|progress| progress > zero))
        .filter_map(|a| match &a.comparison {
            Comparison::Change { points, like_for_like, .. } => Some(Mover {
                unit: a.unit.clone(),
                indicator: a.indicator.clone(),
                points: *points,
                like_for_like: *like_for_like,
            }),
            _ => None,
        })
        .collect();
    improved.sort_by_key(|mover| Reverse(mover.points.magnitude()));
    improved.truncate(IMPROVED);
    Spread {
        indicator: indicator.code.clone(),
        lowest: lowest.into_iter().take(LOWEST).map(|(a, rate)| (a.unit.clone(), rate)).collect(),
        improved,
    }
}
