//! Samples about messages of which nobody knows whether they arrived.

use super::Samples;
use crate::domain::delivery::DeliveryClass;
use crate::domain::delivery::unknown::Doubtful;
use crate::message::view::{self, DoubtfulMessage};
use chrono::{DateTime, Utc};

/// 24/7/2023, 10:25 in Vietnam.
const SINCE: DateTime<Utc> = DateTime::from_timestamp_nanos(1_690_169_100_000_000_000);

pub(super) fn add(samples: &mut Samples) {
    let doubtful = |id, chat, kind, repeated, part| DoubtfulMessage {
        id,
        chat,
        part,
        message: Doubtful { class: DeliveryClass::Broadcast, kind, repeated, since: SINCE },
    };
    let digest = doubtful("0189856d-5c20-7cc1-9d2a-8a1b2c3d4e5f", "Lãnh đạo UBND tỉnh Bình Định", "digest", 0, (1, 1));
    let bulletin = doubtful("0189856d-5c21-7aa0-8f10-1f2e3d4c5b6a", "Sở <Y tế> & \"Dược\"", "bulletin", 1, (2, 3));
    samples.add("outcome unknown, one", view::unknown_outcome(&[digest]));
    let many: Vec<_> = [digest, bulletin].into_iter().cycle().take(40).collect();
    samples.add("outcome unknown, more than a chat can hold", view::unknown_outcome(&many));
}
