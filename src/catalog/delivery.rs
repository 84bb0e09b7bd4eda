//! `delivery.toml`: what follows when nobody knows whether a message arrived, and when a chat has fallen far behind.

use crate::catalog::section::Section;
use crate::domain::behind::BehindPolicy;
use crate::domain::delivery::unknown::{OnUnknown, UnknownPolicy};
use chrono::Duration;

/// What an office may write for a sort of messages.
const WAYS: [(&str, OnUnknown); 3] =
    [("repeat", OnUnknown::Repeat), ("ask", OnUnknown::Ask), ("leave", OnUnknown::Leave)];

pub(super) fn read(mut file: Section<'_>) -> Option<(UnknownPolicy, BehindPolicy)> {
    let unknown = file.section("unknown").map(read_unknown);
    let behind = file.section("behind").map(read_behind);
    file.finish();
    Some((unknown??, behind??))
}

fn read_unknown(mut section: Section<'_>) -> Option<UnknownPolicy> {
    let mut way = |key| section.choice(key, &WAYS);
    let (bulletins, digests, answers, notices) = (way("bulletins"), way("digests"), way("answers"), way("notices"));
    // Beyond half a day a repetition would come close to the moment after which it is old news (`LATEST_REPEAT`).
    let minutes = section.number("repeat_after_minutes", 0..=720);
    section.finish();
    Some(UnknownPolicy {
        bulletins: bulletins?,
        digests: digests?,
        answers: answers?,
        notices: notices?,
        repeat_after: Duration::minutes(i64::from(minutes?)),
    })
}

fn read_behind(mut section: Section<'_>) -> Option<BehindPolicy> {
    let most_waiting = section.number("most_waiting", 1..=1_000);
    let oldest_hours = section.number("oldest_hours", 1..=720);
    section.finish();
    Some(BehindPolicy { most_waiting: most_waiting?, oldest: Duration::hours(i64::from(oldest_hours?)) })
}
