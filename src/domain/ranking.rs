//! Ranks within a tier: equal rates share a rank, no activity has none.

use crate::domain::assessment::Assessment;
use crate::domain::indicator::{Direction, Indicator};
use crate::domain::org_unit::{TierCode, UnitCode};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A place among the units of a tier that have a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// From 1; equal rates share it, and the next one skips (1, 1, 3).
    pub place: u32,
    /// How many units have a place.
    pub of: u32,
}

/// Gives every assessment with a rate its place among those of the same tier and indicator.
pub fn assign(assessments: &mut [Assessment], tiers: &HashMap<&UnitCode, &TierCode>, indicators: &[Indicator]) {
    let mut groups: HashMap<(TierCode, usize), Vec<usize>> = HashMap::new();
    let order: HashMap<_, _> = indicators.iter().enumerate().map(|(n, i)| (&i.code, n)).collect();
    for (position, assessment) in assessments.iter().enumerate() {
        let (Some(tier), Some(&indicator)) = (tiers.get(&assessment.unit), order.get(&assessment.indicator)) else {
            continue;
        };
        if assessment.actual.is_some() {
            groups.entry(((*tier).clone(), indicator)).or_default().push(position);
        }
    }
    for ((_, indicator), members) in groups {
        let mut ranked: Vec<_> =
            members.iter().filter_map(|&p| assessments[p].actual.map(|rate| (rate.exact(), p))).collect();
        match indicators[indicator].direction {
            Direction::HigherIsBetter => ranked.sort_by_key(|&(rate, p)| (Reverse(rate), p)),
            Direction::LowerIsBetter => ranked.sort_by_key(|&(rate, p)| (rate, p)),
        }
        let of = u32::try_from(ranked.len()).unwrap_or(u32::MAX);
        let mut place = 0;
        for (n, &(rate, position)) in ranked.iter().enumerate() {
            if n == 0 || ranked[n - 1].0 != rate {
                place = u32::try_from(n + 1).unwrap_or(u32::MAX);
            }
            assessments[position].rank = Some(Rank { place, of });
        }
    }
}
