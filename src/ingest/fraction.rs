//! Rates as parts of one: `0,578` for 57,8 %, as programs write them that know no format of percent.
//!
//! Decided for the rates of one indicator in one file, never for a cell: `0,5` alone may be half of all files or half a
//! percent. Where the counts stand beside the rates, the rows themselves tell; elsewhere many values must agree. Whatever
//! is in doubt stays what it says: a percentage. What is read so is said in one remark for each indicator.

use crate::domain::observation::Reading;
use crate::domain::rate::Percent;
use crate::ingest::decimal::Decimal;
use crate::ingest::number::{self, Seen};
use crate::ingest::text::clean;

/// More decimals than this are binary noise.
const DECIMALS: usize = 9;
/// Without counts, so many values other than zero must be there …
const FEWEST: usize = 5;
/// … and one of them with so many decimals, which no office prints of a percentage …
const FINE: u32 = 3;
/// … and one as large as a tenth: 10 %, or a tenth of a percent.
const TENTH: u64 = 10;

/// What a cell of a column of rates says about the whole column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing: no figure, or one that cannot be read.
    Silent,
    /// It has the sign of percent.
    Percent,
    /// A number without the sign: its digits, and how many of them are decimals.
    Bare { digits: u64, decimals: u32 },
}

impl Mark {
    /// Looks at a cell.
    pub(super) fn of(cell: &str) -> Self {
        let text = clean(cell);
        if text.ends_with(['%', '％']) {
            return if text.bytes().any(|b| b.is_ascii_digit()) { Self::Percent } else { Self::Silent };
        }
        let (whole, fraction) = text.split_once([',', '.']).unwrap_or((&text, ""));
        let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let bare = !whole.is_empty() && whole.len() <= 9 && numeric(whole) && numeric(fraction);
        let fraction = fraction.get(..DECIMALS).unwrap_or(fraction);
        match format!("{whole}{fraction}").parse() {
            Ok(digits) if bare => Self::Bare { digits, decimals: u32::try_from(fraction.len()).unwrap_or(0) },
            // `-5` and `1.234,5` are no parts of one.
            _ if matches!(number::rate(&text), Ok(Reading::Value(_))) => Self::Percent,
            _ => Self::Silent,
        }
    }

    const fn is_zero(self) -> bool {
        matches!(self, Self::Bare { digits: 0, .. })
    }

    const fn is_part_of_one(self) -> bool {
        matches!(self, Self::Bare { digits, decimals } if digits <= 10_u64.pow(decimals))
    }
}

/// What a row says of one indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) rate: Mark,
    pub(super) target: Mark,
    /// Numerator and denominator, where both are printed.
    pub(super) counts: Option<(u64, u64)>,
}

/// Which columns of an indicator are read as parts of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) rates: bool,
    pub(super) targets: bool,
}

/// Decides for all indicators of a file; each has the samples of its rows.
pub(super) fn decide(columns: &[Vec<Sample>]) -> Vec<Parts> {
    let verdicts: Vec<Verdict> = columns.iter().map(|samples| verdict(samples)).collect();
    let counted = |wanted: Verdict| verdicts.contains(&wanted);
    // A program writes all its rates alike.
    let alike = counted(Verdict::Parts) && !counted(Verdict::Percent);
    let decided = columns.iter().zip(&verdicts).map(|(samples, verdict)| {
        let rates = match verdict {
            Verdict::Parts => true,
            Verdict::Percent => false,
            Verdict::Uncounted => alike || looks_like_parts(samples),
        };
        let targets = || samples.iter().map(|sample| sample.target).filter(|mark| *mark != Mark::Silent);
        Parts { rates, targets: rates && targets().all(Mark::is_part_of_one) && targets().any(|mark| !mark.is_zero()) }
    });
    decided.collect()
}

/// What the rates of one indicator are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Percent,
    Parts,
    /// All could be parts of one, and no row has counts that tell.
    Uncounted,
}

fn verdict(samples: &[Sample]) -> Verdict {
    let (mut parts, mut counted, mut any) = (0_usize, 0_usize, false);
    for sample in samples {
        let Mark::Bare { digits, decimals } = sample.rate else {
            if sample.rate == Mark::Percent {
                return Verdict::Percent;
            }
            continue;
        };
        if digits == 0 {
            continue;
        }
        any = true;
        let fits =
            sample.counts.filter(|(_, denominator)| *denominator > 0).map(|counts| fits(digits, decimals, counts));
        match fits {
            Some(Fits { part: true, percent: false }) => parts += 1,
            Some(Fits { part: false, percent: true }) => return Verdict::Percent,
            // 1,04 of a row that does not say so is 1,04 %.
            _ if !sample.rate.is_part_of_one() => return Verdict::Percent,
            _ => {}
        }
        counted += usize::from(fits.is_some());
    }
    match () {
        () if parts * 2 > counted => Verdict::Parts,
        () if any && counted == 0 => Verdict::Uncounted,
        () => Verdict::Percent,
    }
}

/// Which readings of a value agree with its counts.
struct Fits {
    part: bool,
    percent: bool,
}

/// Truncated and rounded values agree, and values of which a program dropped the zeros or kept noise.
fn fits(digits: u64, decimals: u32, (numerator, denominator): (u64, u64)) -> Fits {
    let power = |exponent: u32| 10_i128.pow(exponent);
    let (n, d, value) = (i128::from(numerator), i128::from(denominator), i128::from(digits));
    let near = |ratio: i128, unit: u32| (ratio * power(decimals) - value * d).abs() * power(unit) < d * power(decimals);
    Fits { part: near(n, decimals.clamp(2, 3)), percent: near(n * 100, decimals.min(1)) }
}

/// Values without counts that make sense as parts of one only.
fn looks_like_parts(samples: &[Sample]) -> bool {
    let values = || samples.iter().map(|sample| sample.rate).filter(|mark| *mark != Mark::Silent && !mark.is_zero());
    let fine = |mark: Mark| matches!(mark, Mark::Bare { decimals, .. } if decimals >= FINE);
    let large = |mark: Mark| matches!(mark, Mark::Bare { digits, decimals } if digits * TENTH >= 10_u64.pow(decimals));
    values().count() >= FEWEST && values().any(fine) && values().any(large)
}

/// Reads a cell of a column of parts of one: two decimals further, exactly. Decimals beyond the fourth of the percentage
/// are cut and never rounded: a figure must not seem to reach what it does not.
pub(super) fn rate(cell: &str) -> Seen<Percent> {
    let text = clean(cell);
    let Mark::Bare { .. } = Mark::of(&text) else { return number::rate(cell) };
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((&text, ""));
    let most = usize::from(Percent::MAX_DECIMALS) + 2;
    if fraction.len() > most {
        // Beyond 15 digits there is noise; below them the number is what was calculated.
        let Some(number) = Decimal::parse(&format!("{whole}.{fraction}")) else { return number::rate(cell) };
        let exact = number.percent().written(0, fraction.len());
        let (whole, fraction) = exact.split_once(',').unwrap_or((&exact, ""));
        let fraction = fraction.get(..usize::from(Percent::MAX_DECIMALS)).unwrap_or(fraction).trim_end_matches('0');
        return number::rate(&joined(whole, fraction));
    }
    let padded = format!("{fraction:0<2}");
    let (ahead, behind) = padded.split_at(2);
    let whole = format!("{whole}{ahead}");
    let short = whole.trim_start_matches('0');
    number::rate(&joined(if short.is_empty() { "0" } else { short }, behind))
}

fn joined(whole: &str, fraction: &str) -> String {
    let mark = if fraction.is_empty() { "" } else { "," };
    format!("{whole}{mark}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// `value numerator/denominator target`, `*` for what is not there.
    fn samples(rows: &[&str]) -> Vec<Sample> {
        let row = |row: &&str| {
            let words: Vec<&str> = row.split(' ').collect();
            let counts = words.get(1).and_then(|counts| counts.split_once('/'));
            Sample {
                rate: Mark::of(words[0]),
                target: words.get(2).map_or(Mark::Silent, |cell| Mark::of(cell)),
                counts: counts.map(|(n, d)| (n.parse().unwrap(), d.parse().unwrap())),
            }
        };
        rows.iter().map(row).collect()
    }

    fn decided(columns: &[&[&str]]) -> String {
        let columns: Vec<_> = columns.iter().map(|rows| samples(rows)).collect();
        let word = |parts: &Parts| match (parts.rates, parts.targets) {
            (false, false) => "percent",
            (true, false) => "parts",
            (true, true) => "parts+targets",
            (false, true) => unreachable!("targets follow the rates"),
        };
        decide(&columns).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case::truncated(&["0,578 11/19", "0,344 10/29"], "parts")]
    #[case::rounded(&["0.579 11/19", "0.345 10/29"], "parts")]
    #[case::of_a_formula(&["0.5789473684210527 11/19", "1 3/3", "0 0/7"], "parts")]
    #[case::zeros_dropped(&["0,5 50/100", "1 8/8", "0,25 1/4"], "parts")]
    #[case::noise(&["0.5780000000000001 11/19"], "parts")]
    #[case::more_than_all(&["1,04 416/400", "0,83 332/400"], "parts")]
    #[case::contradictions_are_outvoted(&["0,578 11/19", "0,344 10/29", "0,764 97/1663"], "parts")]
    #[case::one_of_two_is_no_majority(&["0,578 11/19", "0,764 97/1663"], "percent")]
    #[case::only_contradictions(&["0,764 97/1663", "0,945 93/1000"], "percent")]
    #[case::as_printed(&["57,8 11/19", "34,4 10/29"], "percent")]
    #[case::low_percents(&["0,5 5/1000", "0,25 1/400", "1 12/1000"], "percent")]
    #[case::lowest_percents(&["0,004 1/25000", "0,01 3/30000"], "percent")]
    #[case::one_low_percent_is_enough(&["0,578 11/19", "0,344 10/29", "0,5 5/1000"], "percent")]
    #[case::a_percentage_among_them(&["0,578 11/19", "0,344 10/29", "57,8 11/19"], "percent")]
    #[case::a_sign_among_them(&["0,578 11/19", "0,344 10/29", "57,8% 11/19"], "percent")]
    #[case::zeros_and_hundreds(&["0 0/5", "100 5/5"], "percent")]
    #[case::zeros_and_ones_of_percent(&["0 0/100", "1 1/100", "1 2/200"], "percent")]
    #[case::zeros_and_ones_of_all(&["0 0/5", "1 5/5", "1 7/7"], "parts")]
    #[case::nothing_but_zeros(&["0 0/5", "0 0/7", "- 0/0"], "percent")]
    #[case::what_cannot_be_read_says_nothing(&["0,578 11/19", "#REF! 10/29", "- 0/0", " 1/2"], "parts")]
    #[case::nothing(&[], "percent")]
    fn rows_with_counts_tell(#[case] rows: &[&str], #[case] expected: &str) {
        assert_eq!(decided(&[rows]), expected);
    }

    #[rstest]
    #[case::five(&["0,774", "0,5", "1", "0,29", "0,04"], "parts")]
    #[case::four_are_too_few(&["0,774", "0,5", "1", "0,29", "0"], "percent")]
    #[case::percentages_may_have_two_decimals(&["0,77", "0,5", "1", "0,29", "0,04"], "percent")]
    #[case::all_below_a_tenth(&["0,077", "0,05", "0,012", "0,029", "0,004"], "percent")]
    #[case::one_beyond_one(&["0,774", "0,5", "1", "0,29", "1,5"], "percent")]
    #[case::signs(&["0,774%", "0,5%", "1%", "0,29%", "0,04%"], "percent")]
    #[case::flags(&["1", "1", "0", "1", "1", "1"], "percent")]
    #[case::negative(&["0,774", "0,5", "1", "0,29", "0,04", "-0,5"], "percent")]
    fn without_counts_many_must_agree(#[case] rows: &[&str], #[case] expected: &str) {
        assert_eq!(decided(&[rows]), expected);
    }

    #[test]
    fn without_counts_the_other_columns_of_the_file_tell() {
        let (parts, percent, few): (&[&str], &[&str], &[&str]) = (&["0,578 11/19"], &["57,8 11/19"], &["0,77", "0,5"]);
        assert_eq!(decided(&[parts, few]), "parts parts");
        assert_eq!(decided(&[percent, few]), "percent percent");
        assert_eq!(decided(&[parts, percent, few]), "parts percent percent");
        assert_eq!(decided(&[parts, &["0", "-"]]), "parts percent", "nothing is to be read otherwise");
    }

    #[rstest]
    #[case::parts(&["0,578 11/19 0,6", "0,344 10/29 1"], "parts+targets")]
    #[case::percent(&["0,578 11/19 60", "0,344 10/29 100"], "parts")]
    #[case::signed(&["0,578 11/19 60%", "0,344 10/29 0,6"], "parts")]
    #[case::beside_percentages(&["57,8 11/19 0,6", "34,4 10/29 1"], "percent")]
    fn targets_follow_their_rates(#[case] rows: &[&str], #[case] expected: &str) {
        assert_eq!(decided(&[rows]), expected);
    }

    #[rstest]
    #[case("0.578", "57,8%")]
    #[case("0,58", "58%")]
    #[case("0,5", "50%")]
    #[case("0,8680", "86,80%")]
    #[case("0,0254", "2,54%")]
    #[case("0,004", "0,4%")]
    #[case("0", "0%")]
    #[case("1", "100%")]
    #[case("1.04", "104%")]
    #[case("0,599999", "59,9999%")]
    #[case("0,5999999", "59,9999%")]
    #[case("0.5789473684210527", "57,8947%")]
    #[case("0.5780000000000001", "57,8%")]
    #[case("0.29999999999999999", "30%")]
    #[case("0.0000000001", "0%")]
    #[case(" <b>0,578</b> ", "57,8%")]
    #[case("57,8%", "57,8%")]
    fn a_part_of_one_is_moved_by_two_decimals(#[case] cell: &str, #[case] percent: &str) {
        assert_eq!(rate(cell).unwrap().value().unwrap().to_string(), percent);
    }

    #[test]
    fn nothing_stays_nothing() {
        assert_eq!((rate("-"), rate("")), (Ok(Reading::NotOccurred), Ok(Reading::Empty)));
        assert!(rate("0,5,1").is_err() && rate("#REF!").is_err());
    }

    proptest! {
        #[test]
        fn every_printed_rate_survives(mantissa in 0_u32..=1_000_000, decimals in 0_usize..=4) {
            let printed = Decimal::parse(&format!("{mantissa}e-{decimals}")).unwrap().written(decimals, decimals);
            let part = Decimal::parse(&format!("{mantissa}e-{}", decimals + 2)).unwrap();
            let cell = part.written(decimals + 2, decimals + 2);
            let seen = rate(&cell).unwrap().value().unwrap();
            prop_assert_eq!(seen.to_string().replace('.', ""), format!("{printed}%"));
            // As a program writes the binary fraction that is nearest.
            let binary: f64 = cell.replace(',', ".").parse().unwrap();
            prop_assert_eq!(rate(&binary.to_string()).unwrap().value().unwrap(), seen);
        }

        #[test]
        fn no_cells_are_too_strange(cells in proptest::collection::vec("[-0-9.,%/ ]{0,25}", 0..8), n: u64, d: u64) {
            let counts = Some((n.min(crate::domain::rate::MAX_COUNT), d.min(crate::domain::rate::MAX_COUNT)));
            let sample = |cell: &String| Sample { rate: Mark::of(cell), target: Mark::of(cell), counts };
            let _ = decide(&[cells.iter().map(sample).collect()]);
            let _ = cells.iter().map(|cell| rate(cell)).collect::<Vec<_>>();
        }
    }
}
