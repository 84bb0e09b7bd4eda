//! What the Bot API says when it refuses, in its own words.
//!
//! Callers classify by `error_code`, `description` and `parameters`, so the texts are the contract.
//! They are kept in this one file, to be compared with the server's source at a glance.

use serde_json::{Value, json};

use super::world::ChatKind;

/// One refusal: the HTTP status is its `code`, as on the real server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// `error_code`, and the HTTP status.
    pub code: u16,
    /// `description`, prefix included.
    pub description: String,
    /// `parameters.retry_after`, in seconds.
    pub retry_after: Option<u64>,
    /// `parameters.migrate_to_chat_id`.
    pub migrate_to: Option<i64>,
}

impl ApiError {
    /// Any refusal, for texts that have no name here.
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None, migrate_to: None }
    }

    /// A 400 with the server's prefix.
    pub fn bad_request(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", reason.as_ref()))
    }

    /// 429; the number of seconds stands both in the text and in the parameters.
    pub fn too_many_requests(retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(429, format!("Too Many Requests: retry after {retry_after}"))
        }
    }

    /// The old id of a group that became a supergroup.
    pub fn migrated(new_id: i64) -> Self {
        Self { migrate_to: Some(new_id), ..Self::bad_request("group chat was upgraded to a supergroup chat") }
    }

    /// The bot was thrown out; the text names the kind of chat.
    pub fn kicked(kind: ChatKind) -> Self {
        Self::new(403, format!("Forbidden: bot was kicked from the {} chat", kind.wire()))
    }

    /// The bot left, or was never there.
    pub fn not_a_member(kind: ChatKind) -> Self {
        Self::new(403, format!("Forbidden: bot is not a member of the {} chat", kind.wire()))
    }

    /// A person blocked the bot.
    pub fn blocked() -> Self {
        Self::new(403, "Forbidden: bot was blocked by the user")
    }

    /// No such chat, or the bot never saw it.
    pub fn chat_not_found() -> Self {
        Self::bad_request("chat not found")
    }

    /// The topic was deleted, or never existed, or is "General" (which has no id to send to).
    pub fn thread_not_found() -> Self {
        Self::bad_request("message thread not found")
    }

    /// The real server's whole sentence; clients are to match its beginning.
    pub fn not_modified() -> Self {
        Self::bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a \
             current content and reply markup of the message",
        )
    }

    /// Broken markup.
    pub fn cannot_parse_entities(reason: &str) -> Self {
        Self::bad_request(format!("can't parse entities: {reason}"))
    }

    /// Two pollers with one token: the one that waited longest is turned away.
    pub fn other_poller() -> Self {
        Self::new(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        )
    }

    /// Polling while a webhook is set.
    pub fn webhook_active() -> Self {
        Self::new(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        )
    }

    /// A poll that was waiting when the webhook was set.
    pub fn webhook_took_over() -> Self {
        Self::new(409, "Conflict: terminated by setWebhook request")
    }

    /// A wrong token.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    /// An unknown method.
    pub fn no_such_method() -> Self {
        Self::new(404, "Not Found: method not found")
    }

    /// The JSON body. `parameters` is absent, not empty, when there is nothing in it.
    pub fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"]["retry_after"] = json!(seconds);
        }
        if let Some(chat) = self.migrate_to {
            body["parameters"]["migrate_to_chat_id"] = json!(chat);
        }
        body
    }
}
