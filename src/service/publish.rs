//! Decides what a recorded snapshot means for whom, and publishes it in one transaction: the state of every alert, the
//! assessments and the messages go in together, or not at all.

use crate::domain::alert::{NoticeKind, NotifyReason, UnitNotice, decide, next_states, notices};
use crate::domain::assessment::Figures;
use crate::domain::delivery::DeliveryClass;
use crate::domain::feed::{FeedDoubt, doubt};
use crate::domain::org_unit::UnitCode;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::subscription::{Chat, Role};
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Letter, ServiceError};
use crate::store::{NewDelivery, Publication, PublishOutcome};
use std::collections::HashMap;
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
    // A month that is over, or a day that was overtaken, is kept for comparison; nobody is told of old news.
    let newest = context.store.current(None).await?;
    let speaks = newest.is_none_or(|newest| (header.period, header.as_of) >= (newest.period, newest.as_of));
    let evaluation = Evaluation::of(context, header).await?;
    if speaks
        && trust == Trust::Doubted
        && let Some(doubt) = doubtful(context, &evaluation)
    {
        return hold(context, header, &doubt, report).await;
    }
    for _ in 0..TRIES {
        let plan = Plan::make(context, &evaluation, speaks).await?;
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

/// Holds the figures against the last ones that were published.
fn doubtful(context: &Context, evaluation: &Evaluation) -> Option<FeedDoubt> {
    let reference: Figures<'_> = evaluation.earlier_figures().or_else(|| evaluation.previous_figures())?;
    doubt(evaluation.figures(), reference, &context.catalog.feed)
}

async fn hold(
    context: &Context,
    header: &SnapshotHeader,
    doubt: &FeedDoubt,
    report: &mut PublishReport,
) -> Result<(), ServiceError> {
    let message = Message::from(view::feed_suspicious(context.lookup(), header, doubt));
    let letter = Letter {
        message: &message,
        reason: Some("feed_suspicious"),
        class: DeliveryClass::Broadcast,
        key: format!("held:{}", header.id),
        snapshot: Some(&header.id),
    };
    let mut deliveries = Vec::new();
    for (_, chat) in context.store.subscriptions().await?.iter().filter(|(role, _)| *role == Role::Office) {
        deliveries.extend(letter.to(context, chat)?);
    }
    let (revision, _) = context.store.alert_states().await?;
    let outcome = context
        .store
        .publish(Publication {
            expected: revision,
            states: None,
            snapshot: Some((&header.id, SnapshotState::Held)),
            assessments: &[],
            deliveries: &deliveries,
            now: context.now(),
        })
        .await?;
    // Overtaken: the snapshot is still undecided, and the next step doubts it again.
    if let PublishOutcome::Published { deliveries } = outcome {
        report.queued += deliveries;
        report.held.push(header.id.clone());
        context.metrics.held.inc();
        tracing::warn!(
            period = %header.period, number = header.number, vanished = doubt.vanished.len(),
            "snapshot held: it looks wrong; agencies were not told"
        );
    }
    Ok(())
}

/// What one evaluation writes.
pub(super) struct Plan {
    pub(super) revision: crate::store::Revision,
    pub(super) states: Option<Vec<crate::domain::alert::AlertState>>,
    pub(super) deliveries: Vec<NewDelivery>,
}

impl Plan {
    /// Decides and composes. With `speaks` false nothing changes but the snapshot's own state.
    async fn make(context: &Context, evaluation: &Evaluation, speaks: bool) -> Result<Self, ServiceError> {
        let mut plan = Self::bulletins(context, evaluation, speaks).await?;
        if speaks {
            plan.deliveries.extend(digests(context, evaluation).await?);
        }
        Ok(plan)
    }

    /// Decides upon every alert and composes the units' messages.
    pub(super) async fn bulletins(
        context: &Context,
        evaluation: &Evaluation,
        speaks: bool,
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
        let mut decisions = decide(now, &context.catalog.alerts, period, &states);
        // A unit without a chat was told nothing, and nothing must say that it was: it hears when it has one.
        decisions.retain(|decision| chats.contains_key(&decision.key.unit));
        let notices = notices(period, &decisions, &states);
        let next = next_states(now, period, &decisions, &states, &notices);
        let deliveries = unit_letters(context, evaluation, &notices, &chats)?;
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
) -> Result<Vec<NewDelivery>, ServiceError> {
    let write = &|notices: &[UnitNotice]| -> Result<Vec<NewDelivery>, ServiceError> {
        let mut deliveries = Vec::new();
        for notice in notices {
            for chat in chats.get(&notice.unit).into_iter().flatten() {
                deliveries.extend(unit_letter(context, evaluation, notice, chat)?);
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
    };
    Ok(letter.to(context, chat)?)
}

async fn digests(context: &Context, evaluation: &Evaluation) -> Result<Vec<NewDelivery>, ServiceError> {
    let message =
        Message::from(view::digest(context.lookup(), &evaluation.digest(context), &evaluation.findings(context)));
    let letter = Letter {
        message: &message,
        reason: Some("new_figures"),
        class: DeliveryClass::Broadcast,
        key: format!("digest:{}", evaluation.header().id),
        snapshot: Some(&evaluation.header().id),
    };
    let mut deliveries = Vec::new();
    for (_, chat) in context.store.subscriptions().await?.iter().filter(|(role, _)| *role == Role::Leader) {
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}

/// Lets the newest held snapshot go on, because a person of the office has confirmed it. None when nothing is held.
///
/// # Errors
/// The database's, or a template's.
pub async fn confirm_held(context: &Context) -> Result<Option<SnapshotHeader>, ServiceError> {
    let Some(header) = newest_held(context).await? else { return Ok(None) };
    publish(context, &header, Trust::Confirmed, &mut PublishReport::default()).await?;
    context.wake.deliver.notify_waiters();
    Ok(Some(header))
}

/// The newest held snapshot that nothing published has overtaken.
///
/// # Errors
/// The database's.
pub async fn newest_held(context: &Context) -> Result<Option<SnapshotHeader>, ServiceError> {
    let held = context.store.held().await?;
    let current = context.store.current(None).await?;
    let fresh = |h: &SnapshotHeader| {
        current.as_ref().is_none_or(|c| (h.period, h.as_of, h.recorded_at) >= (c.period, c.as_of, c.recorded_at))
    };
    Ok(held.into_iter().filter(fresh).max_by_key(|h| (h.period, h.as_of, h.number)))
}
