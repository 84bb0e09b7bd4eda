//! Reminders ("nhắc"): what one unit still misses, at a moment that a schedule chose.
//!
//! A reminder has no memory: it tells what is true when its slot comes, and nothing at all when nothing is missing. But
//! whoever has just read the same is not told it again: [`decide`] says so, with its reason.

use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::org_unit::UnitCode;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// A chat that read of all that is missed within this time is not reminded of it on top: with new figures a message that
/// is due again (`repeat_after_days`) comes on whatever day they do, and a weekly reminder on its own.
pub const SAME_WITHIN: Duration = Duration::hours(24);

/// Why an indicator is not reminded of, although it is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The unit promised it for this day.
    Promised(NaiveDate),
    /// The chat asked for silence until this day.
    Muted(NaiveDate),
}

/// What there is to remind of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder<'a> {
    /// Whose.
    pub unit: &'a UnitCode,
    /// What is missed, in the catalog's order.
    pub missed: Vec<&'a Assessment>,
    /// Where there is no figure.
    pub no_data: Vec<&'a Assessment>,
    /// What is missed and rests.
    pub resting: Vec<(&'a Assessment, Rest)>,
}

/// What a unit is to be reminded of; none when everything is reached, or rests. `rest` says which of its indicators do.
#[must_use]
pub fn reminder<'a>(
    period: &'a PeriodAssessment,
    unit: &'a UnitCode,
    rest: impl Fn(&Assessment) -> Option<Rest>,
) -> Option<Reminder<'a>> {
    let mut found = Reminder { unit, missed: Vec::new(), no_data: Vec::new(), resting: Vec::new() };
    for assessment in period.of_unit(unit) {
        match (assessment.rating, rest(assessment)) {
            (Rating::Missed, Some(why)) => found.resting.push((assessment, why)),
            (Rating::Missed, None) => found.missed.push(assessment),
            (Rating::NoData, None) => found.no_data.push(assessment),
            (Rating::NoData, Some(_)) | (Rating::Met | Rating::NoActivity, _) => {}
        }
    }
    (!found.missed.is_empty() || !found.no_data.is_empty()).then_some(found)
}

/// What a chat was told lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// The newest message about its unit's figures, reminders among them.
    pub any: Option<DateTime<Utc>>,
    /// The newest of them that lists all that a unit misses: no reminder.
    pub bulletin: Option<DateTime<Utc>>,
}

/// Why a chat is not reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Everything is reached, or rests.
    NothingMissed,
    /// It was told something of its figures a moment ago.
    ToldJustNow(DateTime<Utc>),
    /// It was told of these very targets within [`SAME_WITHIN`].
    ToldTheSame(DateTime<Utc>),
}

/// Whether a chat is reminded. `just_now` is the time after any message within which nothing more is said; `told` says
/// when the unit was last told that it misses a target, or that there is no figure.
///
/// # Errors
/// Why it is not.
pub fn decide<'a>(
    now: DateTime<Utc>,
    just_now: Duration,
    found: Option<Reminder<'a>>,
    lately: Lately,
    told: impl Fn(&Assessment) -> Option<DateTime<Utc>>,
) -> Result<Reminder<'a>, Silence> {
    let found = found.ok_or(Silence::NothingMissed)?;
    if let Some(at) = lately.any.filter(|at| now - *at < just_now) {
        return Err(Silence::ToldJustNow(at));
    }
    let lately_told = |a: &&Assessment| told(a).is_some_and(|at| now - at < SAME_WITHIN);
    match lately.bulletin.filter(|at| now - *at < SAME_WITHIN) {
        Some(at) if found.missed.iter().chain(&found.no_data).all(lately_told) => Err(Silence::ToldTheSame(at)),
        _ => Ok(found),
    }
}
