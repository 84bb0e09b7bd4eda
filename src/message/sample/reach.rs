//! Samples of what the office reads about chats and bots out of reach.

use super::{SampleError, Samples};
use crate::domain::org_unit::UnitCode;
use crate::domain::reach::Away;
use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::message::view::{self, Lookup};
use chrono::{DateTime, Utc};

const LANE: &str = "telegram:7000000001";

pub(super) fn add(lookup: Lookup<'_>, samples: &mut Samples) -> Result<(), SampleError> {
    let moment = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).ok_or(SampleError::Incomplete("moment"));
    // 24/7/2023, 8:05 and 8:47 in Vietnam.
    let (since, until) = (moment(1_690_160_700)?, moment(1_690_163_220)?);
    let chat = |title: &str, group, roles: Vec<Role>| LinkedChat {
        chat: Chat {
            id: String::new(),
            medium: Medium::Telegram,
            lane: LANE.to_owned(),
            address: String::new(),
            title: title.to_owned(),
            group,
            paused: None,
        },
        roles,
    };
    let unit = Role::Unit(UnitCode::parse("so-xay-dung")?);
    let away = [
        ("removed", chat("Sở XD & đồng nghiệp", true, vec![unit.clone()]), Away::Removed, 3),
        ("blocked", chat("Bà An", false, vec![unit.clone()]), Away::Blocked, 0),
        ("not found", chat("Tổ chỉ tiêu", true, vec![Role::Office, Role::Leader]), Away::NotFound, 1),
        ("topic deleted", chat("Điều hành, chủ đề 7", true, vec![unit.clone()]), Away::TopicGone, 2),
        ("disabled", chat("Một cửa Sở XD", true, vec![unit]), Away::Disabled, 2),
        ("for another reason", chat("Tổ chỉ tiêu", true, Vec::new()), Away::Other, 0),
    ];
    for (name, chat, away, waiting) in away {
        samples.add(&format!("chat away, {name}"), view::chat_away(lookup, &chat, away, since, waiting));
    }
    samples.add("lane unreachable", view::lane(LANE, since));
    samples.add("lane back", view::lane_back(LANE, since, until));
    samples.add("two pollers", view::two_pollers(LANE, since));
    Ok(())
}
