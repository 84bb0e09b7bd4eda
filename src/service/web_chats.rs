//! The chats of the page: everybody of the catalog can be reached there without any account.

use crate::channel::web::WEB_LANE;
use crate::domain::org_unit::OrgUnit;
use crate::domain::period::{day_in_vietnam, day_vi};
use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::service::{Context, ServiceError};
use std::collections::HashMap;

/// Makes sure that the embedded chats exist: one for each unit of the catalog that has begun, one for the leaders, one for
/// the office. A unit that ended keeps its own; its successor gets another one.
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
    let today = day_in_vietnam(now);
    for unit in context.catalog.units.iter().filter(|unit| unit.valid_from.is_none_or(|from| from <= today)) {
        wanted.push((format!("unit/{}", unit.code), title(context, unit), Role::Unit(unit.code.clone())));
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

/// What a unit's chat is called: where units bore one name after the other, with the first day of the later one.
fn title(context: &Context, unit: &OrgUnit) -> String {
    let name = unit.full_name();
    let shares = |other: &OrgUnit| other.code != unit.code && other.full_name() == name;
    match unit.valid_from {
        Some(from) if context.catalog.units.iter().any(shares) => format!("{name} (từ {})", day_vi(from)),
        _ => name,
    }
}
