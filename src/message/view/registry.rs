//! What is said of units that have ended, and of those that carry on their work.

use super::{Lookup, NamesView, typed};
use crate::domain::assessment::PeriodAssessment;
use crate::domain::lineage::{Lineage, Origin, successors};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::{ReportingPeriod, day_vi};
use crate::domain::subscription::{Chat, Medium};
use chrono::NaiveDate;
use serde::Serialize;

/// How many predecessors, successors or chats a line names.
const NAMES: usize = 6;

/// How many ended units one message to the office lists.
const UNITS: usize = 8;

/// A unit that has ended.
#[derive(Clone, Debug, Serialize)]
pub struct EndedView {
    /// "Sở GTVT".
    pub unit: String,
    /// "28/2/2025": its last day.
    pub last_day: String,
    /// "Sở Xây dựng (từ 1/3/2025)": who carries on its work; null where the catalog does not say.
    pub successors: Option<String>,
}

impl EndedView {
    /// A unit that has ended by a day; none while it lives.
    #[must_use]
    pub fn of(lookup: Lookup<'_>, unit: &OrgUnit, day: NaiveDate) -> Option<Self> {
        let last = unit.valid_to.filter(|last| *last < day)?;
        let names: Vec<String> = successors(lookup.units, unit, day).into_iter().map(since).collect();
        Some(Self {
            unit: unit.full_name(),
            last_day: day_vi(last),
            successors: (!names.is_empty()).then(|| names.join(", ")),
        })
    }
}

/// "Sở Xây dựng (từ 1/3/2025)": a successor may bear the very name that has ended.
fn since(unit: &OrgUnit) -> String {
    match unit.valid_from {
        Some(from) => format!("{} (từ {})", unit.full_name(), day_vi(from)),
        None => unit.full_name(),
    }
}

/// "tháng 2/2025": the last month in which a unit lived.
fn last_month(unit: &OrgUnit) -> Option<String> {
    unit.valid_to.and_then(ReportingPeriod::containing).map(ReportingPeriod::name_vi)
}

/// The units whose figures of the previous month were added up for a unit; none where it is held against itself.
pub(super) fn joined(lookup: Lookup<'_>, period: &PeriodAssessment, unit: &UnitCode) -> Option<NamesView> {
    let previous = period.previous.as_ref()?;
    let unit = lookup.units.iter().find(|u| u.code == *unit)?;
    let Origin::Joined(parts) = Lineage::between(lookup.units, previous.as_of, period.header.as_of).of(unit) else {
        return None;
    };
    let until = |part: &&OrgUnit| match part.valid_to.filter(|_| part.full_name() == unit.full_name()) {
        Some(last) => format!("{} (đến {})", part.full_name(), day_vi(last)),
        None => part.full_name(),
    };
    NamesView::of(&parts.iter().map(until).collect::<Vec<_>>(), NAMES)
}

/// Answer to a question about units that have ended, where there is nothing to show.
#[derive(Clone, Debug, Serialize)]
pub struct UnitEndedView {
    /// The units.
    pub ended: Vec<EndedView>,
    /// "sở gtvt": the name to repeat with a month; null in a unit's own chat.
    pub of: Option<String>,
    /// "tháng 2/2025": a month that can be asked for.
    pub month: String,
    /// The chat may not see those that carry on the work.
    pub closed: bool,
    /// "Văn phòng UBND tỉnh".
    pub office: String,
}

/// Units that have ended by a day. `asked` is what was typed as their name, if anything; `closed` says that the chat may
/// not see their successors. None when all of them live.
#[must_use]
pub fn unit_ended(
    lookup: Lookup<'_>,
    units: &[&OrgUnit],
    day: NaiveDate,
    asked: &str,
    closed: bool,
) -> Option<UnitEndedView> {
    let ended: Vec<EndedView> = units.iter().filter_map(|unit| EndedView::of(lookup, unit, day)).collect();
    let month =
        units.iter().filter(|unit| EndedView::of(lookup, unit, day).is_some()).find_map(|unit| last_month(unit))?;
    let asked = typed(asked);
    let of = (!asked.is_empty()).then_some(asked);
    Some(UnitEndedView { ended, of, month, closed, office: lookup.office.to_owned() })
}

/// To a unit's chat, once: the unit has ended.
#[derive(Clone, Debug, Serialize)]
pub struct UnitClosedView {
    /// The unit.
    #[serde(flatten)]
    pub ended: EndedView,
    /// "tháng 2/2025": its last month.
    pub month: String,
    /// "Văn phòng UBND tỉnh".
    pub office: String,
}

/// The closing message of a unit that has ended by a day; none while it lives.
#[must_use]
pub fn unit_closed(lookup: Lookup<'_>, unit: &OrgUnit, day: NaiveDate) -> Option<UnitClosedView> {
    let ended = EndedView::of(lookup, unit, day)?;
    Some(UnitClosedView { ended, month: last_month(unit)?, office: lookup.office.to_owned() })
}

/// An ended unit's chats, for the office.
#[derive(Clone, Debug, Serialize)]
pub struct EndedChatsView {
    /// The unit.
    #[serde(flatten)]
    pub ended: EndedView,
    /// "Tổ một cửa Sở GTVT (Telegram)".
    pub chats: Option<NamesView>,
    /// All of them have a link to a successor already.
    pub linked: bool,
}

/// To the office: units have ended, and these chats were told so.
#[derive(Clone, Debug, Serialize)]
pub struct UnitsEndedView {
    /// How many.
    pub count: usize,
    /// "28/2/2025".
    pub last_day: String,
    /// Each with its chats.
    pub units: Vec<EndedChatsView>,
    /// How many were left out.
    pub more: usize,
}

/// An ended unit with its chats; `linked` are those that have a successor's link already.
#[derive(Clone, Debug)]
pub struct EndedChats<'a> {
    /// The unit.
    pub unit: &'a OrgUnit,
    /// Its chats, each with whether it is a successor's already.
    pub chats: Vec<(&'a Chat, bool)>,
}

/// Units that had the same last day, by a later day.
#[must_use]
pub fn units_ended(lookup: Lookup<'_>, last: NaiveDate, units: &[EndedChats<'_>], day: NaiveDate) -> UnitsEndedView {
    let view = |ended: &EndedChats<'_>| {
        let linked = ended.chats.iter().all(|(_, linked)| *linked);
        let named = ended.chats.iter().filter(|(_, has_new)| linked || !has_new);
        let names: Vec<String> = named.map(|(chat, _)| place(chat)).collect();
        Some(EndedChatsView {
            ended: EndedView::of(lookup, ended.unit, day)?,
            chats: NamesView::of(&names, NAMES),
            linked,
        })
    };
    let all: Vec<EndedChatsView> = units.iter().filter_map(view).collect();
    let count = all.len();
    let shown: Vec<EndedChatsView> = all.into_iter().take(UNITS).collect();
    UnitsEndedView { count, last_day: day_vi(last), more: count - shown.len(), units: shown }
}

/// "Tổ một cửa (Telegram)".
fn place(chat: &Chat) -> String {
    let medium = match chat.medium {
        Medium::Web => "trang web",
        Medium::Telegram => "Telegram",
        Medium::ZaloBot | Medium::ZaloOa => "Zalo",
    };
    format!("{} ({medium})", typed(&chat.title))
}
