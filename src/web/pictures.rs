//! Pictures over HTTP: SVG for the page, behind the same token as the page; PNG by a link that nobody can guess, for media
//! that fetch pictures.

use crate::domain::drawing::Drawing;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::service::{ServiceError, picture};
use crate::web::server::Page;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct HeatAsked {
    period: Option<String>,
    snapshot: Option<String>,
    page: Option<u32>,
}

/// `GET /chart/heat.svg?period=2023-07` or `?snapshot=ID`, and `&page=2`.
pub(super) async fn heat(State(page): State<Page>, Query(asked): Query<HeatAsked>) -> Response {
    let snapshot = match (asked.snapshot, asked.period) {
        (Some(id), _) => Some(id),
        (None, period) => match current(&page, period.as_deref()).await {
            Ok(id) => id,
            Err(error) => return failed(&error),
        },
    };
    let drawing = snapshot.and_then(|id| Drawing::parse(&format!("heat:{id}:{}", asked.page.unwrap_or(1))));
    svg(&page, drawing).await
}

/// The snapshot that counts of a month, or of the newest one; none without figures, or where the month is none.
async fn current(page: &Page, period: Option<&str>) -> Result<Option<String>, ServiceError> {
    let Ok(period) = period.map(ReportingPeriod::parse).transpose() else { return Ok(None) };
    Ok(page.context.store.current(period).await?.map(|header| header.id))
}

#[derive(Deserialize)]
pub(super) struct TrendAsked {
    period: Option<String>,
}

/// `GET /chart/trend/UNIT/INDICATOR.svg?period=2023-07`.
pub(super) async fn trend(
    State(page): State<Page>,
    Path((unit, file)): Path<(String, String)>,
    Query(asked): Query<TrendAsked>,
) -> Response {
    let until = match asked.period.as_deref().map(ReportingPeriod::parse) {
        Some(period) => period.ok(),
        None => match page.context.store.current(None).await {
            Ok(newest) => newest.map(|header| header.period),
            Err(error) => return failed(&error.into()),
        },
    };
    let drawing = file.strip_suffix(".svg").zip(until).and_then(|(indicator, until)| {
        let (unit, indicator) = (UnitCode::parse(&unit).ok()?, IndicatorCode::parse(indicator).ok()?);
        Some(Drawing::Trend { unit, indicator, until })
    });
    svg(&page, drawing).await
}

async fn svg(page: &Page, drawing: Option<Drawing>) -> Response {
    let Some(drawing) = drawing else { return missing() };
    match picture::draw(&page.context, &drawing).await {
        Ok(Some(picture)) => ([(header::CONTENT_TYPE, "image/svg+xml")], picture.svg).into_response(),
        Ok(None) => missing(),
        Err(error) => failed(&error),
    }
}

/// `GET /pictures/{token}.png`: open to whoever has the link, for as long as it works. Whatever is wrong with a token, the
/// answer is the same.
pub(super) async fn linked(State(page): State<Page>, Path(file): Path<String>) -> Response {
    let token = file.strip_suffix(".png").unwrap_or_default();
    match picture::linked(&page.context, token).await {
        Ok(Some(png)) => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, max-age=3600")];
            (headers, Body::from(png)).into_response()
        }
        Ok(None) => missing(),
        Err(error) => failed(&error),
    }
}

fn missing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn failed(error: &ServiceError) -> Response {
    tracing::error!(%error, "a picture failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
