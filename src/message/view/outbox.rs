//! What the office reads of deliveries that are not through.

use super::unknown::what;
use super::{OffersView, one_line, typed};
use crate::domain::delivery::{DeliveryClass, DeliveryState, NotThrough};
use crate::domain::period::in_vietnam;
use crate::domain::reach::Away;
use crate::domain::subscription::Medium;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many deliveries the list shows at once: as many as fit on a telephone.
pub const OUTBOX_LINES: u32 = 8;

/// Longest technical words that are shown, in characters.
const DETAIL: usize = 120;

/// A delivery that is not through.
#[derive(Clone, Copy, Debug)]
pub struct OpenMessage<'a> {
    /// By which people call it.
    pub number: i64,
    /// What people call its chat.
    pub chat: &'a str,
    /// Several people read it.
    pub group: bool,
    /// Why nothing is sent to the chat for now.
    pub paused: Option<&'a str>,
    /// Of which lane.
    pub lane: &'a str,
    /// Which message.
    pub kind: &'a str,
    /// Asked for, or of our own accord.
    pub class: DeliveryClass,
    /// Which part, from 1, and of how many.
    pub part: (u32, u32),
    /// Where it stands.
    pub state: DeliveryState,
    /// What its last attempt said.
    pub last_error: Option<&'a str>,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
    /// When the next attempt may be made.
    pub next: Option<DateTime<Utc>>,
}

/// Answer to `/tingui`.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxView {
    /// "2 chưa rõ kết quả, 14 đang chờ"; null when nothing is open.
    pub counts: Option<String>,
    /// Of this page.
    pub messages: Vec<OutboxLineView>,
    /// How many come after them.
    pub more: u32,
    /// The page on which they begin.
    pub next_page: u32,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxLineView {
    /// By which people call it.
    pub number: i64,
    /// What people call the chat.
    pub chat: String,
    /// "thông báo chỉ tiêu, phần 2/3".
    pub what: String,
    /// "10:25 ngày 24/7".
    pub since: String,
    /// "không rõ tin đã đến hay chưa".
    pub why: String,
}

/// What is open: unknown, failed and waiting, a page of it.
#[must_use]
pub fn outbox(counts: (u32, u32, u32), page: u32, messages: &[OpenMessage<'_>]) -> OutboxView {
    let (unknown, failed, waiting) = counts;
    let named = [(unknown, "chưa rõ kết quả"), (failed, "không gửi được"), (waiting, "đang chờ")];
    let named: Vec<String> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let shown = (page - 1).saturating_mul(OUTBOX_LINES).saturating_add(u32::try_from(messages.len()).unwrap_or(0));
    OutboxView {
        counts: (!named.is_empty()).then(|| named.join(", ")),
        messages: messages.iter().map(line).collect(),
        more: if messages.is_empty() { 0 } else { (unknown + failed + waiting).saturating_sub(shown) },
        next_page: page.saturating_add(1),
    }
}

fn line(message: &OpenMessage<'_>) -> OutboxLineView {
    let what = if message.class == DeliveryClass::Answer { "câu trả lời" } else { what(message.kind) };
    OutboxLineView {
        number: message.number,
        chat: typed(message.chat),
        what: match message.part {
            (part, parts) if parts > 1 => format!("{what}, phần {part}/{parts}"),
            _ => what.to_owned(),
        },
        since: short_moment(message.since),
        why: why(message),
    }
}

fn short_moment(at: DateTime<Utc>) -> String {
    in_vietnam(at).format("%H:%M ngày %-d/%-m").to_string()
}

/// Why it is not through.
fn why(message: &OpenMessage<'_>) -> String {
    let medium = match message.lane.split(':').next().and_then(Medium::parse) {
        Some(Medium::Web) => "trang web",
        Some(Medium::Telegram) => "Telegram",
        Some(Medium::ZaloBot | Medium::ZaloOa) => "Zalo",
        None => "kênh",
    };
    let next = message.next.map(|at| format!(", gửi tiếp từ {}", short_moment(at))).unwrap_or_default();
    let gone = message.state == DeliveryState::Failed;
    match NotThrough::of(message.state, message.last_error, message.paused, message.group) {
        NotThrough::Away(Away::Removed) => "bot không còn trong nhóm".to_owned(),
        NotThrough::Away(Away::Blocked) => "người dùng đã chặn hoặc chưa nhắn cho bot".to_owned(),
        NotThrough::Away(Away::NotFound) => "không tìm thấy nhóm, tài khoản".to_owned(),
        NotThrough::Away(Away::TopicGone) => "chủ đề của nhóm đã bị xóa".to_owned(),
        NotThrough::Away(Away::Disabled) => "nhóm đã bị khóa hoặc giải tán".to_owned(),
        NotThrough::Away(Away::Other) => "chưa gửi được đến nhóm này".to_owned(),
        NotThrough::Unknown => "không rõ tin đã đến hay chưa".to_owned(),
        NotThrough::UnderWay => "đang gửi".to_owned(),
        NotThrough::Queued => "chờ đến lượt".to_owned(),
        NotThrough::Patience if gone => format!("{medium} giới hạn số tin"),
        NotThrough::Patience => format!("{medium} đề nghị chờ{next}"),
        NotThrough::Token => format!("{medium} không nhận mã của bot{next}"),
        NotThrough::Refused => format!("{medium} không nhận tin này"),
        NotThrough::Network if gone => format!("không kết nối được với {medium}"),
        NotThrough::Network => format!("chưa kết nối được với {medium}{next}"),
    }
}

/// Answer to `/tingui 12`.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxOneView {
    /// The message.
    #[serde(flatten)]
    pub message: OutboxLineView,
    /// What the provider or the network said, in its own words.
    pub detail: Option<String>,
    /// It may have arrived.
    pub may_have_arrived: bool,
    /// What may be done.
    pub choose: Option<OffersView>,
}

/// One message, and what may be done with it: what waits is sent by itself.
#[must_use]
pub fn outbox_one(message: &OpenMessage<'_>) -> OutboxOneView {
    let number = message.number;
    let again =
        (message.state != DeliveryState::Waiting).then(|| ("Gửi lại".to_owned(), format!("/tingui lại {number}")));
    let drop = ("Bỏ tin".to_owned(), format!("/tingui bỏ {number}"));
    OutboxOneView {
        message: line(message),
        detail: message.last_error.map(|why| one_line(why, DETAIL)),
        may_have_arrived: message.state == DeliveryState::Unknown,
        choose: OffersView::of(again.into_iter().chain([drop])),
    }
}

/// What became of what a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxOutcome {
    /// It waits again.
    Queued,
    /// It is given up.
    Dropped,
    /// It waits already.
    Waits,
    /// It is being sent.
    UnderWay,
    /// It was sent.
    WasSent,
    /// It was given up before.
    WasDropped,
    /// There is no such message.
    NotThere,
}

/// Answer to `/tingui lại 12` and `/tingui bỏ 12`.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxDoneView {
    /// "Tin số 12 (báo cáo nhanh, Lãnh đạo UBND tỉnh)"; null when there is no such message.
    pub subject: Option<String>,
    /// It waits again.
    pub queued: bool,
    /// Its chat is out of reach.
    pub paused: bool,
    /// It is given up.
    pub dropped: bool,
    /// It waits already.
    pub waits: bool,
    /// It is being sent.
    pub under_way: bool,
    /// It was sent.
    pub was_sent: bool,
    /// It was given up before.
    pub was_dropped: bool,
}

/// What became of what a person decided about a message.
#[must_use]
pub fn outbox_done(message: Option<&OpenMessage<'_>>, outcome: OutboxOutcome) -> OutboxDoneView {
    OutboxDoneView {
        subject: message.map(|message| {
            let line = line(message);
            format!("Tin số {} ({}, {})", line.number, line.what, line.chat)
        }),
        paused: message.is_some_and(|message| message.paused.is_some()),
        queued: outcome == OutboxOutcome::Queued,
        dropped: outcome == OutboxOutcome::Dropped,
        waits: outcome == OutboxOutcome::Waits,
        under_way: outcome == OutboxOutcome::UnderWay,
        was_sent: outcome == OutboxOutcome::WasSent,
        was_dropped: outcome == OutboxOutcome::WasDropped,
    }
}
