//! One-time codes that tie a chat to a unit, to the leaders, or to the office.

use crate::domain::subscription::{LINK_CODE_LIFETIME, Role};
use crate::entropy::code_digest;
use crate::service::{Context, ServiceError};
use crate::store::NewAction;
use chrono::{DateTime, Utc};

/// A code, shown once; the database keeps only its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCode {
    /// What to type after `/dangky`.
    pub code: String,
    /// After this moment it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

/// Makes a code for a role.
///
/// # Errors
/// The database's.
pub async fn issue(context: &Context, role: &Role) -> Result<IssuedCode, ServiceError> {
    issue_by(context, role, None).await
}

/// As [`issue`], with what is put on record of it where no answer of a chat does that.
///
/// # Errors
/// The database's.
pub async fn issue_by(context: &Context, role: &Role, act: Option<&NewAction>) -> Result<IssuedCode, ServiceError> {
    let now = context.now();
    let code = context.entropy.link_code();
    let expires_at = now + LINK_CODE_LIFETIME;
    context.store.save_link_code(&code_digest(&code), role, expires_at, act, now).await?;
    Ok(IssuedCode { code, expires_at })
}
