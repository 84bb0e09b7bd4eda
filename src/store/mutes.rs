//! Pauses of alerts that chats asked for.

use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::Result;
use crate::store::run::{execute, row, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

macro_rules! mutes {
    ($condition:literal) => {
        concat!(
            "SELECT id, chat_id, indicator, started_at, until, ended_at FROM mutes WHERE ",
            $condition,
            " ORDER BY started_at, id"
        )
    };
}

impl Store {
    /// Pauses alerts of a chat. A pause of the same indicator gives way to it, and one of all indicators to nothing else:
    /// its beginning is kept, so that what was not heard before is still owed. `by` is for the record. Gives the end of
    /// the pause: where its id is known, it stands already, with the end that it was given then.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat. Nothing is written then.
    pub async fn mute(&self, mute: &Mute, by: &str) -> Result<DateTime<Utc>> {
        let mut tx = self.begin().await?;
        const KNOWN: &str = "SELECT until FROM mutes WHERE id = $1";
        if let Some((until,)) = row!(tx, (i64,), KNOWN, &mute.id)? {
            return moment(until);
        }
        let indicator = mute.indicator.as_ref().map_or("", IndicatorCode::as_str);
        const OLD: &str = mutes!("chat_id = $1 AND ended_at IS NULL AND (indicator = $2 OR $2 = '')");
        let old = rows!(tx, Row, OLD, &mute.chat_id, indicator)?;
        let started = old.iter().map(|old| old.3).chain([millis(mute.started_at)]).min();
        const END: &str = "UPDATE mutes SET ended_at = $3
                           WHERE chat_id = $1 AND ended_at IS NULL AND (indicator = $2 OR $2 = '')";
        execute!(tx, END, &mute.chat_id, indicator, millis(mute.started_at))?;
        const NEW: &str = "INSERT INTO mutes (id, chat_id, indicator, started_at, started_by, until)
                           VALUES ($1, $2, $3, $4, $5, $6)";
        let started = started.unwrap_or_else(|| millis(mute.started_at));
        execute!(tx, NEW, &mute.id, &mute.chat_id, indicator, started, storable(by), millis(mute.until))?;
        tx.commit().await?;
        Ok(mute.until)
    }

    /// The pauses that last, or whose end was not announced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_mutes(&self) -> Result<Vec<Mute>> {
        let mut conn = self.read().await?;
        rows!(conn, Row, mutes!("ended_at IS NULL"))?.into_iter().map(read).collect()
    }

    /// The pauses that lasted at a moment or began after it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mutes_since(&self, since: DateTime<Utc>) -> Result<Vec<Mute>> {
        let mut conn = self.read().await?;
        let found = rows!(conn, Row, mutes!("ended_at IS NULL OR ended_at > $1"), millis(since))?;
        found.into_iter().map(read).collect()
    }

    /// The pauses that this very message has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mutes_ended_by(&self, inbound_id: &str) -> Result<Vec<Mute>> {
        let mut conn = self.read().await?;
        rows!(conn, Row, mutes!("ended_inbound = $1"), inbound_id)?.into_iter().map(read).collect()
    }

    /// Ends pauses, and queues what is said of it, in one transaction. False when one of them had ended before, and then
    /// nothing is written. `inbound_id` is the message that wanted it, if somebody did.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn end_mutes(
        &self,
        ids: &[&str],
        inbound_id: Option<&str>,
        deliveries: &[NewDelivery],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        for id in ids {
            const SQL: &str = "UPDATE mutes SET ended_at = $2, ended_inbound = $3 WHERE id = $1 AND ended_at IS NULL";
            if execute!(tx, SQL, *id, millis(now), inbound_id)? == 0 {
                return Ok(false);
            }
        }
        tx.insert_deliveries(deliveries, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

type Row = (String, String, String, i64, i64, Option<i64>);

fn read((id, chat_id, indicator, started_at, until, ended_at): Row) -> Result<Mute> {
    Ok(Mute {
        id,
        chat_id,
        indicator: if indicator.is_empty() { None } else { Some(column::indicator(&indicator)?) },
        started_at: moment(started_at)?,
        until: moment(until)?,
        ended_at: ended_at.map(moment).transpose()?,
    })
}
