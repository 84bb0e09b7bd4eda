//! Pictures: drawn from the stored figures when somebody is about to see them.
//!
//! A queue holds only what to draw (`domain::drawing`): figures are immutable, so the picture of a message that waited for
//! a night is the same, and the database holds no images.

use crate::channel::Photo;
use crate::chart::{self, HeatInput, TrendInput, TrendPoint, TrendValue};
use crate::domain::assessment::Rating;
use crate::domain::drawing::Drawing;
use crate::domain::history::{HistoryChange, HistoryMonth, first_month, history};
use crate::domain::subscription::Medium;
use crate::entropy::token_digest;
use crate::service::evaluate::Evaluation;
use crate::service::{Context, ServiceError};
use crate::store::StoreError;
use chrono::Duration;

/// How long a link to a picture works.
pub const LINK_LIFETIME: Duration = Duration::days(7);

/// The path of a link; its token and `.png` follow.
pub const LINK_PATH: &str = "/pictures/";

/// The picture; none where its figures do not exist (any more).
///
/// # Errors
/// The database's.
pub async fn draw(context: &Context, drawing: &Drawing) -> Result<Option<chart::Picture>, ServiceError> {
    match drawing {
        Drawing::Heat { snapshot, page } => {
            let Some(header) = context.store.header(snapshot).await? else { return Ok(None) };
            let evaluation = Evaluation::of(context, &header).await?;
            let page = usize::try_from(*page).unwrap_or(usize::MAX);
            Ok(chart::heat(input(context, &evaluation)).into_iter().nth(page.saturating_sub(1)))
        }
        Drawing::Trend { unit, indicator, until } => {
            let units = &context.catalog.units;
            let Some(of) = units.iter().find(|known| known.code == *unit) else { return Ok(None) };
            let Some(what) = context.catalog.indicators.iter().find(|known| known.code == *indicator) else {
                return Ok(None);
            };
            let recorded = context.store.history_of(unit, first_month(*until), *until).await?;
            let months = history(&[what], &recorded, *until, &context.catalog.alerts.assess);
            let points: Vec<TrendPoint> = months.iter().rev().map(point).collect();
            let name = of.full_name();
            Ok(Some(chart::trend(TrendInput { unit: &name, indicator: &what.short_name, points: &points })))
        }
    }
}

/// What the heat table of a period is made of.
#[must_use]
pub fn input<'a>(context: &'a Context, evaluation: &'a Evaluation) -> HeatInput<'a> {
    HeatInput {
        organisation: &context.catalog.organisation.name,
        tiers: &context.catalog.tiers,
        units: &context.catalog.units,
        indicators: &context.catalog.indicators,
        period: &evaluation.period,
    }
}

fn point(month: &HistoryMonth) -> TrendPoint {
    let cell = month.cells.first();
    let value = match cell {
        Some(cell) => match (cell.actual, cell.rating) {
            (Some(rate), _) => TrendValue::Rate(rate),
            (None, Rating::NoActivity) => TrendValue::NoActivity,
            (None, _) => TrendValue::NoData,
        },
        None => TrendValue::NoData,
    };
    TrendPoint {
        period: month.period,
        open: month.header.as_ref().is_some_and(crate::domain::snapshot::SnapshotHeader::is_open),
        sample: month.header.as_ref().is_some_and(|header| header.sample),
        value,
        target: cell.and_then(|cell| cell.target),
        other_basis: cell.is_some_and(|cell| cell.change == HistoryChange::OtherBasis),
    }
}

/// The picture as a PNG, drawn where nobody waits; none where its figures do not exist.
///
/// # Errors
/// The database's. A picture that cannot be drawn is logged, and is none.
pub async fn png(context: &Context, drawing: &Drawing) -> Result<Option<(chart::Picture, Vec<u8>)>, ServiceError> {
    let Some(picture) = draw(context, drawing).await? else { return Ok(None) };
    let drawn = tokio::task::spawn_blocking(move || chart::png(&picture).map(|png| (picture, png))).await;
    match drawn {
        Ok(Ok(drawn)) => Ok(Some(drawn)),
        Ok(Err(error)) => {
            tracing::error!(%error, drawing = drawing.word(), "a picture could not be drawn");
            Ok(None)
        }
        Err(error) => {
            tracing::error!(%error, drawing = drawing.word(), "a picture could not be drawn");
            Ok(None)
        }
    }
}

/// Whether a medium can show pictures at all: Zalo's Bot Platform fetches them, so it needs an address of ours.
#[must_use]
pub const fn shown_on(context: &Context, medium: Medium) -> bool {
    match medium {
        Medium::Web | Medium::Telegram | Medium::ZaloOa => true,
        Medium::ZaloBot => context.public_url.is_some(),
    }
}

/// The picture in the form that a medium takes; none where its figures do not exist, or the medium cannot have it.
///
/// # Errors
/// The database's.
pub async fn photo(context: &Context, medium: Medium, drawing: &Drawing) -> Result<Option<Photo>, ServiceError> {
    match medium {
        Medium::Telegram | Medium::ZaloOa => {
            let drawn = png(context, drawing).await?;
            Ok(drawn.map(|(picture, png)| Photo { png, link: None, title: picture.title }))
        }
        Medium::Web => {
            let picture = draw(context, drawing).await?;
            Ok(picture.map(|picture| Photo { png: Vec::new(), link: Some(drawing.path()), title: picture.title }))
        }
        Medium::ZaloBot => {
            let Some(url) = &context.public_url else { return Ok(None) };
            let Some(picture) = draw(context, drawing).await? else { return Ok(None) };
            let link = format!("{url}{LINK_PATH}{}.png", mint(context, drawing).await?);
            Ok(Some(Photo { png: Vec::new(), link: Some(link), title: picture.title }))
        }
    }
}

/// Makes a link's token. Each attempt to send makes its own: what is kept cannot be turned back into one.
async fn mint(context: &Context, drawing: &Drawing) -> Result<String, StoreError> {
    let token = context.entropy.link_token();
    let now = context.now();
    context.store.add_picture_link(&token_digest(&token), drawing, now + LINK_LIFETIME, now).await?;
    Ok(token)
}

/// What a link shows, as a PNG; none for a token that was never given out, or has expired.
///
/// # Errors
/// The database's.
pub async fn linked(context: &Context, token: &str) -> Result<Option<Vec<u8>>, ServiceError> {
    // Anything else was never given out; nobody is to fill the log or the database with it.
    let fits = token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !fits {
        return Ok(None);
    }
    let Some(drawing) = context.store.picture_link(&token_digest(token), context.now()).await? else {
        return Ok(None);
    };
    Ok(png(context, &drawing).await?.map(|(_, png)| png))
}
