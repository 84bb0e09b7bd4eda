//! A rehearsal's script: what people write, when the program is down, and when a file comes that comes late. TOML, read
//! with the same care as the catalog, but no part of it.

use crate::catalog::files::SourceText;
use crate::catalog::problem::{CatalogError, Problems};
use crate::catalog::section::Section;
use chrono::NaiveDateTime;

/// More than any rehearsal needs; what is longer is the wrong file.
const ENTRIES_MAX: usize = 10_000;
/// How a moment is written.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// Somebody writes into a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    /// When, in Vietnam.
    pub at: NaiveDateTime,
    /// The chat: `office`, `leader`, or a unit's code.
    pub chat: String,
    /// What is typed.
    pub text: String,
}

/// The program is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Downtime {
    /// From this moment on, in Vietnam.
    pub from: NaiveDateTime,
    /// Until it starts again.
    pub to: NaiveDateTime,
}

/// A file arrives at another moment than its figures suggest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When, in Vietnam.
    pub at: NaiveDateTime,
    /// The file's name, without its folder.
    pub file: String,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// `[[say]]`.
    pub sayings: Vec<Saying>,
    /// `[[down]]`.
    pub downtimes: Vec<Downtime>,
    /// `[[arrive]]`.
    pub arrivals: Vec<Arrival>,
}

impl Script {
    /// Reads a script; `label` is the file as people know it.
    ///
    /// # Errors
    /// Everything that is wrong, one line each.
    pub fn read(label: &str, text: String) -> Result<Self, CatalogError> {
        let problems = Problems::default();
        let source = SourceText::new(0, label.to_owned(), text);
        let script = Section::whole(&source, &problems).map(all);
        match script {
            Some(script) if problems.is_empty() => Ok(script),
            _ => Err(problems.into_error()),
        }
    }
}

fn all(mut file: Section<'_>) -> Script {
    let mut script = Script::default();
    for mut section in file.sections("say", ENTRIES_MAX) {
        let (at, chat, text) = (moment(&mut section, "at"), section.text("chat"), section.text("text"));
        if let (Some(at), Some(chat), Some(text)) = (at, chat, text) {
            script.sayings.push(Saying { at, chat, text });
        }
        section.finish();
    }
    for mut section in file.sections("down", ENTRIES_MAX) {
        if let (Some(from), Some(to)) = (moment(&mut section, "from"), moment(&mut section, "to")) {
            if from >= to {
                section.wrong("to", "must be later than `from`");
            }
            script.downtimes.push(Downtime { from, to });
        }
        section.finish();
    }
    for mut section in file.sections("arrive", ENTRIES_MAX) {
        if let (Some(at), Some(file)) = (moment(&mut section, "at"), section.text("file")) {
            script.arrivals.push(Arrival { at, file });
        }
        section.finish();
    }
    file.finish();
    script
}

fn moment(section: &mut Section<'_>, key: &'static str) -> Option<NaiveDateTime> {
    let text = section.text(key)?;
    let moment = NaiveDateTime::parse_from_str(&text, MOMENT).ok();
    if moment.is_none() {
        section.wrong(key, "is not a moment; write it as \"2025-03-05T09:10\" (Vietnamese time)");
    }
    moment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, MOMENT).unwrap()
    }

    #[test]
    fn a_script_says_who_writes_when_nothing_runs_and_what_comes_late() {
        let text = r#"
            [[say]]
            at = "2025-03-05T09:10"
            chat = "office"
            text = "/xacnhan"
            [[down]]
            from = "2025-04-29T17:00"
            to = "2025-05-05T07:30"
            [[arrive]]
            at = "2025-03-07T10:00"
            file = "2025-02.csv"
        "#;
        let script = Script::read("year.toml", text.to_owned()).unwrap();
        assert_eq!(script.sayings[0].text, "/xacnhan");
        assert_eq!(script.downtimes[0].to, moment("2025-05-05T07:30"));
        assert_eq!(script.arrivals[0].at, moment("2025-03-07T10:00"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let text = "[[say]]\nat = \"5/3/2025\"\nchat = \"office\"\ntext = \"x\"\n[[down]]\nfrom = \"2025-05-02T00:00\"\n\
                    to = \"2025-05-01T00:00\"\nwhy = \"x\"\n";
        let error = Script::read("year.toml", text.to_owned()).unwrap_err().to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines.len(), 3, "{error}");
        assert!(lines[0].starts_with("year.toml, line 2") && lines[0].contains("is not a moment"), "{error}");
        assert!(lines[1].contains("must be later than `from`"), "{error}");
        assert!(lines[2].contains("why"), "{error}");
    }
}
