//! Which encoding a text has, told by its bytes: UTF-8, UTF-16 in both orders, windows-1258.
//!
//! Byte order marks decide where there are any. Without one, UTF-16 shows by the zeros of its digits, spaces and line
//! ends, all on the same side. What is no UTF-8 is windows-1258 if it reads as Vietnamese in it: that encoding writes a
//! tone as a mark behind its vowel, and in other encodings the same bytes stand behind anything. What is mostly UTF-8
//! stays UTF-8, and its broken bytes cost their lines.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1258};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// How much of a file is looked at.
const LOOKED_AT: usize = 64 * 1024;

/// The text of a file; bytes that are no text become U+FFFD.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => match zeros(bytes) {
            Some(Zeros::Second) => UTF_16LE.decode_without_bom_handling(bytes).0,
            Some(Zeros::First) => UTF_16BE.decode_without_bom_handling(bytes).0,
            None => one_byte(bytes),
        },
    }
}

/// Whether a file is UTF-16, with or without a mark.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || zeros(bytes).is_some()
}

/// On which side of its pairs a text has zeros.
enum Zeros {
    First,
    Second,
}

/// Tells UTF-16 without a mark. A table has digits, tabs and line ends in every line: a fifth of all characters is the
/// least. Zeros on the other side would be characters that no office writes; control characters show that it is no text.
fn zeros(bytes: &[u8]) -> Option<Zeros> {
    const FEWEST_PAIRS: usize = 8;
    let head = bytes.get(..bytes.len().min(LOOKED_AT))?;
    let pairs = head.as_chunks::<2>().0;
    if pairs.len() < FEWEST_PAIRS || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let count = |is: &dyn Fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    let first = count(&|[first, second]| *first == 0 && !control(*second));
    let second = count(&|[first, second]| *second == 0 && !control(*first));
    let odd = count(&|[first, second]| (*first == 0 && control(*second)) || (*second == 0 && control(*first)));
    match (first * 5 >= pairs.len(), second * 5 >= pairs.len()) {
        (true, false) if second * 50 <= pairs.len() && odd == 0 => Some(Zeros::First),
        (false, true) if first * 50 <= pairs.len() && odd == 0 => Some(Zeros::Second),
        _ => None,
    }
}

fn one_byte(bytes: &[u8]) -> Cow<'_, str> {
    let Err(error) = std::str::from_utf8(bytes) else { return String::from_utf8_lossy(bytes) };
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes[..bytes.len().min(error.valid_up_to() + LOOKED_AT)].utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > bad {
        return String::from_utf8_lossy(bytes);
    }
    let text = WINDOWS_1258.decode_without_bom_handling(bytes).0;
    if is_vietnamese(&text) { Cow::Owned(text.nfc().collect()) } else { String::from_utf8_lossy(bytes) }
}

/// Whether nearly every tone stands behind a vowel, and there are letters that only Vietnamese has.
fn is_vietnamese(text: &str) -> bool {
    const FEWEST: usize = 3;
    let (mut tones, mut astray, mut letters, mut controls) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut before = ' ';
    for c in text.chars().take(LOOKED_AT * 4) {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => {
                tones += 1;
                astray += usize::from(!"aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".contains(before));
            }
            'đ' | 'Đ' | 'ư' | 'Ư' | 'ơ' | 'Ơ' | 'ă' | 'Ă' => letters += 1,
            '\u{80}'..='\u{9f}' => controls += 1,
            _ => {}
        }
        before = c;
    }
    tones + letters >= FEWEST && astray * 20 <= tones && controls == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "Đơn vị\tTỷ lệ\nSở Tư pháp\t57,8%\nUBND huyện Hoài Ân\t1.642\nVăn phòng\t-\n";

    /// The text as windows-1258 has it: tones that have no letter of their own stand behind their vowels.
    fn old(text: &str) -> Vec<u8> {
        let apart = |c: char| {
            let whole = c.to_string();
            let (bytes, _, failed) = WINDOWS_1258.encode(&whole);
            if !failed {
                return bytes.into_owned();
            }
            let parts: Vec<char> = whole.nfd().collect();
            let (tones, letter): (Vec<char>, Vec<char>) =
                parts.iter().partition(|c| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'));
            let letter: String = letter.iter().collect::<String>().nfc().collect();
            let rest: String = letter.chars().chain(tones).collect();
            WINDOWS_1258.encode(&rest).0.into_owned()
        };
        text.nfc().flat_map(apart).collect()
    }

    #[test]
    fn a_text_is_the_same_in_every_encoding() {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        let files = [
            TEXT.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &little].concat(),
            [&b"\xfe\xff"[..], &big].concat(),
            little,
            big,
            old(TEXT),
        ];
        for file in &files {
            assert_eq!(text(file), TEXT.nfc().collect::<String>(), "{:?}", &file[..8]);
        }
    }

    #[test]
    fn other_encodings_are_not_taken_for_vietnamese() {
        let latin: Vec<u8> = "Phòng tình hình, hộ tịch, số hồ sơ: được"
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(0xe9))
            .collect();
        assert!(text(&latin).contains('\u{fffd}'));
        let mut broken = TEXT.as_bytes().to_vec();
        let at = TEXT.find("Tư").unwrap();
        broken[at + 1] = 0xff;
        assert_eq!(text(&broken).matches('\u{fffd}').count(), 2);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (text(&bytes), is_utf16(&bytes));
        }
    }
}
