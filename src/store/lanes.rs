//! How the lanes stand, for metrics and for the alarm.

use crate::domain::stall::LaneView;
use crate::store::Store;
use crate::store::column::{millis, moment, unsigned};
use crate::store::error::Result;
use crate::store::run::{row, rows};
use chrono::{DateTime, Utc};

/// A row without failures that was attempted and is not due is one that the provider asked to hold back; one with failures
/// is the row's own trouble as long as others get through. What was sent is looked up for each lane in an index, because it
/// grows for ever.
const LANES: &str = "SELECT w.lane AS lane, w.waiting AS waiting, w.since AS waiting_since,
        (SELECT MAX(sent.finished_at) FROM deliveries sent WHERE sent.lane = w.lane AND sent.state = 'sent') AS last_sent,
        (SELECT oldest.last_error FROM deliveries oldest JOIN chats oc ON oc.id = oldest.chat_id
         WHERE oldest.lane = w.lane AND oldest.state IN ('waiting', 'sending') AND oc.paused IS NULL
         ORDER BY oldest.seq LIMIT 1) AS last_error
     FROM (SELECT d.lane AS lane, COUNT(*) AS waiting, MIN(d.created_at) AS since
           FROM deliveries d JOIN chats c ON c.id = d.chat_id
           WHERE d.state IN ('waiting', 'sending') AND c.paused IS NULL
             AND NOT (d.state = 'waiting' AND d.due_at > $1 AND (
                 d.attempts > 0 AND d.failures = 0 OR EXISTS (
                     SELECT 1 FROM deliveries later
                     WHERE later.lane = d.lane AND later.state = 'sent' AND later.finished_at > d.created_at)))
           GROUP BY d.lane) w
     ORDER BY w.lane";

impl Store {
    /// Every lane that has something to send.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lanes(&self, now: DateTime<Utc>) -> Result<Vec<LaneView>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, LaneRow, LANES, millis(now))?;
        let view = |row: LaneRow| {
            Ok(LaneView {
                lane: row.lane,
                waiting: unsigned(row.waiting)?,
                waiting_since: row.waiting_since.map(moment).transpose()?,
                last_sent: row.last_sent.map(moment).transpose()?,
                last_error: row.last_error,
            })
        };
        rows.into_iter().map(view).collect()
    }

    /// When a lane last sent something; none when it never did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_sent(&self, lane: &str) -> Result<Option<DateTime<Utc>>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT MAX(finished_at) FROM deliveries WHERE lane = $1 AND state = 'sent'";
        row!(conn, (Option<i64>,), SQL, lane)?.and_then(|(at,)| at).map(moment).transpose()
    }

    /// All cursors whose name begins so, without that beginning.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cursors(&self, beginning: &str) -> Result<Vec<(String, String)>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT SUBSTR(name, LENGTH($1) + 1), value FROM cursors
                           WHERE SUBSTR(name, 1, LENGTH($1)) = $1 ORDER BY name";
        rows!(conn, (String, String), SQL, beginning)
    }
}

#[derive(sqlx::FromRow)]
struct LaneRow {
    lane: String,
    waiting: i64,
    waiting_since: Option<i64>,
    last_sent: Option<i64>,
    last_error: Option<String>,
}
