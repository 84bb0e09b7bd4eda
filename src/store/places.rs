//! Chats by where they live: the topics of a group, chats out of reach, and what waits for a lane that is back.

use crate::domain::subscription::Chat;
use crate::store::Store;
use crate::store::chats::{CHAT, ChatRow};
use crate::store::column::{millis, moment, unsigned};
use crate::store::error::Result;
use crate::store::run::{Sql, each, execute, rows};
use chrono::{DateTime, Utc};

/// Telegram's topics stand behind their group's address: `-1001/77`. Not LIKE, for which an address is a pattern, and
/// not a range, for which letters have an order.
const CHATS_AT: Sql = each!(
    "SELECT c.id FROM ",
    "$2",
    " JOIN chats c ON c.lane = $1
        AND (c.address = value ->> 0
             OR substr(c.address, 1, length(value ->> 0) + 1) = (value ->> 0) || '/')"
);

const PAUSED: &str = concat!(
    "SELECT c.paused_at, (SELECT COUNT(*) FROM deliveries d WHERE d.chat_id = c.id AND d.state = 'waiting') AS waiting, ",
    CHAT!(),
    " FROM chats c
      WHERE c.paused IS NOT NULL AND c.merged_into IS NULL AND (c.pause_told IS NULL OR c.pause_told <> c.paused_at)
        AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat_id = c.id AND s.ended_at IS NULL)
      ORDER BY c.paused_at, c.id"
);

/// A chat out of reach, which has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PausedChat {
    /// The chat.
    pub chat: Chat,
    /// Since when.
    pub at: DateTime<Utc>,
    /// How many messages wait for it.
    pub waiting: u32,
}

impl Store {
    /// The ids of all chats of a lane that live at these addresses, topics included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chats_at(&self, lane: &str, addresses: &[String]) -> Result<Vec<String>> {
        // Each in a list of its own: an element that is a list is read alike by both databases.
        let addresses: Vec<[&String; 1]> = addresses.iter().map(|address| [address]).collect();
        let addresses = serde_json::to_string(&addresses)?;
        let mut conn = self.read().await?;
        let ids = rows!(conn, (String,), CHATS_AT, lane, &addresses)?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// The chats whose pause nobody has been told of, the longest paused first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untold_pauses(&self) -> Result<Vec<PausedChat>> {
        let mut conn = self.read().await?;
        let paused = rows!(conn, PausedRow, PAUSED)?;
        let read = |row: PausedRow| {
            Ok(PausedChat { chat: row.chat.try_into()?, at: moment(row.paused_at)?, waiting: unsigned(row.waiting)? })
        };
        paused.into_iter().map(read).collect()
    }

    /// Remembers that the pause of a chat that began at `paused_at` was told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pause_told(&self, chat_id: &str, paused_at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, "UPDATE chats SET pause_told = $2 WHERE id = $1", chat_id, millis(paused_at))?;
        tx.commit().await
    }
}

impl Store {
    /// What failed on a lane that is reachable again need not sit out its schedule, which by then counts in hours: it is
    /// due now. What waits because the provider asked for patience goes on waiting. Gives the number of deliveries.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hasten(&self, lane: &str, now: DateTime<Utc>) -> Result<u64> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE deliveries SET due_at = $2
             WHERE lane = $1 AND state = 'waiting' AND failures > 0 AND due_at > $2
               AND last_error NOT LIKE 'retry after %'";
        let hastened = execute!(tx, SQL, lane, millis(now))?;
        tx.commit().await?;
        Ok(hastened)
    }
}

#[derive(sqlx::FromRow)]
struct PausedRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    paused_at: i64,
    waiting: i64,
}
