//! What only the office may: `/kiemtra` and `/xacnhan`.

use super::period::evaluation;
use super::{Asked, forbidden};
use crate::message::{Message, view};
use crate::service::{ServiceError, publish, uploads};

/// Contradictions in the figures.
///
/// # Errors
/// The database's.
pub(super) async fn audit(asked: Asked<'_>) -> Result<Message, ServiceError> {
    if !asked.is_office() {
        return Ok(forbidden(asked));
    }
    let evaluation = match evaluation(asked, None).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let context = asked.context;
    Ok(view::audit(context.lookup(), evaluation.header(), &evaluation.findings(context)).into())
}

/// Takes a file that waits to be accepted, or lets the figures that are held go on.
///
/// # Errors
/// The database's.
pub(super) async fn confirm(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    if !asked.is_office() {
        return Ok(forbidden(asked));
    }
    if let Some(message) = uploads::confirmed(asked.context, what, &asked.inbound.sender).await? {
        return Ok(message);
    }
    Ok(match publish::confirm_held(asked.context).await? {
        Some(header) => Message::FeedConfirmed(view::snapshot(&header)),
        None => Message::NothingHeld,
    })
}
