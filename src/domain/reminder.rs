//! Reminders ("nhắc"): what one unit still misses, at a moment that a schedule chose.
//!
//! A reminder has no memory: it tells what is true when its slot comes, and nothing at all when nothing is missing.

use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::org_unit::UnitCode;
use chrono::NaiveDate;

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
