//! What the office reads about messages of which nobody knows whether they arrived.

use crate::domain::delivery::unknown::Doubtful;
use crate::domain::period::in_vietnam;
use serde::Serialize;

/// To the office: messages of which nobody knows whether they arrived.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownOutcomeView {
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub messages: Vec<UnknownMessageView>,
    /// How many were left out.
    pub more: usize,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownMessageView {
    /// The end of its id, which `chitieu outbox retry` and `drop` take: "8a1b2c3d4e5f".
    pub short_id: String,
    /// What people call the chat.
    pub chat: String,
    /// "báo cáo nhanh", "thông báo chỉ tiêu, phần 2/3".
    pub what: String,
    /// Since when nobody knows: "10:25 ngày 24/7".
    pub since: String,
    /// It was sent again although it may have arrived.
    pub repeated: bool,
}

/// A message of which nobody knows whether it arrived, and where.
#[derive(Clone, Copy, Debug)]
pub struct DoubtfulMessage<'a> {
    /// Its id.
    pub id: &'a str,
    /// What people call the chat.
    pub chat: &'a str,
    /// Which part, from 1, and of how many.
    pub part: (u32, u32),
    /// What it is, and since when nobody knows.
    pub message: Doubtful<'a>,
}

/// Beyond this the list is read on the server.
const MESSAGES: usize = 6;

/// Asks the office about messages.
#[must_use]
pub fn unknown_outcome(messages: &[DoubtfulMessage<'_>]) -> UnknownOutcomeView {
    UnknownOutcomeView {
        count: messages.len(),
        messages: messages.iter().take(MESSAGES).map(one).collect(),
        more: messages.len().saturating_sub(MESSAGES),
    }
}

fn one(doubtful: &DoubtfulMessage<'_>) -> UnknownMessageView {
    let what = what(doubtful.message.kind);
    UnknownMessageView {
        short_id: doubtful.id.rsplit('-').next().unwrap_or_default().to_owned(),
        chat: super::typed(doubtful.chat),
        what: match doubtful.part {
            (part, parts) if parts > 1 => format!("{what}, phần {part}/{parts}"),
            _ => what.to_owned(),
        },
        since: in_vietnam(doubtful.message.since).format("%H:%M ngày %-d/%-m").to_string(),
        repeated: doubtful.message.repeated > 0,
    }
}

/// What people call a message that was sent of our own accord.
pub(super) fn what(kind: &str) -> &'static str {
    match kind {
        "bulletin" => "thông báo chỉ tiêu",
        "recovered" => "thông báo đạt trở lại",
        "no_data" => "thông báo chưa có số liệu",
        "correction" => "đính chính số liệu",
        "reminder" => "nhắc định kỳ",
        "promise_due" => "nhắc cam kết đến hạn",
        "mute_set" | "mute_over" => "tin về tạm dừng cảnh báo",
        "digest" | "digest_more" => "báo cáo nhanh",
        "picture" => "biểu đồ",
        "board" => "bảng theo dõi",
        "collected" => "tin tổng hợp",
        "unit_closed" => "tin đơn vị ngừng hoạt động",
        "feed_suspicious" => "tin tạm giữ số liệu",
        "new_findings" => "tin điểm cần rà soát",
        "correction_recorded" => "tin đính chính kỳ cũ",
        // Everything else is told to the office alone.
        _ => "tin gửi Văn phòng",
    }
}
