//! Durations and days as people type them.

use super::words_of;
use crate::domain::names::unmarked;
use chrono::{Datelike, Duration, NaiveDate};

/// The longest pause of alerts.
pub const LONGEST_MUTE: Duration = Duration::days(92);

/// For how long alerts are to pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MuteFor {
    /// Nothing was said.
    Unsaid,
    /// This long: more than nothing, at most [`LONGEST_MUTE`].
    Said(Duration),
    /// Nothing, or longer than [`LONGEST_MUTE`]; as typed.
    Impossible(String),
}

/// Cuts a duration from the beginning or the end of a line: `3d`, `2 ngày`, `1 tuần`, `12h`. A number
/// without a unit at the beginning counts days.
pub(super) fn cut_duration(line: &str) -> (MuteFor, &str) {
    let words = words_of(line);
    let plain: Vec<String> = words.iter().map(|(_, word)| unmarked(word)).collect();
    for count in (1..=2.min(words.len())).rev() {
        if let Some(hours) = hours(&plain[..count].concat(), count == 1) {
            let end = words.get(count).map_or(line.len(), |(from, _)| *from);
            return (said(hours, line[..end].trim()), line[end..].trim());
        }
        let at = words.len() - count;
        if let Some(hours) = hours(&plain[at..].concat(), false) {
            let from = words[at].0;
            let before = line[..from].trim();
            let before = before.strip_suffix(" trong").unwrap_or(before).trim();
            return (said(hours, line[from..].trim()), before);
        }
    }
    (MuteFor::Unsaid, line)
}

/// Hours of `3d` and the like; more than the longest pause is cut to something longer than it.
fn hours(word: &str, alone: bool) -> Option<i64> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = word.split_at(digits);
    let hours = match unit {
        "h" | "g" | "gio" | "tieng" | "hour" | "hours" => 1,
        "d" | "n" | "ngay" | "hom" | "day" | "days" => 24,
        "" if alone => 24,
        "w" | "tuan" | "week" | "weeks" => 24 * 7,
        "thang" | "month" | "months" => 24 * 30,
        _ => return None,
    };
    // Digits only: what does not fit is too long, whatever its unit.
    (digits > 0).then(|| number.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(hours))
}

fn said(hours: i64, typed: &str) -> MuteFor {
    if (1..=LONGEST_MUTE.num_hours()).contains(&hours) {
        MuteFor::Said(Duration::hours(hours))
    } else {
        MuteFor::Impossible(typed.chars().take(super::TYPED_MAX).collect())
    }
}

/// Cuts a day from the end of a text: `20/8`, `20/8/2023`, `ngày 20/8`, `trước ngày 20/8`, `chậm nhất ngày 20/8`,
/// `2023-08-20`. What is no day stays in the text.
pub(super) fn cut_date(text: &str, today: NaiveDate) -> (&str, Option<NaiveDate>) {
    let words = words_of(text);
    let Some((from, last)) = words.last() else { return (text, None) };
    let Some(day) = day(last.trim_end_matches(['.', ',', ';', '!', ')']), today) else { return (text, None) };
    let mut end = *from;
    let mut before_nhat = false;
    for (n, (from, word)) in words.iter().enumerate().rev().skip(1).take(5) {
        let after = |before: &str| n > 0 && words.get(n - 1).is_some_and(|(_, word)| unmarked(word) == before);
        match unmarked(word).as_str() {
            "ngay" | "truoc" | "het" | "den" | "vao" | "han" | "xong" | "by" => {}
            // "chậm nhất (là)"; each alone may end a reason.
            "la" if after("nhat") => {}
            "nhat" if after("cham") => {}
            "cham" if before_nhat => {}
            _ => break,
        }
        before_nhat = unmarked(word) == "nhat";
        end = *from;
    }
    (text[..end].trim().trim_end_matches([',', ';', ':', '-', '–']).trim_end(), Some(day))
}

fn day(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let small = |text: &str| (1..=2).contains(&text.len()).then(|| number(text)).flatten();
    let year = |text: &str| match text.len() {
        4 => number(text).and_then(|year| i32::try_from(year).ok()).filter(|year| (2000..=2100).contains(year)),
        2 => number(text).and_then(|year| i32::try_from(2000 + year).ok()),
        _ => None,
    };
    match parts[..] {
        [y, m, d] if y.len() == 4 => NaiveDate::from_ymd_opt(year(y)?, small(m)?, small(d)?),
        [d, m, y] => NaiveDate::from_ymd_opt(year(y)?, small(m)?, small(d)?),
        // A full stop between two numbers is a thousand or a decimal more often than a day.
        [d, m] if word.contains('/') => {
            let (d, m) = (small(d)?, small(m)?);
            // 29 February may be eight years away.
            (0..=8).find_map(|more| NaiveDate::from_ymd_opt(today.year() + more, m, d).filter(|day| *day >= today))
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
