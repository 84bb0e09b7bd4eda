//! Watches whether lanes get through and chats can be reached, and tells the office what it has to know, once.
//!
//! Senders and listeners report what became of their calls ([`Reach`]); [`step`] tells. A lane's health is in memory: a
//! process that starts anew counts anew. Which pauses were told is in the database.

use crate::channel::telegram::{CallError, TOKEN_REFUSED};
use crate::channel::web::WEB_LANE;
use crate::domain::delivery::SendOutcome;
use crate::domain::reach::{Away, Failure, LaneHealth, ReachNotice};
use crate::domain::subscription::LinkedChat;
use crate::message::{Message, view};
use crate::service::{Context, ServiceError, office};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The health of all lanes of this process, and what the office has not been told yet.
#[derive(Debug, Default)]
pub struct Reach(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    lanes: HashMap<String, LaneHealth>,
    untold: Vec<(String, ReachNotice)>,
}

impl Reach {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, lane: &str, judge: impl FnOnce(&mut LaneHealth) -> Option<ReachNotice>) {
        let mut known = self.known();
        let health = known.lanes.entry(lane.to_owned()).or_default();
        let Some(notice) = judge(health) else { return };
        match notice {
            ReachNotice::Unreachable { since } => {
                tracing::error!(lane, %since, "unreachable: check network, proxy and whether the provider is blocked");
            }
            ReachNotice::Back { .. } => tracing::info!(lane, "reachable again"),
            ReachNotice::TwoPollers { since } => tracing::error!(
                lane, %since,
                "another program takes this bot's updates (409): stop it, or revoke the bot's token and set the new one"
            ),
        }
        known.untold.push((lane.to_owned(), notice));
    }

    /// This process begins to serve a lane: what it knew of it before is old.
    pub fn begin(&self, lane: &str) {
        self.known().lanes.remove(lane);
    }

    /// The medium answered a message, whatever it said.
    pub fn sent(&self, lane: &str, now: DateTime<Utc>) {
        self.note(lane, |health| health.answered(now));
    }

    /// The medium answered a poll.
    pub fn polled(&self, lane: &str, now: DateTime<Utc>) {
        self.note(lane, |health| health.answered(now));
    }

    /// A call failed without the medium having judged it.
    pub fn failed(&self, lane: &str, failure: Failure, now: DateTime<Utc>) {
        self.note(lane, |health| health.failed(failure, now));
    }

    /// What became of a message. Our own page is always within reach: what fails there is the database.
    pub fn after_send(&self, lane: &str, outcome: &SendOutcome, now: DateTime<Utc>) {
        match outcome {
            _ if lane == WEB_LANE => {}
            SendOutcome::Retry { why } if why.starts_with(TOKEN_REFUSED) => self.sent(lane, now),
            // Tokens and plan of an Official Account: the office is told of those by `service::zalo_oa` and by doctor.
            SendOutcome::Retry { .. } if lane.starts_with("zalo_oa:") => {}
            SendOutcome::Retry { .. } | SendOutcome::Unknown { .. } => self.failed(lane, Failure::Network, now),
            _ => self.sent(lane, now),
        }
    }

    /// What became of a poll.
    pub fn after_poll<T>(&self, lane: &str, polled: &Result<T, CallError>, now: DateTime<Utc>) {
        match polled {
            Err(CallError::Unreachable { .. }) => self.failed(lane, Failure::Network, now),
            Err(CallError::Conflict { .. }) => self.failed(lane, Failure::Conflict, now),
            _ => self.polled(lane, now),
        }
    }
}

/// Tells the office what it has not been told yet. Returns how many messages were queued.
///
/// # Errors
/// The database's, or a template's; what was not told is told by the next step.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    Ok(tell_lanes(context).await? + tell_pauses(context).await?)
}

/// A lane's trouble is told on the office's other lanes.
async fn tell_lanes(context: &Context) -> Result<u32, ServiceError> {
    let mut queued = 0;
    loop {
        let next = context.reach.known().untold.first().cloned();
        let Some((lane, notice)) = next else { return Ok(queued) };
        let (message, reason, since): (Message, _, _) = match notice {
            ReachNotice::Unreachable { since } => (view::lane(&lane, since).into(), "lane_unreachable", since),
            ReachNotice::Back { since, until } => (view::lane_back(&lane, since, until).into(), "lane_back", since),
            ReachNotice::TwoPollers { since } => (view::two_pollers(&lane, since).into(), "two_pollers", since),
        };
        let key = format!("{reason}:{lane}:{}", since.timestamp_millis());
        // Two pollers do not keep the bot from sending.
        let anywhere = matches!(notice, ReachNotice::TwoPollers { .. });
        queued += office::tell_where(context, &message, reason, key, |chat| anywhere || chat.lane != lane).await?;
        if matches!(notice, ReachNotice::Back { .. }) && context.store.hasten(&lane, context.now()).await? > 0 {
            context.wake.deliver.notify_waiters();
        }
        context.reach.known().untold.retain(|untold| *untold != (lane.clone(), notice));
    }
}

/// A chat's pause is told in the office's other chats that can be reached.
async fn tell_pauses(context: &Context) -> Result<u32, ServiceError> {
    let mut queued = 0;
    for paused in context.store.untold_pauses().await? {
        let (at, waiting, id) = (paused.at, paused.waiting, paused.chat.id.clone());
        let away = Away::of(paused.chat.paused.as_deref().unwrap_or_default(), paused.chat.group);
        let linked = context.store.chat(&id).await?;
        let linked = linked.unwrap_or(LinkedChat { chat: paused.chat, roles: Vec::new() });
        let message = view::chat_away(context.lookup(), &linked, away, at, waiting).into();
        let key = format!("chat_away:{id}:{}", at.timestamp_millis());
        queued +=
            office::tell_where(context, &message, "chat_away", key, |chat| chat.id != id && chat.paused.is_none())
                .await?;
        context.store.pause_told(&id, at).await?;
    }
    Ok(queued)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reach::UNREACHABLE_AFTER;

    /// Whether a lane on which nothing but this happens counts as unreachable.
    fn unreachable(lane: &str, outcome: &SendOutcome) -> bool {
        let (reach, began) = (Reach::default(), DateTime::UNIX_EPOCH);
        for now in [began, began + UNREACHABLE_AFTER] {
            reach.after_send(lane, outcome, now);
        }
        !reach.known().untold.is_empty()
    }

    #[test]
    fn only_the_network_makes_a_lane_unreachable() {
        let why = |text: &str| text.to_owned();
        for (outcome, expected) in [
            (SendOutcome::Retry { why: why("connection refused") }, true),
            (SendOutcome::Unknown { why: why("no answer within 8000 ms") }, true),
            (SendOutcome::Retry { why: format!("{TOKEN_REFUSED}: Unauthorized") }, false),
            (SendOutcome::Gone { why: why("Forbidden: bot was kicked from the group chat") }, false),
            (SendOutcome::Refused { why: why("Bad Request: message is too long") }, false),
            (SendOutcome::RetryAfter { wait: chrono::Duration::seconds(9) }, false),
            (SendOutcome::Accepted { message_id: None }, false),
        ] {
            assert_eq!(unreachable("telegram:7", &outcome), expected, "{outcome:?}");
            assert!(!unreachable("web", &outcome), "{outcome:?}");
        }
    }

    #[test]
    fn polls_count_as_messages_do() {
        let (reach, began) = (Reach::default(), DateTime::UNIX_EPOCH);
        let lost = Err::<(), _>(CallError::Unreachable { why: "no route".to_owned() });
        let later = began + UNREACHABLE_AFTER;
        reach.after_poll("telegram:7", &lost, began);
        reach.after_poll("telegram:7", &Ok(()), began);
        reach.after_poll("telegram:7", &lost, began);
        reach.after_poll("telegram:8", &lost, later);
        assert_eq!(reach.known().untold, []);
        reach.after_poll("telegram:7", &lost, later);
        let told = [("telegram:7".to_owned(), ReachNotice::Unreachable { since: began })];
        assert_eq!(reach.known().untold, told);
    }
}
