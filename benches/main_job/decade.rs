//! Ten years of a national month in the database, and then what people ask: does the past make the present slow?

use crate::office::{self, Office};
use crate::{config, ms};
use anyhow::{Result, ensure};
use chitieu::app::context;
use chitieu::channel::{Heard, HeardEvent};
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::subscription::Medium;
use chitieu::ingest::Hints;
use chitieu::service::import::{read_files, record};
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{Context, answer, hear, publish};
use std::time::{Duration, Instant};

/// After so many months people ask.
const MONTHS: [i32; 3] = [1, 12, 120];
/// How often each question is asked.
const QUESTIONS: usize = 100;
/// The first month.
const FIRST: i32 = 2014;

/// Measures on one database and prints its rows.
pub async fn measure(kind: &str, office: &Office, database: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let context = context(&config(folder.path(), office, database)?).await?;
    let mut known = 0;
    for months in MONTHS {
        for month in known..months {
            let period = ReportingPeriod::new(FIRST + month / 12, u32::try_from(month % 12)? + 1)?;
            let shift = usize::try_from(month)?;
            let file = office::month(office.units, &period.to_string(), &period.last_day().to_string(), shift)?;
            let read = read_files(&context, &[file], &Hints::default());
            ensure!(!read.has_errors(), "{:?}", read.issues.first());
            record(&context, &read).await?;
        }
        known = months;
        // Nobody is told anything: there are no chats yet.
        publish::step(&context).await?;
        for (question, words) in [
            (format!("/status {}", office.asked), "Đạt"),
            (format!("/lichsu {}", office.asked), "tháng"),
            ("/tomtat".to_owned(), "Báo cáo nhanh"),
        ] {
            let (cold, times) = ask(&context, &question, words).await?;
            let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
            let command = question.split(' ').next().unwrap_or_default();
            println!("| {kind} | {months} | `{command}` | {} | {} | {} |", ms(cold), at(50), at(99));
        }
    }
    context.store.close().await;
    Ok(())
}

/// Asks in the leaders' chat, and is answered: what was typed is stored, answered and queued. The first answer stands for
/// itself, because it finds nothing prepared.
async fn ask(context: &Context, question: &str, words: &str) -> Result<(Duration, Vec<Duration>)> {
    if context.store.chats().await?.is_empty() {
        ensure_web_chats(context).await?;
    }
    let mut times = Vec::new();
    for _ in 0..=QUESTIONS {
        let heard = Heard {
            external_id: context.id(),
            address: "leader".to_owned(),
            title: "Lãnh đạo".to_owned(),
            group: true,
            sender: "web".to_owned(),
            event: HeardEvent::Text(question.to_owned()),
            at: context.now(),
        };
        let start = Instant::now();
        hear::take(context, Medium::Web, "web", &heard).await?;
        answer::step(context).await?;
        times.push(start.elapsed());
    }
    // A summary comes with a picture, which is a message of its own.
    let newest = chitieu::store::OutboxFilter { limit: 2, ..Default::default() };
    let answers = context.store.outbox(newest).await?;
    ensure!(answers.iter().any(|answer| answer.plain.contains(words)), "{question}: {answers:?}");
    let cold = times.remove(0);
    times.sort();
    Ok((cold, times))
}
