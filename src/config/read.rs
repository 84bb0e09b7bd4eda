//! Reads single variables and remembers what was wrong with them.

use super::{ConfigError, ConfigProblem, ListenMode, Lookup};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A secret file larger than this is not a secret file.
const LONGEST_SECRET_FILE: u64 = 64 * 1024;

/// A secret by its name, or from the file that `NAME_FILE` gives; none when there is none that can be read.
pub(super) fn named_secret(lookup: Lookup<'_>, name: &str) -> Option<String> {
    let mut reader = Reader::new(lookup);
    reader.hidden(name)
}

/// Longest name of a user that is kept, in characters.
const LONGEST_OPERATOR: usize = 64;

/// Who uses the command line.
pub(super) fn operator(lookup: Lookup<'_>) -> Option<String> {
    let named = |name: &&str| lookup(name).map(|user| user.trim().to_owned()).filter(|user| !user.is_empty());
    let user = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(named)?;
    Some(user.chars().filter(|c| !c.is_control()).take(LONGEST_OPERATOR).collect())
}

pub(super) struct Reader<'a> {
    lookup: Lookup<'a>,
    problems: Vec<ConfigProblem>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(lookup: Lookup<'a>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, variable: &str, what: impl Into<String>) {
        self.problems.push(ConfigProblem { variable: variable.to_owned(), what: what.into() });
    }

    /// Whether something was found wrong with a variable, or with the file that holds it.
    pub(super) fn has_problem(&self, variable: &str) -> bool {
        self.problems.iter().any(|p| p.variable.strip_suffix("_FILE").unwrap_or(&p.variable) == variable)
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(value) } else { Err(ConfigError(self.problems)) }
    }

    /// A variable that is set to nothing is not set: that is how people comment values out.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    }

    fn hidden(&mut self, name: &str) -> Option<String> {
        if let Some(value) = self.text(name) {
            return Some(value);
        }
        let variable = format!("{name}_FILE");
        let path = self.text(&variable)?;
        let read = std::fs::metadata(&path)
            .map_err(|e| e.kind().to_string())
            .and_then(|m| if m.len() <= LONGEST_SECRET_FILE { Ok(()) } else { Err("larger than 64 KiB".to_owned()) })
            .and_then(|()| std::fs::read_to_string(&path).map_err(|e| e.kind().to_string()));
        match read {
            Ok(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Ok(_) => {
                self.problem(&variable, format!("the file `{path}` is empty; it has to hold the secret"));
                None
            }
            Err(why) => {
                self.problem(
                    &variable,
                    format!("the file `{path}` cannot be read ({why}); give the path of a file with the secret"),
                );
                None
            }
        }
    }

    pub(super) fn secret(&mut self, name: &str, shortest: usize) -> Option<SecretString> {
        let value = self.hidden(name)?;
        if value.len() < shortest {
            self.problem(name, format!("is shorter than {shortest} characters; use a long random text"));
            return None;
        }
        Some(SecretString::from(value))
    }

    pub(super) fn secrets(&mut self, name: &str) -> Vec<SecretString> {
        let all = self.hidden(name).unwrap_or_default();
        all.split([',', '\n']).map(str::trim).filter(|t| !t.is_empty()).map(SecretString::from).collect()
    }

    pub(super) fn database_url(&mut self, name: &str, default: &str) -> SecretString {
        let url = self.hidden(name).unwrap_or_else(|| default.to_owned());
        let known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            self.problem(name, "is not an address of a database; write sqlite://data/chitieu.db or postgres://user:password@host/database");
        }
        SecretString::from(url)
    }

    pub(super) fn folder(&mut self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.text(name)?);
        if !path.is_dir() {
            self.problem(name, format!("`{}` is not a folder; give the path of one that exists", path.display()));
        }
        Some(path)
    }

    pub(super) fn address(&mut self, name: &str, default: SocketAddr) -> SocketAddr {
        match self.text(name) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|_| {
                self.problem(name, format!("`{text}` is not an address; write IP:PORT, for example 127.0.0.1:8350"));
                default
            }),
        }
    }

    pub(super) fn url(&mut self, name: &str) -> Option<String> {
        let url = self.text(name)?;
        let fits = url.parse::<reqwest::Url>().is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if !fits {
            self.problem(name, "is not an address; write https://host or http://host:port");
        }
        Some(url.trim_end_matches('/').to_owned())
    }

    pub(super) fn proxy(&mut self, name: &str) -> Option<SecretString> {
        let url = self.hidden(name)?;
        let fits = url
            .parse::<reqwest::Url>()
            .is_ok_and(|u| matches!(u.scheme(), "http" | "https" | "socks5" | "socks5h") && u.has_host());
        if !fits {
            self.problem(name, "is not a proxy; write http://host:port or socks5://user:password@host:port");
        }
        Some(SecretString::from(url))
    }

    pub(super) fn mode(&mut self, name: &str) -> ListenMode {
        match self.text(name).as_deref() {
            None | Some("polling") => ListenMode::Polling,
            Some("webhook") => ListenMode::Webhook,
            Some(other) => {
                let what = format!("`{other}` is no way to listen; write polling or webhook");
                self.problem(name, what);
                ListenMode::Polling
            }
        }
    }

    pub(super) fn log_json(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => {
                let what = format!("`{other}` is no format; write text or json");
                self.problem(name, what);
                false
            }
        }
    }

    /// `30s`, `15m`, `2h`; from ten seconds to a day.
    pub(super) fn span(&mut self, name: &str, default: Duration) -> Duration {
        let Some(text) = self.text(name) else { return default };
        let parsed = text.char_indices().last().and_then(|(at, unit)| {
            let factor = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return None,
            };
            text[..at].parse::<u64>().ok()?.checked_mul(factor)
        });
        match parsed {
            Some(seconds) if (10..=86_400).contains(&seconds) => Duration::from_secs(seconds),
            _ => {
                self.problem(name, format!("`{text}` is not a span from 10s to 24h; write for example 30s, 15m or 2h"));
                default
            }
        }
    }
}
