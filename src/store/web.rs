//! The web chats' messages: for the web medium this table is what a provider's server is for the others.

use crate::store::Store;
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::{Result, StoreError};
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebAuthor {
    /// We did.
    Bot,
    /// A person at the page.
    Person,
}

impl WebAuthor {
    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Person => "person",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Bot, Self::Person].into_iter().find(|author| author.as_str() == text)
    }
}

/// A message in a web chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebMessage {
    /// Grows within a chat in the order in which messages become visible: `after=N` misses none.
    pub id: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Who wrote it.
    pub from: WebAuthor,
    /// The text without markup.
    pub text: String,
    /// The text as HTML that is safe to show, for messages of ours.
    pub html: Option<String>,
}

impl Store {
    /// Writes a message into a web chat and gives its id. None when the delivery stands there already: a delivery that
    /// is tried again appears once.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such chat; otherwise when the database fails.
    pub async fn append_web_message(
        &self,
        chat_id: &str,
        delivery_id: Option<&str>,
        from: WebAuthor,
        text: &str,
        html: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>> {
        let mut tx = self.begin().await?;
        // PostgreSQL gives out numbers before it commits. Locking the chat makes its numbers visible in their order, so
        // that a reader who has seen N never misses a smaller one.
        if execute!(tx, "UPDATE chats SET title = title WHERE id = $1", chat_id)? == 0 {
            return Err(StoreError::Missing(format!("chat {chat_id}")));
        }
        let id = row!(
            tx,
            (i64,),
            "INSERT INTO web_messages (chat_id, delivery_id, author, text, html, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (delivery_id) DO NOTHING RETURNING id",
            chat_id,
            delivery_id,
            from.as_str(),
            &*storable(text),
            html.map(storable).as_deref(),
            millis(now)
        )?;
        tx.commit().await?;
        Ok(id.map(|(id,)| id))
    }

    /// The id of the newest message of every web chat that has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_web_messages(&self) -> Result<HashMap<String, i64>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT chat_id, MAX(id) FROM web_messages GROUP BY chat_id";
        Ok(rows!(conn, (String, i64), SQL)?.into_iter().collect())
    }

    /// Messages of a web chat that come after one, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn web_messages(&self, chat_id: &str, after: i64, limit: u32) -> Result<Vec<WebMessage>> {
        let mut conn = self.read().await?;
        let rows = rows!(
            conn,
            MessageRow,
            "SELECT id, author, text, html, created_at FROM web_messages WHERE chat_id = $1 AND id > $2
             ORDER BY id LIMIT $3",
            chat_id,
            after,
            i64::from(limit)
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: i64,
    author: String,
    text: String,
    html: Option<String>,
    created_at: i64,
}

impl TryFrom<MessageRow> for WebMessage {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            at: moment(row.created_at)?,
            from: column::word("an author", &row.author, WebAuthor::parse)?,
            text: row.text,
            html: row.html,
        })
    }
}
