//! Long polling, one question at a time.
//!
//! Zalo knows no offset and no acknowledgement, and reports differ on what a poll gives: the same event again and again,
//! each event once, or only what arrives while the poll is open. So the caller stores what one poll returned before it
//! does anything else, lets the store tell repetitions by the message's id, and leaves some time between two polls.

use super::account::{ZaloBotAccount, ZaloSetupError};
use super::api::Api;
use super::event;
use super::verdict::{self, ZaloCallError};
use crate::channel::Heard;
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// More would only let our own time-out end the poll.
const WAIT_MOST: Duration = Duration::from_secs(50);

/// The way in for one bot, by polling.
pub struct ZaloBotListener {
    api: Api,
    wait: Duration,
}

impl fmt::Debug for ZaloBotListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZaloBotListener").field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl ZaloBotListener {
    /// How long Zalo is asked to wait for something to tell, as in its documentation.
    pub const DEFAULT_WAIT: Duration = Duration::from_secs(30);

    /// The time from the beginning of one poll to that of the next, at least. An event that is told again and again
    /// would otherwise come twelve times a second. It is counted from the beginning, so that a poll which waited in vain
    /// is followed by the next at once: where Zalo tells only what arrives while a poll is open, a pause loses messages.
    pub const PAUSE: Duration = Duration::from_secs(1);

    /// Prepares a listener that lets Zalo wait up to `wait` (whole seconds, at most 50) for something to tell; connects
    /// to nothing. The client gives up later than that, by the account's `timeout`.
    ///
    /// # Errors
    /// A token or an API address that cannot be what it should be.
    pub fn new(account: &ZaloBotAccount, wait: Duration) -> Result<Self, ZaloSetupError> {
        Ok(Self { api: Api::new(account)?, wait: Duration::from_secs(wait.min(WAIT_MOST).as_secs()) })
    }

    /// Asks once. Returns what was heard and concerns us; nothing, if nothing came. It may have been returned before.
    ///
    /// # Errors
    /// What kept the question from being answered.
    pub async fn poll(&self) -> Result<Vec<Heard>, ZaloCallError> {
        let params = json!({"timeout": self.wait.as_secs()});
        let answer = self.api.call("getUpdates", &params, self.wait + self.api.timeout()).await;
        match verdict::result(answer) {
            // So it says that nothing came.
            Err(ZaloCallError::TimedOut { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
            Ok(Value::Array(events)) => Ok(events.iter().filter_map(event::heard).collect()),
            Ok(event @ Value::Object(_)) => Ok(event::heard(&event).into_iter().collect()),
            Ok(Value::Null) => Ok(Vec::new()),
            Ok(_) => Err(ZaloCallError::Other { why: "getUpdates: the result is no event".to_owned() }),
        }
    }
}
