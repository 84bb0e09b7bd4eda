//! Figures against the same figures before: falls, jumps, sameness, and half of each.

use super::{EXAMPLES, Fall, FeedPolicy, HoldReason, Jumps, at_least, number};
use crate::domain::assessment::{Figures, actual_rate, distance, effective_denominator};
use crate::domain::indicator::IndicatorCode;
use crate::domain::observation::{Observation, Reading};
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::Percent;
use std::cmp::Reverse;
use std::collections::HashMap;

type Key<'a> = (&'a UnitCode, &'a IndicatorCode);

fn index(figures: Figures<'_>) -> HashMap<Key<'_>, &Observation> {
    figures.observations.iter().map(|o| ((&o.unit, &o.indicator), o)).collect()
}

/// The count of a figure that is lower than before, the numerator first.
pub(in crate::domain) fn fall(now: &Observation, then: &Observation) -> Option<(u64, u64)> {
    let pairs = [(now.numerator, then.numerator), (now.denominator, then.denominator)];
    pairs.into_iter().find_map(|pair| match pair {
        (Reading::Value(now), Reading::Value(then)) if now < then => Some((then, now)),
        _ => None,
    })
}

pub(super) fn falls(current: Figures<'_>, earlier: Figures<'_>, policy: &FeedPolicy) -> Option<HoldReason> {
    let before = index(earlier);
    let (mut compared, mut examples) = (0_usize, Vec::new());
    for now in current.observations {
        let Some(then) = before.get(&(&now.unit, &now.indicator)) else { continue };
        let counted = |a: Reading<u64>, b: Reading<u64>| a.value().is_some() && b.value().is_some();
        if !counted(now.numerator, then.numerator) && !counted(now.denominator, then.denominator) {
            continue;
        }
        compared += 1;
        if let Some((from, to)) = fall(now, then) {
            examples.push(Fall { unit: now.unit.clone(), indicator: now.indicator.clone(), from, to });
        }
    }
    let fell = examples.len();
    if number(compared) < policy.min_compared || !at_least(fell, compared, policy.fell_share) {
        return None;
    }
    examples.sort_by_key(|fall| Reverse(fall.from - fall.to));
    examples.truncate(EXAMPLES);
    Some(HoldReason::CountsFell { fell: number(fell), compared: number(compared), examples })
}

pub(super) fn jumps(current: Figures<'_>, reference: Figures<'_>, policy: &FeedPolicy) -> Jumps {
    let before = index(reference);
    let mut jumps = Jumps { moved: 0, compared: 0 };
    for observation in current.observations {
        let Some(earlier) = before.get(&(&observation.unit, &observation.indicator)) else { continue };
        let Some(moved) = moved(observation, earlier, policy.jump_points, policy) else { continue };
        jumps.compared += 1;
        jumps.moved += u32::from(moved);
    }
    jumps
}

/// Whether a figure moved by at least so many points of a hundred; none where it cannot be compared.
fn moved(now: &Observation, then: &Observation, points: Percent, policy: &FeedPolicy) -> Option<bool> {
    let (rate, before) = (actual_rate(now)?, actual_rate(then)?);
    let comparable = !few(now, policy) && !few(then, policy) && rate.scale() == before.scale();
    comparable.then(|| rate.scale().share(distance(rate.exact(), before.exact())) >= points.exact())
}

/// One file more or less moves such a figure by a third, today or in the reference.
fn few(observation: &Observation, policy: &FeedPolicy) -> bool {
    effective_denominator(observation).is_some_and(|d| d.count <= policy.few_files)
}

/// The same figures: nothing of them moved, not even what has no rate.
fn is_same(now: &Observation, then: &Observation) -> bool {
    now.numerator == then.numerator && now.denominator == then.denominator && now.rate == then.rate
}

pub(super) fn unchanged(current: Figures<'_>, reference: Figures<'_>, policy: &FeedPolicy) -> Option<HoldReason> {
    let before = index(reference);
    let figures = current.observations.len();
    let same = figures == before.len()
        && current
            .observations
            .iter()
            .all(|now| before.get(&(&now.unit, &now.indicator)).is_some_and(|then| is_same(now, then)));
    let counted = current.observations.iter().filter(|o| actual_rate(o).is_some()).count();
    (same && number(counted) >= policy.min_compared)
        .then(|| HoldReason::Unchanged { figures: number(figures), since: reference.header.as_of })
}

pub(super) fn mixed(current: Figures<'_>, earlier: Figures<'_>, policy: &FeedPolicy) -> Option<HoldReason> {
    let before = index(earlier);
    // In the order of the source; of each unit: nothing moved, something moved strongly.
    let mut order: Vec<&UnitCode> = Vec::new();
    let mut units: HashMap<&UnitCode, (bool, bool)> = HashMap::new();
    for now in current.observations {
        let Some(then) = before.get(&(&now.unit, &now.indicator)) else { continue };
        let Some(strongly) = moved(now, then, policy.mixed_points, policy) else { continue };
        let unit = units.entry(&now.unit).or_insert_with(|| {
            order.push(&now.unit);
            (true, false)
        });
        unit.0 &= is_same(now, then);
        unit.1 |= strongly;
    }
    let that = |which: fn(&(bool, bool)) -> bool| -> Vec<UnitCode> {
        order.iter().filter(|unit| units.get(*unit).is_some_and(which)).map(|unit| (*unit).clone()).collect()
    };
    let (same, moved) = (that(|unit| unit.0), that(|unit| unit.1));
    let enough = |part: &[UnitCode]| at_least(part.len(), order.len(), policy.mixed_share);
    (number(order.len()) >= policy.mixed_min_units && enough(&same) && enough(&moved)).then(|| HoldReason::Mixed {
        same,
        moved,
        compared: number(order.len()),
    })
}
