//! JSON: the answers of other systems by the catalog's mappings, and this program's own form (`docs/FORMATS.md`).
//!
//! A number stays the digits that were written ([`tree`]), because a figure that a leader signs must not pass through a
//! binary fraction. `null`, `"-"`, an absent field and 0 are four different things here too.

mod own;
pub(super) mod tree;

use crate::domain::snapshot::SnapshotContent;
use crate::ingest::Hints;
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::portal;

const FORMS: &str =
    "Ghi theo mẫu JSON của chương trình (docs/FORMATS.md), hoặc khai báo hệ thống này trong mappings.toml.";

/// Reads a text that is JSON.
pub(super) fn read(
    text: &str,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> (Option<SnapshotContent>, u32) {
    let document = match tree::parse(text) {
        Ok(document) => document,
        Err(fault) => {
            issues.push(fault.kind, &format!("dòng {}", fault.line), &fault.text, fault.detail);
            return (None, 0);
        }
    };
    if own::is_own(&document) {
        return own::read(&document, lexicon, hints, issues);
    }
    if let Some(read) = portal::read_json(&document, lexicon, hints, issues) {
        return read;
    }
    issues.push(IssueKind::NoTable, "", "", &format!("Không nhận ra dạng JSON này. {FORMS}"));
    (None, 0)
}
