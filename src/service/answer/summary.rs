//! `/tomtat`: the leaders' summary, with its picture; `/xemthem`: the rest of it.

use super::period::evaluation;
use super::{Asked, forbidden};
use crate::domain::command::PeriodWord;
use crate::message::Message;
use crate::service::{ServiceError, digest};

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
    Ok(digest::view(asked.context, &evaluation).await?.pictured().into())
}

/// What the summary left out.
///
/// # Errors
/// The database's.
pub(super) async fn more(asked: Asked<'_>, period: Option<PeriodWord>) -> Result<Message, ServiceError> {
    if !asked.linked.sees_all() {
        return Ok(forbidden(asked));
    }
    Ok(match evaluation(asked, period).await? {
        Ok(evaluation) => digest::view(asked.context, &evaluation).await?.more().into(),
        Err(message) => message,
    })
}
