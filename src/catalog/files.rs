//! Where the texts of the catalog come from: the program itself, or a folder of the office.

use crate::catalog::problem::{Position, Problems};
use rust_embed::Embed;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The files of a catalog, in the order in which they build on each other.
pub(super) const NAMES: [&str; 12] = [
    "organisation.toml",
    "units.toml",
    "indicators.toml",
    "targets.toml",
    "calendar.toml",
    "alerts.toml",
    "delivery.toml",
    "sources.toml",
    "channels.toml",
    "schedules.toml",
    "audit.toml",
    "mappings.toml",
];

/// A catalog of ten thousand units stays well below this; anything larger is the wrong file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

#[derive(Embed)]
#[folder = "catalog/"]
struct Embedded;

/// The text of one file.
#[derive(Clone, Debug)]
pub(super) struct SourceText {
    /// Its number in [`NAMES`].
    pub(super) number: usize,
    /// How problems name it.
    pub(super) label: String,
    /// What it says.
    pub(super) text: String,
    /// Where its lines begin, in bytes.
    line_starts: Vec<usize>,
}

impl SourceText {
    pub(super) fn new(number: usize, label: String, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self { number, label, text, line_starts }
    }

    /// The line of a byte, counted from 1.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// What a line says.
    pub(super) fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or_default()
    }
}

/// The text that the program brought along.
pub(super) fn embedded(number: usize, problems: &Problems) -> Option<SourceText> {
    let name = NAMES[number];
    let label = format!("{name} (embedded)");
    let Some(file) = Embedded::get(name) else {
        problems.add(
            Position { file: number, line: 0 },
            &label,
            "",
            "is missing from the program; build it again".into(),
        );
        return None;
    };
    utf8(number, label, file.data.into_owned(), problems)
}

/// The texts of a folder, and the embedded ones for the files that it does not hold.
pub(super) fn in_folder(folder: &Path, problems: &Problems) -> Vec<Option<SourceText>> {
    let present = names_in(folder, problems);
    let text = |number: usize| {
        let name = NAMES[number];
        if present.iter().any(|file| file == name) {
            read(number, &folder.join(name), problems)
        } else {
            embedded(number, problems)
        }
    };
    (0..NAMES.len()).map(text).collect()
}

/// The names of the folder's TOML files. A misspelt name would silently leave the embedded file in force, so
/// a TOML file with any other name is a problem.
fn names_in(folder: &Path, problems: &Problems) -> Vec<String> {
    let whole = |text: String| problems.add(Position { file: 0, line: 0 }, &folder.display().to_string(), "", text);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            whole(format!("cannot be read ({error}); give a folder that holds at least one of {}", NAMES.join(", ")));
            return Vec::new();
        }
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|kind| kind.eq_ignore_ascii_case("toml")));
    names.sort();
    for name in names.iter().filter(|name| !NAMES.contains(&name.as_str())) {
        whole(format!(
            "{name} is not a file of the catalog; known: {} (end the name of a copy in .bak)",
            NAMES.join(", ")
        ));
    }
    if names.is_empty() {
        whole(format!("holds no file of the catalog; give a folder that holds at least one of {}", NAMES.join(", ")));
    }
    names
}

fn read(number: usize, path: &Path, problems: &Problems) -> Option<SourceText> {
    let label = NAMES[number].to_owned();
    let mut bytes = Vec::new();
    // One byte more than allowed tells too large from just fitting, whatever the file's size says.
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    let whole = |text: String| problems.add(Position { file: number, line: 0 }, &label, "", text);
    if let Err(error) = read {
        whole(format!("cannot be read ({error}); it must be a text file that the program may open"));
        return None;
    }
    if bytes.len() as u64 > FILE_BYTES_MAX {
        whole("is larger than 1 MiB; is it the right file?".into());
        return None;
    }
    utf8(number, label, bytes, problems)
}

fn utf8(number: usize, label: String, bytes: Vec<u8>, problems: &Problems) -> Option<SourceText> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(SourceText::new(number, label, text)),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            problems.add(Position { file: number, line }, &label, "", "is not UTF-8; save the file as UTF-8".into());
            None
        }
    }
}
