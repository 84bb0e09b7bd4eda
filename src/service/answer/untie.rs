//! `/huy`: a chat stops being what it was. Every chat may untie itself, the office any chat; both are asked first.

use super::Asked;
use crate::domain::names::{NameMatch, fold};
use crate::domain::subscription::{LinkedChat, Medium, Role};
use crate::message::{Message, view};
use crate::service::{ServiceError, office};

/// What confirms, folded.
const CONFIRMED: &str = "xac nhan";
/// What means this chat, folded.
const HERE: &[&str] = &["", "lien ket", "nhom nay", "lien ket nhom nay"];

/// Asks, lists or unties.
///
/// # Errors
/// The database's, or a template's.
pub(super) async fn untie(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    // Whoever died between untying and the answer says the same again.
    if let Some(linked) = asked.context.store.untied_by(&asked.inbound.id).await? {
        return done(asked, &linked).await;
    }
    if asked.linked.roles.is_empty() {
        return Ok(Message::Unlinked);
    }
    let (target, confirmed) = parts(what);
    if asked.is_office() && target != "nhom nay" {
        return of_the_office(asked, &target, confirmed).await;
    }
    // A unit's chat has no say over others, whatever it names.
    one(asked, asked.linked, confirmed).await
}

/// The folded target and whether it is confirmed: "0198… xác nhận".
fn parts(what: &str) -> (String, bool) {
    let folded = fold(what);
    match folded.strip_suffix(CONFIRMED) {
        Some(target) => (target.trim_end().to_owned(), true),
        None => (folded, false),
    }
}

async fn of_the_office(asked: Asked<'_>, target: &str, confirmed: bool) -> Result<Message, ServiceError> {
    let context = asked.context;
    let mut chats = context.store.chats().await?;
    // The page's own chats cannot be untied, so that they would only be in the way.
    chats.retain(|linked| !linked.roles.is_empty() && linked.chat.medium != Medium::Web);
    let of_id = |linked: &&LinkedChat| !target.is_empty() && fold(&linked.chat.id) == target;
    if let Some(linked) = chats.iter().find(of_id) {
        return one(asked, linked, confirmed).await;
    }
    let wanted: Vec<&LinkedChat> = if HERE.contains(&target) {
        chats.iter().collect()
    } else {
        let units = match context.names.find(target) {
            NameMatch::One(units) => units,
            NameMatch::Ambiguous(_) | NameMatch::Unknown(_) => Vec::new(),
        };
        let fits = |linked: &&LinkedChat| {
            linked.units().any(|unit| units.contains(unit)) || fold(&linked.chat.title).contains(target)
        };
        chats.iter().filter(fits).collect()
    };
    let ask = |linked: &LinkedChat| format!("/huy {}", linked.chat.id);
    Ok(view::untie_list(context.lookup(), &wanted, ask).into())
}

async fn one(asked: Asked<'_>, linked: &LinkedChat, confirmed: bool) -> Result<Message, ServiceError> {
    let Asked { context, inbound, .. } = asked;
    let here = linked.chat.id == asked.linked.chat.id;
    let page = linked.chat.medium == Medium::Web;
    let last_office =
        linked.roles.contains(&Role::Office) && context.store.chats_with_role(&Role::Office).await?.len() < 2;
    if page || last_office {
        return Ok(view::UntieRefusedView { page }.into());
    }
    if !confirmed {
        let command = if here {
            "/huy nhóm này xác nhận".to_owned()
        } else {
            format!("/huy {} xác nhận", linked.chat.id)
        };
        return Ok(view::untie_ask(context.lookup(), linked, here, command).into());
    }
    context.store.unsubscribe_all(&linked.chat.id, &inbound.id, context.now()).await?;
    tracing::info!(chat = linked.chat.title, by = inbound.sender, "chat untied");
    done(asked, linked).await
}

/// What is said of a chat that is untied, with the roles that it had.
async fn done(asked: Asked<'_>, linked: &LinkedChat) -> Result<Message, ServiceError> {
    let Asked { context, inbound, .. } = asked;
    let here = linked.chat.id == asked.linked.chat.id;
    if here && !linked.roles.contains(&Role::Office) {
        let told = view::chat_untied(context.lookup(), linked, &inbound.sender).into();
        office::tell(context, &told, "chat_untied", format!("untied:{}", inbound.id)).await?;
    }
    Ok(view::untied(context.lookup(), linked, here).into())
}
