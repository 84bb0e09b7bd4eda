//! The prose of a report: averages that it publishes, and whether it calls itself a sample.

use crate::domain::observation::PublishedAverage;
use crate::domain::org_unit::Scope;
use crate::domain::rate::Percent;
use crate::ingest::document::Document;
use crate::ingest::grid::Line;
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::names::{fold, has_words};
use crate::ingest::number;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The word before a published figure.
const REACHES: &str = "đạt";

/// How far down a file may call itself a sample.
const FIRST_LINES: usize = 20;

/// Words for everything together, where no tier is named.
const WHOLE: [&str; 5] = ["ca tinh", "toan tinh", "toan nganh", "toan thanh pho", "binh quan chung"];

/// Whether the first lines say "SỐ LIỆU MẪU". Figures of a sample must never be taken for real ones.
pub(super) fn says_sample(document: &Document) -> bool {
    document.opening().take(FIRST_LINES).any(|line| has_words(&fold(&line.text), "so lieu mau"))
}

/// Reads "1. Hồ sơ trực tuyến", then "… cả tỉnh đạt 44%", "Cấp tỉnh đạt 57%", in one line or in several. Targets named in
/// the same section are passed over, and so is what follows from the heading "II." on.
pub(super) fn averages(texts: &[Line], lexicon: &Lexicon<'_>, issues: &mut Issues) -> Vec<PublishedAverage> {
    let mut found = BTreeMap::new();
    let mut indicator = None;
    for line in texts {
        let text: String = line.text.trim_start_matches(['#', ' ']).nfc().flat_map(char::to_lowercase).collect();
        let mut pieces = text.split(REACHES);
        let mut before = pieces.next().unwrap_or_default();
        let folded = fold(before);
        let first = folded.split(' ').next().unwrap_or_default();
        if first == "ii" {
            break;
        }
        if is_number_of_heading(before, first) {
            indicator = lexicon.indicator_in(&folded).map(|(indicator, _)| indicator);
        }
        let Some(indicator) = indicator else { continue };
        for piece in pieces {
            let scope = scope_in(&fold(before), lexicon);
            let figure = figure_of(piece);
            before = piece;
            let (Some(scope), Some(figure)) = (scope, figure) else { continue };
            let code = &lexicon.vocabulary.indicators[indicator].code;
            let place = || {
                let name = &lexicon.vocabulary.indicators[indicator].short_name;
                format!("{}, mục “{name}”", line.at)
            };
            match number::rate(figure).map(|reading| reading.value()) {
                Ok(Some(rate)) => {
                    let first = *found.entry((indicator, scope)).or_insert(rate);
                    if first != rate {
                        let detail = "Mức bình quân này đã ghi ở trên với số khác; giữ số ghi trước.";
                        issues.push_about(IssueKind::DuplicateRow, &place(), figure, detail, None, Some(code));
                    }
                }
                Ok(None) => {}
                Err(why) => {
                    issues.push_about(IssueKind::UnreadableCell, &place(), figure, why, None, Some(code));
                }
            }
        }
    }
    found.into_iter().map(|((indicator, scope), rate)| average(lexicon, indicator, scope, rate)).collect()
}

fn average(lexicon: &Lexicon<'_>, indicator: usize, scope: Option<usize>, rate: Percent) -> PublishedAverage {
    let scope = scope.map_or(Scope::Whole, |tier| Scope::Tier(lexicon.vocabulary.tiers[tier].code.clone()));
    PublishedAverage { scope, indicator: lexicon.vocabulary.indicators[indicator].code.clone(), rate }
}

/// "3." at the beginning of a line.
fn is_number_of_heading(line: &str, first: &str) -> bool {
    let digits = first.len() <= 2 && !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    digits && line.trim_start().strip_prefix(first).is_some_and(|rest| rest.starts_with(['.', ')']))
}

/// The tier that is named (inner value), or everything together; none when neither is.
fn scope_in(folded: &str, lexicon: &Lexicon<'_>) -> Option<Option<usize>> {
    if let Some((tier, _)) = lexicon.tier_in(folded) {
        return Some(Some(tier));
    }
    WHOLE.iter().any(|words| has_words(folded, words)).then_some(None)
}

/// The text of the percentage that a piece begins with; none when it begins with something else ("đạt 5 chỉ tiêu").
fn figure_of(piece: &str) -> Option<&str> {
    let piece = piece.trim_start();
    let end = piece.find('%')? + 1;
    let figure = &piece[..end];
    let plausible = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '%');
    (figure.starts_with(|c: char| c.is_ascii_digit()) && figure.chars().all(plausible)).then_some(figure)
}
