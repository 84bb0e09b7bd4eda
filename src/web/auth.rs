//! Who may see the pages: whoever has the one token, by header or by a cookie that the login form sets.

use crate::clock::Clock;
use crate::web::page::{LoginReason, render_login};
use crate::web::server::Page;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Duration, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;

const COOKIE: &str = "chitieu";

/// After this many wrong tokens within a minute the form answers nobody until the minute is over.
const WRONG_PER_MINUTE: u32 = 10;

/// The token, and how often it was guessed.
pub(super) struct Gate {
    token: Option<SecretString>,
    clock: Arc<dyn Clock>,
    wrong: Mutex<(Option<DateTime<Utc>>, u32)>,
}

impl Gate {
    pub(super) fn new(token: Option<SecretString>, clock: Arc<dyn Clock>) -> Self {
        Self { token, clock, wrong: Mutex::new((None, 0)) }
    }

    fn fits(&self, given: &str) -> bool {
        match &self.token {
            None => true,
            Some(token) => same(given.as_bytes(), token.expose_secret().as_bytes()),
        }
    }

    /// The cookie holds a digest, so that a copied cookie does not tell the token.
    fn cookie(&self) -> Option<String> {
        let token = self.token.as_ref()?;
        let digest = Sha256::new().chain_update("chitieu cookie ").chain_update(token.expose_secret()).finalize();
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn lets_in(&self, headers: &HeaderMap) -> bool {
        if self.token.is_none() {
            return true;
        }
        let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
        if let Some(given) = text(header::AUTHORIZATION).and_then(|v| v.strip_prefix("Bearer ")) {
            return self.fits(given.trim());
        }
        let wanted = self.cookie().unwrap_or_default();
        text(header::COOKIE).is_some_and(|cookies| {
            cookies
                .split(';')
                .filter_map(|c| c.trim().split_once('='))
                .any(|(name, value)| name == COOKIE && same(value.as_bytes(), wanted.as_bytes()))
        })
    }

    /// Whether another guess is allowed now; a wrong one counts.
    fn guess(&self, given: &str) -> Result<(), LoginReason> {
        let now = self.clock.now();
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.0.is_none_or(|since| now - since >= Duration::minutes(1)) {
            *wrong = (Some(now), 0);
        }
        if wrong.1 >= WRONG_PER_MINUTE {
            return Err(LoginReason::Slowed);
        }
        if self.fits(given) {
            return Ok(());
        }
        wrong.1 += 1;
        Err(LoginReason::Refused)
    }
}

/// Compares in a time that does not depend on where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    Sha256::digest(a).ct_eq(&Sha256::digest(b)).into()
}

/// Lets in whoever has the token; a browser is shown the form, a program gets 401.
pub(super) async fn guard(State(page): State<Page>, request: Request, next: Next) -> Response {
    if page.gate.lets_in(request.headers()) {
        return next.run(request).await;
    }
    if matches!(request.uri().path(), "/" | "/uploads") {
        return Redirect::to("/login").into_response();
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
}

pub(super) async fn form(State(page): State<Page>) -> Response {
    show(&page, LoginReason::First, StatusCode::OK)
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    token: String,
}

pub(super) async fn login(State(page): State<Page>, headers: HeaderMap, Form(form): Form<LoginForm>) -> Response {
    match page.gate.guess(form.token.trim()) {
        Ok(()) => {
            // Behind a proxy with TLS the cookie never travels in the clear.
            let over_tls = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
            let secure = if over_tls { "; Secure" } else { "" };
            let value = page.gate.cookie().unwrap_or_default();
            let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000{secure}");
            ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        Err(reason) => {
            tracing::warn!("a wrong WEB_TOKEN was tried at the login form");
            let status =
                if reason == LoginReason::Slowed { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
            show(&page, reason, status)
        }
    }
}

fn show(page: &Page, reason: LoginReason, status: StatusCode) -> Response {
    match render_login(page.organisation(), reason) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
