//! Where each source stands: its breaker, its validator, what was counted. Written together with what the office is told
//! about it, so that it is told once, whatever happens in between.

use crate::domain::breaker::{Breaker, Trouble};
use crate::store::Store;
use crate::store::column::{self, millis, moment, signed, unsigned};
use crate::store::decisions::NewDelivery;
use crate::store::error::Result;
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, Utc};

/// What is known of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceState {
    /// Its name.
    pub name: String,
    /// A digest of all that its answers depend on besides the server.
    pub asked_as: String,
    /// What the server wants to be told, in one line.
    pub validator: String,
    /// SHA-256 of the last body that was read; empty for none.
    pub body: String,
    /// Its breaker.
    pub breaker: Breaker,
    /// The HTTP status of the last failure, where there was one.
    pub status: Option<u16>,
    /// The last answer that could be used.
    pub good_at: Option<DateTime<Utc>>,
    /// Bodies that were fetched and read.
    pub fetched: u64,
    /// Answers that nothing changed.
    pub not_modified: u64,
    /// Bodies that were the same as the last one.
    pub unchanged: u64,
    /// Questions that brought nothing.
    pub failed: u64,
}

const SELECT: &str =
    "SELECT name, version, asked_as, validator, body, failures, since, trouble, status, opened, next_at,
        good_at, fetched, not_modified, unchanged, failed FROM sources";

const ONE: &str = "SELECT name, version, asked_as, validator, body, failures, since, trouble, status, opened, next_at,
        good_at, fetched, not_modified, unchanged, failed FROM sources WHERE name = $1";

impl Store {
    /// What is known of a source, with the version that [`Store::save_source`] wants; nothing is known of version 0.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source(&self, name: &str) -> Result<(SourceState, i64)> {
        let mut conn = self.read().await?;
        match row!(conn, SourceRow, ONE, name)? {
            Some(row) => row.read(),
            None => Ok((SourceState { name: name.to_owned(), ..SourceState::default() }, 0)),
        }
    }

    /// What is known of every source that was ever asked, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sources(&self) -> Result<Vec<SourceState>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, SourceRow, SELECT)?;
        let mut sources = rows.into_iter().map(|row| row.read().map(|(state, _)| state)).collect::<Result<Vec<_>>>()?;
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(sources)
    }

    /// Saves a source's state and queues what the office is told, both or neither. False when somebody else saved it
    /// since version `from` was loaded: then nothing is written.
    ///
    /// # Errors
    /// When the database fails, or a chat does not exist.
    pub async fn save_source(
        &self,
        state: &SourceState,
        from: i64,
        deliveries: &[NewDelivery],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let breaker = &state.breaker;
        let mut tx = self.begin().await?;
        // Two statements in one: a row of another version is left alone, and so is one that came about meanwhile.
        const SQL: &str =
            "INSERT INTO sources (name, version, asked_as, validator, body, failures, since, trouble, status,
                    opened, next_at, good_at, fetched, not_modified, unchanged, failed)
             SELECT $1, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 WHERE $2 = 0
             ON CONFLICT (name) DO NOTHING";
        const UPDATE: &str = "UPDATE sources SET version = version + 1, asked_as = $3, validator = $4, body = $5,
                    failures = $6, since = $7, trouble = $8, status = $9, opened = $10, next_at = $11, good_at = $12,
                    fetched = $13, not_modified = $14, unchanged = $15, failed = $16
             WHERE name = $1 AND version = $2";
        let (since, next, good) = (breaker.since.map(millis), breaker.next.map(millis), state.good_at.map(millis));
        let trouble = breaker.trouble.map(Trouble::as_str);
        let status = state.status.map(i64::from);
        let (failures, opened) = (i64::from(breaker.failures), i64::from(breaker.opened));
        let counts = [state.fetched, state.not_modified, state.unchanged, state.failed].map(signed);
        let [fetched, not_modified, unchanged, failed] = counts;
        let (fetched, not_modified, unchanged, failed) = (fetched?, not_modified?, unchanged?, failed?);
        let sql = if from == 0 { SQL } else { UPDATE };
        let saved = execute!(
            tx,
            sql,
            &state.name,
            from,
            &state.asked_as,
            &state.validator,
            &state.body,
            failures,
            since,
            trouble,
            status,
            opened,
            next,
            good,
            fetched,
            not_modified,
            unchanged,
            failed
        )?;
        if saved == 0 {
            return Ok(false);
        }
        tx.insert_deliveries(deliveries, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

#[derive(sqlx::FromRow)]
struct SourceRow {
    name: String,
    version: i64,
    asked_as: String,
    validator: String,
    body: String,
    failures: i64,
    since: Option<i64>,
    trouble: Option<String>,
    status: Option<i64>,
    opened: i64,
    next_at: Option<i64>,
    good_at: Option<i64>,
    fetched: i64,
    not_modified: i64,
    unchanged: i64,
    failed: i64,
}

impl SourceRow {
    fn read(self) -> Result<(SourceState, i64)> {
        let word = |word: &str| column::word("a source's trouble", word, Trouble::parse);
        let breaker = Breaker {
            failures: unsigned(self.failures)?,
            since: self.since.map(moment).transpose()?,
            trouble: self.trouble.as_deref().map(word).transpose()?,
            opened: unsigned(self.opened)?,
            next: self.next_at.map(moment).transpose()?,
        };
        let state = SourceState {
            name: self.name,
            asked_as: self.asked_as,
            validator: self.validator,
            body: self.body,
            breaker,
            status: self.status.map(unsigned).transpose()?,
            good_at: self.good_at.map(moment).transpose()?,
            fetched: unsigned(self.fetched)?,
            not_modified: unsigned(self.not_modified)?,
            unchanged: unsigned(self.unchanged)?,
            failed: unsigned(self.failed)?,
        };
        Ok((state, self.version))
    }
}
