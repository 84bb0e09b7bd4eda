//! Pauses of alerts ("tạm dừng"): a chat asks for silence about one indicator, or about all, for a while.
//!
//! Only what the program says of its own accord pauses; whoever asks is answered. What a chat did not hear is owed to it:
//! when the pause ends, it is told what is still missed of that.

use crate::domain::alert::{AlertState, Condition};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use chrono::{DateTime, Utc};

/// One pause of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Its id (UUIDv7).
    pub id: String,
    /// The chat.
    pub chat_id: String,
    /// Of which indicator; none for all of them.
    pub indicator: Option<IndicatorCode>,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// When it ended; none while it lasts, or its end was not announced yet.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Mute {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn lasts(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && self.started_at <= now && now < self.until
    }

    /// Whether it is about an indicator.
    #[must_use]
    pub fn is_about(&self, indicator: &IndicatorCode) -> bool {
        self.indicator.as_ref().is_none_or(|own| own == indicator)
    }
}

/// What a chat of these units did not hear during a pause and is still true: targets of which the units were told
/// meanwhile, and which are missed in the newest figures. `states` are those of all units.
#[must_use]
pub fn owed<'a>(
    mute: &Mute,
    units: &'a [UnitCode],
    period: &'a PeriodAssessment,
    states: &[AlertState],
    now: DateTime<Utc>,
) -> Vec<&'a Assessment> {
    let meanwhile = mute.started_at..=mute.until.min(now);
    let told = |a: &Assessment| {
        states.iter().any(|state| {
            state.key.condition == Condition::MissedTarget
                && state.key.unit == a.unit
                && state.key.indicator == a.indicator
                && meanwhile.contains(&state.told_at)
        })
    };
    units
        .iter()
        .flat_map(|unit| period.of_unit(unit))
        .filter(|a| a.rating == Rating::Missed && mute.is_about(&a.indicator) && told(a))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn a_pause_lasts_until_its_end() {
        let start = DateTime::UNIX_EPOCH;
        let mute = Mute {
            id: "m".into(),
            chat_id: "c".into(),
            indicator: Some(IndicatorCode::parse("digitization").unwrap()),
            started_at: start,
            until: start + Duration::days(3),
            ended_at: None,
        };
        let after = |hours| start + Duration::hours(hours);
        assert_eq!([-1, 0, 71, 72].map(|hours| mute.lasts(after(hours))), [false, true, true, false]);
        assert!(!Mute { ended_at: Some(after(1)), ..mute.clone() }.lasts(after(2)));
        assert!(mute.is_about(&IndicatorCode::parse("digitization").unwrap()));
        assert!(!mute.is_about(&IndicatorCode::parse("online_payment").unwrap()));
        assert!(Mute { indicator: None, ..mute }.is_about(&IndicatorCode::parse("online_payment").unwrap()));
    }
}
