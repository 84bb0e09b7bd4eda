//! How many questions of one chat are answered within a minute.
//!
//! An answer costs work, and whoever types a hundred commands a minute is a program or an accident. Beyond the limit the
//! chat is told once to wait, and then nobody answers until the minute has passed; ordinary talk never counts.

use chrono::{DateTime, Duration, Utc};
use std::collections::VecDeque;

/// The minute.
pub const HURRY_WINDOW: Duration = Duration::minutes(1);
/// So many questions of a chat are answered within [`HURRY_WINDOW`]: as many as Telegram lets a bot write to a group.
pub const ANSWERS_A_MINUTE: usize = 20;

/// What becomes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It is answered.
    Answer,
    /// It is not, and the chat is told to wait.
    Ask,
    /// It is not, and the chat was told.
    Silent,
}

/// The latest questions of one chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    answered: VecDeque<DateTime<Utc>>,
    asked_to_wait: Option<DateTime<Utc>>,
}

impl Questions {
    /// Somebody asks now.
    pub fn ask(&mut self, now: DateTime<Utc>) -> Patience {
        while self.answered.front().is_some_and(|at| now - *at >= HURRY_WINDOW) {
            self.answered.pop_front();
        }
        if self.answered.len() < ANSWERS_A_MINUTE {
            self.answered.push_back(now);
            return Patience::Answer;
        }
        if self.asked_to_wait.is_some_and(|at| now - at < HURRY_WINDOW) {
            return Patience::Silent;
        }
        self.asked_to_wait = Some(now);
        Patience::Ask
    }

    /// Nothing of it matters any more.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        let old = |at: &DateTime<Utc>| now - *at >= HURRY_WINDOW;
        self.answered.back().is_none_or(old) && self.asked_to_wait.as_ref().is_none_or(old)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_answered_up_to_the_limit_and_asked_to_wait_once() {
        let at = |second: i64| DateTime::from_timestamp(1_690_000_000 + second, 0).unwrap();
        let mut questions = Questions::default();
        for n in 0..20 {
            assert_eq!(questions.ask(at(n)), Patience::Answer);
        }
        assert_eq!(questions.ask(at(20)), Patience::Ask);
        assert_eq!(questions.ask(at(30)), Patience::Silent);
        assert_eq!(questions.ask(at(60)), Patience::Answer, "the first is a minute old");
        assert_eq!(questions.ask(at(60)), Patience::Silent);
        assert!(!questions.is_over(at(119)) && questions.is_over(at(120)));
        assert_eq!(questions.ask(at(500)), Patience::Answer);
    }
}
