//! `/tamdung` and `/batlai`: a unit's chat asks for silence, and for alerts again.

use super::Asked;
use crate::domain::command::MuteFor;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
use crate::domain::names::find_indicator;
use crate::domain::org_unit::UnitCode;
use crate::message::{Message, view};
use crate::service::{ServiceError, mute};

/// Pauses alerts.
///
/// # Errors
/// The database's.
pub(super) async fn pause(asked: Asked<'_>, duration: &MuteFor, what: &str) -> Result<Message, ServiceError> {
    let (context, lookup) = (asked.context, asked.context.lookup());
    let indicator = match meant(asked, what) {
        Ok(indicator) => indicator,
        Err(refused) => return Ok(*refused),
    };
    let span = match duration {
        MuteFor::Said(span) => *span,
        MuteFor::Unsaid => return Ok(view::mute_ask(lookup, indicator.as_ref()).into()),
        MuteFor::Impossible(typed) => return Ok(view::mute_refused(lookup, false, Some(typed), None).into()),
    };
    let now = context.now();
    let mute = Mute {
        id: asked.inbound.id.clone(),
        chat_id: asked.linked.chat.id.clone(),
        indicator: indicator.clone(),
        started_at: now,
        until: now + span,
        ended_at: None,
    };
    let until = context.store.mute(&mute, &asked.inbound.sender).await?;
    Ok(view::mute_set(lookup, indicator.as_ref(), until).into())
}

/// Ends pauses: of one indicator, or all.
///
/// # Errors
/// The database's.
pub(super) async fn resume(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    let context = asked.context;
    let indicator = match meant(asked, what) {
        Ok(indicator) => indicator,
        Err(refused) => return Ok(*refused),
    };
    let chat = &asked.linked.chat.id;
    // Whoever died between ending pauses and the answer says the same again.
    let ended_before = context.store.mutes_ended_by(&asked.inbound.id).await?;
    let again = !ended_before.is_empty();
    let mut open = if again { ended_before } else { context.store.open_mutes().await? };
    open.retain(|mute| mute.chat_id == *chat && (indicator.is_none() || mute.indicator == indicator));
    // Several pauses end as one: from the first of them on something may have been missed.
    let Some(first) = open.iter().min_by_key(|mute| mute.started_at).cloned() else { return Ok(Message::NotMuted) };
    let of = if open.len() == 1 { first.indicator.clone() } else { None };
    let ended = Mute { indicator: of, until: context.now().max(first.until), ..first };
    let units: Vec<UnitCode> = asked.linked.units().cloned().collect();
    let message = mute::end(context, &ended, &units).await?;
    if again {
        return Ok(message);
    }
    let ids: Vec<&str> = open.iter().map(|mute| mute.id.as_str()).collect();
    let done = context.store.end_mutes(&ids, Some(&asked.inbound.id), &[], context.now()).await?;
    Ok(if done { message } else { Message::NotMuted })
}

/// The indicator that is meant, none for all; or why it cannot be.
fn meant(asked: Asked<'_>, what: &str) -> Result<Option<IndicatorCode>, Box<Message>> {
    let refused = |not_a_unit, indicator| {
        Err(Box::new(view::mute_refused(asked.context.lookup(), not_a_unit, None, indicator).into()))
    };
    if asked.linked.units().next().is_none() {
        return refused(true, None);
    }
    if what.trim().is_empty() {
        return Ok(None);
    }
    match find_indicator(&asked.context.catalog.indicators, what) {
        Some(indicator) => Ok(Some(indicator)),
        None => refused(false, Some(what)),
    }
}
