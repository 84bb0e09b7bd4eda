//! Chats that have fallen far behind: paused for days, then reachable again, with forty messages in their queue.
//!
//! Nobody reads forty messages, and all but the newest are overtaken. One message that lists what there was, and the
//! newest in full, say the same. The newest is meant for each unit: a chat may be the group of several.

use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// The message that lists others. It is never listed itself.
pub const LIST: &str = "collected";

/// When a chat counts as far behind (`catalog/delivery.toml`, `[behind]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehindPolicy {
    /// More messages than this have to wait.
    pub most_waiting: u32,
    /// The oldest of them has to wait longer than this.
    pub oldest: Duration,
}

/// A message of our own accord that waits, with all of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting<'a> {
    /// The name of its template.
    pub kind: &'a str,
    /// What makes it the same message when it is composed again; a unit's begin with `unit:CODE:`.
    pub key: &'a str,
    /// When it entered the queue.
    pub queued_at: DateTime<Utc>,
}

impl<'a> Waiting<'a> {
    /// Of what it speaks: a later message that speaks of the same overtakes it.
    fn subject(&self) -> &'a str {
        let unit = self.key.strip_prefix("unit:").and_then(|rest| rest.split(':').next());
        unit.unwrap_or(self.kind)
    }
}

/// What becomes of a message that waits for a chat which is far behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays where it is in the queue.
    Stays,
    /// It is not sent, but listed.
    Listed,
    /// It is sent in full, after the list.
    Follows,
}

/// Whether so many messages, the oldest of them queued then, are too many.
#[must_use]
pub fn far_behind(policy: &BehindPolicy, waiting: u32, oldest: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    waiting > policy.most_waiting && now - oldest > policy.oldest
}

/// Decides upon the messages that wait for one chat, given in the order of the queue: a fate for each, or none when they
/// are simply sent, because they are few, or new, or each of them is the newest of its subject.
#[must_use]
pub fn fates(policy: &BehindPolicy, messages: &[Waiting<'_>], now: DateTime<Utc>) -> Option<Vec<Fate>> {
    let mut count = 0;
    let mut oldest = now;
    let mut newest: HashMap<&str, usize> = HashMap::new();
    for (at, message) in messages.iter().enumerate().filter(|(_, message)| message.kind != LIST) {
        count += 1;
        oldest = oldest.min(message.queued_at);
        newest.insert(message.subject(), at);
    }
    if !far_behind(policy, count, oldest, now) {
        return None;
    }
    let fate = |(at, message): (usize, &Waiting<'_>)| match message.kind {
        LIST => Fate::Stays,
        _ if newest.get(message.subject()) == Some(&at) => Fate::Follows,
        _ => Fate::Listed,
    };
    let fates: Vec<Fate> = messages.iter().enumerate().map(fate).collect();
    fates.contains(&Fate::Listed).then_some(fates)
}

#[cfg(test)]
mod tests {
    use super::Fate::{Follows, Listed, Stays};
    use super::*;

    const POLICY: BehindPolicy = BehindPolicy { most_waiting: 5, oldest: Duration::hours(6) };

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_160_400, 0).unwrap()
    }

    /// Messages that have waited for so many hours.
    fn decided<'a>(messages: &[(&'a str, &'a str, i64)]) -> Option<Vec<Fate>> {
        let waiting = |(kind, key, hours): &(&'a str, &'a str, i64)| Waiting {
            kind,
            key,
            queued_at: now() - Duration::hours(*hours),
        };
        fates(&POLICY, &messages.iter().map(waiting).collect::<Vec<_>>(), now())
    }

    #[test]
    fn many_and_old_together_are_far_behind() {
        let behind = |waiting, minutes| far_behind(&POLICY, waiting, now() - Duration::minutes(minutes), now());
        assert!(behind(6, 361) && behind(40, 100_000));
        assert!(!behind(5, 100_000), "five messages can be read");
        assert!(!behind(40, 360), "forty that are new are forty pieces of news");
        assert_eq!(decided(&[]), None);
    }

    #[test]
    fn only_the_newest_is_sent_in_full() {
        let mut forty = vec![("bulletin", "unit:so-y-te:s1:still_missed:0", 100); 38];
        forty.push(("recovered", "unit:so-y-te:s2:recovered:0", 3));
        forty.push(("bulletin", "unit:so-y-te:s3:fell_below:0", 1));
        let fates = decided(&forty).unwrap();
        assert_eq!(fates.len(), 40);
        assert!(fates[..39].iter().all(|fate| *fate == Listed));
        assert_eq!(fates[39], Follows);
    }

    #[test]
    fn each_unit_and_each_sort_has_its_own_newest() {
        let messages = [
            ("bulletin", "unit:a:1", 90),
            ("digest", "digest:1", 80),
            ("bulletin", "unit:b:1", 70),
            ("bulletin", "unit:a:2", 60),
            ("digest", "digest:2", 50),
            ("feed_suspicious", "held:1", 40),
        ];
        assert_eq!(decided(&messages), Some(vec![Listed, Listed, Follows, Follows, Follows, Follows]));
    }

    #[test]
    fn thirty_units_that_wait_for_their_first_message_hear_it_in_full() {
        let keys: Vec<String> = (0..30).map(|n| format!("unit:u{n}:1")).collect();
        let messages: Vec<_> = keys.iter().map(|key| ("bulletin", key.as_str(), 100)).collect();
        assert_eq!(decided(&messages), None);
    }

    #[test]
    fn a_list_is_never_listed_and_does_not_count() {
        let mut messages = vec![(LIST, "behind:1", 200)];
        messages.extend([("bulletin", "unit:a:1", 100); 5]);
        assert_eq!(decided(&messages), None);
        messages.push(("bulletin", "unit:a:2", 1));
        let fates = decided(&messages).unwrap();
        assert_eq!((fates[0], fates[1], fates[6]), (Stays, Listed, Follows));
    }
}
