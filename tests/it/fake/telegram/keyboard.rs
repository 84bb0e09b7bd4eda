//! Buttons, read as strictly as the server reads them.

use serde_json::Value;

use super::error::ApiError;
use super::html::check_url;
use super::params::Params;

/// Bytes in `callback_data`.
const DATA_MOST: usize = 64;

/// The `reply_markup` of a call, checked. An empty inline keyboard is none.
pub fn read(params: &Params) -> Result<Option<Value>, ApiError> {
    let Some(markup) = params.json("reply_markup") else {
        return if params.text("reply_markup").is_empty() {
            Ok(None)
        } else {
            Err(ApiError::bad_request("can't parse reply keyboard markup JSON object"))
        };
    };
    if !markup.is_object() {
        return Err(ApiError::bad_request("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else {
        return Ok(Some(markup));
    };
    let rows = rows.as_array().ok_or_else(|| {
        ApiError::bad_request("can't parse inline keyboard markup: Field \"inline_keyboard\" must be of type Array")
    })?;
    let mut buttons = 0;
    for row in rows {
        let row = row.as_array().ok_or_else(|| {
            ApiError::bad_request("can't parse inline keyboard button: Inline keyboard row must be of type Array")
        })?;
        for button in row {
            check(button)?;
            buttons += 1;
        }
    }
    Ok((buttons > 0).then_some(markup))
}

fn check(button: &Value) -> Result<(), ApiError> {
    let field = |name: &str| button.get(name).and_then(Value::as_str);
    let text = field("text")
        .ok_or_else(|| ApiError::bad_request("can't parse inline keyboard button: Can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(ApiError::bad_request("BUTTON_TEXT_INVALID"));
    }
    if let Some(data) = field("callback_data") {
        return match data.len() {
            1..=DATA_MOST => Ok(()),
            _ => Err(ApiError::bad_request("BUTTON_DATA_INVALID")),
        };
    }
    if let Some(url) = field("url") {
        return check_url(url).map_err(|reason| {
            ApiError::bad_request(format!("inline keyboard button URL '{url}' is invalid: {reason}"))
        });
    }
    let other = ["switch_inline_query", "switch_inline_query_current_chat", "copy_text", "web_app", "login_url"];
    if other.iter().any(|kind| button.get(kind).is_some()) {
        return Ok(());
    }
    Err(ApiError::bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"))
}
