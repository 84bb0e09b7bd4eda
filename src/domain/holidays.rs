//! Public holidays of years for which nobody wrote any down: what the Labour Code (2019, articles 111 and 112) gives, with
//! Tết and the day of the Hùng kings by the lunar calendar.
//!
//! It is what can be known in advance. Which of the days around Tết are free, and which weekdays are swapped, the
//! government says each year: what the catalog has wins, holiday by holiday.

use crate::domain::lunar;
use crate::domain::pace::WorkCalendar;
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A holiday of the catalog that comes so near to a computed one is that holiday, as it is really kept.
const NEAR: u64 = 3;

/// Weekdays of these years that are free by law, without those holidays that the catalog has itself.
#[must_use]
pub fn computed(known: &WorkCalendar, years: RangeInclusive<i32>) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for holiday in years.flat_map(of_year) {
        if !is_known(known, &holiday) {
            days.extend(holiday);
        }
    }
    days.retain(|day| !known.working_days.contains(day));
    days
}

fn is_known(known: &WorkCalendar, holiday: &[NaiveDate]) -> bool {
    let (Some(first), Some(last)) = (holiday.first(), holiday.last()) else { return true };
    let from = first.checked_sub_days(Days::new(NEAR)).unwrap_or(*first);
    let to = last.checked_add_days(Days::new(NEAR)).unwrap_or(*last);
    known.days_off.range(from..=to).next().is_some()
}

/// The holidays of a year, each with the weekdays that make up for its Saturdays and Sundays.
fn of_year(year: i32) -> Vec<Vec<NaiveDate>> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let tet = lunar::tet(year).and_then(|first| first.pred_opt());
    let september = day(9, 2);
    // The second, and the day before or after it: that which is a weekday.
    let beside = day(9, 1).filter(|day| !is_weekend(*day)).or_else(|| day(9, 3));
    [
        day(1, 1).into_iter().collect(),
        // The last day of the old year and the first four of the new one.
        tet.map(|eve| eve.iter_days().take(5).collect()).unwrap_or_default(),
        lunar::solar_day(year, 3, 10).into_iter().collect(),
        day(4, 30).into_iter().chain(day(5, 1)).collect(),
        september.into_iter().chain(beside).collect::<Vec<_>>(),
    ]
    .into_iter()
    .map(made_up_for)
    .collect()
}

/// Adds a weekday behind a holiday for each of its days that is a Saturday or Sunday.
fn made_up_for(mut days: Vec<NaiveDate>) -> Vec<NaiveDate> {
    days.sort_unstable();
    let mut missing = days.iter().filter(|day| is_weekend(**day)).count();
    let mut next = days.last().copied();
    while missing > 0 {
        next = next.and_then(|day| day.succ_opt());
        let Some(day) = next else { break };
        if !is_weekend(day) {
            days.push(day);
            missing -= 1;
        }
    }
    days
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    fn weekdays(days: &BTreeSet<NaiveDate>) -> Vec<String> {
        days.iter().filter(|day| !is_weekend(**day)).map(|day| day.format("%d/%m").to_string()).collect()
    }

    #[test]
    fn a_year_that_nobody_wrote_down_has_its_holidays() {
        let free = |year| weekdays(&computed(&WorkCalendar::default(), year..=year));
        // Tết on Saturday 6 February: two days are made up for. 1 May is a Saturday.
        let expected =
            ["01/01", "05/02", "08/02", "09/02", "10/02", "11/02", "16/04", "30/04", "03/05", "01/09", "02/09"];
        assert_eq!(free(2027), expected);
        // Tết on 2 February 2030, a Saturday.
        assert!(free(2030).contains(&"01/02".to_owned()));
    }

    #[test]
    fn what_the_catalog_says_wins_holiday_by_holiday() {
        let mut known = WorkCalendar::default();
        known.days_off.extend([day("2027-02-04"), day("2027-02-05"), day("2027-02-08")]);
        let free = computed(&known, 2027..=2027);
        assert!(!free.contains(&day("2027-02-09")), "Tết is the catalog's");
        assert!(free.contains(&day("2027-04-16")) && free.contains(&day("2027-04-30")));
    }
}
