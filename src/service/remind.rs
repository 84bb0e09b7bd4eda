//! Decides again upon the newest published figures, so that whoever was not told yet is told: a unit whose chat was
//! linked after the figures came, or a whole unit whose alerts were paused.
//!
//! Nothing is repeated here. What goes on is told again when a schedule says so ([`crate::service::schedule`]).

use crate::domain::snapshot::SnapshotState;
use crate::service::evaluate::Evaluation;
use crate::service::publish::{Plan, Repeat};
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
    let plan = Plan::bulletins(context, &evaluation, true, Repeat::Never).await?;
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
            tracing::info!(messages = deliveries, "those who were not told yet are told");
            Ok(deliveries)
        }
        // Somebody published in the meantime; the next step looks again.
        PublishOutcome::Overtaken => Ok(0),
    }
}
