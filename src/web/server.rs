//! The HTTP side: pages, the API of the chats, health, metrics and webhooks.

use crate::config::HttpConfig;
use crate::domain::period::ReportingPeriod;
use crate::service::Context;
use crate::service::evaluate::Evaluation;
use crate::web::auth::{self, Gate};
use crate::web::page::{CONTENT_SECURITY_POLICY, EmptyInput, render_board, render_empty, render_error};
use crate::web::{api, assets, board::BoardInput, health, hooks, pictures, uploads};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use secrecy::SecretString;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// No page and no call of the API needs more; uploads have a limit of their own.
const LONGEST_BODY: usize = 256 * 1024;

/// Bot lanes whose updates come by webhook.
#[derive(Clone, Debug, Default)]
pub struct TelegramLanes(Vec<String>);

impl TelegramLanes {
    /// Adds a lane.
    pub fn add(&mut self, lane: String) {
        self.0.push(lane);
    }

    /// The lane that an update belongs to: the one that is named, or the only one.
    #[must_use]
    pub fn find(&self, bot: Option<&str>) -> Option<&str> {
        match bot {
            Some(bot) => self.0.iter().find(|lane| lane.strip_prefix("telegram:") == Some(bot)).map(String::as_str),
            None if self.0.len() == 1 => self.0.first().map(String::as_str),
            None => None,
        }
    }
}

/// The path under which the updates of a lane's bot are expected.
#[must_use]
pub fn webhook_path(lane: &str) -> String {
    format!("/webhooks/telegram/{}", lane.strip_prefix("telegram:").unwrap_or(lane))
}

/// What the pages need.
#[derive(Clone)]
pub struct Page {
    pub(super) context: Context,
    pub(super) gate: Arc<Gate>,
    pub(super) webhook_secret: Option<SecretString>,
    pub(super) lanes: TelegramLanes,
    pub(super) zalo_bot: hooks::ZaloBotHooks,
    pub(super) zalo_oa: Option<hooks::ZaloOaHook>,
    pub(super) inbox: Option<String>,
    pub(super) leases: Arc<[String]>,
    pub(super) replica: Arc<str>,
    pub(super) stop: CancellationToken,
}

impl Page {
    /// Puts it together.
    #[must_use]
    pub fn new(
        context: Context,
        http: &HttpConfig,
        webhook_secret: Option<SecretString>,
        lanes: TelegramLanes,
        inbox: Option<&std::path::Path>,
    ) -> Self {
        Self {
            gate: Arc::new(Gate::new(http.web_token.clone(), context.clock.clone())),
            context,
            webhook_secret,
            lanes,
            zalo_bot: hooks::ZaloBotHooks::default(),
            zalo_oa: None,
            inbox: inbox.map(|path| path.display().to_string()),
            leases: Arc::default(),
            replica: Arc::from(""),
            stop: CancellationToken::new(),
        }
    }

    /// Who this replica is, and the leases without whose holders, in whichever replica, the service is not ready.
    #[must_use]
    pub fn with_leases(self, replica: &str, names: Vec<String>) -> Self {
        Self { leases: names.into(), replica: replica.into(), ..self }
    }

    /// Takes what Zalo's Bot Platform tells; without this its webhooks are 404.
    #[must_use]
    pub fn with_zalo_bot(self, zalo_bot: hooks::ZaloBotHooks) -> Self {
        Self { zalo_bot, ..self }
    }

    /// Takes what Zalo tells of an Official Account; without this its webhook is 404.
    #[must_use]
    pub fn with_zalo_oa(self, zalo_oa: Option<hooks::ZaloOaHook>) -> Self {
        Self { zalo_oa, ..self }
    }

    pub(super) fn organisation(&self) -> &str {
        &self.context.catalog.organisation.name
    }
}

/// All routes. Health, assets, the login and webhooks are open; everything else wants the token where one is set.
pub fn router(page: Page, stop: CancellationToken) -> Router {
    let page = Page { stop, ..page };
    let guarded = Router::new()
        .route("/", get(index))
        .route("/metrics", get(health::metrics))
        .route("/chart/heat.svg", get(pictures::heat))
        .route("/chart/trend/{unit}/{file}", get(pictures::trend))
        .route("/api/chats", get(api::chats))
        .route("/api/chats/{id}/messages", get(api::messages).post(api::write))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(15)))
        // A stream of events is open for as long as the page is.
        .route("/api/chats/{id}/events", get(api::events))
        .merge(bringing_files())
        .layer(axum::middleware::from_fn_with_state(page.clone(), auth::guard));
    let open = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(health::ready))
        .route("/assets/{*path}", get(asset))
        .route("/pictures/{file}", get(pictures::linked))
        .route("/login", get(auth::form).post(auth::login))
        .route("/webhooks/telegram", post(hooks::telegram))
        .route("/webhooks/telegram/{bot}", post(hooks::telegram_bot))
        .route("/webhooks/zalo-bot", post(hooks::zalo_bot))
        .route("/webhooks/zalo-bot/{bot}", post(hooks::zalo_bot_of))
        .route("/webhooks/zalo-oa", post(hooks::zalo_oa))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(15)));
    let fixed = |name, value| SetResponseHeaderLayer::if_not_present(name, header::HeaderValue::from_static(value));
    guarded
        .merge(open)
        .fallback(missing)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .with_state(page)
}

/// The office's page for bringing figures. 20 MB over a slow line take their time.
fn bringing_files() -> Router<Page> {
    Router::new()
        .route("/uploads", get(uploads::form).post(uploads::upload))
        .route("/uploads/{number}/accept", post(uploads::accept))
        .route("/uploads/{number}/drop", post(uploads::discard))
        .layer(DefaultBodyLimit::max(uploads::LONGEST_FORM))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(180)))
}

#[derive(Deserialize)]
struct Asked {
    period: Option<String>,
}

async fn index(State(page): State<Page>, Query(asked): Query<Asked>) -> Response {
    let period = match asked.period.as_deref().map(ReportingPeriod::parse).transpose() {
        Ok(period) => period,
        Err(_) => return error_page(&page, StatusCode::NOT_FOUND),
    };
    match board(&page, period).await {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the board failed");
            error_page(&page, StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// How many contradictions the board spells out; beyond this, `chitieu audit` lists them.
const FINDINGS_MAX: usize = 200;

async fn board(page: &Page, period: Option<ReportingPeriod>) -> anyhow::Result<String> {
    let context = &page.context;
    let Some(header) = context.store.current(period).await? else {
        let asked_for = period.map(ReportingPeriod::name_vi);
        let input = EmptyInput {
            organisation: page.organisation(),
            inbox: page.inbox.as_deref(),
            asked_for: asked_for.as_deref(),
        };
        return Ok(render_empty(&input)?);
    };
    let evaluation = Evaluation::of(context, &header).await?;
    let periods = context.store.periods().await?;
    let findings = evaluation.findings(context);
    let sentences = findings
        .iter()
        .take(FINDINGS_MAX)
        .map(|finding| context.messages.finding_sentence(context.lookup(), finding))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(render_board(&BoardInput {
        organisation: page.organisation(),
        tiers: &context.catalog.tiers,
        units: &context.catalog.units,
        indicators: &context.catalog.indicators,
        digest: &evaluation.digest(context),
        period: &evaluation.period,
        periods: &periods,
        findings_count: u32::try_from(findings.len()).ok(),
        findings: &sentences,
    })?)
}

pub(super) fn error_page(page: &Page, status: StatusCode) -> Response {
    match render_error(page.organisation(), status.as_u16()) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => status.into_response(),
    }
}

async fn missing(State(page): State<Page>) -> Response {
    error_page(&page, StatusCode::NOT_FOUND)
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match assets::asset(&path) {
        Some(asset) if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *asset.etag) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        Some(asset) => Response::builder()
            .header(header::CONTENT_TYPE, asset.content_type)
            .header(header::CACHE_CONTROL, asset.cache_control)
            .header(header::ETAG, asset.etag)
            .body(Body::from(asset.bytes))
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
