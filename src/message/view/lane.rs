//! What the office reads of its lanes.

use crate::domain::period::moment_vi;
use crate::domain::rate::count_vi;
use crate::domain::stall::LaneView;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// To the office: a lane stands still.
#[derive(Clone, Debug, Serialize)]
pub struct LaneStalledView {
    /// "Telegram", "Zalo" or "trang web".
    pub medium: &'static str,
    /// The lane's name, as the command line shows it.
    pub lane: String,
    /// How many messages wait: "1.642".
    pub waiting: String,
    /// Since when: "8:05 ngày 24/7/2023".
    pub since: String,
    /// For how many minutes.
    pub minutes: String,
    /// What the last attempt said; the provider's or the network's words.
    pub why: Option<String>,
}

/// To the office: a lane flows again.
#[derive(Clone, Debug, Serialize)]
pub struct LaneFlowsView {
    /// "Telegram", "Zalo" or "trang web".
    pub medium: &'static str,
    /// The lane's name.
    pub lane: String,
}

/// What people call the medium of a lane.
#[must_use]
pub fn medium_vi(lane: &str) -> &'static str {
    match lane.split(':').next() {
        Some("telegram") => "Telegram",
        Some("zalo_bot") => "Zalo",
        Some("zalo_oa") => "Zalo OA",
        _ => "trang web",
    }
}

/// A lane that stands still.
#[must_use]
pub fn lane_stalled(lane: &LaneView, since: DateTime<Utc>, now: DateTime<Utc>) -> LaneStalledView {
    LaneStalledView {
        medium: medium_vi(&lane.lane),
        lane: lane.lane.clone(),
        waiting: count_vi(lane.waiting),
        since: moment_vi(since),
        minutes: count_vi(u64::try_from((now - since).num_minutes()).unwrap_or_default()),
        why: lane.last_error.as_deref().map(super::typed),
    }
}

/// A lane that flows again.
#[must_use]
pub fn lane_flows(lane: &str) -> LaneFlowsView {
    LaneFlowsView { medium: medium_vi(lane), lane: lane.to_owned() }
}
