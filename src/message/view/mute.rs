//! What is said about pauses of alerts (`/tamdung`, `/batlai`).

use super::{LineView, Lookup, OffersView, PeriodView, typed};
use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::command::LONGEST_MUTE;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::moment_vi;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many targets one message lists.
const LINES: usize = 8;
/// Days that are offered where no duration was given, in words: digits would stand beside the number of the choice.
const DAYS: [(u32, &str); 3] = [(1, "một ngày"), (3, "ba ngày"), (7, "một tuần")];

/// Answer to a `/tamdung` without a duration.
#[derive(Clone, Debug, Serialize)]
pub struct MuteAskView {
    /// "Sở Tư pháp": whose alerts, where the office asks for others; null for the chat's own.
    pub unit: Option<String>,
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// Durations to choose from.
    pub choose: Option<OffersView>,
}

/// For how long? `of_unit` is the unit for which the office asks.
#[must_use]
pub fn mute_ask(lookup: Lookup<'_>, of_unit: Option<&UnitCode>, indicator: Option<&IndicatorCode>) -> MuteAskView {
    let unit = of_unit.map(|code| format!(" {code}")).unwrap_or_default();
    let of = indicator.map(|code| format!(" {code}")).unwrap_or_default();
    let offers = DAYS.map(|(days, label)| (label.to_owned(), format!("/tamdung {days}d{unit}{of}")));
    MuteAskView {
        unit: of_unit.map(|code| lookup.unit_name(code)),
        name: indicator.map(|code| lookup.indicator_name(code)),
        choose: OffersView::of(offers),
    }
}

/// Why alerts cannot pause, or come again, so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MuteRefusal<'a> {
    /// The chat is no unit's.
    NotAUnit,
    /// The office did not say whose alerts.
    NoUnit,
    /// That is no duration that is possible.
    Duration(&'a str),
    /// There is no such indicator.
    Indicator(&'a str),
    /// No chat is linked with the unit.
    NoChat(&'a UnitCode),
}

/// Answer to a `/tamdung` or `/batlai` that cannot be; of the reasons one is set.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MuteRefusedView {
    /// The chat is no unit's.
    pub not_a_unit: bool,
    /// The office did not say whose alerts.
    pub no_unit: bool,
    /// What was typed as a duration, if it is none that is possible.
    pub duration: Option<String>,
    /// What was typed as an indicator, if it is none.
    pub indicator: Option<String>,
    /// The unit that has no chat.
    pub no_chat: Option<String>,
    /// The longest pause in days: 92.
    pub days: i64,
    /// "Hồ sơ trực tuyến, Số hóa hồ sơ".
    pub names: String,
}

/// Why alerts cannot pause so.
#[must_use]
pub fn mute_refused(lookup: Lookup<'_>, refusal: MuteRefusal<'_>) -> MuteRefusedView {
    let names: Vec<&str> = lookup.indicators.iter().take(LINES).map(|i| i.short_name.as_str()).collect();
    let view = MuteRefusedView { days: LONGEST_MUTE.num_days(), names: names.join(", "), ..MuteRefusedView::default() };
    match refusal {
        MuteRefusal::NotAUnit => MuteRefusedView { not_a_unit: true, ..view },
        MuteRefusal::NoUnit => MuteRefusedView { no_unit: true, ..view },
        MuteRefusal::Duration(text) => MuteRefusedView { duration: Some(typed(text)), ..view },
        MuteRefusal::Indicator(text) => MuteRefusedView { indicator: Some(typed(text)), ..view },
        MuteRefusal::NoChat(unit) => MuteRefusedView { no_chat: Some(lookup.unit_name(unit)), ..view },
    }
}

/// Who reads that alerts pause, or come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MuteReader<'a> {
    /// The chat that asked for it.
    Itself,
    /// The chat for which the office asked.
    Other,
    /// The office, which asked for this unit's chats: so many.
    Office(&'a UnitCode, usize),
}

/// Alerts pause.
#[derive(Clone, Debug, Serialize)]
pub struct MuteSetView {
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// "8:00 ngày 27/7/2023".
    pub until: String,
    /// The office asked for it, and this is read by the chat.
    pub by_office: bool,
    /// "2 nhóm của Sở Xây dựng", to the office; null to the chat itself.
    pub chats: Option<String>,
}

/// What pauses until when.
#[must_use]
pub fn mute_set(
    lookup: Lookup<'_>,
    indicator: Option<&IndicatorCode>,
    until: DateTime<Utc>,
    reader: MuteReader<'_>,
) -> MuteSetView {
    MuteSetView {
        name: indicator.map(|code| lookup.indicator_name(code)),
        until: moment_vi(until),
        by_office: reader == MuteReader::Other,
        chats: chats_vi(lookup, reader),
    }
}

/// To the office: alerts of others come again, or nothing of them paused.
#[derive(Clone, Debug, Serialize)]
pub struct MuteLiftedView {
    /// Something paused.
    pub lifted: bool,
    /// "2 nhóm của Sở Xây dựng".
    pub chats: String,
}

/// To the office: alerts of a unit's chats come again; none did pause when `count` is none.
#[must_use]
pub fn mute_lifted(lookup: Lookup<'_>, unit: &UnitCode, count: usize) -> MuteLiftedView {
    let chats = chats_vi(lookup, MuteReader::Office(unit, count)).unwrap_or_default();
    MuteLiftedView { lifted: count > 0, chats }
}

fn chats_vi(lookup: Lookup<'_>, reader: MuteReader<'_>) -> Option<String> {
    match reader {
        MuteReader::Itself | MuteReader::Other => None,
        MuteReader::Office(unit, 0 | 1) => Some(format!("nhóm của {}", lookup.unit_name(unit))),
        MuteReader::Office(unit, count) => Some(format!("{count} nhóm của {}", lookup.unit_name(unit))),
    }
}

/// One target that is still missed, of which the chat did not hear.
#[derive(Clone, Debug, Serialize)]
pub struct OwedView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The indicator.
    #[serde(flatten)]
    pub line: LineView,
}

/// Alerts come again.
#[derive(Clone, Debug, Serialize)]
pub struct MuteOverView {
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// "8:00 ngày 24/7/2023": when the pause began.
    pub since: String,
    /// The period of the figures; null where there are none.
    pub when: Option<PeriodView>,
    /// What the chat did not hear and is still true.
    pub lines: Vec<OwedView>,
    /// How many more.
    pub more: usize,
}

/// The end of a pause, with what is owed by the newest figures.
#[must_use]
pub fn mute_over(
    lookup: Lookup<'_>,
    mute: &Mute,
    period: Option<&PeriodAssessment>,
    owed: &[&Assessment],
) -> MuteOverView {
    let line = |(period, a): (&PeriodAssessment, &&Assessment)| OwedView {
        unit: lookup.unit_name(&a.unit),
        line: LineView::of(lookup, period, a, false),
    };
    let lines: Vec<OwedView> =
        period.into_iter().flat_map(|period| owed.iter().map(move |a| line((period, a)))).take(LINES).collect();
    MuteOverView {
        name: mute.indicator.as_ref().map(|code| lookup.indicator_name(code)),
        since: moment_vi(mute.started_at),
        when: period.map(|period| PeriodView::of(&period.header)),
        more: owed.len().saturating_sub(lines.len()),
        lines,
    }
}
