//! The leaders' digests that come by a schedule, weekly and monthly, whether or not there are new figures.

use crate::domain::delivery::DeliveryClass;
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::Chat;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Letter, ServiceError, conduct};
use crate::store::NewDelivery;
use chrono::{DateTime, TimeDelta, Utc};

/// What a monthly digest looks back upon.
const MONTH: TimeDelta = TimeDelta::days(31);

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
    let findings = evaluation.findings(context);
    let beside = conduct::of(context, &evaluation, slot - back).await?;
    let digest = view::digest(context.lookup(), &evaluation.digest(context), &findings);
    let message = Message::from(digest.with_conduct(beside));
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
