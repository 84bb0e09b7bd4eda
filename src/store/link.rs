//! Subscriptions, and the one-time codes by which a chat gets one.

use crate::domain::subscription::{Chat, LinkCode, LinkRefusal, LinkedChat, Role, redeem};
use crate::store::Store;
use crate::store::actions::NewAction;
use crate::store::chats::{CHAT, ChatRow};
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Tx, execute, row, rows};
use chrono::{DateTime, Utc};

const REDEEMED: &str = "SELECT role, unit FROM link_codes WHERE code_hash = $1 AND used_inbound = $2";

impl Store {
    /// The chats that have a role, in the order in which they got it. Paused ones are among them, those of a unit that
    /// has ended and was closed are not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chats_with_role(&self, role: &Role) -> Result<Vec<Chat>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(
            "SELECT ",
            CHAT!(),
            " FROM subscriptions s JOIN chats c ON c.id = s.chat_id
             WHERE s.role = $1 AND s.unit = $2 AND s.ended_at IS NULL AND s.closed_at IS NULL ORDER BY s.id"
        );
        let rows = rows!(conn, ChatRow, SQL, role.word(), column::role_unit(role))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Every role with every chat that has it: who is to be told things. Paused chats are among them, those of a unit
    /// that has ended and was closed are not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscriptions(&self) -> Result<Vec<(Role, Chat)>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(
            "SELECT ",
            CHAT!(),
            ", s.role, s.unit FROM subscriptions s JOIN chats c ON c.id = s.chat_id
             WHERE s.ended_at IS NULL AND s.closed_at IS NULL ORDER BY s.id"
        );
        let rows = rows!(conn, SubscriptionRow, SQL)?;
        rows.into_iter().map(|row| Ok((column::role(&row.role, &row.unit)?, row.chat.try_into()?))).collect()
    }

    /// Gives a chat a role; `by` says who wanted it, for the record. False when it has the role already.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat.
    pub async fn subscribe(&self, chat_id: &str, role: &Role, by: &str, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let new = tx.subscribe(chat_id, role, by, now).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Ends all of a chat's roles and gives their number. That it had them stays on record. What waited to be told to it
    /// without being asked is dropped: it may not know that any more. `inbound_id` is the message that wanted it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsubscribe_all(&self, chat_id: &str, inbound_id: &str, now: DateTime<Utc>) -> Result<u32> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE subscriptions SET ended_at = $2, ended_inbound = $3
                           WHERE chat_id = $1 AND ended_at IS NULL";
        let ended = execute!(tx, SQL, chat_id, millis(now), inbound_id)?;
        const DROP: &str = "UPDATE deliveries SET state = 'dropped', version = version + 1, finished_at = $2,
                                   last_error = 'the chat was untied'
                            WHERE chat_id = $1 AND state = 'waiting' AND class = 'broadcast'";
        if ended > 0 {
            execute!(tx, DROP, chat_id, millis(now))?;
        }
        tx.commit().await?;
        Ok(u32::try_from(ended).unwrap_or(u32::MAX))
    }

    /// The chat that this very message has untied, with the roles that it had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untied_by(&self, inbound_id: &str) -> Result<Option<LinkedChat>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT chat_id, role, unit FROM subscriptions WHERE ended_inbound = $1 ORDER BY id";
        let ended = rows!(conn, (String, String, String), SQL, inbound_id)?;
        drop(conn);
        let Some((chat_id, ..)) = ended.first() else { return Ok(None) };
        let Some(LinkedChat { chat, .. }) = self.chat(chat_id).await? else { return Ok(None) };
        let roles = ended.iter().map(|(_, role, unit)| column::role(role, unit)).collect::<Result<_>>()?;
        Ok(Some(LinkedChat { chat, roles }))
    }

    /// Keeps a one-time code: its digest, never the code itself. `act` is put on record with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the same code was made before; otherwise when the database fails.
    pub async fn save_link_code(
        &self,
        code_hash: &str,
        role: &Role,
        expires_at: DateTime<Utc>,
        act: Option<&NewAction>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        if let Some(act) = act {
            tx.insert_action(act, now).await?;
        }
        execute!(
            tx,
            "INSERT INTO link_codes (code_hash, role, unit, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
            code_hash,
            role.word(),
            column::role_unit(role),
            millis(now),
            millis(expires_at)
        )?;
        tx.commit().await
    }

    /// Gives the chat in which a code was typed the code's role, once: of two who type it at the same time, one gets
    /// it. The message in which it was typed gets the same answer however often it asks: whoever dies before the answer
    /// is written asks again.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat. A refusal is not an error but the inner result.
    pub async fn redeem_link_code(
        &self,
        code_hash: &str,
        chat_id: &str,
        by: &str,
        inbound_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<Role, LinkRefusal>> {
        let mut tx = self.begin().await?;
        const CODE: &str = "SELECT role, unit, expires_at, used_at FROM link_codes WHERE code_hash = $1";
        let code = row!(tx, CodeRow, CODE, code_hash)?.map(LinkCode::try_from).transpose()?;
        let role = match redeem(code.as_ref(), now) {
            Ok(role) => role,
            Err(refusal) => return Ok(tx.redeemed(code_hash, inbound_id).await?.ok_or(refusal)),
        };
        let used = execute!(
            tx,
            "UPDATE link_codes SET used_at = $2, used_by = $3, used_in_chat = $4, used_inbound = $5
             WHERE code_hash = $1 AND used_at IS NULL",
            code_hash,
            millis(now),
            &*storable(by),
            chat_id,
            inbound_id
        )?;
        if used == 0 {
            return Ok(tx.redeemed(code_hash, inbound_id).await?.ok_or(LinkRefusal::Used));
        }
        tx.subscribe(chat_id, &role, by, now).await?;
        tx.commit().await?;
        Ok(Ok(role))
    }

    /// The role that a code gave for this very message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redeemed(&self, code_hash: &str, inbound_id: &str) -> Result<Option<Role>> {
        let mut conn = self.read().await?;
        row!(conn, (String, String), REDEEMED, code_hash, inbound_id)?
            .map(|(r, unit)| column::role(&r, &unit))
            .transpose()
    }
}

impl Tx {
    async fn redeemed(&mut self, code_hash: &str, inbound_id: &str) -> Result<Option<Role>> {
        row!(self, (String, String), REDEEMED, code_hash, inbound_id)?
            .map(|(r, unit)| column::role(&r, &unit))
            .transpose()
    }

    pub async fn subscribe(&mut self, chat_id: &str, role: &Role, by: &str, now: DateTime<Utc>) -> Result<bool> {
        let new = execute!(
            self,
            "INSERT INTO subscriptions (chat_id, role, unit, started_at, started_by) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (chat_id, role, unit) WHERE ended_at IS NULL DO NOTHING",
            chat_id,
            role.word(),
            column::role_unit(role),
            millis(now),
            &*storable(by)
        )?;
        Ok(new > 0)
    }
}

#[derive(sqlx::FromRow)]
struct SubscriptionRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    role: String,
    unit: String,
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    role: String,
    unit: String,
    expires_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<CodeRow> for LinkCode {
    type Error = StoreError;

    fn try_from(row: CodeRow) -> Result<Self> {
        Ok(Self {
            role: column::role(&row.role, &row.unit)?,
            expires_at: moment(row.expires_at)?,
            used_at: row.used_at.map(moment).transpose()?,
        })
    }
}
