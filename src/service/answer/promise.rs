//! `/giaitrinh`: a unit says why an indicator is missed and when it will be reached.

use super::Asked;
use super::period::evaluation;
use crate::domain::assessment::Rating;
use crate::domain::indicator::IndicatorCode;
use crate::domain::names::leading_indicator;
use crate::domain::org_unit::UnitCode;
use crate::domain::promise::{
    DayRefusal, PER_PERIOD, Promise, PromiseState, REASON_LEAST, REASON_MOST, check_day, days_to_choose,
};
use crate::message::view::PromiseRefusal;
use crate::message::{Message, view};
use crate::service::ServiceError;
use crate::service::evaluate::Evaluation;
use chrono::{Duration, NaiveDate};

/// Notes a promise, or says what is missing or wrong.
///
/// # Errors
/// The database's.
pub(super) async fn explain(asked: Asked<'_>, text: &str, day: Option<NaiveDate>) -> Result<Message, ServiceError> {
    let (context, lookup, today) = (asked.context, asked.context.lookup(), asked.today);
    let refused = |why, indicator: Option<&IndicatorCode>| Ok(view::promise_refused(lookup, why, indicator).into());
    let own: Vec<UnitCode> = asked.linked.units().cloned().collect();
    if own.is_empty() {
        return refused(PromiseRefusal::NotAUnit, None);
    }
    let evaluation = match evaluation(asked, None).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    // Whoever died before the answer was written says the same again, and no more of the few promises are used up.
    let ids: Vec<String> = (0..own.len()).map(|n| format!("{}:{n:03}", asked.inbound.id)).collect();
    let made = context.store.promises(&ids).await?;
    if let Some(Promise { indicator, reason, due, .. }) = made.first() {
        let units: Vec<UnitCode> = made.iter().map(|promise| promise.unit.clone()).collect();
        return Ok(view::promise_made(lookup, &evaluation.period, &units, indicator, reason, *due).into());
    }
    let example = today + Duration::days(14);
    let Some((indicator, reason)) = leading_indicator(&context.catalog.indicators, text) else {
        return Ok(view::promise_help(lookup, None, &missed(&evaluation, &own), example).into());
    };
    let units = missing(&evaluation, &own, &indicator);
    if units.is_empty() {
        return refused(PromiseRefusal::NotMissed, Some(&indicator));
    }
    match reason.chars().filter(|c| !c.is_whitespace()).count() {
        count if count < REASON_LEAST => {
            return Ok(view::promise_help(lookup, Some(&indicator), &[], example).into());
        }
        _ if reason.chars().count() > REASON_MOST => return refused(PromiseRefusal::TooLong, Some(&indicator)),
        _ => {}
    }
    let Some(day) = day else {
        return Ok(view::promise_day(lookup, &indicator, reason, &days_to_choose(today)).into());
    };
    match check_day(day, today) {
        Ok(()) => {}
        Err(DayRefusal::Past) => return refused(PromiseRefusal::Past, Some(&indicator)),
        Err(DayRefusal::TooFar) => return refused(PromiseRefusal::TooFar, Some(&indicator)),
    }
    let period = evaluation.header().period;
    let now = context.now();
    let mut promises = Vec::new();
    for (unit, id) in units.iter().zip(ids) {
        let made = context.store.promises_made(unit.as_str(), indicator.as_str(), &period.to_string()).await?;
        if made >= PER_PERIOD {
            return refused(PromiseRefusal::TooOften, Some(&indicator));
        }
        promises.push(Promise {
            id,
            unit: unit.clone(),
            indicator: indicator.clone(),
            period,
            reason: reason.to_owned(),
            due: day,
            chat_id: asked.linked.chat.id.clone(),
            made_at: now,
            state: PromiseState::Open,
            changed_at: now,
        });
    }
    context.store.promise(&promises, &asked.inbound.sender).await?;
    Ok(view::promise_made(lookup, &evaluation.period, &units, &indicator, reason, day).into())
}

/// Which of the units miss an indicator.
fn missing(evaluation: &Evaluation, units: &[UnitCode], indicator: &IndicatorCode) -> Vec<UnitCode> {
    let misses = |unit: &UnitCode| {
        evaluation.period.of_unit(unit).any(|a| a.indicator == *indicator && a.rating == Rating::Missed)
    };
    units.iter().filter(|unit| misses(unit)).cloned().collect()
}

/// What the units miss, each once.
fn missed(evaluation: &Evaluation, units: &[UnitCode]) -> Vec<IndicatorCode> {
    let mut codes: Vec<IndicatorCode> = Vec::new();
    for a in units.iter().flat_map(|unit| evaluation.period.of_unit(unit)) {
        if a.rating == Rating::Missed && !codes.contains(&a.indicator) {
            codes.push(a.indicator.clone());
        }
    }
    codes
}
