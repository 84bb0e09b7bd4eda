//! Flood control by really counting.
//!
//! Integers only: a virtual rate ("generic cell rate") in `Duration`s, and a sliding minute for
//! groups. A refused call does not count, and a call counts either everywhere or nowhere.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// Which limits are in force; `None` switches one off.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Messages a second for the whole bot; the burst is the same number.
    pub bot_per_second: Option<u32>,
    /// Messages, edits and pins in any sixty seconds in one group or supergroup.
    pub group_per_minute: Option<u32>,
    /// How many messages to one chat may come at once before one a second is enforced.
    pub chat_burst: Option<u32>,
}

impl Limits {
    /// What Telegram documents.
    pub const TELEGRAM: Self = Self { bot_per_second: Some(30), group_per_minute: Some(20), chat_burst: Some(3) };
    /// Nothing is counted.
    pub const NONE: Self = Self { bot_per_second: None, group_per_minute: None, chat_burst: None };
}

/// Paces one stream: a call every `interval`, `burst` of them at once after a rest.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// When the next call would be due if none ever came early.
    due: Duration,
}

impl Pace {
    fn wait(self, now: Duration, interval: Duration, burst: u32) -> Duration {
        let tolerance = interval * burst.saturating_sub(1);
        self.due.saturating_sub(tolerance).saturating_sub(now)
    }

    fn count(&mut self, now: Duration, interval: Duration) {
        self.due = self.due.max(now) + interval;
    }
}

/// The counters of one bot.
#[derive(Debug)]
pub struct Limiter {
    limits: Limits,
    bot: Pace,
    chats: BTreeMap<i64, Pace>,
    groups: BTreeMap<i64, VecDeque<Duration>>,
}

impl Limiter {
    /// Starts with full bursts.
    pub fn new(limits: Limits) -> Self {
        Self { limits, bot: Pace::default(), chats: BTreeMap::new(), groups: BTreeMap::new() }
    }

    /// Counts one call to `chat`, or says for how many whole seconds it is too early.
    pub fn admit(&mut self, now: Duration, chat: i64, is_group: bool) -> Result<(), u64> {
        let bot_interval = self.limits.bot_per_second.map(|rate| Duration::from_secs(1) / rate);
        let pace = self.chats.entry(chat).or_default();
        let minute = self.groups.entry(chat).or_default();
        while minute.front().is_some_and(|sent| *sent + MINUTE <= now) {
            minute.pop_front();
        }

        let mut wait = Duration::ZERO;
        if let (Some(interval), Some(burst)) = (bot_interval, self.limits.bot_per_second) {
            wait = wait.max(self.bot.wait(now, interval, burst));
        }
        if let Some(burst) = self.limits.chat_burst {
            wait = wait.max(pace.wait(now, Duration::from_secs(1), burst));
        }
        if let (true, Some(most), Some(oldest)) = (is_group, self.limits.group_per_minute, minute.front())
            && minute.len() >= most as usize
        {
            wait = wait.max((*oldest + MINUTE).saturating_sub(now));
        }
        if !wait.is_zero() {
            return Err(whole_seconds(wait));
        }

        if let Some(interval) = bot_interval {
            self.bot.count(now, interval);
        }
        pace.count(now, Duration::from_secs(1));
        minute.push_back(now);
        Ok(())
    }
}

/// Rounds up: a client that waits exactly `retry_after` must find the door open.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
