//! Answers what people typed.
//!
//! Who may see what is decided here, once: a unit's chat sees its own units, leaders and the office see all, the office
//! also sees findings and may confirm, a chat that was never linked can only link itself and ask for help.

mod choice;
mod compare;
mod free;
mod history;
mod link;
mod more;
mod mute;
mod names;
mod office;
mod outbox;
mod pace;
mod period;
mod promise;
mod rank;
mod remind;
mod report;
mod status;
mod summary;
mod untie;

pub use pace::Paces;

use crate::domain::command::{Command, Heard, again, corrected, parse};
use crate::domain::delivery::DeliveryClass;
use crate::domain::hurry::Patience;
use crate::domain::period::day_in_vietnam;
use crate::domain::subscription::{LinkedChat, Role};
use crate::message::{Message, view};
use crate::service::{Context, Extent, Letter, ServiceError, registry};
use crate::store::{ActionPlace, Inbound, NewAction};
use chrono::NaiveDate;

/// How many inbound messages one step takes.
const BATCH: u32 = 32;
/// How much of what stood behind a command is kept on record, in characters.
const DETAIL_MAX: usize = 200;

/// Answers what waits. Returns how many messages were looked at; not all have an answer.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context) -> Result<u32, ServiceError> {
    let (mut looked_at, mut answered) = (0, 0);
    for inbound in context.store.unanswered(BATCH).await? {
        looked_at += 1;
        let Some(linked) = context.store.chat_by_address(inbound.medium, &inbound.lane, &inbound.chat_address).await?
        else {
            context.store.answered(&inbound.id, &[], context.now()).await?;
            continue;
        };
        let said = match reply(context, &linked, &inbound).await {
            Ok(said) => said,
            // The person gets a sentence instead of silence, and the fault is logged once, here.
            Err(error) => {
                tracing::error!(%error, chat = linked.chat.title, "an answer failed");
                Some(Message::Unhealthy.into())
            }
        };
        let mut deliveries = Vec::new();
        if let Some(said) = &said {
            let letter = Letter {
                message: &said.message,
                reason: None,
                class: DeliveryClass::Answer,
                key: format!("answer:{}", inbound.id),
                snapshot: None,
                extent: said.extent(),
            };
            deliveries = letter.to(context, &linked.chat)?;
        }
        let action = said.as_ref().and_then(|said| said.action(&linked, &inbound));
        let new = context.store.answered_by(&inbound.id, &deliveries, action.as_ref(), context.now()).await?;
        if new && said.is_some() {
            context.metrics.answers.inc();
            answered += 1;
        }
    }
    if answered > 0 {
        context.wake.deliver.notify_waiters();
    }
    Ok(looked_at)
}

/// What is said, and what is put on record.
struct Reply {
    message: Message,
    /// The command that changes something, with what stood behind it.
    acting: Option<(&'static str, String)>,
    /// How much of it is said.
    part: Part,
}

/// How much of an answer is said.
enum Part {
    /// All of it.
    Whole,
    /// What stands before "xem thêm", where it is long: the question, to be put again.
    Head(String),
    /// What the head left out.
    Rest,
}

impl From<Message> for Reply {
    fn from(message: Message) -> Self {
        Self { message, acting: None, part: Part::Whole }
    }
}

impl Reply {
    fn extent(&self) -> Extent<'_> {
        match &self.part {
            Part::Whole => Extent::Whole,
            Part::Head(question) => Extent::Head(question),
            Part::Rest => Extent::Rest,
        }
    }

    /// What is put on record: who did what, and what came of it.
    fn action(&self, linked: &LinkedChat, inbound: &Inbound) -> Option<NewAction> {
        let (command, detail) = self.acting.as_ref()?;
        Some(NewAction {
            place: ActionPlace::Chat(linked.chat.id.clone()),
            sender: inbound.sender.clone(),
            command: (*command).to_owned(),
            detail: detail.chars().take(DETAIL_MAX).collect(),
            outcome: self.message.name().to_owned(),
        })
    }
}

/// What was typed, where, by whom and when: what every answer needs.
#[derive(Clone, Copy)]
struct Asked<'a> {
    context: &'a Context,
    /// The chat in which it was typed, with its rights.
    linked: &'a LinkedChat,
    inbound: &'a Inbound,
    /// The day where the office is.
    today: NaiveDate,
    /// The day on which names and units are judged.
    present: NaiveDate,
}

impl Asked<'_> {
    fn is_office(&self) -> bool {
        self.linked.roles.contains(&Role::Office)
    }
}

/// The answer to what the chat may not see or do.
fn forbidden(asked: Asked<'_>) -> Message {
    view::forbidden(asked.context.lookup(), &asked.linked.roles).into()
}

/// The commands that the chat has.
fn help(asked: Asked<'_>) -> Message {
    view::help(asked.context.lookup(), &asked.linked.roles).into()
}

/// What is said to what was typed; none where the bot had better be silent.
async fn reply(context: &Context, linked: &LinkedChat, inbound: &Inbound) -> Result<Option<Reply>, ServiceError> {
    let today = day_in_vietnam(context.now());
    let present = registry::present_day(context).await?;
    let asked = Asked { context, linked, inbound, today, present };
    let text = choice::meant(context, linked, inbound).await?;
    let heard = match parse(&text, today) {
        Heard::NotACommand => free::heard(asked, &text),
        heard => Some(heard),
    };
    let Some(heard) = heard else { return free::hint(asked).await };
    match context.paces.ask(&linked.chat.id, linked.chat.medium, context.now()) {
        Patience::Answer => {}
        Patience::Ask => return Ok(Some(Message::TooFast.into())),
        Patience::Silent => return Ok(None),
    }
    match heard {
        // What was mistyped is shown again as it was meant, with a button: nothing for a chat that may not ask it.
        Heard::NearMiss { meant, .. } if linked.roles.is_empty() && !is_for_all(meant, today) => {
            Ok(Some(Message::Unlinked.into()))
        }
        Heard::BadMonth { .. } if linked.roles.is_empty() => Ok(Some(Message::Unlinked.into())),
        Heard::Command(Command::More { what, period }) if !linked.roles.is_empty() => {
            more::rest(asked, &what, period).await.map(Some)
        }
        Heard::Command(command) => {
            let acting = command.acting().map(|(command, detail)| (command, detail.to_owned()));
            let message = command_answer(asked, command).await?;
            let part = Part::Head(again(&text).to_owned());
            Ok(message.map(|message| Reply { message, acting, part }))
        }
        Heard::NearMiss { typed, meant } => {
            Ok(Some(Message::from(view::near_miss(&typed, &corrected(&text, &typed, meant))).into()))
        }
        Heard::BadMonth { typed } => Ok(Some(Message::from(view::bad_month(&typed)).into())),
        Heard::NotACommand => free::hint(asked).await,
    }
}

/// Whether a spelling is one of a command that a chat without a role has as well.
fn is_for_all(spelling: &str, today: NaiveDate) -> bool {
    matches!(parse(spelling, today), Heard::Command(Command::Link { .. } | Command::Help))
}

/// The answer to a command.
async fn command_answer(asked: Asked<'_>, command: Command) -> Result<Option<Message>, ServiceError> {
    let message = match command {
        Command::Link { code } => return link::link(asked, &code).await,
        Command::Help => help(asked),
        // Before the roles are looked at: the chat may have lost them by this very message.
        Command::Unlink { what } => untie::untie(asked, &what).await?,
        _ if asked.linked.roles.is_empty() => Message::Unlinked,
        Command::Status { ref name, period } => {
            status::status(asked, name, period, &|unit| command.about(unit)).await?
        }
        Command::Targets { ref name } => status::targets(asked, name, &|unit| command.about(unit)).await?,
        Command::Summary { period } => summary::summary(asked, period).await?,
        // A question that is put again is none of these; this is what is left: the summary's rest.
        Command::More { period, .. } => summary::more(asked, period).await?,
        Command::Rank { what, period } => rank::rank(asked, &what, period).await?,
        Command::History { what } => history::months(asked, &what).await?,
        Command::Compare { a, b, period } => compare::compare(asked, &a, &b, period).await?,
        Command::Report { what, period } => report::report(asked, &what, period).await?,
        Command::Audit => office::audit(asked).await?,
        Command::Confirm { ref what } => office::confirm(asked, what).await?,
        Command::Code { ref what } => office::code(asked, what).await?,
        Command::Outbox { ref what } => outbox::outbox(asked, what).await?,
        Command::Mute { duration, what } => mute::pause(asked, &duration, &what).await?,
        Command::Unmute { what } => mute::resume(asked, &what).await?,
        Command::Explain { text, date } => promise::explain(asked, &text, date).await?,
        Command::Remind { what } => remind::schedule(asked, &what).await?,
    };
    Ok(Some(message))
}
