//! How numbers are ordered and written, against an oracle that works on strings of digits.

use std::cmp::Ordering;

use chitieu::domain::rate::{Exact, MAX_COUNT, Percent, Points, Rate, count_vi, decimal_plain, decimal_vi};
use proptest::prelude::*;

fn percents() -> impl Strategy<Value = Percent> {
    (-20_000_i64..2_000_000, 0_u8..=Percent::MAX_DECIMALS)
        .prop_filter_map("within a million", |(mantissa, decimals)| Percent::new(mantissa, decimals).ok())
}

/// A percentage's value in ten-thousandths, by shifting digits.
fn ten_thousandths(percent: Percent) -> i128 {
    let shift = u32::from(Percent::MAX_DECIMALS - percent.decimals());
    i128::from(percent.mantissa()) * 10_i128.pow(shift)
}

/// `numerator / denominator`, rounded half away from zero to whole units of the last decimal, by long division.
fn long_division(numerator: i128, denominator: i128, decimals: u8) -> (bool, String, String) {
    let negative = (numerator < 0) != (denominator < 0);
    let (mut n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let mut digits = (n / d).to_string().into_bytes();
    let whole = digits.len();
    for _ in 0..decimals {
        n = n % d * 10;
        digits.push(b'0' + u8::try_from(n / d).unwrap());
    }
    let mut carry = n % d * 2 >= d;
    for digit in digits.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    let mut text = String::from_utf8(digits).unwrap();
    let mut whole = whole;
    if carry {
        text.insert(0, '1');
        whole += 1;
    }
    let zero = text.bytes().all(|digit| digit == b'0');
    let fraction = text.split_off(whole);
    (negative && !zero, text, fraction)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn percentages_are_ordered_by_value(a in percents(), b in percents()) {
        let by_digits = ten_thousandths(a).cmp(&ten_thousandths(b));
        prop_assert_eq!(a.cmp(&b), by_digits);
        prop_assert_eq!(a.partial_cmp(&b), Some(by_digits));
        prop_assert_eq!(a == b, by_digits == Ordering::Equal);
        prop_assert_eq!(b.cmp(&a), by_digits.reverse());
        prop_assert_eq!(a.exact().cmp(&b.exact()), by_digits);
    }

    #[test]
    fn the_order_is_transitive(mut list in prop::collection::vec(percents(), 3..20)) {
        list.sort();
        for pair in list.windows(2) {
            prop_assert!(ten_thousandths(pair[0]) <= ten_thousandths(pair[1]));
        }
    }

    #[test]
    fn what_is_shown_is_read_back(percent in percents()) {
        let shown = percent.to_string().replace(['%', '.'], "").replace('−', "-");
        let back = Percent::parse_plain(&shown).unwrap();
        prop_assert_eq!(back, percent);
        prop_assert_eq!(back.decimals(), percent.decimals());
    }

    #[test]
    fn decimals_are_written_as_long_division_gives_them(
        n in -3_000_000_000_000_i128..3_000_000_000_000, d in 1_i128..5_000_000, decimals in 0_u8..7
    ) {
        let (negative, whole, fraction) = long_division(n, d, decimals);
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let comma = if decimals > 0 { format!(",{fraction}") } else { String::new() };
        let sign = if negative { "−" } else { "" };
        prop_assert_eq!(decimal_vi(Exact::new(n, d), decimals), format!("{sign}{grouped}{comma}"));

        let kept = fraction.trim_end_matches('0');
        let kept = if kept.is_empty() { "0" } else { kept };
        let sign = if negative { "-" } else { "" };
        prop_assert_eq!(decimal_plain(Exact::new(n, d), decimals), format!("{sign}{whole}.{kept}"));
    }

    #[test]
    fn a_computed_rate_never_shows_more_than_it_is((d, n) in (1..=MAX_COUNT).prop_flat_map(|d| (Just(d), 0..=d))) {
        let rate = Rate::of_counts(n, d).unwrap();
        let shown = Percent::parse_plain(rate.to_string().trim_end_matches('%')).unwrap();
        prop_assert!(shown.exact() <= rate.exact());
        prop_assert!(rate.exact() - shown.exact() < Exact::new(1, 10));
    }

    #[test]
    fn a_difference_has_the_sign_of_what_is_shown(a in percents(), b in percents()) {
        let shown = Points::between(a.exact(), b.exact()).to_string();
        let moved = shown.contains(|c: char| ('1'..='9').contains(&c));
        let sign = match a.cmp(&b) {
            Ordering::Greater if moved => Some('+'),
            Ordering::Less if moved => Some('−'),
            _ => None,
        };
        prop_assert_eq!(shown.chars().next().filter(|c| !c.is_ascii_digit()), sign, "{}", shown);
        prop_assert!(shown.ends_with(" điểm %"));
    }
}

#[test]
fn counts_are_grouped_in_threes() {
    let written = [0, 7, 999, 1_000, 1_642, 84_178, 409_345, MAX_COUNT, u64::MAX].map(count_vi);
    assert_eq!(
        written,
        ["0", "7", "999", "1.000", "1.642", "84.178", "409.345", "1.000.000.000", "18.446.744.073.709.551.615"]
    );
}
