//! Addresses: a chat, or one topic of a forum.

use std::fmt;

/// "General" in clients; the server knows no thread of that number and refuses a message to it.
const GENERAL_TOPIC: i32 = 1;

/// Where a message goes: `-1001` is a chat (in a forum, its General topic), `-1001/77` the topic 77 of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TelegramAddress {
    /// The chat's id: positive for a person, negative for a group.
    pub chat: i64,
    /// The topic, other than General.
    pub thread: Option<i32>,
}

impl TelegramAddress {
    /// The address of a topic; General is the chat itself.
    #[must_use]
    pub fn new(chat: i64, thread: Option<i32>) -> Self {
        Self { chat, thread: thread.filter(|thread| *thread != GENERAL_TOPIC) }
    }

    /// Reads an address in the form that [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (chat, thread) = match text.split_once('/') {
            Some((chat, thread)) => (chat, Some(thread.parse().ok().filter(|thread| *thread > 0)?)),
            None => (text, None),
        };
        let chat = chat.parse().ok().filter(|chat| *chat != 0)?;
        Some(Self::new(chat, thread))
    }
}

impl fmt::Display for TelegramAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.thread {
            Some(thread) => write!(f, "{}/{thread}", self.chat),
            None => write!(f, "{}", self.chat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for text in ["90001", "-4001", "-1001000000001", "-1001000000002/77"] {
            assert_eq!(TelegramAddress::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(TelegramAddress::parse("-1001/1").unwrap().to_string(), "-1001", "General has no number");
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in ["", "0", "x", "@nhom", "-1001/", "-1001/x", "-1001/0", "-1001/-7", "-1001/7/7", " 1"] {
            assert_eq!(TelegramAddress::parse(text), None, "{text:?}");
        }
    }
}
