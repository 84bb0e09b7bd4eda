//! Samples of what is said about units that have ended: as if in July 2023 two departments had become one that bears the
//! name of one of them; and the districts, in July 2025.

use super::world::{World, header};
use super::{SampleError, Samples};
use crate::domain::alert::{NoticeKind, NotifyReason};
use crate::domain::assessment::{Figures, assess};
use crate::domain::correction::{CorrectedFigure, UnitCorrection};
use crate::domain::observation::Reading;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::rate::Percent;
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::subscription::{Chat, Medium};
use crate::message::view::{self, EndedChats, EndedView, Lookup};
use chrono::NaiveDate;

pub(super) fn add(samples: &mut Samples) -> Result<(), SampleError> {
    let mut world = World::new()?;
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).ok_or(SampleError::Incomplete("day"));
    let (merger, last, july) = (day(2023, 7, 1)?, day(2023, 6, 30)?, day(2025, 7, 1)?);
    let successor = UnitCode::parse("so-xay-dung-moi")?;
    for (code, last) in [("bql-kkt", last), ("so-xay-dung", last), ("an-lao", day(2025, 6, 30)?)] {
        let unit = world.unit_mut(code)?;
        unit.valid_to = Some(last);
        unit.successors = if code == "an-lao" { vec![] } else { vec![successor.clone()] };
    }
    let old = world.unit("so-xay-dung")?.clone();
    world.add_unit(OrgUnit {
        code: successor.clone(),
        valid_from: Some(merger),
        valid_to: None,
        successors: vec![],
        ..old.clone()
    });
    let lookup = world.lookup();
    let district = world.unit("an-lao")?;
    let management = world.unit("bql-kkt")?;
    for (name, unit) in
        [("with a successor", management), ("of the same name", &old), ("without a successor", district)]
    {
        let closed = view::unit_closed(lookup, unit, july).ok_or(SampleError::Incomplete("end"))?;
        samples.add(&format!("unit closed, {name}"), closed);
    }
    let asked = [(management, "bql kkt", false), (&old, "", true)];
    for (unit, name, closed) in asked {
        let view = view::unit_ended(lookup, &[unit], july, name, closed).ok_or(SampleError::Incomplete("end"))?;
        samples.add(if closed { "unit ended, its own chat" } else { "unit ended, no figures" }, view);
    }
    let chat = |title: &str, medium| Chat {
        id: String::new(),
        medium,
        lane: String::new(),
        address: String::new(),
        title: title.to_owned(),
        group: true,
        paused: None,
    };
    let (web, group) = (chat("Sở Xây dựng", Medium::Web), chat("Tổ một cửa <Sở XD>", Medium::Telegram));
    let of = |unit, chats| EndedChats { unit, chats };
    let ended = [of(management, vec![(&web, true)]), of(&old, vec![(&web, false), (&group, false), (&group, true)])];
    samples.add("units ended", view::units_ended(lookup, last, &ended, merger));
    let many: Vec<_> = (0..30).map(|_| of(district, vec![(&group, false)])).collect();
    samples.add("units ended, more than a message holds", view::units_ended(lookup, day(2025, 6, 30)?, &many, july));
    after_a_merger(lookup, &world, &successor, samples)
}

/// The status of a successor: rates against the sum of those before, and what cannot be added up.
fn after_a_merger(
    lookup: Lookup<'_>,
    world: &World,
    successor: &UnitCode,
    samples: &mut Samples,
) -> Result<(), SampleError> {
    let july = header("2023-07", 24, 1)?;
    // The figures of June are made up.
    let june = SnapshotHeader { sample: true, ..header("2023-06", 24, 1)? };
    let (now, then) = world.around_a_merger(successor)?;
    let joined = &world.unit("bql-kkt")?.code;
    let mut reached = now.clone();
    for all in reached.iter_mut().filter(|o| o.indicator.as_str() == "population_db") {
        (all.numerator, all.rate) = (all.denominator, Reading::Value(Percent::whole(100)));
    }
    let alone: Vec<_> = then.iter().filter(|o| o.unit != *joined).cloned().collect();
    for (name, then) in [("of a unit that has ended", &then), ("what cannot be added up", &alone)] {
        let current = Figures { header: &july, observations: &now };
        let previous = Figures { header: &june, observations: then };
        let period = assess(world.yardstick(), current, Some(previous));
        let ended = EndedView::of(lookup, world.unit("bql-kkt")?, july.as_of).ok_or(SampleError::Incomplete("end"))?;
        let status = view::status(lookup, &period, std::slice::from_ref(successor), 5).after(vec![ended]);
        samples.add(&format!("status, {name}"), status);
        let notice = super::notice(successor.as_str(), NoticeKind::Bulletin, NotifyReason::FirstMissed, &[])?;
        samples.add(&format!("bulletin, {name}"), view::bulletin(lookup, &period, &notice, 5));
        let first = period.of_unit(successor).next().ok_or(SampleError::Incomplete("assessment"))?;
        let figures = vec![CorrectedFigure { indicator: first.indicator.clone(), before: None }];
        let correction = UnitCorrection { unit: successor.clone(), figures };
        samples.add(&format!("correction, {name}"), view::correction(lookup, &period, &correction, 5));
        let back = ["population_db"];
        let notice = super::notice(successor.as_str(), NoticeKind::Recovered, NotifyReason::Recovered, &back)?;
        let current = Figures { header: &july, observations: &reached };
        let period = assess(world.yardstick(), current, Some(previous));
        samples.add(&format!("recovered, {name}"), view::recovered(lookup, &period, &notice, 5));
    }
    Ok(())
}
