//! Telegram: out by raw JSON, in by long polling or a webhook.
//!
//! A bot's token is part of every URL that its calls use. So nothing here shows a URL: errors lose theirs before they
//! become text, `Debug` shows the lane, and a redirect is not followed.
//!
//! Telegram knows no idempotency key, so the one thing that matters in a failure is whether the request may have left.
//! If it surely did not, the outcome is `Retry`; if Telegram answered, its answer decides; everything else is `Unknown`,
//! and no machine repeats it.
//!
//! What is absent: pacing and waiting (`domain::lane` and the outbox), splitting (`message`), Telegram's other methods,
//! and teloxide's `Bot` and dispatcher. Its types are used to read what comes in.

mod account;
mod address;
mod api;
mod board;
mod callback;
mod download;
mod keyboard;
mod listen;
mod photo;
mod update;
mod verdict;
mod webhook;

pub use account::{ChannelSetupError, TelegramAccount};
pub use address::TelegramAddress;
pub use callback::{acknowledgement, callback_of};
pub use listen::TelegramListener;
pub use verdict::{CallError, TOKEN_REFUSED};
pub use webhook::{WEBHOOK_SECRET_HEADER, WebhookError, parse_webhook, secret_matches};

use crate::channel::bot_api::NoReply;
use crate::channel::{Channel, Outgoing, Sending, Task};
use crate::domain::delivery::SendOutcome;
use crate::domain::subscription::Medium;
use api::Api;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::fmt;
use verdict::Said;

/// The way out for one bot, and the few calls that prepare a bot for work.
pub struct TelegramChannel {
    api: Api,
    lane: String,
}

/// Who the bot is, as Telegram knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotIdentity {
    /// The bot's user id.
    pub id: i64,
    /// The name by which people address it, without `@`.
    pub username: String,
    /// The name that people read.
    pub name: String,
}

impl fmt::Debug for TelegramChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramChannel").field("lane", &self.lane).finish_non_exhaustive()
    }
}

impl TelegramChannel {
    /// Prepares a channel; connects to nothing.
    ///
    /// # Errors
    /// A token, an API address or a proxy that cannot be what it should be.
    pub fn new(account: &TelegramAccount) -> Result<Self, ChannelSetupError> {
        let api = Api::new(account)?;
        Ok(Self { lane: format!("telegram:{}", account.bot_id()?), api })
    }

    /// Asks who the bot is: the cheapest proof that token, network and proxy work.
    ///
    /// # Errors
    /// What kept the call from being carried out.
    pub async fn get_me(&self) -> Result<BotIdentity, CallError> {
        let me = self.call("getMe", &json!({})).await?;
        let text = |field: &str| me.get(field).and_then(Value::as_str).map(str::to_owned);
        match (me.get("id").and_then(Value::as_i64), text("username"), text("first_name")) {
            (Some(id), Some(username), Some(name)) => Ok(BotIdentity { id, username, name }),
            _ => Err(CallError::Other { why: "getMe: the answer names no bot".to_owned() }),
        }
    }

    /// Sets the list of commands that people see while they type: as the default, and for people whose Telegram speaks
    /// Vietnamese, who otherwise would not see the default once anything was set for their language.
    ///
    /// # Errors
    /// What kept the calls from being carried out.
    pub async fn set_commands(&self, commands: &[(&str, &str)]) -> Result<(), CallError> {
        let commands: Vec<_> = commands
            .iter()
            .map(|(command, description)| json!({"command": command, "description": description}))
            .collect();
        self.call("setMyCommands", &json!({"commands": commands})).await?;
        self.call("setMyCommands", &json!({"commands": commands, "language_code": "vi"})).await?;
        Ok(())
    }

    /// Has updates sent to an address of ours instead of being polled.
    ///
    /// # Errors
    /// What kept the call from being carried out.
    pub async fn set_webhook(&self, url: &str, secret: &SecretString) -> Result<(), CallError> {
        let params = json!({
            "url": url,
            "secret_token": secret.expose_secret(),
            "allowed_updates": listen::ALLOWED_UPDATES,
        });
        self.call("setWebhook", &params).await.map(|_| ())
    }

    /// Ends webhook delivery, without which polling is refused. What waits keeps waiting.
    ///
    /// # Errors
    /// What kept the call from being carried out.
    pub async fn delete_webhook(&self) -> Result<(), CallError> {
        self.call("deleteWebhook", &json!({"drop_pending_updates": false})).await.map(|_| ())
    }

    async fn call(&self, method: &str, params: &Value) -> Result<Value, CallError> {
        verdict::result(self.api.call(method, params, self.api.timeout()).await)
    }

    async fn deliver(&self, message: Outgoing<'_>) -> SendOutcome {
        let Some(address) = TelegramAddress::parse(message.address) else {
            return SendOutcome::Refused { why: format!("not a Telegram address: {:?}", message.address) };
        };
        match message.task {
            Task::Say => self.say(address, message, false).await,
            Task::Show(photo) => self.show(address, message, photo).await,
            Task::Board { message_id } => self.board(address, message, message_id).await,
            Task::Pin { message_id } => self.pin(address, message_id).await,
        }
    }

    async fn say(&self, address: TelegramAddress, message: Outgoing<'_>, silent: bool) -> SendOutcome {
        let keyboard = keyboard::of(message.choices);
        let marked_up = self.send(address, message.text, Some("HTML"), keyboard.as_ref(), silent).await;
        if !self.refused_markup(&marked_up, message) {
            return verdict::outcome(marked_up);
        }
        verdict::outcome(self.send(address, message.plain, None, keyboard.as_ref(), silent).await)
    }

    /// A mistake in a template must not keep an office from hearing of its figures. Telegram refused the first text as a
    /// whole, so that a second one without marks cannot be a repetition.
    fn refused_markup(&self, answer: &Result<Said, NoReply>, message: Outgoing<'_>) -> bool {
        let Ok(Said::No(refusal)) = answer else { return false };
        let about_markup = refusal.is_about_markup();
        if about_markup {
            tracing::warn!(
                lane = self.lane,
                delivery = message.delivery_id,
                why = refusal.description,
                "Telegram cannot read the markup of a message; it goes out without any"
            );
        }
        about_markup
    }

    async fn send(
        &self,
        address: TelegramAddress,
        text: &str,
        parse_mode: Option<&str>,
        keyboard: Option<&Value>,
        silent: bool,
    ) -> Result<Said, NoReply> {
        let mut params = json!({
            "chat_id": address.chat,
            "text": text,
            "link_preview_options": {"is_disabled": true},
        });
        if let Some(thread) = address.thread {
            params["message_thread_id"] = json!(thread);
        }
        if let Some(mode) = parse_mode {
            params["parse_mode"] = json!(mode);
        }
        if let Some(keyboard) = keyboard {
            params["reply_markup"] = keyboard.clone();
        }
        if silent {
            params["disable_notification"] = json!(true);
        }
        self.api.call("sendMessage", &params, self.api.timeout()).await
    }
}

impl Channel for TelegramChannel {
    fn lane(&self) -> &str {
        &self.lane
    }

    fn medium(&self) -> Medium {
        Medium::Telegram
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}
