//! The boards of chats. A board has no table: its rows in the outbox are its history, and the newest one that was sent
//! names the message that people see.

use crate::domain::board::{BoardRow, Stage};
use crate::domain::delivery::DeliveryState;
use crate::store::Store;
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::Result;
use crate::store::run::{execute, row};
use chrono::{DateTime, Utc};

impl Store {
    /// The provider's id of the message that is a chat's board.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn board_message(&self, chat_id: &str) -> Result<Option<String>> {
        const SQL: &str = "SELECT message_id FROM deliveries
            WHERE chat_id = $1 AND act = 'board' AND state = 'sent' AND message_id IS NOT NULL
            ORDER BY seq DESC LIMIT 1";
        let mut conn = self.read().await?;
        Ok(row!(conn, (String,), SQL, chat_id)?.map(|(id,)| id))
    }

    /// The newest row of a chat's board.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_board(&self, chat_id: &str) -> Result<Option<BoardRow>> {
        type Row = (String, i64, String, String, Option<i64>);
        const SQL: &str = "SELECT id, version, state, body, finished_at FROM deliveries
            WHERE chat_id = $1 AND act = 'board' ORDER BY seq DESC LIMIT 1";
        let mut conn = self.read().await?;
        let Some((id, version, state, body, finished_at)) = row!(conn, Row, SQL, chat_id)? else { return Ok(None) };
        let stage = match column::word("a delivery's state", &state, DeliveryState::parse)? {
            DeliveryState::Waiting => Stage::Waiting,
            DeliveryState::Sending => Stage::Sending,
            DeliveryState::Sent => Stage::Sent,
            DeliveryState::Unknown => Stage::Unknown,
            DeliveryState::Failed | DeliveryState::Dropped => Stage::GivenUp,
        };
        let ended = finished_at.map(moment).transpose()?;
        Ok(Some(BoardRow { id, version, stage, body, ended }))
    }

    /// Gives a board that still waits its newest text. False when it is under way by now: the row is as it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite_board(
        &self,
        board: &BoardRow,
        body: &str,
        plain: &str,
        snapshot: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let changed = execute!(
            tx,
            "UPDATE deliveries SET body = $3, plain = $4, snapshot_id = $5, version = version + 1, created_at = $6
             WHERE id = $1 AND version = $2 AND state = 'waiting'",
            &board.id,
            board.version,
            &*storable(body),
            &*storable(plain),
            snapshot,
            millis(now)
        )?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Where the delivery with this key stands; none where the chat has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delivery_state(&self, chat_id: &str, key: &str) -> Result<Option<DeliveryState>> {
        const SQL: &str = "SELECT state FROM deliveries WHERE chat_id = $1 AND dedupe_key = $2 AND part = 1";
        let mut conn = self.read().await?;
        let Some((state,)) = row!(conn, (String,), SQL, chat_id, key)? else { return Ok(None) };
        column::word("a delivery's state", &state, DeliveryState::parse).map(Some)
    }
}
