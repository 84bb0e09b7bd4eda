//! The ways out and in: one file or folder per medium, the only rooms that know a provider's wire format.
//!
//! A channel sends one message once and says what happened, as a value of the closed enum
//! [`SendOutcome`](crate::domain::delivery::SendOutcome). It does not retry, does not pace, does not sleep and does not
//! touch the outbox: all of that is decided above, from values. What a medium hears is translated into [`Heard`] and
//! stored by the service before the provider is told that it arrived.

mod bot_api;
pub mod telegram;
pub mod web;
pub mod zalo_bot;
pub mod zalo_oa;

use crate::domain::delivery::{Choice, SendOutcome};
use crate::domain::subscription::Medium;
use chrono::{DateTime, Utc};
use std::future::Future;
use std::pin::Pin;

/// A future that a `dyn Channel` can return.
pub type Sending<'a> = Pin<Box<dyn Future<Output = SendOutcome> + Send + 'a>>;

/// One message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The delivery it belongs to; media of our own use it to take a message exactly once.
    pub delivery_id: &'a str,
    /// Our id of the chat.
    pub chat_id: &'a str,
    /// The provider's address of the chat.
    pub address: &'a str,
    /// The text in the medium's dialect.
    pub text: &'a str,
    /// The same without any markup, for a provider that refuses the marked-up one.
    pub plain: &'a str,
    /// What is done with it.
    pub task: Task<'a>,
    /// What the message offers to choose from. A medium with buttons shows them; the text already has their numbers.
    pub choices: &'a [Choice],
    /// The moment of sending.
    pub now: DateTime<Utc>,
}

/// A picture on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The picture itself; empty for a medium that fetches it.
    pub png: Vec<u8>,
    /// Where it can be fetched, for a medium that fetches it.
    pub link: Option<String>,
    /// What it shows, in a line.
    pub title: String,
}

/// What is done with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task<'a> {
    /// The text is sent.
    #[default]
    Say,
    /// A picture is sent, with the text below it.
    Show(&'a Photo),
    /// The text replaces that of this message of ours, or is sent where there is none (any more). The outcome names the
    /// message that people see.
    Board {
        /// The provider's id of the message.
        message_id: Option<&'a str>,
    },
    /// This message of ours is pinned.
    Pin {
        /// The provider's id of it.
        message_id: &'a str,
    },
}

/// A medium's way out for one bot account.
pub trait Channel: Send + Sync + 'static {
    /// The name of the lane that it serves: `web`, `telegram:7000000001`, `zalo_bot:1459232241454765289`,
    /// `zalo_oa:<app id>`. Never contains a secret.
    fn lane(&self) -> &str;

    /// The medium.
    fn medium(&self) -> Medium;

    /// Sends one message once.
    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a>;
}

/// A file on its way from a medium to us.
pub type Downloading<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, DownloadError>> + Send + 'a>>;

/// A medium whose people may send us files.
pub trait FileSource: Send + Sync + 'static {
    /// Fetches a file once; `reference` is what the medium called it, `most` the largest that is taken, in bytes.
    fn download<'a>(&'a self, reference: &'a str, most: usize) -> Downloading<'a>;
}

/// Why a file did not come. None contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DownloadError {
    /// It is larger than what is taken, or than what the medium gives away.
    #[error("the file is too large")]
    TooLarge,
    /// The medium does not give it; asking again does not help.
    #[error("the file is refused: {why}")]
    Refused {
        /// The medium's words.
        why: String,
    },
    /// It may come when it is asked for again.
    #[error("the file did not come: {why}")]
    Retry {
        /// What happened.
        why: String,
    },
}

/// What a medium heard: one event of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The provider's id of the event; the same event heard again has the same.
    pub external_id: String,
    /// The chat's address.
    pub address: String,
    /// What people call the chat.
    pub title: String,
    /// Whether several people read it.
    pub group: bool,
    /// Who wrote, for the record: a provider's id or a name.
    pub sender: String,
    /// What happened.
    pub event: HeardEvent,
    /// When, by the provider's clock.
    pub at: DateTime<Utc>,
}

/// A file that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardFile {
    /// What the medium calls it; none where it gives bots no files.
    pub reference: Option<String>,
    /// Its name.
    pub name: String,
    /// Its size in bytes, where that is told.
    pub size: Option<u64>,
}

/// What happened in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeardEvent {
    /// Somebody wrote.
    Text(String),
    /// Somebody sent a file.
    File(HeardFile),
    /// The bot was removed, or blocked.
    Removed,
    /// The bot was added, or unblocked.
    Added,
    /// The chat has another address from now on.
    Moved {
        /// The new address.
        address: String,
    },
}
