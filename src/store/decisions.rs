//! Decisions: what units were told, and the one transaction that publishes.

use crate::domain::alert::{AlertKey, AlertState, Condition};
use crate::domain::assessment::{Assessment, Rating};
use crate::domain::delivery::{Act, Choice, DeliveryClass};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::{Percent, Points, Rate};
use crate::domain::snapshot::SnapshotState;
use crate::store::Store;
use crate::store::choices;
use crate::store::column::{self, millis, storable};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, Tx, each, execute, row, rows};
use chrono::{DateTime, Utc};

/// The state of all decisions from which a new one is made. Raised by every publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(pub i64);

/// A message for one chat, to be written into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id (UUIDv7).
    pub id: String,
    /// To which chat.
    pub chat_id: String,
    /// Which message: the name of its template.
    pub kind: String,
    /// Why we speak, for messages that nobody asked for.
    pub reason: Option<String>,
    /// Its priority.
    pub class: DeliveryClass,
    /// What distinguishes the message from every other one to the chat: the same key enters the queue once.
    pub dedupe_key: String,
    /// Which part of the message, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
    /// The text in the chat's dialect.
    pub body: String,
    /// The same without any markup.
    pub plain: String,
    /// The snapshot it speaks of.
    pub snapshot_id: Option<String>,
    /// What it offers to choose from.
    pub choices: Vec<Choice>,
    /// What is done with it.
    pub act: Act,
}

/// What one decision changes, all of it or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// The revision from which the decision was made.
    pub expected: Revision,
    /// All alert states from now on; none leaves them as they are.
    pub states: Option<&'a [AlertState]>,
    /// A snapshot that was decided upon, and how.
    pub snapshot: Option<(&'a str, SnapshotState)>,
    /// That snapshot's figures as they were assessed; empty leaves what was saved.
    pub assessments: &'a [Assessment],
    /// What is to be sent.
    pub deliveries: &'a [NewDelivery],
    /// The moment of publishing.
    pub now: DateTime<Utc>,
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishOutcome {
    /// All of it is written.
    Published {
        /// How many deliveries are new: those with a known key were in the queue before.
        deliveries: u32,
    },
    /// Somebody published since the decision was loaded. Nothing is written: load, decide and try again.
    Overtaken,
}

/// A figure as it was assessed when its snapshot was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAssessment {
    /// Whose.
    pub unit: UnitCode,
    /// Of which indicator.
    pub indicator: IndicatorCode,
    /// The verdict.
    pub rating: Rating,
    /// The rate.
    pub actual: Option<Rate>,
    /// The target that held.
    pub level: Percent,
    /// The decision that had assigned it.
    pub decision: String,
    /// Actual minus target.
    pub gap: Option<Points>,
}

const INSERT_ALERTS: Sql = each!(
    "INSERT INTO alerts (unit, indicator, condition, since, told_at, told_period, told_as_of, told_rate)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, CAST(value ->> 4 AS BIGINT), value ->> 5, value ->> 6,
            value ->> 7
     FROM ",
    "$1",
    ""
);

const INSERT_ASSESSMENTS: Sql =
    each!(
    "INSERT INTO assessments (snapshot_id, position, unit, indicator, rating, actual, level, level_decimals, decision)
     SELECT $1, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3, value ->> 4,
            CAST(value ->> 5 AS BIGINT), CAST(value ->> 6 AS BIGINT), value ->> 7
     FROM ", "$2", ""
);

/// The chat may have been merged into another one since the message was composed. An unknown chat has no lane, which
/// the schema refuses.
const INSERT_DELIVERIES: Sql =
    each!(
    "INSERT INTO deliveries (id, chat_id, lane, kind, reason, class, dedupe_key, part, parts, body, plain, snapshot_id,
                             buttons, act, state, version, failures, attempts, due_at, created_at)
     SELECT value ->> 1,
            COALESCE((SELECT merged_into FROM chats WHERE chats.id = value ->> 2), value ->> 2),
            (SELECT lane FROM chats WHERE chats.id = value ->> 2),
            value ->> 3, value ->> 4, value ->> 5, value ->> 6, CAST(value ->> 7 AS BIGINT),
            CAST(value ->> 8 AS BIGINT), value ->> 9, value ->> 10, value ->> 11, value ->> 12,
            value ->> 13,
            'waiting', 0, 0, 0, $2, $2
     FROM ", "$1", "
     WHERE true ORDER BY CAST(value ->> 0 AS BIGINT)
     ON CONFLICT (chat_id, dedupe_key, part) DO NOTHING"
);

impl Store {
    /// What units were told, and the revision that this belongs to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alert_states(&self) -> Result<(Revision, Vec<AlertState>)> {
        let mut conn = self.read().await?;
        // First the revision: if somebody publishes between the two, ours is old and publishing from it is refused.
        let revision = row!(conn, (i64,), "SELECT revision FROM decisions")?;
        let (revision,) = revision.ok_or_else(|| StoreError::Missing("revision".to_owned()))?;
        let rows = rows!(
            conn,
            AlertRow,
            "SELECT unit, indicator, condition, since, told_at, told_period, told_as_of, told_rate
             FROM alerts ORDER BY unit, indicator, condition"
        )?;
        let states = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        Ok((Revision(revision), states))
    }

    /// Writes a decision with everything that follows from it, if nobody published since it was loaded.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such snapshot, [`StoreError::Corrupt`] for assessments without a
    /// snapshot; otherwise when the database fails. Nothing is written then.
    pub async fn publish(&self, publication: Publication<'_>) -> Result<PublishOutcome> {
        let mut tx = self.begin().await?;
        let moved = execute!(
            tx,
            "UPDATE decisions SET revision = revision + 1, changed_at = $2 WHERE revision = $1",
            publication.expected.0,
            millis(publication.now)
        )?;
        if moved == 0 {
            return Ok(PublishOutcome::Overtaken);
        }
        if let Some(states) = publication.states {
            tx.replace_alerts(states).await?;
        }
        match publication.snapshot {
            Some((id, state)) => {
                let state = column::state_word(state);
                const SQL: &str = "UPDATE snapshots SET state = $2, decided_at = $3 WHERE id = $1";
                if execute!(tx, SQL, id, state, millis(publication.now))? == 0 {
                    return Err(StoreError::Missing(format!("snapshot {id}")));
                }
                if !publication.assessments.is_empty() {
                    tx.replace_assessments(id, publication.assessments).await?;
                }
            }
            None if publication.assessments.is_empty() => {}
            None => return Err(StoreError::Corrupt("assessments without a snapshot".to_owned())),
        }
        let deliveries = tx.insert_deliveries(publication.deliveries, publication.now).await?;
        tx.commit().await?;
        Ok(PublishOutcome::Published { deliveries })
    }

    /// Writes deliveries that follow from no decision: answers. Gives the number of new ones.
    ///
    /// # Errors
    /// When the database fails, or a chat does not exist. Nothing is written then.
    pub async fn enqueue(&self, deliveries: &[NewDelivery], now: DateTime<Utc>) -> Result<u32> {
        let mut tx = self.begin().await?;
        let new = tx.insert_deliveries(deliveries, now).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// A snapshot's figures as they were assessed when it was published; empty when it was not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assessments(&self, snapshot_id: &str) -> Result<Vec<StoredAssessment>> {
        let mut conn = self.read().await?;
        let rows = rows!(
            conn,
            AssessmentRow,
            "SELECT unit, indicator, rating, actual, level, level_decimals, decision
             FROM assessments WHERE snapshot_id = $1 ORDER BY position",
            snapshot_id
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Tx {
    async fn replace_alerts(&mut self, states: &[AlertState]) -> Result<()> {
        execute!(self, "DELETE FROM alerts")?;
        let rows = states.iter().map(|s| {
            (
                s.key.unit.as_str(),
                s.key.indicator.as_str(),
                s.key.condition.as_str(),
                s.since.to_string(),
                millis(s.told_at),
                s.told_period.to_string(),
                s.told_as_of.to_string(),
                s.told_rate.map(column::rate_text),
            )
        });
        execute!(self, INSERT_ALERTS, serde_json::to_string(&rows.collect::<Vec<_>>())?)?;
        Ok(())
    }

    async fn replace_assessments(&mut self, snapshot_id: &str, assessments: &[Assessment]) -> Result<()> {
        execute!(self, "DELETE FROM assessments WHERE snapshot_id = $1", snapshot_id)?;
        let rows = assessments.iter().enumerate().map(|(position, a)| {
            (
                position,
                a.unit.as_str(),
                a.indicator.as_str(),
                a.rating.as_str(),
                a.actual.map(column::rate_text),
                a.target.level.mantissa(),
                a.target.level.decimals(),
                storable(&a.target.decision),
            )
        });
        execute!(self, INSERT_ASSESSMENTS, snapshot_id, serde_json::to_string(&rows.collect::<Vec<_>>())?)?;
        Ok(())
    }

    pub async fn insert_deliveries(&mut self, deliveries: &[NewDelivery], now: DateTime<Utc>) -> Result<u32> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let buttons = deliveries.iter().map(|d| choices::write(&d.choices)).collect::<Result<Vec<_>>>()?;
        let rows = deliveries.iter().zip(&buttons).enumerate().map(|(position, (d, buttons))| {
            (
                position,
                &d.id,
                &d.chat_id,
                &d.kind,
                &d.reason,
                d.class.as_str(),
                storable(&d.dedupe_key),
                d.part,
                d.parts,
                storable(&d.body),
                storable(&d.plain),
                &d.snapshot_id,
                buttons.as_deref().map(storable),
                d.act.word(),
            )
        });
        let new = execute!(self, INSERT_DELIVERIES, serde_json::to_string(&rows.collect::<Vec<_>>())?, millis(now))?;
        Ok(u32::try_from(new).unwrap_or(u32::MAX))
    }
}

#[derive(sqlx::FromRow)]
struct AlertRow {
    unit: String,
    indicator: String,
    condition: String,
    since: String,
    told_at: i64,
    told_period: String,
    told_as_of: String,
    told_rate: Option<String>,
}

impl TryFrom<AlertRow> for AlertState {
    type Error = StoreError;

    fn try_from(row: AlertRow) -> Result<Self> {
        Ok(Self {
            key: AlertKey {
                unit: column::unit(&row.unit)?,
                indicator: column::indicator(&row.indicator)?,
                condition: column::word("a condition", &row.condition, Condition::parse)?,
            },
            since: column::period(&row.since)?,
            told_at: column::moment(row.told_at)?,
            told_period: column::period(&row.told_period)?,
            told_as_of: column::day(&row.told_as_of)?,
            told_rate: row.told_rate.as_deref().map(column::rate).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AssessmentRow {
    unit: String,
    indicator: String,
    rating: String,
    actual: Option<String>,
    level: i64,
    level_decimals: i64,
    decision: String,
}

impl TryFrom<AssessmentRow> for StoredAssessment {
    type Error = StoreError;

    fn try_from(row: AssessmentRow) -> Result<Self> {
        let ratings = [Rating::Met, Rating::Missed, Rating::NoActivity, Rating::NoData];
        let rating = |word: &str| ratings.into_iter().find(|rating| rating.as_str() == word);
        let actual = row.actual.as_deref().map(column::rate).transpose()?;
        let scale = actual.map(Rate::scale).unwrap_or_default();
        let level = column::percent(row.level, row.level_decimals)?.on(scale);
        Ok(Self {
            unit: column::unit(&row.unit)?,
            indicator: column::indicator(&row.indicator)?,
            rating: column::word("a rating", &row.rating, rating)?,
            actual,
            level,
            decision: row.decision,
            gap: actual.map(|actual| Points::between(actual.exact(), level.exact()).on(scale)),
        })
    }
}
