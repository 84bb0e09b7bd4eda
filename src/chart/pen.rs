//! Writes SVG: the few shapes that charts are made of.

use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization as _;

/// Where a text stands at its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub(super) size: i64,
    pub(super) bold: bool,
    pub(super) colour: &'static str,
}

impl Face {
    pub(super) const fn plain(size: i64, colour: &'static str) -> Self {
        Self { size, bold: false, colour }
    }

    pub(super) const fn bold(size: i64, colour: &'static str) -> Self {
        Self { size, bold: true, colour }
    }
}

/// The ink of words.
pub(super) const INK: &str = "#1c2733";
/// The ink of what matters less.
pub(super) const FAINT: &str = "#55616e";
/// Thin lines.
pub(super) const LINE: &str = "#c9d1d9";
/// The paper.
pub(super) const PAPER: &str = "#ffffff";

/// An SVG that is being written.
pub(super) struct Pen(String);

impl Pen {
    pub(super) const fn new() -> Self {
        Self(String::new())
    }

    /// Markup that is known to be sound.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
        self.0.push('\n');
    }

    pub(super) fn text(&mut self, x: i64, y: i64, anchor: Anchor, face: Face, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if face.bold { " font-weight=\"600\"" } else { "" };
        let (size, colour) = (face.size, face.colour);
        let text = escaped(text);
        // Writing to a string does not fail.
        let _written = writeln!(
            self.0,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}{anchor} fill=\"{colour}\">{text}</text>"
        );
    }

    pub(super) fn rect(&mut self, x: i64, y: i64, width: i64, height: i64, more: &str) {
        let _written = writeln!(self.0, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {more}/>");
    }

    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64), more: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _written = writeln!(self.0, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {more}/>");
    }

    /// The whole document.
    pub(super) fn finish(self, width: i64, height: i64, title: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
             {height}\" font-family=\"'Be Vietnam Pro', sans-serif\" role=\"img\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n{}</svg>\n",
            escaped(title),
            self.0
        )
    }
}

/// Text between tags, composed, without what XML does not allow.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.nfc().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup_and_are_composed() {
        assert_eq!(escaped("a<b> & \"c\"\u{7}"), "a&lt;b&gt; &amp; &quot;c&quot;");
        let decomposed: String = "Sở Tư pháp".nfd().collect();
        assert_eq!(escaped(&decomposed), "Sở Tư pháp");
    }
}
