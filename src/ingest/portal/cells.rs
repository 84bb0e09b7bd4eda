//! Figures as machines write them: a dot is always the decimal mark, and nothing groups thousands. (People's tables are
//! read by [`number`](crate::ingest::number), where `1.642` is a count.)

use crate::domain::observation::Reading;
use crate::domain::rate::{MAX_COUNT, Percent};
use crate::ingest::json::tree::{Node, Value};
use std::borrow::Cow;

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Cell<'a> {
    /// There is no such field.
    Missing,
    /// `null`, or an empty text.
    Empty,
    /// A text or the digits of a number.
    Words(Cow<'a, str>),
    /// Something that cannot be a figure or a name: a list, an object.
    Other,
}

impl<'a> Cell<'a> {
    pub(in crate::ingest) fn of(node: Option<&'a Node<'a>>) -> Self {
        match node.map(|node| &node.value) {
            None => Self::Missing,
            Some(Value::Null) => Self::Empty,
            Some(Value::Number(digits)) => Self::Words(Cow::Borrowed(digits)),
            Some(Value::Text(text)) => Self::text(text),
            Some(Value::Bool(true)) => Self::Words(Cow::Borrowed("true")),
            Some(Value::Bool(false)) => Self::Words(Cow::Borrowed("false")),
            Some(Value::List(_) | Value::Object(_)) => Self::Other,
        }
    }

    pub(in crate::ingest) fn text(text: &'a str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Words(Cow::Borrowed(text)) }
    }

    /// What it says; none where it says nothing.
    pub(in crate::ingest) fn words(&self) -> Option<&str> {
        match self {
            Self::Words(words) => Some(words),
            _ => None,
        }
    }
}

const NOT_A_COUNT: &str = "Không phải số lượng; phải là số nguyên không âm, ví dụ 1642.";
const TOO_LARGE: &str = "Số lớn quá mức cho phép.";
const NOT_A_FIGURE: &str = "Không phải số; ghi ví dụ 57.8.";

/// Reads a count. `645.0` is one; `1.642` is not.
pub(in crate::ingest) fn count(cell: &Cell<'_>) -> Result<Reading<u64>, &'static str> {
    let words = match nothing(cell, NOT_A_COUNT)? {
        Ok(reading) => return Ok(reading),
        Err(words) => words,
    };
    let Some((negative, whole, fraction)) = plain(words) else { return Err(NOT_A_COUNT) };
    if fraction.bytes().any(|digit| digit != b'0') || (negative && whole.bytes().any(|digit| digit != b'0')) {
        return Err(NOT_A_COUNT);
    }
    match whole.parse::<u64>() {
        Ok(count) if count <= MAX_COUNT => Ok(Reading::Value(count)),
        _ => Err(TOO_LARGE),
    }
}

/// Reads a rate or a score. Decimals beyond the fourth are cut, never rounded: a figure must not seem to reach what it
/// does not.
pub(in crate::ingest) fn figure(cell: &Cell<'_>) -> Result<Reading<Percent>, &'static str> {
    let words = match nothing(cell, NOT_A_FIGURE)? {
        Ok(reading) => return Ok(reading),
        Err(words) => words,
    };
    let digits = words.strip_suffix('%').unwrap_or(words).trim_end().replace(',', ".");
    let Some((negative, whole, fraction)) = plain(&digits) else { return Err(NOT_A_FIGURE) };
    let kept = &fraction[..fraction.len().min(usize::from(Percent::MAX_DECIMALS))];
    let sign = if negative { "-" } else { "" };
    let dot = if kept.is_empty() { "" } else { "." };
    Percent::parse_plain(&format!("{sign}{whole}{dot}{kept}")).map(Reading::Value).map_err(|_| TOO_LARGE)
}

/// What is no figure and no error, or the words to read on.
fn nothing<'c, T>(cell: &'c Cell<'_>, wrong: &'static str) -> Result<Result<Reading<T>, &'c str>, &'static str> {
    Ok(match cell {
        Cell::Missing => Ok(Reading::NotPublished),
        Cell::Empty => Ok(Reading::Empty),
        Cell::Words(words) if matches!(words.as_ref(), "-" | "–" | "—" | "−") => Ok(Reading::NotOccurred),
        Cell::Words(words) => Err(words.as_ref()),
        Cell::Other => return Err(wrong),
    })
}

/// Sign, whole digits (one at least) and decimals of a number, its exponent carried out.
fn plain(text: &str) -> Option<(bool, String, String)> {
    /// No figure needs more digits, and none may make a text of a million zeros.
    const MAX_DIGITS: usize = 40;
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|exponent| (-20..=20).contains(exponent))?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    let bare_dot = digits.ends_with('.');
    if whole.is_empty() || bare_dot || !numeric(whole) || !numeric(fraction) || digits.len() > MAX_DIGITS {
        return None;
    }
    let (mut whole, mut fraction) = (whole.to_owned(), fraction.to_owned());
    for _ in 0..exponent {
        whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
    }
    for _ in exponent..0 {
        fraction.insert(0, whole.pop().unwrap_or('0'));
    }
    let trimmed = whole.trim_start_matches('0');
    Some((negative, if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }, fraction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("645", Ok(Reading::Value(645)))]
    #[case("645.0", Ok(Reading::Value(645)))]
    #[case("6.45e2", Ok(Reading::Value(645)))]
    #[case("0", Ok(Reading::Value(0)))]
    #[case("-0", Ok(Reading::Value(0)))]
    #[case("-", Ok(Reading::NotOccurred))]
    #[case("1.642", Err(NOT_A_COUNT))]
    #[case("-1", Err(NOT_A_COUNT))]
    #[case("1,642", Err(NOT_A_COUNT))]
    #[case("1e99", Err(NOT_A_COUNT))]
    #[case("1000000001", Err(TOO_LARGE))]
    fn counts(#[case] words: &str, #[case] read: Result<Reading<u64>, &'static str>) {
        assert_eq!(count(&Cell::text(words)), read);
    }

    #[rstest]
    #[case("11.79", "11,79%")]
    #[case("18.0", "18,0%")]
    #[case("57,8%", "57,8%")]
    #[case("99.99999999", "99,9999%")]
    #[case("1e1", "10%")]
    #[case("2.5E-1", "0,25%")]
    #[case("-0.5", "−0,5%")]
    fn figures_keep_their_decimals(#[case] words: &str, #[case] shown: &str) {
        assert_eq!(figure(&Cell::text(words)).unwrap().value().unwrap().to_string(), shown);
    }

    #[test]
    fn null_is_not_zero() {
        assert_eq!(figure(&Cell::Empty), Ok(Reading::Empty));
        assert_eq!(figure(&Cell::Missing), Ok(Reading::NotPublished));
        assert_eq!(figure(&Cell::text("-")), Ok(Reading::NotOccurred));
        assert_eq!(figure(&Cell::Other), Err(NOT_A_FIGURE));
        assert_eq!(figure(&Cell::text("cao")), Err(NOT_A_FIGURE));
        assert_eq!(count(&Cell::Empty), Ok(Reading::Empty));
    }
}
