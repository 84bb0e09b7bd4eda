//! Snapshots ("lần cập nhật"): one accepted reading of a source for a period.

use crate::domain::observation::{Observation, PublishedAverage};
use crate::domain::period::ReportingPeriod;
use crate::domain::target::AssignedTarget;
use chrono::{DateTime, NaiveDate, Utc};

/// What readers and figures agree on before anything is stored: the content of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotContent {
    /// Which month the figures speak of.
    pub period: ReportingPeriod,
    /// The last day that the figures cover.
    pub as_of: NaiveDate,
    /// Made up for demonstration; everything derived from it says "số liệu mẫu".
    pub sample: bool,
    /// The figures.
    pub observations: Vec<Observation>,
    /// Targets printed beside the figures.
    pub targets: Vec<AssignedTarget>,
    /// Averages printed in the source.
    pub averages: Vec<PublishedAverage>,
}

/// Whether a snapshot may be spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotState {
    /// Recorded; not yet decided upon.
    Recorded,
    /// Decided upon and published.
    Published,
    /// Suspicious: the office was told, the agencies were not.
    Held,
}

/// What is known of a stored snapshot besides its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHeader {
    /// Its id (UUIDv7).
    pub id: String,
    /// Its number within the period, from 1.
    pub number: u32,
    /// Which month.
    pub period: ReportingPeriod,
    /// The last day that the figures cover.
    pub as_of: NaiveDate,
    /// Made up for demonstration.
    pub sample: bool,
    /// File name or source name, for people.
    pub source: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Whether it may be spoken of.
    pub state: SnapshotState,
}

impl SnapshotHeader {
    /// Whether the figures cover only a part of the month.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.period.is_open(self.as_of)
    }
}
