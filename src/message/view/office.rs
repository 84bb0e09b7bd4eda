//! What only the office reads: snapshots and contradictions.

use super::{Lookup, NamesView, PeriodView};
use crate::domain::audit::{Finding, FindingKind};
use crate::domain::period::day_vi;
use crate::domain::rate::{Percent, count_vi, decimal_vi};
use crate::domain::renewal::ReconnectReason;
use crate::domain::scale::Scale;
use crate::domain::snapshot::SnapshotHeader;
use serde::Serialize;

/// Which snapshot is spoken of.
#[derive(Clone, Debug, Serialize)]
pub struct SnapshotView {
    /// The period.
    pub when: PeriodView,
    /// Its number within the period.
    pub number: u32,
    /// File name or source name.
    pub source: String,
}

/// A snapshot as the office speaks of it.
#[must_use]
pub fn snapshot(header: &SnapshotHeader) -> SnapshotView {
    SnapshotView { when: PeriodView::of(header), number: header.number, source: super::typed(&header.source) }
}

/// One contradiction. Which fields are there depends on the kind.
#[derive(Clone, Debug, Serialize)]
pub struct FindingView {
    /// The word of its kind, for `(eq kind "…")`.
    pub kind: &'static str,
    /// Place, unit and indicator, as far as they are known: "Sở Tư pháp, Thanh toán trực tuyến".
    pub about: Option<String>,
    /// "cấp xã"; null for the whole, or where no average is meant.
    pub scope: Option<String>,
    /// The indicator alone.
    pub indicator: Option<String>,
    /// "60,8%".
    pub published: Option<String>,
    /// "18 điểm": the full score that a published score is held against; null for percentages.
    pub full: Option<String>,
    /// "73,59%".
    pub computed: Option<String>,
    /// It rests on implied denominators: "≈".
    pub approximate: bool,
    /// "717".
    pub part: Option<String>,
    /// "713".
    pub whole: Option<String>,
    /// It is a denominator that exceeds all files received, not a numerator that exceeds its denominator.
    pub over_all: bool,
    /// The denominator that would make the rate right: "127".
    pub implied: Option<String>,
    /// The published average is the plain mean of the rates.
    pub plain_mean: bool,
    /// The text that was seen.
    pub text: Option<String>,
    /// "30/6/2025": the last day of a unit that has ended.
    pub ended: Option<String>,
    /// Who carries its work on.
    pub successors: Option<NamesView>,
}

/// How many successors of a unit are named: a district has become a dozen communes.
const SUCCESSORS: usize = 3;

/// A contradiction in the words of the office.
#[must_use]
pub fn finding(lookup: Lookup<'_>, finding: &Finding) -> FindingView {
    let indicator = finding.indicator.as_ref().map(|code| lookup.indicator_name(code));
    let place = finding.place.as_deref().map(super::typed);
    let unit = finding.unit.as_ref().map(|unit| lookup.unit_name(unit));
    // An average names its indicator in the sentence.
    let named = indicator.clone().filter(|_| finding.kind != FindingKind::AverageDiffers);
    let about: Vec<String> = [place, unit, named].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let invalid = finding.unit.as_ref().filter(|_| finding.kind == FindingKind::UnitNotValidInPeriod);
    let ended = invalid.and_then(|code| lookup.units.iter().find(|unit| &unit.code == code));
    let successors: Vec<String> =
        ended.into_iter().flat_map(|unit| &unit.successors).map(|code| lookup.unit_name(code)).collect();
    FindingView {
        kind: finding.kind.as_str(),
        about: (!about.is_empty()).then(|| about.join(", ")),
        scope: finding.scope.as_ref().and_then(|scope| lookup.scope_name(scope)),
        indicator,
        published: finding.published.map(|p| p.to_string()),
        full: finding.published.filter(|p| p.scale() != Scale::Percent).map(|p| Percent::full(p.scale()).to_string()),
        computed: finding
            .computed
            .map(|value| format!("{}%", decimal_vi(value, if finding.approximate { 1 } else { 2 }))),
        approximate: finding.approximate,
        part: finding.part.map(count_vi),
        whole: finding.whole.map(count_vi),
        over_all: finding.over_all,
        implied: finding.implied.map(count_vi),
        plain_mean: finding.plain_mean.is_some(),
        text: finding.text.as_deref().map(super::typed),
        ended: ended.and_then(|unit| unit.valid_to).map(day_vi),
        successors: NamesView::of(&successors, SUCCESSORS),
    }
}

/// Answer to `/kiemtra`.
#[derive(Clone, Debug, Serialize)]
pub struct AuditView {
    /// Which snapshot was read.
    pub snapshot: SnapshotView,
    /// How many contradictions there are.
    pub count: usize,
    /// The contradictions.
    pub findings: Vec<FindingView>,
    /// How many were left out.
    pub more: usize,
}

/// Beyond this a chat is the wrong place to read them.
const FINDINGS: usize = 40;

/// All contradictions of a snapshot.
#[must_use]
pub fn audit(lookup: Lookup<'_>, header: &SnapshotHeader, findings: &[Finding]) -> AuditView {
    AuditView {
        snapshot: snapshot(header),
        count: findings.len(),
        findings: findings.iter().take(FINDINGS).map(|f| finding(lookup, f)).collect(),
        more: findings.len().saturating_sub(FINDINGS),
    }
}

/// To the office: a Zalo Official Account has to be connected again.
#[derive(Clone, Debug, Serialize)]
pub struct ZaloOaReconnectView {
    /// The application's id.
    pub app: String,
    /// The word of the reason, for `(eq reason "…")`: `refused`, `lost` or `abandoned`.
    pub reason: &'static str,
    /// Zalo's words or the network's, for whoever is asked for help.
    pub detail: Option<String>,
}

/// Why a person has to connect an account again. What an abandoned renewal says of itself tells people nothing more.
#[must_use]
pub fn zalo_oa_reconnect(app_id: &str, reason: ReconnectReason, detail: Option<&str>) -> ZaloOaReconnectView {
    let detail = detail.filter(|_| reason != ReconnectReason::Abandoned).map(super::typed);
    ZaloOaReconnectView { app: app_id.to_owned(), reason: reason.as_str(), detail }
}
