//! Corrections: who hears that published figures are other ones now.

use super::hold::to_the_office;
use crate::domain::correction::{self, Standing};
use crate::domain::delivery::DeliveryClass;
use crate::domain::org_unit::UnitCode;
use crate::domain::subscription::Chat;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Extent, Letter, ServiceError};
use crate::store::NewDelivery;
use std::collections::HashMap;

/// What a snapshot is beside those that are there.
pub(super) async fn standing(context: &Context, evaluation: &Evaluation) -> Result<Standing, ServiceError> {
    let header = evaluation.header();
    let newest = context.store.current(None).await?;
    let counting = context.store.current(Some(header.period)).await?;
    let published = evaluation.earlier.as_ref().map(|(published, _)| published);
    let policy = context.catalog.corrections;
    Ok(correction::standing(header, newest.as_ref(), counting.as_ref(), published, policy))
}

/// The messages to units whose rating or figure changed; of a month that is too old, one to the office.
pub(super) async fn letters(
    context: &Context,
    evaluation: &Evaluation,
    standing: Standing,
) -> Result<Vec<NewDelivery>, ServiceError> {
    match standing {
        Standing::News | Standing::Past | Standing::Overtaken => Ok(Vec::new()),
        Standing::Correction { .. } => to_units(context, evaluation).await,
        Standing::OldCorrection => {
            let header = evaluation.header();
            let view = view::correction_recorded(context.lookup(), header, &evaluation.corrections);
            let key = format!("correction:{}", header.id);
            to_the_office(context, &Message::from(view), "corrected", key, header).await
        }
    }
}

async fn to_units(context: &Context, evaluation: &Evaluation) -> Result<Vec<NewDelivery>, ServiceError> {
    let header = evaluation.header();
    let days = evaluation.working_days_left(context);
    let subscriptions = context.store.subscriptions().await?;
    let mut chats: HashMap<&UnitCode, Vec<&Chat>> = HashMap::new();
    for (role, chat) in &subscriptions {
        if let Some(unit) = role.unit() {
            chats.entry(unit).or_default().push(chat);
        }
    }
    let mut deliveries = Vec::new();
    for correction in &evaluation.corrections {
        // Composed only for a unit that somebody reads about.
        let Some(chats) = chats.get(&correction.unit) else { continue };
        let message = view::correction(context.lookup(), &evaluation.period, correction, days).into();
        for chat in chats {
            let letter = Letter {
                message: &message,
                reason: Some("corrected"),
                class: DeliveryClass::Broadcast,
                key: format!("correction:{}:{}", correction.unit, header.id),
                snapshot: Some(&header.id),
                extent: Extent::Whole,
            };
            deliveries.extend(letter.to(context, chat)?);
        }
    }
    Ok(deliveries)
}
