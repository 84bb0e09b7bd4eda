//! Links to pictures, for media that fetch them: unguessable, and for a while.

use crate::domain::drawing::Drawing;
use crate::store::Store;
use crate::store::column::millis;
use crate::store::error::{Result, corrupt};
use crate::store::run::{execute, row};
use chrono::{DateTime, Utc};

impl Store {
    /// Keeps a link to a picture until it expires; those that have expired are forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_picture_link(
        &self,
        token_hash: &str,
        drawing: &Drawing,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, "DELETE FROM picture_links WHERE expires_at <= $1", millis(now))?;
        execute!(
            tx,
            "INSERT INTO picture_links (token_hash, drawing, expires_at) VALUES ($1, $2, $3)",
            token_hash,
            drawing.word(),
            millis(expires_at)
        )?;
        tx.commit().await
    }

    /// What a link shows; none when there is no such link, or it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn picture_link(&self, token_hash: &str, now: DateTime<Utc>) -> Result<Option<Drawing>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT drawing FROM picture_links WHERE token_hash = $1 AND expires_at > $2";
        let Some((word,)) = row!(conn, (String,), SQL, token_hash, millis(now))? else { return Ok(None) };
        Drawing::parse(&word).map(Some).ok_or_else(|| corrupt("a drawing", &word))
    }
}
