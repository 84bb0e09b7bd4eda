//! Which month a person means, and what is known of it.

use super::Asked;
use crate::domain::command::PeriodWord;
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::SnapshotHeader;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, ServiceError};
use chrono::NaiveDate;
use std::sync::Arc;

/// The month that a person means: a bare "tháng 7" is the newest July that has figures.
///
/// # Errors
/// The database's.
pub(super) async fn meant(asked: Asked<'_>, word: Option<PeriodWord>) -> Result<Option<ReportingPeriod>, ServiceError> {
    let Asked { context, today, .. } = asked;
    let Some(word) = word else { return Ok(None) };
    if let PeriodWord::Month(month) = word {
        let known = context.store.periods().await?;
        if let Some(period) = known.into_iter().rev().find(|p| p.month() == month) {
            return Ok(Some(period));
        }
    }
    Ok(word.resolve(today))
}

/// The day on which names are meant: the last one of the figures of the month that was named, or the present.
///
/// # Errors
/// The database's.
pub(super) async fn day_of_names(asked: Asked<'_>, word: Option<PeriodWord>) -> Result<NaiveDate, ServiceError> {
    let Some(period) = meant(asked, word).await? else { return Ok(asked.present) };
    let header = asked.context.store.current(Some(period)).await?;
    Ok(header.map_or_else(|| period.last_day(), |header| header.as_of))
}

/// The figures of the month that a person means, assessed; or the sentence that there are none.
///
/// # Errors
/// The database's.
pub(super) async fn evaluation(
    asked: Asked<'_>,
    word: Option<PeriodWord>,
) -> Result<Result<Arc<Evaluation>, Message>, ServiceError> {
    Ok(match figures(asked.context, meant(asked, word).await?).await? {
        Ok(header) => Ok(Evaluation::of(asked.context, &header).await?),
        Err(message) => Err(message),
    })
}

/// The figures of a period, or the sentence that there are none.
///
/// # Errors
/// The database's.
pub(super) async fn figures(
    context: &Context,
    period: Option<ReportingPeriod>,
) -> Result<Result<SnapshotHeader, Message>, ServiceError> {
    match context.store.current(period).await? {
        Some(header) => Ok(Ok(header)),
        None => {
            let latest = context.store.current(None).await?;
            Ok(Err(view::no_figures(period, latest.as_ref()).into()))
        }
    }
}
