//! `indicators.toml`: what is measured.

use crate::catalog::once::Once;
use crate::catalog::problem::known;
use crate::catalog::section::{Place, Section};
use crate::catalog::units::{Units, headings};
use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy, ZeroOverZero};
use crate::domain::names::fold;
use crate::domain::org_unit::TierCode;
use crate::domain::rate::{Exact, Percent};
use crate::domain::scale::Scale;
use std::collections::{HashMap, HashSet};

const INDICATORS_MAX: usize = 200;

/// What the file says; entries with problems are left out, but their codes are known to the checks of other files.
#[derive(Debug, Default)]
pub(super) struct Indicators {
    pub(super) indicators: Vec<Indicator>,
    pub(super) codes: Vec<IndicatorCode>,
    /// Indicators that only some tiers are measured by, with those tiers.
    pub(super) tiers: HashMap<IndicatorCode, Vec<TierCode>>,
    /// A code is wrong itself; then any unknown one may be a consequence, and is not judged.
    in_doubt: bool,
}

impl Indicators {
    pub(super) fn may_be(&self, code: &IndicatorCode) -> bool {
        self.in_doubt || self.codes.contains(code)
    }

    /// What an indicator is counted in; percent where the entry itself is wrong.
    pub(super) fn scale(&self, code: &IndicatorCode) -> Scale {
        self.indicators.iter().find(|indicator| indicator.code == *code).map(|i| i.scale).unwrap_or_default()
    }

    /// `indicator "x" is unknown; known: …`
    pub(super) fn unknown(&self, code: &IndicatorCode) -> String {
        let codes = self.codes.iter().map(IndicatorCode::as_str);
        format!("indicator \"{code}\" is unknown; {}", known(code.as_str(), codes, "indicators.toml"))
    }
}

pub(super) fn read(mut file: Section<'_>, units: Option<&Units>) -> Indicators {
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
        placed.extend(read_one(&mut section, code.clone()).map(|indicator| (indicator, section.place("name"))));
        let tiers = section.codes("tiers", TierCode::parse);
        for tier in tiers.iter().filter(|tier| units.is_some_and(|units| !units.may_be_tier(tier))) {
            section.at("tiers", &units.map(|units| units.unknown_tier(tier)).unwrap_or_default());
        }
        if let (Some(code), false) = (&code, tiers.is_empty()) {
            result.tiers.insert(code.clone(), tiers);
        }
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
    let remedies = [("new", Remedy::New), ("convert", Remedy::Convert), ("none", Remedy::NoCount)];
    let remedy = section.choice("remedy", &remedies);
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
    let scale = section.optional_full_score("full_score").map_or(Scale::Percent, Scale::Points);
    let zero_over_zero = zero_over_zero(section, scale);
    Some(Indicator {
        code: code?,
        name: name?,
        short_name: short_name?,
        needed_noun: needed_noun?,
        direction: direction?,
        remedy: remedy?,
        denominator: denominator?,
        scale,
        zero_over_zero,
        basis: basis?,
        headings,
        aliases,
    })
}

/// `"none"`, `"zero"`, `"full"`, or a figure on the indicator's scale.
fn zero_over_zero(section: &mut Section<'_>, scale: Scale) -> ZeroOverZero {
    const KEY: &str = "zero_over_zero";
    let Some(text) = section.optional_text(KEY) else { return ZeroOverZero::NoActivity };
    match text.as_str() {
        "none" => return ZeroOverZero::NoActivity,
        "zero" => return ZeroOverZero::Zero,
        "full" => return ZeroOverZero::Full,
        _ => {}
    }
    let possible = |worth: &Percent| worth.exact() >= Exact::from(0) && worth.exact() <= scale.full();
    match Percent::parse_plain(&text).ok().map(|worth| worth.on(scale)).filter(possible) {
        Some(worth) => ZeroOverZero::Given(worth),
        None => {
            let full = Percent::full(scale);
            section.wrong(
                KEY,
                &format!(
                    "is {text:?}; write \"none\", \"zero\", \"full\", or a figure from 0 to {full} in quotation marks"
                ),
            );
            ZeroOverZero::NoActivity
        }
    }
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
