//! Polls the sources: fetches what is new, records it, and leaves the rest to `publish`.

use crate::catalog::SourceSpec;
use crate::ingest::{Hints, MAX_FILE_BYTES};
use crate::service::import::{InputFile, issue_line, read_files, record};
use crate::service::{Context, ServiceError};
use crate::source::http::{FetchError, Fetched, Validator, fetch};
use crate::source::{folder, http};
use std::path::Path;

/// Reads a variable of the environment: the secret of a source's header. Handed in, because only `config` reads it.
pub type Secrets = std::sync::Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What HTTP sources are asked with.
#[derive(Clone)]
pub struct Sources {
    /// For HTTP sources.
    pub client: reqwest::Client,
    /// Secrets for their headers.
    pub secrets: Secrets,
}

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PollReport {
    /// Files or answers read.
    pub read: u32,
    /// Snapshots that are new.
    pub recorded: u32,
    /// Sources that said "nothing new".
    pub unchanged: u32,
    /// One line for each source or file that could not be used.
    pub problems: Vec<String>,
}

/// Looks into the watched folder once.
///
/// # Errors
/// The database's. A file's faults are lines of the report.
pub async fn folder_step(context: &Context, inbox: &Path) -> Result<PollReport, ServiceError> {
    let mut report = PollReport::default();
    poll_folder(context, inbox, &mut report).await?;
    finish(context, &report).await?;
    Ok(report)
}

/// Asks every HTTP source once.
///
/// # Errors
/// The database's. A source's faults are lines of the report.
pub async fn http_step(context: &Context, sources: &Sources) -> Result<PollReport, ServiceError> {
    let mut report = PollReport::default();
    for source in &context.catalog.sources {
        poll_http(context, sources, source, &mut report).await?;
    }
    finish(context, &report).await?;
    Ok(report)
}

/// Remembers when somebody looked last, and says once what could not be used.
async fn finish(context: &Context, report: &PollReport) -> Result<(), ServiceError> {
    context.store.set_cursor("last_poll", &context.now().timestamp().to_string(), context.now()).await?;
    for problem in &report.problems {
        context.metrics.source_failures.inc();
        tracing::warn!(problem, "a source could not be used");
    }
    Ok(())
}

async fn poll_folder(context: &Context, inbox: &Path, report: &mut PollReport) -> Result<(), ServiceError> {
    let files = match folder::list(inbox, context.now().into()) {
        Ok(files) => files,
        Err(error) => {
            report.problems.push(format!("INBOX_DIR: {error}"));
            return Ok(());
        }
    };
    for file in files {
        let cursor = format!("folder:{}", file.name);
        if context.store.cursor(&cursor).await?.as_deref() == Some(file.mark.as_str()) {
            continue;
        }
        // A file beyond the limit is not even read; the reader would refuse it anyway.
        if file.size > MAX_FILE_BYTES {
            report.problems.push(format!("{}: larger than {} MiB", file.name, MAX_FILE_BYTES / 1024 / 1024));
        } else {
            match tokio::fs::read(inbox.join(&file.name)).await {
                Ok(bytes) => take(context, InputFile { name: file.name.clone(), bytes }, report).await?,
                // Taken away in the meantime, or not ours to read: looked at again in the next round.
                Err(error) => {
                    report.problems.push(format!("{}: {error}", file.name));
                    continue;
                }
            }
        }
        context.store.set_cursor(&cursor, &file.mark, context.now()).await?;
    }
    Ok(())
}

async fn poll_http(
    context: &Context,
    sources: &Sources,
    source: &SourceSpec,
    report: &mut PollReport,
) -> Result<(), ServiceError> {
    let mut headers = Vec::new();
    for (header, variable) in &source.headers {
        let Some(secret) = (sources.secrets)(variable) else {
            report.problems.push(format!("{}: the variable {variable} is not set", source.name));
            return Ok(());
        };
        headers.push((header.clone(), secret));
    }
    let cursor = format!("http:{}", source.name);
    let known = context.store.cursor(&cursor).await?.map(|line| Validator::from_line(&line)).unwrap_or_default();
    let fetched: Result<Fetched, FetchError> =
        fetch(&sources.client, &source.url, &headers, &known, source.max_bytes).await;
    match fetched {
        Ok(Fetched::Unchanged) => report.unchanged += 1,
        Ok(Fetched::Body { bytes, validator }) => {
            take(context, InputFile { name: source.name.clone(), bytes }, report).await?;
            context.store.set_cursor(&cursor, &http::Validator::to_line(&validator), context.now()).await?;
        }
        Err(error) => report.problems.push(format!("{}: {error}", source.name)),
    }
    Ok(())
}

async fn take(context: &Context, file: InputFile, report: &mut PollReport) -> Result<(), ServiceError> {
    let read = read_files(context, std::slice::from_ref(&file), &Hints::default());
    report.read += 1;
    report.problems.extend(read.issues.iter().map(issue_line));
    let recorded = record(context, &read).await?;
    report.recorded += u32::try_from(recorded.iter().filter(|r| !r.unchanged).count()).unwrap_or(u32::MAX);
    Ok(())
}
