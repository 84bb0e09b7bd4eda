//! Long polling, one question at a time.
//!
//! Telegram repeats what a later question's `offset` has not acknowledged. So the caller stores what one poll returned
//! before it polls again with the highest id plus one, and a stop in between loses nothing.
//!
//! The answer is split into updates by us and not by teloxide, so that one update which nobody can read is acknowledged
//! like the others instead of blocking the queue, and so that a 409 and a 5xx come back at once: teloxide's `Bot` sleeps
//! ten seconds on a 5xx, and shows its token in `Debug`.

use super::account::{ChannelSetupError, TelegramAccount};
use super::api::Api;
use super::callback;
use super::update;
use super::verdict::{self, CallError};
use crate::channel::Heard;
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// The kinds of update we ask for. A kick goes unseen unless `my_chat_member` is among them.
pub(super) const ALLOWED_UPDATES: [&str; 3] = ["message", "my_chat_member", "callback_query"];

/// The server caps the wait itself; more would only let our own time-out end the poll.
const WAIT_MOST: Duration = Duration::from_secs(50);

/// The longest that acknowledging pressed buttons may hold up the next poll.
const ACKNOWLEDGE_MOST: Duration = Duration::from_secs(3);

/// The way in for one bot, by polling. Only the holder of the lane's lease may poll: of two, Telegram turns one away.
pub struct TelegramListener {
    api: Api,
    wait: Duration,
}

impl fmt::Debug for TelegramListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramListener").field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl TelegramListener {
    /// Prepares a listener that lets Telegram wait up to `wait` (whole seconds, at most 50) for something to tell;
    /// connects to nothing. The client gives up later than that, by the account's `timeout`.
    ///
    /// # Errors
    /// A token, an API address or a proxy that cannot be what it should be.
    pub fn new(account: &TelegramAccount, wait: Duration) -> Result<Self, ChannelSetupError> {
        Ok(Self { api: Api::new(account)?, wait: Duration::from_secs(wait.min(WAIT_MOST).as_secs()) })
    }

    /// Asks once. Returns every update with its id, and with what was heard if it is something that concerns us;
    /// `offset` acknowledges all that came before it.
    ///
    /// # Errors
    /// What kept the question from being answered; nothing is lost by it.
    pub async fn poll(&self, offset: Option<i64>) -> Result<Vec<(i64, Option<Heard>)>, CallError> {
        let mut params = json!({"timeout": self.wait.as_secs(), "limit": 100, "allowed_updates": ALLOWED_UPDATES});
        if let Some(offset) = offset {
            params["offset"] = json!(offset);
        }
        let answer = self.api.call("getUpdates", &params, self.wait + self.api.timeout()).await;
        let Value::Array(updates) = verdict::result(answer)? else {
            return Err(CallError::Other { why: "getUpdates: the result is not a list".to_owned() });
        };
        let read: Vec<_> = updates.iter().filter_map(update::read).collect();
        if read.is_empty() && !updates.is_empty() {
            // Nothing to acknowledge them by: they would come back at once, for ever.
            return Err(CallError::Other { why: "getUpdates: updates without an update_id".to_owned() });
        }
        Ok(read)
    }

    /// Tells the phones that their pressed buttons arrived. Best effort and never longer than three seconds in all:
    /// who does not learn it sees the button wait for a while, and gets the answer all the same.
    pub async fn acknowledge<'h>(&self, heard: impl Iterator<Item = &'h Heard>) {
        let all = async {
            for query in heard.filter_map(callback::callback_of) {
                let params = callback::answer(query);
                let answer = self.api.call("answerCallbackQuery", &params, self.api.timeout()).await;
                if let Err(error) = verdict::result(answer) {
                    tracing::debug!(%error, "a pressed button could not be acknowledged");
                }
            }
        };
        if tokio::time::timeout(ACKNOWLEDGE_MOST, all).await.is_err() {
            tracing::debug!("pressed buttons could not be acknowledged in time");
        }
    }
}
