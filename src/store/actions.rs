//! Who did what, in chats, on the page and on the command line: every act that changes something, with what came of it. And
//! when a chat was last told how to ask.

use crate::domain::guessing::Guess;
use crate::store::Store;
use crate::store::column::{millis, moment, storable};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Tx, execute, rows};
use chrono::{DateTime, Utc};

/// Where something was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionPlace {
    /// In a chat: its id.
    Chat(String),
    /// On the page, beside its chats.
    Page,
    /// On the command line.
    CommandLine,
}

impl ActionPlace {
    /// The word in the database.
    const fn word(&self) -> &'static str {
        match self {
            Self::Chat(_) => "chat",
            Self::Page => "page",
            Self::CommandLine => "command_line",
        }
    }

    fn chat_id(&self) -> Option<&str> {
        match self {
            Self::Chat(id) => Some(id),
            Self::Page | Self::CommandLine => None,
        }
    }
}

/// A command that was carried out or refused, on its way into the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    /// Where it was typed.
    pub place: ActionPlace,
    /// Who typed it, as the medium or the machine calls the person.
    pub sender: String,
    /// Which: `/dangky`, `/huy`; `accept` on the page, `outbox drop` on the command line.
    pub command: String,
    /// What stood behind it; never a code.
    pub detail: String,
    /// The name of the answer: what came of it.
    pub outcome: String,
}

/// An action on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// When.
    pub at: DateTime<Utc>,
    /// What people call the chat in which it was typed; none on the page and on the command line.
    pub chat_title: Option<String>,
    /// On which medium; `page` and `command_line` where it was in no chat.
    pub medium: String,
    /// Who typed it.
    pub sender: String,
    /// Which command.
    pub command: String,
    /// What stood behind it.
    pub detail: String,
    /// What came of it.
    pub outcome: String,
}

impl Store {
    /// What was done, the newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actions(&self, limit: u32) -> Result<Vec<Action>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT a.at, c.title AS chat_title, COALESCE(c.medium, a.place) AS medium, a.sender,
                                  a.command, a.detail, a.outcome
                           FROM actions a LEFT JOIN chats c ON c.id = a.chat_id ORDER BY a.seq DESC LIMIT $1";
        rows!(conn, ActionRow, SQL, i64::from(limit))?.into_iter().map(TryInto::try_into).collect()
    }

    /// Puts on record what was done where nothing else is written with it.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat.
    pub async fn act(&self, action: &NewAction, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.insert_action(action, now).await?;
        tx.commit().await
    }

    /// The codes that were guessed wrongly, or refused for that, after a moment. Few: whoever guesses is soon not heard.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn guesses(&self, since: DateTime<Utc>) -> Result<Vec<Guess>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT chat_id, sender, outcome = 'link_locked' AS locked FROM actions
                           WHERE command = '/dangky' AND outcome IN ('link_refused', 'link_locked') AND at > $1 AND chat_id IS NOT NULL";
        let rows = rows!(conn, GuessRow, SQL, millis(since))?;
        Ok(rows.into_iter().map(|row| Guess { chat: row.chat_id, sender: row.sender, locked: row.locked }).collect())
    }

    /// Claims the right to tell a chat how to ask: true for the first one after `since`, who has to tell it.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat.
    pub async fn claim_hint(&self, chat_id: &str, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        const SQL: &str = "INSERT INTO chat_hints (chat_id, told_at) VALUES ($1, $2)
                           ON CONFLICT (chat_id) DO UPDATE SET told_at = excluded.told_at
                           WHERE chat_hints.told_at <= $3";
        let claimed = execute!(tx, SQL, chat_id, millis(now), millis(since))? > 0;
        tx.commit().await?;
        Ok(claimed)
    }
}

impl Tx {
    pub async fn insert_action(&mut self, action: &NewAction, now: DateTime<Utc>) -> Result<()> {
        execute!(
            self,
            "INSERT INTO actions (at, place, chat_id, sender, command, detail, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            millis(now),
            action.place.word(),
            action.place.chat_id(),
            &*storable(&action.sender),
            &action.command,
            &*storable(&action.detail),
            &action.outcome
        )?;
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct ActionRow {
    at: i64,
    chat_title: Option<String>,
    medium: String,
    sender: String,
    command: String,
    detail: String,
    outcome: String,
}

#[derive(sqlx::FromRow)]
struct GuessRow {
    chat_id: String,
    sender: String,
    locked: bool,
}

impl TryFrom<ActionRow> for Action {
    type Error = StoreError;

    fn try_from(row: ActionRow) -> Result<Self> {
        Ok(Self {
            at: moment(row.at)?,
            chat_title: row.chat_title,
            medium: row.medium,
            sender: row.sender,
            command: row.command,
            detail: row.detail,
            outcome: row.outcome,
        })
    }
}
