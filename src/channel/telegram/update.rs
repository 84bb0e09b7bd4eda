//! One update -> what was heard.
//!
//! teloxide's types read it, but only those parts of it that we use: a message with an entity of a kind newer than the
//! library would otherwise become an empty one and lose its text, and a new right of administrators could hide a kick.
//! They read from text, because some of them refuse an already parsed value.

use super::address::TelegramAddress;
use super::callback;
use crate::channel::{Heard, HeardEvent, HeardFile};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use teloxide::types::{Chat, ChatMemberKind, ChatMemberUpdated, Message, User};

/// All that is read of a message.
const MESSAGE_FIELDS: [&str; 9] = [
    "message_id",
    "message_thread_id",
    "is_topic_message",
    "date",
    "chat",
    "from",
    "sender_chat",
    "text",
    "migrate_to_chat_id",
];

/// The update's id, and what was heard, if it is something that concerns us. `None` if it has no id.
pub(super) fn read(update: &Value) -> Option<(i64, Option<Heard>)> {
    let id = update.get("update_id")?.as_i64()?;
    let heard = if let Some(message) = update.get("message") {
        let mut fields = picked(message, &MESSAGE_FIELDS);
        let file = document(message);
        if file.is_some() {
            // A message of a kind that teloxide knows whatever is new about the file, and that is never shown.
            fields["text"] = json!("");
        }
        let heard = parse(id, fields).and_then(|message| from_message(id, &message));
        heard.map(|heard| Heard { event: file.map_or(heard.event.clone(), HeardEvent::File), ..heard })
    } else if let Some(change) = update.get("my_chat_member") {
        let mut change = picked(change, &["chat", "from", "date", "new_chat_member"]);
        // teloxide wants to know how the bot stood before; we do not.
        change["old_chat_member"] = json!({"status": "left", "user": change["new_chat_member"]["user"]});
        parse(id, change).and_then(|change| from_standing(id, &change))
    } else {
        update.get("callback_query").and_then(|query| from_press(id, query))
    };
    Some((id, heard))
}

/// The file of a message. A moving picture looks like one and is none.
fn document(message: &Value) -> Option<HeardFile> {
    let document = message.get("document").filter(|_| message.get("animation").is_none())?;
    let text = |field: &str| document.get(field).and_then(Value::as_str);
    Some(HeardFile {
        reference: Some(text("file_id").filter(|id| !id.is_empty())?.to_owned()),
        name: text("file_name").unwrap_or("tệp không tên").to_owned(),
        size: document.get("file_size").and_then(Value::as_u64),
    })
}

fn picked(object: &Value, fields: &[&str]) -> Value {
    let field = |name: &&str| Some(((*name).to_owned(), object.get(*name)?.clone()));
    Value::Object(fields.iter().filter_map(field).collect::<Map<_, _>>())
}

fn parse<T: DeserializeOwned>(update_id: i64, value: Value) -> Option<T> {
    let parsed = serde_json::from_str(&value.to_string()).ok();
    if parsed.is_none() {
        // Not the reason: it would quote what people wrote.
        tracing::warn!(update_id, "a Telegram update cannot be read; it is passed over");
    }
    parsed
}

fn from_message(id: i64, message: &Message) -> Option<Heard> {
    let (event, thread) = if let Some(new) = message.migrate_to_chat_id() {
        (HeardEvent::Moved { address: TelegramAddress::new(new.0, None).to_string() }, None)
    } else {
        // Bots do not talk to bots. An administrator who writes as the group looks like one and is none.
        if message.sender_chat.is_none() && message.from.as_ref().is_some_and(|user| user.is_bot) {
            return None;
        }
        // In groups without topics the number of a thread of replies stands in the same place.
        let thread = message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0);
        (HeardEvent::Text(message.text()?.to_owned()), thread)
    };
    let sender = match (&message.sender_chat, &message.from) {
        (Some(chat), _) => format!("{} ({})", title(chat), chat.id),
        (None, Some(user)) => name(user),
        (None, None) => String::new(),
    };
    heard(id, &message.chat, thread, sender, event, message.date)
}

fn from_standing(id: i64, change: &ChatMemberUpdated) -> Option<Heard> {
    let event = match &change.new_chat_member.kind {
        ChatMemberKind::Owner(_) | ChatMemberKind::Administrator(_) | ChatMemberKind::Member(_) => HeardEvent::Added,
        ChatMemberKind::Restricted(restricted) if restricted.is_member => HeardEvent::Added,
        ChatMemberKind::Restricted(_) | ChatMemberKind::Left | ChatMemberKind::Banned(_) => HeardEvent::Removed,
    };
    heard(id, &change.chat, None, name(&change.from), event, change.date)
}

/// A pressed button is heard as if its command had been typed. Its message may be too old to be shown to us; then only
/// its chat is known, and not the topic.
fn from_press(id: i64, query: &Value) -> Option<Heard> {
    let text = |field: &str| query.get(field).and_then(Value::as_str);
    let (query_id, data) = (text("id")?, text("data")?);
    let message = query.get("message")?;
    let chat: Chat = parse(id, message.get("chat")?.clone())?;
    let user: User = parse(id, query.get("from")?.clone())?;
    let in_topic = message.get("is_topic_message").and_then(Value::as_bool).unwrap_or_default();
    let thread = message.get("message_thread_id").and_then(Value::as_i64).filter(|_| in_topic);
    let thread = thread.and_then(|thread| i32::try_from(thread).ok());
    // When it was pressed is not told; the message's own date is when we sent it.
    let at = message.get("date").and_then(Value::as_i64).and_then(|at| chrono::DateTime::from_timestamp(at, 0))?;
    let heard = heard(id, &chat, thread, name(&user), HeardEvent::Text(data.to_owned()), at)?;
    Some(Heard { external_id: callback::external_id(query_id), ..heard })
}

fn heard(
    id: i64,
    chat: &Chat,
    thread: Option<i32>,
    sender: String,
    event: HeardEvent,
    at: chrono::DateTime<chrono::Utc>,
) -> Option<Heard> {
    // Nobody asks anything in a channel.
    if chat.is_channel() {
        return None;
    }
    Some(Heard {
        external_id: id.to_string(),
        address: TelegramAddress::new(chat.id.0, thread).to_string(),
        title: title(chat),
        group: !chat.is_private(),
        sender,
        event,
        at,
    })
}

fn title(chat: &Chat) -> String {
    if let Some(title) = chat.title() {
        return title.to_owned();
    }
    let names: Vec<_> = [chat.first_name(), chat.last_name()].into_iter().flatten().collect();
    if names.is_empty() { chat.id.to_string() } else { names.join(" ") }
}

fn name(user: &User) -> String {
    format!("{} ({})", user.full_name(), user.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> Value {
        json!({"id": -1001, "type": "supergroup", "title": "Sở Nội vụ", "is_forum": true})
    }

    fn person() -> Value {
        json!({"id": 90001, "is_bot": false, "first_name": "An", "last_name": "Nguyễn"})
    }

    fn message(extra: Value) -> Value {
        let mut message = json!({"message_id": 5, "date": 1_690_000_000, "chat": group(), "from": person()});
        for (field, value) in extra.as_object().unwrap() {
            message[field] = value.clone();
        }
        json!({"update_id": 42, "message": message})
    }

    fn heard_of(update: &Value) -> Option<Heard> {
        let (id, heard) = read(update).unwrap();
        assert_eq!(id, 42);
        heard
    }

    #[test]
    fn a_text_is_heard_whole() {
        let heard = heard_of(&message(json!({"text": "/status Sở\nY tế"}))).unwrap();
        let expected = Heard {
            external_id: "42".into(),
            address: "-1001".into(),
            title: "Sở Nội vụ".into(),
            group: true,
            sender: "An Nguyễn (90001)".into(),
            event: HeardEvent::Text("/status Sở\nY tế".into()),
            at: chrono::DateTime::from_timestamp(1_690_000_000, 0).unwrap(),
        };
        assert_eq!(heard, expected);
    }

    #[test]
    fn a_private_chat_is_called_by_the_persons_name() {
        let chat = json!({"id": 90001, "type": "private", "first_name": "An", "last_name": "Nguyễn"});
        let heard = heard_of(&message(json!({"chat": chat, "text": "x"}))).unwrap();
        assert_eq!((heard.title.as_str(), heard.group, heard.address.as_str()), ("An Nguyễn", false, "90001"));
        let nameless = json!({"id": 90001, "type": "private"});
        assert_eq!(heard_of(&message(json!({"chat": nameless, "text": "x"}))).unwrap().title, "90001");
    }

    #[test]
    fn only_a_topic_is_part_of_the_address() {
        for (extra, address) in [
            (json!({"message_thread_id": 77, "is_topic_message": true}), "-1001/77"),
            (json!({"message_thread_id": 1, "is_topic_message": true}), "-1001"),
            (json!({"message_thread_id": 77}), "-1001"),
        ] {
            let mut update = message(extra);
            update["message"]["text"] = json!("x");
            assert_eq!(heard_of(&update).unwrap().address, address);
        }
    }

    /// The trap that the picking of fields is for.
    #[test]
    fn what_is_newer_than_the_library_does_not_swallow_a_text() {
        let entities = json!([{"type": "hologram", "offset": 0, "length": 7}]);
        let update = message(json!({"text": "/status", "entities": entities, "reply_to_message": {"odd": true},
            "forward_origin": {"type": "moon"}, "quote": 7}));
        let whole = serde_json::from_str::<Message>(&update["message"].to_string()).ok();
        let text = whole.as_ref().and_then(Message::text);
        assert_eq!(text, None, "teloxide reads such messages now: the picking may go");
        assert_eq!(heard_of(&update).unwrap().event, HeardEvent::Text("/status".into()));
    }

    #[test]
    fn an_anonymous_administrator_is_heard_and_a_bot_is_not() {
        let bot = json!({"id": 1087968824, "is_bot": true, "first_name": "Group"});
        let update = message(json!({"from": bot, "sender_chat": group(), "text": "/link"}));
        assert_eq!(heard_of(&update).unwrap().sender, "Sở Nội vụ (-1001)");
        assert_eq!(heard_of(&message(json!({"from": bot, "text": "/link"}))), None);
    }

    #[test]
    fn a_migration_names_both_addresses() {
        let chat = json!({"id": -4001, "type": "group", "title": "Xã"});
        let heard = heard_of(&message(json!({"chat": chat, "migrate_to_chat_id": -100_4001_i64}))).unwrap();
        assert_eq!(heard.address, "-4001");
        assert_eq!(heard.event, HeardEvent::Moved { address: "-1004001".into() });
    }

    #[test]
    fn standing_is_added_or_removed() {
        let me = json!({"id": 7, "is_bot": true, "first_name": "Bot"});
        let rights = [
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_change_info",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_invite_users",
            "can_restrict_members",
            "can_promote_members",
        ];
        let mut administrator = json!({"status": "administrator", "user": me});
        for right in rights {
            administrator[right] = json!(true);
        }
        for (new, expected) in [
            (json!({"status": "member", "user": me}), HeardEvent::Added),
            (administrator, HeardEvent::Added),
            (json!({"status": "left", "user": me}), HeardEvent::Removed),
            (json!({"status": "kicked", "user": me, "until_date": 0}), HeardEvent::Removed),
        ] {
            let old = json!({"status": "of a kind that is not known yet"});
            let change = json!({"chat": group(), "from": person(), "date": 0, "old_chat_member": old,
                "new_chat_member": new});
            let heard = heard_of(&json!({"update_id": 42, "my_chat_member": change})).unwrap();
            assert_eq!((heard.event, heard.address.as_str()), (expected, "-1001"));
        }
    }

    #[test]
    fn a_file_is_heard_with_its_name_and_size() {
        let document = json!({"file_id": "BQAC-1", "file_unique_id": "x", "file_name": "Phụ lục.xlsx", "file_size": 7,
            "mime_type": "application/x-new", "thumbnail": {"odd": true}});
        let update = message(json!({"document": document, "caption": "số liệu", "caption_entities": [7]}));
        let file = HeardFile { reference: Some("BQAC-1".into()), name: "Phụ lục.xlsx".into(), size: Some(7) };
        assert_eq!(heard_of(&update).unwrap().event, HeardEvent::File(file));
        let nameless = message(json!({"document": {"file_id": "BQAC-1"}}));
        let file = HeardFile { reference: Some("BQAC-1".into()), name: "tệp không tên".into(), size: None };
        assert_eq!(heard_of(&nameless).unwrap().event, HeardEvent::File(file));
        for other in
            [json!({"document": {"file_id": "a"}, "animation": {}}), json!({"document": {}}), json!({"document": 7})]
        {
            assert_eq!(heard_of(&message(other)), None);
        }
    }

    #[test]
    fn a_pressed_button_is_its_command() {
        let press = |message: Value| {
            json!({"update_id": 42, "callback_query": {"id": "4000", "from": person(), "message": message,
                "chat_instance": "x", "data": "/status so-y-te"}})
        };
        let whole = json!({"message_id": 5, "date": 1_690_000_000, "chat": group(), "message_thread_id": 77,
            "is_topic_message": true, "text": "…"});
        // Telegram tells no more of an old message.
        let inaccessible = json!({"message_id": 5, "date": 0, "chat": group()});
        for (message, address) in [(whole, "-1001/77"), (inaccessible, "-1001")] {
            let heard = heard_of(&press(message)).unwrap();
            assert_eq!(heard.event, HeardEvent::Text("/status so-y-te".into()));
            assert_eq!((heard.address.as_str(), heard.sender.as_str()), (address, "An Nguyễn (90001)"));
            assert_eq!(callback::callback_of(&heard), Some("4000"));
        }
        let nowhere = json!({"update_id": 42, "callback_query": {"id": "4000", "from": person(),
            "inline_message_id": "x", "chat_instance": "x", "data": "/status"}});
        assert_eq!(heard_of(&nowhere), None);
        assert_eq!(callback::callback_of(&heard_of(&message(json!({"text": "x"}))).unwrap()), None);
    }

    #[test]
    fn everything_else_is_passed_over_by_its_id() {
        let channel = json!({"id": -1009, "type": "channel", "title": "Kênh"});
        for update in [
            json!({"update_id": 42}),
            json!({"update_id": 42, "message": null}),
            json!({"update_id": 42, "message": "x"}),
            json!({"update_id": 42, "message": {"message_id": "x"}}),
            json!({"update_id": 42, "my_chat_member": {"new_chat_member": 5}}),
            json!({"update_id": 42, "channel_post": message(json!({"chat": channel, "text": "x"}))["message"]}),
            json!({"update_id": 42, "hologram": {"x": 1}}),
            message(json!({"chat": channel, "text": "x"})),
            message(json!({"chat": {"id": 5, "type": "hologram"}, "text": "x"})),
            message(json!({"caption": "ảnh", "photo": []})),
            message(json!({"migrate_from_chat_id": -4001})),
            message(json!({"new_chat_title": "x"})),
        ] {
            assert_eq!(heard_of(&update), None, "{update}");
        }
        for update in [json!({}), json!({"update_id": "x"}), json!(7)] {
            assert_eq!(read(&update), None, "{update}");
        }
    }
}
