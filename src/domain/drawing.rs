//! What a picture shows: kept beside the message that carries it, and drawn when somebody is about to see it. Figures are
//! immutable, so that a picture which is drawn an hour later is the same.

use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;

/// The longest id of a snapshot.
const ID_MOST: usize = 64;

/// What to draw.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Drawing {
    /// The heat table of a snapshot.
    Heat {
        /// The snapshot's id.
        snapshot: String,
        /// Which page, from 1.
        page: u32,
    },
    /// The months of one unit and indicator.
    Trend {
        /// Whose.
        unit: UnitCode,
        /// Of which indicator.
        indicator: IndicatorCode,
        /// The last month.
        until: ReportingPeriod,
    },
}

impl Drawing {
    /// As the database keeps it: `heat:ID:1`, `trend:so-tu-phap:digitization:2023-07`.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Heat { snapshot, page } => format!("heat:{snapshot}:{page}"),
            Self::Trend { unit, indicator, until } => format!("trend:{unit}:{indicator}:{until}"),
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let parts: Vec<&str> = word.split(':').collect();
        match parts[..] {
            ["heat", snapshot, page] => {
                let fits = (1..=ID_MOST).contains(&snapshot.len())
                    && snapshot.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
                let page = page.parse().ok().filter(|page| (1..=99).contains(page))?;
                fits.then(|| Self::Heat { snapshot: snapshot.to_owned(), page })
            }
            ["trend", unit, indicator, until] => Some(Self::Trend {
                unit: UnitCode::parse(unit).ok()?,
                indicator: IndicatorCode::parse(indicator).ok()?,
                until: ReportingPeriod::parse(until).ok()?,
            }),
            _ => None,
        }
    }

    /// Where the page of the program has it, as SVG.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Heat { snapshot, page } => format!("/chart/heat.svg?snapshot={snapshot}&page={page}"),
            Self::Trend { unit, indicator, until } => format!("/chart/trend/{unit}/{indicator}.svg?period={until}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_kept_as_a_word() {
        for word in ["heat:018f-a:1", "trend:so-tu-phap:digitization:2023-07"] {
            assert_eq!(Drawing::parse(word).map(|drawing| drawing.word()).as_deref(), Some(word));
        }
        for wrong in
            ["", "heat", "heat::1", "heat:a:0", "heat:a:100", "heat:a/b:1", "trend:A:b:2023-07", "trend:a:b:7", "x:y:1"]
        {
            assert_eq!(Drawing::parse(wrong), None, "{wrong}");
        }
    }
}
