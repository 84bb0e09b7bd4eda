//! Reads files and records what they say.

use crate::domain::observation::Observation;
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::{SnapshotContent, SnapshotHeader};
use crate::ingest::{Hints, Issue, IssueKind, ReadFile, read};
use crate::service::{Context, ServiceError};
use crate::store::NewSnapshot;
use std::collections::BTreeMap;

/// A file to be read.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Its name, for people.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What files say, before anything is stored.
#[derive(Debug)]
pub struct ReadFiles {
    /// One content a period and day, files merged.
    pub contents: Vec<(SnapshotContent, String)>,
    /// Everything that was wrong, in the order of the files.
    pub issues: Vec<Issue>,
    /// Rows understood.
    pub rows: u32,
}

impl ReadFiles {
    /// Whether figures were lost.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(Issue::is_error)
    }
}

/// A recorded snapshot.
#[derive(Clone, Debug)]
pub struct RecordedImport {
    /// The snapshot.
    pub header: SnapshotHeader,
    /// The same figures were there before; nothing was stored.
    pub unchanged: bool,
    /// How many figures it has.
    pub observations: usize,
}

/// Reads files in any known format. Files of the same period and day (one appendix each, for example) become one content.
#[must_use]
pub fn read_files(context: &Context, files: &[InputFile], hints: &Hints) -> ReadFiles {
    let mut merged: BTreeMap<(ReportingPeriod, chrono::NaiveDate), (SnapshotContent, Vec<String>)> = BTreeMap::new();
    let mut all = ReadFiles { contents: Vec::new(), issues: Vec::new(), rows: 0 };
    for file in files {
        let ReadFile { content, rows, issues } = read(&file.name, &file.bytes, &context.vocabulary(), hints);
        all.rows += rows;
        all.issues.extend(issues);
        let Some(content) = content else { continue };
        match merged.entry((content.period, content.as_of)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert((content, vec![file.name.clone()]));
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let (into, names) = entry.get_mut();
                names.push(file.name.clone());
                all.issues.extend(merge(into, content, &file.name));
            }
        }
    }
    all.contents = merged.into_values().map(|(content, names)| (content, names.join(", "))).collect();
    all
}

/// Adds a second file's figures. A unit that stands in both keeps the first one's, unless they say the same.
fn merge(into: &mut SnapshotContent, from: SnapshotContent, file: &str) -> Vec<Issue> {
    into.sample |= from.sample;
    let mut issues = Vec::new();
    let same = |a: &Observation, b: &Observation| a.unit == b.unit && a.indicator == b.indicator;
    for observation in from.observations {
        match into.observations.iter().find(|o| same(o, &observation)) {
            None => into.observations.push(observation),
            Some(first) if *first == observation => {}
            Some(_) => issues.push(in_two_files(file, &observation)),
        }
    }
    for target in from.targets {
        if !into.targets.iter().any(|t| t.unit == target.unit && t.indicator == target.indicator) {
            into.targets.push(target);
        }
    }
    for average in from.averages {
        if !into.averages.iter().any(|a| a.scope == average.scope && a.indicator == average.indicator) {
            into.averages.push(average);
        }
    }
    issues
}

fn in_two_files(file: &str, observation: &Observation) -> Issue {
    Issue {
        file: file.to_owned(),
        place: String::new(),
        kind: IssueKind::DuplicateRow,
        text: observation.unit.to_string(),
        detail: "Đơn vị này đã có số liệu khác trong tệp đọc trước; giữ số liệu của tệp đọc trước.".to_owned(),
        unit: Some(observation.unit.clone()),
        indicator: Some(observation.indicator.clone()),
    }
}

/// An issue in one line: file, place, what is wrong, and the text that was seen.
#[must_use]
pub fn issue_line(issue: &Issue) -> String {
    let place = if issue.place.is_empty() { String::new() } else { format!(", {}", issue.place) };
    let text = if issue.text.is_empty() { String::new() } else { format!(" (thấy: “{}”)", issue.text) };
    format!("{}{place}: {}{text}", issue.file, issue.detail)
}

/// Records what was read. The same figures again change nothing.
///
/// # Errors
/// The database's.
pub async fn record(context: &Context, read: &ReadFiles) -> Result<Vec<RecordedImport>, ServiceError> {
    record_as(context, read, &|_| context.id()).await
}

/// As [`record`], with the id that each content's snapshot gets. Whoever dies afterwards and does it again under the same
/// ids learns what came of it: a snapshot with the id that was given is its own, and not one that was there before.
///
/// # Errors
/// The database's.
pub async fn record_as(
    context: &Context,
    read: &ReadFiles,
    id_of: &(dyn Fn(usize) -> String + Sync),
) -> Result<Vec<RecordedImport>, ServiceError> {
    let findings: Vec<_> = read.issues.iter().filter_map(Issue::finding).collect();
    let mut recorded = Vec::new();
    for (n, (content, source)) in read.contents.iter().enumerate() {
        let id = id_of(n);
        let new = NewSnapshot { id: &id, content, source, findings: &findings, now: context.now() };
        let stored = context.store.record(new).await?;
        if !stored.unchanged {
            context.metrics.snapshots.inc();
            tracing::info!(
                period = %stored.header.period, number = stored.header.number, as_of = %stored.header.as_of,
                observations = content.observations.len(), source, "snapshot recorded"
            );
        }
        recorded.push(RecordedImport {
            observations: content.observations.len(),
            unchanged: stored.unchanged && stored.header.id != id,
            header: stored.header,
        });
    }
    Ok(recorded)
}
