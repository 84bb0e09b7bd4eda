//! Tells the office's chats what only the office has to know: what is held, who cannot be reached, what is stuck.

use crate::domain::delivery::DeliveryClass;
use crate::domain::subscription::{Chat, Role};
use crate::message::Message;
use crate::service::{Context, Extent, Letter, ServiceError};
use crate::store::NewDelivery;

/// Queues a message for every chat of the office and returns how many rows are new. The same `key` is told once, however
/// often and by however many processes it is asked for; `reason` is the word in the outbox.
///
/// # Errors
/// The database's, or a template's.
pub async fn tell(context: &Context, message: &Message, reason: &str, key: String) -> Result<u32, ServiceError> {
    tell_where(context, message, reason, key, |_| true).await
}

/// As [`tell`], but only the chats of the office that `reachable` picks: what cannot arrive now would be old news when
/// it does.
///
/// # Errors
/// As [`tell`].
pub async fn tell_where(
    context: &Context,
    message: &Message,
    reason: &str,
    key: String,
    reachable: impl Fn(&Chat) -> bool,
) -> Result<u32, ServiceError> {
    let deliveries = letters_to(context, message, reason, key, reachable).await?;
    let queued = context.store.enqueue(&deliveries, context.now()).await?;
    if queued > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(queued)
}

/// The same message as it would be queued, for whoever queues it together with something else.
///
/// # Errors
/// The database's, or a template's.
pub async fn letters(
    context: &Context,
    message: &Message,
    reason: &str,
    key: String,
) -> Result<Vec<NewDelivery>, ServiceError> {
    letters_to(context, message, reason, key, |_| true).await
}

async fn letters_to(
    context: &Context,
    message: &Message,
    reason: &str,
    key: String,
    wanted: impl Fn(&Chat) -> bool,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let letter = Letter {
        message,
        reason: Some(reason),
        class: DeliveryClass::Broadcast,
        key,
        snapshot: None,
        extent: Extent::Whole,
    };
    let mut deliveries = Vec::new();
    for chat in context.store.chats_with_role(&Role::Office).await?.into_iter().filter(|chat| wanted(chat)) {
        deliveries.extend(letter.to(context, &chat)?);
    }
    Ok(deliveries)
}
