//! Takes what a medium heard into the durable inbox, before the provider is told that it arrived.

use crate::channel::telegram::TelegramListener;
use crate::channel::{Heard, HeardEvent};
use crate::domain::subscription::{Chat, Medium};
use crate::service::{Context, ServiceError, behind, uploads};
use crate::store::NewInbound;
use chrono::{DateTime, Duration, Utc};

/// Text beyond this is cut before it is stored: no command is longer, and no provider's message either.
const LONGEST_TEXT: usize = 8_000;

/// Stores one event. The same event twice is stored once.
///
/// # Errors
/// The database's; then the provider must not be told that the event arrived.
pub async fn take(context: &Context, medium: Medium, lane: &str, heard: &Heard) -> Result<(), ServiceError> {
    let now = context.now();
    let chat = Chat {
        id: context.id(),
        medium,
        lane: lane.to_owned(),
        address: heard.address.clone(),
        title: heard.title.clone(),
        group: heard.group,
        paused: None,
    };
    let chat = context.store.upsert_chat(&chat, now).await?;
    match &heard.event {
        HeardEvent::Text(_) | HeardEvent::File(_) => {
            let (kind, text) = match &heard.event {
                HeardEvent::File(file) => (uploads::FILE, uploads::note(file)),
                HeardEvent::Text(text) => ("text", text.chars().take(LONGEST_TEXT).collect()),
                _ => return Ok(()),
            };
            let inbound = NewInbound {
                id: context.id(),
                medium,
                lane: lane.to_owned(),
                external_id: heard.external_id.clone(),
                chat_address: chat.address.clone(),
                chat_title: chat.title.clone(),
                group: chat.group,
                sender: heard.sender.clone(),
                text,
                kind: kind.to_owned(),
                at: heard.at,
            };
            // Somebody who writes can be written to. Before the message is stored: told again, it would be known already.
            if chat.paused.is_some() && !context.store.is_heard(&inbound).await? {
                behind::before_resuming(context, &chat.id).await?;
                context.store.resume_chat(&chat.id).await?;
            }
            if context.store.hear(&inbound).await? {
                context.wake.answer.notify_waiters();
            }
        }
        HeardEvent::Removed => {
            tracing::warn!(lane, chat = chat.title, "the bot was removed from a chat; nothing is sent there");
            for chat in with_topics(context, &chat).await? {
                context.store.pause_chat(&chat.id, "the bot was removed", now).await?;
            }
        }
        HeardEvent::Added => {
            for chat in with_topics(context, &chat).await? {
                if chat.paused.is_some() {
                    behind::before_resuming(context, &chat.id).await?;
                }
                context.store.resume_chat(&chat.id).await?;
            }
        }
        HeardEvent::Moved { address } => {
            tracing::info!(lane, chat = chat.title, "the chat moved; its queue follows");
            for topic in with_topics(context, &chat).await? {
                // A topic keeps its number behind the group's new address.
                let address = format!("{address}{}", &topic.address[chat.address.len()..]);
                context.store.retarget_chat(&topic.id, &address, now).await?;
            }
        }
    }
    Ok(())
}

/// A chat and the topics within it (`-1001` and `-1001/77`): what happens to a group happens to all of its topics.
async fn with_topics(context: &Context, chat: &Chat) -> Result<Vec<Chat>, ServiceError> {
    let inside = format!("{}/", chat.address);
    let same = |other: &Chat| {
        other.medium == chat.medium
            && other.lane == chat.lane
            && (other.address == chat.address || other.address.starts_with(&inside))
    };
    let chats = context.store.chats().await?.into_iter().map(|linked| linked.chat);
    Ok(chats.filter(same).collect())
}

/// Asks Telegram once and stores what it tells. Returns how many updates there were.
///
/// # Errors
/// `Ok(Err(…))` when Telegram could not be asked; `Err(…)` when the database failed. Nothing is lost by either: what was
/// not stored is not acknowledged.
pub async fn poll_telegram(
    context: &Context,
    lane: &str,
    listener: &TelegramListener,
) -> Result<Result<usize, crate::channel::telegram::CallError>, ServiceError> {
    let cursor = format!("updates:{lane}");
    let offset = context.store.cursor(&cursor).await?.and_then(|text| text.parse::<i64>().ok());
    let polled = listener.poll(offset).await;
    context.reach.after_poll(lane, &polled, context.now());
    let updates = match polled {
        Ok(updates) => updates,
        Err(error) => return Ok(Err(error)),
    };
    for (update_id, heard) in &updates {
        if let Some(heard) = heard {
            take(context, Medium::Telegram, lane, heard).await?;
        }
        context.store.set_cursor(&cursor, &(update_id + 1).to_string(), context.now()).await?;
    }
    listener.acknowledge(updates.iter().filter_map(|(_, heard)| heard.as_ref())).await;
    Ok(Ok(updates.len()))
}

/// How the cursors begin that remember when a lane's bot was last polled with success.
pub const POLLED: &str = "polled:";

/// Remembers successful polls, for metrics and `/readyz` of every replica; seldom enough to disturb nobody.
#[derive(Debug, Default)]
pub struct PollNote(Option<DateTime<Utc>>);

impl PollNote {
    /// A poll succeeded now.
    ///
    /// # Errors
    /// The database's.
    pub async fn polled(&mut self, context: &Context, lane: &str) -> Result<(), ServiceError> {
        let now = context.now();
        if self.0.is_none_or(|noted| now - noted >= Duration::seconds(10)) {
            let value = now.timestamp_millis().to_string();
            context.store.set_cursor(&format!("{POLLED}{lane}"), &value, now).await?;
            self.0 = Some(now);
        }
        Ok(())
    }
}
