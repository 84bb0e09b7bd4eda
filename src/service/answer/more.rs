//! `/xemthem`: what an answer left out.
//!
//! Nothing is kept of an answer that was cut: its question is put again, with the rights that the chat has now. A rest
//! is therefore as true as a new answer, and it may differ from what the head promised when figures came in between.

use super::{Asked, Part, Reply, command_answer, free, help, summary};
use crate::domain::command::{Command, Heard, PeriodWord, parse};
use crate::service::ServiceError;

/// The rest of what `what` asks, or of the leaders' summary of a month; of the last answer that had one, where neither
/// was typed; else of the newest summary, or of the unit's `/status`.
///
/// # Errors
/// The database's.
pub(super) async fn rest(asked: Asked<'_>, what: &str, period: Option<PeriodWord>) -> Result<Reply, ServiceError> {
    let typed = Question { what: what.to_owned(), period };
    let question = match typed.is_empty() {
        true => offered(asked).await?.unwrap_or(typed),
        false => typed,
    };
    if question.period.is_some() || question.is_empty() && asked.linked.sees_all() {
        return summary::more(asked, question.period).await.map(Reply::from);
    }
    if question.is_empty() {
        return put_again(asked, Command::Status { name: String::new(), period: None }).await;
    }
    let heard = match parse(&question.what, asked.today) {
        Heard::NotACommand => free::heard(asked, &question.what),
        heard => Some(heard),
    };
    match heard {
        // The summary has a message of its own for its rest.
        Some(Heard::Command(Command::Summary { period } | Command::More { period, .. })) => {
            summary::more(asked, period).await.map(Reply::from)
        }
        // What changes something is never done a second time to see more of its answer.
        Some(Heard::Command(command)) if command.acting().is_none() => put_again(asked, command).await,
        _ => Ok(help(asked).into()),
    }
}

/// What stands behind `/xemthem`.
struct Question {
    what: String,
    period: Option<PeriodWord>,
}

impl Question {
    fn is_empty(&self) -> bool {
        self.what.is_empty() && self.period.is_none()
    }
}

/// What stood there in the choices that the chat was offered last.
async fn offered(asked: Asked<'_>) -> Result<Option<Question>, ServiceError> {
    let offers = asked.context.store.offered_choices(&asked.linked.chat.id).await?;
    let choices = offers.into_iter().flat_map(|offered| offered.choices);
    Ok(choices.into_iter().find_map(|choice| match parse(&choice.command, asked.today) {
        Heard::Command(Command::More { what, period }) => Some(Question { what, period }),
        _ => None,
    }))
}

async fn put_again(asked: Asked<'_>, command: Command) -> Result<Reply, ServiceError> {
    let message = command_answer(asked, command).await?.unwrap_or_else(|| help(asked));
    Ok(Reply { message, acting: None, part: Part::Rest })
}
