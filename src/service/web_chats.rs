//! The chats of the page: everybody of the catalog can be reached there without any account.

use crate::channel::web::WEB_LANE;
use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::service::{Context, ServiceError};
use std::collections::HashMap;

/// Makes sure that the embedded chats exist: one for each unit of the catalog, one for the leaders, one for the office.
///
/// # Errors
/// The database's.
pub async fn ensure_web_chats(context: &Context) -> Result<(), ServiceError> {
    let now = context.now();
    let leaders = format!("Lãnh đạo UBND {}", context.catalog.organisation.name);
    let mut wanted = vec![
        ("leader".to_owned(), leaders, Role::Leader),
        ("office".to_owned(), context.catalog.organisation.office.clone(), Role::Office),
    ];
    for unit in &context.catalog.units {
        wanted.push((format!("unit/{}", unit.code), unit.full_name(), Role::Unit(unit.code.clone())));
    }
    let known = context.store.chats().await?;
    let known: HashMap<&str, &LinkedChat> =
        known.iter().filter(|l| l.chat.medium == Medium::Web).map(|l| (l.chat.address.as_str(), l)).collect();
    let new: Vec<(Chat, Role)> = wanted
        .into_iter()
        .filter(|(address, title, role)| {
            known.get(address.as_str()).is_none_or(|l| l.chat.title != *title || !l.roles.contains(role))
        })
        .map(|(address, title, role)| {
            let (id, lane) = (context.id(), WEB_LANE.to_owned());
            (Chat { id, medium: Medium::Web, lane, address, title, group: true, paused: None }, role)
        })
        .collect();
    if !new.is_empty() {
        context.store.ensure_chats(&new, "chitieu", now).await?;
    }
    Ok(())
}
