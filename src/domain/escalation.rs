//! Escalation: what the leaders are told by name, because it goes on or because a promise was broken.
//!
//! The policy of `catalog/alerts.toml` says after how many months and how many at most: a digest that names everybody
//! names nobody.

use crate::domain::assessment::{PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::promise::Promise;
use crate::domain::rate::{Exact, Points};
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// How many months back are looked at: more would only be a larger number.
pub const LOOK_BACK: usize = 24;

/// When leaders are told by name (`[escalation]` of `catalog/alerts.toml`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscalationPolicy {
    /// From so many months in a row.
    pub after_periods: u32,
    /// At most so many in one digest.
    pub most: usize,
}

/// One target that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalated {
    /// Whose.
    pub unit: UnitCode,
    /// Which indicator.
    pub indicator: IndicatorCode,
    /// For how many months in a row it is missed, this one included.
    pub periods: u32,
    /// The day by which it was promised, where that was broken.
    pub broken: Option<NaiveDate>,
}

/// What is named, and what the policy would not let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escalation {
    /// The longest first, then the furthest from the target.
    pub named: Vec<Escalated>,
    /// The others, in the same order: for whoever asks for them.
    pub rest: Vec<Escalated>,
}

/// The months in which a unit missed an indicator.
pub type Missed = HashMap<(UnitCode, IndicatorCode), HashSet<ReportingPeriod>>;

/// What is to be named. `missed` are the months before the assessed one, `broken` the promises that were not kept. A month
/// without figures, or in which nothing happened, ends a row: nobody knows that it was missed.
#[must_use]
pub fn escalate(
    policy: EscalationPolicy,
    period: &PeriodAssessment,
    missed: &Missed,
    broken: &[Promise],
) -> Escalation {
    let mut named: Vec<(Escalated, Exact)> = period
        .assessments
        .iter()
        .filter(|a| a.rating == Rating::Missed)
        .filter_map(|a| {
            let months = missed.get(&(a.unit.clone(), a.indicator.clone()));
            let periods = 1 + row(period.header.period, |month| months.is_some_and(|months| months.contains(&month)));
            let of_this = broken.iter().filter(|p| p.unit == a.unit && p.indicator == a.indicator);
            let broken = of_this.map(|p| p.due).max();
            let distance = a.gap.map_or(Exact::from(0), Points::magnitude);
            let escalated = Escalated { unit: a.unit.clone(), indicator: a.indicator.clone(), periods, broken };
            (periods >= policy.after_periods || broken.is_some()).then_some((escalated, distance))
        })
        .collect();
    named.sort_by_key(|(e, distance)| (Reverse(e.periods), e.broken.is_none(), Reverse(*distance)));
    let mut named: Vec<Escalated> = named.into_iter().map(|(escalated, _)| escalated).collect();
    let rest = named.split_off(policy.most.min(named.len()));
    Escalation { named, rest }
}

/// How many months before a month are missed without a gap.
fn row(period: ReportingPeriod, missed: impl Fn(ReportingPeriod) -> bool) -> u32 {
    let before = std::iter::successors(period.previous(), |month| month.previous());
    u32::try_from(before.take(LOOK_BACK).take_while(|month| missed(*month)).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_ends_at_a_gap() {
        let month = |text: &str| ReportingPeriod::parse(text).unwrap();
        let missed: HashSet<_> = ["2023-06", "2023-05", "2023-03"].map(month).into();
        assert_eq!(row(month("2023-07"), |m| missed.contains(&m)), 2);
        assert_eq!(row(month("2023-08"), |m| missed.contains(&m)), 0);
        assert_eq!(row(month("2024-01"), |_| true), u32::try_from(LOOK_BACK).unwrap());
        assert_eq!(row(month("2000-02"), |_| true), 1);
    }
}
