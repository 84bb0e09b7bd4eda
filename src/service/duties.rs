//! What is done again and again, whoever runs: the service at a pause, a rehearsal at every moment of its own clock. One
//! list, so that a rehearsal has every schedule that the service has.
//!
//! Absent: what belongs to a lane (sending, listening), to a replica (its leases, which lanes get through) or to the
//! world outside (fetching, the watched folder). A rehearsal has none of these.

use crate::service::{Context, ServiceError, behind, publish, remind, stall, unknown};
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
    Duty {
        name: "publish",
        every: Duration::from_secs(2),
        step: |c| Box::pin(async { publish::step(c).await.map(drop) }),
    },
    Duty {
        name: "remind",
        every: Duration::from_secs(300),
        step: |c| Box::pin(async { remind::step(c).await.map(drop) }),
    },
    Duty {
        name: "unknown",
        every: Duration::from_secs(30),
        step: |c| Box::pin(async { unknown::step(c).await.map(drop) }),
    },
    Duty {
        name: "behind",
        every: Duration::from_secs(30),
        step: |c| Box::pin(async { behind::step(c).await.map(drop) }),
    },
    Duty { name: "stall", every: Duration::from_secs(60), step: |c| Box::pin(stall::step(c)) },
];
