//! The methods that nobody sees: who am I, which commands, which chat, webhook or polling.

use serde_json::{Value, json};

use super::error::ApiError;
use super::methods::target;
use super::params::Params;
use super::world::{BOT_ID, World, bot_user};

/// Carries out one of them.
pub fn call(world: &mut World, method: &'static str, params: &Params) -> Result<Value, ApiError> {
    match method {
        "getMe" => Ok(me()),
        "answerCallbackQuery" => answer_callback(world, params),
        "setMyCommands" => {
            let commands = read_commands(params)?;
            world.commands.insert(commands_key(params)?, commands);
            Ok(json!(true))
        }
        "getMyCommands" => {
            let stored = world.commands.get(&commands_key(params)?).cloned().unwrap_or_default();
            Ok(stored
                .into_iter()
                .map(|(command, description)| json!({"command": command, "description": description}))
                .collect())
        }
        "deleteMyCommands" => {
            world.commands.remove(&commands_key(params)?);
            Ok(json!(true))
        }
        "getChat" => {
            let chat = target(world, params)?;
            let mut json = chat.json();
            json["accent_color_id"] = json!(0);
            json["max_reaction_count"] = json!(11);
            json["accepted_gift_types"] = json!({"unlimited_gifts": false, "limited_gifts": false,
                "unique_gifts": false, "premium_subscription": false});
            Ok(json)
        }
        "getChatMember" => {
            let user = params.int("user_id").unwrap_or_default();
            let person = world.person(user);
            let chat = target(world, params)?;
            Ok(if user == BOT_ID { chat.standing.member_json() } else { json!({"user": person, "status": "member"}) })
        }
        "getFile" => super::files::get_file(world, params),
        "getWebhookInfo" => Ok(json!({
            "url": world.webhook,
            "has_custom_certificate": false,
            "pending_update_count": world.updates.unacknowledged().len(),
        })),
        "setWebhook" => {
            world.updates.allow(params);
            set_webhook(world, params.text("url"), params)
        }
        "deleteWebhook" => set_webhook(world, String::new(), params),
        _ => Err(ApiError::no_such_method()),
    }
}

/// Complete: clients that parse it strictly refuse to start when a field is missing.
fn me() -> Value {
    let mut me = bot_user();
    for (field, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[field] = json!(value);
    }
    me
}

fn answer_callback(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    if params.text("text").chars().count() > 200 {
        return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
    }
    if !world.callbacks.contains(&params.text("callback_query_id")) {
        return Err(ApiError::bad_request("query is too old and response timeout expired or query ID is invalid"));
    }
    Ok(json!(true))
}

fn commands_key(params: &Params) -> Result<(String, String), ApiError> {
    let scope = params.json("scope").unwrap_or_else(|| json!({"type": "default"}));
    let language = params.text("language_code");
    let two_letters = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
    if !language.is_empty() && !two_letters {
        return Err(ApiError::bad_request("invalid language code specified"));
    }
    Ok((scope.to_string(), language))
}

fn read_commands(params: &Params) -> Result<Vec<(String, String)>, ApiError> {
    let Some(Value::Array(list)) = params.json("commands") else {
        return Err(ApiError::bad_request("can't parse commands: Expected an Array of BotCommand"));
    };
    if list.len() > 100 {
        return Err(ApiError::bad_request("BOT_COMMANDS_TOO_MUCH"));
    }
    let field = |entry: &Value, name: &str| {
        entry
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| ApiError::bad_request(format!("can't parse BotCommand: Can't find field \"{name}\"")))
    };
    let mut commands = Vec::new();
    for entry in &list {
        let command = field(entry, "command")?;
        let description = field(entry, "description")?;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // Forgiven by the server, so forgiven here.
        let name = command.strip_prefix('/').unwrap_or(&command);
        if !(1..=32).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(ApiError::bad_request("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&description.chars().count()) {
            return Err(ApiError::bad_request("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
        commands.push((name.to_owned(), description));
    }
    Ok(commands)
}

fn set_webhook(world: &mut World, url: String, params: &Params) -> Result<Value, ApiError> {
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(ApiError::bad_request("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    if params.flag("drop_pending_updates") {
        world.updates.clear();
    }
    world.webhook = url;
    Ok(json!(true))
}
