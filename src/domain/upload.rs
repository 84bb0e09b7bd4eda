//! Files that a person of the office brings: they wait until a person accepts them, and what would change is shown first.

use crate::domain::observation::Observation;
use chrono::Duration;
use std::collections::HashMap;

/// How long a file waits to be accepted. Later its figures are old news, and it has to be sent again.
pub const UPLOAD_LIFETIME: Duration = Duration::hours(24);

/// More files than this do not wait at once: somebody has to decide first.
pub const UPLOADS_MOST: u32 = 20;

/// What is larger is not taken, in bytes: Telegram gives bots no larger files, and a report of a province has 20 KB.
pub const UPLOAD_BYTES_MOST: usize = 20 * 1024 * 1024;

/// What became of a file that a person brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// It waits to be accepted.
    Waiting,
    /// Its figures were recorded.
    Accepted,
    /// A person dropped it.
    Dropped,
    /// Nobody decided in time.
    Expired,
}

impl UploadState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Dropped => "dropped",
            Self::Expired => "expired",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Accepted, Self::Dropped, Self::Expired].into_iter().find(|state| state.as_str() == word)
    }
}

/// How figures differ from those that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Figures that say the same.
    pub same: u32,
    /// Figures that say something else.
    pub changed: u32,
    /// Figures that were not there.
    pub added: u32,
    /// Figures that are not there any more.
    pub missing: u32,
}

/// Compares figures with those that are there now, unit by unit and indicator by indicator.
#[must_use]
pub fn compare(new: &[Observation], current: &[Observation]) -> Changes {
    let before: HashMap<_, _> = current.iter().map(|o| ((&o.unit, &o.indicator), o)).collect();
    let mut changes = Changes::default();
    for observation in new {
        match before.get(&(&observation.unit, &observation.indicator)) {
            None => changes.added += 1,
            Some(earlier) if *earlier == observation => changes.same += 1,
            Some(_) => changes.changed += 1,
        }
    }
    let met = changes.same + changes.changed;
    changes.missing = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_sub(met);
    changes
}

/// What a person types behind `/xacnhan`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmWord {
    /// Nothing: what waits.
    WhatWaits,
    /// Held figures.
    Held,
    /// A file by its number: record it.
    Accept(i64),
    /// A file by its number: "bỏ 3", "bỏ tệp 3".
    Drop(i64),
}

/// Reads it; none for anything else. Words count with or without marks.
#[must_use]
pub fn confirm_word(typed: &str) -> Option<ConfirmWord> {
    let folded = crate::domain::names::unmarked(typed.trim());
    let words: Vec<&str> = folded.split_whitespace().collect();
    let number = |word: &str| word.trim_start_matches('#').parse::<i64>().ok().filter(|number| *number > 0);
    match words.as_slice() {
        [] => Some(ConfirmWord::WhatWaits),
        ["giu"] | ["tam", "giu"] | ["so", "lieu", "tam", "giu"] => Some(ConfirmWord::Held),
        ["bo", rest @ ..] => number(behind_file(rest)?).map(ConfirmWord::Drop),
        rest => number(behind_file(rest)?).map(ConfirmWord::Accept),
    }
}

/// The number in "3", "tệp 3" and "tệp số 3".
fn behind_file<'w>(words: &[&'w str]) -> Option<&'w str> {
    match words {
        [number] | ["tep", number] | ["tep", "so", number] | ["so", number] => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::indicator::IndicatorCode;
    use crate::domain::observation::Reading;
    use crate::domain::org_unit::UnitCode;

    #[test]
    fn what_is_typed_behind_the_command_is_read() {
        for (typed, word) in [
            ("", Some(ConfirmWord::WhatWaits)),
            ("3", Some(ConfirmWord::Accept(3))),
            ("#3", Some(ConfirmWord::Accept(3))),
            ("tệp 3", Some(ConfirmWord::Accept(3))),
            ("Tệp số 12", Some(ConfirmWord::Accept(12))),
            ("bỏ 3", Some(ConfirmWord::Drop(3))),
            ("bo tep 3", Some(ConfirmWord::Drop(3))),
            ("tạm giữ", Some(ConfirmWord::Held)),
            ("0", None),
            ("-1", None),
            ("bỏ", None),
            ("bỏ hết", None),
            ("tháng 7", None),
        ] {
            assert_eq!(confirm_word(typed), word, "{typed}");
        }
    }

    #[test]
    fn figures_are_compared_one_by_one() {
        let figure = |unit: &str, numerator| Observation {
            unit: UnitCode::parse(unit).unwrap(),
            indicator: IndicatorCode::parse("digitization").unwrap(),
            numerator: Reading::Value(numerator),
            denominator: Reading::Value(10),
            rate: Reading::NotPublished,
            basis: String::new(),
        };
        let before = [figure("a", 1), figure("b", 2), figure("c", 3)];
        let now = [figure("b", 2), figure("c", 4), figure("d", 5)];
        assert_eq!(compare(&now, &before), Changes { same: 1, changed: 1, added: 1, missing: 1 });
        assert_eq!(compare(&now, &[]), Changes { added: 3, ..Changes::default() });
    }
}
