//! A bot account as it is configured, checked before anything uses it.

use crate::channel::bot_api;
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
use std::time::Duration;
use thiserror::Error;

/// Proxy schemes that the client can speak. `socks5h` leaves the look-up of names to the proxy.
const PROXY_SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// A bot account and the way to it.
#[derive(Clone)]
pub struct TelegramAccount {
    /// The token from BotFather: digits, a colon, and the secret.
    pub token: SecretString,
    /// Where the Bot API is; [`Self::DEFAULT_API_URL`] unless an office runs its own server.
    pub api_url: String,
    /// The proxy through which all calls go, with its password if it wants one. `None` is a direct connection, whatever
    /// the environment says.
    pub proxy: Option<SecretString>,
    /// How long a call may take from beginning to end; half of it, at most ten seconds, for connecting. A long poll may
    /// take this much longer than it was asked to wait.
    pub timeout: Duration,
}

impl TelegramAccount {
    /// Telegram's own server.
    pub const DEFAULT_API_URL: &str = "https://api.telegram.org";
    /// Long enough for a slow proxy, short enough not to hold up a lane.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

    /// An account at Telegram's own server, reached directly.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self { token, api_url: Self::DEFAULT_API_URL.to_owned(), proxy: None, timeout: Self::DEFAULT_TIMEOUT }
    }

    /// The bot's id: the public part of its token.
    ///
    /// # Errors
    /// A token of another form.
    pub(super) fn bot_id(&self) -> Result<&str, ChannelSetupError> {
        // Telegram's secrets are 35 long today, and nowhere promised to be.
        bot_api::bot_id(&self.token, 20, 20..=128).ok_or(ChannelSetupError::Token)
    }

    /// The API's address without a slash at its end.
    pub(super) fn base(&self) -> Result<&str, ChannelSetupError> {
        bot_api::address(&self.api_url).ok_or(ChannelSetupError::ApiUrl)
    }

    /// The proxy for reqwest.
    pub(super) fn checked_proxy(&self) -> Result<Option<reqwest::Proxy>, ChannelSetupError> {
        let Some(text) = &self.proxy else { return Ok(None) };
        let url = reqwest::Url::parse(text.expose_secret()).map_err(|_| ChannelSetupError::Proxy)?;
        if !PROXY_SCHEMES.contains(&url.scheme()) || !url.has_host() {
            return Err(ChannelSetupError::Proxy);
        }
        reqwest::Proxy::all(url).map(Some).map_err(|_| ChannelSetupError::Proxy)
    }
}

impl fmt::Debug for TelegramAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An API address may hold a mistyped secret.
        f.debug_struct("TelegramAccount")
            .field("proxied", &self.proxy.is_some())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a channel cannot be set up. None repeats what was configured, because it may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChannelSetupError {
    /// The token is of another form than BotFather's.
    #[error(
        "the Telegram token must be digits, a colon and at least 20 letters, digits, `_` or `-`, as BotFather gave it"
    )]
    Token,
    /// The API's address is none.
    #[error(
        "the Telegram API address must be http:// or https:// with a host, and without user name, query and fragment"
    )]
    ApiUrl,
    /// The proxy's address is none.
    #[error("the Telegram proxy must be an http://, https://, socks5:// or socks5h:// address with a host")]
    Proxy,
    /// The HTTP client could not be made, which is a fault of this machine.
    #[error("no HTTP client for Telegram could be made on this machine")]
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(token: &str) -> TelegramAccount {
        TelegramAccount::new(SecretString::from(token.to_owned()))
    }

    #[test]
    fn the_id_stands_before_the_colon() {
        assert_eq!(account("7000000001:AAFakeTokenForTests-abc_def").bot_id(), Ok("7000000001"));
    }

    #[test]
    fn a_token_of_another_form_is_refused_and_not_repeated() {
        for token in [
            "",
            "7000000001",
            "7000000001:",
            "7000000001:short",
            "bot7000000001:AAFakeTokenForTests-abc_def",
            "7000000001:AAFakeTokenForTests/../abc_def",
            "7000000001:AAFakeTokenForTests-abc_def\n",
            "7000000001:AAFakeTokenForTests:abc_def",
            ":AAFakeTokenForTests-abc_def",
        ] {
            let error = account(token).bot_id().unwrap_err();
            assert_eq!(error, ChannelSetupError::Token, "{token:?}");
            assert!(token.is_empty() || !format!("{error} {error:?}").contains(token));
        }
    }

    #[test]
    fn an_api_address_is_checked() {
        let base = |url: &str| {
            let account = TelegramAccount { api_url: url.to_owned(), ..account("") };
            account.base().map(str::to_owned)
        };
        assert_eq!(base("https://api.telegram.org/"), Ok("https://api.telegram.org".to_owned()));
        assert_eq!(base("http://127.0.0.1:8081/tg"), Ok("http://127.0.0.1:8081/tg".to_owned()));
        for url in ["", "api.telegram.org", "ftp://a", "https://user:pw@a", "https://a?x", "https://a#x"] {
            assert_eq!(base(url), Err(ChannelSetupError::ApiUrl), "{url:?}");
        }
    }

    #[test]
    fn a_proxy_is_checked_and_its_password_not_shown() {
        let with = |proxy: &str| TelegramAccount { proxy: Some(SecretString::from(proxy.to_owned())), ..account("") };
        for proxy in ["http://a:3128", "https://a", "socks5://me:hunter2@a:1080", "socks5h://a:1080"] {
            assert!(with(proxy).checked_proxy().unwrap().is_some(), "{proxy}");
        }
        for proxy in ["", "a:3128", "ftp://a", "socks4://a", "hunter2"] {
            assert_eq!(with(proxy).checked_proxy().unwrap_err(), ChannelSetupError::Proxy, "{proxy:?}");
        }
        assert!(account("").checked_proxy().unwrap().is_none());
        assert!(!format!("{:?}", with("socks5://me:hunter2@a:1080")).contains("hunter2"));
    }
}
