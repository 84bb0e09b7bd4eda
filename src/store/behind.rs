//! What waits for chats that have fallen behind, and the transaction that replaces most of it by a list. What is replaced
//! is decided in [`crate::domain::behind`]. It differs from [`Store::collect`] in that the newest messages stay and follow
//! the list.

use crate::store::column::{millis, moment, unsigned};
use crate::store::error::Result;
use crate::store::run::{Sql, each, execute, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

/// How much of our own accord waits for one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The chat's id.
    pub chat_id: String,
    /// How many rows wait.
    pub rows: u32,
    /// When the oldest of them entered the queue.
    pub oldest: DateTime<Utc>,
}

/// A message of our own accord that waits for a chat; none of its parts is sent, or under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingMessage {
    /// Ids and versions of its parts, in order.
    pub parts: Vec<(String, i64)>,
    /// Which message.
    pub kind: String,
    /// What makes it the same message when it is composed again.
    pub key: String,
    /// The text of its first part, without markup.
    pub plain: String,
    /// When it entered the queue.
    pub queued_at: DateTime<Utc>,
}

/// What replaces what.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// Rows that are not sent, by id and version.
    pub dropped: &'a [(&'a str, i64)],
    /// What is sent for them.
    pub said: &'a [NewDelivery],
    /// Rows that are sent after it, by id and version, in their order.
    pub moved: &'a [(&'a str, i64)],
}

const DROP: Sql = each!(
    "UPDATE deliveries SET state = 'dropped', version = version + 1, finished_at = $2,
            last_error = 'far behind: collected into ' || $3
     WHERE state = 'waiting' AND (id, version) IN (SELECT value ->> 0, CAST(value ->> 1 AS BIGINT) FROM ",
    "$1",
    ")"
);

/// To the end of the queue. The database gives the place as for a new row.
const MOVE: Sql = Sql {
    sqlite: "UPDATE deliveries SET seq = (SELECT MAX(seq) + 1 FROM deliveries), version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'waiting'",
    postgres: "UPDATE deliveries SET seq = DEFAULT, version = version + 1
               WHERE id = $1 AND version = $2 AND state = 'waiting'",
};

impl Store {
    /// What waits for each chat to which something may be sent; chats for which at most one row waits are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>> {
        const SQL: &str = "SELECT d.chat_id, COUNT(*), MIN(d.created_at)
            FROM deliveries d JOIN chats c ON c.id = d.chat_id
            WHERE d.state = 'waiting' AND d.class = 'broadcast' AND c.paused IS NULL
            GROUP BY d.chat_id HAVING COUNT(*) > 1 ORDER BY d.chat_id";
        let mut conn = self.read().await?;
        let backlog = |(chat_id, rows, oldest): (String, i64, i64)| {
            Ok(Backlog { chat_id, rows: unsigned(rows)?, oldest: moment(oldest)? })
        };
        rows!(conn, (String, i64, i64), SQL)?.into_iter().map(backlog).collect()
    }

    /// The messages of our own accord that wait for a chat, in the order of its queue. One of which a part was sent
    /// already, or is under way, is not among them: it is finished as it was begun.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_messages(&self, chat_id: &str) -> Result<Vec<WaitingMessage>> {
        type Row = (String, i64, String, String, i64, String, i64);
        const SQL: &str = "SELECT id, version, kind, dedupe_key, parts, plain, created_at FROM deliveries
            WHERE chat_id = $1 AND class = 'broadcast' AND state = 'waiting' ORDER BY seq";
        let mut conn = self.read().await?;
        let mut messages: Vec<(WaitingMessage, usize)> = Vec::new();
        for (id, version, kind, key, parts, plain, created_at) in rows!(conn, Row, SQL, chat_id)? {
            match messages.iter_mut().find(|(message, _)| message.key == key) {
                Some((message, _)) => message.parts.push((id, version)),
                None => {
                    let (parts, queued_at) = (unsigned::<usize>(parts)?, moment(created_at)?);
                    let message = WaitingMessage { parts: vec![(id, version)], kind, key, plain, queued_at };
                    messages.push((message, parts));
                }
            }
        }
        Ok(messages.into_iter().filter(|(message, parts)| message.parts.len() == *parts).map(|(m, _)| m).collect())
    }

    /// Replaces what waits for a chat, in one transaction. False when one of the rows has changed since it was looked at
    /// (it is under way, or was dropped): then nothing is written.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn replace_waiting(&self, replacement: Replacement<'_>, now: DateTime<Utc>) -> Result<bool> {
        let Replacement { dropped, said, moved } = replacement;
        let mut tx = self.begin().await?;
        let into = said.first().map_or("", |new| new.id.as_str());
        let changed = execute!(tx, DROP, serde_json::to_string(dropped)?, millis(now), into)?;
        if usize::try_from(changed).ok() != Some(dropped.len()) {
            return Ok(false);
        }
        tx.insert_deliveries(said, now).await?;
        for (id, version) in moved {
            if execute!(tx, MOVE, *id, *version)? == 0 {
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }
}
