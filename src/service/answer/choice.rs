//! A number alone is the choice that the chat was offered last.

use crate::domain::delivery::{chosen, number_typed};
use crate::domain::subscription::LinkedChat;
use crate::service::{Context, ServiceError};
use crate::store::Inbound;

/// What is to be read: the command that was chosen, or what was typed.
///
/// # Errors
/// The database's.
pub(super) async fn meant(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<String, ServiceError> {
    if number_typed(&inbound.text).is_some()
        && let Some(offered) = context.store.offered_choices(&linked.chat.id).await?
        // By our own clock, which also told when it was offered.
        && let Some(command) = chosen(&inbound.text, &offered.choices, offered.at, context.now())
    {
        return Ok(command.to_owned());
    }
    Ok(inbound.text.clone())
}
