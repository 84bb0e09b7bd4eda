//! This program's own form of JSON (`docs/FORMATS.md`): one document is one snapshot.

use crate::domain::observation::{PublishedAverage, Reading};
use crate::domain::org_unit::Scope;
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::SnapshotContent;
use crate::ingest::Hints;
use crate::ingest::dates::{self, Stated};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::json::tree::{Node, Value};
use crate::ingest::lexicon::Lexicon;
use crate::ingest::portal::MAX_RECORDS;
use crate::ingest::portal::cells::{self, Cell};
use crate::ingest::portal::collect::{Collector, Said, Whose, is_possible};
use std::collections::BTreeSet;

const TOP: [&str; 6] = ["format", "period", "as_of", "sample", "observations", "averages"];
const OBSERVATION: [&str; 8] = ["unit", "tier", "indicator", "numerator", "denominator", "rate", "score", "target"];
const AVERAGE: [&str; 4] = ["scope", "indicator", "rate", "score"];

/// Whether a document has this form.
pub(super) fn is_own(document: &Node<'_>) -> bool {
    let Some(observations) = document.field("observations").and_then(Node::elements) else { return false };
    observations.first().is_none_or(|first| first.field("unit").is_some() && first.field("indicator").is_some())
}

pub(super) fn read(
    document: &Node<'_>,
    lexicon: &Lexicon<'_>,
    hints: &Hints,
    issues: &mut Issues,
) -> (Option<SnapshotContent>, u32) {
    let mut observations = document.field("observations").and_then(Node::elements).unwrap_or_default();
    let averages = document.field("averages").and_then(Node::elements).unwrap_or_default();
    unknown_fields(std::slice::from_ref(document), &TOP, issues);
    unknown_fields(observations, &OBSERVATION, issues);
    unknown_fields(averages, &AVERAGE, issues);
    if observations.len() > MAX_RECORDS {
        let detail = format!("Tệp có quá {MAX_RECORDS} số liệu; phần còn lại không được đọc.");
        issues.push(IssueKind::TooLarge, &place(&observations[MAX_RECORDS]), "", &detail);
        observations = &observations[..MAX_RECORDS];
    }
    let settled = dates::settle(stated(document), hints, issues);
    let sample = sample(document, issues);
    let averages = read_averages(averages, lexicon, issues);
    let mut collector = Collector::new(lexicon, settled.map(|(_, as_of)| as_of), issues);
    for node in observations {
        observation(node, lexicon, &mut collector);
    }
    collector.content(settled, sample, averages)
}

fn place(node: &Node<'_>) -> String {
    format!("dòng {}", node.line)
}

/// A misspelt field would be a figure that is silently missing; each is named once.
fn unknown_fields(nodes: &[Node<'_>], known: &[&str], issues: &mut Issues) {
    let mut said = BTreeSet::new();
    for node in nodes {
        let Value::Object(fields) = &node.value else { continue };
        for (name, value) in fields {
            if !known.contains(&name.as_ref()) && said.len() < 100 && said.insert(name.as_ref()) {
                let detail = format!("Không có trường này trong mẫu; các trường: {}.", known.join(", "));
                issues.push(IssueKind::UnknownColumn, &place(value), name, &detail);
            }
        }
    }
}

fn stated(document: &Node<'_>) -> Stated {
    let mut stated = Stated::default();
    let words = |name: &str| {
        let node = document.field(name).filter(|node| node.value != Value::Null)?;
        Some((place(node), node.words().unwrap_or_default().to_owned()))
    };
    if let Some((place, text)) = words("period") {
        match ReportingPeriod::parse(&text) {
            Ok(period) => stated.period = Some(period),
            Err(_) => stated.bad_period = Some((place, text)),
        }
    }
    if let Some((place, text)) = words("as_of") {
        match dates::day(&text) {
            Some(day) => stated.as_of = Some(day),
            None => stated.bad_day = Some((place, text)),
        }
    }
    stated
}

fn sample(document: &Node<'_>, issues: &mut Issues) -> bool {
    match document.field("sample").map(|node| (node, &node.value)) {
        None | Some((_, Value::Null | Value::Bool(false))) => false,
        Some((_, Value::Bool(true))) => true,
        Some((node, _)) => {
            // The worst mistake is to show made-up figures as real ones.
            let detail = "Trường sample phải là true hoặc false; tạm coi là số liệu mẫu.";
            issues.push(IssueKind::InvalidText, &place(node), node.words().unwrap_or_default(), detail);
            true
        }
    }
}

fn observation(node: &Node<'_>, lexicon: &Lexicon<'_>, collector: &mut Collector<'_, '_>) {
    let place = place(node);
    let words = |name: &str| node.field(name).and_then(Node::words);
    let tier = match words("tier") {
        None => None,
        Some(name) => match lexicon.tier_named(name) {
            Some(tier) => Some(tier),
            None => {
                let detail = "Không có cấp này trong danh mục; số liệu không được nhận.";
                return collector.issue(IssueKind::UnknownTier, &place, name, detail);
            }
        },
    };
    let whose = Whose { code: None, name: words("unit"), tier, suffixes: &[] };
    let Some(unit) = collector.unit(&place, whose) else { return };
    let name = words("indicator").unwrap_or_default();
    let Some(indicator) = lexicon.indicator_named(name) else {
        let detail = "Không có chỉ tiêu này trong danh mục; số liệu không được nhận.";
        return collector.issue(IssueKind::UnknownIndicator, &place, name, detail);
    };
    let cell = |name: &str| Cell::of(node.field(name));
    let scale = lexicon.vocabulary.indicators[indicator].scale;
    let target = |cell: &Cell<'_>| match cells::figure(cell)? {
        Reading::Value(level) if !is_possible(level, scale) => {
            Err("Chỉ tiêu được giao nằm ngoài thang tính; không được nhận.")
        }
        reading => Ok(reading),
    };
    let said = Said {
        numerator: collector.read(&place, unit, indicator, &cell("numerator"), cells::count),
        denominator: collector.read(&place, unit, indicator, &cell("denominator"), cells::count),
        ratio: collector.read(&place, unit, indicator, &cell("rate"), cells::figure),
        score: collector.read(&place, unit, indicator, &cell("score"), cells::figure),
        target: collector.read(&place, unit, indicator, &cell("target"), target).value(),
    };
    collector.take(&place, unit, indicator, said);
}

fn read_averages(nodes: &[Node<'_>], lexicon: &Lexicon<'_>, issues: &mut Issues) -> Vec<PublishedAverage> {
    let mut averages: Vec<PublishedAverage> = Vec::new();
    for node in nodes.iter().take(MAX_RECORDS) {
        let words = |name: &str| node.field(name).and_then(Node::words).unwrap_or_default();
        let scope = match words("scope") {
            "province" => Some(Scope::Whole),
            name => lexicon.tier_named(name).map(|tier| Scope::Tier(lexicon.vocabulary.tiers[tier].code.clone())),
        };
        let Some(scope) = scope else {
            let detail = "Phạm vi phải là province hoặc mã một cấp trong danh mục; bình quân không được nhận.";
            issues.push(IssueKind::UnknownTier, &place(node), words("scope"), detail);
            continue;
        };
        let Some(indicator) = lexicon.indicator_named(words("indicator")) else {
            let detail = "Không có chỉ tiêu này trong danh mục; bình quân không được nhận.";
            issues.push(IssueKind::UnknownIndicator, &place(node), words("indicator"), detail);
            continue;
        };
        let indicator = &lexicon.vocabulary.indicators[indicator];
        let name = if indicator.scale.full_score().is_some() { "score" } else { "rate" };
        match cells::figure(&Cell::of(node.field(name))) {
            Ok(Reading::Value(rate)) => {
                let rate = rate.on(indicator.scale);
                averages.push(PublishedAverage { scope, indicator: indicator.code.clone(), rate });
            }
            Ok(_) => {}
            Err(why) => {
                let code = Some(&indicator.code);
                issues.push_about(IssueKind::UnreadableCell, &place(node), words(name), why, None, code);
            }
        }
    }
    // The schema keeps one for each scope and indicator.
    let mut seen = BTreeSet::new();
    averages.retain(|average| seen.insert((average.scope.clone(), average.indicator.clone())));
    averages
}
