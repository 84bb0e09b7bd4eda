//! `units.toml`: tiers and units.

use crate::catalog::once::Once;
use crate::catalog::problem::known;
use crate::catalog::section::{Place, Section};
use crate::domain::names::fold;
use crate::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

const UNITS_MAX: usize = 10_000;
const TIERS_MAX: usize = 20;

/// What the file says; entries with problems are left out, but their codes are known to the checks of other files.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) tiers: Vec<Tier>,
    pub(super) units: Vec<OrgUnit>,
    pub(super) tier_codes: Vec<TierCode>,
    pub(super) unit_codes: HashSet<UnitCode>,
    /// The code of some tier is wrong itself; then any unknown one may be a consequence, and is not judged.
    tiers_in_doubt: bool,
    /// The same for the units.
    units_in_doubt: bool,
}

impl Units {
    pub(super) fn may_be_tier(&self, code: &TierCode) -> bool {
        self.tiers_in_doubt || self.tier_codes.contains(code)
    }

    pub(super) fn may_be_unit(&self, code: &UnitCode) -> bool {
        self.units_in_doubt || self.unit_codes.contains(code)
    }

    /// `tier "x" is unknown; known: …`
    pub(super) fn unknown_tier(&self, code: &TierCode) -> String {
        let codes = self.tier_codes.iter().map(TierCode::as_str);
        format!("tier \"{code}\" is unknown; {}", known(code.as_str(), codes, "units.toml"))
    }

    /// `unit "x" is unknown; did you mean "y"? …`
    pub(super) fn unknown_unit(&self, code: &UnitCode) -> String {
        let mut codes: Vec<&str> = self.unit_codes.iter().map(UnitCode::as_str).collect();
        codes.sort_unstable();
        format!("unit \"{code}\" is unknown; {}", known(code.as_str(), codes.into_iter(), "units.toml"))
    }
}

pub(super) fn read(mut file: Section<'_>) -> Units {
    let mut result = Units::default();
    let mut tiers = Once::new("tier", "code");
    for mut section in file.some_sections("tier", TIERS_MAX) {
        let code = section.code("code", TierCode::parse);
        let name = section.text("name");
        let headings = headings(&mut section);
        if let Some(code) = code {
            tiers.check(&code, &section.place("code"));
            result.tier_codes.push(code.clone());
            if let Some(name) = name {
                result.tiers.push(Tier { code, name, headings });
            }
        } else {
            result.tiers_in_doubt = true;
        }
        section.finish();
    }
    result.tiers_in_doubt |= result.tier_codes.is_empty();
    let mut codes = Once::new("unit", "code");
    let mut placed = Vec::new();
    for mut section in file.some_sections("unit", UNITS_MAX) {
        let code = section.code("code", UnitCode::parse);
        if let Some(code) = &code {
            codes.check(code, &section.place("code"));
            result.unit_codes.insert(code.clone());
        } else {
            result.units_in_doubt = true;
        }
        if let Some(unit) = read_unit(&mut section, code, &result) {
            placed.push(Placed { unit, name: section.place("name"), successors: section.place("successors") });
        }
        section.finish();
    }
    result.units_in_doubt |= result.unit_codes.is_empty();
    file.finish();
    check_names(&placed);
    check_successors(&placed, &result);
    result.units = placed.into_iter().map(|placed| placed.unit).collect();
    result
}

/// A unit with the places of what is checked against other units.
struct Placed<'a> {
    unit: OrgUnit,
    name: Place<'a>,
    successors: Place<'a>,
}

/// Fragments of headings, folded, because that is how tables are searched for them.
pub(super) fn headings(section: &mut Section<'_>) -> Vec<String> {
    let texts = section.texts("headings");
    let headings: Vec<String> = texts.iter().map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
    if headings.len() < texts.len() {
        section.wrong("headings", "contains a text without letters and digits; remove it");
    } else if headings.is_empty() {
        section.wrong(
            "headings",
            "needs at least one text; write headings = [\"…\"] with words that stand in the table's heading",
        );
    }
    headings
}

fn read_unit(section: &mut Section<'_>, code: Option<UnitCode>, known: &Units) -> Option<OrgUnit> {
    let name = section.text("name");
    let qualifier = section.optional_text("qualifier").unwrap_or_default();
    let tier = section.code("tier", TierCode::parse);
    let aliases = section.texts("aliases");
    let valid_from = section.optional_day("valid_from");
    let valid_to = section.optional_day("valid_to");
    let successors = section.codes("successors", UnitCode::parse);
    if let Some(tier) = &tier
        && !known.may_be_tier(tier)
    {
        section.at("tier", &known.unknown_tier(tier));
    }
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        section.wrong("valid_to", &format!("({to}) is before `valid_from` ({from}); a unit ends after it begins"));
    }
    for (key, text) in name.iter().map(|name| ("name", name)).chain(aliases.iter().map(|alias| ("aliases", alias))) {
        if fold(text).is_empty() {
            section.wrong(key, &format!("{text:?} has no letters and digits; people could not ask for it"));
        }
    }
    if !successors.is_empty() && valid_to.is_none() {
        section.wrong("successors", "needs `valid_to`, the last day of this unit");
    }
    Some(OrgUnit { code: code?, name: name?, qualifier, tier: tier?, aliases, valid_from, valid_to, successors })
}

/// Within a tier a name leads to one unit at a time; across tiers two units of one name must read differently.
fn check_names(units: &[Placed<'_>]) {
    let mut spellings: HashMap<(&TierCode, String), Vec<&OrgUnit>> = HashMap::new();
    let mut full_names: HashMap<String, Vec<&OrgUnit>> = HashMap::new();
    for Placed { unit, name: place, .. } in units {
        let mut told = HashSet::new();
        for text in std::iter::once(&unit.name).chain(&unit.aliases) {
            let same = spellings.entry((&unit.tier, fold(text))).or_default();
            match same.iter().find(|other| other.code != unit.code && overlap(other, unit)) {
                Some(other) if told.insert(&other.code) => place.problem(format!(
                    "{text:?} also names unit \"{}\" of the same tier; a name or alias may lead to one unit only",
                    other.code
                )),
                Some(_) => {}
                None => same.push(unit),
            }
        }
        let same = full_names.entry(fold(&unit.full_name())).or_default();
        match same.iter().find(|other| other.tier != unit.tier && overlap(other, unit)) {
            Some(other) if told.insert(&other.code) => place.problem(format!(
                "has the same name as unit \"{}\" of another tier; give both a different `qualifier`",
                other.code
            )),
            Some(_) => {}
            None => same.push(unit),
        }
    }
}

/// Whether both exist on some day: a successor may carry on an old name.
fn overlap(a: &OrgUnit, b: &OrgUnit) -> bool {
    let begins = |unit: &OrgUnit| unit.valid_from.unwrap_or(NaiveDate::MIN);
    let ends = |unit: &OrgUnit| unit.valid_to.unwrap_or(NaiveDate::MAX);
    begins(a) <= ends(b) && begins(b) <= ends(a)
}

/// A successor outlives the unit that it follows; so there are no circles.
fn check_successors(units: &[Placed<'_>], known: &Units) {
    let by_code: HashMap<&UnitCode, &OrgUnit> = units.iter().map(|placed| (&placed.unit.code, &placed.unit)).collect();
    for Placed { unit, successors: place, .. } in units {
        for code in &unit.successors {
            if !known.may_be_unit(code) {
                place.problem(format!("successor: {}", known.unknown_unit(code)));
            } else if *code == unit.code {
                place.problem("is its own successor; a successor is another unit with a code of its own".into());
            } else if let Some(successor) = by_code.get(code)
                && let (Some(ended), Some(end)) = (successor.valid_to, unit.valid_to)
                && ended <= end
            {
                place.problem(format!("successor \"{code}\" ended on {ended}, not after this unit ({end})"));
            }
        }
    }
}
