//! One event -> what was heard.

use crate::channel::{Heard, HeardEvent, HeardFile};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// The event that concerns us most: pictures, stickers and voices are no commands.
const TEXT_RECEIVED: &str = "message.text.received";

/// What bots are not given, files among it. Who sends one to the office's bot is told so.
const UNSUPPORTED_RECEIVED: &str = "message.unsupported.received";

/// A string, or a number in its place: ids are strings in what was seen, and numbers in some descriptions.
pub(super) fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What was heard, if it is something that concerns us: a text by a person.
pub(super) fn heard(event: &Value) -> Option<Heard> {
    let name = event.get("event_name")?.as_str()?;
    if ![TEXT_RECEIVED, UNSUPPORTED_RECEIVED].contains(&name) {
        return None;
    }
    let message = event.get("message")?;
    let (from, chat) = (message.get("from"), message.get("chat")?);
    // Bots do not talk to bots.
    if from.and_then(|from| from.get("is_bot")).and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let filled = |value: Option<&Value>| word(value).filter(|text| !text.trim().is_empty());
    let what = match name {
        TEXT_RECEIVED => message.get("text").and_then(Value::as_str).map(|text| HeardEvent::Text(text.to_owned())),
        _ => Some(HeardEvent::File(HeardFile { reference: None, name: String::new(), size: None })),
    };
    let (id, address) = (filled(message.get("message_id")), filled(chat.get("id")));
    let (Some(external_id), Some(address), Some(what)) = (id, address, what) else {
        // Not the reason: it would quote what people wrote.
        tracing::warn!("a Zalo message cannot be read; it is passed over");
        return None;
    };
    let group = chat.get("chat_type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("GROUP"));
    let person = filled(from.and_then(|from| from.get("display_name")));
    // Nobody has published what a group's name is called, if it is told at all.
    let named = ["title", "name", "display_name"].iter().find_map(|field| filled(chat.get(*field)));
    let title = named.or_else(|| person.clone().filter(|_| !group)).unwrap_or_else(|| address.clone());
    let sender = match (person, filled(from.and_then(|from| from.get("id")))) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (name, id) => name.or(id).unwrap_or_default(),
    };
    Some(Heard { external_id, address, title, group, sender, event: what, at: moment(message.get("date")) })
}

/// `date` is in milliseconds. It is for the record only, so one that cannot be read is none, and not a lost message.
fn moment(date: Option<&Value>) -> DateTime<Utc> {
    let millis = word(date).and_then(|date| date.parse().ok());
    millis.and_then(DateTime::from_timestamp_millis).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Value {
        json!({"event_name": TEXT_RECEIVED, "message": {"from": {"id": "6ede", "display_name": "Ted", "is_bot": false},
            "chat": {"id": "6ede", "chat_type": "PRIVATE"}, "text": "Xin chào", "message_id": "2d75",
            "date": 1_750_316_131_602_i64}})
    }

    #[test]
    fn the_documented_event_is_heard() {
        let expected = Heard {
            external_id: "2d75".into(),
            address: "6ede".into(),
            title: "Ted".into(),
            group: false,
            sender: "Ted (6ede)".into(),
            event: HeardEvent::Text("Xin chào".into()),
            at: DateTime::from_timestamp_millis(1_750_316_131_602).unwrap(),
        };
        assert_eq!(heard(&event()), Some(expected));
    }

    #[test]
    fn what_bots_are_not_given_is_a_file_without_a_reference() {
        let mut event = event();
        event["event_name"] = json!(UNSUPPORTED_RECEIVED);
        event["message"].as_object_mut().unwrap().remove("text");
        let file = HeardFile { reference: None, name: String::new(), size: None };
        assert_eq!(heard(&event).unwrap().event, HeardEvent::File(file));
    }

    #[test]
    fn a_group_is_not_called_by_the_name_of_who_wrote() {
        let mut event = event();
        event["message"]["chat"] = json!({"id": "g-1", "chat_type": "GROUP"});
        let told = heard(&event).unwrap();
        assert_eq!((told.title.as_str(), told.group, told.sender.as_str()), ("g-1", true, "Ted (6ede)"));
    }

    #[test]
    fn what_is_no_text_of_a_person_is_passed_over() {
        let with = |path: &str, value: Value| {
            let mut event = event();
            *event.pointer_mut(path).unwrap() = value;
            event
        };
        for event in [
            json!({}),
            json!(7),
            json!({"event_name": TEXT_RECEIVED}),
            json!({"event_name": TEXT_RECEIVED, "message": null}),
            with("/event_name", json!("message.sticker.received")),
            with("/event_name", json!("hologram")),
            with("/event_name", Value::Null),
            with("/message/from/is_bot", json!(true)),
            with("/message/message_id", json!("")),
            with("/message/chat/id", Value::Null),
            with("/message/text", json!(["x"])),
        ] {
            assert_eq!(heard(&event), None, "{event}");
        }
    }

    #[test]
    fn a_message_without_a_sender_or_a_date_is_heard() {
        let mut event = event();
        event["message"]["from"] = Value::Null;
        event["message"]["date"] = json!("soon");
        let told = heard(&event).unwrap();
        assert_eq!((told.sender.as_str(), told.at, told.title.as_str()), ("", DateTime::UNIX_EPOCH, "6ede"));
    }
}
