//! One call to the Bot API: a request, and what came back or why nothing did.

use super::account::{ChannelSetupError, TelegramAccount};
use super::verdict::{Refusal, Said};
use reqwest::{Client, Response, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use std::error::Error as _;
use std::time::Duration;

/// Longest time for name, connection, TLS and proxy together.
const CONNECT_MOST: Duration = Duration::from_secs(10);

/// A connection that a message is written to just as the server closes it is an `Unknown` which a person has to
/// resolve. Connections are therefore reused within a burst of messages only, long before servers tire of them.
const IDLE_MOST: Duration = Duration::from_secs(5);

/// A hundred updates of the largest kind stay below this.
const BODY_MOST: usize = 8 * 1024 * 1024;

/// What the server says is kept for people to read, so a sentence or two are enough.
const WHY_MOST: usize = 300;

/// A client for one bot. No `Debug`: it holds the token.
pub(super) struct Api {
    client: Client,
    /// `{api}/bot{token}`.
    base: SecretString,
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

impl Api {
    pub(super) fn new(account: &TelegramAccount) -> Result<Self, ChannelSetupError> {
        account.bot_id()?;
        let token = account.token.expose_secret();
        let base = SecretString::from(format!("{}/bot{token}", account.base()?));
        let mut client = Client::builder()
            // The environment's proxies are none of this room's business.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            // With HTTP/2 all messages under way share one connection, and its end leaves all of them unknown.
            .http1_only()
            .pool_idle_timeout(IDLE_MOST)
            .connect_timeout((account.timeout / 2).min(CONNECT_MOST))
            .user_agent(concat!("chitieu/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = account.checked_proxy()? {
            client = client.proxy(proxy);
        }
        let client = client.build().map_err(|_| ChannelSetupError::Client)?;
        Ok(Self { client, base, token: account.token.clone(), timeout: account.timeout })
    }

    /// The time that an ordinary call may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Calls a method once.
    pub(super) async fn call(&self, method: &str, params: &Value, timeout: Duration) -> Result<Said, NoReply> {
        let url = format!("{}/{method}", self.base.expose_secret());
        let response = match self.client.post(url).timeout(timeout).json(params).send().await {
            Ok(response) => response,
            // A builder's error comes before any connection.
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(NoReply::NotSent { why: self.describe(error) });
            }
            Err(error) if error.is_timeout() => {
                return Err(NoReply::Lost { why: format!("no answer within {} ms", timeout.as_millis()) });
            }
            Err(error) => return Err(NoReply::Lost { why: self.describe(error) }),
        };
        Ok(self.read(response).await)
    }

    async fn read(&self, mut response: Response) -> Said {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let nonsense = |why: String| Said::Nonsense { status, retry_after, why };

        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > BODY_MOST => {
                    return nonsense("the answer is too long".to_owned());
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return nonsense(format!("the answer broke off: {}", self.describe(error))),
            }
        }
        let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
            return nonsense("the answer is not JSON".to_owned());
        };
        match json.get("ok").and_then(Value::as_bool) {
            Some(true) if status < 300 => Said::Yes(json.get_mut("result").map(Value::take).unwrap_or_default()),
            Some(false) => Said::No(self.refusal(status, &json)),
            _ => nonsense("the answer is not the Bot API's".to_owned()),
        }
    }

    fn refusal(&self, status: u16, json: &Value) -> Refusal {
        let code = json.get("error_code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        let description = json.get("description").and_then(Value::as_str).unwrap_or("no description");
        let parameter = |name: &str| json.get("parameters").and_then(|parameters| parameters.get(name));
        Refusal {
            code: code.unwrap_or(status),
            description: self.clean(description),
            retry_after: parameter("retry_after").and_then(Value::as_u64),
            migrate_to: parameter("migrate_to_chat_id").and_then(Value::as_i64),
        }
    }

    /// The error and its causes, which are the part that helps, without the URL, which holds the token.
    fn describe(&self, error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        self.clean(&text)
    }

    /// Text from outside, fit for a log line and a database row. The token is not expected in it; were it there, for
    /// example in a proxy's page about "the requested URL", it would stay there for ever.
    fn clean(&self, text: &str) -> String {
        let token = self.token.expose_secret();
        let secret = token.split_once(':').map_or(token, |(_, secret)| secret);
        let text = text.replace(token, "***").replace(secret, "***");
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHY_MOST).collect()
    }
}
