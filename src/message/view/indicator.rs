//! One indicator of one unit, as a line.

use super::registry::joined;
use super::{AgainstView, Lookup, NamesView, month_before};
use crate::domain::assessment::{Assessment, Comparison, Needed, PeriodAssessment, Rating};
use crate::domain::indicator::{Direction, Remedy};
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::{Exact, count_vi};
use serde::Serialize;

/// A missed target within so many points is near (🟡 instead of 🔴).
pub(super) const NEAR_POINTS: i128 = 5;

/// The colour of a line: exactly one is true.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MarkView {
    /// Missed by far.
    pub red: bool,
    /// Missed by little; in what a unit is told of its own figures also reached, but below the previous month.
    pub yellow: bool,
    /// Reached.
    pub green: bool,
    /// Nothing happened, or nothing is known.
    pub white: bool,
}

impl MarkView {
    pub(super) const RED: Self = Self { red: true, yellow: false, green: false, white: false };
    pub(super) const YELLOW: Self = Self { red: false, yellow: true, green: false, white: false };
    pub(super) const GREEN: Self = Self { red: false, yellow: false, green: true, white: false };
    pub(super) const WHITE: Self = Self { red: false, yellow: false, green: false, white: true };

    /// Of a distance to a target that is not reached.
    pub(super) fn missed(distance: Exact) -> Self {
        if distance <= Exact::from(NEAR_POINTS) { Self::YELLOW } else { Self::RED }
    }
}

/// What is still needed. Null in a line where no number would be true.
#[derive(Clone, Debug, Serialize)]
pub struct NeededView {
    /// "1.642"; null when the target cannot be reached any more.
    pub files: Option<String>,
    /// The number rests on an implied denominator: "≈".
    pub approximate: bool,
    /// What the files are called: "hồ sơ nộp trực tuyến".
    pub noun: String,
    /// Only new files help, so many in a row.
    pub fresh: bool,
    /// The month is over: nothing can be added to it.
    pub closed: bool,
    /// "100%", for the reason why it cannot be reached.
    pub target: String,
}

/// One indicator of one unit.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// Its colour.
    pub mark: MarkView,
    /// "29,7%"; null without a figure.
    pub actual: Option<String>,
    /// "60%".
    pub target: String,
    /// "−30,3 điểm %"; null without a figure.
    pub gap: Option<String>,
    /// "ít hồ sơ".
    pub few: bool,
    /// The target is reached.
    pub met: bool,
    /// The source says that nothing happened.
    pub no_activity: bool,
    /// What is still needed.
    pub needed: Option<NeededView>,
    /// Reached, but worse than the previous month by so much: "3,1 điểm %".
    pub fell: Option<String>,
    /// Lower is better: what got worse rose.
    pub lower_is_better: bool,
    /// Reached again with this snapshot.
    pub back: bool,
}

impl LineView {
    /// Of an assessment, as part of a warning: what is reached but fell against the previous month is yellow there.
    #[must_use]
    pub fn of_warning(lookup: Lookup<'_>, period: &PeriodAssessment, assessment: &Assessment, back: bool) -> Self {
        Self { mark: warning_mark(lookup, assessment), ..Self::of(lookup, period, assessment, back) }
    }

    /// Of an assessment.
    #[must_use]
    pub fn of(lookup: Lookup<'_>, period: &PeriodAssessment, assessment: &Assessment, back: bool) -> Self {
        let fell = fell(lookup, assessment);
        Self {
            name: lookup.indicator_name(&assessment.indicator),
            mark: indicator_mark(assessment),
            actual: assessment.actual.map(|rate| rate.to_string()),
            target: assessment.target.level.to_string(),
            gap: assessment.gap.map(|gap| gap.to_string()),
            few: assessment.few,
            met: assessment.rating == Rating::Met,
            no_activity: assessment.rating == Rating::NoActivity,
            needed: needed(lookup, period, assessment),
            fell: fell.filter(|_| assessment.rating == Rating::Met),
            lower_is_better: assessment.direction == Direction::LowerIsBetter,
            back,
        }
    }
}

/// The colour of an assessment in a warning to its unit.
pub(super) fn warning_mark(lookup: Lookup<'_>, assessment: &Assessment) -> MarkView {
    match assessment.rating {
        Rating::Met if fell(lookup, assessment).is_some() => MarkView::YELLOW,
        _ => indicator_mark(assessment),
    }
}

/// The colour of an assessment: it tells how far the target is, and nothing else.
pub(super) fn indicator_mark(assessment: &Assessment) -> MarkView {
    match assessment.rating {
        Rating::Met => MarkView::GREEN,
        Rating::Missed => assessment.gap.map_or(MarkView::RED, |gap| MarkView::missed(gap.share())),
        Rating::NoActivity | Rating::NoData => MarkView::WHITE,
    }
}

/// By how much a figure got worse, where the policy calls it a fall; without sign, for "giảm … so với".
pub(super) fn fell(lookup: Lookup<'_>, assessment: &Assessment) -> Option<String> {
    let Comparison::Change { points, like_for_like: true, .. } = &assessment.comparison else { return None };
    let falls = -assessment.progress()? >= lookup.policy.fell_points.exact();
    (falls && points.magnitude() > Exact::from(0) && !assessment.compares_few())
        .then(|| points.to_string().trim_start_matches(['−', '+']).to_owned())
}

fn needed(lookup: Lookup<'_>, period: &PeriodAssessment, assessment: &Assessment) -> Option<NeededView> {
    let closed = !period.header.is_open();
    let indicator = lookup.indicator(&assessment.indicator);
    let (files, approximate, fresh) = match assessment.needed? {
        // Nothing can be added to a month that is over: what counts is how many it lacked.
        Needed::New { approximate, .. } if closed => (Some(count_vi(assessment.lacked()?)), approximate, true),
        Needed::New { files, approximate } => (Some(count_vi(files)), approximate, true),
        Needed::Convert { files, approximate } => (Some(count_vi(files)), approximate, false),
        Needed::Unreachable => {
            // Only new files at 100 % have a reason that can be told; and after the month it is no news any more.
            let fresh = indicator.is_some_and(|i| i.remedy == Remedy::New);
            if !fresh || closed {
                return None;
            }
            (None, false, true)
        }
    };
    let noun = indicator.map_or_else(String::new, |i| i.needed_noun.clone());
    Some(NeededView { files, approximate, noun, fresh, closed, target: assessment.target.level.to_string() })
}

/// How many files an assessment still needs, where that is a number.
pub(super) const fn files_needed(assessment: &Assessment) -> Option<(u64, bool)> {
    match assessment.needed {
        Some(Needed::New { files, .. }) => Some((files, true)),
        Some(Needed::Convert { files, .. }) => Some((files, false)),
        Some(Needed::Unreachable) | None => None,
    }
}

/// One indicator against the previous month.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// "+2,1 điểm %".
    pub points: String,
    /// "ít hồ sơ".
    pub few: bool,
}

/// A unit against the previous month.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonView {
    /// Null when there is nothing to compare with.
    pub against: Option<AgainstView>,
    /// What can be compared, in the catalog's order.
    pub changes: Vec<ChangeView>,
    /// How many more were left out.
    pub more: usize,
    /// What has another basis.
    pub incomparable: Option<NamesView>,
    /// What cannot be compared because units were rearranged.
    pub rearranged: Option<NamesView>,
    /// The units whose figures were added up for the comparison.
    pub joined: Option<NamesView>,
    /// "tháng 6": the month that is missing.
    pub month_before: Option<String>,
}

/// How many changes a line names.
const CHANGES: usize = 6;

impl ComparisonView {
    /// Of one unit.
    #[must_use]
    pub fn of(lookup: Lookup<'_>, period: &PeriodAssessment, unit: &UnitCode) -> Self {
        let mut changes = Vec::new();
        let mut incomparable = Vec::new();
        let mut rearranged = Vec::new();
        for assessment in period.of_unit(unit) {
            let name = lookup.indicator_name(&assessment.indicator);
            match &assessment.comparison {
                Comparison::Change { points, .. } => {
                    changes.push(ChangeView { name, points: points.to_string(), few: assessment.compares_few() });
                }
                Comparison::Incomparable(..) => incomparable.push(name),
                Comparison::Rearranged => rearranged.push(name),
                Comparison::None => {}
            }
        }
        let something = !changes.is_empty() || !incomparable.is_empty() || !rearranged.is_empty();
        let previous = period.previous.as_ref().filter(|_| something);
        let more = changes.len().saturating_sub(CHANGES);
        changes.truncate(CHANGES);
        let changes_or_more = !changes.is_empty();
        Self {
            against: previous.map(|previous| AgainstView::of(lookup, &period.header, previous)),
            changes,
            more,
            incomparable: NamesView::of(&incomparable, CHANGES),
            joined: joined(lookup, period, unit).filter(|_| changes_or_more),
            rearranged: NamesView::of(&rearranged, CHANGES),
            month_before: month_before(period.header.period),
        }
    }
}
