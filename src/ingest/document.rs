//! Rows of a file taken apart into tables and the text around them.

use crate::ingest::delimited::{self, DELIMITERS, Rows};
use crate::ingest::grid::{Line, Row};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::layout::Layout;
use crate::ingest::lexicon::Lexicon;
use crate::ingest::names::fold;
use crate::ingest::number::looks_like_a_figure;
use crate::ingest::{MAX_COLUMNS, MAX_ROWS};

/// How many lines above a table are looked at for its name and tier.
const TITLE_LINES: usize = 8;

/// More damaged rows than this: the file is in another encoding and not just damaged.
const MAX_DAMAGED: usize = 20;

/// A table with a heading that was understood.
#[derive(Debug)]
pub(super) struct Table {
    /// "Phụ lục 3", if it has such a name.
    pub(super) name: Option<String>,
    /// The line of its heading.
    pub(super) line: usize,
    /// Which column is what.
    pub(super) layout: Layout,
    /// Rows below the heading.
    pub(super) rows: Vec<DataRow>,
    /// The tier that its title, or the last line within it, names.
    tier: Option<usize>,
    /// Rows of the same table above a repeated heading.
    rows_before: usize,
}

/// A row of a table, not yet understood.
#[derive(Debug)]
pub(super) struct DataRow {
    pub(super) row: Row,
    /// The tier that the title, or a line within the table, names.
    pub(super) tier: Option<usize>,
    /// Its number in the table, from 1.
    pub(super) number: usize,
}

impl Table {
    /// The place of a row, for people: by its number in a table with a name, else by its line in the file.
    pub(super) fn place(&self, row: &DataRow) -> String {
        match &self.name {
            Some(name) => format!("{name}, dòng {}", row.number),
            None => format!("dòng {}", row.row.line),
        }
    }

    /// The place of a heading.
    pub(super) fn heading_place(&self, label: &str) -> String {
        match &self.name {
            Some(name) => format!("{name}, cột “{label}”"),
            None => format!("dòng {}, cột “{label}”", self.line),
        }
    }

    fn push(&mut self, row: Row) {
        let number = self.rows_before + self.rows.len() + 1;
        self.rows.push(DataRow { row, tier: self.tier, number });
    }
}

/// A file taken apart.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Lines outside of the tables.
    pub(super) texts: Vec<Line>,
    /// Tables, in the order of the file.
    pub(super) tables: Vec<Table>,
    /// Where rows of figures stand under no heading: the first of each block.
    orphans: Vec<Line>,
    /// Rows with bytes that are no text.
    damaged: Vec<Line>,
    too_wide: Vec<usize>,
    cut_at: Option<usize>,
}

impl Document {
    /// Takes a text apart by the first delimiter that shows a table.
    pub(super) fn best_of(text: &str, lexicon: &Lexicon<'_>) -> Self {
        let mut best: Option<Self> = None;
        for delimiter in DELIMITERS {
            let document = Self::build(delimited::split(text, delimiter), lexicon);
            if !document.tables.is_empty() {
                return document;
            }
            if best.as_ref().is_none_or(|best| document.complaints() > best.complaints()) {
                best = Some(document);
            }
        }
        best.unwrap_or_default()
    }

    /// Lines before the first table.
    pub(super) fn opening(&self) -> impl Iterator<Item = &Line> {
        let first_table = self.tables.first().map_or(usize::MAX, |table| table.line);
        self.texts.iter().take_while(move |line| line.line < first_table)
    }

    /// How much was noticed that looks like a table and is none.
    fn complaints(&self) -> usize {
        self.orphans.len() + self.too_wide.len()
    }

    pub(super) fn build(rows: Rows, lexicon: &Lexicon<'_>) -> Self {
        let mut document = Self { too_wide: rows.too_wide, cut_at: rows.cut_at, ..Self::default() };
        let mut builder = Builder { lexicon, titles: Vec::new(), open: false, in_orphans: false };
        let mut rows = rows.rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            if row.is_blank() {
                continue;
            }
            if row.is_damaged() {
                document.damaged.push(row.joined());
            } else if let Some((layout, two_rows)) = Layout::find(&row, rows.peek(), lexicon) {
                if two_rows {
                    rows.next();
                }
                builder.table(&mut document, row.line, layout);
            } else {
                builder.row(&mut document, row);
            }
        }
        document
    }

    /// Whether so much is damaged that the rest cannot be trusted.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged.len() > MAX_DAMAGED
    }

    /// Says what could not be taken apart.
    pub(super) fn report_problems(&self, issues: &mut Issues) {
        if self.is_damaged() {
            let detail = "Tệp không phải UTF-8 hoặc UTF-16; hãy lưu lại với bảng mã UTF-8.";
            return issues.push(IssueKind::InvalidText, "", "", detail);
        }
        for line in &self.damaged {
            let detail = "Dòng có ký tự hỏng (không phải UTF-8) nên không được nhận.";
            issues.push(IssueKind::InvalidText, &format!("dòng {}", line.line), &line.text, detail);
        }
        if let Some(line) = self.too_wide.first() {
            let detail = format!("Có {} dòng quá {MAX_COLUMNS} ô nên không được nhận.", self.too_wide.len());
            issues.push(IssueKind::TooLarge, &format!("dòng {line}"), "", &detail);
        }
        if let Some(line) = self.cut_at {
            let detail = format!("Tệp có quá {MAX_ROWS} dòng; từ dòng này trở đi không được đọc.");
            issues.push(IssueKind::TooLarge, &format!("dòng {line}"), "", &detail);
        }
        for line in &self.orphans {
            let detail = "Các dòng số liệu không có dòng tiêu đề nhận ra được nên không được nhận; dòng tiêu đề phải có \
                          cột “Cơ quan, đơn vị” và tên các chỉ tiêu.";
            issues.push(IssueKind::NoTable, &format!("dòng {}", line.line), &line.text, detail);
        }
        if self.tables.is_empty() && !issues.any_error() {
            let seen = self.texts.first().map_or("", |line| &line.text);
            let detail = "Không thấy bảng số liệu nào; bảng phải có dòng tiêu đề với cột “Cơ quan, đơn vị” và tên các \
                          chỉ tiêu.";
            issues.push(IssueKind::NoTable, "", seen, detail);
        }
    }
}

/// Where we are while going down the rows.
struct Builder<'l, 'v> {
    lexicon: &'l Lexicon<'v>,
    /// Text since the last table's last row.
    titles: Vec<String>,
    /// Rows belong to the last table.
    open: bool,
    /// The row before was one of figures without a heading.
    in_orphans: bool,
}

impl Builder<'_, '_> {
    fn table(&mut self, document: &mut Document, line: usize, layout: Layout) {
        let mut name = None;
        let mut tier = None;
        for title in self.titles.iter().rev().take(TITLE_LINES) {
            let folded = fold(title);
            tier = tier.or_else(|| self.lexicon.tier_in(&folded).map(|(tier, _)| tier));
            name = appendix(&folded);
            if name.is_some() {
                break;
            }
        }
        let mut table = Table { name, line, layout, rows: Vec::new(), tier, rows_before: 0 };
        // A heading that is repeated on the next page, under a page number at most, continues its table.
        let page_number = |title: &String| fold(title).trim_start_matches("trang ").bytes().all(|b| b.is_ascii_digit());
        if let Some(last) = document.tables.last().filter(|_| self.open && self.titles.iter().all(page_number)) {
            table.name.clone_from(&last.name);
            table.tier = last.tier;
            table.rows_before = last.rows_before + last.rows.len();
        }
        document.tables.push(table);
        self.titles.clear();
        (self.open, self.in_orphans) = (true, false);
    }

    fn row(&mut self, document: &mut Document, row: Row) {
        let table = document.tables.last_mut().filter(|_| self.open);
        if let Some(line) = row.as_text() {
            match table {
                // A unit with nothing but empty cells is a row.
                Some(table) if self.lexicon.knows_unit(&line.text) => table.push(row),
                table => {
                    self.title(table, &line.text);
                    document.texts.push(line);
                }
            }
        } else if let Some(table) = table {
            self.titles.clear();
            table.push(row);
        } else if row.said().filter(|cell| looks_like_a_figure(cell)).count() >= 2 {
            if !self.in_orphans {
                document.orphans.push(row.joined());
            }
            self.in_orphans = true;
        } else {
            // A sentence with a comma, in a file that is delimited by commas.
            let line = row.joined();
            self.title(None, &line.text);
            document.texts.push(line);
        }
    }

    fn title(&mut self, table: Option<&mut Table>, text: &str) {
        /// A longer line that begins with a tier is a sentence about it.
        const MAX_TIER_LINE: usize = 80;
        self.in_orphans = false;
        let folded = fold(text);
        if appendix(&folded).is_some() {
            self.open = false;
            self.titles.clear();
        } else if let Some(table) = table
            && folded.len() <= MAX_TIER_LINE
            && let Some((tier, place)) = self.lexicon.tier_in(&folded)
            // "II. CẤP HUYỆN"
            && place <= 4
        {
            table.tier = Some(tier);
        }
        self.titles.push(text.to_owned());
    }
}

/// "Phụ lục 3" of "Phụ lục 3: …", from its folded form.
fn appendix(folded: &str) -> Option<String> {
    const NAMES: [(&str, &str); 4] =
        [("phu luc", "Phụ lục"), ("bang", "Bảng"), ("bieu so", "Biểu số"), ("bieu", "Biểu")];
    NAMES.iter().find_map(|(fragment, name)| {
        let number = folded.strip_prefix(fragment)?.strip_prefix(' ')?.split(' ').next()?;
        let numbers = number.len() <= 4
            && (number.starts_with(|c: char| c.is_ascii_digit())
                || number.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')));
        numbers.then(|| format!("{name} {}", number.to_uppercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appendices_are_recognised_by_name_and_number() {
        assert_eq!(appendix("phu luc 3").as_deref(), Some("Phụ lục 3"));
        assert_eq!(appendix("phu luc ii cap huyen").as_deref(), Some("Phụ lục II"));
        assert_eq!(appendix("bieu so 1a").as_deref(), Some("Biểu số 1A"));
        for other in ["phu luc kem theo", "bang", "bang cap", "chi tiet tai phu luc 1", ""] {
            assert_eq!(appendix(other), None, "{other}");
        }
    }
}
