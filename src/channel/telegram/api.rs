//! One call to Telegram's Bot API, and what it said.

use super::account::{ChannelSetupError, TelegramAccount};
use super::verdict::{Refusal, Said};
use crate::channel::bot_api::{BotApi, NoReply, Reply};
use reqwest::multipart::Form;
use serde_json::Value;
use std::time::Duration;

/// A client for one bot. No `Debug`: it holds the token.
pub(super) struct Api(BotApi);

impl Api {
    pub(super) fn new(account: &TelegramAccount) -> Result<Self, ChannelSetupError> {
        account.bot_id()?;
        let proxy = account.checked_proxy()?;
        let api = BotApi::new(account.base()?, &account.token, account.timeout, proxy);
        api.map(Self).ok_or(ChannelSetupError::Client)
    }

    /// The time that an ordinary call may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    /// Calls a method once.
    pub(super) async fn call(&self, method: &str, params: &Value, timeout: Duration) -> Result<Said, NoReply> {
        self.0.call(method, params, timeout).await.map(|reply| self.said(reply))
    }

    /// Calls a method with a form, once.
    pub(super) async fn upload(&self, method: &str, form: Form, timeout: Duration) -> Result<Said, NoReply> {
        self.0.upload(method, form, timeout).await.map(|reply| self.said(reply))
    }

    /// Fetches a file by the path that `getFile` gave. None when it is larger than `most` bytes.
    pub(super) async fn file(
        &self,
        path: &str,
        most: usize,
        timeout: Duration,
    ) -> Result<(u16, Option<Vec<u8>>), NoReply> {
        self.0.file(path, most, timeout).await
    }

    fn said(&self, reply: Reply) -> Said {
        let Reply { status, retry_after, body } = reply;
        let nonsense = |why: String| Said::Nonsense { status, retry_after, why };
        let mut json = match body {
            Ok(json) => json,
            Err(why) => return nonsense(why),
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
            description: self.0.clean(description),
            retry_after: parameter("retry_after").and_then(Value::as_u64),
            migrate_to: parameter("migrate_to_chat_id").and_then(Value::as_i64),
        }
    }
}
