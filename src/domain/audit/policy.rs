//! From where on a contradiction is a finding, and who hears of it (`catalog/audit.toml`).

use super::{Finding, FindingKind};
use crate::domain::org_unit::OrgUnit;
use crate::domain::snapshot::SnapshotHeader;
use chrono::Days;
use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

/// What becomes of the findings of a kind. None of them ever reaches an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The office is told when a snapshot brings a new one, and finds it in the audit and on the board.
    Tell,
    /// The office finds it in the audit and on the board.
    Show,
    /// It is not listed anywhere.
    Hide,
}

/// Thresholds of the audit; each says from where on a contradiction is a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPolicy {
    /// What becomes of each kind; a kind that is not named is told.
    pub telling: BTreeMap<FindingKind, Telling>,
    /// A published average differs from so many units of its last printed decimal on.
    pub average_last_decimals: u32,
    /// And from so many hundredths of a point on.
    pub average_hundredths: u32,
    /// A published rate differs from its counts from so many units of its last printed decimal on.
    pub rate_last_decimals: u32,
    /// A part exceeds its whole from so many files on.
    pub exceeds_by: u64,
    /// A rate is out of range above so many percent (and always below zero).
    pub highest_rate: u32,
    /// Rows of unknown units, units without a row, repeated rows and unreadable cells are findings when a snapshot has
    /// at least so many of the kind.
    pub at_least: BTreeMap<FindingKind, u32>,
    /// A count fell from so many files on.
    pub fell_by: u64,
    /// A unit that ended (or begins) so many days before (after) the days that the figures cover still counts as valid.
    pub validity_days: u32,
}

impl Default for AuditPolicy {
    /// The strictest sensible thresholds: those of the domain's rules ("at least one unit of its last printed decimal").
    fn default() -> Self {
        Self {
            telling: BTreeMap::new(),
            average_last_decimals: 1,
            average_hundredths: 1,
            rate_last_decimals: 1,
            exceeds_by: 1,
            highest_rate: 100,
            at_least: BTreeMap::new(),
            fell_by: 1,
            validity_days: 0,
        }
    }
}

impl AuditPolicy {
    /// What becomes of findings of a kind.
    #[must_use]
    pub fn telling(&self, kind: FindingKind) -> Telling {
        self.telling.get(&kind).copied().unwrap_or(Telling::Tell)
    }

    /// Leaves out what is hidden, and the kinds that need more of themselves to be worth a look.
    #[must_use]
    pub fn listed(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let mut counts: BTreeMap<FindingKind, u32> = BTreeMap::new();
        for finding in &findings {
            let count = counts.entry(finding.kind).or_default();
            *count = count.saturating_add(1);
        }
        findings.retain(|finding| {
            let enough = self.at_least.get(&finding.kind).is_none_or(|least| counts[&finding.kind] >= *least);
            enough && self.telling(finding.kind) != Telling::Hide
        });
        findings
    }

    /// Whether a unit exists on any of the days that a snapshot covers, give or take the days of grace. A row for a unit
    /// that ended within the month is right: it speaks of the days before.
    #[must_use]
    pub fn is_valid_in(&self, unit: &OrgUnit, header: &SnapshotHeader) -> bool {
        let days = Days::new(u64::from(self.validity_days));
        let first = header.period.first_day().checked_sub_days(days).unwrap_or(header.period.first_day());
        let last = header.as_of.checked_add_days(days).unwrap_or(header.as_of);
        unit.valid_from.is_none_or(|from| from <= last) && unit.valid_to.is_none_or(|to| first <= to)
    }
}

/// Findings that a snapshot brings: those that are told and that the one before did not have.
#[must_use]
pub fn news(policy: &AuditPolicy, findings: &[Finding], before: &[Finding]) -> Vec<Finding> {
    let known: HashSet<_> = before.iter().map(identity).collect();
    let told = findings.iter().filter(|finding| policy.telling(finding.kind) == Telling::Tell);
    told.filter(|finding| !known.contains(&identity(finding))).cloned().collect()
}

/// What makes it the same contradiction, although its numbers may have moved with the month.
fn identity(finding: &Finding) -> impl Eq + Hash + '_ {
    (finding.kind, &finding.scope, &finding.unit, &finding.indicator, &finding.text)
}
