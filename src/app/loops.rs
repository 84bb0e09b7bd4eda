//! Loops around steps: they sleep, wake at a hint, and log a fault once.

use crate::channel::Channel as _;
use crate::channel::telegram::{CallError, TelegramChannel, TelegramListener};
use crate::service::deliver::Lane;
use crate::service::{Context, ServiceError, answer, hear, menu};
use secrecy::SecretString;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A loop around a step. A failing step is logged once and tried again after its usual pause.
pub(super) async fn repeat<F, S>(
    name: &'static str,
    pause: Duration,
    context: Context,
    stop: CancellationToken,
    step: S,
) where
    S: Fn(Context) -> F + Send,
    F: Future<Output = Result<(), ServiceError>> + Send,
{
    loop {
        if let Err(error) = step(context.clone()).await {
            tracing::error!(%error, worker = name, "a step failed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

pub(super) async fn answers(context: Context, stop: CancellationToken) {
    loop {
        let heard = context.wake.answer.notified();
        if let Err(error) = answer::step(&context).await {
            tracing::error!(%error, worker = "answer", "a step failed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = heard => {}
            // Another process may have stored what it heard.
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

pub(super) async fn deliver(context: Context, mut lane: Lane, stop: CancellationToken) {
    // A command in another process queues messages without a hint, so an idle lane still looks twice a second.
    let idle = Duration::from_millis(500);
    loop {
        let queued = context.wake.deliver.notified();
        let pause = match lane.step(&context, &stop).await {
            Ok(report) => {
                let wait = report.again_at.map(|at| at - context.now());
                wait.map_or(idle, |wait| wait.to_std().unwrap_or(Duration::ZERO).min(idle))
            }
            Err(error) => {
                tracing::error!(%error, lane = lane.name(), "a step failed");
                idle
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = queued => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

pub(super) async fn listen(context: Context, lane: String, listener: TelegramListener, stop: CancellationToken) {
    let mut failing = false;
    loop {
        let polled = tokio::select! {
            // An update that was not stored is not acknowledged, so a poll may be dropped anywhere.
            () = stop.cancelled() => return,
            polled = hear::poll_telegram(&context, &lane, &listener) => polled,
        };
        let pause = match polled {
            Ok(Ok(_)) => {
                failing = false;
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
