//! What the rows of a file say about how it writes its rates, before any of them is read.

use crate::domain::indicator::DenominatorSource;
use crate::domain::observation::Reading;
use crate::domain::scale::Scale;
use crate::ingest::document::{DataRow, Table};
use crate::ingest::fraction::{self, Mark, Parts, Sample};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::layout::{Column, Columns};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::number;
use crate::ingest::text::clean;

/// Decides for each indicator of the vocabulary, and says of which ones the rates are read as parts of one.
pub(super) fn parts(tables: &[Table], lexicon: &Lexicon<'_>, issues: &mut Issues) -> Vec<Parts> {
    let indicators = lexicon.vocabulary.indicators;
    let mut samples = vec![Vec::new(); indicators.len()];
    for table in tables {
        let columns: Vec<Columns> = (0..indicators.len()).map(|at| table.layout.figures_of(at)).collect();
        let unit = table.layout.position(Column::Unit);
        let shared = table.layout.position(Column::FilesReceived);
        let of_rows = table.layout.position(Column::Indicator);
        let wide: Vec<usize> = (0..indicators.len()).filter(|at| columns[*at].rate.is_some()).collect();
        for row in &table.rows {
            let own = of_rows.and_then(|at| lexicon.indicator_named(&clean(cell(row, Some(at)))));
            let of_row = if of_rows.is_some() { own.as_slice() } else { wide.as_slice() };
            let mut is_units = None;
            for at in of_row {
                let received = indicators[*at].denominator == DenominatorSource::FilesReceived;
                let sample = sample(row, columns[*at], shared.filter(|_| received));
                // The sign is never a row's number or a page's. Everything else has to be beside a unit's name.
                let counts = |sample: &Sample| {
                    sample.rate == Mark::Percent
                        || *is_units.get_or_insert_with(|| lexicon.knows_unit(&clean(cell(row, unit))))
                };
                samples[*at].extend(sample.filter(counts));
            }
        }
    }
    // A score is not a percentage, however small it is.
    for (column, indicator) in samples.iter_mut().zip(indicators) {
        if indicator.scale != Scale::Percent {
            column.clear();
        }
    }
    let decided = fraction::decide(&samples);
    for (at, parts) in decided.iter().enumerate().filter(|(_, parts)| parts.rates) {
        say(tables, at, *parts, lexicon, issues);
    }
    decided
}

fn cell(row: &DataRow, column: Option<usize>) -> &str {
    column.and_then(|at| row.row.cell(at)).unwrap_or_default()
}

/// What a row says of one indicator; nothing unless its rate is a number.
fn sample(row: &DataRow, columns: Columns, files_received: Option<usize>) -> Option<Sample> {
    let rate = Mark::of(cell(row, columns.rate));
    let count = |column| match number::count(cell(row, column)) {
        Ok(Reading::Value(count)) => Some(count),
        _ => None,
    };
    match rate {
        Mark::Silent => None,
        Mark::Percent => Some(Sample { rate, target: Mark::Silent, counts: None }),
        Mark::Bare { .. } => {
            let counts = count(columns.numerator).zip(count(columns.denominator.or(files_received)));
            Some(Sample { rate, target: Mark::of(cell(row, columns.target)), counts })
        }
    }
}

/// One remark for an indicator, at the first table that has its rates.
fn say(tables: &[Table], indicator: usize, parts: Parts, lexicon: &Lexicon<'_>, issues: &mut Issues) {
    let indicator_code = &lexicon.vocabulary.indicators[indicator].code;
    let first = tables.iter().find_map(|table| Some((table, table.layout.figures_of(indicator).rate?)));
    let Some((table, column)) = first else { return };
    let name = &lexicon.vocabulary.indicators[indicator].short_name;
    let too = if parts.targets { " và chỉ tiêu được giao" } else { "" };
    let detail = format!(
        "{name}: tỷ lệ{too} ghi dạng số thập phân nên được đọc theo phần trăm (0,578 là 57,8%). Nếu không đúng, hãy ghi dấu \
         % vào từng ô."
    );
    let place = table.heading_place(&table.layout.labels[column]);
    issues.push_about(IssueKind::FractionRate, &place, "", &detail, None, Some(indicator_code));
}
