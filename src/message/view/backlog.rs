//! What a chat reads that could not be reached for long: a list in the place of forty old messages.

use crate::domain::delivery::unknown::REPEAT_MARK;
use crate::domain::period::{day_in_vietnam, short_day_vi};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A list of messages that are not sent one by one.
#[derive(Clone, Debug, Serialize)]
pub struct BacklogView {
    /// "từ 20/7 đến 24/7", "ngày 24/7".
    pub span: String,
    /// How many there were.
    pub count: usize,
    /// How many older ones were left out.
    pub more: usize,
    /// The newest of them, the oldest first.
    pub messages: Vec<BacklogMessageView>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct BacklogMessageView {
    /// "24/7".
    pub queued: String,
    /// Its first line.
    pub title: String,
}

/// A message that is listed: its text, and when it would have been sent.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Its text, without markup.
    pub plain: &'a str,
    /// When it entered the queue.
    pub queued_at: DateTime<Utc>,
}

/// So many lines of the longest titles fit into one message of every medium.
const LINES: usize = 20;
/// Characters of a title.
const TITLE: usize = 72;

/// Lists messages, which are given the oldest first.
#[must_use]
pub fn backlog(messages: &[Listed<'_>]) -> BacklogView {
    let day = |listed: &Listed<'_>| short_day_vi(day_in_vietnam(listed.queued_at));
    let (first, last) = (messages.first().map(day).unwrap_or_default(), messages.last().map(day).unwrap_or_default());
    let more = messages.len().saturating_sub(LINES);
    BacklogView {
        span: if first == last { format!("ngày {last}") } else { format!("từ {first} đến {last}") },
        count: messages.len(),
        more,
        messages: messages
            .iter()
            .skip(more)
            .map(|listed| BacklogMessageView { queued: day(listed), title: title(listed.plain) })
            .collect(),
    }
}

fn title(plain: &str) -> String {
    let first = plain.trim_start_matches(REPEAT_MARK).lines().map(str::trim).find(|line| !line.is_empty());
    let first = first.unwrap_or_default();
    match first.char_indices().nth(TITLE) {
        Some((cut, _)) => format!("{}…", first[..cut].trim_end()),
        None => first.to_owned(),
    }
}
