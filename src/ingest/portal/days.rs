//! Which day's records are read: a file may hold several days, a snapshot has one.

use crate::domain::period::{ReportingPeriod, day_vi};
use crate::ingest::Hints;
use crate::ingest::dates::{self, Stated};
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::portal::{Record, Slot, place};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The records of one day, and what they say of their time. Of several days the one that is asked for is read, else the
/// newest one of the month that is asked for. None, with an issue, when there is no such day.
pub(super) fn choose<'a>(
    records: Vec<Record<'a>>,
    hints: &Hints,
    issues: &mut Issues,
) -> Option<(Vec<Record<'a>>, Stated)> {
    let mut stated = Stated::default();
    if let Some((place, text)) = first(&records, Slot::Period) {
        match ReportingPeriod::parse(&text) {
            Ok(period) => stated.period = Some(period),
            Err(_) => stated.bad_period = Some((place, text)),
        }
    }
    let day_of = |record: &Record<'_>| record.cell(Slot::AsOf).words().map(day);
    let days: BTreeSet<NaiveDate> = records.iter().filter_map(day_of).flatten().collect();
    if let Some(record) = records.iter().find(|record| day_of(record) == Some(None)) {
        let text = record.cell(Slot::AsOf).words().unwrap_or_default().to_owned();
        stated.bad_day = Some((place(record), text));
        return Some((records, stated));
    }
    let in_month =
        |day: &&NaiveDate| hints.period.is_none_or(|period| ReportingPeriod::containing(**day) == Some(period));
    let wanted = hints.as_of.or_else(|| days.iter().rev().find(in_month).copied()).or(days.last().copied());
    if days.len() <= 1 {
        stated.as_of = days.first().copied();
        return Some((records, stated));
    }
    let Some(wanted) = wanted.filter(|day| days.contains(day)) else {
        let all: Vec<String> = days.iter().take(10).map(|day| day_vi(*day)).collect();
        let detail = format!("Tệp không có số liệu của ngày được chọn; các ngày có trong tệp: {}.", all.join(", "));
        issues.push(IssueKind::PeriodConflict, "", &wanted.map(day_vi).unwrap_or_default(), &detail);
        return None;
    };
    if hints.as_of.is_none() {
        let detail = format!(
            "Tệp có số liệu của {} ngày; chỉ nhận ngày mới nhất. Muốn nhận ngày khác, chọn ngày chốt khi nhập (--as-of).",
            days.len()
        );
        issues.push(IssueKind::DayIgnored, "", &day_vi(wanted), &detail);
    }
    stated.as_of = Some(wanted);
    Some((records.into_iter().filter(|record| day_of(record) == Some(Some(wanted))).collect(), stated))
}

fn first(records: &[Record<'_>], slot: Slot) -> Option<(String, String)> {
    records.iter().find_map(|record| Some((place(record), record.cell(slot).words()?.to_owned())))
}

/// A day, alone or before a time of day.
pub(in crate::ingest) fn day(text: &str) -> Option<NaiveDate> {
    dates::day(text.split(['T', ' ']).next().unwrap_or_default())
}
