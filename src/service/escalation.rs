//! Loads what the leaders are to be told by name ([`crate::domain::escalation`]).

use crate::domain::escalation::{Escalation, LOOK_BACK, escalate};
use crate::domain::period::ReportingPeriod;
use crate::service::evaluate::Evaluation;
use crate::service::{Context, ServiceError, promise};

/// What an evaluation's digest names. The months before are those that were published, each by its newest figures.
///
/// # Errors
/// The database's.
pub async fn of(context: &Context, evaluation: &Evaluation) -> Result<Escalation, ServiceError> {
    let policy = context.catalog.escalation;
    if policy.most == 0 {
        return Ok(Escalation::default());
    }
    let mut snapshots = Vec::new();
    let before = std::iter::successors(evaluation.header().period.previous(), |month| month.previous());
    // A month without figures ends every row, so nothing behind it matters.
    for period in before.take(LOOK_BACK) {
        match newest(context, period).await? {
            Some(snapshot) => snapshots.push(snapshot),
            None => break,
        }
    }
    let snapshots: Vec<&str> = snapshots.iter().map(String::as_str).collect();
    let missed = context.store.missed(&snapshots).await?;
    let broken = promise::broken(context, evaluation).await?;
    Ok(escalate(policy, &evaluation.period, &missed, &broken))
}

async fn newest(context: &Context, period: ReportingPeriod) -> Result<Option<String>, ServiceError> {
    Ok(context.store.current(Some(period)).await?.map(|header| header.id))
}
