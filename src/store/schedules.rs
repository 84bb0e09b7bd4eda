//! Slots of schedules that were dealt with, and the schedules that chats chose for themselves.

use crate::domain::reminder::Lately;
use crate::store::column::{millis, moment, storable};
use crate::store::error::Result;
use crate::store::run::{execute, row, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// How long slots are remembered; the newest of each schedule stays for good.
const KEPT: Duration = Duration::days(400);

/// A chat's own schedule of reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSchedule {
    /// The chat's id.
    pub chat_id: String,
    /// The cron form; none where the chat wants no reminders.
    pub form: Option<String>,
    /// When it was chosen: slots count from here.
    pub changed_at: DateTime<Utc>,
}

impl Store {
    /// The newest slot of each schedule that was dealt with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_slots(&self) -> Result<HashMap<String, DateTime<Utc>>> {
        const SQL: &str = "SELECT schedule, MAX(slot) FROM schedule_slots GROUP BY schedule";
        let mut conn = self.read().await?;
        let slots = rows!(conn, (String, i64), SQL)?;
        slots.into_iter().map(|(schedule, slot)| Ok((schedule, moment(slot)?))).collect()
    }

    /// A schedule that was never seen begins now: what it would have had before is not missed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_schedule(&self, schedule: &str, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        const SQL: &str = "INSERT INTO schedule_slots (schedule, slot, fired_at, queued)
                           SELECT $1, $2, $2, 0 WHERE NOT EXISTS (SELECT 1 FROM schedule_slots WHERE schedule = $1)";
        execute!(tx, SQL, storable(schedule), millis(now))?;
        tx.commit().await
    }

    /// Deals with a slot: that it was, and what follows from it, in one transaction. Gives the number of new deliveries;
    /// none when the slot was dealt with before, and then nothing is written.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn fire_slot(
        &self,
        schedule: &str,
        slot: DateTime<Utc>,
        deliveries: &[NewDelivery],
        now: DateTime<Utc>,
    ) -> Result<Option<u32>> {
        let mut tx = self.begin().await?;
        const FIRED: &str = "INSERT INTO schedule_slots (schedule, slot, fired_at, queued) VALUES ($1, $2, $3, $4)
                             ON CONFLICT (schedule, slot) DO NOTHING";
        let queued = i64::try_from(deliveries.len()).unwrap_or(i64::MAX);
        if execute!(tx, FIRED, storable(schedule), millis(slot), millis(now), queued)? == 0 {
            tx.commit().await?;
            return Ok(None);
        }
        const FORGET: &str = "DELETE FROM schedule_slots WHERE (schedule = $1 OR schedule LIKE 'chat %') AND slot < $2";
        execute!(tx, FORGET, storable(schedule), millis((now - KEPT).min(slot)))?;
        let new = tx.insert_deliveries(deliveries, now).await?;
        tx.commit().await?;
        Ok(Some(new))
    }

    /// The schedules that chats chose for themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_schedules(&self) -> Result<Vec<ChatSchedule>> {
        const SQL: &str = "SELECT chat_id, form, changed_at FROM chat_schedules ORDER BY chat_id";
        let mut conn = self.read().await?;
        rows!(conn, Row, SQL)?.into_iter().map(read).collect()
    }

    /// The schedule that a chat chose for itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_schedule(&self, chat_id: &str) -> Result<Option<ChatSchedule>> {
        const SQL: &str = "SELECT chat_id, form, changed_at FROM chat_schedules WHERE chat_id = $1";
        let mut conn = self.read().await?;
        row!(conn, Row, SQL, chat_id)?.map(read).transpose()
    }

    /// Gives a chat its own schedule; no form for no reminders.
    ///
    /// # Errors
    /// When the database fails, or there is no such chat.
    pub async fn choose_schedule(&self, chat_id: &str, form: Option<&str>, by: &str, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        const SQL: &str = "INSERT INTO chat_schedules (chat_id, form, changed_at, changed_by) VALUES ($1, $2, $3, $4)
                           ON CONFLICT (chat_id) DO UPDATE SET form = excluded.form, changed_at = excluded.changed_at,
                               changed_by = excluded.changed_by";
        execute!(tx, SQL, chat_id, form, millis(now), storable(by))?;
        tx.commit().await
    }

    /// A chat has the catalog's schedule again. False when it had it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn default_schedule(&self, chat_id: &str) -> Result<bool> {
        let mut tx = self.begin().await?;
        let changed = execute!(tx, "DELETE FROM chat_schedules WHERE chat_id = $1", chat_id)? > 0;
        tx.commit().await?;
        Ok(changed)
    }

    /// The chats for which messages about their unit's figures were queued after a moment, with when the newest was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_since(&self, since: DateTime<Utc>) -> Result<HashMap<String, Lately>> {
        const SQL: &str = "SELECT chat_id, MAX(created_at), MAX(CASE WHEN kind <> 'reminder' THEN created_at END)
                           FROM deliveries
                           WHERE class = 'broadcast' AND kind IN ('bulletin', 'no_data', 'reminder') AND created_at > $1
                           GROUP BY chat_id";
        let mut conn = self.read().await?;
        let chat = |(chat, any, bulletin): (String, i64, Option<i64>)| {
            Ok((chat, Lately { any: Some(moment(any)?), bulletin: bulletin.map(moment).transpose()? }))
        };
        rows!(conn, (String, i64, Option<i64>), SQL, millis(since))?.into_iter().map(chat).collect()
    }
}

type Row = (String, Option<String>, i64);

fn read((chat_id, form, changed_at): Row) -> Result<ChatSchedule> {
    Ok(ChatSchedule { chat_id, form, changed_at: moment(changed_at)? })
}
