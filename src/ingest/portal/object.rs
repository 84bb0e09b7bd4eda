//! Records of a JSON document: the way to the rows, and the fields in and around each.

use crate::domain::mapping::{Mapping, Step};
use crate::ingest::json::tree::{Node, Value};
use crate::ingest::portal::cells::Cell;
use crate::ingest::portal::{Record, Slot, names};
use std::borrow::Cow;

/// The field name that means the key of the object in which a row stands (`metrics{}`).
const KEY: &str = "{}";

/// Walks a document, remembering what lies around the row.
struct Walk<'a, 'm> {
    names: Vec<Option<&'m str>>,
    /// The objects on the way, the outermost first.
    around: Vec<&'a Node<'a>>,
    key: Option<&'a str>,
    part: usize,
    most: usize,
    records: Vec<Record<'a>>,
}

/// At most `most` records of a document, by a mapping, which is that part of its system.
pub(super) fn records<'a>(document: &'a Node<'a>, mapping: &Mapping, part: usize, most: usize) -> Vec<Record<'a>> {
    let mut walk = Walk { names: names(mapping), around: Vec::new(), key: None, part, most, records: Vec::new() };
    walk.go(document, &mapping.rows.0);
    walk.records
}

impl<'a> Walk<'a, '_> {
    fn go(&mut self, node: &'a Node<'a>, steps: &[Step]) {
        if self.records.len() >= self.most {
            return;
        }
        let is_object = matches!(node.value, Value::Object(_));
        if is_object {
            self.around.push(node);
        }
        match steps.split_first() {
            None => self.take(node),
            Some((Step::Field(name), rest)) => {
                if let Some(inner) = node.field(name) {
                    self.go(inner, rest);
                }
            }
            Some((Step::Each, rest)) => {
                for inner in node.elements().unwrap_or_default() {
                    self.go(inner, rest);
                }
            }
            Some((Step::EachValue, rest)) => {
                if let Value::Object(fields) = &node.value {
                    for (key, inner) in fields {
                        self.key = Some(key);
                        self.go(inner, rest);
                    }
                    self.key = None;
                }
            }
        }
        if is_object {
            self.around.pop();
        }
    }

    fn take(&mut self, node: &'a Node<'a>) {
        let cell = |(at, name): (usize, &Option<&str>)| name.map_or(Cell::Missing, |name| self.find(name, at));
        let cells = self.names.iter().enumerate().map(cell).collect();
        self.records.push(Record { line: node.line, part: self.part, cells });
    }

    /// Whose figures, and of when: the innermost object that has the field decides. A figure stands in the row itself: the
    /// score of the group around it is not the score of a metric that has none.
    fn find(&self, name: &str, at: usize) -> Cell<'a> {
        if name == KEY {
            return self.key.map_or(Cell::Missing, |key| Cell::Words(Cow::Borrowed(key)));
        }
        let within = |node: &'a Node<'a>| {
            let mut parts = name.split('.');
            let first = node.field(parts.next()?)?;
            Some(parts.try_fold(first, |node, part| node.field(part)))
        };
        let reach = if at < Slot::Indicator as usize { self.around.len() } else { 1 };
        let found = self.around.iter().rev().take(reach).find_map(|node| within(node));
        Cell::of(found.flatten())
    }
}
