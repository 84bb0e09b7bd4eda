//! What is said about pauses of alerts (`/tamdung`, `/batlai`).

use super::{LineView, Lookup, OffersView, PeriodView, typed};
use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::command::LONGEST_MUTE;
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
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
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// Durations to choose from.
    pub choose: Option<OffersView>,
}

/// For how long?
#[must_use]
pub fn mute_ask(lookup: Lookup<'_>, indicator: Option<&IndicatorCode>) -> MuteAskView {
    let of = indicator.map(|code| format!(" {code}")).unwrap_or_default();
    let offers = DAYS.map(|(days, label)| (label.to_owned(), format!("/tamdung {days}d{of}")));
    MuteAskView { name: indicator.map(|code| lookup.indicator_name(code)), choose: OffersView::of(offers) }
}

/// Answer to a `/tamdung` that cannot be.
#[derive(Clone, Debug, Serialize)]
pub struct MuteRefusedView {
    /// The chat is no unit's.
    pub not_a_unit: bool,
    /// What was typed as a duration, if it is none that is possible.
    pub duration: Option<String>,
    /// What was typed as an indicator, if it is none.
    pub indicator: Option<String>,
    /// The longest pause in days: 92.
    pub days: i64,
    /// "Hồ sơ trực tuyến, Số hóa hồ sơ".
    pub names: String,
}

/// Why alerts cannot pause so.
#[must_use]
pub fn mute_refused(
    lookup: Lookup<'_>,
    not_a_unit: bool,
    duration: Option<&str>,
    indicator: Option<&str>,
) -> MuteRefusedView {
    let names: Vec<&str> = lookup.indicators.iter().take(LINES).map(|i| i.short_name.as_str()).collect();
    MuteRefusedView {
        not_a_unit,
        duration: duration.map(typed),
        indicator: indicator.map(typed),
        days: LONGEST_MUTE.num_days(),
        names: names.join(", "),
    }
}

/// Answer to `/tamdung`: alerts pause.
#[derive(Clone, Debug, Serialize)]
pub struct MuteSetView {
    /// "Số hóa hồ sơ"; null for all.
    pub name: Option<String>,
    /// "8:00 ngày 27/7/2023".
    pub until: String,
}

/// What pauses until when.
#[must_use]
pub fn mute_set(lookup: Lookup<'_>, indicator: Option<&IndicatorCode>, until: DateTime<Utc>) -> MuteSetView {
    MuteSetView { name: indicator.map(|code| lookup.indicator_name(code)), until: moment_vi(until) }
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
