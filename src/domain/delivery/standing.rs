//! What a person of the office types about messages that are not through, and why each is not, told apart from what
//! providers and networks say.

use super::DeliveryState;
use crate::domain::names::unmarked;
use crate::domain::reach::Away;

/// What a person types behind `/tingui`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxSaid {
    /// Nothing, or "trang 2": the list from that page on, from 1.
    List(u32),
    /// "12": what about this one?
    About(DeliveryName),
    /// "lại 12": send it again.
    Again(DeliveryName),
    /// "bỏ 12": give it up.
    Drop(DeliveryName),
}

/// How a person names a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryName {
    /// By its number, as the list shows it.
    Number(i64),
    /// By the end of its id, as the office reads it when the program asks.
    End(String),
}

/// Numbers have fewer digits than the end of an id has letters.
const END_LETTERS: usize = 12;

/// Reads it, with or without marks; none for anything else.
#[must_use]
pub fn outbox_said(typed: &str) -> Option<OutboxSaid> {
    let folded = unmarked(typed.trim());
    let words: Vec<&str> = folded.split_whitespace().collect();
    match words.as_slice() {
        [] => Some(OutboxSaid::List(1)),
        ["trang" | "page", number] => number.parse().ok().filter(|page| *page > 0).map(OutboxSaid::List),
        ["lai" | "retry", rest @ ..] | ["gui", "lai", rest @ ..] => name(rest).map(OutboxSaid::Again),
        ["bo" | "drop", rest @ ..] => name(rest).map(OutboxSaid::Drop),
        rest => name(rest).map(OutboxSaid::About),
    }
}

/// "12", "#12", "tin 12", "tin số 12", "8a1b2c3d4e5f".
fn name(words: &[&str]) -> Option<DeliveryName> {
    let ([word] | ["tin", word] | ["tin", "so", word] | ["so", word]) = words else { return None };
    let word = word.trim_start_matches('#');
    if word.len() < END_LETTERS {
        return word.parse().ok().filter(|number| *number > 0).map(DeliveryName::Number);
    }
    let is_end = word.len() <= 36 && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_end.then(|| DeliveryName::End(word.to_owned()))
}

/// Why a message is not through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotThrough {
    /// Its chat is out of reach.
    Away(Away),
    /// Nobody knows whether it arrived.
    Unknown,
    /// It is being sent.
    UnderWay,
    /// Its turn has not come.
    Queued,
    /// The provider asked for patience.
    Patience,
    /// The provider does not take the bot's token.
    Token,
    /// The provider does not take this very message.
    Refused,
    /// The network or the provider failed.
    Network,
}

impl NotThrough {
    /// Of a delivery in that state, with what its last attempt said, to a chat that is paused for a reason or not.
    #[must_use]
    pub fn of(state: DeliveryState, last_error: Option<&str>, paused: Option<&str>, group: bool) -> Self {
        match (state, paused, last_error) {
            (DeliveryState::Unknown, ..) => Self::Unknown,
            (_, Some(paused), _) => Self::Away(Away::of(paused, group)),
            (DeliveryState::Sending, ..) => Self::UnderWay,
            (DeliveryState::Failed, _, why) => Self::failed(why.unwrap_or_default(), group),
            (_, _, None) => Self::Queued,
            (_, _, Some(why)) => Self::passing(&why.to_ascii_lowercase()).unwrap_or(Self::Network),
        }
    }

    /// A fault that may pass, where its words say which.
    fn passing(why: &str) -> Option<Self> {
        let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
        if says(&["retry after", "too many requests"]) {
            Some(Self::Patience)
        } else if says(&["token refused", "unauthorized"]) {
            Some(Self::Token)
        } else if says(&["http 5", "connect", "no answer", "timed out", "timeout", "network", "dns", "route"])
            || why.split(':').next().is_some_and(|code| code.len() == 3 && code.starts_with('5'))
        {
            Some(Self::Network)
        } else {
            None
        }
    }

    fn failed(why: &str, group: bool) -> Self {
        let lower = why.to_ascii_lowercase();
        if let Some(passing) = Self::passing(&lower) {
            return passing;
        }
        match Away::of(why, group) {
            Away::Other => Self::Refused,
            away => Self::Away(away),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_about_messages_is_read() {
        let number = DeliveryName::Number;
        let end = |text: &str| DeliveryName::End(text.to_owned());
        for (typed, said) in [
            ("", Some(OutboxSaid::List(1))),
            ("trang 3", Some(OutboxSaid::List(3))),
            ("trang 0", None),
            ("12", Some(OutboxSaid::About(number(12)))),
            ("tin số 12", Some(OutboxSaid::About(number(12)))),
            ("lại 12", Some(OutboxSaid::Again(number(12)))),
            ("LAI #12", Some(OutboxSaid::Again(number(12)))),
            ("gửi lại tin 12", Some(OutboxSaid::Again(number(12)))),
            ("retry 8a1b2c3d4e5f", Some(OutboxSaid::Again(end("8a1b2c3d4e5f")))),
            ("bỏ 12", Some(OutboxSaid::Drop(number(12)))),
            ("bỏ 123456789012", Some(OutboxSaid::Drop(end("123456789012")))),
            ("bỏ", None),
            ("bỏ hết", None),
            ("lại 0", None),
            ("lại -3", None),
            ("sở y tế", None),
        ] {
            assert_eq!(outbox_said(typed), said, "{typed}");
        }
    }

    #[test]
    fn reasons_are_told_apart() {
        use DeliveryState::{Failed, Sending, Unknown, Waiting};
        let kicked = "Forbidden: bot was kicked from the group chat";
        for (state, last, paused, expected) in [
            (Waiting, None, None, NotThrough::Queued),
            (Waiting, Some("retry after 30 s"), None, NotThrough::Patience),
            (Waiting, Some("connection refused"), None, NotThrough::Network),
            (Waiting, Some("token refused: Unauthorized"), None, NotThrough::Token),
            (Waiting, Some("something new"), None, NotThrough::Network),
            (Waiting, None, Some(kicked), NotThrough::Away(Away::Removed)),
            (Sending, Some("connection refused"), None, NotThrough::UnderWay),
            (Unknown, Some("no answer within 8000 ms"), Some(kicked), NotThrough::Unknown),
            (Failed, Some("no answer within 8000 ms"), None, NotThrough::Network),
            (Failed, Some("502: Bad Gateway"), None, NotThrough::Network),
            (Failed, Some("HTTP 503: <html>"), None, NotThrough::Network),
            (Failed, Some(kicked), None, NotThrough::Away(Away::Removed)),
            (Failed, Some("Bad Request: message is too long"), None, NotThrough::Refused),
            (Failed, None, None, NotThrough::Refused),
        ] {
            assert_eq!(NotThrough::of(state, last, paused, true), expected, "{state:?} {last:?} {paused:?}");
        }
    }
}
