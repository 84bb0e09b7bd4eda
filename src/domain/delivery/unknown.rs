//! What follows when nobody knows whether a message arrived: the request left, and no answer came; or the worker that
//! sent it died.
//!
//! Repeating blindly tells a group twice what it was told once, and never repeating leaves a unit without its figures.
//! Which of the two is worse depends on the message, so the office decides for each sort (`catalog/delivery.toml`). One
//! thing holds for all of them: a message is repeated by the program once at most, and the repetition says that it is one.

use super::DeliveryClass;
use chrono::{DateTime, Duration, Utc};

/// What stands in front of a repetition, in every dialect: it holds nothing that any of them escapes.
pub const REPEAT_MARK: &str = "(gửi lại) ";

/// The length of [`REPEAT_MARK`] in characters and in UTF-16 units. Whoever cuts a text to a provider's limit leaves so
/// much room.
pub const REPEAT_MARK_LENGTH: usize = 10;

/// Later than this a repetition is old news, whatever kept the program from making it in time: a person decides.
pub const LATEST_REPEAT: Duration = Duration::hours(24);

/// The message that asks the office about others. Nobody is asked about it: that would never end.
pub const QUESTION: &str = "unknown_outcome";

/// The sorts of messages that differ in what an unknown outcome means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// To a unit: what is not reached, reached again, or missing.
    Bulletin,
    /// To the leaders: where the province stands.
    Digest,
    /// Somebody asked, and can ask again.
    Answer,
    /// To the office: what only the office has to know.
    Notice,
}

impl Sort {
    /// The sort of a message, by its class and by the name of its template. A name that is not listed is a notice.
    #[must_use]
    pub fn of(class: DeliveryClass, kind: &str) -> Self {
        match (class, kind) {
            (DeliveryClass::Answer, _) => Self::Answer,
            (
                DeliveryClass::Broadcast,
                "bulletin" | "recovered" | "no_data" | "collected" | "reminder" | "promise_due",
            ) => Self::Bulletin,
            (DeliveryClass::Broadcast, "digest") => Self::Digest,
            (DeliveryClass::Broadcast, _) => Self::Notice,
        }
    }
}

/// What the office wants for a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnknown {
    /// Sent once more after a while, marked as a repetition; if that is unknown too, the office is asked.
    Repeat,
    /// The office is asked.
    Ask,
    /// Nothing; it stands in the list of the outbox.
    Leave,
}

/// What happens to messages of which nobody knows whether they arrived (`catalog/delivery.toml`, `[unknown]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPolicy {
    /// For [`Sort::Bulletin`].
    pub bulletins: OnUnknown,
    /// For [`Sort::Digest`].
    pub digests: OnUnknown,
    /// For [`Sort::Answer`].
    pub answers: OnUnknown,
    /// For [`Sort::Notice`].
    pub notices: OnUnknown,
    /// How long a repetition waits, so that a provider in trouble can recover.
    pub repeat_after: Duration,
}

impl UnknownPolicy {
    const fn of(&self, sort: Sort) -> OnUnknown {
        match sort {
            Sort::Bulletin => self.bulletins,
            Sort::Digest => self.digests,
            Sort::Answer => self.answers,
            Sort::Notice => self.notices,
        }
    }
}

/// A message of which nobody knows whether it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubtful<'a> {
    /// Its priority.
    pub class: DeliveryClass,
    /// The name of its template.
    pub kind: &'a str,
    /// How often it was sent again although it may have arrived, by the program or by a person.
    pub repeated: u32,
    /// Since when nobody knows.
    pub since: DateTime<Utc>,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing before this moment.
    Wait {
        /// When it is repeated.
        until: DateTime<Utc>,
    },
    /// Send it again, marked.
    Repeat,
    /// Ask the office, which has `outbox retry` and `outbox drop`.
    AskOffice,
    /// Nothing, for good.
    Leave,
}

/// Decides what follows.
#[must_use]
pub fn next(policy: &UnknownPolicy, message: &Doubtful<'_>, now: DateTime<Utc>) -> Next {
    let wanted = policy.of(Sort::of(message.class, message.kind));
    let ask = if message.kind == QUESTION { Next::Leave } else { Next::AskOffice };
    match wanted {
        OnUnknown::Leave => Next::Leave,
        OnUnknown::Ask => ask,
        OnUnknown::Repeat if message.repeated > 0 || now - message.since > LATEST_REPEAT => ask,
        OnUnknown::Repeat => {
            let until = message.since + policy.repeat_after;
            if now < until { Next::Wait { until } } else { Next::Repeat }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: UnknownPolicy = UnknownPolicy {
        bulletins: OnUnknown::Repeat,
        digests: OnUnknown::Ask,
        answers: OnUnknown::Leave,
        notices: OnUnknown::Repeat,
        repeat_after: Duration::minutes(10),
    };

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_160_400 + 60 * minutes, 0).unwrap()
    }

    /// What follows for a message that is unknown since minute 0.
    fn after(minutes: i64, kind: &str, repeated: u32) -> Next {
        let class = if kind == "status" { DeliveryClass::Answer } else { DeliveryClass::Broadcast };
        next(&POLICY, &Doubtful { class, kind, repeated, since: at(0) }, at(minutes))
    }

    #[test]
    fn a_bulletin_is_repeated_once_after_ten_minutes() {
        for kind in ["bulletin", "recovered", "no_data", "collected", "feed_suspicious", QUESTION] {
            assert_eq!(after(0, kind, 0), Next::Wait { until: at(10) }, "{kind}");
            assert_eq!(after(9, kind, 0), Next::Wait { until: at(10) }, "{kind}");
            assert_eq!(after(10, kind, 0), Next::Repeat, "{kind}");
            assert_eq!(after(24 * 60, kind, 0), Next::Repeat, "{kind}");
        }
    }

    #[test]
    fn the_second_time_and_the_day_after_the_office_is_asked() {
        for (minutes, repeated) in [(0, 1), (10, 1), (10, 7), (24 * 60 + 1, 0)] {
            assert_eq!(after(minutes, "bulletin", repeated), Next::AskOffice);
            assert_eq!(after(minutes, QUESTION, repeated), Next::Leave, "no question about a question");
        }
    }

    #[test]
    fn digests_are_asked_about_at_once_and_answers_left_alone() {
        for (minutes, repeated) in [(0, 0), (10, 0), (10_000, 0), (0, 1)] {
            assert_eq!(after(minutes, "digest", repeated), Next::AskOffice);
            assert_eq!(after(minutes, "status", repeated), Next::Leave);
        }
    }

    #[test]
    fn an_answer_is_an_answer_whatever_it_says() {
        assert_eq!(Sort::of(DeliveryClass::Answer, "digest"), Sort::Answer);
        assert_eq!(Sort::of(DeliveryClass::Broadcast, "of a later version"), Sort::Notice);
    }

    #[test]
    fn the_mark_is_as_long_as_it_says_however_one_counts() {
        assert_eq!(REPEAT_MARK.chars().count(), REPEAT_MARK_LENGTH);
        assert_eq!(REPEAT_MARK.encode_utf16().count(), REPEAT_MARK_LENGTH);
    }
}
