//! Loops around steps: they sleep, wake at a hint, and log a fault once.

use crate::channel::Channel as _;
use crate::channel::telegram::{CallError, TelegramChannel, TelegramListener};
use crate::service::deliver::Lane;
use crate::service::hear::PollNote;
use crate::service::replica::{Keeper, RENEW_EVERY, TERM};
use crate::service::{Context, ServiceError, answer, hear, menu};
use secrecy::SecretString;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A loop around a step. A failing step is logged once and tried again after its usual pause.
pub(super) async fn repeat<F, S>(
    name: &'static str,
    pause: Duration,
    context: &Context,
    stop: &CancellationToken,
    step: S,
) where
    S: Fn(Context) -> F + Send,
    F: Future<Output = Result<(), ServiceError>> + Send,
{
    let mut failing = false;
    loop {
        let done = step(context.clone()).await;
        once(&mut failing, name, done.as_ref().err());
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Says that something began to fail, and that it works again.
fn once(failing: &mut bool, worker: &str, error: Option<&ServiceError>) {
    match error {
        Some(error) if !*failing => tracing::error!(%error, worker, "a step failed; trying on"),
        None if *failing => tracing::info!(worker, "works again"),
        _ => {}
    }
    *failing = error.is_some();
}

/// Renews this replica's leases until nothing needs them any more.
pub(super) async fn keep(context: Context, mut keeper: Keeper, workers: TaskTracker) {
    let mut failing = false;
    loop {
        let done = keeper.step(&context).await;
        once(&mut failing, "leases", done.as_ref().err());
        tokio::select! {
            // Closed and empty: the program stops, and nothing is under way any more.
            () = workers.wait() => break,
            () = tokio::time::sleep(RENEW_EVERY) => {}
        }
    }
    if let Err(error) = keeper.leave(&context).await {
        tracing::warn!(%error, "the leases could not be given up; they run out in {} s", TERM.num_seconds());
    }
}

pub(super) async fn answers(context: Context, stop: CancellationToken) {
    let mut failing = false;
    loop {
        let heard = context.wake.answer.notified();
        let done = answer::step(&context).await;
        once(&mut failing, "answer", done.as_ref().err());
        tokio::select! {
            () = stop.cancelled() => return,
            () = heard => {}
            // Another process may have stored what it heard.
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Sends on a lane for as long as its lease is held, and lets end what is under way.
pub(super) async fn deliver(context: Context, mut lane: Lane, stop: CancellationToken) {
    // A command in another process queues messages without a hint, so an idle lane still looks twice a second.
    let idle = Duration::from_millis(500);
    let mut failing = false;
    while !stop.is_cancelled() {
        let queued = context.wake.deliver.notified();
        let begun = lane.begin(&context, &stop).await;
        once(&mut failing, lane.name(), begun.as_ref().err());
        let pause = match begun {
            Ok(report) => {
                let wait = report.again_at.map(|at| at - context.now());
                wait.map_or(idle, |wait| wait.to_std().unwrap_or_default().clamp(Duration::from_millis(1), idle))
            }
            Err(_) => idle,
        };
        let under_way = !lane.is_idle();
        tokio::select! {
            () = stop.cancelled() => {}
            () = queued => {}
            landed = lane.landing(), if under_way => once(&mut failing, lane.name(), landed.as_ref().err()),
            () = tokio::time::sleep(pause) => {}
        }
    }
    while !lane.is_idle() {
        let landed = lane.landing().await;
        once(&mut failing, lane.name(), landed.as_ref().err());
    }
}

pub(super) async fn listen(context: Context, lane: String, listener: Arc<TelegramListener>, stop: CancellationToken) {
    let mut failing = false;
    let mut note = PollNote::default();
    loop {
        let polled = tokio::select! {
            // An update that was not stored is not acknowledged, so a poll may be dropped anywhere.
            () = stop.cancelled() => return,
            polled = hear::poll_telegram(&context, &lane, &listener) => polled,
        };
        let pause = match polled {
            Ok(Ok(_)) => {
                failing = false;
                if let Err(error) = note.polled(&context, &lane).await {
                    tracing::warn!(%error, lane, "a poll could not be noted");
                }
                Duration::ZERO
            }
            Ok(Err(error)) => {
                if !failing {
                    tracing::error!(lane, %error, "Telegram cannot be listened to; trying on");
                    failing = true;
                }
                match error {
                    CallError::RetryAfter(wait) => wait.min(Duration::from_secs(300)),
                    _ => Duration::from_secs(5),
                }
            }
            Err(error) => {
                tracing::error!(%error, worker = "listen", "a step failed");
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Tells Telegram how its updates are to come: to our address, or by our asking (which it refuses while an address is
/// set), and which commands to list. Tried until it is told; what waits there is kept meanwhile.
pub(super) async fn prepare(
    channel: Arc<TelegramChannel>,
    webhook: Option<(String, SecretString)>,
    context: Context,
    stop: CancellationToken,
) {
    let mut failing = false;
    loop {
        let mut told = match &webhook {
            Some((url, secret)) => channel.set_webhook(url, secret).await,
            None => channel.delete_webhook().await,
        };
        if told.is_ok() {
            told = menu::announce(&context, &channel).await;
        }
        let Err(error) = told else { return };
        if !failing {
            tracing::error!(lane = channel.lane(), %error, "Telegram could not be told how updates are to come; trying on");
            failing = true;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
        }
    }
}
