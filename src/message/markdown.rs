//! The markdown of Zalo's bots, as far as it is documented: `**bold**`, `*italic*`, `~~struck~~`, `{red}…{/red}`; at the
//! start of a line `#`, `-`, `1.` and `>`; a backslash before any of these makes it text.
//!
//! Only bold is used. Everything else is here to be escaped.

/// The mark before and after bold text.
pub(super) const BOLD: &str = "**";

/// What is a mark wherever it stands.
pub(super) const fn is_mark(character: char) -> bool {
    matches!(character, '*' | '~' | '{' | '}' | '\\')
}

/// What is a mark at the start of a line.
const fn begins_block(character: char) -> bool {
    matches!(character, '#' | '-' | '>')
}

/// Text as Zalo shows it literally, but for what stands at the start of a line: see [`guard`].
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_mark(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The bytes of an escaped character at the start of a text; none when there is none.
pub(super) fn escaped_length(rest: &str) -> Option<usize> {
    let character = rest.strip_prefix('\\')?.chars().next()?;
    (is_mark(character) || begins_block(character) || character == '.').then(|| 1 + character.len_utf8())
}

/// The character that an escape stands for; any other text as it is.
pub(super) fn unescape(glyph: &str) -> &str {
    if escaped_length(glyph).is_some() { glyph.get(1..).unwrap_or(glyph) } else { glyph }
}

/// Bold text without blanks at its edges, where the marks would not count as marks, and no bold of nothing; then escapes
/// what would begin a heading, a list or a quotation. What was done already is not done again.
pub(super) fn guard(text: &str) -> String {
    let neat = neat(text);
    let mut guarded = String::with_capacity(neat.len() + 8);
    for (n, line) in neat.split('\n').enumerate() {
        if n > 0 {
            guarded.push('\n');
        }
        let start = line.trim_start();
        let digits = start.bytes().take_while(u8::is_ascii_digit).count();
        let mark = if start.starts_with(begins_block) {
            Some(0)
        } else {
            (digits > 0 && start[digits..].starts_with(". ")).then_some(digits)
        };
        match mark {
            Some(at) => {
                let at = line.len() - start.len() + at;
                guarded.push_str(&line[..at]);
                guarded.push('\\');
                guarded.push_str(&line[at..]);
            }
            None => guarded.push_str(line),
        }
    }
    guarded
}

fn neat(text: &str) -> String {
    let mut neat = String::with_capacity(text.len());
    // Bold was asked for and has not begun; bold is under way; blanks in bold that may turn out to be its last.
    let (mut asked, mut bold, mut blanks) = (false, false, String::new());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(BOLD) {
            rest = after;
            if bold {
                neat.push_str(BOLD);
                neat.push_str(&blanks);
                blanks.clear();
                bold = false;
            } else {
                asked = !asked;
            }
            continue;
        }
        let length = escaped_length(rest).unwrap_or(character.len_utf8());
        let (glyph, after) = rest.split_at(length);
        rest = after;
        if bold && character.is_whitespace() {
            blanks.push(character);
            continue;
        }
        if asked && !character.is_whitespace() {
            neat.push_str(BOLD);
            (asked, bold) = (false, true);
        }
        neat.push_str(&blanks);
        blanks.clear();
        neat.push_str(glyph);
    }
    neat.push_str(&blanks);
    // A text that ends within bold stays as wrong as it was, so that whoever checks it sees it.
    if asked {
        neat.push_str(BOLD);
    }
    neat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_mark_is_text() {
        assert_eq!(escape("a*b ~c~ {red} \\ [x](y) `z` 1. - #"), "a\\*b \\~c\\~ \\{red\\} \\\\ [x](y) `z` 1. - #");
        for (line, guarded) in [
            ("- x", "\\- x"),
            ("  > x", "  \\> x"),
            ("#1", "\\#1"),
            ("12. x", "12\\. x"),
            ("1.663 hồ sơ", "1.663 hồ sơ"),
            ("−30,3", "−30,3"),
            ("• x - y", "• x - y"),
            ("a\n- b\n\\- c", "a\n\\- b\n\\- c"),
        ] {
            assert_eq!(guard(line), guarded);
            assert_eq!(guard(guarded), guarded, "once is enough");
        }
    }

    #[test]
    fn bold_has_no_blanks_at_its_edges() {
        for (text, neat) in [
            ("**a **b", "**a** b"),
            ("x** a b **", "x **a b** "),
            ("a****b", "ab"),
            ("** **b", " b"),
            ("**\\*a\\***", "**\\*a\\***"),
            ("**a", "**a"),
            ("a **", "a **"),
        ] {
            assert_eq!(guard(text), neat, "{text}");
        }
    }
}
