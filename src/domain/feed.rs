//! Doubting a feed before anyone is told: a snapshot that looks wrong is held.
//!
//! Each reason carries its evidence, because a person of the office has to decide on it. What a reason means and from
//! where on it counts is in `catalog/alerts.toml`, `[feed]`. Within one month figures are cumulative and units do not
//! come and go, so a snapshot of the same month is a strict reference; the previous month is a loose one.

mod compare;
mod coverage;

pub(in crate::domain) use compare::fall;
pub use coverage::{Coverage, coverage};

use crate::domain::assessment::Figures;
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::pace::WorkCalendar;
use crate::domain::rate::{Exact, Percent};
use chrono::NaiveDate;

/// When a snapshot is held (`catalog/alerts.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPolicy {
    /// Held when at least this share of the units of the reference has vanished.
    pub vanished_share: Percent,
    /// Held as partial when at least so many figures that the month already had are not there any more.
    pub partial_figures: u32,
    /// Held when at least this share of the counts that can be compared within the month is lower than before.
    pub fell_share: Percent,
    /// A figure "jumped" when it moved by at least so many points.
    pub jump_points: Percent,
    /// Held when at least this share of the comparable figures jumped.
    pub jumped_share: Percent,
    /// With fewer comparable figures than this, falls, jumps and sameness prove nothing.
    pub min_compared: u32,
    /// Figures with a denominator (printed or implied) up to this, now or in the reference, are not compared.
    pub few_files: u64,
    /// The same figures on a later day are doubted after so many working days in between.
    pub unchanged_working_days: u32,
    /// Held as mixed when at least this share of the units carries exactly the earlier figures, and at least the same
    /// share moved strongly.
    pub mixed_share: Percent,
    /// A unit moved strongly when one of its figures moved by at least so many points.
    pub mixed_points: Percent,
    /// With fewer comparable units than this, a mixture cannot be told from chance.
    pub mixed_min_units: u32,
}

/// What a snapshot is held against.
#[derive(Clone, Copy, Debug)]
pub struct References<'a> {
    /// The snapshot that counted before within the same month.
    pub same_month: Option<Figures<'a>>,
    /// The previous month's.
    pub previous: Option<Figures<'a>>,
    /// All units: one that has ended is not missed.
    pub units: &'a [OrgUnit],
    /// All indicators: one that left the catalog is not missed.
    pub indicators: &'a [Indicator],
    /// On days off nothing moves.
    pub calendar: &'a WorkCalendar,
}

/// A count that is lower than it was in the same month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    /// Whose.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// What it was.
    pub from: u64,
    /// What it is.
    pub to: u64,
}

/// How many figures moved how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jumps {
    /// Figures that moved by at least the policy's points.
    pub moved: u32,
    /// Figures that could be compared.
    pub compared: u32,
}

/// Why a snapshot is held, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// Units of the reference have no row any more.
    Vanished {
        /// Which.
        units: Vec<UnitCode>,
        /// How many units are expected.
        expected: u32,
    },
    /// The extraction is partial: figures that were there are not.
    Partial {
        /// Indicators without any figure.
        indicators: Vec<IndicatorCode>,
        /// Units that lack figures, in the order of the reference.
        units: Vec<UnitCode>,
        /// How many figures are missing.
        missing: u32,
        /// How many are expected.
        expected: u32,
    },
    /// Counts of the month are lower than they were, which cumulative counts cannot be.
    CountsFell {
        /// How many figures.
        fell: u32,
        /// Of how many that could be compared.
        compared: u32,
        /// The largest falls first.
        examples: Vec<Fall>,
    },
    /// Too many figures moved too far.
    Jumped(Jumps),
    /// All figures are those of an earlier day: the source is stale.
    Unchanged {
        /// How many figures.
        figures: u32,
        /// The day up to which the same figures were given before.
        since: NaiveDate,
    },
    /// One part of the units carries the earlier figures, the other moved strongly: two extractions in one.
    Mixed {
        /// Units that carry exactly the earlier figures.
        same: Vec<UnitCode>,
        /// Units that moved strongly.
        moved: Vec<UnitCode>,
        /// How many units could be compared.
        compared: u32,
    },
}

impl HoldReason {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Vanished { .. } => "vanished",
            Self::Partial { .. } => "partial",
            Self::CountsFell { .. } => "counts_fell",
            Self::Jumped(_) => "jumped",
            Self::Unchanged { .. } => "unchanged",
            Self::Mixed { .. } => "mixed",
        }
    }
}

/// What looks wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedDoubt {
    /// At least one, in the order of [`HoldReason`].
    pub reasons: Vec<HoldReason>,
    /// The id of the snapshot that it was held against.
    pub reference: String,
}

impl FeedDoubt {
    /// The words of the reasons, with commas.
    #[must_use]
    pub fn words(&self) -> String {
        self.reasons.iter().map(HoldReason::as_str).collect::<Vec<_>>().join(",")
    }

    /// What makes it the same doubt when a source is asked again: the same day's figures look wrong in the same ways
    /// against the same snapshot. The office hears of it once.
    #[must_use]
    pub fn key(&self, as_of: NaiveDate) -> String {
        format!("held:{}:{as_of}:{}", self.reference, self.words())
    }
}

/// How many examples of one reason are kept.
const EXAMPLES: usize = 20;

/// Holds a snapshot against the last ones that were published; none means nothing is doubtful.
#[must_use]
pub fn doubt(current: Figures<'_>, references: References<'_>, policy: &FeedPolicy) -> Option<FeedDoubt> {
    let reference = references.same_month.or(references.previous)?;
    let mut reasons = Vec::new();
    let lost = coverage::lost(current, reference, references);
    if at_least(lost.units.len(), lost.expected_units, policy.vanished_share) {
        reasons.push(HoldReason::Vanished { units: lost.units.clone(), expected: number(lost.expected_units) });
    }
    reasons.extend(lost.partial(references.same_month.is_some(), &reasons, policy));
    if let Some(earlier) = references.same_month {
        reasons.extend(compare::falls(current, earlier, policy));
    }
    let jumps = compare::jumps(current, reference, policy);
    if jumps.compared >= policy.min_compared
        && at_least(jumps.moved as usize, jumps.compared as usize, policy.jumped_share)
    {
        reasons.push(HoldReason::Jumped(jumps));
    }
    if work_was_done(current, reference, references.calendar, policy) {
        let unchanged = compare::unchanged(current, reference, policy);
        let mixed = || references.same_month.and_then(|earlier| compare::mixed(current, earlier, policy));
        reasons.extend(unchanged.or_else(mixed));
    }
    (!reasons.is_empty()).then(|| FeedDoubt { reasons, reference: reference.header.id.clone() })
}

/// Whether figures should have moved between the two: another month, or a later day with working days in between.
/// Figures of the same day are a correction, in which most stays as it is.
fn work_was_done(current: Figures<'_>, reference: Figures<'_>, calendar: &WorkCalendar, policy: &FeedPolicy) -> bool {
    let (now, then) = (current.header, reference.header);
    if now.period != then.period {
        return now.period > then.period;
    }
    let days = then.as_of.iter_days().skip(1).take_while(|day| *day <= now.as_of);
    let worked = days.filter(|day| calendar.is_working_day(*day)).take(policy.unchanged_working_days as usize).count();
    now.as_of > then.as_of && worked >= policy.unchanged_working_days as usize
}

fn at_least(part: usize, whole: usize, share: Percent) -> bool {
    let (Ok(part), Ok(whole)) = (i128::try_from(part), i128::try_from(whole)) else { return true };
    part > 0 && whole > 0 && Exact::new(part * 100, whole) >= share.exact()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
