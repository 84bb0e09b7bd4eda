//! Against the previous month where the work was done by other units then.

use super::comparison::compare;
use super::{
    AssessPolicy, Assessment, Comparison, counted_or_printed, effective_denominator, is_few, is_no_activity,
    rate_follows,
};
use crate::domain::indicator::Indicator;
use crate::domain::observation::{Observation, Reading};
use crate::domain::snapshot::SnapshotHeader;

/// One of the units that did the work then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    /// Its figures; none when it has no row.
    pub(super) observation: Option<&'a Observation>,
    /// Its target then is the one that holds now.
    pub(super) same_target: bool,
}

/// Holds a figure against all its parts. One part is compared as it stands, rate and all; several by ΣN/ΣD, which needs
/// the printed counts of every one of them: an implied denominator is good enough to say how many files are missing, but
/// not to say that an office which did not exist got better.
pub(super) fn across(
    (indicator, current, observation): (&Indicator, &Assessment, &Observation),
    parts: &[Part<'_>],
    divided: bool,
    header: &SnapshotHeader,
    like_for_like: bool,
    policy: &AssessPolicy,
) -> Comparison {
    let known: Vec<&Observation> = parts.iter().filter_map(|part| part.observation).collect();
    let Some(first) = known.first() else { return Comparison::None };
    if current.actual.is_none() {
        return Comparison::None;
    }
    if divided {
        return Comparison::Rearranged;
    }
    let same_target = parts.iter().all(|part| part.same_target);
    let joined;
    let earlier = if parts.len() == 1 {
        first
    } else {
        let all_known = known.len() == parts.len();
        let Some(sum) = sum(&known).filter(|_| all_known && observation.denominator.value().is_some()) else {
            return Comparison::Rearranged;
        };
        joined = sum;
        &joined
    };
    let few = is_few(effective_denominator(earlier), policy);
    let earlier = (counted_or_printed(indicator, earlier), earlier);
    compare(current, observation, earlier, header, same_target, like_for_like, few)
}

/// All of them as one figure; none where one has no counts, or its counts are contradicted by its rate, or the formulas
/// differ. Where nothing happened there is nothing to add.
fn sum(observations: &[&Observation]) -> Option<Observation> {
    let first = observations.first()?;
    let (mut numerator, mut denominator) = (0_u64, 0_u64);
    for observation in observations {
        if observation.basis != first.basis {
            return None;
        }
        if is_no_activity(observation) {
            continue;
        }
        let (n, d) = (observation.numerator.value()?, observation.denominator.value()?);
        if observation.rate.value().is_some_and(|rate| !rate_follows(rate, n, d)) {
            return None;
        }
        numerator = numerator.checked_add(n)?;
        denominator = denominator.checked_add(d)?;
    }
    Some(Observation {
        numerator: Reading::Value(numerator),
        denominator: Reading::Value(denominator),
        rate: Reading::NotPublished,
        ..(*first).clone()
    })
}
