//! `targets.toml`: what is assigned.

use crate::catalog::indicators::Indicators;
use crate::catalog::section::{Place, Section};
use crate::catalog::units::Units;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::domain::rate::{Exact, Percent};
use crate::domain::scale::Scale;
use crate::domain::target::{AssignedTarget, DefaultTarget, Target, TargetOrigin};
use std::collections::HashMap;
use std::hash::Hash;

/// Ten thousand units with a few indicators each.
const TARGETS_MAX: usize = 50_000;

/// What the file says; entries with problems are left out.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) report_decision: Option<String>,
    pub(super) defaults: Vec<DefaultTarget>,
    pub(super) assigned: Vec<AssignedTarget>,
}

/// Reads the file. `units` and `indicators` are absent when their files could not be read at all; what refers to them
/// is then not judged.
pub(super) fn read(mut file: Section<'_>, units: Option<&Units>, indicators: Option<&Indicators>) -> Targets {
    let mut result = Targets { report_decision: file.text("report_decision"), ..Targets::default() };
    // What the defaults speak of, whether or not their levels are right.
    let mut covered: Vec<(IndicatorCode, Option<TierCode>)> = Vec::new();
    let mut begins = HashMap::new();
    for mut section in file.sections("default", TARGETS_MAX) {
        let indicator = indicator(&mut section, indicators);
        let tier = section.optional_code("tier", TierCode::parse);
        if let (Some(tier), Some(units)) = (&tier, units)
            && !units.may_be_tier(tier)
        {
            section.at("tier", &units.unknown_tier(tier));
        }
        let scale = scale(indicator.as_ref(), indicators);
        let target = target(&mut section, TargetOrigin::Default, scale);
        if let (Some(only), None) = (indicator.as_ref().and_then(|code| indicators?.tiers.get(code)), &tier) {
            let only: Vec<&str> = only.iter().map(TierCode::as_str).collect();
            let only = only.join(", ");
            section.at("indicator", &format!("the indicator is only for {only}; write tier = \"…\" with one of them"));
        }
        if let Some(indicator) = indicator {
            covered.push((indicator.clone(), tier.clone()));
            if let Some(target) = target {
                let key = (indicator.clone(), tier.clone(), target.valid_from);
                check_begin(&mut begins, key, section.place("indicator"));
                result.defaults.push(DefaultTarget { indicator, tier, target });
            }
        }
        section.finish();
    }
    let mut begins = HashMap::new();
    for mut section in file.sections("target", TARGETS_MAX) {
        let unit = section.code("unit", UnitCode::parse);
        if let (Some(unit), Some(units)) = (&unit, units)
            && !units.may_be_unit(unit)
        {
            section.at("unit", &units.unknown_unit(unit));
        }
        let indicator = indicator(&mut section, indicators);
        let scale = scale(indicator.as_ref(), indicators);
        let target = target(&mut section, TargetOrigin::Catalog, scale);
        if let (Some(unit), Some(indicator), Some(target)) = (unit, indicator, target) {
            let key = (unit.clone(), indicator.clone(), target.valid_from);
            check_begin(&mut begins, key, section.place("unit"));
            result.assigned.push(AssignedTarget { unit, indicator, target });
        }
        section.finish();
    }
    if let (Some(units), Some(indicators)) = (units, indicators) {
        check_covered(&file, &covered, units, indicators);
    }
    file.finish();
    result
}

fn indicator(section: &mut Section<'_>, known: Option<&Indicators>) -> Option<IndicatorCode> {
    let code = section.code("indicator", IndicatorCode::parse)?;
    if let Some(known) = known
        && !known.may_be(&code)
    {
        section.at("indicator", &known.unknown(&code));
    }
    Some(code)
}

fn scale(indicator: Option<&IndicatorCode>, known: Option<&Indicators>) -> Scale {
    indicator.zip(known).map(|(code, known)| known.scale(code)).unwrap_or_default()
}

/// The level as such, or as a share of the full score.
fn level(section: &mut Section<'_>, scale: Scale) -> Option<Percent> {
    if !section.has("share") {
        return section.level("level", scale);
    }
    let share = section.percent("share");
    if section.has("level") {
        section.level("level", scale);
        section.wrong("share", "stands beside `level`; write one of them");
    }
    let level = share.and_then(|share| {
        // At most four decimals of a share and two of a full score: cut to the four that a level may have.
        let points = share.exact() * scale.full() / Exact::from(100);
        let ten_thousandths = (points * Exact::from(10_000)).floor().to_integer();
        let level = Percent::new(i64::try_from(ten_thousandths).ok()?, Percent::MAX_DECIMALS).ok()?;
        Some(level.shortened().on(scale))
    });
    level.filter(|level| level.exact() > Exact::from(0))
}

fn target(section: &mut Section<'_>, origin: TargetOrigin, scale: Scale) -> Option<Target> {
    let level = level(section, scale);
    let decision = section.text("decision");
    let valid_from = section.optional_period("valid_from");
    let valid_to = section.optional_period("valid_to");
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        section.wrong("valid_to", &format!("({to}) is before `valid_from` ({from}); a target ends after it begins"));
    }
    Some(Target { level: level?, decision: decision?, valid_from, valid_to, origin })
}

/// Of two targets that hold, the one that began last wins; so two may not begin together.
fn check_begin<K: Eq + Hash>(begins: &mut HashMap<K, usize>, key: K, place: Place<'_>) {
    match begins.get(&key) {
        Some(line) => place.problem(format!(
            "stands already in line {line} with the same `valid_from`; change that one, or give this one a later `valid_from`"
        )),
        None => {
            begins.insert(key, place.line());
        }
    }
}

/// Every unit has a target for every indicator, whatever the report prints.
fn check_covered(
    file: &Section<'_>,
    covered: &[(IndicatorCode, Option<TierCode>)],
    units: &Units,
    indicators: &Indicators,
) {
    for code in &indicators.codes {
        let tiers: Vec<_> = covered.iter().filter(|(indicator, _)| indicator == code).map(|(_, tier)| tier).collect();
        if tiers.iter().any(|tier| tier.is_none()) {
            continue;
        }
        let missing: Vec<&str> = units
            .tier_codes
            .iter()
            .filter(|tier| indicators.tiers.get(code).is_none_or(|only| only.contains(tier)))
            .filter(|code| !tiers.iter().any(|tier| tier.as_ref() == Some(code)))
            .map(TierCode::as_str)
            .collect();
        if !missing.is_empty() {
            file.problem(&format!(
                "indicator \"{code}\" has no default for {}; add a [[default]] for each, or one without `tier` for all",
                missing.join(", ")
            ));
        }
    }
}
