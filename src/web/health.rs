//! What machines ask: whether the service is ready, and what it counts.

use crate::service::hear::POLLED;
use crate::service::replica::lane_lease;
use crate::store::StoreError;
use crate::telemetry::{LaneLabel, LaneState};
use crate::web::server::Page;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

/// `GET /metrics`, for Prometheus.
pub(super) async fn metrics(State(page): State<Page>) -> Response {
    if let Err(error) = look(&page).await {
        tracing::error!(%error, "the outbox cannot be counted");
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], page.context.metrics.encode()).into_response()
}

/// Sets what is not counted but looked up. A state that nobody is in any more has no row, so all are set anew.
async fn look(page: &Page) -> Result<(), StoreError> {
    let (metrics, now) = (&page.context.metrics, page.context.now());
    let counts = page.context.store.outbox_counts().await?;
    let (lanes, polls) = (page.context.store.lanes(now).await?, polls(page).await?);
    metrics.outbox.clear();
    metrics.oldest_waiting.clear();
    for row in counts {
        metrics.oldest_waiting.get_or_create(&LaneLabel { lane: row.lane.clone() }).set(0);
        let label = LaneState { lane: row.lane, state: row.state.as_str().to_owned() };
        metrics.outbox.get_or_create(&label).set(i64::try_from(row.count).unwrap_or(i64::MAX));
    }
    for lane in lanes {
        let age = lane.waiting_since.map_or(0, |since| (now - since).num_seconds());
        metrics.oldest_waiting.get_or_create(&LaneLabel { lane: lane.lane }).set(age);
    }
    metrics.since_poll.clear();
    for (lane, at) in polls {
        if let Ok(at) = at.parse::<i64>() {
            metrics.since_poll.get_or_create(&LaneLabel { lane }).set((now.timestamp_millis() - at) / 1_000);
        }
    }
    Ok(())
}

/// When the bots that are configured were last polled; those of an earlier configuration are nobody's concern.
async fn polls(page: &Page) -> Result<Vec<(String, String)>, StoreError> {
    let mut polls = page.context.store.cursors(POLLED).await?;
    polls.retain(|(lane, _)| page.leases.contains(&lane_lease(lane)));
    Ok(polls)
}

/// `GET /readyz`: 200 when the database answers and every lease has a holder, in whichever replica; says who holds
/// what, and when the sources and the bots were last asked.
pub(super) async fn ready(State(page): State<Page>) -> Response {
    match state(&page).await {
        Ok((ready, body)) => {
            let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            (status, axum::Json(body)).into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({"database": "failed"}))).into_response(),
    }
}

async fn state(page: &Page) -> Result<(bool, Value), StoreError> {
    let (store, now) = (&page.context.store, page.context.now());
    store.ping().await?;
    let number = |text: Option<String>| text.and_then(|text| text.parse::<i64>().ok());
    let held = store.leases().await?;
    let mut leases = Map::new();
    for name in page.leases.iter() {
        let holder = held.iter().find(|lease| lease.name == *name && lease.expires_at > now);
        leases.insert(name.clone(), holder.map_or(Value::Null, |lease| json!(lease.holder)));
    }
    let ready = leases.values().all(|holder| !holder.is_null());
    let polls = polls(page).await?;
    let polls: Map<String, Value> = polls.into_iter().map(|(lane, at)| (lane, json!(number(Some(at))))).collect();
    let body = json!({
        "database": "ok",
        "replica": &*page.replica,
        "leases": leases,
        "last_poll": number(store.cursor("last_poll").await?),
        "last_bot_polls": polls,
    });
    Ok((ready, body))
}
