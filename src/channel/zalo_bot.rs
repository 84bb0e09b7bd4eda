//! Zalo's Bot Platform: out by raw JSON, in by long polling or a webhook.
//!
//! A bot's token is part of every URL that its calls use. So nothing here shows a URL: errors lose theirs before they
//! become text, `Debug` shows the lane, and a redirect is not followed.
//!
//! The platform knows no idempotency key and no way to look a message up, so the one thing that matters in a failure is
//! whether the request may have left. If it surely did not, the outcome is `Retry`; if Zalo answered, its answer
//! decides; everything else is `Unknown`, and no machine repeats it.
//!
//! Messages go out in Zalo's markdown. What Zalo refuses in it goes out once more without any marks: a refusal means that
//! nothing was sent, and a message without bold is better than none.
//!
//! A picture goes out as the address from which Zalo fetches it. Where Zalo refuses that, the address goes out as text.
//!
//! What is absent: pacing and waiting (`domain::lane` and the outbox), and splitting (`message`); and what the platform does
//! not have: edits and pins.

mod account;
mod api;
mod event;
mod listen;
mod verdict;
mod webhook;

pub use account::{ZaloBotAccount, ZaloSetupError};
pub use listen::ZaloBotListener;
pub use verdict::{TOKEN_REFUSED, ZaloCallError};
pub use webhook::{NotAnEvent, WEBHOOK_SECRET_HEADER, parse_webhook, secret_matches};

use crate::channel::{Channel, Outgoing, Photo, Sending, Task};
use crate::domain::delivery::SendOutcome;
use crate::domain::subscription::Medium;
use api::Api;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// The most characters of a message, in UTF-16 units of its NFC form. The documentation says 2,000 and not of what;
/// whatever it means, this many are no more.
pub const TEXT_MOST: usize = 2_000;

/// Addresses are opaque; one that is longer than this is no address.
const ADDRESS_MOST: usize = 128;

/// The way out for one bot, and the few calls that prepare a bot for work.
pub struct ZaloBotChannel {
    api: Api,
    lane: String,
}

/// Who the bot is, as Zalo knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZaloBotIdentity {
    /// The bot's id.
    pub id: String,
    /// The name that people read; the account's name where there is no other.
    pub name: String,
    /// Whether it may be added to groups, where Zalo says so.
    pub can_join_groups: Option<bool>,
}

impl fmt::Debug for ZaloBotChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZaloBotChannel").field("lane", &self.lane).finish_non_exhaustive()
    }
}

impl ZaloBotChannel {
    /// Prepares a channel; connects to nothing.
    ///
    /// # Errors
    /// A token or an API address that cannot be what it should be.
    pub fn new(account: &ZaloBotAccount) -> Result<Self, ZaloSetupError> {
        let api = Api::new(account)?;
        Ok(Self { lane: format!("zalo_bot:{}", account.bot_id()?), api })
    }

    /// Asks who the bot is: the cheapest proof that token and network work.
    ///
    /// # Errors
    /// What kept the call from being carried out.
    pub async fn get_me(&self) -> Result<ZaloBotIdentity, ZaloCallError> {
        let me = self.call("getMe", &json!({})).await?;
        let text = |field: &str| event::word(me.get(field)).filter(|text| !text.is_empty());
        match (text("id"), text("display_name").or_else(|| text("account_name"))) {
            (Some(id), Some(name)) => {
                Ok(ZaloBotIdentity { id, name, can_join_groups: me.get("can_join_groups").and_then(Value::as_bool) })
            }
            _ => Err(ZaloCallError::Other { why: "getMe: the answer names no bot".to_owned() }),
        }
    }

    /// Has events sent to an address of ours instead of being polled.
    ///
    /// # Errors
    /// What kept the call from being carried out, or what Zalo found when it tried the address.
    pub async fn set_webhook(&self, url: &str, secret: &SecretString) -> Result<(), ZaloCallError> {
        let params = json!({"url": url, "secret_token": secret.expose_secret()});
        let result = self.call("setWebhook", &params).await?;
        let verification = result.get("verification");
        if verification.and_then(|v| v.get("ok")).and_then(Value::as_bool) == Some(false) {
            let outcome = event::word(verification.and_then(|v| v.get("outcome"))).unwrap_or_default();
            let why = format!("setWebhook: Zalo tried the address and failed: {}", self.api.clean(&outcome));
            return Err(ZaloCallError::Other { why });
        }
        Ok(())
    }

    /// Ends webhook delivery, without which polling is refused.
    ///
    /// # Errors
    /// What kept the call from being carried out.
    pub async fn delete_webhook(&self) -> Result<(), ZaloCallError> {
        match self.call("deleteWebhook", &json!({})).await {
            // getWebhookInfo answers so when none is set; nobody has seen what deleteWebhook answers then.
            Err(ZaloCallError::NotFound { .. }) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn call(&self, method: &str, params: &Value) -> Result<Value, ZaloCallError> {
        verdict::result(self.api.call(method, params, self.api.timeout()).await)
    }

    async fn deliver(&self, message: Outgoing<'_>) -> SendOutcome {
        let address = message.address;
        if address.is_empty() || address.len() > ADDRESS_MOST || address.chars().any(char::is_control) {
            return SendOutcome::Refused { why: format!("not a Zalo address: {address:?}") };
        }
        let text: String = message.text.nfc().collect();
        let plain: String = message.plain.nfc().collect();
        let length = text.encode_utf16().count().max(plain.encode_utf16().count());
        if plain.trim().is_empty() || text.trim().is_empty() || length > TEXT_MOST {
            return SendOutcome::Refused { why: format!("a message has 1 to {TEXT_MOST} characters, not {length}") };
        }
        match message.task {
            Task::Say => {}
            Task::Show(photo) => return self.show(address, &plain, photo).await,
            Task::Board { .. } | Task::Pin { .. } => {
                return SendOutcome::Refused { why: "Zalo edits and pins no message".to_owned() };
            }
        }
        let styled = json!({"chat_id": address, "text": text, "parse_mode": "markdown"});
        match self.send_message(&styled).await {
            SendOutcome::Refused { why } => {
                let (lane, delivery) = (&self.lane, message.delivery_id);
                tracing::warn!(lane, delivery, why, "Zalo refused the marked-up text; sending it without marks");
                self.send_message(&json!({"chat_id": address, "text": plain})).await
            }
            outcome => outcome,
        }
    }

    /// The contract names no marks for a caption, so it has none.
    async fn show(&self, address: &str, caption: &str, photo: &Photo) -> SendOutcome {
        let Some(link) = &photo.link else {
            return SendOutcome::Refused { why: "Zalo fetches pictures, and PUBLIC_URL is not set".to_owned() };
        };
        let params = json!({"chat_id": address, "photo": link, "caption": caption});
        match verdict::outcome(self.api.call("sendPhoto", &params, self.api.timeout()).await) {
            SendOutcome::Refused { why } => {
                tracing::warn!(lane = self.lane, why, "Zalo refused a picture; sending its address");
                let text = format!("{caption}\n{link}");
                if text.encode_utf16().count() > TEXT_MOST {
                    return SendOutcome::Refused { why };
                }
                self.send_message(&json!({"chat_id": address, "text": text})).await
            }
            outcome => outcome,
        }
    }

    async fn send_message(&self, params: &Value) -> SendOutcome {
        verdict::outcome(self.api.call("sendMessage", params, self.api.timeout()).await)
    }
}

impl Channel for ZaloBotChannel {
    fn lane(&self) -> &str {
        &self.lane
    }

    fn medium(&self) -> Medium {
        Medium::ZaloBot
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}
