//! Links to units that have ended: the chat is told once, and from then on nothing new is sent to it for that unit.
//!
//! Closing a link and queueing what is said about it are one transaction, so that a chat is never silent without having
//! been told why, nor told twice. The link itself stays: it says which rights the chat has, and whose it was.

use crate::domain::org_unit::UnitCode;
use crate::domain::subscription::Chat;
use crate::store::chats::{CHAT, ChatRow};
use crate::store::column::{self, millis, moment};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, each, execute, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

/// A chat that is a unit's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitLink {
    /// The link's number.
    pub id: i64,
    /// Whose chat it is.
    pub unit: UnitCode,
    /// The chat.
    pub chat: Chat,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The chat was told that the unit has ended.
    pub closed: bool,
}

const CLOSE: Sql = each!(
    "UPDATE subscriptions SET closed_at = $2
     WHERE ended_at IS NULL AND closed_at IS NULL AND id IN (SELECT CAST(value AS BIGINT) FROM ",
    "$1",
    ")"
);

const REOPEN: Sql = each!(
    "UPDATE subscriptions SET closed_at = NULL
     WHERE closed_at IS NOT NULL AND id IN (SELECT CAST(value AS BIGINT) FROM ",
    "$1",
    ")"
);

impl Store {
    /// All links of chats to units that were not taken back, closed ones among them, in the order in which they were
    /// made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unit_links(&self) -> Result<Vec<UnitLink>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(
            "SELECT ",
            CHAT!(),
            ", s.id AS link_id, s.unit, s.started_at, s.closed_at
             FROM subscriptions s JOIN chats c ON c.id = s.chat_id
             WHERE s.role = 'unit' AND s.ended_at IS NULL ORDER BY s.id"
        );
        rows!(conn, LinkRow, SQL)?.into_iter().map(TryInto::try_into).collect()
    }

    /// Closes links and queues what is said about it. False when one of them was closed or taken back in the meantime:
    /// then nothing is changed or queued.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_links(&self, ids: &[i64], said: &[NewDelivery], now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let closed = execute!(tx, CLOSE, serde_json::to_string(ids)?, millis(now))?;
        if usize::try_from(closed) != Ok(ids.len()) {
            return Ok(false);
        }
        tx.insert_deliveries(said, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Opens closed links again, because the catalog says now that their units live. Gives how many were closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reopen_links(&self, ids: &[i64]) -> Result<u64> {
        let mut tx = self.begin().await?;
        let opened = execute!(tx, REOPEN, serde_json::to_string(ids)?)?;
        tx.commit().await?;
        Ok(opened)
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    link_id: i64,
    unit: String,
    started_at: i64,
    closed_at: Option<i64>,
}

impl TryFrom<LinkRow> for UnitLink {
    type Error = StoreError;

    fn try_from(row: LinkRow) -> Result<Self> {
        Ok(Self {
            id: row.link_id,
            unit: column::unit(&row.unit)?,
            chat: row.chat.try_into()?,
            since: moment(row.started_at)?,
            closed: row.closed_at.is_some(),
        })
    }
}
