//! Units in time: who was there before a unit, and who carries on its work.
//!
//! Departments merge, districts end, names are used again. What is said of a unit against an earlier month has to say it
//! of the same work: of the unit itself while it lived, and of all its predecessors together where it did not yet.

use crate::domain::org_unit::{OrgUnit, UnitCode};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// How long the newest figures count as those of the present: until the report after the next one should have come.
const FIGURES_ARE_NEWS: Days = Days::new(62);

/// Where a unit's work was done on an earlier day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// In the unit itself, or nobody knows where.
    Itself,
    /// In these units, and all that they did is the unit's work now. One unit alone is a renaming.
    Joined(Vec<&'a OrgUnit>),
    /// In these units, but some of what they did went to others: what they had cannot be told apart.
    Divided(Vec<&'a OrgUnit>),
}

/// Who followed whom between two days.
#[derive(Clone, Debug)]
pub struct Lineage<'a> {
    then: NaiveDate,
    /// Those that ended between the two days, by who carries on their work.
    ended: HashMap<&'a UnitCode, Vec<&'a OrgUnit>>,
}

impl<'a> Lineage<'a> {
    /// Between an earlier day and a later one, both included.
    #[must_use]
    pub fn between(units: &'a [OrgUnit], then: NaiveDate, now: NaiveDate) -> Self {
        let mut ended: HashMap<&UnitCode, Vec<&OrgUnit>> = HashMap::new();
        for unit in units.iter().filter(|unit| unit.valid_to.is_some_and(|last| then <= last && last < now)) {
            for successor in &unit.successors {
                ended.entry(successor).or_default().push(unit);
            }
        }
        Self { then, ended }
    }

    /// Where a unit's work was done on the earlier day.
    #[must_use]
    pub fn of(&self, unit: &'a OrgUnit) -> Origin<'a> {
        if !self.ended.contains_key(&unit.code) {
            return Origin::Itself;
        }
        let (mut parts, mut divided) = (Vec::new(), false);
        self.collect(unit, &mut parts, &mut divided);
        match parts.as_slice() {
            [] => Origin::Itself,
            [only] if only.code == unit.code => Origin::Itself,
            _ if divided => Origin::Divided(parts),
            _ => Origin::Joined(parts),
        }
    }

    /// The catalog has no circles: a successor outlives whom it follows.
    fn collect(&self, unit: &'a OrgUnit, parts: &mut Vec<&'a OrgUnit>, divided: &mut bool) {
        if unit.is_valid_on(self.then) && !parts.iter().any(|part| part.code == unit.code) {
            parts.push(unit);
        }
        for before in self.ended.get(&unit.code).into_iter().flatten() {
            *divided |= before.successors.len() > 1;
            self.collect(before, parts, divided);
        }
    }
}

/// The units that carry on the work of a unit on a day, in the catalog's order: its successors, or theirs where those
/// have ended too. Empty when it has none, or none that has begun.
#[must_use]
pub fn successors<'a>(units: &'a [OrgUnit], unit: &OrgUnit, day: NaiveDate) -> Vec<&'a OrgUnit> {
    let mut found = Vec::new();
    follow(units, unit, day, &mut found);
    units.iter().filter(|unit| found.contains(&&unit.code)).collect()
}

fn follow<'a>(units: &'a [OrgUnit], unit: &OrgUnit, day: NaiveDate, found: &mut Vec<&'a UnitCode>) {
    for next in units.iter().filter(|next| unit.successors.contains(&next.code)) {
        if next.is_valid_on(day) {
            if !found.contains(&&next.code) {
                found.push(&next.code);
            }
        } else if has_ended(next, day) {
            follow(units, next, day, found);
        }
    }
}

/// Whether a unit's last day is over.
#[must_use]
pub fn has_ended(unit: &OrgUnit, day: NaiveDate) -> bool {
    unit.valid_to.is_some_and(|last| last < day)
}

/// The day on which names and units are judged: today, as long as the newest figures are news. Older figures are an
/// archive or a demonstration, and the units are those of its newest day: who shows July 2023 in another year sees the
/// offices of July 2023.
#[must_use]
pub fn present(newest: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    match newest {
        Some(as_of) if as_of.checked_add_days(FIGURES_ARE_NEWS).is_some_and(|end| end < today) => as_of,
        _ => today,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::org_unit::TierCode;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// `code from to successors`, `-` for nothing.
    fn units(lines: &[&str]) -> Vec<OrgUnit> {
        let unit = |line: &&str| {
            let words: Vec<&str> = line.split(' ').collect();
            let end = |text: &str| (text != "-").then(|| day(text));
            OrgUnit {
                code: UnitCode::parse(words[0]).unwrap(),
                name: words[0].to_owned(),
                qualifier: String::new(),
                tier: TierCode::parse("t").unwrap(),
                aliases: Vec::new(),
                valid_from: end(words[1]),
                valid_to: end(words[2]),
                successors: words[3..].iter().map(|code| UnitCode::parse(code).unwrap()).collect(),
            }
        };
        lines.iter().map(unit).collect()
    }

    fn origin(lines: &[&str], of: &str, then: &str, now: &str) -> String {
        let units = units(lines);
        let unit = units.iter().find(|unit| unit.code.as_str() == of).unwrap();
        let names = |parts: Vec<&OrgUnit>| parts.iter().map(|p| p.code.as_str()).collect::<Vec<_>>().join("+");
        match Lineage::between(&units, day(then), day(now)).of(unit) {
            Origin::Itself => "itself".to_owned(),
            Origin::Joined(parts) => format!("joined {}", names(parts)),
            Origin::Divided(parts) => format!("divided {}", names(parts)),
        }
    }

    #[test]
    fn a_units_work_was_done_by_those_whom_it_follows() {
        let merger = ["a - 2025-02-28 c", "b - 2025-02-28 c", "c 2025-03-01 -", "d - -"];
        assert_eq!(origin(&merger, "c", "2025-02-24", "2025-03-24"), "joined a+b");
        // The first day of the new one, against the last of the old ones.
        assert_eq!(origin(&merger, "c", "2025-02-28", "2025-03-01"), "joined a+b");
        assert_eq!(origin(&merger, "c", "2025-03-24", "2025-04-24"), "itself");
        assert_eq!(origin(&merger, "d", "2025-02-24", "2025-03-24"), "itself");
        assert_eq!(origin(&["a - 2025-02-28 c", "c 2025-03-01 -"], "c", "2025-02-24", "2025-03-24"), "joined a");
        // One that goes on and takes another one over.
        assert_eq!(origin(&["a - 2025-02-28 c", "c - -"], "c", "2025-02-24", "2025-03-24"), "joined c+a");
        let split = ["a - 2025-02-28 b c", "b 2025-03-01 -", "c 2025-03-01 -"];
        assert_eq!(origin(&split, "b", "2025-02-24", "2025-03-24"), "divided a");
        // A part of one, and the whole of another.
        let both = ["a - 2025-02-28 b c", "x - 2025-02-28 b", "b 2025-03-01 -", "c 2025-03-01 -"];
        assert_eq!(origin(&both, "b", "2025-02-24", "2025-03-24"), "divided a+x");
        // Two changes between the two days.
        let twice = ["a - 2025-02-28 b", "b 2025-03-01 2025-03-10 c", "x - 2025-03-10 c", "c 2025-03-11 -"];
        assert_eq!(origin(&twice, "c", "2025-02-24", "2025-03-24"), "joined a+x");
    }

    #[test]
    fn work_is_followed_to_who_does_it_on_the_day() {
        let units =
            units(&["a - 2025-02-28 b", "b 2025-03-01 2025-06-30 c d", "c 2025-07-01 -", "d 2025-07-01 -", "e - -"]);
        let of = |day_of: &str| {
            let found = successors(&units, &units[0], day(day_of));
            found.iter().map(|unit| unit.code.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!((of("2025-01-01"), of("2025-03-01"), of("2025-07-01")), (String::new(), "b".into(), "c d".into()));
        assert!(successors(&units, &units[4], day("2026-01-01")).is_empty());
        assert!(!has_ended(&units[0], day("2025-02-28")) && has_ended(&units[0], day("2025-03-01")));
    }

    #[test]
    fn the_present_is_today_unless_all_figures_are_old() {
        let today = day("2025-03-05");
        assert_eq!(present(None, today), today);
        assert_eq!(present(Some(day("2025-02-24")), today), today);
        assert_eq!(present(Some(day("2025-01-02")), today), today);
        assert_eq!(present(Some(day("2025-01-01")), today), day("2025-01-01"));
        assert_eq!(present(Some(day("2023-07-24")), day("2026-11-24")), day("2023-07-24"));
    }
}
