//! Deliveries: what may become of one outbox row after one attempt.
//!
//! A channel classifies what happened once, into the closed [`SendOutcome`]; everything after that is decided here,
//! from values, so that the same fault always has the same consequence.

mod act;
mod choices;
mod standing;
pub mod unknown;

pub use act::Act;
pub use choices::{CHOICES_LIFETIME, Choice, chosen, number_typed};
pub use standing::{DeliveryName, NotThrough, OutboxSaid, outbox_said};

use chrono::{DateTime, Duration, Utc};

/// What happened to one attempt, as the channel classifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The provider has the message.
    Accepted {
        /// The provider's id of it, where there is one.
        message_id: Option<String>,
    },
    /// The provider asks for patience with this chat (429). Nothing was sent.
    RetryAfter {
        /// At least this long.
        wait: Duration,
    },
    /// A fault that may pass; nothing was sent.
    Retry {
        /// What the provider or the network said, without secrets.
        why: String,
    },
    /// The chat has another address now (group became supergroup). Nothing was sent.
    Moved {
        /// The new address.
        address: String,
    },
    /// The chat does not exist for us any more: removed, blocked, deleted. Nothing was sent.
    Gone {
        /// What the provider said.
        why: String,
    },
    /// This message will never be accepted. Nothing was sent.
    Refused {
        /// What the provider said.
        why: String,
    },
    /// The request left, and nobody knows whether it was carried out.
    Unknown {
        /// How the connection ended.
        why: String,
    },
}

impl SendOutcome {
    /// The word in metrics.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::RetryAfter { .. } => "retry_after",
            Self::Retry { .. } => "retry",
            Self::Moved { .. } => "moved",
            Self::Gone { .. } => "gone",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// What becomes of the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterAttempt {
    /// Done.
    Sent {
        /// The provider's id of the message.
        message_id: Option<String>,
    },
    /// Another attempt at a time.
    Again {
        /// Not before this moment.
        at: DateTime<Utc>,
        /// Whether this attempt counts against the schedule; being asked for patience does not.
        counts: bool,
        /// For the attempt's record.
        why: String,
    },
    /// All that waits for the chat goes to its new address, at once.
    Retarget {
        /// The new address.
        address: String,
    },
    /// The delivery is given up, and its chat is paused until a person does something.
    PauseChat {
        /// Why.
        why: String,
    },
    /// The delivery is given up.
    GiveUp {
        /// Why.
        why: String,
    },
    /// Set aside: [`unknown`] says what follows, by the office's policy; never repeated blindly.
    Park {
        /// Why.
        why: String,
    },
}

/// Waits after the first, second, … failed attempt: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. The first attempt is
/// immediate, so there are eight; 27 h 35 min 5 s lie between the first and the last.
pub const RETRY_SCHEDULE: [Duration; 7] = [
    Duration::seconds(5),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(5),
    Duration::hours(10),
    Duration::hours(10),
];

/// A `retry_after` beyond this is a provider's mistake; asking once a day is patience enough.
pub const LONGEST_RETRY_AFTER: Duration = Duration::hours(24);

/// Decides what follows from an attempt. `failures` counts earlier attempts that failed; `jitter` is a random number of
/// 0..=1000 that lengthens a scheduled wait by up to a tenth, so that replicas and chats do not return in step.
#[must_use]
pub fn after_attempt(outcome: SendOutcome, failures: u32, now: DateTime<Utc>, jitter: u16) -> AfterAttempt {
    match outcome {
        SendOutcome::Accepted { message_id } => AfterAttempt::Sent { message_id },
        SendOutcome::RetryAfter { wait } => AfterAttempt::Again {
            at: now + wait.clamp(Duration::seconds(1), LONGEST_RETRY_AFTER),
            counts: false,
            why: format!("retry after {} s", wait.num_seconds()),
        },
        SendOutcome::Retry { why } => match RETRY_SCHEDULE.get(failures as usize) {
            Some(wait) => {
                let extra = *wait / 10 * i32::from(jitter.min(1000)) / 1000;
                AfterAttempt::Again { at: now + *wait + extra, counts: true, why }
            }
            None => AfterAttempt::GiveUp { why },
        },
        SendOutcome::Moved { address } => AfterAttempt::Retarget { address },
        SendOutcome::Gone { why } => AfterAttempt::PauseChat { why },
        SendOutcome::Refused { why } => AfterAttempt::GiveUp { why },
        SendOutcome::Unknown { why } => AfterAttempt::Park { why },
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Waits for its (next) attempt.
    Waiting,
    /// An attempt is under way.
    Sending,
    /// The provider has it.
    Sent,
    /// Given up, with a reason.
    Failed,
    /// Nobody knows whether it arrived.
    Unknown,
    /// A person gave it up, or its content went into a collected message.
    Dropped,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Unknown, Self::Dropped];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What a delivery is: decides its priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryClass {
    /// Somebody asked and waits: overtakes broadcasts.
    Answer,
    /// We speak of our own accord.
    Broadcast,
}

impl DeliveryClass {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Broadcast => "broadcast",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Answer, Self::Broadcast].into_iter().find(|class| class.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000, 0).unwrap()
    }

    fn retry() -> SendOutcome {
        SendOutcome::Retry { why: "502".into() }
    }

    #[test]
    fn the_schedule_has_eight_attempts() {
        let waits: Vec<_> = (0..9)
            .map(|failures| match after_attempt(retry(), failures, now(), 0) {
                AfterAttempt::Again { at, counts: true, .. } => Some((at - now()).num_seconds()),
                AfterAttempt::GiveUp { .. } => None,
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(Some);
        assert_eq!(waits[..7], expected);
        assert_eq!(waits[7..], [None, None]);
    }

    #[test]
    fn jitter_lengthens_by_at_most_a_tenth() {
        let AfterAttempt::Again { at, .. } = after_attempt(retry(), 1, now(), 1000) else { panic!() };
        assert_eq!((at - now()).num_seconds(), 330);
    }

    #[test]
    fn patience_is_kept_and_does_not_count() {
        let wait = |seconds| {
            let outcome = SendOutcome::RetryAfter { wait: Duration::seconds(seconds) };
            match after_attempt(outcome, 7, now(), 1000) {
                AfterAttempt::Again { at, counts: false, .. } => (at - now()).num_seconds(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!([wait(15), wait(0), wait(-5), wait(999_999)], [15, 1, 1, 86_400]);
    }

    #[test]
    fn the_other_outcomes_end_the_row_or_set_it_aside() {
        let why = || "because".to_owned();
        let table = [
            (SendOutcome::Moved { address: "-100".into() }, AfterAttempt::Retarget { address: "-100".into() }),
            (SendOutcome::Gone { why: why() }, AfterAttempt::PauseChat { why: why() }),
            (SendOutcome::Refused { why: why() }, AfterAttempt::GiveUp { why: why() }),
            (SendOutcome::Unknown { why: why() }, AfterAttempt::Park { why: why() }),
        ];
        for (outcome, expected) in table {
            assert_eq!(after_attempt(outcome, 0, now(), 500), expected);
        }
    }
}
