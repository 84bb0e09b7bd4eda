//! Comparing names: the one place where this room folds text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text reduced to what people mean by it: without marks, in small letters, `đ` as `d`, everything that is neither a
/// letter nor a digit as one space. `Sở LĐ-TB&XH` becomes `so ld tb xh`, in NFC and NFD alike.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).nfd().filter(|c| !is_combining_mark(*c)) {
        if c.is_alphanumeric() {
            folded.push(if c == 'đ' { 'd' } else { c });
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
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
}
