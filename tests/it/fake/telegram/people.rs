//! The people on the other side: they make chats, write, press buttons, throw the bot out.

use serde_json::{Value, json};

use super::FakeTelegram;
use super::world::{ChatKind, Standing, World, unix};

/// Who does what no test cares to attribute.
const SOMEBODY: i64 = 5_000_000_001;

impl FakeTelegram {
    /// Makes a chat that the bot is in. Sending to any other is "chat not found".
    pub fn add_chat(&self, id: i64, kind: ChatKind, title: &str) {
        self.shared.world().add_chat(id, kind, title);
    }

    /// Makes a topic in a forum.
    pub fn add_thread(&self, chat: i64, thread: i64) {
        self.shared.world().chat(chat).threads.insert(thread);
    }

    /// Deletes a topic: sending there is "message thread not found" from now on.
    pub fn drop_thread(&self, chat: i64, thread: i64) {
        self.shared.world().chat(chat).threads.remove(&thread);
    }

    /// Gives a person a name.
    pub fn name_user(&self, user: i64, name: &str) {
        self.shared.world().names.insert(user, name.to_owned());
    }

    /// Whether the bot has the right to pin.
    pub fn let_pin(&self, chat: i64, may_pin: bool) {
        self.shared.world().chat(chat).may_pin = may_pin;
    }

    /// A person adds the bot to a chat that the fake makes for it. Returns the update's id.
    pub fn invite(&self, chat: i64, kind: ChatKind, title: &str, by: i64) -> i64 {
        self.add_chat(chat, kind, title);
        self.shared.world().chat(chat).standing = Standing::Left;
        self.change_standing(chat, by, Standing::Member)
    }

    /// The bot is thrown out of a group. Returns the `my_chat_member` update's id.
    pub fn kick(&self, chat: i64) -> i64 {
        self.change_standing(chat, SOMEBODY, Standing::Kicked)
    }

    /// The bot is in the group no more, without having been thrown out.
    pub fn leave(&self, chat: i64) -> i64 {
        self.change_standing(chat, SOMEBODY, Standing::Left)
    }

    /// A person blocks the bot.
    pub fn block(&self, user: i64) -> i64 {
        self.change_standing(user, user, Standing::Kicked)
    }

    /// The bot is let in again, or unblocked.
    pub fn readmit(&self, chat: i64) -> i64 {
        self.change_standing(chat, SOMEBODY, Standing::Member)
    }

    /// Changes how the bot stands, and tells it by `my_chat_member`.
    pub fn change_standing(&self, chat: i64, by: i64, new: Standing) -> i64 {
        self.push_with(|world, now| {
            let from = world.person(by);
            let chat = world.chat(chat);
            let old = std::mem::replace(&mut chat.standing, new);
            json!({"my_chat_member": {
                "chat": chat.json(),
                "from": from,
                "date": now,
                "old_chat_member": old.member_json(),
                "new_chat_member": new.member_json(),
            }})
        })
    }

    /// A basic group becomes a supergroup. Both service messages are queued; the old id answers with
    /// `migrate_to_chat_id` from now on. Returns the new id.
    pub fn migrate(&self, chat: i64) -> i64 {
        let new_id = -1_000_000_000_000 + chat;
        self.push_with(|world, now| {
            let title = world.chat(chat).title.clone();
            world.chat(chat).migrated_to = Some(new_id);
            world.add_chat(new_id, ChatKind::Supergroup, &title);
            let mut message = incoming(world, chat, SOMEBODY, now);
            message["migrate_to_chat_id"] = json!(new_id);
            json!({"message": message})
        });
        self.push_with(|world, now| {
            let mut message = incoming(world, new_id, SOMEBODY, now);
            message["migrate_from_chat_id"] = json!(chat);
            json!({"message": message})
        });
        new_id
    }

    /// A person writes. Returns the update's id.
    pub fn push_text(&self, chat: i64, from: i64, text: &str) -> i64 {
        self.push_with(|world, now| json!({"message": text_message(world, chat, from, now, text)}))
    }

    /// A person writes in a topic.
    pub fn push_text_in_thread(&self, chat: i64, thread: i64, from: i64, text: &str) -> i64 {
        self.push_with(|world, now| {
            let mut message = text_message(world, chat, from, now, text);
            message["message_thread_id"] = json!(thread);
            message["is_topic_message"] = json!(true);
            json!({"message": message})
        })
    }

    /// A person presses a button under a message that the chat shows. Returns the update's id and the
    /// id of the query, which may then be answered.
    pub fn press(&self, chat: i64, from: i64, message_id: i64, data: &str) -> (i64, String) {
        let mut query = String::new();
        let update = self.push_with(|world, _| {
            query = format!("{}", 4_000_000_000_000 + world.callbacks.len());
            world.callbacks.insert(query.clone());
            let message = world.chat(chat).shown.get(&message_id).cloned();
            let message = message.unwrap_or_else(|| panic!("chat {chat} shows no message {message_id}"));
            json!({"callback_query": {
                "id": query,
                "from": world.person(from),
                "message": world.message_json(&message),
                "chat_instance": format!("{chat}"),
                "data": data,
            }})
        });
        (update, query)
    }

    /// Queues any update: an object with its kind as key; `update_id` is filled in unless given.
    pub fn push_update(&self, update: Value) -> i64 {
        self.push_with(|_, _| update)
    }

    pub(super) fn push_with(&self, make: impl FnOnce(&mut World, i64) -> Value) -> i64 {
        let now = unix((self.shared.elapsed)());
        let id = {
            let mut world = self.shared.world();
            let update = make(&mut world, now);
            world.updates.push(update)
        };
        self.shared.wake_polls();
        id
    }
}

/// A message from a person, without content yet.
pub fn incoming(world: &mut World, chat: i64, from: i64, now: i64) -> Value {
    let from = world.person(from);
    let chat = world.chat(chat);
    json!({"message_id": chat.take_message_id(), "from": from, "chat": chat.json(), "date": now})
}

fn text_message(world: &mut World, chat: i64, from: i64, now: i64, text: &str) -> Value {
    let mut message = incoming(world, chat, from, now);
    message["text"] = json!(text);
    if text.starts_with('/') {
        let command = text.split_whitespace().next().unwrap_or_default();
        let length = command.encode_utf16().count();
        message["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
    }
    message
}
