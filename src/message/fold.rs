//! Where a long answer ends for those who only look, and what they get who ask for more.
//!
//! A message holds at most [`HEAD_LINES`] lines before "xem thêm" (the domain page). A template says with `{{#fold}}`
//! without `{{else}}` what may stand behind it; an answer that is still too long ends at a line.

use super::dialect::Dialect;
use super::split::cut;

/// So many lines stand before "xem thêm", with the line that says so.
pub const HEAD_LINES: usize = 12;

/// Marks where a template folds. No person types it, and no text of a catalog holds it (control characters are refused
/// there).
const MARK: &str = "\u{1f}";
/// The mark on a line of its own.
pub(super) const MARK_LINE: &str = "\u{1f}\n";

/// A text in two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// What everybody reads, without the line that says that there is more.
    pub(super) head: String,
    /// What stands behind it; none where all fits.
    pub(super) rest: Option<String>,
}

/// The text without its mark.
pub(super) fn whole(text: &str) -> String {
    lines_of(text).0.join("\n")
}

/// Folds a text: at its mark, and at the last line that fits where that comes first. One that fits as a whole stays one.
pub(super) fn fold(text: &str, dialect: Dialect) -> Folded {
    let (lines, mark) = lines_of(text);
    let whole = lines.join("\n");
    if lines.len() <= HEAD_LINES {
        return Folded { head: whole, rest: None };
    }
    let most = HEAD_LINES - 1;
    // Between two units rather than within one; but not right behind a heading.
    let between = (HEAD_LINES / 2..=most).rev().find(|&at| lines[at].is_empty() && !lines[at - 1].ends_with(':'));
    let mut shown = mark.filter(|at| (1..=most).contains(at)).or(between).unwrap_or(most);
    // An empty line at the end says nothing.
    while shown > 1 && lines[shown - 1].is_empty() {
        shown -= 1;
    }
    let at = lines[..shown].iter().map(|line| line.len() + 1).sum::<usize>() - 1;
    let (head, rest) = cut(&whole, dialect, at);
    Folded { head, rest: Some(rest.trim_start_matches('\n').to_owned()) }
}

/// The lines without those that only hold a mark, and how many of them stand before the first mark.
fn lines_of(text: &str) -> (Vec<&str>, Option<usize>) {
    let (mut lines, mut mark) = (Vec::new(), None);
    for line in text.split('\n') {
        match line {
            MARK => mark = mark.or(Some(lines.len())),
            // The empty line before a mark and the one behind it are one.
            "" if lines.last().is_some_and(|last: &&str| last.is_empty()) => {}
            line => lines.push(line),
        }
    }
    (lines, mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: std::ops::RangeInclusive<usize>) -> String {
        lines.map(|n| n.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_fits_stays_whole() {
        let text = format!("{}\n{MARK}\n{}", numbered(1..=6), numbered(7..=12));
        assert_eq!(fold(&text, Dialect::Plain), Folded { head: numbered(1..=12), rest: None });
        assert_eq!(whole(&text), numbered(1..=12));
    }

    #[test]
    fn what_does_not_ends_at_its_mark_or_at_the_last_line_that_fits() {
        let parts = |text: &str| {
            let Folded { head, rest } = fold(text, Dialect::Plain);
            (head.lines().count(), rest.unwrap().lines().next().unwrap().to_owned())
        };
        let marked = |at: usize| format!("{}\n\n{MARK}\n{}", numbered(1..=at), numbered(at + 1..=20));
        assert_eq!(parts(&marked(4)), (4, "5".to_owned()));
        assert_eq!(parts(&marked(11)), (11, "12".to_owned()));
        assert_eq!(parts(&marked(15)), (11, "12".to_owned()));
        assert_eq!(parts(&numbered(1..=13)), (11, "12".to_owned()));
        let spaced = format!("{}\n\n{}", numbered(1..=10), numbered(11..=20));
        assert_eq!(parts(&spaced), (10, "11".to_owned()), "no empty line at the end");
        let spaced = format!("{}\n\n{}", numbered(1..=7), numbered(8..=20));
        assert_eq!(parts(&spaced), (7, "8".to_owned()), "between two blocks");
        let headed = format!("{}\nb:\n\n{}", numbered(1..=6), numbered(8..=20));
        assert_eq!(parts(&headed), (11, "11".to_owned()), "not behind a heading");
    }

    #[test]
    fn marks_that_are_open_are_closed_and_opened_again() {
        let text = format!("{}\n<b>11\n12</b>\n13", numbered(1..=10));
        let Folded { head, rest } = fold(&text, Dialect::TelegramHtml);
        assert!(head.ends_with("<b>11</b>"), "{head}");
        assert_eq!(rest.as_deref(), Some("<b>12</b>\n13"));
        let text = format!("{}\n**11\n12**\n13", numbered(1..=10));
        assert_eq!(fold(&text, Dialect::ZaloMarkdown).rest.as_deref(), Some("**12**\n13"));
    }
}
