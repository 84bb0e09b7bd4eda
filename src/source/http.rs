//! An HTTP(S) source: asked conditionally, with a limit on size and time.
//!
//! Redirections are followed by hand, a few of them: a source's headers hold its token, and go to the host of its own
//! address only. What a server says is never repeated, nor its address, which may hold a key.

use super::answer;
use crate::domain::breaker::Trouble;
use reqwest::header::{
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::{Client, Response, Url};
use std::time::{Duration, Instant};

/// So many redirections are followed.
const REDIRECTS_MOST: u32 = 3;

/// A longer validator is not one that a server means.
const VALIDATOR_MOST: usize = 1_000;

/// What the server wants to be told next time, as it said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validator {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validator {
    /// One line, for the database.
    #[must_use]
    pub fn to_line(&self) -> String {
        format!("{}\n{}", self.etag.as_deref().unwrap_or(""), self.last_modified.as_deref().unwrap_or(""))
    }

    /// Reads that line.
    #[must_use]
    pub fn from_line(line: &str) -> Self {
        let (etag, modified) = line.split_once('\n').unwrap_or((line, ""));
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { etag: some(etag), last_modified: some(modified) }
    }

    fn of(response: &Response) -> Self {
        let header = |name| {
            let value = response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
            value.filter(|value| value.len() <= VALIDATOR_MOST).map(str::to_owned)
        };
        Self { etag: header(ETAG), last_modified: header(LAST_MODIFIED) }
    }
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The address.
    pub url: &'a str,
    /// Headers with their secrets.
    pub headers: &'a [(String, String)],
    /// What the server said last time.
    pub validator: &'a Validator,
    /// An answer with more bytes is refused.
    pub max_bytes: u64,
    /// How long it may take from beginning to end, redirections included.
    pub timeout: Duration,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The server says that nothing changed.
    NotModified,
    /// Bytes.
    Body {
        /// The body.
        bytes: Vec<u8>,
        /// What to tell the server next time.
        validator: Validator,
    },
}

/// Why nothing came. No variant repeats the address, which may carry a key, or a word of the server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 401 or 403.
    #[error("the server refuses the token ({0})")]
    Refused(u16),
    /// With status 200 came something that is no figures.
    #[error("the answer is no figures: {}", .0.as_str())]
    NoFigures(Trouble),
    /// A redirection to where people log in.
    #[error("the server sends us to a page to log in")]
    SentToLogin,
    /// Another status.
    #[error("the server answered {0}")]
    Status(u16),
    /// Larger than the source may be.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// Too slow.
    #[error("no complete answer within {0} s")]
    Timeout(u64),
    /// No connection, or it broke.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Too many redirections, or one that must not be followed.
    #[error("a redirection is not followed: {0}")]
    Redirect(&'static str),
    /// A header's name or value cannot be sent.
    #[error("header `{0}` cannot be sent")]
    Header(String),
}

impl FetchError {
    /// What kind of trouble it is.
    #[must_use]
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::Refused(_) => Trouble::Refused,
            Self::NoFigures(trouble) => *trouble,
            Self::SentToLogin => Trouble::Login,
            Self::Status(_) => Trouble::Status,
            Self::TooLarge(_) => Trouble::TooLarge,
            Self::Timeout(_) => Trouble::Timeout,
            Self::Unreachable(_) => Trouble::Unreachable,
            Self::Redirect(_) => Trouble::Redirect,
            Self::Header(_) => Trouble::NoSecret,
        }
    }

    /// The server's status, where that is what is wrong.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(status) | Self::Status(status) => Some(*status),
            _ => None,
        }
    }
}

/// A client that follows no redirection of its own accord.
///
/// # Errors
/// When this machine cannot make one.
pub fn client(connect_timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(connect_timeout)
        .user_agent(concat!("chitieu/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Fetches once.
///
/// # Errors
/// Why nothing came.
pub async fn fetch(client: &Client, question: Question<'_>) -> Result<Fetched, FetchError> {
    let own = own_headers(question)?;
    let timed_out = || FetchError::Timeout(question.timeout.as_secs());
    let failed = |error: reqwest::Error| {
        if error.is_timeout() && !error.is_connect() {
            return timed_out();
        }
        FetchError::Unreachable(cause(error))
    };
    let begun = Instant::now();
    let home = Url::parse(question.url).map_err(|_| FetchError::Redirect("the address cannot be read"))?;
    let mut url = home.clone();
    for hop in 0..=REDIRECTS_MOST {
        let left =
            question.timeout.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()).ok_or_else(timed_out)?;
        // Only the host that the office named is told the token, and only its own answers are known by a tag.
        let headers = if url.origin() == home.origin() { own.clone() } else { HeaderMap::new() };
        let response = client.get(url.clone()).headers(headers).timeout(left).send().await.map_err(failed)?;
        match response.status().as_u16() {
            304 => return Ok(Fetched::NotModified),
            status @ (401 | 403) => return Err(FetchError::Refused(status)),
            301 | 302 | 303 | 307 | 308 if hop == REDIRECTS_MOST => return Err(FetchError::Redirect("too many")),
            301 | 302 | 303 | 307 | 308 => url = next(&url, &response)?,
            status if !response.status().is_success() => return Err(FetchError::Status(status)),
            _ => return body(response, question.max_bytes, failed).await,
        }
    }
    Err(FetchError::Redirect("too many"))
}

fn own_headers(question: Question<'_>) -> Result<HeaderMap, FetchError> {
    let mut headers = HeaderMap::new();
    for (name, value) in question.headers {
        let wrong = || FetchError::Header(name.clone());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    let validator = question.validator;
    for (key, value) in [(IF_NONE_MATCH, &validator.etag), (IF_MODIFIED_SINCE, &validator.last_modified)] {
        if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
            headers.insert(key, value);
        }
    }
    Ok(headers)
}

/// Where a redirection leads.
fn next(from: &Url, response: &Response) -> Result<Url, FetchError> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    let to = to.ok_or(FetchError::Redirect("its address cannot be read"))?;
    if answer::is_login(to.path()) || to.host_str().is_some_and(|host| host.starts_with("sso.")) {
        return Err(FetchError::SentToLogin);
    }
    match to.scheme() {
        "https" => Ok(to),
        "http" if from.scheme() == "http" => Ok(to),
        _ => Err(FetchError::Redirect("it leaves https")),
    }
}

async fn body(
    mut response: Response,
    max_bytes: u64,
    failed: impl Fn(reqwest::Error) -> FetchError,
) -> Result<Fetched, FetchError> {
    if response.content_length().is_some_and(|length| length > max_bytes) {
        return Err(FetchError::TooLarge(max_bytes));
    }
    let validator = Validator::of(&response);
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(&failed)? {
        if bytes.len() as u64 + chunk.len() as u64 > max_bytes {
            return Err(FetchError::TooLarge(max_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    match answer::suspicion(&content_type, &bytes) {
        Some(trouble) => Err(FetchError::NoFigures(trouble)),
        None => Ok(Fetched::Body { bytes, validator }),
    }
}

/// What broke, without the address.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut inner = std::error::Error::source(&error);
    while let Some(cause) = inner {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        inner = cause.source();
    }
    text.chars().take(300).collect()
}
