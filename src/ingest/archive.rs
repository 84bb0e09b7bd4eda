//! The way into files that are ZIP archives of XML parts (xlsx, ods, docx), with a limit on everything.
//!
//! An archive of 40 KB can unpack into gigabytes, name a million parts, or hold one word of 100 MB. So what is unpacked
//! is counted as it comes, over all parts of the file and whatever sizes it declares; one element or run of text may
//! have [`MAX_PIECE`] bytes; elements may be nested [`MAX_DEPTH`] deep; and an archive of more than [`MAX_PARTS`] parts
//! is not opened. There is no limit on the ratio of compression: honest sheets reach 100 to 1, and the absolute limits
//! bind whatever the ratio is. Nothing here knows a clock: a file costs at most the work that these limits allow.
//!
//! A part that is damaged (deflate, checksum, XML) ends the reading of the whole file: a flipped bit in compressed data
//! makes other digits, not missing ones.

use crate::ingest::MAX_UNPACKED_BYTES;
use crate::ingest::issue::IssueKind;
use crate::ingest::text::Refusal;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{self, BufReader, Cursor, Read};
use zip::ZipArchive;

/// More parts than any document has that people write.
const MAX_PARTS: usize = 10_000;

/// The longest element or run of text, in bytes (1 MiB).
const MAX_PIECE: u64 = 1024 * 1024;

/// How deep elements may be nested.
const MAX_DEPTH: usize = 200;

/// Why the reading of a part ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not what it says it is.
    Damaged,
    /// [`MAX_UNPACKED_BYTES`] are used up.
    Unpacked,
    /// One piece of it is beyond [`MAX_PIECE`] or [`MAX_DEPTH`].
    Piece,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        const MIB: u64 = 1024 * 1024;
        let (kind, detail) = match fault {
            Fault::Damaged => (IssueKind::DamagedFile, DAMAGED.to_owned()),
            Fault::Unpacked => {
                let most = MAX_UNPACKED_BYTES / MIB;
                (
                    IssueKind::TooLarge,
                    format!("Tệp giải nén ra quá {most} MB nên không được đọc; hãy tách thành nhiều tệp."),
                )
            }
            Fault::Piece => {
                let most = MAX_PIECE / MIB;
                (
                    IssueKind::TooLarge,
                    format!("Tệp có một phần tử dài quá {most} MB hoặc lồng nhau quá sâu nên không được đọc."),
                )
            }
        };
        Self { kind, text: String::new(), detail }
    }
}

/// What is said of a file that cannot be unpacked.
pub(super) const DAMAGED: &str = "Tệp bị hỏng hoặc thiếu một phần; hãy mở bằng chương trình đã tạo ra tệp rồi lưu lại.";

/// An archive whose list of parts was read.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'b> Archive<'b> {
    /// Reads the list of parts.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Refusal> {
        // Counted beforehand: the list itself would take 200 bytes of memory for each entry of 46.
        let entries = bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
        if entries > MAX_PARTS {
            let detail = format!("Tệp nén có quá {MAX_PARTS} phần nên không được đọc.");
            return Err(Refusal { kind: IssueKind::TooLarge, text: String::new(), detail });
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Damaged)?;
        Ok(Self { zip, left: MAX_UNPACKED_BYTES })
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Opens a part as XML; none when there is no such part.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, Fault> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let part = self.zip.by_index(index).map_err(|_| Fault::Damaged)?;
        // What it declares needs no unpacking to be refused.
        if part.size() > self.left {
            return Err(Fault::Unpacked);
        }
        let counted = Counted { part: Box::new(part), left: &mut self.left, piece: MAX_PIECE, over: None };
        Ok(Some(Xml::new(counted)))
    }

    /// The first bytes of a part, for telling what the archive is.
    pub(super) fn start_of(&mut self, name: &str) -> Option<Vec<u8>> {
        const LOOKED_AT: u64 = 200;
        let index = self.zip.index_for_name(name)?;
        let mut start = Vec::new();
        self.zip.by_index(index).ok()?.take(LOOKED_AT).read_to_end(&mut start).ok()?;
        Some(start)
    }
}

/// Counts what comes out of a part.
struct Counted<'a> {
    part: Box<dyn Read + 'a>,
    left: &'a mut u64,
    piece: u64,
    over: Option<Fault>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        match (self.left.checked_sub(bytes), self.piece.checked_sub(bytes)) {
            (Some(left), Some(piece)) => {
                *self.left = left;
                self.piece = piece;
                Ok(read)
            }
            (None, _) => self.stop(Fault::Unpacked),
            (_, None) => self.stop(Fault::Piece),
        }
    }
}

impl Counted<'_> {
    fn stop(&mut self, fault: Fault) -> io::Result<usize> {
        self.over = Some(fault);
        Err(io::Error::other("a limit of the archive"))
    }
}

/// An element's beginning.
pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    /// Its name without the prefix of a namespace.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// An attribute by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        // Unchecked: looking for names that stand twice takes quadratic time.
        let found = self.0.attributes().with_checks(false).flatten().find(|a| local(a.key.into_inner()) == name)?;
        match found.value {
            Cow::Borrowed(raw) if !raw.contains('&') => Some(Cow::Borrowed(raw)),
            raw => Some(quick_xml::escape::unescape(&raw).map_or_else(|_| raw.to_string(), Cow::into_owned).into()),
        }
    }

    /// An attribute that is a number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.trim().parse().ok()
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// What comes next in a part.
pub(super) enum Node {
    /// An element begins.
    Open(Tag),
    /// The element of this name ends.
    Close(String),
    /// Text within an element; a run may come in several pieces.
    Text(String),
    /// The part ends.
    End,
}

/// A part that is read piece by piece.
pub(super) struct Xml<'a> {
    reader: Reader<BufReader<Counted<'a>>>,
    piece: Vec<u8>,
    depth: usize,
}

impl<'a> Xml<'a> {
    fn new(counted: Counted<'a>) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(counted));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, piece: Vec::new(), depth: 0 }
    }

    /// What comes next. Comments, declarations and entities of the document's own are passed over: none is needed, and
    /// an entity that is never expanded cannot explode.
    pub(super) fn next(&mut self) -> Result<Node, Fault> {
        loop {
            self.piece.clear();
            self.reader.get_mut().get_mut().piece = MAX_PIECE;
            let event = match self.reader.read_event_into(&mut self.piece) {
                Ok(event) => event,
                Err(_) => return Err(self.reader.get_ref().get_ref().over.unwrap_or(Fault::Damaged)),
            };
            let node = match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(Fault::Piece);
                    }
                    Node::Open(Tag(start.into_owned()))
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(local(end.name().into_inner()).to_owned())
                }
                Event::Text(text) => Node::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Node::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(name) => Node::Text(reference(&name)),
                // A part that ends within an element was cut off.
                Event::Eof if self.depth > 0 => return Err(Fault::Damaged),
                Event::Eof => Node::End,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            return Ok(node);
        }
    }

    /// Passes over the rest of the element that was just opened.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if let Node::End = self.next()? {
                return Err(Fault::Damaged);
            }
        }
        Ok(())
    }

    /// The text of the element that was just opened, up to its end.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let outside = self.depth.saturating_sub(1);
        let mut text = String::new();
        while self.depth > outside {
            match self.next()? {
                Node::Text(piece) => append(&mut text, &piece),
                Node::End => return Err(Fault::Damaged),
                Node::Open(_) | Node::Close(_) => {}
            }
        }
        Ok(text)
    }
}

/// Adds to the text of a cell; what is beyond the limit of a cell is dropped.
pub(super) fn append(text: &mut String, piece: &str) {
    if text.len() < crate::ingest::MAX_CELL_BYTES {
        text.push_str(crate::ingest::grid::beginning(piece));
    }
}

/// What `&amp;` or `&#7843;` stands for; unknown names stand for nothing.
fn reference(name: &quick_xml::events::BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or_default().to_owned(),
    }
}
