//! Samples of what schedules send.

use super::world::{June, World};
use super::{SampleError, Samples};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::reminder::{Rest, reminder};
use crate::message::view;
use chrono::NaiveDate;

pub(super) fn add(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let weekly = || "08:00 thứ Hai hằng tuần".to_owned();
    let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).ok_or(SampleError::Incomplete("day"));
    let july = world.july(June::SameDay, 24, |_| false)?;
    let closed = world.july(June::SameDay, 31, |_| false)?;
    let holes = world.july(June::SameDay, 24, |o| o.indicator.as_str() == "population_db")?;
    let an_lao = UnitCode::parse("an-lao")?;
    let (digitization, payment) = (IndicatorCode::parse("digitization")?, IndicatorCode::parse("online_payment")?);
    let (promised, muted) = (day(8, 20)?, day(7, 31)?);
    let whole = reminder(&july, &an_lao, |_| None).ok_or(SampleError::Incomplete("reminder"))?;
    samples.add("reminder, every week", view::reminder(lookup, &july, &whole, weekly(), 5));
    let resting = reminder(&july, &an_lao, |a| match &a.indicator {
        code if *code == digitization => Some(Rest::Promised(promised)),
        code if *code == payment => Some(Rest::Muted(muted)),
        _ => None,
    });
    let resting = resting.ok_or(SampleError::Incomplete("reminder"))?;
    samples.add("reminder, two rest, last day", view::reminder(lookup, &july, &resting, weekly(), 0));
    let no_data = reminder(&holes, &an_lao, |_| None).ok_or(SampleError::Incomplete("reminder"))?;
    samples.add("reminder, no data", view::reminder(lookup, &holes, &no_data, "08:00 hằng ngày".to_owned(), 5));
    let over = reminder(&closed, &an_lao, |_| None).ok_or(SampleError::Incomplete("reminder"))?;
    samples.add("reminder, closed month", view::reminder(lookup, &closed, &over, weekly(), 0));
    Ok(())
}
