//! The border between columns and values: how moments, days, figures and words are written and read back.

use crate::domain::indicator::IndicatorCode;
use crate::domain::observation::Reading;
use crate::domain::org_unit::{Scope, TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent, Rate};
use crate::domain::scale::{FullScore, Scale};
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::Role;
use crate::domain::target::TargetOrigin;
use crate::store::error::{Result, StoreError, corrupt};
use chrono::{DateTime, NaiveDate, Utc};
use std::borrow::Cow;

/// Milliseconds since 1970: exact, comparable, and the same in both databases.
pub const fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub fn moment(millis: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| corrupt("a moment", millis))
}

pub fn day(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| corrupt("a day", text))
}

pub fn period(text: &str) -> Result<ReportingPeriod> {
    ReportingPeriod::parse(text).map_err(|_| corrupt("a period", text))
}

pub fn unit(text: &str) -> Result<UnitCode> {
    UnitCode::parse(text).map_err(|_| corrupt("a unit", text))
}

pub fn indicator(text: &str) -> Result<IndicatorCode> {
    IndicatorCode::parse(text).map_err(|_| corrupt("an indicator", text))
}

pub fn scope(text: &str) -> Result<Scope> {
    if text == Scope::Whole.as_str() {
        return Ok(Scope::Whole);
    }
    TierCode::parse(text).map(Scope::Tier).map_err(|_| corrupt("a scope", text))
}

/// A number that a column holds as a signed one.
pub fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| corrupt("a count", number))
}

/// A number that was stored from an unsigned one.
pub fn unsigned<T: TryFrom<i64>>(number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| corrupt("a number", number))
}

pub fn percent(mantissa: i64, decimals: i64) -> Result<Percent> {
    Percent::new(mantissa, unsigned(decimals)?).map_err(|_| corrupt("a percentage", mantissa))
}

/// What a figure is counted in: NULL for percent, else the full score in hundredths.
pub fn scale(full_score: Option<i64>) -> Result<Scale> {
    let Some(hundredths) = full_score else { return Ok(Scale::Percent) };
    let full = FullScore::of_hundredths(unsigned(hundredths)?);
    full.map(Scale::Points).ok_or_else(|| corrupt("a full score", hundredths))
}

/// A figure's full score in hundredths; none for a percentage.
pub fn full_score(figure: Percent) -> Option<u32> {
    figure.scale().full_score().map(FullScore::hundredths)
}

/// Why a reading holds no figure; none for one that does.
pub const fn absence<T>(reading: &Reading<T>) -> Option<&'static str> {
    match reading {
        Reading::Value(_) => None,
        Reading::NotOccurred => Some("not_occurred"),
        Reading::Empty => Some("empty"),
        Reading::Unreadable => Some("unreadable"),
        Reading::NotPublished => Some("not_published"),
    }
}

/// A reading of a figure, or of the reason for which there is none.
pub fn reading<T>(value: Option<T>, absent: Option<&str>) -> Result<Reading<T>> {
    match (value, absent) {
        (Some(value), None) => Ok(Reading::Value(value)),
        (None, Some("not_occurred")) => Ok(Reading::NotOccurred),
        (None, Some("empty")) => Ok(Reading::Empty),
        (None, Some("unreadable")) => Ok(Reading::Unreadable),
        (None, Some("not_published")) => Ok(Reading::NotPublished),
        (_, absent) => Err(corrupt("a reading", absent.unwrap_or("neither figure nor reason"))),
    }
}

/// A rate as it was shown: `57.80` as published, `11/19` of counts, `11.79:1800` of a score (with the full score in
/// hundredths).
pub fn rate_text(rate: Rate) -> String {
    match rate {
        Rate::Computed { numerator, denominator } => format!("{numerator}/{denominator}"),
        Rate::Published(score) if full_score(score).is_some() => {
            let digits = rate_text(Rate::Published(score.on(Scale::Percent)));
            format!("{digits}:{}", full_score(score).unwrap_or_default())
        }
        Rate::Published(percent) => {
            let (sign, digits) = (if percent.mantissa() < 0 { "-" } else { "" }, percent.mantissa().unsigned_abs());
            let decimals = usize::from(percent.decimals());
            if decimals == 0 {
                return format!("{sign}{digits}");
            }
            let digits = format!("{digits:0width$}", width = decimals + 1);
            let (whole, fraction) = digits.split_at(digits.len() - decimals);
            format!("{sign}{whole}.{fraction}")
        }
    }
}

pub fn rate(text: &str) -> Result<Rate> {
    let read = || match text.split_once('/') {
        Some((numerator, denominator)) => Rate::of_counts(numerator.parse().ok()?, denominator.parse().ok()?),
        None => {
            let (digits, full) = text.split_once(':').map_or((text, None), |(digits, full)| (digits, Some(full)));
            let scale = match full {
                None => Scale::Percent,
                Some(full) => Scale::Points(FullScore::of_hundredths(full.parse().ok()?)?),
            };
            Percent::parse_plain(digits).ok().map(|digits| Rate::Published(digits.on(scale)))
        }
    };
    read().ok_or_else(|| corrupt("a rate", text))
}

pub fn exact_text(value: Exact) -> String {
    format!("{}/{}", value.numer(), value.denom())
}

pub fn exact(text: &str) -> Result<Exact> {
    let read = || {
        let (numerator, denominator) = text.split_once('/')?;
        let (numerator, denominator) = (numerator.parse().ok()?, denominator.parse().ok()?);
        (denominator != 0).then(|| Exact::new(numerator, denominator))
    };
    read().ok_or_else(|| corrupt("a fraction", text))
}

pub const fn state_word(state: SnapshotState) -> &'static str {
    match state {
        SnapshotState::Recorded => "recorded",
        SnapshotState::Published => "published",
        SnapshotState::Held => "held",
    }
}

pub fn state(word: &str) -> Result<SnapshotState> {
    [SnapshotState::Recorded, SnapshotState::Published, SnapshotState::Held]
        .into_iter()
        .find(|state| state_word(*state) == word)
        .ok_or_else(|| corrupt("a snapshot's state", word))
}

pub const fn origin_word(origin: TargetOrigin) -> &'static str {
    match origin {
        TargetOrigin::Catalog => "catalog",
        TargetOrigin::Report => "report",
        TargetOrigin::Default => "default",
    }
}

pub fn origin(word: &str) -> Result<TargetOrigin> {
    [TargetOrigin::Catalog, TargetOrigin::Report, TargetOrigin::Default]
        .into_iter()
        .find(|origin| origin_word(*origin) == word)
        .ok_or_else(|| corrupt("a target's origin", word))
}

/// The unit of a role, `''` for the roles that have none.
pub fn role_unit(role: &Role) -> &str {
    role.unit().map_or("", UnitCode::as_str)
}

pub fn role(word: &str, unit: &str) -> Result<Role> {
    match word {
        "unit" => Ok(Role::Unit(self::unit(unit)?)),
        "leader" => Ok(Role::Leader),
        "office" => Ok(Role::Office),
        _ => Err(corrupt("a role", word)),
    }
}

/// Text from outside, without the one character that PostgreSQL cannot store.
pub fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// Reads a word by the domain's own `parse`.
pub fn word<T>(what: &'static str, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| corrupt(what, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_comes_back_as_it_was_shown() {
        for text in ["0", "60", "57.80", "0.05", "-2.5", "1000000", "11/19", "0/3", "11.79:1800"] {
            assert_eq!(rate_text(rate(text).unwrap()), text);
        }
        for text in ["", "11/0", "11/", "a", "1/2/3", "60%", "6:0", "6:"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fraction_comes_back() {
        assert_eq!(exact(&exact_text(Exact::new(-735_934, 9_999))).unwrap(), Exact::new(-735_934, 9_999));
        assert!(exact("1/0").is_err());
        assert!(exact("1").is_err());
    }

    #[test]
    fn a_reading_is_a_figure_or_a_reason() {
        for reading_in in [Reading::Value(0), Reading::NotOccurred, Reading::Empty, Reading::Unreadable] {
            assert_eq!(reading(reading_in.value(), absence(&reading_in)).unwrap(), reading_in);
        }
        assert!(reading::<u64>(None, None).is_err());
        assert!(reading(Some(1), Some("empty")).is_err());
    }
}
