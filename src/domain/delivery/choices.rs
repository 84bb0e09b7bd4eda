//! Choices: what a message offers, and which of them somebody means by a number.
//!
//! A medium with buttons shows each choice as one; everywhere a person may type its number instead. Either way the
//! program hears the command behind it as if it had been typed, so that whoever chooses may see what they may see.

use chrono::{DateTime, Duration, Utc};

/// One of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What people read: "Sở Tư pháp".
    pub label: String,
    /// The command that it stands for: "/status so-tu-phap".
    pub command: String,
}

/// How long a number means a choice. Later it is only a number.
pub const CHOICES_LIFETIME: Duration = Duration::minutes(10);

/// What somebody means who types `text` into a chat that was offered `choices` at `offered_at`: the command behind the
/// number. None for any other text, another number, and too late.
#[must_use]
pub fn chosen<'c>(text: &str, choices: &'c [Choice], offered_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<&'c str> {
    let number = number_typed(text)?;
    let in_time = now - offered_at < CHOICES_LIFETIME;
    let choice = choices.get(number.checked_sub(1)?).filter(|_| in_time)?;
    Some(&choice.command)
}

/// A number alone: `2`, `2.`, `(2)`, `số 2`, and behind a bot's name, which people have to write in groups: `@Bot Tên 2`.
#[must_use]
pub fn number_typed(text: &str) -> Option<usize> {
    let text = text.trim();
    let text = match text.strip_prefix('@') {
        Some(mention) => mention.rsplit_once(char::is_whitespace)?.1,
        None => text.strip_prefix("số ").or_else(|| text.strip_prefix("Số ")).unwrap_or(text),
    };
    let digits = text.trim_matches(|c: char| matches!(c, '.' | ')' | '(' | '#') || c.is_whitespace());
    let number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn a_number_alone_is_one() {
        for text in ["2", " 2 ", "2.", "(2)", "2)", "#2", "02", "số 2", "@ChiTieuBot 2", "@Bot Chỉ tiêu 2."] {
            assert_eq!(number_typed(text), Some(2), "{text}");
        }
        for text in ["", "-2", "2a", "2 3", "222", "hai", "@2", "/2", "2/7", "2,5", "tháng 2", "²"] {
            assert_eq!(number_typed(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_means_a_choice_that_was_offered_lately() {
        let choice = |command: &str| Choice { label: command.to_uppercase(), command: command.to_owned() };
        let choices = [choice("/status a"), choice("/status b")];
        let chosen = |text, minutes| chosen(text, &choices, at(0), at(minutes));
        assert_eq!(chosen("1", 0), Some("/status a"));
        assert_eq!(chosen("2", 9), Some("/status b"));
        for (text, minutes) in [("2", 10), ("0", 0), ("3", 0), ("xin chào", 0)] {
            assert_eq!(chosen(text, minutes), None, "{text} after {minutes} min");
        }
    }
}
