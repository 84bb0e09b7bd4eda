//! What a server sends with status 200 that is no figures: a page to log in, another page, a JSON object that reports an
//! error. Portals do this when a token has expired, and a reader would only say that it finds no table.
//!
//! Nothing that the server wrote is repeated anywhere: it may hold what it was sent.

use crate::domain::breaker::Trouble;
use crate::domain::names::unmarked;
use serde_json::{Map, Value};

/// An answer that reports an error is short.
const ENVELOPE_MOST: usize = 64 * 1024;

/// So much of a page is looked at.
const PAGE_MOST: usize = 64 * 1024;

/// Words of a page, or of an address, where people log in; without marks, in lower case.
const LOGIN_WORDS: [&str; 7] =
    ["type=\"password\"", "type='password'", "type=password", "dang nhap", "login", "log in", "signin"];

/// Words of an error that is about the token; without marks, in lower case.
const TOKEN_WORDS: [&str; 10] = [
    "token",
    "unauthori",
    "unauthenticated",
    "forbidden",
    "access denied",
    "expired",
    "het han",
    "dang nhap",
    "xac thuc",
    "khong co quyen",
];

/// What is wrong with a body, if it surely is no figures.
pub(super) fn suspicion(content_type: &str, bytes: &[u8]) -> Option<Trouble> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start = text.get(..15).unwrap_or(text).to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") || start.starts_with(b"<head") {
        return Some(if is_login(&String::from_utf8_lossy(text.get(..PAGE_MOST).unwrap_or(text))) {
            Trouble::Login
        } else {
            Trouble::Page
        });
    }
    // A page that begins with a comment. Tables that call themselves pages are the readers' affair.
    if content_type.starts_with("text/html") && text.starts_with(b"<") {
        let page = String::from_utf8_lossy(text.get(..PAGE_MOST).unwrap_or(text));
        return is_login(&page).then_some(Trouble::Login);
    }
    if text.starts_with(b"{") && text.len() <= ENVELOPE_MOST {
        let Ok(Value::Object(object)) = serde_json::from_slice(text) else { return None };
        return envelope(&object);
    }
    None
}

/// Whether a page or an address is one where people log in.
pub(super) fn is_login(text: &str) -> bool {
    let text = folded(text);
    LOGIN_WORDS.iter().any(|word| text.contains(word))
}

/// Without marks and in lower case; in pieces, because the folding has a limit.
fn folded(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(unmarked).collect::<Vec<_>>().join("")
}

/// An object that says that something failed and holds nothing else that could be figures.
fn envelope(object: &Map<String, Value>) -> Option<Trouble> {
    let field = |names: &[&str]| {
        let named = |key: &String| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        object.iter().filter(move |(key, _)| named(key)).map(|(_, value)| value).collect::<Vec<_>>()
    };
    let errors = field(&["error", "errors", "fault", "exception"]);
    let codes = field(&["code", "status", "statusCode", "status_code", "error_code", "errorCode", "error"]);
    let is_error_key =
        |key: &str| ["error", "errors", "fault", "exception"].iter().any(|e| key.eq_ignore_ascii_case(e));
    let holds_data = object.iter().any(|(key, value)| !is_error_key(key) && is_filled(value));
    if holds_data {
        return None;
    }
    let says_error = errors.iter().any(|value| is_error(value));
    let says_no = field(&["success", "ok", "succeeded"]).iter().any(|value| **value == Value::Bool(false));
    let failing = codes.iter().any(|value| {
        number(value).is_some_and(|code| code < 0 || (400..600).contains(&code))
            || value.as_str().is_some_and(|word| {
                ["error", "fail", "failed", "failure", "unauthorized", "forbidden"]
                    .iter()
                    .any(|bad| word.eq_ignore_ascii_case(bad))
            })
    });
    if !(says_error || says_no || failing) {
        return None;
    }
    let text = folded(&Value::Object(object.clone()).to_string());
    let refused = codes.iter().any(|value| matches!(number(value), Some(401 | 403)))
        || TOKEN_WORDS.iter().any(|word| text.contains(word));
    Some(if refused { Trouble::Refused } else { Trouble::ErrorAnswer })
}

/// A list or an object with something in it: that could be figures.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => object.values().any(|inner| is_filled(inner) || inner.is_number()),
        _ => false,
    }
}

fn is_error(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_figures() {
        for (body, expected) in [
            ("<!DOCTYPE html><html><form><input type=\"password\"></form>", Some(Trouble::Login)),
            ("\u{feff}\n <HTML><title>Đăng nhập hệ thống</title>", Some(Trouble::Login)),
            ("<html><body><h1>Bảo trì</h1></body></html>", Some(Trouble::Page)),
            ("Đơn vị,Kết quả\nSở Tư pháp,5\n", None),
            ("", None),
            ("<?xml version=\"1.0\"?><rows/>", None),
        ] {
            assert_eq!(suspicion("text/csv", body.as_bytes()), expected, "{body}");
        }
        let comment = b"<!-- sso --><html><a href=/login>";
        assert_eq!(suspicion("text/html; charset=utf-8", comment), Some(Trouble::Login));
    }

    #[test]
    fn an_error_in_json_is_told_from_figures() {
        for (body, expected) in [
            (r#"{"error":"invalid_token","error_description":"The token expired"}"#, Some(Trouble::Refused)),
            (r#"{"code":401,"message":"Unauthorized","data":null}"#, Some(Trouble::Refused)),
            (r#"{"success":false,"message":"Phiên làm việc đã hết hạn","data":[]}"#, Some(Trouble::Refused)),
            (r#"{"status":"error","message":"Hệ thống bận"}"#, Some(Trouble::ErrorAnswer)),
            (r#"{"statusCode":"500","message":"x"}"#, Some(Trouble::ErrorAnswer)),
            (r#"{"error_code":-1,"result":{}}"#, Some(Trouble::ErrorAnswer)),
            (r#"{"errors":[{"message":"boom"}],"data":null}"#, Some(Trouble::ErrorAnswer)),
            (r#"{"code":200,"message":"ok","data":[]}"#, None),
            (r#"{"error":null,"data":[{"unit":"a","numerator":1}]}"#, None),
            (r#"{"success":false,"data":[{"unit":"a"}]}"#, None),
            (r#"{"error":0,"period":"2023-07","units":[{"code":"a"}]}"#, None),
            (r#"{"period":"2023-07"}"#, None),
            (r#"[{"error":"x"}]"#, None),
            (r#"{"error":"cut off"#, None),
        ] {
            assert_eq!(suspicion("application/json", body.as_bytes()), expected, "{body}");
        }
    }
}
