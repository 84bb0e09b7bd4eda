//! Deliveries of which nobody knows whether they arrived: those whose request left without an answer, and those whose
//! worker died while sending. What follows is decided in [`crate::domain::delivery::unknown`]; here it is written down.

use crate::domain::delivery::DeliveryClass;
use crate::domain::delivery::unknown::REPEAT_MARK;
use crate::store::column::{self, millis, moment, unsigned};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, among, each, execute, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

/// A delivery whose outcome nobody knows and about which nothing was decided yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDelivery {
    /// Its id.
    pub id: String,
    /// Which version of it: what is decided upon this one does not hold for a later one.
    pub version: i64,
    /// What people call its chat.
    pub chat_title: String,
    /// Which message.
    pub kind: String,
    /// Its priority.
    pub class: DeliveryClass,
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
    /// How often it was sent again although it may have arrived.
    pub repeated: u32,
    /// Since when nobody knows.
    pub since: DateTime<Utc>,
}

/// Rows whose sender's lease ran out. The page's own medium is none of them: it takes a delivery once, however often it
/// is sent, so its rows are simply claimed again.
macro_rules! lost {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "lane = $1 AND state = 'sending' AND due_at <= $2
             AND chat_id IN (SELECT id FROM chats WHERE medium <> 'web')",
            $after
        )
    };
}

const ANY_LOST: &str = lost!("SELECT id FROM deliveries WHERE ", " LIMIT 1");

const PARK_LOST: &str = lost!(
    "UPDATE deliveries SET state = 'unknown', version = version + 1, finished_at = $2,
            last_error = 'the sender died on the way' WHERE ",
    " RETURNING id"
);

const END_ATTEMPTS: Sql = among!(
    "UPDATE delivery_attempts SET finished_at = $2, outcome = 'lost' WHERE finished_at IS NULL AND delivery_id",
    "$1",
    ""
);

/// More than one step can decide upon; the next one goes on.
const UNDECIDED: &str = "SELECT d.id, d.version, c.title, d.kind, d.class, d.part, d.parts, d.repeated,
        COALESCE(d.finished_at, d.due_at) AS since
    FROM deliveries d JOIN chats c ON c.id = d.chat_id
    WHERE d.state = 'unknown' AND (d.settled_version IS NULL OR d.settled_version <> d.version)
    ORDER BY d.seq LIMIT 1000";

const SETTLE: Sql = each!(
    "UPDATE deliveries SET settled_version = version
     WHERE state = 'unknown' AND (settled_version IS NULL OR settled_version <> version)
       AND (id, version) IN (SELECT value ->> 0, CAST(value ->> 1 AS BIGINT) FROM ",
    "$1",
    ")"
);

impl Store {
    /// Ends every attempt of a lane whose worker died while sending (its lease ran out): nobody knows whether the message
    /// arrived. Gives the ids. Rows of the page's own chats stay, to be claimed again.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn park_lost(&self, lane: &str, now: DateTime<Utc>) -> Result<Vec<String>> {
        // Looking needs no write transaction: nearly always there is nothing.
        let mut conn = self.read().await?;
        let any = rows!(conn, (String,), ANY_LOST, lane, millis(now))?;
        drop(conn);
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let parked = rows!(tx, (String,), PARK_LOST, lane, millis(now))?;
        let parked: Vec<String> = parked.into_iter().map(|(id,)| id).collect();
        execute!(tx, END_ATTEMPTS, serde_json::to_string(&parked)?, millis(now))?;
        for _ in &parked {
            tx.count_message(lane, now).await?;
        }
        tx.commit().await?;
        Ok(parked)
    }

    /// Deliveries whose outcome nobody knows and about which nothing was decided yet, in the order of the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unknown_deliveries(&self) -> Result<Vec<UnknownDelivery>> {
        let mut conn = self.read().await?;
        rows!(conn, Row, UNDECIDED)?.into_iter().map(TryInto::try_into).collect()
    }

    /// Puts an unknown delivery back into the queue, marked as a repetition. False when it is not this version any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repeat_unknown(&self, id: &str, version: i64, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let changed = execute!(
            tx,
            "UPDATE deliveries SET state = 'waiting', version = version + 1, failures = 0, due_at = $3,
                    finished_at = NULL, repeated = repeated + 1, body = $4 || body, plain = $4 || plain
             WHERE id = $1 AND version = $2 AND state = 'unknown'",
            id,
            version,
            millis(now),
            REPEAT_MARK
        )?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Remembers that nothing more is to be decided upon these unknown deliveries, given by id and version, and queues
    /// what is said about them, in one transaction. False when one of them has changed since: then nothing is written.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn settle_unknown(
        &self,
        settled: &[(&str, i64)],
        said: &[NewDelivery],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let changed = execute!(tx, SETTLE, serde_json::to_string(settled)?)?;
        if usize::try_from(changed).ok() != Some(settled.len()) {
            return Ok(false);
        }
        tx.insert_deliveries(said, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The whole id of the delivery that is not sent yet and whose id ends so; messages to the office give ids by their
    /// end. None when there is no such delivery, or more than one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_delivery_ending(&self, end: &str) -> Result<Option<String>> {
        const SQL: &str = "SELECT id FROM deliveries
            WHERE state IN ('waiting', 'failed', 'unknown') AND SUBSTR(id, LENGTH(id) - LENGTH($1) + 1) = $1 LIMIT 2";
        let mut conn = self.read().await?;
        let mut found = rows!(conn, (String,), SQL, end)?;
        let (first, second) = (found.pop(), found.pop());
        Ok(first.filter(|_| second.is_none() && !end.is_empty()).map(|(id,)| id))
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    version: i64,
    title: String,
    kind: String,
    class: String,
    part: i64,
    parts: i64,
    repeated: i64,
    since: i64,
}

impl TryFrom<Row> for UnknownDelivery {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            version: row.version,
            chat_title: row.title,
            kind: row.kind,
            class: column::word("a class", &row.class, DeliveryClass::parse)?,
            part: unsigned(row.part)?,
            parts: unsigned(row.parts)?,
            repeated: unsigned(row.repeated)?,
            since: moment(row.since)?,
        })
    }
}
