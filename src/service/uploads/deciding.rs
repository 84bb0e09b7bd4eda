//! Deciding upon a file that waits: in a chat, where the act is done once even if the process dies before the answer, or on
//! the page.

use super::understood;
use crate::domain::upload::{ConfirmWord, UploadState, confirm_word};
use crate::message::{Message, view};
use crate::service::import::{InputFile, record_as};
use crate::service::poll::read_aside;
use crate::service::{Context, ServiceError, publish};
use crate::store::{ActionPlace, NewAction, Settlement, Upload};

/// Who decides upon a file.
#[derive(Clone, Copy, Debug)]
pub enum Decider<'a> {
    /// A person in a chat. What is answered puts the act on record.
    Message {
        /// As the medium calls the person.
        sender: &'a str,
        /// The inbound message: done again after a crash, it is done once.
        inbound: &'a str,
    },
    /// Whoever sees the page.
    Page,
}

/// What is on record of acts on the page, which knows nobody by name.
pub const BY_PAGE: &str = "trang web";

impl<'a> Decider<'a> {
    const fn name(&self) -> &'a str {
        match self {
            Self::Message { sender, .. } => sender,
            Self::Page => BY_PAGE,
        }
    }

    const fn inbound(&self) -> Option<&'a str> {
        match self {
            Self::Message { inbound, .. } => Some(inbound),
            Self::Page => None,
        }
    }

    fn act(&self, command: &str, upload: &Upload, outcome: &str) -> Option<NewAction> {
        match self {
            Self::Message { .. } => None,
            Self::Page => Some(on_the_page(command, upload.number, &upload.name, outcome)),
        }
    }
}

/// An act on the page, for the record.
#[must_use]
pub fn on_the_page(command: &str, number: i64, file: &str, outcome: &str) -> NewAction {
    NewAction {
        place: ActionPlace::Page,
        sender: BY_PAGE.to_owned(),
        command: command.to_owned(),
        detail: format!("tệp số {number}: {file}"),
        outcome: outcome.to_owned(),
    }
}

/// What `/xacnhan` with these words means for the files that wait; none when it means held figures.
///
/// # Errors
/// The database's.
pub async fn confirmed(context: &Context, words: &str, by: Decider<'_>) -> Result<Option<Message>, ServiceError> {
    match confirm_word(words) {
        Some(ConfirmWord::Accept(number)) => accept(context, number, by).await.map(Some),
        Some(ConfirmWord::Drop(number)) => discard(context, number, by).await.map(Some),
        Some(ConfirmWord::Held) | None => Ok(None),
        Some(ConfirmWord::WhatWaits) => {
            let files = context.store.waiting_uploads(context.now()).await?;
            if files.is_empty() {
                return Ok(None);
            }
            let held = publish::newest_held(context).await?;
            if let ([only], None) = (files.as_slice(), &held) {
                return accept(context, only.number, by).await.map(Some);
            }
            let files: Vec<(i64, &str)> = files.iter().map(|file| (file.number, file.name.as_str())).collect();
            Ok(Some(view::waiting(held.as_ref(), &files).into()))
        }
    }
}

/// What the inbound message of `by` has decided already, or was deciding when the process died: that is carried out to its
/// end, and told as it would have been. None when it decided upon no file.
///
/// # Errors
/// The database's.
pub async fn decided_before(context: &Context, by: Decider<'_>) -> Result<Option<Message>, ServiceError> {
    let Some(inbound) = by.inbound() else { return Ok(None) };
    let Some(upload) = context.store.upload_decided_by(inbound).await? else { return Ok(None) };
    let bytes = context.store.upload_bytes(upload.number).await?;
    Ok(Some(match (upload.state, bytes) {
        (UploadState::Waiting, Some(bytes)) => record_file(context, &upload, bytes, by).await?,
        (UploadState::Accepted, _) => told_as_recorded(context, &upload).await?,
        _ => gone(context, upload.number).await?,
    }))
}

/// Records the figures of a file that waits.
///
/// # Errors
/// The database's.
pub async fn accept(context: &Context, number: i64, by: Decider<'_>) -> Result<Message, ServiceError> {
    let Some((upload, bytes)) = waiting(context, number).await? else { return gone(context, number).await };
    context.store.decide_upload(number, by.inbound()).await?;
    record_file(context, &upload, bytes, by).await
}

async fn record_file(
    context: &Context,
    upload: &Upload,
    bytes: Vec<u8>,
    by: Decider<'_>,
) -> Result<Message, ServiceError> {
    let number = upload.number;
    let read = read_aside(context, InputFile { name: upload.name.clone(), bytes }).await;
    if understood(&read) != upload.understood {
        context.store.decide_upload(number, None).await?;
        return Ok(view::upload_gone(number, Some(&upload.name), None).into());
    }
    // Under the file's own ids, so that whoever dies before the next line and comes back knows them as this file's.
    let recorded = record_as(context, &read, &|n| format!("{}-{n}", upload.id)).await?;
    let pairs: Vec<(String, bool)> = recorded.iter().map(|one| (one.header.id.clone(), one.unchanged)).collect();
    let settled = context
        .store
        .settle_upload(Settlement {
            number,
            state: UploadState::Accepted,
            by: by.name(),
            inbound: by.inbound(),
            recorded: &pairs,
            act: by.act("accept", upload, "upload_recorded").as_ref(),
            now: context.now(),
        })
        .await?;
    if !settled {
        return gone(context, number).await;
    }
    tracing::info!(number, file = upload.name, by = by.name(), "a file was accepted");
    let snapshots: Vec<_> = recorded.iter().map(|one| (&one.header, one.unchanged)).collect();
    Ok(view::upload_recorded(number, &upload.name, &snapshots).into())
}

/// What was told when a file was accepted.
async fn told_as_recorded(context: &Context, upload: &Upload) -> Result<Message, ServiceError> {
    let mut snapshots = Vec::new();
    for (id, unchanged) in &upload.recorded {
        if let Some(header) = context.store.header(id).await? {
            snapshots.push((header, *unchanged));
        }
    }
    let snapshots: Vec<_> = snapshots.iter().map(|(header, unchanged)| (header, *unchanged)).collect();
    Ok(view::upload_recorded(upload.number, &upload.name, &snapshots).into())
}

/// Drops a file that waits.
///
/// # Errors
/// The database's.
pub async fn discard(context: &Context, number: i64, by: Decider<'_>) -> Result<Message, ServiceError> {
    if let Some((upload, _)) = waiting(context, number).await? {
        let act = by.act("drop", &upload, "upload_gone");
        let dropped = Settlement {
            number,
            state: UploadState::Dropped,
            by: by.name(),
            inbound: by.inbound(),
            recorded: &[],
            act: act.as_ref(),
            now: context.now(),
        };
        context.store.settle_upload(dropped).await?;
        tracing::info!(number, by = by.name(), "a file was dropped");
    }
    gone(context, number).await
}

async fn waiting(context: &Context, number: i64) -> Result<Option<(Upload, Vec<u8>)>, ServiceError> {
    let waits = |upload: &Upload| upload.state == UploadState::Waiting && upload.expires_at > context.now();
    let Some(upload) = context.store.upload(number).await?.filter(waits) else { return Ok(None) };
    Ok(context.store.upload_bytes(number).await?.map(|bytes| (upload, bytes)))
}

/// What became of a file.
pub(super) async fn gone(context: &Context, number: i64) -> Result<Message, ServiceError> {
    let Some(upload) = context.store.upload(number).await? else {
        return Ok(view::upload_gone(number, None, None).into());
    };
    let state = match upload.state {
        // Its time is over, and no step has noticed yet.
        UploadState::Waiting => UploadState::Expired,
        state => state,
    };
    Ok(view::upload_gone(number, Some(&upload.name), Some(state)).into())
}
