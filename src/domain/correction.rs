//! Corrections ("đính chính"): a month that was published gets other figures for the same days.
//!
//! Figures of a later day of an open month are progress, not a correction. A correction is another reading of the same
//! day, or of a month whose published figures already covered all of it.

use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Rate;
use crate::domain::snapshot::SnapshotHeader;

/// How far back corrections are told (`catalog/alerts.toml`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrectionPolicy {
    /// Corrections of the newest month and of so many months before it are told to units and leaders; older ones are
    /// recorded, and only the office hears of them.
    pub months_back: u32,
}

/// What a snapshot is beside those that are there, and so who may hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The newest figures.
    News,
    /// Other figures for what was published; of the newest month, or of one that is still told of.
    Correction {
        /// Of the newest figures, which alerts are decided upon.
        newest: bool,
    },
    /// A correction of a month that is too old to be told of.
    OldCorrection,
    /// The figures that count for a month that is past, told for the first time or going on: kept for comparison, and
    /// nobody hears of them.
    Past,
    /// A day that was overtaken within its month: kept, and nobody hears of it.
    Overtaken,
}

impl Standing {
    /// Whether alerts are decided upon these figures.
    #[must_use]
    pub const fn is_newest(self) -> bool {
        matches!(self, Self::News | Self::Correction { newest: true })
    }

    /// Whether leaders hear of it.
    #[must_use]
    pub const fn is_told(self) -> bool {
        matches!(self, Self::News | Self::Correction { .. })
    }
}

/// Whether figures are another reading of what `published` said, not its continuation. Both are of one month, and
/// `published` does not end later.
#[must_use]
pub fn corrects(header: &SnapshotHeader, published: &SnapshotHeader) -> bool {
    header.period == published.period && (header.as_of == published.as_of || !published.is_open())
}

/// The standing of a snapshot. `newest` counts of all months and `counting` of its own month, both with what is only
/// recorded; `published` is what was published before it within its month, up to its day.
#[must_use]
pub fn standing(
    header: &SnapshotHeader,
    newest: Option<&SnapshotHeader>,
    counting: Option<&SnapshotHeader>,
    published: Option<&SnapshotHeader>,
    policy: CorrectionPolicy,
) -> Standing {
    let is_newest = newest.is_none_or(|newest| (header.period, header.as_of) >= (newest.period, newest.as_of));
    let counts = counting.is_none_or(|other| (header.as_of, header.number) >= (other.as_of, other.number));
    let correction = published.is_some_and(|published| corrects(header, published));
    match (correction && counts, is_newest) {
        (true, newest) if newest => Standing::Correction { newest },
        (true, _) if newest.is_some_and(|newest| months_between(header.period, newest.period) > policy.months_back) => {
            Standing::OldCorrection
        }
        (true, _) => Standing::Correction { newest: false },
        (false, true) => Standing::News,
        (false, false) if counts => Standing::Past,
        (false, false) => Standing::Overtaken,
    }
}

/// How many months `later` comes after `earlier`; zero when it does not.
fn months_between(earlier: ReportingPeriod, later: ReportingPeriod) -> u32 {
    let number = |period: ReportingPeriod| i64::from(period.year()) * 12 + i64::from(period.month());
    u32::try_from(number(later) - number(earlier)).unwrap_or(0)
}

/// A figure that says otherwise than it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectedFigure {
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// As it was published; none where the unit was not assessed then.
    pub before: Option<Assessment>,
}

/// What changed for one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCorrection {
    /// Whose.
    pub unit: UnitCode,
    /// In the order of the assessments; never empty.
    pub figures: Vec<CorrectedFigure>,
}

/// Whose rating or figure is another one than was published, in the order of the new assessments.
#[must_use]
pub fn corrections(before: &PeriodAssessment, now: &PeriodAssessment) -> Vec<UnitCorrection> {
    let mut found: Vec<UnitCorrection> = Vec::new();
    for assessment in &now.assessments {
        let earlier = before.of_unit(&assessment.unit).find(|a| a.indicator == assessment.indicator);
        if earlier.is_some_and(|earlier| !differs(earlier, assessment)) {
            continue;
        }
        let figure = CorrectedFigure { indicator: assessment.indicator.clone(), before: earlier.cloned() };
        match found.last_mut().filter(|last| last.unit == assessment.unit) {
            Some(last) => last.figures.push(figure),
            None => found.push(UnitCorrection { unit: assessment.unit.clone(), figures: vec![figure] }),
        }
    }
    found
}

/// Implied denominators follow from the rest, and printed decimals do not count.
fn differs(before: &Assessment, now: &Assessment) -> bool {
    let printed = |a: &Assessment| a.denominator.filter(|d| !d.implied).map(|d| d.count);
    before.rating != now.rating
        || before.actual.map(Rate::exact) != now.actual.map(Rate::exact)
        || before.numerator != now.numerator
        || printed(before) != printed(now)
}
