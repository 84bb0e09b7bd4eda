//! The outbox without a provider: how many rows are claimed and completed in a second.

use crate::{id, now};
use anyhow::{Context as _, Result};
use chitieu::config::variable;
use chitieu::domain::delivery::{AfterAttempt, DeliveryClass};
use chitieu::domain::subscription::{Chat, Medium};
use chitieu::store::{Claim, NewDelivery, Store};
use chrono::Duration;
use sqlx::migrate::MigrateDatabase as _;
use std::time::Instant;

/// Rows, each to a chat of its own.
const ROWS: usize = 2_000;
/// Workers that claim at the same time, as lanes do.
const WORKERS: [usize; 2] = [1, 4];

/// Prints the table.
pub async fn measure() -> Result<()> {
    println!("\n| outbox alone | workers | claims and completions a second |");
    println!("|---|---:|---:|");
    for workers in WORKERS {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/chitieu.db", folder.path().display());
        println!("| SQLite | {workers} | {:.0} |", run(&url, workers).await?);
        match variable("CHITIEU_TEST_POSTGRES_URL") {
            Some(cluster) => {
                let (server, _) = cluster.rsplit_once('/').context("CHITIEU_TEST_POSTGRES_URL has no database")?;
                let url = format!("{server}/chitieu_bench_{}", id().replace('-', ""));
                sqlx::Postgres::create_database(&url).await?;
                let rate = run(&url, workers).await?;
                sqlx::Postgres::force_drop_database(&url).await?;
                println!("| PostgreSQL | {workers} | {rate:.0} |");
            }
            None => println!("| PostgreSQL | {workers} | NOT measured: CHITIEU_TEST_POSTGRES_URL is not set |"),
        }
    }
    Ok(())
}

async fn run(url: &str, workers: usize) -> Result<f64> {
    let store = Store::connect(url).await?;
    store.migrate().await?;
    for worker in 0..workers {
        let mut rows = Vec::new();
        for n in 0..ROWS / workers {
            let chat = Chat {
                id: format!("{worker}/{n}"),
                medium: Medium::Telegram,
                lane: worker.to_string(),
                address: n.to_string(),
                title: n.to_string(),
                group: true,
                paused: None,
            };
            store.upsert_chat(&chat, now()).await?;
            rows.push(delivery(&chat.id));
        }
        store.enqueue(&rows, now()).await?;
    }
    let began = Instant::now();
    let mut tasks = Vec::new();
    for worker in 0..workers {
        tasks.push(tokio::spawn(work(store.clone(), worker.to_string())));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    let rate = f64::from(done) / began.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

fn delivery(chat: &str) -> NewDelivery {
    NewDelivery {
        id: id(),
        chat_id: chat.to_owned(),
        kind: "bulletin".to_owned(),
        reason: None,
        class: DeliveryClass::Broadcast,
        dedupe_key: "bench".to_owned(),
        part: 1,
        parts: 1,
        body: "một tin".to_owned(),
        plain: "một tin".to_owned(),
        snapshot_id: None,
        choices: Vec::new(),
        act: chitieu::domain::delivery::Act::Say,
    }
}

async fn work(store: Store, lane: String) -> Result<u32> {
    let mut done = 0;
    loop {
        let (now, attempt_id) = (crate::now(), id());
        let claim = Claim {
            lane: &lane,
            worker: &lane,
            now,
            lease_until: now + Duration::seconds(20),
            attempt_id: &attempt_id,
            busy_chats: &[],
            fence: None,
        };
        let Some(row) = store.claim(claim).await? else { return Ok(done) };
        let after = AfterAttempt::Sent { message_id: None };
        store.finish(&row.id, row.version, &attempt_id, &after, now).await?;
        done += 1;
    }
}
