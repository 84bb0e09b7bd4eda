//! What a replica holds: leases on lanes and on the schedules, renewed, handed over, and given up.
//!
//! A lease's holder works within a [`Tenure`]. It ends when the lease is lost or is to go to another replica; then the
//! workers let end what is under way, and only afterwards is the lease given up, so that the next holder does not begin
//! beside them. Whoever could not renew in time ends its tenure by itself. That all rests on clocks; what must not
//! happen twice rests on the lease's epoch instead ([`Fence`]), and on what is unique in the database.

use crate::domain::share::owner;
use crate::service::{Context, ServiceError};
use crate::store::Fence;
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a lease lasts without being renewed. Together with [`RENEW_EVERY`] a dead replica is replaced within 13 s;
/// longer than a send may take, so that a stop can hand a lane over in order.
pub const TERM: Duration = Duration::seconds(10);

/// How often leases are renewed and looked for.
pub const RENEW_EVERY: std::time::Duration = std::time::Duration::from_secs(2);

/// A holder that has not renewed for so long stops by itself, before anybody else may begin.
const GIVE_UP_AFTER: std::time::Duration = std::time::Duration::from_secs(8);

/// How long a round of renewals may take: a database that hangs must not keep a holder from giving up in time.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(4);

/// How the leases begin by which replicas show that they live.
const REPLICA: &str = "replica:";

/// The lease on everything that is not a lane: answers, decisions, reminders, sources.
pub const SCHEDULES: &str = "schedules";

/// The lease on a lane: sending there, and listening there.
#[must_use]
pub fn lane_lease(lane: &str) -> String {
    format!("lane:{lane}")
}

/// The time in which a lease is held without interruption.
#[derive(Debug)]
pub struct Tenure {
    /// What proves it to the database.
    pub fence: Fence,
    /// Cancelled when it ends.
    pub stop: CancellationToken,
    workers: TaskTracker,
}

/// Where workers wait for their tenure.
pub type Seat = watch::Receiver<Option<Arc<Tenure>>>;

/// Runs `work` in every tenure of a lease, until `stop`. The work has to end soon after the tenure's own `stop`.
pub async fn while_held<F: Future<Output = ()>>(
    mut seat: Seat,
    stop: CancellationToken,
    work: impl Fn(Arc<Tenure>) -> F,
) {
    loop {
        let tenure = tokio::select! {
            () = stop.cancelled() => return,
            tenure = seat.wait_for(|tenure| tenure.as_ref().is_some_and(|t| !t.stop.is_cancelled())) => match tenure {
                Ok(tenure) => tenure.clone(),
                // The keeper is gone, so nothing will ever be held again.
                Err(_) => return,
            },
        };
        if let Some(tenure) = tenure {
            let workers = tenure.workers.clone();
            workers.track_future(work(tenure)).await;
        }
    }
}

/// When a lease was last renewed, by both clocks: one stands still while the machine is suspended, the other may be set.
#[derive(Clone, Copy)]
struct Renewed(Instant, DateTime<Utc>);

impl Renewed {
    fn is_too_old(self, now: DateTime<Utc>) -> bool {
        self.0.elapsed() > GIVE_UP_AFTER || (now - self.1).to_std().is_ok_and(|age| age > GIVE_UP_AFTER)
    }
}

struct Post {
    seat: watch::Sender<Option<Arc<Tenure>>>,
    held: Option<(Arc<Tenure>, Renewed)>,
}

/// Takes, renews and gives up this replica's leases.
pub struct Keeper {
    replica: String,
    stop: CancellationToken,
    posts: BTreeMap<String, Post>,
}

impl Keeper {
    /// A replica that wants nothing yet. `stop` ends every tenure.
    #[must_use]
    pub const fn new(replica: String, stop: CancellationToken) -> Self {
        Self { replica, stop, posts: BTreeMap::new() }
    }

    /// What ends every tenure.
    #[must_use]
    pub const fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Where the workers of a lease wait. From now on this replica wants a share of it.
    pub fn seat(&mut self, name: &str) -> Seat {
        let post = self.posts.entry(name.to_owned());
        post.or_insert_with(|| Post { seat: watch::channel(None).0, held: None }).seat.subscribe()
    }

    /// All leases of which this replica wants a share.
    #[must_use]
    pub fn wanted(&self) -> Vec<String> {
        self.posts.keys().cloned().collect()
    }

    /// The leases that are held now.
    #[must_use]
    pub fn held(&self) -> Vec<&str> {
        self.posts.iter().filter(|(_, post)| post.held.is_some()).map(|(name, _)| name.as_str()).collect()
    }

    /// Renews what is held, takes what is this replica's and free, and hands over what is another's.
    ///
    /// # Errors
    /// The database's. What could not be renewed for long is not held any more.
    pub async fn step(&mut self, context: &Context) -> Result<(), ServiceError> {
        // Before anything else: whoever slept must not believe that it still holds what ran out meanwhile.
        self.give_up_what_is_old(context);
        let done = tokio::time::timeout(PATIENCE, self.keep(context)).await;
        self.give_up_what_is_old(context);
        done.unwrap_or_else(|_| {
            tracing::warn!("the database does not answer; the leases could not be renewed");
            Ok(())
        })
    }

    fn give_up_what_is_old(&mut self, context: &Context) {
        for (name, post) in &mut self.posts {
            if post.held.as_ref().is_some_and(|(_, renewed)| renewed.is_too_old(context.now())) {
                tracing::warn!(lease = name, "could not be renewed in time; another replica may take it");
                post.end();
            }
        }
    }

    async fn keep(&mut self, context: &Context) -> Result<(), ServiceError> {
        let (store, now) = (&context.store, context.now());
        let until = now + TERM;
        store.take_lease(&format!("{REPLICA}{}", self.replica), &self.replica, now, until).await?;
        let leases = store.leases().await?;
        let living = leases.iter().filter(|lease| lease.expires_at > now);
        let replicas: Vec<&str> = living.filter_map(|lease| lease.name.strip_prefix(REPLICA)).collect();
        for (name, post) in &mut self.posts {
            let mine = owner(name, replicas.iter().copied()) == Some(&self.replica);
            match &post.held {
                // Handed over only when nothing is under way any more; renewed until then.
                Some((tenure, _)) if !mine && tenure.stop.is_cancelled() && tenure.workers.is_empty() => {
                    store.release_lease(name, &self.replica).await?;
                    tracing::info!(lease = name, "handed over to another replica");
                    post.end();
                }
                Some((tenure, _)) if !mine => tenure.stop.cancel(),
                _ => {}
            }
            if !mine && post.held.is_none() {
                continue;
            }
            let asked = Renewed(Instant::now(), now);
            let fence = store.take_lease(name, &self.replica, now, until).await?;
            match (fence, &mut post.held) {
                (Some(fence), Some((tenure, renewed))) if tenure.fence == fence => *renewed = asked,
                // Lost and won again meanwhile: whoever had it may have worked, so this is another tenure.
                (Some(fence), _) => {
                    tracing::info!(lease = name, epoch = fence.epoch, "held by this replica");
                    post.end();
                    post.begin(fence, &self.stop, asked);
                }
                (None, Some(_)) => {
                    tracing::warn!(lease = name, "lost to another replica");
                    post.end();
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// Gives up everything, after the workers have ended: another replica need not wait then.
    ///
    /// # Errors
    /// The database's; the leases run out by themselves then.
    pub async fn leave(&mut self, context: &Context) -> Result<(), ServiceError> {
        for (name, post) in &mut self.posts {
            if post.held.is_some() {
                post.end();
                context.store.release_lease(name, &self.replica).await?;
            }
        }
        context.store.release_lease(&format!("{REPLICA}{}", self.replica), &self.replica).await?;
        // Those of replicas that died are of no use to anybody.
        context.store.forget_leases(REPLICA, context.now() - Duration::days(1)).await?;
        Ok(())
    }
}

impl Post {
    fn begin(&mut self, fence: Fence, stop: &CancellationToken, renewed: Renewed) {
        let tenure = Arc::new(Tenure { fence, stop: stop.child_token(), workers: TaskTracker::new() });
        self.held = Some((Arc::clone(&tenure), renewed));
        self.seat.send_replace(Some(tenure));
    }

    fn end(&mut self) {
        if let Some((tenure, _)) = self.held.take() {
            tenure.stop.cancel();
            self.seat.send_replace(None);
        }
    }
}
