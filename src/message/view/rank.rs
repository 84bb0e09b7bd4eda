//! Answers to `/xephang`: the units of a tier in order, or where a unit stands among those it may not see.

use super::indicator::indicator_mark;
use super::{Lookup, MarkView, NamesView, OffersView, PeriodView, RankView};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::digest::ScopeSummary;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{Scope, TierCode, UnitCode};
use crate::domain::rate::decimal_vi;
use crate::domain::scale::Scale;
use serde::Serialize;

/// Names in a line of those without a place.
const UNRANKED: usize = 10;
/// A chat takes no more in one message.
const ROWS_MAX: usize = 200;

/// One unit in its place.
#[derive(Clone, Debug, Serialize)]
pub struct RankRowView {
    /// From 1; equal rates share it.
    pub place: u32,
    /// "Sở Xây dựng".
    pub unit: String,
    /// Its colour.
    pub mark: MarkView,
    /// "29,7%".
    pub actual: String,
    /// "60%".
    pub target: String,
    /// The next unit that is listed does not follow at once.
    pub gap: bool,
}

/// A tier in order.
#[derive(Clone, Debug, Serialize)]
pub struct RankedTierView {
    /// "Cấp tỉnh".
    pub tier: String,
    /// How many have a place.
    pub ranked: usize,
    /// "57%": the tier's average, as published, else computed; null where there is neither.
    pub average: Option<String>,
    /// In order.
    pub rows: Vec<RankRowView>,
    /// Units in which nothing happened: without a place.
    pub no_activity: Option<NamesView>,
    /// Units without figures.
    pub no_data: Option<NamesView>,
}

/// Units in order.
#[derive(Clone, Debug, Serialize)]
pub struct RankingView {
    /// "Số hóa hồ sơ".
    pub name: String,
    /// The period.
    pub when: PeriodView,
    /// The tiers.
    pub tiers: Vec<RankedTierView>,
    /// The whole list of a tier, where only its ends are shown.
    pub more: Option<OffersView>,
}

/// How much of a ranking is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankExtent {
    /// The first and the last few.
    Ends(usize),
    /// All.
    Whole,
}

/// The units in order by one indicator, tier by tier, beside the digest's averages; `more` gives the command for a tier's whole list.
#[must_use]
pub fn ranking(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    averages: &[ScopeSummary],
    (indicator, tier): (&IndicatorCode, Option<&TierCode>),
    extent: RankExtent,
    more: impl Fn(&TierCode) -> String,
) -> RankingView {
    let mut offers = Vec::new();
    let mut tiers = Vec::new();
    for known in lookup.tiers.iter().filter(|known| tier.is_none_or(|tier| *tier == known.code)) {
        let of_tier = |a: &&Assessment| {
            a.indicator == *indicator && lookup.units.iter().any(|u| u.code == a.unit && u.tier == known.code)
        };
        let (mut ranked, others): (Vec<&Assessment>, Vec<&Assessment>) =
            period.assessments.iter().filter(of_tier).partition(|a| a.rank.is_some());
        if ranked.is_empty() && others.is_empty() {
            continue;
        }
        // Stable: equal places stay in the catalog's order.
        ranked.sort_by_key(|a| a.rank.map(|rank| rank.place));
        let names = |rating: Rating| {
            let of = others.iter().filter(|a| a.rating == rating);
            NamesView::of(&of.map(|a| lookup.unit_name(&a.unit)).collect::<Vec<_>>(), UNRANKED)
        };
        let rows = shown(lookup, &ranked, extent);
        if rows.len() < ranked.len() && extent != RankExtent::Whole {
            offers.push((format!("Xem đủ {}", lookup.tier_name(&known.code)), more(&known.code)));
        }
        tiers.push(RankedTierView {
            tier: lookup.tier_heading(&known.code),
            ranked: ranked.len(),
            average: average(averages, &Scope::Tier(known.code.clone()), indicator),
            rows,
            no_activity: names(Rating::NoActivity),
            no_data: names(Rating::NoData),
        });
    }
    RankingView {
        name: lookup.indicator_name(indicator),
        when: PeriodView::of(&period.header),
        tiers,
        more: OffersView::of(offers),
    }
}

fn shown(lookup: Lookup<'_>, ranked: &[&Assessment], extent: RankExtent) -> Vec<RankRowView> {
    let (first, last) = match extent {
        // A cut that leaves out one or two is no cut.
        RankExtent::Ends(few) if ranked.len() > 2 * few + 2 => (few, ranked.len() - few),
        RankExtent::Ends(_) | RankExtent::Whole => (ranked.len(), ranked.len()),
    };
    let row = |(n, a): (usize, &&Assessment)| {
        Some(RankRowView {
            place: a.rank?.place,
            unit: lookup.unit_name(&a.unit),
            mark: indicator_mark(a),
            actual: a.actual?.to_string(),
            target: a.target.level.to_string(),
            gap: n + 1 == first && first < last,
        })
    };
    let kept = ranked.iter().enumerate().filter(|(n, _)| *n < first || *n >= last);
    kept.take(ROWS_MAX).filter_map(row).collect()
}

/// A scope's average as the public knows it: as published, else computed.
fn average(averages: &[ScopeSummary], scope: &Scope, indicator: &IndicatorCode) -> Option<String> {
    let summary = averages.iter().find(|summary| summary.scope == *scope)?;
    let figures = summary.indicators.iter().find(|i| i.indicator == *indicator)?;
    let about = if figures.approximate { "≈ " } else { "" };
    let computed = || {
        figures.computed.map(|value| match figures.scale {
            Scale::Percent => format!("{about}{}%", decimal_vi(value, 1)),
            scale @ Scale::Points(full) => format!("{}/{full}{}", decimal_vi(value, 2), scale.suffix()),
        })
    };
    figures.published.map(|published| published.to_string()).or_else(computed)
}

/// One indicator of a unit among its tier.
#[derive(Clone, Debug, Serialize)]
pub struct OwnRankLineView {
    /// "Hồ sơ trực tuyến".
    pub name: String,
    /// Its colour.
    pub mark: MarkView,
    /// "29,7%"; null without a figure.
    pub actual: Option<String>,
    /// Nothing happened: no place.
    pub no_activity: bool,
    /// Its place.
    pub rank: Option<RankView>,
    /// The tier's average.
    pub of_tier: Option<String>,
    /// The average of the whole.
    pub of_whole: Option<String>,
}

/// One unit among its tier.
#[derive(Clone, Debug, Serialize)]
pub struct OwnRankView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// "cấp tỉnh".
    pub tier: String,
    /// The period.
    pub when: PeriodView,
    /// By indicator.
    pub lines: Vec<OwnRankLineView>,
}

/// Where the units of a chat stand, without anything of the others but how many they are.
#[derive(Clone, Debug, Serialize)]
pub struct OwnRanksView {
    /// The chat's units.
    pub units: Vec<OwnRankView>,
}

/// The places of units and the public averages, of one indicator or of all.
#[must_use]
pub fn own_ranks(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    averages: &[ScopeSummary],
    units: &[UnitCode],
    indicator: Option<&IndicatorCode>,
) -> OwnRanksView {
    let one = |code: &UnitCode| {
        let unit = lookup.units.iter().find(|unit| unit.code == *code)?;
        let tier = lookup.tier_name(&unit.tier);
        let asked = period.of_unit(code).filter(|a| indicator.is_none_or(|asked| *asked == a.indicator));
        let line = |a: &Assessment| OwnRankLineView {
            name: lookup.indicator_name(&a.indicator),
            mark: indicator_mark(a),
            actual: a.actual.map(|rate| rate.to_string()),
            no_activity: a.rating == Rating::NoActivity,
            rank: a.rank.map(|rank| RankView { place: rank.place, of: rank.of, tier: tier.clone() }),
            of_tier: average(averages, &Scope::Tier(unit.tier.clone()), &a.indicator),
            of_whole: average(averages, &Scope::Whole, &a.indicator),
        };
        Some(OwnRankView {
            unit: unit.full_name(),
            when: PeriodView::of(&period.header),
            lines: asked.map(line).collect(),
            tier,
        })
    };
    OwnRanksView { units: units.iter().filter_map(one).collect() }
}

/// Which indicator is meant?
#[derive(Clone, Debug, Serialize)]
pub struct AskIndicatorView {
    /// What was typed and is no indicator; null when nothing was.
    pub asked: Option<String>,
    /// The indicators.
    pub choose: Option<OffersView>,
}

/// Asks for the indicator; `ask` gives the same command about one.
#[must_use]
pub fn ask_indicator(lookup: Lookup<'_>, asked: &str, ask: impl Fn(&IndicatorCode) -> String) -> AskIndicatorView {
    let typed = super::typed(asked);
    let offers = lookup.indicators.iter().map(|i| (i.short_name.clone(), ask(&i.code)));
    AskIndicatorView { asked: (!typed.is_empty()).then_some(typed), choose: OffersView::of(offers) }
}
