//! The JSON that people script against (contract, "Commands"). Shapes change only by addition.

use crate::domain::assessment::{Assessment, Comparison, Needed, PeriodAssessment};
use crate::domain::audit::Finding;
use crate::domain::digest::{Digest, Mover, Totals};
use crate::domain::lineage::{has_ended, successors};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::rate::{Exact, decimal_plain};
use crate::domain::scale::Scale;
use crate::domain::snapshot::SnapshotHeader;
use crate::ingest::Issue;
use crate::message::view::Lookup;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// A decimal as a JSON number: rounded to at most `decimals` places, from the exact value.
#[must_use]
pub fn number(value: Exact, decimals: u8) -> Value {
    decimal_plain(value, decimals).parse::<f64>().map_or(Value::Null, Value::from)
}

fn optional(value: Option<Exact>, decimals: u8) -> Value {
    value.map_or(Value::Null, |value| number(value, decimals))
}

/// Period, last day and whether the month is open.
#[must_use]
pub fn head(header: &SnapshotHeader) -> serde_json::Map<String, Value> {
    let mut map = serde_json::Map::new();
    map.insert("period".into(), json!(header.period.to_string()));
    map.insert("as_of".into(), json!(header.as_of.to_string()));
    map.insert("open".into(), json!(header.is_open()));
    map.insert("sample".into(), json!(header.sample));
    map
}

/// `status --json`.
#[must_use]
pub fn status(lookup: Lookup<'_>, period: &PeriodAssessment, units: &[UnitCode]) -> Value {
    let mut map = head(&period.header);
    let of = |code: &UnitCode| lookup.units.iter().find(|u| &u.code == code);
    let units: Vec<Value> = units.iter().filter_map(of).map(|unit| unit_status(period, unit)).collect();
    map.insert("units".into(), json!(units));
    Value::Object(map)
}

/// A unit that has ended by a day, in `status --json`, with the codes of those that carry on its work; none while it
/// lives.
#[must_use]
pub fn ended(lookup: Lookup<'_>, unit: &OrgUnit, day: NaiveDate) -> Option<Value> {
    let last = unit.valid_to.filter(|_| has_ended(unit, day))?;
    let next: Vec<&str> = successors(lookup.units, unit, day).into_iter().map(|unit| unit.code.as_str()).collect();
    Some(json!({"code": unit.code.as_str(), "name": unit.name, "valid_to": last.to_string(), "successors": next}))
}

fn unit_status(period: &PeriodAssessment, unit: &OrgUnit) -> Value {
    let totals = Totals::of(period.of_unit(&unit.code));
    let indicators: Vec<Value> = period.of_unit(&unit.code).map(assessment).collect();
    json!({
        "code": unit.code.as_str(), "name": unit.name, "qualifier": unit.qualifier, "tier": unit.tier.as_str(),
        "met": totals.met, "missed": totals.missed,
        "no_activity": totals.no_activity, "no_data": totals.no_data,
        "indicators": indicators,
    })
}

fn assessment(a: &Assessment) -> Value {
    let comparable = match &a.comparison {
        Comparison::None => Value::Null,
        Comparison::Incomparable(..) | Comparison::Rearranged => json!(false),
        Comparison::Change { like_for_like, .. } => json!(like_for_like),
    };
    let previous = a.comparison.previous().map_or(Value::Null, |p| {
        json!({
            "period": p.period.to_string(), "as_of": p.as_of.to_string(),
            "actual": number(p.actual.exact(), 2), "sample": p.sample,
        })
    });
    json!({
        "code": a.indicator.as_str(), "rating": a.rating.as_str(),
        "actual": optional(a.actual.map(crate::domain::rate::Rate::exact), 2),
        "target": number(a.target.level.exact(), 4),
        "unit": unit(a.target.level.scale()), "max": number(a.target.level.scale().full(), 2),
        "decision": a.target.decision,
        "gap": optional(a.gap.map(crate::domain::rate::Points::exact), 2),
        "numerator": a.numerator,
        "denominator": a.denominator.map(|d| d.count),
        "denominator_implied": a.denominator.map(|d| d.implied),
        "needed": a.needed.map_or(Value::Null, needed),
        "slack": a.slack,
        "rank": a.rank.map(|r| r.place), "ranked": a.rank.map(|r| r.of),
        "previous": previous,
        "change": optional(a.comparison.points().map(crate::domain::rate::Points::exact), 2),
        "comparable": comparable,
        "rearranged": matches!(a.comparison, Comparison::Rearranged),
        "few": a.few,
    })
}

/// What the figures of an indicator are counted in: `percent`, or `points` (then out of `max`).
const fn unit(scale: Scale) -> &'static str {
    match scale {
        Scale::Percent => "percent",
        Scale::Points(_) => "points",
    }
}

fn needed(needed: Needed) -> Value {
    let (word, files, approximate) = match needed {
        Needed::Unreachable => return json!({"unreachable": true}),
        Needed::New { files, approximate } => ("new", files, approximate),
        Needed::Convert { files, approximate } => ("convert", files, approximate),
    };
    if approximate { json!({word: files, "approximate": true}) } else { json!({word: files}) }
}

/// `digest --json`.
#[must_use]
pub fn digest(lookup: Lookup<'_>, digest: &Digest) -> Value {
    let mut map = head(&digest.header);
    let scopes: Vec<Value> = digest
        .scopes
        .iter()
        .map(|scope| {
            let indicators: Vec<Value> = scope
                .indicators
                .iter()
                .map(|i| {
                    json!({
                        "code": i.indicator.as_str(),
                        "published": optional(i.published.map(crate::domain::rate::Percent::exact), 4),
                        "computed": optional(i.computed, 2),
                        "approximate": i.approximate,
                        "unit": unit(i.scale), "max": number(i.scale.full(), 2),
                        // Scores have no ΣN/ΣD: what is computed is their plain mean.
                        "plain_mean": i.scale != Scale::Percent && i.computed.is_some(),
                        "target": optional(i.target.map(crate::domain::rate::Percent::exact), 4),
                        "met": i.totals.met, "missed": i.totals.missed,
                        "no_activity": i.totals.no_activity, "no_data": i.totals.no_data,
                        "previous": optional(i.previous, 2),
                        "change": optional(i.change.map(crate::domain::rate::Points::exact), 2),
                    })
                })
                .collect();
            json!({"scope": scope.scope.as_str(), "totals": totals(scope.totals), "indicators": indicators})
        })
        .collect();
    let lowest: Vec<Value> = digest
        .lowest
        .iter()
        .map(|l| {
            json!({
                "code": l.unit.as_str(), "name": lookup.unit_name(&l.unit),
                "met": l.totals.met, "missed": l.totals.missed, "distance": number(l.distance, 2),
            })
        })
        .collect();
    let movers = |movers: &[Mover]| -> Vec<Value> {
        let row = |m: &Mover| {
            json!({
                "code": m.unit.as_str(), "name": lookup.unit_name(&m.unit), "indicator": m.indicator.as_str(),
                "change": number(m.points.exact(), 2), "comparable": m.like_for_like,
            })
        };
        movers.iter().map(row).collect()
    };
    let missing: Vec<&str> = digest.missing_all.iter().map(UnitCode::as_str).collect();
    map.insert("totals".into(), totals(digest.totals));
    map.insert("scopes".into(), json!(scopes));
    map.insert("missing_all".into(), json!(missing));
    map.insert("lowest".into(), json!(lowest));
    map.insert("improved".into(), json!(movers(&digest.improved)));
    map.insert("declined".into(), json!(movers(&digest.declined)));
    let corrected = digest.corrected.map(|c| json!({"units": c.units, "figures": c.figures}));
    map.insert("corrected".into(), json!(corrected));
    Value::Object(map)
}

fn totals(t: Totals) -> Value {
    json!({"met": t.met, "missed": t.missed, "no_activity": t.no_activity, "no_data": t.no_data})
}

/// One finding of `audit --json`; `detail` is the sentence that people read.
#[must_use]
pub fn finding(finding: &Finding, detail: &str) -> Value {
    json!({
        "kind": finding.kind.as_str(),
        "scope": finding.scope.as_ref().map(crate::domain::org_unit::Scope::as_str),
        "unit": finding.unit.as_ref().map(UnitCode::as_str),
        "indicator": finding.indicator.as_ref().map(crate::domain::indicator::IndicatorCode::as_str),
        "published": optional(finding.published.map(crate::domain::rate::Percent::exact), 4),
        "computed": optional(finding.computed, 2),
        "approximate": finding.approximate,
        "part": finding.part, "whole": finding.whole, "implied": finding.implied,
        "where": finding.place, "text": finding.text,
        "detail": detail,
    })
}

/// One issue of `import --json`.
#[must_use]
pub fn issue(issue: &Issue) -> Value {
    json!({
        "file": issue.file, "where": issue.place, "kind": issue.kind.as_str(),
        "text": issue.text, "detail": issue.detail, "lost": issue.is_error(),
    })
}
