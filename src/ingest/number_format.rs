//! From a number in a workbook to the text that people see in its cell.
//!
//! What the office publishes is what it sees: `0.578` formatted as `0.0%` is 57,8%, formatted as `0%` it is 58%. So the
//! format decides how many decimals a figure has and whether it is a percentage, and nothing else: a thousands mark is not
//! repeated (`1642`), words and signs around the number are dropped, and a zero that a format shows as a dash stays a
//! zero, because somebody entered one. The decimal mark is always the comma: a dot could be read as thousands.
//! Without a format ("General") a number has at most [`GENERAL_DECIMALS`], for the quotient of a formula has 15.

use crate::ingest::decimal::Decimal;
use chrono::{Datelike as _, Days, NaiveDate};

/// The finest rate that is read has four decimals.
const GENERAL_DECIMALS: usize = 4;

/// More decimals than this are not a format for figures.
const MAX_DECIMALS: usize = 15;

/// How a cell shows its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As it is.
    General,
    /// With so many decimals at least and at most, as a percentage or not.
    Decimals { least: usize, most: usize, percent: bool },
    /// As a day.
    Day,
    /// As a month of a year.
    Month,
}

impl NumberFormat {
    /// A format by the number that it has in every workbook.
    pub(super) const fn builtin(id: usize) -> Self {
        const fn fixed(decimals: usize, percent: bool) -> NumberFormat {
            NumberFormat::Decimals { least: decimals, most: decimals, percent }
        }
        match id {
            1 | 3 | 37 | 38 | 41 | 42 => fixed(0, false),
            2 | 4 | 39 | 40 | 43 | 44 => fixed(2, false),
            9 => fixed(0, true),
            10 => fixed(2, true),
            17 => Self::Month,
            14..=16 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Day,
            _ => Self::General,
        }
    }

    /// A format by its code, such as `0.0%` or `dd/mm/yyyy;@`.
    pub(super) fn parse(code: &str) -> Self {
        let mut format = Seen::default();
        let mut chars = code.chars().take(255);
        while let Some(c) = chars.next() {
            match c {
                // The first section is the one for positive numbers.
                ';' => break,
                '"' => while chars.next().is_some_and(|c| c != '"') {},
                // An escaped character, the width of one, a character to fill with.
                '\\' | '_' | '*' => {
                    chars.next();
                }
                '[' => while chars.next().is_some_and(|c| c != ']') {},
                _ => format.see(c),
            }
        }
        format.meaning()
    }

    /// What the cell shows. `since_1904` says from which day a workbook counts days.
    pub(super) fn shows(self, number: Decimal, since_1904: bool) -> String {
        match self {
            // A part of one may be a rate: cut, because it must not seem to reach what it does not.
            Self::General if number.whole() == Some(0) => number.cut(GENERAL_DECIMALS).written(0, GENERAL_DECIMALS),
            Self::General => number.written(0, GENERAL_DECIMALS),
            Self::Decimals { least, most, percent: false } => number.written(least, most),
            Self::Decimals { least, most, percent: true } => format!("{}%", number.percent().written(least, most)),
            Self::Day | Self::Month => match day(number, since_1904) {
                Some(day) if self == Self::Day => format!("{}/{}/{}", day.day(), day.month(), day.year()),
                Some(day) => format!("tháng {}/{}", day.month(), day.year()),
                None => number.written(0, GENERAL_DECIMALS),
            },
        }
    }
}

/// Marks of a format's first section.
#[derive(Default)]
struct Seen {
    required: usize,
    optional: usize,
    after_mark: bool,
    places: bool,
    percent: bool,
    day: bool,
    month: bool,
    year: bool,
    time: bool,
    /// `E+00` or `# ?/?`.
    other: bool,
    previous: char,
}

impl Seen {
    fn see(&mut self, c: char) {
        match c.to_ascii_lowercase() {
            '0' => {
                self.places = true;
                self.required += usize::from(self.after_mark);
            }
            '#' | '?' => {
                self.places = true;
                self.optional += usize::from(self.after_mark);
            }
            '.' => self.after_mark = true,
            '%' => self.percent = true,
            '/' if self.places => self.other = true,
            'e' if self.places => self.other = true,
            'd' => self.day = true,
            'm' => self.month = true,
            'y' => self.year = true,
            'h' | 's' => self.time = true,
            // Of "General", whose letters are none of the above but `e`.
            _ => {}
        }
        self.previous = c;
    }

    const fn meaning(&self) -> NumberFormat {
        if self.other {
            return NumberFormat::General;
        }
        match (self.day, self.year, self.places) {
            (true, _, false) => NumberFormat::Day,
            (false, true, false) if self.month => NumberFormat::Month,
            (.., true) => {
                let most = self.required + self.optional;
                let most = if most > MAX_DECIMALS { MAX_DECIMALS } else { most };
                let least = if self.required > most { most } else { self.required };
                NumberFormat::Decimals { least, most, percent: self.percent }
            }
            _ => NumberFormat::General,
        }
    }
}

/// The day of a serial number. Excel counts a 29 February 1900 that never was.
fn day(number: Decimal, since_1904: bool) -> Option<NaiveDate> {
    let serial = number.whole()?;
    let (year, month, day, serial) = match serial {
        _ if since_1904 => (1904, 1, 1, serial),
        0 => return None,
        1..=60 => (1899, 12, 31, serial),
        _ => (1899, 12, 30, serial),
    };
    NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(serial)).filter(|day| day.year() <= 9999)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.0%", "0.578", "57,8%")]
    #[case("0%", "0.578", "58%")]
    #[case("0.00%", "0.868", "86,80%")]
    #[case("#,##0", "1642", "1642")]
    #[case("#,##0.0", "57.8", "57,8")]
    #[case("0.##", "57.8", "57,8")]
    #[case("0.0\"%\"", "57.8", "57,8")]
    #[case("0.0\\%", "57.8", "57,8")]
    #[case("[Red][<50]0.0%;0.00%", "0.578", "57,8%")]
    #[case("_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"??_);_(@_)", "0", "0")]
    #[case("General", "57.89473684210526", "57,8947")]
    #[case("General", "0.599999", "0,5999")]
    #[case("General", "1642", "1642")]
    #[case("@", "0.5", "0,5")]
    #[case("0.00E+00", "57.8", "57,8")]
    #[case("# ?/?", "0.5", "0,5")]
    #[case("dd/mm/yyyy", "45131", "24/7/2023")]
    #[case("[$-42A]dd mmmm yyyy;@", "45131.75", "24/7/2023")]
    #[case("mm/yyyy", "45108", "tháng 7/2023")]
    #[case("\"Tháng \"m/yyyy", "45108", "tháng 7/2023")]
    #[case("hh:mm", "0.5", "0,5")]
    #[case("d/m/yyyy", "-5", "-5")]
    #[case("d/m/yyyy", "99999999", "99999999")]
    fn a_number_is_shown_as_its_format_says(#[case] code: &str, #[case] raw: &str, #[case] shown: &str) {
        assert_eq!(NumberFormat::parse(code).shows(Decimal::parse(raw).unwrap(), false), shown);
    }

    #[rstest]
    #[case(0, "0.578", "0,578")]
    #[case(9, "0.578", "58%")]
    #[case(10, "0.578", "57,80%")]
    #[case(3, "1642", "1642")]
    #[case(14, "45131", "24/7/2023")]
    #[case(17, "45131", "tháng 7/2023")]
    #[case(49, "5", "5")]
    fn numbers_of_formats_are_known(#[case] id: usize, #[case] raw: &str, #[case] shown: &str) {
        assert_eq!(NumberFormat::builtin(id).shows(Decimal::parse(raw).unwrap(), false), shown);
    }

    #[test]
    fn a_workbook_may_count_from_1904() {
        let number = Decimal::parse("43669").unwrap();
        assert_eq!(NumberFormat::Day.shows(number, true), "24/7/2023");
    }
}
