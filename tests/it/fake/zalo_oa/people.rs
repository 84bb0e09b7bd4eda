//! What people write in groups, and how our webhook is told.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{APP_ID, FakeZaloOa, OA_ID, SECRET_KEY};

/// Whose id is signed.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// The application's, as documented.
    App,
    /// The account's, as some working code has it.
    Oa,
    /// This header instead; none at all.
    Header(Option<&'a str>),
}

impl FakeZaloOa {
    /// The event of a text that somebody wrote in a group, with an id of its own.
    pub fn event(&self, group: &str, from: &str, text: &str) -> Value {
        let mut world = self.shared.world();
        world.next_id += 1;
        json!({
            "app_id": APP_ID, "oa_id": OA_ID, "event_name": "user_send_group_text",
            "sender": {"id": from}, "recipient": {"id": group},
            "message": {"text": text, "msg_id": format!("{:020x}", 0x2d75_u64 + world.next_id)},
            "timestamp": (1_757_730_000_000_u64 + world.next_id).to_string(),
        })
    }

    /// The echo of a message of the account's own.
    pub fn echo(&self, group: &str, text: &str) -> Value {
        let mut event = self.event(group, OA_ID, text);
        event["event_name"] = json!("oa_send_group_text");
        event
    }

    /// The header over an event.
    pub fn signature(body: &str, id: &str) -> String {
        let event: Value = serde_json::from_str(body).unwrap_or_default();
        let timestamp = event["timestamp"].as_str().unwrap_or_default();
        let digest = Sha256::digest(format!("{id}{body}{timestamp}{SECRET_KEY}"));
        format!("mac={}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Calls a webhook.
    pub async fn post(&self, url: &str, body: &str, signer: Signer<'_>) -> StatusCode {
        let signature = match signer {
            Signer::App => Some(Self::signature(body, APP_ID)),
            Signer::Oa => Some(Self::signature(body, OA_ID)),
            Signer::Header(header) => header.map(str::to_owned),
        };
        let mut request = reqwest::Client::new().post(url).body(body.to_owned());
        request = request.header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("X-ZEvent-Signature", signature);
        }
        let status = request.send().await.expect("the webhook answers").status();
        StatusCode::from_u16(status.as_u16()).expect("a status")
    }
}
