//! The wiring of a Zalo Official Account: its lane, its webhook, and the loop that looks after its tokens.

use crate::channel::Channel;
use crate::channel::zalo_oa::{ZaloOaAccount, ZaloOaChannel, ZaloOaKeeper};
use crate::config::{Config, ZaloOaConfig};
use crate::domain::renewal::TokenState;
use crate::service::{Context, zalo_oa};
use crate::store::Store;
use crate::web::ZaloOaHook;
use anyhow::{Context as _, Result, anyhow, bail};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the tokens are looked after. They are renewed an hour ahead, so this is for telling the office soon.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How often new groups are looked for; Zalo is asked only when there is one.
const NAMES_EVERY: Duration = Duration::from_secs(3);

/// What the rest of the program gets of it.
#[derive(Default)]
pub(super) struct Started {
    /// The way out.
    pub(super) channel: Option<Arc<dyn Channel>>,
    /// The way in.
    pub(super) hook: Option<ZaloOaHook>,
}

/// The account as it is configured.
fn account(oa: &ZaloOaConfig) -> ZaloOaAccount {
    ZaloOaAccount {
        app_id: oa.app_id.clone(),
        app_secret: oa.app_secret.clone(),
        first_refresh_token: oa.refresh_token.clone(),
        api_url: oa.api_url.clone(),
        oauth_url: oa.oauth_url.clone(),
        timeout: ZaloOaAccount::DEFAULT_TIMEOUT,
    }
}

/// Makes the channel and starts what looks after its tokens; nothing where no account is configured.
///
/// # Errors
/// An id or an address that cannot be what it should be.
pub(super) fn start(
    config: &Config,
    context: &Context,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Started> {
    let Some(oa) = &config.zalo_oa else { return Ok(Started::default()) };
    let account = account(oa);
    let keeper = ZaloOaKeeper::new(&account, context.store.clone(), context.clock.clone(), tasks.clone())?;
    tasks.spawn(look_after(context.clone(), keeper.clone(), account.lane(), stop.clone()));
    tasks.spawn(learn_names(context.clone(), ZaloOaChannel::new(keeper.clone()), stop.clone()));
    let hook = ZaloOaHook { app_id: oa.app_id.clone(), secret_key: oa.secret_key.clone(), lane: account.lane() };
    Ok(Started { channel: Some(Arc::new(ZaloOaChannel::new(keeper))), hook: Some(hook) })
}

/// Looks after the tokens until the program stops; a renewal that is under way then ends first.
async fn look_after(context: Context, keeper: ZaloOaKeeper, lane: String, stop: CancellationToken) {
    let mut failing = false;
    while !stop.is_cancelled() {
        match zalo_oa::step(&context, &keeper).await {
            Ok(_) => failing = false,
            Err(error) => {
                if !failing {
                    tracing::error!(%error, lane, "the tokens of the Official Account cannot be looked after; trying on");
                    failing = true;
                }
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await;
    }
}

/// Learns what groups are called until the program stops.
async fn learn_names(context: Context, channel: ZaloOaChannel, stop: CancellationToken) {
    let mut names = zalo_oa::GroupNames::default();
    while !stop.is_cancelled() {
        // What the database has to say is said by everybody else already.
        if let Some(Err(error)) = stop.run_until_cancelled(names.step(&context, &channel)).await {
            tracing::debug!(%error, "the names of groups wait");
        }
        stop.run_until_cancelled(tokio::time::sleep(NAMES_EVERY)).await;
    }
}

/// For `doctor`: whether calls work. It never uses a refresh token: one that is not running must not take it from one
/// that is.
///
/// # Errors
/// What keeps it from working.
pub(super) async fn examine(config: &Config) -> Result<String> {
    let oa = config.zalo_oa.as_ref().ok_or_else(|| anyhow!("ZALO_OA_APP_ID: not set"))?;
    let account = account(oa);
    let store = Store::connect(config.database.url.expose_secret()).await?;
    store.migrate().await?;
    let clock = Arc::new(crate::clock::SystemClock);
    let keeper = ZaloOaKeeper::new(&account, store.clone(), clock, TaskTracker::new())?;
    let told = match store.oa_tokens(&oa.app_id).await? {
        None => "chưa kết nối lần nào; lần chạy đầu tiên sẽ dùng ZALO_OA_REFRESH_TOKEN".to_owned(),
        _ if store.oa_first_token_is_new(&oa.app_id, &oa.refresh_token).await? => {
            "ZALO_OA_REFRESH_TOKEN mới, sẽ được dùng ở lần chạy tới".to_owned()
        }
        Some(stored) if stored.tokens.state == TokenState::Reconnect => {
            let detail = stored.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
            bail!("cần kết nối lại: đặt refresh token mới vào ZALO_OA_REFRESH_TOKEN rồi khởi động lại{detail}");
        }
        Some(_) => {
            let groups = ZaloOaChannel::new(keeper.reading_only()).groups().await.context("danh sách nhóm")?;
            format!("{} nhóm", groups.len())
        }
    };
    store.close().await;
    Ok(match &config.http.public_url {
        Some(url) => format!("{told}; địa chỉ webhook: {url}{}", ZaloOaHook::PATH),
        None => format!("{told}; chưa đặt PUBLIC_URL nên Zalo không gọi được webhook {}", ZaloOaHook::PATH),
    })
}
