//! Sums over units, and what printed decimals leave open about them.

use crate::domain::assessment::{actual_rate, counted_rate, implied_denominator};
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::observation::Observation;
use crate::domain::org_unit::{OrgUnit, Scope, UnitCode};
use crate::domain::rate::{Exact, Percent, Rate, scaled};
use crate::domain::scale::Scale;
use std::collections::HashSet;

/// Sums of a scope: ΣN over ΣD, and between which values the truth may lie when denominators are implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeSum {
    /// ΣN of the units whose denominator is printed or implied.
    pub numerator: u64,
    /// ΣD of the same units; implied where not printed.
    pub denominator: u64,
    /// At least one denominator is not printed.
    pub approximate: bool,
    /// ΣN/ΣD in percent.
    pub rate: Exact,
    /// The lowest and the highest ΣN/ΣD, in percent, that printed decimals allow, truncated or rounded; equal to `rate`
    /// when nothing is implied. A unit without a denominator whose rate may be zero may have any number of files, so the
    /// lower bound is then zero.
    pub bounds: (Exact, Exact),
    /// The plain mean of the rates, in percent: never shown as an average, only used to recognise a mistake. Computed
    /// rates enter it with [`MEAN_DECIMALS`] decimals.
    pub plain_mean: Exact,
}

/// A sum of exact ratios needs the product of all their denominators, which no integer holds for a province. What is
/// summed over rates is therefore summed in decimals far below anything printed.
const MEAN_DECIMALS: u8 = 12;

/// Adds up the figures of one indicator. Units without activity or figures do not count. None where no denominator is
/// printed or implied.
///
/// Scores have no sum: how the source makes an average of them is its own, so there is none here ([`mean_score`]).
#[must_use]
pub fn scope_sum<'a>(observations: impl Iterator<Item = &'a Observation>) -> Option<ScopeSum> {
    let observations: Vec<&Observation> = observations.collect();
    let (mut numerator, mut denominator, mut approximate) = (0_u64, 0_u64, false);
    let (mut rates, mut count) = (0_i128, 0_i128);
    for observation in &observations {
        let rate = actual_rate(observation).filter(|rate| rate.scale() == Scale::Percent);
        let (Some(rate), Some(n)) = (rate, observation.numerator.value()) else { continue };
        rates += scaled(rate.exact(), MEAN_DECIMALS);
        count += 1;
        let printed = observation.denominator.value();
        approximate |= printed.is_none();
        if let Some(d) = printed.or_else(|| implied_denominator(n, rate.exact())) {
            numerator = numerator.saturating_add(n);
            denominator = denominator.saturating_add(d);
        }
    }
    if denominator == 0 {
        return None;
    }
    let rate = Exact::new(i128::from(numerator) * 100, i128::from(denominator));
    let bounds = if approximate {
        let (low, high) = possible_rates(&observations, Habit::Either);
        (low.min(rate), high.max(rate))
    } else {
        (rate, rate)
    };
    let plain_mean = Exact::new(rates, count * 10_i128.pow(u32::from(MEAN_DECIMALS)));
    Some(ScopeSum { numerator, denominator, approximate, rate, bounds, plain_mean })
}

/// The plain mean of the scores of one indicator, in points, with [`MEAN_DECIMALS`] decimals: no denominators exist by
/// which it could be weighed, so it is shown only with the words "trung bình cộng". None where there is no score.
#[must_use]
pub fn mean_score<'a>(indicator: &Indicator, observations: impl Iterator<Item = &'a Observation>) -> Option<Exact> {
    let scores: Vec<i128> = observations
        .filter_map(|observation| counted_rate(indicator, observation))
        .map(|score| scaled(score.exact(), MEAN_DECIMALS))
        .collect();
    let count = i128::try_from(scores.len()).ok().filter(|count| *count > 0)?;
    Some(Exact::new(scores.iter().sum(), count * 10_i128.pow(u32::from(MEAN_DECIMALS))))
}

/// How a source brings a rate to its printed decimals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    Truncated,
    Rounded,
    /// One or the other, from cell to cell.
    Either,
}

impl Habit {
    /// The lowest and the highest rate that are printed like this, in percent.
    pub(super) fn range(self, printed: Percent) -> (Exact, Exact) {
        let (value, step) = (printed.exact(), printed.last_decimal());
        let half = step / Exact::from(2);
        match self {
            Self::Truncated => (value, value + step),
            Self::Rounded => (value - half, value + half),
            Self::Either => (value - half, value + step),
        }
    }
}

/// The lowest and the highest ΣN/ΣD, in percent, that the printed figures allow.
pub(super) fn possible_rates(observations: &[&Observation], habit: Habit) -> (Exact, Exact) {
    let (mut part, mut least, mut most) = (0_u64, 0_u64, Some(0_u64));
    for observation in observations {
        let (Some(rate), Some(n)) = (actual_rate(observation), observation.numerator.value()) else { continue };
        let (low, high) = match (observation.denominator.value(), rate) {
            (Some(d), _) => (d, Some(d)),
            (None, Rate::Published(printed)) => possible_denominators(n, printed, habit),
            (None, Rate::Computed { denominator, .. }) => (denominator, Some(denominator)),
        };
        part = part.saturating_add(n);
        least = least.saturating_add(low);
        most = most.zip(high).map(|(sum, d)| sum.saturating_add(d));
    }
    let percent = |d: u64| Exact::new(i128::from(part) * 100, i128::from(d.max(1)));
    (most.map_or(Exact::from(0), percent), percent(least))
}

/// The smallest and the largest denominator behind a printed rate; no largest where the rate may be zero. The implied one
/// is always among them, even where no whole number gives the printed rate.
fn possible_denominators(numerator: u64, printed: Percent, habit: Habit) -> (u64, Option<u64>) {
    let zero = Exact::from(0);
    let hundred_n = Exact::from(i128::from(numerator) * 100);
    let (low, high) = habit.range(printed);
    let whole = |value: Exact| u64::try_from(value.to_integer()).unwrap_or(u64::MAX);
    let implied = implied_denominator(numerator, printed.exact());
    let least = if high > zero { whole((hundred_n / high).ceil()) } else { 0 };
    let least = implied.map_or(least, |d| least.min(d)).max(numerator).max(1);
    let most = (low > zero && numerator > 0).then(|| whole((hundred_n / low).floor()));
    (least, most.map(|most| most.max(implied.unwrap_or(0)).max(least)))
}

/// The observations of one indicator within a scope.
pub fn in_scope<'a>(
    units: &'a [OrgUnit],
    observations: &'a [Observation],
    scope: &'a Scope,
    indicator: &'a IndicatorCode,
) -> impl Iterator<Item = &'a Observation> {
    let members: HashSet<&UnitCode> = units
        .iter()
        .filter(|unit| match scope {
            Scope::Whole => true,
            Scope::Tier(tier) => &unit.tier == tier,
        })
        .map(|unit| &unit.code)
        .collect();
    observations.iter().filter(move |o| &o.indicator == indicator && members.contains(&o.unit))
}
