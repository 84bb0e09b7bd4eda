//! The board of each leaders' chat on Telegram: one pinned message with the newest figures (`domain::board`).
//!
//! It goes the way of every message, through the outbox and its lane, so that edits and pins cost their part of the bot's
//! pace, wait when Telegram says so, and survive a crash. What is absent: a table of boards, and boards on media that
//! cannot edit.

use crate::domain::board::{BoardRow, Next, Stage, next};
use crate::domain::delivery::{Act, DeliveryClass, DeliveryState};
use crate::domain::snapshot::SnapshotState;
use crate::domain::subscription::{Chat, Medium, Role};
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Extent, Letter, ServiceError, office};
use crate::store::NewDelivery;

/// The word in the outbox for what the office is told of it.
const REASON: &str = "board_unpinned";

/// Brings every board up to the newest published figures. Returns how many rows were queued or rewritten.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let Some(header) = context.store.current(None).await? else { return Ok(0) };
    if header.state != SnapshotState::Published {
        return Ok(0);
    }
    let mut chats = context.store.chats_with_role(&Role::Leader).await?;
    chats.retain(|chat| chat.medium == Medium::Telegram && chat.paused.is_none());
    if chats.is_empty() {
        return Ok(0);
    }
    let evaluation = Evaluation::of(context, &header).await?;
    // What the audit finds and what was promised is no part of it.
    let message = Message::from(view::board(view::digest(context.lookup(), &evaluation.digest(context), &[])));
    let mut changed = 0;
    for chat in &chats {
        changed += u32::from(refresh(context, chat, &message, &header.id).await?);
    }
    if changed > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(changed)
}

async fn refresh(context: &Context, chat: &Chat, message: &Message, snapshot: &str) -> Result<bool, ServiceError> {
    let newest = context.store.newest_board(&chat.id).await?;
    let shown = context.store.board_message(&chat.id).await?;
    let Some(wanted) = compose(context, chat, message, snapshot)? else { return Ok(false) };
    let now = context.now();
    let mut changed = match (next(newest.as_ref(), &wanted.body, shown.is_some(), now), &newest) {
        (Next::Nothing, _) | (Next::Rewrite, None) => false,
        (Next::Rewrite, Some(waiting)) => {
            context.store.rewrite_board(waiting, &wanted.body, &wanted.plain, snapshot, now).await?
        }
        (Next::Queue, _) => context.store.enqueue(&[wanted], now).await? > 0,
    };
    if let (Some(BoardRow { stage: Stage::Sent, .. }), Some(message_id)) = (&newest, shown) {
        changed |= pin(context, chat, &message_id).await?;
    }
    Ok(changed)
}

/// The board's text as a row; none where it would not fit into one message.
fn compose(
    context: &Context,
    chat: &Chat,
    message: &Message,
    snapshot: &str,
) -> Result<Option<NewDelivery>, ServiceError> {
    let letter = Letter {
        message,
        reason: Some("board"),
        class: DeliveryClass::Broadcast,
        key: format!("board:{}", context.id()),
        snapshot: Some(snapshot),
        extent: Extent::Whole,
    };
    let mut parts = letter.to(context, chat)?;
    let first = parts.pop().filter(|_| parts.is_empty());
    Ok(first.map(|first| NewDelivery { act: Act::Board, ..first }))
}

/// Has a board pinned that never was; where that is refused, the office is told once, and the board goes on unpinned.
async fn pin(context: &Context, chat: &Chat, message_id: &str) -> Result<bool, ServiceError> {
    let key = format!("board pin {message_id}");
    match context.store.delivery_state(&chat.id, &key).await? {
        None => {
            let pin = NewDelivery {
                id: context.id(),
                chat_id: chat.id.clone(),
                kind: "board_pin".to_owned(),
                reason: Some("board".to_owned()),
                class: DeliveryClass::Broadcast,
                dedupe_key: key,
                part: 1,
                parts: 1,
                body: "📌".to_owned(),
                plain: "📌".to_owned(),
                snapshot_id: None,
                choices: Vec::new(),
                act: Act::Pin { message_id: message_id.to_owned() },
            };
            Ok(context.store.enqueue(&[pin], context.now()).await? > 0)
        }
        Some(DeliveryState::Failed) => {
            let message = view::board_unpinned(&chat.title).into();
            office::tell(context, &message, REASON, format!("{REASON}/{}", chat.id)).await?;
            Ok(false)
        }
        Some(_) => Ok(false),
    }
}
