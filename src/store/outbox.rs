//! The outbox: who may send which delivery now, and what became of the attempt.
//!
//! A claim is a compare-and-set on the row's version with a lease; the network call happens between two short
//! transactions. A worker that dies leaves a lease that runs out, and nobody knows whether it had sent: on the page's own
//! medium, which takes a delivery once, the next claim takes the row again and says so (`reclaimed`); everywhere else
//! [`Store::park_lost`] ends it as unknown. A worker that was only slow comes back with an old version and changes nothing.

use crate::domain::delivery::{Act, AfterAttempt, Choice, DeliveryClass};
use crate::domain::subscription::Chat;
use crate::store::Store;
use crate::store::chats::{CHAT, ChatRow};
use crate::store::choices;
use crate::store::column::{self, millis, moment, storable, unsigned};
use crate::store::error::{Result, StoreError, corrupt};
use crate::store::lease::Fence;
use crate::store::run::{Sql, Tx, among, execute, row, rows};
use chrono::{DateTime, Utc};

/// Who asks for work, and under which conditions.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Of which lane.
    pub lane: &'a str,
    /// Which worker, for the record.
    pub worker: &'a str,
    /// The present moment.
    pub now: DateTime<Utc>,
    /// After this moment the worker counts as dead.
    pub lease_until: DateTime<Utc>,
    /// The id of the attempt's record.
    pub attempt_id: &'a str,
    /// Chats for which the worker has an attempt under way, or which it paces: not these.
    pub busy_chats: &'a [String],
    /// What proves that the lane is the worker's; none where nobody else can have it.
    pub fence: Option<&'a Fence>,
}

/// A delivery that may be attempted now, by the one who holds this version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedDelivery {
    /// Its id.
    pub id: String,
    /// What proves the claim to [`Store::finish`].
    pub version: i64,
    /// To whom.
    pub chat: Chat,
    /// Which message.
    pub kind: String,
    /// Why we speak.
    pub reason: Option<String>,
    /// Its priority.
    pub class: DeliveryClass,
    /// Which part, from 1.
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
    /// Earlier attempts that failed and count.
    pub failures: u32,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The last attempt's worker died without saying what became of it; only on a medium that takes a delivery once.
    pub reclaimed: bool,
    /// When it entered the queue.
    pub created_at: DateTime<Utc>,
}

/// Heads of queues: unfinished, the chat not paused, nothing unfinished of the same chat and class before it. Two rows
/// a chat at most.
macro_rules! heads {
    ($columns:literal, $condition:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM deliveries d JOIN chats c ON c.id = d.chat_id
             WHERE d.lane = $1 AND d.state IN ('waiting', 'sending') AND c.paused IS NULL AND NOT EXISTS (
                 SELECT 1 FROM deliveries earlier
                 WHERE earlier.chat_id = d.chat_id AND earlier.class = d.class
                   AND earlier.state IN ('waiting', 'sending') AND earlier.seq < d.seq
             )",
            $condition
        )
    };
}

/// Answers first ('answer' sorts before 'broadcast'), then the oldest. A few, in case somebody else is faster.
const DUE: Sql = among!(
    heads!(
        "d.id, d.version, d.state",
        " AND d.due_at <= $2 AND (d.state = 'waiting' OR c.medium = 'web') AND NOT d.chat_id"
    ),
    "$3",
    " ORDER BY d.class, d.seq LIMIT 8"
);

const NEXT_DUE: &str = heads!("MIN(d.due_at)", "");

const CLAIMED: &str = concat!(
    "SELECT d.kind, d.reason, d.class, d.part, d.parts, d.body, d.plain, d.snapshot_id, d.buttons, d.act, d.failures, d.attempts,
            d.created_at, ",
    CHAT!(),
    "
     FROM deliveries d JOIN chats c ON c.id = d.chat_id WHERE d.id = $1"
);

/// How often a worker looks again when all that it saw was taken by others in the meantime.
const ROUNDS: u32 = 4;

impl Store {
    /// Claims the best delivery that is due: answers before broadcasts, then the oldest; per chat and class strictly in
    /// order. None when nothing is due.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lane is not the worker's any more; otherwise when the database fails.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Option<ClaimedDelivery>> {
        let busy = serde_json::to_string(claim.busy_chats)?;
        for _ in 0..ROUNDS {
            // Looking needs no write transaction: an idle worker disturbs nobody.
            let mut conn = self.read().await?;
            let due = rows!(conn, DueRow, DUE, claim.lane, millis(claim.now), &busy)?;
            drop(conn);
            if due.is_empty() {
                return Ok(None);
            }
            let mut tx = self.begin().await?;
            if let Some(fence) = claim.fence {
                tx.hold(fence).await?;
            }
            for candidate in due {
                if let Some(claimed) = tx.take(&candidate, claim).await? {
                    tx.commit().await?;
                    return Ok(Some(claimed));
                }
            }
        }
        Ok(None)
    }

    /// Writes what became of an attempt. False when the claim was lost in the meantime (the lease ran out and somebody
    /// else has the row, or a person dropped it): then nothing is changed. Only the certainty that a message arrived is
    /// never too late, while the row still stands as unknown and nobody has acted upon that.
    ///
    /// # Errors
    /// When the database fails. Nothing is written then; the same call may be repeated.
    pub async fn finish(
        &self,
        claimed_id: &str,
        version: i64,
        attempt_id: &str,
        after: &AfterAttempt,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let end = End::of(after, now);
        let mut tx = self.begin().await?;
        const DELIVERY: &str = "UPDATE deliveries
            SET state = $3, version = version + 1, due_at = $4, failures = failures + $5,
                message_id = COALESCE($6, message_id), last_error = COALESCE($7, last_error), finished_at = $8
            WHERE id = $1 AND (version = $2 AND state = 'sending'
                               OR $3 = 'sent' AND state = 'unknown' AND version = $2 + 1)
            RETURNING chat_id, lane, version";
        let why = end.why.map(storable);
        let why = why.as_deref();
        let finished_at = (end.state != "waiting").then_some(millis(now));
        let chat = row!(
            tx,
            (String, String, i64),
            DELIVERY,
            claimed_id,
            version,
            end.state,
            millis(end.due_at),
            end.failures,
            end.message_id,
            why,
            finished_at
        )?;
        let Some((chat_id, lane, became)) = chat else { return Ok(false) };
        execute!(
            tx,
            "UPDATE delivery_attempts SET finished_at = $2, outcome = $3, detail = $4
             WHERE id = $1 AND finished_at IS NULL",
            attempt_id,
            millis(now),
            end.outcome,
            why.or(end.message_id)
        )?;
        // What stood as unknown was counted when it became so.
        if became == version + 1 {
            tx.count_attempt(&lane, after, now).await?;
        }
        match after {
            AfterAttempt::PauseChat { why } => {
                tx.pause_chat(&chat_id, why, now).await?;
            }
            AfterAttempt::Retarget { address } => tx.retarget_chat(&chat_id, address, now).await?,
            _ => {}
        }
        tx.commit().await?;
        Ok(true)
    }

    /// When the lane next has something to do: now, or the earliest moment at which a row becomes due or a lease runs
    /// out. None when nothing waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self, lane: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let mut conn = self.read().await?;
        let earliest = row!(conn, (Option<i64>,), NEXT_DUE, lane)?.and_then(|(due,)| due);
        Ok(earliest.map(moment).transpose()?.map(|due| due.max(now)))
    }
}

/// What an attempt leaves behind.
struct End<'a> {
    state: &'static str,
    outcome: &'static str,
    due_at: DateTime<Utc>,
    failures: i64,
    message_id: Option<&'a str>,
    why: Option<&'a str>,
}

impl<'a> End<'a> {
    fn of(after: &'a AfterAttempt, now: DateTime<Utc>) -> Self {
        let end = |state, outcome, why: Option<&'a String>| Self {
            state,
            outcome,
            due_at: now,
            failures: 0,
            message_id: None,
            why: why.map(String::as_str),
        };
        match after {
            AfterAttempt::Sent { message_id } => {
                Self { message_id: message_id.as_deref(), ..end("sent", "sent", None) }
            }
            AfterAttempt::Again { at, counts, why } => {
                Self { due_at: *at, failures: i64::from(*counts), ..end("waiting", "again", Some(why)) }
            }
            AfterAttempt::Retarget { address } => end("waiting", "moved", Some(address)),
            AfterAttempt::PauseChat { why } => end("failed", "gone", Some(why)),
            AfterAttempt::GiveUp { why } => end("failed", "failed", Some(why)),
            AfterAttempt::Park { why } => end("unknown", "unknown", Some(why)),
        }
    }
}

impl Tx {
    /// Takes a row if it is still as it was seen.
    async fn take(&mut self, seen: &DueRow, claim: Claim<'_>) -> Result<Option<ClaimedDelivery>> {
        let taken = execute!(
            self,
            "UPDATE deliveries SET state = 'sending', version = version + 1, attempts = attempts + 1, due_at = $3
             WHERE id = $1 AND version = $2",
            &seen.id,
            seen.version,
            millis(claim.lease_until)
        )?;
        if taken == 0 {
            return Ok(None);
        }
        let reclaimed = seen.state == "sending";
        if reclaimed {
            execute!(
                self,
                "UPDATE delivery_attempts SET finished_at = $2, outcome = 'lost'
                 WHERE delivery_id = $1 AND finished_at IS NULL",
                &seen.id,
                millis(claim.now)
            )?;
        }
        let row = row!(self, ClaimedRow, CLAIMED, &seen.id)?;
        let row = row.ok_or_else(|| StoreError::Missing(format!("delivery {}", seen.id)))?;
        execute!(
            self,
            "INSERT INTO delivery_attempts (id, delivery_id, number, worker, started_at) VALUES ($1, $2, $3, $4, $5)",
            claim.attempt_id,
            &seen.id,
            row.attempts,
            claim.worker,
            millis(claim.now)
        )?;
        Ok(Some(ClaimedDelivery {
            id: seen.id.clone(),
            version: seen.version + 1,
            chat: row.chat.try_into()?,
            kind: row.kind,
            reason: row.reason,
            class: column::word("a class", &row.class, DeliveryClass::parse)?,
            part: unsigned(row.part)?,
            parts: unsigned(row.parts)?,
            body: row.body,
            plain: row.plain,
            snapshot_id: row.snapshot_id,
            choices: choices::read(row.buttons.as_deref())?,
            act: Act::parse(row.act.as_deref()).ok_or_else(|| corrupt("act", format!("{:?}", row.act)))?,
            failures: unsigned(row.failures)?,
            attempt: unsigned(row.attempts)?,
            reclaimed,
            created_at: moment(row.created_at)?,
        }))
    }
}

#[derive(sqlx::FromRow)]
struct DueRow {
    id: String,
    version: i64,
    state: String,
}

#[derive(sqlx::FromRow)]
struct ClaimedRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    kind: String,
    reason: Option<String>,
    class: String,
    part: i64,
    parts: i64,
    body: String,
    plain: String,
    snapshot_id: Option<String>,
    buttons: Option<String>,
    act: Option<String>,
    failures: i64,
    attempts: i64,
    created_at: i64,
}
