//! The way to a bot's API over HTTP, as Telegram made it and Zalo copied it: `{address}/bot{token}/{method}`, JSON both
//! ways. What an answer means is each medium's own affair; that a call is made once, is limited in time and size, and
//! never shows the token, is the same for all and stands here.

use reqwest::multipart::Form;
use reqwest::{Client, ClientBuilder, Proxy, RequestBuilder, Response, Url, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use std::error::Error as _;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Longest time for name, connection, TLS and proxy together.
const CONNECT_MOST: Duration = Duration::from_secs(10);

/// A connection that a message is written to just as the server closes it is an `Unknown` which a person has to
/// resolve. Connections are therefore reused within a burst of messages only, long before servers tire of them.
const IDLE_MOST: Duration = Duration::from_secs(5);

/// A hundred of Telegram's updates of the largest kind stay below this.
const BODY_MOST: usize = 8 * 1024 * 1024;

/// What the server says is kept for people to read, so a sentence or two are enough.
const WHY_MOST: usize = 300;

/// Longer is a mistake of the server, and would overflow.
const LONGEST_PATIENCE: u64 = 366 * 86_400;

/// A client for one bot. No `Debug`: it holds the token.
pub(super) struct BotApi {
    client: Client,
    /// `{address}/bot{token}`.
    base: SecretString,
    /// `{address}/file/bot{token}`.
    files: SecretString,
    token: SecretString,
    timeout: Duration,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoReply {
    /// The request did not leave: no name, no connection, no TLS, no proxy.
    NotSent { why: String },
    /// The request left, wholly or in part, and may have been carried out.
    Lost { why: String },
}

/// What came back, before the medium says what it means.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    /// The HTTP status.
    pub(super) status: u16,
    /// The header `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
    /// The body, or why there is none that can be read.
    pub(super) body: Result<Value, String>,
}

impl BotApi {
    /// Prepares a client; connects to nothing. None when this machine cannot make one.
    pub(super) fn new(address: &str, token: &SecretString, timeout: Duration, proxy: Option<Proxy>) -> Option<Self> {
        let client = builder(timeout);
        let client = match proxy {
            Some(proxy) => client.proxy(proxy),
            None => client,
        };
        let base = SecretString::from(format!("{address}/bot{}", token.expose_secret()));
        let files = SecretString::from(format!("{address}/file/bot{}", token.expose_secret()));
        Some(Self { client: client.build().ok()?, base, files, token: token.clone(), timeout })
    }

    /// The time that an ordinary call may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Calls a method once.
    pub(super) async fn call(&self, method: &str, params: &Value, timeout: Duration) -> Result<Reply, NoReply> {
        let url = format!("{}/{method}", self.base.expose_secret());
        fetch(self.client.post(url).json(params), timeout, &|text| self.clean(text)).await
    }

    /// Calls a method with a form, which may hold files, once.
    pub(super) async fn upload(&self, method: &str, form: Form, timeout: Duration) -> Result<Reply, NoReply> {
        let url = format!("{}/{method}", self.base.expose_secret());
        fetch(self.client.post(url).multipart(form), timeout, &|text| self.clean(text)).await
    }

    /// Fetches a file by the path that the API gave. None when it is larger than `most` bytes.
    pub(super) async fn file(
        &self,
        path: &str,
        most: usize,
        timeout: Duration,
    ) -> Result<(u16, Option<Vec<u8>>), NoReply> {
        let lost = |error| NoReply::Lost { why: self.clean(&describe(error)) };
        let url = format!("{}/{path}", self.files.expose_secret());
        let mut response = self.client.get(url).timeout(timeout).send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if bytes.len() + chunk.len() > most {
                return Ok((status, None));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, Some(bytes)))
    }

    /// Text from outside, fit for a log line and a database row: see [`clean`].
    pub(super) fn clean(&self, text: &str) -> String {
        let token = self.token.expose_secret();
        let secret = token.split_once(':').map_or(token, |(_, secret)| secret);
        clean(text, &[token, secret])
    }
}

/// A client that does nothing of its own accord.
pub(super) fn builder(timeout: Duration) -> ClientBuilder {
    Client::builder()
        // The environment's proxies are none of this room's business.
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        // With HTTP/2 all messages under way share one connection, and its end leaves all of them unknown.
        .http1_only()
        .pool_idle_timeout(IDLE_MOST)
        .connect_timeout((timeout / 2).min(CONNECT_MOST))
        .user_agent(concat!("chitieu/", env!("CARGO_PKG_VERSION")))
}

/// Makes a request once. `clean` strikes secrets out of what is said about a failure.
pub(super) async fn fetch(
    request: RequestBuilder,
    timeout: Duration,
    clean: &(dyn Fn(&str) -> String + Send + Sync),
) -> Result<Reply, NoReply> {
    let response = match request.timeout(timeout).send().await {
        Ok(response) => response,
        // A builder's error comes before any connection.
        Err(error) if error.is_connect() || error.is_builder() => {
            return Err(NoReply::NotSent { why: clean(&describe(error)) });
        }
        Err(error) if error.is_timeout() => {
            return Err(NoReply::Lost { why: format!("no answer within {} ms", timeout.as_millis()) });
        }
        Err(error) => return Err(NoReply::Lost { why: clean(&describe(error)) }),
    };
    let status = response.status().as_u16();
    let retry_after = response.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = read(response).await.map_err(|why| clean(&why));
    Ok(Reply { status, retry_after, body })
}

async fn read(mut response: Response) -> Result<Value, String> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > BODY_MOST => {
                return Err("the answer is too long".to_owned());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(format!("the answer broke off: {}", describe(error))),
        }
    }
    serde_json::from_slice(&body).map_err(|_| "the answer is not JSON".to_owned())
}

/// The error and its causes, which are the part that helps, without the URL, which may hold a token.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Text from outside, fit for a log line and a database row: short, on one line, and without the secrets, which a
/// server may repeat with what it was sent, and which would stay there for ever.
pub(super) fn clean(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "***");
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHY_MOST).collect()
}

/// The public half of a token of the form `<digits>:<secret>`; none for another form. The secret may not hold what could
/// change the path of a URL.
pub(super) fn bot_id(token: &SecretString, longest_id: usize, secret_length: RangeInclusive<usize>) -> Option<&str> {
    let (id, secret) = token.expose_secret().split_once(':')?;
    let id_fits = (1..=longest_id).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let secret_fits = secret_length.contains(&secret.len()) && secret.bytes().all(allowed);
    (id_fits && secret_fits).then_some(id)
}

/// An API's address without a slash at its end; none when it is no http(s) address, or holds what would be lost or
/// shown: a user name, a query, a fragment.
pub(super) fn address(text: &str) -> Option<&str> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain.then(|| text.trim_end_matches('/'))
}

/// How long a server wants to be left alone, in seconds; `usual` where it does not say.
pub(super) fn patience(seconds: Option<u64>, usual: u64) -> u64 {
    seconds.unwrap_or(usual).min(LONGEST_PATIENCE)
}
