//! What the office reads about files that people brought.

use super::{ReadView, day_of, one_line, typed};
use crate::domain::delivery::Choice;
use crate::domain::period::moment_vi;
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::upload::UploadState;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A file that a person brought and that waits to be accepted.
#[derive(Clone, Debug, Serialize)]
pub struct UploadView {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub file: String,
    /// "8:05 ngày 25/7/2023": until when it waits.
    pub until: String,
    /// What was understood, and what was not.
    #[serde(flatten)]
    pub read: ReadView,
}

impl UploadView {
    /// What may be done with it.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        vec![accept_choice(self.number), drop_choice(self.number)]
    }
}

fn accept_choice(number: i64) -> Choice {
    Choice { label: format!("Ghi nhận tệp số {number}"), command: format!("/xacnhan {number}") }
}

fn drop_choice(number: i64) -> Choice {
    Choice { label: format!("Bỏ tệp số {number}"), command: format!("/xacnhan bỏ {number}") }
}

/// A file that waits.
#[must_use]
pub fn upload(number: i64, file: &str, until: DateTime<Utc>, read: ReadView) -> UploadView {
    UploadView { number, file: typed(file), until: moment_vi(until), read }
}

/// A file was accepted: what became of its figures.
#[derive(Clone, Debug, Serialize)]
pub struct UploadRecordedView {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub file: String,
    /// The snapshots, each with whether it was there before.
    pub snapshots: Vec<RecordedView>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedView {
    /// "tháng 7/2023".
    pub period: String,
    /// "24/7".
    pub as_of: String,
    /// Its number within the period.
    pub number: u32,
    /// The same figures were there before.
    pub unchanged: bool,
}

/// A file whose figures were recorded.
#[must_use]
pub fn upload_recorded(number: i64, file: &str, snapshots: &[(&SnapshotHeader, bool)]) -> UploadRecordedView {
    let recorded = |(header, unchanged): &(&SnapshotHeader, bool)| RecordedView {
        period: header.period.name_vi(),
        as_of: day_of(header.as_of, header.period.year()),
        number: header.number,
        unchanged: *unchanged,
    };
    UploadRecordedView { number, file: typed(file), snapshots: snapshots.iter().map(recorded).collect() }
}

/// A file does not wait (any more).
#[derive(Clone, Debug, Serialize)]
pub struct UploadGoneView {
    /// The number that was given.
    pub number: i64,
    /// Its name; none when there is no such file.
    pub file: Option<String>,
    /// It was dropped, now or before.
    pub dropped: bool,
    /// It was accepted before.
    pub accepted: bool,
    /// Nobody decided in time.
    pub expired: bool,
    /// Read again it says something else than what was shown.
    pub reads_otherwise: bool,
}

/// Why nothing is recorded of a file. `state` is none when it still waits but reads otherwise than when it was shown.
#[must_use]
pub fn upload_gone(number: i64, file: Option<&str>, state: Option<UploadState>) -> UploadGoneView {
    UploadGoneView {
        number,
        file: file.map(typed),
        dropped: state == Some(UploadState::Dropped),
        accepted: state == Some(UploadState::Accepted),
        expired: state == Some(UploadState::Expired),
        reads_otherwise: file.is_some() && state.is_none(),
    }
}

/// Several things wait to be confirmed.
#[derive(Clone, Debug, Serialize)]
pub struct WaitingView {
    /// What waits.
    pub waiting: Vec<WaitingItemView>,
    /// How many files are not shown.
    pub more: usize,
    #[serde(skip)]
    commands: Vec<String>,
}

/// One thing that waits.
#[derive(Clone, Debug, Serialize)]
pub struct WaitingItemView {
    /// The number to answer.
    pub choose: usize,
    /// "số liệu tạm giữ tháng 7/2023, lần cập nhật số 3", "tệp số 4: báo cáo.xlsx".
    pub what: String,
}

/// So many things can be chosen from at once.
const WAITING: usize = 8;

/// What waits: held figures, and files by number and name.
#[must_use]
pub fn waiting(held: Option<&SnapshotHeader>, files: &[(i64, &str)]) -> WaitingView {
    let held = held.map(|header| {
        let what = format!("số liệu tạm giữ {}, lần cập nhật số {}", header.period.name_vi(), header.number);
        (what, "/xacnhan tạm giữ".to_owned())
    });
    let of_file =
        |(number, name): &(i64, &str)| (format!("tệp số {number}: {}", typed(name)), format!("/xacnhan {number}"));
    let all: Vec<(String, String)> = held.into_iter().chain(files.iter().map(of_file)).collect();
    let more = all.len().saturating_sub(WAITING);
    let (words, commands): (Vec<_>, Vec<_>) = all.into_iter().take(WAITING).unzip();
    let waiting = words.into_iter().zip(1..).map(|(what, choose)| WaitingItemView { choose, what }).collect();
    WaitingView { waiting, more, commands }
}

impl WaitingView {
    /// What can be chosen.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        let pairs = self.waiting.iter().zip(&self.commands);
        pairs.map(|(item, command)| Choice { label: one_line(&item.what, 60), command: command.clone() }).collect()
    }
}

/// A file that was not taken.
#[derive(Clone, Debug, Serialize)]
pub struct FileRefusedView {
    /// Its name, where it has one.
    pub file: Option<String>,
    /// The chat is not one of the office.
    pub not_office: bool,
    /// The medium gives bots no files.
    pub no_files: bool,
    /// It is too large.
    pub too_large: bool,
    /// It could not be fetched from the medium.
    pub lost: bool,
    /// Too many files wait already.
    pub too_many: bool,
    /// "20": the most that is taken, in MB.
    pub most: usize,
}

/// Why a file was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefusal {
    /// The chat is not one of the office.
    NotOffice,
    /// The medium gives bots no files.
    NoFiles,
    /// It is too large.
    TooLarge,
    /// It could not be fetched from the medium.
    Lost,
    /// Too many files wait already.
    TooMany,
}

/// A file that was not taken, and why.
#[must_use]
pub fn file_refused(file: Option<&str>, why: FileRefusal) -> FileRefusedView {
    FileRefusedView {
        file: file.map(typed),
        not_office: why == FileRefusal::NotOffice,
        no_files: why == FileRefusal::NoFiles,
        too_large: why == FileRefusal::TooLarge,
        lost: why == FileRefusal::Lost,
        too_many: why == FileRefusal::TooMany,
        most: crate::domain::upload::UPLOAD_BYTES_MOST / 1024 / 1024,
    }
}
