//! The wiring of Zalo's Bot Platform: a lane for every bot, and its way in.

use crate::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel, ZaloBotListener, ZaloCallError};
use crate::channel::{Channel, Heard};
use crate::config::{Config, ListenMode};
use crate::domain::reach::Failure;
use crate::domain::subscription::Medium;
use crate::service::hear::PollNote;
use crate::service::replica::{Keeper, lane_lease, while_held};
use crate::service::{Context, hear};
use crate::web::ZaloBotHooks;
use anyhow::{Context as _, Result};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Longest time after which a call that failed is tried again.
const PATIENCE_MOST: Duration = Duration::from_secs(300);

/// What the rest of the program gets of it.
pub(super) struct Started {
    /// The ways out.
    pub(super) channels: Vec<Arc<dyn Channel>>,
    /// The way in by webhook.
    pub(super) hooks: ZaloBotHooks,
}

/// An account for every configured token.
pub(super) fn accounts(config: &Config) -> Vec<ZaloBotAccount> {
    let zalo = &config.zalo_bot;
    let account = |token: &SecretString| ZaloBotAccount {
        api_url: zalo.api_url.clone(),
        // Well within the lease of a delivery.
        timeout: Duration::from_secs(8),
        ..ZaloBotAccount::new(token.clone())
    };
    zalo.tokens.iter().map(account).collect()
}

/// Makes the channels and starts what listens, each while its lane's lease is held.
///
/// # Errors
/// A token or an address that cannot be what it should be.
pub(super) fn start(config: &Config, context: &Context, tasks: &TaskTracker, keeper: &mut Keeper) -> Result<Started> {
    let mut started = Started {
        channels: Vec::new(),
        hooks: ZaloBotHooks { secret: config.zalo_bot.webhook_secret.clone(), lanes: Vec::new() },
    };
    for account in accounts(config) {
        let channel = Arc::new(ZaloBotChannel::new(&account).context("ZALO_BOT_TOKEN")?);
        let lane = channel.lane().to_owned();
        let (seat, stop) = (keeper.seat(&lane_lease(&lane)), keeper.stop().clone());
        let speaker = Arc::clone(&channel);
        match (config.zalo_bot.mode, &config.http.public_url, &config.zalo_bot.webhook_secret) {
            (ListenMode::Webhook, Some(url), Some(secret)) => {
                let (url, secret) = (format!("{url}{}", ZaloBotHooks::path(&lane)), secret.clone());
                started.hooks.lanes.push(lane);
                tasks.spawn(while_held(seat, stop, move |tenure| {
                    let told = announce(Arc::clone(&speaker), url.clone(), secret.clone(), tenure.stop.clone());
                    async move {
                        told.await;
                        tenure.stop.cancelled().await;
                    }
                }));
            }
            _ => {
                let listener =
                    ZaloBotListener::new(&account, ZaloBotListener::DEFAULT_WAIT).context("ZALO_BOT_TOKEN")?;
                let (context, listener) = (context.clone(), Arc::new(listener));
                tasks.spawn(while_held(seat, stop, move |tenure| {
                    listen(context.clone(), Arc::clone(&speaker), Arc::clone(&listener), tenure.stop.clone())
                }));
            }
        }
        started.channels.push(channel);
    }
    Ok(started)
}

/// For `doctor`: who the bot is.
///
/// # Errors
/// What keeps it from working.
pub(super) async fn examine(account: &ZaloBotAccount) -> Result<String> {
    let me = ZaloBotChannel::new(account)?.get_me().await?;
    Ok(match me.can_join_groups {
        Some(false) => format!("{} (không vào nhóm được: chưa được Zalo mở tính năng nhóm)", me.name),
        _ => me.name,
    })
}

/// Waits; false when the program stops meanwhile.
async fn pause(span: Duration, stop: &CancellationToken) -> bool {
    stop.run_until_cancelled(tokio::time::sleep(span)).await.is_some()
}

/// Tells Zalo our address, until it is told; a fault is logged once.
async fn announce(channel: Arc<ZaloBotChannel>, url: String, secret: SecretString, stop: CancellationToken) {
    let mut failing = false;
    while let Some(Err(error)) = stop.run_until_cancelled(channel.set_webhook(&url, &secret)).await {
        if !failing {
            tracing::error!(lane = channel.lane(), %error, "Zalo could not be told our address; trying on");
            failing = true;
        }
        if !pause(Duration::from_secs(30), &stop).await {
            return;
        }
    }
}

/// Polls. Zalo refuses that while a webhook is set; then the one of an earlier configuration is removed.
async fn listen(
    context: Context,
    channel: Arc<ZaloBotChannel>,
    listener: Arc<ZaloBotListener>,
    stop: CancellationToken,
) {
    let lane = channel.lane();
    let mut failing = false;
    let mut note = PollNote::default();
    loop {
        let next = Instant::now() + ZaloBotListener::PAUSE;
        let Some(polled) = stop.run_until_cancelled(listener.poll()).await else { return };
        let wait = match polled {
            Ok(heard) => {
                failing = false;
                if let Err(error) = note.polled(&context, lane).await {
                    tracing::warn!(%error, lane, "a poll could not be noted");
                }
                context.reach.polled(lane, context.now());
                for heard in &heard {
                    keep(&context, lane, heard, &stop).await;
                }
                next.saturating_duration_since(Instant::now())
            }
            Err(ZaloCallError::Conflict { .. }) => {
                if !failing {
                    tracing::warn!(lane, "a webhook is set for the bot, but ZALO_BOT_MODE is polling; it is removed");
                    failing = true;
                }
                if let Some(Err(error)) = stop.run_until_cancelled(channel.delete_webhook()).await {
                    tracing::error!(lane, %error, "the webhook cannot be removed; trying on");
                    Duration::from_secs(30)
                } else {
                    next.saturating_duration_since(Instant::now())
                }
            }
            Err(error) => {
                if !failing {
                    tracing::error!(lane, %error, "Zalo cannot be listened to; trying on");
                    failing = true;
                }
                if matches!(error, ZaloCallError::Unreachable { .. }) {
                    context.reach.failed(lane, Failure::Network, context.now());
                }
                match error {
                    ZaloCallError::RetryAfter(wait) => wait.min(PATIENCE_MOST),
                    _ => Duration::from_secs(5),
                }
            }
        };
        if !pause(wait, &stop).await {
            return;
        }
    }
}

/// Stores what was heard. Zalo may never tell it again, so a database that fails is waited for.
async fn keep(context: &Context, lane: &str, heard: &Heard, stop: &CancellationToken) {
    let mut failing = false;
    while let Err(error) = hear::take(context, Medium::ZaloBot, lane, heard).await {
        if !failing {
            tracing::error!(%error, lane, "an event could not be stored; trying on");
            failing = true;
        }
        if !pause(Duration::from_secs(1), stop).await {
            return;
        }
    }
}
