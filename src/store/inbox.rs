//! The inbox: what was heard, stored before the medium is told that we have it, answered once. And where pollers stand.

use crate::domain::subscription::Medium;
use crate::store::Store;
use crate::store::actions::NewAction;
use crate::store::column::{self, millis, moment, storable};
use crate::store::decisions::NewDelivery;
use crate::store::error::{Result, StoreError};
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, Utc};

/// Something that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// Its id (UUIDv7).
    pub id: String,
    /// On which medium.
    pub medium: Medium,
    /// By which bot account.
    pub lane: String,
    /// The medium's own id of it, unique within medium and lane.
    pub external_id: String,
    /// The address of the chat in which it was heard.
    pub chat_address: String,
    /// What people call that chat.
    pub chat_title: String,
    /// Several people read it.
    pub group: bool,
    /// Who said it, for the record.
    pub sender: String,
    /// What was said.
    pub text: String,
    /// What it is: a text, or something that happened to the chat.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An [`Inbound`] on its way in.
pub type NewInbound = Inbound;

impl Store {
    /// Stores what was heard. False when it was heard before: media deliver some things twice.
    ///
    /// # Errors
    /// When the database fails: then the medium must not be told that we have it.
    pub async fn hear(&self, heard: &NewInbound) -> Result<bool> {
        let mut tx = self.begin().await?;
        let new = execute!(
            tx,
            "INSERT INTO inbound (id, medium, lane, external_id, chat_address, chat_title, is_group, sender, text, kind,
                                  heard_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (medium, lane, external_id) DO NOTHING",
            &heard.id, heard.medium.as_str(), &heard.lane, &heard.external_id, &heard.chat_address,
            &*storable(&heard.chat_title), heard.group, &*storable(&heard.sender), &*storable(&heard.text),
            &heard.kind, millis(heard.at)
        )?;
        tx.commit().await?;
        Ok(new > 0)
    }

    /// What was heard and not answered yet, in the order of arrival; files are another queue, because they take longer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unanswered(&self, limit: u32) -> Result<Vec<Inbound>> {
        let mut conn = self.read().await?;
        let rows = rows!(
            conn,
            InboundRow,
            "SELECT id, medium, lane, external_id, chat_address, chat_title, is_group, sender, text, kind, heard_at
             FROM inbound WHERE answered_at IS NULL AND kind <> 'file' ORDER BY seq LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The files that were sent and not answered yet, in the order of arrival.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unanswered_files(&self, limit: u32) -> Result<Vec<Inbound>> {
        let mut conn = self.read().await?;
        let rows = rows!(
            conn,
            InboundRow,
            "SELECT id, medium, lane, external_id, chat_address, chat_title, is_group, sender, text, kind, heard_at
             FROM inbound WHERE answered_at IS NULL AND kind = 'file' ORDER BY seq LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Marks something as answered and writes the answers into the outbox, both or neither. False when it was answered
    /// before: then nothing is written.
    ///
    /// # Errors
    /// When the database fails, or a chat does not exist.
    pub async fn answered(&self, inbound_id: &str, deliveries: &[NewDelivery], now: DateTime<Utc>) -> Result<bool> {
        self.answered_by(inbound_id, deliveries, None, now).await
    }

    /// As [`Store::answered`], with what was done put on record in the same transaction: whoever dies in between does
    /// it again, and it is on record once.
    ///
    /// # Errors
    /// As [`Store::answered`].
    pub async fn answered_by(
        &self,
        inbound_id: &str,
        deliveries: &[NewDelivery],
        action: Option<&NewAction>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE inbound SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL";
        if execute!(tx, SQL, inbound_id, millis(now))? == 0 {
            return Ok(false);
        }
        tx.insert_deliveries(deliveries, now).await?;
        if let Some(action) = action {
            tx.insert_action(action, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Whether this very message is stored already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_heard(&self, heard: &NewInbound) -> Result<bool> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT COUNT(*) FROM inbound WHERE medium = $1 AND lane = $2 AND external_id = $3";
        let known = row!(conn, (i64,), SQL, heard.medium.as_str(), &heard.lane, &heard.external_id)?;
        Ok(known.is_some_and(|(count,)| count > 0))
    }

    /// Where a poller stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cursor(&self, name: &str) -> Result<Option<String>> {
        let mut conn = self.read().await?;
        let value = row!(conn, (String,), "SELECT value FROM cursors WHERE name = $1", name)?;
        Ok(value.map(|(value,)| value))
    }

    /// Remembers where a poller stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_cursor(&self, name: &str, value: &str, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(
            tx,
            "INSERT INTO cursors (name, value, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
            name,
            value,
            millis(now)
        )?;
        tx.commit().await
    }
}

#[derive(sqlx::FromRow)]
struct InboundRow {
    id: String,
    medium: String,
    lane: String,
    external_id: String,
    chat_address: String,
    chat_title: String,
    is_group: bool,
    sender: String,
    text: String,
    kind: String,
    heard_at: i64,
}

impl TryFrom<InboundRow> for Inbound {
    type Error = StoreError;

    fn try_from(row: InboundRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            medium: column::word("a medium", &row.medium, Medium::parse)?,
            lane: row.lane,
            external_id: row.external_id,
            chat_address: row.chat_address,
            chat_title: row.chat_title,
            group: row.is_group,
            sender: row.sender,
            text: row.text,
            kind: row.kind,
            at: moment(row.heard_at)?,
        })
    }
}
