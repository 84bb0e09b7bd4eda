//! Looks after the tokens of an Official Account, and tells the office when only a person can help.

use crate::channel::zalo_oa::{ZaloOaKeeper, ZaloOaStanding};
use crate::message::{Message, view};
use crate::service::{Context, ServiceError, office};

/// Renews ahead of the end; where the account has to be connected again, tells the office: once for each trouble, and
/// also when the trouble is older than this process.
///
/// # Errors
/// The database's, or a template's.
pub async fn step(context: &Context, keeper: &ZaloOaKeeper) -> Result<ZaloOaStanding, ServiceError> {
    let standing = keeper.care().await?;
    if let ZaloOaStanding::Reconnect { version, reason, detail } = &standing {
        let message = Message::ZaloOaReconnect(view::zalo_oa_reconnect(keeper.app_id(), *reason, detail.as_deref()));
        let key = format!("zalo_oa:reconnect:{}:{version}", keeper.app_id());
        office::tell(context, &message, "zalo_oa_reconnect", key).await?;
    }
    Ok(standing)
}
