//! Webhooks: what a provider tells is stored before it is answered, and answered at once.

use crate::channel::telegram::{WEBHOOK_SECRET_HEADER, parse_webhook, secret_matches};
use crate::domain::subscription::Medium;
use crate::service::hear;
use crate::web::server::Page;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

/// `POST /webhooks/telegram`, where there is one bot.
pub(super) async fn telegram(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> StatusCode {
    take(&page, None, &headers, &body).await
}

/// `POST /webhooks/telegram/{bot}`, where there are several: the bot's id says whose update it is.
pub(super) async fn telegram_bot(
    State(page): State<Page>,
    Path(bot): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    take(&page, Some(&bot), &headers, &body).await
}

async fn take(page: &Page, bot: Option<&str>, headers: &HeaderMap, body: &[u8]) -> StatusCode {
    let (Some(secret), Some(lane)) = (&page.webhook_secret, page.lanes.find(bot)) else {
        return StatusCode::NOT_FOUND;
    };
    if !secret_matches(secret, headers.get(WEBHOOK_SECRET_HEADER).map(|v| v.as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let heard = match parse_webhook(body) {
        Ok((_, heard)) => heard,
        Err(error) => {
            tracing::warn!(%error, lane, "a webhook call could not be read");
            return StatusCode::BAD_REQUEST;
        }
    };
    let Some(heard) = heard else { return StatusCode::OK };
    match hear::take(&page.context, Medium::Telegram, lane, &heard).await {
        Ok(()) => StatusCode::OK,
        // Not stored: Telegram is to send it again.
        Err(error) => {
            tracing::error!(%error, lane, "an update could not be stored");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
