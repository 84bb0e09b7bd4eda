//! Messages about the queue itself: what was collected.

use crate::domain::period::{in_vietnam, short_day_vi};
use chrono::{DateTime, Timelike as _, Utc};
use serde::Serialize;

/// Why messages were not sent one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CollectedWhy {
    /// The chat could not be reached for long, and too many messages waited for it.
    Behind,
    /// The Zalo bot has used up its messages of the month: "tháng 7/2023".
    ZaloBudget {
        /// The month, as people read it.
        month: String,
    },
}

/// In the place of several messages.
#[derive(Clone, Debug, Serialize)]
pub struct CollectedView {
    /// The month whose messages are used up: "tháng 7/2023"; null when that is not the reason.
    pub month: Option<String>,
    /// How many messages there were.
    pub count: usize,
    /// What they were about, the oldest first.
    pub lines: Vec<CollectedLine>,
    /// How many are not named.
    pub more: usize,
}

/// One of the messages.
#[derive(Clone, Debug, Serialize)]
pub struct CollectedLine {
    /// Its first line: "📌 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)".
    pub title: String,
    /// When it was written: "09:30 ngày 24/7".
    pub when: String,
}

/// So many titles leave the message within what one message of any medium holds.
const LINES: usize = 12;

/// Longer titles are cut.
const TITLE: usize = 80;

/// The message for others that were written at these moments: plain text and moment, the oldest first. A message in
/// several parts counts once: pass its first part.
#[must_use]
pub fn collected(why: &CollectedWhy, messages: &[(&str, DateTime<Utc>)]) -> CollectedView {
    let line = |(plain, at): &(&str, DateTime<Utc>)| {
        let title = plain.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let local = in_vietnam(*at);
        let when = format!("{:02}:{:02} ngày {}", local.hour(), local.minute(), short_day_vi(local.date_naive()));
        CollectedLine { title: super::one_line(title, TITLE), when }
    };
    CollectedView {
        month: match why {
            CollectedWhy::Behind => None,
            CollectedWhy::ZaloBudget { month } => Some(month.clone()),
        },
        count: messages.len(),
        lines: messages.iter().take(LINES).map(line).collect(),
        more: messages.len().saturating_sub(LINES),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_moments_are_as_people_read_them() {
        let at = DateTime::from_timestamp(1_690_000_000, 0).unwrap();
        let long = "x".repeat(200);
        let mut messages = vec![("\n 📌 Sở Tư pháp\nĐạt 1/5", at)];
        messages.extend(std::iter::repeat_n((long.as_str(), at), 14));
        let view = collected(&CollectedWhy::Behind, &messages);
        assert_eq!((view.lines[0].title.as_str(), view.lines[0].when.as_str()), ("📌 Sở Tư pháp", "11:26 ngày 22/7"));
        assert_eq!((view.month, view.count, view.lines.len(), view.more), (None, 15, 12, 3));
        assert_eq!(view.lines[1].title.chars().count(), 81);
    }
}
