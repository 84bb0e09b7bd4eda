//! Whether a chat is reminded of what its unit misses, as a table with the reasons.

use super::build::*;
use chitieu::domain::reminder::{Lately, Silence, decide, reminder};
use chrono::{DateTime, Duration, Utc};

/// Monday, eight in the morning.
fn now() -> DateTime<Utc> {
    morning("2023-07-31")
}

fn ago(hours: i64) -> DateTime<Utc> {
    now() - Duration::hours(hours)
}

/// Of a unit that misses the online target and has no figure of payments: when it was told of each, and its chat of
/// anything and in a bulletin.
fn verdict(
    online: Option<i64>,
    payment: Option<i64>,
    any: Option<i64>,
    bulletin: Option<i64>,
) -> Result<usize, Silence> {
    let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE, PAYMENT, DIGITIZATION]);
    let figures = [figure("so-a", ONLINE, "10/100 10%"), figure("so-a", DIGITIZATION, "90/100 90%")];
    let period = office.assess(&snap("2023-07-24", figures), None);
    let code = unit("so-a");
    let found = reminder(&period, &code, |_| None);
    let told = |a: &chitieu::domain::assessment::Assessment| match a.indicator.as_str() {
        ONLINE => online.map(ago),
        PAYMENT => payment.map(ago),
        other => panic!("{other} is reached"),
    };
    let lately = Lately { any: any.map(ago), bulletin: bulletin.map(ago) };
    decide(now(), Duration::hours(12), found, lately, told).map(|found| found.missed.len() + found.no_data.len())
}

#[test]
fn who_was_told_the_same_within_a_day_is_not_reminded() {
    for (online, payment, any, bulletin, expected) in [
        // Never told, or long ago.
        (None, None, None, None, Ok(2)),
        (Some(170), Some(170), Some(170), Some(170), Ok(2)),
        (Some(24), Some(24), Some(24), Some(24), Ok(2)),
        // A bulletin that came again the day before.
        (Some(22), Some(22), Some(22), Some(22), Err(Silence::ToldTheSame(ago(22)))),
        (Some(22), Some(22), Some(13), Some(22), Err(Silence::ToldTheSame(ago(22)))),
        // The chat was told lately, but the unit of something else: another unit's bulletin in a chat of two.
        (Some(170), Some(170), Some(22), Some(22), Ok(2)),
        (Some(22), Some(170), Some(22), Some(22), Ok(2)),
        (Some(22), None, Some(22), Some(22), Ok(2)),
        // The unit was told, but not in this chat, which was linked since.
        (Some(22), Some(22), None, None, Ok(2)),
        // A reminder of the day before is no bulletin: whoever wants one each day has one each day.
        (Some(170), Some(170), Some(23), None, Ok(2)),
        (Some(22), Some(22), Some(22), None, Ok(2)),
        // Whatever came a moment ago is enough for now.
        (None, None, Some(3), None, Err(Silence::ToldJustNow(ago(3)))),
        (Some(11), Some(11), Some(11), Some(11), Err(Silence::ToldJustNow(ago(11)))),
    ] {
        assert_eq!(verdict(online, payment, any, bulletin), expected, "{online:?} {payment:?} {any:?} {bulletin:?}");
    }
}

#[test]
fn who_misses_nothing_is_not_reminded_of_it() {
    let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE]);
    let period = office.assess(&snap("2023-07-24", [figure("so-a", ONLINE, "90/100 90%")]), None);
    let code = unit("so-a");
    let found = reminder(&period, &code, |_| None);
    let silence = decide(now(), Duration::hours(12), found, Lately::default(), |_| None).unwrap_err();
    assert_eq!(silence, Silence::NothingMissed);
}
