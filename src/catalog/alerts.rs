//! `alerts.toml`: when to speak, when to doubt the figures, and how far back corrections are told.

use crate::catalog::section::Section;
use crate::domain::alert::AlertPolicy;
use crate::domain::assessment::AssessPolicy;
use crate::domain::correction::CorrectionPolicy;
use crate::domain::escalation::EscalationPolicy;
use crate::domain::feed::FeedPolicy;
use chrono::Duration;

/// What the file holds.
pub(super) struct Policies {
    pub(super) alerts: AlertPolicy,
    pub(super) feed: FeedPolicy,
    pub(super) escalation: EscalationPolicy,
    pub(super) corrections: CorrectionPolicy,
}

pub(super) fn read(mut file: Section<'_>) -> Option<Policies> {
    let repeat_after_days = file.number("repeat_after_days", 1..=365);
    let worsened_points = file.percent("worsened_points");
    let fell_points = file.percent("fell_points");
    let few_files = file.number("few_files", 0..=1_000);
    let same_day_tolerance = file.number("same_day_tolerance", 0..=31);
    // Without it nothing can be judged; its own problem is noted above.
    let feed = file.section("feed").map(|feed| read_feed(feed, u64::from(few_files.unwrap_or_default())));
    let corrections = file.section("corrections").map(|mut corrections| {
        let months_back = corrections.number("months_back", 0..=120);
        corrections.finish();
        months_back
    });
    let escalation = file.section("escalation").map(|mut escalation| {
        let after_periods = escalation.number("after_periods", 2..=12);
        let most = escalation.number("most_per_digest", 0..=20);
        escalation.finish();
        Some(EscalationPolicy { after_periods: after_periods?, most: usize::try_from(most?).ok()? })
    });
    file.finish();
    let assess = AssessPolicy { few_files: u64::from(few_files?), same_day_tolerance: same_day_tolerance? };
    let alerts = AlertPolicy {
        assess,
        repeat_after: Duration::days(i64::from(repeat_after_days?)),
        worsened_points: worsened_points?,
        fell_points: fell_points?,
    };
    let corrections = CorrectionPolicy { months_back: corrections?? };
    Some(Policies { alerts, feed: feed??, escalation: escalation??, corrections })
}

fn read_feed(mut feed: Section<'_>, few_files: u64) -> Option<FeedPolicy> {
    let vanished_share = feed.percent("vanished_share");
    let partial_figures = feed.number("partial_figures", 1..=1_000_000);
    let fell_share = feed.percent("fell_share");
    let jump_points = feed.percent("jump_points");
    let jumped_share = feed.percent("jumped_share");
    let min_compared = feed.number("min_compared", 1..=1_000_000);
    let unchanged_working_days = feed.number("unchanged_working_days", 1..=31);
    let mixed_share = feed.percent("mixed_share");
    let mixed_points = feed.percent("mixed_points");
    let mixed_min_units = feed.number("mixed_min_units", 2..=1_000_000);
    feed.finish();
    Some(FeedPolicy {
        vanished_share: vanished_share?,
        partial_figures: partial_figures?,
        fell_share: fell_share?,
        jump_points: jump_points?,
        jumped_share: jumped_share?,
        min_compared: min_compared?,
        few_files,
        unchanged_working_days: unchanged_working_days?,
        mixed_share: mixed_share?,
        mixed_points: mixed_points?,
        mixed_min_units: mixed_min_units?,
    })
}
