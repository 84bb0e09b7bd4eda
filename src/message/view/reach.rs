//! What the office reads about chats and bots that are out of reach.

use super::{Lookup, typed};
use crate::domain::period::{day_vi, in_vietnam};
use crate::domain::reach::Away;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// To the office: nothing can be sent to a chat.
#[derive(Clone, Debug, Serialize)]
pub struct ChatAwayView {
    /// What people call the chat.
    pub title: String,
    /// "Telegram".
    pub medium: String,
    /// "Sở Y tế", "lãnh đạo", "Văn phòng": whose chat it is.
    pub whose: Option<String>,
    /// Several people read it.
    pub group: bool,
    /// The bot was removed from it.
    pub removed: bool,
    /// The person blocked the bot.
    pub blocked: bool,
    /// The medium knows no such chat.
    pub not_found: bool,
    /// Its topic was deleted.
    pub topic_gone: bool,
    /// The medium has disabled it.
    pub disabled: bool,
    /// "8:05 ngày 24/7/2023".
    pub since: String,
    /// How many messages wait for it.
    pub waiting: u32,
}

/// A chat with its roles, why and since when it is out of reach, and how much waits for it.
#[must_use]
pub fn chat_away(
    lookup: Lookup<'_>,
    linked: &LinkedChat,
    away: Away,
    since: DateTime<Utc>,
    waiting: u32,
) -> ChatAwayView {
    let whose: Vec<String> = linked
        .roles
        .iter()
        .map(|role| match role {
            Role::Unit(unit) => lookup.unit_name(unit),
            Role::Leader => "lãnh đạo".to_owned(),
            Role::Office => "Văn phòng".to_owned(),
        })
        .collect();
    ChatAwayView {
        title: typed(&linked.chat.title),
        medium: medium_name(linked.chat.medium).to_owned(),
        whose: (!whose.is_empty()).then(|| whose.join(", ")),
        group: linked.chat.group,
        removed: away == Away::Removed,
        blocked: away == Away::Blocked,
        not_found: away == Away::NotFound,
        topic_gone: away == Away::TopicGone,
        disabled: away == Away::Disabled,
        since: moment_vi(since),
        waiting,
    }
}

/// To the office: nothing gets through to a medium.
#[derive(Clone, Debug, Serialize)]
pub struct LaneView {
    /// "Telegram".
    pub medium: String,
    /// "telegram:7000000001": which bot.
    pub lane: String,
    /// "8:05 ngày 24/7/2023": when it began.
    pub since: String,
}

/// A lane (`telegram:7000000001`), and since when something is wrong with it.
#[must_use]
pub fn lane(lane: &str, since: DateTime<Utc>) -> LaneView {
    let medium = lane.split(':').next().and_then(Medium::parse);
    LaneView {
        medium: medium.map_or(lane, |medium| medium_name(medium)).to_owned(),
        lane: lane.to_owned(),
        since: moment_vi(since),
    }
}

/// To the office: a medium is reachable again.
#[derive(Clone, Debug, Serialize)]
pub struct LaneBackView {
    /// Which, and since when it was not.
    #[serde(flatten)]
    pub lane: LaneView,
    /// "8:05 ngày 24/7/2023": when it was reached again.
    pub until: String,
}

/// A lane that could not be reached from `since` until `until`.
#[must_use]
pub fn lane_back(name: &str, since: DateTime<Utc>, until: DateTime<Utc>) -> LaneBackView {
    LaneBackView { lane: lane(name, since), until: moment_vi(until) }
}

/// To the office: another program takes a bot's updates.
#[derive(Clone, Debug, Serialize)]
pub struct TwoPollersView {
    /// Which bot's, and since when.
    #[serde(flatten)]
    pub lane: LaneView,
}

/// A lane whose bot has had two pollers since then.
#[must_use]
pub fn two_pollers(name: &str, since: DateTime<Utc>) -> TwoPollersView {
    TwoPollersView { lane: lane(name, since) }
}

/// A medium as people call it.
fn medium_name(medium: Medium) -> &'static str {
    match medium {
        Medium::Web => "trang web",
        Medium::Telegram => "Telegram",
        _ => "Zalo",
    }
}

/// "8:05 ngày 24/7/2023".
pub(super) fn moment_vi(at: DateTime<Utc>) -> String {
    let there = in_vietnam(at);
    format!("{} ngày {}", there.format("%-H:%M"), day_vi(there.date_naive()))
}
