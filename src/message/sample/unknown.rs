//! Samples about messages of which nobody knows whether they arrived.

use super::Samples;
use crate::domain::delivery::unknown::Doubtful;
use crate::domain::delivery::{DeliveryClass, DeliveryState};
use crate::message::view::{self, DoubtfulMessage, OpenMessage, OutboxOutcome};
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
    outbox(samples);
}

fn outbox(samples: &mut Samples) {
    let kicked = "Forbidden: bot was kicked from the supergroup chat";
    let open = OpenMessage {
        number: 1_207,
        chat: "Sở <Y tế> & \"Dược\"",
        group: true,
        paused: None,
        lane: "telegram:7000000001",
        kind: "bulletin",
        class: DeliveryClass::Broadcast,
        part: (1, 1),
        state: DeliveryState::Unknown,
        last_error: Some("no answer within 8000 ms"),
        since: SINCE,
        next: None,
    };
    let (failed, waiting) = (DeliveryState::Failed, DeliveryState::Waiting);
    let all = [
        open,
        OpenMessage { number: 1_206, kind: "digest", part: (2, 3), state: failed, paused: Some(kicked), ..open },
        OpenMessage { number: 1_205, state: failed, last_error: Some("Bad Request: can't parse"), ..open },
        OpenMessage { number: 1_204, lane: "zalo_bot:1", kind: "reminder", state: failed, ..open },
        OpenMessage { number: 1_203, class: DeliveryClass::Answer, state: DeliveryState::Sending, ..open },
        OpenMessage { number: 1_208, state: waiting, last_error: Some("retry after 30 s"), next: Some(SINCE), ..open },
        OpenMessage { number: 1_209, state: waiting, next: Some(SINCE), ..open },
        OpenMessage { number: 1_210, state: waiting, last_error: None, kind: "zalo_budget", ..open },
    ];
    samples.add("outbox, one page of several", view::outbox((1, 3, 18), 1, &all));
    samples.add("outbox, the end of it", view::outbox((1, 3, 18), 3, &all[6..]));
    samples.add("outbox, nothing open", view::outbox((0, 0, 0), 1, &[]));
    samples.add("outbox, one that may have arrived", view::outbox_one(&all[0]));
    samples.add("outbox, one that waits", view::outbox_one(&all[7]));
    for (name, outcome) in [
        ("queued", OutboxOutcome::Queued),
        ("dropped", OutboxOutcome::Dropped),
        ("waits", OutboxOutcome::Waits),
        ("under way", OutboxOutcome::UnderWay),
        ("was sent", OutboxOutcome::WasSent),
        ("was dropped", OutboxOutcome::WasDropped),
    ] {
        samples.add(&format!("outbox, {name}"), view::outbox_done(Some(&all[1]), outcome));
    }
    samples.add("outbox, no such message", view::outbox_done(None, OutboxOutcome::NotThere));
}
