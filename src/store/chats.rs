//! Chats: the places people read, where they live now, and whether anything may be sent to them.

use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::store::Store;
use crate::store::column::{self, millis, storable};
use crate::store::error::{Result, StoreError, corrupt};
use crate::store::run::{Tx, execute, row, rows};
use chrono::{DateTime, Utc};

/// The columns of a [`ChatRow`], of a table `chats c`.
macro_rules! CHAT {
    () => {
        "c.id AS chat_id, c.medium AS chat_medium, c.lane AS chat_lane, c.address AS chat_address,
         c.title AS chat_title, c.is_group AS chat_is_group, c.paused AS chat_paused"
    };
}
pub(super) use CHAT;

/// Chats with what they are subscribed to: a row for each subscription, one without a role for a chat that has none.
macro_rules! linked {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            CHAT!(),
            ", s.role, s.unit
             FROM chats c LEFT JOIN subscriptions s ON s.chat_id = c.id AND s.ended_at IS NULL
             WHERE ",
            $condition,
            " ORDER BY c.created_at, c.id, s.id"
        )
    };
}

impl Store {
    /// Remembers a chat by medium, lane and address. A known one keeps its id and gets the new title and kind; a title that
    /// is only the address takes no name away. A chat that was merged into another one gives that one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upsert_chat(&self, chat: &Chat, now: DateTime<Utc>) -> Result<Chat> {
        let mut tx = self.begin().await?;
        let stored = tx.upsert_chat(chat, now).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// Remembers many chats with a role each, in one transaction: an office of thousands of units would else wait for
    /// thousands of commits. `by` says who wanted the roles, for the record.
    ///
    /// # Errors
    /// When the database fails; then none of them is remembered.
    pub async fn ensure_chats(&self, chats: &[(Chat, Role)], by: &str, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        for (chat, role) in chats {
            let stored = tx.upsert_chat(chat, now).await?;
            tx.subscribe(&stored.id, role, by, now).await?;
        }
        tx.commit().await
    }

    /// A chat by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat(&self, id: &str) -> Result<Option<LinkedChat>> {
        let mut conn = self.read().await?;
        Ok(gather(rows!(conn, LinkedRow, linked!("c.id = $1"), id)?)?.pop())
    }

    /// A chat by where it lives.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_by_address(&self, medium: Medium, lane: &str, address: &str) -> Result<Option<LinkedChat>> {
        let mut conn = self.read().await?;
        const SQL: &str = linked!(
            "c.id = (SELECT COALESCE(known.merged_into, known.id) FROM chats known
                     WHERE known.medium = $1 AND known.lane = $2 AND known.address = $3)"
        );
        Ok(gather(rows!(conn, LinkedRow, SQL, medium.as_str(), lane, address)?)?.pop())
    }

    /// All chats, in the order in which they were first seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chats(&self) -> Result<Vec<LinkedChat>> {
        let mut conn = self.read().await?;
        gather(rows!(conn, LinkedRow, linked!("c.merged_into IS NULL"))?)
    }

    /// The chats of a lane that are called by their address, because nobody has told their name: ids and addresses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unnamed_chats(&self, lane: &str) -> Result<Vec<(String, String)>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT id, address FROM chats WHERE lane = $1 AND title = address AND merged_into IS NULL
                           ORDER BY created_at, id";
        rows!(conn, (String, String), SQL, lane)
    }

    /// Gives a chat that is called by its address a name. False when it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn name_chat(&self, id: &str, name: &str) -> Result<bool> {
        let mut tx = self.begin().await?;
        let named =
            execute!(tx, "UPDATE chats SET title = $2 WHERE id = $1 AND title = address", id, &*storable(name))?;
        tx.commit().await?;
        Ok(named > 0)
    }

    /// Sends nothing to a chat until it is resumed; what waits for it goes on waiting. False when there is no such
    /// chat.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pause_chat(&self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let paused = tx.pause_chat(id, why, now).await?;
        tx.commit().await?;
        Ok(paused)
    }

    /// Ends a pause. False when there is no such chat, or it was not paused, or it was merged into another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_chat(&self, id: &str) -> Result<bool> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE chats SET paused = NULL, paused_at = NULL
                           WHERE id = $1 AND paused IS NOT NULL AND merged_into IS NULL";
        let resumed = execute!(tx, SQL, id)? > 0;
        tx.commit().await?;
        Ok(resumed)
    }

    /// Gives a chat its new address. If another chat has that address already, the two are one: subscriptions and
    /// everything that was not sent move to the other one, and this one is nothing but a signpost to it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such chat; otherwise when the database fails.
    pub async fn retarget_chat(&self, id: &str, new_address: &str, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.retarget_chat(id, new_address, now).await?;
        tx.commit().await
    }
}

impl Tx {
    async fn upsert_chat(&mut self, chat: &Chat, now: DateTime<Utc>) -> Result<Chat> {
        let (medium, title) = (chat.medium.as_str(), storable(&chat.title));
        execute!(
            self,
            "INSERT INTO chats (id, medium, lane, address, title, is_group, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (medium, lane, address) DO UPDATE
             SET title = CASE WHEN excluded.title IN ('', excluded.address) THEN chats.title ELSE excluded.title END,
                 is_group = excluded.is_group",
            &chat.id,
            medium,
            &chat.lane,
            &chat.address,
            &*title,
            chat.group,
            millis(now)
        )?;
        const STORED: &str = concat!(
            "SELECT ",
            CHAT!(),
            " FROM chats known JOIN chats c ON c.id = COALESCE(known.merged_into, known.id)
             WHERE known.medium = $1 AND known.lane = $2 AND known.address = $3"
        );
        let stored = row!(self, ChatRow, STORED, medium, &chat.lane, &chat.address)?;
        stored.ok_or_else(|| StoreError::Missing(format!("chat {}", chat.id)))?.try_into()
    }

    pub async fn pause_chat(&mut self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool> {
        // A pause goes on from when it began, however often and by whatever it is noticed again.
        const SQL: &str = "UPDATE chats SET paused = $2, paused_at = COALESCE(paused_at, $3)
                           WHERE id = $1 AND merged_into IS NULL";
        Ok(execute!(self, SQL, id, &*storable(why), millis(now))? > 0)
    }

    pub async fn retarget_chat(&mut self, id: &str, new_address: &str, now: DateTime<Utc>) -> Result<()> {
        // An update that changes nothing locks the row.
        const LOCK: &str = "UPDATE chats SET address = address WHERE id = $1
                            RETURNING medium, lane, address, merged_into";
        let chat = row!(self, Place, LOCK, id)?.ok_or_else(|| StoreError::Missing(format!("chat {id}")))?;
        if chat.merged_into.is_some() || chat.address == new_address {
            return Ok(());
        }
        const OTHER: &str = "SELECT COALESCE(merged_into, id), id FROM chats
                             WHERE medium = $1 AND lane = $2 AND address = $3";
        let other = row!(self, (String, String), OTHER, &chat.medium, &chat.lane, new_address)?;
        match other {
            Some((heir, _)) if heir != id => return self.merge_chat(id, &heir, now).await,
            // The address of a signpost to this very chat: it has to give it up. No provider's address is our id.
            Some((_, signpost)) => {
                execute!(self, "UPDATE chats SET address = id WHERE id = $1", &signpost)?;
            }
            None => {}
        }
        execute!(self, "UPDATE chats SET address = $2 WHERE id = $1", id, new_address)?;
        Ok(())
    }

    async fn merge_chat(&mut self, id: &str, heir: &str, now: DateTime<Utc>) -> Result<()> {
        let now = millis(now);
        execute!(
            self,
            "UPDATE subscriptions AS mine SET chat_id = $2
             WHERE mine.chat_id = $1 AND mine.ended_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM subscriptions theirs WHERE theirs.chat_id = $2 AND theirs.ended_at IS NULL
                    AND theirs.role = mine.role AND theirs.unit = mine.unit)",
            id,
            heir
        )?;
        execute!(self, "UPDATE subscriptions SET ended_at = $2 WHERE chat_id = $1 AND ended_at IS NULL", id, now)?;
        // What a chat chose and promised goes with it; where the heir has chosen itself, its choice stands.
        execute!(
            self,
            "UPDATE mutes AS mine SET chat_id = $2
             WHERE mine.chat_id = $1 AND NOT EXISTS (
                 SELECT 1 FROM mutes theirs WHERE theirs.chat_id = $2 AND theirs.ended_at IS NULL
                    AND theirs.indicator = mine.indicator)",
            id,
            heir
        )?;
        execute!(self, "UPDATE mutes SET ended_at = $2 WHERE chat_id = $1 AND ended_at IS NULL", id, now)?;
        execute!(
            self,
            "UPDATE chat_schedules SET chat_id = $2
             WHERE chat_id = $1 AND NOT EXISTS (SELECT 1 FROM chat_schedules theirs WHERE theirs.chat_id = $2)",
            id,
            heir
        )?;
        execute!(self, "DELETE FROM chat_schedules WHERE chat_id = $1", id)?;
        execute!(self, "UPDATE promises SET chat_id = $2 WHERE chat_id = $1", id, heir)?;
        execute!(
            self,
            "UPDATE deliveries AS mine SET chat_id = $2
             WHERE mine.chat_id = $1 AND mine.state IN ('waiting', 'sending', 'failed', 'unknown') AND NOT EXISTS (
                 SELECT 1 FROM deliveries theirs WHERE theirs.chat_id = $2
                    AND theirs.dedupe_key = mine.dedupe_key AND theirs.part = mine.part)",
            id,
            heir
        )?;
        execute!(
            self,
            "UPDATE deliveries SET state = 'dropped', version = version + 1, finished_at = $2,
                    last_error = 'the chat it moved to has the same message'
             WHERE chat_id = $1 AND state IN ('waiting', 'sending', 'failed', 'unknown')",
            id,
            now
        )?;
        execute!(
            self,
            "UPDATE chats SET merged_into = $2, paused = 'merged', paused_at = $3 WHERE id = $1 OR merged_into = $1",
            id,
            heir,
            now
        )?;
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct Place {
    medium: String,
    lane: String,
    address: String,
    merged_into: Option<String>,
}

#[derive(sqlx::FromRow)]
pub struct ChatRow {
    chat_id: String,
    chat_medium: String,
    chat_lane: String,
    chat_address: String,
    chat_title: String,
    chat_is_group: bool,
    chat_paused: Option<String>,
}

impl TryFrom<ChatRow> for Chat {
    type Error = StoreError;

    fn try_from(row: ChatRow) -> Result<Self> {
        Ok(Self {
            medium: column::word("a medium", &row.chat_medium, Medium::parse)?,
            id: row.chat_id,
            lane: row.chat_lane,
            address: row.chat_address,
            title: row.chat_title,
            group: row.chat_is_group,
            paused: row.chat_paused,
        })
    }
}

#[derive(sqlx::FromRow)]
struct LinkedRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    role: Option<String>,
    unit: Option<String>,
}

/// The rows of one chat stand together.
fn gather(rows: Vec<LinkedRow>) -> Result<Vec<LinkedChat>> {
    let mut chats: Vec<LinkedChat> = Vec::new();
    for row in rows {
        let role: Option<Role> = match (row.role, row.unit) {
            (Some(role), Some(unit)) => Some(column::role(&role, &unit)?),
            (None, None) => None,
            (role, _) => return Err(corrupt("a subscription", role.unwrap_or_default())),
        };
        match chats.last_mut() {
            Some(last) if last.chat.id == row.chat.chat_id => last.roles.extend(role),
            _ => chats.push(LinkedChat { chat: row.chat.try_into()?, roles: role.into_iter().collect() }),
        }
    }
    Ok(chats)
}
