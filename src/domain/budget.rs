//! The monthly budget of a Zalo bot: what may still be sent, and what has to wait.
//!
//! A free bot may send so many messages in a calendar month (Vietnam's, see the contract of Zalo's Bot Platform). The
//! last part of them is kept for people who ask: once it is touched, what we say of our own accord is collected into one
//! message a day for each chat. When all are used up, everything waits for the next month.

use crate::domain::delivery::DeliveryClass;
use crate::domain::period::in_vietnam;
use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::fmt;

/// How many messages a bot may send, and when what happens (`catalog/channels.toml`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetPolicy {
    /// Messages a bot and month.
    pub monthly: u32,
    /// From this share on, in percent, the office is told.
    pub warn_percent: u32,
    /// This share of the messages, in percent, is kept for answers and for the collected messages.
    pub reserve_percent: u32,
    /// At this hour in Vietnam, 0 to 23, the day's messages are collected.
    pub collect_hour: u32,
}

/// How far a bot's month is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// There is enough.
    Normal,
    /// The office has to know.
    Warn,
    /// Only the reserve is left: what nobody asked for is collected.
    Collapse,
    /// Nothing is left.
    Spent,
}

impl BudgetPolicy {
    /// From so many messages on the office is told.
    #[must_use]
    pub fn warn_from(&self) -> u64 {
        share(self.monthly, self.warn_percent)
    }

    /// From so many messages on broadcasts are collected.
    #[must_use]
    pub fn collapse_from(&self) -> u64 {
        u64::from(self.monthly).saturating_sub(share(self.monthly, self.reserve_percent))
    }

    /// How far the month is used up.
    #[must_use]
    pub fn stage(&self, used: u64) -> Stage {
        if used >= u64::from(self.monthly) {
            Stage::Spent
        } else if used >= self.collapse_from() {
            Stage::Collapse
        } else if used >= self.warn_from() {
            Stage::Warn
        } else {
            Stage::Normal
        }
    }

    /// The last moment of collecting that is not after `at`: what was written before it is collected.
    #[must_use]
    pub fn collected_until(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = in_vietnam(at);
        let today = local.date_naive();
        let day = if local.hour() >= self.collect_hour { today } else { today.pred_opt().unwrap_or(today) };
        vietnam(day, self.collect_hour).unwrap_or(at)
    }

    /// Whether a message may be sent now.
    #[must_use]
    pub fn judge(&self, spent: Spent, letter: Pending, now: DateTime<Utc>) -> Verdict {
        let month = Month::of(now);
        let total = u64::from(self.monthly);
        match (self.stage(spent.used), letter.class) {
            (Stage::Spent, class) => {
                let next = month.ends_at();
                let until = if class == DeliveryClass::Answer { next } else { self.collecting_after(next) };
                Verdict::Wait { until, why: format!("the {total} messages of {month} are used up") }
            }
            (stage, DeliveryClass::Broadcast) if stage == Stage::Collapse && !letter.goes_on => {
                let until = self.collecting_after(letter.created_at).max(now + LATE);
                let why = format!("{} of the {total} messages of {month} are used: waits to be collected", spent.used);
                Verdict::Wait { until, why }
            }
            _ if spent.used + spent.under_way >= total => {
                Verdict::Wait { until: now + SOON, why: format!("the last messages of {month} are under way") }
            }
            _ => Verdict::Send,
        }
    }

    /// The first moment of collecting after `at`.
    fn collecting_after(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let day = in_vietnam(self.collected_until(at)).date_naive();
        let next = day.succ_opt().and_then(|next| vietnam(next, self.collect_hour));
        next.unwrap_or(at + Duration::days(1))
    }
}

/// What missed its collecting is looked at again after this.
const LATE: Duration = Duration::minutes(10);

/// Until it is known what became of the messages under way.
const SOON: Duration = Duration::minutes(1);

/// What is used of a bot's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Messages that Zalo accepted, or may have accepted.
    pub used: u64,
    /// Others that are on their way at this moment.
    pub under_way: u64,
}

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Whether somebody waits for it.
    pub class: DeliveryClass,
    /// It is a collected message itself, or the rest of one whose beginning is sent.
    pub goes_on: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Whether a message may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Now.
    Send,
    /// Not before a moment.
    Wait {
        /// This one.
        until: DateTime<Utc>,
        /// For the outbox.
        why: String,
    },
}

/// Rounded up, so that 80 % of 3 is 3 and not 2.
fn share(of: u32, percent: u32) -> u64 {
    (u64::from(of) * u64::from(percent)).div_ceil(100)
}

fn vietnam(day: NaiveDate, hour: u32) -> Option<DateTime<Utc>> {
    let local = day.and_hms_opt(hour, 0, 0)?;
    Ho_Chi_Minh.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
}

/// A calendar month in Vietnam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month of a moment.
    #[must_use]
    pub fn of(at: DateTime<Utc>) -> Self {
        let day = in_vietnam(at).date_naive();
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// The day after its last one: "1/8" for July.
    #[must_use]
    pub fn next_first_day(self) -> NaiveDate {
        self.first.checked_add_months(chrono::Months::new(1)).unwrap_or(NaiveDate::MAX)
    }

    /// The first moment of the next month.
    #[must_use]
    pub fn ends_at(self) -> DateTime<Utc> {
        vietnam(self.next_first_day(), 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// As people read it: `tháng 7/2023`.
    #[must_use]
    pub fn name_vi(self) -> String {
        format!("tháng {}/{}", self.first.month(), self.first.year())
    }
}

impl fmt::Display for Month {
    /// `2023-07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BudgetPolicy = BudgetPolicy { monthly: 3_000, warn_percent: 80, reserve_percent: 5, collect_hour: 8 };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn judge(used: u64, under_way: u64, class: DeliveryClass, goes_on: bool, now: &str) -> String {
        let letter = Pending { class, goes_on, created_at: at("2023-07-24T09:30:00+07:00") };
        match POLICY.judge(Spent { used, under_way }, letter, at(now)) {
            Verdict::Send => "send".to_owned(),
            Verdict::Wait { until, .. } => in_vietnam(until).format("%d/%m %H:%M").to_string(),
        }
    }

    #[test]
    fn stages_begin_where_the_catalog_says() {
        let stages = [0, 2_399, 2_400, 2_849, 2_850, 2_999, 3_000, 9_999].map(|used| POLICY.stage(used));
        use Stage::{Collapse, Normal, Spent, Warn};
        assert_eq!(stages, [Normal, Normal, Warn, Warn, Collapse, Collapse, Spent, Spent]);
        let tiny = BudgetPolicy { monthly: 3, ..POLICY };
        assert_eq!([1, 2, 3].map(|used| tiny.stage(used)), [Normal, Collapse, Spent]);
    }

    #[test]
    fn answers_are_never_collected_and_broadcasts_wait_for_the_morning() {
        use DeliveryClass::{Answer, Broadcast};
        let now = "2023-07-24T10:00:00+07:00";
        assert_eq!(judge(2_849, 0, Broadcast, false, now), "send");
        assert_eq!(judge(2_850, 0, Broadcast, false, now), "25/07 08:00");
        assert_eq!(judge(2_850, 0, Broadcast, true, now), "send");
        assert_eq!(judge(2_850, 0, Answer, false, now), "send");
        // Collecting missed it: soon again, and never in the past.
        assert_eq!(judge(2_850, 0, Broadcast, false, "2023-07-25T08:00:00+07:00"), "25/07 08:10");
    }

    #[test]
    fn nothing_goes_beyond_the_last_message() {
        use DeliveryClass::{Answer, Broadcast};
        let now = "2023-07-24T10:00:00+07:00";
        assert_eq!(judge(2_999, 0, Answer, false, now), "send");
        assert_eq!(judge(2_998, 2, Answer, false, now), "24/07 10:01");
        assert_eq!(judge(3_000, 0, Answer, false, now), "01/08 00:00");
        assert_eq!(judge(3_000, 0, Broadcast, true, now), "01/08 08:00");
    }

    #[test]
    fn months_and_mornings_are_vietnams() {
        let last = at("2023-12-31T16:59:59Z");
        assert_eq!(
            (Month::of(last).to_string(), Month::of(last).name_vi()),
            ("2023-12".into(), "tháng 12/2023".into())
        );
        assert_eq!(Month::of(last).ends_at(), at("2023-12-31T17:00:00Z"));
        assert_eq!(Month::of(at("2023-12-31T17:00:00Z")).to_string(), "2024-01");
        assert_eq!(POLICY.collected_until(at("2023-07-24T07:59:59+07:00")), at("2023-07-23T08:00:00+07:00"));
        assert_eq!(POLICY.collected_until(at("2023-07-24T08:00:00+07:00")), at("2023-07-24T08:00:00+07:00"));
    }
}
