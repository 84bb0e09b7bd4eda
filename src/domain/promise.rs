//! Promises ("giải trình"): a unit says why an indicator is missed and when it will be reached.
//!
//! Until that day nobody reminds the unit of that indicator. Afterwards the figures decide, and nobody else: reached is
//! kept; missed in figures that go up to the day is broken; figures that do not go so far yet are waited for a while, and
//! the unit is asked once.

use crate::domain::assessment::Rating;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// A reason has at least so many characters: less says nothing.
pub const REASON_LEAST: usize = 5;
/// A reason has at most so many characters: leaders read it on a phone.
pub const REASON_MOST: usize = 300;
/// A promise is for at most so many days ahead: longer is no promise.
pub const FURTHEST: Duration = Duration::days(92);
/// How often a unit may promise for the same indicator of the same month: the first time and two more days.
pub const PER_PERIOD: u32 = 3;
/// How long after the day figures up to it are waited for.
pub const GRACE: Duration = Duration::days(7);

/// Where a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PromiseState {
    /// Its day has not passed.
    Open,
    /// Its day has passed, the figures do not go so far, and the unit was asked.
    Asked,
    /// Reached.
    Kept,
    /// Not reached.
    Broken,
    /// The unit gave another day before this one came.
    Replaced,
}

impl PromiseState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Asked, Self::Kept, Self::Broken, Self::Replaced];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Replaced => "replaced",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What a unit promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its id (UUIDv7).
    pub id: String,
    /// Who.
    pub unit: UnitCode,
    /// What will be reached.
    pub indicator: IndicatorCode,
    /// The month of the figures in which it was missed.
    pub period: ReportingPeriod,
    /// Why it was missed.
    pub reason: String,
    /// The last day by which it will be reached.
    pub due: NaiveDate,
    /// The chat in which it was said.
    pub chat_id: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Where it stands.
    pub state: PromiseState,
    /// Since when it stands there.
    pub changed_at: DateTime<Utc>,
}

impl Promise {
    /// Whether reminders of the indicator rest on a day.
    #[must_use]
    pub fn rests(&self, today: NaiveDate) -> bool {
        self.state == PromiseState::Open && today <= self.due
    }
}

/// Why a day is no day for a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayRefusal {
    /// It is over.
    Past,
    /// It is more than [`FURTHEST`] ahead.
    TooFar,
}

/// Whether a day may be promised.
///
/// # Errors
/// Why not.
pub fn check_day(day: NaiveDate, today: NaiveDate) -> Result<(), DayRefusal> {
    if day < today {
        Err(DayRefusal::Past)
    } else if day - today > FURTHEST {
        Err(DayRefusal::TooFar)
    } else {
        Ok(())
    }
}

/// Days to choose from where none was given: in a week, in two, and the end of the month, as far as it is later.
#[must_use]
pub fn days_to_choose(today: NaiveDate) -> Vec<NaiveDate> {
    let month_end = ReportingPeriod::containing(today).map(ReportingPeriod::last_day);
    let mut days = vec![today + Duration::days(7), today + Duration::days(14)];
    days.extend(month_end.filter(|end| *end > today));
    days.sort_unstable();
    days.dedup();
    days
}

/// What follows from the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Wait,
    /// Reached: the unit is thanked.
    Kept,
    /// The day has passed and nobody knows: the unit is asked, once.
    Ask,
    /// Not reached. The unit is told, unless it was asked before.
    Broken {
        /// It hears of it now.
        tell: bool,
    },
}

/// Judges a promise by the newest figures: what they say of the indicator, and up to which day they go.
#[must_use]
pub fn judge(promise: &Promise, today: NaiveDate, rating: Option<Rating>, as_of: NaiveDate) -> Verdict {
    if today <= promise.due || !matches!(promise.state, PromiseState::Open | PromiseState::Asked) {
        return Verdict::Wait;
    }
    let asked = promise.state == PromiseState::Asked;
    match rating {
        Some(Rating::Met) => Verdict::Kept,
        Some(Rating::Missed) if as_of >= promise.due => Verdict::Broken { tell: !asked },
        _ if !asked => Verdict::Ask,
        _ if today - promise.due >= GRACE => Verdict::Broken { tell: false },
        _ => Verdict::Wait,
    }
}

/// Promises as the leaders see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Their day is still to come, or the figures are.
    pub open: Vec<Promise>,
    /// Kept since the last look.
    pub kept: Vec<Promise>,
    /// Broken, and still missed.
    pub broken: Vec<Promise>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 8, d).unwrap()
    }

    fn promise(state: PromiseState) -> Promise {
        Promise {
            id: "p".into(),
            unit: UnitCode::parse("so-a").unwrap(),
            indicator: IndicatorCode::parse("digitization").unwrap(),
            period: ReportingPeriod::parse("2023-07").unwrap(),
            reason: "hỏng máy quét".into(),
            due: day(10),
            chat_id: "c".into(),
            made_at: DateTime::UNIX_EPOCH,
            state,
            changed_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_figures_decide() {
        use PromiseState::{Asked, Broken as Gone, Kept as Done, Open};
        use Rating::{Met, Missed, NoActivity};
        let tell = |tell| Verdict::Broken { tell };
        for (state, today, rating, as_of, expected) in [
            (Open, 10, Some(Missed), 10, Verdict::Wait),
            (Open, 10, Some(Met), 10, Verdict::Wait),
            (Open, 11, Some(Met), 5, Verdict::Kept),
            (Open, 11, Some(Missed), 10, tell(true)),
            // Figures that do not go so far.
            (Open, 11, Some(Missed), 9, Verdict::Ask),
            (Open, 11, None, 9, Verdict::Ask),
            (Open, 11, Some(NoActivity), 10, Verdict::Ask),
            (Asked, 12, Some(Missed), 9, Verdict::Wait),
            (Asked, 12, Some(Met), 9, Verdict::Kept),
            (Asked, 12, Some(Missed), 11, tell(false)),
            (Asked, 16, Some(Missed), 9, Verdict::Wait),
            (Asked, 17, Some(Missed), 9, tell(false)),
            (Gone, 20, Some(Met), 20, Verdict::Wait),
            (Done, 20, Some(Missed), 20, Verdict::Wait),
        ] {
            let verdict = judge(&promise(state), day(today), rating, day(as_of));
            assert_eq!(verdict, expected, "{state:?} on {today}, {rating:?} up to {as_of}");
        }
    }

    #[test]
    fn reminders_rest_until_the_day() {
        assert!(promise(PromiseState::Open).rests(day(10)));
        assert!(!promise(PromiseState::Open).rests(day(11)));
        assert!(!promise(PromiseState::Broken).rests(day(1)));
    }

    #[test]
    fn a_day_is_neither_past_nor_far() {
        let far = day(1) + FURTHEST;
        assert_eq!(check_day(day(1), day(1)), Ok(()));
        assert_eq!(check_day(far, day(1)), Ok(()));
        assert_eq!(check_day(day(1), day(2)), Err(DayRefusal::Past));
        assert_eq!(check_day(far.succ_opt().unwrap(), day(1)), Err(DayRefusal::TooFar));
    }

    #[test]
    fn the_days_to_choose_are_in_order_and_distinct() {
        assert_eq!(days_to_choose(day(1)), [day(8), day(15), day(31)]);
        assert_eq!(days_to_choose(day(24)), [day(31), day(31) + Duration::days(7)]);
        assert_eq!(days_to_choose(day(31)).len(), 2);
    }
}
