//! Commands as they would be typed: for buttons, and for numbers that choose.

use super::{Command, PeriodWord, without_mention};
use crate::domain::delivery::{OutboxSaid, outbox_said};
use crate::domain::org_unit::UnitCode;

/// Longest command behind a choice, in characters: a near miss may have a long text behind it.
const RETYPED_MAX: usize = 300;

impl PeriodWord {
    /// The month as it may be typed: "7/2023", "tháng 7".
    #[must_use]
    pub fn typed(self) -> String {
        match self {
            Self::Month(month) => format!("tháng {month}"),
            Self::Of(period) => format!("{}/{}", period.month(), period.year()),
            Self::Current => "tháng này".to_owned(),
            Self::Previous => "tháng trước".to_owned(),
        }
    }
}

impl Command {
    /// The same command about one unit, named by its code, which means nothing else: "/status so-tu-phap 7/2023".
    /// Commands that are about no single unit become `/status`.
    #[must_use]
    pub fn about(&self, unit: &UnitCode) -> String {
        match self {
            Self::Targets { .. } => format!("/chitieu {unit}"),
            Self::Status { period: Some(period), .. } => format!("/status {unit} {}", period.typed()),
            _ => format!("/status {unit}"),
        }
    }

    /// For the record: the command in its first spelling, where it changes something or tries to, and what stood behind
    /// it. Of a code nothing is kept.
    #[must_use]
    pub fn acting(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Link { .. } => Some(("/dangky", "")),
            Self::Unlink { what } => Some(("/huy", what)),
            Self::Mute { what, .. } => Some(("/tamdung", what)),
            Self::Unmute { what } => Some(("/batlai", what)),
            Self::Explain { text, .. } => Some(("/giaitrinh", text)),
            Self::Remind { what } => Some(("/nhacnho", what)),
            Self::Confirm { what } => Some(("/xacnhan", what)),
            Self::Code { what } => Some(("/capma", what)),
            // To look is no act.
            Self::Outbox { what } => match outbox_said(what) {
                Some(OutboxSaid::Again(_) | OutboxSaid::Drop(_)) => Some(("/tingui", what)),
                Some(OutboxSaid::List(_) | OutboxSaid::About(_)) | None => None,
            },
            Self::Status { .. }
            | Self::Summary { .. }
            | Self::More { .. }
            | Self::Rank { .. }
            | Self::History { .. }
            | Self::Compare { .. }
            | Self::Targets { .. }
            | Self::Audit
            | Self::Report { .. }
            | Self::Help => None,
        }
    }
}

/// A message in which the command was misspelt, spelt rightly: `/stauts sở y tế` and `/status` give `/status sở y tế`.
/// `typed` and `meant` are those of [`super::Heard::NearMiss`].
#[must_use]
pub fn corrected(text: &str, typed: &str, meant: &str) -> String {
    let line = without_mention(text.trim()).lines().next().unwrap_or_default();
    let rest = line.strip_prefix(typed).unwrap_or_default().trim();
    format!("{meant} {rest}").trim_end().chars().take(RETYPED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Heard, parse};
    use super::*;
    use chrono::NaiveDate;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 7, 24).unwrap()
    }

    #[test]
    fn what_is_retyped_means_the_same() {
        let unit = UnitCode::parse("so-tu-phap").unwrap();
        for (text, expected) in [
            ("/status sở", "/status so-tu-phap"),
            ("/status sở 7/2023", "/status so-tu-phap 7/2023"),
            ("/trangthai sở tháng 7", "/status so-tu-phap tháng 7"),
            ("/status sở tháng trước", "/status so-tu-phap tháng trước"),
            ("/status sở tháng này", "/status so-tu-phap tháng này"),
            ("/chitieu sở", "/chitieu so-tu-phap"),
        ] {
            let Heard::Command(command) = parse(text, today()) else { panic!("{text}") };
            assert_eq!(command.about(&unit), expected);
            let Heard::Command(again) = parse(expected, today()) else { panic!("{expected}") };
            assert_eq!(again.about(&unit), expected, "it is the same command");
        }
    }

    #[test]
    fn a_near_miss_keeps_what_stands_behind_it() {
        for (text, expected) in [
            ("/stauts", "/status"),
            ("/stauts  Sở Y tế 7/2023", "/status Sở Y tế 7/2023"),
            ("@Bot Chỉ tiêu /stauts an lão\nchào", "/status an lão"),
            ("/stauts@chitieu_bot an lão", "/status an lão"),
        ] {
            let Heard::NearMiss { typed, meant } = parse(text, today()) else { panic!("{text}") };
            assert_eq!(corrected(text, &typed, meant), expected);
        }
        let long = corrected(&format!("/stauts {}", "x".repeat(900)), "/stauts", "/status");
        assert_eq!(long.chars().count(), RETYPED_MAX);
    }
}
