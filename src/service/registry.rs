//! Units that end: their chats are told once, the office is told which of them need a new link, and nothing is inherited.
//!
//! What is judged is the catalog against today. A chat that was tied to a unit only after its last day (the page's own
//! chats in a demonstration of old figures, for example) knew what it did and is told nothing. A chat is never moved to
//! the successor: its people may be others.

use crate::domain::delivery::DeliveryClass;
use crate::domain::lineage::{has_ended, present, successors};
use crate::domain::names::{NameMatch, in_time};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::day_in_vietnam;
use crate::domain::subscription::Medium;
use crate::message::Message;
use crate::message::view::{self, EndedChats, EndedView};
use crate::service::evaluate::Evaluation;
use crate::service::web_chats::ensure_web_chats;
use crate::service::{Context, Extent, Letter, ServiceError, office};
use crate::store::{NewDelivery, UnitLink};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Closes the links of units whose last day is over, and gives those that have begun their chat on the page. Returns how
/// many links were closed.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let today = day_in_vietnam(context.now());
    let units: HashMap<&UnitCode, &OrgUnit> = context.catalog.units.iter().map(|unit| (&unit.code, unit)).collect();
    let links = context.store.unit_links().await?;
    // The page has a chat for everybody of the catalog, and so for a unit that has just begun.
    let on_page: HashSet<&UnitCode> =
        links.iter().filter(|link| link.chat.medium == Medium::Web).map(|link| &link.unit).collect();
    let begun = |unit: &OrgUnit| unit.valid_from.is_some_and(|from| from <= today);
    if !on_page.is_empty() && context.catalog.units.iter().any(|unit| begun(unit) && !on_page.contains(&unit.code)) {
        ensure_web_chats(context).await?;
    }
    let alive = |link: &&UnitLink| units.get(&link.unit).is_some_and(|unit| !has_ended(unit, today));
    let wrongly: Vec<i64> = links.iter().filter(|link| link.closed).filter(alive).map(|link| link.id).collect();
    if !wrongly.is_empty() {
        let opened = context.store.reopen_links(&wrongly).await?;
        tracing::info!(links = opened, "the catalog says that their units live: chats hear of them again");
    }
    // Nobody is woken by it: what ended at midnight is told when the quiet hours are over.
    let now = context.now();
    if context.catalog.schedules.quiet.is_some_and(|quiet| quiet.end_after(now) > now) {
        return Ok(0);
    }
    let mut ended: BTreeMap<NaiveDate, Vec<&UnitLink>> = BTreeMap::new();
    for link in links.iter().filter(|link| !link.closed) {
        let last = units.get(&link.unit).and_then(|unit| unit.valid_to);
        if let Some(last) = last.filter(|last| *last < today && day_in_vietnam(link.since) <= *last) {
            ended.entry(last).or_default().push(link);
        }
    }
    let mut closed = 0;
    for (last, those) in ended {
        closed += close(context, today, last, &those, &links).await?;
    }
    Ok(closed)
}

/// Closes the links of the units that had the same last day, in one transaction with all that is said about it.
async fn close(
    context: &Context,
    today: NaiveDate,
    last: NaiveDate,
    those: &[&UnitLink],
    all: &[UnitLink],
) -> Result<u32, ServiceError> {
    let (lookup, catalog) = (context.lookup(), &context.catalog);
    let mut said: Vec<NewDelivery> = Vec::new();
    let mut of_office: Vec<EndedChats<'_>> = Vec::new();
    for unit in catalog.units.iter().filter(|unit| those.iter().any(|link| link.unit == unit.code)) {
        let Some(view) = view::unit_closed(lookup, unit, today) else { continue };
        let message = Message::from(view);
        let letter = Letter {
            message: &message,
            reason: Some("unit_ended"),
            class: DeliveryClass::Broadcast,
            key: format!("unit_closed:{}:{last}", unit.code),
            snapshot: None,
            extent: Extent::Whole,
        };
        let next = successors(&catalog.units, unit, today);
        let heirs = |chat: &str| all.iter().any(|l| l.chat.id == chat && next.iter().any(|unit| unit.code == l.unit));
        let mut chats = Vec::new();
        for link in those.iter().filter(|link| link.unit == unit.code) {
            said.extend(letter.to(context, &link.chat)?);
            chats.push((&link.chat, heirs(&link.chat.id)));
        }
        of_office.push(EndedChats { unit, chats });
    }
    let ids: Vec<i64> = those.iter().map(|link| link.id).collect();
    let message = Message::from(view::units_ended(lookup, last, &of_office, today));
    // The first link makes it another message than that of chats which are closed later for the same day.
    let key = format!("units_ended:{last}:{}", ids.first().copied().unwrap_or_default());
    said.extend(office::letters(context, &message, "unit_ended", key).await?);
    if !context.store.close_links(&ids, &said, context.now()).await? {
        // Somebody else was faster, or a chat has just left: the next step looks again.
        return Ok(0);
    }
    context.wake.deliver.notify_waiters();
    tracing::info!(%last, units = of_office.len(), chats = ids.len(), "units have ended; their chats were told");
    Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
}

/// The day on which names and units are judged (see [`present`]).
///
/// # Errors
/// The database's.
pub async fn present_day(context: &Context) -> Result<NaiveDate, ServiceError> {
    let newest = context.store.current(None).await?;
    Ok(present(newest.map(|header| header.as_of), day_in_vietnam(context.now())))
}

/// What a name means on a day.
#[must_use]
pub fn find(context: &Context, name: &str, day: NaiveDate) -> NameMatch {
    in_time(context.names.find(name), &context.catalog.units, day)
}

/// What is shown where units are asked for, some of which may have ended.
#[derive(Debug)]
pub struct Shown {
    /// Those of which there are figures to show.
    pub units: Vec<UnitCode>,
    /// Those that have ended, to be said first.
    pub ended: Vec<EndedView>,
    /// Those that carry on, but that the chat may not see.
    pub hidden: bool,
}

/// Which units are shown: who asks for one that has ended is told so, and sees who carries on its work now; or, for a
/// month of its lifetime (`named`), its own figures.
#[must_use]
pub fn shown(
    context: &Context,
    evaluation: &Evaluation,
    asked: &[UnitCode],
    present: NaiveDate,
    named: bool,
    may_see: impl Fn(&UnitCode) -> bool,
) -> Shown {
    let mut result = Shown { units: Vec::new(), ended: Vec::new(), hidden: false };
    let has_figures = |unit: &UnitCode| evaluation.period.of_unit(unit).next().is_some();
    let mut show = |unit: &UnitCode| {
        if !result.units.contains(unit) {
            result.units.push(unit.clone());
        }
    };
    for code in asked {
        let unit = context.catalog.unit(code);
        let Some((unit, view)) = unit.and_then(|u| Some((u, EndedView::of(context.lookup(), u, present)?))) else {
            show(code);
            continue;
        };
        result.ended.push(view);
        let next = if named { Vec::new() } else { successors(&context.catalog.units, unit, present) };
        result.hidden |= next.iter().any(|unit| !may_see(&unit.code));
        let next: Vec<_> = next.iter().filter(|unit| may_see(&unit.code) && has_figures(&unit.code)).collect();
        if next.is_empty() && has_figures(code) {
            show(code);
        }
        for unit in next {
            show(&unit.code);
        }
    }
    result
}
