//! What is said about promises (`/giaitrinh`).

use super::{LineView, Lookup, NamesView, OffersView, PeriodView, one_line};
use crate::domain::assessment::{PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::day_vi;
use crate::domain::promise::{FURTHEST, PER_PERIOD, Promise, REASON_MOST};
use chrono::NaiveDate;
use serde::Serialize;

/// How many names a line of names holds.
const NAMES: usize = 8;
/// How much of a reason is shown again, in characters.
const REASON_SHOWN: usize = 120;

/// Answer to `/giaitrinh` without an indicator or a reason.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseHelpView {
    /// No indicator was recognised; otherwise the reason is missing.
    pub no_indicator: bool,
    /// "Số hóa hồ sơ": the indicator, where there was one.
    pub name: Option<String>,
    /// "số hóa": an indicator for the example.
    pub example: String,
    /// "20/8/2023": a day for the example.
    pub day: String,
    /// What the chat's units miss.
    pub missed: Option<NamesView>,
}

/// What is missing in what was typed. `missed` is what the chat's units miss.
#[must_use]
pub fn promise_help(
    lookup: Lookup<'_>,
    indicator: Option<&IndicatorCode>,
    missed: &[IndicatorCode],
    example_day: NaiveDate,
) -> PromiseHelpView {
    let names: Vec<String> = missed.iter().map(|code| lookup.indicator_name(code)).collect();
    let example = indicator.or(missed.first()).or(lookup.indicators.first().map(|i| &i.code));
    PromiseHelpView {
        no_indicator: indicator.is_none(),
        name: indicator.map(|code| lookup.indicator_name(code)),
        example: example.map_or_else(String::new, |code| lookup.indicator_name(code).to_lowercase()),
        day: day_vi(example_day),
        missed: NamesView::of(&names, NAMES),
    }
}

/// Why a promise is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseRefusal {
    /// The chat is no unit's.
    NotAUnit,
    /// The day is over.
    Past,
    /// The day is too far ahead.
    TooFar,
    /// The reason is too long.
    TooLong,
    /// The indicator is reached, or nothing happened in it.
    NotMissed,
    /// Promised too often.
    TooOften,
}

/// Answer to a `/giaitrinh` that is not taken: exactly one question is true.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "questions that a template asks one by one")]
pub struct PromiseRefusedView {
    /// The chat is no unit's.
    pub not_a_unit: bool,
    /// The day is over.
    pub past: bool,
    /// The day is too far ahead.
    pub too_far: bool,
    /// The reason is too long.
    pub too_long: bool,
    /// The indicator is not missed.
    pub not_missed: bool,
    /// Promised too often.
    pub too_often: bool,
    /// "Số hóa hồ sơ".
    pub name: Option<String>,
    /// The most days ahead: 92.
    pub days: i64,
    /// The most characters of a reason: 300.
    pub characters: usize,
    /// How often one may promise for a month: 3.
    pub times: u32,
}

/// Why a promise is not taken.
#[must_use]
pub fn promise_refused(
    lookup: Lookup<'_>,
    refusal: PromiseRefusal,
    indicator: Option<&IndicatorCode>,
) -> PromiseRefusedView {
    PromiseRefusedView {
        not_a_unit: refusal == PromiseRefusal::NotAUnit,
        past: refusal == PromiseRefusal::Past,
        too_far: refusal == PromiseRefusal::TooFar,
        too_long: refusal == PromiseRefusal::TooLong,
        not_missed: refusal == PromiseRefusal::NotMissed,
        too_often: refusal == PromiseRefusal::TooOften,
        name: indicator.map(|code| lookup.indicator_name(code)),
        days: FURTHEST.num_days(),
        characters: REASON_MOST,
        times: PER_PERIOD,
    }
}

/// Answer to a `/giaitrinh` without a day: which one?
#[derive(Clone, Debug, Serialize)]
pub struct PromiseDayView {
    /// "Số hóa hồ sơ".
    pub name: String,
    /// Days to choose from.
    pub choose: Option<OffersView>,
}

/// Asks for the day. Each choice is the same command with a day behind it.
#[must_use]
pub fn promise_day(lookup: Lookup<'_>, indicator: &IndicatorCode, reason: &str, days: &[NaiveDate]) -> PromiseDayView {
    let offers = days.iter().map(|day| (day_vi(*day), format!("/giaitrinh {indicator} {reason} {}", day_vi(*day))));
    PromiseDayView { name: lookup.indicator_name(indicator), choose: OffersView::of(offers) }
}

/// Answer to `/giaitrinh`: it is noted.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseMadeView {
    /// "Sở Xây dựng".
    pub units: String,
    /// The period in whose figures it is missed.
    pub when: PeriodView,
    /// "Số hóa hồ sơ".
    pub name: String,
    /// "20/8/2023".
    pub due: String,
    /// Why.
    pub reason: String,
}

/// What was noted for these units.
#[must_use]
pub fn promise_made(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    units: &[UnitCode],
    indicator: &IndicatorCode,
    reason: &str,
    due: NaiveDate,
) -> PromiseMadeView {
    PromiseMadeView {
        units: units.iter().map(|unit| lookup.unit_name(unit)).collect::<Vec<_>>().join(", "),
        when: PeriodView::of(&period.header),
        name: lookup.indicator_name(indicator),
        due: day_vi(due),
        reason: one_line(reason, REASON_SHOWN),
    }
}

/// To a unit: the day of its promise has passed.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseDueView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period of the figures.
    pub when: PeriodView,
    /// "Số hóa hồ sơ".
    pub name: String,
    /// "20/8/2023".
    pub due: String,
    /// What had been given as the reason.
    pub reason: String,
    /// The figures; null where there are none of it.
    pub line: Option<LineView>,
    /// Reached.
    pub kept: bool,
    /// The figures do not go up to the day.
    pub too_early: bool,
}

/// What became of a promise by the newest figures.
#[must_use]
pub fn promise_due(lookup: Lookup<'_>, period: &PeriodAssessment, promise: &Promise) -> PromiseDueView {
    let figure = period.of_unit(&promise.unit).find(|a| a.indicator == promise.indicator);
    PromiseDueView {
        unit: lookup.unit_name(&promise.unit),
        when: PeriodView::of(&period.header),
        name: lookup.indicator_name(&promise.indicator),
        due: day_vi(promise.due),
        reason: one_line(&promise.reason, REASON_SHOWN),
        line: figure.filter(|a| a.actual.is_some()).map(|a| LineView::of(lookup, period, a, false)),
        kept: figure.is_some_and(|a| a.rating == Rating::Met),
        too_early: period.header.as_of < promise.due,
    }
}
