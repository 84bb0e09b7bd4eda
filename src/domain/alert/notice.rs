//! From decisions to messages: at most one a unit, and what it leaves behind.

use super::{AlertKey, AlertState, Condition, Decision, NotifyReason};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

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
    /// The indicators that give it, in the order of the decisions.
    pub because: Vec<IndicatorCode>,
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
    let mut last_told: HashMap<&UnitCode, DateTime<Utc>> = HashMap::new();
    for state in states {
        let told = last_told.entry(&state.key.unit).or_insert(state.told_at);
        *told = state.told_at.max(*told);
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
            let of_reason = |reason| {
                let decisions = decisions.iter().filter(move |d| d.verdict == Ok(reason));
                decisions.map(|d| d.key.indicator.clone()).collect()
            };
            let (because, recovered) = (of_reason(reason), of_reason(NotifyReason::Recovered));
            // The last time we spoke to the unit is part of the key, so that the weekly repetition of an unchanged
            // snapshot is a new message and a repeated evaluation is not.
            let told = last_told.get(unit).map_or_else(|| "never".to_owned(), |t| t.timestamp_millis().to_string());
            let key = format!("unit:{unit}:{}:{}:{told}", period.header.id, reason.as_str());
            Some(UnitNotice { unit: unit.clone(), kind, reason, because, recovered, key })
        })
        .collect()
}

/// The states after an evaluation whose notices are sent at `now`. Everything that a unit's message lists counts as told;
/// what was only evaluated keeps its time, and so does what goes on when a message only tells what is reached again:
/// otherwise a unit that gains one indicator a week would never be reminded of the others.
#[must_use]
pub fn next_states(
    now: DateTime<Utc>,
    period: &PeriodAssessment,
    decisions: &[Decision],
    states: &[AlertState],
    notices: &[UnitNotice],
) -> Vec<AlertState> {
    let before: HashMap<&AlertKey, &AlertState> = states.iter().map(|s| (&s.key, s)).collect();
    let figures: HashMap<_, _> = period.assessments.iter().map(|a| ((&a.unit, &a.indicator), a)).collect();
    let listed: HashSet<&UnitCode> =
        notices.iter().filter(|n| n.kind != NoticeKind::Recovered).map(|n| &n.unit).collect();
    decisions
        .iter()
        .filter(|d| d.holds)
        .map(|d| {
            let listed = listed.contains(&d.key.unit);
            let assessment = figures.get(&(&d.key.unit, &d.key.indicator)).copied();
            match before.get(&d.key) {
                Some(state) if !listed => (*state).clone(),
                Some(state) if !assessment.is_some_and(|a| shows(d.key.condition, a)) => {
                    AlertState { told_at: now, ..(*state).clone() }
                }
                _ => AlertState {
                    key: d.key.clone(),
                    since: d.since,
                    told_at: now,
                    told_period: period.header.period,
                    told_as_of: period.header.as_of,
                    told_rate: assessment.and_then(|a| a.actual),
                },
            }
        })
        .collect()
}

/// Whether these figures show the condition at all, or only leave it open.
fn shows(condition: Condition, assessment: &Assessment) -> bool {
    match condition {
        Condition::MissedTarget => assessment.rating == Rating::Missed,
        Condition::BelowPrevious => assessment.actual.is_some(),
        Condition::NoData => true,
    }
}
