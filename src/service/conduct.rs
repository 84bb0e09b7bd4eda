//! Loads what leaders read beside the figures: what goes on for long, what was promised and kept, who asked for silence.

use crate::domain::mute::Mute;
use crate::domain::org_unit::UnitCode;
use crate::message::view::{self, ConductView};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, ServiceError, escalation, promise};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// How far a digest that has no digest before it looks back.
pub const LATELY: TimeDelta = TimeDelta::days(7);

/// What stands beside an evaluation's figures; what was kept or paused counts from `since`, the digest before.
///
/// # Errors
/// The database's.
pub async fn of(context: &Context, evaluation: &Evaluation, since: DateTime<Utc>) -> Result<ConductView, ServiceError> {
    let escalation = escalation::of(context, evaluation).await?;
    let standing = promise::standing(context, evaluation, since).await?;
    let mutes = mutes(context, since).await?;
    let after = context.catalog.escalation.after_periods;
    Ok(view::conduct(context.lookup(), after, &escalation, &standing, &mutes, context.now()))
}

/// The pauses since a moment, with the units of their chats.
async fn mutes(context: &Context, since: DateTime<Utc>) -> Result<Vec<(Mute, Vec<UnitCode>)>, ServiceError> {
    let mutes = context.store.mutes_since(since).await?;
    if mutes.is_empty() {
        return Ok(Vec::new());
    }
    let mut units: HashMap<String, Vec<UnitCode>> = HashMap::new();
    for (role, chat) in context.store.subscriptions().await? {
        if let Some(unit) = role.unit() {
            units.entry(chat.id).or_default().push(unit.clone());
        }
    }
    Ok(mutes.into_iter().filter_map(|mute| Some((mute.clone(), units.get(&mute.chat_id)?.clone()))).collect())
}
