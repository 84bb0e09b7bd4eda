//! Alerts ("cảnh báo"): lasting conditions of one unit, and the reason for which we speak of them now.
//!
//! A decision never just says "send": it carries the reason, so that tests read as a table and an office can be
//! told why a message came. Repeating is by the policy of `catalog/alerts.toml`, not by a timer somewhere.

use crate::domain::assessment::{AssessPolicy, Assessment, PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent, Rate};
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

/// A condition that holds, and when the unit was last told of it.
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
    /// Told again at once when the rate is lower by at least so many points than when last told.
    pub worsened_points: Percent,
    /// A fall against the previous month counts from so many points.
    pub fell_points: Percent,
}

/// Decides for every condition that holds or held.
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
            let state = states.get(&key).copied();
            let presence = presence(condition, assessment, policy);
            if let Some(decision) = decide_one(now, policy, period, assessment, key, state, presence) {
                decisions.push(decision);
            }
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

fn presence(condition: Condition, assessment: &Assessment, policy: &AlertPolicy) -> Presence {
    match (condition, assessment.rating) {
        (Condition::MissedTarget, Rating::Missed) | (Condition::NoData, Rating::NoData) => Presence::Holds,
        (Condition::MissedTarget, Rating::Met) => Presence::Resolved,
        (Condition::MissedTarget | Condition::BelowPrevious, Rating::NoData) => Presence::Unknown,
        (Condition::BelowPrevious, _) if fell(assessment, policy) => Presence::Holds,
        _ => Presence::Absent,
    }
}

/// A fall is an alarm only where like is compared with like and there are enough files for it to mean something.
fn fell(assessment: &Assessment, policy: &AlertPolicy) -> bool {
    use crate::domain::assessment::Comparison;
    match &assessment.comparison {
        Comparison::Change { points, like_for_like: true, .. } => {
            !assessment.few && points.exact() < Exact::from(0) && points.magnitude() >= policy.fell_points.exact()
        }
        _ => false,
    }
}

fn decide_one(
    now: DateTime<Utc>,
    policy: &AlertPolicy,
    period: &PeriodAssessment,
    assessment: &Assessment,
    key: AlertKey,
    state: Option<&AlertState>,
    presence: Presence,
) -> Option<Decision> {
    let header = &period.header;
    let since = state.map_or(header.period, |s| s.since);
    let decision = |verdict, holds| Some(Decision { key: key.clone(), verdict, holds, since });
    let same_day = |s: &AlertState| s.told_period == header.period && s.told_as_of == header.as_of;
    match (state, presence) {
        (None, Presence::Holds) => decision(Ok(first_reason(key.condition)), true),
        (None, _) => None,
        (Some(_), Presence::Unknown) => decision(Err(Silence::NothingNew), true),
        (Some(_), Presence::Absent) => decision(Err(Silence::Ended), false),
        // The same day's figures now say otherwise: that is a correction, not an achievement.
        (Some(s), Presence::Resolved) if same_day(s) => decision(Ok(NotifyReason::Corrected), false),
        (Some(_), Presence::Resolved) => decision(Ok(NotifyReason::Recovered), false),
        (Some(s), Presence::Holds) => {
            let changed = s.told_rate.map(Rate::exact) != assessment.actual.map(Rate::exact);
            let verdict = if same_day(s) && changed {
                Ok(NotifyReason::Corrected)
            } else if key.condition == Condition::MissedTarget && worsened(s, assessment, policy) {
                Ok(NotifyReason::Worsened)
            } else if key.condition == Condition::BelowPrevious && s.told_period != header.period {
                Ok(NotifyReason::FellBelow)
            } else if key.condition != Condition::BelowPrevious && now - s.told_at >= policy.repeat_after {
                Ok(NotifyReason::StillMissed)
            } else {
                Err(Silence::NothingNew)
            };
            decision(verdict, true)
        }
    }
}

const fn first_reason(condition: Condition) -> NotifyReason {
    match condition {
        Condition::MissedTarget => NotifyReason::FirstMissed,
        Condition::BelowPrevious => NotifyReason::FellBelow,
        Condition::NoData => NotifyReason::NoData,
    }
}

fn worsened(state: &AlertState, assessment: &Assessment, policy: &AlertPolicy) -> bool {
    // Few files: one of them moves the rate by a third.
    if assessment.few {
        return false;
    }
    match (state.told_rate, assessment.gap, assessment.actual) {
        (Some(told), Some(gap), Some(actual)) if gap.exact() < Exact::from(0) => {
            told.exact() - actual.exact() >= policy.worsened_points.exact()
        }
        _ => false,
    }
}

/// Which message a unit gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// What is not reached and what to do.
    Bulletin,
    /// What is reached again, and nothing else to say.
    Recovered,
    /// No figures at all.
    NoData,
}

/// All that one evaluation has to say to one unit: one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNotice {
    /// To whom.
    pub unit: UnitCode,
    /// Which message.
    pub kind: NoticeKind,
    /// The strongest reason.
    pub reason: NotifyReason,
    /// Indicators reached again with this evaluation.
    pub recovered: Vec<IndicatorCode>,
    /// What distinguishes this message from every other to the unit: two evaluations from the same state make the
    /// same key, and the schema lets only one of them in.
    pub key: String,
}

/// Gathers decisions into at most one message a unit, in the order of the assessments.
#[must_use]
pub fn notices(period: &PeriodAssessment, decisions: &[Decision], states: &[AlertState]) -> Vec<UnitNotice> {
    let mut order: Vec<&UnitCode> = Vec::new();
    let mut by_unit: HashMap<&UnitCode, Vec<&Decision>> = HashMap::new();
    for decision in decisions {
        let list = by_unit.entry(&decision.key.unit).or_insert_with(|| {
            order.push(&decision.key.unit);
            Vec::new()
        });
        list.push(decision);
    }
    order
        .into_iter()
        .filter_map(|unit| {
            let decisions = &by_unit[unit];
            let reason = decisions.iter().filter_map(|d| d.verdict.ok()).max()?;
            let nothing_known = period.of_unit(unit).all(|a| a.rating == Rating::NoData);
            let kind = if nothing_known {
                NoticeKind::NoData
            } else if reason == NotifyReason::Recovered {
                NoticeKind::Recovered
            } else {
                NoticeKind::Bulletin
            };
            let recovered =
                decisions.iter().filter(|d| !d.holds && d.verdict.is_ok()).map(|d| d.key.indicator.clone()).collect();
            // The last time we spoke to the unit is part of the key, so that the weekly repetition of an unchanged
            // snapshot is a new message and a repeated evaluation is not.
            let told = states.iter().filter(|s| &s.key.unit == unit).map(|s| s.told_at).max();
            let told = told.map_or_else(|| "never".to_owned(), |t| t.timestamp_millis().to_string());
            let key = format!("unit:{unit}:{}:{}:{told}", period.header.id, reason.as_str());
            Some(UnitNotice { unit: unit.clone(), kind, reason, recovered, key })
        })
        .collect()
}

/// The states after an evaluation whose notices are sent at `now`. Everything that a unit's message lists counts as told;
/// what was only evaluated keeps its time.
#[must_use]
pub fn next_states(
    now: DateTime<Utc>,
    period: &PeriodAssessment,
    decisions: &[Decision],
    states: &[AlertState],
    notices: &[UnitNotice],
) -> Vec<AlertState> {
    let before: HashMap<&AlertKey, &AlertState> = states.iter().map(|s| (&s.key, s)).collect();
    let rates: HashMap<_, _> = period.assessments.iter().map(|a| ((&a.unit, &a.indicator), a.actual)).collect();
    decisions
        .iter()
        .filter(|d| d.holds)
        .map(|d| {
            let told = notices.iter().any(|n| n.unit == d.key.unit);
            match before.get(&d.key) {
                Some(state) if !told => (*state).clone(),
                _ => AlertState {
                    key: d.key.clone(),
                    since: d.since,
                    told_at: now,
                    told_period: period.header.period,
                    told_as_of: period.header.as_of,
                    told_rate: rates.get(&(&d.key.unit, &d.key.indicator)).copied().flatten(),
                },
            }
        })
        .collect()
}
