//! Words for tiers, alone or in a query for a unit.

use super::fold;
use super::words::{is_half_of_kind, stands_alone};
use crate::domain::org_unit::{Tier, TierCode};

/// Words that make a tier's word plain: "cấp xã", "các xã", "khối huyện".
const LEADS: &[&str] = &["cap", "cac", "khoi"];

/// The words of each tier, without "cấp": `xa`, `huyen`.
#[derive(Clone, Debug)]
pub(super) struct Cores(Vec<(Vec<String>, TierCode)>);

/// The tier that a query names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// "cấp xã": this tier and no other.
    pub(super) outright: Option<TierCode>,
    /// "xã": this tier, unless the word belongs to the name; with the word.
    pub(super) in_passing: Vec<(String, TierCode)>,
}

impl Cores {
    pub(super) fn new(tiers: &[Tier]) -> Self {
        let mut cores: Vec<(Vec<String>, TierCode)> = Vec::new();
        for tier in tiers {
            for text in std::iter::once(&tier.name).chain(&tier.headings) {
                let folded = fold(text);
                let core: Vec<String> = without_lead(&folded).split(' ').map(str::to_owned).collect();
                if !core[0].is_empty() && !cores.iter().any(|(known, _)| *known == core) {
                    cores.push((core, tier.code.clone()));
                }
            }
        }
        // The longest first: "xã phường" before "xã".
        cores.sort_by_key(|(core, _)| std::cmp::Reverse(core.len()));
        Self(cores)
    }

    /// Takes an outright word for a tier out of a query, and notes the others.
    pub(super) fn take(&self, words: &mut Vec<&str>) -> Wanted {
        let mut wanted = Wanted::default();
        for at in 0..words.len() {
            let led = LEADS.contains(&words[at]) && stands_alone(words, at);
            let found = led.then(|| self.0.iter().find(|(core, _)| words[at + 1..].iter().take(core.len()).eq(core)));
            if let Some((core, tier)) = found.flatten() {
                wanted.outright = Some(tier.clone());
                let from = if at >= 2 && words[at - 2..at] == ["bo", "phan"] { at - 2 } else { at };
                words.drain(from..=at + core.len());
                return wanted;
            }
        }
        let first = words.iter().position(|word| *word != "ubnd");
        for (at, word) in words.iter().enumerate() {
            let core = self.0.iter().find(|(core, _)| core.len() == 1 && core[0] == *word);
            // Before or behind a name, and not in a misspelled "thị xã".
            let outside = Some(at) == first || at + 1 == words.len();
            let half = at > 0 && is_half_of_kind(words[at - 1], word);
            if let Some((_, tier)) = core.filter(|_| outside && !half) {
                wanted.in_passing.push(((*word).to_owned(), tier.clone()));
            }
        }
        wanted
    }
}

fn without_lead(folded: &str) -> &str {
    LEADS.iter().find_map(|lead| folded.strip_prefix(lead)?.strip_prefix(' ')).unwrap_or(folded)
}

/// The tier that a text names: its code, its name or a heading, with or without "cấp" ("cấp huyện", "huyện").
#[must_use]
pub fn find_tier(tiers: &[Tier], query: &str) -> Option<TierCode> {
    let code = query.trim();
    if let Some(tier) = tiers.iter().find(|tier| tier.code.as_str().eq_ignore_ascii_case(code)) {
        return Some(tier.code.clone());
    }
    let folded = fold(query);
    let core: Vec<&str> = without_lead(&folded).split(' ').collect();
    Cores::new(tiers).0.into_iter().find(|(known, _)| known.iter().eq(&core)).map(|(_, tier)| tier)
}
