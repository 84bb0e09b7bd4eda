//! The other way in: Telegram calls us. The web room receives the request and limits its size; what it means is here.

use super::update;
use crate::channel::Heard;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// The header in which Telegram repeats the secret that was given to `setWebhook`.
pub const WEBHOOK_SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// Why a request to the webhook is no update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WebhookError {
    /// The body is not JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// There is no `update_id`, so that it could not be told from a repetition.
    #[error("the body has no update_id")]
    NoId,
}

/// Reads one update: its id, and what was heard, if it is something that concerns us.
///
/// # Errors
/// A body that is no update at all. An update that merely cannot be read is `None` beside its id, so that it is answered
/// with 200 and does not come again.
pub fn parse_webhook(body: &[u8]) -> Result<(i64, Option<Heard>), WebhookError> {
    let update = serde_json::from_slice(body).map_err(|_| WebhookError::NotJson)?;
    update::read(&update).ok_or(WebhookError::NoId)
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
    use crate::channel::HeardEvent;

    #[test]
    fn an_update_is_read_as_when_it_is_polled() {
        let body = r#"{"update_id":7,"message":{"message_id":1,"date":0,"text":"chào \u0111\u1ea5y",
            "chat":{"id":5,"type":"private","first_name":"An"}}}"#;
        let (id, heard) = parse_webhook(body.as_bytes()).unwrap();
        assert_eq!((id, heard.unwrap().event), (7, HeardEvent::Text("chào đấy".into())));
        assert_eq!(parse_webhook(br#"{"update_id":8,"hologram":{}}"#), Ok((8, None)));
    }

    #[test]
    fn what_is_no_update_is_refused() {
        assert_eq!(parse_webhook(b"<html>"), Err(WebhookError::NotJson));
        assert_eq!(parse_webhook(b"{\"update_id\":7"), Err(WebhookError::NotJson));
        assert_eq!(parse_webhook(b""), Err(WebhookError::NotJson));
        assert_eq!(parse_webhook(b"{}"), Err(WebhookError::NoId));
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
