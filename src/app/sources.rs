//! What `doctor` says of the sources over HTTP: whether their secrets are there, and how the last questions went. It asks no
//! source itself: that is the running service's affair, and some portals count questions.

use crate::catalog::SourceSpec;
use crate::config::{Config, variable};
use crate::domain::period::moment_vi;
use crate::store::{SourceState, Store};
use anyhow::{Result, anyhow};
use secrecy::ExposeSecret as _;

/// One line for each source: what is fine, or what is wrong and what to do.
pub(super) async fn examine(config: &Config, specs: &[SourceSpec]) -> Vec<(String, Result<String>)> {
    if specs.is_empty() {
        return Vec::new();
    }
    // A database that is away has its own line.
    let states = match Store::connect(config.database.url.expose_secret()).await {
        Ok(store) => store.sources().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let line = |spec: &SourceSpec| {
        let state = states.iter().find(|state| state.name == spec.name);
        (format!("source {}", spec.name), stands(spec, state))
    };
    specs.iter().map(line).collect()
}

fn stands(spec: &SourceSpec, state: Option<&SourceState>) -> Result<String> {
    if let Some((_, missing)) = spec.headers.iter().find(|(_, name)| variable(name).is_none()) {
        return Err(anyhow!("{missing} is not set; put the secret there, or the path of its file into {missing}_FILE"));
    }
    let Some(state) = state else { return Ok("chưa được hỏi lần nào".to_owned()) };
    let good = state.good_at.map_or_else(|| "chưa lần nào".to_owned(), moment_vi);
    let counts = format!(
        "{} lần có số liệu mới, {} lần máy chủ báo không đổi, {} lần nội dung trùng, {} lần hỏng; tốt lần cuối: {good}",
        state.fetched, state.not_modified, state.unchanged, state.failed
    );
    match (state.breaker.since, state.breaker.trouble) {
        (Some(since), Some(trouble)) => {
            let status = state.status.map_or(String::new(), |status| format!(" ({status})"));
            Err(anyhow!("hỏng từ {}: {}{status}; {counts}", moment_vi(since), trouble.as_str()))
        }
        _ => Ok(counts),
    }
}
