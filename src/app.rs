//! The only wiring: builds the parts from the configuration, runs the loops, and stops them.

mod commands;
mod demo;
mod loops;
mod only_one;
mod schedules;
mod telegram;
mod zalo_bot;
mod zalo_oa;

pub use commands::execute;
pub use telegram::accounts as telegram_accounts;

use crate::catalog::Catalog;
use crate::channel::Channel;
use crate::channel::web::WebChannel;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::entropy::SystemEntropy;
use crate::message::Messages;
use crate::service::deliver::Lane;
use crate::service::replica::{Keeper, lane_lease, while_held};
use crate::service::web_chats::ensure_web_chats;
use crate::service::{Context, Parts, behind, reach};
use crate::store::Store;
use crate::web;
use anyhow::{Context as _, Result, anyhow};
use loops::{deliver, keep, repeat};
use only_one::OnlyOne;
use secrecy::ExposeSecret;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a stop waits for what is under way.
const DRAIN: Duration = Duration::from_secs(9);

/// What the office decides and says, checked.
///
/// # Errors
/// One readable text with everything that is wrong.
fn office_texts(config: &Config) -> Result<(Catalog, Messages)> {
    let catalog = match &config.office.catalog_dir {
        Some(dir) => Catalog::load(dir).map_err(|e| anyhow!("CATALOG_DIR: {e}"))?,
        None => Catalog::embedded().map_err(|e| anyhow!("the embedded catalog: {e}"))?,
    };
    let messages = match &config.office.messages_dir {
        Some(dir) => Messages::load(dir),
        None => Messages::embedded(),
    };
    let messages = messages.map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!("MESSAGES_DIR: {}", lines.join("\n"))
    })?;
    Ok((catalog, messages))
}

/// Builds a context from the configuration: catalog, messages and database are checked before anything starts.
///
/// # Errors
/// One readable text with everything that is wrong.
pub async fn context(config: &Config) -> Result<Context> {
    let (catalog, messages) = office_texts(config)?;
    let store = Store::connect(config.database.url.expose_secret()).await?;
    store.migrate().await?;
    Ok(Context::new(Parts { store, catalog, messages, clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }))
}

/// The running service.
pub struct App {
    context: Context,
    config: Config,
    listener: tokio::net::TcpListener,
    alone: Option<OnlyOne>,
}

impl App {
    /// Prepares everything and takes the address, so that what cannot work fails before anything is sent.
    ///
    /// # Errors
    /// One readable text with what is wrong.
    pub async fn build(config: Config) -> Result<Self> {
        let addr = config.http.addr;
        let listener = tokio::net::TcpListener::bind(addr).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => anyhow!(
                "HTTP_ADDR: {addr} is taken by another program (is chitieu running already?); set another address, for example 127.0.0.1:8351"
            ),
            kind => anyhow!("HTTP_ADDR: {addr} cannot be listened on ({kind}); set another address"),
        })?;
        let alone = OnlyOne::of(config.database.url.expose_secret())?;
        let context = context(&config).await?;
        if alone.is_some() {
            // Whoever held them is dead: nobody has to wait for them to run out.
            context.store.end_all_leases().await?;
        }
        ensure_web_chats(&context).await?;
        Ok(Self { context, config, listener, alone })
    }

    /// What the workers work with.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The address that was taken.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn address(&self) -> Result<std::net::SocketAddr> {
        self.listener.local_addr().context("the address cannot be read")
    }

    /// Runs until `shutdown` is cancelled, then lets what is under way end.
    ///
    /// # Errors
    /// When a part cannot be set up, or the HTTP server fails.
    pub async fn run(self, shutdown: CancellationToken) -> Result<()> {
        let Self { context, config, listener, alone: _alone } = self;
        let tasks = TaskTracker::new();
        let replica = context.id();
        let mut keeper = Keeper::new(replica.clone(), shutdown.clone());
        let web_channel: Arc<dyn Channel> = Arc::new(WebChannel::new(context.store.clone(), context.wake.web.clone()));
        let mut channels = vec![web_channel];
        let telegram = telegram::start(&config, &context, &tasks, &mut keeper)?;
        channels.extend(telegram.channels);
        let zalo_bot = zalo_bot::start(&config, &context, &tasks, &mut keeper)?;
        channels.extend(zalo_bot.channels);
        let zalo_oa = zalo_oa::start(&config, &context, &tasks, &shutdown)?;
        channels.extend(zalo_oa.channel);
        // Before anything is sent: the program may have stood still for days.
        if let Err(error) = behind::step(&context).await {
            tracing::error!(%error, worker = "behind", "a step failed");
        }
        for channel in channels {
            let context = context.clone();
            let seat = keeper.seat(&lane_lease(channel.lane()));
            tasks.spawn(while_held(seat, shutdown.clone(), move |tenure| {
                let mut lane = Lane::new(Arc::clone(&channel), tenure.fence.holder.clone());
                lane.hold_by(tenure.fence.clone());
                context.reach.begin(lane.name());
                deliver(context.clone(), lane, tenure.stop.clone())
            }));
        }
        // What a replica notices of its own lanes, it tells itself.
        let (own, stop) = (context.clone(), shutdown.clone());
        tasks.spawn(async move {
            repeat("reach", Duration::from_secs(5), &own, &stop, |c| async move { reach::step(&c).await.map(drop) })
                .await;
        });
        schedules::start(&config, &context, &tasks, &mut keeper)?;
        let leases = keeper.wanted();
        let keeping = tokio::spawn(keep(context.clone(), keeper, tasks.clone()));
        let page = web::Page::new(
            context.clone(),
            &config.http,
            config.telegram.webhook_secret.clone(),
            telegram.lanes,
            config.office.inbox_dir.as_deref(),
        )
        .with_zalo_bot(zalo_bot.hooks)
        .with_leases(&replica, leases)
        .with_zalo_oa(zalo_oa.hook);
        let router = web::router(page, shutdown.clone());
        let server = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
        let mut server = pin!(server.into_future());
        let mut served = tokio::select! {
            served = &mut server => Some(served),
            () = shutdown.cancelled() => None,
        };
        shutdown.cancel();
        tasks.close();
        // Requests end beside the workers, and one that does not end holds up neither them nor the leases.
        let serving = async {
            if served.is_none() {
                served = tokio::time::timeout(DRAIN, server).await.ok();
            }
        };
        // The keeper ends after all workers, and gives the leases up.
        let (kept, ()) = tokio::join!(tokio::time::timeout(DRAIN, keeping), serving);
        if kept.is_err() {
            tracing::warn!("something under way did not end in time; its lease runs out");
        }
        context.store.close().await;
        served.unwrap_or(Ok(())).context("the HTTP server failed")
    }
}
