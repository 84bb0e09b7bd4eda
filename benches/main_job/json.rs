//! Reading one national month as JSON: the parser, the names, the figures; nothing is stored.

use crate::office::{self, Office};
use crate::{config, ms};
use anyhow::{Result, ensure};
use chitieu::app::context;
use chitieu::ingest::Hints;
use chitieu::service::import::read_files;
use std::time::Instant;

/// How often it is read.
const READS: usize = 5;

/// Reads the month again and again, and prints the row of its median.
pub async fn measure(office: &Office) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite://{}/chitieu.db", folder.path().display());
    let context = context(&config(folder.path(), office, &database)?).await?;
    let files = [office::month_as_json(office.units, "2023-07", "2023-07-24")?];
    let mut times = Vec::with_capacity(READS);
    for _ in 0..READS {
        let start = Instant::now();
        let read = read_files(&context, &files, &Hints::default());
        times.push(start.elapsed());
        ensure!(read.issues.is_empty(), "the figures have issues: {:?}", read.issues.first());
        let figures = read.contents.first().map_or(0, |(content, _)| content.observations.len());
        ensure!(figures == office.units * 5, "{figures} figures of {} units", office.units);
    }
    times.sort();
    println!("| {} units as JSON | {} |", office.units, ms(times[READS / 2]));
    context.store.close().await;
    Ok(())
}
