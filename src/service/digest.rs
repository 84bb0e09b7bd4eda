//! The leaders' digests: at new figures, once a day at most; weekly and monthly by a schedule, with the picture; and the
//! same on request.

use crate::domain::delivery::DeliveryClass;
use crate::domain::period::day_in_vietnam;
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::{Chat, Role};
use crate::message::Message;
use crate::message::view::{self, DigestView};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Letter, ServiceError};
use crate::store::NewDelivery;
use chrono::{DateTime, Utc};

/// The summary of a period, as every digest begins.
#[must_use]
pub fn view(context: &Context, evaluation: &Evaluation) -> DigestView {
    view::digest(context.lookup(), &evaluation.digest(context), &evaluation.findings(context))
}

/// What leaders hear of new figures: the first lines, and how to see more. A second snapshot on the same day is no second
/// message: the board and `/tomtat` have it.
///
/// # Errors
/// The database's, or a template's.
pub async fn new_figures(context: &Context, evaluation: &Evaluation) -> Result<Vec<NewDelivery>, ServiceError> {
    let header = evaluation.header();
    let message = Message::from(view(context, evaluation).of_new_figures());
    let letter = Letter {
        message: &message,
        reason: Some("new_figures"),
        class: DeliveryClass::Broadcast,
        key: format!("digest:{}:{}", header.period, day_in_vietnam(context.now())),
        snapshot: Some(&header.id),
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
pub async fn weekly(
    context: &Context,
    slot: DateTime<Utc>,
    chats: &[Chat],
) -> Result<Vec<NewDelivery>, ServiceError> {
    compose(context, slot, chats, "weekly", DigestView::of_week).await
}

/// The digest of a month, for these chats; as [`weekly`].
///
/// # Errors
/// The database's, or a template's.
pub async fn monthly(
    context: &Context,
    slot: DateTime<Utc>,
    chats: &[Chat],
) -> Result<Vec<NewDelivery>, ServiceError> {
    compose(context, slot, chats, "monthly", DigestView::of_month).await
}

async fn compose(
    context: &Context,
    slot: DateTime<Utc>,
    chats: &[Chat],
    why: &str,
    titled: impl Fn(DigestView) -> DigestView,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let Some(header) = context.store.current(None).await? else { return Ok(Vec::new()) };
    if chats.is_empty() || header.state != SnapshotState::Published {
        return Ok(Vec::new());
    }
    let evaluation = Evaluation::of(context, &header).await?;
    let message = Message::from(titled(view(context, &evaluation)).pictured());
    let letter = Letter {
        message: &message,
        reason: Some(why),
        class: DeliveryClass::Broadcast,
        key: format!("digest:{why}:{}", slot.timestamp_millis()),
        snapshot: Some(&header.id),
    };
    let mut deliveries = Vec::new();
    for chat in chats {
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}
