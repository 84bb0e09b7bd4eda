//! What units promised, and what became of it; and the months in which targets were missed.

use crate::domain::escalation::Missed;
use crate::domain::promise::{Promise, PromiseState};
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::Result;
use crate::store::run::{Sql, among, execute, row, rows};
use crate::store::{NewDelivery, Store};
use chrono::{DateTime, Utc};

macro_rules! columns {
    () => {
        "SELECT id, unit, indicator, period, reason, due, chat_id, made_at, state, changed_at FROM promises WHERE "
    };
}

macro_rules! promises {
    ($condition:literal) => {
        concat!(columns!(), $condition, " ORDER BY due, made_at, id")
    };
}

/// The promises of some ids.
const OF_IDS: Sql = among!(concat!(columns!(), "id"), "$1", " ORDER BY id");

/// The targets that were missed in some snapshots, each with its month.
const MISSED: Sql = among!(
    "SELECT a.unit, a.indicator, s.period FROM assessments a JOIN snapshots s ON s.id = a.snapshot_id
     WHERE a.rating = 'missed' AND a.snapshot_id",
    "$1",
    ""
);

impl Store {
    /// Writes promises. One that is open for the same unit and indicator gives way. `by` is for the record. Those whose
    /// id is known are written already.
    ///
    /// # Errors
    /// When the database fails, or the chat does not exist. Nothing is written then.
    pub async fn promise(&self, promises: &[Promise], by: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        for promise in promises {
            const KNOWN: &str = "SELECT COUNT(*) FROM promises WHERE id = $1";
            if row!(tx, (i64,), KNOWN, &promise.id)?.is_some_and(|(count,)| count > 0) {
                continue;
            }
            let (unit, indicator) = (promise.unit.as_str(), promise.indicator.as_str());
            const OLD: &str = "UPDATE promises SET state = 'replaced', changed_at = $3
                               WHERE unit = $1 AND indicator = $2 AND state IN ('open', 'asked')";
            execute!(tx, OLD, unit, indicator, millis(promise.made_at))?;
            const NEW: &str = "INSERT INTO promises
                                   (id, unit, indicator, period, reason, due, chat_id, made_at, made_by, state, changed_at)
                               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            execute!(
                tx,
                NEW,
                &promise.id,
                unit,
                indicator,
                promise.period.to_string(),
                storable(&promise.reason),
                promise.due.to_string(),
                &promise.chat_id,
                millis(promise.made_at),
                storable(by),
                promise.state.as_str(),
                millis(promise.changed_at)
            )?;
        }
        tx.commit().await
    }

    /// The promises of these ids that were written, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn promises(&self, ids: &[String]) -> Result<Vec<Promise>> {
        let mut conn = self.read().await?;
        rows!(conn, PromiseRow, OF_IDS, serde_json::to_string(ids)?)?.into_iter().map(TryInto::try_into).collect()
    }

    /// The promises whose day is still to come, or for which figures are waited for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_promises(&self) -> Result<Vec<Promise>> {
        let mut conn = self.read().await?;
        let found = rows!(conn, PromiseRow, promises!("state IN ('open', 'asked')"))?;
        found.into_iter().map(TryInto::try_into).collect()
    }

    /// The promises that were kept or broken after a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settled_promises(&self, since: DateTime<Utc>) -> Result<Vec<Promise>> {
        let mut conn = self.read().await?;
        const SQL: &str = promises!("state IN ('kept', 'broken') AND changed_at > $1");
        rows!(conn, PromiseRow, SQL, millis(since))?.into_iter().map(TryInto::try_into).collect()
    }

    /// How often a unit promised for an indicator of a month.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn promises_made(&self, unit: &str, indicator: &str, period: &str) -> Result<u32> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT COUNT(*) FROM promises WHERE unit = $1 AND indicator = $2 AND period = $3";
        let count = row!(conn, (i64,), SQL, unit, indicator, period)?;
        column::unsigned(count.map_or(0, |(count,)| count))
    }

    /// Moves a promise on, and queues what is said of it, in one transaction. False when it is not in `from` any more, and
    /// then nothing is written.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then.
    pub async fn move_promise(
        &self,
        id: &str,
        from: PromiseState,
        to: PromiseState,
        deliveries: &[NewDelivery],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE promises SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2";
        if execute!(tx, SQL, id, from.as_str(), to.as_str(), millis(now))? == 0 {
            tx.commit().await?;
            return Ok(false);
        }
        tx.insert_deliveries(deliveries, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What was missed in these snapshots, as it was assessed when they were published.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missed(&self, snapshots: &[&str]) -> Result<Missed> {
        let mut conn = self.read().await?;
        let mut missed = Missed::new();
        for (unit, indicator, period) in
            rows!(conn, (String, String, String), MISSED, serde_json::to_string(snapshots)?)?
        {
            let key = (column::unit(&unit)?, column::indicator(&indicator)?);
            missed.entry(key).or_default().insert(column::period(&period)?);
        }
        Ok(missed)
    }
}

#[derive(sqlx::FromRow)]
struct PromiseRow {
    id: String,
    unit: String,
    indicator: String,
    period: String,
    reason: String,
    due: String,
    chat_id: String,
    made_at: i64,
    state: String,
    changed_at: i64,
}

impl TryFrom<PromiseRow> for Promise {
    type Error = crate::store::StoreError;

    fn try_from(row: PromiseRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            unit: column::unit(&row.unit)?,
            indicator: column::indicator(&row.indicator)?,
            period: column::period(&row.period)?,
            reason: row.reason,
            due: column::day(&row.due)?,
            chat_id: row.chat_id,
            made_at: moment(row.made_at)?,
            state: column::word("a promise's state", &row.state, PromiseState::parse)?,
            changed_at: moment(row.changed_at)?,
        })
    }
}
