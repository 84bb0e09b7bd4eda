//! Everything that is nobody's lane: answers, decisions, reminders, sources. One replica does it at a time.

use crate::app::loops::{answers, repeat};
use crate::config::Config;
use crate::service::poll::Sources;
use crate::service::replica::{Keeper, SCHEDULES, while_held};
use crate::service::{Context, behind, board, mute, poll, promise, publish, remind, schedule, stall, unknown};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
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
        let every = Duration::from_secs;
        let sources = &self.sources;
        tokio::join!(
            answers(c.clone(), stop.clone()),
            repeat("publish", every(2), c, stop, |c| async move { publish::step(&c).await.map(drop) }),
            repeat("remind", every(300), c, stop, |c| async move { remind::step(&c).await.map(drop) }),
            repeat("schedule", every(15), c, stop, |c| async move { schedule::step(&c).await.map(drop) }),
            repeat("board", every(10), c, stop, |c| async move { board::step(&c).await.map(drop) }),
            repeat("mutes", every(60), c, stop, |c| async move { mute::step(&c).await.map(drop) }),
            repeat("promises", every(60), c, stop, |c| async move { promise::step(&c).await.map(drop) }),
            repeat("poll", self.poll_every, c, stop, |c| async move { poll::http_step(&c, sources).await.map(drop) }),
            repeat("unknown", every(30), c, stop, |c| async move { unknown::step(&c).await.map(drop) }),
            repeat("behind", every(30), c, stop, |c| async move { behind::step(&c).await.map(drop) }),
            repeat("stall", every(60), c, stop, |c| async move { stall::step(&c).await }),
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
