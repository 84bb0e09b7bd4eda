//! The audit: where a report contradicts itself. Findings go to the office, never to the agency.

use crate::domain::assessment::{Figures, Yardstick, actual_rate, distance, implied_denominator, rate_follows};
use crate::domain::indicator::{DenominatorSource, Indicator, IndicatorCode};
use crate::domain::observation::{Observation, PublishedAverage};
use crate::domain::org_unit::{OrgUnit, Scope, UnitCode};
use crate::domain::rate::{Exact, Percent, Rate, scaled};
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
        findings.extend(audit_counts(current.observations, earlier.observations));
    }
    findings
}

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
#[must_use]
pub fn scope_sum<'a>(observations: impl Iterator<Item = &'a Observation>) -> Option<ScopeSum> {
    let observations: Vec<&Observation> = observations.collect();
    let (mut numerator, mut denominator, mut approximate) = (0_u64, 0_u64, false);
    let (mut rates, mut count) = (0_i128, 0_i128);
    for observation in &observations {
        let (Some(rate), Some(n)) = (actual_rate(observation), observation.numerator.value()) else { continue };
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

/// How a source brings a rate to its printed decimals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Truncated,
    Rounded,
    /// One or the other, from cell to cell.
    Either,
}

impl Habit {
    /// The lowest and the highest rate that are printed like this, in percent.
    fn range(self, printed: Percent) -> (Exact, Exact) {
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
fn possible_rates(observations: &[&Observation], habit: Habit) -> (Exact, Exact) {
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

fn audit_averages(
    yardstick: Yardstick<'_>,
    observations: &[Observation],
    averages: &[PublishedAverage],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for average in averages {
        let members: Vec<_> = in_scope(yardstick.units, observations, &average.scope, &average.indicator).collect();
        let Some(sum) = scope_sum(members.iter().copied()) else { continue };
        let (published, step) = (average.rate.exact(), average.rate.last_decimal());
        if distance(published, sum.rate) < step {
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

fn audit_cells(yardstick: Yardstick<'_>, observations: &[Observation]) -> Vec<Finding> {
    let indicators: HashMap<&IndicatorCode, &Indicator> = yardstick.indicators.iter().map(|i| (&i.code, i)).collect();
    let received = files_received(observations, &indicators);
    let mut findings = Vec::new();
    for observation in observations {
        let Some(indicator) = indicators.get(&observation.indicator) else { continue };
        if let Some(rate) = observation.rate.value()
            && (rate.exact() < Exact::from(0) || rate.exact() > Exact::from(100))
        {
            findings.push(Finding { published: Some(rate), ..Finding::of(FindingKind::RateOutOfRange, observation) });
        }
        let Some(denominator) = observation.denominator.value() else { continue };
        if let (Some(numerator), Some(rate)) = (observation.numerator.value(), observation.rate.value())
            && denominator > 0
            && !rate_follows(rate, numerator, denominator)
        {
            findings.push(Finding {
                published: Some(rate),
                computed: Some(Exact::new(i128::from(numerator) * 100, i128::from(denominator))),
                part: Some(numerator),
                whole: Some(denominator),
                implied: implied_denominator(numerator, rate.exact()),
                ..Finding::of(FindingKind::RateDiffers, observation)
            });
        }
        let exceeding = match observation.numerator.value() {
            Some(numerator) if numerator > denominator => Some((numerator, denominator)),
            // An own denominator (files with a fee) is itself a part of all files received.
            _ if indicator.denominator == DenominatorSource::Own => {
                received.get(&observation.unit).filter(|&&all| denominator > all).map(|&all| (denominator, all))
            }
            _ => None,
        };
        if let Some((part, whole)) = exceeding {
            findings.push(Finding {
                part: Some(part),
                whole: Some(whole),
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
    let as_of = current.header.as_of;
    yardstick
        .units
        .iter()
        .filter_map(|unit| {
            let kind = match (present.contains(&unit.code), unit.is_valid_on(as_of)) {
                (false, true) => FindingKind::MissingUnit,
                (true, false) => FindingKind::UnitNotValidInPeriod,
                _ => return None,
            };
            Some(Finding { unit: Some(unit.code.clone()), ..Finding::new(kind) })
        })
        .collect()
}

fn audit_counts(current: &[Observation], earlier: &[Observation]) -> Vec<Finding> {
    let before: HashMap<_, _> = earlier.iter().map(|o| ((&o.unit, &o.indicator), o)).collect();
    current
        .iter()
        .filter_map(|o| {
            let then = before.get(&(&o.unit, &o.indicator))?;
            let pairs =
                [(o.numerator.value(), then.numerator.value()), (o.denominator.value(), then.denominator.value())];
            let (now, then) = pairs.into_iter().find_map(|pair| match pair {
                (Some(now), Some(then)) if now < then => Some((now, then)),
                _ => None,
            })?;
            Some(Finding { part: Some(now), whole: Some(then), ..Finding::of(FindingKind::CountFell, o) })
        })
        .collect()
}
