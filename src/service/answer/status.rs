//! `/status` and `/chitieu`: where units stand, and what was assigned to them.

use super::Asked;
use super::names::{self, Ask, Meant};
use super::period::{day_of_names, evaluation};
use crate::domain::command::PeriodWord;
use crate::domain::lineage::has_ended;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::message::{Message, view};
use crate::service::{ServiceError, registry};

/// Where units stand.
///
/// # Errors
/// The database's.
pub(super) async fn status(
    asked: Asked<'_>,
    name: &str,
    period: Option<PeriodWord>,
    ask: Ask<'_>,
) -> Result<Message, ServiceError> {
    let units = match names::meant_on(asked, name, day_of_names(asked, period).await?, ask) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let Asked { context, linked, present, .. } = asked;
    let evaluation = match evaluation(asked, period).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let may_see = |unit: &UnitCode| linked.sees_all() || linked.units().any(|own| own == unit);
    let shown = registry::shown(context, &evaluation, &units, present, period.is_some(), may_see);
    if shown.units.is_empty() {
        let asked_for: Vec<&OrgUnit> = units.iter().filter_map(|code| context.catalog.unit(code)).collect();
        if let Some(view) = view::unit_ended(context.lookup(), &asked_for, present, name, shown.hidden) {
            return Ok(view.into());
        }
    }
    let days = evaluation.working_days_left(context);
    Ok(view::status(context.lookup(), &evaluation.period, &shown.units, days).after(shown.ended).into())
}

/// What was assigned to units.
///
/// # Errors
/// The database's.
pub(super) async fn targets(asked: Asked<'_>, name: &str, ask: Ask<'_>) -> Result<Message, ServiceError> {
    let units = match names::meant(asked, name, ask) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let evaluation = match evaluation(asked, None).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let context = asked.context;
    let units: Vec<&OrgUnit> = units.iter().filter_map(|code| context.catalog.unit(code)).collect();
    // Targets are not inherited: those of a unit that has ended are over.
    if units.iter().all(|unit| has_ended(unit, asked.present))
        && let Some(view) = view::unit_ended(context.lookup(), &units, asked.present, name, !asked.linked.sees_all())
    {
        return Ok(view.into());
    }
    Ok(view::targets(context.lookup(), &evaluation.book, &units, evaluation.header().period).into())
}
