//! The reading room: bytes come in, the content of a snapshot and a list of issues go out.
//!
//! ```text
//! bytes -> format --> text: encoding, delimited ------------------> rows -> document -> reader -> SnapshotContent
//!          (what      archive: xlsx -> sheet, ods -> sheet, docx -> (cells) (tables,   (units,     + issues
//!          is it)     cfb: xls -> sheet                                      titles)    figures)
//!                     text: json (our own form), portal (by the catalog's mappings) ---------------^
//! ```
//!
//! A format ends at `grid::Rows`; everything behind them is shared, so that a figure means the same wherever it stood.
//!
//! Three promises hold for every input, a photograph or half a file included:
//! - **A bad row never kills a table.** What can be read is taken; what cannot be read is one issue that names the file,
//!   the place and the text that was seen.
//! - **Nothing is guessed.** A unit is recognised by its name or an alias, never by likeness; a column by its heading,
//!   never by its position; a number that may mean two things is unreadable. A figure under the wrong name is worse
//!   than a figure that is missing, because nobody looks for it.
//! - **null is not zero.** `-`, an empty cell, an unreadable cell and a column that is not there stay four different
//!   [`Reading`](crate::domain::observation::Reading)s.
//!
//! What is absent: this room opens no file, knows no clock, and does not judge whether figures are plausible; that is
//! the audit's work.
//!
//! **Limits.** There is no clock here, so none can run out: the work for a file is bounded by [`MAX_FILE_BYTES`],
//! [`MAX_UNPACKED_BYTES`], [`MAX_ROWS`], [`MAX_COLUMNS`], [`MAX_CELL_BYTES`] and [`MAX_TEXT_BYTES`], and what is beyond
//! one of them is an issue that names it. What formats claim about their sizes is never believed.
//!
//! **Panics.** There is no boundary that would catch one: bytes are reached through checked access, and the libraries
//! below (zip, quick-xml, encoding_rs, csv) have been given mutated files for as long as `docs/RELIABILITY.md` says.

mod archive;
mod cfb;
mod dates;
mod decimal;
mod delimited;
mod document;
mod docx;
mod encoding;
mod format;
mod fraction;
mod grid;
mod issue;
mod json;
mod layout;
mod lexicon;
mod names;
mod number;
mod number_format;
mod ods;
mod portal;
mod reader;
mod report;
mod samples;
mod sheet;
mod text;
mod workbook;
mod xls;
mod xls_text;
mod xlsx;

pub use format::Format;
pub use issue::{Issue, IssueKind, MAX_ISSUES, Severity};

use crate::domain::indicator::Indicator;
use crate::domain::mapping::Mapping;
use crate::domain::org_unit::{OrgUnit, Tier};
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::SnapshotContent;
use archive::Archive;
use chrono::NaiveDate;
use delimited::Metadata;
use document::Document;
use issue::Issues;
use lexicon::Lexicon;
use reader::Reader;
use text::Refusal;

/// The largest file that is looked at, in bytes (50 MiB). A report of a province has 20 KB.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// How many rows of a file are read; the rest is one issue.
pub const MAX_ROWS: usize = 20_000;

/// How many cells a row may have; a longer row is not read.
pub const MAX_COLUMNS: usize = 200;

/// How much of a cell or a line of text is read, in bytes. What is longer is neither a name nor a figure.
pub const MAX_CELL_BYTES: usize = 4_000;

/// How much text the rows of a file may hold together, in bytes (16 MiB): a workbook may repeat one text in every cell.
/// Twenty thousand honest rows have 6 MB.
pub const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;

/// How much of a compressed file is unpacked, in bytes (128 MiB). A national month (3,865 units) has about 5 MB.
pub const MAX_UNPACKED_BYTES: u64 = 128 * 1024 * 1024;

/// The words that figures are recognised by: a view of the catalog.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// Tiers, recognised in titles of tables.
    pub tiers: &'a [Tier],
    /// Units, in the order in which figures are to be listed.
    pub units: &'a [OrgUnit],
    /// Indicators, in the order in which figures are to be listed.
    pub indicators: &'a [Indicator],
    /// How the answers of other systems are read, in the order in which they are tried.
    pub mappings: &'a [Mapping],
    /// The decision that targets printed in a report were assigned by.
    pub report_decision: &'a str,
}

/// What the person who brings the file says about it; wins over what the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Which month the figures speak of.
    pub period: Option<ReportingPeriod>,
    /// The last day that the figures cover.
    pub as_of: Option<NaiveDate>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFile {
    /// The figures; none when there are none or when it is not known of which period they are.
    pub content: Option<SnapshotContent>,
    /// Rows of tables from which figures were taken.
    pub rows: u32,
    /// What could not be read or should be known, in the order of the file.
    pub issues: Vec<Issue>,
}

impl ReadFile {
    /// Whether something in the file was lost (and not only remarked upon).
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(Issue::is_error)
    }
}

/// Reads a file. `name` is only repeated in issues: what the file is follows from its bytes.
///
/// Never fails and never panics: everything that is wrong is an issue, and at most [`MAX_ISSUES`] are listed.
#[must_use]
pub fn read(name: &str, bytes: &[u8], vocabulary: &Vocabulary<'_>, hints: &Hints) -> ReadFile {
    let mut issues = Issues::new(name);
    let (content, rows) = match contents(bytes, &Lexicon::new(*vocabulary), hints, &mut issues) {
        Ok(read) => read,
        Err(refusal) => {
            issues.push(refusal.kind, "", &refusal.text, &refusal.detail);
            (None, 0)
        }
    };
    ReadFile { content, rows, issues: issues.finish() }
}

/// Takes a file apart: the only place where formats differ.
fn contents(
    bytes: &[u8],
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> Result<(Option<SnapshotContent>, u32), Refusal> {
    text::check_size(bytes)?;
    let format = Format::detect(bytes);
    let rows = match format {
        Format::Text | Format::Json => {
            let text = text::decode(bytes)?;
            return Ok(of_text(&text, lexicon, hints, issues));
        }
        Format::Xlsx => xlsx::read(&mut Archive::open(bytes)?, issues)?,
        Format::Ods => ods::read(&mut Archive::open(bytes)?, issues)?,
        Format::Docx => docx::read(&mut Archive::open(bytes)?)?,
        Format::Xls => xls::read(bytes, issues)?,
        _ => return Err(text::not_read(format)),
    };
    let metadata = delimited::metadata(delimited::first_rows(&rows), issues);
    Ok(understand(metadata, Document::build(rows, lexicon), lexicon, hints, issues))
}

fn of_text(text: &str, lexicon: &Lexicon<'_>, hints: &Hints, issues: &mut Issues) -> (Option<SnapshotContent>, u32) {
    // Looked at once more, because another encoding hides the braces.
    if Format::detect(text.as_bytes()) == Format::Json {
        return json::read(text, lexicon, hints, issues);
    }
    let metadata = delimited::metadata(delimited::lines(text), issues);
    if let Some(read) = portal::read_table(text, &metadata, lexicon, hints, issues) {
        return read;
    }
    understand(metadata, Document::best_of(text, lexicon), lexicon, hints, issues)
}

fn understand(
    metadata: Metadata,
    mut document: Document,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> (Option<SnapshotContent>, u32) {
    document.report_problems(issues);
    if document.tables.is_empty() || document.is_damaged() || !dates::one_month(&mut document, hints, issues) {
        return (None, 0);
    }
    let stated = metadata.stated.or(dates::stated(&document));
    let settled = dates::settle(stated, hints, issues);
    let mut reader = Reader::new(lexicon, settled.map(|(_, as_of)| as_of), issues);
    reader.tables(&document.tables);
    let figures = reader.finish();
    let averages = report::averages(&document.texts, lexicon, issues);
    if figures.observations.is_empty() && !issues.any_error() {
        issues.push(IssueKind::EmptyFile, "", "", "Bảng có tiêu đề nhưng không có dòng số liệu nào.");
    }
    let content = settled.filter(|_| !figures.observations.is_empty()).map(|(period, as_of)| SnapshotContent {
        period,
        as_of,
        sample: metadata.sample || report::says_sample(&document),
        observations: figures.observations,
        targets: figures.targets.into_iter().map(|target| target.assigned(lexicon.vocabulary, period)).collect(),
        averages,
    });
    (content, figures.rows)
}
