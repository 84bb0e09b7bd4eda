//! The command line (contract, "Commands"): what can be typed, and the commands that need no more than a context.
//!
//! Results go to standard output, logs to standard error; with `--json` the output is one JSON document. A command
//! returns [`Done`]: all well, or the work found problems (exit 1). Wrong usage or configuration is an error (exit 2).

pub mod actions;
pub mod figures;
pub mod json;
pub mod office;
pub mod rehearse;
pub mod snapshots;

use crate::domain::period::ReportingPeriod;
use chrono::NaiveDate;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Tells agencies where they stand against their targets, in the chat they already read.
#[derive(Debug, Parser)]
#[command(name = "chitieu", version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole service on what is embedded: catalog, sample figures, a database in ./data, web chats on loopback
    Demo,
    /// The service as configured: polls, compares, sends, answers
    Run,
    /// Reads files in any known format, records, decides and queues messages
    Import(ImportArgs),
    /// One unit (or all of a shared name) against targets and the previous month
    Status(StatusArgs),
    /// The leaders' summary
    Digest(PeriodArgs),
    /// Contradictions in the figures
    Audit(PeriodArgs),
    /// Every reading of a month with number, source, hash and time, and what became of it
    Snapshots(PeriodArgs),
    /// Exactly what would be sent
    Preview(PreviewArgs),
    /// Runs the real services on a virtual clock over files; sends nothing, prints who would have received what
    Rehearse(RehearseArgs),
    /// A one-time code that ties a chat to a unit or role
    Link(LinkArgs),
    /// What waits, failed, or has an unknown outcome
    Outbox(OutboxArgs),
    /// Who did what, in chats, on the page and here: links, confirmations, mutes, with what came of each
    Actions(ActionsArgs),
    /// Message templates
    Templates {
        /// What to do with them.
        #[command(subcommand)]
        action: TemplatesAction,
    },
    /// Checks configuration, database, templates, catalog and each channel's credentials
    Doctor,
}

fn period(text: &str) -> Result<ReportingPeriod, String> {
    ReportingPeriod::parse(text).map_err(|error| error.to_string())
}

fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| format!("`{text}` is not a day; write YYYY-MM-DD, for example 2023-07-24"))
}

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The month the figures speak of, where the file does not say (YYYY-MM)
    #[arg(long, value_parser = period)]
    pub period: Option<ReportingPeriod>,
    /// The last day that the figures cover, where the file does not say (YYYY-MM-DD)
    #[arg(long, value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// Read and report only; store and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// Options of `status`.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// The unit, in any spelling
    #[arg(required = true, value_name = "NAME")]
    pub name: Vec<String>,
    /// Which month (YYYY-MM); the newest without
    #[arg(long, value_parser = period)]
    pub period: Option<ReportingPeriod>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// Options of `digest`, `audit` and `snapshots`.
#[derive(Debug, clap::Args)]
pub struct PeriodArgs {
    /// Which month (YYYY-MM); the newest without
    #[arg(long, value_parser = period)]
    pub period: Option<ReportingPeriod>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// A medium whose dialect can be previewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PreviewChannel {
    /// Telegram's HTML.
    Telegram,
    /// Zalo's plain text.
    Zalo,
    /// The page's HTML.
    Web,
}

/// Options of `preview`.
#[derive(Debug, clap::Args)]
pub struct PreviewArgs {
    /// The message: bulletin, digest, status, …
    pub message: String,
    /// For which medium
    #[arg(long, value_enum)]
    pub channel: PreviewChannel,
    /// For which unit, in any spelling
    #[arg(long)]
    pub unit: Option<String>,
    /// Which month (YYYY-MM); the newest without
    #[arg(long, value_parser = period)]
    pub period: Option<ReportingPeriod>,
}

/// Options of `rehearse`.
#[derive(Debug, clap::Args)]
pub struct RehearseArgs {
    /// The first day that is shown (YYYY-MM-DD); earlier files are taken in silence
    #[arg(long, value_parser = day)]
    pub from: NaiveDate,
    /// The last day (YYYY-MM-DD)
    #[arg(long, value_parser = day)]
    pub to: NaiveDate,
    /// What people write, when the program is down, what comes late (TOML: [[say]], [[down]], [[arrive]])
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// The files; each arrives at 8:00 on the day that its name begins with, or on the last day of its figures
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// A role without a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinkRole {
    /// The leaders.
    Leader,
    /// The office.
    Office,
}

/// Options of `link`.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(group(clap::ArgGroup::new("whom").required(true).args(["unit", "role"])))]
pub struct LinkArgs {
    /// The unit, in any spelling that names one
    #[arg(long)]
    pub unit: Option<String>,
    /// A role
    #[arg(long, value_enum)]
    pub role: Option<LinkRole>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// Options of `outbox`.
#[derive(Debug, clap::Args)]
pub struct OutboxArgs {
    /// What to do; lists without
    #[command(subcommand)]
    pub action: Option<OutboxAction>,
    /// One JSON document
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be done with the outbox.
#[derive(Debug, Subcommand)]
pub enum OutboxAction {
    /// Lists what waits, failed, or has an unknown outcome
    List,
    /// Puts a failed or unknown message back into the queue
    Retry {
        /// Its id, or the end of it
        id: String,
    },
    /// Gives a message up
    Drop {
        /// Its id, or the end of it
        id: String,
    },
}

/// Options of `actions`.
#[derive(Debug, clap::Args)]
pub struct ActionsArgs {
    /// At most so many, the newest
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// What can be done with templates.
#[derive(Debug, Subcommand)]
pub enum TemplatesAction {
    /// Renders every message with every sample in every dialect
    Check {
        /// The folder; MESSAGES_DIR or the embedded templates without
        dir: Option<PathBuf>,
    },
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Exit 0.
    Well,
    /// Exit 1: it did its work, and the work found problems.
    WithProblems,
}

impl Done {
    /// `WithProblems` when there are any.
    #[must_use]
    pub const fn problems(any: bool) -> Self {
        if any { Self::WithProblems } else { Self::Well }
    }
}

/// Writes to standard output. A reader that went away (`| head`) is no fault of ours.
pub(crate) fn out(text: &str) {
    use std::io::Write as _;
    let mut stdout = std::io::stdout().lock();
    let _reader_went_away = writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush());
}

/// Writes one JSON document.
pub(crate) fn out_json(value: &serde_json::Value) {
    out(&format!("{value:#}"));
}
