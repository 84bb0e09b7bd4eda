//! `rehearse`: what the service would have told whom, when and why, over dated files and a clock of its own.

use crate::catalog::{Catalog, Script};
use crate::cli::figures::{load, spinner};
use crate::cli::{Done, RehearseArgs, json, out, out_json};
use crate::clock::ManualClock;
use crate::domain::period::{from_vietnam, in_vietnam, moment_vi};
use crate::entropy::SeededEntropy;
use crate::message::Messages;
use crate::service::import::issue_line;
use crate::service::rehearse::{LONGEST, LedgerEntry, Rehearsal, Rehearsed, rehearse};
use crate::service::{Context, Parts};
use crate::store::Store;
use anyhow::{Context as _, Result, anyhow, bail};
use chrono::{NaiveTime, SecondsFormat};
use serde_json::{Value, json};
use std::sync::Arc;

/// The same files give the same ledger, ids and pauses included.
const SEED: u64 = 766;

/// Runs it on a database of its own that is gone afterwards: the office's is not touched.
///
/// # Errors
/// What was typed wrongly, a file that cannot be opened, a script that is wrong, or a fault of the program.
pub async fn run(catalog: Catalog, messages: Messages, args: &RehearseArgs) -> Result<Done> {
    if args.from > args.to {
        bail!("--to: {} is before --from {}; give a later day", args.to, args.from);
    }
    if (args.to - args.from).num_days() > LONGEST {
        bail!("--to: at most {LONGEST} days are rehearsed at once; give an earlier day");
    }
    let files = args.files.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?;
    let script = match &args.script {
        None => Script::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("--script: {}", path.display()))?;
            Script::read(&path.display().to_string(), text).map_err(|error| anyhow!("--script: {error}"))?
        }
    };
    let folder = tempfile::tempdir().context("no temporary folder can be made for the rehearsal's database")?;
    let store = Store::connect(&format!("sqlite://{}", folder.path().join("rehearsal.db").display())).await?;
    store.migrate().await?;
    let clock = Arc::new(ManualClock::at(from_vietnam(args.from.and_time(NaiveTime::MIN))));
    let entropy = Arc::new(SeededEntropy::new(SEED));
    let context = Context::new(Parts { store, catalog, messages, clock: clock.clone(), entropy });
    let bar = spinner("đang diễn tập");
    let rehearsal = Rehearsal { from: args.from, to: args.to, files, script };
    let rehearsed = rehearse(&context, &clock, rehearsal).await;
    bar.finish_and_clear();
    context.store.close().await;
    let rehearsed = rehearsed?;
    if args.json {
        out_json(&json!({
            "messages": rehearsed.messages.iter().map(entry).collect::<Vec<_>>(),
            "issues": rehearsed.issues.iter().map(json::issue).collect::<Vec<_>>(),
        }));
    } else {
        tell(&rehearsed);
    }
    Ok(Done::problems(rehearsed.issues.iter().any(crate::ingest::Issue::is_error)))
}

fn entry(message: &LedgerEntry) -> Value {
    json!({
        "at": in_vietnam(message.at).fixed_offset().to_rfc3339_opts(SecondsFormat::Secs, false),
        "chat": message.chat, "kind": message.kind, "reason": message.reason, "text": message.text,
    })
}

fn tell(rehearsed: &Rehearsed) {
    for message in &rehearsed.messages {
        let reason = message.reason.as_deref().map(|reason| format!(", {reason}")).unwrap_or_default();
        out(&format!("── {} · {} ({}{reason})", moment_vi(message.at), message.chat, message.kind));
        out(&message.text);
    }
    out(&format!("Diễn tập: {} tin; không tin nào được gửi đi.", rehearsed.messages.len()));
    for issue in &rehearsed.issues {
        out(&format!("- {}", issue_line(issue)));
    }
}
