//! The queue behind `getUpdates`.
//!
//! An update stays until a poll with a higher offset acknowledges it; until then every poll gets it
//! again. Updates of a kind that the bot did not ask for vanish on arrival, as on the real server:
//! that is how a kick goes unseen when `my_chat_member` is missing from `allowed_updates`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::params::Params;

/// Kinds that the server leaves out unless they are named.
const ONLY_ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What waits, and who waits for it.
#[derive(Debug)]
pub struct Updates {
    waiting: BTreeMap<i64, Value>,
    next_id: i64,
    /// `None` is the server's default set.
    allowed: Option<BTreeSet<String>>,
    polls: u64,
    /// The poll that is waiting now; an older one finds another number here and gives way.
    pending: Option<u64>,
    /// Somebody else polls with the same token, for ever.
    pub rival: bool,
    /// How many polls were answered 409.
    pub conflicts: usize,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            next_id: 1000,
            allowed: None,
            polls: 0,
            pending: None,
            rival: false,
            conflicts: 0,
        }
    }
}

impl Updates {
    /// Queues `update` (an object with its kind as the only key besides `update_id`) and returns the id.
    /// An `update_id` that is there already is kept, and numbering goes on from it.
    pub fn push(&mut self, mut update: Value) -> i64 {
        let id = update.get("update_id").and_then(Value::as_i64).unwrap_or(self.next_id);
        self.next_id = self.next_id.max(id + 1);
        update["update_id"] = json!(id);
        let kind = update.as_object().and_then(|fields| fields.keys().find(|key| *key != "update_id").cloned());
        if kind.is_none_or(|kind| self.wants(&kind)) {
            self.waiting.insert(id, update);
        }
        id
    }

    fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            None => !ONLY_ON_REQUEST.contains(&kind),
            Some(kinds) => kinds.contains(kind),
        }
    }

    /// Takes over `allowed_updates`: absent keeps the last value, empty is the default set.
    pub fn allow(&mut self, params: &Params) {
        if let Some(Value::Array(kinds)) = params.json("allowed_updates") {
            let kinds: BTreeSet<String> = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            self.allowed = (!kinds.is_empty()).then_some(kinds);
        }
    }

    /// Forgets everything below `offset`; a negative one keeps only that many of the newest.
    pub fn acknowledge(&mut self, offset: i64) {
        let first = if offset < 0 {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.waiting.keys().rev().nth(back.saturating_sub(1)).copied().unwrap_or(i64::MIN)
        } else {
            offset
        };
        self.waiting = self.waiting.split_off(&first);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The next at most `limit` updates.
    pub fn batch(&self, limit: usize) -> Vec<Value> {
        self.waiting.values().take(limit).cloned().collect()
    }

    /// Ids that are not acknowledged yet.
    pub fn unacknowledged(&self) -> Vec<i64> {
        self.waiting.keys().copied().collect()
    }

    /// A poll begins to wait; whichever waited before loses.
    pub fn begin_wait(&mut self) -> u64 {
        self.polls += 1;
        self.pending = Some(self.polls);
        self.polls
    }

    /// Whether `poll` may go on waiting.
    pub fn may_wait(&self, poll: u64) -> bool {
        self.pending == Some(poll)
    }

    /// `poll` got its answer.
    pub fn end_wait(&mut self, poll: u64) {
        self.pending = self.pending.filter(|pending| *pending != poll);
    }
}
