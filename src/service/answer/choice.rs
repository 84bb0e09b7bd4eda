//! A number alone is the choice that the chat was offered last.

use crate::domain::command::MORE;
use crate::domain::delivery::{Choice, chosen, number_typed};
use crate::domain::subscription::LinkedChat;
use crate::service::{Context, ServiceError};
use crate::store::{Inbound, OfferedChoices};

/// What is to be read: the command that was chosen, or what was typed.
///
/// # Errors
/// The database's.
pub(super) async fn meant(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<String, ServiceError> {
    if number_typed(&inbound.text).is_none() {
        return Ok(inbound.text.clone());
    }
    let offers = context.store.offered_choices(&linked.chat.id).await?;
    // "Xem thêm" has no number in any text: whoever was offered several, chose one and types another means those.
    let numbered = |offered: OfferedChoices| {
        let choices: Vec<Choice> =
            offered.choices.into_iter().filter(|choice| !choice.command.starts_with(MORE)).collect();
        (!choices.is_empty()).then_some((choices, offered.at))
    };
    let last = offers.into_iter().find_map(numbered);
    // By our own clock, which also told when it was offered.
    let command = last.as_ref().and_then(|(choices, at)| chosen(&inbound.text, choices, *at, context.now()));
    Ok(command.map_or_else(|| inbound.text.clone(), str::to_owned))
}
