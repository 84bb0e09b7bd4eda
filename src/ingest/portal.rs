//! The answers of other systems, read by the catalog's mappings (`mappings.toml`): a new API needs TOML, not code.
//!
//! Both forms come down to records, the same cells in the same order ([`Slot`]); what they mean is settled once, here.
//! Fields that no mapping names are passed over in silence: such answers are full of what is no figure.

pub(super) mod cells;
pub(super) mod collect;
mod days;
mod object;
mod table;

use crate::domain::indicator::IndicatorCode;
use crate::domain::mapping::{Mapping, MappingForm};
use crate::domain::observation::Reading;
use crate::domain::snapshot::SnapshotContent;
use crate::ingest::delimited::Metadata;
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::json::tree::Node;
use crate::ingest::lexicon::Lexicon;
use crate::ingest::{Hints, dates};
use cells::Cell;
use collect::{Collector, Said, Whose};
use std::collections::{HashMap, HashSet};

/// How many records of an answer are read: ten national months of all metrics.
pub(super) const MAX_RECORDS: usize = 300_000;

/// A place of a record; the mapping's columns follow behind the last one.
#[derive(Clone, Copy)]
enum Slot {
    UnitCode,
    UnitName,
    Period,
    AsOf,
    Sample,
    Indicator,
    Numerator,
    Denominator,
    Ratio,
    Score,
}

const SLOTS: usize = 10;

/// The cells that a mapping asks for, found in one row of a table or one object.
struct Record<'a> {
    line: usize,
    /// By which part of the system's mapping it was found.
    part: usize,
    cells: Vec<Cell<'a>>,
}

impl<'a> Record<'a> {
    fn cell(&self, slot: Slot) -> &Cell<'a> {
        self.cells.get(slot as usize).unwrap_or(&Cell::Missing)
    }

    fn column(&self, at: usize) -> &Cell<'a> {
        self.cells.get(SLOTS + at).unwrap_or(&Cell::Missing)
    }

    /// Whether the mapping fits: it names a unit, and says something of an indicator.
    fn fits(&self, mapping: &Mapping) -> bool {
        let there = |slot| *self.cell(slot) != Cell::Missing;
        let unit = there(Slot::UnitCode) || there(Slot::UnitName);
        let figures = [Slot::Numerator, Slot::Denominator, Slot::Ratio, Slot::Score].into_iter().any(there);
        let long = there(Slot::Indicator) && figures;
        unit && (long || (0..mapping.columns.len()).any(|at| *self.column(at) != Cell::Missing))
    }
}

/// All that a mapping asks for, in the order of [`Slot`].
fn names(mapping: &Mapping) -> Vec<Option<&str>> {
    let fields = &mapping.fields;
    let named = [
        &fields.unit_code,
        &fields.unit_name,
        &fields.period,
        &fields.as_of,
        &fields.sample,
        &fields.indicator,
        &fields.numerator,
        &fields.denominator,
        &fields.ratio,
        &fields.score,
    ];
    let columns = mapping.columns.iter().map(|(name, _)| Some(name.as_str()));
    named.into_iter().map(|name| name.as_deref()).chain(columns).collect()
}

/// Reads a document by the first system that fits; none when none does. A system may have several mappings of one name:
/// groups and their metrics stand in different places of one answer.
pub(super) fn read_json(
    document: &Node<'_>,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> Option<(Option<SnapshotContent>, u32)> {
    let of_json = || lexicon.vocabulary.mappings.iter().filter(|mapping| mapping.form == MappingForm::Json);
    let fits = |mapping: &&Mapping| object::records(document, mapping, 0, 1).iter().any(|record| record.fits(mapping));
    let first = of_json().find(fits)?;
    let parts: Vec<&Mapping> = of_json().filter(|mapping| mapping.name == first.name).filter(fits).collect();
    let mut records = Vec::new();
    for (part, mapping) in parts.iter().enumerate() {
        let room = (MAX_RECORDS + 1).saturating_sub(records.len());
        records.extend(object::records(document, mapping, part, room));
    }
    Some(read(records, &parts, &Metadata::default(), lexicon, hints, issues))
}

/// Reads a table by the first mapping whose headings are there; none when there is none.
pub(super) fn read_table(
    text: &str,
    metadata: &Metadata,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> Option<(Option<SnapshotContent>, u32)> {
    let mappings: Vec<&Mapping> =
        lexicon.vocabulary.mappings.iter().filter(|mapping| mapping.form == MappingForm::Table).collect();
    let table = table::Table::of(text, &mappings)?;
    table.report_problems(issues);
    Some(read(table.records(), &[table.mapping], metadata, lexicon, hints, issues))
}

fn read(
    mut records: Vec<Record<'_>>,
    parts: &[&Mapping],
    metadata: &Metadata,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> (Option<SnapshotContent>, u32) {
    if records.len() > MAX_RECORDS {
        let detail = format!("Tệp có quá {MAX_RECORDS} dòng số liệu; phần còn lại không được đọc.");
        issues.push(IssueKind::TooLarge, &place(&records[MAX_RECORDS]), "", &detail);
        records.truncate(MAX_RECORDS);
    }
    let Some((chosen, stated)) = days::choose(records, hints, issues) else { return (None, 0) };
    let settled = dates::settle(metadata.stated.clone().or(stated), hints, issues);
    let sample = metadata.sample || chosen.iter().any(|record| says_sample(record.cell(Slot::Sample)));
    let mut collector = Collector::new(lexicon, settled.map(|(_, as_of)| as_of), issues);
    let codes: Vec<(&Mapping, Codes<'_>)> = parts.iter().map(|part| (*part, Codes::new(part, lexicon))).collect();
    let mut unknown = HashSet::new();
    for record in &chosen {
        let Some((mapping, codes)) = codes.get(record.part) else { continue };
        let whose = Whose {
            code: record.cell(Slot::UnitCode).words(),
            name: record.cell(Slot::UnitName).words(),
            tier: None,
            suffixes: &mapping.suffixes,
        };
        let Some(unit) = collector.unit(&place(record), whose) else { continue };
        if mapping.fields.indicator.is_some() {
            long(&mut collector, record, unit, codes, &mut unknown);
        } else {
            wide(&mut collector, record, unit, mapping, codes);
        }
    }
    collector.content(settled, sample, Vec::new())
}

fn place(record: &Record<'_>) -> String {
    format!("dòng {}", record.line)
}

/// Made-up figures must never be taken for real ones: whatever is not clearly "no" is "yes".
fn says_sample(cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Missing | Cell::Empty => false,
        Cell::Words(words) => !matches!(words.to_lowercase().as_str(), "false" | "0" | "no" | "khong" | "không"),
        Cell::Other => true,
    }
}

/// That system's codes, with the places of the indicators in the vocabulary.
struct Codes<'m> {
    known: HashMap<&'m str, usize>,
    skipped: HashSet<&'m str>,
    columns: Vec<Option<usize>>,
}

impl<'m> Codes<'m> {
    fn new(mapping: &'m Mapping, lexicon: &Lexicon<'_>) -> Self {
        let at = |code: &IndicatorCode| lexicon.vocabulary.indicators.iter().position(|i| i.code == *code);
        Self {
            known: mapping.codes.iter().filter_map(|(name, code)| Some((name.as_str(), at(code)?))).collect(),
            skipped: mapping.skip.iter().map(String::as_str).collect(),
            columns: mapping.columns.iter().map(|(_, code)| at(code)).collect(),
        }
    }
}

fn long(
    collector: &mut Collector<'_, '_>,
    record: &Record<'_>,
    unit: usize,
    codes: &Codes<'_>,
    unknown: &mut HashSet<String>,
) {
    let name = record.cell(Slot::Indicator).words().unwrap_or_default();
    if codes.skipped.contains(name) {
        return;
    }
    let Some(indicator) = codes.known.get(name).copied() else {
        // Once for each code: a new metric stands in the answer as often as there are units.
        if unknown.len() < MAX_UNKNOWN && unknown.insert(name.to_owned()) {
            let detail = "Mã chỉ tiêu này chưa khai trong mappings.toml (codes hoặc skip); mọi dòng của mã này không \
                          được nhận.";
            collector.issue(IssueKind::UnknownIndicator, &place(record), name, detail);
        }
        return;
    };
    let said = Said {
        numerator: collector.read(&place(record), unit, indicator, record.cell(Slot::Numerator), cells::count),
        denominator: collector.read(&place(record), unit, indicator, record.cell(Slot::Denominator), cells::count),
        ratio: collector.read(&place(record), unit, indicator, record.cell(Slot::Ratio), cells::figure),
        score: collector.read(&place(record), unit, indicator, record.cell(Slot::Score), cells::figure),
        target: None,
    };
    collector.take(&place(record), unit, indicator, said);
}

/// So many unknown codes are named.
const MAX_UNKNOWN: usize = 100;

fn wide(collector: &mut Collector<'_, '_>, record: &Record<'_>, unit: usize, mapping: &Mapping, codes: &Codes<'_>) {
    for (at, indicator) in codes.columns.iter().enumerate() {
        let cell = record.column(at);
        let (Some(indicator), false) = (*indicator, *cell == Cell::Missing) else { continue };
        let place = format!("{}, {}", place(record), mapping.columns[at].0);
        let figure = collector.read(&place, unit, indicator, cell, cells::figure);
        let said = Said {
            numerator: Reading::NotPublished,
            denominator: Reading::NotPublished,
            ratio: figure,
            score: figure,
            target: None,
        };
        collector.take(&place, unit, indicator, said);
    }
}
