//! A JSON document with its lines, numbers as written, and limits.

use crate::ingest::issue::IssueKind;
use std::borrow::Cow;
use std::collections::HashSet;

/// How deep lists and objects may stand in each other. Real answers have six levels.
const MAX_DEPTH: u32 = 64;

/// How many values a document may have: ten national months.
pub(super) const MAX_NODES: u32 = 1_500_000;

/// A value, and the line on which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Node<'a> {
    pub(in crate::ingest) line: usize,
    pub(in crate::ingest) value: Value<'a>,
}

#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Value<'a> {
    Null,
    Bool(bool),
    /// The digits as they stand in the document.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// The field of an object.
    pub(in crate::ingest) fn field(&self, name: &str) -> Option<&Self> {
        let Value::Object(fields) = &self.value else { return None };
        fields.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// Text, or the digits of a number.
    pub(in crate::ingest) fn words(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The elements of a list; none for anything else.
    pub(in crate::ingest) fn elements(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(nodes) => Some(nodes),
            _ => None,
        }
    }
}

/// Why a document is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: IssueKind,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) detail: &'static str,
}

const BROKEN: &str = "JSON không đúng cú pháp ở đây; tệp có thể bị cắt, hãy kết xuất lại.";
const TWICE: &str = "Một đối tượng có hai trường cùng tên nên không rõ lấy trường nào; hãy kết xuất lại.";
const TOO_DEEP: &str = "JSON có quá 64 cấp lồng nhau.";
const TOO_MANY: &str = "JSON có quá 1.500.000 giá trị; hãy tách thành nhiều tệp.";

/// Reads a whole document.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Fault> {
    let mut parser = Parser { text, at: 0, line: 1, nodes: 0 };
    let node = parser.value(0)?;
    parser.space();
    if parser.at < text.len() { Err(parser.fault(IssueKind::InvalidText, BROKEN)) } else { Ok(node) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    nodes: u32,
}

impl<'a> Parser<'a> {
    fn fault(&self, kind: IssueKind, detail: &'static str) -> Fault {
        let text = self.text.get(self.at..).unwrap_or_default().chars().take(40).collect();
        Fault { kind, line: self.line, text, detail }
    }

    fn broken<T>(&self) -> Result<T, Fault> {
        Err(self.fault(IssueKind::InvalidText, BROKEN))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek().filter(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
            self.line += usize::from(byte == b'\n');
            self.at += 1;
        }
    }

    /// Takes a mark if it comes next.
    fn takes(&mut self, mark: u8) -> bool {
        self.space();
        let found = self.peek() == Some(mark);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: u32) -> Result<Node<'a>, Fault> {
        self.space();
        if depth > MAX_DEPTH {
            return Err(self.fault(IssueKind::TooLarge, TOO_DEEP));
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.fault(IssueKind::TooLarge, TOO_MANY));
        }
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { line, value })
    }

    fn word(&mut self) -> Result<Value<'a>, Fault> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let rest = self.text.get(self.at..).unwrap_or_default();
        match words.into_iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, value)) => {
                self.at += word.len();
                Ok(value)
            }
            None => self.broken(),
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Fault> {
        let from = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.digits();
        let zero_first = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || zero_first {
            return self.broken();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits().is_empty() {
                return self.broken();
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits().is_empty() {
                return self.broken();
            }
        }
        Ok(Value::Number(&self.text[from..self.at]))
    }

    fn digits(&mut self) -> &'a str {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        &self.text[from..self.at]
    }

    fn list(&mut self, depth: u32) -> Result<Value<'a>, Fault> {
        self.at += 1;
        let mut nodes = Vec::new();
        if self.takes(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(Value::List(nodes));
            }
            if !self.takes(b',') {
                return self.broken();
            }
        }
    }

    fn object(&mut self, depth: u32) -> Result<Value<'a>, Fault> {
        self.at += 1;
        let mut fields: Vec<(Cow<'a, str>, Node<'a>)> = Vec::new();
        let mut closed = self.takes(b'}');
        while !closed {
            self.space();
            if self.peek() != Some(b'"') {
                return self.broken();
            }
            let name = self.string()?;
            if !self.takes(b':') {
                return self.broken();
            }
            fields.push((name, self.value(depth + 1)?));
            closed = self.takes(b'}');
            if !closed && !self.takes(b',') {
                return self.broken();
            }
        }
        let names: HashSet<&str> = fields.iter().map(|(name, _)| name.as_ref()).collect();
        if names.len() < fields.len() {
            return Err(self.fault(IssueKind::InvalidText, TWICE));
        }
        Ok(Value::Object(fields))
    }

    /// A text; borrowed unless it has escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let mut owned: Option<String> = None;
        let mut from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(match owned {
                        Some(text) => Cow::Owned(text + rest),
                        None => Cow::Borrowed(rest),
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    let escaped = self.escaped()?;
                    owned.get_or_insert_default().push(escaped);
                    from = self.at;
                }
                Some(byte) if byte >= 0x20 => self.at += 1,
                _ => return self.broken(),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        let Some(byte) = self.peek() else { return self.broken() };
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return self.broken(),
        })
    }

    fn code_point(&mut self) -> Result<char, Fault> {
        let first = self.four_digits()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            if self.text.get(self.at..self.at + 2) != Some("\\u") {
                return self.broken();
            }
            self.at += 2;
            let second = self.four_digits()?;
            if !(0xdc00..0xe000).contains(&second) {
                return self.broken();
            }
            0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).map_or_else(|| self.broken(), Ok)
    }

    fn four_digits(&mut self) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else { return self.broken() };
        self.at += 4;
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[test]
    fn digits_lines_and_escapes_are_kept() {
        let text = "{\n \"a\": [99.850, -0, 1e3,\n null, true],\n \"\\u0110\\ud83d\\ude00\\n\": \"x\\\"y\" }";
        let node = parse(text).unwrap();
        let list = node.field("a").unwrap();
        assert_eq!(list.line, 2);
        let words: Vec<_> = list.elements().unwrap().iter().map(Node::words).collect();
        assert_eq!(words, [Some("99.850"), Some("-0"), Some("1e3"), None, None]);
        assert_eq!(list.elements().unwrap()[3].line, 3);
        assert_eq!(node.field("Đ😀\n").and_then(Node::words), Some("x\"y"));
    }

    #[rstest]
    #[case("", 1)]
    #[case("{\"a\":\n1,}", 2)]
    #[case("[1 2]", 1)]
    #[case("[01]", 1)]
    #[case("[1.]", 1)]
    #[case("[NaN]", 1)]
    #[case("\"\\ud800x\"", 1)]
    #[case("\"\\u00e\"", 1)]
    #[case("\"a\nb\"", 1)]
    #[case("{\"a\":1,\"a\":2}", 1)]
    #[case("[1]\n]", 2)]
    #[case("{\"a\"", 1)]
    fn what_is_wrong_has_a_line(#[case] text: &str, #[case] line: usize) {
        assert_eq!(parse(text).unwrap_err().line, line, "{text}");
    }

    #[test]
    fn depth_and_size_have_limits() {
        assert_eq!(parse(&"[".repeat(100_000)).unwrap_err().detail, TOO_DEEP);
        let many = format!("[{}0]", "0,".repeat(MAX_NODES as usize));
        assert_eq!(parse(&many).unwrap_err().detail, TOO_MANY);
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[\\[\\]{}\",:0-9eE.+\\-nulltrue\\\\ud8\n ]{0,80}") {
            let ours = parse(&text);
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            if let Ok(node) = ours {
                prop_assert!(theirs.is_ok() || matches!(node.value, Value::Number(_) | Value::List(_) | Value::Object(_)), "{text}");
            } else if let Err(Fault { detail, .. }) = ours {
                prop_assert!(theirs.is_err() || detail == TWICE, "{text}");
            }
        }
    }
}
