//! `/sosanh`: two units side by side, for those who may see both.

use super::Asked;
use super::names::{self, Meant};
use super::period::evaluation;
use crate::domain::command::PeriodWord;
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::message::{Message, view};
use crate::service::{Context, ServiceError};

/// Two units side by side.
///
/// # Errors
/// The database's.
pub(super) async fn compare(
    asked: Asked<'_>,
    a: &str,
    b: &str,
    period: Option<PeriodWord>,
) -> Result<Message, ServiceError> {
    if a.is_empty() || b.is_empty() {
        return Ok(Message::CompareUsage);
    }
    let month = period.map(|period| format!(" {}", period.typed())).unwrap_or_default();
    let first = match names::meant(asked, a, &|unit| format!("/sosanh {unit} với {b}{month}")) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    // The first name is known by now: whoever chooses the second is not asked for the first again.
    let known = match first.as_slice() {
        [only] => only.to_string(),
        _ => a.to_owned(),
    };
    let second = match names::meant(asked, b, &|unit| format!("/sosanh {known} với {unit}{month}")) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let evaluation = match evaluation(asked, period).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let pairs = pairs(asked.context, &first, &second);
    Ok(view::compared(asked.context.lookup(), &evaluation.period, &pairs).into())
}

/// Units of the same tier belong together; where none do, the first of each name.
fn pairs(context: &Context, first: &[UnitCode], second: &[UnitCode]) -> Vec<(UnitCode, UnitCode)> {
    let tier = |code: &UnitCode| -> Option<&TierCode> { context.catalog.unit(code).map(|unit| &unit.tier) };
    let same = |a: &UnitCode| second.iter().find(|b| tier(b) == tier(a)).map(|b| (a.clone(), b.clone()));
    let pairs: Vec<(UnitCode, UnitCode)> = first.iter().filter_map(same).collect();
    if pairs.is_empty() { first.first().cloned().zip(second.first().cloned()).into_iter().collect() } else { pairs }
}
