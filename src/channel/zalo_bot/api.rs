//! One call to Zalo's API, and what it said.

use super::account::{ZaloBotAccount, ZaloSetupError};
use super::verdict::{Refusal, Said};
use crate::channel::bot_api::{BotApi, NoReply, Reply};
use serde_json::Value;
use std::time::Duration;

/// A client for one bot. No `Debug`: it holds the token.
pub(super) struct Api(BotApi);

impl Api {
    pub(super) fn new(account: &ZaloBotAccount) -> Result<Self, ZaloSetupError> {
        account.bot_id()?;
        let api = BotApi::new(account.base()?, &account.token, account.timeout, None);
        api.map(Self).ok_or(ZaloSetupError::Client)
    }

    /// The time that an ordinary call may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    /// Text from outside, fit for a log line: see [`BotApi::clean`].
    pub(super) fn clean(&self, text: &str) -> String {
        self.0.clean(text)
    }

    /// Calls a method once.
    pub(super) async fn call(&self, method: &str, params: &Value, timeout: Duration) -> Result<Said, NoReply> {
        self.0.call(method, params, timeout).await.map(|reply| self.said(reply))
    }

    /// The body decides and not the status: one project sees the status mirror `error_code`, another always sees 200.
    fn said(&self, reply: Reply) -> Said {
        let Reply { status, retry_after, body } = reply;
        let nonsense = |why: String| Said::Nonsense { status, retry_after, why };
        let mut json = match body {
            Ok(json) => json,
            Err(why) => return nonsense(why),
        };
        match json.get("ok").and_then(Value::as_bool) {
            Some(true) => Said::Yes(json.get_mut("result").map(Value::take).unwrap_or_default()),
            Some(false) => {
                let code = json.get("error_code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
                let description = json.get("description").and_then(Value::as_str).unwrap_or("no description");
                Said::No(Refusal {
                    code: code.filter(|code| *code != 0).unwrap_or(status),
                    description: self.clean(description),
                    retry_after,
                })
            }
            None => nonsense("the answer is not the API's".to_owned()),
        }
    }
}
