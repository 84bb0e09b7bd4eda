//! The board of a chat: one message that is edited, and pinned.

use super::TelegramChannel;
use super::address::TelegramAddress;
use super::verdict::{self, Said};
use crate::channel::Outgoing;
use crate::domain::delivery::SendOutcome;
use serde_json::json;

impl TelegramChannel {
    /// Edits the board; sends it where there is none yet, or where somebody deleted it. It makes no noise: whoever has to
    /// hear of something is told so in a message of its own.
    pub(super) async fn board(
        &self,
        address: TelegramAddress,
        message: Outgoing<'_>,
        message_id: Option<&str>,
    ) -> SendOutcome {
        let Some(id) = message_id.and_then(|id| id.parse::<i64>().ok()) else {
            return self.say(address, message, true).await;
        };
        let mut params = json!({
            "chat_id": address.chat,
            "message_id": id,
            "text": message.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
        });
        let mut edited = self.api.call("editMessageText", &params, self.api.timeout()).await;
        if self.refused_markup(&edited, message) {
            params = json!({"chat_id": address.chat, "message_id": id, "text": message.plain});
            edited = self.api.call("editMessageText", &params, self.api.timeout()).await;
        }
        match &edited {
            Ok(Said::No(refusal)) if refusal.is_as_before() => {
                SendOutcome::Accepted { message_id: Some(id.to_string()) }
            }
            // Nothing was edited, so that sending it anew cannot be a repetition.
            Ok(Said::No(refusal)) if refusal.is_about_a_lost_message() => self.say(address, message, true).await,
            _ => verdict::outcome(edited),
        }
    }

    /// Pins a message, without a noise.
    pub(super) async fn pin(&self, address: TelegramAddress, message_id: &str) -> SendOutcome {
        let Ok(id) = message_id.parse::<i64>() else {
            return SendOutcome::Refused { why: format!("not a message of Telegram: {message_id:?}") };
        };
        let params = json!({"chat_id": address.chat, "message_id": id, "disable_notification": true});
        verdict::outcome(self.api.call("pinChatMessage", &params, self.api.timeout()).await)
    }
}
