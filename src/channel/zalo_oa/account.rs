//! An Official Account as it is configured, checked before anything uses it.

use crate::channel::bot_api;
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;
use thiserror::Error;

/// An application that was given the right to speak for an Official Account, and the way to it.
#[derive(Clone)]
pub struct ZaloOaAccount {
    /// The application's id: digits, no secret.
    pub app_id: String,
    /// The application's secret, with which tokens are renewed.
    pub app_secret: SecretString,
    /// The first refresh token. The next ones are in the database.
    pub first_refresh_token: SecretString,
    /// Where groups are written to.
    pub api_url: String,
    /// Where tokens are renewed.
    pub oauth_url: String,
    /// How long a call may take from beginning to end; half of it, at most ten seconds, for connecting.
    pub timeout: Duration,
}

impl ZaloOaAccount {
    /// Zalo's own API.
    pub const DEFAULT_API_URL: &str = "https://openapi.zalo.me";
    /// Zalo's own way to tokens.
    pub const DEFAULT_OAUTH_URL: &str = "https://oauth.zaloapp.com";
    /// A send may need two calls and a renewal between them, all of them within the lease of a delivery (20 s).
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(6);

    /// The lane's name.
    #[must_use]
    pub fn lane(&self) -> String {
        format!("{}{}", super::LANE_PREFIX, self.app_id)
    }

    /// Checks everything that can be checked without a network.
    pub(super) fn check(&self) -> Result<(), ZaloOaSetupError> {
        let digits = self.app_id.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=24).contains(&self.app_id.len()) || !digits {
            return Err(ZaloOaSetupError::AppId);
        }
        Ok(())
    }

    /// The API's address without a slash at its end.
    pub(super) fn api(&self) -> Result<&str, ZaloOaSetupError> {
        bot_api::address(&self.api_url).ok_or(ZaloOaSetupError::Url("ZALO_OA_API_URL"))
    }

    /// The address of the renewals without a slash at its end.
    pub(super) fn oauth(&self) -> Result<&str, ZaloOaSetupError> {
        bot_api::address(&self.oauth_url).ok_or(ZaloOaSetupError::Url("ZALO_OA_OAUTH_URL"))
    }
}

impl fmt::Debug for ZaloOaAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address or an id may hold a mistyped secret.
        f.debug_struct("ZaloOaAccount").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Why a channel cannot be set up. None repeats what was configured, because it may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZaloOaSetupError {
    /// The application's id is none.
    #[error("the id of the Zalo application must be digits (ZALO_OA_APP_ID)")]
    AppId,
    /// An address is none.
    #[error("{0} must be http:// or https:// with a host, and without user name, query and fragment")]
    Url(&'static str),
    /// The HTTP client could not be made, which is a fault of this machine.
    #[error("no HTTP client for Zalo could be made on this machine")]
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_and_not_repeated() {
        let secret = || SecretString::from("s3cret-of-the-app".to_owned());
        let account = ZaloOaAccount {
            app_id: "1147483647".to_owned(),
            app_secret: secret(),
            first_refresh_token: secret(),
            api_url: ZaloOaAccount::DEFAULT_API_URL.to_owned(),
            oauth_url: format!("{}/", ZaloOaAccount::DEFAULT_OAUTH_URL),
            timeout: ZaloOaAccount::DEFAULT_TIMEOUT,
        };
        assert_eq!(account.check(), Ok(()));
        assert_eq!(account.lane(), "zalo_oa:1147483647");
        assert_eq!(account.oauth(), Ok(ZaloOaAccount::DEFAULT_OAUTH_URL));
        for app_id in ["", "x1", "s3cret-of-the-app", "1/2", "1234567890123456789012345"] {
            let other = ZaloOaAccount { app_id: app_id.to_owned(), ..account.clone() };
            assert_eq!(other.check(), Err(ZaloOaSetupError::AppId), "{app_id}");
            assert!(!format!("{other:?}").contains("s3cret"));
        }
        let other = ZaloOaAccount { api_url: "https://user:pw@a".to_owned(), ..account };
        assert_eq!(other.api(), Err(ZaloOaSetupError::Url("ZALO_OA_API_URL")));
    }
}
