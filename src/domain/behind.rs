//! Chats that have fallen far behind: paused for days, then reachable again, with forty messages in their queue.
//!
//! Nobody reads forty messages, and all but the newest are overtaken. One message that lists what there was, and the
//! newest in full, say the same.

use chrono::{DateTime, Duration, Utc};

/// When a chat counts as far behind (`catalog/delivery.toml`, `[behind]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehindPolicy {
    /// More messages than this have to wait.
    pub most_waiting: u32,
    /// The oldest of them has to wait longer than this.
    pub oldest: Duration,
}

/// The broadcasts that wait for one chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many messages; the parts of a message that was cut count as one.
    pub waiting: u32,
    /// When the oldest entered the queue.
    pub oldest: DateTime<Utc>,
}

/// Whether a chat is far behind.
#[must_use]
pub fn far_behind(policy: &BehindPolicy, backlog: Backlog, now: DateTime<Utc>) -> bool {
    backlog.waiting > policy.most_waiting && now - backlog.oldest > policy.oldest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_and_old_together_are_far_behind() {
        let policy = BehindPolicy { most_waiting: 5, oldest: Duration::hours(6) };
        let now = DateTime::from_timestamp(1_690_160_400, 0).unwrap();
        let behind =
            |waiting, minutes| far_behind(&policy, Backlog { waiting, oldest: now - Duration::minutes(minutes) }, now);
        assert!(behind(6, 361) && behind(40, 100_000));
        assert!(!behind(5, 100_000), "five messages can be read");
        assert!(!behind(40, 360), "forty that are new are forty pieces of news");
    }
}
