//! Choices as buttons below a message.

use crate::domain::delivery::Choice;
use serde_json::{Value, json};

/// Bytes in `callback_data`; one more, and the server refuses the whole message.
const DATA_MOST: usize = 64;

/// One button a row, so that long names stay readable. A command that does not fit has none: its number in the text
/// still works. None without any button.
pub(super) fn of(choices: &[Choice]) -> Option<Value> {
    let rows: Vec<Value> = choices
        .iter()
        .filter(|choice| (1..=DATA_MOST).contains(&choice.command.len()) && !choice.label.trim().is_empty())
        .map(|choice| json!([{"text": choice.label, "callback_data": choice.command}]))
        .collect();
    (!rows.is_empty()).then(|| json!({"inline_keyboard": rows}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(command: String) -> Choice {
        Choice { label: "Sở Tư pháp".to_owned(), command }
    }

    #[test]
    fn a_button_carries_its_command_in_64_bytes_or_is_left_out() {
        let fits = format!("/status {}", "x".repeat(56));
        let marked = format!("/status {} tháng trước", "x".repeat(41));
        assert_eq!((fits.len(), marked.len()), (64, 65), "bytes, not characters");
        let keyboard = of(&[choice(fits.clone()), choice(marked.clone()), choice("/status b".to_owned())]).unwrap();
        let data: Vec<&str> = keyboard["inline_keyboard"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[0]["callback_data"].as_str().unwrap())
            .collect();
        assert_eq!(data, [fits.as_str(), "/status b"]);
        assert_eq!(of(&[choice(marked)]), None);
        assert_eq!(of(&[]), None);
    }
}
