//! The messages as people read them, kept in `docs/messages/` for whoever wants to read and not to run: every message
//! with every sample, and what the published report of July 2023 makes of it.
//!
//! A changed sentence fails this test until `UPDATE_DOCS=1 cargo test --test it messages::` has written the pages anew:
//! whoever changes what agencies read sees it as they will.

mod report;

use chitieu::config::variable;
use chitieu::message::{Dialect, Message, Messages, Rendered, samples};
use std::fmt::Write as _;
use std::path::Path;

#[test]
fn every_message_in_every_dialect() {
    let messages = Messages::embedded().expect("the embedded templates are checked");
    for dialect in Dialect::ALL {
        let mut page = format!(
            "# Every message, as {}\n\nMade by a test from made-up figures; what the published report makes of them is in report-*.md.\n",
            dialect.as_str()
        );
        for sample in samples().expect("the samples are checked") {
            let title = format!("{} – {}", sample.message.name(), sample.name);
            for (title, text) in as_sent(&messages, &sample.message, dialect, &title) {
                add(&mut page, &title, &text);
            }
        }
        kept(dialect.as_str(), &page);
    }
}

/// What is sent, and what `/xemthem` gives, each with its title.
fn as_sent(messages: &Messages, message: &Message, dialect: Dialect, title: &str) -> Vec<(String, String)> {
    let titled = |rendered: Rendered| (title.to_owned(), rendered.text);
    if !message.folds() {
        return vec![titled(messages.render(message, dialect).expect("it renders"))];
    }
    let (head, more) = messages.head(message, dialect).expect("it renders");
    let rest = || messages.rest(message, dialect).expect("it renders").text;
    [titled(head)]
        .into_iter()
        .chain((more && dialect != Dialect::WebHtml).then(|| (format!("{title}, /xemthem"), rest())))
        .collect()
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
