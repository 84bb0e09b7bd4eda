//! `/xephang`: the units in order, for those who see all; for a unit's chat its own places and the public averages.

use super::period::evaluation;
use super::{Asked, forbidden};
use crate::domain::command::PeriodWord;
use crate::domain::indicator::IndicatorCode;
use crate::domain::names::{find_indicator, find_tier, fold, leading_indicator, trailing_indicator};
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::message::{Message, view};
use crate::service::{Context, ServiceError};

/// Units of each end of a tier, where several tiers are listed: a telephone shows twelve lines.
const ENDS_OF_SEVERAL: usize = 3;
/// Units of each end of a tier that was asked for.
const ENDS_OF_ONE: usize = 5;
/// What asks for the whole list, folded.
const WHOLE: &[&str] = &["tat ca", "day du", "toan bo", "du"];

/// What is to be put in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ordering {
    pub(super) indicator: Option<IndicatorCode>,
    pub(super) tier: Option<TierCode>,
    pub(super) whole: bool,
}

/// The units in order.
///
/// # Errors
/// The database's.
pub(super) async fn rank(asked: Asked<'_>, what: &str, period: Option<PeriodWord>) -> Result<Message, ServiceError> {
    let context = asked.context;
    let month = period.map(|period| format!(" {}", period.typed())).unwrap_or_default();
    let ask = |tier: Option<&TierCode>, indicator: &IndicatorCode| {
        let tier = tier.map(|tier| format!(" {tier}")).unwrap_or_default();
        format!("/xephang {indicator}{tier}{month}")
    };
    let Some(order) = ordering(context, what) else {
        let unclear = view::ask_indicator(context.lookup(), what, |indicator| ask(None, indicator));
        return Ok(unclear.into());
    };
    let own: Vec<UnitCode> = asked.linked.units().cloned().collect();
    if !asked.linked.sees_all() {
        let tier_of = |code: &UnitCode| context.catalog.unit(code).map(|unit| &unit.tier);
        if order.tier.is_some() && !own.iter().any(|code| tier_of(code) == order.tier.as_ref()) {
            return Ok(forbidden(asked));
        }
    }
    let (indicator, sees_all) = (order.indicator.as_ref(), asked.linked.sees_all());
    let (Some(indicator), true) = (indicator, sees_all) else {
        if sees_all {
            let which = view::ask_indicator(context.lookup(), "", |indicator| ask(order.tier.as_ref(), indicator));
            return Ok(which.into());
        }
        let evaluation = match evaluation(asked, period).await? {
            Ok(evaluation) => evaluation,
            Err(message) => return Ok(message),
        };
        let digest = evaluation.digest(context);
        return Ok(view::own_ranks(context.lookup(), &evaluation.period, &digest.scopes, &own, indicator).into());
    };
    let evaluation = match evaluation(asked, period).await? {
        Ok(evaluation) => evaluation,
        Err(message) => return Ok(message),
    };
    let extent = match (&order.tier, order.whole) {
        (_, true) => view::RankExtent::Whole,
        (Some(_), false) => view::RankExtent::Ends(ENDS_OF_ONE),
        (None, false) => view::RankExtent::Ends(ENDS_OF_SEVERAL),
    };
    let more = |tier: &TierCode| format!("/xephang {indicator} {tier} tất cả{month}");
    let (digest, which) = (evaluation.digest(context), (indicator, order.tier.as_ref()));
    Ok(view::ranking(context.lookup(), &evaluation.period, &digest.scopes, which, extent, more).into())
}

/// Reads "số hóa cấp xã tất cả", in any order of indicator and tier; nothing when a part of it is neither.
fn ordering(context: &Context, what: &str) -> Option<Ordering> {
    let (indicators, tiers) = (&context.catalog.indicators, &context.catalog.tiers);
    let (what, whole) = without_whole(what);
    let order = |indicator, tier| Some(Ordering { indicator, tier, whole });
    if what.is_empty() {
        return order(None, None);
    }
    if let Some(tier) = find_tier(tiers, what) {
        return order(None, Some(tier));
    }
    if let Some((indicator, rest)) = leading_indicator(indicators, what) {
        if rest.is_empty() {
            return order(Some(indicator), None);
        }
        if let Some(tier) = find_tier(tiers, rest) {
            return order(Some(indicator), Some(tier));
        }
    }
    if let Some((before, indicator)) = trailing_indicator(indicators, what)
        && let Some(tier) = find_tier(tiers, before)
    {
        return order(Some(indicator), Some(tier));
    }
    order(Some(find_indicator(indicators, what)?), None)
}

fn without_whole(what: &str) -> (&str, bool) {
    let what = what.trim();
    let starts = std::iter::once(0).chain(what.match_indices(char::is_whitespace).map(|(at, space)| at + space.len()));
    let whole = starts.into_iter().find(|at| WHOLE.contains(&fold(&what[*at..]).as_str()));
    whole.map_or((what, false), |at| (what[..at].trim_end(), true))
}
