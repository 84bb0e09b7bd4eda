//! Promises: judges those whose day has passed, and loads what the leaders see of them.

use crate::domain::assessment::Rating;
use crate::domain::delivery::DeliveryClass;
use crate::domain::period::day_in_vietnam;
use crate::domain::promise::{Promise, PromiseState, Standing, Verdict, judge};
use crate::domain::schedule::speak_from;
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::{Chat, Role};
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::schedule::rests;
use crate::service::{Context, Extent, Letter, ServiceError};
use crate::store::NewDelivery;
use chrono::{DateTime, Duration, Utc};

/// A broken promise is named for so long while its target is missed; then the months in a row speak.
const BROKEN_NAMED: Duration = Duration::days(92);

/// Judges the promises whose day has passed, by the newest figures. Returns how many messages were queued.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let now = context.now();
    let today = day_in_vietnam(now);
    // Units hear of it, so it waits for a working day.
    if speak_from(now, rests(context)) != now {
        return Ok(0);
    }
    let mut passed = context.store.open_promises().await?;
    passed.retain(|promise| promise.due < today);
    let header = context.store.current(None).await?.filter(|header| header.state == SnapshotState::Published);
    let (Some(header), false) = (header, passed.is_empty()) else { return Ok(0) };
    let evaluation = Evaluation::of(context, &header).await?;
    let mut queued = 0;
    for promise in passed {
        let figure = evaluation.period.of_unit(&promise.unit).find(|a| a.indicator == promise.indicator);
        let verdict = judge(&promise, today, figure.map(|a| a.rating), header.as_of);
        let (to, tell) = match verdict {
            Verdict::Wait => continue,
            Verdict::Kept => (PromiseState::Kept, true),
            Verdict::Ask => (PromiseState::Asked, true),
            Verdict::Broken { tell } => (PromiseState::Broken, tell),
        };
        let deliveries = if tell { letters(context, &evaluation, &promise, to).await? } else { Vec::new() };
        if context.store.move_promise(&promise.id, promise.state, to, &deliveries, now).await? {
            queued += u32::try_from(deliveries.len()).unwrap_or(u32::MAX);
            tracing::info!(unit = %promise.unit, indicator = %promise.indicator, state = to.as_str(), "a promise was judged");
        }
    }
    if queued > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(queued)
}

/// To the chat in which it was said, as long as it is the unit's; otherwise to all of the unit's chats.
async fn letters(
    context: &Context,
    evaluation: &Evaluation,
    promise: &Promise,
    to: PromiseState,
) -> Result<Vec<NewDelivery>, ServiceError> {
    let message = Message::from(view::promise_due(context.lookup(), &evaluation.period, promise));
    let letter = Letter {
        message: &message,
        reason: Some(match to {
            PromiseState::Kept => "promise_kept",
            _ => "promise_due",
        }),
        class: DeliveryClass::Broadcast,
        key: format!("promise:{}:{}", promise.id, to.as_str()),
        snapshot: Some(&evaluation.header().id),
        extent: Extent::Whole,
    };
    let mut chats: Vec<Chat> = context.store.chats_with_role(&Role::Unit(promise.unit.clone())).await?;
    if chats.iter().any(|chat| chat.id == promise.chat_id) {
        chats.retain(|chat| chat.id == promise.chat_id);
    }
    let mut deliveries = Vec::new();
    for chat in &chats {
        deliveries.extend(letter.to(context, chat)?);
    }
    Ok(deliveries)
}

/// The promises as the leaders see them; kept ones are those since `since`.
///
/// # Errors
/// The database's.
pub async fn standing(
    context: &Context,
    evaluation: &Evaluation,
    since: DateTime<Utc>,
) -> Result<Standing, ServiceError> {
    let mut kept = context.store.settled_promises(since).await?;
    kept.retain(|promise| promise.state == PromiseState::Kept);
    Ok(Standing { open: context.store.open_promises().await?, kept, broken: broken(context, evaluation).await? })
}

/// The promises that were broken of late, and whose target is still missed.
///
/// # Errors
/// The database's.
pub async fn broken(context: &Context, evaluation: &Evaluation) -> Result<Vec<Promise>, ServiceError> {
    let mut broken = context.store.settled_promises(context.now() - BROKEN_NAMED).await?;
    broken.retain(|promise| {
        promise.state == PromiseState::Broken
            && evaluation
                .period
                .of_unit(&promise.unit)
                .any(|a| a.indicator == promise.indicator && a.rating == Rating::Missed)
    });
    // Whoever gave another day is not called one who broke the old one, until that day.
    let open = context.store.open_promises().await?;
    broken.retain(|old| !open.iter().any(|new| new.unit == old.unit && new.indicator == old.indicator));
    Ok(broken)
}
