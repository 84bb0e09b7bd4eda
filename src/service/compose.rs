//! Turns a message into outbox rows for a chat.

use crate::channel::{zalo_bot, zalo_oa};
use crate::domain::command::MORE;
use crate::domain::delivery::unknown::REPEAT_MARK_LENGTH;
use crate::domain::delivery::{Act, Choice, DeliveryClass};
use crate::domain::drawing::Drawing;
use crate::domain::subscription::{Chat, Medium};
use crate::message::view::PictureView;
use crate::message::{Dialect, MORE_LABEL, Message, RenderError, Rendered, TELEGRAM_LIMIT, TextLimit, split, visible};
use crate::service::{Context, picture};
use crate::store::NewDelivery;
use unicode_normalization::UnicodeNormalization as _;

/// The dialect that a medium shows.
#[must_use]
pub const fn dialect_of(medium: Medium) -> Dialect {
    match medium {
        Medium::Web => Dialect::WebHtml,
        Medium::Telegram => Dialect::TelegramHtml,
        Medium::ZaloBot => Dialect::ZaloMarkdown,
        // The contract of group messages names no markup.
        Medium::ZaloOa => Dialect::Plain,
    }
}

/// How long one message of a medium may be; none where there is no limit. Leaves room for the mark of a repetition;
/// Telegram's margin is larger than that by itself.
#[must_use]
pub const fn limit_of(medium: Medium) -> Option<TextLimit> {
    match medium {
        Medium::Web => None,
        Medium::Telegram => Some(TELEGRAM_LIMIT),
        Medium::ZaloBot => Some(TextLimit::Utf16Units(zalo_bot::TEXT_MOST - REPEAT_MARK_LENGTH)),
        Medium::ZaloOa => Some(TextLimit::Utf16Units(zalo_oa::TEXT_MOST - REPEAT_MARK_LENGTH)),
    }
}

/// How much of a message goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent<'a> {
    /// All of it.
    Whole,
    /// Of an answer that folds ([`Message::folds`]) what stands before "xem thêm". The question, as it can be put again.
    Head(&'a str),
    /// What the head left out.
    Rest,
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
    /// How much of it.
    pub extent: Extent<'a>,
}

impl Letter<'_> {
    /// Renders it for a chat, in as many parts as the medium needs.
    ///
    /// # Errors
    /// When the template fails although all were checked at start.
    pub fn to(&self, context: &Context, chat: &Chat) -> Result<Vec<NewDelivery>, RenderError> {
        let dialect = dialect_of(chat.medium);
        let (rendered, more) = self.rendered(context, dialect)?;
        let text = match chat.medium {
            // The Zalo channels send the composed form, for which the limit holds; names that people typed come in any.
            Medium::ZaloBot | Medium::ZaloOa => rendered.text.nfc().collect(),
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
        let pictures = self.pictures(context, chat)?;
        // Below the last part, which people read last.
        let mut choices = self.message.choices();
        choices.extend(more);
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
                choices: if part == parts { std::mem::take(&mut choices) } else { Vec::new() },
                act: Act::Say,
            })
            .chain(pictures)
            .collect())
    }

    /// The text, and the choice to see the rest where it has one.
    fn rendered(&self, context: &Context, dialect: Dialect) -> Result<(Rendered, Option<Choice>), RenderError> {
        let messages = &context.messages;
        match self.extent {
            Extent::Head(question) if self.message.folds() => {
                let (rendered, more) = messages.head(self.message, dialect)?;
                let again = || Choice { label: MORE_LABEL.to_owned(), command: format!("{MORE} {question}") };
                Ok((rendered, more.then(again)))
            }
            Extent::Rest if self.message.folds() => Ok((messages.rest(self.message, dialect)?, None)),
            Extent::Whole | Extent::Head(_) | Extent::Rest => Ok((messages.render(self.message, dialect)?, None)),
        }
    }

    /// The pictures that belong to it, each a delivery of its own after the text: one that cannot be sent keeps nobody from
    /// the words.
    fn pictures(&self, context: &Context, chat: &Chat) -> Result<Vec<NewDelivery>, RenderError> {
        // They came with the first lines.
        if self.extent == Extent::Rest || !picture::shown_on(context, chat.medium) {
            return Ok(Vec::new());
        }
        let dialect = dialect_of(chat.medium);
        let picture = |(n, (drawing, caption)): (usize, &(Drawing, PictureView))| {
            let caption = Message::from(caption.clone());
            let rendered = context.messages.render(&caption, dialect)?;
            Ok(NewDelivery {
                id: context.id(),
                chat_id: chat.id.clone(),
                kind: caption.name().to_owned(),
                reason: self.reason.map(str::to_owned),
                class: self.class,
                dedupe_key: format!("{}:picture {}", self.key, n + 1),
                part: 1,
                parts: 1,
                body: rendered.text.nfc().collect(),
                plain: rendered.plain.nfc().collect(),
                snapshot_id: self.snapshot.map(str::to_owned),
                choices: Vec::new(),
                act: Act::Show(drawing.clone()),
            })
        };
        self.message.drawings().iter().enumerate().map(picture).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_fits_with_its_mark() {
        let most = |medium| match limit_of(medium) {
            Some(TextLimit::Utf16Units(most) | TextLimit::Chars(most)) => most + REPEAT_MARK_LENGTH,
            None => 0,
        };
        assert!(most(Medium::Telegram) <= 4_096);
        assert!(most(Medium::ZaloBot) <= zalo_bot::TEXT_MOST);
    }
}
