//! A portal that gives figures over HTTP to whoever has its token, and misbehaves as portals do.
//!
//! It is strict: without the token it answers 401, it keeps to its entity tag or its date, takes none that it never gave,
//! and it remembers every header of every request, so that a token that travels where it must not is seen.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Duration as Span, Utc};
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What it does with whoever has the token.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Gives the figures with a tag, conditionally.
    Figures,
    /// Gives them with the day and second of their last change and no tag, conditionally.
    Dated,
    /// Gives them with both; whoever has a tag is answered by the tag alone (RFC 9110, 13.2.2).
    TaggedAndDated,
    /// Gives them without a tag or a date, so that nothing is conditional.
    Unconditional,
    /// A status and nothing else.
    Status(u16),
    /// A page to log in, with status 200.
    Login,
    /// A JSON object with status 200.
    Json(&'static str),
    /// So many bytes, without saying beforehand how many.
    Huge(usize),
    /// The figures, after a while.
    Slow(Duration),
    /// A redirection.
    To(String),
    /// Repeats the token that it was sent.
    Echo,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: axum::http::HeaderMap,
}

impl Asked {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

#[derive(Debug)]
struct Portal {
    token: Option<String>,
    figures: Vec<u8>,
    /// When the figures were last changed.
    changed: DateTime<Utc>,
    mood: Mood,
    asked: Vec<Asked>,
}

/// A running portal.
#[derive(Debug)]
pub struct FakeSource {
    url: String,
    portal: Arc<Mutex<Portal>>,
    server: JoinHandle<()>,
}

impl Drop for FakeSource {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(portal: &Mutex<Portal>) -> MutexGuard<'_, Portal> {
    portal.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeSource {
    /// A portal that wants `Authorization: token`.
    pub async fn start(token: Option<&str>, figures: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let token = token.map(str::to_owned);
        let changed = DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
        let portal = Portal { token, figures: figures.to_vec(), changed, mood: Mood::Figures, asked: Vec::new() };
        let portal = Arc::new(Mutex::new(portal));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&portal));
        let server = tokio::spawn(async move {
            let _ended = axum::serve(listener, router).await;
        });
        Self { url, portal, server }
    }

    /// The address, with a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub fn be(&self, mood: Mood) {
        lock(&self.portal).mood = mood;
    }

    /// An hour after the last change, the figures change.
    pub fn give(&self, figures: &[u8]) {
        lock(&self.portal).changed += Span::hours(1);
        self.give_within_the_second(figures);
    }

    /// The figures change so fast that the date stays.
    pub fn give_within_the_second(&self, figures: &[u8]) {
        lock(&self.portal).figures = figures.to_vec();
    }

    /// The date that it gives.
    pub fn last_modified(&self) -> String {
        http_date(lock(&self.portal).changed)
    }

    /// From now on only this token is let in.
    pub fn want(&self, token: &str) {
        lock(&self.portal).token = Some(token.to_owned());
    }

    /// What was asked since this was last looked at.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut lock(&self.portal).asked)
    }
}

async fn answer(State(portal): State<Arc<Mutex<Portal>>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let (token, figures, changed, mood) = {
        let mut portal = lock(&portal);
        portal.asked.push(Asked { path: request.uri().path().to_owned(), headers: headers.clone() });
        (portal.token.clone(), portal.figures.clone(), http_date(portal.changed), portal.mood.clone())
    };
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if token.is_some() && text(header::AUTHORIZATION) != token.as_deref() {
        return (StatusCode::UNAUTHORIZED, r#"{"message":"Token hết hạn"}"#).into_response();
    }
    match mood {
        Mood::Figures => match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE)) {
            (_, Some(_)) => never_given(),
            (known, None) if known == Some(&tag(&figures)) => StatusCode::NOT_MODIFIED.into_response(),
            _ => ([(header::ETAG, tag(&figures))], figures).into_response(),
        },
        Mood::Dated => match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE)) {
            (Some(_), _) => never_given(),
            (None, known) if known == Some(&changed) => StatusCode::NOT_MODIFIED.into_response(),
            _ => ([(header::LAST_MODIFIED, changed)], figures).into_response(),
        },
        Mood::TaggedAndDated => {
            let own = tag(&figures);
            let known = match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE)) {
                (Some(tag), _) => tag == own,
                (None, date) => date == Some(&changed),
            };
            if known {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([(header::ETAG, own), (header::LAST_MODIFIED, changed)], figures).into_response()
        }
        Mood::Unconditional => figures.into_response(),
        Mood::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Mood::Login => {
            let page = "<!DOCTYPE html><html><title>Đăng nhập</title><input type=\"password\" name=\"p\"></html>";
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        Mood::Json(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Mood::Huge(bytes) => {
            let chunks = std::iter::repeat_n(vec![b'x'; 64 * 1024], bytes / (64 * 1024) + 1);
            Body::from_stream(tokio_stream::iter(chunks.map(Ok::<_, std::io::Error>))).into_response()
        }
        Mood::Slow(delay) => {
            tokio::time::sleep(delay).await;
            figures.into_response()
        }
        Mood::To(address) => Redirect::temporary(&address).into_response(),
        Mood::Echo => {
            format!("Đơn vị,Kết quả\n{},1\n", text(header::AUTHORIZATION).unwrap_or_default()).into_response()
        }
    }
}

fn tag(figures: &[u8]) -> String {
    let tag: String = Sha256::digest(figures).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{tag}\"")
}

fn http_date(moment: DateTime<Utc>) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Whoever asks by a mark that it never gives has it from somewhere else.
fn never_given() -> Response {
    StatusCode::BAD_REQUEST.into_response()
}
