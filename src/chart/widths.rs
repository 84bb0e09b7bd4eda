//! How wide letters are: the advance widths of the font that draws them, in thousandths of its size.
//!
//! Taken from the files in `src/web/assets/fonts`. A letter with marks is as wide as the letter without them, but for
//! ơ, ư and đ, which the font draws hardly wider.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Be Vietnam Pro Regular, from the space to the tilde.
const REGULAR: [i64; 95] = [
    230, 280, 318, 807, 645, 849, 740, 179, 439, 439, 497, 608, 303, 608, 286, 503, 676, 385, 651, 660, 710, 660, 680,
    594, 634, 680, 286, 303, 556, 726, 556, 573, 1005, 736, 674, 775, 728, 620, 633, 783, 709, 258, 465, 679, 624, 853,
    732, 826, 644, 822, 668, 635, 650, 725, 706, 1005, 720, 665, 660, 459, 485, 459, 559, 702, 202, 642, 652, 613, 652,
    599, 386, 643, 583, 264, 274, 555, 255, 893, 573, 642, 652, 652, 392, 508, 428, 566, 576, 870, 559, 583, 502, 426,
    408, 426, 468,
];

/// Be Vietnam Pro SemiBold, from the space to the tilde.
const SEMI_BOLD: [i64; 95] = [
    230, 320, 367, 833, 648, 863, 755, 208, 449, 449, 508, 637, 332, 607, 319, 528, 692, 415, 660, 674, 716, 674, 693,
    596, 656, 693, 319, 332, 568, 744, 568, 605, 1014, 758, 698, 778, 743, 634, 640, 788, 725, 280, 482, 703, 637, 877,
    743, 828, 667, 825, 697, 656, 674, 733, 732, 1039, 753, 701, 664, 489, 515, 489, 594, 724, 260, 652, 662, 624, 662,
    611, 401, 654, 600, 285, 292, 584, 277, 895, 590, 652, 662, 662, 416, 527, 434, 581, 588, 879, 591, 592, 514, 462,
    426, 462, 483,
];

/// For a letter of another script: as wide as they come.
const UNKNOWN: i64 = 1_000;

/// The width of a text in pixels, rounded up.
pub(super) fn width(text: &str, size: i64, bold: bool) -> i64 {
    let table = if bold { &SEMI_BOLD } else { &REGULAR };
    let of = |letter: char| -> i64 {
        let at = u32::from(letter).checked_sub(0x20).and_then(|at| usize::try_from(at).ok());
        match letter {
            'đ' => 677,
            'Đ' => 788,
            '…' => 817,
            '−' | '–' => 696,
            '·' => 288,
            '≈' => 584,
            _ => at.and_then(|at| table.get(at)).copied().unwrap_or(UNKNOWN),
        }
    };
    let thousandths: i64 = text.nfd().filter(|c| !is_combining_mark(*c)).map(of).sum();
    (thousandths * size + 999) / 1000
}

/// The text in at most `most` lines no wider than `room`; what does not fit ends in "…". A word that is wider than a line
/// is cut.
pub(super) fn lines(text: &str, size: i64, bold: bool, room: i64, most: usize) -> Vec<String> {
    let fits = |text: &str| width(text, size, bold) <= room;
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let full = lines.len() == most;
        match lines.last_mut() {
            Some(line) if fits(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if full => {
                *line = cut(&format!("{line} {word}{}", if words.peek().is_some() { " …" } else { "" }), &fits);
                return lines;
            }
            _ => lines.push(if fits(word) { word.to_owned() } else { cut(word, &fits) }),
        }
    }
    lines
}

/// The same with lines of nearly the same length: as narrow as they can be without one line more.
pub(super) fn balanced(text: &str, size: i64, bold: bool, room: i64, most: usize) -> Vec<String> {
    let wide = lines(text, size, bold, room, most);
    let mut best = wide;
    let mut narrower = room - 4;
    while narrower > size {
        let tried = lines(text, size, bold, narrower, most);
        if tried.len() != best.len() || tried.concat().contains('…') {
            break;
        }
        best = tried;
        narrower -= 4;
    }
    best
}

fn cut(text: &str, fits: &dyn Fn(&str) -> bool) -> String {
    let mut kept: Vec<char> = text.nfc().collect();
    while !kept.is_empty() {
        kept.pop();
        let cut = format!("{}…", kept.iter().collect::<String>().trim_end());
        if fits(&cut) {
            return cut;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_do_not_widen_a_letter_and_forms_are_alike() {
        let composed = "Sở Văn hóa, Thể thao và Du lịch";
        let decomposed: String = composed.nfd().collect();
        assert_eq!(width(composed, 26, false), width(&decomposed, 26, false));
        assert_eq!(width("ế", 1000, false), 599);
        assert!(width("Sở", 26, true) > width("Sở", 26, false));
    }

    #[test]
    fn a_heading_is_balanced() {
        assert_eq!(lines("Số hóa hồ sơ", 22, true, 132, 4), ["Số hóa hồ", "sơ"]);
        assert_eq!(balanced("Số hóa hồ sơ", 22, true, 132, 4), ["Số hóa", "hồ sơ"]);
        assert_eq!(balanced("Số hóa", 22, true, 132, 4), ["Số hóa"]);
    }

    #[test]
    fn a_long_name_wraps_and_then_ends_in_dots() {
        let name = "Sở Nông nghiệp và Phát triển nông thôn, Tài nguyên và Môi trường";
        let two = lines(name, 26, false, 340, 2);
        assert_eq!(two.len(), 2);
        assert!(two[1].ends_with('…') && two.iter().all(|line| width(line, 26, false) <= 340), "{two:?}");
        assert_eq!(lines("Sở Tư pháp", 26, false, 340, 2), ["Sở Tư pháp"]);
        let word = lines(&"x".repeat(80), 26, false, 340, 2);
        assert!(word.len() == 1 && width(&word[0], 26, false) <= 340);
        assert!(lines("", 26, false, 340, 2).is_empty());
    }
}
