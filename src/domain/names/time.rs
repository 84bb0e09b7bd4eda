//! Names in time: of units that bore a name one after the other, the one of the day is meant.

use super::{NameMatch, Suggestion};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use chrono::NaiveDate;

/// What a name means on a day.
///
/// Of the units of one name those that exist on the day are kept, or all of them where none does: an old name leads to
/// the unit that had it. Of several names that fit, one whose unit does not exist on the day gives way to that of its
/// successor or predecessor ("Sở Nông nghiệp" is the old department or the new one, never a question).
#[must_use]
pub fn in_time(found: NameMatch, units: &[OrgUnit], day: NaiveDate) -> NameMatch {
    match found {
        NameMatch::One(codes) => NameMatch::One(of_the_day(codes, units, day)),
        NameMatch::Ambiguous(names) => {
            let names: Vec<Suggestion> = names
                .into_iter()
                .map(|name| Suggestion { units: of_the_day(name.units, units, day), ..name })
                .collect();
            match without_relatives(&names, units, day).as_slice() {
                [only] => NameMatch::One(only.units.clone()),
                several => NameMatch::Ambiguous(several.to_vec()),
            }
        }
        NameMatch::Unknown(names) => {
            let of_day = |name: Suggestion| Suggestion { units: of_the_day(name.units, units, day), ..name };
            NameMatch::Unknown(names.into_iter().map(of_day).collect())
        }
    }
}

fn find<'a>(units: &'a [OrgUnit], code: &UnitCode) -> Option<&'a OrgUnit> {
    units.iter().find(|unit| unit.code == *code)
}

fn exists(units: &[OrgUnit], code: &UnitCode, day: NaiveDate) -> bool {
    find(units, code).is_some_and(|unit| unit.is_valid_on(day))
}

fn of_the_day(codes: Vec<UnitCode>, units: &[OrgUnit], day: NaiveDate) -> Vec<UnitCode> {
    if codes.len() < 2 {
        return codes;
    }
    let existing: Vec<UnitCode> = codes.iter().filter(|code| exists(units, code, day)).cloned().collect();
    if existing.is_empty() { codes } else { existing }
}

fn without_relatives(names: &[Suggestion], units: &[OrgUnit], day: NaiveDate) -> Vec<Suggestion> {
    let existing: Vec<&UnitCode> =
        names.iter().flat_map(|name| &name.units).filter(|code| exists(units, code, day)).collect();
    let gives_way = |name: &&Suggestion| {
        name.units.iter().all(|code| {
            !exists(units, code, day)
                && existing.iter().any(|other| related(units, code, other) || related(units, other, code))
        })
    };
    names.iter().filter(|name| !gives_way(name)).cloned().collect()
}

/// Whether the second unit carries on the work of the first, at once or by way of others.
fn related(units: &[OrgUnit], before: &UnitCode, after: &UnitCode) -> bool {
    find(units, before).is_some_and(|unit| {
        unit.successors.iter().any(|next| next == after || (next != before && related(units, next, after)))
    })
}
