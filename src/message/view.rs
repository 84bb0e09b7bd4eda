//! Views: what a message says, every value already as people read it.
//!
//! Builders take domain values and return one view per message. All formatting is here, with the exact types, so that
//! a template cannot round, count or compare. A view's fields are words to fill in (text, or null where there is
//! nothing to say) and yes/no questions that a template may ask. No field may be called like a helper (`code`, `b`,
//! `i`, `link`, `if`, …): there is a test.

mod chat;
mod compare;
mod conduct;
mod digest;
mod history;
mod indicator;
mod lane;
mod mute;
mod offer;
mod office;
mod outbox;
mod picture;
mod promise;
mod queue;
mod rank;
mod reach;
mod registry;
mod reminder;
mod report;
mod schedule;
mod sources;
mod status;
mod trust;
mod unit;
mod unknown;
mod untie;
mod uploads;

pub use chat::*;
pub use compare::*;
pub use conduct::*;
pub use digest::*;
pub use history::*;
pub use indicator::*;
pub use lane::*;
pub use mute::*;
pub use offer::*;
pub use office::*;
pub use outbox::*;
pub use picture::*;
pub use promise::*;
pub use queue::*;
pub use rank::*;
pub use reach::*;
pub use registry::*;
pub use reminder::*;
pub use report::*;
pub use schedule::*;
pub use sources::*;
pub use status::*;
pub use trust::*;
pub use unit::*;
pub use unknown::*;
pub use untie::*;
pub use uploads::*;

use crate::domain::alert::AlertPolicy;
use crate::domain::assessment::like_for_like;
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::org_unit::{OrgUnit, Scope, Tier, TierCode, UnitCode};
use crate::domain::period::{ReportingPeriod, day_vi, short_day_vi};
use crate::domain::snapshot::SnapshotHeader;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// What builders look names and thresholds up in: the office's catalog, as slices.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// "tỉnh Bình Định".
    pub organisation: &'a str,
    /// "Văn phòng UBND tỉnh".
    pub office: &'a str,
    /// All tiers.
    pub tiers: &'a [Tier],
    /// All units.
    pub units: &'a [OrgUnit],
    /// All indicators.
    pub indicators: &'a [Indicator],
    /// When a fall counts, and when two months are alike.
    pub policy: &'a AlertPolicy,
}

impl Lookup<'_> {
    /// A unit's name with its qualifier. A unit that left the catalog is called by its code.
    #[must_use]
    pub fn unit_name(&self, unit: &UnitCode) -> String {
        self.units.iter().find(|u| &u.code == unit).map_or_else(|| unit.to_string(), OrgUnit::full_name)
    }

    /// An indicator's short name, or its code when it left the catalog.
    #[must_use]
    pub fn indicator_name(&self, code: &IndicatorCode) -> String {
        self.indicator(code).map_or_else(|| code.to_string(), |i| i.short_name.clone())
    }

    fn indicator(&self, code: &IndicatorCode) -> Option<&Indicator> {
        self.indicators.iter().find(|i| &i.code == code)
    }

    /// A tier's name as it stands inside a sentence: "cấp xã".
    #[must_use]
    pub fn tier_name(&self, tier: &TierCode) -> String {
        let name = self.tiers.iter().find(|t| &t.code == tier).map_or(tier.as_str(), |t| &t.name);
        let mut characters = name.chars();
        characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
    }

    /// A tier's name as it begins a line: "Cấp xã".
    fn tier_heading(&self, tier: &TierCode) -> String {
        capitalised(&self.tier_name(tier))
    }

    /// The name of a tier; none for the whole, which templates name themselves.
    fn scope_name(&self, scope: &Scope) -> Option<String> {
        match scope {
            Scope::Whole => None,
            Scope::Tier(tier) => Some(self.tier_name(tier)),
        }
    }
}

/// A period and how far its figures go.
#[derive(Clone, Debug, Serialize)]
pub struct PeriodView {
    /// "tháng 7/2023".
    pub name: String,
    /// "tháng 7".
    pub month: String,
    /// "24/7".
    pub as_of: String,
    /// The figures cover only a part of the month.
    pub open: bool,
    /// Made up for demonstration.
    pub sample: bool,
}

impl PeriodView {
    /// Of a snapshot.
    #[must_use]
    pub fn of(header: &SnapshotHeader) -> Self {
        Self {
            name: header.period.name_vi(),
            month: month_vi(header.period, header.period.year()),
            as_of: day_of(header.as_of, header.period.year()),
            open: header.is_open(),
            sample: header.sample,
        }
    }
}

/// The month of comparison, and whether it is like this one.
#[derive(Clone, Debug, Serialize)]
pub struct AgainstView {
    /// "tháng 6".
    pub month: String,
    /// "Tháng 6": at the beginning of a line.
    pub heading: String,
    /// "24/6".
    pub as_of: String,
    /// Its figures cover the whole month.
    pub whole: bool,
    /// Made up for demonstration.
    pub sample: bool,
    /// Both cover the whole month, or end near the same day.
    pub alike: bool,
    /// "tháng 7": the month that is compared with it.
    pub this_month: String,
    /// "24/7".
    pub this_as_of: String,
    /// Whether that one covers the whole month.
    pub this_whole: bool,
}

impl AgainstView {
    /// The previous month beside the current one.
    #[must_use]
    pub fn of(lookup: Lookup<'_>, current: &SnapshotHeader, previous: &SnapshotHeader) -> Self {
        let year = current.period.year();
        let month = month_vi(previous.period, year);
        Self {
            heading: capitalised(&month),
            month,
            as_of: day_of(previous.as_of, year),
            whole: !previous.is_open(),
            sample: previous.sample,
            alike: like_for_like(current, previous, lookup.policy.assess.same_day_tolerance),
            this_month: month_vi(current.period, year),
            this_as_of: day_of(current.as_of, year),
            this_whole: !current.is_open(),
        }
    }
}

/// With its first letter as at the beginning of a line.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// "tháng 6", with its year where that is another one than the reader has in mind.
fn month_vi(period: ReportingPeriod, year: i32) -> String {
    if period.year() == year { format!("tháng {}", period.month()) } else { period.name_vi() }
}

fn day_of(day: NaiveDate, year: i32) -> String {
    if day.year() == year { short_day_vi(day) } else { day_vi(day) }
}

/// "tháng 6": the month before, for "there are no figures of it".
fn month_before(period: ReportingPeriod) -> Option<String> {
    period.previous().map(|before| month_vi(before, period.year()))
}

/// Names one after another, the rest as a number.
#[derive(Clone, Debug, Serialize)]
pub struct NamesView {
    /// "Sở Xây dựng, Sở Tư pháp".
    pub names: String,
    /// How many names there are in all.
    pub count: usize,
    /// How many of them were left out.
    pub more: usize,
}

impl NamesView {
    /// None when there are no names.
    fn of(names: &[String], most: usize) -> Option<Self> {
        let shown = &names[..names.len().min(most)];
        (!names.is_empty()).then(|| Self {
            names: shown.join(", "),
            count: names.len(),
            more: names.len() - shown.len(),
        })
    }
}

/// What a person typed, fit to be repeated to them: one line, no control or direction marks, 60 characters at most.
fn typed(text: &str) -> String {
    one_line(text, 60)
}

/// Text on one line, without control or direction marks, with a limit in characters.
fn one_line(text: &str, longest: usize) -> String {
    let direction = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !direction(*c))
        .collect();
    let mut words = clean.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = words.char_indices().nth(longest) {
        words.truncate(cut);
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_repeated_harmlessly() {
        assert_eq!(typed(" sở\n tư\u{202e}\u{7} pháp "), "sở tư pháp");
        assert_eq!(typed(&"x".repeat(100)), format!("{}…", "x".repeat(60)));
        assert_eq!(typed(""), "");
    }

    #[test]
    fn a_month_carries_its_year_when_it_is_another_one() {
        let january = ReportingPeriod::parse("2024-01").unwrap();
        assert_eq!(month_before(january).as_deref(), Some("tháng 12/2023"));
        assert_eq!(month_vi(january, 2024), "tháng 1");
    }

    #[test]
    fn names_beyond_the_limit_are_counted() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let view = NamesView::of(&names, 2).unwrap();
        assert_eq!((view.names.as_str(), view.count, view.more), ("a, b", 3, 1));
        assert!(NamesView::of(&[], 2).is_none());
    }
}
