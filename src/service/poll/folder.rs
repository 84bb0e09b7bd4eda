//! The watched folder.

use super::{PollReport, count, finish, issue_lines, read_aside, save, tell_problems, turned};
use crate::domain::breaker::{BreakerPolicy, Trouble};
use crate::ingest::MAX_FILE_BYTES;
use crate::message::view::FileOrigin;
use crate::service::import::{InputFile, record};
use crate::service::{Context, ServiceError};
use crate::source::folder::{FolderFile, Looks, list};
use chrono::Duration;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// More files than this are taken in the next round.
const MOST_FILES: usize = 500;

/// How the folder is called among the sources, and in the office's message.
pub(super) const NAME: &str = "INBOX_DIR";

/// How a taken file's cursor begins.
const TAKEN: &str = "folder:";

/// A folder and what the last look at it saw. Cloning shares both.
#[derive(Clone, Debug)]
pub struct FolderWatch {
    folder: PathBuf,
    looks: Arc<Mutex<Looks>>,
}

impl FolderWatch {
    /// A folder that nobody has looked at yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), looks: Arc::default() }
    }

    fn settled(&self, files: Vec<FolderFile>) -> Vec<FolderFile> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).settled(files)
    }
}

/// Looks into the watched folder once. A file is taken when two looks saw it the same.
///
/// # Errors
/// The database's. A file's faults are lines of the report.
pub async fn folder_step(context: &Context, watch: &FolderWatch) -> Result<PollReport, ServiceError> {
    let mut report = PollReport::default();
    // The folder may be a share of another machine, which answers when it likes.
    let folder = watch.folder.clone();
    let listed = tokio::task::spawn_blocking(move || list(&folder)).await.unwrap_or_else(|_| Ok(Vec::new()));
    let trouble = listed.is_err();
    keep(context, trouble).await?;
    if let Ok(files) = listed {
        take_all(context, watch, watch.settled(files), &mut report).await?;
    }
    finish(context, &report).await?;
    Ok(report)
}

/// The folder has a breaker like any source, so that the office hears once that it cannot be read; it is looked at
/// all the same, which costs nothing.
async fn keep(context: &Context, trouble: bool) -> Result<(), ServiceError> {
    let (mut state, version) = context.store.source(NAME).await?;
    let (policy, now) = (BreakerPolicy::every(Duration::minutes(1)), context.now());
    if !trouble && state.breaker.failures == 0 {
        return Ok(());
    }
    // Between two failures lies a minute, so that a share that is mounted anew is nobody's concern.
    if trouble && !state.breaker.is_due(now) {
        return Ok(());
    }
    let jitter = context.entropy.jitter();
    let turn;
    (state.breaker, turn) = if trouble {
        state.failed += 1;
        count(context, NAME, Trouble::Folder.as_str());
        state.breaker.failed(Trouble::Folder, now, &policy, jitter)
    } else {
        state.good_at = Some(now);
        state.breaker.succeeded(now, &policy, jitter)
    };
    let letters = turned(context, &state, turn, &[]).await?;
    save(context, &state, version, &letters).await
}

async fn take_all(
    context: &Context,
    watch: &FolderWatch,
    files: Vec<FolderFile>,
    report: &mut PollReport,
) -> Result<(), ServiceError> {
    let taken: HashMap<String, String> = context.store.cursors(TAKEN).await?.into_iter().collect();
    let new = files.into_iter().filter(|file| taken.get(&file.name) != Some(&file.mark));
    for file in new.take(MOST_FILES) {
        // A file beyond the limit is not even read; the reader would refuse it anyway.
        if file.size > MAX_FILE_BYTES {
            report.problems.push(format!("{}: larger than {} MiB", file.name, MAX_FILE_BYTES / 1024 / 1024));
            refuse(context, &file).await?;
        } else {
            match tokio::fs::read(watch.folder.join(&file.name)).await {
                // It changed between the look and the reading: the next look sees that.
                Ok(bytes) if bytes.len() as u64 != file.size => continue,
                Ok(bytes) => take(context, &file, bytes, report).await?,
                // Taken away in the meantime, or not ours to read: looked at again in the next round.
                Err(error) => {
                    report.problems.push(format!("{}: {error}", file.name));
                    continue;
                }
            }
        }
        context.store.set_cursor(&format!("{TAKEN}{}", file.name), &file.mark, context.now()).await?;
    }
    Ok(())
}

async fn take(
    context: &Context,
    file: &FolderFile,
    bytes: Vec<u8>,
    report: &mut PollReport,
) -> Result<(), ServiceError> {
    let read = read_aside(context, InputFile { name: file.name.clone(), bytes }).await;
    report.read += 1;
    report.problems.extend(issue_lines(&read));
    let recorded = record(context, &read).await?;
    let new = recorded.iter().filter(|snapshot| !snapshot.unchanged).count();
    report.recorded += u32::try_from(new).unwrap_or(u32::MAX);
    count(context, NAME, if new > 0 { "fetched" } else { "unchanged" });
    tell_problems(context, &file.name, FileOrigin::Folder, &read, key(file)).await
}

/// Tells the office that a file is too large.
async fn refuse(context: &Context, file: &FolderFile) -> Result<(), ServiceError> {
    count(context, NAME, Trouble::TooLarge.as_str());
    let issue = crate::ingest::Issue {
        file: file.name.clone(),
        place: String::new(),
        kind: crate::ingest::IssueKind::TooLarge,
        text: String::new(),
        detail: format!("Tệp lớn hơn {} MiB nên không được đọc.", MAX_FILE_BYTES / 1024 / 1024),
        unit: None,
        indicator: None,
    };
    let read = crate::service::import::ReadFiles { contents: Vec::new(), issues: vec![issue], rows: 0 };
    tell_problems(context, &file.name, FileOrigin::Folder, &read, key(file)).await
}

/// Once for each state of a file.
fn key(file: &FolderFile) -> String {
    format!("folder:{}:{}", super::digest(file.name.as_bytes()), file.mark)
}
