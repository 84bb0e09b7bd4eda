//! The outbox as people see it: what waits, what failed, and what only a person can decide.

use crate::domain::delivery::{DeliveryClass, DeliveryState};
use crate::store::Store;
use crate::store::actions::NewAction;
use crate::store::column::{self, millis, moment, unsigned};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, among, execute, rows};
use chrono::{DateTime, Utc};

/// Which deliveries to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxFilter {
    /// In these states; all when empty.
    pub states: Vec<DeliveryState>,
    /// Of this lane only.
    pub lane: Option<String>,
    /// To this chat only.
    pub chat_id: Option<String>,
    /// At most so many, the newest.
    pub limit: u32,
}

impl Default for OutboxFilter {
    fn default() -> Self {
        Self { states: Vec::new(), lane: None, chat_id: None, limit: 100 }
    }
}

/// A delivery for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// By which people call it.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// To which chat.
    pub chat_id: String,
    /// What people call the chat.
    pub chat_title: String,
    /// Several people read the chat.
    pub chat_group: bool,
    /// Why nothing is sent to the chat for now.
    pub chat_paused: Option<String>,
    /// Of which lane.
    pub lane: String,
    /// Which message.
    pub kind: String,
    /// Why we speak.
    pub reason: Option<String>,
    /// Its priority.
    pub class: DeliveryClass,
    /// Where it stands.
    pub state: DeliveryState,
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
    /// The text without markup.
    pub plain: String,
    /// Attempts so far.
    pub attempts: u32,
    /// Those that failed and count.
    pub failures: u32,
    /// How often it was sent again although it may have arrived.
    pub repeated: u32,
    /// What the last failed attempt said.
    pub last_error: Option<String>,
    /// When the next attempt may be made; only while waiting.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it entered the queue.
    pub created_at: DateTime<Utc>,
    /// When it was sent, given up or dropped.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What a person may decide about a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxVerb {
    /// Send it (again).
    Retry,
    /// Give it up.
    Drop,
}

/// What a person decided about a delivery.
#[derive(Clone, Copy, Debug)]
pub struct OutboxWord<'a> {
    /// The delivery.
    pub id: &'a str,
    /// What is done with it.
    pub verb: OutboxVerb,
    /// The inbound message by which it was decided, where there was one.
    pub inbound: Option<&'a str>,
    /// What is put on record of it.
    pub act: Option<&'a NewAction>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// One try to send a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// Which one, from 1.
    pub number: u32,
    /// Which worker made it.
    pub worker: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its end was known; none while it is under way or its worker is dead.
    pub finished_at: Option<DateTime<Utc>>,
    /// How it ended: `sent`, `again`, `moved`, `gone`, `failed`, `unknown`; `lost` when its worker died.
    pub outcome: Option<String>,
    /// What the provider or the network said, or the provider's id of the message.
    pub detail: Option<String>,
}

/// How many deliveries of a lane are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxCount {
    /// The lane.
    pub lane: String,
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
    /// When the oldest of them entered the queue.
    pub oldest: DateTime<Utc>,
}

/// A [`ListRow`], up to its condition.
macro_rules! OUTBOX_ROW {
    () => {
        "SELECT d.seq AS number, d.id, d.chat_id, c.title AS chat_title, c.is_group AS chat_group,
                c.paused AS chat_paused, d.lane, d.kind, d.reason, d.class, d.state, d.part, d.parts, d.plain, d.attempts,
                d.failures, d.repeated, d.last_error, d.due_at, d.created_at, d.finished_at
         FROM deliveries d JOIN chats c ON c.id = d.chat_id"
    };
}
pub(super) use OUTBOX_ROW;

const LIST: Sql = among!(
    concat!(
        OUTBOX_ROW!(),
        "
     WHERE ($2 = '' OR d.lane = $2) AND ($3 = '' OR d.chat_id = $3) AND d.state"
    ),
    "$1",
    " ORDER BY d.seq DESC LIMIT $4"
);

impl Store {
    /// Lists deliveries, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox(&self, filter: OutboxFilter) -> Result<Vec<OutboxRow>> {
        let states = if filter.states.is_empty() { &DeliveryState::ALL[..] } else { &filter.states };
        let states: Vec<_> = states.iter().map(|state| state.as_str()).collect();
        let states = serde_json::to_string(&states)?;
        let (lane, chat) = (filter.lane.as_deref().unwrap_or(""), filter.chat_id.as_deref().unwrap_or(""));
        let mut conn = self.read().await?;
        let rows = rows!(conn, ListRow, LIST, &states, lane, chat, i64::from(filter.limit))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// All tries to send a delivery, the first one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempts(&self, delivery_id: &str) -> Result<Vec<DeliveryAttempt>> {
        type Row = (i64, String, i64, Option<i64>, Option<String>, Option<String>);
        const SQL: &str = "SELECT number, worker, started_at, finished_at, outcome, detail FROM delivery_attempts
                           WHERE delivery_id = $1 ORDER BY number";
        let mut conn = self.read().await?;
        let attempt = |(number, worker, started_at, finished_at, outcome, detail): Row| {
            let finished_at = finished_at.map(moment).transpose()?;
            let (number, started_at) = (unsigned(number)?, moment(started_at)?);
            Ok(DeliveryAttempt { number, worker, started_at, finished_at, outcome, detail })
        };
        rows!(conn, Row, SQL, delivery_id)?.into_iter().map(attempt).collect()
    }

    /// Puts a failed or unknown delivery back into the queue, with a fresh retry schedule. An unknown one counts as
    /// repeated: the program does not repeat by itself what a person had repeated. False when it is in no such state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_retry(&self, id: &str, now: DateTime<Utc>) -> Result<bool> {
        self.outbox_decide(OutboxWord { id, verb: OutboxVerb::Retry, inbound: None, act: None, now }).await
    }

    /// Gives up a delivery that was not sent. False when it is sent, under way, or dropped before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_drop(&self, id: &str, now: DateTime<Utc>) -> Result<bool> {
        self.outbox_decide(OutboxWord { id, verb: OutboxVerb::Drop, inbound: None, act: None, now }).await
    }

    /// What a person decides about a delivery, as in [`Store::outbox_retry`] and [`Store::outbox_drop`], with what is put
    /// on record of it when it changes something.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_decide(&self, word: OutboxWord<'_>) -> Result<bool> {
        const RETRY: &str = "UPDATE deliveries SET repeated = repeated + CASE WHEN state = 'unknown' THEN 1 ELSE 0 END,
                    state = 'waiting', version = version + 1, failures = 0, due_at = $2, finished_at = NULL,
                    decided_inbound = $3
             WHERE id = $1 AND state IN ('failed', 'unknown')";
        const DROP: &str =
            "UPDATE deliveries SET state = 'dropped', version = version + 1, finished_at = $2, decided_inbound = $3
             WHERE id = $1 AND state IN ('waiting', 'failed', 'unknown')";
        let sql = match word.verb {
            OutboxVerb::Retry => RETRY,
            OutboxVerb::Drop => DROP,
        };
        let mut tx = self.begin().await?;
        let changed = execute!(tx, sql, word.id, millis(word.now), word.inbound)? > 0;
        if let Some(act) = word.act.filter(|_| changed) {
            tx.insert_action(act, word.now).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// How many deliveries each lane has in each state; states without any are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_counts(&self) -> Result<Vec<OutboxCount>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT lane, state, COUNT(*), MIN(created_at) FROM deliveries
                           GROUP BY lane, state ORDER BY lane, state";
        let rows = rows!(conn, (String, String, i64, i64), SQL)?;
        let count = |(lane, state, count, oldest): (String, String, i64, i64)| {
            let state = column::word("a delivery's state", &state, DeliveryState::parse)?;
            Ok(OutboxCount { lane, state, count: unsigned(count)?, oldest: moment(oldest)? })
        };
        rows.into_iter().map(count).collect()
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct ListRow {
    number: i64,
    id: String,
    chat_id: String,
    chat_title: String,
    chat_group: bool,
    chat_paused: Option<String>,
    lane: String,
    kind: String,
    reason: Option<String>,
    class: String,
    state: String,
    part: i64,
    parts: i64,
    plain: String,
    attempts: i64,
    failures: i64,
    repeated: i64,
    last_error: Option<String>,
    due_at: i64,
    created_at: i64,
    finished_at: Option<i64>,
}

impl TryFrom<ListRow> for OutboxRow {
    type Error = StoreError;

    fn try_from(row: ListRow) -> Result<Self> {
        let state = column::word("a delivery's state", &row.state, DeliveryState::parse)?;
        let due_at = moment(row.due_at)?;
        Ok(Self {
            number: row.number,
            id: row.id,
            chat_id: row.chat_id,
            chat_title: row.chat_title,
            chat_group: row.chat_group,
            chat_paused: row.chat_paused,
            lane: row.lane,
            kind: row.kind,
            reason: row.reason,
            class: column::word("a class", &row.class, DeliveryClass::parse)?,
            state,
            part: unsigned(row.part)?,
            parts: unsigned(row.parts)?,
            plain: row.plain,
            attempts: unsigned(row.attempts)?,
            failures: unsigned(row.failures)?,
            repeated: unsigned(row.repeated)?,
            last_error: row.last_error,
            next_attempt_at: (state == DeliveryState::Waiting).then_some(due_at),
            created_at: moment(row.created_at)?,
            finished_at: row.finished_at.map(moment).transpose()?,
        })
    }
}
