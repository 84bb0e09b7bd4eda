//! The wiring of Telegram: a lane for every bot, and its way in.

use crate::app::loops::{listen, prepare};
use crate::channel::Channel;
use crate::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use crate::config::{Config, ListenMode};
use crate::service::Context;
use crate::service::replica::{Keeper, lane_lease, while_held};
use crate::web;
use anyhow::{Context as _, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// What the rest of the program gets of it.
pub(super) struct Started {
    /// The ways out.
    pub(super) channels: Vec<Arc<dyn Channel>>,
    /// The bots whose updates come by webhook.
    pub(super) lanes: web::TelegramLanes,
}

/// An account for every configured token.
#[must_use]
pub fn accounts(config: &Config) -> Vec<TelegramAccount> {
    let telegram = &config.telegram;
    telegram
        .tokens
        .iter()
        .map(|token| TelegramAccount {
            api_url: telegram.api_url.clone(),
            proxy: telegram.proxy.clone(),
            timeout: Duration::from_secs(8),
            ..TelegramAccount::new(token.clone())
        })
        .collect()
}

/// Makes the channels and starts what listens, each while its lane's lease is held.
///
/// # Errors
/// A token, an address or a proxy that cannot be what it should be.
pub(super) fn start(config: &Config, context: &Context, tasks: &TaskTracker, keeper: &mut Keeper) -> Result<Started> {
    let mut started = Started { channels: Vec::new(), lanes: web::TelegramLanes::default() };
    for account in accounts(config) {
        let channel = Arc::new(TelegramChannel::new(&account).context("TELEGRAM_BOT_TOKEN")?);
        let lane = channel.lane().to_owned();
        let webhook = match (config.telegram.mode, &config.http.public_url, &config.telegram.webhook_secret) {
            (ListenMode::Webhook, Some(url), Some(secret)) => {
                Some((format!("{url}{}", web::webhook_path(&lane)), secret.clone()))
            }
            _ => None,
        };
        if config.telegram.mode == ListenMode::Webhook {
            started.lanes.add(lane.clone());
        }
        let listener = TelegramListener::new(&account, Duration::from_secs(25)).context("TELEGRAM_BOT_TOKEN")?;
        let (listener, mode) = (Arc::new(listener), config.telegram.mode);
        context.files.add(&lane, channel.clone());
        let (context, speaker) = (context.clone(), Arc::clone(&channel));
        let seat = keeper.seat(&lane_lease(&lane));
        tasks.spawn(while_held(seat, keeper.stop().clone(), move |tenure| {
            let (context, lane, listener) = (context.clone(), lane.clone(), Arc::clone(&listener));
            let prepared = prepare(Arc::clone(&speaker), webhook.clone(), context.clone(), tenure.stop.clone());
            async move {
                if mode == ListenMode::Polling {
                    tokio::join!(prepared, listen(context, lane, listener, tenure.stop.clone()));
                } else {
                    prepared.await;
                    tenure.stop.cancelled().await;
                }
            }
        }));
        started.channels.push(channel);
    }
    Ok(started)
}
