//! Polls the sources: fetches what is new, records it, and leaves the rest to `publish`.
//!
//! Every source has a breaker, which is kept in the database together with what the office was told of it: whoever takes
//! over goes on from there, and the office is told once when a source fails for good and once when it is back. What a
//! source's figures lack is told to the office too; agencies hear nothing of any of it.

mod folder;
mod http;

pub use folder::{FolderWatch, folder_step};
pub use http::{Secrets, Sources, http_step};

use crate::domain::breaker::Turn;
use crate::ingest::{Hints, Issue, IssueKind};
use crate::message::view::{FileOrigin, Unread};
use crate::message::{Message, view};
use crate::service::import::{InputFile, ReadFiles, issue_line, read_files};
use crate::service::{Context, ServiceError, office};
use crate::store::{NewDelivery, SourceState};
use crate::telemetry::SourceOutcome;
use sha2::{Digest as _, Sha256};

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PollReport {
    /// Files or answers read.
    pub read: u32,
    /// Snapshots that are new.
    pub recorded: u32,
    /// Sources that said "nothing new", or sent the same again.
    pub unchanged: u32,
    /// One line for each source or file that could not be used.
    pub problems: Vec<String>,
}

impl PollReport {
    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.recorded += other.recorded;
        self.unchanged += other.unchanged;
        self.problems.extend(other.problems);
    }
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

/// Counts what asking a source brought.
fn count(context: &Context, source: &str, outcome: &str) {
    let label = SourceOutcome { source: source.to_owned(), outcome: outcome.to_owned() };
    context.metrics.source_polls.get_or_create(&label).inc();
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a file beside the loops: a large workbook takes its time, and nobody waits for an answer meanwhile.
pub(super) async fn read_aside(context: &Context, file: InputFile) -> ReadFiles {
    let own = context.clone();
    let reading = tokio::task::spawn_blocking(move || read_files(&own, &[file], &Hints::default()));
    match reading.await {
        Ok(read) => read,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only a runtime that ends cancels it, and then nobody reads this.
            Err(_) => ReadFiles { contents: Vec::new(), issues: Vec::new(), rows: 0 },
        },
    }
}

/// What the office is told of a turn of a breaker.
async fn turned(
    context: &Context,
    state: &SourceState,
    turn: Option<Turn>,
    variables: &[&str],
) -> Result<Vec<NewDelivery>, ServiceError> {
    let (name, now) = (&state.name, context.now());
    match turn {
        None => Ok(Vec::new()),
        Some(Turn::Opened { since, trouble }) => {
            tracing::error!(source = name, %since, trouble = trouble.as_str(), "a source gives no figures; it is asked more seldom");
            let message = Message::from(view::source_down(name, since, trouble, state.status, variables));
            let key = format!("source_down:{name}:{}:{}", since.timestamp_millis(), trouble.as_str());
            office::letters(context, &message, "source_down", key).await
        }
        Some(Turn::Closed { since }) => {
            tracing::info!(source = name, %since, "a source gives figures again");
            let message = Message::from(view::source_back(name, since, now, name == folder::NAME));
            let key = format!("source_back:{name}:{}", since.timestamp_millis());
            office::letters(context, &message, "source_back", key).await
        }
    }
}

/// Saves a source's state with what the office is told of it. Somebody who was faster has told it, too.
async fn save(
    context: &Context,
    state: &SourceState,
    version: i64,
    letters: &[NewDelivery],
) -> Result<(), ServiceError> {
    if context.store.save_source(state, version, letters, context.now()).await? && !letters.is_empty() {
        context.wake.deliver.notify_waiters();
    }
    Ok(())
}

/// Tells the office what of a file was not understood; the same file with the same faults is told once.
async fn tell_problems(
    context: &Context,
    name: &str,
    origin: FileOrigin,
    read: &ReadFiles,
    key: String,
) -> Result<(), ServiceError> {
    if !read.has_errors() {
        return Ok(());
    }
    let contents: Vec<_> = read.contents.iter().map(|(content, _)| (content, None)).collect();
    let told = view::read(&contents, read.rows, &unread(&read.issues)).without_comparison();
    let told = told.with_decimal_rates(&decimal_rates(context, &read.issues));
    let message = Message::from(view::file_problems(name, origin, told));
    office::tell(context, &message, "file_problems", key).await?;
    Ok(())
}

/// What was not understood, for people. What is only remarked upon is not among it.
pub(super) fn unread(issues: &[Issue]) -> Vec<Unread<'_>> {
    let errors = issues.iter().filter(|issue| issue.is_error());
    errors.map(|issue| Unread { place: &issue.place, what: &issue.detail, text: &issue.text }).collect()
}

/// The indicators whose rates are written as parts of one, by name.
pub(super) fn decimal_rates<'c>(context: &'c Context, issues: &[Issue]) -> Vec<&'c str> {
    let read_so = issues.iter().filter(|issue| issue.kind == IssueKind::FractionRate);
    let indicators = read_so.filter_map(|issue| context.catalog.indicator(issue.indicator.as_ref()?));
    indicators.map(|indicator| indicator.short_name.as_str()).collect()
}

fn issue_lines(read: &ReadFiles) -> impl Iterator<Item = String> + '_ {
    read.issues.iter().map(issue_line)
}
