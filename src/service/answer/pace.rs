//! How many questions of a chat are answered: see [`crate::domain::hurry`].

use crate::domain::hurry::{Patience, Questions};
use crate::domain::subscription::Medium;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Chats that are remembered; beyond, those that asked nothing for a minute are forgotten.
const CHATS_MAX: usize = 10_000;

/// The latest questions of every chat. In memory: one replica answers at a time, and a restart forgives a minute.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<String, Questions>>);

impl Paces {
    /// A chat asks something. The page is exempt: it is one office behind its own door, and no provider counts.
    pub(super) fn ask(&self, chat_id: &str, medium: Medium, now: DateTime<Utc>) -> Patience {
        if medium == Medium::Web {
            return Patience::Answer;
        }
        let mut chats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if chats.len() >= CHATS_MAX {
            chats.retain(|_, questions| !questions.is_over(now));
        }
        chats.entry(chat_id.to_owned()).or_default().ask(now)
    }
}
