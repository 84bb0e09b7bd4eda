//! Exact rates: published decimals, ratios of counts, and differences in points.
//!
//! A figure that a leader signs must not depend on binary rounding, so there is no floating point here: a
//! published rate keeps the decimals it was printed with, a computed rate is a ratio of two integers, and
//! comparison is done on [`Exact`] values. Rounding happens once, when a value is shown.

use crate::domain::scale::Scale;
use num_rational::Ratio;
use std::cmp::Ordering;
use std::fmt;

/// An exact rational number. Which unit it has (percent, points, files) is said where it is used.
pub type Exact = Ratio<i128>;

/// The largest count that is accepted anywhere (files in one period of one unit). The limit keeps every exact
/// computation inside 128 bits; readers refuse larger numbers with an issue.
pub const MAX_COUNT: u64 = 1_000_000_000;

/// A percentage as printed: `57,8 %` is mantissa 578 with one decimal. Equality and order are by value
/// (`60 % == 60,0 %`), while showing keeps the printed decimals. On the scale of points ([`Percent::on`]) it is a score
/// and is shown as one.
#[derive(Clone, Copy, Debug)]
pub struct Percent {
    mantissa: i64,
    decimals: u8,
    scale: Scale,
}

/// Why a percentage cannot exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// More than [`Percent::MAX_DECIMALS`] decimals.
    #[error("more than {max} decimals", max = Percent::MAX_DECIMALS)]
    TooManyDecimals,
    /// Outside of what a percentage of this domain can be, right or wrong (±1,000,000 %).
    #[error("outside of ±1,000,000 %")]
    OutOfRange,
    /// The text is not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
}

impl Percent {
    /// Printed rates have one or two decimals; four leaves room for machine-made extracts.
    pub const MAX_DECIMALS: u8 = 4;

    /// A percentage of `mantissa / 10^decimals`.
    ///
    /// # Errors
    /// When there are too many decimals or the value is absurdly large. Rates above 100 % are allowed: the
    /// audit reports them, and they could not be reported if they could not exist.
    pub fn new(mantissa: i64, decimals: u8) -> Result<Self, PercentError> {
        if decimals > Self::MAX_DECIMALS {
            return Err(PercentError::TooManyDecimals);
        }
        let value = Self { mantissa, decimals, scale: Scale::Percent };
        if value.exact() > Exact::from(1_000_000) || value.exact() < Exact::from(-1_000_000) {
            return Err(PercentError::OutOfRange);
        }
        Ok(value)
    }

    /// A whole percentage. Only small constants are written this way.
    #[must_use]
    pub const fn whole(percent: u16) -> Self {
        Self { mantissa: percent as i64, decimals: 0, scale: Scale::Percent }
    }

    /// All that can be reached on a scale: 100 %, or the full score.
    #[must_use]
    pub fn full(scale: Scale) -> Self {
        let Scale::Points(full) = scale else { return Self::whole(100) };
        Self { mantissa: i64::from(full.hundredths()), decimals: 2, scale }.shortened()
    }

    /// The same value without zeros at the end of its decimals.
    #[must_use]
    pub const fn shortened(mut self) -> Self {
        while self.decimals > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.decimals -= 1;
        }
        self
    }

    /// The same digits on a scale.
    #[must_use]
    pub const fn on(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    /// What it is counted in.
    #[must_use]
    pub const fn scale(self) -> Scale {
        self.scale
    }

    /// Reads `60`, `97.5` or `97,5` (no thousands marks, no sign of percent).
    ///
    /// # Errors
    /// When the text is not such a number, or not a possible percentage.
    pub fn parse_plain(text: &str) -> Result<Self, PercentError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !numeric(whole) || !numeric(fraction) || digits.ends_with(['.', ',']) {
            return Err(PercentError::NotANumber);
        }
        if fraction.len() > usize::from(Self::MAX_DECIMALS) {
            return Err(PercentError::TooManyDecimals);
        }
        if whole.len() > 8 {
            return Err(PercentError::OutOfRange);
        }
        let mantissa: i64 = format!("{whole}{fraction}").parse().map_err(|_| PercentError::NotANumber)?;
        let decimals = u8::try_from(fraction.len()).map_err(|_| PercentError::TooManyDecimals)?;
        Self::new(if negative { -mantissa } else { mantissa }, decimals)
    }

    /// The printed digits without the mark: `5784` of `57,84 %`.
    #[must_use]
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many decimals were printed.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// The value in percent.
    #[must_use]
    pub fn exact(self) -> Exact {
        Exact::new(i128::from(self.mantissa), 10_i128.pow(u32::from(self.decimals)))
    }

    /// One unit of the last printed decimal, in percent: `0,1` for `57,8 %`. A published rate differs from its
    /// counts when the distance is at least this much (domain page, "Numbers").
    #[must_use]
    pub fn last_decimal(self) -> Exact {
        Exact::new(1, 10_i128.pow(u32::from(self.decimals)))
    }
}

impl PartialEq for Percent {
    fn eq(&self, other: &Self) -> bool {
        self.exact() == other.exact()
    }
}

impl Eq for Percent {}

impl PartialOrd for Percent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Percent {
    fn cmp(&self, other: &Self) -> Ordering {
        self.exact().cmp(&other.exact())
    }
}

impl fmt::Display for Percent {
    /// As people read it in Vietnam: `57,8%`, `11,79 điểm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", decimal_vi(self.exact(), self.decimals), self.scale.suffix())
    }
}

/// How far a unit got: as the office published it, or computed from counts where nothing was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Printed by the source; decides the rating (domain page, "Numbers").
    Published(Percent),
    /// `numerator / denominator` where no rate was printed; the denominator is not zero.
    Computed {
        /// Files that comply.
        numerator: u64,
        /// All files that count.
        denominator: u64,
    },
}

impl Rate {
    /// A rate of counts; none when the denominator is zero, because nothing happened then.
    #[must_use]
    pub const fn of_counts(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        Some(Self::Computed { numerator, denominator })
    }

    /// The same figure on a scale. A computed rate is a percentage, and stays one.
    #[must_use]
    pub const fn on(self, scale: Scale) -> Self {
        match self {
            Self::Published(percent) => Self::Published(percent.on(scale)),
            computed @ Self::Computed { .. } => computed,
        }
    }

    /// What it is counted in.
    #[must_use]
    pub const fn scale(self) -> Scale {
        match self {
            Self::Published(percent) => percent.scale(),
            Self::Computed { .. } => Scale::Percent,
        }
    }

    /// The value in percent, or in points.
    #[must_use]
    pub fn exact(self) -> Exact {
        match self {
            Self::Published(percent) => percent.exact(),
            Self::Computed { numerator, denominator } => {
                Exact::new(i128::from(numerator) * 100, i128::from(denominator))
            }
        }
    }

    /// Decimals to show: those printed, or one for a computed rate.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        match self {
            Self::Published(percent) => percent.decimals(),
            Self::Computed { .. } => 1,
        }
    }
}

impl fmt::Display for Rate {
    /// `57,8%`; a score stands before its maximum: `11,79/18 điểm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published(percent) => match percent.scale() {
                Scale::Percent => percent.fmt(f),
                scale @ Scale::Points(full) => {
                    write!(f, "{}/{full}{}", decimal_vi(percent.exact(), percent.decimals()), scale.suffix())
                }
            },
            // A computed rate must never be shown as having reached what it has not: 99,96 % is not "100,0%".
            Self::Computed { .. } => write!(f, "{}%", decimal_vi(truncated(self.exact(), 1), 1)),
        }
    }
}

/// A difference of two rates, in percentage points ("điểm %"), or of two scores, in points ("điểm").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points {
    difference: Exact,
    scale: Scale,
}

impl Points {
    /// `later − earlier`, both in percent.
    #[must_use]
    pub fn between(later: Exact, earlier: Exact) -> Self {
        Self { difference: later - earlier, scale: Scale::Percent }
    }

    /// The same difference on a scale.
    #[must_use]
    pub const fn on(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    /// What it is counted in.
    #[must_use]
    pub const fn scale(self) -> Scale {
        self.scale
    }

    /// The difference in points.
    #[must_use]
    pub const fn exact(self) -> Exact {
        self.difference
    }

    /// Distance from zero.
    #[must_use]
    pub fn magnitude(self) -> Exact {
        if self.difference < Exact::from(0) { -self.difference } else { self.difference }
    }

    /// Distance from zero as a share of the whole scale, in percentage points (see [`Scale::share`]).
    #[must_use]
    pub fn share(self) -> Exact {
        self.scale.share(self.magnitude())
    }
}

impl fmt::Display for Points {
    /// With sign and comma: `+6,8 điểm %`, `−30,3 điểm %`, `+0,5 điểm`; the minus is U+2212.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = if (self.difference * Exact::from(10)).is_integer() { 1 } else { 2 };
        let text = decimal_vi(self.magnitude(), decimals);
        // A difference that rounds away keeps no sign: "−0,00" would read as a loss.
        let zero = text.bytes().all(|b| matches!(b, b'0' | b','));
        let sign = match self.difference.cmp(&Exact::from(0)) {
            _ if zero => "",
            Ordering::Greater => "+",
            Ordering::Less => "−",
            Ordering::Equal => "",
        };
        write!(f, "{sign}{text}{}", self.scale.difference_suffix())
    }
}

/// Rounds half away from zero to `decimals` places and returns the scaled integer (`12,345` → `1235` at two).
#[must_use]
pub fn scaled(value: Exact, decimals: u8) -> i128 {
    (value * Exact::from(10_i128.pow(u32::from(decimals)))).round().to_integer()
}

/// A decimal with comma and thousands dots, rounded half away from zero, minus as U+2212.
#[must_use]
pub fn decimal_vi(value: Exact, decimals: u8) -> String {
    let scale = 10_i128.pow(u32::from(decimals));
    let scaled = scaled(value, decimals);
    let (whole, fraction) = (scaled.abs() / scale, scaled.abs() % scale);
    let sign = if scaled < 0 { "−" } else { "" };
    let whole = group_thousands(whole.unsigned_abs());
    if decimals == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole},{fraction:0width$}", width = usize::from(decimals))
    }
}

/// A count as an office writes it: `1.642`.
#[must_use]
pub fn count_vi(count: u64) -> String {
    group_thousands(u128::from(count))
}

/// A plain decimal with a dot, for machine-readable output: `-25.6`. Trailing zeros are dropped, one digit stays.
#[must_use]
pub fn decimal_plain(value: Exact, decimals: u8) -> String {
    let scale = 10_i128.pow(u32::from(decimals));
    let scaled = scaled(value, decimals);
    let sign = if scaled < 0 { "-" } else { "" };
    let fraction = format!("{:0width$}", scaled.abs() % scale, width = usize::from(decimals));
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() || decimals == 0 { "0" } else { fraction };
    format!("{sign}{}.{fraction}", scaled.abs() / scale)
}

fn truncated(value: Exact, decimals: u8) -> Exact {
    let scale = Exact::from(10_i128.pow(u32::from(decimals)));
    (value * scale).trunc() / scale
}

fn group_thousands(mut number: u128) -> String {
    let mut groups = Vec::new();
    while number >= 1000 {
        groups.push(format!("{:03}", number % 1000));
        number /= 1000;
    }
    groups.push(number.to_string());
    groups.reverse();
    groups.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Percent {
        Percent::parse_plain(text).unwrap()
    }

    #[test]
    fn a_published_rate_keeps_its_decimals_and_compares_by_value() {
        assert_eq!(percent("57,8").to_string(), "57,8%");
        assert_eq!(percent("100").to_string(), "100%");
        assert_eq!(percent("2.54").to_string(), "2,54%");
        assert_eq!(percent("60"), percent("60.0"));
        assert!(percent("59.9") < percent("60"));
        assert_eq!(percent("57,84").last_decimal(), Exact::new(1, 100));
    }

    #[test]
    fn what_is_not_a_percentage_is_refused() {
        for text in ["", "-", ".5", "5.", "57.8.1", "5e3", " 5", "١"] {
            assert_eq!(Percent::parse_plain(text), Err(PercentError::NotANumber), "{text:?}");
        }
        assert_eq!(Percent::parse_plain("1.23456"), Err(PercentError::TooManyDecimals));
        assert_eq!(Percent::parse_plain("1000001"), Err(PercentError::OutOfRange));
        assert_eq!(Percent::parse_plain("123456789"), Err(PercentError::OutOfRange));
    }

    #[test]
    fn a_computed_rate_never_shows_more_than_it_is() {
        let almost = Rate::of_counts(9_996, 10_000).unwrap();
        assert_eq!(almost.to_string(), "99,9%");
        assert_eq!(Rate::of_counts(0, 0), None);
    }

    #[test]
    fn points_have_a_sign_and_a_comma() {
        let points = |later: &str, earlier: &str| Points::between(percent(later).exact(), percent(earlier).exact());
        assert_eq!(points("64.6", "57.8").to_string(), "+6,8 điểm %");
        assert_eq!(points("29.7", "60").to_string(), "−30,3 điểm %");
        assert_eq!(points("60", "60.0").to_string(), "0,0 điểm %");
        assert_eq!(points("42.13", "40").to_string(), "+2,13 điểm %");
        let tiny = Points::between(Exact::new(1, 1000), Exact::from(0));
        assert_eq!(tiny.to_string(), "0,00 điểm %");
    }

    #[test]
    fn a_score_is_never_shown_as_a_percentage() {
        let scale = Scale::Points(crate::domain::scale::FullScore::of_hundredths(1800).unwrap());
        let score = percent("11.79").on(scale);
        assert_eq!(score.to_string(), "11,79 điểm");
        assert_eq!(Rate::Published(score).to_string(), "11,79/18 điểm");
        let points = Points::between(score.exact(), percent("11.29").exact()).on(scale);
        assert_eq!(points.to_string(), "+0,5 điểm");
        assert_eq!(points.share(), Exact::new(100, 36));
    }

    #[test]
    fn numbers_are_written_the_vietnamese_way() {
        assert_eq!(count_vi(1642), "1.642");
        assert_eq!(count_vi(1_000_007), "1.000.007");
        assert_eq!(decimal_vi(Exact::new(-256, 10), 1), "−25,6");
        assert_eq!(decimal_plain(Exact::new(-256, 10), 2), "-25.6");
        assert_eq!(decimal_plain(Exact::from(60), 1), "60.0");
        assert_eq!(decimal_plain(Exact::new(735_934, 10_000), 2), "73.59");
    }
}
