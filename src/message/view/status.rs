//! Answers about units: figures (`/status`) and targets (`/chitieu`).

use super::registry::EndedView;
use super::unit::{by_urgency, pace, score};
use super::{ComparisonView, LineView, Lookup, PaceView, PeriodView, ScoreView};
use crate::domain::assessment::{Assessment, Comparison, Denominator, PeriodAssessment};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::count_vi;
use crate::domain::scale::Scale;
use crate::domain::target::{Target, TargetBook, TargetOrigin};
use crate::message::HEAD_LINES;
use serde::Serialize;

/// One indicator's figures.
#[derive(Clone, Debug, Serialize)]
pub struct DetailView {
    /// What a bulletin says of it.
    pub line: LineView,
    /// "10/29", "97/≈ 127"; null where nothing was counted.
    pub counts: Option<String>,
}

/// Where one indicator stands among others, and against the month before: at least one of the values is there.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// Place within the tier.
    pub rank: Option<RankView>,
    /// The previous month's rate: "33,3%".
    pub previous: Option<String>,
    /// "+1,1 điểm %"; null where the two cannot be compared.
    pub change: Option<String>,
    /// Units were rearranged since the previous month, and the two cannot be compared.
    pub rearranged: bool,
    /// When reached: how many more failing files it bears: "2"; null when there are none, or the month is over.
    pub slack: Option<String>,
}

/// A place within a tier.
#[derive(Clone, Debug, Serialize)]
pub struct RankView {
    /// From 1.
    pub place: u32,
    /// How many have a place.
    pub of: u32,
    /// "cấp tỉnh".
    pub tier: String,
}

/// One unit in detail.
#[derive(Clone, Debug, Serialize)]
pub struct UnitStatusView {
    /// "UBND huyện An Lão (các xã)".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// How many are reached.
    pub score: ScoreView,
    /// The first indicators: all in the catalog's order, or of very many the most urgent.
    pub shown: Vec<DetailView>,
    /// The others, in the catalog's order.
    pub others: Vec<DetailView>,
    /// How many these are; zero for none.
    pub others_count: usize,
    /// Where they stand, in the catalog's order.
    pub places: Vec<PlaceView>,
    /// Against the previous month.
    pub comparison: ComparisonView,
    /// Null when the month is over.
    pub pace: Option<PaceView>,
}

/// Units in detail, one after another.
#[derive(Clone, Debug, Serialize)]
pub struct StatusView {
    /// The units.
    pub units: Vec<UnitStatusView>,
    /// How many units, where there are several.
    pub several: Option<usize>,
    /// These have one name.
    pub one_name: bool,
    /// Units that were asked for and have ended.
    pub ended: Vec<EndedView>,
}

impl StatusView {
    /// Says first which of the units that were asked for have ended, and who carries on their work.
    #[must_use]
    pub fn after(mut self, ended: Vec<EndedView>) -> Self {
        self.ended = ended;
        self
    }
}

/// The figures of one unit, or of several that share a name.
#[must_use]
pub fn status(lookup: Lookup<'_>, period: &PeriodAssessment, units: &[UnitCode], working_days_left: u32) -> StatusView {
    let one = |unit: &UnitCode| {
        let assessments: Vec<&Assessment> = period.of_unit(unit).collect();
        let places: Vec<_> = assessments.iter().filter_map(|a| place(lookup, period, a)).collect();
        let (shown, others) = shown_first(lookup, &assessments);
        let details = |of: &[&Assessment]| of.iter().map(|a| detail(lookup, period, a)).collect::<Vec<_>>();
        UnitStatusView {
            unit: lookup.unit_name(unit),
            when: PeriodView::of(&period.header),
            score: score(lookup, &assessments),
            shown: details(&shown),
            others: details(&others),
            others_count: others.len(),
            places,
            comparison: ComparisonView::of(lookup, period, unit),
            pace: pace(lookup, period, &assessments, working_days_left),
        }
    };
    let names: Vec<_> = lookup.units.iter().filter(|u| units.contains(&u.code)).map(|u| &u.name).collect();
    StatusView {
        units: units.iter().map(one).collect(),
        several: (units.len() > 1).then_some(units.len()),
        one_name: names.windows(2).all(|pair| pair[0] == pair[1]),
        ended: Vec::new(),
    }
}

/// Besides these lines: header, score, time left, comparison, and the way to more.
const SHOWN: usize = HEAD_LINES - 5;

/// What everybody reads at first, and the others: scores before what they are made of, then the most urgent.
fn shown_first<'a>(lookup: Lookup<'_>, all: &[&'a Assessment]) -> (Vec<&'a Assessment>, Vec<&'a Assessment>) {
    if all.len() <= SHOWN {
        return (all.to_vec(), Vec::new());
    }
    // An index and its groups sum up the others.
    let sums = |a: &&Assessment| lookup.indicator(&a.indicator).is_some_and(|i| i.scale != Scale::Percent);
    let mut order: Vec<&Assessment> = all.iter().copied().filter(sums).collect();
    order.extend(by_urgency(lookup, all).into_iter().filter(|a| !sums(a)));
    let urgent = |a: &Assessment, order: &[&Assessment]| order.iter().any(|b| b.indicator == a.indicator);
    let others: Vec<&Assessment> = all.iter().copied().filter(|a| !urgent(a, &order)).collect();
    order.extend(others);
    order.truncate(SHOWN);
    let others = all.iter().copied().filter(|a| !urgent(a, &order)).collect();
    (order, others)
}

fn detail(lookup: Lookup<'_>, period: &PeriodAssessment, assessment: &Assessment) -> DetailView {
    DetailView {
        line: LineView::of(lookup, period, assessment, false),
        counts: counts(assessment.numerator, assessment.denominator),
    }
}

fn place(lookup: Lookup<'_>, period: &PeriodAssessment, assessment: &Assessment) -> Option<PlaceView> {
    let tier = lookup.units.iter().find(|u| u.code == assessment.unit).map(|u| lookup.tier_name(&u.tier));
    let rank = assessment.rank.filter(|rank| rank.of > 1);
    let (previous, change) = match &assessment.comparison {
        Comparison::None | Comparison::Rearranged => (None, None),
        Comparison::Incomparable(previous, _) => (Some(previous), None),
        Comparison::Change { previous, points, .. } => (Some(previous), Some(points.to_string())),
    };
    let slack = assessment.slack.filter(|slack| *slack > 0 && period.header.is_open());
    let place = PlaceView {
        name: lookup.indicator_name(&assessment.indicator),
        rank: rank.zip(tier).map(|(rank, tier)| RankView { place: rank.place, of: rank.of, tier }),
        previous: previous.map(|p| p.actual.to_string()),
        change,
        rearranged: matches!(assessment.comparison, Comparison::Rearranged),
        slack: slack.map(|files| {
            let about = if assessment.denominator.is_some_and(|d| d.implied) { "≈ " } else { "" };
            format!("{about}{}", count_vi(files))
        }),
    };
    let says = place.rank.is_some() || place.previous.is_some() || place.rearranged || place.slack.is_some();
    says.then_some(place)
}

fn counts(numerator: Option<u64>, denominator: Option<Denominator>) -> Option<String> {
    let (numerator, denominator) = (numerator?, denominator?);
    let about = if denominator.implied { "≈ " } else { "" };
    Some(format!("{}/{about}{}", count_vi(numerator), count_vi(denominator.count)))
}

/// Targets that one decision assigned for the same time.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionView {
    /// "Quyết định số 2679/QĐ-UBND ngày 20/7/2023".
    pub decision: String,
    /// "tháng 7/2023".
    pub from: Option<String>,
    /// "tháng 12/2023".
    pub to: Option<String>,
    /// A default for all, not assigned to this unit.
    pub general: bool,
    /// What was assigned.
    pub targets: Vec<TargetView>,
}

/// One assigned level.
#[derive(Clone, Debug, Serialize)]
pub struct TargetView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// "60%".
    pub level: String,
}

/// One unit's targets.
#[derive(Clone, Debug, Serialize)]
pub struct UnitTargetsView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// By decision, in the catalog's order of indicators.
    pub decisions: Vec<DecisionView>,
    /// What has no target in the period.
    pub none: Vec<String>,
}

/// Targets of one unit, or of several that share a name.
#[derive(Clone, Debug, Serialize)]
pub struct TargetsView {
    /// "tháng 7/2023".
    pub period: String,
    /// The units.
    pub units: Vec<UnitTargetsView>,
}

/// The targets that hold for units in a period, with decision and validity.
#[must_use]
pub fn targets(lookup: Lookup<'_>, book: &TargetBook, units: &[&OrgUnit], period: ReportingPeriod) -> TargetsView {
    TargetsView {
        period: period.name_vi(),
        units: units.iter().map(|unit| unit_targets(lookup, book, unit, period)).collect(),
    }
}

/// "2679/QĐ-UBND ngày 20/7/2023" with the word for what it is, where its sign tells; anything else as the catalog has it.
fn document(decision: &str) -> String {
    let sign = decision.split_whitespace().next().unwrap_or_default();
    let numbered = sign.starts_with(|c: char| c.is_ascii_digit());
    let kind = [("/QĐ", "Quyết định"), ("/KH", "Kế hoạch"), ("/NQ", "Nghị quyết"), ("/CT", "Chỉ thị")];
    match kind.iter().find(|(mark, _)| numbered && sign.contains(mark)) {
        Some((_, word)) => format!("{word} số {decision}"),
        None => decision.to_owned(),
    }
}

fn unit_targets(lookup: Lookup<'_>, book: &TargetBook, unit: &OrgUnit, period: ReportingPeriod) -> UnitTargetsView {
    let mut groups: Vec<(&Target, Vec<TargetView>)> = Vec::new();
    let mut none = Vec::new();
    let general = |target: &Target| target.origin == TargetOrigin::Default;
    for indicator in lookup.indicators {
        let Some(target) = book.of_unit(&unit.code, &unit.tier, &indicator.code, period) else {
            if book.is_meant_for(&unit.tier, &indicator.code) {
                none.push(indicator.short_name.clone());
            }
            continue;
        };
        let view = TargetView { name: indicator.short_name.clone(), level: target.level.to_string() };
        let same = |t: &Target| {
            t.decision == target.decision
                && (t.valid_from, t.valid_to) == (target.valid_from, target.valid_to)
                && general(t) == general(target)
        };
        match groups.iter_mut().find(|(t, _)| same(t)) {
            Some((_, views)) => views.push(view),
            None => groups.push((target, vec![view])),
        }
    }
    let decisions = groups.into_iter().map(|(target, targets)| DecisionView {
        decision: document(&target.decision),
        from: target.valid_from.map(ReportingPeriod::name_vi),
        to: target.valid_to.map(ReportingPeriod::name_vi),
        general: general(target),
        targets,
    });
    UnitTargetsView { unit: unit.full_name(), decisions: decisions.collect(), none }
}
