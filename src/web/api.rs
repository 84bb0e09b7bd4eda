//! The API of the embedded chats (contract, "HTTP").

use crate::channel::{Heard, HeardEvent};
use crate::domain::org_unit::UnitCode;
use crate::domain::period::in_vietnam;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use crate::service::{ServiceError, hear};
use crate::store::{WebAuthor, WebMessage};
use crate::web::server::Page;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::ReceiverStream;

/// Messages handed out at once; the page asks again for more.
const BATCH: u32 = 200;

/// The longest command is far shorter.
const LONGEST_TEXT: usize = 2_000;

#[derive(Serialize)]
struct ChatRow {
    id: String,
    title: String,
    /// The newest message, so that the page can mark what was not read yet.
    last_id: Option<i64>,
}

#[derive(Serialize)]
struct MessageRow {
    id: i64,
    at: String,
    from: &'static str,
    text: String,
    html: Option<String>,
}

impl From<WebMessage> for MessageRow {
    fn from(message: WebMessage) -> Self {
        let from = match message.from {
            WebAuthor::Bot => "bot",
            WebAuthor::Person => "person",
        };
        Self { id: message.id, at: in_vietnam(message.at).to_rfc3339(), from, text: message.text, html: message.html }
    }
}

/// Logs a fault once and answers 500; the page offers to try again.
fn failed(error: &ServiceError) -> Response {
    tracing::error!(%error, "a call of the API failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// `GET /api/chats`.
pub(super) async fn chats(State(page): State<Page>) -> Response {
    match chat_rows(&page).await {
        Ok(rows) => Json(rows).into_response(),
        Err(error) => failed(&error),
    }
}

async fn chat_rows(page: &Page) -> Result<Vec<ChatRow>, ServiceError> {
    let store = &page.context.store;
    let newest = store.newest_web_messages().await?;
    let mut web: Vec<LinkedChat> = store.chats().await?;
    web.retain(|linked| linked.chat.medium == Medium::Web);
    let places: HashMap<_, _> =
        page.context.catalog.units.iter().enumerate().map(|(n, unit)| (&unit.code, n)).collect();
    web.sort_by_key(|linked| linked.roles.iter().map(|role| place(role, &places)).min().unwrap_or(usize::MAX));
    let chats = web.into_iter().map(|linked| linked.chat);
    Ok(chats.map(|chat| ChatRow { last_id: newest.get(&chat.id).copied(), id: chat.id, title: chat.title }).collect())
}

/// Where a chat stands in the list: leaders, the office, then the units as the catalog has them. All chats are made at
/// one moment, so their age gives no order.
fn place(role: &Role, units: &HashMap<&UnitCode, usize>) -> usize {
    match role {
        Role::Leader => 0,
        Role::Office => 1,
        Role::Unit(code) => units.get(code).map_or(usize::MAX, |n| n + 2),
    }
}

/// A chat of the page; other media's chats are none of its business.
async fn web_chat(page: &Page, id: &str) -> Result<LinkedChat, Response> {
    match page.context.store.chat(id).await {
        Ok(Some(linked)) if linked.chat.medium == Medium::Web => Ok(linked),
        Ok(_) => Err(StatusCode::NOT_FOUND.into_response()),
        Err(error) => Err(failed(&error.into())),
    }
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

/// `GET /api/chats/{id}/messages?after=N`.
pub(super) async fn messages(State(page): State<Page>, Path(id): Path<String>, Query(after): Query<After>) -> Response {
    if let Err(response) = web_chat(&page, &id).await {
        return response;
    }
    match page.context.store.web_messages(&id, after.after, BATCH).await {
        Ok(messages) => Json(messages.into_iter().map(MessageRow::from).collect::<Vec<_>>()).into_response(),
        Err(error) => failed(&error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Written {
    text: String,
}

/// `POST /api/chats/{id}/messages`: 202, the answer arrives as a message.
pub(super) async fn write(State(page): State<Page>, Path(id): Path<String>, Json(written): Json<Written>) -> Response {
    let text = written.text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        let what = format!("text: 1 to {LONGEST_TEXT} characters");
        return (StatusCode::UNPROCESSABLE_ENTITY, what).into_response();
    }
    let linked = match web_chat(&page, &id).await {
        Ok(linked) => linked,
        Err(response) => return response,
    };
    match take(&page, &linked, text).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => failed(&error),
    }
}

async fn take(page: &Page, linked: &LinkedChat, text: &str) -> Result<(), ServiceError> {
    let context = &page.context;
    let now = context.now();
    context.store.append_web_message(&linked.chat.id, None, WebAuthor::Person, text, None, now).await?;
    // Nobody else may be looking at this chat.
    let _nobody_looks = context.wake.web.send(linked.chat.id.clone());
    let heard = Heard {
        external_id: context.id(),
        address: linked.chat.address.clone(),
        title: linked.chat.title.clone(),
        group: linked.chat.group,
        sender: "web".to_owned(),
        event: HeardEvent::Text(text.to_owned()),
        at: now,
    };
    hear::take(context, Medium::Web, &linked.chat.lane, &heard).await
}

/// `GET /api/chats/{id}/events`: every message from `after` (or the last one seen) on, as it arrives.
pub(super) async fn events(
    State(page): State<Page>,
    Path(id): Path<String>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Response {
    if let Err(response) = web_chat(&page, &id).await {
        return response;
    }
    let seen = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Event, Infallible>>(16);
    tokio::spawn(feed(page, id, seen.unwrap_or(after.after), sender));
    Sse::new(ReceiverStream::new(receiver))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
        .into_response()
}

/// Feeds one open page until it is closed or the program stops.
async fn feed(page: Page, id: String, mut after: i64, sender: tokio::sync::mpsc::Sender<Result<Event, Infallible>>) {
    let mut hints = page.context.wake.web.subscribe();
    loop {
        // While the database is away the page keeps what it has; the next look catches up.
        let messages = page.context.store.web_messages(&id, after, BATCH).await.unwrap_or_default();
        for message in messages {
            after = message.id;
            let row = MessageRow::from(message);
            let event = Event::default().event("message").id(row.id.to_string());
            let Ok(event) = event.json_data(&row) else { continue };
            if sender.send(Ok(event)).await.is_err() {
                return;
            }
        }
        loop {
            tokio::select! {
                () = page.stop.cancelled() => return,
                () = sender.closed() => return,
                // Another process (the command line) may have delivered without a hint.
                () = tokio::time::sleep(Duration::from_secs(2)) => break,
                hint = hints.recv() => match hint {
                    Ok(chat) if chat != id => {}
                    _ => break,
                },
            }
        }
    }
}
