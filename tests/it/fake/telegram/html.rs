//! Telegram's HTML dialect, refused where Telegram refuses it.
//!
//! Follows the reading order of TDLib's `parse_html`, byte offsets in the complaints included, so
//! that a template which passes here passes there. Entities that TDLib would drop without a word
//! (an empty one, a link that is no link) are dropped here as well.

use serde_json::{Value, json};

/// How many entities of one message the server keeps; the rest lose their formatting in silence.
pub const ENTITIES_KEPT: usize = 100;

const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// What is left of a text when its markup has been read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Formatted {
    /// The text that people see.
    pub text: String,
    /// Every entity, as the server would answer them; offsets in UTF-16 units.
    pub entities: Vec<Value>,
}

impl Formatted {
    /// Text without markup, trimmed as the server trims.
    pub fn plain(text: &str) -> Self {
        Self { text: text.trim().to_owned(), entities: Vec::new() }
    }

    /// Length as the 4096 limit counts it.
    pub fn chars(&self) -> usize {
        self.text.chars().count()
    }
}

struct Open {
    tag: String,
    argument: String,
    /// UTF-16 offset, for the entity.
    at: usize,
    /// Byte offset into the result, to recover a link's own text.
    byte: usize,
}

struct Reader<'a> {
    source: &'a str,
    position: usize,
    result: String,
    utf16: usize,
    open: Vec<Open>,
    entities: Vec<(usize, usize, Value)>,
}

/// Reads `source`; the error is what follows "can't parse entities: ".
pub fn parse(source: &str) -> Result<Formatted, String> {
    let mut reader =
        Reader { source, position: 0, result: String::new(), utf16: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(next) = reader.peek() {
        match next {
            '<' if reader.source[reader.position + 1..].starts_with('/') => reader.close_tag()?,
            '<' => reader.open_tag()?,
            '&' => {
                let decoded = reader.character_reference().unwrap_or_else(|| {
                    reader.position += 1;
                    '&'
                });
                reader.push(decoded);
            }
            other => {
                reader.position += other.len_utf8();
                reader.push(other);
            }
        }
    }
    match reader.open.last() {
        Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
        None => Ok(reader.finish()),
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.source[self.position..].chars().next()
    }

    fn push(&mut self, c: char) {
        self.result.push(c);
        self.utf16 += c.len_utf16();
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let rest = &self.source[self.position..];
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.position += end;
        rest[..end].to_owned()
    }

    /// `&lt; &gt; &amp; &quot;` and numbers. Any other name stays as it was written.
    fn character_reference(&mut self) -> Option<char> {
        let rest = &self.source[self.position + 1..];
        let (decoded, length) = if let Some(number) = rest.strip_prefix('#') {
            let (digits, radix, prefix) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16, 2),
                None => (number, 10, 1),
            };
            let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
            let code = u32::from_str_radix(&digits[..end], radix).ok().filter(|code| *code != 0)?;
            (char::from_u32(code)?, prefix + end)
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let decoded = match &rest[..end] {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                _ => return None,
            };
            (decoded, end)
        };
        self.position += 1 + length;
        if self.peek() == Some(';') {
            self.position += 1;
        }
        Some(decoded)
    }

    fn open_tag(&mut self) -> Result<(), String> {
        let begin = self.position;
        self.position += 1;
        let tag = self.take_while(|c| !c.is_whitespace() && c != '>').to_lowercase();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&tag.as_str()) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.skip_spaces();
            if self.peek() == Some('>') {
                break;
            }
            let Some((name, value)) = self.attribute(&tag, begin)? else {
                continue;
            };
            match (tag.as_str(), name.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") => argument = value,
                ("code", "class") => value.strip_prefix("language-").unwrap_or_default().clone_into(&mut argument),
                ("span", "class") => value.strip_prefix("tg-").unwrap_or_default().clone_into(&mut argument),
                ("blockquote", "expandable") => "1".clone_into(&mut argument),
                _ => {}
            }
        }
        self.position += 1;
        if tag == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, argument, at: self.utf16, byte: self.result.len() });
        Ok(())
    }

    /// One attribute; `None` for a bare name that means nothing.
    fn attribute(&mut self, tag: &str, begin: usize) -> Result<Option<(String, String)>, String> {
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {begin}");
        let name = self.take_while(|c| !c.is_whitespace() && c != '=' && c != '>').to_lowercase();
        if name.is_empty() {
            return Err(match self.peek() {
                None => unclosed(),
                Some(_) => {
                    format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}")
                }
            });
        }
        self.skip_spaces();
        match self.peek() {
            None => return Err(unclosed()),
            Some('=') => self.position += 1,
            Some(_) => return Ok((name == "expandable").then_some((name, String::new()))),
        }
        self.skip_spaces();
        let value = match self.peek() {
            None => return Err(unclosed()),
            Some(quote @ ('"' | '\'')) => {
                self.position += 1;
                let mut value = String::new();
                while let Some(c) = self.peek().filter(|c| *c != quote) {
                    match (c == '&').then(|| self.character_reference()).flatten() {
                        Some(decoded) => value.push(decoded),
                        None => {
                            self.position += c.len_utf8();
                            value.push(c);
                        }
                    }
                }
                if self.peek().is_some() {
                    self.position += 1;
                }
                value
            }
            Some(_) => {
                let token = self.position;
                let value = self.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
                if !self.peek().is_some_and(|c| c.is_whitespace() || c == '>') {
                    return Err(format!("Unexpected end of name token at byte offset {token}"));
                }
                value.to_lowercase()
            }
        };
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        Ok(Some((name, value)))
    }

    fn close_tag(&mut self) -> Result<(), String> {
        let begin = self.position;
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.position += 2;
        let found = self.take_while(|c| !c.is_whitespace() && c != '>');
        self.skip_spaces();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !found.is_empty() && found != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{found}>\"",
                open.tag
            ));
        }
        self.position += 1;
        self.add_entity(&open);
        Ok(())
    }

    fn add_entity(&mut self, open: &Open) {
        let length = self.utf16 - open.at;
        if length == 0 {
            return;
        }
        let mut entity = json!({"offset": open.at, "length": length});
        let kind = match open.tag.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "s" | "strike" | "del" => "strikethrough",
            "u" | "ins" => "underline",
            "tg-spoiler" | "span" => "spoiler",
            "pre" => {
                if !open.argument.is_empty() {
                    entity["language"] = json!(open.argument);
                }
                "pre"
            }
            "code" => {
                // `<pre><code class="language-x">` is one block with a language, not two entities.
                if let Some(block) = self.open.last_mut().filter(|outer| outer.tag == "pre") {
                    block.argument.clone_from(&open.argument);
                    return;
                }
                "code"
            }
            "blockquote" if open.argument.is_empty() => "blockquote",
            "blockquote" => "expandable_blockquote",
            "tg-emoji" => {
                entity["custom_emoji_id"] = json!(open.argument);
                "custom_emoji"
            }
            _ => {
                let link = match open.argument.as_str() {
                    "" => &self.result[open.byte..],
                    href => href,
                };
                if check_url(link).is_err() {
                    return;
                }
                entity["url"] = json!(link);
                "text_link"
            }
        };
        entity["type"] = json!(kind);
        self.entities.push((open.at, length, entity));
    }

    /// Trims, and moves the entities along with the text.
    fn finish(mut self) -> Formatted {
        let leading = self.result.len() - self.result.trim_start().len();
        let shift = self.result[..leading].encode_utf16().count();
        let text = self.result.trim().to_owned();
        let end = text.encode_utf16().count();
        self.entities.sort_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
        let entities = self
            .entities
            .into_iter()
            .filter_map(|(at, length, mut entity)| {
                let from = at.saturating_sub(shift).min(end);
                let to = (at + length).saturating_sub(shift).min(end);
                entity["offset"] = json!(from);
                entity["length"] = json!(to - from);
                (to > from).then_some(entity)
            })
            .collect();
        Formatted { text, entities }
    }
}

/// The server's idea of a link: a known protocol and a host with a dot in it.
pub fn check_url(link: &str) -> Result<(), &'static str> {
    let (protocol, rest) = link.split_once("://").unwrap_or(("http", link));
    match protocol.to_ascii_lowercase().as_str() {
        "tg" | "ton" => return Ok(()),
        "http" | "https" => {}
        _ => return Err("Unsupported URL protocol"),
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    match host {
        "" => Err("URL host is empty"),
        host if host.contains('.') => Ok(()),
        _ => Err("Wrong HTTP URL"),
    }
}
