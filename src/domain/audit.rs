//! The audit: where a report contradicts itself. Findings go to the office, never to the agency.

mod policy;
mod sums;

pub use policy::{AuditPolicy, Telling, news};
use sums::{Habit, possible_rates};
pub use sums::{ScopeSum, in_scope, mean_score, scope_sum};

use crate::domain::assessment::{Figures, Yardstick, distance, implied_denominator};
use crate::domain::feed::fall;
use crate::domain::indicator::{DenominatorSource, Indicator, IndicatorCode};
use crate::domain::observation::{Observation, PublishedAverage};
use crate::domain::org_unit::{OrgUnit, Scope, UnitCode};
use crate::domain::rate::{Exact, Percent};
use crate::domain::scale::Scale;
use std::collections::{HashMap, HashSet};

/// What kind of contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A published average does not follow from the table.
    AverageDiffers,
    /// A published rate does not follow from its counts.
    RateDiffers,
    /// A part is larger than its whole.
    PartExceedsWhole,
    /// A rate below 0 or above 100 %.
    RateOutOfRange,
    /// A row names no unit of the catalog.
    UnknownUnit,
    /// A unit of the catalog has no row.
    MissingUnit,
    /// A unit has two rows.
    DuplicateRow,
    /// A cell cannot be read.
    UnreadableCell,
    /// A count within the month is lower than in an earlier snapshot of it.
    CountFell,
    /// A row for a unit that does not exist in the period.
    UnitNotValidInPeriod,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::AverageDiffers,
        Self::RateDiffers,
        Self::PartExceedsWhole,
        Self::RateOutOfRange,
        Self::UnknownUnit,
        Self::MissingUnit,
        Self::DuplicateRow,
        Self::UnreadableCell,
        Self::CountFell,
        Self::UnitNotValidInPeriod,
    ];

    /// The word in JSON and in the database (contract of `audit --json`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AverageDiffers => "average_differs",
            Self::RateDiffers => "rate_differs",
            Self::PartExceedsWhole => "part_exceeds_whole",
            Self::RateOutOfRange => "rate_out_of_range",
            Self::UnknownUnit => "unknown_unit",
            Self::MissingUnit => "missing_unit",
            Self::DuplicateRow => "duplicate_row",
            Self::UnreadableCell => "unreadable_cell",
            Self::CountFell => "count_fell",
            Self::UnitNotValidInPeriod => "unit_not_valid_in_period",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One contradiction, with what is needed to explain it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// Of which average.
    pub scope: Option<Scope>,
    /// Of whom.
    pub unit: Option<UnitCode>,
    /// Of which indicator.
    pub indicator: Option<IndicatorCode>,
    /// What is printed.
    pub published: Option<Percent>,
    /// What the counts give, in percent.
    pub computed: Option<Exact>,
    /// The computed value rests on implied denominators.
    pub approximate: bool,
    /// The part.
    pub part: Option<u64>,
    /// The whole, or for a count that fell the earlier count.
    pub whole: Option<u64>,
    /// The part is a denominator, and the whole all files received.
    pub over_all: bool,
    /// The denominator that would make the printed rate right.
    pub implied: Option<u64>,
    /// The plain mean of the rates, where the printed average equals it: the likely mistake.
    pub plain_mean: Option<Exact>,
    /// The place in the source, for findings of the reader.
    pub place: Option<String>,
    /// The text that was seen, for findings of the reader.
    pub text: Option<String>,
}

impl Finding {
    /// A finding of a kind with nothing else known yet.
    #[must_use]
    pub const fn new(kind: FindingKind) -> Self {
        Self {
            kind,
            scope: None,
            unit: None,
            indicator: None,
            published: None,
            computed: None,
            approximate: false,
            part: None,
            whole: None,
            over_all: false,
            implied: None,
            plain_mean: None,
            place: None,
            text: None,
        }
    }

    fn of(kind: FindingKind, observation: &Observation) -> Self {
        Self { unit: Some(observation.unit.clone()), indicator: Some(observation.indicator.clone()), ..Self::new(kind) }
    }
}

/// Reads a snapshot carefully. `earlier` is an earlier snapshot of the same month, if there is one.
#[must_use]
pub fn audit(
    yardstick: Yardstick<'_>,
    current: Figures<'_>,
    averages: &[PublishedAverage],
    earlier: Option<Figures<'_>>,
) -> Vec<Finding> {
    let mut findings = audit_averages(yardstick, current.observations, averages);
    findings.extend(audit_cells(yardstick, current.observations));
    findings.extend(audit_units(yardstick, current));
    if let Some(earlier) = earlier {
        findings.extend(audit_counts(yardstick.audit, current.observations, earlier.observations));
    }
    findings
}

fn audit_averages(
    yardstick: Yardstick<'_>,
    observations: &[Observation],
    averages: &[PublishedAverage],
) -> Vec<Finding> {
    let (policy, mut findings) = (yardstick.audit, Vec::new());
    for average in averages {
        let members: Vec<_> = in_scope(yardstick.units, observations, &average.scope, &average.indicator).collect();
        let Some(sum) = scope_sum(members.iter().copied()) else { continue };
        let (published, step) = (average.rate.exact(), average.rate.last_decimal());
        let least =
            times(step, policy.average_last_decimals).max(Exact::new(i128::from(policy.average_hundredths), 100));
        if distance(published, sum.rate) < least {
            continue;
        }
        let is_plain_mean = distance(published, sum.plain_mean) < step;
        // With implied denominators the sum is only known within bounds: inside them the printed average may be right,
        // unless it is exactly what averaging the rates gives. Rates and average come from one hand, so both were
        // truncated or both were rounded; every cell at its own worst would excuse nearly anything.
        let possible = [Habit::Truncated, Habit::Rounded].into_iter().any(|habit| {
            let ((low, high), printed) = (possible_rates(&members, habit), habit.range(average.rate));
            low < printed.1 && high >= printed.0
        });
        if sum.approximate && possible && !is_plain_mean {
            continue;
        }
        findings.push(Finding {
            scope: Some(average.scope.clone()),
            indicator: Some(average.indicator.clone()),
            published: Some(average.rate),
            computed: Some(sum.rate),
            approximate: sum.approximate,
            part: Some(sum.numerator),
            whole: Some(sum.denominator),
            plain_mean: is_plain_mean.then_some(sum.plain_mean),
            ..Finding::new(FindingKind::AverageDiffers)
        });
    }
    findings
}

/// The largest figure that is no finding: the office's limit for percentages, the full score for points.
fn highest(scale: Scale, policy: &AuditPolicy) -> Exact {
    match scale {
        Scale::Percent => Exact::from(i128::from(policy.highest_rate)),
        Scale::Points(full) => full.exact(),
    }
}

fn audit_cells(yardstick: Yardstick<'_>, observations: &[Observation]) -> Vec<Finding> {
    let indicators: HashMap<&IndicatorCode, &Indicator> = yardstick.indicators.iter().map(|i| (&i.code, i)).collect();
    let received = files_received(observations, &indicators);
    let (policy, mut findings) = (yardstick.audit, Vec::new());
    for observation in observations {
        let Some(indicator) = indicators.get(&observation.indicator) else { continue };
        if let Some(rate) = observation.rate.value()
            && (rate.exact() < Exact::from(0) || rate.exact() > highest(rate.scale(), policy))
        {
            let counts = observation.numerator.value().zip(observation.denominator.value());
            let computed = counts.filter(|(n, d)| *d > 0 && n <= d).map(|(n, d)| percent_of(n, d));
            findings.push(Finding {
                published: Some(rate),
                computed,
                ..Finding::of(FindingKind::RateOutOfRange, observation)
            });
        }
        let Some(denominator) = observation.denominator.value() else { continue };
        if let (Some(numerator), Some(rate)) = (observation.numerator.value(), observation.rate.value())
            && denominator > 0
            && rate.scale() == Scale::Percent
            && distance(rate.exact(), percent_of(numerator, denominator))
                >= times(rate.last_decimal(), policy.rate_last_decimals)
        {
            findings.push(Finding {
                published: Some(rate),
                computed: Some(percent_of(numerator, denominator)),
                part: Some(numerator),
                whole: Some(denominator),
                implied: implied_denominator(numerator, rate.exact()),
                ..Finding::of(FindingKind::RateDiffers, observation)
            });
        }
        let exceeding = match observation.numerator.value() {
            Some(numerator) if numerator > denominator => Some((numerator, denominator, false)),
            // An own denominator (files with a fee) is itself a part of all files received.
            _ if indicator.denominator == DenominatorSource::Own => {
                received.get(&observation.unit).filter(|&&all| denominator > all).map(|&all| (denominator, all, true))
            }
            _ => None,
        };
        if let Some((part, whole, over_all)) = exceeding.filter(|(part, whole, _)| part - whole >= policy.exceeds_by) {
            findings.push(Finding {
                part: Some(part),
                whole: Some(whole),
                over_all,
                ..Finding::of(FindingKind::PartExceedsWhole, observation)
            });
        }
    }
    findings
}

fn files_received<'a>(
    observations: &'a [Observation],
    indicators: &HashMap<&IndicatorCode, &Indicator>,
) -> HashMap<&'a UnitCode, u64> {
    observations
        .iter()
        .filter(|o| indicators.get(&o.indicator).is_some_and(|i| i.denominator == DenominatorSource::FilesReceived))
        .filter_map(|o| o.denominator.value().map(|d| (&o.unit, d)))
        .collect()
}

fn audit_units(yardstick: Yardstick<'_>, current: Figures<'_>) -> Vec<Finding> {
    let present: HashSet<&UnitCode> = current.observations.iter().map(|o| &o.unit).collect();
    let valid = |unit: &OrgUnit| yardstick.audit.is_valid_in(unit, current.header);
    yardstick
        .units
        .iter()
        .filter_map(|unit| {
            let kind = match present.contains(&unit.code) {
                false if unit.is_valid_on(current.header.as_of) => FindingKind::MissingUnit,
                true if !valid(unit) => FindingKind::UnitNotValidInPeriod,
                _ => return None,
            };
            Some(Finding { unit: Some(unit.code.clone()), ..Finding::new(kind) })
        })
        .collect()
}

fn audit_counts(policy: &AuditPolicy, current: &[Observation], earlier: &[Observation]) -> Vec<Finding> {
    let before: HashMap<_, _> = earlier.iter().map(|o| ((&o.unit, &o.indicator), o)).collect();
    current
        .iter()
        .filter_map(|o| {
            let (then, now) = fall(o, before.get(&(&o.unit, &o.indicator))?)?;
            let finding = Finding { part: Some(now), whole: Some(then), ..Finding::of(FindingKind::CountFell, o) };
            (then - now >= policy.fell_by).then_some(finding)
        })
        .collect()
}

/// A part of a whole that is not zero, in percent.
fn percent_of(part: u64, whole: u64) -> Exact {
    Exact::new(i128::from(part) * 100, i128::from(whole))
}

fn times(step: Exact, count: u32) -> Exact {
    step * Exact::from(i128::from(count))
}
