//! Keeps each Zalo bot within its month: tells the office in time, holds back what cannot be sent, and collects what is
//! held back into one message a day for each chat, which says why.

use crate::domain::budget::{Month, Pending, Stage, Verdict};
use crate::domain::delivery::{AfterAttempt, DeliveryClass};
use crate::domain::period::day_in_vietnam;
use crate::domain::subscription::Medium;
use crate::message::Message;
use crate::message::view::{self, CollectedWhy};
use crate::service::{Context, Extent, Letter, ServiceError, office};
use crate::store::{ClaimedDelivery, Collectable, Collection};

/// The word in the outbox for what is said because of a budget.
const REASON: &str = "zalo_budget";

/// Looks at a bot's month: tells the office once when it will be used up soon and once when it is; and, while only the
/// reserve is left, collects what waits. Gives the number of messages that were collected into others.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context, lane: &str) -> Result<u32, ServiceError> {
    let (policy, month) = (&context.catalog.zalo_budget, Month::of(context.now()));
    let used = context.store.month_use(lane, month, "").await?;
    let stage = policy.stage(used.spent.used);
    let told = if stage == Stage::Spent { used.told_spent } else { used.told_warning };
    if stage >= Stage::Warn && !told {
        let word = if stage == Stage::Spent { "spent" } else { "warn" };
        let message: Message = view::zalo_budget(policy, lane, month, used.spent.used).into();
        office::tell(context, &message, REASON, format!("{REASON}/{word}/{lane}/{month}")).await?;
        context.store.month_told(lane, month, stage, context.now()).await?;
    }
    if stage == Stage::Collapse { collect(context, lane, month).await } else { Ok(0) }
}

/// Whether a claimed row has to wait, and until when.
///
/// # Errors
/// The database's.
pub async fn gate(context: &Context, row: &ClaimedDelivery) -> Result<Option<AfterAttempt>, ServiceError> {
    if row.chat.medium != Medium::ZaloBot {
        return Ok(None);
    }
    let now = context.now();
    let used = context.store.month_use(&row.chat.lane, Month::of(now), &row.id).await?;
    let goes_on = row.part > 1 || row.kind == "collected";
    let letter = Pending { class: row.class, goes_on, created_at: row.created_at };
    Ok(match context.catalog.zalo_budget.judge(used.spent, letter, now) {
        Verdict::Send => None,
        Verdict::Wait { until, why } => Some(AfterAttempt::Again { at: until, counts: false, why }),
    })
}

/// Whether a bot's month is used up so far that what nobody asked for is held back: it waits on purpose then.
///
/// # Errors
/// The database's.
pub async fn holds_back(context: &Context, lane: &str) -> Result<bool, ServiceError> {
    if lane.split(':').next() != Some(Medium::ZaloBot.as_str()) {
        return Ok(false);
    }
    let used = context.store.month_use(lane, Month::of(context.now()), "").await?;
    Ok(context.catalog.zalo_budget.stage(used.spent.used) >= Stage::Collapse)
}

/// One message for each chat in the place of all that waited for it when the day's moment of collecting came.
async fn collect(context: &Context, lane: &str, month: Month) -> Result<u32, ServiceError> {
    let until = context.catalog.zalo_budget.collected_until(context.now());
    let key = format!("{REASON}/{}", day_in_vietnam(until));
    let waiting = context.store.collectable(lane, until).await?;
    let mut collected = 0;
    for rows in waiting.chunk_by(|a, b| a.chat_id == b.chat_id) {
        collected += collect_chat(context, rows, month, &key).await?;
    }
    if collected > 0 {
        tracing::info!(lane, collected, "messages were collected: the bot's month is nearly used up");
        context.wake.deliver.notify_waiters();
    }
    Ok(collected)
}

async fn collect_chat(context: &Context, rows: &[Collectable], month: Month, key: &str) -> Result<u32, ServiceError> {
    let Some(first) = rows.first() else { return Ok(0) };
    // One a day; what missed it waits for the next one.
    if context.store.has_message(&first.chat_id, key).await? {
        return Ok(0);
    }
    let Some(chat) = context.store.chat(&first.chat_id).await? else { return Ok(0) };
    let messages: Vec<_> =
        rows.iter().filter(|row| row.part == 1).map(|row| (row.plain.as_str(), row.created_at)).collect();
    let why = CollectedWhy::ZaloBudget { month: month.name_vi() };
    let message: Message = view::collected(&why, &messages).into();
    let letter = Letter {
        message: &message,
        reason: Some(REASON),
        class: DeliveryClass::Broadcast,
        key: key.to_owned(),
        snapshot: None,
        extent: Extent::Whole,
    };
    let parts = letter.to(context, &chat.chat)?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let collection = Collection { chat_id: &first.chat_id, rows: &ids, parts: &parts, why: REASON, now: context.now() };
    Ok(context.store.collect(collection).await?)
}
