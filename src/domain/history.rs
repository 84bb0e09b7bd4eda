//! The history of one unit: month after month, with targets, and with the places where nothing can be said.
//!
//! Two months stand beside each other only where both have a figure; where target, formula or denominator changed in
//! between, that is said instead of up or down, by the same rule as everywhere ([`crate::domain::assessment`]). A month
//! without figures stays in the list as a gap, because a list that leaves it out would look whole.

use crate::domain::assessment::{AssessPolicy, Rating, actual_rate, is_no_activity, like_for_like};
use crate::domain::indicator::{Direction, Indicator};
use crate::domain::observation::Observation;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Percent, Points, Rate};
use crate::domain::snapshot::SnapshotHeader;

/// How many months a history has at most.
pub const HISTORY_MONTHS: u32 = 12;

/// What is stored of one unit in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The snapshot that counts.
    pub header: SnapshotHeader,
    /// The unit's figures, each with the target against which it was assessed; none before it was published.
    pub figures: Vec<(Observation, Option<Percent>)>,
}

/// A month of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryMonth {
    /// Which.
    pub period: ReportingPeriod,
    /// The snapshot that counts; none in a gap.
    pub header: Option<SnapshotHeader>,
    /// One for each indicator that was asked for, in their order.
    pub cells: Vec<HistoryCell>,
}

impl HistoryMonth {
    /// The unit has no figures in the month.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.cells.iter().all(|cell| cell.rating == Rating::NoData)
    }
}

/// One indicator in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryCell {
    /// The verdict of the time.
    pub rating: Rating,
    /// The rate; none without activity or figures.
    pub actual: Option<Rate>,
    /// The target of the time.
    pub target: Option<Percent>,
    /// Against the month before in the calendar.
    pub change: HistoryChange,
}

/// One month against the month before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryChange {
    /// One of the two has no figure.
    None,
    /// Target, formula or denominator changed: "không cùng cơ sở tính".
    OtherBasis,
    /// Later minus earlier.
    Points {
        /// In percentage points.
        points: Points,
        /// Both months are complete, or both end near the same day.
        like_for_like: bool,
    },
}

/// The months up to `last`, the newest first, at most [`HISTORY_MONTHS`], without those before the first figures.
#[must_use]
pub fn history(
    indicators: &[&Indicator],
    recorded: &[Recorded],
    last: ReportingPeriod,
    policy: &AssessPolicy,
) -> Vec<HistoryMonth> {
    let mut months = Vec::new();
    let mut period = Some(last);
    while let Some(this) = period.filter(|_| months.len() < HISTORY_MONTHS as usize) {
        let now = recorded.iter().find(|month| month.header.period == this);
        period = this.previous();
        let before = period.and_then(|before| recorded.iter().find(|month| month.header.period == before));
        months.push(HistoryMonth {
            period: this,
            header: now.map(|month| month.header.clone()),
            cells: indicators.iter().map(|indicator| cell(indicator, now, before, policy)).collect(),
        });
    }
    while months.last().is_some_and(HistoryMonth::is_gap) {
        months.pop();
    }
    months
}

/// The first month of a history that ends with `last`, and one before it to compare the first with.
#[must_use]
pub fn first_month(last: ReportingPeriod) -> ReportingPeriod {
    (0..HISTORY_MONTHS).fold(last, |month, _| month.previous().unwrap_or(month))
}

fn cell(
    indicator: &Indicator,
    now: Option<&Recorded>,
    before: Option<&Recorded>,
    policy: &AssessPolicy,
) -> HistoryCell {
    let of = |month: Option<&Recorded>| {
        let figure = month?.figures.iter().find(|(observation, _)| observation.indicator == indicator.code)?;
        Some((figure.0.clone(), figure.1))
    };
    let Some((observation, target)) = of(now) else {
        return HistoryCell { rating: Rating::NoData, actual: None, target: None, change: HistoryChange::None };
    };
    let actual = actual_rate(&observation);
    // A target and a difference are on the scale of the figure.
    let scale = actual.map_or(indicator.scale, Rate::scale);
    let rating = match (actual, target) {
        (Some(actual), Some(target)) => {
            let met = match indicator.direction {
                Direction::HigherIsBetter => actual.exact() >= target.exact(),
                Direction::LowerIsBetter => actual.exact() <= target.exact(),
            };
            if met { Rating::Met } else { Rating::Missed }
        }
        // Without a target nothing was reached or missed; the figure is shown all the same.
        (Some(_), None) => Rating::NoActivity,
        (None, _) if is_no_activity(&observation) => Rating::NoActivity,
        (None, _) => Rating::NoData,
    };
    let change = match (of(before), actual, now.zip(before)) {
        (Some((earlier, level)), Some(actual), Some((now, before))) => {
            let printed = |o: &Observation| o.denominator.value().is_some();
            match actual_rate(&earlier) {
                None => HistoryChange::None,
                Some(_)
                    if level != target
                        || earlier.basis != observation.basis
                        || printed(&earlier) != printed(&observation) =>
                {
                    HistoryChange::OtherBasis
                }
                Some(rate) => HistoryChange::Points {
                    points: Points::between(actual.exact(), rate.exact()).on(scale),
                    like_for_like: like_for_like(&now.header, &before.header, policy.same_day_tolerance),
                },
            }
        }
        _ => HistoryChange::None,
    };
    HistoryCell { rating, actual, target: target.map(|target| target.on(scale)), change }
}

#[cfg(test)]
mod tests;
