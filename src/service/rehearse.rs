//! Rehearses: the real services on a clock that jumps from one due moment to the next, over files that arrive on their
//! days. Nothing leaves the machine; what would have been sent is written into a ledger: to whom, when, and why.
//!
//! Between two moments at which something is due nothing can happen, so a year takes seconds. The moments are: a file
//! arrives, somebody writes, the program comes back, a message waits for its time, a schedule has a slot; and every
//! full hour for whatever looks at the calendar.

use crate::catalog::{Downtime, Saying, Script};
use crate::channel::web::WEB_LANE;
use crate::channel::{Channel, Heard, HeardEvent, Outgoing, Sending};
use crate::clock::ManualClock;
use crate::domain::delivery::SendOutcome;
use crate::domain::period::{from_vietnam, in_vietnam};
use crate::domain::subscription::Medium;
use crate::ingest::{Hints, Issue};
use crate::service::deliver::Lane;
use crate::service::duties::DUTIES;
use crate::service::import::{InputFile, read_files, record};
use crate::service::web_chats::ensure_web_chats;
use crate::service::{Context, ServiceError, answer, hear};
use crate::store::{OutboxFilter, OutboxRow};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// The longest span that is rehearsed, in days: five years and a little.
pub const LONGEST: i64 = 1_830;
/// When a file arrives on its day.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// Rounds at one moment after which something must be wrong: each round does all that is due.
const ROUNDS: usize = 1_000;

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The first day of the ledger. Files that come earlier are taken on their days, in silence.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Files with figures. One whose name begins with a day (`2025-03-05…`) arrives on it, any other on the last day that
    /// its figures cover; in the morning at 8, unless the script says otherwise.
    pub files: Vec<InputFile>,
    /// What people write, when the program is down, what comes late.
    pub script: Script,
}

/// One message that would have been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// To whom: the chat's title.
    pub chat: String,
    /// Which message: the word of the outbox.
    pub kind: String,
    /// Why now: the word of the outbox; none for an answer.
    pub reason: Option<String>,
    /// What people would have read.
    pub text: String,
}

/// What a rehearsal shows.
#[derive(Clone, Debug, Default)]
pub struct Rehearsed {
    /// All messages, in the order of their moments.
    pub messages: Vec<LedgerEntry>,
    /// What could not be read in the files.
    pub issues: Vec<Issue>,
}

/// Why a rehearsal did not end.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// A service failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The script names something that does not exist.
    #[error("{0}")]
    Script(String),
    /// Something is due again and again at the same moment.
    #[error("at {0} something is due again and again; this is a fault of the program")]
    Endless(DateTime<Utc>),
}

impl From<crate::store::StoreError> for RehearsalError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// What happens at a moment.
enum Event {
    Arrives(InputFile),
    Says(Saying),
    /// The program comes back; it has something to catch up with.
    Returns,
}

/// Runs the services over the files. `context` has a database of its own and shows the time of `clock`.
///
/// # Errors
/// See [`RehearsalError`].
pub async fn rehearse(
    context: &Context,
    clock: &ManualClock,
    rehearsal: Rehearsal,
) -> Result<Rehearsed, RehearsalError> {
    let begin = moment(rehearsal.from.and_time(NaiveTime::MIN));
    let end = moment(rehearsal.to.and_time(NaiveTime::MIN)) + Duration::days(1);
    let mut events = events(context, rehearsal.files, &rehearsal.script)?;
    let first = events.first().map_or(begin, |(at, _)| (*at).min(begin));
    clock.set(first);
    ensure_web_chats(context).await?;
    let post = Arc::new(Post::default());
    let mut lane = Lane::new(Arc::clone(&post) as Arc<dyn Channel>, "rehearsal".to_owned());
    let mut rehearsed = Rehearsed::default();
    loop {
        let now = context.now();
        let due = events.iter().position(|(at, _)| *at > now).unwrap_or(events.len());
        for (_, event) in events.drain(..due) {
            happen(context, event, &mut rehearsed.issues).await?;
        }
        let waits_until = everything(context, &mut lane, &post).await?;
        let next = [Some(next_hour(now)), events.first().map(|(at, _)| *at), waits_until];
        let next = next.into_iter().flatten().min().unwrap_or(end).max(now + Duration::milliseconds(1));
        let next = awake(&rehearsal.script.downtimes, next);
        if next >= end {
            break;
        }
        clock.set(next);
    }
    rehearsed.messages = ledger(context, &post, begin).await?;
    Ok(rehearsed)
}

/// Every duty, every answer and every message, until nothing is due at this moment. Returns when a message is due again.
async fn everything(context: &Context, lane: &mut Lane, post: &Post) -> Result<Option<DateTime<Utc>>, RehearsalError> {
    let stop = CancellationToken::new();
    for _ in 0..ROUNDS {
        let before = post.count();
        for duty in DUTIES {
            (duty.step)(context).await?;
        }
        let answered = answer::step(context).await?;
        let again_at = lane.step(context, &stop).await?.again_at;
        if answered == 0 && post.count() == before {
            return Ok(again_at);
        }
    }
    Err(RehearsalError::Endless(context.now()))
}

async fn happen(context: &Context, event: Event, issues: &mut Vec<Issue>) -> Result<(), ServiceError> {
    match event {
        Event::Returns => {}
        Event::Arrives(file) => {
            let read = read_files(context, std::slice::from_ref(&file), &Hints::default());
            record(context, &read).await?;
            issues.extend(read.issues);
        }
        Event::Says(saying) => {
            let Some(chat) = context.store.chat_by_address(Medium::Web, WEB_LANE, &address(&saying.chat)).await? else {
                return Ok(());
            };
            let heard = Heard {
                external_id: context.id(),
                address: chat.chat.address,
                title: chat.chat.title,
                group: chat.chat.group,
                sender: "web".to_owned(),
                event: HeardEvent::Text(saying.text),
                at: context.now(),
            };
            hear::take(context, Medium::Web, WEB_LANE, &heard).await?;
        }
    }
    Ok(())
}

/// All that happens, in order. What happens while the program is down, it finds when it returns.
fn events(
    context: &Context,
    files: Vec<InputFile>,
    script: &Script,
) -> Result<Vec<(DateTime<Utc>, Event)>, RehearsalError> {
    if let Some(arrival) = script.arrivals.iter().find(|a| files.iter().all(|file| file.name != a.file)) {
        return Err(RehearsalError::Script(format!("[[arrive]] names {}, which is not among the files", arrival.file)));
    }
    let mut events = Vec::new();
    for file in files {
        let told = script.arrivals.iter().find(|arrival| arrival.file == file.name).map(|arrival| arrival.at);
        let at = match told.or_else(|| day_in_name(&file.name).map(|day| day.and_time(MORNING))) {
            Some(at) => Some(at),
            None => {
                let read = read_files(context, std::slice::from_ref(&file), &Hints::default());
                read.contents.iter().map(|(content, _)| content.as_of.and_time(MORNING)).max()
            }
        };
        let at = at.ok_or_else(|| {
            RehearsalError::Script(format!(
                "{}: nothing in it says of which day its figures are; begin its name with the day on which it arrives, \
                 for example 2025-03-05-{}",
                file.name, file.name
            ))
        })?;
        events.push((moment(at), Event::Arrives(file)));
    }
    for saying in &script.sayings {
        let known = ["office", "leader"].contains(&saying.chat.as_str())
            || context.catalog.units.iter().any(|unit| unit.code.as_str() == saying.chat);
        if !known {
            let text = format!("[[say]] names the chat {:?}; write office, leader or a unit's code", saying.chat);
            return Err(RehearsalError::Script(text));
        }
        events.push((moment(saying.at), Event::Says(saying.clone())));
    }
    events.extend(script.downtimes.iter().map(|down| (moment(down.to), Event::Returns)));
    for (at, _) in &mut events {
        *at = awake(&script.downtimes, *at);
    }
    events.sort_by_key(|(at, _)| *at);
    Ok(events)
}

/// The moment itself, or when the program is back after it.
fn awake(downtimes: &[Downtime], mut at: DateTime<Utc>) -> DateTime<Utc> {
    // Each downtime moves on, so as many rounds as there are of them suffice.
    for _ in downtimes {
        let down = downtimes.iter().find(|down| moment(down.from) <= at && at < moment(down.to));
        match down {
            Some(down) => at = moment(down.to),
            None => break,
        }
    }
    at
}

fn address(chat: &str) -> String {
    if ["office", "leader"].contains(&chat) { chat.to_owned() } else { format!("unit/{chat}") }
}

/// `2025-03-05-so-lieu.csv` → 5/3/2025.
fn day_in_name(name: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(name.get(..10)?, "%Y-%m-%d").ok()
}

fn moment(local: NaiveDateTime) -> DateTime<Utc> {
    from_vietnam(local)
}

fn next_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    let local = in_vietnam(now);
    let past = Duration::seconds(i64::from(local.minute() * 60 + local.second()))
        + Duration::nanoseconds(i64::from(local.nanosecond()));
    now + Duration::hours(1) - past
}

/// Takes every message and sends none.
#[derive(Default)]
struct Post {
    taken: Mutex<Vec<(String, DateTime<Utc>)>>,
}

impl Post {
    fn count(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Channel for Post {
    fn lane(&self) -> &str {
        WEB_LANE
    }

    fn medium(&self) -> Medium {
        Medium::Web
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        let taken = (message.delivery_id.to_owned(), message.now);
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
        Box::pin(std::future::ready(SendOutcome::Accepted { message_id: None }))
    }
}

/// What was taken since `begin`, with what the outbox knows of it.
async fn ledger(context: &Context, post: &Post, begin: DateTime<Utc>) -> Result<Vec<LedgerEntry>, ServiceError> {
    let all = OutboxFilter { limit: u32::MAX, ..OutboxFilter::default() };
    let rows: HashMap<String, OutboxRow> =
        context.store.outbox(all).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let taken = post.taken.lock().unwrap_or_else(PoisonError::into_inner);
    let mut ledger = Vec::new();
    for (id, at) in taken.iter().filter(|(_, at)| *at >= begin) {
        if let Some(row) = rows.get(id) {
            ledger.push(LedgerEntry {
                at: *at,
                chat: row.chat_title.clone(),
                kind: row.kind.clone(),
                reason: row.reason.clone(),
                text: row.plain.clone(),
            });
        }
    }
    Ok(ledger)
}
