//! What is no command: a question in plain words, or talk.

use super::{Asked, Reply};
use crate::domain::command::{Command, Heard, question};
use crate::domain::subscription::Medium;
use crate::message::{Message, view};
use crate::service::ServiceError;
use chrono::Duration;

/// A chat is told how to ask once within so long.
const HINT_EVERY: Duration = Duration::hours(1);
/// In a group of Zalo's: the month of its bot has few messages, and each answer to its words counts as spoken to it.
const HINT_EVERY_THERE: Duration = Duration::days(1);

/// The command that a text in plain words means; none for talk, and for everything in a chat without a role.
pub(super) fn heard(asked: Asked<'_>, text: &str) -> Option<Heard> {
    let Asked { context, linked, .. } = asked;
    if linked.roles.is_empty() {
        return None;
    }
    let addressed = addressed(asked, text);
    let question = question(text, &context.names, addressed)?;
    // In a group people may well ask each other about others: only what the chat may see is surely asked of us.
    let own = linked.sees_all() || question.units.iter().any(|unit| linked.units().any(|own| own == unit));
    let command = Command::Status { name: question.name, period: question.period };
    (addressed || own).then_some(Heard::Command(command))
}

/// How to ask, in short, at most once an hour; silence among people who talk to each other.
///
/// # Errors
/// The database's.
pub(super) async fn hint(asked: Asked<'_>) -> Result<Option<Reply>, ServiceError> {
    let (context, chat, now) = (asked.context, &asked.linked.chat, asked.context.now());
    if !addressed(asked, &asked.inbound.text) {
        return Ok(None);
    }
    let every = if chat.medium == Medium::ZaloBot && chat.group { HINT_EVERY_THERE } else { HINT_EVERY };
    let first = context.store.claim_hint(&chat.id, now - every, now).await?;
    Ok(first.then(|| Message::from(view::hint(asked.linked)).into()))
}

/// Whether the bot is spoken to: alone with somebody, on the page, behind its name, or where the medium lets it hear
/// nothing else.
fn addressed(asked: Asked<'_>, text: &str) -> bool {
    let chat = &asked.linked.chat;
    match chat.medium {
        Medium::Web => true,
        // Zalo shows a bot only those messages of a group that mention it or answer it.
        Medium::ZaloBot => true,
        // A bot's name ends with "bot" there, and no person's may.
        Medium::Telegram => !chat.group || text.trim_start().starts_with('@') && named_bot(text),
        Medium::ZaloOa => !chat.group,
    }
}

fn named_bot(text: &str) -> bool {
    text.split_whitespace()
        .next()
        .is_some_and(|name| name.to_ascii_lowercase().trim_end_matches([',', ':']).ends_with("bot"))
}
