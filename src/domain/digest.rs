//! The digest ("báo cáo nhanh"): where the province stands, who is behind, who moved.

mod moves;

pub use moves::{IMPROVED, LOWEST, Moves, Spread, moves};

use crate::domain::assessment::{Assessment, Comparison, Figures, PeriodAssessment, Rating, Yardstick, actual_rate};
use crate::domain::audit::{in_scope, mean_score, scope_sum};
use crate::domain::correction::UnitCorrection;
use crate::domain::indicator::IndicatorCode;
use crate::domain::observation::PublishedAverage;
use crate::domain::org_unit::{OrgUnit, Scope, Tier, UnitCode};
use crate::domain::rate::{Exact, Percent, Points, scaled};
use crate::domain::scale::Scale;
use crate::domain::snapshot::SnapshotHeader;
use std::collections::{BTreeSet, HashMap};

/// How many cells have which rating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Reached.
    pub met: u32,
    /// Not reached.
    pub missed: u32,
    /// Nothing happened.
    pub no_activity: u32,
    /// No figure.
    pub no_data: u32,
}

impl Totals {
    /// Counts ratings.
    #[must_use]
    pub fn of<'a>(assessments: impl Iterator<Item = &'a Assessment>) -> Self {
        assessments.fold(Self::default(), |mut totals, assessment| {
            match assessment.rating {
                Rating::Met => totals.met += 1,
                Rating::Missed => totals.missed += 1,
                Rating::NoActivity => totals.no_activity += 1,
                Rating::NoData => totals.no_data += 1,
            }
            totals
        })
    }

    /// Cells in which there was something to reach.
    #[must_use]
    pub const fn rated(self) -> u32 {
        self.met + self.missed
    }
}

/// One indicator within a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeIndicator {
    /// Which.
    pub indicator: IndicatorCode,
    /// The average that the source prints.
    pub published: Option<Percent>,
    /// ΣN/ΣD in percent; of an indicator in points the plain mean of the scores (see `scale`).
    pub computed: Option<Exact>,
    /// What it is counted in.
    pub scale: Scale,
    /// Rests on implied denominators.
    pub approximate: bool,
    /// The default target of the scope; none for the province where only the tiers have one.
    pub target: Option<Percent>,
    /// How many units of the scope have which rating.
    pub totals: Totals,
    /// ΣN/ΣD of the previous month's snapshot, in percent.
    pub previous: Option<Exact>,
    /// Computed minus previous, in points; none where target, formula or denominator changed between the two months, for
    /// up and down would be wrong words then. An open month may stand beside a closed one: the headers tell.
    pub change: Option<Points>,
}

/// A scope with all indicators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeSummary {
    /// Which.
    pub scope: Scope,
    /// All ratings of the scope together.
    pub totals: Totals,
    /// In the catalog's order.
    pub indicators: Vec<ScopeIndicator>,
}

/// A unit that is far behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowest {
    /// Which.
    pub unit: UnitCode,
    /// Its ratings.
    pub totals: Totals,
    /// The sum of its distances to missed targets, in percentage points of the whole scale, each with [`DISTANCE_DECIMALS`] decimals.
    pub distance: Exact,
}

/// A figure that moved against the previous month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mover {
    /// Whose.
    pub unit: UnitCode,
    /// Which indicator.
    pub indicator: IndicatorCode,
    /// By how much: current minus previous. A rise of an indicator of which less is better is negative.
    pub points: Points,
    /// Both months are alike (see `Comparison::Change`).
    pub like_for_like: bool,
}

/// The leaders' summary of one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The snapshot.
    pub header: SnapshotHeader,
    /// What it is compared with.
    pub previous: Option<SnapshotHeader>,
    /// All ratings together.
    pub totals: Totals,
    /// The province, then each tier.
    pub scopes: Vec<ScopeSummary>,
    /// Units that miss everything that they have.
    pub missing_all: Vec<UnitCode>,
    /// The units furthest behind: most missed first, then the largest distance.
    pub lowest: Vec<Lowest>,
    /// The largest moves for the better.
    pub improved: Vec<Mover>,
    /// The largest moves for the worse.
    pub declined: Vec<Mover>,
    /// Who crossed a target, and the ends of each indicator.
    pub moves: Moves,
    /// What was corrected, where the snapshot is a correction that concerns units; filled in by whoever knows it.
    pub corrected: Option<Corrected>,
}

/// How much of a published month was corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Units with another rating or figure.
    pub units: u32,
    /// Their ratings and figures.
    pub figures: u32,
}

impl Corrected {
    /// Counts corrections; none when there are none.
    #[must_use]
    pub fn of(corrections: &[UnitCorrection]) -> Option<Self> {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let figures = corrections.iter().map(|correction| correction.figures.len()).sum();
        (!corrections.is_empty()).then(|| Self { units: number(corrections.len()), figures: number(figures) })
    }
}

/// How many units and movers a digest names.
pub const NAMED: usize = 5;

/// Distances are added up with these decimals: the exact sum of computed rates would need the product of all their
/// denominators, which no integer holds.
pub const DISTANCE_DECIMALS: u8 = 6;

/// Summarises an assessed period.
#[must_use]
pub fn digest(
    yardstick: Yardstick<'_>,
    tiers: &[Tier],
    period: &PeriodAssessment,
    current: Figures<'_>,
    averages: &[PublishedAverage],
    previous: Option<Figures<'_>>,
) -> Digest {
    let scopes = std::iter::once(Scope::Whole)
        .chain(tiers.iter().map(|tier| Scope::Tier(tier.code.clone())))
        // A tier that has ended, or not begun, has nothing to say.
        .filter(|scope| match scope {
            Scope::Whole => !yardstick.units.is_empty(),
            Scope::Tier(tier) => {
                let of_tier = |unit: &&OrgUnit| unit.tier == *tier;
                yardstick.units.iter().filter(of_tier).any(|unit| period.of_unit(&unit.code).next().is_some())
            }
        })
        .map(|scope| summarise(yardstick, scope, period, current, averages, previous))
        .collect();
    let units = unit_totals(yardstick.units, period);
    Digest {
        header: period.header.clone(),
        previous: period.previous.clone(),
        totals: Totals::of(period.assessments.iter()),
        scopes,
        missing_all: units
            .iter()
            .filter(|u| u.totals.met == 0 && u.totals.missed > 0)
            .map(|u| u.unit.clone())
            .collect(),
        lowest: lowest(units),
        improved: movers(period, true),
        declined: movers(period, false),
        moves: moves(yardstick.indicators, period),
        corrected: None,
    }
}

fn in_that_scope(unit: &OrgUnit, scope: &Scope) -> bool {
    match scope {
        Scope::Whole => true,
        Scope::Tier(tier) => &unit.tier == tier,
    }
}

fn summarise(
    yardstick: Yardstick<'_>,
    scope: Scope,
    period: &PeriodAssessment,
    current: Figures<'_>,
    averages: &[PublishedAverage],
    previous: Option<Figures<'_>>,
) -> ScopeSummary {
    let members: HashMap<&UnitCode, &OrgUnit> =
        yardstick.units.iter().filter(|u| in_that_scope(u, &scope)).map(|u| (&u.code, u)).collect();
    let of_scope = || period.assessments.iter().filter(|a| members.contains_key(&a.unit));
    let tier = match &scope {
        Scope::Whole => None,
        Scope::Tier(tier) => Some(tier),
    };
    let indicators = yardstick
        .indicators
        .iter()
        .map(|indicator| {
            let sum = |figures: Figures<'_>| {
                scope_sum(in_scope(yardstick.units, figures.observations, &scope, &indicator.code))
            };
            let average = |figures: Figures<'_>| match indicator.scale {
                Scale::Percent => sum(figures).map(|sum| (sum.rate, sum.approximate)),
                Scale::Points(_) => {
                    let scores = in_scope(yardstick.units, figures.observations, &scope, &indicator.code);
                    mean_score(indicator, scores).map(|mean| (mean, false))
                }
            };
            let now = average(current);
            let before = previous.and_then(average);
            let target = yardstick.targets.of_scope(tier, &indicator.code, current.header.period);
            let comparable = previous.is_some_and(|previous| {
                let earlier = yardstick.targets.of_scope(tier, &indicator.code, previous.header.period);
                earlier.map(|t| t.level) == target.map(|t| t.level)
                    && bases(yardstick.units, current, &scope, &indicator.code)
                        == bases(yardstick.units, previous, &scope, &indicator.code)
            });
            let published = averages.iter().find(|a| a.scope == scope && a.indicator == indicator.code).map(|a| a.rate);
            ScopeIndicator {
                indicator: indicator.code.clone(),
                published,
                computed: now.map(|(average, _)| average),
                scale: indicator.scale,
                approximate: now.is_some_and(|(_, approximate)| approximate),
                target: target.map(|t| t.level),
                totals: Totals::of(of_scope().filter(|a| a.indicator == indicator.code)),
                previous: before.map(|(average, _)| average),
                change: now
                    .zip(before)
                    .filter(|_| comparable)
                    .map(|(now, before)| Points::between(now.0, before.0).on(indicator.scale)),
            }
        })
        .collect();
    ScopeSummary { totals: Totals::of(of_scope()), indicators, scope }
}

/// The formulas of a scope's figures, and whether their denominators are printed (that one cell lacks it is an accident).
fn bases<'a>(
    units: &'a [OrgUnit],
    figures: Figures<'a>,
    scope: &'a Scope,
    indicator: &'a IndicatorCode,
) -> (BTreeSet<&'a str>, bool) {
    let rated = || in_scope(units, figures.observations, scope, indicator).filter(|o| actual_rate(o).is_some());
    (rated().map(|o| o.basis.as_str()).collect(), rated().any(|o| o.denominator.value().is_some()))
}

fn unit_totals(units: &[OrgUnit], period: &PeriodAssessment) -> Vec<Lowest> {
    units
        .iter()
        .map(|unit| {
            let missed = period.of_unit(&unit.code).filter(|a| a.rating == Rating::Missed);
            let distance: i128 = missed.filter_map(|a| a.gap).map(|gap| scaled(gap.share(), DISTANCE_DECIMALS)).sum();
            let distance = Exact::new(distance, 10_i128.pow(u32::from(DISTANCE_DECIMALS)));
            Lowest { unit: unit.code.clone(), totals: Totals::of(period.of_unit(&unit.code)), distance }
        })
        .collect()
}

fn lowest(mut units: Vec<Lowest>) -> Vec<Lowest> {
    units.retain(|u| u.totals.missed > 0);
    units.sort_by(|a, b| b.totals.missed.cmp(&a.totals.missed).then_with(|| b.distance.cmp(&a.distance)));
    units.truncate(NAMED);
    units
}

fn movers(period: &PeriodAssessment, better: bool) -> Vec<Mover> {
    let zero = Exact::from(0);
    let mut movers: Vec<Mover> = period
        .assessments
        .iter()
        // With very few files a move of a third is one file: no news for a leader.
        .filter(|a| !a.compares_few())
        .filter(|a| a.progress().is_some_and(|progress| if better { progress > zero } else { progress < zero }))
        .filter_map(|a| match &a.comparison {
            Comparison::Change { points, like_for_like, .. } => Some(Mover {
                unit: a.unit.clone(),
                indicator: a.indicator.clone(),
                points: *points,
                like_for_like: *like_for_like,
            }),
            _ => None,
        })
        .collect();
    movers.sort_by_key(|m| std::cmp::Reverse(m.points.share()));
    movers.truncate(NAMED);
    movers
}
