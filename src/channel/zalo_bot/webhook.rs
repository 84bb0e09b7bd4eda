//! The other way in: Zalo calls us. The web room receives the request and limits its size; what it means is here.

use super::event;
use crate::channel::Heard;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// The header in which Zalo repeats the secret that was given to `setWebhook`.
pub const WEBHOOK_SECRET_HEADER: &str = "x-bot-api-secret-token";

/// The body of a request to the webhook is no JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the body is not a JSON object")]
pub struct NotAnEvent;

/// Reads one event, as it is or wrapped in `{"ok":true,"result":…}`: both shapes are real. `None` is an event that does
/// not concern us or cannot be read; it is answered with 200, so that it does not come again.
///
/// # Errors
/// A body that is no event at all.
pub fn parse_webhook(body: &[u8]) -> Result<Option<Heard>, NotAnEvent> {
    let body: Value = serde_json::from_slice(body).map_err(|_| NotAnEvent)?;
    let fields = body.as_object().ok_or(NotAnEvent)?;
    let wrapped = fields.get("result").filter(|_| !fields.contains_key("event_name"));
    Ok(event::heard(wrapped.unwrap_or(&body)))
}

/// Whether a request carries our secret. Takes the same time wherever the two differ; an empty secret matches nothing.
#[must_use]
pub fn secret_matches(expected: &SecretString, header: Option<&[u8]>) -> bool {
    let expected = expected.expose_secret().as_bytes();
    let given = header.unwrap_or_default();
    !expected.is_empty() && bool::from(expected.ct_eq(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read_alike() {
        let flat = r#"{"event_name":"message.text.received","message":{"from":{"id":"6","display_name":"Ted","is_bot":false},
            "chat":{"id":"6","chat_type":"PRIVATE"},"text":"Xin chào","message_id":"2d","date":1750316131602}}"#;
        let wrapped = format!(r#"{{"ok":true,"result":{flat}}}"#);
        let heard = parse_webhook(flat.as_bytes()).unwrap();
        assert!(heard.is_some());
        assert_eq!(parse_webhook(wrapped.as_bytes()), Ok(heard));
    }

    #[test]
    fn what_does_not_concern_us_is_no_error_and_what_is_no_event_is() {
        for body in ["{}", r#"{"ok":true}"#, r#"{"ok":true,"result":null}"#, r#"{"event_name":"hologram"}"#] {
            assert_eq!(parse_webhook(body.as_bytes()), Ok(None), "{body}");
        }
        for body in ["", "<html>", "[]", "7", "{"] {
            assert_eq!(parse_webhook(body.as_bytes()), Err(NotAnEvent), "{body}");
        }
    }

    #[test]
    fn only_the_secret_opens() {
        let secret = SecretString::from("s3cret_of-the-hook".to_owned());
        assert!(secret_matches(&secret, Some(b"s3cret_of-the-hook")));
        for wrong in [None, Some("".as_bytes()), Some(b"s3cret"), Some(b"s3cret_of-the-hooK"), Some(b"\xff")] {
            assert!(!secret_matches(&secret, wrong));
        }
        let empty = SecretString::from(String::new());
        assert!(!secret_matches(&empty, None) && !secret_matches(&empty, Some(b"")));
    }
}
