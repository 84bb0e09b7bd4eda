//! Observations ("kết quả"): one unit's figures for one indicator in one period, as the source gave them.

use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{Scope, UnitCode};
use crate::domain::rate::Percent;

/// What a cell said. null is not zero: nothing happened, nothing was written, nothing could be read and a figure are
/// four different things, and they stay so up to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// A figure, zero included.
    Value(T),
    /// `-`: the source says that nothing happened.
    NotOccurred,
    /// The cell is empty.
    Empty,
    /// The cell holds something that is not a figure; the import lists it.
    Unreadable,
    /// The source has no such column.
    NotPublished,
}

impl<T: Copy> Reading<T> {
    /// The figure, if there is one.
    #[must_use]
    pub const fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// One unit's figures for one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Whose figures.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// Files that comply.
    pub numerator: Reading<u64>,
    /// All files that count.
    pub denominator: Reading<u64>,
    /// The published rate, in percent.
    pub rate: Reading<Percent>,
    /// The formula under which the figures were made (see `Indicator::basis`).
    pub basis: String,
}

/// An average that the source prints for a scope, to be held against the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedAverage {
    /// Whole province or a tier.
    pub scope: Scope,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// As printed.
    pub rate: Percent,
}
