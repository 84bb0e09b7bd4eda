//! Holding figures that look wrong, and telling the office what contradicts itself in those that do not.

use super::PublishReport;
use crate::domain::correction::Standing;
use crate::domain::delivery::DeliveryClass;
use crate::domain::feed::{FeedDoubt, References, doubt};
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::subscription::Role;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Extent, Letter, ServiceError};
use crate::store::{NewDelivery, Publication, PublishOutcome};

/// Holds the figures against the last ones that were published. A day that was overtaken replaces nothing, and so does
/// the first reading of a month that is past.
pub(super) fn doubtful(context: &Context, evaluation: &Evaluation, standing: Standing) -> Option<FeedDoubt> {
    let catalog = &context.catalog;
    let previous = evaluation.previous_figures();
    let references = References {
        same_month: evaluation.earlier_figures(),
        previous: previous.filter(|_| !matches!(standing, Standing::Past)),
        units: &catalog.units,
        indicators: &catalog.indicators,
        calendar: &catalog.calendar,
    };
    let replaces = !matches!(standing, Standing::Overtaken);
    replaces.then(|| doubt(evaluation.figures(), references, &catalog.feed)).flatten()
}

/// Holds a snapshot and tells the office why: once for the same doubt, however often the source is asked.
pub(super) async fn hold(
    context: &Context,
    header: &SnapshotHeader,
    doubt: &FeedDoubt,
    report: &mut PublishReport,
) -> Result<(), ServiceError> {
    let words = doubt.words();
    context.store.note_doubt(&header.id, &words).await?;
    let message = Message::from(view::feed_suspicious(context.lookup(), header, doubt));
    let key = doubt.key(header.as_of);
    let deliveries = to_the_office(context, &message, "feed_suspicious", key, header).await?;
    let (revision, _) = context.store.alert_states().await?;
    let outcome = context
        .store
        .publish(Publication {
            expected: revision,
            states: None,
            snapshot: Some((&header.id, SnapshotState::Held)),
            assessments: &[],
            deliveries: &deliveries,
            now: context.now(),
        })
        .await?;
    // Overtaken: the snapshot is still undecided, and the next step doubts it again.
    if let PublishOutcome::Published { deliveries } = outcome {
        report.queued += deliveries;
        report.held.push(header.id.clone());
        context.metrics.held.inc();
        tracing::warn!(
            period = %header.period, number = header.number, reasons = words,
            "snapshot held: it looks wrong; agencies were not told"
        );
    }
    Ok(())
}

/// Tells the office of the contradictions that a snapshot brought; agencies never read them.
pub(super) async fn findings(context: &Context, evaluation: &Evaluation) -> Result<Vec<NewDelivery>, ServiceError> {
    let found = evaluation.new_findings(context);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let header = evaluation.header();
    let message = Message::from(view::new_findings(context.lookup(), header, &found));
    to_the_office(context, &message, "new_findings", format!("findings:{}", header.id), header).await
}

/// One message for every chat of the office.
pub(super) async fn to_the_office(
    context: &Context,
    message: &Message,
    reason: &str,
    key: String,
    header: &SnapshotHeader,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let letter = Letter {
        message,
        reason: Some(reason),
        class: DeliveryClass::Broadcast,
        key,
        snapshot: Some(&header.id),
        extent: Extent::Whole,
    };
    let mut deliveries = Vec::new();
    for chat in context.store.chats_with_role(&Role::Office).await? {
        deliveries.extend(letter.to(context, &chat)?);
    }
    Ok(deliveries)
}
