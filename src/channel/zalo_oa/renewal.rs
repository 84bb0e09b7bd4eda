//! What the answer to a renewal means. The one question is whether the refresh token may have been used up.

use super::api::number;
use crate::channel::bot_api::{NoReply, Reply};
use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::Value;

/// When Zalo does not say how long an access token works: the shortest that anybody reported, an hour.
const SHORTEST_LIFE: i64 = 3_600;

/// Longer is a mistake of the server.
const LONGEST_LIFE: i64 = 30 * 86_400;

/// What became of a refresh token.
pub(super) enum Renewal {
    /// It was used up and brought the next ones.
    Renewed { access: SecretString, refresh: SecretString, life: TimeDelta },
    /// It surely was not used.
    NotSent { why: String },
    /// Zalo does not accept it.
    Refused { why: String },
    /// It may have been used up, and what it brought is lost.
    Lost { why: String },
}

pub(super) fn renewed(answer: Result<Reply, NoReply>, clean: &dyn Fn(&str) -> String) -> Renewal {
    let reply = match answer {
        Ok(reply) => reply,
        Err(NoReply::NotSent { why }) => return Renewal::NotSent { why },
        Err(NoReply::Lost { why }) => return Renewal::Lost { why },
    };
    // Whoever limits the rate does so before the work.
    if reply.status == 429 {
        return Renewal::NotSent { why: "HTTP 429".to_owned() };
    }
    let json = match reply.body {
        Ok(json) => json,
        Err(why) => return Renewal::Lost { why: format!("HTTP {}: {why}", reply.status) },
    };
    let token = |field: &str| {
        let text = json.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        text.map(|text| SecretString::from(text.to_owned()))
    };
    if let (Some(access), Some(refresh)) = (token("access_token"), token("refresh_token")) {
        let life = number(json.get("expires_in")).unwrap_or(SHORTEST_LIFE).clamp(60, LONGEST_LIFE);
        return Renewal::Renewed { access, refresh, life: TimeDelta::seconds(life) };
    }
    match number(json.get("error")) {
        Some(-32) => Renewal::NotSent { why: "-32: rate limit".to_owned() },
        Some(code) if code != 0 => {
            let text = ["message", "error_description", "error_name"].iter().find_map(|f| json.get(*f)?.as_str());
            Renewal::Refused { why: format!("{code}: {}", clean(text.unwrap_or("no message"))) }
        }
        // Success without tokens: not the words, which may hold one of them under another name.
        _ => Renewal::Lost { why: format!("HTTP {}: the answer holds no pair of tokens", reply.status) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn after(status: u16, body: Result<Value, String>) -> (&'static str, String) {
        let reply = Reply { status, retry_after: None, body };
        match renewed(Ok(reply), &str::to_owned) {
            Renewal::Renewed { life, .. } => ("renewed", life.num_seconds().to_string()),
            Renewal::NotSent { why } => ("not sent", why),
            Renewal::Refused { why } => ("refused", why),
            Renewal::Lost { why } => ("lost", why),
        }
    }

    #[test]
    fn the_life_of_a_token_is_a_string_or_a_number_and_never_absurd() {
        for (life, expected) in [
            (json!("90000"), 90_000),
            (json!(90_000), 90_000),
            (json!("soon"), 3_600),
            (Value::Null, 3_600),
            (json!(-5), 60),
            (json!(i64::MAX), 30 * 86_400),
        ] {
            let body = json!({"access_token": "a", "refresh_token": "r", "expires_in": life});
            assert_eq!(after(200, Ok(body)), ("renewed", expected.to_string()));
        }
    }

    #[test]
    fn only_a_clear_refusal_is_one() {
        let refused = json!({"error": -14014, "error_name": "Invalid refresh token", "error_description": "x"});
        assert_eq!(after(200, Ok(refused)), ("refused", "-14014: x".to_owned()));
        for (status, body) in [
            (200, Ok(json!({}))),
            (200, Ok(json!([]))),
            (200, Ok(json!({"access_token": "a"}))),
            (200, Ok(json!({"access_token": "", "refresh_token": "r"}))),
            (200, Ok(json!({"error": 0}))),
            (200, Err("the answer is not JSON".to_owned())),
            (502, Err("the answer is not JSON".to_owned())),
            (302, Err("the answer is not JSON".to_owned())),
        ] {
            assert_eq!(after(status, body.clone()).0, "lost", "{status} {body:?}");
        }
        assert_eq!(after(429, Err(String::new())).0, "not sent");
        assert_eq!(after(200, Ok(json!({"error": "-32"}))).0, "not sent");
    }
}
