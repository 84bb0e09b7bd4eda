//! What leaders read beside the figures: what goes on for long, what was promised and kept, and who asked for silence.

use super::{Lookup, one_line};
use crate::domain::escalation::{Escalated, Escalation};
use crate::domain::mute::Mute;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::{day_in_vietnam, short_day_vi};
use crate::domain::promise::{Promise, Standing};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many entries of a sort one digest lists.
const MOST: usize = 5;

/// How many of those that leaders are told by name are listed for whoever asks.
const ATTENTION: usize = 30;

/// How much of a reason is shown, in characters.
const REASON: usize = 80;

/// One target of one unit.
#[derive(Clone, Debug, Serialize)]
pub struct NamedView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// "3": for how many months in a row it is missed; null where that is no news.
    pub months: Option<u32>,
    /// "20/8": the day that was promised, or the end of a pause.
    pub day: Option<String>,
    /// Why it is missed, as the unit said with its promise.
    pub reason: Option<String>,
}

/// Entries of one sort.
#[derive(Clone, Debug, Serialize)]
pub struct NamedListView {
    /// The entries.
    pub entries: Vec<NamedView>,
    /// How many more there are.
    pub more: usize,
}

impl NamedListView {
    fn of(mut entries: Vec<NamedView>) -> Option<Self> {
        let more = entries.len().saturating_sub(MOST);
        entries.truncate(MOST);
        (!entries.is_empty()).then_some(Self { entries, more })
    }
}

/// What is missed for long, or was promised and not kept.
#[derive(Clone, Debug, Serialize)]
pub struct EscalatedView {
    /// What the digest names.
    pub entries: Vec<NamedView>,
    /// How many more there are.
    pub more: usize,
    /// The first of those, for whoever asks.
    pub rest: Vec<NamedView>,
    /// How many are listed nowhere.
    pub left: usize,
}

/// Beside the figures of a digest; every list is null where there is nothing to say.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConductView {
    /// Missed for long, or promised and not kept.
    pub escalated: Option<EscalatedView>,
    /// Promised for a day to come.
    pub promised: Option<NamedListView>,
    /// Promised and reached.
    pub kept: Option<NamedListView>,
    /// Alerts that pause, or paused since the last digest.
    pub muted: Option<NamedListView>,
}

/// What leaders read beside the figures. `mutes` come with the units of their chats; months are named from the policy's
/// number on.
#[must_use]
pub fn conduct(
    lookup: Lookup<'_>,
    after_periods: u32,
    escalation: &Escalation,
    standing: &Standing,
    mutes: &[(Mute, Vec<UnitCode>)],
    now: DateTime<Utc>,
) -> ConductView {
    let today = day_in_vietnam(now);
    let promise = |promise: &Promise| NamedView {
        unit: lookup.unit_name(&promise.unit),
        name: Some(lookup.indicator_name(&promise.indicator)),
        months: None,
        day: Some(short_day_vi(promise.due)),
        reason: None,
    };
    let open = |open: &Promise| NamedView { reason: Some(one_line(&open.reason, REASON)), ..promise(open) };
    let escalated = |escalated: &Escalated| NamedView {
        unit: lookup.unit_name(&escalated.unit),
        name: Some(lookup.indicator_name(&escalated.indicator)),
        months: (escalated.periods >= after_periods).then_some(escalated.periods),
        day: escalated.broken.map(short_day_vi),
        reason: None,
    };
    let Escalation { named, rest } = escalation;
    let listed = rest.len().min(ATTENTION.saturating_sub(named.len()));
    let muted = mutes.iter().flat_map(|(mute, units)| {
        units.iter().map(move |unit| NamedView {
            unit: lookup.unit_name(unit),
            name: mute.indicator.as_ref().map(|code| lookup.indicator_name(code)),
            months: None,
            day: Some(short_day_vi(day_in_vietnam(mute.ended_at.unwrap_or(mute.until)))),
            reason: None,
        })
    });
    let promised = standing.open.iter().filter(|promise| today <= promise.due).map(open);
    ConductView {
        // The policy has cut this list already.
        escalated: (!named.is_empty() || !rest.is_empty()).then(|| EscalatedView {
            entries: named.iter().map(escalated).collect(),
            more: rest.len(),
            rest: rest.iter().take(listed).map(escalated).collect(),
            left: rest.len() - listed,
        }),
        promised: NamedListView::of(promised.collect()),
        kept: NamedListView::of(standing.kept.iter().map(promise).collect()),
        muted: NamedListView::of(muted.collect()),
    }
}
