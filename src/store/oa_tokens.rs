//! Tokens of Zalo Official Accounts. They are secrets that change by being used, so they live in the database and not in
//! the configuration; they leave it as `SecretString` only.
//!
//! Every change is a compare-and-set, so that of many processes one uses a refresh token, and only once. What follows
//! from what is stored is decided in `domain::renewal`.

use crate::domain::renewal::{ReconnectReason, TokenState, Tokens};
use crate::store::Store;
use crate::store::column::{millis, moment, storable, word};
use crate::store::error::Result;
use crate::store::run::{execute, row};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// What is stored of one account.
#[derive(Clone, Debug)]
pub struct OaTokens {
    /// Rises with every change.
    pub version: i64,
    /// What the decision needs.
    pub tokens: Tokens,
    /// For calls; none before the first renewal.
    pub access: Option<SecretString>,
    /// For the next renewal.
    pub refresh: SecretString,
    /// Why a person is needed, if so.
    pub reason: Option<ReconnectReason>,
    /// The provider's or the network's words on it, without secrets.
    pub detail: Option<String>,
}

/// A pair that a renewal brought.
#[derive(Clone, Debug)]
pub struct NewOaTokens {
    /// For calls.
    pub access: SecretString,
    /// For the next renewal.
    pub refresh: SecretString,
    /// Until when `access` works.
    pub access_until: DateTime<Utc>,
    /// No further renewal before this moment.
    pub not_before: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    state: String,
    since: i64,
    refresh_token: String,
    access_token: Option<String>,
    access_until: Option<i64>,
    not_before: i64,
    reason: Option<String>,
    detail: Option<String>,
}

impl Store {
    /// What is stored of an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn oa_tokens(&self, app_id: &str) -> Result<Option<OaTokens>> {
        let mut conn = self.read().await?;
        let found = row!(
            conn,
            Row,
            "SELECT version, state, since, refresh_token, access_token, access_until, not_before, reason, detail
             FROM zalo_oa_tokens WHERE app_id = $1",
            app_id
        )?;
        let Some(found) = found else { return Ok(None) };
        let tokens = Tokens {
            state: word("a token's state", &found.state, TokenState::parse)?,
            since: moment(found.since)?,
            access_until: found.access_until.map(moment).transpose()?,
            not_before: moment(found.not_before)?,
        };
        let reason = found.reason.map(|text| word("a reason to reconnect", &text, ReconnectReason::parse));
        Ok(Some(OaTokens {
            version: found.version,
            tokens,
            access: found.access_token.map(SecretString::from),
            refresh: SecretString::from(found.refresh_token),
            reason: reason.transpose()?,
            detail: found.detail,
        }))
    }

    /// Whether a first refresh token was never adopted for the account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn oa_first_token_is_new(&self, app_id: &str, first: &SecretString) -> Result<bool> {
        let mut conn = self.read().await?;
        let found = row!(
            conn,
            (i64,),
            "SELECT CAST(1 AS BIGINT) FROM zalo_oa_first_tokens WHERE app_id = $1 AND hash = $2",
            app_id,
            fingerprint(first)
        )?;
        Ok(found.is_none())
    }

    /// Takes a first refresh token from the configuration, in the place of what is stored at `version` (none: of
    /// nothing). False when somebody else was faster, or the token was adopted before; then nothing changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn adopt_oa_token(
        &self,
        app_id: &str,
        version: Option<i64>,
        first: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let remembered = execute!(
            tx,
            "INSERT INTO zalo_oa_first_tokens (app_id, hash, adopted_at) VALUES ($1, $2, $3)
             ON CONFLICT (app_id, hash) DO NOTHING",
            app_id,
            fingerprint(first),
            millis(now)
        )?;
        if remembered == 0 {
            return Ok(false);
        }
        // A row at another version than the expected one stays as it is; without one there is none to be at any.
        let adopted = execute!(
            tx,
            "INSERT INTO zalo_oa_tokens (app_id, version, state, since, refresh_token, not_before)
             VALUES ($1, 1, 'ok', $2, $3, $2)
             ON CONFLICT (app_id) DO UPDATE SET version = zalo_oa_tokens.version + 1, state = 'ok', since = $2,
                 refresh_token = $3, access_token = NULL, access_until = NULL, not_before = $2, reason = NULL,
                 detail = NULL
             WHERE zalo_oa_tokens.version = $4 AND zalo_oa_tokens.state <> 'refreshing'",
            app_id,
            millis(now),
            first.expose_secret(),
            version.unwrap_or_default()
        )?;
        if adopted == 0 {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes the right to use the refresh token of `version`, for one process alone. Committed before it returns.
    ///
    /// # Errors
    /// When the database fails: then the refresh token must not be used.
    pub async fn begin_oa_renewal(&self, app_id: &str, version: i64, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let begun = execute!(
            tx,
            "UPDATE zalo_oa_tokens SET state = 'refreshing', version = version + 1, since = $3
             WHERE app_id = $1 AND version = $2 AND state = 'ok'",
            app_id,
            version,
            millis(now)
        )?;
        tx.commit().await?;
        Ok(begun > 0)
    }

    /// Keeps the pair for which the refresh token `used` was given. It counts which token was used and not who waited
    /// for it how long: also a pair that comes late, after the renewal was given up, is the only one that works. False
    /// when another token was adopted meanwhile.
    ///
    /// # Errors
    /// When the database fails: then the pair must not be used.
    pub async fn keep_oa_tokens(
        &self,
        app_id: &str,
        used: &SecretString,
        new: &NewOaTokens,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let kept = execute!(
            tx,
            "UPDATE zalo_oa_tokens SET state = 'ok', version = version + 1, since = $3, refresh_token = $4,
                 access_token = $5, access_until = $6, not_before = $7, reason = NULL, detail = NULL
             WHERE app_id = $1 AND refresh_token = $2",
            app_id,
            used.expose_secret(),
            millis(now),
            new.refresh.expose_secret(),
            new.access.expose_secret(),
            millis(new.access_until),
            millis(new.not_before)
        )?;
        tx.commit().await?;
        Ok(kept > 0)
    }

    /// A renewal that was begun at `version` surely did not happen: its refresh token is unused, and may be tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undo_oa_renewal(
        &self,
        app_id: &str,
        version: i64,
        not_before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let undone = execute!(
            tx,
            "UPDATE zalo_oa_tokens SET state = 'ok', version = version + 1, since = $3, not_before = $4
             WHERE app_id = $1 AND version = $2 AND state = 'refreshing'",
            app_id,
            version,
            millis(now),
            millis(not_before)
        )?;
        tx.commit().await?;
        Ok(undone > 0)
    }

    /// A renewal that was begun at `version` used its token up, or may have: a person has to connect the account again.
    /// False when that is known already, or not so any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up_oa_renewal(
        &self,
        app_id: &str,
        version: i64,
        reason: ReconnectReason,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        let given_up = execute!(
            tx,
            "UPDATE zalo_oa_tokens SET state = 'reconnect', version = version + 1, since = $3, reason = $4, detail = $5
             WHERE app_id = $1 AND version = $2 AND state = 'refreshing'",
            app_id,
            version,
            millis(now),
            reason.as_str(),
            &*storable(detail)
        )?;
        tx.commit().await?;
        Ok(given_up > 0)
    }
}

/// What tells one first token from another without holding it.
fn fingerprint(token: &SecretString) -> String {
    Sha256::digest(token.expose_secret().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
