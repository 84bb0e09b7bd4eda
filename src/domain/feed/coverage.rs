//! Which figures a snapshot covers, against the registry and against the snapshot before.

use super::{EXAMPLES, FeedPolicy, HoldReason, References, number};
use crate::domain::assessment::{Figures, Yardstick, actual_rate, is_no_activity};
use crate::domain::indicator::IndicatorCode;
use crate::domain::observation::{Observation, Reading};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How much of the registry a snapshot covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Units that exist on the snapshot's last day and have a row.
    pub units: u32,
    /// Units that exist on that day.
    pub all_units: u32,
    /// Indicators of the catalog for which any unit has a figure.
    pub indicators: u32,
    /// Indicators of the catalog.
    pub all_indicators: u32,
}

/// Holds a snapshot against the registry.
#[must_use]
pub fn coverage(yardstick: Yardstick<'_>, figures: Figures<'_>) -> Coverage {
    let covered = || figures.observations.iter().filter(|o| is_covered(o));
    let units: HashSet<&UnitCode> = covered().map(|o| &o.unit).collect();
    let indicators: HashSet<&IndicatorCode> = covered().map(|o| &o.indicator).collect();
    let valid = || yardstick.units.iter().filter(|unit| unit.is_valid_on(figures.header.as_of));
    Coverage {
        units: number(valid().filter(|unit| units.contains(&unit.code)).count()),
        all_units: number(valid().count()),
        indicators: number(yardstick.indicators.iter().filter(|i| indicators.contains(&i.code)).count()),
        all_indicators: number(yardstick.indicators.len()),
    }
}

/// Whether the source said anything: a figure, that nothing happened, or something that cannot be read. An empty cell
/// and a missing column say nothing.
fn is_covered(observation: &Observation) -> bool {
    let says = |silent: bool| !silent;
    says(matches!(observation.numerator, Reading::Empty | Reading::NotPublished))
        || says(matches!(observation.denominator, Reading::Empty | Reading::NotPublished))
        || says(matches!(observation.rate, Reading::Empty | Reading::NotPublished))
}

/// How much an observation says. Less than before within one month is a loss, whatever took it away: an empty cell beside
/// the number of all files, which stands once for several indicators, or a cell that cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Nothing,
    /// Something, but neither a result nor that nothing happened.
    Something,
    /// A result, or that nothing happened.
    Result,
}

impl Says {
    fn of(observation: &Observation) -> Self {
        if actual_rate(observation).is_some() || is_no_activity(observation) {
            Self::Result
        } else if is_covered(observation) {
            Self::Something
        } else {
            Self::Nothing
        }
    }
}

/// What the reference covers and the current snapshot does not.
pub(super) struct Lost {
    /// Units without any row.
    pub(super) units: Vec<UnitCode>,
    pub(super) expected_units: usize,
    /// Indicators without any figure.
    indicators: Vec<IndicatorCode>,
    /// Units that lack at least one figure, those without any row included.
    lacking: Vec<UnitCode>,
    missing: usize,
    expected: usize,
}

pub(super) fn lost(current: Figures<'_>, reference: Figures<'_>, references: References<'_>) -> Lost {
    let ends: HashMap<&UnitCode, &OrgUnit> = references.units.iter().map(|unit| (&unit.code, unit)).collect();
    let known: HashSet<&IndicatorCode> = references.indicators.iter().map(|indicator| &indicator.code).collect();
    // A unit that has ended by now has no row, and an indicator that left the catalog no column.
    let exists = |unit: &UnitCode| ends.get(unit).is_none_or(|unit| unit.is_valid_on(current.header.as_of));
    let expected = || {
        let said = reference.observations.iter().map(|o| (o, Says::of(o))).filter(|(_, says)| *says > Says::Nothing);
        said.filter(|(o, _)| exists(&o.unit) && known.contains(&o.indicator))
    };
    let present: HashMap<(&UnitCode, &IndicatorCode), Says> =
        current.observations.iter().map(|o| ((&o.unit, &o.indicator), Says::of(o))).collect();
    let rows: HashSet<&UnitCode> = current.observations.iter().map(|o| &o.unit).collect();
    let expected_units: BTreeSet<&UnitCode> =
        reference.observations.iter().map(|o| &o.unit).filter(|unit| exists(unit)).collect();
    let is_there = |o: &Observation, said: Says| present.get(&(&o.unit, &o.indicator)).is_some_and(|now| *now >= said);
    let missing: Vec<&Observation> = expected().filter(|(o, said)| !is_there(o, *said)).map(|(o, _)| o).collect();
    let mut lacking: Vec<UnitCode> = missing.iter().map(|o| o.unit.clone()).collect();
    lacking.dedup();
    // A column is gone when nobody's figure says as much as somebody's did.
    let columns = |of: &mut dyn Iterator<Item = (&'_ IndicatorCode, Says)>| {
        of.fold(HashMap::<IndicatorCode, Says>::new(), |mut columns, (indicator, says)| {
            let most = columns.entry(indicator.clone()).or_insert(says);
            *most = says.max(*most);
            columns
        })
    };
    let then = columns(&mut expected().map(|(o, says)| (&o.indicator, says)));
    let now = columns(&mut present.iter().map(|((_, indicator), says)| (*indicator, *says)));
    let gone = |code: &&IndicatorCode| {
        then.get(*code).is_some_and(|said| now.get(*code).copied().unwrap_or(Says::Nothing) < *said)
    };
    Lost {
        units: expected_units.iter().filter(|unit| !rows.contains(*unit)).map(|unit| (*unit).clone()).collect(),
        expected_units: expected_units.len(),
        indicators: references.indicators.iter().map(|i| &i.code).filter(gone).cloned().collect(),
        missing: missing.len(),
        expected: expected().count(),
        lacking,
    }
}

impl Lost {
    /// A column that is gone is partial against any reference; single figures only within the month, where nothing that
    /// was there can be gone. Vanished units that are a reason by themselves are not told twice.
    pub(super) fn partial(mut self, same_month: bool, told: &[HoldReason], policy: &FeedPolicy) -> Option<HoldReason> {
        let vanished: HashSet<UnitCode> = match told {
            [HoldReason::Vanished { units, .. }] => units.iter().cloned().collect(),
            _ => HashSet::new(),
        };
        let few = same_month && number(self.missing) >= policy.partial_figures.max(1);
        self.lacking.retain(|unit| !vanished.contains(unit));
        if self.lacking.is_empty() || (!few && self.indicators.is_empty()) {
            return None;
        }
        self.lacking.truncate(EXAMPLES);
        Some(HoldReason::Partial {
            indicators: self.indicators,
            units: self.lacking,
            missing: number(self.missing),
            expected: number(self.expected),
        })
    }
}
