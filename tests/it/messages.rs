//! The messages as people read them, kept in `docs/messages/` for whoever wants to read and not to run: every message
//! with every sample, and what the published report of July 2023 makes of it.
//!
//! A changed sentence fails this test until `UPDATE_DOCS=1 cargo test --test it messages::` has written the pages anew:
//! whoever changes what agencies read sees it as they will.

use chitieu::app::context;
use chitieu::config::{Config, variable};
use chitieu::domain::alert::{NoticeKind, NotifyReason, UnitNotice};
use chitieu::domain::names::NameMatch;
use chitieu::domain::org_unit::UnitCode;
use chitieu::ingest::Hints;
use chitieu::message::{Dialect, Message, Messages, samples, view};
use chitieu::service::Context;
use chitieu::service::evaluate::Evaluation;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::publish::notice_message;
use std::fmt::Write as _;
use std::path::Path;

/// The report beside the June that is made up for it.
const FILES: [&str; 2] = ["so-lieu-mau-2023-06-24.csv", "bao-cao-2023-07.txt"];

#[test]
fn every_message_in_every_dialect() {
    let messages = Messages::embedded().expect("the embedded templates are checked");
    for dialect in Dialect::ALL {
        let mut page = format!(
            "# Every message, as {}\n\nMade by a test from made-up figures; the report itself is in report.md.\n",
            dialect.as_str()
        );
        for sample in samples().expect("the samples are checked") {
            let title = format!("{} – {}", sample.message.name(), sample.name);
            add(&mut page, &title, &messages.render(&sample.message, dialect).expect("it renders").text);
        }
        kept(dialect.as_str(), &page);
    }
}

#[tokio::test]
async fn what_the_report_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let context = office(folder.path()).await;
    let header = context.store.current(None).await.expect("the database answers").expect("July is there");
    let evaluation = Evaluation::of(&context, &header).await.expect("it is assessed");
    let (lookup, days) = (context.lookup(), evaluation.working_days_left(&context));
    let units = units_of(&context, "sở xây dựng");
    let notice = UnitNotice {
        unit: units[0].clone(),
        kind: NoticeKind::Bulletin,
        reason: NotifyReason::FirstMissed,
        because: Vec::new(),
        recovered: Vec::new(),
        key: String::new(),
    };
    let both = units_of(&context, "an lão");
    let findings = evaluation.findings(&context);
    let mut page = "# What the report of July 2023 makes people read\n\nMade by a test from `samples/`.\n".to_owned();
    let said: [(&str, Message); 5] = [
        ("To Sở Xây dựng", notice_message(&context, &evaluation, &notice)),
        ("To the leaders", view::digest(lookup, &evaluation.digest(&context), &findings).into()),
        ("/status sở xây dựng", view::status(lookup, &evaluation.period, &units, days).into()),
        ("/status an lão", view::status(lookup, &evaluation.period, &both, days).into()),
        ("/kiemtra, to the office", view::audit(lookup, &header, &findings).into()),
    ];
    for (title, message) in said {
        add(&mut page, title, &context.messages.render(&message, Dialect::Plain).expect("it renders").text);
    }
    kept("report", &page);
}

/// An office that has read the samples.
pub async fn office(folder: &Path) -> Context {
    let database = format!("sqlite://{}/chitieu.db", folder.display());
    let config = Config::from_lookup(&|name| (name == "DATABASE_URL").then(|| database.clone())).expect("it is valid");
    let context = context(&config).await.expect("the office opens");
    let file = |name: &str| InputFile {
        name: name.to_owned(),
        bytes: std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect("a sample"),
    };
    let read = read_files(&context, &FILES.map(file), &Hints::default());
    record(&context, &read).await.expect("the figures are recorded");
    context
}

fn add(page: &mut String, title: &str, text: &str) {
    write!(page, "\n## {title}\n\n```\n{text}\n```\n").expect("a String takes everything");
}

/// Holds a page against the one in `docs/messages/`, or writes that one anew.
fn kept(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/messages").join(format!("{name}.md"));
    if variable("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept != page {
        let line = kept.lines().zip(page.lines()).position(|(a, b)| a != b);
        let at = line.unwrap_or_else(|| kept.lines().count().min(page.lines().count()));
        panic!(
            "docs/messages/{name}.md, line {}: is\n{}\nand should be\n{}\nUPDATE_DOCS=1 before the command writes it anew",
            at + 1,
            kept.lines().nth(at).unwrap_or("(nothing)"),
            page.lines().nth(at).unwrap_or("(nothing)")
        );
    }
}

fn units_of(context: &Context, name: &str) -> Vec<UnitCode> {
    match context.names.find(name) {
        NameMatch::One(units) => units,
        other => panic!("{name} names no unit: {other:?}"),
    }
}
