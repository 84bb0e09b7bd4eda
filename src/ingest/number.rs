//! Numbers as Vietnamese offices write them: decimal comma, thousands dot, a mark of percent that is often forgotten.

use crate::domain::observation::Reading;
use crate::domain::rate::{MAX_COUNT, Percent, PercentError};
use crate::ingest::text::clean;
use crate::ingest::workbook::{FORMULA, MERGED_FIGURE};

/// What a cell of a column says, or why it says nothing (in Vietnamese).
pub(super) type Seen<T> = Result<Reading<T>, &'static str>;

const NOT_A_COUNT: &str = "Không phải số lượng hồ sơ; ghi số nguyên, ví dụ 1642 hoặc 1.642.";
const COMMA_IN_COUNT: &str =
    "Không rõ dấu phẩy là phần nghìn hay phần thập phân; ghi số nguyên, ví dụ 1642 hoặc 1.642.";
const COUNT_TOO_LARGE: &str = "Số lượng hồ sơ lớn quá mức cho phép (1 tỷ).";
const NO_RESULT: &str = "Ô có công thức nhưng tệp không lưu kết quả; hãy mở bằng Excel, lưu lại rồi gửi lại.";
const SHARED: &str = "Ô gộp nhiều dòng: không rõ số này của đơn vị nào; hãy ghi riêng cho từng đơn vị.";
const NOT_A_RATE: &str = "Không phải tỷ lệ; ghi ví dụ 57,8%.";
const RATE_TOO_FINE: &str = "Tỷ lệ có quá nhiều chữ số thập phân; ghi tối đa 4 chữ số.";
const RATE_TOO_LARGE: &str = "Tỷ lệ lớn quá mức cho phép.";

/// Reads a cell of a column of counts.
pub(super) fn count(cell: &str) -> Seen<u64> {
    let text = clean(cell);
    if let Some(reading) = nothing(&text) {
        return Ok(reading);
    }
    let digits = match (grouped(&text, '.'), grouped(&text, ' ')) {
        (Some(digits), _) | (None, Some(digits)) => digits,
        _ if text.contains(',') && text.bytes().all(|b| b.is_ascii_digit() || b == b',') => {
            return Err(COMMA_IN_COUNT);
        }
        _ => return Err(special(&text).unwrap_or(NOT_A_COUNT)),
    };
    match digits.parse::<u64>() {
        Ok(count) if count <= MAX_COUNT => Ok(Reading::Value(count)),
        // Only digits are left: a number that does not fit is a large one.
        _ => Err(COUNT_TOO_LARGE),
    }
}

/// Reads a cell of a column of rates or targets. Comma and dot are both the decimal mark here, because no rate has
/// thousands; only in `1.234,5%` must the dot be one.
pub(super) fn rate(cell: &str) -> Seen<Percent> {
    let text = clean(cell);
    if let Some(reading) = nothing(&text) {
        return Ok(reading);
    }
    let digits = text.strip_suffix(['%', '％']).unwrap_or(&text).trim_end().replace('−', "-");
    let digits = match digits.split_once(',') {
        Some((whole, fraction)) if whole.contains('.') => match grouped(whole, '.') {
            Some(whole) => format!("{whole},{fraction}"),
            None => return Err(NOT_A_RATE),
        },
        _ => digits,
    };
    match Percent::parse_plain(&digits) {
        Ok(percent) => Ok(Reading::Value(percent)),
        Err(PercentError::NotANumber) => Err(special(&text).unwrap_or(NOT_A_RATE)),
        Err(PercentError::TooManyDecimals) => Err(RATE_TOO_FINE),
        Err(PercentError::OutOfRange) => Err(RATE_TOO_LARGE),
    }
}

/// Why a cell of a workbook holds no figure, where its reader has noticed.
fn special(text: &str) -> Option<&'static str> {
    if text == FORMULA { Some(NO_RESULT) } else { text.ends_with(MERGED_FIGURE).then_some(SHARED) }
}

/// Empty cells and dashes, which are not figures and not errors.
fn nothing<T>(text: &str) -> Option<Reading<T>> {
    match text {
        "" => Some(Reading::Empty),
        "-" | "–" | "—" | "−" | "‐" | "‑" | "‒" | "--" => Some(Reading::NotOccurred),
        _ => None,
    }
}

/// The digits of `1642` or `1.642`; none unless every group but the first has three.
fn grouped(text: &str, mark: char) -> Option<String> {
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let Some((first, rest)) = text.split_once(mark) else {
        return numeric(text).then(|| text.to_owned());
    };
    let well_formed = numeric(first)
        && first.len() <= 3
        // `0.642` is no count of anything.
        && !first.starts_with('0')
        && rest.split(mark).all(|group| group.len() == 3 && numeric(group));
    well_formed.then(|| text.replace(mark, ""))
}

/// Whether a cell could stand in a row of figures; used to notice tables without a heading.
pub(super) fn looks_like_a_figure(cell: &str) -> bool {
    !cell.trim().is_empty() && (count(cell).is_ok() || rate(cell).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rate::count_vi;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("1642", 1642)]
    #[case("1.642", 1642)]
    #[case("12.345.678", 12_345_678)]
    #[case("1 642", 1642)]
    #[case("1\u{a0}642", 1642)]
    #[case("<b>20</b>", 20)]
    #[case(" **0** ", 0)]
    #[case("\"7\"", 7)]
    #[case("29<sup>1</sup>", 29)]
    #[case("<sup>29</sup>", 29)]
    #[case("1000000000", 1_000_000_000)]
    fn counts_are_read(#[case] cell: &str, #[case] value: u64) {
        assert_eq!(count(cell), Ok(Reading::Value(value)));
    }

    #[rstest]
    #[case("1,642", COMMA_IN_COUNT)]
    #[case("57,8", COMMA_IN_COUNT)]
    #[case("1.64", NOT_A_COUNT)]
    #[case("1.6420", NOT_A_COUNT)]
    #[case("0.642", NOT_A_COUNT)]
    #[case("1642.0", NOT_A_COUNT)]
    #[case("1.234.56", NOT_A_COUNT)]
    #[case("-5", NOT_A_COUNT)]
    #[case("12 hồ sơ", NOT_A_COUNT)]
    #[case("n/a", NOT_A_COUNT)]
    #[case("1e3", NOT_A_COUNT)]
    #[case("10%", NOT_A_COUNT)]
    #[case("٣", NOT_A_COUNT)]
    #[case("1000000001", COUNT_TOO_LARGE)]
    #[case("99999999999999999999999999", COUNT_TOO_LARGE)]
    fn other_things_are_not_counts(#[case] cell: &str, #[case] why: &str) {
        assert_eq!(count(cell), Err(why));
    }

    #[rstest]
    #[case("57,8%", 578, 1)]
    #[case("57.8%", 578, 1)]
    #[case("<b>29,9</b>", 299, 1)]
    #[case("12,46%", 1246, 2)]
    #[case("**100%**", 100, 0)]
    #[case("57,8 %", 578, 1)]
    #[case("0", 0, 0)]
    #[case("50", 50, 0)]
    #[case("86,80%", 8680, 2)]
    #[case("1.234,5%", 12345, 1)]
    #[case("-5%", -5, 0)]
    fn rates_keep_their_printed_decimals(#[case] cell: &str, #[case] mantissa: i64, #[case] decimals: u8) {
        let percent = rate(cell).unwrap().value().unwrap();
        assert_eq!((percent.mantissa(), percent.decimals()), (mantissa, decimals));
    }

    #[rstest]
    #[case("57.8.1%", NOT_A_RATE)]
    #[case("57,8,1%", NOT_A_RATE)]
    #[case("57.8,1%", NOT_A_RATE)]
    #[case("%", NOT_A_RATE)]
    #[case("57%%", NOT_A_RATE)]
    #[case(",5", NOT_A_RATE)]
    #[case("57,", NOT_A_RATE)]
    #[case("NaN", NOT_A_RATE)]
    #[case("57,84210%", RATE_TOO_FINE)]
    #[case("99999999%", RATE_TOO_LARGE)]
    fn other_things_are_not_rates(#[case] cell: &str, #[case] why: &str) {
        assert_eq!(rate(cell), Err(why));
    }

    #[test]
    fn a_dash_is_not_an_empty_cell_and_neither_is_zero() {
        for dash in ["-", "–", "—", " − ", "<b>-</b>"] {
            assert_eq!(count(dash), Ok(Reading::NotOccurred), "{dash}");
            assert_eq!(rate(dash), Ok(Reading::NotOccurred), "{dash}");
        }
        for empty in ["", "  ", "\u{a0}", "<b></b>", "****"] {
            assert_eq!(count(empty), Ok(Reading::Empty), "{empty}");
            assert_eq!(rate(empty), Ok(Reading::Empty), "{empty}");
        }
        assert_eq!(count("0"), Ok(Reading::Value(0)));
    }

    proptest! {
        #[test]
        fn a_count_that_is_written_is_read_again(value in 0..=MAX_COUNT) {
            prop_assert_eq!(count(&count_vi(value)), Ok(Reading::Value(value)));
            prop_assert_eq!(count(&value.to_string()), Ok(Reading::Value(value)));
        }

        #[test]
        fn a_rate_that_is_written_is_read_again_with_its_decimals(mantissa in -9_999_i64..=9_999, decimals in 1_u8..=4) {
            let written = Percent::new(mantissa, decimals).unwrap();
            let read = rate(&written.to_string()).unwrap().value().unwrap();
            prop_assert_eq!((read.mantissa(), read.decimals()), (mantissa, decimals));
            let bare = written.to_string().replace('%', "").replace(',', ".");
            prop_assert_eq!(rate(&bare).unwrap().value().unwrap(), written);
        }

        #[test]
        fn no_cell_is_too_strange(cell in ".*") {
            let _ = (count(&cell), rate(&cell));
        }
    }
}
