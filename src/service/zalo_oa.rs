//! Looks after the tokens of an Official Account, tells the office when only a person can help, and learns what its groups
//! are called.

use crate::channel::Channel as _;
use crate::channel::zalo_oa::{ZaloOaChannel, ZaloOaKeeper, ZaloOaStanding};
use crate::message::{Message, view};
use crate::service::{Context, ServiceError, office};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashSet;

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

/// Zalo is asked for names no more often than this: the account has about a hundred requests a minute for everything.
const NAMES_PAUSE: Duration = Duration::minutes(1);
/// After a failure, and for a group whose name Zalo did not tell, it is asked again after this time.
const NAMES_AGAIN: Duration = Duration::hours(1);
/// Longer names are cut, in characters.
const NAME_MOST: usize = 100;

/// Learns what groups are called: an event tells only a group's id. A group without a name is still a group, so that
/// whatever fails here is tried again later and keeps nobody from anything.
#[derive(Debug, Default)]
pub struct GroupNames {
    /// Zalo was asked for these, and did not tell.
    untold: HashSet<String>,
    /// Before this moment it is not asked.
    rests_until: Option<DateTime<Utc>>,
    /// Then what was not told is asked for again.
    forget_at: Option<DateTime<Utc>>,
}

impl GroupNames {
    /// Asks for the names of the groups that have none, where there is such a group. Returns how many got one.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&mut self, context: &Context, channel: &ZaloOaChannel) -> Result<u32, ServiceError> {
        let now = context.now();
        if self.rests_until.is_some_and(|until| now < until) {
            return Ok(0);
        }
        if self.forget_at.is_some_and(|at| now >= at) {
            self.untold.clear();
            self.forget_at = None;
        }
        let mut unnamed = context.store.unnamed_chats(channel.lane()).await?;
        unnamed.retain(|(_, address)| !self.untold.contains(address));
        if unnamed.is_empty() {
            return Ok(0);
        }
        self.rests_until = Some(now + NAMES_PAUSE);
        let groups = match channel.groups().await {
            Ok(groups) => groups,
            Err(error) => {
                tracing::warn!(lane = channel.lane(), %error, "the names of the groups are not to be had; their ids stay");
                self.rests_until = Some(now + NAMES_AGAIN);
                return Ok(0);
            }
        };
        let mut named = 0;
        for (id, address) in unnamed {
            let name = groups.iter().find(|group| group.id == address).map(|group| group.name.trim());
            match name.filter(|name| !name.is_empty()) {
                Some(name) => {
                    let name: String = name.chars().take(NAME_MOST).collect();
                    named += u32::from(context.store.name_chat(&id, &name).await?);
                }
                None => {
                    self.untold.insert(address);
                    self.forget_at.get_or_insert(now + NAMES_AGAIN);
                }
            }
        }
        Ok(named)
    }
}
