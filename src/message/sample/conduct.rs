//! Samples of promises, pauses, chats' schedules, and what leaders read of them.

use super::world::{June, World};
use super::{SampleError, Samples, summary};
use crate::domain::assessment::Assessment;
use crate::domain::escalation::{Escalated, Escalation};
use crate::domain::indicator::IndicatorCode;
use crate::domain::mute::Mute;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::promise::{Promise, PromiseState, Standing, days_to_choose};
use crate::message::Message;
use crate::message::view::{self, MuteReader, MuteRefusal, PromiseRefusal};
use chrono::{DateTime, NaiveDate, Utc};

pub(super) fn add(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    promises(world, samples)?;
    pauses(world, samples)?;
    schedules(samples)?;
    leaders(world, samples)
}

pub(super) fn moment() -> Result<DateTime<Utc>, SampleError> {
    // 24/7/2023, 8:05 in Vietnam.
    DateTime::from_timestamp(1_690_160_700, 0).ok_or(SampleError::Incomplete("moment"))
}

fn day(month: u32, day: u32) -> Result<NaiveDate, SampleError> {
    NaiveDate::from_ymd_opt(2023, month, day).ok_or(SampleError::Incomplete("day"))
}

fn promise(unit: &str, due: NaiveDate) -> Result<Promise, SampleError> {
    Ok(Promise {
        id: String::new(),
        unit: UnitCode::parse(unit)?,
        indicator: IndicatorCode::parse("digitization")?,
        period: ReportingPeriod::parse("2023-07")?,
        reason: "máy quét hỏng, đã đề nghị sửa chữa".to_owned(),
        due,
        chat_id: String::new(),
        made_at: moment()?,
        state: PromiseState::Open,
        changed_at: moment()?,
    })
}

fn promises(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let july = world.july(June::SameDay, 24, |_| false)?;
    let (digitization, payment) = (IndicatorCode::parse("digitization")?, IndicatorCode::parse("online_payment")?);
    let (today, due) = (day(7, 24)?, day(8, 20)?);
    let missed = [digitization.clone(), payment];
    let units = ["an-lao", "an-lao-xa"].iter().map(|code| UnitCode::parse(code)).collect::<Result<Vec<_>, _>>()?;
    samples.add("promise help, no indicator", view::promise_help(lookup, None, &missed, due));
    samples.add("promise help, no reason", view::promise_help(lookup, Some(&digitization), &[], due));
    for (name, refusal) in [
        ("no unit", PromiseRefusal::NotAUnit),
        ("past", PromiseRefusal::Past),
        ("too far", PromiseRefusal::TooFar),
        ("too long", PromiseRefusal::TooLong),
        ("not missed", PromiseRefusal::NotMissed),
        ("too often", PromiseRefusal::TooOften),
    ] {
        samples.add(&format!("promise refused, {name}"), view::promise_refused(lookup, refusal, Some(&digitization)));
    }
    let days = days_to_choose(today);
    samples.add("promise day", view::promise_day(lookup, &digitization, "máy quét hỏng", &days));
    let made = view::promise_made(lookup, &july, &units, &digitization, "máy quét hỏng,\nđã đề nghị sửa chữa", due);
    samples.add("promise made", made);
    let of = |unit, due| promise(unit, due).map(|promise| view::promise_due(lookup, &july, &promise));
    samples.add("promise due, kept", of("so-xay-dung", day(7, 21)?)?);
    samples.add("promise due, missed", of("an-lao", day(7, 21)?)?);
    samples.add("promise due, figures too early", of("an-lao", day(7, 26)?)?);
    Ok(())
}

fn pauses(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let july = world.july(June::SameDay, 24, |_| false)?;
    let digitization = IndicatorCode::parse("digitization")?;
    let an_lao = UnitCode::parse("an-lao")?;
    let now = moment()?;
    let mute = |indicator: Option<&IndicatorCode>| Mute {
        id: String::new(),
        chat_id: String::new(),
        indicator: indicator.cloned(),
        started_at: now,
        until: now,
        ended_at: None,
    };
    samples.add("mute ask, all", view::mute_ask(lookup, None, None));
    samples.add("mute ask, of a unit", view::mute_ask(lookup, Some(&an_lao), Some(&digitization)));
    samples.add("mute ask, one", view::mute_ask(lookup, None, Some(&digitization)));
    for (name, refusal) in [
        ("no unit's chat", MuteRefusal::NotAUnit),
        ("too long", MuteRefusal::Duration("400 ngày")),
        ("no indicator", MuteRefusal::Indicator("sô hoa")),
        ("whose", MuteRefusal::NoUnit),
        ("no chat", MuteRefusal::NoChat(&an_lao)),
    ] {
        samples.add(&format!("mute refused, {name}"), view::mute_refused(lookup, refusal));
    }
    for (name, indicator, reader) in [
        ("all", None, MuteReader::Itself),
        ("one", Some(&digitization), MuteReader::Itself),
        ("by the office", None, MuteReader::Other),
        ("one, by the office", Some(&digitization), MuteReader::Other),
        ("to the office", None, MuteReader::Office(&an_lao, 2)),
        ("one, to the office", Some(&digitization), MuteReader::Office(&an_lao, 1)),
    ] {
        samples.add(&format!("mute set, {name}"), view::mute_set(lookup, indicator, now, reader));
    }
    samples.add("mute lifted", view::mute_lifted(lookup, &an_lao, 1));
    samples.add("mute lifted, nothing", view::mute_lifted(lookup, &an_lao, 0));
    let owed: Vec<&Assessment> = july.of_unit(&an_lao).collect();
    samples.add("mute over, owed", view::mute_over(lookup, &mute(None), Some(&july), &owed));
    let twice: Vec<&Assessment> = owed.iter().chain(&owed).copied().collect();
    samples.add("mute over, much owed", view::mute_over(lookup, &mute(None), Some(&july), &twice));
    samples.add("mute over, nothing owed", view::mute_over(lookup, &mute(Some(&digitization)), None, &[]));
    samples.add("not muted", Message::NotMuted);
    Ok(())
}

fn schedules(samples: &mut Samples) -> Result<(), SampleError> {
    let now = moment()?;
    let words = |words: &str| Some(words.to_owned());
    let standard = view::chat_schedule(false, false, words("08:00 thứ Hai hằng tuần"), true, Some(now));
    samples.add("chat schedule, standard", standard);
    let own = view::chat_schedule(true, false, words("09:00 ngày 5 hằng tháng"), false, Some(now));
    samples.add("chat schedule, own", own);
    samples.add("chat schedule, off", view::chat_schedule(true, false, None, false, None));
    let digest = view::chat_schedule(true, true, words("07:00 thứ Sáu hằng tuần"), false, Some(now));
    samples.add("chat schedule, leaders", digest);
    samples.add("chat schedule, leaders, off", view::chat_schedule(true, true, None, false, None));
    samples.add("schedule refused", view::schedule_refused(false, "thứ Tám"));
    samples.add("schedule refused, no unit", view::schedule_refused(true, ""));
    Ok(())
}

fn leaders(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let digitization = IndicatorCode::parse("digitization")?;
    let escalated = |unit, periods, broken| {
        let unit = UnitCode::parse(unit)?;
        Ok::<_, SampleError>(Escalated { unit, indicator: digitization.clone(), periods, broken })
    };
    let escalation = Escalation {
        named: vec![
            escalated("so-xay-dung", 3, None)?,
            escalated("an-lao", 4, Some(day(7, 20)?))?,
            escalated("bql-kkt", 1, Some(day(7, 21)?))?,
        ],
        rest: vec![escalated("an-lao-xa", 3, None)?, escalated("so-noi-vu", 3, None)?],
    };
    let kept = vec![promise("so-tu-phap", day(7, 21)?)?];
    let open = vec![promise("an-lao-xa", day(8, 20)?)?, promise("so-noi-vu", day(7, 31)?)?];
    let now = moment()?;
    let mute = |indicator: Option<&IndicatorCode>| Mute {
        id: String::new(),
        chat_id: String::new(),
        indicator: indicator.cloned(),
        started_at: now,
        until: now,
        ended_at: None,
    };
    let mutes = [
        (mute(None), vec![UnitCode::parse("so-xay-dung")?]),
        (mute(Some(&digitization)), vec![UnitCode::parse("an-lao")?]),
    ];
    let standing = Standing { open, kept, broken: Vec::new() };
    let conduct = view::conduct(world.lookup(), 3, &escalation, &standing, &mutes, now);
    let digest = summary::digest(world.lookup(), true)?.with_conduct(conduct);
    samples.add("digest, with promises and pauses", digest.clone());
    samples.add("digest, the rest, with promises and pauses", digest.of_week().more());
    // Many of each, and a policy that names nobody.
    let many = Standing {
        open: vec![promise("an-lao-xa", day(8, 20)?)?; 7],
        kept: vec![promise("so-tu-phap", day(7, 21)?)?; 7],
        broken: Vec::new(),
    };
    let mutes = vec![(mute(None), vec![UnitCode::parse("so-xay-dung")?]); 7];
    let unnamed = Escalation { named: Vec::new(), rest: vec![escalated("so-xay-dung", 3, None)?; 40] };
    let conduct = view::conduct(world.lookup(), 3, &unnamed, &many, &mutes, now);
    let digest = summary::digest(world.lookup(), true)?.with_conduct(conduct);
    samples.add("digest, with many promises and pauses", digest.clone());
    samples.add("digest, the rest, with many promises and pauses", digest.more());
    Ok(())
}
