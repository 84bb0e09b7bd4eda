//! Indicators by the names people type, alone or at one end of a text.

use super::score::Fit;
use super::words::{self, Field, Form};
use super::{CONFIDENT, MARGIN, WORDS_MAX, best, fold, says_something};
use crate::domain::indicator::{Indicator, IndicatorCode};

/// The indicator that a text names by its code, its name, its short name or an alias, or nearly so; nothing when
/// several fit or none does.
#[must_use]
pub fn find_indicator(indicators: &[Indicator], query: &str) -> Option<IndicatorCode> {
    let folded = fold(query);
    exactly(indicators, &folded).or_else(|| nearly(&read(indicators), &folded).map(|(code, _)| code))
}

/// The indicator that a text names by its code, its name, its short name or an alias, and not only nearly so.
#[must_use]
pub fn named_indicator(indicators: &[Indicator], query: &str) -> Option<IndicatorCode> {
    exactly(indicators, &fold(query))
}

/// The indicator with which a text begins, and the rest: "thanh toán trực tuyến do lỗi mạng". The longest beginning
/// counts, up to twelve words.
#[must_use]
pub fn leading_indicator<'t>(indicators: &[Indicator], text: &'t str) -> Option<(IndicatorCode, &'t str)> {
    let ends: Vec<usize> = bounds(text).into_iter().map(|(_, end)| end).take(PART_MAX).collect();
    let read = read(indicators);
    ends.iter().rev().find_map(|end| {
        let code = part(indicators, &read, &text[..*end])?;
        Some((code, text[*end..].trim_start_matches(|c: char| c.is_whitespace() || ",:;.-–".contains(c)).trim_end()))
    })
}

/// The indicator with which a text ends, and what stands before it: "sở y tế số hóa". The longest end counts, up to
/// twelve words. Ask it only for a text that is not a unit's name as a whole.
#[must_use]
pub fn trailing_indicator<'t>(indicators: &[Indicator], text: &'t str) -> Option<(&'t str, IndicatorCode)> {
    let bounds = bounds(text);
    let read = read(indicators);
    let first = bounds.len().saturating_sub(PART_MAX);
    bounds[first..].iter().find_map(|(start, _)| {
        let code = part(indicators, &read, &text[*start..])?;
        Some((text[..*start].trim().trim_end_matches([',', ':', ';', '-', '–']).trim_end(), code))
    })
}

/// Most words of an indicator's name in a longer text.
const PART_MAX: usize = 12;

/// A part of a text is an indicator only when all its words are; a single word has to be a name or an alias ("hóa" is
/// in "số hóa", and in "Sở Văn hóa").
fn part(indicators: &[Indicator], read: &[(IndicatorCode, Vec<Form>)], text: &str) -> Option<IndicatorCode> {
    let folded = fold(text);
    exactly(indicators, &folded).or_else(|| {
        let (code, fit) = nearly(read, &folded)?;
        let typed = words::forms_of_query(&folded, Field::Indicators);
        let several = typed.first().is_some_and(|typed| typed.heavy().count() >= 2);
        (fit.nothing_else && several).then_some(code)
    })
}

fn names(indicator: &Indicator) -> impl Iterator<Item = &str> {
    [indicator.code.as_str(), &indicator.name, &indicator.short_name]
        .into_iter()
        .chain(indicator.aliases.iter().map(String::as_str))
}

fn read(indicators: &[Indicator]) -> Vec<(IndicatorCode, Vec<Form>)> {
    let forms = |indicator: &Indicator| {
        names(indicator).flat_map(|name| words::forms_of_name(&fold(name), Field::Indicators)).collect()
    };
    indicators.iter().map(|indicator| (indicator.code.clone(), forms(indicator))).collect()
}

fn exactly(indicators: &[Indicator], folded: &str) -> Option<IndicatorCode> {
    if folded.is_empty() {
        return None;
    }
    let mut found = indicators.iter().filter(|indicator| names(indicator).any(|name| fold(name) == folded));
    let first = found.next()?;
    found.next().is_none().then(|| first.code.clone())
}

fn nearly(read: &[(IndicatorCode, Vec<Form>)], folded: &str) -> Option<(IndicatorCode, Fit)> {
    if folded.split(' ').count() > WORDS_MAX || !says_something(folded, Field::Indicators) {
        return None;
    }
    let queries = words::forms_of_query(folded, Field::Indicators);
    let mut fits: Vec<(&IndicatorCode, Fit)> =
        read.iter().filter_map(|(code, forms)| Some((code, best(&queries, forms)?))).collect();
    fits.sort_by_key(|(_, fit)| std::cmp::Reverse(fit.rank()));
    let (code, first) = *fits.first()?;
    let alone = fits.get(1).is_none_or(|(_, next)| {
        (first.same && !next.same) || next.score + MARGIN <= first.score || (first.whole && !next.whole)
    });
    (first.score >= CONFIDENT && alone).then(|| (code.clone(), first))
}

/// Where the words of a text begin and end, in bytes.
fn bounds(text: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (start, c.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                bounds.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    bounds.extend(start.map(|from| (from, text.len())));
    bounds
}
