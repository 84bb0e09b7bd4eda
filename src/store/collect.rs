//! Collecting: one message takes the place of several that wait for the same chat.
//!
//! A chat that has fallen far behind, or whose bot has used up its month, is better served by one message that says what
//! the others were about. The exchange is one transaction: the old rows are dropped and say where their content went, the
//! new row waits; whoever looks sees either the former or the latter. The new message's key is unique within the chat, so
//! two processes that decide the same leave one message.

use crate::store::column::{millis, moment, storable};
use crate::store::error::Result;
use crate::store::run::{Sql, among, execute, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

/// A message that waits and that nobody has begun to send: what a collected one may take the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collectable {
    /// The delivery's id.
    pub id: String,
    /// For which chat.
    pub chat_id: String,
    /// Which message: the name of its template.
    pub kind: String,
    /// Which part of it, from 1. Parts of one message have the same times and follow each other.
    pub part: u32,
    /// The text without markup.
    pub plain: String,
    /// When it entered the queue.
    pub created_at: DateTime<Utc>,
}

/// An exchange of several waiting messages of one chat for one.
#[derive(Clone, Copy, Debug)]
pub struct Collection<'a> {
    /// The chat to which all of them belong.
    pub chat_id: &'a str,
    /// The ids of the rows that it replaces: every one of them, or nothing happens.
    pub rows: &'a [String],
    /// The parts of the new message, all with one key.
    pub parts: &'a [NewDelivery],
    /// Why, for the outbox: stands in the old rows before the new message's id.
    pub why: &'a str,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// Broadcasts of which no part was tried with any effect; collected messages themselves are not collected again. A paused
/// chat waits for a person, who decides what becomes of its queue.
const COLLECTABLE: &str = "SELECT d.id, d.chat_id, d.kind, d.part, d.plain, d.created_at
    FROM deliveries d JOIN chats c ON c.id = d.chat_id
    WHERE d.lane = $1 AND d.class = 'broadcast' AND d.state = 'waiting' AND d.kind <> 'collected'
      AND d.created_at < $2 AND c.paused IS NULL AND NOT EXISTS (
        SELECT 1 FROM deliveries other
        WHERE other.chat_id = d.chat_id AND other.dedupe_key = d.dedupe_key AND other.state <> 'waiting'
      )
    ORDER BY d.chat_id, d.seq";

const DROP: Sql = among!(
    "UPDATE deliveries SET state = 'dropped', version = version + 1, last_error = $3, finished_at = $4
     WHERE chat_id = $1 AND class = 'broadcast' AND state = 'waiting' AND id",
    "$2",
    ""
);

impl Store {
    /// The broadcasts of a lane that entered the queue before a moment and may be collected: by chat, in the order of
    /// the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn collectable(&self, lane: &str, before: DateTime<Utc>) -> Result<Vec<Collectable>> {
        type Row = (String, String, String, i64, String, i64);
        let mut conn = self.read().await?;
        let collectable = |(id, chat_id, kind, part, plain, created_at): Row| {
            let (part, created_at) = (crate::store::column::unsigned(part)?, moment(created_at)?);
            Ok(Collectable { id, chat_id, kind, part, plain, created_at })
        };
        rows!(conn, Row, COLLECTABLE, lane, millis(before))?.into_iter().map(collectable).collect()
    }

    /// Puts one message into the place of several. Gives the number of rows that it replaced: 0, and nothing is written,
    /// when one of them no longer waits, or when the chat already has a message with this key.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn collect(&self, collection: Collection<'_>) -> Result<u32> {
        let Some(first) = collection.parts.first().filter(|_| !collection.rows.is_empty()) else { return Ok(0) };
        let ids = serde_json::to_string(collection.rows)?;
        let reason = format!("{}: collected into {}", collection.why, first.id);
        let mut tx = self.begin().await?;
        let dropped = execute!(tx, DROP, collection.chat_id, &ids, &*storable(&reason), millis(collection.now))?;
        if usize::try_from(dropped) != Ok(collection.rows.len()) {
            return Ok(0);
        }
        let new = tx.insert_deliveries(collection.parts, collection.now).await?;
        if usize::try_from(new) != Ok(collection.parts.len()) {
            return Ok(0);
        }
        tx.commit().await?;
        Ok(u32::try_from(dropped).unwrap_or(u32::MAX))
    }
}
