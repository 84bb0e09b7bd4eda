//! Mentions: `[@user_id]` and `[@group_id]` in a text call a person or everybody. What we relay was typed by people, and
//! must call nobody.

/// The text without its mentions. What is left of one mention may not become another.
pub(super) fn without_mentions(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(span) = first(&text) {
        text.replace_range(span, "");
    }
    text
}

/// Where the first mention stands: from the last `[@` before a `]` on the same line.
fn first(text: &str) -> Option<std::ops::Range<usize>> {
    for (close, _) in text.match_indices(']') {
        let Some(open) = text[..close].rfind("[@") else { continue };
        if !text[open..close].contains('\n') {
            return Some(open..close + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relayed_text_calls_nobody() {
        for (text, expected) in [
            ("", ""),
            ("Sở Tư pháp [1] @Bot", "Sở Tư pháp [1] @Bot"),
            ("chào [@6ede9afa66b88fe6d6a9] và [@f414c8f76fa586fbdfb4]", "chào  và "),
            ("[@[@a]b]", ""),
            ("[[@a]@b]", ""),
            ("[@]", ""),
            ("]] [@a", "]] [@a"),
            ("[@a\nb]", "[@a\nb]"),
        ] {
            assert_eq!(without_mentions(text), expected, "{text}");
        }
    }
}
