//! Delivers what waits in the outbox, one lane each: claim one row, send it, save what became of it.
//!
//! No transaction spans the network. A row is claimed with a lease before it is sent; when the process dies in between,
//! the lease runs out and the row is tried again. That one message in flight is the only one that can arrive twice.

use crate::channel::{Channel, Outgoing};
use crate::domain::delivery::{AfterAttempt, after_attempt};
use crate::domain::lane::{Limits, Pace};
use crate::domain::subscription::Medium;
use crate::service::{Context, ServiceError, budget};
use crate::store::Claim;
use crate::telemetry::LaneOutcome;
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How long a claimed row belongs to its worker. Longer than any send may take (time-out 8 s, and once more for the plain
/// text), so that only a dead worker's rows are tried again.
pub const LEASE: Duration = Duration::seconds(20);

/// What a step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliverReport {
    /// Attempts made.
    pub attempts: u32,
    /// When the lane may send its next message; none when nothing is known to wait.
    pub again_at: Option<DateTime<Utc>>,
}

/// One bot account's way out.
pub struct Lane {
    channel: Arc<dyn Channel>,
    pace: Pace,
    worker: String,
}

impl Lane {
    /// A lane that has sent nothing yet. `worker` names this process's claim.
    #[must_use]
    pub fn new(channel: Arc<dyn Channel>, worker: String) -> Self {
        let limits = match channel.medium() {
            Medium::Web => Limits::NONE,
            Medium::Telegram => Limits::TELEGRAM,
            Medium::ZaloBot => Limits::ZALO_BOT,
        };
        Self { channel, pace: Pace::new(limits), worker }
    }

    /// The lane's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.channel.lane()
    }

    /// Sends everything that may be sent now.
    ///
    /// # Errors
    /// The database's. A provider's faults are outcomes, not errors.
    pub async fn step(&mut self, context: &Context, stop: &CancellationToken) -> Result<DeliverReport, ServiceError> {
        let mut report = DeliverReport::default();
        if self.channel.medium() == Medium::ZaloBot {
            budget::step(context, self.channel.lane()).await?;
        }
        // A stop lets the send under way end and claims nothing more.
        while !stop.is_cancelled() {
            let now = context.now();
            let free_at = self.pace.lane_free_at(now);
            if free_at > now {
                report.again_at = Some(free_at);
                return Ok(report);
            }
            let busy = self.pace.busy_chats(now);
            if !self.send_one(context, now, &busy).await? {
                report.again_at = self.next_look(context, now, &busy).await?;
                return Ok(report);
            }
            report.attempts += 1;
        }
        Ok(report)
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

    /// Claims and sends one row; false when there is none.
    async fn send_one(&mut self, context: &Context, now: DateTime<Utc>, busy: &[String]) -> Result<bool, ServiceError> {
        let lane = self.channel.lane().to_owned();
        let attempt_id = context.id();
        let claim = Claim {
            lane: &lane,
            worker: &self.worker,
            now,
            lease_until: now + LEASE,
            attempt_id: &attempt_id,
            busy_chats: busy,
        };
        let Some(row) = context.store.claim(claim).await? else { return Ok(false) };
        if row.reclaimed {
            tracing::warn!(lane, delivery = row.id, "an earlier attempt never ended; trying again");
        }
        if let Some(wait) = budget::gate(context, &row).await? {
            context.store.finish(&row.id, row.version, &attempt_id, &wait, context.now()).await?;
            return Ok(true);
        }
        self.pace.sent(&row.chat.id, row.chat.group, now);
        let outcome = self
            .channel
            .send(Outgoing {
                delivery_id: &row.id,
                chat_id: &row.chat.id,
                address: &row.chat.address,
                text: &row.body,
                plain: &row.plain,
                now,
            })
            .await;
        let after = after_attempt(outcome, row.failures, context.now(), context.entropy.jitter());
        note(&lane, &row.id, &after);
        let outcome = LaneOutcome { lane, outcome: word(&after).to_owned() };
        context.metrics.attempts.get_or_create(&outcome).inc();
        let kept = context.store.finish(&row.id, row.version, &attempt_id, &after, context.now()).await?;
        if !kept {
            tracing::warn!(delivery = row.id, "the claim had run out before the attempt ended");
        }
        Ok(true)
    }
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
            tracing::warn!(lane, delivery, why, "outcome unknown; see `chitieu outbox`");
        }
    }
}
