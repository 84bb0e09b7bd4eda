//! `/baocao`: a month with every unit in a line, for leaders and the office.

use super::period::evaluation;
use super::{Asked, forbidden};
use crate::domain::command::PeriodWord;
use crate::domain::delivery::DeliveryState;
use crate::domain::names::find_tier;
use crate::message::{Message, view};
use crate::service::{ServiceError, publish};

/// A month with every unit, or with every unit of a tier; what names no tier means all. The office also reads what is held
/// and what becomes of the deliveries.
///
/// # Errors
/// The database's.
pub(super) async fn report(asked: Asked<'_>, what: &str, period: Option<PeriodWord>) -> Result<Message, ServiceError> {
    if !asked.linked.sees_all() {
        return Ok(forbidden(asked));
    }
    let evaluation = match evaluation(asked, period).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let tier = find_tier(&asked.context.catalog.tiers, what);
    let report = view::report(asked.context.lookup(), &evaluation.period, tier.as_ref());
    if !asked.is_office() {
        return Ok(report.into());
    }
    let store = &asked.context.store;
    // One that better figures have overtaken waits for nobody.
    let held = publish::newest_held(asked.context).await?;
    let counts = store.outbox_counts().await?;
    let count = |state| counts.iter().filter(|row| row.state == state).map(|row| row.count).sum::<u64>();
    let state = view::OfficeStateView::of(
        held.iter().map(view::snapshot),
        count(DeliveryState::Waiting),
        count(DeliveryState::Failed),
        count(DeliveryState::Unknown),
    );
    Ok(report.to_the_office(state).into())
}
