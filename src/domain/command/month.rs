//! Months as people type them, at the end of a line.

use super::words_of;
use crate::domain::names::unmarked;
use crate::domain::period::ReportingPeriod;
use chrono::{Datelike, NaiveDate};

/// A month as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodWord {
    /// A month without a year, 1–12: "tháng 7".
    Month(u32),
    /// A month of a year: "7/2023".
    Of(ReportingPeriod),
    /// "tháng này".
    Current,
    /// "tháng trước".
    Previous,
}

impl PeriodWord {
    /// The period that is meant on a day. A month without a year is the latest such month that has begun. Nothing only
    /// for days outside the years which a period may have.
    #[must_use]
    pub fn resolve(self, today: NaiveDate) -> Option<ReportingPeriod> {
        match self {
            Self::Of(period) => Some(period),
            Self::Current => ReportingPeriod::containing(today),
            Self::Previous => ReportingPeriod::containing(today)?.previous(),
            Self::Month(month) => {
                let year = if month <= today.month() { today.year() } else { today.year() - 1 };
                ReportingPeriod::new(year, month).ok()
            }
        }
    }
}

/// What a line ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tail<'t> {
    /// A month, and what stands before it.
    Period { before: &'t str, period: PeriodWord },
    /// A month that does not exist, as typed.
    Bad { typed: &'t str },
    /// No month.
    None,
}

/// Two-digit years are read from here on; "1/7" is a day, not July 2007.
const SHORT_YEAR_MIN: i32 = 20;

/// Cuts a month from the end of a line: `7`, `7/2023`, `tháng 7`, `tháng 7/2023`, `tháng 7 năm 2023`, `2023-07`, `t7`,
/// `tháng trước`, `tháng này`.
///
/// A bare number is a month when it can be one; behind a name, another number belongs to the name, and alone it is a
/// month that does not exist.
pub(super) fn cut(line: &str) -> Tail<'_> {
    let typed = words_of(line);
    let plain: Vec<String> = typed.iter().map(|(_, word)| bare(&unmarked(word)).to_owned()).collect();
    let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
    // The longest forms first: "tháng 7 năm 2023" ends with what looks like a word and a year.
    for count in (1..=4.min(plain.len())).rev() {
        let at = plain.len() - count;
        let Some(read) = read(&plain[at..], at == 0) else { continue };
        let Some(period) = read else { return Tail::Bad { typed: line[typed[at].0..].trim() } };
        let mut end = at;
        // "sở y tế, trong tháng 7", "… kỳ tháng 7"
        while end > 0 && matches!(plain[end - 1], "trong" | "ky" | "") {
            end -= 1;
        }
        let before = typed.get(end).map_or(line, |(from, _)| &line[..*from]);
        let before =
            if end == 0 { "" } else { before.trim_end().trim_end_matches([',', ';', ':', '-', '–', '(']).trim_end() };
        return Tail::Period { before, period };
    }
    Tail::None
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// `None`: the words are no month. `Some(None)`: they are one that does not exist.
fn read(words: &[&str], alone: bool) -> Option<Option<PeriodWord>> {
    match words {
        ["thang", "truoc"] | ["thang", "vua", "qua"] | ["last", "month"] => Some(Some(PeriodWord::Previous)),
        ["thang", "nay"] | ["this", "month"] => Some(Some(PeriodWord::Current)),
        // Quarters and years are no periods yet.
        ["quy", "1" | "2" | "3" | "4"] => Some(None),
        ["nam", year] if year.len() == 4 => number(year).map(|_| None),
        ["thang", month, "nam", year] => of_year(number(month)?, number(year)?),
        [word, "nam", year] => of_year(number(without_thang(word).unwrap_or(word))?, number(year)?),
        ["thang", word] => with_separator(word).or_else(|| month(number(word)?)),
        [word] => match without_thang(word) {
            Some(rest) => with_separator(rest).or_else(|| month(number(rest)?)),
            None => with_separator(word).or_else(|| {
                let number = number(word).filter(|_| word.len() <= 2 || alone)?;
                month(number).filter(|period| period.is_some() || alone)
            }),
        },
        _ => None,
    }
}

/// "t7", "t.7" and "thang7" without the word.
fn without_thang(word: &str) -> Option<&str> {
    let rest = word.strip_prefix("thang").or_else(|| word.strip_prefix('t'))?;
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some(rest)
}

/// `7/2023`, `2023-07`, `7-2023`, `7.2023`; also what looks like one and is none: `24/7`, `2023-07-24`.
fn with_separator(word: &str) -> Option<Option<PeriodWord>> {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let numbers: Vec<i32> = parts.iter().map(|part| number(part)).collect::<Option<_>>()?;
    match (&parts[..], &numbers[..]) {
        ([year_typed, _], [year, month]) if year_typed.len() == 4 => of_year(*month, *year),
        ([_, year_typed], [month, year]) if year_typed.len() == 4 => of_year(*month, *year),
        ([_, year_typed], [month, year]) if year_typed.len() == 2 && *year >= SHORT_YEAR_MIN => {
            of_year(*month, 2000 + year)
        }
        ([_, _], _) | ([_, _, _], _) => Some(None),
        _ => None,
    }
}

/// Up to six digits.
fn number(word: &str) -> Option<i32> {
    let fits = (1..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| word.parse().ok()).flatten()
}

fn of_year(month: i32, year: i32) -> Option<Option<PeriodWord>> {
    let month = u32::try_from(month).ok()?;
    Some(ReportingPeriod::new(year, month).ok().map(PeriodWord::Of))
}

fn month(number: i32) -> Option<Option<PeriodWord>> {
    let month = u32::try_from(number).ok()?;
    Some((1..=12).contains(&month).then_some(PeriodWord::Month(month)))
}
