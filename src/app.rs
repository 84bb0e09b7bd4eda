//! The only wiring: builds the parts from the configuration, runs the loops, and stops them.

mod commands;
mod demo;
mod loops;
mod zalo_bot;
mod zalo_oa;

pub use commands::execute;

use crate::catalog::Catalog;
use crate::channel::Channel;
use crate::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use crate::channel::web::{WEB_LANE, WebChannel};
use crate::clock::SystemClock;
use crate::config::{Config, ListenMode};
use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::entropy::SystemEntropy;
use crate::message::Messages;
use crate::service::deliver::Lane;
use crate::service::poll::Sources;
use crate::service::{Context, Parts, ServiceError, poll, publish, remind};
use crate::store::Store;
use crate::web;
use anyhow::{Context as _, Result, anyhow};
use loops::{answers, deliver, listen, prepare, repeat};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a stop waits for what is under way.
const DRAIN: Duration = Duration::from_secs(9);

/// Builds a context from the configuration: catalog, messages and database are checked before anything starts.
///
/// # Errors
/// One readable text with everything that is wrong.
pub async fn context(config: &Config) -> Result<Context> {
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
    let store = Store::connect(config.database.url.expose_secret()).await?;
    store.migrate().await?;
    Ok(Context::new(Parts { store, catalog, messages, clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }))
}

/// Makes sure that the embedded chats exist: one for each unit of the catalog, one for the leaders, one for the office.
///
/// # Errors
/// The database's.
pub async fn ensure_web_chats(context: &Context) -> Result<(), ServiceError> {
    let now = context.now();
    let leaders = format!("Lãnh đạo UBND {}", context.catalog.organisation.name);
    let mut wanted = vec![
        ("leader".to_owned(), leaders, Role::Leader),
        ("office".to_owned(), context.catalog.organisation.office.clone(), Role::Office),
    ];
    for unit in &context.catalog.units {
        wanted.push((format!("unit/{}", unit.code), unit.full_name(), Role::Unit(unit.code.clone())));
    }
    let known = context.store.chats().await?;
    let known: HashMap<&str, &LinkedChat> =
        known.iter().filter(|l| l.chat.medium == Medium::Web).map(|l| (l.chat.address.as_str(), l)).collect();
    let new: Vec<(Chat, Role)> = wanted
        .into_iter()
        .filter(|(address, title, role)| {
            known.get(address.as_str()).is_none_or(|l| l.chat.title != *title || !l.roles.contains(role))
        })
        .map(|(address, title, role)| {
            let (id, lane) = (context.id(), WEB_LANE.to_owned());
            (Chat { id, medium: Medium::Web, lane, address, title, group: true, paused: None }, role)
        })
        .collect();
    if !new.is_empty() {
        context.store.ensure_chats(&new, "chitieu", now).await?;
    }
    Ok(())
}

/// A Telegram account for every configured token.
#[must_use]
pub fn telegram_accounts(config: &Config) -> Vec<TelegramAccount> {
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

/// The running service.
pub struct App {
    context: Context,
    config: Config,
    listener: tokio::net::TcpListener,
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
        let context = context(&config).await?;
        ensure_web_chats(&context).await?;
        Ok(Self { context, config, listener })
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
        let Self { context, config, listener } = self;
        let tasks = TaskTracker::new();
        let web_channel: Arc<dyn Channel> = Arc::new(WebChannel::new(context.store.clone(), context.wake.web.clone()));
        let mut channels = vec![web_channel];
        let mut lanes = web::TelegramLanes::default();
        for account in telegram_accounts(&config) {
            let channel = TelegramChannel::new(&account).context("TELEGRAM_BOT_TOKEN")?;
            let lane = channel.lane().to_owned();
            match config.telegram.mode {
                ListenMode::Polling => {
                    let listener =
                        TelegramListener::new(&account, Duration::from_secs(25)).context("TELEGRAM_BOT_TOKEN")?;
                    tasks.spawn(listen(context.clone(), lane.clone(), listener, shutdown.clone()));
                }
                ListenMode::Webhook => lanes.add(lane.clone()),
            }
            let channel = Arc::new(channel);
            let webhook = match (config.telegram.mode, &config.http.public_url, &config.telegram.webhook_secret) {
                (ListenMode::Webhook, Some(url), Some(secret)) => {
                    Some((format!("{url}{}", web::webhook_path(&lane)), secret.clone()))
                }
                _ => None,
            };
            tasks.spawn(prepare(Arc::clone(&channel), webhook, shutdown.clone()));
            channels.push(channel);
        }
        let zalo_bot = zalo_bot::start(&config, &context, &tasks, &shutdown)?;
        channels.extend(zalo_bot.channels);
        let zalo_oa = zalo_oa::start(&config, &context, &tasks, &shutdown)?;
        channels.extend(zalo_oa.channel);
        for channel in channels {
            let lane = Lane::new(channel, context.id());
            tasks.spawn(deliver(context.clone(), lane, shutdown.clone()));
        }
        let sources = Sources {
            client: reqwest::Client::builder().build().context("the HTTP client cannot be built")?,
            secrets: Arc::new(crate::config::variable),
        };
        let every = |seconds| Duration::from_secs(seconds);
        let (stop, c) = (&shutdown, &context);
        tasks.spawn(answers(c.clone(), stop.clone()));
        tasks.spawn(repeat("publish", every(2), c.clone(), stop.clone(), |c| async move {
            publish::step(&c).await.map(drop)
        }));
        tasks.spawn(repeat("remind", every(300), c.clone(), stop.clone(), |c| async move {
            remind::step(&c).await.map(drop)
        }));
        tasks.spawn(repeat("poll", config.poll_every, c.clone(), stop.clone(), move |c| {
            let sources = sources.clone();
            async move { poll::http_step(&c, &sources).await.map(drop) }
        }));
        if let Some(inbox) = config.office.inbox_dir.clone() {
            // A person who put a file into the folder waits for something to happen.
            tasks.spawn(repeat("folder", every(5), c.clone(), stop.clone(), move |c| {
                let inbox = inbox.clone();
                async move { poll::folder_step(&c, &inbox).await.map(drop) }
            }));
        }
        let page = web::Page::new(
            context.clone(),
            &config.http,
            config.telegram.webhook_secret.clone(),
            lanes,
            config.office.inbox_dir.as_deref(),
        )
        .with_zalo_bot(zalo_bot.hooks)
        .with_zalo_oa(zalo_oa.hook);
        let router = web::router(page, shutdown.clone());
        let server = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
        let served = server.await;
        shutdown.cancel();
        tasks.close();
        if tokio::time::timeout(DRAIN, tasks.wait()).await.is_err() {
            tracing::warn!("something under way did not end in time; its lease runs out and it is tried again");
        }
        context.store.close().await;
        served.context("the HTTP server failed")
    }
}
