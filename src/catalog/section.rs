//! Reading one table of a TOML file, key by key.
//!
//! Deserialising into a struct would stop at the first thing that is wrong and speak of types. Here every key is taken
//! on its own, a problem is noted with the line of the key, and reading goes on; [`Section::finish`] refuses the keys
//! that nobody asked for, so that a misspelt one is not ignored in silence.

use crate::catalog::files::SourceText;
use crate::catalog::problem::{Position, Problems, known};
use crate::catalog::value::{day, digits, hint, short, shown};
use crate::domain::indicator::CodeError;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent};
use crate::domain::scale::{FullScore, Scale};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

/// Longer than any name, decision or address that belongs into a catalog.
const TEXT_CHARS_MAX: usize = 500;
/// Aliases, headings, successors of one entry.
const TEXTS_MAX: usize = 100;

/// One table: of the whole file, of a `[name]`, or of a `[[name]]`.
pub(super) struct Section<'a> {
    source: &'a SourceText,
    problems: &'a Problems,
    /// How people know it: `unit "so-y-te"`; empty for the whole file.
    label: String,
    line: usize,
    values: DeTable<'a>,
    /// The lines of the keys that were asked for; 0 for one that is absent.
    lines: HashMap<&'static str, usize>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole of a file; none when it is not TOML.
    pub(super) fn whole(source: &'a SourceText, problems: &'a Problems) -> Option<Self> {
        match DeTable::parse(&source.text) {
            Ok(table) => Some(Self::new(source, problems, String::new(), 0, table.into_inner())),
            Err(error) => {
                let line = error.span().map_or(0, |span| source.line_at(span.start));
                let text = format!("is not valid TOML here: {}{}", error.message(), hint(source.line(line)));
                problems.add(Position { file: source.number, line }, &source.label, "", text);
                None
            }
        }
    }

    fn new(source: &'a SourceText, problems: &'a Problems, label: String, line: usize, values: DeTable<'a>) -> Self {
        Self { source, problems, label, line, values, lines: HashMap::new(), asked: Vec::new() }
    }

    /// The sections `[[key]]`, at most `max`.
    pub(super) fn sections(&mut self, key: &'static str, max: usize) -> Vec<Self> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value.into_inner() else {
            self.wrong(key, &format!("must be written as [[{key}]]"));
            return Vec::new();
        };
        if array.len() > max {
            self.wrong(key, &format!("has {} entries; at most {max} are possible", array.len()));
            return Vec::new();
        }
        array.into_iter().filter_map(|entry| self.inner(key, entry)).collect()
    }

    /// The sections `[[key]]`; that there is none is a problem.
    pub(super) fn some_sections(&mut self, key: &'static str, max: usize) -> Vec<Self> {
        let none = |value: &Spanned<DeValue<'_>>| matches!(value.get_ref(), DeValue::Array(array) if array.is_empty());
        if self.values.get(key).is_none_or(none) {
            self.problem(&format!("there is no [[{key}]]; at least one is needed"));
        }
        self.sections(key, max)
    }

    /// The section `[key]`; its absence is a problem.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Self> {
        match self.take(key) {
            Some(value) => self.inner(key, value),
            None => {
                self.problem(&format!("[{key}] is missing"));
                None
            }
        }
    }

    fn inner(&self, key: &'static str, value: Spanned<DeValue<'a>>) -> Option<Self> {
        let line = self.source.line_at(value.span().start);
        let DeValue::Table(values) = value.into_inner() else {
            let text = format!("`{key}` must be written as [[{key}]] with its keys below");
            self.report(line, &self.label, text);
            return None;
        };
        let named = ["code", "name"].iter().find_map(|name| values.get(*name)?.get_ref().as_str());
        let label = named.map_or_else(|| key.to_owned(), |name| format!("{key} {name:?}"));
        Some(Self::new(self.source, self.problems, label, line, values))
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.required(key, &format!("write {key} = \"…\""))?;
        let text = self.optional_text(key)?;
        if text.is_empty() {
            self.wrong(key, &format!("is empty; write {key} = \"…\""));
            return None;
        }
        Some(text)
    }

    /// A text that may be absent; an empty one stays empty.
    pub(super) fn optional_text(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?.into_inner();
        self.as_text(key, &value)
    }

    /// A list of texts, empty when absent.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Array(array) = value.into_inner() else {
            self.wrong(key, &format!("must be a list; write {key} = [\"…\", \"…\"]"));
            return Vec::new();
        };
        if array.len() > TEXTS_MAX {
            self.wrong(key, &format!("has {} entries; at most {TEXTS_MAX} are possible", array.len()));
            return Vec::new();
        }
        let mut texts = Vec::new();
        for entry in array {
            self.lines.insert(key, self.source.line_at(entry.span().start));
            match self.as_text(key, entry.get_ref()) {
                Some(text) if text.is_empty() => self.wrong(key, "contains an empty text; remove it"),
                text => texts.extend(text),
            }
        }
        texts
    }

    /// The pairs of an inline table of texts, empty when absent. Problems never repeat a value: somebody may have
    /// written a secret where its name belongs.
    pub(super) fn pairs(&mut self, key: &'static str, example: &str) -> Vec<(String, String)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let DeValue::Table(table) = value.into_inner() else {
            self.wrong(key, &format!("must be pairs; write {key} = {example}"));
            return Vec::new();
        };
        if table.len() > TEXTS_MAX {
            self.wrong(key, &format!("has {} entries; at most {TEXTS_MAX} are possible", table.len()));
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (name, value) in table {
            match value.get_ref().as_str() {
                Some(text) => pairs.push((name.into_inner().into_owned(), text.to_owned())),
                None => self.wrong(key, &format!("must hold texts in quotation marks; write {key} = {example}")),
            }
        }
        pairs
    }

    /// A code that must be there.
    pub(super) fn code<T>(&mut self, key: &'static str, parse: fn(&str) -> Result<T, CodeError>) -> Option<T> {
        let text = self.text(key)?;
        self.parsed(key, parse(&text))
    }

    /// A code that may be absent.
    pub(super) fn optional_code<T>(&mut self, key: &'static str, parse: fn(&str) -> Result<T, CodeError>) -> Option<T> {
        let text = self.optional_text(key)?;
        self.parsed(key, parse(&text))
    }

    /// A list of codes, empty when absent.
    pub(super) fn codes<T>(&mut self, key: &'static str, parse: fn(&str) -> Result<T, CodeError>) -> Vec<T> {
        self.texts(key).iter().filter_map(|text| self.parsed(key, parse(text))).collect()
    }

    fn parsed<T>(&self, key: &'static str, parsed: Result<T, CodeError>) -> Option<T> {
        parsed.map_err(|error| self.at(key, &error.to_string())).ok()
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if chosen.is_none() {
            let words = known(&text, choices.iter().map(|(word, _)| *word), &self.source.label);
            self.wrong(key, &format!("is {text:?}; {words}"));
        }
        chosen
    }

    /// A whole number within a range.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        self.required(key, &format!("write {key} = {}", range.start()))?;
        self.optional_number(key, range)
    }

    /// A whole number within a range that may be absent.
    pub(super) fn optional_number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(key)?.into_inner();
        let number = match &value {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            self.wrong(key, &format!("is {}; it must be a whole number from {least} to {most}", shown(&value)));
        }
        number
    }

    /// A percentage above 0 and not above 100, as a number or as a text with a comma.
    pub(super) fn percent(&mut self, key: &'static str) -> Option<Percent> {
        self.required(key, &format!("write {key} = 60"))?;
        let value = self.take(key)?.into_inner();
        let percent = digits(&value).ok_or("must be a number").and_then(|digits| {
            let percent = Percent::parse_plain(&digits).map_err(|_| "must be a number with at most 4 decimals")?;
            let possible = percent > Percent::whole(0) && percent <= Percent::whole(100);
            if possible { Ok(percent) } else { Err("must be above 0 and at most 100") }
        });
        let text = |wrong| self.wrong(key, &format!("is {}; it {wrong}: write 60, 97.5 or \"97,5\"", shown(&value)));
        percent.map_err(text).ok()
    }

    /// A level on a scale: above 0, and at most all of it.
    pub(super) fn level(&mut self, key: &'static str, scale: Scale) -> Option<Percent> {
        let Scale::Points(full) = scale else { return self.percent(key) };
        self.required(key, &format!("write {key} = 10.5 (points) or share = 80 (percent of the full score)"))?;
        let value = self.take(key)?.into_inner();
        let possible = |level: &Percent| level.exact() > Exact::from(0) && level.exact() <= full.exact();
        let level = digits(&value).and_then(|digits| Percent::parse_plain(&digits).ok()).filter(possible);
        if level.is_none() {
            let text = format!("is {}; it must be a number of points above 0 and at most {full}", shown(&value));
            self.wrong(key, &text);
        }
        level.map(|level| level.on(scale))
    }

    /// A full score that may be absent.
    pub(super) fn optional_full_score(&mut self, key: &'static str) -> Option<FullScore> {
        let value = self.take(key)?.into_inner();
        let hundredths = |score: Percent| u32::try_from((score.exact() * Exact::from(100)).to_integer()).ok();
        let two_decimals = |score: &Percent| score.decimals() <= 2;
        let score = digits(&value).and_then(|digits| Percent::parse_plain(&digits).ok()).filter(two_decimals);
        let full = score.and_then(hundredths).and_then(FullScore::of_hundredths);
        if full.is_none() {
            let text =
                "it must be a number of points above 0 and at most 10000 with at most 2 decimals: write 18 or 7.5";
            self.wrong(key, &format!("is {}; {text}", shown(&value)));
        }
        full
    }

    /// Whether a key is there; it still has to be asked for.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.values.contains_key(key)
    }

    /// A day that must be there.
    pub(super) fn day(&mut self, key: &'static str) -> Option<NaiveDate> {
        self.required(key, &format!("write {key} = 2023-09-04"))?;
        self.optional_day(key)
    }

    /// A day that may be absent.
    pub(super) fn optional_day(&mut self, key: &'static str) -> Option<NaiveDate> {
        let value = self.take(key)?.into_inner();
        let day = day(&value);
        if day.is_none() {
            self.wrong(
                key,
                &format!(
                    "is {}; it must be a day of the years 2000 to 2100: write 2023-09-04 or \"4/9/2023\"",
                    shown(&value)
                ),
            );
        }
        day
    }

    /// A reporting period that may be absent.
    pub(super) fn optional_period(&mut self, key: &'static str) -> Option<ReportingPeriod> {
        let text = self.optional_text(key)?;
        ReportingPeriod::parse(&text).map_err(|error| self.at(key, &error.to_string())).ok()
    }

    /// Refuses the keys that were never asked for.
    pub(super) fn finish(self) {
        for (name, _) in &self.values {
            let line = self.source.line_at(name.span().start);
            let name: &str = name.get_ref();
            let text = format!("the key `{}` is unknown; known: {}", short(name), self.asked.join(", "));
            self.report(line, &self.label, text);
        }
    }

    /// Reports something about the section as a whole.
    pub(super) fn problem(&self, text: &str) {
        self.report(self.line, &self.label, text.to_owned());
    }

    /// Reports a key whose value was asked for: "`key` is empty".
    pub(super) fn wrong(&self, key: &'static str, text: &str) {
        self.at(key, &format!("`{key}` {text}"));
    }

    /// Reports at the line of a key that was asked for.
    pub(super) fn at(&self, key: &'static str, text: &str) {
        let line = self.lines.get(key).copied().filter(|line| *line > 0).unwrap_or(self.line);
        self.report(line, &self.label, text.to_owned());
    }

    fn report(&self, line: usize, label: &str, text: String) {
        self.problems.add(Position { file: self.source.number, line }, &self.source.label, label, text);
    }

    /// A place to which a check across sections can come back.
    pub(super) fn place(&self, key: &'static str) -> Place<'a> {
        let line = self.lines.get(key).copied().filter(|line| *line > 0).unwrap_or(self.line);
        Place { source: self.source, problems: self.problems, label: self.label.clone(), line }
    }

    fn required(&mut self, key: &'static str, right: &str) -> Option<()> {
        if self.values.contains_key(key) {
            return Some(());
        }
        self.asked.push(key);
        self.wrong(key, &format!("is missing; {right}"));
        None
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'a>>> {
        self.asked.push(key);
        let value = self.values.remove(key)?;
        self.lines.insert(key, self.source.line_at(value.span().start));
        Some(value)
    }

    /// Texts are kept in one Unicode form, because the office's editors differ and names are compared.
    fn as_text(&self, key: &'static str, value: &DeValue<'_>) -> Option<String> {
        let Some(text) = value.as_str() else {
            self.wrong(key, &format!("is {}; it must be a text in quotation marks", shown(value)));
            return None;
        };
        let text: String = text.trim().nfc().collect();
        if text.chars().any(char::is_control) {
            self.wrong(key, "must be one line without control characters");
            return None;
        }
        if text.chars().count() > TEXT_CHARS_MAX {
            self.wrong(key, &format!("is longer than {TEXT_CHARS_MAX} characters"));
            return None;
        }
        Some(text)
    }
}

/// Where a section or a key stands.
#[derive(Clone)]
pub(super) struct Place<'a> {
    source: &'a SourceText,
    problems: &'a Problems,
    label: String,
    line: usize,
}

impl Place<'_> {
    pub(super) fn problem(&self, text: String) {
        self.problems.add(
            Position { file: self.source.number, line: self.line },
            &self.source.label,
            &self.label,
            text,
        );
    }

    /// The line, for problems that concern two places.
    pub(super) fn line(&self) -> usize {
        self.line
    }
}
