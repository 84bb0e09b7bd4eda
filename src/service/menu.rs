//! The list of commands that Telegram shows while people type.

use crate::channel::telegram::{CallError, TelegramChannel};
use crate::service::Context;

/// Tells a bot's list of commands. The same list again changes nothing.
///
/// # Errors
/// What kept Telegram from being told, when it may be told later. A list that it refuses is logged, once and for all:
/// asking again would not change its mind, and nothing else depends on it.
pub async fn announce(context: &Context, channel: &TelegramChannel) -> Result<(), CallError> {
    let commands: Vec<(&str, &str)> =
        context.messages.commands().iter().map(|c| (c.name.as_str(), c.description.as_str())).collect();
    match channel.set_commands(&commands).await {
        Err(CallError::Other { why }) => {
            tracing::error!(why, "Telegram refused the list of commands (messages/commands.toml)");
            Ok(())
        }
        told => told,
    }
}
