//! What the readers of workbooks share beside the sheet itself.

use crate::ingest::issue::{IssueKind, Issues};

/// Stands in a cell whose formula has no stored result. No figure is read from it.
pub(super) const FORMULA: &str = "=";

/// Stands behind a figure that is merged over several rows. No figure is read from it.
pub(super) const MERGED_FIGURE: &str = "(ô gộp nhiều dòng)";

/// Says that a hidden sheet was left.
pub(super) fn say_hidden(issues: &mut Issues, name: &str) {
    let detail = "Trang tính ẩn không được đọc; hãy bỏ ẩn nếu cần nhận số liệu của trang này.";
    issues.push(IssueKind::HiddenSheet, &format!("trang tính “{}”", crate::ingest::issue::cut(name)), "", detail);
}

/// `2023-07-24T00:00:00` as a day is written here; other texts as they are.
pub(super) fn day(text: &str) -> String {
    let day = text.split('T').next().unwrap_or_default();
    let mut parts = day.split('-').map(|part| part.parse::<u32>().ok());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) => format!("{day}/{month}/{year}"),
        _ => text.to_owned(),
    }
}
