//! Doubting a feed before anyone is told: a snapshot that looks wrong is held.

use crate::domain::assessment::{Figures, actual_rate, distance, effective_denominator};
use crate::domain::indicator::IndicatorCode;
use crate::domain::observation::Observation;
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::{Exact, Percent};
use std::collections::{BTreeSet, HashMap};

/// When a snapshot is held (`catalog/alerts.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPolicy {
    /// Held when at least this share of the units of the reference has vanished.
    pub vanished_share: Percent,
    /// A figure "jumped" when it moved by at least so many points.
    pub jump_points: Percent,
    /// Held when at least this share of the comparable figures jumped.
    pub jumped_share: Percent,
    /// With fewer comparable figures than this, jumps prove nothing.
    pub min_compared: u32,
    /// Figures with a denominator (printed or implied) up to this, now or in the reference, are not compared.
    pub few_files: u64,
}

/// What looks wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedDoubt {
    /// Units of the reference that have no row any more, when they are too many.
    pub vanished: Vec<UnitCode>,
    /// How many units the reference has.
    pub expected: u32,
    /// How many figures jumped, when they are too many.
    pub jumped: Option<Jumps>,
}

/// How many figures moved how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jumps {
    /// Figures that moved by at least the policy's points.
    pub moved: u32,
    /// Figures that could be compared.
    pub compared: u32,
}

/// Holds a snapshot against the last one that was published; none means nothing is doubtful.
#[must_use]
pub fn doubt(current: Figures<'_>, reference: Figures<'_>, policy: &FeedPolicy) -> Option<FeedDoubt> {
    let present: BTreeSet<&UnitCode> = current.observations.iter().map(|o| &o.unit).collect();
    let expected: BTreeSet<&UnitCode> = reference.observations.iter().map(|o| &o.unit).collect();
    let vanished: Vec<UnitCode> = expected.difference(&present).map(|u| (*u).clone()).collect();
    let vanished = if at_least(vanished.len(), expected.len(), policy.vanished_share) { vanished } else { Vec::new() };
    let jumps = count_jumps(current, reference, policy);
    let jumped = (jumps.compared >= policy.min_compared
        && at_least(jumps.moved as usize, jumps.compared as usize, policy.jumped_share))
    .then_some(jumps);
    if vanished.is_empty() && jumped.is_none() {
        return None;
    }
    Some(FeedDoubt { vanished, expected: u32::try_from(expected.len()).unwrap_or(u32::MAX), jumped })
}

fn count_jumps(current: Figures<'_>, reference: Figures<'_>, policy: &FeedPolicy) -> Jumps {
    let before: HashMap<(&UnitCode, &IndicatorCode), _> =
        reference.observations.iter().map(|o| ((&o.unit, &o.indicator), o)).collect();
    let mut jumps = Jumps { moved: 0, compared: 0 };
    for observation in current.observations {
        let Some(earlier) = before.get(&(&observation.unit, &observation.indicator)) else { continue };
        let (Some(now), Some(then)) = (actual_rate(observation), actual_rate(earlier)) else { continue };
        if few(observation, policy) || few(earlier, policy) || now.scale() != then.scale() {
            continue;
        }
        jumps.compared += 1;
        if now.scale().share(distance(now.exact(), then.exact())) >= policy.jump_points.exact() {
            jumps.moved += 1;
        }
    }
    jumps
}

/// One file more or less moves such a figure by a third, today or in the reference.
fn few(observation: &Observation, policy: &FeedPolicy) -> bool {
    effective_denominator(observation).is_some_and(|d| d.count <= policy.few_files)
}

fn at_least(part: usize, whole: usize, share: Percent) -> bool {
    let (Ok(part), Ok(whole)) = (i128::try_from(part), i128::try_from(whole)) else { return true };
    part > 0 && whole > 0 && Exact::new(part * 100, whole) >= share.exact()
}
