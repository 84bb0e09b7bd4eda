//! Chats that have fallen far behind get one message that lists what there was, and the newest in full, instead of forty
//! old ones (`catalog/delivery.toml`, `[behind]`).
//!
//! What waits for a paused chat goes on waiting; it is looked at when the chat is about to be resumed, so that the list
//! is complete and nothing of it is on its way already.

use crate::domain::behind::{Fate, Waiting, far_behind, fates};
use crate::domain::delivery::DeliveryClass;
use crate::domain::delivery::unknown::REPEAT_MARK;
use crate::message::Message;
use crate::message::view::{self, CollectedWhy};
use crate::service::{Context, Extent, Letter, ServiceError, budget};
use crate::store::{Replacement, WaitingMessage};

/// Looks at every chat to which something may be sent. Returns how many were far behind.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let mut relieved = 0;
    for backlog in context.store.backlogs().await? {
        if far_behind(&context.catalog.behind, backlog.rows, backlog.oldest, context.now()) {
            relieved += u32::from(relieve(context, &backlog.chat_id).await?);
        }
    }
    if relieved > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(relieved)
}

/// Looks at a chat that is about to be resumed.
///
/// # Errors
/// The database's. A template's fault is logged: old messages are better than none.
pub async fn before_resuming(context: &Context, chat_id: &str) -> Result<(), ServiceError> {
    match relieve(context, chat_id).await {
        Err(ServiceError::Render(error)) => {
            tracing::error!(%error, chat = chat_id, "what waits for the chat could not be listed; it is sent as it is");
            Ok(())
        }
        other => other.map(drop),
    }
}

/// Replaces what waits for a chat, if that is too much. False when it was not, or when one of the messages was taken in
/// the meantime: then the next step looks again.
async fn relieve(context: &Context, chat_id: &str) -> Result<bool, ServiceError> {
    let Some(linked) = context.store.chat(chat_id).await? else { return Ok(false) };
    // It waits on purpose, and is collected by the day, with another reason.
    if budget::holds_back(context, &linked.chat.lane).await? {
        return Ok(false);
    }
    let messages = context.store.waiting_messages(chat_id).await?;
    let waiting: Vec<_> = messages
        .iter()
        .map(|message| Waiting { kind: &message.kind, key: &message.key, queued_at: message.queued_at })
        .collect();
    let Some(fates) = fates(&context.catalog.behind, &waiting, context.now()) else { return Ok(false) };
    let of = |wanted: Fate| messages.iter().zip(&fates).filter(move |(_, fate)| **fate == wanted).map(|(m, _)| m);
    let listed: Vec<_> =
        of(Fate::Listed).map(|message| (message.plain.trim_start_matches(REPEAT_MARK), message.queued_at)).collect();
    let dropped = rows(of(Fate::Listed));
    let moved = rows(of(Fate::Follows));
    let Some((first, _)) = dropped.first() else { return Ok(false) };
    let message = Message::from(view::collected(&CollectedWhy::Behind, &listed));
    let letter = Letter {
        message: &message,
        reason: Some("far_behind"),
        class: DeliveryClass::Broadcast,
        key: format!("behind:{first}"),
        snapshot: None,
        extent: Extent::Whole,
    };
    let said = letter.to(context, &linked.chat)?;
    let replacement = Replacement { dropped: &dropped, said: &said, moved: &moved };
    let replaced = context.store.replace_waiting(replacement, context.now()).await?;
    if replaced {
        tracing::info!(chat = linked.chat.title, messages = listed.len(), "far behind: old messages are listed in one");
    }
    Ok(replaced)
}

fn rows<'a>(messages: impl Iterator<Item = &'a WaitingMessage>) -> Vec<(&'a str, i64)> {
    messages.flat_map(|message| &message.parts).map(|(id, version)| (id.as_str(), *version)).collect()
}
