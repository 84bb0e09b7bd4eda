//! Messages about the queue itself: what was collected, and how far a bot's month is used up.

use crate::domain::budget::{BudgetPolicy, Month, Stage};
use crate::domain::period::{in_vietnam, short_day_vi};
use crate::domain::rate::count_vi;
use chrono::{DateTime, Timelike as _, Utc};
use serde::Serialize;

/// Why messages were not sent one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CollectedWhy {
    /// The chat could not be reached for long, and too many messages waited for it.
    Behind,
    /// The Zalo bot has nearly used up its messages of the month: "tháng 7/2023".
    ZaloBudget {
        /// The month, as people read it.
        month: String,
    },
}

/// In the place of several messages.
#[derive(Clone, Debug, Serialize)]
pub struct CollectedView {
    /// The month whose messages are nearly used up: "tháng 7/2023"; null when that is not the reason.
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

/// With header and ends the message stays within twelve lines.
const LINES: usize = 8;

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

/// To the office: how far the month of a Zalo bot is used up.
#[derive(Clone, Debug, Serialize)]
pub struct ZaloBudgetView {
    /// Nothing is left.
    pub spent: bool,
    /// The bot's id: "1459232241454765289".
    pub bot: String,
    /// "tháng 7/2023".
    pub month: String,
    /// "2.400".
    pub used: String,
    /// "3.000".
    pub total: String,
    /// From so many messages on broadcasts are collected: "2.850".
    pub collapse: String,
    /// At this hour: "8".
    pub hour: String,
    /// The day on which the next month begins: "1/8".
    pub next: String,
}

/// How far the month of the bot of a lane is used up.
#[must_use]
pub fn zalo_budget(policy: &BudgetPolicy, lane: &str, month: Month, used: u64) -> ZaloBudgetView {
    ZaloBudgetView {
        spent: policy.stage(used) == Stage::Spent,
        bot: lane.split_once(':').map_or(lane, |(_, bot)| bot).to_owned(),
        month: month.name_vi(),
        used: count_vi(used),
        total: count_vi(policy.monthly.into()),
        collapse: count_vi(policy.collapse_from()),
        hour: policy.collect_hour.to_string(),
        next: short_day_vi(month.next_first_day()),
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
        assert_eq!((view.month, view.count, view.lines.len(), view.more), (None, 15, 8, 7));
        assert_eq!(view.lines[1].title.chars().count(), 81);
    }
}
