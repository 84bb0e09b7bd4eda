//! What an answer, or its absence, means: the one place that classifies.
//!
//! The code, the words and the parameters come from the server's source (`Client.cpp`), where a 404 is only ever a
//! wrong token or method: what is missing inside Telegram is a 400.

use crate::channel::bot_api::{self, NoReply};
use crate::domain::delivery::SendOutcome;
use chrono::TimeDelta;
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// How the reason of an attempt begins when Telegram does not know the bot's token. Nothing is wrong with the message,
/// so it keeps its place in the schedule (27 hours) in which a person can put the token right. Patience without end
/// would hide the reason, and would tell people in a week what was true today.
pub const TOKEN_REFUSED: &str = "token refused";

/// For a 429 that names no time.
const DEFAULT_PATIENCE: u64 = 30;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// Carried out, with this result.
    Yes(Value),
    /// Refused by the API; nothing was done.
    No(Refusal),
    /// Somebody answered, but not in the API's form: a proxy, a gateway, a portal that wants a login.
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
    /// `parameters.retry_after`, in seconds.
    pub(super) retry_after: Option<u64>,
    /// `parameters.migrate_to_chat_id`.
    pub(super) migrate_to: Option<i64>,
}

impl Refusal {
    /// Whether the server could not read the text's markup.
    pub(super) fn is_about_markup(&self) -> bool {
        self.code == 400 && self.says("can't parse entities")
    }

    /// Whether an edit was refused because the message shows that text already.
    pub(super) fn is_as_before(&self) -> bool {
        self.code == 400 && self.says("message is not modified")
    }

    /// Whether an edit was refused because there is no such message (any more), or none that may be edited.
    pub(super) fn is_about_a_lost_message(&self) -> bool {
        let words = [
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "there is no text in the message",
        ];
        self.code == 400 && words.iter().any(|words| self.says(words))
    }

    fn says(&self, words: &str) -> bool {
        self.description.to_ascii_lowercase().contains(words)
    }
}

/// What became of a message.
pub(super) fn outcome(answer: Result<Said, NoReply>) -> SendOutcome {
    match answer {
        Ok(Said::Yes(message)) => {
            let message_id = message.get("message_id").and_then(Value::as_i64).map(|id| id.to_string());
            SendOutcome::Accepted { message_id }
        }
        Ok(Said::No(refusal)) => refused(refusal),
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => SendOutcome::RetryAfter { wait: patience(retry_after) },
        // Success in a form that nobody can read: it probably was sent.
        Ok(Said::Nonsense { status: 200..300, why, .. }) => SendOutcome::Unknown { why },
        // A gateway in front of the API that is down. It is taken at its word, although a 504 alone would allow that
        // Telegram was merely slow.
        Ok(Said::Nonsense { status, why, .. }) => SendOutcome::Retry { why: format!("HTTP {status}: {why}") },
        Err(NoReply::NotSent { why }) => SendOutcome::Retry { why },
        Err(NoReply::Lost { why }) => SendOutcome::Unknown { why },
    }
}

fn refused(refusal: Refusal) -> SendOutcome {
    // A deleted topic is what a deleted chat is: nothing gets there any more, whatever it says.
    let missing = ["chat not found", "message thread not found", "topic_deleted"];
    let chat_is_missing = missing.iter().any(|words| refusal.says(words));
    let Refusal { code, description: why, retry_after, migrate_to } = refusal;
    match code {
        _ if migrate_to.is_some_and(|chat| chat != 0) => {
            SendOutcome::Moved { address: migrate_to.unwrap_or_default().to_string() }
        }
        429 => SendOutcome::RetryAfter { wait: patience(retry_after) },
        401 | 404 => SendOutcome::Retry { why: format!("{TOKEN_REFUSED}: {why}") },
        // Every 403 is about the chat and not about the message: kicked, blocked, not a member, deactivated, a person
        // who never wrote to the bot.
        403 => SendOutcome::Gone { why },
        400 if chat_is_missing => SendOutcome::Gone { why },
        400..500 => SendOutcome::Refused { why },
        _ => SendOutcome::Retry { why: format!("{code}: {why}") },
    }
}

fn patience(seconds: Option<u64>) -> TimeDelta {
    let seconds = bot_api::patience(seconds, DEFAULT_PATIENCE);
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())
}

/// Why a call other than a message was not carried out. None contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// 409: another process polls with the same token, or a webhook is set. It does not end by itself.
    #[error("{why}")]
    Conflict {
        /// Telegram's words, which tell the two apart.
        why: String,
    },
    /// The token is not, or no longer, a bot's.
    #[error("token refused")]
    Unauthorized,
    /// No connection, no answer, or no answer of the Bot API's.
    #[error("Telegram cannot be reached: {why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
    /// 429.
    #[error("Telegram asks to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// Anything else.
    #[error("Telegram refused: {why}")]
    Other {
        /// Telegram's words.
        why: String,
    },
}

/// The result of a call.
pub(super) fn result(answer: Result<Said, NoReply>) -> Result<Value, CallError> {
    let wait =
        |seconds: Option<u64>| CallError::RetryAfter(Duration::from_secs(bot_api::patience(seconds, DEFAULT_PATIENCE)));
    Err(match answer {
        Ok(Said::Yes(result)) => return Ok(result),
        Ok(Said::No(refusal)) => match refusal.code {
            409 => CallError::Conflict { why: refusal.description },
            401 | 404 => CallError::Unauthorized,
            429 => wait(refusal.retry_after),
            500.. => CallError::Unreachable { why: format!("{}: {}", refusal.code, refusal.description) },
            _ => CallError::Other { why: refusal.description },
        },
        Ok(Said::Nonsense { status: 429, retry_after, .. }) => wait(retry_after),
        Ok(Said::Nonsense { status, why, .. }) => CallError::Unreachable { why: format!("HTTP {status}: {why}") },
        Err(NoReply::NotSent { why } | NoReply::Lost { why }) => CallError::Unreachable { why },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn no(code: u16, description: &str) -> Result<Said, NoReply> {
        Ok(Said::No(Refusal { code, description: description.to_owned(), retry_after: None, migrate_to: None }))
    }

    fn nonsense(status: u16, retry_after: Option<u64>) -> Result<Said, NoReply> {
        Ok(Said::Nonsense { status, retry_after, why: "?".to_owned() })
    }

    /// The outcome's name, which is what decides.
    fn name(answer: Result<Said, NoReply>) -> String {
        let shown = format!("{:?}", outcome(answer));
        shown.split([' ', '{']).next().unwrap().to_owned()
    }

    #[test]
    fn each_refusal_has_its_outcome() {
        for (code, description, expected) in [
            (400, "Bad Request: chat not found", "Gone"),
            (403, "Forbidden: bot was kicked from the group chat", "Gone"),
            (403, "Forbidden: bot was blocked by the user", "Gone"),
            (403, "Forbidden: bot is not a member of the supergroup chat", "Gone"),
            (403, "Forbidden: user is deactivated", "Gone"),
            (403, "Forbidden: bot can't initiate conversation with a user", "Gone"),
            (400, "Bad Request: message is too long", "Refused"),
            (400, "Bad Request: message thread not found", "Gone"),
            (400, "Bad Request: TOPIC_DELETED", "Gone"),
            (400, "Bad Request: TOPIC_CLOSED", "Refused"),
            (413, "Request Entity Too Large", "Refused"),
            (401, "Unauthorized", "Retry"),
            (404, "Not Found", "Retry"),
            (429, "Too Many Requests: retry after 15", "RetryAfter"),
            (500, "Internal Server Error", "Retry"),
            (502, "Bad Gateway", "Retry"),
            (200, "ok is false, and no code", "Retry"),
        ] {
            assert_eq!(name(no(code, description)), expected, "{code} {description}");
        }
    }

    #[test]
    fn a_stranger_in_between_is_no_word_of_telegrams() {
        for (status, expected) in [
            (200, "Unknown"),
            (204, "Unknown"),
            (307, "Retry"),
            (400, "Retry"),
            (403, "Retry"),
            (407, "Retry"),
            (429, "RetryAfter"),
            (502, "Retry"),
        ] {
            assert_eq!(name(nonsense(status, None)), expected, "{status}");
        }
    }

    #[test]
    fn absurd_patience_does_not_overflow() {
        for (seconds, expected) in [(None, 30), (Some(7), 7), (Some(u64::MAX), 366 * 86_400)] {
            let SendOutcome::RetryAfter { wait } = outcome(nonsense(429, seconds)) else { panic!() };
            assert_eq!(wait.num_seconds(), expected);
        }
    }

    #[test]
    fn success_without_an_id_is_success() {
        let accepted = |result| outcome(Ok(Said::Yes(result)));
        assert_eq!(accepted(json!({"message_id": 7})), SendOutcome::Accepted { message_id: Some("7".into()) });
        assert_eq!(accepted(json!(true)), SendOutcome::Accepted { message_id: None });
    }

    #[test]
    fn calls_fail_with_a_reason() {
        assert_eq!(result(no(401, "Unauthorized")), Err(CallError::Unauthorized));
        assert_eq!(result(no(400, "x")), Err(CallError::Other { why: "x".into() }));
        assert_eq!(result(nonsense(429, Some(3))), Err(CallError::RetryAfter(Duration::from_secs(3))));
        assert_eq!(result(nonsense(200, None)), Err(CallError::Unreachable { why: "HTTP 200: ?".into() }));
    }
}
