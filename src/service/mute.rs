//! Pauses of alerts: what does not go out while they last, and how their end is announced.

use crate::domain::alert::{AlertState, Decision, UnitNotice, notices};
use crate::domain::assessment::PeriodAssessment;
use crate::domain::delivery::DeliveryClass;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::{Mute, owed};
use crate::domain::org_unit::UnitCode;
use crate::domain::schedule::speak_from;
use crate::domain::snapshot::SnapshotState;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::schedule::rests;
use crate::service::{Context, Extent, Letter, ServiceError};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// The pauses that last.
#[derive(Clone, Debug, Default)]
pub struct Muted(HashMap<String, Vec<Mute>>);

impl Muted {
    /// Those of all chats.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(context: &Context) -> Result<Self, ServiceError> {
        let now = context.now();
        let mut by_chat: HashMap<String, Vec<Mute>> = HashMap::new();
        for mute in context.store.open_mutes().await?.into_iter().filter(|mute| mute.lasts(now)) {
            by_chat.entry(mute.chat_id.clone()).or_default().push(mute);
        }
        Ok(Self(by_chat))
    }

    /// Until when a chat hears nothing of an indicator; none when it does.
    #[must_use]
    pub fn until(&self, chat_id: &str, indicator: &IndicatorCode) -> Option<DateTime<Utc>> {
        let mutes = self.0.get(chat_id)?;
        mutes.iter().filter(|mute| mute.is_about(indicator)).map(|mute| mute.until).max()
    }

    /// What a chat hears of a notice: all of it, what is left when the paused indicators are left out, or nothing. The
    /// decisions and states are those that the notice was made of.
    #[must_use]
    pub fn heard(
        &self,
        chat_id: &str,
        notice: &UnitNotice,
        period: &PeriodAssessment,
        decisions: &[Decision],
        states: &[AlertState],
    ) -> Option<UnitNotice> {
        if !self.0.contains_key(chat_id) {
            return Some(notice.clone());
        }
        let own: Vec<Decision> = decisions
            .iter()
            .filter(|d| d.key.unit == notice.unit && self.until(chat_id, &d.key.indicator).is_none())
            .cloned()
            .collect();
        notices(period, &own, states).into_iter().next()
    }
}

/// Announces the pauses that are over. Returns how many messages were queued.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let now = context.now();
    let mut over = context.store.open_mutes().await?;
    over.retain(|mute| mute.until <= now);
    // Alerts come again at once; that they do can wait until people are at their desks.
    if over.is_empty() || speak_from(now, rests(context)) != now {
        return Ok(0);
    }
    let mut queued = 0;
    for mute in over {
        let mut deliveries = Vec::new();
        if let Some(linked) = context.store.chat(&mute.chat_id).await? {
            let units: Vec<UnitCode> = linked.units().cloned().collect();
            let message = end(context, &mute, &units).await?;
            let letter = Letter {
                message: &message,
                reason: Some("mute_over"),
                class: DeliveryClass::Broadcast,
                key: format!("mute:{}", mute.id),
                snapshot: None,
                extent: Extent::Whole,
            };
            // Whoever is no unit's chat any more has no alerts that come again.
            if !units.is_empty() {
                deliveries = letter.to(context, &linked.chat)?;
            }
        }
        if context.store.end_mutes(&[&mute.id], None, &deliveries, now).await? {
            queued += u32::try_from(deliveries.len()).unwrap_or(u32::MAX);
        }
    }
    if queued > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(queued)
}

/// What a chat reads when a pause is over: that it is, and what it did not hear of and is still true.
///
/// # Errors
/// The database's.
pub async fn end(context: &Context, mute: &Mute, units: &[UnitCode]) -> Result<Message, ServiceError> {
    let header = context.store.current(None).await?.filter(|header| header.state == SnapshotState::Published);
    let Some(header) = header else { return Ok(view::mute_over(context.lookup(), mute, None, &[]).into()) };
    let evaluation = Evaluation::of(context, &header).await?;
    let (_, states) = context.store.alert_states().await?;
    let owed = owed(mute, units, &evaluation.period, &states, context.now());
    Ok(view::mute_over(context.lookup(), mute, Some(&evaluation.period), &owed).into())
}
