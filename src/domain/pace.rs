//! Pace: how much has to happen on each working day that is left.

use crate::domain::period::ReportingPeriod;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// The office's calendar (`catalog/calendar.toml`): days off and swapped working days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// Weekdays on which nobody works.
    pub days_off: BTreeSet<NaiveDate>,
    /// Saturdays or Sundays on which people work instead.
    pub working_days: BTreeSet<NaiveDate>,
    /// Weekdays that are free by law in years of which the office wrote nothing down ([`crate::domain::holidays`]).
    pub computed: BTreeSet<NaiveDate>,
}

impl WorkCalendar {
    /// Whether offices work on a day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        if self.working_days.contains(&day) {
            return true;
        }
        let free = self.days_off.contains(&day) || self.computed.contains(&day);
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !free
    }

    /// Working days of the period after `as_of`, the period's last day included; all of them when `as_of` is before it.
    #[must_use]
    pub fn working_days_left(&self, period: ReportingPeriod, as_of: NaiveDate) -> u32 {
        let first = as_of.succ_opt().map_or(as_of, |next| next.max(period.first_day()));
        let days = first.iter_days().take_while(|day| *day <= period.last_day());
        u32::try_from(days.filter(|day| self.is_working_day(*day)).count()).unwrap_or(u32::MAX)
    }
}

/// Files per working day, rounded up; none when no working day is left.
#[must_use]
pub const fn per_working_day(files: u64, days_left: u32) -> Option<u64> {
    if days_left == 0 { None } else { Some(files.div_ceil(days_left as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_and_swapped_days_count() {
        let day = |d| NaiveDate::from_ymd_opt(2023, 4, d).unwrap();
        let period = ReportingPeriod::parse("2023-04").unwrap();
        let mut calendar = WorkCalendar::default();
        // After Monday 24/4/2023: 25, 26, 27, 28 (29 and 30 are a weekend).
        assert_eq!(calendar.working_days_left(period, day(24)), 4);
        calendar.days_off.insert(day(28));
        calendar.working_days.insert(day(29));
        calendar.days_off.insert(day(27));
        assert_eq!(calendar.working_days_left(period, day(24)), 3);
        assert_eq!(calendar.working_days_left(period, day(30)), 0);
        // Figures of another month leave the whole of this one, or nothing of it.
        let (march, may) =
            (NaiveDate::from_ymd_opt(2023, 3, 24).unwrap(), NaiveDate::from_ymd_opt(2023, 5, 2).unwrap());
        assert_eq!(WorkCalendar::default().working_days_left(period, march), 20);
        assert_eq!(calendar.working_days_left(period, may), 0);
        assert_eq!(per_working_day(7, 3), Some(3));
        assert_eq!(per_working_day(7, 0), None);
    }
}
