//! `calendar.toml`: days off and swapped working days.

use crate::catalog::section::Section;
use crate::domain::holidays;
use crate::domain::pace::WorkCalendar;
use chrono::{Datelike, NaiveDate, Weekday};
use std::ops::RangeInclusive;

/// A century of holidays.
const ENTRIES_MAX: usize = 1_000;
/// A longer holiday is a mistyped year.
const HOLIDAY_DAYS_MAX: usize = 31;
/// The years of reporting periods.
const YEARS: RangeInclusive<i32> = 2000..=2100;

pub(super) fn read(mut file: Section<'_>) -> WorkCalendar {
    let mut calendar = WorkCalendar::default();
    for mut section in file.sections("holiday", ENTRIES_MAX) {
        section.text("name");
        let from = section.day("from");
        let to = section.optional_day("to").or(from);
        if let (Some(from), Some(to)) = (from, to) {
            let days: Vec<NaiveDate> =
                from.iter_days().take_while(|day| *day <= to).take(HOLIDAY_DAYS_MAX + 1).collect();
            match days.len() {
                0 => {
                    section.wrong("to", &format!("({to}) is before `from` ({from}); write the last day of the holiday"))
                }
                n if n > HOLIDAY_DAYS_MAX => section.wrong(
                    "to",
                    &format!("({to}) is more than {HOLIDAY_DAYS_MAX} days after `from` ({from}); is the year right?"),
                ),
                _ => calendar.days_off.extend(days),
            }
        }
        section.finish();
    }
    let mut work_days = Vec::new();
    for mut section in file.sections("swapped", ENTRIES_MAX) {
        section.text("name");
        if let Some(off) = section.day("off") {
            if is_weekend(off) {
                section.wrong("off", &format!("({off}) is a Saturday or Sunday; write the weekday that is taken off"));
            }
            calendar.days_off.insert(off);
        }
        if let Some(work) = section.day("work") {
            if !is_weekend(work) {
                section.wrong(
                    "work",
                    &format!("({work}) is a weekday; write the Saturday or Sunday that is worked instead"),
                );
            }
            work_days.push((work, section.place("work")));
        }
        section.finish();
    }
    for (work, place) in work_days {
        if calendar.days_off.contains(&work) {
            place.problem(format!("`work` ({work}) lies within a holiday; one of the two is wrong"));
        }
        calendar.working_days.insert(work);
    }
    file.finish();
    calendar.computed = holidays::computed(&calendar, YEARS);
    calendar
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
