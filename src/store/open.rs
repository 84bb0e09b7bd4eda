//! What is open in the outbox, for a person who reads it in a chat: what nobody knows of first, what failed next, what
//! waits last.

use crate::domain::delivery::{DeliveryName, DeliveryState};
use crate::store::Store;
use crate::store::column::{self, unsigned};
use crate::store::error::Result;
use crate::store::list::{ListRow, OUTBOX_ROW, OutboxRow};
use crate::store::run::{row, rows};

/// How many deliveries are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCounts {
    /// Nobody knows whether they arrived.
    pub unknown: u32,
    /// They were given up.
    pub failed: u32,
    /// They wait.
    pub waiting: u32,
}

/// The newest trouble first; what waits in the order in which it is sent. What is being sent has an outcome in seconds, and
/// may be the answer to the question before.
const OPEN: &str = concat!(
    OUTBOX_ROW!(),
    " WHERE d.state IN ('unknown', 'failed', 'waiting')
      ORDER BY CASE d.state WHEN 'unknown' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END,
               CASE WHEN d.state IN ('unknown', 'failed') THEN -d.seq ELSE d.seq END
      LIMIT $1 OFFSET $2"
);

impl Store {
    /// Open deliveries, `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_deliveries(&self, skip: u32, limit: u32) -> Result<Vec<OutboxRow>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, ListRow, OPEN, i64::from(limit), i64::from(skip))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How many deliveries are open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_counts(&self) -> Result<OpenCounts> {
        const SQL: &str = "SELECT state, COUNT(*) FROM deliveries
            WHERE state IN ('unknown', 'failed', 'waiting') GROUP BY state";
        let mut conn = self.read().await?;
        let mut counts = OpenCounts::default();
        for (state, count) in rows!(conn, (String, i64), SQL)? {
            let count: u32 = unsigned(count)?;
            match column::word("a delivery's state", &state, DeliveryState::parse)? {
                DeliveryState::Unknown => counts.unknown += count,
                DeliveryState::Failed => counts.failed += count,
                _ => counts.waiting += count,
            }
        }
        Ok(counts)
    }

    /// A delivery as a person names it: open or not by its number, open by the end of its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn named_delivery(&self, name: &DeliveryName) -> Result<Option<OutboxRow>> {
        const BY_NUMBER: &str = concat!(OUTBOX_ROW!(), " WHERE d.seq = $1");
        const BY_ID: &str = concat!(OUTBOX_ROW!(), " WHERE d.id = $1");
        let found = match name {
            DeliveryName::Number(number) => {
                let mut conn = self.read().await?;
                row!(conn, ListRow, BY_NUMBER, *number)?
            }
            DeliveryName::End(end) => match self.open_delivery_ending(end).await? {
                Some(id) => {
                    let mut conn = self.read().await?;
                    row!(conn, ListRow, BY_ID, &id)?
                }
                None => None,
            },
        };
        found.map(TryInto::try_into).transpose()
    }

    /// The delivery upon which an inbound message has decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delivery_decided_by(&self, inbound_id: &str) -> Result<Option<OutboxRow>> {
        const SQL: &str = concat!(OUTBOX_ROW!(), " WHERE d.decided_inbound = $1 LIMIT 1");
        let mut conn = self.read().await?;
        row!(conn, ListRow, SQL, inbound_id)?.map(TryInto::try_into).transpose()
    }
}
