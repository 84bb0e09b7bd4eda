//! Names: from what people type to the units, tiers and indicators which they mean.
//!
//! People type without marks, with marks in another Unicode form, with abbreviations and with slips of the finger. A
//! name is found by its exact folded form first, then by the words that tell names apart, then by similarity. The rule
//! above all others: never a wrong unit with confidence. What fits two names is asked back, what fits none badly
//! enough is only suggested.
//!
//! A name may stand for several units: the district office and the communes of An Lão are two rows of the same name,
//! and who asks for An Lão sees both. A word for a tier ("xã an lão", "cấp huyện an lão") narrows such a name. Units of
//! different times that share a name ("Sở Xây dựng" before and after a merger) come back together too: whoever asks
//! for a period keeps those that are valid in it ([`in_time`]).
//!
//! What is absent: marks do not tell names apart ("Ân Hảo", a commune that is no unit here, is one letter from "An
//! Lão"), and a text is not searched for names; it is a name, or it is not.

mod fold;
mod indicators;
mod score;
#[cfg(test)]
mod tests;
mod tiers;
mod time;
mod words;

pub use fold::{fold, unmarked};
pub use indicators::{find_indicator, leading_indicator, named_indicator, trailing_indicator};
pub use tiers::find_tier;
pub use time::in_time;

use crate::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use score::Fit;
use std::collections::{BTreeMap, BTreeSet};
use tiers::{Cores, Wanted};
use words::{Field, Form, Weight};

/// From here on a fit is an answer, per mille.
const CONFIDENT: u32 = 750;
/// How far the next different name has to lie below, per mille.
const MARGIN: u32 = 50;
/// The same for a doubtful fit, per mille.
const DOUBTFUL_MARGIN: u32 = 150;
/// Below this a name is not even suggested.
const SUGGESTED: u32 = 500;
/// What lies further below the best suggestion is not worth reading, per mille.
const SUGGESTION_MARGIN: u32 = 150;
/// Most names in a question back.
const ASKED_MAX: usize = 4;
/// Most suggestions where nothing fits.
const SUGGESTIONS_MAX: usize = 3;
/// No name has more words; a longer text is not one.
const WORDS_MAX: usize = 24;

/// What a query means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch {
    /// One name, with the units that bear it, in the catalog's order; never empty.
    One(Vec<UnitCode>),
    /// Two to four names, the best first, of which one is meant.
    Ambiguous(Vec<Suggestion>),
    /// No name; at most three that resemble the query, the best first.
    Unknown(Vec<Suggestion>),
}

/// A name that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The units that bear it, in the catalog's order.
    pub units: Vec<UnitCode>,
    /// The name as the catalog writes it.
    pub name: String,
    /// How well it fits.
    pub score: Score,
}

/// How well a name fits a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Score {
    /// Similar, 0 to 1000 per mille.
    PerMille(u32),
    /// The same words.
    Exact,
}

/// All names of the units, ready to be asked.
#[derive(Clone, Debug)]
pub struct NameIndex {
    units: Vec<Entry>,
    groups: Vec<Group>,
    /// Folded names and aliases, with the places of their units.
    exact: BTreeMap<String, Vec<usize>>,
    cores: Cores,
    /// The words for kinds of units that stand in names: "huyện" is none of them where there are no districts.
    kinds: BTreeSet<String>,
    /// Words of the organisation itself, which people add to a unit's name.
    home: Vec<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    code: UnitCode,
    tier: TierCode,
    group: usize,
}

/// The units of one name.
#[derive(Clone, Debug)]
struct Group {
    name: String,
    folded: String,
    units: Vec<usize>,
    forms: Vec<Form>,
}

impl NameIndex {
    /// Prepares the names of the units. The tiers' headings are the words that narrow a shared name.
    #[must_use]
    pub fn new(units: &[OrgUnit], tiers: &[Tier]) -> Self {
        let mut index = Self {
            units: Vec::new(),
            groups: Vec::new(),
            exact: BTreeMap::new(),
            cores: Cores::new(tiers),
            kinds: BTreeSet::new(),
            home: Vec::new(),
        };
        for unit in units {
            index.add(unit);
        }
        index
    }

    /// Lets people add the organisation's name to a unit's: "Sở Y tế tỉnh Bình Định", "sở y tế bình định". Where a
    /// unit's own spelling ends with it, it does not name that unit: "bình định" alone is no unit.
    #[must_use]
    pub fn at_home_in(mut self, organisation: &str) -> Self {
        self.home = fold(organisation).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        for group in &mut self.groups {
            for form in &mut group.forms {
                let words: Vec<&str> = form.tokens.iter().map(|token| token.word.as_str()).collect();
                let kept = kept_without(&self.home, &words);
                form.cut(kept);
            }
        }
        self
    }

    /// Whether that is a name, an alias or a code to the letter, but for marks and capitals; with or without the
    /// organisation's behind it. For where a resemblance is not enough.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let folded = fold(name);
        let words: Vec<&str> = folded.split(' ').collect();
        let short = words[..kept_without(&self.home, &words)].join(" ");
        let code = |entry: &Entry| entry.code.as_str().eq_ignore_ascii_case(name.trim());
        self.exact.contains_key(&folded) || self.exact.contains_key(&short) || self.units.iter().any(code)
    }

    fn add(&mut self, unit: &OrgUnit) {
        let place = self.units.len();
        let folded = fold(&unit.name);
        let group = self.groups.iter().position(|group| group.folded == folded).unwrap_or_else(|| {
            self.groups.push(Group {
                name: unit.name.clone(),
                folded: folded.clone(),
                units: Vec::new(),
                forms: Vec::new(),
            });
            self.groups.len() - 1
        });
        self.units.push(Entry { code: unit.code.clone(), tier: unit.tier.clone(), group });
        self.groups[group].units.push(place);
        let names = std::iter::once(&unit.name).chain(&unit.aliases);
        let mut keys: Vec<String> = names.map(|name| fold(name)).collect();
        for key in &keys {
            for form in words::forms_of_name(key, Field::Units) {
                let kinds = form.tokens.iter().filter(|token| token.weight == Weight::Kind);
                self.kinds.extend(kinds.map(|token| token.word.clone()));
                if !self.groups[group].forms.contains(&form) {
                    self.groups[group].forms.push(form);
                }
            }
        }
        keys.push(fold(&unit.full_name()));
        for key in keys {
            let bearers = self.exact.entry(key).or_default();
            if !bearers.contains(&place) {
                bearers.push(place);
            }
        }
        self.exact.remove("");
    }

    /// What a query means. Looks at its first 200 characters.
    #[must_use]
    pub fn find(&self, query: &str) -> NameMatch {
        let code = query.trim();
        if let Some(unit) = self.units.iter().find(|unit| unit.code.as_str().eq_ignore_ascii_case(code)) {
            return NameMatch::One(vec![unit.code.clone()]);
        }
        let folded = fold(query);
        if let Some(found) = self.exactly(&folded) {
            return found;
        }
        let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        if words.len() > WORDS_MAX {
            return NameMatch::Unknown(Vec::new());
        }
        words.truncate(kept_without(&self.home, &words));
        let mut wanted = self.cores.take(&mut words);
        wanted.in_passing.retain(|(word, _)| !self.belongs_to_shared_names(word));
        let text = words.join(" ");
        let found = self.exactly(&text).unwrap_or_else(|| self.nearly(&text, &wanted));
        self.narrow(found, &wanted)
    }

    /// The units of an exact name or alias.
    fn exactly(&self, folded: &str) -> Option<NameMatch> {
        let places = self.exact.get(folded)?;
        let mut found: Vec<Suggestion> = Vec::new();
        let mut groups = Vec::new();
        for place in places {
            let unit = &self.units[*place];
            if let Some(at) = groups.iter().position(|group| *group == unit.group) {
                found[at].units.push(unit.code.clone());
            } else {
                groups.push(unit.group);
                let name = self.groups[unit.group].name.clone();
                found.push(Suggestion { units: vec![unit.code.clone()], name, score: Score::Exact });
            }
        }
        found.truncate(ASKED_MAX);
        match <[Suggestion; 1]>::try_from(found) {
            Ok([only]) => Some(NameMatch::One(only.units)),
            Err(several) => Some(NameMatch::Ambiguous(several)),
        }
    }

    /// Whether names that units of several tiers share contain the word: "huyện" in "UBND huyện An Lão" tells nothing
    /// about which of the two rows is meant, and so neither does it in "huyện An Nhơn", a town.
    fn belongs_to_shared_names(&self, word: &str) -> bool {
        self.groups.iter().any(|group| {
            let name: Vec<&str> = group.folded.split(' ').collect();
            let mut tiers = group.units.iter().map(|place| &self.units[*place].tier);
            let first = tiers.next();
            tiers.any(|tier| Some(tier) != first)
                && (0..name.len()).any(|at| name[at] == word && words::stands_alone(&name, at))
        })
    }

    /// The names that resemble a query.
    fn nearly(&self, folded: &str, wanted: &Wanted) -> NameMatch {
        let mut queries = words::forms_of_query(folded, Field::Units);
        for token in queries.iter_mut().flat_map(|query| &mut query.tokens) {
            // A word for a tier need not stand in the name.
            if token.weight == Weight::Kind
                && !token.half
                && wanted.in_passing.iter().any(|(word, _)| *word == token.word)
            {
                token.weight = Weight::Filler;
            }
        }
        // "Huyện" where no unit is one any more: the name of another time is not that of its namesake today.
        let foreign = queries.iter().any(|query| {
            let kind = |token: &&words::Token| token.weight == Weight::Kind;
            query.tokens.iter().filter(kind).any(|token| !self.kinds.contains(&token.word))
        });
        let said = queries.iter().any(|query| query.heavy().next().is_some());
        let mut fits: Vec<(usize, Fit)> = self
            .groups
            .iter()
            .enumerate()
            .filter_map(|(at, group)| Some((at, best(&queries, &group.forms)?)))
            .filter(|(_, fit)| fit.same || fit.score >= SUGGESTED)
            .collect();
        // Stable: equal fits stay in the catalog's order.
        fits.sort_by_key(|(_, fit)| std::cmp::Reverse(fit.rank()));
        let Some(&(_, first)) = fits.first() else { return NameMatch::Unknown(Vec::new()) };
        if first.same {
            fits.retain(|(_, fit)| fit.same && fit.score == first.score);
        }
        let margin = if first.doubtful { DOUBTFUL_MARGIN } else { MARGIN };
        let rivals = fits.iter().take_while(|(_, fit)| fit.score + margin > first.score).count();
        // "Sở" alone fits all departments: no question can list them.
        let vague =
            if said { first.score < CONFIDENT && rivals > ASKED_MAX } else { !(2..=ASKED_MAX).contains(&rivals) };
        if vague {
            return NameMatch::Unknown(Vec::new());
        }
        if (first.score < CONFIDENT || foreign) && said {
            fits.retain(|(_, fit)| fit.score + SUGGESTION_MARGIN >= first.score);
            return NameMatch::Unknown(self.suggestions(&fits, SUGGESTIONS_MAX));
        }
        let near = &fits[..rivals];
        let whole = |(_, fit): &&(usize, Fit)| fit.whole && fit.score >= CONFIDENT;
        // "Dông thương" is a part of one name to the letter, and the whole of another with one slip.
        if !near.iter().any(|fit| whole(&fit))
            && let Some(other) = fits[rivals..].iter().find(whole)
        {
            let both: Vec<(usize, Fit)> = near.iter().take(ASKED_MAX - 1).chain([other]).copied().collect();
            return NameMatch::Ambiguous(self.suggestions(&both, ASKED_MAX));
        }
        let mut typed_out = near.iter().filter(whole);
        match (rivals, typed_out.next(), typed_out.next()) {
            (1, _, _) => NameMatch::One(self.codes(fits[0].0)),
            // A name that was typed to its end comes before those that only begin like it.
            (_, Some((group, _)), None) => NameMatch::One(self.codes(*group)),
            _ => NameMatch::Ambiguous(self.suggestions(near, ASKED_MAX)),
        }
    }

    fn codes(&self, group: usize) -> Vec<UnitCode> {
        self.groups[group].units.iter().map(|place| self.units[*place].code.clone()).collect()
    }

    fn suggestions(&self, fits: &[(usize, Fit)], most: usize) -> Vec<Suggestion> {
        let suggestion = |(group, fit): &(usize, Fit)| Suggestion {
            units: self.codes(*group),
            name: self.groups[*group].name.clone(),
            score: if fit.same { Score::Exact } else { Score::PerMille(fit.score) },
        };
        fits.iter().take(most).map(suggestion).collect()
    }

    /// Keeps the units of the tier that the query names, where it names one.
    fn narrow(&self, found: NameMatch, wanted: &Wanted) -> NameMatch {
        let (names, confident) = match found {
            NameMatch::One(units) => {
                let name = self.name_of(&units);
                (vec![Suggestion { units, name, score: Score::PerMille(SUGGESTED) }], true)
            }
            NameMatch::Ambiguous(names) => (names, true),
            NameMatch::Unknown(names) => (names, false),
        };
        let narrowed: Vec<Suggestion> = names
            .iter()
            .filter_map(|name| Some(Suggestion { units: self.of_tier(&name.units, wanted)?, ..name.clone() }))
            .collect();
        match <[Suggestion; 1]>::try_from(narrowed) {
            Ok([only]) if confident => NameMatch::One(only.units),
            Ok([only]) => NameMatch::Unknown(vec![only]),
            // The name is there, but not in that tier.
            Err(none) if none.is_empty() => NameMatch::Unknown(names.into_iter().take(SUGGESTIONS_MAX).collect()),
            Err(several) if confident => NameMatch::Ambiguous(several),
            Err(several) => NameMatch::Unknown(several),
        }
    }

    fn name_of(&self, units: &[UnitCode]) -> String {
        let unit = self.units.iter().find(|unit| units.first() == Some(&unit.code));
        unit.map(|unit| self.groups[unit.group].name.clone()).unwrap_or_default()
    }

    /// The units of the wanted tier; nothing when a tier was named outright and none is of it.
    fn of_tier(&self, units: &[UnitCode], wanted: &Wanted) -> Option<Vec<UnitCode>> {
        let of = |tier: &TierCode| -> Vec<UnitCode> {
            let is_of = |code: &&UnitCode| self.units.iter().any(|unit| unit.code == **code && unit.tier == *tier);
            units.iter().filter(is_of).cloned().collect()
        };
        if let Some(tier) = &wanted.outright {
            return Some(of(tier)).filter(|kept| !kept.is_empty());
        }
        let passing = wanted.in_passing.iter().map(|(_, tier)| of(tier)).find(|kept| !kept.is_empty());
        Some(passing.unwrap_or_else(|| units.to_vec()))
    }
}

/// How many words stay when the organisation's name is cut from the end, with or without its first word ("tỉnh").
fn kept_without(home: &[String], words: &[&str]) -> usize {
    for tail in [home, home.get(1..).unwrap_or_default()] {
        let kept = words.len().saturating_sub(tail.len());
        if tail.len() >= 2 && kept > 0 && words[kept..].iter().eq(tail) {
            return kept;
        }
    }
    words.len()
}

/// The best fit of any reading of a query with any form of a name.
fn best(queries: &[Form], forms: &[Form]) -> Option<Fit> {
    let fits = queries.iter().flat_map(|query| forms.iter().map(move |form| score::fit(query, form)));
    fits.max_by_key(Fit::rank)
}

/// Whether a word of the folded text tells names apart.
fn says_something(folded: &str, field: Field) -> bool {
    let forms = words::forms_of_query(folded, field);
    forms.iter().any(|form| form.tokens.iter().any(|token| token.weight == Weight::Heavy))
}
