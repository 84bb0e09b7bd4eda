//! What is wrong with a catalog, in lines that a person at an office can act on.

use std::cell::RefCell;
use std::fmt;

/// More than this is not read by anybody; the rest is counted.
const PROBLEMS_MAX: usize = 50;

/// One thing that is wrong: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as people know it: `units.toml`, or `units.toml (embedded)` for one that the program brought along.
    pub file: String,
    /// Where in it: `line 12, unit "so-y-te"`; empty for the file as a whole.
    pub place: String,
    /// What is wrong and what would be right, on one line.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}: {}", self.file, self.text)
        } else {
            write!(f, "{}, {}: {}", self.file, self.place, self.text)
        }
    }
}

/// A catalog that cannot be used, with every reason found. Shown as one line for each problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// At least one, in the order of the files and their lines; at most 50.
    pub problems: Vec<Problem>,
    /// How many more were found.
    pub more: usize,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "\n… and {} more problems", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogError {}

/// Where a problem stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// The number of the file in the order of reading.
    pub(super) file: usize,
    /// Its line, counted from 1; 0 for the file as a whole.
    pub(super) line: usize,
}

/// Collects problems while the catalog is read. Shared between the open sections of all files, hence the cell.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<(Position, Problem)>>);

impl Problems {
    pub(super) fn add(&self, position: Position, file: &str, label: &str, text: String) {
        let place = match (position.line, label) {
            (0, label) => label.to_owned(),
            (line, "") => format!("line {line}"),
            (line, label) => format!("line {line}, {label}"),
        };
        self.0.borrow_mut().push((position, Problem { file: file.to_owned(), place, text: one_line(&text) }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Everything found, as a person reads files: from the top of the first to the end of the last.
    pub(super) fn into_error(self) -> CatalogError {
        let mut found = self.0.into_inner();
        found.sort_by_key(|(position, _)| *position);
        let more = found.len().saturating_sub(PROBLEMS_MAX);
        CatalogError { problems: found.into_iter().take(PROBLEMS_MAX).map(|(_, problem)| problem).collect(), more }
    }
}

/// Text from a file may contain anything; a problem stays one line of a terminal or a log.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What a code or word could have been: all that are known when they are few, else the nearest.
pub(super) fn known<'a>(wrong: &str, known: impl Iterator<Item = &'a str>, file: &str) -> String {
    let known: Vec<&str> = known.collect();
    if known.len() <= 12 {
        return format!("known: {}", known.join(", "));
    }
    let nearest =
        known.iter().map(|code| (strsim::jaro_winkler(wrong, code), *code)).max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((score, code)) if score > 0.8 => format!("did you mean \"{code}\"? All codes are in {file}"),
        _ => format!("use one of the {} codes in {file}", known.len()),
    }
}
