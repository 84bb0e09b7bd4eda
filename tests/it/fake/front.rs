//! One address in front of several fakes, each with a bot of its own: as one provider has many bots.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The tokens, each with the address of the fake that knows it.
type Behind = Arc<Vec<(String, String)>>;

/// A running front. Dropping it closes the listener.
#[derive(Debug)]
pub struct Front {
    url: String,
    server: JoinHandle<()>,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Front {
    /// In front of these fakes: token and address.
    pub async fn of(bots: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on the loopback");
        let url = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let behind: Behind = Arc::new(bots.iter().map(|(token, url)| ((*token).into(), (*url).into())).collect());
        let router = Router::new()
            .route("/{bot}/{method}", axum::routing::any(pass_on))
            .layer(DefaultBodyLimit::disable())
            .with_state(behind);
        let server = tokio::spawn(async move {
            // Fails only if the listener does, and then every call of the test fails with it.
            let _ = axum::serve(listener, router).await;
        });
        Self { url, server }
    }

    /// The base: clients call `{url}/bot{token}/{method}`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn pass_on(
    State(behind): State<Behind>,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((_, url)) = behind.iter().find(|(token, _)| bot.strip_prefix("bot") == Some(token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let kind =
        |headers: &HeaderMap| headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let mut request = reqwest::Client::new().post(format!("{url}/{bot}/{method}")).body(body);
    if let Some(kind) = kind(&headers) {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    // Whoever hangs up in front hangs up behind: the future is dropped.
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, kind) = (answer.status(), kind(answer.headers()).unwrap_or_default());
    let Ok(body) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
