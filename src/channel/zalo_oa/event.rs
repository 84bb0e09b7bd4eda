//! One event -> what was heard.

use crate::channel::{Heard, HeardEvent, HeardFile};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// The event that concerns us most. `oa_send_group_*` are echoes of our own messages.
const GROUP_TEXT: &str = "user_send_group_text";

/// Somebody sent a file to a group. Nobody has published this event; it is named after the text's, and no file is fetched
/// upon it: who sent it learns which ways there are.
const GROUP_FILE: &str = "user_send_group_file";

/// A string, or a number in its place.
pub(super) fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What was heard, if it is something that concerns us: a text or a file that a person sent to a group.
pub(super) fn heard(event: &Value) -> Option<Heard> {
    let name = event.get("event_name")?.as_str()?;
    if ![GROUP_TEXT, GROUP_FILE].contains(&name) {
        return None;
    }
    let filled = |pointer: &str| word(event.pointer(pointer)).filter(|text| !text.trim().is_empty());
    let (id, address) = (filled("/message/msg_id"), filled("/recipient/id"));
    let what = match name {
        GROUP_TEXT => {
            event.pointer("/message/text").and_then(Value::as_str).map(|text| HeardEvent::Text(text.to_owned()))
        }
        _ => Some(HeardEvent::File(HeardFile { reference: None, name: String::new(), size: None })),
    };
    let (Some(external_id), Some(address), Some(what)) = (id, address, what) else {
        // Not the reason: it would quote what people wrote.
        tracing::warn!("a message of a Zalo group cannot be read; it is passed over");
        return None;
    };
    Some(Heard {
        external_id,
        // An event does not tell the group's name.
        title: address.clone(),
        address,
        group: true,
        sender: filled("/sender/id").unwrap_or_default(),
        event: what,
        at: moment(event.get("timestamp")),
    })
}

/// `timestamp` is in milliseconds. It is for the record only, so one that cannot be read is none, and not a lost message.
fn moment(timestamp: Option<&Value>) -> DateTime<Utc> {
    let millis = word(timestamp).and_then(|text| text.parse().ok());
    millis.and_then(DateTime::from_timestamp_millis).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Value {
        json!({"event_name": GROUP_TEXT, "sender": {"id": "6ede"}, "recipient": {"id": "f414c8f76fa586fbdfb4"},
            "message": {"text": "/status", "msg_id": "96d3"}, "timestamp": "1757730000000"})
    }

    #[test]
    fn the_documented_event_is_heard() {
        let expected = Heard {
            external_id: "96d3".into(),
            address: "f414c8f76fa586fbdfb4".into(),
            title: "f414c8f76fa586fbdfb4".into(),
            group: true,
            sender: "6ede".into(),
            event: HeardEvent::Text("/status".into()),
            at: DateTime::from_timestamp_millis(1_757_730_000_000).unwrap(),
        };
        assert_eq!(heard(&event()), Some(expected));
    }

    #[test]
    fn a_file_is_heard_without_a_reference() {
        let mut event = event();
        event["event_name"] = json!(GROUP_FILE);
        let file = HeardFile { reference: None, name: String::new(), size: None };
        assert_eq!(heard(&event).unwrap().event, HeardEvent::File(file));
    }

    #[test]
    fn echoes_and_what_nobody_knows_are_passed_over() {
        let with = |path: &str, value: Value| {
            let mut event = event();
            *event.pointer_mut(path).unwrap() = value;
            event
        };
        for event in [
            json!({}),
            json!(7),
            with("/event_name", json!("oa_send_group_text")),
            with("/event_name", json!("user_send_group_image")),
            with("/event_name", json!("hologram")),
            with("/recipient/id", json!("")),
            with("/message/msg_id", Value::Null),
            with("/message/text", json!(7)),
            with("/message", Value::Null),
        ] {
            assert_eq!(heard(&event), None, "{event}");
        }
    }
}
