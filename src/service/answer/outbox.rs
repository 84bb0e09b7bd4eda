//! `/tingui`: what the office sees of deliveries that are not through, and what it decides about each.
//!
//! Nothing of a message's own text is shown: it may be about another unit's chat, and the office has other ways to figures.

use super::{Asked, forbidden};
use crate::domain::delivery::{DeliveryName, DeliveryState, OutboxSaid, outbox_said};
use crate::message::Message;
use crate::message::view::{self, OUTBOX_LINES, OutboxOutcome};
use crate::service::ServiceError;
use crate::store::{OutboxRow, OutboxVerb, OutboxWord};

/// The list, one message, or what was decided about it.
///
/// # Errors
/// The database's.
pub(super) async fn outbox(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    if !asked.is_office() {
        return Ok(forbidden(asked));
    }
    match outbox_said(what) {
        None => Ok(view::outbox_done(None, OutboxOutcome::NotThere).into()),
        Some(OutboxSaid::List(page)) => list(asked, page).await,
        Some(OutboxSaid::About(name)) => Ok(match asked.context.store.named_delivery(&name).await? {
            Some(row) if is_open(&row) => view::outbox_one(&subject(&row)).into(),
            Some(row) => view::outbox_done(Some(&subject(&row)), closed(&row)).into(),
            None => view::outbox_done(None, OutboxOutcome::NotThere).into(),
        }),
        Some(OutboxSaid::Again(name)) => decide(asked, &name, OutboxVerb::Retry).await,
        Some(OutboxSaid::Drop(name)) => decide(asked, &name, OutboxVerb::Drop).await,
    }
}

async fn list(asked: Asked<'_>, page: u32) -> Result<Message, ServiceError> {
    let store = &asked.context.store;
    let skip = (page - 1).saturating_mul(OUTBOX_LINES);
    let counts = store.open_counts().await?;
    let rows = store.open_deliveries(skip, OUTBOX_LINES).await?;
    let subjects: Vec<_> = rows.iter().map(subject).collect();
    Ok(view::outbox((counts.unknown, counts.failed, counts.waiting), page, &subjects).into())
}

/// Whoever died before the answer was written is told what was done then.
async fn decide(asked: Asked<'_>, name: &DeliveryName, verb: OutboxVerb) -> Result<Message, ServiceError> {
    let Asked { context, inbound, .. } = asked;
    let done = match verb {
        OutboxVerb::Retry => OutboxOutcome::Queued,
        OutboxVerb::Drop => OutboxOutcome::Dropped,
    };
    if let Some(row) = context.store.delivery_decided_by(&inbound.id).await? {
        return Ok(view::outbox_done(Some(&subject(&row)), done).into());
    }
    let Some(row) = context.store.named_delivery(name).await? else {
        return Ok(view::outbox_done(None, OutboxOutcome::NotThere).into());
    };
    let word = OutboxWord { id: &row.id, verb, inbound: Some(&inbound.id), act: None, now: context.now() };
    if context.store.outbox_decide(word).await? {
        context.wake.deliver.notify_waiters();
        tracing::info!(delivery = row.id, ?verb, by = inbound.sender, "the office decided about a message");
        return Ok(view::outbox_done(Some(&subject(&row)), done).into());
    }
    // It may have been sent since it was read.
    let now = context.store.named_delivery(&DeliveryName::Number(row.number)).await?.unwrap_or(row);
    let outcome = if now.state == DeliveryState::Waiting { OutboxOutcome::Waits } else { closed(&now) };
    Ok(view::outbox_done(Some(&subject(&now)), outcome).into())
}

fn is_open(row: &OutboxRow) -> bool {
    matches!(row.state, DeliveryState::Waiting | DeliveryState::Failed | DeliveryState::Unknown)
}

fn closed(row: &OutboxRow) -> OutboxOutcome {
    match row.state {
        DeliveryState::Sending => OutboxOutcome::UnderWay,
        DeliveryState::Dropped => OutboxOutcome::WasDropped,
        _ => OutboxOutcome::WasSent,
    }
}

fn subject(row: &OutboxRow) -> view::OpenMessage<'_> {
    view::OpenMessage {
        number: row.number,
        chat: &row.chat_title,
        group: row.chat_group,
        paused: row.chat_paused.as_deref(),
        lane: &row.lane,
        kind: &row.kind,
        class: row.class,
        part: (row.part, row.parts),
        state: row.state,
        last_error: row.last_error.as_deref(),
        since: row.finished_at.unwrap_or(row.created_at),
        next: row.next_attempt_at,
    }
}
