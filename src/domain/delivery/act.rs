//! What is done with a delivery: nearly always its text is sent.

use crate::domain::drawing::Drawing;

/// What is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// The text is sent.
    #[default]
    Say,
    /// A picture is sent, with the text below it.
    Show(Drawing),
    /// The text replaces that of the chat's board; the first time, and when the board is gone, it is sent.
    Board,
    /// A message of ours is pinned. The text is for the list of the outbox only.
    Pin {
        /// The provider's id of it.
        message_id: String,
    },
}

impl Act {
    /// The word in the database; none for a text that is sent.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        match self {
            Self::Say => None,
            Self::Show(drawing) => Some(format!("show {}", drawing.word())),
            Self::Board => Some("board".to_owned()),
            Self::Pin { message_id } => Some(format!("pin {message_id}")),
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(word: Option<&str>) -> Option<Self> {
        let Some(word) = word else { return Some(Self::Say) };
        match word.split_once(' ') {
            Some(("show", drawing)) => Drawing::parse(drawing).map(Self::Show),
            Some(("pin", id)) if !id.is_empty() => Some(Self::Pin { message_id: id.to_owned() }),
            None if word == "board" => Some(Self::Board),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_kept_as_a_word() {
        for word in [None, Some("show heat:a:1"), Some("board"), Some("pin 17")] {
            assert_eq!(Act::parse(word).map(|act| act.word()), Some(word.map(str::to_owned)));
        }
        for wrong in ["", "show", "show x", "pin", "pin ", "board 1"] {
            assert_eq!(Act::parse(Some(wrong)), None, "{wrong}");
        }
    }
}
