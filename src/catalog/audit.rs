//! `audit.toml`: from where on a contradiction in the figures is a finding, and what becomes of it.

use crate::catalog::section::Section;
use crate::domain::audit::{AuditPolicy, FindingKind, Telling};
use std::collections::BTreeMap;

/// What an office may write for a kind of findings.
const WAYS: [(&str, Telling); 3] = [("tell", Telling::Tell), ("show", Telling::Show), ("hide", Telling::Hide)];

/// More than any printed rate could need.
const MOST_DECIMALS: u32 = 1_000;

/// More files or days than any threshold could need.
const MOST: u32 = 1_000_000;

pub(super) fn read(mut file: Section<'_>) -> Option<AuditPolicy> {
    let mut kinds = Kinds { file: &mut file, telling: BTreeMap::new(), at_least: BTreeMap::new() };
    let mut average_hundredths = None;
    let average = kinds.take(FindingKind::AverageDiffers, |section| {
        average_hundredths =
            section.percent("points").and_then(|points| u32::try_from((points.exact() * 100).ceil().to_integer()).ok());
        section.number("last_decimals", 1..=MOST_DECIMALS)
    });
    let rate = kinds.take(FindingKind::RateDiffers, |section| section.number("last_decimals", 1..=MOST_DECIMALS));
    let exceeds = kinds.take(FindingKind::PartExceedsWhole, |section| section.number("files", 1..=MOST));
    let highest = kinds.take(FindingKind::RateOutOfRange, |section| section.number("highest", 100..=MOST));
    for kind in
        [FindingKind::UnknownUnit, FindingKind::MissingUnit, FindingKind::DuplicateRow, FindingKind::UnreadableCell]
    {
        if let Some(least) = kinds.take(kind, |section| section.number("at_least", 1..=MOST)) {
            kinds.at_least.insert(kind, least);
        }
    }
    let fell = kinds.take(FindingKind::CountFell, |section| section.number("files", 1..=MOST));
    let days = kinds.take(FindingKind::UnitNotValidInPeriod, |section| section.number("days", 0..=366));
    let Kinds { telling, at_least, .. } = kinds;
    file.finish();
    Some(AuditPolicy {
        telling,
        average_last_decimals: average?,
        average_hundredths: average_hundredths?,
        rate_last_decimals: rate?,
        exceeds_by: u64::from(exceeds?),
        highest_rate: highest?,
        at_least,
        fell_by: u64::from(fell?),
        validity_days: days?,
    })
}

/// The sections of the file, one for each kind of findings.
struct Kinds<'f, 'a> {
    file: &'f mut Section<'a>,
    telling: BTreeMap<FindingKind, Telling>,
    at_least: BTreeMap<FindingKind, u32>,
}

impl Kinds<'_, '_> {
    /// Reads what becomes of a kind, and its threshold.
    fn take<T>(&mut self, kind: FindingKind, threshold: impl FnOnce(&mut Section<'_>) -> Option<T>) -> Option<T> {
        let mut section = self.file.section(kind.as_str())?;
        if let Some(way) = section.choice("how", &WAYS) {
            self.telling.insert(kind, way);
        }
        let threshold = threshold(&mut section);
        section.finish();
        threshold
    }
}
