//! How long the main job takes: `cargo bench` prints the tables of `docs/PERFORMANCE.md`.
//!
//! A plain program and no statistics library, because what matters here takes tenths of a second, must start from an
//! empty database each time, and is partly the work of another process: the binary itself, as an office runs it.
//! `cargo bench --bench main_job -- decade` measures ten years of a national month instead, which takes ten minutes.
//! PostgreSQL is measured as well when `CHITIEU_TEST_POSTGRES_URL` names a cluster (a superuser's URL).

#[path = "main_job/decade.rs"]
mod decade;
#[path = "main_job/office.rs"]
mod office;
#[path = "main_job/process.rs"]
mod process;

use anyhow::{Context as _, Result};
use chitieu::app::context;
use chitieu::config::{Config, variable};
use chitieu::ingest::Hints;
use chitieu::service::import::{read_files, record};
use chitieu::service::publish;
use chitieu::service::web_chats::ensure_web_chats;
use office::Office;
use process::Service;
use sqlx::migrate::MigrateDatabase as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often an import is repeated, each time into an empty database.
const IMPORTS: usize = 5;
/// How many questions are asked one after the other.
const QUESTIONS: usize = 200;
/// How often the program is started.
const STARTS: usize = 10;

fn main() -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(all())
}

async fn all() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (small, large) = (Office::embedded()?, Office::of(3_865, folder.path())?);
    println!("{}\n", process::machine());
    if std::env::args().any(|arg| arg == "decade") {
        return years(&large).await;
    }
    println!("| import and decide | database | figures | messages | read | record | decide and queue | all |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let cluster = variable("CHITIEU_TEST_POSTGRES_URL");
    for office in [&small, &large] {
        import("SQLite", office, None).await?;
        if let Some(cluster) = &cluster {
            import("PostgreSQL", office, Some(cluster)).await?;
        }
    }
    if cluster.is_none() {
        println!("\nPostgreSQL was NOT measured: CHITIEU_TEST_POSTGRES_URL is not set.");
    }
    println!("\n| from a question to its answer in the web chat | p50 | p99 | longest |");
    println!("|---|---:|---:|---:|");
    for office in [&small, &large] {
        answers(office).await?;
    }
    println!("\n| the program | |");
    println!("|---|---:|");
    start().await
}

async fn years(office: &Office) -> Result<()> {
    println!("| database | months | question | first | p50 | p99 |");
    println!("|---|---:|---|---:|---:|---:|");
    let folder = tempfile::tempdir()?;
    decade::measure("SQLite", office, &format!("sqlite://{}/chitieu.db", folder.path().display())).await?;
    match variable("CHITIEU_TEST_POSTGRES_URL") {
        Some(cluster) => decade::measure("PostgreSQL", office, &fresh_database(&cluster).await?).await,
        None => {
            println!("\nPostgreSQL was NOT measured: CHITIEU_TEST_POSTGRES_URL is not set.");
            Ok(())
        }
    }
}

/// A configuration in a folder of its own.
fn config(folder: &Path, office: &Office, database: &str) -> Result<Config> {
    Ok(Config::from_lookup(&|name| match name {
        "DATABASE_URL" => Some(database.to_owned()),
        "CATALOG_DIR" => office.catalog.as_ref().map(|dir| dir.display().to_string()),
        "INBOX_DIR" => Some(folder.display().to_string()),
        _ => None,
    })?)
}

async fn import(kind: &str, office: &Office, cluster: Option<&String>) -> Result<()> {
    let mut rows = Vec::new();
    for _ in 0..IMPORTS {
        let folder = tempfile::tempdir()?;
        let database = match cluster {
            None => format!("sqlite://{}/chitieu.db", folder.path().display()),
            Some(cluster) => fresh_database(cluster).await?,
        };
        let context = context(&config(folder.path(), office, &database)?).await?;
        ensure_web_chats(&context).await?;
        let files = [office.file.clone()];
        let start = Instant::now();
        let read = read_files(&context, &files, &Hints::default());
        let read_in = start.elapsed();
        let recorded = record(&context, &read).await?;
        let recorded_in = start.elapsed();
        let published = publish::step(&context).await?;
        let all = start.elapsed();
        anyhow::ensure!(read.issues.is_empty(), "the figures have issues: {:?}", read.issues.first());
        let figures = recorded.first().context("nothing was recorded")?.observations;
        anyhow::ensure!(published.queued > 0, "nobody was told anything");
        rows.push((all, read_in, recorded_in - read_in, all - recorded_in, figures, published.queued));
        context.store.close().await;
    }
    rows.sort();
    let (all, read, record, decide, figures, messages) = rows[rows.len() / 2];
    println!(
        "| {} units | {kind} | {figures} | {messages} | {} | {} | {} | **{}** |",
        office.units,
        ms(read),
        ms(record),
        ms(decide),
        ms(all)
    );
    Ok(())
}

/// An empty database of one name: the one of an earlier measurement goes.
async fn fresh_database(cluster: &str) -> Result<String> {
    let mut url = reqwest::Url::parse(cluster)?;
    url.set_path("chitieu_bench");
    let url = String::from(url);
    sqlx::Postgres::drop_database(&url).await?;
    sqlx::Postgres::create_database(&url).await?;
    Ok(url)
}

async fn answers(office: &Office) -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join(&office.file.name), &office.file.bytes)?;
    Service::import(folder.path(), office)?;
    let service = Service::start(folder.path(), office).await?;
    let chat = service.chat("Văn phòng").await?;
    let mut listener = service.listen(&chat).await?;
    let mut times = Vec::new();
    for _ in 0..QUESTIONS {
        let start = Instant::now();
        service.write(&chat, &format!("/status {}", office.asked)).await?;
        let answer = listener.answer().await?;
        times.push(start.elapsed());
        anyhow::ensure!(answer.contains("Đạt"), "an unexpected answer: {answer}");
    }
    times.sort();
    let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
    println!("| `/status`, {} units, SQLite | {} | {} | {} |", office.units, at(50), at(99), at(100));
    let busy = service.memory()?;
    println!("| memory after {QUESTIONS} questions | {busy:.1} MB | | |");
    Ok(())
}

async fn start() -> Result<()> {
    let office = Office::embedded()?;
    let mut times = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..STARTS {
        let folder = tempfile::tempdir()?;
        let before = Instant::now();
        let service = Service::start(folder.path(), &office).await?;
        times.push(before.elapsed());
        if memory.is_empty() {
            tokio::time::sleep(Duration::from_secs(5)).await;
            memory.push(service.memory()?);
        }
    }
    times.sort();
    println!("| start in an empty folder until `/healthz` answers, median of {STARTS} | {} |", ms(times[STARTS / 2]));
    println!("| the slowest of them | {} |", ms(times[STARTS - 1]));
    println!("| memory (RSS) after 5 s of rest | {:.1} MB |", memory[0]);
    let size = std::fs::metadata(process::BINARY)?.len();
    println!("| size of the binary | {:.1} MB |", process::megabytes(size));
    Ok(())
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
