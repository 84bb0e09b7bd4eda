//! The log of snapshots: where each came from, what it is called, and what became of it.

use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::SnapshotHeader;
use crate::store::Store;
use crate::store::column::{self, unsigned};
use crate::store::error::{Result, StoreError};
use crate::store::figures::{HEADER, HeaderRow};
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, Utc};

/// A snapshot with all that is known of it besides its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRecord {
    /// Number, month, last day, source, moment of recording, state.
    pub header: SnapshotHeader,
    /// SHA-256 of what the figures mean, in hexadecimal.
    pub hash: String,
    /// When it was published or held.
    pub decided_at: Option<DateTime<Utc>>,
    /// The words of the reasons for which it was doubted, with commas.
    pub held_for: Option<String>,
    /// How many figures it has.
    pub observations: u64,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    #[sqlx(flatten)]
    header: HeaderRow,
    fingerprint: String,
    decided_at: Option<i64>,
    held_for: Option<String>,
    observations: i64,
}

impl TryFrom<RecordRow> for SnapshotRecord {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self> {
        Ok(Self {
            header: row.header.try_into()?,
            hash: row.fingerprint,
            decided_at: row.decided_at.map(column::moment).transpose()?,
            held_for: row.held_for,
            observations: unsigned(row.observations)?,
        })
    }
}

const OF: &str = concat!(
    "SELECT ",
    HEADER!(),
    ", fingerprint, decided_at, held_for,
       (SELECT COUNT(*) FROM observations o WHERE o.snapshot_id = snapshots.id) AS observations
     FROM snapshots WHERE period = $1 ORDER BY number"
);

impl Store {
    /// All snapshots of a month, by number, those that are held included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snapshot_log(&self, period: ReportingPeriod) -> Result<Vec<SnapshotRecord>> {
        let mut conn = self.read().await?;
        rows!(conn, RecordRow, OF, period.to_string())?.into_iter().map(TryInto::try_into).collect()
    }

    /// The words of the reasons for which a snapshot was doubted, with commas; none when it never was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn doubt_of(&self, snapshot_id: &str) -> Result<Option<String>> {
        let mut conn = self.read().await?;
        let found = row!(conn, (Option<String>,), "SELECT held_for FROM snapshots WHERE id = $1", snapshot_id)?;
        Ok(found.and_then(|(words,)| words))
    }

    /// The snapshot that an inbound message confirms, or has confirmed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snapshot_confirmed_by(&self, inbound_id: &str) -> Result<Option<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!("SELECT ", HEADER!(), " FROM snapshots WHERE confirmed_inbound = $1 LIMIT 1");
        row!(conn, HeaderRow, SQL, inbound_id)?.map(TryInto::try_into).transpose()
    }

    /// Notes, before held figures are published, which inbound message confirms them.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such snapshot; otherwise when the database fails.
    pub async fn confirm_snapshot(&self, snapshot_id: &str, inbound_id: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE snapshots SET confirmed_inbound = $2 WHERE id = $1";
        if execute!(tx, SQL, snapshot_id, inbound_id)? == 0 {
            return Err(StoreError::Missing(format!("snapshot {snapshot_id}")));
        }
        tx.commit().await
    }

    /// Remembers why a snapshot is doubted. What it is held for is said in the transaction that holds it; this only
    /// tells later readers of the log, so that it may be written again by whoever decides again.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such snapshot; otherwise when the database fails.
    pub async fn note_doubt(&self, snapshot_id: &str, words: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        if execute!(tx, "UPDATE snapshots SET held_for = $2 WHERE id = $1", snapshot_id, words)? == 0 {
            return Err(StoreError::Missing(format!("snapshot {snapshot_id}")));
        }
        tx.commit().await
    }
}
