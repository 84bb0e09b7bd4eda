//! A breaker for each source: whoever is in trouble is asked more and more seldom, and the office is told once when it
//! begins and once when it is over.
//!
//! Closed, a source is asked at every interval. Open, it is left alone for a pause that doubles up to a limit. When the
//! pause is over it is half open: one question decides whether it closes or opens again. What is absent: the clock and
//! chance, which are handed in, and where the state is kept.

use chrono::{DateTime, Duration, Utc};

/// Why a source gave no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The environment holds no value for one of its headers.
    NoSecret,
    /// 401, 403, or an answer that says so in other words: the token is wrong or has expired.
    Refused,
    /// A page to log in, or a redirection to one: the token has expired.
    Login,
    /// A JSON object that reports an error instead of figures.
    ErrorAnswer,
    /// A page of the web instead of figures.
    Page,
    /// Another status.
    Status,
    /// Larger than the source may be.
    TooLarge,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Unreachable,
    /// Too many redirections, or one that must not be followed.
    Redirect,
    /// The watched folder cannot be read.
    Folder,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::NoSecret,
        Self::Refused,
        Self::Login,
        Self::ErrorAnswer,
        Self::Page,
        Self::Status,
        Self::TooLarge,
        Self::Timeout,
        Self::Unreachable,
        Self::Redirect,
        Self::Folder,
    ];

    /// The word in the database, in metrics and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::Refused => "refused",
            Self::Login => "login",
            Self::ErrorAnswer => "error_answer",
            Self::Page => "page",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Redirect => "redirect",
            Self::Folder => "folder",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.as_str() == word)
    }

    /// A person has to renew a token: no patience helps.
    #[must_use]
    pub const fn is_about_token(self) -> bool {
        matches!(self, Self::NoSecret | Self::Refused | Self::Login)
    }

    /// Only a person can help, so nobody waits for a third failure.
    #[must_use]
    pub const fn is_lasting(self) -> bool {
        self.is_about_token() || matches!(self, Self::TooLarge)
    }
}

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// So many failures in a row open it. One is enough where only a person can help.
    pub failures: u32,
    /// The usual pause between two questions, and the first one of an open breaker.
    pub interval: Duration,
    /// No pause is longer.
    pub longest: Duration,
}

impl BreakerPolicy {
    /// The house's policy for sources that are asked every `interval`: three failures, pauses up to four hours.
    #[must_use]
    pub fn every(interval: Duration) -> Self {
        Self { failures: 3, interval, longest: interval.max(Duration::hours(4)) }
    }
}

/// What state a breaker is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Asked as usual.
    Closed,
    /// Left alone.
    Open,
    /// Asked once; the answer decides.
    HalfOpen,
}

/// The state of one source's breaker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: u32,
    /// The first of them.
    pub since: Option<DateTime<Utc>>,
    /// Why; while it is open, the gravest reason, which is the one that was told.
    pub trouble: Option<Trouble>,
    /// How often in a row it opened; none is closed.
    pub opened: u32,
    /// Not asked before this moment.
    pub next: Option<DateTime<Utc>>,
}

/// What the office is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It opened, or the reason became one that only a person can mend.
    Opened {
        /// Since when nothing comes.
        since: DateTime<Utc>,
        /// Why.
        trouble: Trouble,
    },
    /// It closed again after it had been open.
    Closed {
        /// Since when nothing had come.
        since: DateTime<Utc>,
    },
}

impl Breaker {
    /// The state at a moment.
    #[must_use]
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        match self.opened {
            0 => Phase::Closed,
            _ if self.is_due(now) => Phase::HalfOpen,
            _ => Phase::Open,
        }
    }

    /// Whether the source is asked now.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next.is_none_or(|next| next <= now)
    }

    /// The state after the source gave an answer that can be used. `jitter` is a number of 0..=1000.
    #[must_use]
    pub fn succeeded(self, now: DateTime<Utc>, policy: &BreakerPolicy, jitter: u16) -> (Self, Option<Turn>) {
        let turn = self.since.filter(|_| self.opened > 0).map(|since| Turn::Closed { since });
        (Self { next: Some(now + jittered(policy.interval, jitter)), ..Self::default() }, turn)
    }

    /// The state after it gave none.
    #[must_use]
    pub fn failed(
        self,
        trouble: Trouble,
        now: DateTime<Utc>,
        policy: &BreakerPolicy,
        jitter: u16,
    ) -> (Self, Option<Turn>) {
        let failures = self.failures.saturating_add(1);
        let since = self.since.unwrap_or(now);
        let opens = self.opened > 0 || failures >= policy.failures || trouble.is_lasting();
        let opened = if opens { self.opened.saturating_add(1) } else { 0 };
        let next = Some(now + jittered(pause(opened, policy), jitter));
        // A source that was away and now refuses the token needs another remedy than the one that was told.
        let graver = trouble.is_lasting() && self.trouble.is_some_and(|before| !before.is_lasting());
        let turn = (opens && (self.opened == 0 || graver)).then_some(Turn::Opened { since, trouble });
        // Once it was told that a person has to help, a server that is also slow is no news, and the next refusal neither.
        let told = self.trouble.filter(|before| self.opened > 0 && before.is_lasting() && !trouble.is_lasting());
        let trouble = told.unwrap_or(trouble);
        (Self { failures, since: Some(since), trouble: Some(trouble), opened, next }, turn)
    }
}

/// Closed, the usual interval; then the same, twice, four times … up to the limit.
fn pause(opened: u32, policy: &BreakerPolicy) -> Duration {
    let doubled = opened.saturating_sub(1).min(20);
    (policy.interval * (1 << doubled)).min(policy.longest)
}

/// A tenth more or less, so that sources and offices do not ask in step.
fn jittered(pause: Duration, jitter: u16) -> Duration {
    pause * 9 / 10 + pause * i32::from(jitter.min(1000)) / 5000
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: fn() -> BreakerPolicy = || BreakerPolicy::every(Duration::minutes(15));

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000 + minutes * 60, 0).unwrap()
    }

    fn minutes(breaker: &Breaker, now: DateTime<Utc>) -> i64 {
        (breaker.next.unwrap() - now).num_minutes()
    }

    #[test]
    fn the_third_failure_opens_it_with_growing_pauses_and_the_office_is_told_once() {
        let mut breaker = Breaker::default();
        let (mut now, mut pauses, mut turns) = (at(0), Vec::new(), Vec::new());
        for _ in 0..9 {
            let turn;
            (breaker, turn) = breaker.failed(Trouble::Unreachable, now, &POLICY(), 500);
            turns.extend(turn);
            pauses.push(minutes(&breaker, now));
            now = breaker.next.unwrap();
        }
        assert_eq!(pauses, [15, 15, 15, 30, 60, 120, 240, 240, 240]);
        assert_eq!(turns, [Turn::Opened { since: at(0), trouble: Trouble::Unreachable }]);
        assert_eq!(breaker.phase(now), Phase::HalfOpen);
        assert_eq!(breaker.phase(now - Duration::minutes(1)), Phase::Open);
        let (closed, turn) = breaker.succeeded(now, &POLICY(), 500);
        assert_eq!(turn, Some(Turn::Closed { since: at(0) }));
        assert_eq!((closed.phase(now), minutes(&closed, now)), (Phase::Closed, 15));
        assert_eq!(closed.succeeded(now, &POLICY(), 0).1, None);
    }

    #[test]
    fn a_refused_token_opens_it_at_once_and_is_told_even_after_an_outage() {
        let (breaker, turn) = Breaker::default().failed(Trouble::Refused, at(0), &POLICY(), 500);
        assert_eq!(turn, Some(Turn::Opened { since: at(0), trouble: Trouble::Refused }));
        assert_eq!(breaker.failed(Trouble::Login, at(15), &POLICY(), 500).1, None);
        // Slow in between: nobody is told again.
        let (slow, between) = breaker.failed(Trouble::Timeout, at(15), &POLICY(), 500);
        assert_eq!((between, slow.failed(Trouble::Refused, at(30), &POLICY(), 500).1), (None, None));
        let mut away = Breaker::default();
        for minute in 0..3 {
            (away, _) = away.failed(Trouble::Timeout, at(minute), &POLICY(), 500);
        }
        let (_, turn) = away.failed(Trouble::Refused, at(9), &POLICY(), 500);
        assert_eq!(turn, Some(Turn::Opened { since: at(0), trouble: Trouble::Refused }));
    }

    #[test]
    fn two_failures_are_nobodys_concern() {
        let (one, first) = Breaker::default().failed(Trouble::Status, at(0), &POLICY(), 0);
        let (two, second) = one.failed(Trouble::Status, at(15), &POLICY(), 0);
        assert_eq!((first, second, two.phase(at(15))), (None, None, Phase::Closed));
        assert_eq!(two.succeeded(at(30), &POLICY(), 0).1, None);
    }

    #[test]
    fn chance_moves_a_pause_by_a_tenth() {
        let quarter = Duration::minutes(100);
        let seconds = |jitter| jittered(quarter, jitter).num_minutes();
        assert_eq!((seconds(0), seconds(500), seconds(1000), seconds(u16::MAX)), (90, 100, 110, 110));
    }

    #[test]
    fn every_word_is_read_back() {
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::parse(trouble.as_str()), Some(trouble));
        }
        assert_eq!(Trouble::parse("weather"), None);
    }
}
