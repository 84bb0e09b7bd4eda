//! Files that people sent: `getFile` tells a path, and the path is fetched. Telegram gives bots at most 20 MB.

use super::TelegramChannel;
use super::verdict::CallError;
use crate::channel::bot_api::NoReply;
use crate::channel::{DownloadError, Downloading, FileSource};
use serde_json::{Value, json};
use std::time::Duration;

/// 20 MB over a slow proxy.
const PATIENCE: Duration = Duration::from_secs(120);

/// Paths of Telegram's are far shorter.
const PATH_MOST: usize = 300;

impl FileSource for TelegramChannel {
    fn download<'a>(&'a self, reference: &'a str, most: usize) -> Downloading<'a> {
        Box::pin(self.fetch_file(reference, most))
    }
}

impl TelegramChannel {
    async fn fetch_file(&self, file_id: &str, most: usize) -> Result<Vec<u8>, DownloadError> {
        let file = self.call("getFile", &json!({"file_id": file_id})).await.map_err(asked)?;
        let size = file.get("file_size").and_then(Value::as_u64).unwrap_or_default();
        if size > most as u64 {
            return Err(DownloadError::TooLarge);
        }
        let path = file.get("file_path").and_then(Value::as_str).filter(|path| is_path(path));
        let Some(path) = path else {
            return Err(DownloadError::Refused { why: "getFile: the answer names no path".to_owned() });
        };
        let fetched = self.api.file(path, most, PATIENCE).await;
        let (NoReply::NotSent { why } | NoReply::Lost { why }) = match fetched {
            Ok((200, Some(bytes))) => return Ok(bytes),
            Ok((200, None)) => return Err(DownloadError::TooLarge),
            Ok((status @ 400..500, _)) => return Err(DownloadError::Refused { why: format!("HTTP {status}") }),
            Ok((status, _)) => return Err(DownloadError::Retry { why: format!("HTTP {status}") }),
            Err(error) => error,
        };
        Err(DownloadError::Retry { why })
    }
}

/// Why `getFile` was not carried out.
fn asked(error: CallError) -> DownloadError {
    match error {
        CallError::Other { why } if why.to_lowercase().contains("too big") => DownloadError::TooLarge,
        CallError::Other { why } => DownloadError::Refused { why },
        error => DownloadError::Retry { why: error.to_string() },
    }
}

/// A path below the bot's files, and nothing that leads out of them.
fn is_path(path: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    !path.is_empty()
        && path.len() <= PATH_MOST
        && !path.starts_with('/')
        && path.bytes().all(fits)
        && path.split('/').all(|part| !part.is_empty() && part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_bots_files_are_fetched() {
        for path in ["documents/file_1.xlsx", "file"] {
            assert!(is_path(path), "{path}");
        }
        for path in ["", "/var/lib/file", "../bot2/file", "a/../b", "a//b", "a?b", "http://x", "a b"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
