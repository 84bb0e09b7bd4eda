//! Turns a message into outbox rows for a chat.

use crate::channel::zalo_bot;
use crate::domain::delivery::DeliveryClass;
use crate::domain::subscription::{Chat, Medium};
use crate::message::{Dialect, Message, RenderError, TELEGRAM_LIMIT, TextLimit, split, visible};
use crate::service::Context;
use crate::store::NewDelivery;
use unicode_normalization::UnicodeNormalization as _;

/// The dialect that a medium shows.
#[must_use]
pub const fn dialect_of(medium: Medium) -> Dialect {
    match medium {
        Medium::Web => Dialect::WebHtml,
        Medium::Telegram => Dialect::TelegramHtml,
        Medium::ZaloBot => Dialect::ZaloMarkdown,
    }
}

/// How long one message of a medium may be; none where there is no limit.
#[must_use]
pub const fn limit_of(medium: Medium) -> Option<TextLimit> {
    match medium {
        Medium::Web => None,
        Medium::Telegram => Some(TELEGRAM_LIMIT),
        Medium::ZaloBot => Some(TextLimit::Utf16Units(zalo_bot::TEXT_MOST)),
    }
}

/// What a message is and why it is sent.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The message.
    pub message: &'a Message,
    /// Why we speak, where it is of our own accord.
    pub reason: Option<&'a str>,
    /// Whether somebody waits for it.
    pub class: DeliveryClass,
    /// What makes it the same message when it is composed again.
    pub key: String,
    /// The snapshot it speaks of.
    pub snapshot: Option<&'a str>,
}

impl Letter<'_> {
    /// Renders it for a chat, in as many parts as the medium needs.
    ///
    /// # Errors
    /// When the template fails although all were checked at start.
    pub fn to(&self, context: &Context, chat: &Chat) -> Result<Vec<NewDelivery>, RenderError> {
        let dialect = dialect_of(chat.medium);
        let rendered = context.messages.render(self.message, dialect)?;
        let text = match chat.medium {
            // The Zalo channel sends the composed form, for which its limit holds; names that people typed come in any.
            Medium::ZaloBot => rendered.text.nfc().collect(),
            Medium::Web | Medium::Telegram => rendered.text,
        };
        let bodies: Vec<(String, String)> = match limit_of(chat.medium) {
            None => vec![(text, rendered.plain)],
            Some(limit) => split(&text, dialect, limit)
                .into_iter()
                .map(|part| {
                    let plain = visible(&part, dialect);
                    (part, plain)
                })
                .collect(),
        };
        let parts = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
        Ok(bodies
            .into_iter()
            .zip(1..)
            .map(|((body, plain), part)| NewDelivery {
                id: context.id(),
                chat_id: chat.id.clone(),
                kind: self.message.name().to_owned(),
                reason: self.reason.map(str::to_owned),
                class: self.class,
                dedupe_key: self.key.clone(),
                part,
                parts,
                body,
                plain,
                snapshot_id: self.snapshot.map(str::to_owned),
            })
            .collect())
    }
}
