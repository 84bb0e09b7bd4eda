//! Just enough of Rust's lexer to tell code from comments and strings.

/// What the checks look at.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Token<'a> {
    /// An identifier, keyword, number or lifetime.
    Word(&'a str),
    /// The inside of a string literal, escapes not undone.
    Text(&'a str),
    /// One character of punctuation; `::` is two of them.
    Mark(char),
}

/// The tokens of a Rust file, each with its line, counted from 1.
pub fn tokens(source: &str) -> Vec<(usize, Token<'_>)> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let (length, token) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some((length, inside)) = string(rest) {
            (length, Some(Token::Text(inside)))
        } else if let Some(length) = character(rest) {
            (length, None)
        } else if is_word(first) || first == '\'' {
            let length = 1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1);
            (length, Some(Token::Word(&rest[..length])))
        } else if first.is_whitespace() {
            (first.len_utf8(), None)
        } else {
            (first.len_utf8(), Some(Token::Mark(first)))
        };
        found.extend(token.map(|token| (line, token)));
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// Part of a word. Ours are ASCII; a letter that is not stands alone as a mark.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of the block comment which begins here; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let Some(next) = rest[at..].find(['/', '*']) else {
            return rest.len();
        };
        at += next;
        match rest.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") if depth == 1 => return at + 2,
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
}

/// If a string literal begins here: its whole length and its inside.
fn string(rest: &str) -> Option<(usize, &str)> {
    let mut prefixes = ["br", "cr", "r", "b", "c", ""].into_iter();
    let (raw, hashes, open) = prefixes.find_map(|prefix| {
        let after = rest.strip_prefix(prefix)?;
        let quote = after.find(|c| c != '#')?;
        let raw = prefix.ends_with('r');
        (after[quote..].starts_with('"') && (raw || quote == 0)).then_some((raw, quote, prefix.len() + quote + 1))
    })?;
    let close = format!("\"{}", "#".repeat(hashes));
    let body = &rest[open..];
    let mut end = 0;
    while end < body.len() && !body[end..].starts_with(&close) {
        let escape = !raw && body[end..].starts_with('\\');
        for c in body[end..].chars().take(if escape { 2 } else { 1 }) {
            end += c.len_utf8();
        }
    }
    Some(((open + end + close.len()).min(rest.len()), &body[..end]))
}

/// If a character literal, and not a lifetime, begins here: its length.
fn character(rest: &str) -> Option<usize> {
    let start = usize::from(rest.starts_with("b'"));
    let mut chars = rest[start..].strip_prefix('\'')?.char_indices();
    if chars.next()?.1 == '\\' {
        chars.next();
        let (end, _) = chars.find(|(_, c)| *c == '\'')?;
        return Some(start + 1 + end + 1);
    }
    let (end, close) = chars.next()?;
    (close == '\'').then_some(start + 1 + end + 1)
}

mod tests {
    use super::Token::{Mark, Text, Word};
    use super::*;

    fn plain(source: &str) -> Vec<Token<'_>> {
        tokens(source).into_iter().map(|(_, token)| token).collect()
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(plain("a // crate::x\n/* b /* c */ d */ e"), [Word("a"), Word("e")]);
        assert_eq!(plain("//! no async\n/// nor tokio\nf"), [Word("f")]);
        assert_eq!(plain("a /* never closed"), [Word("a")]);
    }

    #[test]
    fn strings_are_text() {
        assert_eq!(plain(r#"x("A \" // b")"#), [Word("x"), Mark('('), Text(r#"A \" // b"#), Mark(')')]);
        assert_eq!(plain(r###"r#"a "q" \"# b"###), [Text(r#"a "q" \"#), Word("b")]);
        assert_eq!(plain(r#"b"x" br"y" "tiếng Việt""#), [Text("x"), Text("y"), Text("tiếng Việt")]);
        assert_eq!(plain("\"open"), [Text("open")]);
    }

    #[test]
    fn a_quote_in_a_character_opens_no_string() {
        assert_eq!(plain(r#"'"' b'"' '\'' '\u{1}' 'đ' a"#), [Word("a")]);
        assert_eq!(plain("&'a str r#type"), [Mark('&'), Word("'a"), Word("str"), Word("r"), Mark('#'), Word("type")]);
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        assert_eq!(tokens("a\n/*\n*/\n\"\n\" b").last(), Some(&(5, Word("b"))));
    }
}
