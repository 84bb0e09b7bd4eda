//! Comparing names: the one place where this room folds text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text reduced to what people mean by it: without marks, in small letters, `đ` as `d`, everything that is neither a
/// letter nor a digit as one space. `Sở LĐ-TB&XH` becomes `so ld tb xh`, in NFC and NFD alike.
///
/// `domain::names::fold` does the same to names that people type, and stops after 200 characters. A report has
/// sentences that are longer, with the day up to which it counts at their end; here length is limited by
/// [`MAX_CELL_BYTES`](crate::ingest::MAX_CELL_BYTES). A test holds the two together.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).nfd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        if c.is_alphanumeric() {
            folded.push(if matches!(c, 'đ' | 'ð') { 'd' } else { c });
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What copying leaves behind: zero-width spaces and joiners, the soft hyphen, direction marks, the byte order mark.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// Where a folded fragment stands in a folded text, as whole words.
pub(super) fn find_words(text: &str, fragment: &str) -> Option<usize> {
    if fragment.is_empty() {
        return None;
    }
    let fits = |at: &usize| {
        let end = at + fragment.len();
        (*at == 0 || text[..*at].ends_with(' ')) && (end == text.len() || text[end..].starts_with(' '))
    };
    text.match_indices(fragment).map(|(at, _)| at).find(fits)
}

/// Whether a folded text contains a folded fragment as whole words.
pub(super) fn has_words(text: &str, fragment: &str) -> bool {
    find_words(text, fragment).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_fold_to_what_they_mean() {
        assert_eq!(fold("Sở LĐ-TB&XH"), "so ld tb xh");
        assert_eq!(fold("  UBND  TP. Quy Nhơn "), "ubnd tp quy nhon");
        let nfd: String = "Sở Tư pháp".nfd().collect();
        assert_eq!(fold(&nfd), fold("SỞ TƯ PHÁP"));
        assert_eq!(fold("–/…"), "");
    }

    #[test]
    fn fragments_are_whole_words() {
        assert_eq!(find_words("cap tinh 05 chi tieu", "cap tinh"), Some(0));
        assert_eq!(find_words("van phong ubnd tinh", "tinh"), Some(15));
        assert!(!has_words("cap tinhh", "cap tinh"));
        assert!(has_words("khap tinh ap tinh", "ap tinh"));
        assert!(!has_words("a", ""));
    }

    #[test]
    fn long_sentences_are_folded_to_their_end() {
        let sentence = format!("{} đến ngày 24/7/2023", "kết quả ".repeat(100));
        assert!(fold(&sentence).ends_with("den ngay 24 7 2023"));
    }

    proptest! {
        #[test]
        fn names_fold_as_in_the_domain(text in "\\PC{0,60}") {
            prop_assert_eq!(fold(&text), crate::domain::names::fold(&text));
        }
    }
}
