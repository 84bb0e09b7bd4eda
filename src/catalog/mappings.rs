//! `mappings.toml`: where the figures stand in the answers of other systems.

use crate::catalog::indicators::Indicators;
use crate::catalog::section::Section;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mapping::{MappedFields, Mapping, MappingForm, Way};

const MAPPINGS_MAX: usize = 50;
const EXAMPLE: &str = "{ \"GROUP_ONLINE\" = \"online_services\" }";

pub(super) fn read(mut file: Section<'_>, indicators: Option<&Indicators>) -> Vec<Mapping> {
    let mut mappings = Vec::new();
    for mut section in file.sections("mapping", MAPPINGS_MAX) {
        let name = section.text("name");
        let form = section.choice("form", &[("json", MappingForm::Json), ("table", MappingForm::Table)]);
        let rows = rows(&mut section, form);
        let fields = MappedFields {
            unit_code: section.optional_text("unit_code"),
            unit_name: section.optional_text("unit_name"),
            period: section.optional_text("period"),
            as_of: section.optional_text("as_of"),
            sample: section.optional_text("sample"),
            indicator: section.optional_text("indicator"),
            numerator: section.optional_text("numerator"),
            denominator: section.optional_text("denominator"),
            ratio: section.optional_text("ratio"),
            score: section.optional_text("score"),
        };
        let given = (section.has("codes"), section.has("columns"));
        let (codes, columns) = (codes(&mut section, "codes", indicators), codes(&mut section, "columns", indicators));
        let (skip, suffixes) = (section.texts("skip"), section.texts("suffixes"));
        check(&section, &fields, given);
        section.finish();
        if let (Some(name), Some(form), Some(rows)) = (name, form, rows) {
            mappings.push(Mapping { name, form, rows, fields, codes, columns, skip, suffixes });
        }
    }
    file.finish();
    mappings
}

/// JSON has a way to its rows; a table has none.
fn rows(section: &mut Section<'_>, form: Option<MappingForm>) -> Option<Way> {
    if form == Some(MappingForm::Table) {
        return Some(Way::default());
    }
    let text = section.text("rows")?;
    let way = Way::parse(&text);
    if way.is_none() {
        section.wrong("rows", &format!("is {text:?}; write the way to the rows: \"data.items[].metrics[]\""));
    }
    way
}

/// Names of the other system, each with an indicator of this catalog.
fn codes(
    section: &mut Section<'_>,
    key: &'static str,
    indicators: Option<&Indicators>,
) -> Vec<(String, IndicatorCode)> {
    let mut found = Vec::new();
    for (name, code) in section.pairs(key, EXAMPLE) {
        match IndicatorCode::parse(&code) {
            Err(error) => section.at(key, &error.to_string()),
            Ok(code) => match indicators {
                Some(indicators) if !indicators.may_be(&code) => section.at(key, &indicators.unknown(&code)),
                _ => found.push((name, code)),
            },
        }
    }
    found
}

/// A mapping that could never give a figure is a mistake of the one who wrote it.
fn check(section: &Section<'_>, fields: &MappedFields, (codes, columns): (bool, bool)) {
    if fields.unit_code.is_none() && fields.unit_name.is_none() {
        section.problem("says nothing of the unit; write unit_code, unit_name, or both");
    }
    match (&fields.indicator, codes, columns) {
        (Some(_), true, false) => {
            if fields.score.is_none() && fields.ratio.is_none() && fields.numerator.is_none() {
                section.problem("says nothing of the figures; write score, ratio, numerator and denominator");
            }
        }
        (None, false, true) => {}
        _ => section.problem(
            "must have either `indicator` with `codes` (a row for each figure), or `columns` (a row for each unit)",
        ),
    }
}
