//! Splitting a text that is too long for one message, without breaking its markup.
//!
//! The parts carry no numbers: chats keep the order, and a part then reads on where the last one stopped.

use super::dialect::Dialect;
use super::markdown;
use unicode_normalization::char::is_combining_mark;

/// How long one message may be, marks included (so it always fits, however a provider counts them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextLimit {
    /// In UTF-16 units, as Telegram counts.
    Utf16Units(usize),
    /// In Unicode characters.
    Chars(usize),
}

/// Telegram's limit is 4096 after entities; the rest is a margin.
pub const TELEGRAM_LIMIT: TextLimit = TextLimit::Utf16Units(4_000);

impl TextLimit {
    /// Room for the longest link beside a word. A smaller limit cannot be kept.
    const SMALLEST: usize = 64;

    fn units(self) -> usize {
        match self {
            Self::Utf16Units(n) | Self::Chars(n) => n.max(Self::SMALLEST),
        }
    }

    /// A limit that leaves room for more, but not below the smallest.
    const fn less(self, room: usize) -> Self {
        match self {
            Self::Utf16Units(n) => Self::Utf16Units(n.saturating_sub(room)),
            Self::Chars(n) => Self::Chars(n.saturating_sub(room)),
        }
    }

    /// The length of a text, counted as this limit does.
    #[must_use]
    pub fn measure(self, text: &str) -> usize {
        match self {
            Self::Utf16Units(_) => text.encode_utf16().count(),
            Self::Chars(_) => text.chars().count(),
        }
    }
}

/// Splits at line ends; a line that is too long by itself at a space, and where there is none between two characters
/// (never inside an entity, or between a letter and its marks). Tags that are open at the end of a part are closed
/// there and opened again in the next one. Limits below 64 count as 64. A part without visible text is left out.
#[must_use]
pub fn split(text: &str, dialect: Dialect, limit: TextLimit) -> Vec<String> {
    let tokens = tokens(text, dialect);
    // What begins a part begins a line there, and may need one backslash that it did not need before.
    let limit = if dialect == Dialect::ZaloMarkdown { limit.less(1) } else { limit };
    let mut parts = Vec::new();
    let mut open: Vec<Tag<'_>> = Vec::new();
    let mut start = 0;
    while start < tokens.len() {
        let end = end_of_part(&tokens, start, &open, limit);
        let mut part: String = open.iter().map(|tag| tag.open).collect();
        let mut visible = false;
        for token in &tokens[start..end] {
            match token {
                Token::Open(tag) => open.push(*tag),
                Token::Close(_) => drop(open.pop()),
                Token::Glyph(glyph) => visible |= !glyph.trim().is_empty(),
            }
            part.push_str(token.text());
        }
        for tag in open.iter().rev() {
            part.push_str(&tag.close());
        }
        if visible {
            parts.push(if dialect == Dialect::ZaloMarkdown { markdown::guard(&part) } else { part });
        }
        start = end;
    }
    parts
}

/// A text in two, at a line end: `at` is the byte of its line break, which goes to neither. Tags that are open there are
/// closed and opened again.
pub(super) fn cut(text: &str, dialect: Dialect, at: usize) -> (String, String) {
    let (mut head, mut read) = (String::new(), 0);
    let mut open: Vec<Tag<'_>> = Vec::new();
    let mut tokens = tokens(text, dialect).into_iter();
    for token in tokens.by_ref() {
        let from = read;
        read += token.text().len();
        if from >= at {
            break;
        }
        match token {
            Token::Open(tag) => open.push(tag),
            Token::Close(_) => drop(open.pop()),
            Token::Glyph(_) => {}
        }
        head.push_str(token.text());
    }
    let mut rest: String = open.iter().map(|tag| tag.open).collect();
    rest.extend(tokens.map(|token| token.text()));
    head.extend(open.iter().rev().map(Tag::close));
    if dialect == Dialect::ZaloMarkdown { (head, markdown::guard(&rest)) } else { (head, rest) }
}

/// The visible text: without tags, entities resolved.
#[must_use]
pub fn visible(text: &str, dialect: Dialect) -> String {
    tokens(text, dialect)
        .iter()
        .filter_map(|token| match token {
            Token::Glyph(glyph) if dialect == Dialect::ZaloMarkdown => Some(markdown::unescape(glyph)),
            Token::Glyph(glyph) => Some(unescape(glyph)),
            _ => None,
        })
        .collect()
}

/// What is wrong with the tags of a text: one that is never closed, or closed by another.
pub(super) fn unbalanced(text: &str, dialect: Dialect) -> Option<String> {
    let mut open: Vec<Tag<'_>> = Vec::new();
    for token in tokens(text, dialect) {
        match token {
            Token::Open(tag) => open.push(tag),
            Token::Close(close) => {
                let name = close.trim_start_matches("</").trim_end_matches('>');
                match open.pop() {
                    Some(tag) if tag.name == name || tag.open == markdown::BOLD => {}
                    _ => return Some(format!("{close} closes what is not open")),
                }
            }
            Token::Glyph("<" | ">" | "&") if dialect.has_tags() => {
                return Some("a bare <, > or & is no text in this dialect".to_owned());
            }
            Token::Glyph("*" | "~" | "{" | "}" | "\\") if dialect == Dialect::ZaloMarkdown => {
                return Some("a bare *, ~, {, } or \\ is no text in this dialect".to_owned());
            }
            Token::Glyph(_) => {}
        }
    }
    open.pop().map(|tag| format!("{} is never closed", tag.open))
}

#[derive(Clone, Copy)]
struct Tag<'a> {
    open: &'a str,
    name: &'a str,
}

impl Tag<'_> {
    fn close(&self) -> String {
        if self.open == markdown::BOLD { self.open.to_owned() } else { format!("</{}>", self.name) }
    }
}

#[derive(Clone, Copy)]
enum Token<'a> {
    Open(Tag<'a>),
    Close(&'a str),
    /// What must stay together: a letter with its combining marks, an entity, or an escape.
    Glyph(&'a str),
}

impl<'a> Token<'a> {
    const fn text(&self) -> &'a str {
        match self {
            Self::Open(tag) => tag.open,
            Self::Close(text) | Self::Glyph(text) => text,
        }
    }
}

fn tokens(text: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut bold = false;
    while !rest.is_empty() {
        let special = match dialect {
            Dialect::TelegramHtml | Dialect::WebHtml => tag(rest).or_else(|| entity(rest)),
            Dialect::ZaloMarkdown => mark(rest, &mut bold),
            Dialect::Plain => None,
        };
        let token = special.unwrap_or_else(|| Token::Glyph(&rest[..glyph_length(rest)]));
        rest = &rest[token.text().len()..];
        tokens.push(token);
    }
    tokens
}

/// Zalo's bold, which begins and ends alike, or an escaped character with the marks on it.
fn mark<'a>(rest: &'a str, bold: &mut bool) -> Option<Token<'a>> {
    if rest.starts_with(markdown::BOLD) {
        let mark = &rest[..markdown::BOLD.len()];
        *bold = !*bold;
        return Some(if *bold { Token::Open(Tag { open: mark, name: "" }) } else { Token::Close(mark) });
    }
    markdown::escaped_length(rest)?;
    Some(Token::Glyph(&rest[..1 + glyph_length(&rest[1..])]))
}

fn tag(rest: &str) -> Option<Token<'_>> {
    let inner_start = rest.strip_prefix('<')?;
    let end = rest.find('>')?;
    let whole = &rest[..=end];
    if inner_start.starts_with('/') {
        return Some(Token::Close(whole));
    }
    let name_length = inner_start.bytes().take_while(u8::is_ascii_lowercase).count();
    (name_length > 0).then(|| Token::Open(Tag { open: whole, name: &inner_start[..name_length] }))
}

fn entity(rest: &str) -> Option<Token<'_>> {
    const LONGEST: usize = 10;
    let name = rest.strip_prefix('&')?;
    let length = name.bytes().take(LONGEST).position(|b| b == b';')?;
    let known = length > 0 && name[..length].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
    known.then(|| Token::Glyph(&rest[..length + 2]))
}

fn glyph_length(rest: &str) -> usize {
    const MOST_MARKS: usize = 8;
    let joins = |c: char| is_combining_mark(c) || matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{200d}');
    let mut characters = rest.char_indices();
    characters.next();
    // A flood of marks on one letter must not make an unsplittable text.
    characters
        .enumerate()
        .find(|&(n, (_, c))| n >= MOST_MARKS || !joins(c))
        .map_or(rest.len(), |(_, (position, _))| position)
}

fn end_of_part(tokens: &[Token<'_>], start: usize, open: &[Tag<'_>], limit: TextLimit) -> usize {
    let closing = |tag: &Tag<'_>| limit.measure(&tag.close());
    let mut depth: Vec<usize> = open.iter().map(closing).collect();
    let mut used: usize = open.iter().map(|tag| limit.measure(tag.open)).sum();
    let (mut line_end, mut space) = (None, None);
    let mut visible = false;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        let length = limit.measure(token.text());
        match token {
            Token::Open(tag) => depth.push(closing(tag)),
            Token::Close(_) => drop(depth.pop()),
            Token::Glyph(_) => {}
        }
        used += length;
        if used + depth.iter().sum::<usize>() > limit.units() {
            // At least one token goes on, or an absurd tag would stop everything.
            return line_end.or(space).unwrap_or(at).max(start + 1);
        }
        if let Token::Glyph(glyph) = token {
            // A break before any visible text would make an empty message.
            match *glyph {
                "\n" if visible => line_end = Some(at + 1),
                " " if visible => space = Some(at + 1),
                other => visible |= !other.trim().is_empty(),
            }
        }
    }
    tokens.len()
}

fn unescape(glyph: &str) -> &str {
    match glyph {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&quot;" => "\"",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: TextLimit = TextLimit::Utf16Units(64);

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(split("<b>Sở</b> &amp; 📌", Dialect::TelegramHtml, SMALL), ["<b>Sở</b> &amp; 📌"]);
        assert!(split("", Dialect::Plain, SMALL).is_empty());
        assert!(split("\n \n", Dialect::Plain, SMALL).is_empty());
    }

    #[test]
    fn lines_stay_whole_where_they_can() {
        let text = format!("{}\n{}\n{}", "a".repeat(40), "b".repeat(20), "c".repeat(40));
        let parts = split(&text, Dialect::Plain, SMALL);
        assert_eq!(parts, [format!("{}\n{}\n", "a".repeat(40), "b".repeat(20)), "c".repeat(40)]);
    }

    #[test]
    fn a_long_line_breaks_at_a_space_and_then_anywhere() {
        let text = format!("{} {}", "a".repeat(40), "b".repeat(100));
        let parts = split(&text, Dialect::Plain, SMALL);
        assert_eq!(parts, [format!("{} ", "a".repeat(40)), "b".repeat(64), "b".repeat(36)]);
    }

    #[test]
    fn open_tags_are_closed_and_opened_again() {
        let text = format!("<b>{} <i>{}</i></b>", "a".repeat(40), "b".repeat(30));
        let parts = split(&text, Dialect::TelegramHtml, SMALL);
        assert_eq!(parts, [format!("<b>{} </b>", "a".repeat(40)), format!("<b><i>{}</i></b>", "b".repeat(30))]);
    }

    #[test]
    fn an_entity_and_a_marked_letter_are_never_cut() {
        for filler in 55..70 {
            let text = format!("{}&quot;e\u{323}\u{302}", "x".repeat(filler));
            let parts = split(&text, Dialect::TelegramHtml, SMALL);
            let whole: String = parts.iter().map(|p| visible(p, Dialect::TelegramHtml)).collect();
            assert_eq!(whole, format!("{}\"e\u{323}\u{302}", "x".repeat(filler)));
            assert!(parts.iter().all(|p| unbalanced(p, Dialect::TelegramHtml).is_none()), "{parts:?}");
            assert!(parts.iter().all(|p| !p.starts_with('\u{323}') && !p.starts_with('\u{302}')), "{parts:?}");
        }
    }

    #[test]
    fn imbalance_is_found() {
        for (text, wrong) in [
            ("<b>x", Some("<b> is never closed")),
            ("<b><i>x</b></i>", Some("</b> closes what is not open")),
            ("a < b", Some("a bare <, > or & is no text in this dialect")),
            ("<a href=\"https://x\">x</a>", None),
        ] {
            assert_eq!(unbalanced(text, Dialect::TelegramHtml).as_deref(), wrong, "{text}");
            assert_eq!(unbalanced(text, Dialect::Plain), None);
        }
    }

    /// Marked-up text as templates make it, three levels deep at most.
    fn marked_up() -> impl Strategy<Value = String> {
        let words = "[a-zA-ZđêọĐ📌&<> ,0-9]{0,90}".prop_map(|t| Dialect::TelegramHtml.escape(&t));
        let lines = proptest::collection::vec(words, 1..4).prop_map(|l| l.join("\n"));
        lines.prop_recursive(3, 24, 4, |inner| {
            (proptest::collection::vec(inner, 1..4), 0..4_usize).prop_map(|(inner, mark)| {
                let inner = inner.concat();
                match mark {
                    0 => format!("<b>{inner}</b>"),
                    1 => format!("<i>{inner}</i>"),
                    2 => format!("<a href=\"https://a.vn\">{inner}</a>"),
                    _ => inner,
                }
            })
        })
    }

    #[test]
    fn zalo_bold_is_closed_and_opened_again_and_escapes_stay_whole() {
        let zalo = Dialect::ZaloMarkdown;
        let text = format!("**{} {}** x", "a".repeat(40), "b".repeat(30));
        let parts = split(&text, zalo, TextLimit::Utf16Units(65));
        assert_eq!(parts, [format!("**{}** ", "a".repeat(40)), format!("**{}** x", "b".repeat(30))]);
        for filler in 40..66 {
            let text = format!("{}\\*\\~**x**- e\u{323}\u{302}", "x".repeat(filler));
            let parts = split(&text, zalo, TextLimit::Utf16Units(64));
            let whole: String = parts.iter().map(|part| visible(part, zalo)).collect();
            assert_eq!(whole, format!("{}*~x- e\u{323}\u{302}", "x".repeat(filler)));
            for part in &parts {
                assert_eq!(unbalanced(part, zalo), None, "{parts:?}");
                assert!(!part.starts_with('-') && part.encode_utf16().count() <= 64, "{parts:?}");
            }
        }
        assert_eq!(unbalanced("**x", zalo).as_deref(), Some("** is never closed"));
        assert!(unbalanced("a*b", zalo).is_some() && unbalanced("**a** \\* < &", zalo).is_none());
    }

    proptest! {
        #[test]
        fn zalo_parts_fit_are_balanced_and_make_the_whole(
            pieces in proptest::collection::vec(("[a-zđê📌*~{}#>. \n1-]{0,60}", any::<bool>()), 1..12),
            room in 66_usize..300,
        ) {
            let dialect = Dialect::ZaloMarkdown;
            let mark = |(text, bold): &(String, bool)| {
                let text = dialect.escape(text);
                if *bold { format!("**{text}**") } else { text }
            };
            let text = markdown::guard(&pieces.iter().map(mark).collect::<String>());
            let said: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
            prop_assert_eq!(&visible(&text, dialect), &said);
            let parts = split(&text, dialect, TextLimit::Utf16Units(room));
            for part in &parts {
                prop_assert!(part.encode_utf16().count() <= room, "{part:?}");
                prop_assert_eq!(unbalanced(part, dialect), None);
                prop_assert!(!visible(part, dialect).trim().is_empty());
            }
            let squeeze = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let joined: String = parts.iter().map(|part| visible(part, dialect)).collect();
            prop_assert_eq!(squeeze(&joined), squeeze(&said));
        }

        #[test]
        fn parts_fit_are_balanced_and_make_the_whole(
            text in marked_up(),
            room in 120_usize..400,
            utf16 in any::<bool>(),
        ) {
            let limit = if utf16 { TextLimit::Utf16Units(room) } else { TextLimit::Chars(room) };
            let dialect = Dialect::TelegramHtml;
            let parts = split(&text, dialect, limit);
            for part in &parts {
                prop_assert!(limit.measure(part) <= room, "{} > {room}", limit.measure(part));
                prop_assert_eq!(unbalanced(part, dialect), None);
                prop_assert!(!visible(part, dialect).trim().is_empty());
            }
            let joined: String = parts.iter().map(|part| visible(part, dialect)).collect();
            // Only blank parts may be missing.
            let squeeze = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let whole = visible(&text, dialect);
            prop_assert_eq!(squeeze(&joined), squeeze(&whole));
            if !whole.contains("  ") && !whole.contains("\n\n") && !whole.contains("\n ") && !whole.contains(" \n") {
                prop_assert_eq!(joined.trim_end(), whole.trim_end());
            }
        }
    }
}
