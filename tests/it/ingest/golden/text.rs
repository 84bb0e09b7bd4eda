//! The truth as texts in all encodings, with all delimiters.

use super::assert_golden;
use crate::ingest::JULY;
use encoding_rs::WINDOWS_1258;
use rstest::rstest;
use unicode_normalization::UnicodeNormalization;

/// As windows-1258 has it: a tone that has no letter of its own stands behind its vowel.
pub fn windows_1258(text: &str) -> Vec<u8> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let mut bytes = Vec::new();
    for c in text.nfc() {
        let whole = c.to_string();
        let (encoded, _, failed) = WINDOWS_1258.encode(&whole);
        if !failed {
            bytes.extend_from_slice(&encoded);
            continue;
        }
        let (tones, letter): (Vec<char>, Vec<char>) = whole.nfd().partition(|c| TONES.contains(c));
        let letter: String = letter.into_iter().nfc().chain(tones).collect();
        // Only the ellipsis, dashes and marks of this text that the encoding has not are left out.
        bytes.extend_from_slice(&WINDOWS_1258.encode(&letter).0);
    }
    bytes
}

#[rstest]
#[case::tab('\t')]
#[case::semicolon(';')]
#[case::comma(',')]
fn every_encoding_and_delimiter_gives_the_truth(#[case] delimiter: char) {
    let text = crate::ingest::forms::delimited(JULY, delimiter);
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    let files = [
        ("UTF-8", text.clone().into_bytes()),
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("UTF-8, marks apart", text.nfd().collect::<String>().into_bytes()),
        ("UTF-16 LE with a mark", [&b"\xff\xfe"[..], &little].concat()),
        ("UTF-16 BE with a mark", [&b"\xfe\xff"[..], &big].concat()),
        ("UTF-16 LE", little),
        ("UTF-16 BE", big),
        ("windows-1258", windows_1258(&text)),
    ];
    for (what, file) in files {
        assert_golden(&file, what);
    }
}
