//! Whether figures are to be trusted: what is held and why, what was corrected, what contradicts itself.

use super::unit::{pace, score};
use super::{
    ComparisonView, FindingView, LineView, Lookup, NamesView, PaceView, PeriodView, ScoreView, SnapshotView, finding,
    snapshot,
};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::audit::Finding;
use crate::domain::correction::{CorrectedFigure, UnitCorrection};
use crate::domain::feed::{Fall, FeedDoubt, HoldReason};
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::count_vi;
use crate::domain::snapshot::SnapshotHeader;
use serde::Serialize;

/// To the office: a snapshot is held.
#[derive(Clone, Debug, Serialize)]
pub struct FeedSuspiciousView {
    /// Which one.
    pub snapshot: SnapshotView,
    /// "8:05 ngày 24/7/2023": when it was recorded.
    pub recorded: String,
    /// Why, with the evidence; never empty.
    pub reasons: Vec<EvidenceView>,
}

/// One reason for which a snapshot is held. Which fields are there depends on the kind.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceView {
    /// The word of the reason, for `(eq kind "…")`.
    pub kind: &'static str,
    /// How many units or figures look wrong: "22".
    pub count: String,
    /// Of how many: "40".
    pub all: String,
    /// Which units.
    pub units: Option<NamesView>,
    /// Which other units: those that moved, where `units` did not.
    pub others: Option<NamesView>,
    /// Indicators without any figure.
    pub indicators: Option<NamesView>,
    /// "Sở GTVT, Số hóa hồ sơ: 380 → 300; …": the largest falls.
    pub falls: Option<String>,
    /// "24/7": the day up to which the same figures were given before.
    pub since: Option<String>,
}

/// How many vanished units are named.
const VANISHED: usize = 10;

/// How many units are named as an example.
const EXAMPLES: usize = 3;

/// The evidence on which a snapshot is held.
#[must_use]
pub fn feed_suspicious(lookup: Lookup<'_>, header: &SnapshotHeader, doubt: &FeedDoubt) -> FeedSuspiciousView {
    FeedSuspiciousView {
        snapshot: snapshot(header),
        recorded: super::reach::moment_vi(header.recorded_at),
        reasons: doubt.reasons.iter().map(|reason| evidence(lookup, header, reason)).collect(),
    }
}

fn evidence(lookup: Lookup<'_>, header: &SnapshotHeader, reason: &HoldReason) -> EvidenceView {
    let number = |count: u32| count_vi(u64::from(count));
    let names = |units: &[UnitCode], most| {
        NamesView::of(&units.iter().map(|unit| lookup.unit_name(unit)).collect::<Vec<_>>(), most)
    };
    let blank = |count: String, all: String| EvidenceView {
        kind: reason.as_str(),
        count,
        all,
        units: None,
        others: None,
        indicators: None,
        falls: None,
        since: None,
    };
    match reason {
        HoldReason::Vanished { units, expected } => {
            EvidenceView { units: names(units, VANISHED), ..blank(count_vi(units.len() as u64), number(*expected)) }
        }
        HoldReason::Partial { indicators, units, missing, expected } => EvidenceView {
            units: names(units, EXAMPLES),
            indicators: NamesView::of(
                &indicators.iter().map(|code| lookup.indicator_name(code)).collect::<Vec<_>>(),
                EXAMPLES,
            ),
            ..blank(number(*missing), number(*expected))
        },
        HoldReason::CountsFell { fell, compared, examples } => EvidenceView {
            falls: Some(examples.iter().take(EXAMPLES).map(|f| fall(lookup, f)).collect::<Vec<_>>().join("; ")),
            ..blank(number(*fell), number(*compared))
        },
        HoldReason::Jumped(jumps) => blank(number(jumps.moved), number(jumps.compared)),
        HoldReason::Unchanged { figures, since } => EvidenceView {
            since: Some(super::day_of(*since, chrono::Datelike::year(&header.as_of))),
            ..blank(number(*figures), number(*figures))
        },
        HoldReason::Mixed { same, moved, compared } => EvidenceView {
            units: names(same, EXAMPLES),
            others: names(moved, EXAMPLES),
            ..blank(count_vi(same.len() as u64), number(*compared))
        },
    }
}

fn fall(lookup: Lookup<'_>, fall: &Fall) -> String {
    let (unit, indicator) = (lookup.unit_name(&fall.unit), lookup.indicator_name(&fall.indicator));
    format!("{unit}, {indicator}: {} → {}", count_vi(fall.from), count_vi(fall.to))
}

/// A figure as it is now, and as it was published.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectedLineView {
    /// As it is now.
    #[serde(flatten)]
    pub line: LineView,
    /// "10,5%", as it was published; null where there was no rate.
    pub before: Option<String>,
    /// "16/152 → 17/152": the counts, where the rate alone does not show what changed.
    pub counts: Option<String>,
    /// It was reached, and is not, or the other way round.
    pub turned: bool,
    /// It was reached.
    pub was_met: bool,
    /// The source had said that nothing happened.
    pub was_no_activity: bool,
}

/// To a unit: what was corrected.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectionView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// The number of the snapshot that counts now.
    pub number: u32,
    /// What was corrected.
    pub lines: Vec<CorrectedLineView>,
    /// How many more were.
    pub more: usize,
    /// How many are reached now.
    pub score: ScoreView,
    /// Against the previous month.
    pub comparison: ComparisonView,
    /// Null when the month is over.
    pub pace: Option<PaceView>,
}

/// Besides the corrected lines stand six: header, what happened, score, comparison, time left, and the way to more.
const CORRECTED: usize = super::BULLETIN_LINES - 6;

/// What was corrected for one unit. `working_days_left` counts from the day of the figures to the period's end.
#[must_use]
pub fn correction(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    correction: &UnitCorrection,
    working_days_left: u32,
) -> CorrectionView {
    let assessments: Vec<&Assessment> = period.of_unit(&correction.unit).collect();
    let mut lines: Vec<CorrectedLineView> = correction
        .figures
        .iter()
        .filter_map(|figure| {
            let now = assessments.iter().find(|a| a.indicator == figure.indicator)?;
            Some(corrected_line(lookup, period, now, figure))
        })
        .collect();
    let more = if lines.len() > CORRECTED { lines.len() - (CORRECTED - 1) } else { 0 };
    lines.truncate(lines.len() - more);
    CorrectionView {
        unit: lookup.unit_name(&correction.unit),
        when: PeriodView::of(&period.header),
        number: period.header.number,
        lines,
        more,
        score: score(lookup, &assessments),
        comparison: ComparisonView::of(lookup, period, &correction.unit),
        pace: pace(lookup, period, &assessments, working_days_left),
    }
}

fn corrected_line(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    now: &Assessment,
    figure: &CorrectedFigure,
) -> CorrectedLineView {
    let line = LineView::of_warning(lookup, period, now, false);
    let before = figure.before.as_ref();
    let rate = before.and_then(|before| before.actual).map(|rate| rate.to_string());
    let rated = |rating| matches!(rating, Rating::Met | Rating::Missed);
    let was = before.map_or(Rating::NoData, |before| before.rating);
    CorrectedLineView {
        counts: before.filter(|_| rate.is_some() && rate == line.actual).and_then(|before| counts(before, now)),
        turned: rated(was) && rated(now.rating) && was != now.rating,
        was_met: was == Rating::Met,
        was_no_activity: was == Rating::NoActivity,
        before: rate,
        line,
    }
}

/// "16/152 → 17/152"; a denominator that is not printed is left out.
fn counts(before: &Assessment, now: &Assessment) -> Option<String> {
    let pair = |a: &Assessment| {
        let numerator = count_vi(a.numerator?);
        Some(match a.denominator.filter(|d| !d.implied) {
            Some(denominator) => format!("{numerator}/{}", count_vi(denominator.count)),
            None => numerator,
        })
    };
    let (before, now) = (pair(before)?, pair(now)?);
    (before != now).then(|| format!("{before} → {now}"))
}

/// To the office: a correction of a month that is too old to be told of.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectionRecordedView {
    /// Which snapshot counts now.
    pub snapshot: SnapshotView,
    /// Whose figures are other ones now; null when only averages or targets are.
    pub units: Option<NamesView>,
}

/// A correction that only the office hears of.
#[must_use]
pub fn correction_recorded(
    lookup: Lookup<'_>,
    header: &SnapshotHeader,
    corrections: &[UnitCorrection],
) -> CorrectionRecordedView {
    let names: Vec<String> = corrections.iter().map(|correction| lookup.unit_name(&correction.unit)).collect();
    CorrectionRecordedView { snapshot: snapshot(header), units: NamesView::of(&names, VANISHED) }
}

/// To the office: a snapshot brought contradictions.
#[derive(Clone, Debug, Serialize)]
pub struct NewFindingsView {
    /// Which snapshot.
    pub snapshot: SnapshotView,
    /// How many are new.
    pub count: usize,
    /// The first of them.
    pub findings: Vec<FindingView>,
    /// How many were left out.
    pub more: usize,
}

/// With header and ends the message stays within twelve lines.
const NEW_FINDINGS: usize = 7;

/// Contradictions that the snapshot before did not have.
#[must_use]
pub fn new_findings(lookup: Lookup<'_>, header: &SnapshotHeader, findings: &[Finding]) -> NewFindingsView {
    NewFindingsView {
        snapshot: snapshot(header),
        count: findings.len(),
        findings: findings.iter().take(NEW_FINDINGS).map(|f| finding(lookup, f)).collect(),
        more: findings.len().saturating_sub(NEW_FINDINGS),
    }
}
