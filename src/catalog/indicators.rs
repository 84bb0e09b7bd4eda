//! `indicators.toml`: what is measured.

use crate::catalog::once::Once;
use crate::catalog::problem::known;
use crate::catalog::section::{Place, Section};
use crate::catalog::units::headings;
use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::names::fold;
use std::collections::{HashMap, HashSet};

const INDICATORS_MAX: usize = 200;

/// What the file says; entries with problems are left out, but their codes are known to the checks of other files.
#[derive(Debug, Default)]
pub(super) struct Indicators {
    pub(super) indicators: Vec<Indicator>,
    pub(super) codes: Vec<IndicatorCode>,
    /// A code is wrong itself; then any unknown one may be a consequence, and is not judged.
    in_doubt: bool,
}

impl Indicators {
    pub(super) fn may_be(&self, code: &IndicatorCode) -> bool {
        self.in_doubt || self.codes.contains(code)
    }

    /// `indicator "x" is unknown; known: …`
    pub(super) fn unknown(&self, code: &IndicatorCode) -> String {
        let codes = self.codes.iter().map(IndicatorCode::as_str);
        format!("indicator \"{code}\" is unknown; {}", known(code.as_str(), codes, "indicators.toml"))
    }
}

pub(super) fn read(mut file: Section<'_>) -> Indicators {
    let mut result = Indicators::default();
    let mut once = Once::new("indicator", "code");
    let mut placed = Vec::new();
    for mut section in file.some_sections("indicator", INDICATORS_MAX) {
        let code = section.code("code", IndicatorCode::parse);
        if let Some(code) = &code {
            once.check(code, &section.place("code"));
            result.codes.push(code.clone());
        } else {
            result.in_doubt = true;
        }
        placed.extend(read_one(&mut section, code).map(|indicator| (indicator, section.place("name"))));
        section.finish();
    }
    result.in_doubt |= result.codes.is_empty();
    file.finish();
    check_spellings(&placed);
    result.indicators = placed.into_iter().map(|(indicator, _)| indicator).collect();
    result
}

fn read_one(section: &mut Section<'_>, code: Option<IndicatorCode>) -> Option<Indicator> {
    let name = section.text("name");
    let short_name = section.text("short_name");
    let needed_noun = section.text("needed_noun");
    let direction =
        section.choice("direction", &[("higher", Direction::HigherIsBetter), ("lower", Direction::LowerIsBetter)]);
    let remedy = section.choice("remedy", &[("new", Remedy::New), ("convert", Remedy::Convert)]);
    let denominator = section.choice(
        "denominator",
        &[
            ("files_received", DenominatorSource::FilesReceived),
            ("own", DenominatorSource::Own),
            ("implied", DenominatorSource::Implied),
        ],
    );
    let basis = section.text("basis");
    let headings = headings(section);
    let aliases = section.texts("aliases");
    Some(Indicator {
        code: code?,
        name: name?,
        short_name: short_name?,
        needed_noun: needed_noun?,
        direction: direction?,
        remedy: remedy?,
        denominator: denominator?,
        basis: basis?,
        headings,
        aliases,
    })
}

/// What people type, and what stands in a table, leads to one indicator.
fn check_spellings(indicators: &[(Indicator, Place<'_>)]) {
    let mut names: HashMap<String, &IndicatorCode> = HashMap::new();
    let mut headings: HashMap<&str, &IndicatorCode> = HashMap::new();
    for (indicator, place) in indicators {
        let mut told = HashSet::new();
        for text in [&indicator.name, &indicator.short_name].into_iter().chain(&indicator.aliases) {
            let other = *names.entry(fold(text)).or_insert(&indicator.code);
            if *other != indicator.code && told.insert(other) {
                place.problem(format!(
                    "{text:?} also names indicator \"{other}\"; a name or alias may lead to one indicator only"
                ));
            }
        }
        for heading in &indicator.headings {
            let other = *headings.entry(heading).or_insert(&indicator.code);
            if *other != indicator.code {
                place.problem(format!(
                    "the heading {heading:?} is also one of indicator \"{other}\"; a heading may lead to one indicator only"
                ));
            }
        }
    }
}
