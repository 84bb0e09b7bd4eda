//! When a lane stands still: something waits that could be sent, and for a while nothing was.

use chrono::{DateTime, Duration, Utc};

/// So long may a lane stand still before a person is told. That the network is down is told after ten minutes already
/// (`domain::reach`); this is for what goes on, whatever the reason.
pub const STALLED_AFTER: Duration = Duration::minutes(30);

/// How a lane stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneView {
    /// The lane.
    pub lane: String,
    /// How many messages wait which the provider did not ask to hold back, for chats that are not paused.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When a message of the lane was last accepted.
    pub last_sent: Option<DateTime<Utc>>,
    /// What the oldest one's last attempt said.
    pub last_error: Option<String>,
}

impl LaneView {
    /// Since when the lane stands still; none while it flows.
    #[must_use]
    pub fn stalled_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let since = self.waiting_since?.max(self.last_sent.unwrap_or(DateTime::UNIX_EPOCH));
        (now - since >= STALLED_AFTER).then_some(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_stands_still_when_something_waits_and_nothing_leaves() {
        let now = DateTime::from_timestamp(1_690_000_000, 0).unwrap();
        let ago = |minutes| Some(now - Duration::minutes(minutes));
        let table = [
            ("nothing waits", None, ago(600), None),
            ("it waits for a moment only", ago(29), ago(600), None),
            ("a long queue that flows", ago(60), ago(1), None),
            ("nothing left for long", ago(60), ago(31), ago(31)),
            ("never sent anything", ago(30), None, ago(30)),
            ("waits since after the last one", ago(32), ago(40), ago(32)),
        ];
        for (name, waiting_since, last_sent, expected) in table {
            let view = LaneView {
                lane: "telegram:1".into(),
                waiting: u64::from(waiting_since.is_some()),
                waiting_since,
                last_sent,
                last_error: None,
            };
            assert_eq!(view.stalled_since(now), expected, "{name}");
        }
    }
}
