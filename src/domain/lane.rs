//! Pacing of a lane ("one bot account's ordered, paced way out"): how fast messages may leave, by the provider's limits.
//!
//! Buckets are remembered as the moment up to which they are used up, so that "may this chat receive now, and if not,
//! when" is one comparison and needs no timer. A lane forgets its pace when the process restarts: the provider's answer
//! 429 then says so, and that is handled like any other.

use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// A bucket: so many at once, and then one every so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// How many may leave at once.
    pub burst: u32,
    /// The time after which another one may leave.
    pub every: Duration,
}

impl Rhythm {
    /// `burst` at once, then one every `every`.
    #[must_use]
    pub const fn new(burst: u32, every: Duration) -> Self {
        Self { burst, every }
    }

    fn tolerance(self) -> Duration {
        self.every * i32::try_from(self.burst.saturating_sub(1)).unwrap_or(i32::MAX)
    }

    /// The earliest moment for one more, given up to when the bucket is used up.
    fn earliest(self, used_up_to: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        used_up_to.map_or(now, |until| (until - self.tolerance()).max(now))
    }

    fn take(self, used_up_to: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        used_up_to.map_or(now, |until| until.max(now)) + self.every
    }
}

/// A provider's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All messages of one bot.
    pub bot: Option<Rhythm>,
    /// Messages to one chat.
    pub chat: Option<Rhythm>,
    /// Messages to one group, in addition.
    pub group: Option<Rhythm>,
}

impl Limits {
    /// No limits at all: our own web chats.
    pub const NONE: Self = Self { bot: None, chat: None, group: None };

    /// Telegram (contract, "Limits that lanes must keep"): 30 a second a bot, 1 a second a chat with short bursts,
    /// 20 a minute a group.
    pub const TELEGRAM: Self = Self {
        // A burst of 24 leaves a fifth of a second for messages that arrive closer together than they left.
        bot: Some(Rhythm::new(24, Duration::microseconds(33_400))),
        chat: Some(Rhythm::new(3, Duration::seconds(1))),
        // Twenty in any minute: a burst of three, then one every 3.5 s, stays below it wherever the minute begins.
        group: Some(Rhythm::new(3, Duration::milliseconds(3_500))),
    };

    /// Zalo's Bot Platform documents no rate, and its 429 names no time to wait, so a limit that is met costs minutes.
    /// What is known is the free quota, 3,000 messages a month: whatever is sent slowly is still sent within it. So this
    /// is as slow as nobody notices: a bulletin of three parts at once, then as a person would write.
    pub const ZALO_BOT: Self = Self {
        bot: Some(Rhythm::new(5, Duration::seconds(1))),
        chat: Some(Rhythm::new(3, Duration::seconds(2))),
        group: Some(Rhythm::new(3, Duration::seconds(3))),
    };

    /// A Zalo Official Account: about 100 requests a minute on the cheapest plan. A burst of five and then one every
    /// 650 ms stays below it wherever the minute begins, and leaves a few for what is not a message.
    pub const ZALO_OA: Self = Self {
        bot: Some(Rhythm::new(5, Duration::milliseconds(650))),
        chat: Some(Rhythm::new(3, Duration::seconds(2))),
        group: Some(Rhythm::new(3, Duration::seconds(3))),
    };
}

/// How many messages of a lane are under way at once: no more than the pace needs.
///
/// Every message under way when a process dies is one whose outcome nobody knows, so one at a time would be best. But a
/// provider that takes 200 ms to answer lets one at a time through five times a second, and one that hangs would hold
/// up everybody. So the width follows the answers: as many as fit into the time that one takes.
#[derive(Clone, Debug)]
pub struct Width {
    interval: Option<Duration>,
    /// A running mean of how long answers take.
    usual: Duration,
}

impl Width {
    /// However slow the provider is.
    pub const MOST: usize = 16;

    /// A lane that has sent nothing yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { interval: limits.bot.map(|rhythm| rhythm.every), usual: Duration::zero() }
    }

    /// Remembers how long an answer took.
    pub fn answered(&mut self, took: Duration) {
        self.usual = (self.usual * 7 + took.max(Duration::zero())) / 8;
    }

    /// When another message may be begun, for the moments at which those under way were begun. A lane without limits
    /// sends one after the other.
    #[must_use]
    pub fn free_at(&self, under_way: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Some(oldest) = under_way.iter().min() else { return Some(now) };
        let interval = self.interval.filter(|interval| *interval > Duration::zero())?;
        if under_way.len() >= Self::MOST {
            return None;
        }
        let needed = interval * i32::try_from(under_way.len()).unwrap_or(i32::MAX);
        if self.usual >= needed { Some(now) } else { Some((*oldest + needed).max(now)) }
    }
}

/// The part of an address for which a provider counts: Telegram counts the topics of a group together, so that
/// `-1001/77` is paced as `-1001`. Every other address counts for itself.
#[must_use]
pub fn group_key(address: &str) -> &str {
    match address.split_once('/') {
        Some((group, _)) if group.starts_with('-') => group,
        _ => address,
    }
}

/// The pace of one lane. Its chats are known by the [`group_key`] of their addresses.
#[derive(Clone, Debug)]
pub struct Pace {
    limits: Limits,
    bot: Option<DateTime<Utc>>,
    chats: HashMap<String, DateTime<Utc>>,
    groups: HashMap<String, DateTime<Utc>>,
}

impl Pace {
    /// A lane that has sent nothing yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, bot: None, chats: HashMap::new(), groups: HashMap::new() }
    }

    /// When the lane as a whole may send its next message.
    #[must_use]
    pub fn lane_free_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.limits.bot.map_or(now, |rhythm| rhythm.earliest(self.bot, now))
    }

    /// When one chat may receive its next message, the lane's own limit left aside.
    #[must_use]
    pub fn chat_free_at(&self, address: &str, group: bool, now: DateTime<Utc>) -> DateTime<Utc> {
        let address = group_key(address);
        let chat = self.limits.chat.map_or(now, |rhythm| rhythm.earliest(self.chats.get(address).copied(), now));
        match self.limits.group {
            Some(rhythm) if group => chat.max(rhythm.earliest(self.groups.get(address).copied(), now)),
            _ => chat,
        }
    }

    /// Remembers that a message leaves now.
    pub fn sent(&mut self, address: &str, group: bool, now: DateTime<Utc>) {
        let address = group_key(address);
        if let Some(rhythm) = self.limits.bot {
            self.bot = Some(rhythm.take(self.bot, now));
        }
        if let Some(rhythm) = self.limits.chat {
            let next = rhythm.take(self.chats.get(address).copied(), now);
            self.chats.insert(address.to_owned(), next);
        }
        if let Some(rhythm) = self.limits.group
            && group
        {
            let next = rhythm.take(self.groups.get(address).copied(), now);
            self.groups.insert(address.to_owned(), next);
        }
        self.forget(now);
    }

    /// The [`group_key`]s at which nothing may be received now: the outbox passes over the chats there, also over topics
    /// to which this process never sent anything.
    #[must_use]
    pub fn busy(&self, now: DateTime<Utc>) -> Vec<String> {
        let mut busy: Vec<String> =
            self.chats.keys().filter(|a| self.chat_free_at(a, true, now) > now).cloned().collect();
        busy.sort_unstable();
        busy
    }

    /// A bucket that is full again is as good as none.
    fn forget(&mut self, now: DateTime<Utc>) {
        if self.chats.len() > 4_096 {
            self.chats.retain(|_, until| *until > now);
            self.groups.retain(|_, until| *until > now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_690_000_000_000 + millis).unwrap()
    }

    /// Sends as fast as the pace allows and returns the milliseconds at which messages left.
    fn run(pace: &mut Pace, chats: impl Fn(usize) -> String, count: usize) -> Vec<i64> {
        let mut now = at(0);
        (0..count)
            .map(|n| {
                let chat = chats(n);
                now = pace.lane_free_at(now).max(pace.chat_free_at(&chat, true, now));
                pace.sent(&chat, true, now);
                (now - at(0)).num_milliseconds()
            })
            .collect()
    }

    #[test]
    fn a_bot_sends_some_at_once_and_then_thirty_a_second() {
        let left = run(&mut Pace::new(Limits::TELEGRAM), |n| format!("-{n}"), 84);
        assert_eq!(left[23], 0);
        assert_eq!((left[24], left[53], left[83]), (33, 1002, 2004));
        // What Telegram allows: thirty at once, refilled at thirty a second.
        for (n, millis) in (0_i64..).zip(&left) {
            assert!(*millis * 30 >= (n - 29) * 1_000, "message {n} at {millis} ms");
        }
    }

    #[test]
    fn a_group_never_gets_more_than_twenty_in_a_minute_wherever_it_begins() {
        let left = run(&mut Pace::new(Limits::TELEGRAM), |_| "-1".to_owned(), 80);
        for start in &left {
            let in_minute = left.iter().filter(|l| (start..&(start + 60_000)).contains(l)).count();
            assert!(in_minute <= 20, "{in_minute} within a minute from {start}");
        }
        assert!(left[79] < 80 * 3_500, "no slower than it has to be: {}", left[79]);
    }

    #[test]
    fn an_official_account_never_makes_a_hundred_requests_in_a_minute() {
        let left = run(&mut Pace::new(Limits::ZALO_OA), |n| format!("g-{n}"), 300);
        for start in &left {
            let in_minute = left.iter().filter(|l| (start..&(start + 60_000)).contains(l)).count();
            assert!(in_minute < 100, "{in_minute} within a minute from {start}");
        }
    }

    #[test]
    fn one_chat_does_not_hold_up_another() {
        let mut pace = Pace::new(Limits::TELEGRAM);
        for _ in 0..3 {
            pace.sent("-1", true, at(0));
        }
        assert!(pace.chat_free_at("-1", true, at(0)) > at(0));
        assert_eq!(pace.chat_free_at("-2", true, at(0)), at(0));
        assert_eq!(pace.lane_free_at(at(0)), at(0));
        assert_eq!(pace.busy(at(0)), ["-1"]);
        assert!(pace.busy(at(60_000)).is_empty());
    }

    #[test]
    fn topics_share_the_pace_of_their_group() {
        for (address, key) in
            [("-1001/77", "-1001"), ("-1001", "-1001"), ("90001", "90001"), ("unit/so-y-te", "unit/so-y-te")]
        {
            assert_eq!(group_key(address), key);
        }
        let mut pace = Pace::new(Limits::TELEGRAM);
        for topic in ["-1001/7", "-1001/8", "-1001"] {
            pace.sent(topic, true, at(0));
        }
        assert!(pace.chat_free_at("-1001/9", true, at(0)) > at(0), "a topic that nothing was sent to");
        assert_eq!(pace.chat_free_at("-1002/7", true, at(0)), at(0));
        assert_eq!(pace.busy(at(0)), ["-1001"]);
        let left = run(&mut Pace::new(Limits::TELEGRAM), |n| format!("-1001/{n}"), 80);
        for start in &left {
            assert!(left.iter().filter(|l| (start..&(start + 60_000)).contains(l)).count() <= 20);
        }
    }

    #[test]
    fn no_more_are_under_way_than_the_pace_needs() {
        let mut width = Width::new(&Limits::TELEGRAM);
        assert_eq!(width.free_at(&[], at(0)), Some(at(0)));
        // A fast provider: one at a time, until the one under way is overdue.
        let next = width.free_at(&[at(0)], at(10)).unwrap() - at(0);
        assert!(next > Duration::milliseconds(33) && next < Duration::milliseconds(34), "{next}");
        assert_eq!(width.free_at(&[at(0)], at(50)), Some(at(50)), "one that hangs does not hold up the others");
        for _ in 0..100 {
            width.answered(Duration::milliseconds(200));
        }
        assert_eq!(width.free_at(&[at(0); 5], at(1)), Some(at(1)), "a slow provider needs several at once");
        assert_eq!(width.free_at(&[at(0); Width::MOST], at(60_000)), None);
        assert_eq!(Width::new(&Limits::NONE).free_at(&[at(0)], at(60_000)), None, "our own page: one after the other");
    }

    #[test]
    fn without_limits_nothing_waits() {
        assert_eq!(run(&mut Pace::new(Limits::NONE), |_| "x".to_owned(), 5), [0; 5]);
    }
}
