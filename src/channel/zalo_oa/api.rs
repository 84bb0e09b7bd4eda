//! One call to the Official Account's API, and what it said. Tokens travel in headers and in the form, never in a URL.

use super::account::{ZaloOaAccount, ZaloOaSetupError};
use super::renewal::{Renewal, renewed};
use super::verdict::{Refusal, Said};
use crate::channel::bot_api::{self, NoReply, Reply};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// A client for one account. No `Debug`: it holds secrets.
pub(super) struct Api {
    client: Client,
    /// Keeps no connection: one that closes just as a refresh token is written to it would cost the token.
    once: Client,
    api: String,
    oauth: String,
    app_id: String,
    app_secret: SecretString,
    timeout: Duration,
}

impl Api {
    pub(super) fn new(account: &ZaloOaAccount) -> Result<Self, ZaloOaSetupError> {
        account.check()?;
        let client = |builder: reqwest::ClientBuilder| builder.build().map_err(|_| ZaloOaSetupError::Client);
        Ok(Self {
            client: client(bot_api::builder(account.timeout))?,
            once: client(bot_api::builder(account.timeout).pool_max_idle_per_host(0))?,
            api: account.api()?.to_owned(),
            oauth: account.oauth()?.to_owned(),
            app_id: account.app_id.clone(),
            app_secret: account.app_secret.clone(),
            timeout: account.timeout,
        })
    }

    /// The time that a call may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a text to a group, once; with a picture that was uploaded before, where there is one. How a picture is named
    /// is inferred from messages to single persons; nobody has seen one in a group.
    pub(super) async fn send(
        &self,
        access: &SecretString,
        group: &str,
        text: &str,
        attachment: Option<&str>,
    ) -> Result<Said, NoReply> {
        let mut body = json!({"recipient": {"group_id": group}, "message": {"text": text}});
        if let Some(id) = attachment {
            let elements = json!([{"media_type": "image", "attachment_id": id}]);
            let payload = json!({"template_type": "media", "elements": elements});
            body["message"]["attachment"] = json!({"type": "template", "payload": payload});
        }
        let request = self.client.post(format!("{}/v3.0/oa/group/message", self.api)).json(&body);
        self.call(request, access).await
    }

    /// Uploads a picture, once.
    pub(super) async fn upload(
        &self,
        access: &SecretString,
        name: &'static str,
        mime: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Said, NoReply> {
        let part = Part::bytes(bytes).file_name(name).mime_str(mime);
        let part = part.map_err(|_| NoReply::NotSent { why: "the picture's kind is none".to_owned() })?;
        let form = Form::new().part("file", part);
        self.call(self.client.post(format!("{}/v2.0/oa/upload/image", self.api)).multipart(form), access).await
    }

    /// Asks for some of the account's groups, once.
    pub(super) async fn groups(&self, access: &SecretString, offset: usize, count: usize) -> Result<Said, NoReply> {
        let url = format!("{}/v3.0/oa/group/getgroupsofoa?offset={offset}&count={count}", self.api);
        self.call(self.client.get(url), access).await
    }

    /// Uses a refresh token up.
    pub(super) async fn renew(&self, refresh: &SecretString) -> Renewal {
        let form = [
            ("refresh_token", refresh.expose_secret()),
            ("app_id", self.app_id.as_str()),
            ("grant_type", "refresh_token"),
        ];
        let request = self.once.post(format!("{}/v4/oa/access_token", self.oauth)).form(&form);
        let clean = |text: &str| self.clean(text, refresh);
        let request = match header(&self.app_secret) {
            Some(secret) => request.header("secret_key", secret),
            None => return Renewal::NotSent { why: "ZALO_OA_APP_SECRET cannot be a header".to_owned() },
        };
        renewed(bot_api::fetch(request, self.timeout, &clean).await, &clean)
    }

    async fn call(&self, request: RequestBuilder, access: &SecretString) -> Result<Said, NoReply> {
        let clean = |text: &str| self.clean(text, access);
        let Some(token) = header(access) else {
            return Err(NoReply::NotSent { why: "the access token cannot be a header".to_owned() });
        };
        let reply = bot_api::fetch(request.header("access_token", token), self.timeout, &clean).await?;
        Ok(said(reply, &clean))
    }

    fn clean(&self, text: &str, token: &SecretString) -> String {
        bot_api::clean(text, &[token.expose_secret(), self.app_secret.expose_secret()])
    }
}

/// A header that libraries do not print.
fn header(secret: &SecretString) -> Option<reqwest::header::HeaderValue> {
    let mut value = reqwest::header::HeaderValue::from_str(secret.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A whole number, or the same as a string: both were seen.
pub(super) fn number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The body decides and not the status, which is 200 whatever happened.
fn said(reply: Reply, clean: &dyn Fn(&str) -> String) -> Said {
    let Reply { status, retry_after, body } = reply;
    let nonsense = |why: String| Said::Nonsense { status, retry_after, why };
    let mut json = match body {
        Ok(json) => json,
        Err(why) => return nonsense(why),
    };
    match number(json.get("error")) {
        Some(0) => Said::Yes(json.get_mut("data").map(Value::take).unwrap_or_default()),
        Some(code) => {
            let message = json.get("message").and_then(Value::as_str).unwrap_or("no message");
            Said::No(Refusal { code, message: clean(message), retry_after })
        }
        None => nonsense("the answer is not the API's".to_owned()),
    }
}
