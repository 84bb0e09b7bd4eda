//! Which units a person means, and whether the chat may see them.

use super::Asked;
use crate::domain::indicator::IndicatorCode;
use crate::domain::names::{NameMatch, leading_indicator, named_indicator, trailing_indicator};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::message::{Message, view};
use crate::service::{Context, registry};
use chrono::NaiveDate;

/// No indicator has more words.
const WORDS_MAX: usize = 12;

/// The command that a person gave, about one unit.
pub(super) type Ask<'a> = &'a (dyn Fn(&UnitCode) -> String + Sync);

/// Which units a person means, among those that the chat may see.
pub(super) enum Meant {
    /// These; never empty.
    Units(Vec<UnitCode>),
    /// None, and this is the answer.
    Answer(Box<Message>),
}

pub(super) fn answer(message: impl Into<Message>) -> Meant {
    Meant::Answer(Box::new(message.into()))
}

/// `ask` gives the same command about one unit, for people to choose. Names are those of the present.
pub(super) fn meant(asked: Asked<'_>, name: &str, ask: Ask<'_>) -> Meant {
    meant_on(asked, name, asked.present, ask)
}

/// As [`meant`], with the names of another day: those of a month that was named.
pub(super) fn meant_on(asked: Asked<'_>, name: &str, day: NaiveDate, ask: Ask<'_>) -> Meant {
    let Asked { context, linked, .. } = asked;
    let own: Vec<UnitCode> = linked.units().cloned().collect();
    if name.trim().is_empty() {
        if own.is_empty() {
            return answer(view::unknown_unit("", &[]));
        }
        return Meant::Units(own);
    }
    let units = |suggestions: &[crate::domain::names::Suggestion]| -> Vec<OrgUnit> {
        let codes = suggestions.iter().flat_map(|s| s.units.iter());
        codes.filter_map(|code| context.catalog.unit(code).cloned()).collect()
    };
    match registry::find(context, name, day) {
        NameMatch::One(found) if linked.sees_all() => Meant::Units(found),
        NameMatch::One(found) => {
            let visible = |found: Vec<UnitCode>| -> Vec<UnitCode> {
                found.into_iter().filter(|unit| own.contains(unit)).collect()
            };
            let mut visible_then = visible(found);
            // The chat of a unit that has ended asks by the name that its successor bears now.
            if visible_then.is_empty()
                && let NameMatch::One(ever) = context.names.find(name)
            {
                visible_then = visible(ever);
            }
            if visible_then.is_empty() {
                answer(view::forbidden(context.lookup(), &linked.roles))
            } else {
                Meant::Units(visible_then)
            }
        }
        // A unit's chat learns nothing of the others, not even from a typing error.
        NameMatch::Ambiguous(_) | NameMatch::Unknown(_) if !linked.sees_all() => {
            answer(view::forbidden(context.lookup(), &linked.roles))
        }
        NameMatch::Ambiguous(suggestions) => {
            let choices = units(&suggestions);
            answer(view::ambiguous_unit(name, &choices.iter().collect::<Vec<_>>()).to_choose(ask))
        }
        NameMatch::Unknown(suggestions) => {
            let near = units(&suggestions);
            answer(view::unknown_unit(name, &near.iter().collect::<Vec<_>>()).to_choose(ask))
        }
    }
}

/// The one unit that a person means; a name that several share asks back, because what follows changes something.
pub(super) fn one(asked: Asked<'_>, name: &str, ask: Ask<'_>) -> Result<UnitCode, Box<Message>> {
    match meant(asked, name, ask) {
        Meant::Units(units) => match <[UnitCode; 1]>::try_from(units) {
            Ok([unit]) => Ok(unit),
            Err(several) => {
                let units: Vec<&OrgUnit> = several.iter().filter_map(|code| asked.context.catalog.unit(code)).collect();
                Err(Box::new(view::ambiguous_unit(name, &units).to_choose(ask).into()))
            }
        },
        Meant::Answer(message) => Err(message),
    }
}

/// "sở y tế số hóa" is a unit and an indicator, "sở văn hóa" a unit, "số hóa" an indicator of the chat's own unit.
pub(super) fn unit_and_indicator<'t>(context: &Context, what: &'t str) -> (&'t str, Option<IndicatorCode>) {
    let indicators = &context.catalog.indicators;
    let is_unit = |name: &str| matches!(context.names.find(name), NameMatch::One(_));
    let whole = |text: &str| leading_indicator(indicators, text).filter(|(_, rest)| rest.is_empty()).map(|(i, _)| i);
    // "số hóa" resembles "Sở Văn hóa", and the other way round: whatever is written exactly comes first.
    if let Some(indicator) = named_indicator(indicators, what) {
        return ("", Some(indicator));
    }
    if what.is_empty() || is_unit(what) {
        return (what, None);
    }
    if let Some(indicator) = whole(what) {
        return ("", Some(indicator));
    }
    // The longest name first: "pháp số hóa" resembles an indicator, but then "sở tư" would be all of the name.
    let ends: Vec<usize> = what.match_indices(char::is_whitespace).map(|(at, _)| at).collect();
    let both = ends.iter().rev().take(WORDS_MAX).find_map(|at| {
        let (name, rest) = (what[..*at].trim(), what[*at..].trim());
        let indicator = whole(rest)?;
        is_unit(name).then_some((name, Some(indicator)))
    });
    both.or_else(|| trailing_indicator(indicators, what).map(|(name, indicator)| (name, Some(indicator))))
        .unwrap_or((what, None))
}
