//! Schedules ("lịch"): at which moments the program speaks of its own accord, whatever the figures do.
//!
//! A schedule is a cron form of five fields (minute, hour, day, month, weekday) in the zone of the offices. Its moments
//! are **slots**. A slot is the name of one occasion and never moves; when it is really due is decided by [`due`]: not on
//! a day on which nobody works, and not in the quiet hours. So a slot fires once, whenever the program gets to it.
//!
//! What is absent: a clock, the last slot that fired (the store knows), and what is said.

use crate::domain::pace::WorkCalendar;
use crate::domain::period::in_vietnam;
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

pub mod typed;
mod words;

/// Longer than any sensible cron form.
const FORM_MAX: usize = 60;
/// No run of days off is longer than this; beyond it a calendar is broken and the slot is taken as it is.
const DAYS_OFF_MAX: u32 = 60;

/// A cron form with five fields, in Vietnamese time.
#[derive(Clone, Debug)]
pub struct CronForm {
    text: String,
    cron: Cron,
}

/// The text is no cron form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no schedule; write minute, hour, day of the month, month and weekday: \"0 8 * * 1\" is 08:00 every Monday"
)]
pub struct CronError(pub String);

impl CronForm {
    /// Reads a form.
    ///
    /// # Errors
    /// When it has not five fields, or one of them names nothing (minute 61), or it never comes (30 February).
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let wrong = || CronError(text.chars().take(FORM_MAX).collect());
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != 5 || text.len() > FORM_MAX {
            return Err(wrong());
        }
        let text = fields.join(" ");
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(&text).map_err(|_| wrong())?;
        let form = Self { text, cron };
        // What never comes is a mistake; a leap day comes within eight years.
        form.next_after(DateTime::UNIX_EPOCH).map(|_| form.clone()).ok_or_else(wrong)
    }

    /// Every week on a day (1 Monday … 7 Sunday) at an hour and minute.
    ///
    /// # Errors
    /// When one of them does not exist.
    pub fn weekly(weekday: u32, hour: u32, minute: u32) -> Result<Self, CronError> {
        Self::parse(&format!("{minute} {hour} * * {weekday}"))
    }

    /// The form as it was written, fields parted by one blank.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first slot strictly after a moment; none when there is none any more.
    #[must_use]
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let there = in_vietnam(moment);
        let next = self.cron.find_next_occurrence(&there, false).ok()?;
        Some(next.with_timezone(&Utc))
    }

    /// As people read it: "08:00 thứ Hai hằng tuần".
    #[must_use]
    pub fn describe_vi(&self) -> String {
        words::describe(&self.text)
    }
}

impl PartialEq for CronForm {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CronForm {}

/// What becomes of a slot on a day on which nobody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnHoliday {
    /// It is left out.
    Skip,
    /// It comes at the same time on the next working day.
    Next,
}

/// The hours in which the program speaks only when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin, the moment itself included.
    pub from: NaiveTime,
    /// When they end; at this moment one may speak. May be on the next day.
    pub to: NaiveTime,
}

impl QuietHours {
    /// The first moment from `moment` on at which one may speak.
    #[must_use]
    pub fn end_after(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let there = in_vietnam(moment);
        let time = there.time();
        let (within, tomorrow) = if self.from == self.to {
            (false, false)
        } else if self.from < self.to {
            (time >= self.from && time < self.to, false)
        } else {
            (time >= self.from || time < self.to, time >= self.from)
        };
        if !within {
            return moment;
        }
        let day = there.date_naive();
        at(if tomorrow { day.checked_add_days(Days::new(1)).unwrap_or(day) } else { day }, self.to)
    }
}

/// When nobody is to be disturbed.
#[derive(Clone, Copy, Debug)]
pub struct Rests<'a> {
    /// Days off.
    pub calendar: &'a WorkCalendar,
    /// Hours of silence; none where the office wants none.
    pub quiet: Option<QuietHours>,
}

/// When a slot is really due; none when it is left out because nobody works on its day.
#[must_use]
pub fn due(slot: DateTime<Utc>, on_holiday: OnHoliday, rests: Rests<'_>) -> Option<DateTime<Utc>> {
    let day = in_vietnam(slot).date_naive();
    if on_holiday == OnHoliday::Skip && !rests.calendar.is_working_day(day) {
        return None;
    }
    Some(speak_from(slot, rests))
}

/// The first moment from `moment` on at which the program may speak of its own accord: a working day, outside the quiet
/// hours. A day off passes as a whole; the time of the day stays.
#[must_use]
pub fn speak_from(moment: DateTime<Utc>, rests: Rests<'_>) -> DateTime<Utc> {
    let mut moment = moment;
    for _ in 0..DAYS_OFF_MAX {
        let free = rests.quiet.map_or(moment, |quiet| quiet.end_after(moment));
        let there = in_vietnam(free);
        let day = there.date_naive();
        if rests.calendar.is_working_day(day) {
            return free;
        }
        moment = day.checked_add_days(Days::new(1)).map_or(free, |next| at(next, there.time()));
    }
    moment
}

/// What is to be done now for a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// This slot is due; earlier ones that were never fired are covered by it.
    Fire {
        /// The slot.
        slot: DateTime<Utc>,
    },
    /// Nothing yet.
    Wait {
        /// When the next one is due; none when there is none.
        until: Option<DateTime<Utc>>,
    },
}

/// Decides for a schedule whose slots up to `last` were dealt with. Several slots that became due while the program was
/// down (or that moved to one working day) are one occasion: the newest fires. Being late never breaks the rests: what
/// was missed is said at the next moment at which one may speak.
#[must_use]
pub fn turn(form: &CronForm, on_holiday: OnHoliday, last: DateTime<Utc>, now: DateTime<Utc>, rests: Rests<'_>) -> Turn {
    // Everything that was missed longer ago than this is old news; it also bounds the walk.
    let oldest = now - Duration::days(i64::from(DAYS_OFF_MAX));
    let mut newest = None;
    let mut cursor = last.max(oldest);
    let mut until = None;
    while let Some(slot) = form.next_after(cursor) {
        cursor = slot;
        let Some(due) = due(slot, on_holiday, rests) else {
            if slot > now + Duration::days(800) {
                break;
            }
            continue;
        };
        if due > now {
            until = Some(due);
            break;
        }
        newest = Some(slot);
    }
    let may_speak = speak_from(now, rests);
    match newest {
        Some(slot) if may_speak == now => Turn::Fire { slot },
        Some(_) => Turn::Wait { until: Some(until.map_or(may_speak, |due| due.min(may_speak))) },
        None => Turn::Wait { until },
    }
}

/// What a schedule of the catalog sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// To chats of units: what is still missed.
    Reminder,
    /// The leaders' summary of the week.
    WeeklyDigest,
    /// The leaders' summary of the month.
    MonthlyDigest,
}

impl Occasion {
    /// The word in the catalog.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::WeeklyDigest => "weekly_digest",
            Self::MonthlyDigest => "monthly_digest",
        }
    }
}

/// One schedule of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What the office calls it.
    pub name: String,
    /// What it sends.
    pub occasion: Occasion,
    /// When.
    pub form: CronForm,
    /// What becomes of it on a day off.
    pub on_holiday: OnHoliday,
    /// Words of the roles whose chats get it ([`crate::domain::subscription::Role::word`]).
    pub roles: Vec<&'static str>,
}

impl Schedule {
    /// What tells it from all others, for the memory of its slots. A changed form begins anew: the slots that it would
    /// have had are no missed ones.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", self.name, self.form.as_str())
    }
}

/// All schedules of the catalog (`catalog/schedules.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// When the program speaks only when asked.
    pub quiet: Option<QuietHours>,
    /// A chat that was told of its figures less than this ago is not reminded of them.
    pub told_lately: Duration,
    /// In the order of the file.
    pub schedules: Vec<Schedule>,
}

/// A moment of a day in Vietnam, which has had no gaps in its time since 1975.
#[must_use]
pub fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let there: Option<DateTime<Tz>> = Ho_Chi_Minh.from_local_datetime(&day.and_time(time)).earliest();
    there.map_or_else(|| day.and_time(time).and_utc(), |there| there.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
