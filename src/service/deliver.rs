//! Delivers what waits in the outbox, one lane each: claim a row, send it, save what became of it.
//!
//! No transaction spans the network. A row is claimed with a lease before it is sent; when the process dies in between,
//! the lease runs out and [`unknown`] decides whether that one message in flight is sent again.

mod send;

use crate::channel::Channel;
use crate::domain::delivery::{AfterAttempt, SendOutcome, after_attempt};
use crate::domain::lane::{Limits, Pace, Width};
use crate::domain::subscription::Medium;
use crate::service::{Context, ServiceError, budget, unknown};
use crate::store::{Claim, ClaimedDelivery, Fence};
use crate::telemetry::{LaneFailure, LaneOutcome};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a claimed row belongs to its worker. Longer than any send may take (time-out 8 s, and once more for the plain
/// text), so that only a dead worker's rows are tried again.
pub const LEASE: Duration = Duration::seconds(20);

/// A message leaves at once after its row was claimed. A process that was stopped in between (a laptop's lid, SIGSTOP)
/// wakes up when the row may be somebody else's, and had better not send it.
const SEND_WITHIN: Duration = Duration::seconds(5);

/// When a row comes again that was not sent because the database did not say whether it may be.
const NOT_ASKED: Duration = Duration::seconds(5);

/// What a step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliverReport {
    /// Attempts begun.
    pub attempts: u32,
    /// When the lane may begin its next message; none when nothing is known to wait, or only an answer can tell.
    pub again_at: Option<DateTime<Utc>>,
}

/// One bot account's way out.
pub struct Lane {
    channel: Arc<dyn Channel>,
    pace: Pace,
    width: Width,
    worker: String,
    fence: Option<Fence>,
    flights: JoinSet<Landed>,
    under_way: HashMap<tokio::task::Id, DateTime<Utc>>,
    looked_for_lost: Option<DateTime<Utc>>,
}

/// What the lane has to know of a message that is no longer under way.
struct Landed {
    took: Duration,
    error: Option<ServiceError>,
}

impl Lane {
    /// A lane that has sent nothing yet. `worker` names this process's claim.
    #[must_use]
    pub fn new(channel: Arc<dyn Channel>, worker: String) -> Self {
        let limits = match channel.medium() {
            Medium::Web => Limits::NONE,
            Medium::Telegram => Limits::TELEGRAM,
            Medium::ZaloBot => Limits::ZALO_BOT,
            Medium::ZaloOa => Limits::ZALO_OA,
        };
        Self {
            channel,
            pace: Pace::new(limits),
            width: Width::new(&limits),
            worker,
            fence: None,
            flights: JoinSet::new(),
            under_way: HashMap::new(),
            looked_for_lost: None,
        }
    }

    /// From now on claims only while this lease is still held; without one the lane is believed to be nobody else's.
    pub fn hold_by(&mut self, fence: Fence) {
        self.fence = Some(fence);
    }

    /// The lane's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.channel.lane()
    }

    /// Sends everything that may be sent now and waits until none of it is under way.
    ///
    /// # Errors
    /// The database's. A provider's faults are outcomes, not errors.
    pub async fn step(&mut self, context: &Context, stop: &CancellationToken) -> Result<DeliverReport, ServiceError> {
        let mut attempts = 0;
        loop {
            let report = self.begin(context, stop).await?;
            attempts += report.attempts;
            if self.under_way.is_empty() {
                return Ok(DeliverReport { attempts, ..report });
            }
            self.landing().await?;
        }
    }

    /// Begins to send what may be sent now and waits for nothing.
    ///
    /// # Errors
    /// The database's; [`StoreError::LeaseLost`](crate::store::StoreError::LeaseLost) when the lane has another holder.
    pub async fn begin(&mut self, context: &Context, stop: &CancellationToken) -> Result<DeliverReport, ServiceError> {
        let mut report = DeliverReport::default();
        while let Some(landed) = self.flights.try_join_next_with_id() {
            self.land(landed)?;
        }
        self.park_lost(context).await?;
        if self.channel.medium() == Medium::ZaloBot {
            budget::step(context, self.channel.lane()).await?;
        }
        // A stop lets what is under way end and claims nothing more.
        while !stop.is_cancelled() {
            let now = context.now();
            let began: Vec<_> = self.under_way.values().copied().collect();
            let Some(width_free_at) = self.width.free_at(&began, now) else { return Ok(report) };
            let free_at = self.pace.lane_free_at(now).max(width_free_at);
            if free_at > now {
                report.again_at = Some(free_at);
                return Ok(report);
            }
            let busy = self.pace.busy(now);
            // Not asked of the database unless somebody is busy.
            let chats = if busy.is_empty() { Vec::new() } else { context.store.chats_at(self.name(), &busy).await? };
            if !self.begin_one(context, now, &chats).await? {
                report.again_at = self.next_look(context, now, &busy).await?;
                // Due, and not to be had: a dead worker's.
                if report.again_at.is_some_and(|at| at <= now) {
                    self.looked_for_lost = None;
                }
                return Ok(report);
            }
            report.attempts += 1;
        }
        Ok(report)
    }

    /// Looks for rows of dead workers, once a second at most.
    async fn park_lost(&mut self, context: &Context) -> Result<(), ServiceError> {
        let now = context.now();
        if self.looked_for_lost.is_none_or(|looked| now - looked >= Duration::seconds(1)) {
            unknown::park_lost(context, self.channel.lane()).await?;
            self.looked_for_lost = Some(now);
        }
        Ok(())
    }

    /// Waits until one of those under way has ended; at once when there is none.
    ///
    /// # Errors
    /// The database's, when what became of the message could not be written.
    pub async fn landing(&mut self) -> Result<(), ServiceError> {
        match self.flights.join_next_with_id().await {
            Some(landed) => self.land(landed),
            None => Ok(()),
        }
    }

    /// Whether anything is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    fn land(&mut self, landed: Result<(tokio::task::Id, Landed), JoinError>) -> Result<(), ServiceError> {
        match landed {
            Ok((id, landed)) => {
                self.under_way.remove(&id);
                self.width.answered(landed.took);
                landed.error.map_or(Ok(()), Err)
            }
            Err(error) => {
                self.under_way.remove(&error.id());
                tracing::error!(%error, lane = self.name(), "a send broke off; its row's lease runs out");
                Ok(())
            }
        }
    }

    /// The earliest moment at which a row becomes due or a busy chat free.
    async fn next_look(
        &self,
        context: &Context,
        now: DateTime<Utc>,
        busy: &[String],
    ) -> Result<Option<DateTime<Utc>>, ServiceError> {
        let due = context.store.next_due(self.channel.lane(), now).await?;
        let free = busy.iter().map(|chat| self.pace.chat_free_at(chat, true, now)).min();
        Ok(match (due, free) {
            // Something is due already and was not sent: its chat is busy.
            (Some(due), Some(free)) if due <= now => Some(free),
            (due, _) => due,
        })
    }

    /// Claims one row and begins to send it; false when there is none.
    async fn begin_one(
        &mut self,
        context: &Context,
        now: DateTime<Utc>,
        busy: &[String],
    ) -> Result<bool, ServiceError> {
        let attempt_id = context.id();
        let claim = Claim {
            lane: self.channel.lane(),
            worker: &self.worker,
            now,
            lease_until: now + LEASE,
            attempt_id: &attempt_id,
            busy_chats: busy,
            fence: self.fence.as_ref(),
        };
        let asked = Instant::now();
        let Some(row) = context.store.claim(claim).await? else { return Ok(false) };
        if row.reclaimed {
            tracing::warn!(lane = self.name(), delivery = row.id, "an earlier attempt never ended; trying again");
        }
        // Whatever keeps a claimed row from being sent puts it back: it surely did not leave.
        let held_back = match budget::gate(context, &row).await {
            Ok(wait) => wait,
            Err(error) => Some(AfterAttempt::Again { at: now + NOT_ASKED, counts: false, why: error.to_string() }),
        };
        if let Some(wait) = held_back {
            save(context, self.name(), &row, &attempt_id, &wait).await?;
            return Ok(true);
        }
        self.pace.sent(&row.chat.address, row.chat.group, now);
        let (channel, context) = (Arc::clone(&self.channel), context.clone());
        let flight = async move {
            // Both clocks: one stands still while the machine is suspended, the other may be set.
            let late = Duration::from_std(asked.elapsed()).unwrap_or(Duration::MAX).max(context.now() - now);
            let outcome =
                if late > SEND_WITHIN { None } else { Some(send::send(&context, &*channel, &row, now).await) };
            let ended = context.now();
            if let Some(failed) = outcome.as_ref().filter(|o| !matches!(o, SendOutcome::Accepted { .. })) {
                let label = LaneFailure { lane: channel.lane().to_owned(), reason: failed.word().to_owned() };
                context.metrics.failures.get_or_create(&label).inc();
            }
            if let Some(outcome) = &outcome {
                context.reach.after_send(channel.lane(), outcome, ended);
            }
            let after = match outcome {
                Some(outcome) => after_attempt(outcome, row.failures, ended, context.entropy.jitter()),
                None => AfterAttempt::Again { at: ended, counts: false, why: "the process slept".to_owned() },
            };
            let error = save(&context, channel.lane(), &row, &attempt_id, &after).await.err();
            Landed { took: ended - now, error }
        };
        let id = self.flights.spawn(flight).id();
        self.under_way.insert(id, now);
        Ok(true)
    }
}

/// How often and after which waits it is tried to write down what became of a message: a database that restarts is away
/// for seconds, and a message whose outcome is not written is one whose outcome nobody knows.
const SAVE_AGAIN: [u64; 5] = [100, 500, 1_000, 2_000, 3_000];

async fn save(
    context: &Context,
    lane: &str,
    row: &ClaimedDelivery,
    attempt_id: &str,
    after: &AfterAttempt,
) -> Result<(), ServiceError> {
    note(lane, &row.id, after);
    let outcome = LaneOutcome { lane: lane.to_owned(), outcome: word(after).to_owned() };
    context.metrics.attempts.get_or_create(&outcome).inc();
    let mut waits = SAVE_AGAIN.into_iter();
    let kept = loop {
        match context.store.finish(&row.id, row.version, attempt_id, after, context.now()).await {
            Ok(kept) => break kept,
            Err(error) => match waits.next() {
                Some(millis) => tokio::time::sleep(std::time::Duration::from_millis(millis)).await,
                None => return Err(error.into()),
            },
        }
    };
    if !kept {
        tracing::warn!(delivery = row.id, "the claim had run out before the attempt ended");
    }
    Ok(())
}

const fn word(after: &AfterAttempt) -> &'static str {
    match after {
        AfterAttempt::Sent { .. } => "sent",
        AfterAttempt::Again { .. } => "again",
        AfterAttempt::Retarget { .. } => "retargeted",
        AfterAttempt::PauseChat { .. } => "paused",
        AfterAttempt::GiveUp { .. } => "gave_up",
        AfterAttempt::Park { .. } => "unknown",
    }
}

fn note(lane: &str, delivery: &str, after: &AfterAttempt) {
    match after {
        AfterAttempt::Sent { .. } => tracing::debug!(lane, delivery, "sent"),
        AfterAttempt::Again { at, why, .. } => tracing::info!(lane, delivery, %at, why, "will be tried again"),
        AfterAttempt::Retarget { .. } => tracing::info!(lane, delivery, "the chat moved; its queue follows"),
        AfterAttempt::PauseChat { why } => tracing::warn!(lane, delivery, why, "the chat is out of reach and paused"),
        AfterAttempt::GiveUp { why } => tracing::error!(lane, delivery, why, "given up"),
        AfterAttempt::Park { why } => {
            tracing::warn!(lane, delivery, why, "outcome unknown; what follows is decided by the catalog");
        }
    }
}
