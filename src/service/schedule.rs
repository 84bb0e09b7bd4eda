//! Fires schedules: those of the catalog, and those that chats chose for themselves with `/nhacnho`.
//!
//! Whoever holds the schedules' lease looks every few seconds. What is due is decided in [`crate::domain::schedule`];
//! that a slot was dealt with and what follows from it go into the database in one transaction, so that it happens once,
//! whichever replica does it and whenever the program comes back.

use crate::domain::alert::Condition;
use crate::domain::assessment::Assessment;
use crate::domain::delivery::DeliveryClass;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::day_in_vietnam;
use crate::domain::promise::Promise;
use crate::domain::reminder::{self, Lately, Reminder, Rest, SAME_WITHIN, reminder};
use crate::domain::schedule::{CronForm, Occasion, OnHoliday, Rests, Schedule, Turn, speak_from, turn};
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::{Chat, Role};
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::mute::Muted;
use crate::service::{Context, Extent, Letter, ServiceError, digest};
use crate::store::{ChatSchedule, NewDelivery};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

/// What one look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleReport {
    /// Messages queued.
    pub queued: u32,
    /// When the next slot is due.
    pub next: Option<DateTime<Utc>>,
}

/// One schedule with the chats that may have it.
struct Due<'a> {
    key: String,
    form: CronForm,
    occasion: Occasion,
    on_holiday: OnHoliday,
    /// Of the catalog; none for one that a chat chose.
    schedule: Option<&'a Schedule>,
    /// The chat that chose it.
    chat_id: Option<String>,
    /// From which slot on it counts when none was fired.
    since: Option<DateTime<Utc>>,
}

/// What every slot that fires in one look needs; loaded once, for thousands of chats may have the same minute.
struct Shared {
    subscriptions: Vec<(Role, Chat)>,
    /// What chats were told of their figures lately.
    lately: HashMap<String, Lately>,
    /// When a unit was last told that it misses a target, or that there is no figure.
    told: HashMap<(UnitCode, IndicatorCode), DateTime<Utc>>,
    promises: Vec<Promise>,
    muted: Muted,
}

impl Shared {
    async fn load(context: &Context) -> Result<Self, ServiceError> {
        let lately = context.now() - context.catalog.schedules.told_lately.max(SAME_WITHIN);
        let mut told = HashMap::new();
        for state in context.store.alert_states().await?.1 {
            if state.key.condition != Condition::BelowPrevious {
                let at = told.entry((state.key.unit, state.key.indicator)).or_insert(state.told_at);
                *at = state.told_at.max(*at);
            }
        }
        Ok(Self {
            subscriptions: context.store.subscriptions().await?,
            lately: context.store.told_since(lately).await?,
            told,
            promises: context.store.open_promises().await?,
            muted: Muted::load(context).await?,
        })
    }

    /// Whether a chat is reminded.
    fn decide<'a>(
        &self,
        context: &Context,
        chat: &Chat,
        found: Option<Reminder<'a>>,
    ) -> Result<Reminder<'a>, reminder::Silence> {
        let lately = self.lately.get(&chat.id).copied().unwrap_or_default();
        let told = |a: &Assessment| self.told.get(&(a.unit.clone(), a.indicator.clone())).copied();
        reminder::decide(context.now(), context.catalog.schedules.told_lately, found, lately, told)
    }

    /// Why a chat is not reminded of a target.
    fn rest(&self, chat: &Chat, a: &Assessment, today: NaiveDate) -> Option<Rest> {
        let muted = self.muted.until(&chat.id, &a.indicator).map(|until| Rest::Muted(day_in_vietnam(until)));
        let promised = |p: &&Promise| p.unit == a.unit && p.indicator == a.indicator && p.rests(today);
        muted.or_else(|| self.promises.iter().find(promised).map(|promise| Rest::Promised(promise.due)))
    }
}

/// Fires what is due at the clock's moment.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<ScheduleReport, ServiceError> {
    let now = context.now();
    let own = context.store.chat_schedules().await?;
    let last = context.store.last_slots().await?;
    let mut report = ScheduleReport::default();
    let mut shared: Option<Shared> = None;
    for due in all(context, &own) {
        let Some(last) = last.get(&due.key).copied().or(due.since) else {
            context.store.begin_schedule(&due.key, now).await?;
            report.next = sooner(report.next, due.form.next_after(now));
            continue;
        };
        match turn(&due.form, due.on_holiday, last, now, rests(context)) {
            Turn::Wait { until } => report.next = sooner(report.next, until),
            Turn::Fire { slot } => {
                let shared = match &mut shared {
                    Some(shared) => shared,
                    none => none.insert(Shared::load(context).await?),
                };
                let deliveries = compose(context, &due, slot, &own, shared).await?;
                if let Some(queued) = context.store.fire_slot(&due.key, slot, &deliveries, now).await? {
                    report.queued += queued;
                    tracing::info!(schedule = due.key, messages = queued, "a schedule's slot was dealt with");
                }
                report.next = sooner(report.next, due.form.next_after(now.max(slot)));
            }
        }
    }
    if report.queued > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(report)
}

/// When the next slot is due, or a pause ends; nothing is fired.
///
/// # Errors
/// The database's.
pub async fn next_due(context: &Context) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let now = context.now();
    let own = context.store.chat_schedules().await?;
    let last = context.store.last_slots().await?;
    let mut next = None;
    for due in all(context, &own) {
        let last = last.get(&due.key).copied().or(due.since).unwrap_or(now);
        let at = match turn(&due.form, due.on_holiday, last, now, rests(context)) {
            Turn::Fire { .. } => Some(now),
            Turn::Wait { until } => until,
        };
        next = sooner(next, at);
    }
    let ends = context.store.open_mutes().await?.into_iter().map(|mute| speak_from(mute.until, rests(context)));
    Ok(sooner(next, ends.min()))
}

/// When nobody is to be disturbed, by the catalog.
#[must_use]
pub fn rests(context: &Context) -> Rests<'_> {
    Rests { calendar: &context.catalog.calendar, quiet: context.catalog.schedules.quiet }
}

fn sooner(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.into_iter().chain(other).min()
}

/// The catalog's schedules, then those of chats.
fn all<'a>(context: &'a Context, own: &[ChatSchedule]) -> Vec<Due<'a>> {
    let mut all: Vec<Due<'a>> = Vec::new();
    for schedule in &context.catalog.schedules.schedules {
        all.push(Due {
            key: schedule.key(),
            form: schedule.form.clone(),
            occasion: schedule.occasion,
            on_holiday: schedule.on_holiday,
            schedule: Some(schedule),
            chat_id: None,
            since: None,
        });
    }
    for chat in own {
        // What does not parse was written by an earlier version; the chat keeps silence rather than the office an error.
        let Some(form) = chat.form.as_deref().and_then(|form| CronForm::parse(form).ok()) else { continue };
        all.push(Due {
            key: format!("chat {} {}", chat.chat_id, chat.changed_at.timestamp_millis()),
            form,
            occasion: Occasion::Reminder,
            on_holiday: OnHoliday::Next,
            schedule: None,
            chat_id: Some(chat.chat_id.clone()),
            since: Some(chat.changed_at),
        });
    }
    all
}

async fn compose(
    context: &Context,
    due: &Due<'_>,
    slot: DateTime<Utc>,
    own: &[ChatSchedule],
    shared: &Shared,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let chosen: HashSet<&str> = own.iter().map(|own| own.chat_id.as_str()).collect();
    let wanted = |role: &Role, chat: &Chat| match (&due.chat_id, due.schedule) {
        (Some(id), _) => chat.id == *id,
        (None, Some(schedule)) => {
            let otherwise = due.occasion != Occasion::MonthlyDigest && chosen.contains(chat.id.as_str());
            schedule.roles.contains(&role.word()) && !otherwise
        }
        (None, None) => false,
    };
    let receivers: Vec<&(Role, Chat)> = shared.subscriptions.iter().filter(|(role, chat)| wanted(role, chat)).collect();
    // A chat's own schedule is that of its reminders; the leaders have the week's digest instead.
    let own_digest = due.chat_id.is_some() && receivers.iter().all(|(role, _)| role.unit().is_none());
    let leader = receivers.iter().any(|(role, _)| *role == Role::Leader);
    match due.occasion {
        Occasion::Reminder if own_digest && leader => digest::weekly(context, slot, &distinct(&receivers)).await,
        Occasion::Reminder => reminders(context, due, slot, &receivers, shared).await,
        Occasion::WeeklyDigest => digest::weekly(context, slot, &distinct(&receivers)).await,
        Occasion::MonthlyDigest => digest::monthly(context, slot, &distinct(&receivers)).await,
    }
}

/// A chat that is both the leaders' and the office's gets a digest once.
fn distinct(receivers: &[&(Role, Chat)]) -> Vec<Chat> {
    let mut seen = HashSet::new();
    receivers.iter().filter(|(_, chat)| seen.insert(&chat.id)).map(|(_, chat)| chat.clone()).collect()
}

async fn reminders(
    context: &Context,
    due: &Due<'_>,
    slot: DateTime<Utc>,
    receivers: &[&(Role, Chat)],
    shared: &Shared,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let Some(header) = context.store.current(None).await? else { return Ok(Vec::new()) };
    if receivers.is_empty() || header.state != SnapshotState::Published {
        return Ok(Vec::new());
    }
    let evaluation = Evaluation::of(context, &header).await?;
    let days = evaluation.working_days_left_today(context);
    let today = day_in_vietnam(context.now());
    let mut deliveries = Vec::new();
    for (role, chat) in receivers {
        let Some(unit) = role.unit() else { continue };
        let found = reminder(&evaluation.period, unit, |a| shared.rest(chat, a, today));
        let reminder = match shared.decide(context, chat, found) {
            Ok(reminder) => reminder,
            Err(silence) => {
                tracing::debug!(chat = chat.title, %unit, ?silence, "not reminded");
                continue;
            }
        };
        let words = due.form.describe_vi();
        let message = Message::from(view::reminder(context.lookup(), &evaluation.period, &reminder, words, days));
        let letter = Letter {
            message: &message,
            reason: Some("still_missed"),
            class: DeliveryClass::Broadcast,
            key: format!("remind:{unit}:{}", slot.timestamp_millis()),
            snapshot: Some(&header.id),
            extent: Extent::Whole,
        };
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}
