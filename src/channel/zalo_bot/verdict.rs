//! What an answer, or its absence, means: the one place that classifies.
//!
//! The codes are the documentation's, copied by others: 400, 401, 404, 408, 429 mean what they mean in HTTP, and 403 is
//! "Internal server error", which passes.

use crate::channel::bot_api::{self, NoReply};
use crate::domain::delivery::SendOutcome;
use chrono::TimeDelta;
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// How the reason of an attempt begins when Zalo does not know the bot's token. Nothing is wrong with the message, so it
/// keeps its place in the schedule (27 hours) in which a person can put the token right.
pub const TOKEN_REFUSED: &str = "token refused";

/// After a 429 that names no time, and none was ever seen to. It may be a burst, which passes in seconds, or the month's
/// quota, which passes with the month; ten minutes keep neither waiting for nothing, and trouble Zalo six times an hour.
const QUOTA_PATIENCE: u64 = 600;

/// After a 408: Zalo itself was too slow, and told us so.
const SLOW_PATIENCE: u64 = 30;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Carried out, with this result.
    Yes(Value),
    /// Refused by the API; nothing was done.
    No(Refusal),
    /// Somebody answered, but not in the API's form: a gateway, or Zalo's page for a token that it does not know.
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
    /// `error_code`, or else the HTTP status.
    pub(super) code: u16,
    /// `description`, cleaned.
    pub(super) description: String,
    /// The header `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
}

/// What became of a message.
pub(super) fn outcome(answer: Result<Said, NoReply>) -> SendOutcome {
    match answer {
        Ok(Said::Yes(message)) => SendOutcome::Accepted { message_id: super::event::word(message.get("message_id")) },
        Ok(Said::No(Refusal { code, description: why, retry_after })) => match code {
            400 => SendOutcome::Refused { why },
            401 => SendOutcome::Retry { why: format!("{TOKEN_REFUSED}: {why}") },
            404 => SendOutcome::Gone { why },
            408 => SendOutcome::RetryAfter { wait: patience(retry_after, SLOW_PATIENCE) },
            429 => SendOutcome::RetryAfter { wait: patience(retry_after, QUOTA_PATIENCE) },
            // 403 among them: "Internal server error".
            _ => SendOutcome::Retry { why: format!("{code}: {why}") },
        },
        Ok(Said::Nonsense { status: 401, why, .. }) => SendOutcome::Retry { why: format!("{TOKEN_REFUSED}: {why}") },
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => {
            SendOutcome::RetryAfter { wait: patience(retry_after, QUOTA_PATIENCE) }
        }
        // Success in a form that nobody can read: it may have been sent.
        Ok(Said::Nonsense { status: 200..300, why, .. }) => SendOutcome::Unknown { why },
        // Only the API's own 404 says that a chat is gone; a page may come from anywhere.
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
pub enum ZaloCallError {
    /// A webhook is set, and so polling is refused. It does not end by itself.
    #[error("{why}")]
    Conflict {
        /// Zalo's words.
        why: String,
    },
    /// The token is not, or no longer, a bot's.
    #[error("token refused")]
    Unauthorized,
    /// 404.
    #[error("Zalo does not find it: {why}")]
    NotFound {
        /// Zalo's words.
        why: String,
    },
    /// 408: for a poll, nothing came meanwhile.
    #[error("Zalo ran out of time: {why}")]
    TimedOut {
        /// Zalo's words.
        why: String,
    },
    /// No connection, no answer, or no answer of the API's.
    #[error("Zalo cannot be reached: {why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
    /// 429.
    #[error("Zalo asks to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// Anything else.
    #[error("Zalo refused: {why}")]
    Other {
        /// Zalo's words.
        why: String,
    },
}

/// The result of a call.
pub(super) fn result(answer: Result<Said, NoReply>) -> Result<Value, ZaloCallError> {
    let wait = |seconds: Option<u64>| {
        ZaloCallError::RetryAfter(Duration::from_secs(bot_api::patience(seconds, QUOTA_PATIENCE)))
    };
    Err(match answer {
        Ok(Said::Yes(result)) => return Ok(result),
        Ok(Said::No(Refusal { code, description: why, retry_after })) => match code {
            400 if why.to_ascii_lowercase().contains("webhook is set") => ZaloCallError::Conflict { why },
            401 => ZaloCallError::Unauthorized,
            404 => ZaloCallError::NotFound { why },
            408 => ZaloCallError::TimedOut { why },
            429 => wait(retry_after),
            403 | 500.. => ZaloCallError::Unreachable { why: format!("{code}: {why}") },
            _ => ZaloCallError::Other { why },
        },
        Ok(Said::Nonsense { status: 401, .. }) => ZaloCallError::Unauthorized,
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => wait(retry_after),
        Ok(Said::Nonsense { status, why, .. }) => ZaloCallError::Unreachable { why: format!("HTTP {status}: {why}") },
        Err(NoReply::NotSent { why } | NoReply::Lost { why }) => ZaloCallError::Unreachable { why },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_patience_does_not_overflow() {
        for (seconds, expected) in [(None, 600), (Some(7), 7), (Some(u64::MAX), 366 * 86_400)] {
            let answer = Ok(Said::Nonsense { status: 429, retry_after: seconds, why: String::new() });
            let SendOutcome::RetryAfter { wait } = outcome(answer) else { panic!() };
            assert_eq!(wait.num_seconds(), expected);
        }
    }

    #[test]
    fn success_without_an_id_is_success() {
        assert_eq!(outcome(Ok(Said::Yes(Value::Null))), SendOutcome::Accepted { message_id: None });
    }
}
