//! What a figure is counted in: percent, or points out of a maximum ("11,79/18 điểm").
//!
//! The scale travels with the figure (ADR 0010): who shows a rate, a level or a difference need not know of which
//! indicator it is, and a score can never be shown with a sign of percent by accident.

use crate::domain::rate::{Exact, decimal_vi};

/// The most that a score can reach: the 18 of "11,79/18 điểm". Above zero, at most 10,000, at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullScore {
    hundredths: u32,
}

impl FullScore {
    /// A full score of so many hundredths of a point.
    ///
    /// None when it is zero or beyond 10,000 points.
    #[must_use]
    pub const fn of_hundredths(hundredths: u32) -> Option<Self> {
        if hundredths == 0 || hundredths > 1_000_000 { None } else { Some(Self { hundredths }) }
    }

    /// Hundredths of a point, as the database keeps it.
    #[must_use]
    pub const fn hundredths(self) -> u32 {
        self.hundredths
    }

    /// In points.
    #[must_use]
    pub fn exact(self) -> Exact {
        Exact::new(i128::from(self.hundredths), 100)
    }
}

impl std::fmt::Display for FullScore {
    /// As people write it: `18`, `7,5`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = match self.hundredths {
            whole if whole % 100 == 0 => 0,
            tenths if tenths % 10 == 0 => 1,
            _ => 2,
        };
        f.write_str(&decimal_vi(self.exact(), decimals))
    }
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scale {
    /// Percent.
    #[default]
    Percent,
    /// Points out of a maximum.
    Points(FullScore),
}

impl Scale {
    /// The largest value that makes sense: 100 %, or the full score.
    #[must_use]
    pub fn full(self) -> Exact {
        match self {
            Self::Percent => Exact::from(100),
            Self::Points(full) => full.exact(),
        }
    }

    /// The full score, where points are counted.
    #[must_use]
    pub const fn full_score(self) -> Option<FullScore> {
        match self {
            Self::Percent => None,
            Self::Points(full) => Some(full),
        }
    }

    /// A distance as a share of the whole scale, in percentage points: what thresholds and sums over several indicators
    /// reckon with, so that half a point of ten weighs as much as five percentage points.
    #[must_use]
    pub fn share(self, distance: Exact) -> Exact {
        match self {
            Self::Percent => distance,
            Self::Points(full) => distance * Exact::from(100) / full.exact(),
        }
    }

    /// What stands behind a figure: `%`, or ` điểm`.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Points(_) => " điểm",
        }
    }

    /// What stands behind a difference: ` điểm %`, or ` điểm`.
    #[must_use]
    pub const fn difference_suffix(self) -> &'static str {
        match self {
            Self::Percent => " điểm %",
            Self::Points(_) => " điểm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_score_is_written_short() {
        let shown = |hundredths| FullScore::of_hundredths(hundredths).map(|full| full.to_string());
        assert_eq!(shown(1800).as_deref(), Some("18"));
        assert_eq!(shown(750).as_deref(), Some("7,5"));
        assert_eq!(shown(125).as_deref(), Some("1,25"));
        assert_eq!(shown(0), None);
        assert_eq!(shown(1_000_001), None);
    }

    #[test]
    fn half_a_point_of_ten_weighs_five_percent() {
        let ten = Scale::Points(FullScore::of_hundredths(1000).unwrap());
        assert_eq!(ten.share(Exact::new(1, 2)), Exact::from(5));
        assert_eq!(Scale::Percent.share(Exact::from(5)), Exact::from(5));
        assert_eq!((ten.full(), Scale::Percent.full()), (Exact::from(10), Exact::from(100)));
    }
}
