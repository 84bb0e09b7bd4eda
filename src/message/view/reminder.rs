//! What a unit's group gets by its schedule: what is still missed, and what each working day has to bring.

use super::indicator::files_needed;
use super::unit::{by_urgency, score};
use super::{LineView, Lookup, NamesView, PeriodView, ScoreView};
use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::pace::per_working_day;
use crate::domain::period::short_day_vi;
use crate::domain::rate::count_vi;
use crate::domain::reminder::{Reminder, Rest};
use serde::Serialize;

/// A reminder fits a phone: at most so many indicators.
const LINES: usize = 6;
/// How many names a line of names holds.
const NAMES: usize = 6;

/// One indicator that is missed.
#[derive(Clone, Debug, Serialize)]
pub struct ReminderLineView {
    /// The indicator.
    #[serde(flatten)]
    pub line: LineView,
    /// "26": what each working day that is left has to bring; null where no number would be true.
    pub per_day: Option<String>,
}

/// One indicator that is missed and rests.
#[derive(Clone, Debug, Serialize)]
pub struct RestingView {
    /// "Số hóa hồ sơ".
    pub name: String,
    /// The unit promised it (otherwise the chat paused it).
    pub promised: bool,
    /// "20/8".
    pub until: String,
}

/// To a unit, by its schedule: what is still missed.
#[derive(Clone, Debug, Serialize)]
pub struct ReminderView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// "08:00 thứ Hai hằng tuần".
    pub schedule: String,
    /// How many are reached.
    pub score: ScoreView,
    /// What is missed, the most urgent first.
    pub lines: Vec<ReminderLineView>,
    /// How many more are missed.
    pub more: usize,
    /// What is missed and rests.
    pub resting: Vec<RestingView>,
    /// Where there is no figure.
    pub no_data: Option<NamesView>,
    /// Working days left; null when the month of the figures is over.
    pub days: Option<u32>,
}

/// The reminder of a unit. `days` are the working days from today to the end of the month of the figures, `schedule` says
/// why it comes now.
#[must_use]
pub fn reminder(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    reminder: &Reminder<'_>,
    schedule: String,
    days: u32,
) -> ReminderView {
    let assessments: Vec<&Assessment> = period.of_unit(reminder.unit).collect();
    let open = period.header.is_open();
    let line = |a: &&Assessment| ReminderLineView {
        line: LineView::of(lookup, period, a, false),
        per_day: files_needed(a)
            // Fewer files than days is no pace.
            .filter(|(files, _)| open && *files >= u64::from(days))
            .and_then(|(files, _)| per_working_day(files, days))
            .map(count_vi),
    };
    let mut lines: Vec<ReminderLineView> = by_urgency(lookup, &reminder.missed).iter().map(line).collect();
    let more = if lines.len() > LINES { lines.len() - (LINES - 1) } else { 0 };
    lines.truncate(lines.len() - more);
    let resting = reminder.resting.iter().map(|(a, rest)| {
        let (promised, until) = match rest {
            Rest::Promised(day) => (true, day),
            Rest::Muted(day) => (false, day),
        };
        RestingView { name: lookup.indicator_name(&a.indicator), promised, until: short_day_vi(*until) }
    });
    let no_data: Vec<String> = reminder.no_data.iter().map(|a| lookup.indicator_name(&a.indicator)).collect();
    ReminderView {
        unit: lookup.unit_name(reminder.unit),
        when: PeriodView::of(&period.header),
        schedule,
        score: score(lookup, &assessments),
        lines,
        more,
        resting: resting.take(NAMES).collect(),
        no_data: NamesView::of(&no_data, NAMES),
        days: open.then_some(days),
    }
}
