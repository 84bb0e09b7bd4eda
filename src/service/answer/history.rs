//! `/lichsu`: the months of a unit. Only that unit's figures are loaded, whatever the size of the province.

use super::Asked;
use super::names::{self, Meant};
use super::period::figures;
use crate::domain::history::{first_month, history};
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::names::{NameMatch, leading_indicator, trailing_indicator};
use crate::message::{Message, view};
use crate::service::{Context, ServiceError};

/// No indicator has more words.
const WORDS_MAX: usize = 12;

/// The months of a unit, of one indicator or of all.
///
/// # Errors
/// The database's.
pub(super) async fn months(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    let context = asked.context;
    let (name, indicator) = unit_and_indicator(context, what);
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

/// "sở y tế số hóa" is a unit and an indicator, "sở văn hóa" a unit, "số hóa" an indicator of the chat's own unit.
fn unit_and_indicator<'t>(context: &Context, what: &'t str) -> (&'t str, Option<IndicatorCode>) {
    let indicators = &context.catalog.indicators;
    let is_unit = |name: &str| matches!(context.names.find(name), NameMatch::One(_));
    let whole = |text: &str| leading_indicator(indicators, text).filter(|(_, rest)| rest.is_empty()).map(|(i, _)| i);
    if what.is_empty() || is_unit(what) {
        return (what, None);
    }
    if let Some(indicator) = whole(what) {
        return ("", Some(indicator));
    }
    // The longest name first: "pháp số hóa" resembles an indicator, but then "sở tư" would be all of the name.
    let ends: Vec<usize> = what.match_indices(char::is_whitespace).map(|(at, _)| at).collect();
    let both = ends.iter().rev().take(WORDS_MAX).find_map(|at| {
        let (name, rest) = (what[..*at].trim(), what[*at..].trim());
        let indicator = whole(rest)?;
        is_unit(name).then_some((name, Some(indicator)))
    });
    both.or_else(|| trailing_indicator(indicators, what).map(|(name, indicator)| (name, Some(indicator))))
        .unwrap_or((what, None))
}
