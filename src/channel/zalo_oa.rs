//! A Zalo Official Account that writes to its groups (GMF): out by JSON, in by a webhook.
//!
//! What differs from the Bot Platform is the token. It lives 25 hours and is renewed with a refresh token that works once,
//! so tokens are kept in the database by [`ZaloOaKeeper`], and no two processes renew at the same time. When Zalo refuses
//! the access token, nothing was sent: it is renewed once and the message sent once more.
//!
//! As on the Bot Platform, a message has no key and cannot be looked up: what surely did not leave is `Retry`, what Zalo
//! answered is decided by its answer, and everything else is `Unknown`.
//!
//! What is absent: pacing and waiting, splitting, the making of groups (the account's owner does that), messages to
//! single persons, and telling the office (`service::zalo_oa`).

mod account;
mod api;
mod event;
mod keeper;
mod mention;
mod renewal;
mod verdict;
mod webhook;

pub use account::{ZaloOaAccount, ZaloOaSetupError};
pub use keeper::{ZaloOaKeeper, ZaloOaStanding};
pub use verdict::ZaloOaCallError;
pub use webhook::{NotZalo, SIGNATURE_HEADER, parse_webhook};

use crate::channel::bot_api::NoReply;
use crate::channel::{Channel, Outgoing, Sending, Task};
use crate::domain::delivery::SendOutcome;
use crate::domain::subscription::Medium;
use keeper::NoToken;
use secrecy::SecretString;
use serde_json::Value;
use std::fmt;
use std::future::Future;
use unicode_normalization::UnicodeNormalization as _;
use verdict::Said;

/// The most characters of a message, in UTF-16 units of its NFC form: as for the Bot Platform, the strictest reading of
/// "2,000".
pub const TEXT_MOST: usize = 2_000;

/// How a lane's name begins; the application's id follows.
pub const LANE_PREFIX: &str = "zalo_oa:";

/// The largest picture: 1 MB, in the smaller of its two meanings.
pub const PICTURE_MOST: usize = 1_000_000;

/// Addresses are opaque; one that is longer than this is no address.
const ADDRESS_MOST: usize = 128;

/// Groups asked for at a time.
const GROUPS_PAGE: usize = 50;

/// More groups than this are a mistake of the server.
const GROUPS_MOST: usize = 2_000;

/// The way out for one Official Account.
pub struct ZaloOaChannel {
    keeper: ZaloOaKeeper,
}

/// A group of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZaloOaGroup {
    /// Its address.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Zalo's word for whether it works.
    pub status: String,
    /// How many people read it, where Zalo says so.
    pub members: Option<u64>,
}

impl fmt::Debug for ZaloOaChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZaloOaChannel").field("lane", &self.keeper.lane()).finish_non_exhaustive()
    }
}

impl ZaloOaChannel {
    /// A channel that calls with the keeper's tokens.
    #[must_use]
    pub const fn new(keeper: ZaloOaKeeper) -> Self {
        Self { keeper }
    }

    /// All groups of the account.
    ///
    /// # Errors
    /// What kept a call from being carried out.
    pub async fn groups(&self) -> Result<Vec<ZaloOaGroup>, ZaloOaCallError> {
        let mut groups = Vec::new();
        while groups.len() < GROUPS_MOST {
            let offset = groups.len();
            let data = self.call(|token| async move { self.keeper.api().groups(&token, offset, GROUPS_PAGE).await });
            let data = data.await?;
            let page: Vec<&Value> = data.get("groups").and_then(Value::as_array).into_iter().flatten().collect();
            let full = page.len() >= GROUPS_PAGE;
            groups.extend(page.into_iter().map(|group| {
                let text = |field: &str| event::word(group.get(field)).unwrap_or_default();
                let members = api::number(group.get("total_member")).and_then(|count| count.try_into().ok());
                ZaloOaGroup { id: text("group_id"), name: text("name"), status: text("status"), members }
            }));
            if !full {
                break;
            }
        }
        Ok(groups)
    }

    /// Uploads a picture (JPEG or PNG, at most [`PICTURE_MOST`] bytes) and gives its `attachment_id`, which Zalo keeps for
    /// seven days.
    ///
    /// # Errors
    /// A picture that Zalo does not take, which is not sent, or what kept the call from being carried out.
    pub async fn upload(&self, picture: &[u8]) -> Result<String, ZaloOaCallError> {
        if picture.len() > PICTURE_MOST {
            return Err(ZaloOaCallError::Unfit { why: "a picture for Zalo has at most 1 MB" });
        }
        let (name, mime) = if picture.starts_with(b"\x89PNG\r\n\x1a\n") {
            ("picture.png", "image/png")
        } else if picture.starts_with(b"\xff\xd8\xff") {
            ("picture.jpg", "image/jpeg")
        } else {
            return Err(ZaloOaCallError::Unfit { why: "a picture for Zalo is a JPEG or a PNG" });
        };
        let data = self
            .call(|token| async move { self.keeper.api().upload(&token, name, mime, picture.to_vec()).await })
            .await?;
        event::word(data.get("attachment_id"))
            .filter(|id| !id.is_empty())
            .ok_or_else(|| ZaloOaCallError::Unreachable { why: "the answer names no attachment".to_owned() })
    }

    /// Calls with a token; where Zalo refuses the token, with another one, once.
    async fn with_token<F>(&self, call: impl Fn(SecretString) -> F) -> Result<Result<Said, NoReply>, NoToken>
    where
        F: Future<Output = Result<Said, NoReply>>,
    {
        let token = self.keeper.access(None).await?;
        match call(token.clone()).await {
            Ok(said) if said.wants_another_token() => {
                let other = self.keeper.access(Some(&token)).await?;
                Ok(call(other).await)
            }
            answer => Ok(answer),
        }
    }

    async fn call<F>(&self, call: impl Fn(SecretString) -> F) -> Result<Value, ZaloOaCallError>
    where
        F: Future<Output = Result<Said, NoReply>>,
    {
        match self.with_token(call).await {
            Ok(answer) => verdict::result(answer),
            Err(NoToken(why)) => Err(ZaloOaCallError::NoToken { why }),
        }
    }

    async fn deliver(&self, message: Outgoing<'_>) -> SendOutcome {
        let address = message.address;
        if address.is_empty() || address.len() > ADDRESS_MOST || address.chars().any(char::is_control) {
            return SendOutcome::Refused { why: format!("not a Zalo group: {address:?}") };
        }
        let text: String = mention::without_mentions(message.text).nfc().collect();
        let length = text.encode_utf16().count();
        if text.trim().is_empty() || length > TEXT_MOST {
            return SendOutcome::Refused { why: format!("a message has 1 to {TEXT_MOST} characters, not {length}") };
        }
        let text = text.as_str();
        let attachment = match message.task {
            Task::Say => None,
            // Nobody sees an upload: one whose outcome is unknown may be repeated.
            Task::Show(photo) => match self.upload(&photo.png).await {
                Ok(id) => Some(id),
                Err(ZaloOaCallError::RetryAfter(wait)) => {
                    let wait = chrono::Duration::from_std(wait).unwrap_or(chrono::Duration::hours(1));
                    return SendOutcome::RetryAfter { wait };
                }
                Err(error @ (ZaloOaCallError::Unfit { .. } | ZaloOaCallError::Refused { code: -201, .. })) => {
                    return SendOutcome::Refused { why: error.to_string() };
                }
                Err(error) => return SendOutcome::Retry { why: error.to_string() },
            },
            Task::Board { .. } | Task::Pin { .. } => {
                return SendOutcome::Refused { why: "Zalo edits and pins no message".to_owned() };
            }
        };
        let attachment = attachment.as_deref();
        let send = |token| async move { self.keeper.api().send(&token, address, text, attachment).await };
        match self.with_token(send).await {
            Ok(answer) => verdict::outcome(answer),
            Err(NoToken(why)) => SendOutcome::Retry { why },
        }
    }
}

impl Channel for ZaloOaChannel {
    fn lane(&self) -> &str {
        self.keeper.lane()
    }

    fn medium(&self) -> Medium {
        Medium::ZaloOa
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}
