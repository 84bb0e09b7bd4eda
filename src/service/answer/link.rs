//! `/dangky` and `/huy`: a chat becomes a unit's, the leaders' or the office's, and nobody's again.

use super::Asked;
use crate::entropy::code_digest;
use crate::message::{Message, view};
use crate::service::ServiceError;

/// Ties the chat by a one-time code.
///
/// # Errors
/// The database's.
pub(super) async fn link(asked: Asked<'_>, code: &str) -> Result<Message, ServiceError> {
    let Asked { context, linked, inbound, .. } = asked;
    let redeemed =
        context.store.redeem_link_code(&code_digest(code), &linked.chat.id, &inbound.sender, context.now()).await?;
    Ok(match redeemed {
        Ok(role) => {
            tracing::info!(chat = linked.chat.title, role = role.word(), by = inbound.sender, "chat linked");
            view::linked(context.lookup(), &role).into()
        }
        Err(refusal) => {
            tracing::warn!(chat = linked.chat.title, by = inbound.sender, ?refusal, "link code refused");
            Message::LinkRefused
        }
    })
}
