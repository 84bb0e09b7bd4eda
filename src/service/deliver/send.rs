//! One claimed row, sent once: what its act needs is fetched, and the channel is called.

use crate::channel::{Channel, Outgoing, Photo, Task};
use crate::domain::delivery::{Act, SendOutcome};
use crate::service::{Context, ServiceError, picture};
use crate::store::ClaimedDelivery;
use chrono::{DateTime, Utc};

/// What a row needs besides its text.
enum Ready {
    Say,
    Show(Photo),
    Board(Option<String>),
    Pin(String),
}

/// Sends it. What cannot be fetched surely did not leave.
pub(super) async fn send(
    context: &Context,
    channel: &dyn Channel,
    row: &ClaimedDelivery,
    now: DateTime<Utc>,
) -> SendOutcome {
    let ready = match ready(context, channel, row).await {
        Ok(Some(ready)) => ready,
        Ok(None) => return SendOutcome::Refused { why: "there is no such picture".to_owned() },
        Err(error) => return SendOutcome::Retry { why: error.to_string() },
    };
    let task = match &ready {
        Ready::Say => Task::Say,
        Ready::Show(photo) => Task::Show(photo),
        Ready::Board(message_id) => Task::Board { message_id: message_id.as_deref() },
        Ready::Pin(message_id) => Task::Pin { message_id },
    };
    channel
        .send(Outgoing {
            delivery_id: &row.id,
            chat_id: &row.chat.id,
            address: &row.chat.address,
            text: &row.body,
            plain: &row.plain,
            task,
            choices: &row.choices,
            now,
        })
        .await
}

async fn ready(context: &Context, channel: &dyn Channel, row: &ClaimedDelivery) -> Result<Option<Ready>, ServiceError> {
    Ok(match &row.act {
        Act::Say => Some(Ready::Say),
        Act::Show(drawing) => picture::photo(context, channel.medium(), drawing).await?.map(Ready::Show),
        Act::Board => Some(Ready::Board(context.store.board_message(&row.chat.id).await?)),
        Act::Pin { message_id } => Some(Ready::Pin(message_id.clone())),
    })
}
