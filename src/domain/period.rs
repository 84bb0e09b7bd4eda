//! Reporting periods: which month figures speak of, and up to which day.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Timelike as _, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::fmt;

/// A calendar month ("kỳ báo cáo"). Years 2000 to 2100, so that a typing error cannot open a period in the year 20233.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportingPeriod {
    year: i32,
    month: u32,
}

/// The text or numbers do not name a month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a reporting period; write YYYY-MM, for example 2023-07")]
pub struct PeriodError(pub String);

impl ReportingPeriod {
    /// A month of a year.
    ///
    /// # Errors
    /// When the month is not 1–12 or the year not 2000–2100.
    pub fn new(year: i32, month: u32) -> Result<Self, PeriodError> {
        if (2000..=2100).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(PeriodError(format!("{year}-{month:02}")))
        }
    }

    /// Reads the form that files, options and the database use: `2023-07`.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let wrong = || PeriodError(text.to_owned());
        let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
        if year.len() != 4 || month.is_empty() || month.len() > 2 {
            return Err(wrong());
        }
        let year = year.parse().map_err(|_| wrong())?;
        let month = month.parse().map_err(|_| wrong())?;
        Self::new(year, month).map_err(|_| wrong())
    }

    /// The month that contains a day, when it is in the accepted years.
    #[must_use]
    pub fn containing(day: NaiveDate) -> Option<Self> {
        Self::new(day.year(), day.month()).ok()
    }

    /// Calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Calendar month, 1–12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.month
    }

    /// The month before, if it is still in the accepted years.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let (year, month) = if self.month == 1 { (self.year - 1, 12) } else { (self.year, self.month - 1) };
        Self::new(year, month).ok()
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        // Proven: year and month were checked when the value was made, and every month has a first day.
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        let (year, month) = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        NaiveDate::from_ymd_opt(year, month, 1).and_then(|first| first.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// Whether figures up to `as_of` cover only a part of the month (an open month).
    #[must_use]
    pub fn is_open(self, as_of: NaiveDate) -> bool {
        as_of < self.last_day()
    }

    /// As people read it: `tháng 7/2023`.
    #[must_use]
    pub fn name_vi(self) -> String {
        format!("tháng {}/{}", self.month, self.year)
    }
}

impl fmt::Display for ReportingPeriod {
    /// `2023-07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A moment in the zone in which the offices live (domain page, "Time").
#[must_use]
pub fn in_vietnam(at: DateTime<Utc>) -> DateTime<chrono_tz::Tz> {
    at.with_timezone(&Ho_Chi_Minh)
}

/// The day it is in Vietnam at a moment.
#[must_use]
pub fn day_in_vietnam(at: DateTime<Utc>) -> NaiveDate {
    in_vietnam(at).date_naive()
}

/// The moment at which clocks in Vietnam show this.
#[must_use]
pub fn from_vietnam(local: NaiveDateTime) -> DateTime<Utc> {
    // Clocks there have never been changed since 1975; before, a moment that was skipped reads as seven hours ahead.
    let there = local.and_local_timezone(Ho_Chi_Minh).earliest();
    there.map_or_else(|| local.and_utc() - Duration::hours(7), |at| at.with_timezone(&Utc))
}

/// A day as people read it: `24/7/2023`.
#[must_use]
pub fn day_vi(day: NaiveDate) -> String {
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

/// A moment as people in Vietnam say it: "8:05 ngày 24/7/2023".
#[must_use]
pub fn moment_vi(at: DateTime<Utc>) -> String {
    let there = in_vietnam(at);
    format!("{}:{:02} ngày {}", there.hour(), there.minute(), day_vi(there.date_naive()))
}

/// A day without its year: `24/7`.
#[must_use]
pub fn short_day_vi(day: NaiveDate) -> String {
    format!("{}/{}", day.day(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_and_writes_its_form() {
        let july = ReportingPeriod::parse("2023-07").unwrap();
        assert_eq!(july.to_string(), "2023-07");
        assert_eq!(ReportingPeriod::parse("2023-7").unwrap(), july);
        assert_eq!(july.name_vi(), "tháng 7/2023");
        for wrong in ["2023", "2023-13", "07-2023", "2023-07-01", "20233-01", "1999-01", ""] {
            assert!(ReportingPeriod::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_have_neighbours_and_ends() {
        let january = ReportingPeriod::parse("2024-01").unwrap();
        assert_eq!(january.previous().unwrap().to_string(), "2023-12");
        let february = ReportingPeriod::parse("2024-02").unwrap();
        assert_eq!(february.last_day(), NaiveDate::from_ymd_opt(2024, 2, 29).unwrap());
        assert!(february.is_open(NaiveDate::from_ymd_opt(2024, 2, 28).unwrap()));
        assert!(!february.is_open(february.last_day()));
    }
}
