//! `/tomtat`: the leaders' summary.

use super::period::evaluation;
use super::{Asked, forbidden};
use crate::domain::command::PeriodWord;
use crate::message::{Message, view};
use crate::service::{ServiceError, conduct};

/// Where the province stands.
///
/// # Errors
/// The database's.
pub(super) async fn summary(asked: Asked<'_>, period: Option<PeriodWord>) -> Result<Message, ServiceError> {
    if !asked.linked.sees_all() {
        return Ok(forbidden(asked));
    }
    let evaluation = match evaluation(asked, period).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let context = asked.context;
    let findings = evaluation.findings(context);
    let beside = conduct::of(context, &evaluation, context.now() - conduct::LATELY).await?;
    Ok(view::digest(context.lookup(), &evaluation.digest(context), &findings).with_conduct(beside).into())
}
