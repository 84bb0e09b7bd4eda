//! How well a query fits a form of a name. Integers per mille throughout: the same query always gets the same answer.

use super::words::{Form, Weight};

/// What a light word counts beside a heavy one's 1000.
const LIGHT: u32 = 100;
/// A heavy word of the query that resembles a light word of the name is probably a misspelling of it ("huyn").
const HEAVY_AS_LIGHT: u32 = 900;
/// The most that a fit without evidence gets: enough to suggest, not to be confident.
const SUGGESTION_MAX: u32 = 740;

/// A slip in a word of so many letters may make it another word.
const SHORT: usize = 4;

/// How well a query fits a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// Mean similarity of the query's words, per mille.
    pub(super) score: u32,
    /// The heavy words are the same, in the same order.
    pub(super) same: bool,
    /// Every heavy word of the name was typed, at least nearly.
    pub(super) whole: bool,
    /// Every heavy word of the query belongs to the name, at least nearly.
    pub(super) nothing_else: bool,
    /// A short word was typed only nearly ("ia om" may be "Ia Dom" and "Ia Mơ"), or the words stand in another order
    /// ("hòa an" may be "An Hòa" and "Hoài Ân").
    pub(super) doubtful: bool,
}

impl Fit {
    /// What makes one fit better than another.
    pub(super) const fn rank(&self) -> (bool, u32, bool) {
        (self.same, self.score, self.whole)
    }
}

/// Compares a query with a form of a name.
pub(super) fn fit(query: &Form, name: &Form) -> Fit {
    let pairs = pair(query, name);
    let mut sum = 0;
    let mut weights = 0;
    let mut exact_heavy = false;
    let mut kind_missing = false;
    let mut filler_guessed = false;
    let mut stray = false;
    let mut short_guess = false;
    let mut nothing_else = true;
    let heavy = |at: usize| pairs[at].is_some_and(|(_, place)| name.tokens[place].weight == Weight::Heavy);
    let between = |at: usize| at > 0 && at + 1 < pairs.len() && heavy(at - 1) && heavy(at + 1);
    for (at, (token, pair)) in query.tokens.iter().zip(&pairs).enumerate() {
        // A misspelled "và" between two words of the name.
        if pair.is_none() && between(at) && token.word.len() <= 3 && strsim::damerau_levenshtein(&token.word, "va") <= 1
        {
            continue;
        }
        let light = token.weight != Weight::Heavy;
        let weight = if light { LIGHT } else { 1000 };
        let similar = pair.map_or(0, |(similar, _)| similar);
        sum += weight * similar;
        weights += weight;
        exact_heavy |= !light && similar == 1000;
        kind_missing |= token.weight == Weight::Kind && pair.is_none();
        filler_guessed |=
            token.weight == Weight::Heavy && pair.is_some_and(|(_, at)| name.tokens[at].weight == Weight::Filler);
        stray |= !light && pair.is_none();
        nothing_else &= light || similar >= 660;
        short_guess |= !light && similar < 1000 && token.word.chars().count() <= SHORT;
    }
    let places: Vec<usize> = pairs.iter().flatten().map(|(_, place)| *place).collect();
    let reordered = !places.is_sorted();
    // No words, no similarity.
    let score = sum.checked_div(weights).unwrap_or(0);
    let typed = |at: usize| pairs.iter().flatten().any(|(_, used)| *used == at);
    let whole = name.heavy().next().is_some()
        && name.tokens.iter().enumerate().all(|(at, token)| token.weight != Weight::Heavy || typed(at));
    let same = query.heavy().next().is_some() && query.heavy().eq(name.heavy());
    let score = match (same || whole, exact_heavy) {
        // Only a part of the name, and it may be misspelled: "minh" for "binh" is not worth a suggestion.
        (false, false) if query.heavy().next().is_some() => 0,
        // A word that is in no way the name's may make it another name: "trung tâm khuyến nông sở nông nghiệp".
        _ if stray => score.min(SUGGESTION_MAX),
        (true, _) => score,
        // A part under a wrong kind ("sở kinh tế" for the authority of the economic zone) is a guess.
        // So is one in which a short word was misspelt: "công an" is not "An Nhơn Đông".
        (false, exact) if !exact || kind_missing || filler_guessed || short_guess => score.min(SUGGESTION_MAX),
        (false, _) => score,
    };
    let doubtful = short_guess || reordered;
    let words = Fit { score, same, whole, nothing_else, doubtful };
    let spaces = unspaced(query, name);
    if spaces > words.score {
        Fit { score: spaces, same: false, whole: true, nothing_else: true, doubtful: false }
    } else {
        words
    }
}

/// For each word of the query: how similar it is to the word of the name that it got, and which. Best pairs first; no
/// word of the name is given twice.
fn pair(query: &Form, name: &Form) -> Vec<Option<(u32, usize)>> {
    let mut candidates = Vec::new();
    for (at, token) in query.tokens.iter().enumerate() {
        for (place, word) in name.tokens.iter().enumerate() {
            let similar = similarity(&token.word, &word.word);
            let similar = match (token.weight == Weight::Heavy, word.weight == Weight::Heavy) {
                // "xã" alone is not the half of "thị xã".
                (false, false) if token.half != word.half => 0,
                (true, true) | (false, false) => similar,
                (true, false) => similar * HEAVY_AS_LIGHT / 1000,
                (false, true) => 0,
            };
            if similar > 0 {
                candidates.push((similar, at, place));
            }
        }
    }
    candidates.sort_by_key(|(similar, at, place)| (std::cmp::Reverse(*similar), *at, *place));
    let mut pairs = vec![None; query.tokens.len()];
    let mut used = vec![false; name.tokens.len()];
    for (similar, at, place) in candidates {
        if pairs[at].is_none() && !used[place] {
            pairs[at] = Some((similar, place));
            used[place] = true;
        }
    }
    pairs
}

/// The similarity of the whole texts where people put the spaces elsewhere ("quynhon", "tưpháp").
fn unspaced(query: &Form, name: &Form) -> u32 {
    let (asked, named) = (query.heavy().count(), name.heavy().count());
    if asked == named {
        return 0;
    }
    // Words too many are other words; only the very letters in more pieces ("g t v t") are the name.
    match query.squashed.chars().count() {
        0..=2 => 0,
        3 | 4 => u32::from(query.squashed == name.squashed) * 1000,
        _ if asked > named => u32::from(query.squashed == name.squashed) * 1000,
        5..=7 => similarity_within(&query.squashed, &name.squashed, 1),
        _ => similarity_within(&query.squashed, &name.squashed, 2),
    }
}

/// The similarity of two words; 0 when more than a slip of the finger lies between them.
fn similarity(a: &str, b: &str) -> u32 {
    let long = a.chars().count().max(b.chars().count()) > 5;
    similarity_within(a, b, if long { 2 } else { 1 })
}

fn similarity_within(a: &str, b: &str, edits_max: usize) -> u32 {
    if a == b {
        return if a.is_empty() { 0 } else { 1000 };
    }
    let (in_a, in_b) = (a.chars().count(), b.chars().count());
    if in_a.abs_diff(in_b) > edits_max {
        return 0;
    }
    let edits = strsim::damerau_levenshtein(a, b);
    let length = in_a.max(in_b);
    if edits > edits_max {
        return 0;
    }
    // Bounded by 1000; lengths are those of folded texts, at most 200.
    u32::try_from(1000 * (length - edits) / length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_similar_up_to_a_slip() {
        for (a, b, similar) in [
            ("cat", "cat", 1000),
            ("cat", "kat", 666),
            ("nhon", "nhno", 750),
            ("y", "x", 0),
            ("an", "n", 500),
            ("thanh", "thao", 0),
            ("nghiep", "nghep", 833),
            ("nghiep", "ngep", 666),
            ("", "", 0),
            ("a", "", 0),
        ] {
            assert_eq!(similarity(a, b), similar, "{a} {b}");
            assert_eq!(similarity(b, a), similar, "{b} {a}");
        }
    }
}
