//! Keys that may stand only once in a file.

use crate::catalog::section::Place;
use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;

/// The keys seen so far, with their lines.
pub(super) struct Once<K> {
    /// What has the key: "unit".
    what: &'static str,
    /// What the key is: "code".
    key: &'static str,
    seen: HashMap<K, usize>,
}

impl<K: Clone + Eq + Hash + Display> Once<K> {
    pub(super) fn new(what: &'static str, key: &'static str) -> Self {
        Self { what, key, seen: HashMap::new() }
    }

    /// Reports a key that was seen before.
    pub(super) fn check(&mut self, key: &K, place: &Place<'_>) {
        let Self { what, key: word, seen } = self;
        match seen.get(key) {
            Some(line) => {
                place.problem(format!("the {word} stands already in line {line}; each {what} has a {word} of its own"));
            }
            None => {
                seen.insert(key.clone(), place.line());
            }
        }
    }
}
