//! Single values of a TOML file: what they mean, and how a problem repeats them.

use chrono::{Datelike, NaiveDate};
use toml::de::DeValue;

/// The mistake that TOML's own words explain worst: a number written the Vietnamese way.
pub(super) fn hint(line: &str) -> &'static str {
    let value = line.split_once('=').map_or("", |(_, value)| value.trim_start());
    let (number, rest) = value.split_at(value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len()));
    if !number.is_empty() && rest.starts_with([',', '%']) {
        "; put a number with a comma or a percent sign in quotation marks: \"97,5\""
    } else {
        ""
    }
}

/// The digits of a percentage as the office wrote them: the file's own text, never a binary fraction.
pub(super) fn digits(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::String(text) => {
            let text = text.trim();
            Some(text.strip_suffix('%').unwrap_or(text).trim_end().to_owned())
        }
        _ => None,
    }
}

pub(super) fn day(value: &DeValue<'_>) -> Option<NaiveDate> {
    let day = match value {
        DeValue::Datetime(moment) => {
            let date = moment.date.filter(|_| moment.time.is_none())?;
            NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        }
        DeValue::String(text) => {
            let form = if text.contains('/') { "%d/%m/%Y" } else { "%Y-%m-%d" };
            NaiveDate::parse_from_str(text.trim(), form).ok()
        }
        _ => None,
    };
    day.filter(|day| (2000..=2100).contains(&day.year()))
}

/// A value as a problem repeats it.
pub(super) fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{:?}", short(text)),
        DeValue::Integer(number) => short(number.as_str()),
        DeValue::Float(number) => short(number.as_str()),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}

pub(super) fn short(text: &str) -> String {
    const CHARS: usize = 60;
    if text.chars().count() <= CHARS {
        return text.to_owned();
    }
    text.chars().take(CHARS).chain(['…']).collect()
}
