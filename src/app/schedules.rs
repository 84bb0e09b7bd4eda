//! Everything that is nobody's lane: answers, decisions, reminders, sources. One replica does it at a time.

use crate::app::loops::{answers, repeat};
use crate::config::Config;
use crate::service::duties::DUTIES;
use crate::service::poll::Sources;
use crate::service::replica::{Keeper, SCHEDULES, while_held};
use crate::service::{Context, poll};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts all of it.
///
/// # Errors
/// When this machine cannot make an HTTP client.
pub(super) fn start(config: &Config, context: &Context, tasks: &TaskTracker, keeper: &mut Keeper) -> Result<()> {
    let work = Work {
        context: context.clone(),
        sources: Sources {
            client: reqwest::Client::builder().build().context("the HTTP client cannot be built")?,
            secrets: Arc::new(crate::config::variable),
        },
        poll_every: config.poll_every,
        inbox: config.office.inbox_dir.clone(),
    };
    let (seat, stop) = (keeper.seat(SCHEDULES), keeper.stop().clone());
    tasks.spawn(while_held(seat, stop, move |tenure| work.clone().run(tenure.stop.clone())));
    Ok(())
}

#[derive(Clone)]
struct Work {
    context: Context,
    sources: Sources,
    poll_every: Duration,
    inbox: Option<PathBuf>,
}

impl Work {
    /// All of it, until `stop`.
    async fn run(self, stop: CancellationToken) {
        let (c, stop) = (&self.context, &stop);
        let sources = &self.sources;
        // Tasks of their own: deciding upon thousands of figures must not hold up an answer.
        let mut duties = JoinSet::new();
        for duty in DUTIES {
            let (own, stop) = (c.clone(), stop.clone());
            duties.spawn(async move {
                repeat(duty.name, duty.every, &own, &stop, |c| async move { (duty.step)(&c).await }).await;
            });
        }
        tokio::join!(
            answers(c.clone(), stop.clone()),
            duties.join_all(),
            repeat("poll", self.poll_every, c, stop, |c| async move { poll::http_step(&c, sources).await.map(drop) }),
            self.watch_folder(stop),
        );
    }

    async fn watch_folder(&self, stop: &CancellationToken) {
        if let Some(inbox) = &self.inbox {
            // A person who put a file into the folder waits for something to happen.
            let step = |c: Context| async move { poll::folder_step(&c, inbox).await.map(drop) };
            repeat("folder", Duration::from_secs(5), &self.context, stop, step).await;
        }
    }
}
