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
