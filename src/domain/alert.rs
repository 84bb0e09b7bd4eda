//! Alerts ("cảnh báo"): lasting conditions of one unit, and the reason for which we speak of them now.
//!
//! A decision never just says "send": it carries the reason, so that tests read as a table and an office can be
//! told why a message came. Repeating is by the policy of `catalog/alerts.toml`, not by a timer somewhere.
//!
//! The way of one evaluation: [`decide`] for every condition, [`notices`] gathers the decisions into one message a unit,
//! [`next_states`] remembers what the messages told.

mod notice;

pub use notice::{NoticeKind, UnitNotice, next_states, notices};

use crate::domain::assessment::{AssessPolicy, Assessment, Comparison, PeriodAssessment, Rating, alike};
use crate::domain::indicator::{Direction, IndicatorCode};
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent, Rate};
use crate::domain::snapshot::SnapshotHeader;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::collections::HashMap;

/// What can be wrong with one unit and indicator for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The target is not reached.
    MissedTarget,
    /// The result is below the previous month's ("kết quả tháng sau phải cao hơn tháng trước").
    BelowPrevious,
    /// There is no figure.
    NoData,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MissedTarget, Self::BelowPrevious, Self::NoData];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissedTarget => "missed_target",
            Self::BelowPrevious => "below_previous",
            Self::NoData => "no_data",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// Which condition of which unit and indicator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertKey {
    /// Whose.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// What is wrong.
    pub condition: Condition,
}

/// A condition that holds, and when the unit was last told of it. While the figures leave a condition open (none came, or
/// too few of a new month), a message still counts as told, and the figures stay those that it was last seen in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertState {
    /// Which one.
    pub key: AlertKey,
    /// The period in which it began.
    pub since: ReportingPeriod,
    /// When the unit was last told.
    pub told_at: DateTime<Utc>,
    /// The period of the figures it was told of.
    pub told_period: ReportingPeriod,
    /// The last day of those figures.
    pub told_as_of: NaiveDate,
    /// The rate it was told.
    pub told_rate: Option<Rate>,
}

/// Why we speak now. Declared from the weakest to the strongest: a message about several conditions carries the
/// strongest reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotifyReason {
    /// The target is reached again.
    Recovered,
    /// Nothing changed, but the repeat interval has passed.
    StillMissed,
    /// The figures of a day already told were corrected.
    Corrected,
    /// There is no figure where there should be one.
    NoData,
    /// The result fell below the previous month's.
    FellBelow,
    /// Further from the target than when last told.
    Worsened,
    /// Missed for the first time (or again after it had been reached).
    FirstMissed,
}

impl NotifyReason {
    /// The word in JSON and in the database (contract of `rehearse --json`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::StillMissed => "still_missed",
            Self::Corrected => "corrected",
            Self::NoData => "no_data",
            Self::FellBelow => "fell_below",
            Self::Worsened => "worsened",
            Self::FirstMissed => "first_missed",
        }
    }
}

/// Why we keep silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Told before, nothing new since, and the repeat interval has not passed.
    NothingNew,
    /// The condition ended in a way that is no news for the unit (figures arrived; nothing happened this month).
    Ended,
}

/// What follows for one condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Which one.
    pub key: AlertKey,
    /// Why we speak, or why not.
    pub verdict: Result<NotifyReason, Silence>,
    /// Whether the condition holds after this evaluation.
    pub holds: bool,
    /// The period in which it began.
    pub since: ReportingPeriod,
}

/// When to speak (`catalog/alerts.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertPolicy {
    /// Thresholds of assessing.
    pub assess: AssessPolicy,
    /// A condition that goes on is told again after this time.
    pub repeat_after: Duration,
    /// Told again at once when the rate is worse by at least so many points than when last told. Across months only like
    /// is held against like.
    pub worsened_points: Percent,
    /// A fall against the previous month counts from so many points; it is over when there is no fall any more, so that
    /// a figure on the threshold does not begin and end it with every snapshot.
    pub fell_points: Percent,
}

/// Decides for every condition that holds or held. `period` is the assessment of the newest figures (an older snapshot
/// has no news), `states` are those of the last evaluation; states of units and indicators that are not assessed any
/// more get no decision, and so end in silence.
#[must_use]
pub fn decide(
    now: DateTime<Utc>,
    policy: &AlertPolicy,
    period: &PeriodAssessment,
    states: &[AlertState],
) -> Vec<Decision> {
    let states: HashMap<&AlertKey, &AlertState> = states.iter().map(|s| (&s.key, s)).collect();
    let mut decisions = Vec::new();
    for assessment in &period.assessments {
        for condition in Condition::ALL {
            let key = AlertKey { unit: assessment.unit.clone(), indicator: assessment.indicator.clone(), condition };
            let case = Case { now, policy, header: &period.header, assessment, state: states.get(&key).copied() };
            decisions.extend(case.decide(key));
        }
    }
    decisions
}

/// What an assessment says of a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Holds,
    /// It does not hold, and that is good news.
    Resolved,
    /// It does not hold, without being better.
    Absent,
    /// The figures do not tell; what was known stays.
    Unknown,
}

/// One condition of one unit and indicator, with all that decides on it.
struct Case<'a> {
    now: DateTime<Utc>,
    policy: &'a AlertPolicy,
    header: &'a SnapshotHeader,
    assessment: &'a Assessment,
    state: Option<&'a AlertState>,
}

impl Case<'_> {
    fn decide(&self, key: AlertKey) -> Option<Decision> {
        let condition = key.condition;
        let presence = match condition {
            Condition::MissedTarget => self.missed_target(),
            Condition::BelowPrevious => self.below_previous(),
            Condition::NoData if self.assessment.rating == Rating::NoData => Presence::Holds,
            Condition::NoData => Presence::Absent,
        };
        let Some(state) = self.state else {
            let first = Decision { key, verdict: Ok(first_reason(condition)), holds: true, since: self.header.period };
            return (presence == Presence::Holds).then_some(first);
        };
        let corrected = condition != Condition::NoData && self.is_corrected(state);
        let verdict = match presence {
            Presence::Unknown => Err(Silence::NothingNew),
            // The same day's figures now say otherwise: that is a correction, neither an achievement nor a quiet end.
            _ if corrected => Ok(NotifyReason::Corrected),
            Presence::Absent => Err(Silence::Ended),
            Presence::Resolved => Ok(NotifyReason::Recovered),
            Presence::Holds => self.goes_on(condition, state),
        };
        let holds = matches!(presence, Presence::Holds | Presence::Unknown);
        Some(Decision { key, verdict, holds, since: state.since })
    }

    fn missed_target(&self) -> Presence {
        match self.assessment.rating {
            Rating::Missed => Presence::Holds,
            Rating::NoData => Presence::Unknown,
            Rating::Met | Rating::NoActivity if self.is_too_early() => Presence::Unknown,
            Rating::Met => Presence::Resolved,
            Rating::NoActivity => Presence::Absent,
        }
    }

    fn below_previous(&self) -> Presence {
        let told_in_period = self.state.is_some_and(|state| state.told_period == self.header.period);
        match (self.assessment.rating, &self.assessment.comparison) {
            (Rating::NoData, _) => Presence::Unknown,
            (Rating::NoActivity, _) | (_, Comparison::Incomparable(..) | Comparison::Rearranged) => Presence::Absent,
            // A fall is an alarm only where like is compared with like and there are enough files for it to mean
            // something.
            (_, Comparison::Change { like_for_like: true, .. }) if !self.assessment.compares_few() => {
                let fall = -self.assessment.progress().unwrap_or_default();
                let counts = fall >= self.policy.fell_points.exact() || told_in_period;
                if fall > Exact::from(0) && counts { Presence::Holds } else { Presence::Absent }
            }
            _ if told_in_period => Presence::Unknown,
            _ => Presence::Absent,
        }
    }

    /// The first files of a month take nothing back of what was told of the month before: one file is done or not
    /// done, and the unit would be told "reached" and "missed" in turns.
    fn is_too_early(&self) -> bool {
        let nearly_nothing = self.assessment.few || self.assessment.rating == Rating::NoActivity;
        let told_before = self.state.is_some_and(|state| Some(state.told_period) == self.header.period.previous());
        self.header.is_open() && nearly_nothing && told_before
    }

    /// Other figures of a day that was already told.
    fn is_corrected(&self, state: &AlertState) -> bool {
        state.told_period == self.header.period
            && state.told_as_of == self.header.as_of
            && state.told_rate.map(Rate::exact) != self.assessment.actual.map(Rate::exact)
    }

    fn goes_on(&self, condition: Condition, state: &AlertState) -> Result<NotifyReason, Silence> {
        match condition {
            Condition::MissedTarget if self.is_worse(state) => Ok(NotifyReason::Worsened),
            Condition::BelowPrevious if state.told_period != self.header.period => Ok(NotifyReason::FellBelow),
            // A fall is told once a month: it does not become less by repeating it.
            Condition::BelowPrevious => Err(Silence::NothingNew),
            _ if self.now - state.told_at >= self.policy.repeat_after => Ok(NotifyReason::StillMissed),
            _ => Err(Silence::NothingNew),
        }
    }

    fn is_worse(&self, state: &AlertState) -> bool {
        // Few files: one of them moves the rate by a third.
        if self.assessment.few || !self.is_alike(state) {
            return false;
        }
        let (Some(told), Some(actual)) = (state.told_rate, self.assessment.actual) else { return false };
        let loss = match self.assessment.direction {
            Direction::HigherIsBetter => told.exact() - actual.exact(),
            Direction::LowerIsBetter => actual.exact() - told.exact(),
        };
        actual.scale().share(loss) >= self.policy.worsened_points.exact()
    }

    /// Whether what was told may be held against these figures. Within a month it may; across months the words "worse
    /// than" need the same basis, and an open month beside a closed one needs more words than a reason has.
    fn is_alike(&self, state: &AlertState) -> bool {
        let told = (state.told_period, state.told_as_of);
        let now = (self.header.period, self.header.as_of);
        told.0 == now.0
            || alike(now, told, self.policy.assess.same_day_tolerance)
                && !matches!(self.assessment.comparison, Comparison::Incomparable(..) | Comparison::Rearranged)
    }
}

const fn first_reason(condition: Condition) -> NotifyReason {
    match condition {
        Condition::MissedTarget => NotifyReason::FirstMissed,
        Condition::BelowPrevious => NotifyReason::FellBelow,
        Condition::NoData => NotifyReason::NoData,
    }
}
