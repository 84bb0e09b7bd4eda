//! Pressed buttons ("callback queries"). A phone shows that it waits until the press is answered, which says nothing but
//! that it arrived: the real answer is a message like any other.

use crate::channel::Heard;
use serde_json::{Value, json};

/// Before the query's id in [`Heard::external_id`], so that it is not taken for an update's id.
const PREFIX: &str = "callback:";

/// The id under which a press is heard.
pub(super) fn external_id(query: &str) -> String {
    format!("{PREFIX}{query}")
}

/// The query's id, if what was heard is a pressed button.
#[must_use]
pub fn callback_of(heard: &Heard) -> Option<&str> {
    heard.external_id.strip_prefix(PREFIX)
}

/// What answers a press.
pub(super) fn answer(query: &str) -> Value {
    json!({"callback_query_id": query})
}

/// The body with which a webhook call answers a press at once: Telegram takes the answer to its call for a call of
/// ours. None when nothing was pressed.
#[must_use]
pub fn acknowledgement(heard: &Heard) -> Option<Value> {
    let mut body = answer(callback_of(heard)?);
    body["method"] = json!("answerCallbackQuery");
    Some(body)
}
