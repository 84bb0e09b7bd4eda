//! Guessing one-time codes: how many wrong ones are heard before nobody listens any more.
//!
//! A code has 8.5·10¹¹ possibilities and lives for ten minutes, so guessing is hopeless anyway; but whoever tries it is
//! to be stopped early, and the office is to know. While a chat or a person is locked, right codes are refused like wrong
//! ones: otherwise the lock would tell which is which. A refused code is not used up.

use chrono::Duration;

/// Wrong codes count for so long.
pub const GUESS_WINDOW: Duration = Duration::hours(1);
/// So many wrong codes in a chat within [`GUESS_WINDOW`], and the chat is locked.
pub const GUESSES_A_CHAT: usize = 5;
/// So many wrong codes by one person in all chats, and the person is locked.
pub const GUESSES_A_PERSON: usize = 5;
/// So many wrong codes in all, and everybody is locked: many accounts that guess together are one.
pub const GUESSES_IN_ALL: usize = 60;

/// A wrong code on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The id of the chat in which it was typed.
    pub chat: String,
    /// Who typed it, as the medium calls the person.
    pub sender: String,
    /// It was not looked at, because its chat or person was locked, and that was said.
    pub locked: bool,
}

/// Who is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockedBy {
    /// This chat.
    Chat,
    /// This person.
    Person,
    /// Everybody.
    All,
}

/// What becomes of a code that is typed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It is looked at.
    Heard,
    /// It is not, and the chat is told so; the office too.
    Locked(LockedBy),
    /// It is not, and that was said before.
    Silent,
}

/// Whether a code is heard after the `guesses` of the last hour. `sender` is empty where nobody knows who typed it.
#[must_use]
pub fn hearing(guesses: &[Guess], chat: &str, sender: &str) -> Hearing {
    let wrong = || guesses.iter().filter(|guess| !guess.locked);
    let person = person(sender);
    let by_person = || wrong().filter(|guess| !person.is_empty() && self::person(&guess.sender) == person).count();
    let by = if wrong().filter(|guess| guess.chat == chat).count() >= GUESSES_A_CHAT {
        LockedBy::Chat
    } else if by_person() >= GUESSES_A_PERSON {
        LockedBy::Person
    } else if wrong().count() >= GUESSES_IN_ALL {
        LockedBy::All
    } else {
        return Hearing::Heard;
    };
    let said = guesses.iter().any(|guess| guess.locked && guess.chat == chat);
    if said { Hearing::Silent } else { Hearing::Locked(by) }
}

/// What of "An Nguyễn (90001)" stays when its owner changes the name.
fn person(sender: &str) -> &str {
    let id = sender.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, id)| id);
    id.unwrap_or(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(chat: &str, sender: &str) -> Guess {
        Guess { chat: chat.to_owned(), sender: sender.to_owned(), locked: false }
    }

    #[test]
    fn five_wrong_codes_lock_a_chat_and_a_person() {
        let mut guesses = vec![wrong("a", "An (1)"); 4];
        assert_eq!(hearing(&guesses, "a", "An (1)"), Hearing::Heard);
        guesses.push(wrong("a", "Bình (2)"));
        assert_eq!(hearing(&guesses, "a", "Chi (3)"), Hearing::Locked(LockedBy::Chat));
        assert_eq!(hearing(&guesses, "b", "An (1)"), Hearing::Heard, "four are of this person");
        guesses.push(wrong("c", "Tên khác (1)"));
        assert_eq!(hearing(&guesses, "b", "An (1)"), Hearing::Locked(LockedBy::Person));
        assert_eq!(hearing(&guesses, "b", "Chi (3)"), Hearing::Heard);
        guesses.push(Guess { locked: true, ..wrong("a", "An (1)") });
        assert_eq!(hearing(&guesses, "a", "Chi (3)"), Hearing::Silent);
        assert_eq!(hearing(&guesses, "b", "An (1)"), Hearing::Locked(LockedBy::Person), "it was said elsewhere");
    }

    #[test]
    fn who_is_not_known_is_not_everybody_else() {
        let guesses: Vec<Guess> = (0..GUESSES_IN_ALL).map(|n| wrong(&format!("chat {n}"), "")).collect();
        assert_eq!(hearing(&guesses[1..], "other", ""), Hearing::Heard);
        assert_eq!(hearing(&guesses, "other", ""), Hearing::Locked(LockedBy::All));
    }
}
