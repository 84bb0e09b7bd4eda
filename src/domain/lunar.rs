//! The Vietnamese lunar calendar, as far as holidays need it.
//!
//! A month begins on the day of the new moon, a day at midnight in Vietnam (UTC+7): that is why Tết of 2030 is on
//! 2 February here and on the 3rd in China. The month with the winter solstice is the eleventh; where thirteen months lie
//! between two such months, the first one in which the Sun enters no new sign (a multiple of 30°) is a leap month.
//!
//! The moments come from the usual series (J. Meeus, Astronomical Algorithms, chapters 25 and 49, main terms): right to
//! about a minute for the Moon and a quarter of an hour for the Sun's signs, which decides every year of 2000 to 2100
//! that holidays need. Floating point is at home here: no figure of anybody is computed with it.

use chrono::{Datelike as _, NaiveDate};

/// Vietnam is seven hours ahead.
const ZONE: f64 = 7.0 / 24.0;
/// The day 0001-01-01 is day 1 of chrono and this Julian day plus one.
const JULIAN_OF_CE: f64 = 1_721_425.0;
/// Days from one new moon to the next, on average.
const MONTH: f64 = 29.530_588_861;
/// The new moon from which they are counted (6 January 2000).
const FIRST: f64 = 2_451_550.097_66;

/// The day in our calendar of a day of a lunar month from 1 to 10, which are those that never stand before Tết. None for
/// a month or day outside of that.
#[must_use]
pub fn solar_day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1..=10).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let (from, to) = (eleventh_month(year - 1), eleventh_month(year));
    let mut offset = i32::try_from(month).ok()? + 1;
    if to - from == 13 {
        let leap = (1..13).find(|i| sign(new_moon_day(from + i)) == sign(new_moon_day(from + i + 1)))?;
        offset += i32::from(leap <= offset);
    }
    let first = new_moon_day(from + offset);
    NaiveDate::from_num_days_from_ce_opt(first + i32::try_from(day).ok()? - 1)
}

/// The first day of the lunar year.
#[must_use]
pub fn tet(year: i32) -> Option<NaiveDate> {
    solar_day(year, 1, 1)
}

/// The number of the new moon with which the eleventh month begins: the last one up to the day of the winter solstice.
fn eleventh_month(year: i32) -> i32 {
    let december = NaiveDate::from_ymd_opt(year, 12, 31).map_or(0, |day| day.num_days_from_ce());
    let mut number = whole((f64::from(december) + JULIAN_OF_CE - FIRST) / MONTH) + 1;
    while new_moon_day(number) > december {
        number -= 1;
    }
    // The solstice (270°) falls on 21 or 22 December; a month that begins after it is the twelfth.
    if sign(new_moon_day(number)) >= 9 { number - 1 } else { number }
}

/// The day in Vietnam of a new moon, as chrono counts days.
fn new_moon_day(number: i32) -> i32 {
    whole(new_moon(f64::from(number)) + 0.5 + ZONE - JULIAN_OF_CE)
}

/// The moment of a new moon as a Julian date in universal time.
fn new_moon(k: f64) -> f64 {
    let t = k / 1_236.85;
    let e = 1.0 - 0.002_516 * t - 0.000_007_4 * t * t;
    let sun = (2.5534 + 29.105_356_70 * k - 0.000_001_4 * t * t).to_radians();
    let moon = (201.5643 + 385.816_935_28 * k + 0.010_758_2 * t * t).to_radians();
    let node = (160.7108 + 390.670_502_84 * k - 0.001_611_8 * t * t).to_radians();
    let omega = (124.7746 - 1.563_755_88 * k + 0.002_067_2 * t * t).to_radians();
    let terms = [
        (-0.407_20, moon),
        (0.172_41 * e, sun),
        (0.016_08, 2.0 * moon),
        (0.010_39, 2.0 * node),
        (0.007_39 * e, moon - sun),
        (-0.005_14 * e, moon + sun),
        (0.002_08 * e * e, 2.0 * sun),
        (-0.001_11, moon - 2.0 * node),
        (-0.000_57, moon + 2.0 * node),
        (0.000_56 * e, 2.0 * moon + sun),
        (-0.000_42, 3.0 * moon),
        (0.000_42 * e, sun + 2.0 * node),
        (0.000_38 * e, sun - 2.0 * node),
        (-0.000_24 * e, 2.0 * moon - sun),
        (-0.000_17, omega),
    ];
    let mean = FIRST + MONTH * k + 0.000_154_37 * t * t;
    mean + terms.iter().map(|(size, angle)| size * angle.sin()).sum::<f64>() - clock_lag(t)
}

/// How far universal time lags behind the even time of the series, in days.
fn clock_lag(centuries: f64) -> f64 {
    let years = centuries * 100.0;
    (62.92 + 0.322_17 * years + 0.005_589 * years * years) / 86_400.0
}

/// In which sign (0 to 11, from the spring equinox) the Sun stands when a day begins in Vietnam.
fn sign(day: i32) -> i32 {
    let t = (f64::from(day) + JULIAN_OF_CE - 0.5 - ZONE - 2_451_545.0) / 36_525.0;
    let t = t + clock_lag(t) / 36_525.0;
    let anomaly = (357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let nutation = 0.005_69 + 0.004_78 * (125.04 - 1_934.136 * t).to_radians().sin();
    let longitude = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t + centre - nutation;
    whole(longitude.rem_euclid(360.0) / 30.0)
}

/// The whole part, downwards.
#[expect(clippy::cast_possible_truncation, reason = "days and months of the years that this is asked for fit")]
fn whole(value: f64) -> i32 {
    value.floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of Tết in Vietnam, from the almanacs.
    #[rustfmt::skip]
    const TET: [(i32, u32, u32); 61] = [
        (1990, 1, 27), (1991, 2, 15), (1992, 2, 4), (1993, 1, 23), (1994, 2, 10), (1995, 1, 31), (1996, 2, 19),
        (1997, 2, 7), (1998, 1, 28), (1999, 2, 16), (2000, 2, 5), (2001, 1, 24), (2002, 2, 12), (2003, 2, 1),
        (2004, 1, 22), (2005, 2, 9), (2006, 1, 29), (2007, 2, 17), (2008, 2, 7), (2009, 1, 26), (2010, 2, 14),
        (2011, 2, 3), (2012, 1, 23), (2013, 2, 10), (2014, 1, 31), (2015, 2, 19), (2016, 2, 8), (2017, 1, 28),
        (2018, 2, 16), (2019, 2, 5), (2020, 1, 25), (2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10),
        (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 2), (2031, 1, 23),
        (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8), (2036, 1, 28), (2037, 2, 15), (2038, 2, 4),
        (2039, 1, 24), (2040, 2, 12), (2041, 2, 1), (2042, 1, 22), (2043, 2, 10), (2044, 1, 30), (2045, 2, 17),
        (2046, 2, 6), (2047, 1, 26), (2048, 2, 14), (2049, 2, 2), (2050, 1, 23),
    ];

    #[test]
    fn tet_is_when_it_is_celebrated() {
        for (year, month, day) in TET {
            assert_eq!(tet(year), NaiveDate::from_ymd_opt(year, month, day), "{year}");
        }
    }

    #[test]
    fn the_day_of_the_hung_kings_is_the_tenth_of_the_third_month() {
        #[rustfmt::skip]
        let days = [
            // 2012, 2014, 2017, 2020, 2023 and 2025 have a leap month, before or after it.
            (2012, 3, 31), (2013, 4, 19), (2014, 4, 9), (2015, 4, 28), (2016, 4, 16), (2017, 4, 6), (2018, 4, 25),
            (2019, 4, 14), (2020, 4, 2), (2021, 4, 21), (2022, 4, 10), (2023, 4, 29), (2024, 4, 18), (2025, 4, 7),
            (2026, 4, 26), (2027, 4, 16),
        ];
        for (year, month, day) in days {
            assert_eq!(solar_day(year, 3, 10), NaiveDate::from_ymd_opt(year, month, day), "{year}");
        }
        assert_eq!(solar_day(2026, 11, 1), None);
        assert_eq!(solar_day(2026, 0, 1), None);
        assert_eq!(solar_day(2026, 1, 31), None);
    }

    #[test]
    fn every_year_of_the_product_has_a_tet_between_21_january_and_21_february() {
        for year in 1990..=2100 {
            let day = tet(year).unwrap();
            let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 20), NaiveDate::from_ymd_opt(year, 2, 21));
            assert!(Some(day) >= first && Some(day) <= last, "{day}");
        }
    }
}
