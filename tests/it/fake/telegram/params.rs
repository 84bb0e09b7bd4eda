//! The four ways a Bot API call carries its parameters: query string, form, JSON and multipart.
//!
//! The real server treats them alike, so after this file nobody knows which one it was. In forms every
//! value is text, and structured values are JSON inside that text; the readers below accept both.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// A file that came in a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name the client gave it.
    pub file_name: String,
    /// Its content, untouched.
    pub bytes: Vec<u8>,
}

/// The parameters of one call.
#[derive(Debug, Clone, Default)]
pub struct Params {
    fields: Map<String, Value>,
    files: BTreeMap<String, Upload>,
}

impl Params {
    /// Reads query and body; a field in the body wins.
    pub fn read(query: &str, content_type: &str, body: &[u8]) -> Result<Self, ApiError> {
        let mut params = Self::default();
        params.add_pairs(query);
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" if !body.is_empty() => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => params.fields.extend(fields),
                _ => {
                    return Err(ApiError::bad_request("object expected as JSON in the request body"));
                }
            },
            "application/x-www-form-urlencoded" => params.add_pairs(&String::from_utf8_lossy(body)),
            "multipart/form-data" => {
                let boundary = content_type
                    .split("boundary=")
                    .nth(1)
                    .map(|rest| rest.split(';').next().unwrap_or_default().trim().trim_matches('"'))
                    .ok_or_else(|| ApiError::bad_request("boundary is not specified in the request body"))?;
                params.add_parts(boundary, body);
            }
            _ => {}
        }
        Ok(params)
    }

    /// Everything as one JSON object, for the log; of a file only its name and size.
    pub fn as_json(&self) -> Value {
        let mut all = self.fields.clone();
        for (name, file) in &self.files {
            all.insert(name.clone(), json!({"file_name": file.file_name, "size": file.bytes.len()}));
        }
        Value::Object(all)
    }

    /// A text parameter; absent and null are the empty text, as on the server.
    pub fn text(&self, name: &str) -> String {
        match self.fields.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    /// A whole number, as JSON number or as digits in text.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A switch; the server takes `true`, `yes` and `1`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).to_ascii_lowercase().as_str(), "true" | "yes" | "1")
    }

    /// A structured value, as JSON or as JSON inside text.
    pub fn json(&self, name: &str) -> Option<Value> {
        match self.fields.get(name)? {
            Value::Null => None,
            Value::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        }
    }

    /// The file behind a parameter: a part of that name, or the part that `attach://` points to.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        let value = self.text(name);
        self.files.get(value.strip_prefix("attach://").unwrap_or(name))
    }

    fn add_pairs(&mut self, encoded: &str) {
        // `Url` already knows form decoding; a dependency for it alone would be one too many.
        if let Ok(url) = reqwest::Url::parse(&format!("http://fake/?{encoded}")) {
            for (name, value) in url.query_pairs() {
                self.fields.insert(name.into_owned(), Value::String(value.into_owned()));
            }
        }
    }

    fn add_parts(&mut self, boundary: &str, body: &[u8]) {
        let delimiter = format!("--{boundary}");
        let mut rest = body;
        while let Some(start) = find(rest, delimiter.as_bytes()) {
            let after = &rest[start + delimiter.len()..];
            let Some(end) = find(after, delimiter.as_bytes()) else {
                break;
            };
            self.add_part(&after[..end]);
            rest = &after[end..];
        }
    }

    fn add_part(&mut self, part: &[u8]) {
        let Some(blank) = find(part, b"\r\n\r\n") else {
            return;
        };
        let head = String::from_utf8_lossy(&part[..blank]).into_owned();
        let content = &part[blank + 4..];
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let Some(name) = quoted(&head, " name=\"") else {
            return;
        };
        match quoted(&head, "filename=\"") {
            Some(file_name) => {
                self.files.insert(name, Upload { file_name, bytes: content.to_vec() });
            }
            None => {
                let text = String::from_utf8_lossy(content).into_owned();
                self.fields.insert(name, Value::String(text));
            }
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn quoted(head: &str, key: &str) -> Option<String> {
    let start = head.find(key)? + key.len();
    head[start..].split('"').next().map(str::to_owned)
}
