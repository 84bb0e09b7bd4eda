//! An HTTP(S) source: asked conditionally, with a limit on size and time.

use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use std::time::Duration;

/// Extracts of a whole province take a portal a while.
const TIMEOUT: Duration = Duration::from_secs(60);

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
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The server says that nothing changed.
    Unchanged,
    /// New bytes.
    Body {
        /// The body.
        bytes: Vec<u8>,
        /// What to tell the server next time.
        validator: Validator,
    },
}

/// Why nothing came. No variant repeats the address, which may carry a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 401 or 403: the token has expired or is wrong.
    #[error("the server refuses the token ({0}); renew it")]
    Refused(u16),
    /// Another status.
    #[error("the server answered {0}")]
    Status(u16),
    /// Larger than the source may be.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// No connection, or it broke.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// A header's name or value cannot be sent.
    #[error("header `{0}` cannot be sent")]
    Header(String),
}

/// Fetches once.
///
/// # Errors
/// Why nothing came.
pub async fn fetch(
    client: &reqwest::Client,
    url: &str,
    headers: &[(String, String)],
    validator: &Validator,
    max_bytes: u64,
) -> Result<Fetched, FetchError> {
    let mut request = HeaderMap::new();
    for (name, value) in headers {
        let wrong = || FetchError::Header(name.clone());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        request.insert(key, value);
    }
    for (key, value) in [(IF_NONE_MATCH, &validator.etag), (IF_MODIFIED_SINCE, &validator.last_modified)] {
        if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
            request.insert(key, value);
        }
    }
    let unreachable = |error: reqwest::Error| FetchError::Unreachable(error.without_url().to_string());
    let mut response = client.get(url).headers(request).timeout(TIMEOUT).send().await.map_err(unreachable)?;
    match response.status().as_u16() {
        304 => return Ok(Fetched::Unchanged),
        status @ (401 | 403) => return Err(FetchError::Refused(status)),
        status if !response.status().is_success() => return Err(FetchError::Status(status)),
        _ => {}
    }
    let header = |name| response.headers().get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_owned);
    let validator = Validator { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if bytes.len() as u64 + chunk.len() as u64 > max_bytes {
            return Err(FetchError::TooLarge(max_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched::Body { bytes, validator })
}
