//! The catalog: what an office says about its units, indicators, targets, holidays, alerts and sources.
//!
//! An office edits TOML files; nobody edits code to rename an agency or to change a target. This room turns the files
//! into values of [`crate::domain`], and refuses them all when anything in any of them is wrong, with one line for each
//! problem. (Text that is not TOML at all ends the reading of its own file; the others are still read.) Reports,
//! messages and the database only ever see a catalog that is consistent in itself.
//!
//! A complete catalog (Bình Định, 2023) is part of the program. [`Catalog::load`] takes a folder that may hold only
//! some of the files; the others are the embedded ones. All are then checked **together, as one catalog**: a
//! folder with its own `units.toml` whose tiers differ from the embedded ones needs its own `targets.toml` too, and the
//! problems say so, naming the embedded file as `targets.toml (embedded)`. A TOML file with any other name is refused,
//! because a misspelt name would silently leave the embedded file in force.
//!
//! What is absent: no environment (a source names the variable of its secret, it does not read it), no network, no
//! watching for changes; who wants a changed catalog loads it again.

mod alerts;
mod audit;
mod calendar;
mod channels;
mod delivery;
mod files;
mod indicators;
mod once;
mod problem;
mod script;
mod section;
mod sources;
mod targets;
mod units;
mod value;

#[cfg(test)]
mod tests;

use crate::domain::alert::AlertPolicy;
use crate::domain::assessment::Yardstick;
use crate::domain::audit::AuditPolicy;
use crate::domain::behind::BehindPolicy;
use crate::domain::budget::BudgetPolicy;
use crate::domain::correction::CorrectionPolicy;
use crate::domain::delivery::unknown::UnknownPolicy;
use crate::domain::feed::FeedPolicy;
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use crate::domain::pace::WorkCalendar;
use crate::domain::target::{AssignedTarget, DefaultTarget, TargetBook};
use files::SourceText;
use problem::Problems;
use section::Section;
use std::path::Path;

pub use problem::{CatalogError, Problem};
pub use script::{Arrival, Downtime, Saying, Script};
pub use sources::SourceSpec;

/// Whose figures these are (`organisation.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// As it stands within a sentence: "tỉnh Bình Định".
    pub name: String,
    /// Who collects the figures and speaks: "Văn phòng UBND tỉnh Bình Định".
    pub office: String,
}

/// Everything the office decides, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// Whose figures these are.
    pub organisation: Organisation,
    /// Tiers in the order of the file.
    pub tiers: Vec<Tier>,
    /// Units in the order of the file, which is the order people expect.
    pub units: Vec<OrgUnit>,
    /// Indicators in the order of the file, which is the order people expect.
    pub indicators: Vec<Indicator>,
    /// Levels for tiers and for all; every indicator has one for every tier.
    pub default_targets: Vec<DefaultTarget>,
    /// Levels that the office assigned to single units.
    pub assigned_targets: Vec<AssignedTarget>,
    /// The decision behind the levels that a report prints beside its results.
    pub report_decision: String,
    /// Days off and swapped working days.
    pub calendar: WorkCalendar,
    /// When to speak.
    pub alerts: AlertPolicy,
    /// When to doubt the figures.
    pub feed: FeedPolicy,
    /// How far back corrections are told.
    pub corrections: CorrectionPolicy,
    /// When a contradiction in the figures is a finding.
    pub audit: AuditPolicy,
    /// What follows when nobody knows whether a message arrived.
    pub unknown: UnknownPolicy,
    /// When a chat counts as far behind.
    pub behind: BehindPolicy,
    /// Where figures are fetched over the network.
    pub sources: Vec<SourceSpec>,
    /// What a Zalo bot may send in a month.
    pub zalo_budget: BudgetPolicy,
}

impl Catalog {
    /// The catalog that is part of the program.
    ///
    /// # Errors
    /// Never in a program that was tested: the embedded files are loaded by a test.
    pub fn embedded() -> Result<Self, CatalogError> {
        let problems = Problems::default();
        let texts: Vec<_> = (0..files::NAMES.len()).map(|number| files::embedded(number, &problems)).collect();
        build(&texts, problems)
    }

    /// The catalog of a folder, completed by the embedded files (see the room's essay).
    ///
    /// # Errors
    /// When the folder cannot be read, holds no file of the catalog, or anything in the files is wrong: every problem
    /// found, one line each.
    pub fn load(dir: &Path) -> Result<Self, CatalogError> {
        let problems = Problems::default();
        let texts = files::in_folder(dir, &problems);
        build(&texts, problems)
    }

    /// The unit of a code.
    #[must_use]
    pub fn unit(&self, code: &UnitCode) -> Option<&OrgUnit> {
        self.units.iter().find(|unit| unit.code == *code)
    }

    /// The indicator of a code.
    #[must_use]
    pub fn indicator(&self, code: &IndicatorCode) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == *code)
    }

    /// The tier of a code.
    #[must_use]
    pub fn tier(&self, code: &TierCode) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.code == *code)
    }

    /// All targets: the office's own, those `printed` in the reports, and the defaults.
    #[must_use]
    pub fn target_book(&self, printed: Vec<AssignedTarget>) -> TargetBook {
        TargetBook::new(self.assigned_targets.iter().cloned().chain(printed), self.default_targets.clone())
    }

    /// What figures are held against.
    #[must_use]
    pub fn yardstick<'a>(&'a self, book: &'a TargetBook) -> Yardstick<'a> {
        Yardstick {
            units: &self.units,
            indicators: &self.indicators,
            targets: book,
            policy: &self.alerts.assess,
            audit: &self.audit,
        }
    }
}

/// Reads all files to their end before it judges, so that one look at the problems is enough.
fn build(texts: &[Option<SourceText>], problems: Problems) -> Result<Catalog, CatalogError> {
    match read(texts, &problems) {
        Some(catalog) if problems.is_empty() => Ok(catalog),
        _ => Err(problems.into_error()),
    }
}

fn read(texts: &[Option<SourceText>], problems: &Problems) -> Option<Catalog> {
    let [organisation, units, indicators, targets, calendar, alerts, delivery, sources, channels, audit] = texts else {
        return None;
    };
    let organisation = open(organisation, problems).and_then(read_organisation);
    let units = open(units, problems).map(|file| units::read(file));
    let indicators = open(indicators, problems).map(|file| indicators::read(file));
    let targets = open(targets, problems).map(|file| targets::read(file, units.as_ref(), indicators.as_ref()));
    let calendar = open(calendar, problems).map(calendar::read);
    let policies = open(alerts, problems).and_then(alerts::read);
    let delivery = open(delivery, problems).and_then(delivery::read);
    let sources = open(sources, problems).map(sources::read);
    let audit = open(audit, problems).and_then(audit::read);
    let zalo_budget = open(channels, problems).and_then(channels::read);
    let (units, targets, (alerts, feed, corrections), (unknown, behind)) = (units?, targets?, policies?, delivery?);
    Some(Catalog {
        organisation: organisation?,
        tiers: units.tiers,
        units: units.units,
        indicators: indicators?.indicators,
        default_targets: targets.defaults,
        assigned_targets: targets.assigned,
        report_decision: targets.report_decision?,
        calendar: calendar?,
        alerts,
        feed,
        corrections,
        audit: audit?,
        unknown,
        behind,
        sources: sources?,
        zalo_budget: zalo_budget?,
    })
}

fn open<'a>(text: &'a Option<SourceText>, problems: &'a Problems) -> Option<Section<'a>> {
    Section::whole(text.as_ref()?, problems)
}

fn read_organisation(mut file: Section<'_>) -> Option<Organisation> {
    let (name, office) = (file.text("name"), file.text("office"));
    file.finish();
    Some(Organisation { name: name?, office: office? })
}
