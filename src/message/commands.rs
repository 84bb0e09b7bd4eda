//! The list of commands that media show while people type: `commands.toml` beside the templates, embedded or the
//! office's own.

use super::TemplateProblem;
use super::set::embedded;
use crate::domain::command::ALL;
use serde::Deserialize;
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

const FILE: &str = "commands.toml";
/// Telegram: 1–32 of `[a-z0-9_]`.
const NAME_MOST: usize = 32;
/// Telegram: 1–256 characters.
const DESCRIPTION_MOST: usize = 256;

/// A command as a medium lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotCommand {
    /// Without its slash: "status".
    pub name: String,
    /// What it answers.
    pub description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    command: Vec<BotCommand>,
}

/// The list, and what is wrong with it.
pub(super) fn load(directory: Option<&Path>) -> (Vec<BotCommand>, Vec<TemplateProblem>) {
    let own = directory.map(|directory| directory.join(FILE)).filter(|path| path.exists());
    let (file, bytes) = match own {
        Some(path) => (path.display().to_string(), std::fs::read(&path).map_err(|error| error.to_string())),
        None => (format!("messages/{FILE}"), embedded(FILE).ok_or_else(|| "it is missing".to_owned())),
    };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
    let read = text.and_then(|text| read(&text));
    let problem = |what| TemplateProblem { file: file.clone(), line: None, what };
    match read {
        Ok(commands) => {
            let problems = faults(&commands).into_iter().map(problem).collect();
            (commands, problems)
        }
        Err(what) => (Vec::new(), vec![problem(what)]),
    }
}

fn read(text: &str) -> Result<Vec<BotCommand>, String> {
    let text: String = text.trim_start_matches('\u{feff}').nfc().collect();
    let file: File = toml::from_str(&text).map_err(|error| error.to_string())?;
    Ok(file.command)
}

/// What Telegram would refuse, and what would be answered by nothing.
fn faults(commands: &[BotCommand]) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, BotCommand { name, description }) in commands.iter().enumerate() {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=NAME_MOST).contains(&name.len()) || !name.bytes().all(allowed) {
            faults.push(format!("`{name}` is no command: 1 to {NAME_MOST} of a-z, 0-9 and _, without the slash"));
        } else if !ALL.iter().any(|(known, others)| std::iter::once(known).chain(*others).any(|k| k[1..] == *name)) {
            faults.push(format!("there is no command `/{name}`"));
        }
        if commands[..at].iter().any(|earlier| earlier.name == *name) {
            faults.push(format!("`{name}` is listed twice"));
        }
        if !(1..=DESCRIPTION_MOST).contains(&description.trim().chars().count()) {
            faults.push(format!("`{name}`: a description has 1 to {DESCRIPTION_MOST} characters"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_list_is_sound() {
        let (commands, problems) = load(None);
        assert_eq!(problems, []);
        assert!(commands.iter().any(|command| command.name == "status"));
    }

    #[test]
    fn what_telegram_would_refuse_is_found_at_start() {
        let long = "x".repeat(257);
        for (name, description, fault) in [
            ("Tình_hình", "x", "is no command"),
            ("", "x", "is no command"),
            ("status", "", "a description has"),
            ("status", long.as_str(), "a description has"),
            ("hologram", "x", "there is no command `/hologram`"),
        ] {
            let command = BotCommand { name: name.to_owned(), description: description.to_owned() };
            let faults = faults(&[command]);
            assert!(faults.len() == 1 && faults[0].contains(fault), "{name}: {faults:?}");
        }
        let twice = BotCommand { name: "status".to_owned(), description: "x".to_owned() };
        assert_eq!(faults(&[twice.clone(), twice]), ["`status` is listed twice"]);
    }

    #[test]
    fn an_office_may_have_its_own_words() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "[[command]]\nname = \"status\"\ndescription = \"Tình hình\"\n")
            .unwrap();
        let (commands, problems) = load(Some(folder.path()));
        assert_eq!((commands.len(), problems.len()), (1, 0));
        std::fs::write(folder.path().join(FILE), "[[command]]\nnam = \"status\"\n").unwrap();
        let (_, problems) = load(Some(folder.path()));
        assert!(problems[0].to_string().contains("nam"), "{problems:?}");
    }
}
