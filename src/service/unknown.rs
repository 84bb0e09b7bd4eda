//! Messages of which nobody knows whether they arrived: repeated once and marked, asked about, or left alone, as the
//! office wants it for each sort (`catalog/delivery.toml`).

use crate::domain::delivery::unknown::{Doubtful, Next, QUESTION, next};
use crate::message::Message;
use crate::message::view::{self, DoubtfulMessage};
use crate::service::{Context, ServiceError, office};
use crate::store::{NewDelivery, UnknownDelivery};

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnknownReport {
    /// Messages queued again, marked.
    pub repeated: u32,
    /// Messages about which the office was asked.
    pub asked: u32,
    /// Messages that are left alone for good.
    pub left: u32,
}

/// Ends the attempts of a lane whose worker died while sending: nobody knows whether those messages arrived.
///
/// # Errors
/// The database's.
pub async fn park_lost(context: &Context, lane: &str) -> Result<(), ServiceError> {
    for delivery in context.store.park_lost(lane, context.now()).await? {
        tracing::warn!(lane, delivery, "its sender died on the way; nobody knows whether it arrived");
    }
    Ok(())
}

/// Decides upon every message of which nobody knows whether it arrived, and does what was decided. The office is asked
/// in one message about all of them.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<UnknownReport, ServiceError> {
    let mut report = UnknownReport::default();
    let (mut ask, mut leave) = (Vec::new(), Vec::new());
    let unknown = context.store.unknown_deliveries().await?;
    for delivery in &unknown {
        match next(&context.catalog.unknown, &doubtful(delivery), context.now()) {
            Next::Wait { .. } => {}
            Next::Repeat => report.repeated += repeat(context, delivery).await?,
            Next::AskOffice => ask.push(delivery),
            Next::Leave => leave.push(delivery),
        }
    }
    if settle(context, &leave, Vec::new()).await? {
        report.left = count(&leave);
    }
    if self::ask(context, &ask).await? {
        report.asked = count(&ask);
    }
    if report.repeated > 0 || report.asked > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(report)
}

fn doubtful(delivery: &UnknownDelivery) -> Doubtful<'_> {
    Doubtful { class: delivery.class, kind: &delivery.kind, repeated: delivery.repeated, since: delivery.since }
}

/// How many were queued again: none when somebody else decided in the meantime.
async fn repeat(context: &Context, delivery: &UnknownDelivery) -> Result<u32, ServiceError> {
    let queued = context.store.repeat_unknown(&delivery.id, delivery.version, context.now()).await?;
    if queued {
        let (delivery, chat) = (&delivery.id, &delivery.chat_title);
        tracing::warn!(delivery, chat, "nobody knows whether it arrived; it is sent once more, marked");
    }
    Ok(u32::from(queued))
}

/// False when there was nothing to ask, nobody to be asked, or somebody else decided in the meantime: then the next step
/// looks again.
async fn ask(context: &Context, about: &[&UnknownDelivery]) -> Result<bool, ServiceError> {
    let Some(first) = about.first() else { return Ok(false) };
    let messages: Vec<_> = about
        .iter()
        .map(|delivery| DoubtfulMessage {
            id: &delivery.id,
            chat: &delivery.chat_title,
            part: (delivery.part, delivery.parts),
            message: doubtful(delivery),
        })
        .collect();
    let message = Message::from(view::unknown_outcome(&messages));
    let key = format!("unknown:{}:{}", first.id, first.version);
    let letters = office::letters(context, &message, QUESTION, key).await?;
    if letters.is_empty() {
        return Ok(false);
    }
    let asked = settle(context, about, letters).await?;
    if asked {
        tracing::warn!(messages = about.len(), "nobody knows whether they arrived; the office is asked");
    }
    Ok(asked)
}

async fn settle(context: &Context, settled: &[&UnknownDelivery], said: Vec<NewDelivery>) -> Result<bool, ServiceError> {
    if settled.is_empty() {
        return Ok(false);
    }
    let settled: Vec<_> = settled.iter().map(|delivery| (delivery.id.as_str(), delivery.version)).collect();
    Ok(context.store.settle_unknown(&settled, &said, context.now()).await?)
}

fn count(deliveries: &[&UnknownDelivery]) -> u32 {
    u32::try_from(deliveries.len()).unwrap_or(u32::MAX)
}
