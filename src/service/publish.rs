//! Decides what a recorded snapshot means for whom, and publishes it in one transaction: the state of every alert, the
//! assessments and the messages go in together, or not at all.

mod correct;
mod hold;

use crate::domain::alert::{AlertPolicy, NoticeKind, NotifyReason, UnitNotice, decide, next_states, notices};
use crate::domain::correction::{Standing, UnitCorrection};
use crate::domain::delivery::DeliveryClass;
use crate::domain::org_unit::UnitCode;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::subscription::Chat;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::mute::Muted;
use crate::service::{Context, Extent, Letter, ServiceError, digest};
use crate::store::{NewDelivery, Publication, PublishOutcome};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::num::NonZero;

/// How often an evaluation is repeated when another process was faster. Each repetition means that the other one got
/// further, so a handful is plenty.
const TRIES: u32 = 8;

/// What publishing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishReport {
    /// Messages queued.
    pub queued: u32,
    /// Snapshots held.
    pub held: Vec<String>,
    /// Snapshots published.
    pub published: u32,
}

/// What an evaluation may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Doubt the feed first.
    Doubted,
    /// A person of the office has confirmed the figures.
    Confirmed,
}

/// Decides upon everything that is recorded and not yet decided.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<PublishReport, ServiceError> {
    let mut report = PublishReport::default();
    let undecided = context.store.undecided().await?;
    for header in &undecided {
        publish(context, header, Trust::Doubted, &mut report).await?;
    }
    // Figures that kept silent because newer ones stood behind them speak after all when those were held. What was told
    // already is told once.
    if !report.held.is_empty()
        && let Some(newest) = context.store.current(None).await?
        && undecided.iter().any(|header| header.id == newest.id)
    {
        publish(context, &newest, Trust::Doubted, &mut report).await?;
    }
    if report.queued > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(report)
}

/// Publishes one snapshot.
///
/// # Errors
/// The database's, or a template's.
pub async fn publish(
    context: &Context,
    header: &SnapshotHeader,
    trust: Trust,
    report: &mut PublishReport,
) -> Result<(), ServiceError> {
    let evaluation = Evaluation::of(context, header).await?;
    let standing = correct::standing(context, &evaluation).await?;
    if trust == Trust::Doubted
        && let Some(doubt) = hold::doubtful(context, &evaluation, standing)
    {
        return hold::hold(context, header, &doubt, report).await;
    }
    for _ in 0..TRIES {
        let plan = Plan::make(context, &evaluation, standing).await?;
        let outcome = context
            .store
            .publish(Publication {
                expected: plan.revision,
                states: plan.states.as_deref(),
                snapshot: Some((&header.id, SnapshotState::Published)),
                assessments: &evaluation.period.assessments,
                deliveries: &plan.deliveries,
                now: context.now(),
            })
            .await?;
        if let PublishOutcome::Published { deliveries } = outcome {
            report.queued += deliveries;
            report.published += 1;
            tracing::info!(period = %header.period, number = header.number, messages = deliveries, "snapshot published");
            return Ok(());
        }
    }
    tracing::warn!(period = %header.period, "other processes publish all the time; left for the next step");
    Ok(())
}

/// Whether what goes on may be told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// With new figures, after the interval of the catalog.
    AfterAWhile,
    /// Never: these figures were told, and reminders have their schedule.
    Never,
}

impl Repeat {
    fn policy(self, policy: &AlertPolicy) -> AlertPolicy {
        match self {
            Self::AfterAWhile => policy.clone(),
            Self::Never => AlertPolicy { repeat_after: TimeDelta::MAX, ..policy.clone() },
        }
    }
}

/// What one evaluation writes.
pub(super) struct Plan {
    pub(super) revision: crate::store::Revision,
    pub(super) states: Option<Vec<crate::domain::alert::AlertState>>,
    pub(super) deliveries: Vec<NewDelivery>,
}

impl Plan {
    /// Decides and composes. What nobody hears of changes nothing but the snapshot's own state.
    async fn make(context: &Context, evaluation: &Evaluation, standing: Standing) -> Result<Self, ServiceError> {
        let told: &[UnitCorrection] = if standing.is_told() { &evaluation.corrections } else { &[] };
        let mut plan = Self::decided(context, evaluation, standing.is_newest(), told, Repeat::AfterAWhile).await?;
        plan.deliveries.extend(correct::letters(context, evaluation, standing).await?);
        if standing.is_told() {
            plan.deliveries.extend(digest::new_figures(context, evaluation).await?);
            plan.deliveries.extend(hold::findings(context, evaluation).await?);
        }
        Ok(plan)
    }

    /// Decides upon every alert and composes the units' messages.
    pub(super) async fn bulletins(
        context: &Context,
        evaluation: &Evaluation,
        speaks: bool,
        repeat: Repeat,
    ) -> Result<Self, ServiceError> {
        Self::decided(context, evaluation, speaks, &[], repeat).await
    }

    /// As [`Plan::bulletins`]; the units of `corrected` get another message in the place of theirs, which tells the same
    /// figures.
    async fn decided(
        context: &Context,
        evaluation: &Evaluation,
        speaks: bool,
        corrected: &[UnitCorrection],
        repeat: Repeat,
    ) -> Result<Self, ServiceError> {
        let (revision, states) = context.store.alert_states().await?;
        if !speaks {
            return Ok(Self { revision, states: None, deliveries: Vec::new() });
        }
        let now = context.now();
        let period = &evaluation.period;
        let subscriptions = context.store.subscriptions().await?;
        let mut chats: HashMap<&UnitCode, Vec<&Chat>> = HashMap::new();
        for (role, chat) in &subscriptions {
            if let Some(unit) = role.unit() {
                chats.entry(unit).or_default().push(chat);
            }
        }
        let policy = repeat.policy(&context.catalog.alerts);
        let mut decisions = decide(now, &policy, period, &states);
        // A unit without a chat was told nothing, and nothing must say that it was: it hears when it has one.
        decisions.retain(|decision| chats.contains_key(&decision.key.unit));
        let mut notices = notices(period, &decisions, &states);
        let next = next_states(now, period, &decisions, &states, &notices);
        let corrected: HashSet<&UnitCode> = corrected.iter().map(|correction| &correction.unit).collect();
        notices.retain(|notice| !corrected.contains(&notice.unit));
        let muted = Muted::load(context).await?;
        let heard = |chat: &Chat, notice: &UnitNotice| muted.heard(&chat.id, notice, period, &decisions, &states);
        let deliveries = unit_letters(context, evaluation, &notices, &chats, &heard)?;
        Ok(Self { revision, states: Some(next), deliveries })
    }
}

/// The message of a notice.
#[must_use]
pub fn notice_message(context: &Context, evaluation: &Evaluation, notice: &UnitNotice) -> Message {
    let (lookup, period) = (context.lookup(), &evaluation.period);
    // A reminder comes a week and more after its figures: the days that have passed since are no days left.
    let days = if notice.reason == NotifyReason::StillMissed {
        evaluation.working_days_left_today(context)
    } else {
        evaluation.working_days_left(context)
    };
    match notice.kind {
        NoticeKind::Bulletin => view::bulletin(lookup, period, notice, days).into(),
        NoticeKind::Recovered => view::recovered(lookup, period, notice, days).into(),
        NoticeKind::NoData => view::no_data(lookup, period, notice).into(),
    }
}

/// Below this a thread costs more than it saves.
const WORTH_A_THREAD: usize = 256;

/// The messages of all notices, in their order. Writing thousands of them is all that takes long in publishing, and each
/// stands for itself, so the machine's cores share them.
fn unit_letters(
    context: &Context,
    evaluation: &Evaluation,
    notices: &[UnitNotice],
    chats: &HashMap<&UnitCode, Vec<&Chat>>,
    heard: &(dyn Fn(&Chat, &UnitNotice) -> Option<UnitNotice> + Sync),
) -> Result<Vec<NewDelivery>, ServiceError> {
    let write = &|notices: &[UnitNotice]| -> Result<Vec<NewDelivery>, ServiceError> {
        let mut deliveries = Vec::new();
        for notice in notices {
            for chat in chats.get(&notice.unit).into_iter().flatten() {
                if let Some(notice) = heard(chat, notice) {
                    deliveries.extend(unit_letter(context, evaluation, &notice, chat)?);
                }
            }
        }
        Ok(deliveries)
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = notices.len().div_ceil(cores).max(WORTH_A_THREAD);
    let written: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = notices.chunks(share).map(|chunk| scope.spawn(move || write(chunk))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let shares = written.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(shares.into_iter().flatten().collect())
}

fn unit_letter(
    context: &Context,
    evaluation: &Evaluation,
    notice: &UnitNotice,
    chat: &Chat,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let message = notice_message(context, evaluation, notice);
    let letter = Letter {
        message: &message,
        reason: Some(notice.reason.as_str()),
        class: DeliveryClass::Broadcast,
        key: notice.key.clone(),
        snapshot: Some(&evaluation.header().id),
        extent: Extent::Whole,
    };
    Ok(letter.to(context, chat)?)
}

/// Lets the newest held snapshot go on, because a person of the office has confirmed it by an inbound message; or `before`,
/// which that message had confirmed when the process died. None when nothing is held.
///
/// # Errors
/// The database's, or a template's; or nothing could be published, so that it is held as before.
pub async fn confirm_held(
    context: &Context,
    before: Option<SnapshotHeader>,
    inbound_id: &str,
) -> Result<Option<SnapshotHeader>, ServiceError> {
    let header = match before {
        Some(header) => header,
        None => {
            let Some(header) = newest_held(context).await? else { return Ok(None) };
            context.store.confirm_snapshot(&header.id, inbound_id).await?;
            header
        }
    };
    if header.state == SnapshotState::Held {
        let mut report = PublishReport::default();
        publish(context, &header, Trust::Confirmed, &mut report).await?;
        if report.published == 0 {
            return Err(ServiceError::Overtaken);
        }
        context.wake.deliver.notify_waiters();
    }
    Ok(Some(header))
}

/// The newest held snapshot that nothing published has overtaken: no better figures of its month, and no later month
/// after it was recorded.
///
/// # Errors
/// The database's.
pub async fn newest_held(context: &Context) -> Result<Option<SnapshotHeader>, ServiceError> {
    let mut held = context.store.held().await?;
    held.sort_by_key(|h| std::cmp::Reverse((h.period, h.as_of, h.number)));
    let newest = context.store.current(None).await?;
    for header in held {
        let of_month = context.store.current(Some(header.period)).await?;
        let beaten = of_month.is_some_and(|c| (c.as_of, c.recorded_at) > (header.as_of, header.recorded_at));
        let past = newest.as_ref().is_some_and(|n| n.period > header.period && n.recorded_at > header.recorded_at);
        if !beaten && !past {
            return Ok(Some(header));
        }
    }
    Ok(None)
}
