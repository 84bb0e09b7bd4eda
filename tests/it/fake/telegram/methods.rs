//! The methods that put something before people's eyes, or touch what is there.
//!
//! Checks run in the order of the real server: parameters, chat, access, topic, text, markup, and
//! flood control last, because that is counted behind the API server.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::ApiError;
use super::html::{self, Formatted};
use super::params::{Params, Upload};
use super::world::{Received, World};
use super::{keyboard, settings};

const TEXT_MOST: usize = 4096;
const CAPTION_MOST: usize = 1024;
/// Bytes, before markup is read.
const SOURCE_MOST: usize = 1 << 15;

/// The names as documented. Clients may write them in any case; the log uses these.
const METHODS: [&str; 21] = [
    "getMe",
    "getUpdates",
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendChatAction",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
    "pinChatMessage",
    "unpinChatMessage",
    "answerCallbackQuery",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "getChat",
    "getChatMember",
    "getFile",
    "getWebhookInfo",
    "setWebhook",
    "deleteWebhook",
];

/// The documented spelling of a method, if there is such a method.
pub fn canonical(name: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// Carries out any method but `getUpdates`, which waits and so lives with the sockets.
pub fn call(world: &mut World, now: Duration, method: &'static str, params: &Params) -> Result<Value, ApiError> {
    match method {
        "sendMessage" => send_message(world, now, params),
        "sendPhoto" => send_file(world, now, params, method, "photo"),
        "sendDocument" => send_file(world, now, params, method, "document"),
        "sendChatAction" => {
            let thread = params.int("message_thread_id");
            target(world, params)?.check_thread(thread).map(|()| json!(true))
        }
        "editMessageText" => edit_text(world, now, params),
        "editMessageReplyMarkup" => edit_markup(world, now, params),
        "deleteMessage" => {
            let id = message_id(params);
            let chat = target(world, params)?;
            chat.pinned.retain(|pinned| *pinned != id);
            let gone = chat.shown.remove(&id);
            gone.map(|_| json!(true)).ok_or_else(|| ApiError::bad_request("message to delete not found"))
        }
        "pinChatMessage" => pin(world, now, params),
        "unpinChatMessage" => unpin(world, params),
        _ => settings::call(world, method, params),
    }
}

/// The chat that `chat_id` names, open to the bot.
pub fn target<'w>(world: &'w mut World, params: &Params) -> Result<&'w mut super::world::Chat, ApiError> {
    if params.text("chat_id").is_empty() {
        return Err(ApiError::bad_request("chat_id is empty"));
    }
    world.open_chat(params.int("chat_id"))
}

fn message_id(params: &Params) -> i64 {
    params.int("message_id").unwrap_or_default()
}

/// Reads a text with its markup; the limit is checked by the caller, who knows its words.
fn formatted(params: &Params, text: &str, entities: &str) -> Result<Formatted, ApiError> {
    let source = params.text(text);
    if source.len() > SOURCE_MOST {
        return Err(ApiError::bad_request("text is too long"));
    }
    match params.text("parse_mode").to_ascii_lowercase().as_str() {
        "" | "none" => {
            let mut plain = Formatted::plain(&source);
            if let Some(Value::Array(given)) = params.json(entities) {
                plain.entities = given;
            }
            Ok(plain)
        }
        "html" => html::parse(&source).map_err(|reason| ApiError::cannot_parse_entities(&reason)),
        // Markdown exists at Telegram, but this project sends HTML only, so here it is a mistake.
        _ => Err(ApiError::bad_request("unsupported parse_mode")),
    }
}

fn message_text(params: &Params) -> Result<Formatted, ApiError> {
    let formatted = formatted(params, "text", "entities")?;
    match formatted.chars() {
        0 => Err(ApiError::bad_request("message text is empty")),
        n if n > TEXT_MOST => Err(ApiError::bad_request("message is too long")),
        _ => Ok(formatted),
    }
}

fn send_message(world: &mut World, now: Duration, params: &Params) -> Result<Value, ApiError> {
    target(world, params)?.check_thread(params.int("message_thread_id"))?;
    let text = message_text(params)?;
    deliver(world, now, params, "sendMessage", text, None)
}

fn send_file(
    world: &mut World,
    now: Duration,
    params: &Params,
    method: &'static str,
    field: &str,
) -> Result<Value, ApiError> {
    target(world, params)?.check_thread(params.int("message_thread_id"))?;
    let caption = formatted(params, "caption", "caption_entities")?;
    if caption.chars() > CAPTION_MOST {
        return Err(ApiError::bad_request("message caption is too long"));
    }
    let named = params.text(field);
    let file = match params.file(field) {
        Some(file) if file.bytes.is_empty() => {
            return Err(ApiError::bad_request("file must be non-empty"));
        }
        Some(file) if field == "photo" => {
            check_photo(&file.bytes)?;
            file.clone()
        }
        Some(file) => file.clone(),
        None if named.is_empty() || named.starts_with("attach://") => {
            return Err(ApiError::bad_request(format!("there is no {field} in the request")));
        }
        // A link or a file id: the name is all there is.
        None => Upload { file_name: named, bytes: Vec::new() },
    };
    deliver(world, now, params, method, caption, Some(file))
}

/// Bytes of a photo.
const PHOTO_MOST: usize = 10 * 1024 * 1024;
/// Width and height together.
const SIDES_MOST: u32 = 10_000;
/// The longer side against the shorter one.
const RATIO_MOST: u32 = 20;

/// What the real server finds out by decoding; here the head of a PNG tells.
fn check_photo(bytes: &[u8]) -> Result<(), ApiError> {
    if bytes.len() > PHOTO_MOST {
        return Err(ApiError::new(413, "Request Entity Too Large"));
    }
    let side = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let (true, Some(width), Some(height)) = (bytes.starts_with(b"\x89PNG\r\n\x1a\n"), side(16), side(20)) else {
        return Err(ApiError::bad_request("IMAGE_PROCESS_FAILED"));
    };
    let (short, long) = (width.min(height), width.max(height));
    if width + height > SIDES_MOST || long > short * RATIO_MOST {
        return Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok(())
}

/// Everything is in order: count it, and let people see it.
fn deliver(
    world: &mut World,
    now: Duration,
    params: &Params,
    method: &'static str,
    text: Formatted,
    attachment: Option<Upload>,
) -> Result<Value, ApiError> {
    let reply_markup = keyboard::read(params)?;
    let chat_id = params.int("chat_id").unwrap_or_default();
    if let Some(reply) = params.json("reply_parameters") {
        let answers = reply.get("message_id").and_then(Value::as_i64).unwrap_or_default();
        let lenient = reply.get("allow_sending_without_reply").and_then(Value::as_bool).unwrap_or_default();
        // Ids of people's messages are handed out, but only the bot's own messages are kept.
        if !lenient && !(1..world.chat(chat_id).next_message).contains(&answers) {
            return Err(ApiError::bad_request("message to be replied not found"));
        }
    }
    world.count(now, chat_id)?;
    let source = if attachment.is_some() { "caption" } else { "text" };
    let message = Received {
        at: now,
        chat: chat_id,
        thread: params.int("message_thread_id"),
        message_id: world.chat(chat_id).take_message_id(),
        text: text.text,
        source: params.text(source),
        parse_mode: Some(params.text("parse_mode")).filter(|mode| !mode.is_empty()),
        entities: text.entities,
        reply_markup,
        attachment,
        method,
        silent: params.flag("disable_notification"),
    };
    world.chat(chat_id).shown.insert(message.message_id, message.clone());
    world.received.push(message.clone());
    Ok(world.message_json(&message))
}

/// The message to be edited, as people see it now.
fn shown(world: &mut World, params: &Params) -> Result<Received, ApiError> {
    let id = message_id(params);
    let message = target(world, params)?.shown.get(&id).cloned();
    message.ok_or_else(|| ApiError::bad_request("message to edit not found"))
}

fn edit_text(world: &mut World, now: Duration, params: &Params) -> Result<Value, ApiError> {
    let text = message_text(params)?;
    let old = shown(world, params)?;
    if old.attachment.is_some() {
        return Err(ApiError::bad_request("there is no text in the message to edit"));
    }
    let new = Received {
        text: text.text,
        entities: text.entities,
        source: params.text("text"),
        parse_mode: Some(params.text("parse_mode")).filter(|mode| !mode.is_empty()),
        // An edit without buttons takes the old ones away.
        reply_markup: keyboard::read(params)?,
        ..old.clone()
    };
    replace(world, now, &old, new, "editMessageText")
}

fn edit_markup(world: &mut World, now: Duration, params: &Params) -> Result<Value, ApiError> {
    let old = shown(world, params)?;
    let new = Received { reply_markup: keyboard::read(params)?, ..old.clone() };
    replace(world, now, &old, new, "editMessageReplyMarkup")
}

fn replace(
    world: &mut World,
    now: Duration,
    old: &Received,
    new: Received,
    method: &'static str,
) -> Result<Value, ApiError> {
    if (&new.text, &new.entities, &new.reply_markup) == (&old.text, &old.entities, &old.reply_markup) {
        return Err(ApiError::not_modified());
    }
    world.count(now, old.chat)?;
    world.edits.push(Received { at: now, method, ..new.clone() });
    let mut json = world.message_json(&new);
    json["edit_date"] = json!(super::world::unix(now));
    world.chat(new.chat).shown.insert(new.message_id, new);
    Ok(json)
}

fn pin(world: &mut World, now: Duration, params: &Params) -> Result<Value, ApiError> {
    let id = message_id(params);
    let chat = target(world, params)?;
    if !chat.shown.contains_key(&id) {
        return Err(ApiError::bad_request("message to pin not found"));
    }
    if !chat.may_pin {
        return Err(ApiError::bad_request("not enough rights to manage pinned messages in the chat"));
    }
    let chat_id = chat.id;
    world.count(now, chat_id)?;
    let pinned = &mut world.chat(chat_id).pinned;
    pinned.retain(|pinned| *pinned != id);
    pinned.push(id);
    Ok(json!(true))
}

fn unpin(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let id = params.int("message_id");
    let pinned = &mut target(world, params)?.pinned;
    let at = match id {
        Some(id) => pinned.iter().position(|pinned| *pinned == id),
        None => pinned.len().checked_sub(1),
    };
    let at = at.ok_or_else(|| ApiError::bad_request("message to unpin not found"))?;
    pinned.remove(at);
    Ok(json!(true))
}
