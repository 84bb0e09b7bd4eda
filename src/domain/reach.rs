//! Who is out of reach, and why: a lane because of the network, a bot because another program takes its updates, a chat
//! because the bot was removed. The three read alike in a log and ask for different things of people, so that they are
//! told apart here, from values.

use chrono::{DateTime, Duration, Utc};

/// A lane to which nothing got through for this long is unreachable. Shorter breaks are nobody's business: what waits
/// is sent when they end.
pub const UNREACHABLE_AFTER: Duration = Duration::minutes(10);

/// Two pollers that take turns for this long are no handover from one process to the next.
pub const CONFLICT_AFTER: Duration = Duration::minutes(2);

/// Why something failed without the medium having judged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, no answer, or the answer of somebody in between.
    Network,
    /// The medium answered that another program takes this bot's updates (409).
    Conflict,
}

/// What the office has to know of a lane; each is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReachNotice {
    /// Nothing has got through for [`UNREACHABLE_AFTER`].
    Unreachable {
        /// The first failure.
        since: DateTime<Utc>,
    },
    /// Something got through again after [`ReachNotice::Unreachable`] was told.
    Back {
        /// The first failure.
        since: DateTime<Utc>,
        /// The moment of success.
        until: DateTime<Utc>,
    },
    /// Another program has taken this bot's updates for [`CONFLICT_AFTER`].
    TwoPollers {
        /// The first conflict.
        since: DateTime<Utc>,
    },
}

/// The health of one lane, from what became of its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneHealth {
    down: Option<Spell>,
    conflict: Option<Spell>,
}

/// A time of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spell {
    since: DateTime<Utc>,
    last: DateTime<Utc>,
    told: bool,
}

impl Spell {
    const fn begins(now: DateTime<Utc>) -> Self {
        Self { since: now, last: now, told: false }
    }

    /// Goes on; true when it becomes worth telling.
    fn goes_on(&mut self, now: DateTime<Utc>, patience: Duration) -> bool {
        self.last = now;
        let tell = !self.told && now - self.since >= patience;
        self.told |= tell;
        tell
    }
}

impl LaneHealth {
    /// The medium answered, whatever it said.
    pub fn answered(&mut self, now: DateTime<Utc>) -> Option<ReachNotice> {
        let down = self.down.take()?;
        down.told.then_some(ReachNotice::Back { since: down.since, until: now })
    }

    /// A call failed. A conflict is an answer as far as the network is concerned.
    ///
    /// Two pollers turn each other away by turns, so that each of them succeeds now and then: a conflict is over only
    /// when none was met for [`CONFLICT_AFTER`].
    pub fn failed(&mut self, failure: Failure, now: DateTime<Utc>) -> Option<ReachNotice> {
        match failure {
            Failure::Network => {
                let down = self.down.get_or_insert(Spell::begins(now));
                down.goes_on(now, UNREACHABLE_AFTER).then_some(ReachNotice::Unreachable { since: down.since })
            }
            Failure::Conflict => {
                let over = |spell: &Spell| now - spell.last >= CONFLICT_AFTER;
                let conflict = match &mut self.conflict {
                    Some(conflict) if !over(conflict) => conflict,
                    conflict => conflict.insert(Spell::begins(now)),
                };
                let told = conflict.goes_on(now, CONFLICT_AFTER);
                let since = conflict.since;
                // Being back is the older news.
                self.answered(now).or(told.then_some(ReachNotice::TwoPollers { since }))
            }
        }
    }
}

/// Why a chat is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// The bot was removed from the group, or never was in it.
    Removed,
    /// A person blocked the bot, has not written to it yet, or has left the medium.
    Blocked,
    /// The medium knows no such chat.
    NotFound,
    /// The group's topic was deleted; the group is still there.
    TopicGone,
    /// The medium has disabled the group.
    Disabled,
    /// Another reason.
    Other,
}

impl Away {
    /// Reads the reason of a pause, in the provider's words or ours.
    #[must_use]
    pub fn of(why: &str, group: bool) -> Self {
        let why = why.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
        if says(&["thread not found", "topic_deleted"]) {
            Self::TopicGone
        } else if says(&["is disabled"]) {
            Self::Disabled
        } else if says(&["is not in the group"]) {
            Self::Removed
        } else if says(&["not found"]) {
            Self::NotFound
        } else if says(&["blocked", "initiate conversation", "deactivated"]) {
            Self::Blocked
        } else if says(&["kicked", "not a member", "removed", "forbidden"]) {
            if group { Self::Removed } else { Self::Blocked }
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Failure::{Conflict, Network};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_lane_is_unreachable_after_ten_minutes_and_back_at_once() {
        let mut health = LaneHealth::default();
        let told: Vec<_> = (0..=240).filter_map(|n| Some((n * 5, health.failed(Network, at(n * 5))?))).collect();
        assert_eq!(told, [(600, ReachNotice::Unreachable { since: at(0) })]);
        assert_eq!(health.answered(at(1_300)), Some(ReachNotice::Back { since: at(0), until: at(1_300) }));
        assert_eq!(health.answered(at(1_301)), None);
        assert_eq!(health.failed(Network, at(1_302)), None, "another spell begins");
        assert_eq!(health.failed(Network, at(1_903)), Some(ReachNotice::Unreachable { since: at(1_302) }));
    }

    #[test]
    fn a_short_break_is_nobodys_business() {
        let mut health = LaneHealth::default();
        for round in 0..20 {
            assert_eq!(health.failed(Network, at(round * 600)), None);
            assert_eq!(health.failed(Network, at(round * 600 + 590)), None);
            assert_eq!(health.answered(at(round * 600 + 595)), None);
        }
    }

    #[test]
    fn two_pollers_that_take_turns_are_told_once() {
        let mut health = LaneHealth::default();
        let mut told = Vec::new();
        for n in 0..100 {
            told.extend(health.failed(Conflict, at(n * 10)));
            assert_eq!(health.answered(at(n * 10 + 5)), None, "it succeeds in between");
        }
        assert_eq!(told, [ReachNotice::TwoPollers { since: at(0) }]);
        assert_eq!(health.failed(Conflict, at(5_000)), None, "long over; another one begins");
        assert_eq!(health.failed(Conflict, at(5_119)), None);
        assert_eq!(health.failed(Conflict, at(5_120)), Some(ReachNotice::TwoPollers { since: at(5_000) }));
    }

    #[test]
    fn a_conflict_proves_that_the_network_works() {
        let mut health = LaneHealth::default();
        health.failed(Network, at(0));
        health.failed(Network, at(600));
        assert_eq!(health.failed(Conflict, at(700)), Some(ReachNotice::Back { since: at(0), until: at(700) }));
    }

    #[test]
    fn reasons_are_told_apart() {
        for (why, group, expected) in [
            ("Forbidden: bot was kicked from the supergroup chat", true, Away::Removed),
            ("Forbidden: bot is not a member of the supergroup chat", true, Away::Removed),
            ("the bot was removed", true, Away::Removed),
            ("the bot was removed", false, Away::Blocked),
            ("Forbidden: bot was blocked by the user", false, Away::Blocked),
            ("Forbidden: user is deactivated", false, Away::Blocked),
            ("Forbidden: bot can't initiate conversation with a user", false, Away::Blocked),
            ("Bad Request: chat not found", true, Away::NotFound),
            ("Bad Request: message thread not found", true, Away::TopicGone),
            ("Bad Request: TOPIC_DELETED", true, Away::TopicGone),
            ("Not Found", false, Away::NotFound),
            ("the group is disabled: -237: group is disabled", true, Away::Disabled),
            ("the Official Account is not in the group: -403: OA not found in group", true, Away::Removed),
            ("something else", true, Away::Other),
        ] {
            assert_eq!(Away::of(why, group), expected, "{why}");
        }
    }
}
