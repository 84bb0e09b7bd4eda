//! The set of templates: embedded ones, replaced by files of the same name in the office's own directory.

use super::dialect::{Dialect, registry};
use handlebars::Handlebars;
use handlebars::template::{Template, TemplateElement};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct TemplateProblem {
    /// The file, as given.
    pub file: String,
    /// From 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for TemplateProblem {
    /// `messages/bulletin.hbs:3: what is wrong`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

#[derive(rust_embed::RustEmbed)]
#[folder = "messages/"]
struct Embedded;

/// A file that the program carries beside its templates.
pub(super) fn embedded(file: &str) -> Option<Vec<u8>> {
    Embedded::get(file).map(|file| file.data.into_owned())
}

/// A template is a page of words; what is larger is some other file.
const MAX_TEMPLATE_BYTES: u64 = 64 * 1024;

/// Templates that start with this are parts of others, not messages.
const PART: char = '_';

/// One template's words and where they stand.
#[derive(Clone, Debug)]
struct Source {
    file: String,
    text: String,
}

/// Compiled templates by name, without the ending `.hbs`.
pub(super) struct TemplateSet {
    sources: BTreeMap<String, Source>,
    pub(super) compiled: BTreeMap<String, Template>,
}

impl TemplateSet {
    /// The embedded templates, with those of `directory` in their place. All problems are reported at once.
    pub(super) fn load(messages: &[&str], directory: Option<&Path>) -> Result<Self, Vec<TemplateProblem>> {
        let mut problems = Vec::new();
        let mut sources = BTreeMap::new();
        for file in Embedded::iter() {
            if let (Some(name), Some(content)) = (file.strip_suffix(".hbs"), Embedded::get(&file)) {
                add(&mut sources, &mut problems, name, format!("messages/{file}"), &content.data);
            }
        }
        if let Some(directory) = directory {
            read_directory(directory, messages, &mut sources, &mut problems);
        }
        for name in messages {
            if !sources.contains_key(*name) {
                let file = format!("messages/{name}.hbs");
                problems.push(TemplateProblem { file, line: None, what: "this message has no template".to_owned() });
            }
        }
        let mut compiled = BTreeMap::new();
        for (name, source) in &sources {
            problems.extend(lone_parts(source));
            match Template::compile_with_name(&source.text, name.clone()) {
                Ok(template) => drop(compiled.insert(name.clone(), template)),
                Err(error) => problems.push(TemplateProblem {
                    file: source.file.clone(),
                    line: error.pos().map(|(line, _)| line),
                    what: one_line(&error.reason().to_string()),
                }),
            }
        }
        if problems.is_empty() { Ok(Self { sources, compiled }) } else { Err(problems) }
    }

    /// A problem at a place of a template.
    pub(super) fn problem(&self, name: &str, line: Option<usize>, what: impl Into<String>) -> TemplateProblem {
        let file = self.sources.get(name).map_or_else(|| format!("{name}.hbs"), |source| source.file.clone());
        TemplateProblem { file, line, what: what.into() }
    }

    /// A registry that speaks a dialect. The words between the braces are text, so the dialect escapes them as it
    /// does values: an office may write `R&D` or `<` without knowing where it will be read.
    pub(super) fn registry(&self, dialect: Dialect) -> Handlebars<'static> {
        let mut registry = registry(dialect);
        for (name, template) in &self.compiled {
            let mut template = template.clone();
            escape_words(&mut template, dialect);
            registry.register_template(name, template);
        }
        registry
    }
}

fn read_directory(
    directory: &Path,
    messages: &[&str],
    sources: &mut BTreeMap<String, Source>,
    problems: &mut Vec<TemplateProblem>,
) {
    let here = |path: &Path, what: String| TemplateProblem { file: path.display().to_string(), line: None, what };
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return problems.push(here(directory, format!("the directory cannot be read: {error}"))),
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    paths.sort();
    for path in paths {
        let is_template = path.extension().is_some_and(|ending| ending == "hbs");
        let Some(name) = path.file_stem().and_then(|n| n.to_str()).filter(|_| is_template) else { continue };
        if !messages.contains(&name) && !name.starts_with(PART) {
            problems.push(here(&path, format!("no message has this name; the names are {}", messages.join(", "))));
            continue;
        }
        let size = std::fs::metadata(&path).map(|m| m.len());
        if size.is_ok_and(|size| size > MAX_TEMPLATE_BYTES) {
            problems.push(here(&path, format!("larger than {MAX_TEMPLATE_BYTES} bytes")));
            continue;
        }
        match std::fs::read(&path) {
            Ok(bytes) => add(sources, problems, name, path.display().to_string(), &bytes),
            Err(error) => problems.push(here(&path, format!("cannot be read: {error}"))),
        }
    }
}

/// Takes a file as editors of every system leave it: with a mark at the start, `\r\n`, decomposed letters.
fn add(
    sources: &mut BTreeMap<String, Source>,
    problems: &mut Vec<TemplateProblem>,
    name: &str,
    file: String,
    bytes: &[u8],
) {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text: String = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").nfc().collect();
            // The last line's end belongs to the file, not to the message: a part would carry it into a line.
            let text = text.trim_end_matches('\n').to_owned();
            sources.insert(name.to_owned(), Source { file, text });
        }
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            problems.push(TemplateProblem { file, line: Some(line), what: "not UTF-8; save it as UTF-8".to_owned() });
        }
    }
}

/// A part alone on its line swallows the line's end (handlebars' rule for standalone tags): two lines would run
/// together in silence.
fn lone_parts(source: &Source) -> Vec<TemplateProblem> {
    let alone = |line: &str| {
        let line = line.trim();
        line.starts_with("{{>") && line.find("}}") == Some(line.len() - 2)
    };
    // On the last line there is nothing left to swallow.
    let last = source.text.lines().count();
    source
        .text
        .lines()
        .enumerate()
        .filter(|(n, line)| n + 1 < last && alone(line))
        .map(|(n, _)| TemplateProblem {
            file: source.file.clone(),
            line: Some(n + 1),
            what: "a part alone on its line swallows the line's end: put `{{!}}` behind it".to_owned(),
        })
        .collect()
}

fn escape_words(template: &mut Template, dialect: Dialect) {
    for element in &mut template.elements {
        match element {
            TemplateElement::RawString(text) => *text = dialect.escape(text),
            TemplateElement::HelperBlock(block) => {
                for inner in [&mut block.template, &mut block.inverse].into_iter().flatten() {
                    escape_words(inner, dialect);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { file: "x.hbs".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_part_alone_on_its_line_is_found() {
        let lines = |text| lone_parts(&source(text)).into_iter().filter_map(|p| p.line).collect::<Vec<_>>();
        assert_eq!(lines("a\n{{> _x}}\nb"), [2]);
        assert_eq!(lines("a\n  {{> _x y}}  \nb"), [2]);
        assert!(lines("a {{> _x}}\n{{> _x}} b\n{{> _x}}{{> _y}}\n{{> _x}}").is_empty());
    }

    #[test]
    fn files_of_every_editor_are_taken() {
        let (mut sources, mut problems) = (BTreeMap::new(), Vec::new());
        add(&mut sources, &mut problems, "x", "x.hbs".to_owned(), "\u{feff}a\r\nSo\u{302}\r\n".as_bytes());
        assert_eq!(sources["x"].text, "a\nSô");
        add(&mut sources, &mut problems, "y", "y.hbs".to_owned(), b"a\nb\xff");
        assert_eq!(problems[0].to_string(), "y.hbs:2: not UTF-8; save it as UTF-8");
    }
}
