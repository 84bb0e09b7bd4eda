//! `/tamdung` and `/batlai`: a unit's chat asks for silence, and for alerts again; the office may ask for the chats of a
//! unit, which are told.

use super::Asked;
use super::names;
use crate::domain::command::MuteFor;
use crate::domain::delivery::DeliveryClass;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
use crate::domain::names::{find_indicator, named_indicator};
use crate::domain::org_unit::UnitCode;
use crate::domain::subscription::{Chat, Role};
use crate::message::Message;
use crate::message::view::{self, MuteReader, MuteRefusal};
use crate::service::{Letter, ServiceError, mute};

/// Whose alerts are meant, and about what.
struct Scope {
    /// The unit of the chats, where they are not the one in which that was typed.
    other: Option<UnitCode>,
    /// The chats; one where it is the one in which that was typed.
    chats: Vec<Chat>,
    /// None for all.
    indicator: Option<IndicatorCode>,
}

/// Pauses alerts.
///
/// # Errors
/// The database's, or a template's.
pub(super) async fn pause(asked: Asked<'_>, duration: &MuteFor, what: &str) -> Result<Message, ServiceError> {
    let (context, lookup) = (asked.context, asked.context.lookup());
    let typed = match duration {
        MuteFor::Said(span) => format!("{}h ", span.num_hours()),
        MuteFor::Unsaid | MuteFor::Impossible(_) => String::new(),
    };
    let Scope { other, chats, indicator } = match scope(asked, what, &format!("/tamdung {typed}")).await? {
        Ok(scope) => scope,
        Err(answer) => return Ok(*answer),
    };
    let span = match duration {
        MuteFor::Said(span) => *span,
        MuteFor::Unsaid => return Ok(view::mute_ask(lookup, other.as_ref(), indicator.as_ref()).into()),
        MuteFor::Impossible(typed) => return Ok(view::mute_refused(lookup, MuteRefusal::Duration(typed)).into()),
    };
    let now = context.now();
    let said = |reader| view::mute_set(lookup, indicator.as_ref(), now + span, reader);
    let mut told = Vec::new();
    for chat in &chats {
        let mute = Mute {
            id: context.id(),
            chat_id: chat.id.clone(),
            indicator: indicator.clone(),
            started_at: now,
            until: now + span,
            ended_at: None,
        };
        context.store.mute(&mute, &asked.inbound.sender).await?;
        if other.is_some() {
            let message = Message::from(said(MuteReader::Other));
            let key = format!("muted:{}", asked.inbound.id);
            told.extend(by_the_office(&message, key).to(context, chat)?);
        }
    }
    context.store.enqueue(&told, now).await?;
    Ok(match &other {
        Some(unit) => said(MuteReader::Office(unit, chats.len())).into(),
        None => said(MuteReader::Itself).into(),
    })
}

/// Ends pauses: of one indicator, or all.
///
/// # Errors
/// The database's, or a template's.
pub(super) async fn resume(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    let context = asked.context;
    let Scope { other, chats, indicator } = match scope(asked, what, "/batlai ").await? {
        Ok(scope) => scope,
        Err(answer) => return Ok(*answer),
    };
    let Some(unit) = other else {
        let units: Vec<UnitCode> = asked.linked.units().cloned().collect();
        let over = over(asked, &asked.linked.chat, indicator.as_ref(), &units).await?;
        let Some((ids, message)) = over else { return Ok(Message::NotMuted) };
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let done = context.store.end_mutes(&ids, &[], context.now()).await?;
        return Ok(if done { message } else { Message::NotMuted });
    };
    let mut lifted = 0;
    for chat in &chats {
        let over = over(asked, chat, indicator.as_ref(), std::slice::from_ref(&unit)).await?;
        let Some((ids, message)) = over else { continue };
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let key = format!("unmuted:{}", asked.inbound.id);
        let told = by_the_office(&message, key).to(context, chat)?;
        lifted += usize::from(context.store.end_mutes(&ids, &told, context.now()).await?);
    }
    Ok(view::mute_lifted(context.lookup(), &unit, lifted).into())
}

/// What a chat is told when the office paused its alerts, or brought them back.
fn by_the_office(message: &Message, key: String) -> Letter<'_> {
    Letter { message, reason: Some("by_office"), class: DeliveryClass::Broadcast, key, snapshot: None }
}

/// The pauses of a chat that end, and what is said about it; none when nothing pauses.
async fn over(
    asked: Asked<'_>,
    chat: &Chat,
    indicator: Option<&IndicatorCode>,
    units: &[UnitCode],
) -> Result<Option<(Vec<String>, Message)>, ServiceError> {
    let context = asked.context;
    let mut open = context.store.open_mutes().await?;
    open.retain(|mute| mute.chat_id == chat.id && (indicator.is_none() || mute.indicator.as_ref() == indicator));
    // Several pauses end as one: from the first of them on something may have been missed.
    let Some(first) = open.iter().min_by_key(|mute| mute.started_at).cloned() else { return Ok(None) };
    let of = if open.len() == 1 { first.indicator.clone() } else { None };
    let ended = Mute { indicator: of, until: context.now().max(first.until), ..first };
    let message = mute::end(context, &ended, units).await?;
    Ok(Some((open.into_iter().map(|mute| mute.id).collect(), message)))
}

/// Whose alerts are meant; or why that cannot be. `command` is what a unit is put behind, for people to choose.
async fn scope(asked: Asked<'_>, what: &str, command: &str) -> Result<Result<Scope, Box<Message>>, ServiceError> {
    let Asked { context, linked, .. } = asked;
    let refused = |refusal| Ok(Err(Box::new(view::mute_refused(context.lookup(), refusal).into())));
    let own = linked.units().next().is_some();
    let indicators = &context.catalog.indicators;
    // Where a unit may stand as well, "sở văn hóa" is not "số hóa" with two slips.
    let indicator =
        if asked.is_office() { named_indicator(indicators, what) } else { find_indicator(indicators, what) };
    if own && (what.trim().is_empty() || indicator.is_some()) {
        return Ok(Ok(Scope { other: None, chats: vec![linked.chat.clone()], indicator }));
    }
    if !asked.is_office() {
        return refused(if own { MuteRefusal::Indicator(what) } else { MuteRefusal::NotAUnit });
    }
    let (name, indicator) = names::unit_and_indicator(context, what);
    if name.is_empty() {
        return refused(MuteRefusal::NoUnit);
    }
    let behind = indicator.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let unit = match names::one(asked, name, &|unit| format!("{command}{unit}{behind}")) {
        Ok(unit) => unit,
        Err(answer) => return Ok(Err(answer)),
    };
    let chats = context.store.chats_with_role(&Role::Unit(unit.clone())).await?;
    if chats.is_empty() {
        return refused(MuteRefusal::NoChat(&unit));
    }
    Ok(Ok(Scope { other: Some(unit), chats, indicator }))
}
