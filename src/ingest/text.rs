//! From bytes to text, and from a cell to what it says.

use crate::ingest::format::Format;
use crate::ingest::issue::IssueKind;
use crate::ingest::{MAX_FILE_BYTES, encoding, names};
use std::borrow::Cow;

/// Stands for bytes that are no text; a row that holds one is not taken.
pub(super) const DAMAGE: char = char::REPLACEMENT_CHARACTER;

const READ: &str = "Đọc được bảng tính (.xlsx, .xls, .ods), tài liệu Word (.docx), báo cáo dạng văn bản (.txt), bảng .csv, \
                    .tsv và JSON.";

/// Why a file as a whole is not read.
pub(super) struct Refusal {
    pub(super) kind: IssueKind,
    pub(super) text: String,
    pub(super) detail: String,
}

/// Refuses a file that is too large to be looked at.
pub(super) fn check_size(bytes: &[u8]) -> Result<(), Refusal> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) <= MAX_FILE_BYTES {
        return Ok(());
    }
    let detail = format!("Tệp lớn hơn {} MB; hãy tách thành nhiều tệp.", MAX_FILE_BYTES / (1024 * 1024));
    Err(Refusal { kind: IssueKind::TooLarge, text: String::new(), detail })
}

/// Why a file of a kind that is known and not read is refused, in one sentence.
pub(super) fn not_read(format: Format) -> Refusal {
    let name = format.name_vi();
    let detail = format!("Tệp là {name}, không đọc được. {READ}");
    Refusal { kind: IssueKind::UnknownFormat, text: name.to_owned(), detail }
}

/// The text of a file, with `\n` at the end of each line. Bytes that are no text become [`DAMAGE`].
pub(super) fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    let text = encoding::text(bytes);
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        let detail = "Tệp không có nội dung.".to_owned();
        return Err(Refusal { kind: IssueKind::EmptyFile, text: String::new(), detail });
    }
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.into_owned() })
}

/// What a cell or line says: without markup (`<b>`, `**`), invisible characters and surplus spaces. A note mark
/// (`<sup>1</sup>`) goes with its content, unless it is all there is.
pub(super) fn clean(cell: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii() && !c.is_ascii_control() && !matches!(c, '<' | '*' | '_' | '"' | '&' | '`');
    let trimmed = cell.trim();
    if trimmed.chars().all(plain) && !trimmed.contains("  ") {
        return Cow::Borrowed(trimmed);
    }
    let without_notes = without_tags(trimmed, true);
    let text = if names::fold(&without_notes).is_empty() && !without_notes.contains(['-', '–', '—', '−']) {
        without_tags(trimmed, false)
    } else {
        without_notes
    };
    let text = text.replace("&nbsp;", " ").replace("&amp;", "&");
    let visible: String = text.chars().filter(|c| !matches!(c, '*' | '`') && !names::is_invisible(*c)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    Cow::Owned(words.join(" ").trim_matches(['"', '_', ' ']).to_owned())
}

fn without_tags(text: &str, drop_notes: bool) -> String {
    /// Longer things in angle brackets are not markup.
    const MAX_TAG: usize = 24;
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, from) = rest.split_at(open);
        kept.push_str(before);
        let tag = from
            .char_indices()
            .take(MAX_TAG)
            .find(|(_, c)| *c == '>')
            .map(|(end, _)| &from[1..end])
            .filter(|tag| tag.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()));
        let Some(tag) = tag else {
            kept.push('<');
            rest = &from[1..];
            continue;
        };
        rest = &from[tag.len() + 2..];
        if tag.eq_ignore_ascii_case("br") || tag.eq_ignore_ascii_case("br/") {
            kept.push(' ');
        }
        if drop_notes && tag.eq_ignore_ascii_case("sup") {
            rest = rest.find("</sup>").map_or(rest, |end| &rest[end + "</sup>".len()..]);
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("  Sở Tư pháp ", "Sở Tư pháp")]
    #[case("**CẤP TỈNH:** <b>05</b>", "CẤP TỈNH: 05")]
    #[case("***Nơi nhận:***", "Nơi nhận:")]
    #[case("KSTT<sup>(T)</sup>.", "KSTT.")]
    #[case("<sup>57,8%</sup>", "57,8%")]
    #[case("-<sup>1</sup>", "-")]
    #[case("a < b > c", "a < b > c")]
    #[case("<", "<")]
    #[case("x<sup>1", "x1")]
    #[case("Hồ sơ<br>trực\n tuyến", "Hồ sơ trực tuyến")]
    #[case("1\u{a0}642\u{200b}", "1 642")]
    #[case("\"Sở Y tế\"", "Sở Y tế")]
    #[case("a\tb", "a b")]
    fn cells_are_cleaned(#[case] cell: &str, #[case] said: &str) {
        assert_eq!(clean(cell), said);
    }

    #[test]
    fn text_comes_in_four_encodings() {
        let text = "Sở Y tế\nđạt";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let files = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(),
            [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(),
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
        ];
        for file in files {
            assert_eq!(decode(&file).ok().as_deref(), Some(text));
        }
    }

    #[test]
    fn nothing_is_an_empty_file() {
        for empty in [&b""[..], b" \r\n\t\n", b"\xef\xbb\xbf\n", b"\xff\xfe"] {
            assert!(matches!(decode(empty), Err(Refusal { kind: IssueKind::EmptyFile, .. })), "{empty:?}");
        }
    }
}
