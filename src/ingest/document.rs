//! Rows of a file taken apart into tables and the text around them.

use crate::domain::period::ReportingPeriod;
use crate::ingest::dates;
use crate::ingest::delimited::{self, DELIMITERS};
use crate::ingest::grid::{Limit, Line, Place, Row, Rows};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::layout::{Column, Layout};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::names::fold;
use crate::ingest::number::looks_like_a_figure;
use crate::ingest::{MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES, MAX_UNPACKED_BYTES};

/// How many lines above a table are looked at for its name and tier.
const TITLE_LINES: usize = 8;

/// More damaged rows than this: the file is in another encoding and not just damaged.
const MAX_DAMAGED: usize = 20;

/// A table with a heading that was understood.
#[derive(Debug)]
pub(super) struct Table {
    /// "Phụ lục 3", if it has such a name.
    pub(super) name: Option<String>,
    /// Where its heading stands.
    pub(super) at: Place,
    /// Which column is what.
    pub(super) layout: Layout,
    /// Rows below the heading.
    pub(super) rows: Vec<DataRow>,
    /// In a workbook, the month that its sheet names: in headings, in the sheet's name, or above the table.
    pub(super) month: Option<ReportingPeriod>,
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
    /// The place of a row, for people: by its number in a table with a name, else by its place in the file. A workbook
    /// numbers its rows itself.
    pub(super) fn place(&self, row: &DataRow) -> String {
        match (&self.name, &row.row.at) {
            (Some(name), Place::Line(_) | Place::TableRow { .. } | Place::Paragraph(_)) => {
                format!("{name}, dòng {}", row.number)
            }
            (_, at) => at.to_string(),
        }
    }

    /// The place of a cell of a row.
    pub(super) fn cell_place(&self, row: &DataRow, column: usize) -> String {
        let place = row.row.at.cell(column).unwrap_or_else(|| self.place(row));
        format!("{place}, cột “{}”", self.layout.labels[column])
    }

    /// The place of a heading.
    pub(super) fn heading_place(&self, label: &str) -> String {
        match (&self.name, &self.at) {
            (Some(name), Place::Line(_) | Place::TableRow { .. } | Place::Paragraph(_)) => {
                format!("{name}, cột “{label}”")
            }
            (_, at) => format!("{at}, cột “{label}”"),
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
    too_wide: Vec<Place>,
    cut_at: Option<(Place, Limit)>,
    /// How many of the texts stand before the first table.
    before_tables: Option<usize>,
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
        self.texts.iter().take(self.before_tables.unwrap_or(usize::MAX))
    }

    /// How much was noticed that looks like a table and is none.
    fn complaints(&self) -> usize {
        self.orphans.len() + self.too_wide.len()
    }

    pub(super) fn build(rows: Rows, lexicon: &Lexicon<'_>) -> Self {
        let mut document = Self { too_wide: rows.too_wide, cut_at: rows.cut_at, ..Self::default() };
        let mut builder = Builder::new(lexicon);
        let mut rows = rows.rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            if row.is_blank() {
                continue;
            }
            builder.arrive(&row.at);
            let below = rows.peek().filter(|below| below.at.same_sheet(&row.at) && below.at.same_table(&row.at));
            if row.is_damaged() {
                document.damaged.push(row.joined());
            } else if let Some((layout, two_rows)) = Layout::find(&row, below, lexicon) {
                if two_rows {
                    rows.next();
                }
                builder.table(&mut document, row.at, layout);
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
            let detail = "Tệp không phải UTF-8, UTF-16 hoặc windows-1258; hãy lưu lại với bảng mã UTF-8.";
            return issues.push(IssueKind::InvalidText, "", "", detail);
        }
        for line in &self.damaged {
            let detail = "Dòng có ký tự hỏng (không phải UTF-8) nên không được nhận.";
            issues.push(IssueKind::InvalidText, &line.at.to_string(), &line.text, detail);
        }
        if let Some(at) = self.too_wide.first() {
            let detail = format!("Có {} dòng quá {MAX_COLUMNS} ô nên không được nhận.", self.too_wide.len());
            issues.push(IssueKind::TooLarge, &at.to_string(), "", &detail);
        }
        if let Some((at, limit)) = &self.cut_at {
            const MIB: u64 = 1024 * 1024;
            let much = match limit {
                Limit::Rows => format!("có quá {MAX_ROWS} dòng"),
                Limit::Text => format!("có quá {} MB chữ", MAX_TEXT_BYTES / (1024 * 1024)),
                Limit::Unpacked => format!("giải nén ra quá {} MB", MAX_UNPACKED_BYTES / MIB),
            };
            let detail = format!("Tệp {much}; từ dòng này trở đi không được đọc.");
            issues.push(IssueKind::TooLarge, &at.to_string(), "", &detail);
        }
        for line in &self.orphans {
            let detail = "Các dòng số liệu không có dòng tiêu đề nhận ra được nên không được nhận; dòng tiêu đề phải có \
                          cột “Cơ quan, đơn vị” và tên các chỉ tiêu.";
            issues.push(IssueKind::NoTable, &line.at.to_string(), &line.text, detail);
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
    /// All text of this sheet so far, folded; empty outside of workbooks.
    said: String,
    /// Where the row before stood.
    before: Option<Place>,
    /// Rows belong to the last table.
    open: bool,
    /// A repeated heading continues the last table.
    continues: bool,
    /// The row before was one of figures without a heading.
    in_orphans: bool,
}

impl<'l, 'v> Builder<'l, 'v> {
    const fn new(lexicon: &'l Lexicon<'v>) -> Self {
        Self {
            lexicon,
            titles: Vec::new(),
            said: String::new(),
            before: None,
            open: false,
            continues: false,
            in_orphans: false,
        }
    }

    /// Notices that a row stands in another sheet or table than the one before.
    fn arrive(&mut self, at: &Place) {
        let before = self.before.replace(at.clone());
        if before.as_ref().is_none_or(|before| !before.same_sheet(at)) {
            self.titles.clear();
            self.said.clear();
            (self.open, self.continues) = (false, false);
        }
        if before.is_some_and(|before| !before.same_table(at)) {
            self.open = false;
        }
    }

    /// The month of a sheet whose table has these headings.
    fn month(&self, at: &Place, layout: &Layout) -> Option<ReportingPeriod> {
        let Place::Sheet { name, .. } = at else { return None };
        let names = layout.headings.iter().cloned().chain([fold(name), self.said.clone()]);
        names.into_iter().find_map(|text| dates::month_in(&text.split(' ').collect::<Vec<_>>()))
    }

    fn table(&mut self, document: &mut Document, at: Place, layout: Layout) {
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
        // Where no title says the tier, the sheet's own name may.
        if let Place::Sheet { name: sheet, .. } = &at {
            tier = tier.or_else(|| self.lexicon.tier_in(&fold(sheet)).map(|(tier, _)| tier));
        }
        let month = self.month(&at, &layout);
        let mut table = Table { name, at, layout, rows: Vec::new(), month, tier, rows_before: 0 };
        // A heading that is repeated on the next page, under a page number at most, continues its table.
        let page_number = |title: &String| fold(title).trim_start_matches("trang ").bytes().all(|b| b.is_ascii_digit());
        if let Some(last) = document.tables.last().filter(|_| self.continues && self.titles.iter().all(page_number)) {
            table.name.clone_from(&last.name);
            table.tier = last.tier;
            table.rows_before = last.rows_before + last.rows.len();
        }
        document.before_tables.get_or_insert(document.texts.len());
        document.tables.push(table);
        self.titles.clear();
        (self.open, self.continues, self.in_orphans) = (true, true, false);
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
        } else if let Some(table) = table.filter(|table| !self.is_prose(table, &row)) {
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

    /// Whether a row below a table's heading is text that was put into several cells: "Nơi nhận:" beside "CHỦ TỊCH", a
    /// note. It names no unit and holds nothing that was meant to be a figure.
    fn is_prose(&self, table: &Table, row: &Row) -> bool {
        let unit = table.layout.position(Column::Unit).and_then(|column| row.cell(column)).unwrap_or_default();
        let words = |cell: &str| cell.split_whitespace().count() >= 2 && cell.chars().any(char::is_alphabetic);
        let figure = |cell: &str| looks_like_a_figure(cell) || cell.trim_start().starts_with(['=', '#']);
        let long_form = table.layout.position(Column::Indicator).is_some();
        !long_form && !self.lexicon.knows_unit(unit) && row.said().any(words) && !row.said().any(figure)
    }

    fn title(&mut self, table: Option<&mut Table>, text: &str) {
        /// A longer line that begins with a tier is a sentence about it.
        const MAX_TIER_LINE: usize = 80;
        self.in_orphans = false;
        let folded = fold(text);
        if self.before.as_ref().is_some_and(|at| matches!(at, Place::Sheet { .. })) {
            self.said.push(' ');
            self.said.push_str(&folded);
        }
        if appendix(&folded).is_some() {
            (self.open, self.continues) = (false, false);
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
