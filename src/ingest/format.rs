//! What a file is, told by its first bytes and never by its name: offices rename files freely.

use crate::ingest::archive::Archive;
use crate::ingest::{cfb, docx, encoding};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text: a report with tables, or delimited values.
    Text,
    /// Excel since 2007.
    Xlsx,
    /// Excel since 2007, in its binary form.
    Xlsb,
    /// Excel 97 to 2003.
    Xls,
    /// Word before 2007.
    Doc,
    /// A document of Office that wants a password.
    Encrypted,
    /// Another of Microsoft's old formats.
    OldOffice,
    /// A spreadsheet of LibreOffice.
    Ods,
    /// A text document of LibreOffice.
    Odt,
    /// Word since 2007.
    Docx,
    /// An archive of another kind of content.
    Zip,
    /// Portable document.
    Pdf,
    /// A picture.
    Image,
    /// A page of the web, even when it is called `.xls`.
    Html,
    /// Rich text.
    Rtf,
    /// JSON.
    Json,
    /// A program.
    Executable,
    /// Compressed data.
    Compressed,
    /// Bytes that are none of these and no text.
    Binary,
}

impl Format {
    /// Tells the kind of a file from its content.
    #[must_use]
    pub fn detect(bytes: &[u8]) -> Self {
        const SIGNATURES: &[(&[u8], Format)] = &[
            (b"%PDF-", Format::Pdf),
            (b"\x89PNG\r\n\x1a\n", Format::Image),
            (b"\xff\xd8\xff", Format::Image),
            (b"GIF8", Format::Image),
            (b"BM\x00", Format::Image),
            (b"II*\x00", Format::Image),
            (b"MM\x00*", Format::Image),
            (b"{\\rtf", Format::Rtf),
            (b"MZ", Format::Executable),
            (b"\x7fELF", Format::Executable),
            (b"\x1f\x8b", Format::Compressed),
            (b"7z\xbc\xaf\x27\x1c", Format::Compressed),
            (b"Rar!\x1a\x07", Format::Compressed),
            (b"BZh", Format::Compressed),
        ];
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Self::of_archive(bytes);
        }
        if bytes.starts_with(cfb::SIGNATURE) {
            return Self::of_compound(bytes);
        }
        let binary = Self::is_binary(bytes);
        for (signature, format) in SIGNATURES {
            // A text may begin with the letters MZ or BM; a program or picture has more than text in it.
            if bytes.starts_with(signature) && (binary || *format == Self::Pdf || *format == Self::Rtf) {
                return *format;
            }
        }
        if bytes.get(8..12).is_some_and(|kind| kind == b"WEBP") && bytes.starts_with(b"RIFF") {
            return Self::Image;
        }
        if binary {
            return Self::Binary;
        }
        Self::of_text(bytes)
    }

    /// What people call such a file.
    #[must_use]
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Text => "văn bản thuần",
            Self::Xlsx => "bảng tính Excel (.xlsx)",
            Self::Xlsb => "bảng tính Excel nhị phân (.xlsb)",
            Self::Xls => "bảng tính Excel 97-2003 (.xls)",
            Self::Doc => "tài liệu Word 97-2003 (.doc)",
            Self::Encrypted => "tài liệu Office có đặt mật khẩu",
            Self::OldOffice => "tài liệu Office cũ",
            Self::Ods => "bảng tính LibreOffice (.ods)",
            Self::Odt => "tài liệu LibreOffice (.odt)",
            Self::Docx => "tài liệu Word (.docx)",
            Self::Zip => "tệp nén (.zip)",
            Self::Pdf => "tài liệu PDF",
            Self::Image => "tệp hình ảnh",
            Self::Html => "trang web (HTML)",
            Self::Rtf => "tài liệu RTF",
            Self::Json => "dữ liệu JSON",
            Self::Executable => "tệp chương trình",
            Self::Compressed => "tệp nén",
            Self::Binary => "tệp nhị phân không rõ loại",
        }
    }

    /// The zeros of UTF-16 are no sign of anything.
    fn is_binary(bytes: &[u8]) -> bool {
        const LOOKED_AT: usize = 8 * 1024;
        let utf16 = encoding::is_utf16(bytes);
        let head = &bytes[..bytes.len().min(LOOKED_AT)];
        let odd = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b);
        let signature = [&b"\x89PNG"[..], b"\xff\xd8\xff"].iter().any(|s| bytes.starts_with(s));
        signature || (!utf16 && (head.contains(&0) || head.iter().filter(odd).count() * 20 > head.len()))
    }

    /// The list of parts tells. A damaged archive has none any more; then the names that stand uncompressed at its
    /// beginning and end tell what it was, so that the right thing is said.
    fn of_archive(bytes: &[u8]) -> Self {
        const LOOKED_AT: usize = 64 * 1024;
        if let Ok(mut archive) = Archive::open(bytes) {
            let mime = archive.start_of("mimetype").unwrap_or_default();
            return Self::of_parts(|name| archive.has(name), |kind| mime.starts_with(kind));
        }
        let head = &bytes[..bytes.len().min(LOOKED_AT)];
        let tail = &bytes[bytes.len().saturating_sub(LOOKED_AT)..];
        let has = |name: &[u8]| [head, tail].iter().any(|part| part.windows(name.len()).any(|window| window == name));
        match Self::of_parts(|name| has(name.as_bytes()), has) {
            // A piece of some document of Office; as a workbook it is refused for being damaged.
            Self::Zip if has(b"[Content_Types].xml") => Self::Xlsx,
            format => format,
        }
    }

    fn of_parts(part: impl Fn(&str) -> bool, mime: impl Fn(&[u8]) -> bool) -> Self {
        if mime(b"application/vnd.oasis.opendocument.spreadsheet") {
            Self::Ods
        } else if mime(b"application/vnd.oasis.opendocument.text") {
            Self::Odt
        } else if part("xl/workbook.xml") {
            Self::Xlsx
        } else if part("xl/workbook.bin") {
            Self::Xlsb
        } else if part(docx::MAIN) {
            Self::Docx
        } else {
            Self::Zip
        }
    }

    /// All of Microsoft's old formats are one kind of container; the names of its streams tell.
    fn of_compound(bytes: &[u8]) -> Self {
        let Some(names) = cfb::Container::open(bytes).map(|container| container.names()) else {
            return Self::OldOffice;
        };
        let has = |name: &str| names.iter().any(|known| known == name);
        if has("EncryptedPackage") {
            Self::Encrypted
        } else if has("Workbook") || has("Book") {
            Self::Xls
        } else if has("WordDocument") {
            Self::Doc
        } else {
            Self::OldOffice
        }
    }

    fn of_text(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let start: Vec<u8> = bytes
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .take(16)
            .map(|b| b.to_ascii_lowercase())
            .collect();
        if [&b"<!doctypehtml"[..], b"<html", b"<table", b"<?xml"].iter().any(|tag| start.starts_with(tag)) {
            Self::Html
        } else if [&b"{\""[..], b"[{", b"[[", b"[\"", b"{}", b"[]", b"[null"].iter().any(|open| start.starts_with(open))
        {
            Self::Json
        } else {
            Self::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n\0\0", Format::Image)]
    #[case(b"\xff\xd8\xff\xe0\0", Format::Image)]
    #[case(b"MZ\x90\0\x03", Format::Executable)]
    #[case(b"%PDF-1.7 text", Format::Pdf)]
    #[case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", Format::OldOffice)]
    #[case(b"PK\x03\x04\0\0[Content_Types].xml\0xl/workbook.xml", Format::Xlsx)]
    #[case(b"PK\x03\x04\0\0word/document.xml", Format::Docx)]
    #[case(b"PK\x03\x04\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Format::Ods)]
    #[case(b"PK\x03\x04\0\0photo.jpg", Format::Zip)]
    #[case(b"\x1f\x8b\x08\0", Format::Compressed)]
    #[case(b"<!DOCTYPE html><table>", Format::Html)]
    #[case(b" {\"period\": 1}", Format::Json)]
    #[case(b"{\\rtf1", Format::Rtf)]
    #[case(b"a\0b", Format::Binary)]
    #[case(b"\x01\x02\x03\x04", Format::Binary)]
    #[case(b"MZ; a text", Format::Text)]
    #[case(b"[ghi] unit,tier", Format::Text)]
    #[case(b"\xff\xfeu\0n\0", Format::Text)]
    #[case(b"", Format::Text)]
    fn content_tells_what_a_file_is(#[case] bytes: &[u8], #[case] format: Format) {
        assert_eq!(Format::detect(bytes), format);
    }
}
