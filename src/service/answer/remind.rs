//! `/nhacnho`: when a unit's chat is reminded of what it misses, and when the leaders' chat gets the week's digest.

use super::Asked;
use crate::domain::schedule::typed::{Wish, wish};
use crate::domain::schedule::{CronForm, Occasion, OnHoliday, due};
use crate::domain::subscription::Role;
use crate::message::{Message, view};
use crate::service::schedule::rests;
use crate::service::{Context, ServiceError};
use chrono::{DateTime, Utc};

/// Shows or changes the chat's schedule.
///
/// # Errors
/// The database's.
pub(super) async fn schedule(asked: Asked<'_>, what: &str) -> Result<Message, ServiceError> {
    let (context, chat) = (asked.context, &asked.linked.chat.id);
    let occasion = if asked.linked.units().next().is_some() {
        Occasion::Reminder
    } else if asked.linked.roles.contains(&Role::Leader) {
        Occasion::WeeklyDigest
    } else {
        return Ok(view::schedule_refused(true, what).into());
    };
    let digest = occasion == Occasion::WeeklyDigest;
    let Some(wish) = wish(what) else { return Ok(view::schedule_refused(false, what).into()) };
    let (by, now) = (&asked.inbound.sender, context.now());
    let changed = match &wish {
        Wish::Show => false,
        Wish::At(form) => {
            context.store.choose_schedule(chat, Some(form.as_str()), by, now).await?;
            true
        }
        Wish::Off => {
            context.store.choose_schedule(chat, None, by, now).await?;
            true
        }
        Wish::Standard => context.store.default_schedule(chat).await?,
    };
    Ok(match context.store.chat_schedule(chat).await? {
        Some(own) => {
            let form = own.form.as_deref().and_then(|form| CronForm::parse(form).ok());
            let next = form.as_ref().and_then(|form| next(context, form, OnHoliday::Next));
            view::chat_schedule(changed, digest, form.map(|form| form.describe_vi()), false, next).into()
        }
        None => {
            let standard = context.catalog.schedules.schedules.iter();
            let schedules: Vec<_> = standard.filter(|s| s.occasion == occasion).collect();
            let words: Vec<String> = schedules.iter().map(|schedule| schedule.form.describe_vi()).collect();
            let next = schedules.iter().filter_map(|s| next(context, &s.form, s.on_holiday)).min();
            view::chat_schedule(changed, digest, (!words.is_empty()).then(|| words.join("; ")), true, next).into()
        }
    })
}

/// When a schedule comes next.
fn next(context: &Context, form: &CronForm, on_holiday: OnHoliday) -> Option<DateTime<Utc>> {
    let slots = std::iter::successors(form.next_after(context.now()), |slot| form.next_after(*slot));
    // A schedule of Mondays that skips them meets no more days off in a row than a year has weeks.
    slots.take(60).find_map(|slot| due(slot, on_holiday, rests(context)))
}
