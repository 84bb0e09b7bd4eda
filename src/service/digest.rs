//! The leaders' digests: at new figures, once for each day of theirs; weekly and monthly by a schedule, with the picture; and the
//! same on request.

use crate::domain::delivery::DeliveryClass;
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::{Chat, Role};
use crate::message::Message;
use crate::message::view::{self, DigestView};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Extent, Letter, ServiceError, conduct};
use crate::store::NewDelivery;
use chrono::{DateTime, TimeDelta, Utc};

/// What a monthly digest looks back upon.
const MONTH: TimeDelta = TimeDelta::days(31);

/// The summary of a period, as every digest begins, with what happened lately beside the figures.
///
/// # Errors
/// The database's.
pub async fn view(context: &Context, evaluation: &Evaluation) -> Result<DigestView, ServiceError> {
    view_since(context, evaluation, context.now() - conduct::LATELY).await
}

async fn view_since(
    context: &Context,
    evaluation: &Evaluation,
    since: DateTime<Utc>,
) -> Result<DigestView, ServiceError> {
    let beside = conduct::of(context, evaluation, since).await?;
    let findings = evaluation.findings(context);
    Ok(view::digest(context.lookup(), &evaluation.digest(context), &findings).with_conduct(beside))
}

/// What leaders hear of new figures: the first lines, and how to see more. Figures of the same day that come again,
/// corrected, are no second message: the board, `/tomtat` and the next digest have them.
///
/// # Errors
/// The database's, or a template's.
pub async fn new_figures(context: &Context, evaluation: &Evaluation) -> Result<Vec<NewDelivery>, ServiceError> {
    let header = evaluation.header();
    let message = Message::from(view(context, evaluation).await?.of_new_figures());
    // Once a day, but figures that leaders have read already are corrected at once.
    let (reason, key) = if evaluation.corrections.is_empty() {
        ("new_figures", format!("digest:{}:{}", header.period, header.as_of))
    } else {
        ("corrected", format!("digest:{}", header.id))
    };
    let letter = Letter {
        message: &message,
        reason: Some(reason),
        class: DeliveryClass::Broadcast,
        key,
        snapshot: Some(&header.id),
        extent: Extent::Whole,
    };
    let mut deliveries = Vec::new();
    for (_, chat) in context.store.subscriptions().await?.iter().filter(|(role, _)| *role == Role::Leader) {
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}

/// The digest of a week, for these chats. `slot` is the occasion; the figures are the newest. Nothing without figures.
///
/// # Errors
/// The database's, or a template's.
pub async fn weekly(context: &Context, slot: DateTime<Utc>, chats: &[Chat]) -> Result<Vec<NewDelivery>, ServiceError> {
    compose(context, slot, chats, "weekly", conduct::LATELY).await
}

/// The digest of a month, for these chats; as [`weekly`].
///
/// # Errors
/// The database's, or a template's.
pub async fn monthly(context: &Context, slot: DateTime<Utc>, chats: &[Chat]) -> Result<Vec<NewDelivery>, ServiceError> {
    compose(context, slot, chats, "monthly", MONTH).await
}

async fn compose(
    context: &Context,
    slot: DateTime<Utc>,
    chats: &[Chat],
    why: &str,
    back: TimeDelta,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let Some(header) = context.store.current(None).await? else { return Ok(Vec::new()) };
    if chats.is_empty() || header.state != SnapshotState::Published {
        return Ok(Vec::new());
    }
    let evaluation = Evaluation::of(context, &header).await?;
    let view = view_since(context, &evaluation, slot - back).await?.pictured();
    let message = Message::from(if why == "monthly" { view.of_month() } else { view.of_week() });
    let letter = Letter {
        message: &message,
        reason: Some(why),
        class: DeliveryClass::Broadcast,
        key: format!("digest:{why}:{}", slot.timestamp_millis()),
        snapshot: Some(&header.id),
        extent: Extent::Whole,
    };
    let mut deliveries = Vec::new();
    for chat in chats {
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}
