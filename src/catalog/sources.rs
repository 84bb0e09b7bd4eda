//! `sources.toml`: where figures are fetched over the network.

use crate::catalog::once::Once;
use crate::catalog::section::Section;
use std::time::Duration;

const SOURCES_MAX: usize = 50;
/// What the readers of figures accept at most.
const BYTES_MAX: u32 = 50 * 1024 * 1024;
/// Extracts of a whole province take a portal a while.
const TIMEOUT: u32 = 60;
/// No portal needs longer; a question that never ends would hold up the next one.
const TIMEOUT_MAX: u32 = 600;
/// Name, connection and TLS together.
const CONNECT_TIMEOUT: u32 = 10;
const HEADERS_EXAMPLE: &str = "{ \"Authorization\" = \"IGATE_TOKEN\" }";

/// A place from which figures are fetched over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSpec {
    /// What people call it; unique.
    pub name: String,
    /// Its address, `http://` or `https://`, without a user or password.
    pub url: String,
    /// Headers to send, each with the name of the environment variable that holds its value. The value itself is
    /// never in the catalog.
    pub headers: Vec<(String, String)>,
    /// An answer with more bytes is refused.
    pub max_bytes: u64,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long an answer may take from beginning to end.
    pub timeout: Duration,
}

pub(super) fn read(mut file: Section<'_>) -> Vec<SourceSpec> {
    let mut sources = Vec::new();
    let mut names = Once::new("source", "name");
    for mut section in file.sections("source", SOURCES_MAX) {
        let name = section.text("name");
        let url = section.text("url");
        let headers = section.pairs("headers", HEADERS_EXAMPLE);
        let max_bytes = section.optional_number("max_bytes", 1..=BYTES_MAX).unwrap_or(BYTES_MAX);
        let connect_timeout = section.optional_number("connect_timeout", 1..=TIMEOUT_MAX).unwrap_or(CONNECT_TIMEOUT);
        let timeout = section.optional_number("timeout", 1..=TIMEOUT_MAX).unwrap_or(TIMEOUT);
        if let Some(name) = &name {
            names.check(name, &section.place("name"));
        }
        if let Some(url) = &url {
            check_url(&section, url);
        }
        for (header, variable) in &headers {
            if !is_header(header) {
                section.wrong("headers", "has a name that is not one of an HTTP header; use letters, digits and -");
            }
            // The text is not repeated: it may be the secret itself.
            if !is_variable(variable) {
                section.wrong(
                    "headers",
                    &format!(
                        "must give each header the NAME of an environment variable (A to Z, 0 to 9, _), never the secret itself; write {HEADERS_EXAMPLE}"
                    ),
                );
            }
        }
        if let (Some(name), Some(url)) = (name, url) {
            sources.push(SourceSpec {
                name,
                url,
                headers,
                max_bytes: u64::from(max_bytes),
                connect_timeout: Duration::from_secs(u64::from(connect_timeout)),
                timeout: Duration::from_secs(u64::from(timeout)),
            });
        }
        section.finish();
    }
    file.finish();
    sources
}

fn check_url(section: &Section<'_>, url: &str) {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        section.wrong("url", "must begin with https:// or http://");
        return;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        section
            .wrong("url", "contains a user or password; put the secret in an environment variable and use `headers`");
    } else if host.is_empty() || url.contains(char::is_whitespace) {
        section.wrong("url", "is not an address; write https://name.of.the.server/path");
    }
}

fn is_header(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_variable(name: &str) -> bool {
    name.len() <= 100
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
