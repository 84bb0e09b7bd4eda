//! The leaders' summary.

use super::{AgainstView, ChangeView, ConductView, Lookup, MarkView, NamesView, PeriodView, PictureView, month_before};
use crate::domain::audit::{Finding, FindingKind};
use crate::domain::command::MORE;
use crate::domain::delivery::Choice;
use crate::domain::digest::{Digest, Lowest, Mover, ScopeIndicator, ScopeSummary, Spread, Totals};
use crate::domain::drawing::Drawing;
use crate::domain::indicator::{Direction, Indicator, IndicatorCode};
use crate::domain::org_unit::{Scope, UnitCode};
use crate::domain::rate::{Exact, count_vi, decimal_vi};
use crate::domain::scale::Scale;
use crate::message::MORE_LABEL;
use serde::Serialize;

/// One indicator in one scope.
#[derive(Clone, Debug, Serialize)]
pub struct ScopeCellView {
    /// "cấp xã"; null for the whole, which templates name themselves.
    pub scope: Option<String>,
    /// Its colour; null without a target or a figure.
    pub mark: Option<MarkView>,
    /// "60,8%", as published; computed where nothing was published; null where there is no figure.
    pub value: Option<String>,
    /// The value is computed and rests on implied denominators: "≈".
    pub approximate: bool,
    /// "35%", where it differs between scopes.
    pub target: Option<String>,
    /// What the table gives, where the audit found that it contradicts the published value: "73,6%".
    pub table: Option<String>,
    /// That rests on implied denominators: "≈".
    pub table_approximate: bool,
}

/// One indicator across all scopes.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorRowView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// "50%", where it is the same for all scopes.
    pub target: Option<String>,
    /// The whole, then each tier.
    pub cells: Vec<ScopeCellView>,
}

/// How a tier does.
#[derive(Clone, Debug, Serialize)]
pub struct TierView {
    /// "cấp tỉnh".
    pub name: String,
    /// Cells that are reached.
    pub met: u32,
    /// Cells in which there was something to reach.
    pub rated: u32,
}

/// A unit that is far behind.
#[derive(Clone, Debug, Serialize)]
pub struct LowestView {
    /// From 1.
    pub number: usize,
    /// "UBND huyện An Lão".
    pub unit: String,
    /// Reached.
    pub met: u32,
    /// With a figure.
    pub rated: u32,
    /// The sum of the distances to the targets: "231,6".
    pub distance: String,
}

/// A figure that moved.
#[derive(Clone, Debug, Serialize)]
pub struct MoverView {
    /// Whose.
    pub unit: String,
    /// Which indicator.
    pub name: String,
    /// "+6,8 điểm %".
    pub points: String,
}

/// One indicator of the whole, in a line.
#[derive(Clone, Debug, Serialize)]
pub struct WholeView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// Its colour; null without a target or a figure.
    pub mark: Option<MarkView>,
    /// "44%"; null where there is no figure.
    pub value: Option<String>,
    /// The value rests on implied denominators: "≈".
    pub approximate: bool,
    /// "50%"; null where only the tiers have one.
    pub target: Option<String>,
    /// "+2,5 điểm %" against the previous month.
    pub change: Option<String>,
}

/// The ends of one indicator.
#[derive(Clone, Debug, Serialize)]
pub struct SpreadView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// "UBND huyện Tuy Phước (cấp huyện) 1,8%; …": those furthest below; null where all reach it.
    pub lowest: Option<String>,
    /// "BQL KKT tỉnh +12,7 điểm %; …"; null where nobody came forward.
    pub improved: Option<String>,
}

/// How much was corrected.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectedView {
    /// "3": units with another rating or figure.
    pub units: String,
    /// "4": ratings and figures.
    pub figures: String,
}

/// The leaders' summary of one snapshot.
#[derive(Clone, Debug, Serialize)]
pub struct DigestView {
    /// The digest of the week.
    pub weekly: bool,
    /// The digest of the month.
    pub monthly: bool,
    /// New figures came.
    pub fresh: bool,
    /// "2023-07", for the command that gives the rest.
    pub month_code: String,
    /// The whole, indicator by indicator: the first few.
    pub whole: Vec<WholeView>,
    /// How many indicators are left out there.
    pub whole_more: usize,
    /// Units that reached a target: "Sở Y tế – Số hóa hồ sơ".
    pub reached: Option<NamesView>,
    /// Units that reach a target no more.
    pub fallen: Option<NamesView>,
    /// The ends of each indicator.
    pub spreads: Vec<SpreadView>,
    /// How many contradictions the audit found in the figures.
    pub doubts: usize,
    /// The snapshot.
    #[serde(skip)]
    pub snapshot: String,
    /// The pictures that belong to it.
    #[serde(skip)]
    pub drawings: Vec<(Drawing, PictureView)>,
    /// "tỉnh Bình Định".
    pub organisation: String,
    /// The period.
    pub when: PeriodView,
    /// Cells that are reached.
    pub met: u32,
    /// Cells in which there was something to reach.
    pub rated: u32,
    /// Cells that are not reached.
    pub missed: u32,
    /// Cells where nothing happened.
    pub no_activity: u32,
    /// Cells without a figure.
    pub no_data: u32,
    /// Each tier.
    pub tiers: Vec<TierView>,
    /// Each indicator.
    pub indicators: Vec<IndicatorRowView>,
    /// A published average contradicts the table.
    pub doubtful: bool,
    /// The figures correct what was published.
    pub corrected: Option<CorrectedView>,
    /// Units that miss everything that they have.
    pub missing_all: Option<NamesView>,
    /// Units furthest behind.
    pub lowest: Vec<LowestView>,
    /// The previous month.
    pub against: Option<AgainstView>,
    /// "tháng 6": the month that is missing.
    pub month_before: Option<String>,
    /// The whole against the previous month.
    pub changes: Vec<ChangeView>,
    /// The largest rises.
    pub improved: Vec<MoverView>,
    /// The largest falls.
    pub declined: Vec<MoverView>,
    /// Beside the figures: what goes on for long, what was promised, who asked for silence.
    pub conduct: ConductView,
}

impl DigestView {
    /// Adds what stands beside the figures.
    #[must_use]
    pub fn with_conduct(mut self, conduct: ConductView) -> Self {
        self.conduct = conduct;
        self
    }
}

impl DigestView {
    /// As the digest of a week.
    #[must_use]
    pub fn of_week(self) -> Self {
        Self { weekly: true, ..self }
    }

    /// As the digest of a month.
    #[must_use]
    pub fn of_month(self) -> Self {
        Self { monthly: true, ..self }
    }

    /// As what leaders hear of new figures.
    #[must_use]
    pub fn of_new_figures(self) -> Self {
        Self { fresh: true, ..self }
    }

    /// With the heat table; of an office with very many units its first page.
    #[must_use]
    pub fn pictured(mut self) -> Self {
        let drawing = Drawing::Heat { snapshot: self.snapshot.clone(), page: 1 };
        let picture = PictureView::heat(&self.organisation, self.when.clone());
        self.drawings = vec![(drawing, picture)];
        self
    }

    /// What the summary left out.
    #[must_use]
    pub const fn more(self) -> DigestMoreView {
        DigestMoreView(self)
    }

    /// The rest of it, to choose.
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice { label: MORE_LABEL.to_owned(), command: format!("{MORE} {}", self.month_code) }
    }
}

/// The rest of the leaders' summary.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct DigestMoreView(DigestView);

/// How many indicators a summary shows in its first lines.
const WHOLE: usize = 5;

/// How many units that crossed a target are named in the first lines.
const CROSSED: usize = 3;

/// How many units that miss everything are named.
const MISSING_ALL: usize = 10;

/// How many rises and falls are named: a leader reads three.
const MOVERS: usize = 3;

/// The summary. `findings` are those of the audit of the same snapshot: they decide where the table's value stands
/// beside the published one.
#[must_use]
pub fn digest(lookup: Lookup<'_>, digest: &Digest, findings: &[Finding]) -> DigestView {
    let indicators: Vec<IndicatorRowView> =
        lookup.indicators.iter().map(|indicator| row(lookup, digest, indicator, findings)).collect();
    let tiers = digest.scopes.iter().filter_map(|scope| {
        let name = lookup.scope_name(&scope.scope)?;
        Some(TierView { name, met: scope.totals.met, rated: scope.totals.rated() })
    });
    let missing_all: Vec<String> = digest.missing_all.iter().map(|unit| lookup.unit_name(unit)).collect();
    let lowest = |(n, lowest): (usize, &Lowest)| LowestView {
        number: n + 1,
        unit: lookup.unit_name(&lowest.unit),
        met: lowest.totals.met,
        rated: lowest.totals.rated(),
        distance: decimal_vi(lowest.distance, 1),
    };
    let movers = |movers: &[Mover]| {
        let view = |mover: &Mover| MoverView {
            unit: lookup.unit_name(&mover.unit),
            name: lookup.indicator_name(&mover.indicator),
            points: mover.points.to_string(),
        };
        movers.iter().take(MOVERS).map(view).collect()
    };
    let totals = digest.totals;
    let whole = digest.scopes.iter().find(|scope| scope.scope == Scope::Whole);
    let of_whole = |i: &ScopeIndicator| lookup.indicator(&i.indicator).map(|indicator| whole_line(indicator, i));
    let mut whole: Vec<WholeView> = whole.iter().flat_map(|w| &w.indicators).filter_map(of_whole).collect();
    // The line that counts the others takes one of them.
    let whole_more = if whole.len() > WHOLE { whole.len() - (WHOLE - 1) } else { 0 };
    whole.truncate(whole.len() - whole_more);
    let crossed = |all: &[(UnitCode, IndicatorCode)]| {
        let name = |(unit, indicator): &(UnitCode, IndicatorCode)| {
            format!("{} – {}", lookup.unit_name(unit), lookup.indicator_name(indicator))
        };
        NamesView::of(&all.iter().map(name).collect::<Vec<_>>(), CROSSED)
    };
    DigestView {
        weekly: false,
        monthly: false,
        fresh: false,
        month_code: digest.header.period.to_string(),
        whole,
        whole_more,
        reached: crossed(&digest.moves.reached),
        fallen: crossed(&digest.moves.fallen),
        spreads: digest.moves.spreads.iter().filter_map(|spread| spread_line(lookup, spread)).collect(),
        doubts: findings.len(),
        snapshot: digest.header.id.clone(),
        drawings: Vec::new(),
        organisation: lookup.organisation.to_owned(),
        when: PeriodView::of(&digest.header),
        met: totals.met,
        rated: totals.rated(),
        missed: totals.missed,
        no_activity: totals.no_activity,
        no_data: totals.no_data,
        tiers: tiers.collect(),
        doubtful: indicators.iter().any(|row| row.cells.iter().any(|cell| cell.table.is_some())),
        corrected: digest.corrected.map(|corrected| CorrectedView {
            units: count_vi(u64::from(corrected.units)),
            figures: count_vi(u64::from(corrected.figures)),
        }),
        changes: changes(lookup, digest),
        indicators,
        missing_all: NamesView::of(&missing_all, MISSING_ALL),
        lowest: digest.lowest.iter().enumerate().map(lowest).collect(),
        against: digest.previous.as_ref().map(|previous| AgainstView::of(lookup, &digest.header, previous)),
        month_before: month_before(digest.header.period),
        improved: movers(&digest.improved),
        declined: movers(&digest.declined),
        conduct: ConductView::default(),
    }
}

fn whole_line(indicator: &Indicator, figures: &ScopeIndicator) -> WholeView {
    let computed = figures.computed.map(|value| shown(value, figures, indicator.direction));
    WholeView {
        name: indicator.short_name.clone(),
        mark: mark(figures, indicator.direction),
        value: figures.published.map(|p| p.to_string()).or(computed),
        approximate: figures.published.is_none() && figures.approximate,
        target: figures.target.map(|t| t.to_string()),
        change: figures.change.map(|points| points.to_string()),
    }
}

fn spread_line(lookup: Lookup<'_>, spread: &Spread) -> Option<SpreadView> {
    let joined = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join("; "));
    let lowest = spread.lowest.iter().map(|(unit, rate)| format!("{} {rate}", lookup.unit_name(unit)));
    let improved = spread.improved.iter().map(|m| format!("{} {}", lookup.unit_name(&m.unit), m.points));
    let (lowest, improved) = (joined(lowest.collect()), joined(improved.collect()));
    let name = lookup.indicator_name(&spread.indicator);
    (lowest.is_some() || improved.is_some()).then_some(SpreadView { name, lowest, improved })
}

const fn all(totals: Totals) -> u32 {
    totals.rated() + totals.no_activity + totals.no_data
}

fn changes(lookup: Lookup<'_>, digest: &Digest) -> Vec<ChangeView> {
    let whole = digest.scopes.iter().find(|scope| scope.scope == Scope::Whole);
    let indicators = whole.into_iter().flat_map(|whole| &whole.indicators);
    indicators
        .filter_map(|i| {
            let name = lookup.indicator_name(&i.indicator);
            Some(ChangeView { name, points: i.change?.to_string(), few: false })
        })
        .collect()
}

fn row(lookup: Lookup<'_>, digest: &Digest, indicator: &Indicator, findings: &[Finding]) -> IndicatorRowView {
    let of_scopes: Vec<(&ScopeSummary, &ScopeIndicator)> = digest
        .scopes
        .iter()
        .filter_map(|scope| Some((scope, scope.indicators.iter().find(|i| i.indicator == indicator.code)?)))
        // A tier that is not measured by the indicator at all has no cell, rather than one without figures.
        .filter(|(_, figures)| all(figures.totals) > 0 || figures.published.is_some() || figures.computed.is_some())
        .collect();
    let first = of_scopes.first().and_then(|(_, first)| first.target);
    let shared = first.filter(|_| of_scopes.iter().all(|(_, i)| i.target == first));
    let doubted = |scope: &ScopeSummary| {
        findings.iter().any(|f| {
            f.kind == FindingKind::AverageDiffers
                && f.scope.as_ref() == Some(&scope.scope)
                && f.indicator.as_ref() == Some(&indicator.code)
        })
    };
    let cells = of_scopes.iter().map(|(scope, figures)| {
        let table = figures.computed.filter(|_| figures.published.is_some() && doubted(scope));
        let computed = figures.computed.map(|value| shown(value, figures, indicator.direction));
        ScopeCellView {
            scope: lookup.scope_name(&scope.scope),
            mark: mark(figures, indicator.direction),
            value: figures.published.map(|p| p.to_string()).or(computed).or_else(|| {
                // Rates without any counts have no ΣN/ΣD, and the mean of rates is no average.
                (figures.totals.rated() > 0).then(|| "không tính được bình quân".to_owned())
            }),
            approximate: figures.published.is_none() && figures.approximate,
            target: figures.target.filter(|_| shared.is_none()).map(|t| t.to_string()),
            table: table.map(|value| format!("{}%", decimal_vi(value, 1))),
            table_approximate: figures.approximate,
        }
    });
    IndicatorRowView {
        name: indicator.short_name.clone(),
        target: shared.map(|t| t.to_string()),
        cells: cells.collect(),
    }
}

/// A computed value with one decimal, two where one would round it over its target.
fn shown(value: Exact, figures: &ScopeIndicator, direction: Direction) -> String {
    let rounded = |decimals: u8| {
        let scale = Exact::from(10_i128.pow(u32::from(decimals)));
        (value * scale).round() / scale
    };
    let misleads =
        figures.target.is_some_and(|t| met(rounded(1), t.exact(), direction) != met(value, t.exact(), direction));
    match figures.scale {
        Scale::Percent => format!("{}%", decimal_vi(value, if misleads { 2 } else { 1 })),
        // Points of ten differ in the second decimal, and no sum stands behind their average.
        scale @ Scale::Points(full) => {
            format!("trung bình cộng {}/{full}{}", decimal_vi(value, 2), scale.suffix())
        }
    }
}

fn met(value: Exact, target: Exact, direction: Direction) -> bool {
    match direction {
        Direction::HigherIsBetter => value >= target,
        Direction::LowerIsBetter => value <= target,
    }
}

fn mark(figures: &ScopeIndicator, direction: Direction) -> Option<MarkView> {
    let value = figures.published.map(|p| p.exact()).or(figures.computed)?;
    let target = figures.target?.exact();
    let distance = figures.scale.share(if value > target { value - target } else { target - value });
    Some(if met(value, target, direction) { MarkView::GREEN } else { MarkView::missed(distance) })
}
