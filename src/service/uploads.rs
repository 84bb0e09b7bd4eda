//! Files that a person of the office brings, by the page or by a chat: read at once, answered with what was understood,
//! and recorded when a person accepts them. Before that nothing is a snapshot, and nobody else hears of it.
//!
//! Files are a queue of their own beside the answers: fetching 20 MB takes a while, and nobody else shall wait for it. A
//! file is fetched, kept and then answered; whatever breaks in between, it is kept once and answered once, because it is
//! kept under the id of the message that brought it.

mod deciding;

pub use deciding::{BY_PAGE, Decider, accept, confirmed, decided_before, discard, on_the_page};

use crate::channel::{DownloadError, FileSource, HeardFile};
use crate::domain::delivery::DeliveryClass;
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use crate::domain::upload::{Changes, UPLOAD_BYTES_MOST, UPLOAD_LIFETIME, UploadState, compare};
use crate::message::view::{FileOrigin, FileRefusal};
use crate::message::{Message, view};
use crate::service::import::{InputFile, ReadFiles, issue_line};
use crate::service::poll::{decimal_rates, digest, read_aside, unread};
use crate::service::{Context, Extent, Letter, ServiceError};
use crate::store::{Inbound, NewUpload};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a file is in the inbox.
pub const FILE: &str = "file";

/// How many files one step takes.
const BATCH: u32 = 4;

/// A file that does not come for so long is given up; the person is told, and can send it again.
const GIVE_UP_AFTER: Duration = Duration::minutes(2);

/// A name is cut to this many characters before it is kept.
const NAME_MOST: usize = 200;

/// The media from which files are fetched, by lane.
#[derive(Default)]
pub struct Files {
    sources: Mutex<HashMap<String, Arc<dyn FileSource>>>,
    /// Since when a file does not come, by its message. By our own clock, and forgotten at a restart.
    missing: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Files {
    /// Files that are heard on this lane come from there.
    pub fn add(&self, lane: &str, source: Arc<dyn FileSource>) {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).insert(lane.to_owned(), source);
    }

    fn of(&self, lane: &str) -> Option<Arc<dyn FileSource>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).get(lane).cloned()
    }

    /// Whether a file that did not come just now is asked for again.
    fn is_awaited(&self, id: &str, now: DateTime<Utc>) -> bool {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *missing.entry(id.to_owned()).or_insert(now);
        let awaited = now - since < GIVE_UP_AFTER;
        if !awaited {
            missing.remove(id);
        }
        awaited
    }

    fn came(&self, id: &str) {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// A heard file as the inbox keeps it.
#[must_use]
pub fn note(file: &HeardFile) -> String {
    let name: String = file.name.chars().take(NAME_MOST).collect();
    serde_json::json!([file.reference, name, file.size]).to_string()
}

fn noted(text: &str) -> Option<HeardFile> {
    let (reference, name, size) = serde_json::from_str(text).ok()?;
    Some(HeardFile { reference, name, size })
}

/// Fetches and answers the files that wait, and drops those about which nobody decided. Returns how many were answered.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    context.store.expire_uploads(context.now()).await?;
    let mut answered = 0;
    for inbound in context.store.unanswered_files(BATCH).await? {
        let linked = context.store.chat_by_address(inbound.medium, &inbound.lane, &inbound.chat_address).await?;
        let Some(linked) = linked else {
            context.store.answered(&inbound.id, &[], context.now()).await?;
            continue;
        };
        let message = match reply(context, &linked, &inbound).await? {
            Reply::Later => continue,
            Reply::Nothing => None,
            Reply::Message(message) => Some(*message),
        };
        let mut deliveries = Vec::new();
        if let Some(message) = &message {
            let key = format!("answer:{}", inbound.id);
            let class = DeliveryClass::Answer;
            let letter = Letter { message, reason: None, class, key, snapshot: None, extent: Extent::Whole };
            deliveries = letter.to(context, &linked.chat)?;
        }
        if context.store.answered(&inbound.id, &deliveries, context.now()).await? && message.is_some() {
            context.metrics.answers.inc();
            answered += 1;
        }
    }
    if answered > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(answered)
}

/// What becomes of a file that was heard.
enum Reply {
    /// It is tried again.
    Later,
    /// In a group of others, files are none of our business.
    Nothing,
    Message(Box<Message>),
}

fn say(message: impl Into<Message>) -> Reply {
    Reply::Message(Box::new(message.into()))
}

async fn reply(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<Reply, ServiceError> {
    let file = noted(&inbound.text).unwrap_or(HeardFile { reference: None, name: String::new(), size: None });
    let name = (!file.name.is_empty()).then_some(file.name.as_str());
    let refuse = |why| Ok(say(view::file_refused(name, why)));
    if !linked.roles.contains(&Role::Office) {
        let group = linked.chat.group && linked.chat.medium != Medium::Web;
        return if group { Ok(Reply::Nothing) } else { refuse(FileRefusal::NotOffice) };
    }
    let Some(reference) = &file.reference else { return refuse(FileRefusal::NoFiles) };
    if file.size.is_some_and(|size| size > UPLOAD_BYTES_MOST as u64) {
        return refuse(FileRefusal::TooLarge);
    }
    let Some(source) = context.files.of(&inbound.lane) else { return refuse(FileRefusal::Lost) };
    let bytes = match source.download(reference, UPLOAD_BYTES_MOST).await {
        Ok(bytes) => {
            context.files.came(&inbound.id);
            bytes
        }
        Err(DownloadError::TooLarge) => return refuse(FileRefusal::TooLarge),
        Err(DownloadError::Retry { why }) if context.files.is_awaited(&inbound.id, context.now()) => {
            tracing::warn!(lane = inbound.lane, why, "a file did not come; trying on");
            return Ok(Reply::Later);
        }
        Err(error) => {
            tracing::warn!(lane = inbound.lane, %error, "a file did not come");
            return refuse(FileRefusal::Lost);
        }
    };
    let by = format!("{} · {}", linked.chat.title, inbound.sender);
    Ok(say(take(context, &inbound.id, &file.name, bytes, &by).await?))
}

/// Reads a file that a person of the office brought, keeps it until somebody decides, and says what was understood.
/// `id` makes it the same file when this is called again.
///
/// # Errors
/// The database's.
pub async fn take(
    context: &Context,
    id: &str,
    name: &str,
    bytes: Vec<u8>,
    brought_by: &str,
) -> Result<Message, ServiceError> {
    if bytes.len() > UPLOAD_BYTES_MOST {
        return Ok(view::file_refused(Some(name), FileRefusal::TooLarge).into());
    }
    let name: String = name.chars().take(NAME_MOST).collect();
    let read = read_aside(context, InputFile { name: name.clone(), bytes: bytes.clone() }).await;
    if read.contents.is_empty() {
        let told = view::read(&[], read.rows, &unread(&read.issues));
        return Ok(view::file_problems(&name, FileOrigin::Person, told).into());
    }
    let now = context.now();
    let number = context
        .store
        .add_upload(NewUpload {
            id,
            name: &name,
            brought_by,
            expires_at: now + UPLOAD_LIFETIME,
            hash: &digest(&bytes),
            understood: &understood(&read),
            bytes: &bytes,
            now,
        })
        .await?;
    let waits = match number {
        Some(number) => context.store.upload(number).await?.filter(|upload| upload.state == UploadState::Waiting),
        None => return Ok(view::file_refused(Some(&name), FileRefusal::TooMany).into()),
    };
    let Some(upload) = waits else {
        // The same call again, after somebody has decided already.
        return deciding::gone(context, number.unwrap_or_default()).await;
    };
    tracing::info!(number = upload.number, file = name, by = brought_by, "a file waits to be accepted");
    let against = against(context, &read).await?;
    let contents: Vec<_> = read
        .contents
        .iter()
        .zip(&against)
        .map(|((content, _), current)| (content, current.as_ref().map(|(header, changes)| (header, *changes))))
        .collect();
    let told = view::read(&contents, read.rows, &unread(&read.issues));
    let told = told.with_decimal_rates(&decimal_rates(context, &read.issues));
    Ok(view::upload(upload.number, &upload.name, upload.expires_at, told).into())
}

/// What is there now for each content's period, and how the content differs from it.
async fn against(context: &Context, read: &ReadFiles) -> Result<Vec<Option<(SnapshotHeader, Changes)>>, ServiceError> {
    let mut all = Vec::new();
    for (content, _) in &read.contents {
        all.push(match context.store.current(Some(content.period)).await? {
            None => None,
            Some(header) => {
                let current = context.store.content(&header.id).await?.content;
                Some((header, compare(&content.observations, &current.observations)))
            }
        });
    }
    Ok(all)
}

/// A digest of all that was read, so that what is recorded is what was shown.
fn understood(read: &ReadFiles) -> String {
    let issues: Vec<String> = read.issues.iter().map(issue_line).collect();
    digest(format!("{:?} {issues:?}", read.contents).as_bytes())
}
