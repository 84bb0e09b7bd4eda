//! Indicators ("chỉ tiêu"): what is measured and what a unit can do about it.

use crate::domain::rate::Percent;
use crate::domain::scale::Scale;
use std::fmt;

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Accepts 1 to 64 characters of `a-z`, `0-9`, `_`, `-`.
            ///
            /// # Errors
            /// When the text has another form; the error repeats the text.
            pub fn parse(text: &str) -> Result<Self, $crate::domain::indicator::CodeError> {
                let fits = !text.is_empty()
                    && text.len() <= 64
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
                if fits { Ok(Self(text.to_owned())) } else { Err($crate::domain::indicator::CodeError { what: $what, text: text.chars().take(80).collect() }) }
            }

            /// The code as written in catalog, database and JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use code;

/// A code of the catalog that does not have the form of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a code of {what}: use 1 to 64 of a-z, 0-9, _ and -")]
pub struct CodeError {
    /// What the code was to name.
    pub what: &'static str,
    /// The text that was seen.
    pub text: String,
}

code!(
    /// The code of an indicator, for example `online_submission`.
    IndicatorCode,
    "an indicator"
);

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Reached when the rate is at least the target.
    HigherIsBetter,
    /// Reached when the rate is at most the target.
    LowerIsBetter,
}

/// What a unit can do to reach the target (domain page, "What is still needed").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Past files cannot change; only new compliant files help.
    New,
    /// Files already received can still be worked on.
    Convert,
    /// Nothing that could be counted in files.
    NoCount,
}

/// Where an indicator's denominator stands in the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenominatorSource {
    /// The total number of files received, shared by several indicators.
    FilesReceived,
    /// A column of its own.
    Own,
    /// Not published; implied by the numerator and the rate.
    Implied,
}

/// What zero of zero means: nothing could be done, and the rules of an index differ on what that is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZeroOverZero {
    /// Nothing happened ("không phát sinh"): neither reached nor missed, not ranked.
    #[default]
    NoActivity,
    /// Counts as zero.
    Zero,
    /// Counts as reached in full: 100 %, or the full score.
    Full,
    /// Counts as so much.
    Given(Percent),
}

/// An indicator as the catalog describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its code.
    pub code: IndicatorCode,
    /// What people read in full: "Số hóa thành phần hồ sơ, kết quả".
    pub name: String,
    /// What people read in a line of a message: "Số hóa hồ sơ".
    pub short_name: String,
    /// What one needed file is called after "cần thêm 127": "hồ sơ nộp trực tuyến".
    pub needed_noun: String,
    /// Which way is better.
    pub direction: Direction,
    /// What can be done.
    pub remedy: Remedy,
    /// Where the denominator is found.
    pub denominator: DenominatorSource,
    /// What it is counted in. Of an indicator in points only the published score is a figure: the source's formula from
    /// counts to points is its own (ADR 0010).
    pub scale: Scale,
    /// What zero of zero means.
    pub zero_over_zero: ZeroOverZero,
    /// A name for the formula in force. Figures of two periods are compared only when it is the same
    /// ("không cùng cơ sở tính" otherwise).
    pub basis: String,
    /// Folded fragments by which a column group of a table is recognised as this indicator.
    pub headings: Vec<String>,
    /// Other names people type for it ("thanh toán", "số hóa").
    pub aliases: Vec<String>,
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain() {
        assert_eq!(IndicatorCode::parse("online_payment").unwrap().as_str(), "online_payment");
        for wrong in ["", "Số hóa", "A", "a b", &"x".repeat(65)] {
            assert!(IndicatorCode::parse(wrong).is_err(), "{wrong}");
        }
    }
}
