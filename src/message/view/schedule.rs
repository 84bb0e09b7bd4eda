//! Answers to `/nhacnho`: when a chat is reminded.

use super::typed;
use crate::domain::period::moment_vi;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Answer to `/nhacnho`: when the chat is reminded.
#[derive(Clone, Debug, Serialize)]
pub struct ChatScheduleView {
    /// It was changed just now.
    pub changed: bool,
    /// It is the leaders' weekly digest, not a unit's reminder.
    pub digest: bool,
    /// "08:00 thứ Hai hằng tuần"; null where the chat is not reminded.
    pub schedule: Option<String>,
    /// The catalog's schedule, not one of its own.
    pub standard: bool,
    /// "8:00 ngày 31/7/2023": the next time.
    pub next: Option<String>,
}

/// When a chat is reminded, or gets its digest; no words for never.
#[must_use]
pub fn chat_schedule(
    changed: bool,
    digest: bool,
    schedule: Option<String>,
    standard: bool,
    next: Option<DateTime<Utc>>,
) -> ChatScheduleView {
    ChatScheduleView { changed, digest, schedule, standard, next: next.map(moment_vi) }
}

/// Answer to a `/nhacnho` that is not understood.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleRefusedView {
    /// The chat is neither a unit's nor the leaders'.
    pub not_a_unit: bool,
    /// What was typed.
    pub asked: String,
}

/// What was typed is no schedule, or the chat is no unit's.
#[must_use]
pub fn schedule_refused(not_a_unit: bool, asked: &str) -> ScheduleRefusedView {
    ScheduleRefusedView { not_a_unit, asked: typed(asked) }
}
