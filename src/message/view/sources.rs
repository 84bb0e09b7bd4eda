//! What the office reads about sources of figures, and about what of a file was not understood.

use super::{day_of, one_line, typed};
use crate::domain::breaker::Trouble;
use crate::domain::period::moment_vi;
use crate::domain::rate::count_vi;
use crate::domain::snapshot::{SnapshotContent, SnapshotHeader};
use crate::domain::upload::Changes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// To the office: a source gives no figures.
#[derive(Clone, Debug, Serialize)]
pub struct SourceDownView {
    /// What people call it.
    pub source: String,
    /// "8:05 ngày 24/7/2023": since when.
    pub since: String,
    /// The server's status, where it is what is wrong.
    pub status: Option<u16>,
    /// "IGATE_TOKEN": which variables hold its secrets; none when it has none.
    pub variables: Option<String>,
    /// "IGATE_TOKEN_FILE": the variables that name a file in their place.
    pub files: Option<String>,
    /// A variable is not set, or holds what cannot be sent.
    pub no_secret: bool,
    /// The server refuses the token.
    pub refused: bool,
    /// It shows a page to log in.
    pub login: bool,
    /// It reports an error in JSON.
    pub error_answer: bool,
    /// It shows another page.
    pub page: bool,
    /// It answers with another status.
    pub wrong_status: bool,
    /// The answer is too large.
    pub too_large: bool,
    /// It is too slow.
    pub timeout: bool,
    /// A redirection was not followed.
    pub redirect: bool,
    /// It is the watched folder, which cannot be read.
    pub folder: bool,
}

/// A source that gives no figures: since when, why, and in which variables its secrets are.
#[must_use]
pub fn source_down(
    source: &str,
    since: DateTime<Utc>,
    trouble: Trouble,
    status: Option<u16>,
    variables: &[&str],
) -> SourceDownView {
    let names = |end: &str| {
        let names: Vec<String> = variables.iter().map(|name| format!("{name}{end}")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    SourceDownView {
        source: typed(source),
        since: moment_vi(since),
        status,
        variables: names(""),
        files: names("_FILE"),
        no_secret: trouble == Trouble::NoSecret,
        refused: trouble == Trouble::Refused,
        login: trouble == Trouble::Login,
        error_answer: trouble == Trouble::ErrorAnswer,
        page: trouble == Trouble::Page,
        wrong_status: trouble == Trouble::Status,
        too_large: trouble == Trouble::TooLarge,
        timeout: trouble == Trouble::Timeout,
        redirect: trouble == Trouble::Redirect,
        folder: trouble == Trouble::Folder,
    }
}

/// To the office: a source gives figures again.
#[derive(Clone, Debug, Serialize)]
pub struct SourceBackView {
    /// What people call it.
    pub source: String,
    /// "8:05 ngày 24/7/2023": since when it had not.
    pub since: String,
    /// "9:20 ngày 24/7/2023": when it did.
    pub until: String,
    /// It is the watched folder.
    pub folder: bool,
}

/// A source that gave nothing from `since` until `until`.
#[must_use]
pub fn source_back(source: &str, since: DateTime<Utc>, until: DateTime<Utc>, folder: bool) -> SourceBackView {
    SourceBackView { source: typed(source), since: moment_vi(since), until: moment_vi(until), folder }
}

/// Something in a file that was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread<'a> {
    /// Where, for people; empty for the file as a whole.
    pub place: &'a str,
    /// What is wrong and what to do.
    pub what: &'a str,
    /// The text that was seen; may be empty.
    pub text: &'a str,
}

/// What a file says, and what in it was not understood.
#[derive(Clone, Debug, Serialize)]
pub struct ReadView {
    /// One for each period and day.
    pub contents: Vec<ContentView>,
    /// Rows that were read.
    pub rows: String,
    /// The first things that were not understood.
    pub unread: Vec<UnreadView>,
    /// How many there are in all.
    pub unread_count: String,
    /// How many of them are not shown.
    pub more: Option<String>,
    /// The indicators whose rates are written as parts of one and read as percentages.
    pub decimal_rates: Option<String>,
}

/// The figures of one period and day.
#[derive(Clone, Debug, Serialize)]
pub struct ContentView {
    /// "tháng 7/2023".
    pub period: String,
    /// "24/7".
    pub as_of: String,
    /// Made up for demonstration.
    pub sample: bool,
    /// How many units.
    pub units: String,
    /// How many figures.
    pub figures: String,
    /// It is held against the figures that are there.
    pub compared: bool,
    /// How it differs from them; none when there are none of the period.
    pub against: Option<ChangesView>,
}

/// How figures differ from those that are there.
#[derive(Clone, Debug, Serialize)]
pub struct ChangesView {
    /// The number of the snapshot that is there.
    pub number: u32,
    /// "20/7": how far that one goes.
    pub as_of: String,
    /// It goes further than this file.
    pub newer: bool,
    /// Nothing differs.
    pub same: bool,
    /// Figures that say something else.
    pub changed: String,
    /// Figures that were not there.
    pub added: String,
    /// Figures that are not there any more.
    pub missing: String,
}

/// Something that was not understood.
#[derive(Clone, Debug, Serialize)]
pub struct UnreadView {
    /// Where.
    pub place: Option<String>,
    /// At how many other places the same was seen.
    pub more_places: Option<String>,
    /// What is wrong and what to do.
    pub what: String,
    /// The text that was seen.
    pub seen: Option<String>,
}

/// So many contents are shown; a file of more periods is a mistake that shows by itself.
const CONTENTS: usize = 3;
/// So many indicators are named in one line.
const NAMED: usize = 6;
/// So many places are shown.
const PLACES: usize = 4;

/// What a file says. Each content with the snapshot that is there now and how it differs from that.
#[must_use]
pub fn read(
    contents: &[(&SnapshotContent, Option<(&SnapshotHeader, Changes)>)],
    rows: u32,
    unread: &[Unread<'_>],
) -> ReadView {
    let groups = alike(unread);
    let covered = groups.iter().take(PLACES).map(|(_, count)| count).sum();
    let shown = groups.iter().take(PLACES).map(|(one, count)| unread_view(one, *count)).collect();
    ReadView {
        contents: contents.iter().take(CONTENTS).map(|(content, current)| content_view(content, *current)).collect(),
        rows: count_vi(u64::from(rows)),
        unread: shown,
        unread_count: count_vi(unread.len() as u64),
        more: (unread.len() > covered).then(|| count_vi((unread.len() - covered) as u64)),
        decimal_rates: None,
    }
}

/// Those that say the same of the same text, in the order of the first: five rows of one misspelt unit are one mistake.
fn alike<'u, 'a>(unread: &'u [Unread<'a>]) -> Vec<(&'u Unread<'a>, usize)> {
    let mut groups: Vec<(&Unread<'a>, usize)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for one in unread {
        let at = *known.entry((one.what, one.text)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => groups.push((one, 1)),
        }
    }
    groups
}

impl ReadView {
    /// Names the indicators whose rates are written as parts of one.
    #[must_use]
    pub fn with_decimal_rates(mut self, indicators: &[&str]) -> Self {
        let named = indicators.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = indicators.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" và {more} chỉ tiêu khác") } else { String::new() };
        self.decimal_rates = (!indicators.is_empty()).then(|| format!("{named}{more}"));
        self
    }

    /// Says nothing of the figures that are there: they are replaced already.
    #[must_use]
    pub fn without_comparison(mut self) -> Self {
        for content in &mut self.contents {
            content.compared = false;
        }
        self
    }
}

fn content_view(content: &SnapshotContent, current: Option<(&SnapshotHeader, Changes)>) -> ContentView {
    let units: BTreeSet<_> = content.observations.iter().map(|o| &o.unit).collect();
    let against = current.map(|(header, changes)| ChangesView {
        number: header.number,
        as_of: day_of(header.as_of, header.period.year()),
        newer: header.as_of > content.as_of,
        same: changes.changed == 0 && changes.added == 0 && changes.missing == 0,
        changed: count_vi(u64::from(changes.changed)),
        added: count_vi(u64::from(changes.added)),
        missing: count_vi(u64::from(changes.missing)),
    });
    ContentView {
        period: content.period.name_vi(),
        as_of: day_of(content.as_of, content.period.year()),
        sample: content.sample,
        units: count_vi(units.len() as u64),
        figures: count_vi(content.observations.len() as u64),
        compared: true,
        against,
    }
}

fn unread_view(unread: &Unread<'_>, count: usize) -> UnreadView {
    let some = |text: String| (!text.is_empty()).then_some(text);
    UnreadView {
        place: some(one_line(unread.place, 100)),
        more_places: (count > 1).then(|| count_vi((count - 1) as u64)),
        what: one_line(unread.what, 200),
        seen: some(one_line(unread.text, 40)),
    }
}

/// A file that could not be read, or only in part; nothing waits to be accepted.
#[derive(Clone, Debug, Serialize)]
pub struct FileProblemsView {
    /// The file's or the source's name.
    pub file: String,
    /// It lies in the watched folder.
    pub in_folder: bool,
    /// It was fetched from a source.
    pub from_source: bool,
    /// What was understood, and what was not.
    #[serde(flatten)]
    pub read: ReadView,
}

/// Where a file with problems came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOrigin {
    /// The watched folder.
    Folder,
    /// A source over the network.
    Source,
    /// A person brought it.
    Person,
}

/// A file with problems.
#[must_use]
pub fn file_problems(file: &str, origin: FileOrigin, read: ReadView) -> FileProblemsView {
    FileProblemsView {
        file: typed(file),
        in_folder: origin == FileOrigin::Folder,
        from_source: origin == FileOrigin::Source,
        read,
    }
}
