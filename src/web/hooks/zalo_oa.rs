//! The webhook of a Zalo Official Account.

use crate::channel::zalo_oa::{NotZalo, SIGNATURE_HEADER, parse_webhook};
use crate::domain::subscription::Medium;
use crate::service::hear;
use crate::web::server::Page;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use secrecy::SecretString;
use std::time::Duration;

/// Zalo waits two seconds, and calls again after thirty. A database that is slower than this is better asked then than
/// answered for now; an event that was stored all the same is known by its id.
const ANSWER_WITHIN: Duration = Duration::from_millis(900);

/// What the webhook of an Official Account needs.
#[derive(Clone, Debug)]
pub struct ZaloOaHook {
    /// The application's id, a part of what is signed.
    pub app_id: String,
    /// The key that signs.
    pub secret_key: SecretString,
    /// The lane that events belong to.
    pub lane: String,
}

impl ZaloOaHook {
    /// The path under which events are expected.
    pub const PATH: &str = "/webhooks/zalo-oa";
}

/// `POST /webhooks/zalo-oa`.
pub(in crate::web) async fn receive(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(hook) = &page.zalo_oa else { return StatusCode::NOT_FOUND };
    let lane = hook.lane.as_str();
    let signature = headers.get(SIGNATURE_HEADER).map(|value| value.as_bytes());
    let heard = match parse_webhook(&hook.app_id, &hook.secret_key, signature, &body) {
        Ok(Some(heard)) => heard,
        Ok(None) => return StatusCode::OK,
        Err(NotZalo::Signature) => return StatusCode::UNAUTHORIZED,
        Err(error @ NotZalo::NotAnEvent) => {
            tracing::warn!(%error, lane, "a webhook call could not be read");
            return StatusCode::BAD_REQUEST;
        }
    };
    match tokio::time::timeout(ANSWER_WITHIN, hear::take(&page.context, Medium::ZaloOa, lane, &heard)).await {
        Ok(Ok(())) => StatusCode::OK,
        // Not stored, or not surely: Zalo is to tell it again.
        Ok(Err(error)) => {
            tracing::error!(%error, lane, "an event could not be stored");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        Err(_) => {
            tracing::error!(lane, "an event could not be stored in time");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
