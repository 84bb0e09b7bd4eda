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
use crate::service::{Extent, Letter, ServiceError, mute};

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
    let mut until = now + span;
    for (n, chat) in chats.iter().enumerate() {
        // Whoever died before the answer does the same again: one pause for a chat and a message.
        let id = if n == 0 { asked.inbound.id.clone() } else { format!("{}-{n}", asked.inbound.id) };
        let mute =
            Mute { id, chat_id: chat.id.clone(), indicator: indicator.clone(), started_at: now, until, ended_at: None };
        until = context.store.mute(&mute, &asked.inbound.sender).await?;
    }
    let said = |reader| view::mute_set(lookup, indicator.as_ref(), until, reader);
    let Some(unit) = &other else { return Ok(said(MuteReader::Itself).into()) };
    let message = Message::from(said(MuteReader::Other));
    let mut told = Vec::new();
    for chat in &chats {
        told.extend(by_the_office(&message, format!("muted:{}", asked.inbound.id)).to(context, chat)?);
    }
    context.store.enqueue(&told, now).await?;
    Ok(said(MuteReader::Office(unit, chats.len())).into())
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
        let ended = end(asked, &asked.linked.chat, indicator.as_ref(), &units, false).await?;
        return Ok(ended.unwrap_or(Message::NotMuted));
    };
    let mut lifted = 0;
    for chat in &chats {
        let ended = end(asked, chat, indicator.as_ref(), std::slice::from_ref(&unit), true).await?;
        lifted += usize::from(ended.is_some());
    }
    Ok(view::mute_lifted(context.lookup(), &unit, lifted).into())
}

/// What a chat is told when the office paused its alerts, or brought them back.
fn by_the_office(message: &Message, key: String) -> Letter<'_> {
    Letter {
        message,
        reason: Some("by_office"),
        class: DeliveryClass::Broadcast,
        key,
        snapshot: None,
        extent: Extent::Whole,
    }
}

/// Ends the pauses of a chat, and gives what is said about it; none when nothing pauses. `tell` queues it for the chat.
async fn end(
    asked: Asked<'_>,
    chat: &Chat,
    indicator: Option<&IndicatorCode>,
    units: &[UnitCode],
    tell: bool,
) -> Result<Option<Message>, ServiceError> {
    let (context, inbound) = (asked.context, asked.inbound.id.as_str());
    let about = |mutes: &mut Vec<Mute>| {
        mutes.retain(|mute| mute.chat_id == chat.id && (indicator.is_none() || mute.indicator.as_ref() == indicator));
    };
    // Whoever died between ending pauses and the answer says the same again.
    let mut before = context.store.mutes_ended_by(inbound).await?;
    about(&mut before);
    let again = !before.is_empty();
    let mut open = if again { before } else { context.store.open_mutes().await? };
    about(&mut open);
    // Several pauses end as one: from the first of them on something may have been missed.
    let Some(first) = open.iter().min_by_key(|mute| mute.started_at).cloned() else { return Ok(None) };
    let of = if open.len() == 1 { first.indicator.clone() } else { None };
    let ended = Mute { indicator: of, until: context.now().max(first.until), ..first };
    let message = mute::end(context, &ended, units).await?;
    if again {
        return Ok(Some(message));
    }
    let told = if tell { by_the_office(&message, format!("unmuted:{inbound}")).to(context, chat)? } else { Vec::new() };
    let ids: Vec<&str> = open.iter().map(|mute| mute.id.as_str()).collect();
    let done = context.store.end_mutes(&ids, Some(inbound), &told, context.now()).await?;
    Ok(done.then_some(message))
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
