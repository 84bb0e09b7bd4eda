//! What the fake remembers: chats, the messages people see in them, and what was sent when.
//!
//! Message ids count from 1 in every chat, as in real supergroups, so that code which takes a message
//! id for unique across chats is found out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::error::ApiError;
use super::fault::Faults;
use super::limits::{Limiter, Limits, whole_seconds};
use super::params::Upload;
use super::updates::Updates;

/// The bot's own user id; the token begins with it.
pub const BOT_ID: i64 = 7_000_000_001;
/// The bot's user name, without `@`.
pub const BOT_USERNAME: &str = "chitieu_test_bot";
/// Unix time at which the fake's own time is zero: 1 January 2026. `date` fields count from here, so
/// that two runs of one test see the same bytes.
pub const EPOCH: i64 = 1_767_225_600;

/// What sort of place a chat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// One person; the chat id is the user id.
    Private,
    /// A basic group, which may one day migrate.
    Group,
    /// A supergroup without topics.
    Supergroup,
    /// A supergroup with topics.
    Forum,
}

impl ChatKind {
    /// The `type` on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup | Self::Forum => "supergroup",
        }
    }

    /// Whether the limit of a minute applies.
    pub fn is_group(self) -> bool {
        self != Self::Private
    }
}

/// How the bot stands in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may write.
    Member,
    /// It was thrown out of a group, or blocked by a person.
    Kicked,
    /// It is not there.
    Left,
}

impl Standing {
    /// A `ChatMember` object for the bot.
    pub fn member_json(self) -> Value {
        match self {
            Self::Member => json!({"user": bot_user(), "status": "member"}),
            Self::Kicked => json!({"user": bot_user(), "status": "kicked", "until_date": 0}),
            Self::Left => json!({"user": bot_user(), "status": "left"}),
        }
    }
}

/// A message that the fake accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// When, on the fake's own clock.
    pub at: Duration,
    /// Where it went.
    pub chat: i64,
    /// The topic, in forums.
    pub thread: Option<i64>,
    /// Its id in that chat.
    pub message_id: i64,
    /// What people read: markup gone. For a photo or document, the caption.
    pub text: String,
    /// The text as the client sent it.
    pub source: String,
    /// `parse_mode` as sent.
    pub parse_mode: Option<String>,
    /// Every entity, also those beyond the hundred that the real server keeps.
    pub entities: Vec<Value>,
    /// Buttons.
    pub reply_markup: Option<Value>,
    /// The picture or document.
    pub attachment: Option<Upload>,
    /// `sendMessage`, `sendPhoto`, `sendDocument` or `editMessageText`.
    pub method: &'static str,
    /// Whether the phone stays silent.
    pub silent: bool,
}

/// A chat and all that is in it.
#[derive(Debug)]
pub struct Chat {
    /// Its id.
    pub id: i64,
    /// What it is.
    pub kind: ChatKind,
    /// Its title, or the person's name.
    pub title: String,
    /// How the bot stands in it.
    pub standing: Standing,
    /// Set once it became a supergroup.
    pub migrated_to: Option<i64>,
    /// The topics, "General" excluded.
    pub threads: BTreeSet<i64>,
    /// What people see now: edits applied, deleted messages gone.
    pub shown: BTreeMap<i64, Received>,
    /// Ids of pinned messages, newest last.
    pub pinned: Vec<i64>,
    /// Whether the bot may pin.
    pub may_pin: bool,
    /// Until when every message is answered 429.
    pub flooded_until: Duration,
    /// The next message id.
    pub next_message: i64,
}

impl Chat {
    /// The `Chat` object on the wire.
    pub fn json(&self) -> Value {
        match self.kind {
            ChatKind::Private => {
                json!({"id": self.id, "type": "private", "first_name": self.title})
            }
            ChatKind::Group => {
                json!({"id": self.id, "type": "group", "title": self.title, "all_members_are_administrators": false})
            }
            ChatKind::Supergroup => {
                json!({"id": self.id, "type": "supergroup", "title": self.title})
            }
            ChatKind::Forum => {
                json!({"id": self.id, "type": "supergroup", "title": self.title, "is_forum": true})
            }
        }
    }

    /// Takes the next message id.
    pub fn take_message_id(&mut self) -> i64 {
        let id = self.next_message;
        self.next_message += 1;
        id
    }

    /// Refuses if the bot cannot act here, in the order in which the server looks.
    pub fn check_access(&self) -> Result<(), ApiError> {
        if let Some(new_id) = self.migrated_to {
            return Err(ApiError::migrated(new_id));
        }
        match (self.standing, self.kind) {
            (Standing::Member, _) => Ok(()),
            (_, ChatKind::Private) => Err(ApiError::blocked()),
            (Standing::Kicked, kind) => Err(ApiError::kicked(kind)),
            (Standing::Left, kind) => Err(ApiError::not_a_member(kind)),
        }
    }

    /// Refuses a topic that is not there; only forums have topics.
    pub fn check_thread(&self, thread: Option<i64>) -> Result<(), ApiError> {
        match thread {
            Some(id) if !self.threads.contains(&id) => Err(ApiError::thread_not_found()),
            _ => Ok(()),
        }
    }
}

/// One call, as it came and as it went.
#[derive(Debug, Clone)]
pub struct Call {
    /// When it came, on the fake's own clock.
    pub at: Duration,
    /// The method in the documentation's spelling, however the client spelled it.
    pub method: String,
    /// The parameters, wherever they stood.
    pub params: Value,
    /// The HTTP status; `None` if no answer was given (yet, or at all).
    pub status: Option<u16>,
    /// The refusal's `description`.
    pub description: Option<String>,
}

impl Call {
    /// The chat it is about.
    pub fn chat(&self) -> Option<i64> {
        chat_of(&self.params)
    }
}

/// `chat_id`, as number or digits.
pub fn chat_of(params: &Value) -> Option<i64> {
    let id = params.get("chat_id")?;
    id.as_i64().or_else(|| id.as_str()?.parse().ok())
}

/// All of it.
#[derive(Debug)]
pub struct World {
    /// Chats by id.
    pub chats: BTreeMap<i64, Chat>,
    /// Names of people who write, by user id.
    pub names: BTreeMap<i64, String>,
    /// What waits to be polled.
    pub updates: Updates,
    /// Flood control.
    pub limiter: Limiter,
    /// What is to go wrong.
    pub faults: Faults,
    /// Every call.
    pub log: Vec<Call>,
    /// New messages in the order of their acceptance.
    pub received: Vec<Received>,
    /// Accepted edits.
    pub edits: Vec<Received>,
    /// Commands by scope (its JSON) and language.
    pub commands: BTreeMap<(String, String), Vec<(String, String)>>,
    /// Callback queries that may still be answered.
    pub callbacks: BTreeSet<String>,
    /// Files that people sent, by the id that their messages tell.
    pub files: BTreeMap<String, super::files::SentFile>,
    /// How many calls were answered 429.
    pub too_many: usize,
    /// Empty when polling.
    pub webhook: String,
}

impl World {
    /// An empty world.
    pub fn new(limits: Limits) -> Self {
        Self {
            chats: BTreeMap::new(),
            names: BTreeMap::new(),
            updates: Updates::default(),
            limiter: Limiter::new(limits),
            faults: Faults::default(),
            log: Vec::new(),
            received: Vec::new(),
            edits: Vec::new(),
            commands: BTreeMap::new(),
            callbacks: BTreeSet::new(),
            files: BTreeMap::new(),
            too_many: 0,
            webhook: String::new(),
        }
    }

    /// Makes a chat; a second call with the same id replaces it.
    pub fn add_chat(&mut self, id: i64, kind: ChatKind, title: &str) {
        self.chats.insert(
            id,
            Chat {
                id,
                kind,
                title: title.to_owned(),
                standing: Standing::Member,
                migrated_to: None,
                threads: BTreeSet::new(),
                shown: BTreeMap::new(),
                pinned: Vec::new(),
                may_pin: true,
                flooded_until: Duration::ZERO,
                next_message: 1,
            },
        );
    }

    /// A chat that the test made. A test that names another one is wrong, and is told so.
    pub fn chat(&mut self, id: i64) -> &mut Chat {
        self.chats.get_mut(&id).unwrap_or_else(|| panic!("the test never added chat {id} to the fake"))
    }

    /// The chat a call is about, if the bot may act in it.
    pub fn open_chat(&mut self, id: Option<i64>) -> Result<&mut Chat, ApiError> {
        let chat = id.and_then(|id| self.chats.get_mut(&id)).ok_or_else(ApiError::chat_not_found)?;
        chat.check_access()?;
        Ok(chat)
    }

    /// Counts a message, edit or pin. Last of all checks: a call that is wrong anyway costs nothing.
    pub fn count(&mut self, now: Duration, id: i64) -> Result<(), ApiError> {
        let chat = self.chat(id);
        let flooded = chat.flooded_until.saturating_sub(now);
        let is_group = chat.kind.is_group();
        if !flooded.is_zero() {
            return Err(ApiError::too_many_requests(whole_seconds(flooded)));
        }
        self.limiter.admit(now, id, is_group).map_err(ApiError::too_many_requests)
    }

    /// A `User` object for a person.
    pub fn person(&self, id: i64) -> Value {
        let name = self.names.get(&id).cloned().unwrap_or_else(|| format!("Người dùng {id}"));
        json!({"id": id, "is_bot": false, "first_name": name, "language_code": "vi"})
    }

    /// The `Message` object of an accepted message.
    pub fn message_json(&self, message: &Received) -> Value {
        let chat = self.chats.get(&message.chat).map_or(Value::Null, Chat::json);
        let mut json = json!({
            "message_id": message.message_id,
            "from": bot_user(),
            "chat": chat,
            "date": unix(message.at),
        });
        let (text, entities) = match message.attachment {
            None => ("text", "entities"),
            Some(_) => ("caption", "caption_entities"),
        };
        if !message.text.is_empty() {
            json[text] = json!(message.text);
        }
        let kept: Vec<_> = message.entities.iter().take(super::html::ENTITIES_KEPT).collect();
        if !kept.is_empty() {
            json[entities] = json!(kept);
        }
        if let Some(thread) = message.thread {
            json["message_thread_id"] = json!(thread);
            json["is_topic_message"] = json!(true);
        }
        // Only inline keyboards are part of a message; the other kinds belong to the client's screen.
        if let Some(markup) = message.reply_markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some()) {
            json["reply_markup"] = markup.clone();
        }
        if let Some(file) = &message.attachment {
            let id = format!("file-{}-{}", message.chat, message.message_id);
            let size = file.bytes.len();
            if message.method == "sendPhoto" {
                json["photo"] = json!([
                    {"file_id": id, "file_unique_id": id, "file_size": size, "width": 800, "height": 600}
                ]);
            } else {
                json["document"] =
                    json!({"file_id": id, "file_unique_id": id, "file_size": size, "file_name": file.file_name});
            }
        }
        json
    }
}

/// The fake's time as Unix time.
pub fn unix(at: Duration) -> i64 {
    EPOCH + i64::try_from(at.as_secs()).unwrap_or_default()
}

/// The bot as a plain `User`.
pub fn bot_user() -> Value {
    json!({"id": BOT_ID, "is_bot": true, "first_name": "Chỉ tiêu (thử)", "username": BOT_USERNAME})
}
