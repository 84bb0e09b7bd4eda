//! Reminds: conditions that go on are told again after the repeat interval of `catalog/alerts.toml`.
//!
//! There is no timer per unit. The newest published figures are simply decided upon again: when the interval has passed,
//! the decision says "still missed"; otherwise it says "nothing new", and nobody hears anything.

use crate::domain::snapshot::SnapshotState;
use crate::service::evaluate::Evaluation;
use crate::service::publish::Plan;
use crate::service::{Context, ServiceError};
use crate::store::{Publication, PublishOutcome};

/// Decides again upon the newest published figures. Returns how many messages were queued.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let Some(header) = context.store.current(None).await? else { return Ok(0) };
    if header.state != SnapshotState::Published {
        return Ok(0);
    }
    let evaluation = Evaluation::of(context, &header).await?;
    let plan = Plan::bulletins(context, &evaluation, true).await?;
    if plan.deliveries.is_empty() {
        return Ok(0);
    }
    let outcome = context
        .store
        .publish(Publication {
            expected: plan.revision,
            states: plan.states.as_deref(),
            snapshot: None,
            assessments: &[],
            deliveries: &plan.deliveries,
            now: context.now(),
        })
        .await?;
    match outcome {
        PublishOutcome::Published { deliveries } => {
            context.wake.deliver.notify_waiters();
            tracing::info!(messages = deliveries, "reminders queued");
            Ok(deliveries)
        }
        // Somebody published in the meantime; the next step looks again.
        PublishOutcome::Overtaken => Ok(0),
    }
}
