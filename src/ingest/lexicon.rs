//! Recognising units, tiers and indicators by what the catalog calls them.

use crate::domain::org_unit::OrgUnit;
use crate::ingest::Vocabulary;
use crate::ingest::names::{find_words, fold};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Whose row it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The unit at this place of the vocabulary.
    One(usize),
    /// Several units have this name.
    Shared(Vec<usize>),
    /// No unit has this name in this tier.
    None,
}

/// The catalog's names, folded once per file.
pub(super) struct Lexicon<'v> {
    pub(super) vocabulary: Vocabulary<'v>,
    codes: HashMap<&'v str, usize>,
    units: HashMap<String, Vec<usize>>,
    tiers: HashMap<String, usize>,
    tier_fragments: Vec<(String, usize)>,
    indicators: HashMap<String, usize>,
    indicator_fragments: Vec<(String, usize)>,
}

impl<'v> Lexicon<'v> {
    pub(super) fn new(vocabulary: Vocabulary<'v>) -> Self {
        let mut lexicon = Self {
            vocabulary,
            codes: HashMap::with_capacity(vocabulary.units.len()),
            units: HashMap::new(),
            tiers: HashMap::new(),
            tier_fragments: Vec::new(),
            indicators: HashMap::new(),
            indicator_fragments: Vec::new(),
        };
        for (at, unit) in vocabulary.units.iter().enumerate() {
            lexicon.codes.entry(unit.code.as_str()).or_insert(at);
            for name in
                [unit.name.as_str(), &unit.full_name()].into_iter().chain(unit.aliases.iter().map(String::as_str))
            {
                let owners = lexicon.units.entry(fold(name)).or_default();
                if !owners.contains(&at) {
                    owners.push(at);
                }
            }
        }
        for (at, tier) in vocabulary.tiers.iter().enumerate() {
            for name in [tier.code.as_str(), &tier.name].into_iter().chain(tier.headings.iter().map(String::as_str)) {
                lexicon.tiers.entry(fold(name)).or_insert(at);
            }
            lexicon.tier_fragments.extend(tier.headings.iter().map(|heading| (fold(heading), at)));
        }
        for (at, indicator) in vocabulary.indicators.iter().enumerate() {
            let names = [indicator.code.as_str(), &indicator.name, &indicator.short_name];
            for name in names.into_iter().chain(indicator.aliases.iter().map(String::as_str)) {
                lexicon.indicators.entry(fold(name)).or_insert(at);
            }
            lexicon.indicator_fragments.extend(indicator.headings.iter().map(|heading| (fold(heading), at)));
        }
        lexicon
    }

    /// The tier that a folded text names first, with the place where it does.
    pub(super) fn tier_in(&self, folded: &str) -> Option<(usize, usize)> {
        self.tier_fragments
            .iter()
            .filter_map(|(fragment, tier)| Some((find_words(folded, fragment)?, *tier)))
            .min()
            .map(|(place, tier)| (tier, place))
    }

    /// The tier that a cell names, by code or name.
    pub(super) fn tier_named(&self, cell: &str) -> Option<usize> {
        let folded = fold(cell);
        self.tiers.get(&folded).copied().or_else(|| self.tier_in(&folded).map(|(tier, _)| tier))
    }

    /// The indicator whose longest fragment stands in a folded heading, with that fragment; none when two indicators
    /// are named equally well.
    pub(super) fn indicator_in(&self, folded: &str) -> Option<(usize, &str)> {
        let mut best: Option<(usize, &String)> = None;
        let mut tied = false;
        for (fragment, indicator) in &self.indicator_fragments {
            if find_words(folded, fragment).is_none() {
                continue;
            }
            match best {
                Some((_, other)) if other.len() > fragment.len() => {}
                Some((owner, other)) if other.len() == fragment.len() => tied = tied || owner != *indicator,
                _ => (best, tied) = (Some((*indicator, fragment)), false),
            }
        }
        best.filter(|_| !tied).map(|(indicator, fragment)| (indicator, fragment.as_str()))
    }

    /// The indicator that a cell names, by code, name or alias.
    pub(super) fn indicator_named(&self, cell: &str) -> Option<usize> {
        self.indicators.get(&fold(cell)).copied()
    }

    /// Whether any unit has this name.
    pub(super) fn knows_unit(&self, name: &str) -> bool {
        self.units.contains_key(&fold(name))
    }

    /// The unit of a name, an alias or a code, within a tier if one is known. Where one unit follows another of the same
    /// name, the one that exists on `day` is meant.
    pub(super) fn unit(&self, name: &str, tier: Option<usize>, day: Option<NaiveDate>) -> Match {
        let all = self.vocabulary.units;
        let tier = tier.map(|at| &self.vocabulary.tiers[at].code);
        let in_tier = |at: &usize| tier.is_none_or(|tier| &all[*at].tier == tier);
        let found = |at: &usize| in_tier(at).then_some(*at);
        if let Some(at) = self.codes.get(name.trim()).copied() {
            return found(&at).map_or(Match::None, Match::One);
        }
        let named: Vec<usize> = self.units.get(&fold(name)).into_iter().flatten().filter_map(found).collect();
        let existing: Vec<usize> = match day {
            Some(day) if named.len() > 1 => named.iter().copied().filter(|at| all[*at].is_valid_on(day)).collect(),
            _ => Vec::new(),
        };
        match if existing.is_empty() { &named[..] } else { &existing } {
            [] => Match::None,
            [one] => Match::One(*one),
            several => Match::Shared(several.to_vec()),
        }
    }

    /// The unit whose name or alias is most like a text, for a suggestion to people; never for figures.
    pub(super) fn nearest_unit(&self, name: &str, tier: Option<usize>) -> Option<&OrgUnit> {
        const LIKE_ENOUGH: f64 = 0.6;
        let wanted = fold(&name.chars().take(100).collect::<String>());
        let tier = tier.map(|at| &self.vocabulary.tiers[at].code);
        let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&wanted, known);
        let candidates = self.units.iter().flat_map(|(known, owners)| owners.iter().map(move |at| (known, *at)));
        candidates
            .map(|(known, at)| (likeness(known), at, &self.vocabulary.units[at]))
            .filter(|(like, _, unit)| *like >= LIKE_ENOUGH && tier.is_none_or(|tier| &unit.tier == tier))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, _, unit)| unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
    use crate::domain::org_unit::{Tier, TierCode, UnitCode};

    fn indicator(code: &str, headings: &[&str]) -> Indicator {
        Indicator {
            code: IndicatorCode::parse(code).unwrap(),
            name: format!("Chỉ tiêu {code}"),
            short_name: code.to_uppercase(),
            needed_noun: String::new(),
            direction: Direction::HigherIsBetter,
            remedy: Remedy::New,
            denominator: DenominatorSource::Own,
            scale: crate::domain::scale::Scale::Percent,
            zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
            basis: String::new(),
            headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
            aliases: vec!["bí danh".to_owned()],
        }
    }

    fn unit(code: &str, tier: &str, valid_to: Option<NaiveDate>) -> OrgUnit {
        OrgUnit {
            code: UnitCode::parse(code).unwrap(),
            name: "Phòng Đất đai".to_owned(),
            qualifier: String::new(),
            tier: TierCode::parse(tier).unwrap(),
            aliases: vec!["P. Đất đai".to_owned()],
            valid_from: None,
            valid_to,
            successors: Vec::new(),
        }
    }

    fn tier(code: &str, heading: &str) -> Tier {
        Tier { code: TierCode::parse(code).unwrap(), name: format!("Cấp {code}"), headings: vec![heading.to_owned()] }
    }

    #[test]
    fn the_longest_fragment_names_the_indicator_and_a_tie_names_none() {
        let indicators = [
            indicator("a", &["kết quả"]),
            indicator("b", &["cấp kết quả điện tử", "chung"]),
            indicator("c", &["chung"]),
        ];
        let vocabulary =
            Vocabulary { tiers: &[], units: &[], indicators: &indicators, mappings: &[], report_decision: "" };
        let lexicon = Lexicon::new(vocabulary);
        assert_eq!(lexicon.indicator_in("so ho so ket qua").map(|found| found.0), Some(0));
        assert_eq!(lexicon.indicator_in("cap ket qua dien tu thang 7").map(|found| found.0), Some(1));
        assert_eq!(lexicon.indicator_in("muc chung"), None);
        assert_eq!(lexicon.indicator_in("ket quai"), None);
        assert_eq!(lexicon.indicator_named("CHỈ TIÊU  C"), Some(2));
        assert_eq!(lexicon.indicator_named("chỉ tiêu c và d"), None);
    }

    #[test]
    fn the_tier_that_is_named_first_is_the_tables() {
        let tiers = [tier("province", "cấp tỉnh"), tier("commune", "cấp xã")];
        let vocabulary = Vocabulary { tiers: &tiers, units: &[], indicators: &[], mappings: &[], report_decision: "" };
        let lexicon = Lexicon::new(vocabulary);
        assert_eq!(lexicon.tier_in("ii cap xa do cap tinh giao"), Some((1, 3)));
        assert_eq!(lexicon.tier_in("cap xap"), None);
        assert_eq!(lexicon.tier_named("Province"), Some(0));
    }

    #[test]
    fn a_name_is_one_units_within_its_tier_and_time() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        let tiers = [tier("province", "cấp tỉnh"), tier("commune", "cấp xã")];
        let units =
            [unit("old", "province", day(2025)), unit("new", "province", None), unit("low", "commune", day(2020))];
        let vocabulary =
            Vocabulary { tiers: &tiers, units: &units, indicators: &[], mappings: &[], report_decision: "" };
        let lexicon = Lexicon::new(vocabulary);
        let name = "phòng đất đai";
        assert_eq!(lexicon.unit(name, Some(0), day(2026)), Match::One(1));
        assert_eq!(lexicon.unit(name, Some(0), day(2024)), Match::Shared(vec![0, 1]));
        assert_eq!(lexicon.unit(name, Some(0), None), Match::Shared(vec![0, 1]));
        // The only unit of that name is meant even when it has ended: the audit says so.
        assert_eq!(lexicon.unit("P. ĐẤT ĐAI", Some(1), day(2026)), Match::One(2));
        assert_eq!(lexicon.unit("old", None, None), Match::One(0));
        assert_eq!(lexicon.unit("old", Some(1), None), Match::None);
        assert_eq!(lexicon.unit("Phòng Đất", Some(0), None), Match::None);
        assert_eq!(lexicon.nearest_unit("Phòng Đất đại 1", Some(1)).map(|unit| unit.code.as_str()), Some("low"));
        assert_eq!(lexicon.nearest_unit("Văn thư", None), None);
    }
}
