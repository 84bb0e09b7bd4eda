//! Names without case, marks and punctuation, as people type them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `"Sở LĐ-TB&XH"` becomes `"so ld tb xh"`.
pub(super) fn fold(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let plain: String = letters
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_marks_and_punctuation_fall_away() {
        assert_eq!(fold("  Sở  LĐ-TB&XH "), "so ld tb xh");
        assert_eq!(fold("TP. Quy Nhơn"), fold("tp quy nho\u{31b}n"));
        assert_eq!(fold("…"), "");
    }
}
