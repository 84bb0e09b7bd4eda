//! A bot account as it is configured, checked before anything uses it.

use crate::channel::bot_api;
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;
use thiserror::Error;

/// A bot account and the way to it.
#[derive(Clone)]
pub struct ZaloBotAccount {
    /// The token that Zalo gave: digits, a colon, and the secret.
    pub token: SecretString,
    /// Where the API is; [`Self::DEFAULT_API_URL`] unless only the older host answers.
    pub api_url: String,
    /// How long a call may take from beginning to end; half of it, at most ten seconds, for connecting. A long poll may
    /// take this much longer than it was asked to wait.
    pub timeout: Duration,
}

impl ZaloBotAccount {
    /// Zalo's own server.
    pub const DEFAULT_API_URL: &str = "https://bot-api.zaloplatforms.com";
    /// Long enough for a slow network, short enough not to hold up a lane.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

    /// An account at Zalo's own server.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self { token, api_url: Self::DEFAULT_API_URL.to_owned(), timeout: Self::DEFAULT_TIMEOUT }
    }

    /// The bot's id: the public part of its token.
    ///
    /// # Errors
    /// A token of another form.
    pub(super) fn bot_id(&self) -> Result<&str, ZaloSetupError> {
        // Nobody documents how long Zalo's secrets are.
        bot_api::bot_id(&self.token, 24, 16..=256).ok_or(ZaloSetupError::Token)
    }

    /// The API's address without a slash at its end.
    pub(super) fn base(&self) -> Result<&str, ZaloSetupError> {
        bot_api::address(&self.api_url).ok_or(ZaloSetupError::ApiUrl)
    }
}

impl fmt::Debug for ZaloBotAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An API address may hold a mistyped secret.
        f.debug_struct("ZaloBotAccount").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Why a channel cannot be set up. None repeats what was configured, because it may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZaloSetupError {
    /// The token is of another form than Zalo's.
    #[error("the Zalo bot token must be digits, a colon and at least 16 letters, digits, `_` or `-`, as Zalo gave it")]
    Token,
    /// The API's address is none.
    #[error("the Zalo API address must be http:// or https:// with a host, and without user name, query and fragment")]
    ApiUrl,
    /// The HTTP client could not be made, which is a fault of this machine.
    #[error("no HTTP client for Zalo could be made on this machine")]
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(token: &str) -> ZaloBotAccount {
        ZaloBotAccount::new(SecretString::from(token.to_owned()))
    }

    #[test]
    fn the_id_stands_before_the_colon() {
        assert_eq!(account("1459232241454765289:FakeSecretForTests").bot_id(), Ok("1459232241454765289"));
    }

    #[test]
    fn a_token_of_another_form_is_refused_and_not_repeated() {
        for token in [
            "",
            "145",
            "145:",
            "145:short",
            "x145:FakeSecretForTests",
            "145:FakeSecret/../ForTests",
            "145:a b c d e f g h i j k",
        ] {
            let error = account(token).bot_id().unwrap_err();
            assert_eq!(error, ZaloSetupError::Token, "{token:?}");
            assert!(token.is_empty() || !format!("{error} {error:?}").contains(token));
        }
    }

    #[test]
    fn an_api_address_is_checked() {
        let base = |url: &str| {
            let account = ZaloBotAccount { api_url: url.to_owned(), ..account("") };
            account.base().map(str::to_owned)
        };
        assert_eq!(base("https://bot-api.zapps.me/"), Ok("https://bot-api.zapps.me".to_owned()));
        for url in ["", "bot-api.zapps.me", "ftp://a", "https://user:pw@a", "https://a?x", "https://a#x"] {
            assert_eq!(base(url), Err(ZaloSetupError::ApiUrl), "{url:?}");
        }
    }
}
