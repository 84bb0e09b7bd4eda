//! What an answer, or its absence, means: the one place that classifies. The codes are the contract's (zalo.md,
//! section 2); every answer is HTTP 200, so any other status is somebody in front of the API.

use crate::channel::bot_api::{self, NoReply};
use crate::domain::delivery::SendOutcome;
use chrono::TimeDelta;
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// After a rate limit that names no time; the plans count by the minute.
const RATE_PATIENCE: u64 = 60;

/// After the quota of a day or a month is used up. Asking four times a day finds a new day soon enough.
const QUOTA_PATIENCE: u64 = 6 * 3_600;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Carried out, with this `data`.
    Yes(Value),
    /// Refused by the API; nothing was done.
    No(Refusal),
    /// Somebody answered, but not in the API's form.
    Nonsense {
        /// The HTTP status.
        status: u16,
        /// The header, in seconds.
        retry_after: Option<u64>,
        /// What is wrong with it.
        why: String,
    },
}

/// A refusal, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `error`, negative.
    pub(super) code: i64,
    /// `message`, cleaned.
    pub(super) message: String,
    /// The header `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
}

impl Said {
    /// Whether the access token was refused, and nothing else is wrong.
    pub(super) const fn wants_another_token(&self) -> bool {
        matches!(self, Self::No(Refusal { code: -216 | -220, .. }))
    }
}

/// What became of a message.
pub(super) fn outcome(answer: Result<Said, NoReply>) -> SendOutcome {
    match answer {
        Ok(Said::Yes(data)) => SendOutcome::Accepted { message_id: super::event::word(data.get("message_id")) },
        Ok(Said::No(Refusal { code, message, retry_after })) => {
            let why = format!("{code}: {message}");
            match code {
                -32 => SendOutcome::RetryAfter { wait: patience(retry_after, RATE_PATIENCE) },
                -211 => SendOutcome::RetryAfter { wait: patience(retry_after, QUOTA_PATIENCE) },
                -201 => SendOutcome::Refused { why },
                -237 => SendOutcome::Gone { why: format!("the group is disabled: {why}") },
                -403 => SendOutcome::Gone { why: format!("the Official Account is not in the group: {why}") },
                -216 | -220 => SendOutcome::Retry { why: format!("access token refused: {why}") },
                -221 => SendOutcome::Retry { why: format!("the Official Account is not verified: {why}") },
                -224 => SendOutcome::Retry { why: format!("the plan does not include group messages: {why}") },
                _ => SendOutcome::Retry { why },
            }
        }
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => {
            SendOutcome::RetryAfter { wait: patience(retry_after, RATE_PATIENCE) }
        }
        // Success in a form that nobody can read: it may have been sent.
        Ok(Said::Nonsense { status: 200..300, why, .. }) => SendOutcome::Unknown { why },
        Ok(Said::Nonsense { status, why, .. }) => SendOutcome::Retry { why: format!("HTTP {status}: {why}") },
        Err(NoReply::NotSent { why }) => SendOutcome::Retry { why },
        Err(NoReply::Lost { why }) => SendOutcome::Unknown { why },
    }
}

fn patience(seconds: Option<u64>, usual: u64) -> TimeDelta {
    let seconds = bot_api::patience(seconds, usual);
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())
}

/// Why a call other than a message was not carried out. None contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZaloOaCallError {
    /// There is no access token to call with.
    #[error("{why}")]
    NoToken {
        /// Why not.
        why: String,
    },
    /// -32.
    #[error("Zalo asks to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// No connection, no answer, or no answer of the API's.
    #[error("Zalo cannot be reached: {why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
    /// What was given is not what Zalo takes, and was not sent.
    #[error("{why}")]
    Unfit {
        /// What it has to be.
        why: &'static str,
    },
    /// Anything else.
    #[error("Zalo refused: {code}: {why}")]
    Refused {
        /// Zalo's code.
        code: i64,
        /// Zalo's words.
        why: String,
    },
}

/// The `data` of a call.
pub(super) fn result(answer: Result<Said, NoReply>) -> Result<Value, ZaloOaCallError> {
    let wait = |seconds| ZaloOaCallError::RetryAfter(Duration::from_secs(bot_api::patience(seconds, RATE_PATIENCE)));
    Err(match answer {
        Ok(Said::Yes(data)) => return Ok(data),
        Ok(Said::No(Refusal { code: -32, retry_after, .. })) => wait(retry_after),
        Ok(Said::No(Refusal { code, message: why, .. })) => ZaloOaCallError::Refused { code, why },
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => wait(retry_after),
        Ok(Said::Nonsense { status, why, .. }) => ZaloOaCallError::Unreachable { why: format!("HTTP {status}: {why}") },
        Err(NoReply::NotSent { why } | NoReply::Lost { why }) => ZaloOaCallError::Unreachable { why },
    })
}
