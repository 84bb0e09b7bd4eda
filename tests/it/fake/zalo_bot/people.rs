//! What people do, and how the bot is told of it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::FakeZaloBot;

/// Something that somebody wrote.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The chat.
    pub chat: &'a str,
    /// Whether it is a group.
    pub group: bool,
    /// The id of who wrote.
    pub from: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Whether they are a bot.
    pub bot: bool,
    /// The text, in any form of Unicode.
    pub text: &'a str,
}

impl<'a> Said<'a> {
    /// A person in the chat with the bot; the chat's id is the person's.
    pub fn alone(person: &'a str, name: &'a str, text: &'a str) -> Self {
        Self { chat: person, group: false, from: person, name, bot: false, text }
    }

    /// A member in a group. Zalo tells only what mentions the bot, and leaves the mention in the text.
    pub fn in_group(chat: &'a str, from: &'a str, name: &'a str, text: &'a str) -> Self {
        Self { chat, group: true, from, name, bot: false, text }
    }

    /// The same, by another bot.
    pub fn by_a_bot(self) -> Self {
        Self { bot: true, ..self }
    }
}

impl FakeZaloBot {
    /// The event of something that was written, with an id of its own; the chat is known from then on.
    pub fn event(&self, said: Said<'_>) -> Value {
        let mut world = self.shared.world();
        world.chats.insert(said.chat.to_owned());
        world.next_id += 1;
        json!({
            "event_name": "message.text.received",
            "message": {
                "from": {"id": said.from, "display_name": said.name, "is_bot": said.bot},
                "chat": {"id": said.chat, "chat_type": if said.group { "GROUP" } else { "PRIVATE" }},
                "text": said.text,
                "message_id": format!("{:020x}", 0x2d75_8cb5_e222_u64 + world.next_id),
                "date": 1_750_316_131_602_u64 + world.next_id,
            },
        })
    }

    /// Makes an event known to polls. Where only open polls are told, it is lost if none is.
    pub fn push(&self, event: Value) {
        {
            let mut world = self.shared.world();
            if world.habits.poll == super::PollHabit::RealTime && world.open_polls == 0 {
                return;
            }
            world.events.push_back(event);
        }
        self.shared.changed.send_modify(|generation| *generation += 1);
    }

    /// Somebody writes, and polls are told.
    pub fn say(&self, said: Said<'_>) {
        self.push(self.event(said));
    }

    /// Calls the webhook with any body; `secret` is what was set, or another, or none.
    pub async fn post(&self, body: String, secret: Secret<'_>) -> StatusCode {
        let (url, set) = self.shared.world().webhook.clone().expect("a webhook was set");
        let mut request = reqwest::Client::new().post(url).header("content-type", "application/json").body(body);
        request = match secret {
            Secret::Right => request.header("X-Bot-Api-Secret-Token", set),
            Secret::Wrong(wrong) => request.header("X-Bot-Api-Secret-Token", wrong),
            Secret::Missing => request,
        };
        let status = request.send().await.expect("the webhook answers").status();
        StatusCode::from_u16(status.as_u16()).expect("a status")
    }

    /// Delivers an event in both of the shapes that were seen: twice, therefore.
    pub async fn deliver_in_both_shapes(&self, event: &Value) -> [StatusCode; 2] {
        let flat = self.post(event.to_string(), Secret::Right).await;
        [flat, self.post(json!({"ok": true, "result": event}).to_string(), Secret::Right).await]
    }
}

/// What stands in the header of a webhook call.
#[derive(Clone, Copy, Debug)]
pub enum Secret<'a> {
    /// What was set.
    Right,
    /// Something else.
    Wrong(&'a str),
    /// Nothing.
    Missing,
}
