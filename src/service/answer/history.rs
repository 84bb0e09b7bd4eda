//! `/lichsu`: the months of a unit. Only that unit's figures are loaded, whatever the size of the province.

use super::Asked;
use super::names::{self, Meant};
use super::period::figures;
use crate::domain::history::{first_month, history};
use crate::domain::indicator::Indicator;
use crate::message::{Message, view};
use crate::service::ServiceError;

/// The months of a unit, of one indicator or of all.
///
/// # Errors
/// The database's.
pub(super) async fn months(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    let context = asked.context;
    let (name, indicator) = names::unit_and_indicator(context, what);
    let behind = indicator.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let units = match names::meant(asked, name, &|unit| format!("/lichsu {unit}{behind}")) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let newest = match figures(context, None).await? {
        Ok(header) => header.period,
        Err(message) => return Ok(message),
    };
    let wanted = |known: &&Indicator| indicator.as_ref().is_none_or(|code| *code == known.code);
    let indicators: Vec<&Indicator> = context.catalog.indicators.iter().filter(wanted).collect();
    let mut tables = Vec::with_capacity(units.len());
    for unit in units {
        let recorded = context.store.history_of(&unit, first_month(newest), newest).await?;
        let months = history(&indicators, &recorded, newest, &context.catalog.alerts.assess);
        tables.push((unit, months));
    }
    Ok(view::history(context.lookup(), newest, &indicators, &tables).into())
}
