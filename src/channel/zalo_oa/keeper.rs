//! Keeps an account's tokens: in the database, renewed by one process at a time, each refresh token used once.
//!
//! The order is the promise. The row says `refreshing` before the call leaves; the new pair is committed before anybody
//! uses it; and a renewal whose outcome is not known leaves the row at `reconnect`, which only a new first token from the
//! configuration changes. A renewal runs as a task of its own, so that whoever waited for it may give up without losing
//! the pair.

use super::account::{ZaloOaAccount, ZaloOaSetupError};
use super::api::Api;
use super::renewal::Renewal;
use crate::clock::Clock;
use crate::domain::renewal::{FRESH, Need, NextStep, ReconnectReason, UNSENT_PATIENCE, next_step};
use crate::store::{NewOaTokens, OaTokens, Store, StoreError};
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// Each round changes what is stored, or finds that somebody else did; more of them would be a mistake.
const ROUNDS: usize = 6;

/// How often a pair is given to a database that does not take it, half a second apart. It cannot be had again.
const KEEP_ATTEMPTS: u32 = 120;

/// Between two of them.
const KEEP_PAUSE: Duration = Duration::from_millis(500);

/// The keeper of one account's tokens. Cloning shares everything.
#[derive(Clone)]
pub struct ZaloOaKeeper {
    inner: Arc<Inner>,
    /// Whether what is stored may be changed.
    changes: bool,
}

struct Inner {
    api: Api,
    app_id: String,
    lane: String,
    first: SecretString,
    store: Store,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
}

/// How an account stands after it was looked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZaloOaStanding {
    /// Calls work, or a renewal is under way or waits for its time.
    Fine,
    /// A person has to connect the account again.
    Reconnect {
        /// Which change of the tokens that was; another trouble has another number.
        version: i64,
        /// Why.
        reason: ReconnectReason,
        /// Zalo's words or the network's, without secrets.
        detail: Option<String>,
    },
}

/// Why there is no access token, in words for the record of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoToken(pub(super) String);

impl fmt::Debug for ZaloOaKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZaloOaKeeper").field("lane", &self.inner.lane).finish_non_exhaustive()
    }
}

impl ZaloOaKeeper {
    /// Prepares a keeper; connects to nothing. Renewals are spawned on `tasks`, so that a stop can wait for them.
    ///
    /// # Errors
    /// An application id or an address that cannot be what it should be.
    pub fn new(
        account: &ZaloOaAccount,
        store: Store,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
    ) -> Result<Self, ZaloOaSetupError> {
        let inner = Inner {
            api: Api::new(account)?,
            app_id: account.app_id.clone(),
            lane: account.lane(),
            first: account.first_refresh_token.clone(),
            store,
            clock,
            tasks,
        };
        Ok(Self { inner: Arc::new(inner), changes: true })
    }

    /// The same, but it uses what is stored and changes nothing: for a look from outside at an account that another
    /// process works with.
    #[must_use]
    pub fn reading_only(&self) -> Self {
        Self { changes: false, ..self.clone() }
    }

    /// The application's id.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.inner.app_id
    }

    pub(super) fn lane(&self) -> &str {
        &self.inner.lane
    }

    pub(super) fn api(&self) -> &Api {
        &self.inner.api
    }

    /// Looks after the tokens: takes a new first token, renews ahead of the end, notices a renewal that lost its process.
    ///
    /// # Errors
    /// The database's.
    pub async fn care(&self) -> Result<ZaloOaStanding, StoreError> {
        let (step, stored) = self.settle(None, Need::Care).await?;
        Ok(match (step, stored) {
            (NextStep::AskPerson, Some(stored)) => ZaloOaStanding::Reconnect {
                version: stored.version,
                reason: stored.reason.unwrap_or(ReconnectReason::Lost),
                detail: stored.detail,
            },
            _ => ZaloOaStanding::Fine,
        })
    }

    /// A token to call with; `refused` is the one with which the call was just refused.
    pub(super) async fn access(&self, refused: Option<&SecretString>) -> Result<SecretString, NoToken> {
        let need = if refused.is_some() { Need::Refused } else { Need::Call };
        let (step, stored) = match self.settle(refused, need).await {
            Ok(settled) => settled,
            Err(error) => return Err(NoToken(format!("the access token cannot be read: {error}"))),
        };
        let access = stored.and_then(|stored| stored.access);
        let why = match (step, access) {
            (NextStep::Use, Some(access)) => return Ok(access),
            (NextStep::AskPerson, _) => {
                "the Official Account has to be connected again: put a new refresh token into ZALO_OA_REFRESH_TOKEN and restart"
            }
            (NextStep::NotYet, _) if refused.is_some() => "the access token was refused although it is new",
            (NextStep::NotYet, _) => "the access token could not be renewed; it is tried again shortly",
            (NextStep::Renew | NextStep::Adopt, _) => {
                "the access token has to be renewed first, by the running service"
            }
            _ => "the access token is being renewed",
        };
        Err(NoToken(why.to_owned()))
    }

    /// Does what follows from what is stored, until nothing does; gives the last step and what it rests on.
    async fn settle(
        &self,
        refused: Option<&SecretString>,
        need: Need,
    ) -> Result<(NextStep, Option<OaTokens>), StoreError> {
        let Inner { app_id, lane, first, store, clock, .. } = &*self.inner;
        for _ in 0..ROUNDS {
            let stored = store.oa_tokens(app_id).await?;
            let first_is_new = store.oa_first_token_is_new(app_id, first).await?;
            // Somebody may have renewed since the call that was refused.
            let another = match (&stored, refused) {
                (Some(OaTokens { access: Some(access), .. }), Some(refused)) => {
                    access.expose_secret() != refused.expose_secret()
                }
                _ => false,
            };
            let need = if another { Need::Call } else { need };
            let now = clock.now();
            let step = next_step(stored.as_ref().map(|stored| stored.tokens), first_is_new, need, now);
            match (step, &stored) {
                _ if !self.changes => return Ok((step, stored)),
                (NextStep::Adopt, _) => {
                    if store.adopt_oa_token(app_id, stored.as_ref().map(|stored| stored.version), first, now).await? {
                        tracing::info!(lane, "the refresh token of the configuration is taken");
                    }
                }
                (NextStep::GiveUp, Some(stored)) => {
                    let detail = "the renewal of the tokens has no outcome";
                    let reason = ReconnectReason::Abandoned;
                    if store.give_up_oa_renewal(app_id, stored.version, reason, detail, now).await? {
                        tracing::error!(lane, detail, "the Official Account has to be connected again");
                    }
                }
                (NextStep::Renew, Some(stored)) => {
                    if store.begin_oa_renewal(app_id, stored.version, now).await? {
                        let (keeper, used, version) = (self.clone(), stored.refresh.clone(), stored.version + 1);
                        let renewal = self.inner.tasks.spawn(async move { keeper.renew(&used, version).await });
                        // Whoever waits for a database that does not take the new pair would outstay a delivery's
                        // lease; the task goes on without them. One that ends with its process leaves the row at
                        // `refreshing`.
                        let _ = tokio::time::timeout(self.inner.api.timeout() + KEEP_PAUSE, renewal).await;
                    }
                }
                _ => return Ok((step, stored)),
            }
        }
        // Others change the row faster than we read it.
        Ok((NextStep::Wait, None))
    }

    /// Uses the refresh token up that was claimed at `version`, and saves what became of it.
    async fn renew(&self, used: &SecretString, version: i64) {
        let Inner { api, app_id, lane, store, clock, .. } = &*self.inner;
        let (reason, detail) = match api.renew(used).await {
            Renewal::Renewed { access, refresh, life } => {
                let now = clock.now();
                let pair = NewOaTokens { access, refresh, access_until: now + life, not_before: now + FRESH };
                return self.keep(used, &pair).await;
            }
            Renewal::NotSent { why } => {
                let now = clock.now();
                let undone = store.undo_oa_renewal(app_id, version, now + UNSENT_PATIENCE, now).await;
                match undone {
                    Ok(_) => tracing::warn!(lane, why, "the access token could not be renewed; it is tried again"),
                    Err(error) => tracing::error!(lane, %error, "an unused refresh token could not be put back"),
                }
                return;
            }
            Renewal::Refused { why } => (ReconnectReason::Refused, why),
            Renewal::Lost { why } => (ReconnectReason::Lost, why),
        };
        tracing::error!(lane, detail, "the Official Account has to be connected again");
        if let Err(error) = store.give_up_oa_renewal(app_id, version, reason, &detail, clock.now()).await {
            // The row stays at `refreshing`, and the next look after it gives up in its place.
            tracing::error!(lane, %error, "the end of a renewal could not be stored");
        }
    }

    /// Commits a pair; while the database fails, again and again, because the pair cannot be had a second time.
    async fn keep(&self, used: &SecretString, pair: &NewOaTokens) {
        let Inner { app_id, lane, store, clock, .. } = &*self.inner;
        for attempt in 1..=KEEP_ATTEMPTS {
            match store.keep_oa_tokens(app_id, used, pair, clock.now()).await {
                Ok(true) => return tracing::info!(lane, until = %pair.access_until, "the access token is renewed"),
                Ok(false) => {
                    return tracing::warn!(lane, "another refresh token was taken while the access token was renewed");
                }
                Err(error) if attempt == 1 => {
                    tracing::error!(lane, %error, "new tokens could not be stored; trying on");
                }
                Err(_) => {}
            }
            tokio::time::sleep(KEEP_PAUSE).await;
        }
        tracing::error!(lane, "new tokens could not be stored and are lost");
    }
}
