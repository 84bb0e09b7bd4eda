//! `/dangky`: a chat becomes a unit's, the leaders' or the office's.

use super::Asked;
use crate::domain::guessing::{GUESS_WINDOW, Hearing, LockedBy, hearing};
use crate::domain::period::in_vietnam;
use crate::domain::subscription::Medium;
use crate::entropy::code_digest;
use crate::message::{Message, view};
use crate::service::{ServiceError, office};

/// Ties the chat by a one-time code. None where the chat or the person guessed too often and knows it.
///
/// # Errors
/// The database's, or a template's.
pub(super) async fn link(asked: Asked<'_>, code: &str) -> Result<Option<Message>, ServiceError> {
    let Asked { context, linked, inbound, .. } = asked;
    let (chat, now) = (&linked.chat, context.now());
    // Everybody at the page is called alike.
    let sender = if chat.medium == Medium::Web { "" } else { inbound.sender.as_str() };
    let digest = code_digest(code);
    // Whoever died before the answer was written hears the same again, even where others have guessed meanwhile.
    if let Some(role) = context.store.redeemed(&digest, &inbound.id).await? {
        return Ok(Some(view::linked(context.lookup(), &chat.title, &role).into()));
    }
    let guesses = context.store.guesses(now - GUESS_WINDOW).await?;
    match hearing(&guesses, &chat.id, sender) {
        Hearing::Heard => {}
        Hearing::Silent => return Ok(None),
        Hearing::Locked(by) => {
            tracing::warn!(chat = chat.title, by = inbound.sender, ?by, "link codes are guessed");
            tell_the_office(asked, by).await?;
            return Ok(Some(Message::LinkLocked));
        }
    }
    let redeemed = context.store.redeem_link_code(&digest, &chat.id, &inbound.sender, &inbound.id, now).await?;
    Ok(Some(match redeemed {
        Ok(role) => {
            tracing::info!(chat = chat.title, role = role.word(), by = inbound.sender, "chat linked");
            view::linked(context.lookup(), &chat.title, &role).into()
        }
        Err(refusal) => {
            tracing::warn!(chat = chat.title, by = inbound.sender, ?refusal, "link code refused");
            Message::LinkRefused
        }
    }))
}

/// Once a day for each chat, person, or everybody: more would be what the guesser wants.
async fn tell_the_office(asked: Asked<'_>, by: LockedBy) -> Result<(), ServiceError> {
    let Asked { context, linked, inbound, .. } = asked;
    let whom = match by {
        LockedBy::Chat => linked.chat.id.as_str(),
        LockedBy::Person => inbound.sender.as_str(),
        LockedBy::All => "all",
    };
    let key = format!("guessing:{whom}:{}", in_vietnam(context.now()).date_naive());
    let told = view::code_guessing(&linked.chat.title, &inbound.sender, by).into();
    office::tell(context, &told, "code_guessing", key).await?;
    Ok(())
}
