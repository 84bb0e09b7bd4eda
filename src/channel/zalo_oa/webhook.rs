//! The way in: Zalo calls us. The web room receives the request and limits its size; what it means is here.
//!
//! The signature is SHA-256 over application id, body, the body's timestamp and the account's secret key. Some code that
//! works puts the account's id in the place of the application's. Ids and timestamp are digits and a body begins with
//! `{`, so the parts cannot be cut in another way; and as the secret stands last, nothing can be appended.

use super::event;
use crate::channel::Heard;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// The header with the signature: `mac=<hex>`.
pub const SIGNATURE_HEADER: &str = "x-zevent-signature";

/// Why a request to the webhook is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotZalo {
    /// The signature is not that of the body.
    #[error("the signature is not the body's")]
    Signature,
    /// The body is no JSON object with a timestamp, over which a signature could be made.
    #[error("the body is not an event")]
    NotAnEvent,
}

/// Checks the signature and reads the event. `None` is an event that does not concern us; it is answered with 200, so
/// that it does not come again.
///
/// # Errors
/// Anything that Zalo did not sign.
pub fn parse_webhook(
    app_id: &str,
    secret_key: &SecretString,
    signature: Option<&[u8]>,
    body: &[u8],
) -> Result<Option<Heard>, NotZalo> {
    let event: Value = serde_json::from_slice(body).map_err(|_| NotZalo::NotAnEvent)?;
    if !event.is_object() || !body.starts_with(b"{") {
        return Err(NotZalo::NotAnEvent);
    }
    let digits = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let timestamp = event::word(event.get("timestamp")).filter(digits).ok_or(NotZalo::NotAnEvent)?;
    let given = signature.and_then(mac).ok_or(NotZalo::Signature)?;
    // Where an event tells the account's id: a field of its own, the receiver of what people write, the sender of an echo.
    let told = ["/oa_id", "/recipient/id", "/sender/id"].map(|at| event::word(event.pointer(at)).filter(digits));
    let mut genuine = false;
    for id in told.iter().flatten().map(String::as_str).chain([app_id]) {
        let mut hash = Sha256::new();
        for part in [id.as_bytes(), body, timestamp.as_bytes(), secret_key.expose_secret().as_bytes()] {
            hash.update(part);
        }
        genuine |= bool::from(hash.finalize().as_slice().ct_eq(&given));
    }
    if genuine && !secret_key.expose_secret().is_empty() { Ok(event::heard(&event)) } else { Err(NotZalo::Signature) }
}

/// The 32 bytes of `mac=<hex>`.
fn mac(header: &[u8]) -> Option<[u8; 32]> {
    let hex = std::str::from_utf8(header).ok()?.trim().strip_prefix("mac=")?.trim();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"event_name":"user_send_group_text","app_id":"1147","oa_id":"388","sender":{"id":"6ede"},"recipient":{"id":"f414"},"message":{"text":"/status","msg_id":"96d3"},"timestamp":"1757730000000"}"#;

    fn key() -> SecretString {
        SecretString::from("OaSecretKeyForTests".to_owned())
    }

    fn signed(text: &str) -> String {
        let hex: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("mac={hex}")
    }

    fn parse(signature: &str, body: &str) -> Result<Option<Heard>, NotZalo> {
        parse_webhook("1147", &key(), Some(signature.as_bytes()), body.as_bytes())
    }

    #[test]
    fn a_signature_is_made_with_the_applications_id_or_the_accounts() {
        for id in ["1147", "388"] {
            let heard = parse(&signed(&format!("{id}{BODY}1757730000000OaSecretKeyForTests")), BODY).unwrap().unwrap();
            assert_eq!((heard.address.as_str(), heard.external_id.as_str()), ("f414", "96d3"));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let right = signed(&format!("1147{BODY}1757730000000OaSecretKeyForTests"));
        assert_eq!(parse(&right, &BODY.replace("/status", "/huy")), Err(NotZalo::Signature));
        assert_eq!(parse(&right, &BODY.replace("1757730000000", "1757730000001")), Err(NotZalo::Signature));
        for wrong in [
            String::new(),
            "mac=".to_owned(),
            right.replace("mac=", ""),
            format!("{right}0"),
            right.replace("mac=", "mac=é").chars().take(67).collect(),
            format!("mac={}", "+0".repeat(32)),
            signed(&format!("999{BODY}1757730000000OaSecretKeyForTests")),
            signed(&format!("f414{BODY}1757730000000OaSecretKeyForTests")),
            signed(&format!("1147{BODY}1757730000000another key")),
            signed(&format!("1147{BODY}OaSecretKeyForTests")),
        ] {
            assert_eq!(parse(&wrong, BODY), Err(NotZalo::Signature), "{wrong}");
        }
        assert_eq!(parse_webhook("1147", &key(), None, BODY.as_bytes()), Err(NotZalo::Signature));
        let empty = SecretString::from(String::new());
        let unkeyed = signed(&format!("1147{BODY}1757730000000"));
        assert_eq!(
            parse_webhook("1147", &empty, Some(unkeyed.as_bytes()), BODY.as_bytes()),
            Err(NotZalo::Signature),
            "an empty key signs nothing"
        );
        for body in ["", "[]", "{", "{}", r#"{"timestamp":"soon"}"#, " {\"timestamp\":1}"] {
            assert_eq!(parse(&right, body), Err(NotZalo::NotAnEvent), "{body}");
        }
    }
}
