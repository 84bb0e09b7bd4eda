//! Answers what people typed.
//!
//! Who may see what is decided here, once: a unit's chat sees its own units, leaders and the office see all, the office
//! also sees findings and may confirm, a chat that was never linked can only link itself and ask for help.

mod choice;

use crate::domain::command::{Command, Heard, PeriodWord, corrected, parse};
use crate::domain::delivery::DeliveryClass;
use crate::domain::names::NameMatch;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::{ReportingPeriod, day_in_vietnam};
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use crate::entropy::code_digest;
use crate::message::{Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::{Context, Letter, ServiceError, publish, uploads};
use crate::store::Inbound;
use chrono::NaiveDate;

/// How many inbound messages one step takes.
const BATCH: u32 = 32;

/// Answers everything that waits. Returns how many messages were answered.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let mut answered = 0;
    for inbound in context.store.unanswered(BATCH).await? {
        let Some(linked) = context.store.chat_by_address(inbound.medium, &inbound.lane, &inbound.chat_address).await?
        else {
            context.store.answered(&inbound.id, &[], context.now()).await?;
            continue;
        };
        let message = match reply(context, &linked, &inbound).await {
            Ok(message) => message,
            // The person gets a sentence instead of silence, and the fault is logged once, here.
            Err(error) => {
                tracing::error!(%error, chat = linked.chat.title, "an answer failed");
                Some(Message::Unhealthy)
            }
        };
        let mut deliveries = Vec::new();
        if let Some(message) = &message {
            let letter = Letter {
                message,
                reason: None,
                class: DeliveryClass::Answer,
                key: format!("answer:{}", inbound.id),
                snapshot: None,
            };
            deliveries = letter.to(context, &linked.chat)?;
        }
        if context.store.answered(&inbound.id, &deliveries, context.now()).await? && message.is_some() {
            context.metrics.answers.inc();
            answered += 1;
        }
    }
    if answered > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(answered)
}

/// What is said to what was typed; none where the bot had better be silent.
async fn reply(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<Option<Message>, ServiceError> {
    let today = day_in_vietnam(context.now());
    let text = choice::meant(context, linked, inbound).await?;
    let heard = parse(&text, today);
    let command = match heard {
        Heard::Command(command) => command,
        Heard::NearMiss { typed, meant } => {
            return Ok(Some(view::near_miss(&typed, &corrected(&text, &typed, meant)).into()));
        }
        Heard::BadMonth { typed, .. } => return Ok(Some(view::bad_month(&typed).into())),
        // In a group people talk to each other.
        Heard::NotACommand if linked.chat.group && linked.chat.medium != Medium::Web => return Ok(None),
        Heard::NotACommand => return Ok(Some(view::help(context.lookup(), &linked.roles).into())),
    };
    let message = match command {
        Command::Link { code } => link(context, linked, inbound, &code).await?,
        Command::Help => view::help(context.lookup(), &linked.roles).into(),
        _ if linked.roles.is_empty() => Message::Unlinked,
        Command::Status { ref name, period } => {
            status(context, linked, name, period, today, &|unit| command.about(unit)).await?
        }
        Command::Targets { ref name } => targets(context, linked, name, &|unit| command.about(unit)).await?,
        Command::Summary { period } => summary(context, linked, period, today).await?,
        Command::Audit => audit(context, linked).await?,
        Command::Confirm { ref what } => confirm(context, linked, inbound, what).await?,
        // Commands of the grammar that come later answer with what there is.
        _ => view::help(context.lookup(), &linked.roles).into(),
    };
    Ok(Some(message))
}

async fn link(context: &Context, linked: &LinkedChat, inbound: &Inbound, code: &str) -> Result<Message, ServiceError> {
    let redeemed =
        context.store.redeem_link_code(&code_digest(code), &linked.chat.id, &inbound.sender, context.now()).await?;
    Ok(match redeemed {
        Ok(role) => {
            tracing::info!(chat = linked.chat.title, role = role.word(), by = inbound.sender, "chat linked");
            view::linked(context.lookup(), &role).into()
        }
        Err(refusal) => {
            tracing::warn!(chat = linked.chat.title, by = inbound.sender, ?refusal, "link code refused");
            Message::LinkRefused
        }
    })
}

/// The command that a person gave, about one unit.
type Ask<'a> = &'a (dyn Fn(&UnitCode) -> String + Sync);

/// Which units a person means, among those that the chat may see.
enum Meant {
    Units(Vec<UnitCode>),
    Answer(Box<Message>),
}

fn answer(message: impl Into<Message>) -> Meant {
    Meant::Answer(Box::new(message.into()))
}

/// `ask` gives the same command about one unit, for people to choose.
fn meant(context: &Context, linked: &LinkedChat, name: &str, ask: Ask<'_>) -> Meant {
    let own: Vec<UnitCode> = linked.units().cloned().collect();
    if name.trim().is_empty() {
        if own.is_empty() {
            return answer(view::unknown_unit("", &[]));
        }
        return Meant::Units(own);
    }
    let units = |suggestions: &[crate::domain::names::Suggestion]| -> Vec<OrgUnit> {
        let codes = suggestions.iter().flat_map(|s| s.units.iter());
        codes.filter_map(|code| context.catalog.unit(code).cloned()).collect()
    };
    match context.names.find(name) {
        NameMatch::One(found) if linked.sees_all() => Meant::Units(found),
        NameMatch::One(found) => {
            let visible: Vec<UnitCode> = found.into_iter().filter(|unit| own.contains(unit)).collect();
            if visible.is_empty() {
                answer(view::forbidden(context.lookup(), &linked.roles))
            } else {
                Meant::Units(visible)
            }
        }
        // A unit's chat learns nothing of the others, not even from a typing error.
        NameMatch::Ambiguous(_) | NameMatch::Unknown(_) if !linked.sees_all() => {
            answer(view::forbidden(context.lookup(), &linked.roles))
        }
        NameMatch::Ambiguous(suggestions) => {
            let choices = units(&suggestions);
            answer(view::ambiguous_unit(name, &choices.iter().collect::<Vec<_>>()).to_choose(ask))
        }
        NameMatch::Unknown(suggestions) => {
            let near = units(&suggestions);
            answer(view::unknown_unit(name, &near.iter().collect::<Vec<_>>()).to_choose(ask))
        }
    }
}

/// The month that a person means: a bare "tháng 7" is the newest July that has figures.
async fn period_meant(
    context: &Context,
    word: Option<PeriodWord>,
    today: NaiveDate,
) -> Result<Option<ReportingPeriod>, ServiceError> {
    let Some(word) = word else { return Ok(None) };
    if let PeriodWord::Month(month) = word {
        let known = context.store.periods().await?;
        if let Some(period) = known.into_iter().rev().find(|p| p.month() == month) {
            return Ok(Some(period));
        }
    }
    Ok(word.resolve(today))
}

/// The figures of a period, or the sentence that there are none.
async fn figures(
    context: &Context,
    period: Option<ReportingPeriod>,
) -> Result<Result<SnapshotHeader, Message>, ServiceError> {
    match context.store.current(period).await? {
        Some(header) => Ok(Ok(header)),
        None => {
            let latest = context.store.current(None).await?;
            Ok(Err(view::no_figures(period, latest.as_ref()).into()))
        }
    }
}

async fn status(
    context: &Context,
    linked: &LinkedChat,
    name: &str,
    period: Option<PeriodWord>,
    today: NaiveDate,
    ask: Ask<'_>,
) -> Result<Message, ServiceError> {
    let units = match meant(context, linked, name, ask) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let header = match figures(context, period_meant(context, period, today).await?).await? {
        Ok(header) => header,
        Err(message) => return Ok(message),
    };
    let evaluation = Evaluation::of(context, &header).await?;
    let days = evaluation.working_days_left(context);
    Ok(view::status(context.lookup(), &evaluation.period, &units, days).into())
}

async fn targets(context: &Context, linked: &LinkedChat, name: &str, ask: Ask<'_>) -> Result<Message, ServiceError> {
    let units = match meant(context, linked, name, ask) {
        Meant::Units(units) => units,
        Meant::Answer(message) => return Ok(*message),
    };
    let header = match figures(context, None).await? {
        Ok(header) => header,
        Err(message) => return Ok(message),
    };
    let evaluation = Evaluation::of(context, &header).await?;
    let units: Vec<&OrgUnit> = units.iter().filter_map(|code| context.catalog.unit(code)).collect();
    Ok(view::targets(context.lookup(), &evaluation.book, &units, header.period).into())
}

async fn summary(
    context: &Context,
    linked: &LinkedChat,
    period: Option<PeriodWord>,
    today: NaiveDate,
) -> Result<Message, ServiceError> {
    if !linked.sees_all() {
        return Ok(view::forbidden(context.lookup(), &linked.roles).into());
    }
    let header = match figures(context, period_meant(context, period, today).await?).await? {
        Ok(header) => header,
        Err(message) => return Ok(message),
    };
    let evaluation = Evaluation::of(context, &header).await?;
    let findings = evaluation.findings(context);
    Ok(view::digest(context.lookup(), &evaluation.digest(context), &findings).into())
}

async fn audit(context: &Context, linked: &LinkedChat) -> Result<Message, ServiceError> {
    if !linked.roles.contains(&Role::Office) {
        return Ok(view::forbidden(context.lookup(), &linked.roles).into());
    }
    let header = match figures(context, None).await? {
        Ok(header) => header,
        Err(message) => return Ok(message),
    };
    let evaluation = Evaluation::of(context, &header).await?;
    Ok(view::audit(context.lookup(), &header, &evaluation.findings(context)).into())
}

async fn confirm(
    context: &Context,
    linked: &LinkedChat,
    inbound: &Inbound,
    what: &str,
) -> Result<Message, ServiceError> {
    if !linked.roles.contains(&Role::Office) {
        return Ok(view::forbidden(context.lookup(), &linked.roles).into());
    }
    if let Some(message) = uploads::confirmed(context, what, &inbound.sender).await? {
        return Ok(message);
    }
    Ok(match publish::confirm_held(context).await? {
        Some(header) => Message::FeedConfirmed(view::snapshot(&header)),
        None => Message::NothingHeld,
    })
}
