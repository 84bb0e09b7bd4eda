//! Webhooks: what a provider tells is stored before it is answered, and answered at once.

mod zalo_oa;

pub use zalo_oa::ZaloOaHook;
pub(super) use zalo_oa::receive as zalo_oa;

use crate::channel::telegram::{WEBHOOK_SECRET_HEADER, acknowledgement, parse_webhook, secret_matches};
use crate::channel::zalo_bot;
use crate::domain::subscription::Medium;
use crate::service::hear;
use crate::web::server::Page;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use secrecy::SecretString;

/// `POST /webhooks/telegram`, where there is one bot.
pub(super) async fn telegram(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> Response {
    take(&page, None, &headers, &body).await
}

/// `POST /webhooks/telegram/{bot}`, where there are several: the bot's id says whose update it is.
pub(super) async fn telegram_bot(
    State(page): State<Page>,
    Path(bot): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    take(&page, Some(&bot), &headers, &body).await
}

async fn take(page: &Page, bot: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Response {
    let (Some(secret), Some(lane)) = (&page.webhook_secret, page.lanes.find(bot)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !secret_matches(secret, headers.get(WEBHOOK_SECRET_HEADER).map(|v| v.as_bytes())) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let heard = match parse_webhook(body) {
        Ok((_, heard)) => heard,
        Err(error) => {
            tracing::warn!(%error, lane, "a webhook call could not be read");
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    let Some(heard) = heard else { return StatusCode::OK.into_response() };
    match hear::take(&page.context, Medium::Telegram, lane, &heard).await {
        Ok(()) => match acknowledgement(&heard) {
            Some(answer) => Json(answer).into_response(),
            None => StatusCode::OK.into_response(),
        },
        // Not stored: Telegram is to send it again.
        Err(error) => {
            tracing::error!(%error, lane, "an update could not be stored");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What the webhooks of Zalo's Bot Platform need; by default there are none.
#[derive(Clone, Debug, Default)]
pub struct ZaloBotHooks {
    /// What a call has to carry.
    pub secret: Option<SecretString>,
    /// The lanes whose events come by webhook.
    pub lanes: Vec<String>,
}

impl ZaloBotHooks {
    /// The path under which the events of a lane's bot are expected.
    #[must_use]
    pub fn path(lane: &str) -> String {
        format!("/webhooks/zalo-bot/{}", lane.strip_prefix("zalo_bot:").unwrap_or(lane))
    }

    /// The lane that an event belongs to: the one that is named, or the only one.
    fn find(&self, bot: Option<&str>) -> Option<&str> {
        match (bot, self.lanes.as_slice()) {
            (Some(bot), lanes) => {
                lanes.iter().find(|lane| lane.strip_prefix("zalo_bot:") == Some(bot)).map(String::as_str)
            }
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

/// `POST /webhooks/zalo-bot`, where there is one bot.
pub(super) async fn zalo_bot(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> StatusCode {
    take_zalo_bot(&page, None, &headers, &body).await
}

/// `POST /webhooks/zalo-bot/{bot}`, where there are several: the bot's id says whose event it is.
pub(super) async fn zalo_bot_of(
    State(page): State<Page>,
    Path(bot): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    take_zalo_bot(&page, Some(&bot), &headers, &body).await
}

async fn take_zalo_bot(page: &Page, bot: Option<&str>, headers: &HeaderMap, body: &[u8]) -> StatusCode {
    let (Some(secret), Some(lane)) = (&page.zalo_bot.secret, page.zalo_bot.find(bot)) else {
        return StatusCode::NOT_FOUND;
    };
    if !zalo_bot::secret_matches(secret, headers.get(zalo_bot::WEBHOOK_SECRET_HEADER).map(|v| v.as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let heard = match zalo_bot::parse_webhook(body) {
        Ok(Some(heard)) => heard,
        Ok(None) => return StatusCode::OK,
        Err(error) => {
            tracing::warn!(%error, lane, "a webhook call could not be read");
            return StatusCode::BAD_REQUEST;
        }
    };
    match hear::take(&page.context, Medium::ZaloBot, lane, &heard).await {
        Ok(()) => StatusCode::OK,
        // Not stored: Zalo may send it again.
        Err(error) => {
            tracing::error!(%error, lane, "an event could not be stored");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
