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
        bot: Some(Rhythm::new(30, Duration::nanoseconds(33_333_334))),
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

/// The pace of one lane.
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
        let chat = self.limits.chat.map_or(now, |rhythm| rhythm.earliest(self.chats.get(address).copied(), now));
        match self.limits.group {
            Some(rhythm) if group => chat.max(rhythm.earliest(self.groups.get(address).copied(), now)),
            _ => chat,
        }
    }

    /// Remembers that a message leaves now.
    pub fn sent(&mut self, address: &str, group: bool, now: DateTime<Utc>) {
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

    /// Chats that may not receive now; the outbox passes over them.
    #[must_use]
    pub fn busy_chats(&self, now: DateTime<Utc>) -> Vec<String> {
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
    fn a_bot_sends_thirty_at_once_and_then_thirty_a_second() {
        let left = run(&mut Pace::new(Limits::TELEGRAM), |n| format!("-{n}"), 91);
        assert_eq!(left[29], 0);
        assert_eq!((left[30], left[60], left[90]), (33, 1033, 2033));
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
        assert_eq!(pace.busy_chats(at(0)), ["-1"]);
        assert!(pace.busy_chats(at(60_000)).is_empty());
    }

    #[test]
    fn without_limits_nothing_waits() {
        assert_eq!(run(&mut Pace::new(Limits::NONE), |_| "x".to_owned(), 5), [0; 5]);
    }
}
