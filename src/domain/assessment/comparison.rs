//! Against the previous month: like is compared with like, or the difference is said, or nothing is said.

use super::Assessment;
use crate::domain::observation::Observation;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Points, Rate};
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use chrono::{Datelike, NaiveDate};

/// The previous period's figure that the current one is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Which month.
    pub period: ReportingPeriod,
    /// Up to which day.
    pub as_of: NaiveDate,
    /// Its rate.
    pub actual: Rate,
    /// Made up for demonstration.
    pub sample: bool,
    /// It rests on so few files that a change against it means little ("ít hồ sơ").
    pub few: bool,
}

/// Why a figure is not held against the previous one although there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// Target, formula or denominator changed ("không cùng cơ sở tính").
    OtherBasis,
}

/// The comparison with the previous month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// There is nothing to compare with, or nothing to compare.
    None,
    /// There is a previous figure, but up and down would be wrong words.
    Incomparable(Previous, Incomparable),
    /// Units were rearranged since, and what the work came to before cannot be told ("không so sánh được (sắp xếp đơn
    /// vị)"): a predecessor was divided, or it printed no counts that could be added up.
    Rearranged,
    /// Current minus previous.
    Change {
        /// The previous figure.
        previous: Previous,
        /// In percentage points, or in points of a score.
        points: Points,
        /// Both cover the whole month, or both end near the same day. When false, an open month stands beside a
        /// closed one, and every sentence has to say so.
        like_for_like: bool,
    },
}

impl Comparison {
    /// The previous figure, comparable or not.
    #[must_use]
    pub const fn previous(&self) -> Option<&Previous> {
        match self {
            Self::None | Self::Rearranged => None,
            Self::Incomparable(previous, _) | Self::Change { previous, .. } => Some(previous),
        }
    }

    /// The change in points, where it means something.
    #[must_use]
    pub const fn points(&self) -> Option<Points> {
        match self {
            Self::Change { points, .. } => Some(*points),
            _ => None,
        }
    }
}

pub(super) fn compare(
    current: &Assessment,
    observation: &Observation,
    (before, earlier): (Option<Rate>, &Observation),
    header: &SnapshotHeader,
    same_target: bool,
    like_for_like: bool,
    few: bool,
) -> Comparison {
    let (Some(actual), Some(before)) = (current.actual, before) else { return Comparison::None };
    let previous = Previous { period: header.period, as_of: header.as_of, actual: before, sample: header.sample, few };
    let printed = |o: &Observation| o.denominator.value().is_some();
    let same_scale = actual.scale() == before.scale();
    if !same_target || !same_scale || observation.basis != earlier.basis || printed(observation) != printed(earlier) {
        return Comparison::Incomparable(previous, Incomparable::OtherBasis);
    }
    let points = Points::between(actual.exact(), before.exact()).on(actual.scale());
    Comparison::Change { previous, points, like_for_like }
}

/// Whether two months may be compared without a remark: both complete, or both open and ending near the same day
/// (days of the month at most `tolerance` apart).
#[must_use]
pub fn like_for_like(current: &SnapshotHeader, previous: &SnapshotHeader, tolerance: u32) -> bool {
    alike((current.period, current.as_of), (previous.period, previous.as_of), tolerance)
}

/// [`like_for_like`] of two months of which only the period and the last day are known.
pub(crate) fn alike(
    current: (ReportingPeriod, NaiveDate),
    previous: (ReportingPeriod, NaiveDate),
    tolerance: u32,
) -> bool {
    match (current.0.is_open(current.1), previous.0.is_open(previous.1)) {
        (false, false) => true,
        (true, true) => current.1.day().abs_diff(previous.1.day()) <= tolerance,
        _ => false,
    }
}

/// Chooses, among the previous month's snapshots, the one to compare with: for an open month the one that ends nearest
/// to the same day (if it is like for like), otherwise the latest. A held snapshot is suspicious, so it is never chosen.
/// That all candidates are of the previous month is the caller's part.
#[must_use]
pub fn choose_previous<'a>(
    current: &SnapshotHeader,
    candidates: &'a [SnapshotHeader],
    tolerance: u32,
) -> Option<&'a SnapshotHeader> {
    let sound = || candidates.iter().filter(|h| h.state != SnapshotState::Held);
    let latest = || sound().max_by_key(|h| (h.as_of, h.number));
    if !current.is_open() {
        return latest();
    }
    sound()
        .filter(|h| like_for_like(current, h, tolerance))
        // The higher number is the later correction of the same day.
        .min_by_key(|h| (current.as_of.day().abs_diff(h.as_of.day()), u32::MAX - h.number))
        .or_else(latest)
}
