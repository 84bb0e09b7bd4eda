//! `alerts.toml`: when to speak, and when to doubt the figures.

use crate::catalog::section::Section;
use crate::domain::alert::AlertPolicy;
use crate::domain::assessment::AssessPolicy;
use crate::domain::escalation::EscalationPolicy;
use crate::domain::feed::FeedPolicy;
use chrono::Duration;

pub(super) fn read(mut file: Section<'_>) -> Option<(AlertPolicy, FeedPolicy, EscalationPolicy)> {
    let repeat_after_days = file.number("repeat_after_days", 1..=365);
    let worsened_points = file.percent("worsened_points");
    let fell_points = file.percent("fell_points");
    let few_files = file.number("few_files", 0..=1_000);
    let same_day_tolerance = file.number("same_day_tolerance", 0..=31);
    let feed = file.section("feed").map(|mut feed| {
        let vanished_share = feed.percent("vanished_share");
        let jump_points = feed.percent("jump_points");
        let jumped_share = feed.percent("jumped_share");
        let min_compared = feed.number("min_compared", 1..=1_000_000);
        feed.finish();
        (vanished_share, jump_points, jumped_share, min_compared)
    });
    let escalation = file.section("escalation").map(|mut escalation| {
        let after_periods = escalation.number("after_periods", 2..=12);
        let most = escalation.number("most_per_digest", 0..=20);
        escalation.finish();
        Some(EscalationPolicy { after_periods: after_periods?, most: usize::try_from(most?).ok()? })
    });
    file.finish();
    let few_files = u64::from(few_files?);
    let assess = AssessPolicy { few_files, same_day_tolerance: same_day_tolerance? };
    let alerts = AlertPolicy {
        assess,
        repeat_after: Duration::days(i64::from(repeat_after_days?)),
        worsened_points: worsened_points?,
        fell_points: fell_points?,
    };
    let (vanished_share, jump_points, jumped_share, min_compared) = feed?;
    let feed = FeedPolicy {
        vanished_share: vanished_share?,
        jump_points: jump_points?,
        jumped_share: jumped_share?,
        min_compared: min_compared?,
        few_files,
    };
    Some((alerts, feed, escalation??))
}
