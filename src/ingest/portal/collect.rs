//! Figures of units, collected one by one from records of any form.

use crate::domain::indicator::DenominatorSource;
use crate::domain::observation::{Observation, PublishedAverage, Reading};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent};
use crate::domain::scale::Scale;
use crate::domain::snapshot::SnapshotContent;
use crate::domain::target::{AssignedTarget, Target, TargetOrigin};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::lexicon::{Lexicon, Match};
use crate::ingest::portal::cells::Cell;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whose figures a record says that it holds.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Whose<'r> {
    pub(in crate::ingest) code: Option<&'r str>,
    pub(in crate::ingest) name: Option<&'r str>,
    /// The place of a tier in the vocabulary.
    pub(in crate::ingest) tier: Option<usize>,
    /// What may stand behind the name.
    pub(in crate::ingest) suffixes: &'r [String],
}

/// What a record says of one indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Said {
    pub(in crate::ingest) numerator: Reading<u64>,
    pub(in crate::ingest) denominator: Reading<u64>,
    pub(in crate::ingest) ratio: Reading<Percent>,
    pub(in crate::ingest) score: Reading<Percent>,
    pub(in crate::ingest) target: Option<Percent>,
}

type Key = (Option<String>, Option<String>, Option<usize>);

/// Gathers what records say, in the order of the vocabulary.
pub(in crate::ingest) struct Collector<'a, 'v> {
    lexicon: &'a Lexicon<'v>,
    day: Option<NaiveDate>,
    issues: &'a mut Issues,
    /// Units that were looked up: an unknown one is one issue, not one for each of its metrics.
    units: HashMap<Key, Option<usize>>,
    taken: BTreeMap<(usize, usize), Said>,
    /// Units with figures, which is what a file of tables calls rows.
    rows: BTreeSet<usize>,
}

impl<'a, 'v> Collector<'a, 'v> {
    pub(in crate::ingest) fn new(lexicon: &'a Lexicon<'v>, day: Option<NaiveDate>, issues: &'a mut Issues) -> Self {
        Self { lexicon, day, issues, units: HashMap::new(), taken: BTreeMap::new(), rows: BTreeSet::new() }
    }

    pub(in crate::ingest) fn issue(&mut self, kind: IssueKind, place: &str, text: &str, detail: &str) {
        self.issues.push(kind, place, text, detail);
    }

    /// The unit that a record names by code, by name, or by both; none, with one issue for all its records, when it is
    /// not certain.
    pub(in crate::ingest) fn unit(&mut self, place: &str, whose: Whose<'_>) -> Option<usize> {
        let key = (whose.code.map(str::to_owned), whose.name.map(str::to_owned), whose.tier);
        if let Some(known) = self.units.get(&key) {
            return *known;
        }
        let found = self.look_up(place, whose);
        self.units.insert(key, found);
        found
    }

    fn look_up(&mut self, place: &str, whose: Whose<'_>) -> Option<usize> {
        let text = whose.name.or(whose.code).unwrap_or_default();
        let by_code = whose.code.map_or(Match::None, |code| self.lexicon.unit(code, whose.tier, self.day));
        let by_name = whose.name.map_or(Match::None, |name| self.named(name, whose));
        let (kind, detail) = match (by_code, by_name) {
            (Match::One(code), Match::One(name)) if code != name => {
                let units = self.lexicon.vocabulary.units;
                let (code, name) = (units[code].full_name(), units[name].full_name());
                let detail = format!("Mã là của “{code}” nhưng tên là của “{name}”; không nhận số liệu nào.");
                (IssueKind::AmbiguousUnit, detail)
            }
            // A code is exact; names are shared.
            (Match::One(unit), _) | (_, Match::One(unit)) => return Some(unit),
            (Match::Shared(owners), _) | (_, Match::Shared(owners)) => {
                let units = self.lexicon.vocabulary.units;
                let owners: Vec<String> = owners.iter().take(5).map(|at| units[*at].full_name()).collect();
                let owners = owners.join("; ");
                let detail =
                    format!("Tên này là của nhiều đơn vị ({owners}); cần ghi mã hoặc cấp. Không nhận số liệu nào.");
                (IssueKind::AmbiguousUnit, detail)
            }
            (Match::None, Match::None) => {
                let nearest = if self.issues.is_full() { None } else { self.lexicon.nearest_unit(text, whose.tier) };
                let hint = nearest.map(|unit| format!(" Tên gần nhất: “{}”.", unit.full_name())).unwrap_or_default();
                let code = whose.code.filter(|code| *code != text);
                let code = code.map(|code| format!(" (mã {code})")).unwrap_or_default();
                let detail =
                    format!("Không có đơn vị này{code} trong danh mục; không nhận số liệu nào của đơn vị.{hint}");
                (IssueKind::UnknownUnit, detail)
            }
        };
        self.issues.push(kind, place, text, &detail);
        None
    }

    fn named(&self, name: &str, whose: Whose<'_>) -> Match {
        let whole = self.lexicon.unit(name, whose.tier, self.day);
        if whole != Match::None {
            return whole;
        }
        let short = whose.suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()));
        short.map_or(Match::None, |short| self.lexicon.unit(short.trim_end(), whose.tier, self.day))
    }

    /// Reads one cell; what cannot be read is an issue and [`Reading::Unreadable`].
    pub(in crate::ingest) fn read<T>(
        &mut self,
        place: &str,
        unit: usize,
        indicator: usize,
        cell: &Cell<'_>,
        read: impl Fn(&Cell<'_>) -> Result<Reading<T>, &'static str>,
    ) -> Reading<T> {
        read(cell).unwrap_or_else(|why| {
            let unit = &self.lexicon.vocabulary.units[unit];
            let indicator = &self.lexicon.vocabulary.indicators[indicator];
            let place = format!("{place}, {}, {}", unit.name, indicator.short_name);
            let text = cell.words().unwrap_or_default();
            self.issues.push_about(
                IssueKind::UnreadableCell,
                &place,
                text,
                why,
                Some(&unit.code),
                Some(&indicator.code),
            );
            Reading::Unreadable
        })
    }

    /// Takes what is said of one indicator of a unit. What was said before stays; the same said twice is worth no remark.
    pub(in crate::ingest) fn take(&mut self, place: &str, unit: usize, indicator: usize, said: Said) {
        self.rows.insert(unit);
        let first = *self.taken.entry((unit, indicator)).or_insert(said);
        if first != said {
            let unit = &self.lexicon.vocabulary.units[unit];
            let code = &self.lexicon.vocabulary.indicators[indicator].code;
            let detail = "Đơn vị đã có số liệu khác của chỉ tiêu này ở trên; giữ số liệu ghi trước.";
            self.issues.push_about(IssueKind::DuplicateRow, place, &unit.name, detail, Some(&unit.code), Some(code));
        }
    }

    /// The content of a snapshot, and how many units have figures.
    pub(in crate::ingest) fn content(
        self,
        settled: Option<(ReportingPeriod, NaiveDate)>,
        sample: bool,
        averages: Vec<PublishedAverage>,
    ) -> (Option<SnapshotContent>, u32) {
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if self.taken.is_empty() && !self.issues.any_error() {
            self.issues.push(IssueKind::EmptyFile, "", "", "Tệp đúng dạng nhưng không có số liệu nào.");
        }
        let Some((period, as_of)) = settled.filter(|_| !self.taken.is_empty()) else { return (None, rows) };
        let vocabulary = self.lexicon.vocabulary;
        let (mut observations, mut targets) = (Vec::with_capacity(self.taken.len()), Vec::new());
        for ((unit, indicator), said) in self.taken {
            let (unit, indicator) = (&vocabulary.units[unit], &vocabulary.indicators[indicator]);
            let (numerator, denominator, rate) = said.on(indicator.scale, indicator.denominator);
            observations.push(Observation {
                unit: unit.code.clone(),
                indicator: indicator.code.clone(),
                numerator,
                denominator,
                rate,
                basis: indicator.basis.clone(),
            });
            targets.extend(said.target.map(|level| AssignedTarget {
                unit: unit.code.clone(),
                indicator: indicator.code.clone(),
                target: Target {
                    level: level.on(indicator.scale),
                    decision: vocabulary.report_decision.to_owned(),
                    valid_from: Some(period),
                    valid_to: Some(period),
                    origin: TargetOrigin::Report,
                },
            }));
        }
        (Some(SnapshotContent { period, as_of, sample, observations, targets, averages }), rows)
    }
}

impl Said {
    /// The figures of an observation. An indicator in points has only its score (ADR 0010): the counts behind it say one
    /// thing, that nothing happened, where there is no score and they are zero.
    fn on(self, scale: Scale, source: DenominatorSource) -> (Reading<u64>, Reading<u64>, Reading<Percent>) {
        if let Scale::Points(_) = scale {
            let score = match self.score {
                Reading::Value(score) => Reading::Value(score.on(scale)),
                Reading::Empty if self.denominator == Reading::Value(0) => Reading::NotOccurred,
                nothing => nothing,
            };
            return (Reading::NotPublished, Reading::NotPublished, score);
        }
        let implied = source == DenominatorSource::Implied && self.denominator == Reading::Empty;
        (self.numerator, if implied { Reading::NotPublished } else { self.denominator }, self.ratio)
    }
}

/// Whether a target can be reached on a scale.
pub(in crate::ingest) fn is_possible(target: Percent, scale: Scale) -> bool {
    target.exact() >= Exact::from(0) && target.exact() <= scale.full()
}
