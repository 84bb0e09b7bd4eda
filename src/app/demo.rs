//! `demo`: the whole service on what the binary carries. June is made up and says so; July is the published report.

use crate::app::App;
use crate::app::commands::announce;
use crate::cli::out;
use crate::config::Config;
use crate::ingest::Hints;
use crate::service::import::{InputFile, issue_line, read_files, record};
use crate::service::publish;
use anyhow::{Result, anyhow};
use rust_embed::RustEmbed;
use tokio_util::sync::CancellationToken;

#[derive(RustEmbed)]
#[folder = "samples/"]
struct Samples;

/// The demo knows only where to listen and how to log; nothing else of the environment can break it.
pub(super) fn config() -> Result<Config> {
    let database = "sqlite://data/demo.db";
    Ok(Config::from_lookup(&|name| match name {
        "DATABASE_URL" => Some(database.to_owned()),
        "HTTP_ADDR" | "LOG" | "LOG_FORMAT" | "WEB_TOKEN" => crate::config::variable(name),
        _ => None,
    })?)
}

/// Imports the samples (a second start changes nothing) and runs.
pub(super) async fn run(config: Config, stop: CancellationToken) -> Result<()> {
    let app = App::build(config).await?;
    let context = app.context();
    let mut files = Vec::new();
    // Samples in folders are for other catalogs.
    for name in Samples::iter().filter(|name| !name.ends_with(".md") && !name.contains('/')) {
        let file = Samples::get(&name).ok_or_else(|| anyhow!("the sample {name} is missing"))?;
        files.push(InputFile { name: name.into_owned(), bytes: file.data.into_owned() });
    }
    let read = read_files(context, &files, &Hints::default());
    for issue in &read.issues {
        tracing::warn!(issue = issue_line(issue), "a sample has an issue");
    }
    record(context, &read).await?;
    publish::step(context).await?;
    announce(&app)?;
    out("Số liệu tháng 6 là số liệu mẫu; tháng 7/2023 là báo cáo đã công khai. Dừng: Ctrl-C.");
    app.run(stop).await
}
