//! Numbers of workbooks as decimals, without floating point.
//!
//! Workbooks keep numbers as binary fractions: 57,8 % is written `0.57799999999999996`, a sum of tenths
//! `57.800000000000004`. The programs themselves show 15 digits at most, so rounding to 15 gives back what was typed;
//! everything after that is integers.

/// A decimal number: digits times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: u64,
    exponent: i32,
}

/// Digits that a workbook's number really has.
const PRECISION: usize = 15;

/// Numbers beyond ten to this power are no figures of offices.
const MAX_EXPONENT: i32 = 30;

impl Decimal {
    /// Reads `57.8`, `-0.57799999999999996`, `1.5E+3`, rounded to 15 digits, half away from zero. None for anything else,
    /// and for what is beyond 10³⁰ either way.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.trim_start_matches('+').parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !numeric(whole) || !numeric(fraction) || mantissa.len() > 400 {
            return None;
        }
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').skip_while(|d| *d == 0).collect();
        let mut digits = all.iter().take(PRECISION).fold(0, |sum, digit| sum * 10 + u64::from(*digit));
        let dropped = all.len().saturating_sub(PRECISION);
        if all.get(PRECISION).is_some_and(|next| *next >= 5) {
            digits += 1;
        }
        let places = i32::try_from(fraction.len()).ok()?;
        let exponent = exponent.checked_sub(places)?.checked_add(i32::try_from(dropped).ok()?)?;
        if digits == 0 {
            return Some(Self { negative: false, digits: 0, exponent: 0 });
        }
        (exponent.abs() <= MAX_EXPONENT).then_some(Self { negative, digits, exponent })
    }

    /// A binary fraction, to 15 digits; none for infinities and the like.
    pub(super) fn of_binary(value: f64) -> Option<Self> {
        // Formatting is exact, and to 17 digits it is unambiguous.
        if value.is_finite() { Self::parse(&format!("{value:.16e}")) } else { None }
    }

    /// A hundred times it.
    pub(super) const fn percent(self) -> Self {
        Self { exponent: self.exponent + 2, ..self }
    }

    /// A hundredth of it.
    pub(super) const fn hundredth(self) -> Self {
        Self { exponent: self.exponent - 2, ..self }
    }

    /// The part before the decimal mark, if it is not negative and fits.
    pub(super) fn whole(self) -> Option<u64> {
        if self.negative {
            return None;
        }
        let power = 10_u64.checked_pow(self.exponent.unsigned_abs());
        if self.exponent >= 0 { self.digits.checked_mul(power?) } else { Some(power.map_or(0, |p| self.digits / p)) }
    }

    /// Without what is beyond so many decimals.
    pub(super) fn cut(self, most: usize) -> Self {
        let beyond = usize::try_from(-self.exponent).unwrap_or(0).saturating_sub(most);
        let power = u32::try_from(beyond).ok().and_then(|power| 10_u64.checked_pow(power));
        let (digits, exponent) = match power {
            _ if beyond == 0 => (self.digits, self.exponent),
            Some(power) => (self.digits / power, self.exponent + i32::try_from(beyond).unwrap_or(0)),
            None => (0, 0),
        };
        Self { digits, exponent, ..self }
    }

    /// Written with a decimal comma, rounded half away from zero to at most `most` decimals, of which those beyond `least`
    /// are left out when they are zeros.
    pub(super) fn written(self, least: usize, most: usize) -> String {
        let decimals = usize::try_from(-self.exponent).unwrap_or(0);
        let mut digits = u128::from(self.digits);
        let mut places = decimals;
        if decimals > most {
            let power = u32::try_from(decimals - most).ok().and_then(|power| 10_u128.checked_pow(power));
            digits = power.map_or(0, |power| (digits + power / 2) / power);
            places = most;
        }
        let mut text = digits.to_string();
        if let Ok(zeros) = usize::try_from(self.exponent)
            && digits > 0
        {
            text.push_str(&"0".repeat(zeros));
        }
        if text.len() <= places {
            text.insert_str(0, &"0".repeat(places + 1 - text.len()));
        }
        let (whole, fraction) = text.split_at(text.len() - places);
        let mut fraction = fraction.to_owned();
        while fraction.len() > least && fraction.ends_with('0') {
            fraction.pop();
        }
        while fraction.len() < least {
            fraction.push('0');
        }
        let sign = if self.negative && digits > 0 { "-" } else { "" };
        let mark = if fraction.is_empty() { "" } else { "," };
        format!("{sign}{whole}{mark}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.57799999999999996", 0, 4, "0,578")]
    #[case("57.800000000000004", 0, 4, "57,8")]
    #[case("57.8", 2, 2, "57,80")]
    #[case("1642", 0, 4, "1642")]
    #[case("1642.0", 0, 4, "1642")]
    #[case("1.5E+3", 0, 4, "1500")]
    #[case("5E-1", 0, 4, "0,5")]
    #[case("-.5", 0, 0, "-1")]
    #[case("-0.004", 0, 2, "0")]
    #[case("57.894736842105260", 0, 1, "57,9")]
    #[case("0.05", 0, 1, "0,1")]
    #[case("0.999999999999999999", 0, 4, "1")]
    #[case("0", 1, 1, "0,0")]
    #[case("00.10", 0, 4, "0,1")]
    fn numbers_are_written_as_they_were_typed(
        #[case] raw: &str,
        #[case] least: usize,
        #[case] most: usize,
        #[case] written: &str,
    ) {
        assert_eq!(Decimal::parse(raw).unwrap().written(least, most), written);
    }

    #[rstest]
    #[case("")]
    #[case("-")]
    #[case(".")]
    #[case("1,5")]
    #[case("1e99")]
    #[case("1e-9999999999")]
    #[case("INF")]
    #[case("٣")]
    fn other_things_are_no_numbers(#[case] raw: &str) {
        assert_eq!(Decimal::parse(raw), None);
    }

    #[rstest]
    #[case("0.59999", "0,5999")]
    #[case("0.59990000000000004", "0,5999")]
    #[case("0.29999999999999999", "0,3")]
    #[case("0.00001", "0")]
    #[case("1e-29", "0")]
    #[case("1500", "1500")]
    #[case("1e20", "100000000000000000000")]
    fn what_is_cut_does_not_grow(#[case] raw: &str, #[case] written: &str) {
        assert_eq!(Decimal::parse(raw).unwrap().cut(4).written(0, 4), written);
    }

    proptest! {
        #[test]
        fn a_printed_rate_survives_its_binary_form(mantissa in 0_u32..=1_000_000, decimals in 0_usize..=4) {
            let printed = Decimal::parse(&format!("{mantissa}e-{decimals}")).unwrap();
            let binary: f64 = format!("{mantissa}e-{decimals}").parse().unwrap();
            prop_assert_eq!(
                Decimal::of_binary(binary).unwrap().written(decimals, 4),
                printed.written(decimals, 4)
            );
            // 57,8 % in a cell is 0.578.
            let part: f64 = format!("{mantissa}e-{}", decimals + 2).parse().unwrap();
            let text = part.to_string();
            prop_assert_eq!(
                Decimal::parse(&text).unwrap().percent().written(decimals, 4),
                printed.written(decimals, 4)
            );
        }

        #[test]
        fn no_text_is_too_strange(text in "[-0-9.eE+]{0,30}", least in 0_usize..5, more in 0_usize..5) {
            if let Some(number) = Decimal::parse(&text) {
                let _ = (number.written(least, least + more), number.percent().written(0, 4), number.whole());
            }
        }
    }
}
