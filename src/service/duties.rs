//! What is done again and again, whoever runs: the service at a pause, a rehearsal at every moment of its own clock. One
//! list, so that a rehearsal has every schedule that the service has.
//!
//! Absent: what belongs to a lane (sending, listening), to a replica (its leases, which lanes get through) or to the
//! world outside (fetching, the watched folder). A rehearsal has none of these.

use crate::service::{
    Context, ServiceError, behind, board, mute, promise, publish, registry, remind, schedule, stall, unknown,
};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A step under way.
type Doing<'a> = Pin<Box<dyn Future<Output = Result<(), ServiceError>> + Send + 'a>>;

/// Something that is done again and again.
#[derive(Clone, Copy)]
pub struct Duty {
    /// Its name in the log.
    pub name: &'static str,
    /// The pause of the running service between two steps.
    pub every: Duration,
    /// The step: does what is due at the context's present moment.
    pub step: for<'a> fn(&'a Context) -> Doing<'a>,
}

/// All duties, in the order in which they build on each other.
pub const DUTIES: &[Duty] = &[
    // First: what comes in on the day after a unit's end is not told to its chats any more.
    duty("registry", 300, |c| Box::pin(async { registry::step(c).await.map(drop) })),
    duty("publish", 2, |c| Box::pin(async { publish::step(c).await.map(drop) })),
    duty("remind", 300, |c| Box::pin(async { remind::step(c).await.map(drop) })),
    duty("schedule", 15, |c| Box::pin(async { schedule::step(c).await.map(drop) })),
    duty("board", 10, |c| Box::pin(async { board::step(c).await.map(drop) })),
    duty("mutes", 60, |c| Box::pin(async { mute::step(c).await.map(drop) })),
    duty("promises", 60, |c| Box::pin(async { promise::step(c).await.map(drop) })),
    duty("unknown", 30, |c| Box::pin(async { unknown::step(c).await.map(drop) })),
    duty("behind", 30, |c| Box::pin(async { behind::step(c).await.map(drop) })),
    duty("stall", 60, |c| Box::pin(stall::step(c))),
];

const fn duty(name: &'static str, seconds: u64, step: for<'a> fn(&'a Context) -> Doing<'a>) -> Duty {
    Duty { name, every: Duration::from_secs(seconds), step }
}
