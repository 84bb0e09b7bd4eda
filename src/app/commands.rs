//! Carries out what was typed: reads the configuration, starts logging, and ends with the contract's exit codes.

use crate::app::{App, context, demo, telegram, zalo_bot, zalo_oa};
use crate::catalog::Catalog;
use crate::channel::telegram::TelegramChannel;
use crate::cli::{Cli, Command, Done, TemplatesAction, actions, figures, office, out};
use crate::config::Config;
use crate::message::Messages;
use crate::store::Store;
use crate::telemetry;
use anyhow::{Context as _, Result, anyhow};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Runs a command line.
#[must_use]
pub fn execute(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow!("threads cannot be started: {error}")),
    };
    match runtime.block_on(carry_out(cli)) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::WithProblems) => ExitCode::from(1),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // The whole chain in one place; no part of it holds a secret (there is a test).
    eprintln!("chitieu: {error:#}");
    ExitCode::from(2)
}

async fn carry_out(cli: Cli) -> Result<Done> {
    let config = match cli.command {
        Command::Demo => demo::config()?,
        _ => Config::from_env()?,
    };
    // A service tells what it does; a command that a person typed tells only what is wrong.
    let usual = if matches!(cli.command, Command::Demo | Command::Run) { "info" } else { "warn" };
    telemetry::start(config.log.filter.as_deref().unwrap_or(usual), config.log.json, &config.secrets())?;
    match cli.command {
        Command::Demo => demo::run(config, stop_signal()?).await.map(|()| Done::Well),
        Command::Run => {
            let app = App::build(config).await?;
            announce(&app)?;
            app.run(stop_signal()?).await.map(|()| Done::Well)
        }
        Command::Import(args) => figures::import(&context(&config).await?, &args).await,
        Command::Status(args) => figures::status(&context(&config).await?, &args).await,
        Command::Digest(args) => figures::digest(&context(&config).await?, &args).await,
        Command::Audit(args) => figures::audit(&context(&config).await?, &args).await,
        Command::Preview(args) => office::preview(&context(&config).await?, &args).await,
        Command::Link(args) => office::link(&context(&config).await?, &args).await,
        Command::Actions(args) => actions::actions(&context(&config).await?, &args).await,
        Command::Outbox(args) => office::outbox(&context(&config).await?, &args).await,
        Command::Templates { action: TemplatesAction::Check { dir } } => {
            office::templates_check(dir.as_deref().or(config.office.messages_dir.as_deref()))
        }
        Command::Doctor => doctor(&config).await,
    }
}

/// Prints where the page is: the one line that a person and a script wait for.
pub(super) fn announce(app: &App) -> Result<()> {
    out(&format!("chitieu: http://{}", app.address()?));
    Ok(())
}

/// Cancelled by Ctrl-C or SIGTERM.
fn stop_signal() -> Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let token = CancellationToken::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping; what is under way ends first");
        stop.cancel();
    });
    Ok(token)
}

/// `doctor`: every part on its own, so that one fault does not hide another.
async fn doctor(config: &Config) -> Result<Done> {
    let mut problems = 0_u32;
    let mut check = |part: &str, result: Result<String>| match result {
        Ok(fine) => out(&format!("OK   {part}: {fine}")),
        Err(error) => {
            problems += 1;
            out(&format!("LỖI  {part}: {error:#}"));
        }
    };
    check("configuration", Ok("đọc được".to_owned()));
    let catalog = match &config.office.catalog_dir {
        Some(dir) => Catalog::load(dir),
        None => Catalog::embedded(),
    };
    let counted = |c: Catalog| format!("{} đơn vị, {} chỉ tiêu", c.units.len(), c.indicators.len());
    check("catalog", catalog.map(counted).map_err(anyhow::Error::from));
    let messages = match &config.office.messages_dir {
        Some(dir) => Messages::load(dir),
        None => Messages::embedded(),
    };
    let listed = |problems: Vec<crate::message::TemplateProblem>| {
        anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n     "))
    };
    check("messages", messages.map(|_| "mọi mẫu tin đều hiển thị được".to_owned()).map_err(listed));
    check("database", database(config).await);
    if let Some(inbox) = &config.office.inbox_dir {
        let read = std::fs::read_dir(inbox).map(|_| inbox.display().to_string());
        check("INBOX_DIR", read.context("the folder cannot be read"));
    }
    let accounts = telegram::accounts(config);
    if accounts.is_empty() {
        check("telegram", Ok("tắt (chưa đặt TELEGRAM_BOT_TOKEN)".to_owned()));
    }
    for (n, account) in accounts.iter().enumerate() {
        let result = match TelegramChannel::new(account) {
            Ok(channel) => channel.get_me().await.map(|me| format!("@{}", me.username)).map_err(anyhow::Error::from),
            Err(error) => Err(error.into()),
        };
        check(&format!("telegram bot {}", n + 1), result);
    }
    let accounts = zalo_bot::accounts(config);
    if accounts.is_empty() {
        check("zalo", Ok("tắt (chưa đặt ZALO_BOT_TOKEN)".to_owned()));
    }
    for (n, account) in accounts.iter().enumerate() {
        check(&format!("zalo bot {}", n + 1), zalo_bot::examine(account).await);
    }
    match &config.zalo_oa {
        None => check("zalo oa", Ok("tắt (chưa đặt ZALO_OA_APP_ID)".to_owned())),
        Some(_) => check("zalo oa", zalo_oa::examine(config).await),
    }
    Ok(Done::problems(problems > 0))
}

async fn database(config: &Config) -> Result<String> {
    let store = Store::connect(config.database.url.expose_secret()).await?;
    store.migrate().await?;
    store.ping().await?;
    Ok(store.kind().to_owned())
}
