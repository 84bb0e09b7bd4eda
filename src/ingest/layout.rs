//! Which column is what, told by headings only: tables of different offices have their columns in different orders.
//!
//! A heading has one row (`Hồ sơ trực tuyến – Kết quả thực hiện`) or two (`Hồ sơ trực tuyến` over `Kết quả thực hiện`);
//! with two, the group's name holds for the empty cells to its right, as merged cells are written in text. The long form
//! (`unit,tier,indicator,numerator,…`) has a column for the indicator instead of groups.

use crate::ingest::MAX_COLUMNS;
use crate::ingest::grid::Row;
use crate::ingest::issue::{IssueKind, cut};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::names::{fold, has_words};
use crate::ingest::text::clean;

/// A figure of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Target,
    Numerator,
    Denominator,
    Rate,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Nothing that is needed.
    Ignored,
    Unit,
    Tier,
    /// All files received, shared by several indicators.
    FilesReceived,
    /// A figure of the indicator at this place of the vocabulary.
    Figure(usize, Part),
    /// Long form: which indicator.
    Indicator,
    /// Long form: a figure of the row's indicator.
    OfRow(Part),
}

/// Where the figures of one indicator stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) target: Option<usize>,
    pub(super) numerator: Option<usize>,
    pub(super) denominator: Option<usize>,
    pub(super) rate: Option<usize>,
}

/// A heading that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) kind: IssueKind,
    pub(super) label: String,
    pub(super) detail: &'static str,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    /// What people call each column.
    pub(super) labels: Vec<String>,
    /// How many cells a row must have for its columns to be certain.
    pub(super) width: usize,
    pub(super) problems: Vec<Problem>,
    /// The headings as written, folded.
    pub(super) headings: Vec<String>,
}

const UNITS: &[&str] = &[
    "co quan don vi",
    "don vi",
    "ten don vi",
    "co quan",
    "ten co quan",
    "ten co quan don vi",
    "co quan don vi dia phuong",
    "don vi dia phuong",
    "dia phuong",
    "ten don vi co quan",
    "unit",
];
const TIERS: &[&str] = &["tier", "cap", "cap hanh chinh", "cap don vi"];
const UNNEEDED: &[&str] = &["tt", "stt", "so tt", "so thu tu", "no", "ghi chu", "note", "notes"];
const INDICATORS: &[&str] = &["indicator", "chi tieu", "ten chi tieu", "ma chi tieu", "noi dung", "noi dung chi tieu"];
const LONG_PARTS: &[(&str, Part)] = &[
    ("numerator", Part::Numerator),
    ("tu so", Part::Numerator),
    ("so luong", Part::Numerator),
    ("so ho so dat", Part::Numerator),
    ("denominator", Part::Denominator),
    ("mau so", Part::Denominator),
    ("tong so", Part::Denominator),
    ("tong so ho so", Part::Denominator),
    ("rate", Part::Rate),
    ("ty le", Part::Rate),
    ("ti le", Part::Rate),
    ("ket qua", Part::Rate),
    ("ket qua thuc hien", Part::Rate),
    ("target", Part::Target),
    ("chi tieu duoc giao", Part::Target),
    ("chi tieu giao", Part::Target),
    ("muc giao", Part::Target),
];

const UNKNOWN: &str = "Không nhận ra cột này; cột không được đọc.";
const TWICE: &str = "Nhiều cột cùng nghĩa nên không rõ lấy cột nào; các cột này không được đọc.";
const UNKNOWN_GROUP: &str = "Không nhận ra chỉ tiêu của nhóm cột này; nhóm cột không được đọc.";

impl Layout {
    /// Understands a row as a heading, together with the row below it where that is its second row (then the answer's
    /// second value is true). None when it is no heading.
    pub(super) fn find(row: &Row, below: Option<&Row>, lexicon: &Lexicon<'_>) -> Option<(Self, bool)> {
        const FEWEST_HEADINGS: usize = 3;
        row.said().nth(FEWEST_HEADINGS - 1)?;
        let texts: Vec<String> = row.cells.iter().map(|cell| clean(cell).into_owned()).collect();
        let top: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        let unit = top.iter().position(|heading| UNITS.contains(&heading.as_str()))?;
        if let Some(layout) = Self::long(&top, &texts) {
            return Some((layout, false));
        }
        let sub = below.filter(|below| is_second_row(below, unit, &top[unit]));
        Self::wide(top, &texts, sub, lexicon).map(|layout| (layout, sub.is_some()))
    }

    fn long(top: &[String], texts: &[String]) -> Option<Self> {
        let has = |names: &[&str]| top.iter().any(|heading| names.contains(&heading.as_str()));
        let part = |heading: &str| LONG_PARTS.iter().find(|(name, _)| *name == heading).map(|(_, part)| *part);
        let figures = top.iter().filter_map(|heading| part(heading)).any(|part| part != Part::Target);
        if !has(INDICATORS) || !figures {
            return None;
        }
        let mut draft = Draft::default();
        for (heading, text) in top.iter().zip(texts) {
            let column = match part(heading) {
                Some(part) => Column::OfRow(part),
                None if INDICATORS.contains(&heading.as_str()) => Column::Indicator,
                None => match shared(heading) {
                    Some(column) => column,
                    None => draft.unknown(IssueKind::UnknownColumn, text, UNKNOWN),
                },
            };
            draft.push(column, cut(text));
        }
        Some(draft.finish(top.to_vec()))
    }

    fn wide(top: Vec<String>, texts: &[String], sub: Option<&Row>, lexicon: &Lexicon<'_>) -> Option<Self> {
        let width = top.len().max(sub.map_or(0, Row::used_width)).min(MAX_COLUMNS);
        let mut draft = Draft::default();
        let mut headings = top.clone();
        // The group that holds for empty cells to the right, and whether its being unknown was said.
        let (mut group, mut said) = (0, false);
        let mut understood = false;
        for at in 0..width {
            let own = top.get(at).map_or("", String::as_str);
            if !own.is_empty() {
                (group, said) = (at, false);
            }
            let sub_text = sub.and_then(|row| row.cell(at)).map(clean).unwrap_or_default();
            let sub_heading = fold(&sub_text);
            if sub_heading.is_empty() || sub_heading == own {
                let text = texts.get(at).map_or("", String::as_str);
                let flat = if own.is_empty() { Some(Column::Ignored) } else { flat(own, lexicon) };
                understood |= matches!(flat, Some(Column::Figure(..) | Column::FilesReceived));
                let column = flat.unwrap_or_else(|| draft.unknown(IssueKind::UnknownColumn, text, UNKNOWN));
                draft.push(column, cut(text));
                continue;
            }
            understood = true;
            headings.push(sub_heading.clone());
            let group_heading = top.get(group).map_or("", String::as_str);
            match lexicon.indicator_in(group_heading) {
                Some((indicator, _)) => {
                    let name = &lexicon.vocabulary.indicators[indicator].short_name;
                    let label = format!("{name} – {}", cut(&sub_text));
                    draft.push(Column::Figure(indicator, part(&sub_heading).unwrap_or(Part::Numerator)), label);
                }
                None if is_files_received(group_heading) && !said => {
                    said = true;
                    draft.push(Column::FilesReceived, cut(&texts[group]));
                }
                None => {
                    let text = texts.get(group).map_or("", String::as_str);
                    let column = if said {
                        Column::Ignored
                    } else {
                        draft.unknown(IssueKind::UnknownIndicator, text, UNKNOWN_GROUP)
                    };
                    said = true;
                    draft.push(column, cut(text));
                }
            }
        }
        understood.then(|| draft.finish(headings))
    }

    /// Where the figures of an indicator stand, or in the long form those of the row's indicator.
    pub(super) fn figures_of(&self, indicator: usize) -> Columns {
        let long = self.position(Column::Indicator).is_some();
        let column = |part| self.position(if long { Column::OfRow(part) } else { Column::Figure(indicator, part) });
        Columns {
            target: column(Part::Target),
            numerator: column(Part::Numerator),
            denominator: column(Part::Denominator),
            rate: column(Part::Rate),
        }
    }

    /// The place of a column of a kind.
    pub(super) fn position(&self, wanted: Column) -> Option<usize> {
        self.columns.iter().position(|column| *column == wanted)
    }
}

/// The second row of a heading has no unit, and says of at least one column that it is a target or a result.
fn is_second_row(below: &Row, unit: usize, heading: &str) -> bool {
    let at_unit = fold(&clean(below.cell(unit).unwrap_or_default()));
    let says_part = |cell: &str| matches!(part(&fold(&clean(cell))), Some(Part::Target | Part::Rate));
    (at_unit.is_empty() || at_unit == heading) && !below.is_damaged() && below.said().any(says_part)
}

/// Columns that both forms have.
fn shared(heading: &str) -> Option<Column> {
    if heading.is_empty() || UNNEEDED.contains(&heading) {
        Some(Column::Ignored)
    } else if UNITS.contains(&heading) {
        Some(Column::Unit)
    } else if TIERS.contains(&heading) {
        Some(Column::Tier)
    } else {
        None
    }
}

/// A column whose heading stands in one row.
fn flat(heading: &str, lexicon: &Lexicon<'_>) -> Option<Column> {
    if let Some(column) = shared(heading) {
        return Some(column);
    }
    let Some((indicator, fragment)) = lexicon.indicator_in(heading) else {
        return is_files_received(heading).then_some(Column::FilesReceived);
    };
    // The name of an indicator may itself hold "kết quả".
    let rest = fold(&heading.replacen(fragment, "", 1));
    let counted = ["so luong", "tu so", "so ho so", "so giao dich", "xac thuc", "numerator"];
    let part = part(&rest).or_else(|| counted.iter().any(|word| has_words(&rest, word)).then_some(Part::Numerator));
    part.map(|part| Column::Figure(indicator, part))
}

fn is_files_received(heading: &str) -> bool {
    let all = ["tong so ho so", "tong so hs", "tong so hs tthc", "tong so ho so tthc", "files received"];
    all.contains(&heading) || (has_words(heading, "tong so") && has_words(heading, "tiep nhan"))
}

/// Which figure a sub-heading names; none for anything else, which beneath a group is what was counted.
fn part(heading: &str) -> Option<Part> {
    const WORDS: &[(&str, Part)] = &[
        ("chi tieu duoc giao", Part::Target),
        ("chi tieu giao", Part::Target),
        ("muc giao", Part::Target),
        ("target", Part::Target),
        ("ket qua thuc hien", Part::Rate),
        ("ty le", Part::Rate),
        ("ti le", Part::Rate),
        ("rate", Part::Rate),
        ("tong so", Part::Denominator),
        ("mau so", Part::Denominator),
        ("denominator", Part::Denominator),
    ];
    WORDS.iter().find(|(word, _)| has_words(heading, word)).map(|(_, part)| *part)
}

/// Columns while they are understood one by one.
#[derive(Default)]
struct Draft {
    columns: Vec<Column>,
    labels: Vec<String>,
    problems: Vec<Problem>,
}

impl Draft {
    fn push(&mut self, column: Column, label: String) {
        self.columns.push(column);
        self.labels.push(label);
    }

    fn unknown(&mut self, kind: IssueKind, label: &str, detail: &'static str) -> Column {
        self.problems.push(Problem { kind, label: cut(label), detail });
        Column::Ignored
    }

    /// Two columns of one meaning: neither is read, because the wrong one may be taken. The first unit is kept; without
    /// it there is no table.
    fn finish(mut self, headings: Vec<String>) -> Layout {
        for at in 0..self.columns.len() {
            let column = self.columns[at];
            let twice = self.columns.iter().filter(|other| **other == column).count() > 1;
            if column == Column::Ignored || !twice {
                continue;
            }
            let label = self.labels[at].clone();
            self.problems.push(Problem { kind: IssueKind::UnknownColumn, label, detail: TWICE });
            for (place, other) in self.columns.iter_mut().enumerate() {
                if *other == column && !(column == Column::Unit && place == at) {
                    *other = Column::Ignored;
                }
            }
        }
        let width = self.columns.iter().rposition(|column| *column != Column::Ignored).map_or(0, |last| last + 1);
        Layout { columns: self.columns, labels: self.labels, width, problems: self.problems, headings }
    }
}
