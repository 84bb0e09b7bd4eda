//! HTTP and the methods.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::{Value, json};

use super::{Call, Fault, Habits, MarkdownHabit, PollHabit, Received, Shared, StatusHabit, World};

/// A refusal: code and description.
type Refusal = (u16, String);

const WEBHOOK_IS_SET: &str = "You cannot use this API while a webhook is set. Please remove the webhook first";

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/{bot}/{method}", any(handle)).with_state(shared)
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let params: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (habits, fault, known) = {
        let mut world = shared.world();
        let known = bot.strip_prefix("bot") == Some(world.token.as_str());
        world.log.push(Call { method: method.clone(), params: params.clone(), at: shared.began.elapsed() });
        let at = world.faults.iter().position(|(of, _)| *of == method);
        (world.habits, at.map(|at| world.faults.remove(at).1), known)
    };
    if let Some(Fault::Html(status)) = fault {
        return page(status);
    }
    if !known {
        return if habits.html_for_wrong_token {
            page(401)
        } else {
            respond(habits, Err(refusal(401, "Unauthorized")))
        };
    }
    let result = match &fault {
        Some(Fault::Refuse(code, description)) => Err(refusal(*code, description)),
        _ if method == "getUpdates" => poll(&shared, &params).await,
        _ => call(&mut shared.world(), &method, &params),
    };
    if let Some(Fault::RecordThenDelay(late)) = fault {
        tokio::time::sleep(late).await;
    }
    respond(habits, result)
}

fn refusal(code: u16, description: &str) -> Refusal {
    (code, description.to_owned())
}

fn respond(habits: Habits, result: Result<Value, Refusal>) -> Response {
    let (status, body) = match result {
        Ok(result) if habits.extra_zero => (200, json!({"ok": true, "result": result, "error_code": 0})),
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err((code, description)) => {
            let status = if habits.status == StatusHabit::Mirror { code } else { 200 };
            (status, json!({"ok": false, "description": description, "error_code": code}))
        }
    };
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), axum::Json(body)).into_response()
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

fn call(world: &mut World, method: &str, params: &Value) -> Result<Value, Refusal> {
    let text = |field: &str| params.get(field).and_then(Value::as_str).unwrap_or_default();
    match method {
        "getMe" => Ok(json!({"id": "1459232241454765289", "account_name": "bot.VDKyGxQvc",
            "display_name": "Bot Chỉ Tiêu", "account_type": "BASIC", "can_join_groups": false})),
        "setWebhook" => {
            let (url, secret) = (text("url"), text("secret_token"));
            if !url.starts_with("http") || !(8..=256).contains(&secret.chars().count()) {
                return Err(refusal(400, "Bad Request"));
            }
            world.webhook = Some((url.to_owned(), secret.to_owned()));
            let mut result = json!({"url": url, "updated_at": 1_749_538_250_568_u64});
            if let Some(verification) = &world.verification {
                result["verification"] = verification.clone();
            }
            Ok(result)
        }
        "deleteWebhook" => {
            world.webhook = None;
            Ok(json!({"url": "", "updated_at": 1_749_538_250_568_u64}))
        }
        "getWebhookInfo" => match &world.webhook {
            Some((url, _)) => Ok(json!({"url": url})),
            None => Err(refusal(404, "Not Found")),
        },
        "sendMessage" => send(world, text("chat_id"), text("text"), params),
        // By address only; marks are no part of the contract of a caption.
        "sendPhoto" if !text("photo").starts_with("https://") && !text("photo").starts_with("http://") => {
            Err(refusal(400, "Bad Request: photo must be a public URL"))
        }
        "sendPhoto" if params.get("parse_mode").is_some() => Err(refusal(400, "Bad Request")),
        "sendPhoto" => send(world, text("chat_id"), text("caption"), params),
        _ => Err(refusal(404, "Not Found")),
    }
}

/// The counting unit is not documented, so the fake takes the stricter of the two.
fn send(world: &mut World, chat: &str, text: &str, params: &Value) -> Result<Value, Refusal> {
    let (chars, utf16) = (text.chars().count(), text.encode_utf16().count());
    if chars == 0 || chars.max(utf16) > 2_000 {
        return Err(refusal(400, "Bad Request: text must have 1 to 2000 characters"));
    }
    if !world.chats.contains(chat) {
        return Err(refusal(404, "Not Found"));
    }
    let parse_mode = params.get("parse_mode").and_then(Value::as_str).map(str::to_owned);
    match parse_mode.as_deref() {
        None => {}
        Some("markdown") if world.habits.markdown == MarkdownHabit::Refuse => {
            return Err(refusal(400, "Bad Request: markdown is not supported"));
        }
        Some("markdown") => {
            if let Some(fault) = super::markdown::fault(text) {
                return Err(refusal(400, &format!("Bad Request: can't parse markdown: {fault}")));
            }
        }
        Some(_) => return Err(refusal(400, "Bad Request: unknown parse_mode")),
    }
    if world.used >= world.habits.quota {
        return Err(refusal(429, "Quota exceeded"));
    }
    world.used += 1;
    world.next_id += 1;
    let photo = params.get("photo").and_then(Value::as_str).map(str::to_owned);
    world.received.push(Received { chat: chat.to_owned(), text: text.to_owned(), chars, utf16, parse_mode, photo });
    Ok(json!({"message_id": format!("{:020x}", 0x8259_9fa3_u64 + world.next_id), "date": 1_749_632_637_199_u64}))
}

/// One event, as an object and not as a list.
async fn poll(shared: &Shared, params: &Value) -> Result<Value, Refusal> {
    let timeout = params.get("timeout").and_then(Value::as_u64).unwrap_or(0).min(50);
    let mut changed = shared.changed.subscribe();
    shared.world().open_polls += 1;
    let _open = Open(shared);
    let deadline = tokio::time::sleep(Duration::from_secs(timeout));
    tokio::pin!(deadline);
    loop {
        {
            let mut world = shared.world();
            if world.webhook.is_some() {
                return Err(refusal(400, WEBHOOK_IS_SET));
            }
            let event = match world.habits.poll {
                PollHabit::ConsumeOnce | PollHabit::RealTime => world.events.pop_front(),
                PollHabit::HotReplay => world.events.back().cloned(),
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = &mut deadline => return Err(refusal(408, "Request timeout")),
        }
    }
}

/// Counts a poll while it waits, also when its client hangs up.
struct Open<'a>(&'a Shared);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.world().open_polls -= 1;
    }
}
