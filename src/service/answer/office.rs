//! What only the office may: `/kiemtra`, `/xacnhan` and `/capma`.

use super::period::evaluation;
use super::{Asked, forbidden, names};
use crate::domain::lineage::has_ended;
use crate::domain::names::fold;
use crate::domain::org_unit::OrgUnit;
use crate::domain::subscription::Role;
use crate::message::{Message, view};
use crate::service::{ServiceError, link, publish, uploads};

/// What means the leaders, folded.
const LEADERS: &[&str] = &["lanh dao", "lanh dao tinh", "lanh dao uy ban", "leader"];
/// What means the office itself, folded.
const OFFICE: &[&str] = &["van phong", "van phong uy ban", "office"];

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

/// Takes a file that waits to be accepted, or lets the figures that are held go on. Whoever died before the answer was
/// written goes on with what was meant then, whatever else waits now.
///
/// # Errors
/// The database's.
pub(super) async fn confirm(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    if !asked.is_office() {
        return Ok(forbidden(asked));
    }
    let Asked { context, inbound, .. } = asked;
    let by = uploads::Decider::Message { sender: &inbound.sender, inbound: &inbound.id };
    if let Some(message) = uploads::decided_before(context, by).await? {
        return Ok(message);
    }
    let before = context.store.snapshot_confirmed_by(&inbound.id).await?;
    if before.is_none()
        && let Some(message) = uploads::confirmed(context, what, by).await?
    {
        return Ok(message);
    }
    Ok(match publish::confirm_held(context, before, &inbound.id).await? {
        Some(header) => Message::FeedConfirmed(view::snapshot(&header)),
        None => Message::NothingHeld,
    })
}

/// A code that ties another chat to a unit, the leaders or the office.
///
/// # Errors
/// The database's.
pub(super) async fn code(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    if !asked.is_office() {
        return Ok(forbidden(asked));
    }
    let context = asked.context;
    let role = match fold(what).as_str() {
        "" => return Ok(Message::CodeAsk),
        word if LEADERS.contains(&word) => Role::Leader,
        word if OFFICE.contains(&word) => Role::Office,
        _ => match names::one(asked, what, &|unit| format!("/capma {unit}")) {
            // What has ended gets no new chat.
            Ok(unit) if context.catalog.unit(&unit).is_some_and(|unit| has_ended(unit, asked.present)) => {
                let units: Vec<&OrgUnit> = context.catalog.unit(&unit).into_iter().collect();
                let ended = view::unit_ended(context.lookup(), &units, asked.present, what, false);
                return Ok(ended.map_or(Message::CodeAsk, Message::from));
            }
            Ok(unit) => Role::Unit(unit),
            Err(answer) => return Ok(*answer),
        },
    };
    let issued = link::issue(context, &role).await?;
    Ok(view::code_issued(context.lookup(), &role, &issued.code, issued.expires_at).into())
}
