//! Answers what people typed.
//!
//! Who may see what is decided here, once: a unit's chat sees its own units, leaders and the office see all, the office
//! also sees findings and may confirm, a chat that was never linked can only link itself and ask for help.

mod choice;
mod link;
mod names;
mod office;
mod period;
mod status;
mod summary;

use crate::domain::command::{Command, Heard, corrected, parse};
use crate::domain::delivery::DeliveryClass;
use crate::domain::period::day_in_vietnam;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use crate::message::{Message, view};
use crate::service::{Context, Letter, ServiceError, registry};
use crate::store::Inbound;
use chrono::NaiveDate;

/// How many inbound messages one step takes.
const BATCH: u32 = 32;

/// Answers everything that waits. Returns how many messages were answered.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let mut answered = 0;
    for inbound in context.store.unanswered(BATCH).await? {
        let Some(linked) = context.store.chat_by_address(inbound.medium, &inbound.lane, &inbound.chat_address).await?
        else {
            context.store.answered(&inbound.id, &[], context.now()).await?;
            continue;
        };
        let message = match reply(context, &linked, &inbound).await {
            Ok(message) => message,
            // The person gets a sentence instead of silence, and the fault is logged once, here.
            Err(error) => {
                tracing::error!(%error, chat = linked.chat.title, "an answer failed");
                Some(Message::Unhealthy)
            }
        };
        let mut deliveries = Vec::new();
        if let Some(message) = &message {
            let letter = Letter {
                message,
                reason: None,
                class: DeliveryClass::Answer,
                key: format!("answer:{}", inbound.id),
                snapshot: None,
            };
            deliveries = letter.to(context, &linked.chat)?;
        }
        if context.store.answered(&inbound.id, &deliveries, context.now()).await? && message.is_some() {
            context.metrics.answers.inc();
            answered += 1;
        }
    }
    if answered > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(answered)
}

/// What was typed, where, by whom and when: what every answer needs.
#[derive(Clone, Copy)]
struct Asked<'a> {
    context: &'a Context,
    /// The chat in which it was typed, with its rights.
    linked: &'a LinkedChat,
    inbound: &'a Inbound,
    /// The day where the office is.
    today: NaiveDate,
    /// The day on which names and units are judged.
    present: NaiveDate,
}

impl Asked<'_> {
    fn is_office(&self) -> bool {
        self.linked.roles.contains(&Role::Office)
    }
}

/// The answer to what the chat may not see or do.
fn forbidden(asked: Asked<'_>) -> Message {
    view::forbidden(asked.context.lookup(), &asked.linked.roles).into()
}

/// The commands that the chat has.
fn help(asked: Asked<'_>) -> Message {
    view::help(asked.context.lookup(), &asked.linked.roles).into()
}

/// What is said to what was typed; none where the bot had better be silent.
async fn reply(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<Option<Message>, ServiceError> {
    let today = day_in_vietnam(context.now());
    let present = registry::present_day(context).await?;
    let asked = Asked { context, linked, inbound, today, present };
    let text = choice::meant(context, linked, inbound).await?;
    let command = match parse(&text, today) {
        Heard::Command(command) => command,
        Heard::NearMiss { typed, meant } => {
            return Ok(Some(view::near_miss(&typed, &corrected(&text, &typed, meant)).into()));
        }
        Heard::BadMonth { typed, .. } => return Ok(Some(view::bad_month(&typed).into())),
        // In a group people talk to each other.
        Heard::NotACommand if linked.chat.group && linked.chat.medium != Medium::Web => return Ok(None),
        Heard::NotACommand => return Ok(Some(help(asked))),
    };
    command_answer(asked, command).await.map(Some)
}

/// The answer to a command.
async fn command_answer(asked: Asked<'_>, command: Command) -> Result<Message, ServiceError> {
    match command {
        Command::Link { code } => link::link(asked, &code).await,
        Command::Help => Ok(help(asked)),
        _ if asked.linked.roles.is_empty() => Ok(Message::Unlinked),
        Command::Status { ref name, period } => status::status(asked, name, period, &|unit| command.about(unit)).await,
        Command::Targets { ref name } => status::targets(asked, name, &|unit| command.about(unit)).await,
        Command::Summary { period } => summary::summary(asked, period).await,
        Command::Audit => office::audit(asked).await,
        Command::Confirm { .. } => office::confirm(asked).await,
        // Commands of the grammar that come later answer with what there is.
        _ => Ok(help(asked)),
    }
}
