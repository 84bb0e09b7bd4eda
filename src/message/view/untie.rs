//! Answers to `/huy`, and what the office reads of chats and codes.

use super::{Lookup, OffersView, typed};
use crate::domain::guessing::LockedBy;
use crate::domain::subscription::{LinkedChat, Medium, Role};
use serde::Serialize;

/// What a chat is linked as, in words: "Sở Xây dựng; lãnh đạo tỉnh".
#[must_use]
pub fn roles_vi(lookup: Lookup<'_>, roles: &[Role]) -> String {
    let word = |role: &Role| match role {
        Role::Unit(unit) => lookup.unit_name(unit),
        Role::Leader if lookup.organisation.starts_with("tỉnh ") => "lãnh đạo tỉnh".to_owned(),
        Role::Leader => "lãnh đạo".to_owned(),
        Role::Office => "Văn phòng".to_owned(),
    };
    roles.iter().map(word).collect::<Vec<_>>().join("; ")
}

/// Is the chat to be untied?
#[derive(Clone, Debug, Serialize)]
pub struct UntieAskView {
    /// What people call the chat.
    pub chat: String,
    /// "Sở Xây dựng".
    pub roles: String,
    /// It is the chat in which that is asked.
    pub here: bool,
    /// The way to confirm.
    pub choose: Option<OffersView>,
}

/// Asks for a confirmation; `confirmed` is the command that does it.
#[must_use]
pub fn untie_ask(lookup: Lookup<'_>, linked: &LinkedChat, here: bool, confirmed: String) -> UntieAskView {
    UntieAskView {
        chat: typed(&linked.chat.title),
        roles: roles_vi(lookup, &linked.roles),
        here,
        choose: OffersView::of([("Hủy liên kết".to_owned(), confirmed)]),
    }
}

/// The chats that can be untied.
#[derive(Clone, Debug, Serialize)]
pub struct UntieListView {
    /// How many there are.
    pub count: usize,
    /// How many of them are not listed.
    pub more: usize,
    /// The chats.
    pub choose: Option<OffersView>,
}

/// How many chats are offered at once: as many as fit on a telephone.
const LISTED: usize = 9;

/// The chats, each with the command that asks about it.
#[must_use]
pub fn untie_list(lookup: Lookup<'_>, chats: &[&LinkedChat], ask: impl Fn(&LinkedChat) -> String) -> UntieListView {
    let offer = |linked: &&LinkedChat| {
        let medium = match linked.chat.medium {
            Medium::Web => "trang",
            Medium::Telegram => "Telegram",
            Medium::ZaloBot | Medium::ZaloOa => "Zalo",
        };
        let label = format!("{} ({}, {medium})", typed(&linked.chat.title), roles_vi(lookup, &linked.roles));
        (label, ask(linked))
    };
    UntieListView {
        count: chats.len(),
        more: chats.len().saturating_sub(LISTED),
        choose: OffersView::of(chats.iter().take(LISTED).map(offer)),
    }
}

/// The chat is untied.
#[derive(Clone, Debug, Serialize)]
pub struct UntiedView {
    /// What people call the chat.
    pub chat: String,
    /// What it was linked as.
    pub roles: String,
    /// It is the chat in which that is read.
    pub here: bool,
}

/// A chat is no longer what it was.
#[must_use]
pub fn untied(lookup: Lookup<'_>, linked: &LinkedChat, here: bool) -> UntiedView {
    UntiedView { chat: typed(&linked.chat.title), roles: roles_vi(lookup, &linked.roles), here }
}

/// To the office: a chat untied itself.
#[derive(Clone, Debug, Serialize)]
pub struct ChatUntiedView {
    /// What people call the chat.
    pub chat: String,
    /// What it was linked as.
    pub roles: String,
    /// Who did it; null where the medium does not tell.
    pub by: Option<String>,
}

/// A chat untied itself; `by` typed that.
#[must_use]
pub fn chat_untied(lookup: Lookup<'_>, linked: &LinkedChat, by: &str) -> ChatUntiedView {
    let by = typed(by);
    ChatUntiedView {
        chat: typed(&linked.chat.title),
        roles: roles_vi(lookup, &linked.roles),
        by: (!by.is_empty()).then_some(by),
    }
}

/// The chat cannot be untied.
#[derive(Clone, Debug, Serialize)]
pub struct UntieRefusedView {
    /// It is a chat of the page, which belongs to its unit for good; else it is the office's only chat.
    pub page: bool,
}

/// To the office: somebody guesses codes.
#[derive(Clone, Debug, Serialize)]
pub struct CodeGuessingView {
    /// Where the last wrong code was typed.
    pub chat: String,
    /// By whom.
    pub sender: String,
    /// The chat is locked.
    pub by_chat: bool,
    /// The person is locked.
    pub by_person: bool,
}

/// Somebody guesses codes; the last one was typed by `sender` in `chat`.
#[must_use]
pub fn code_guessing(chat: &str, sender: &str, by: LockedBy) -> CodeGuessingView {
    CodeGuessingView {
        chat: typed(chat),
        sender: typed(sender),
        by_chat: by == LockedBy::Chat,
        by_person: by == LockedBy::Person,
    }
}

/// How to ask, in short: what was written was no question.
#[derive(Clone, Debug, Serialize)]
pub struct HintView {
    /// It may ask for every unit.
    pub sees_all: bool,
    /// The chat has no role.
    pub unlinked: bool,
}

/// How a chat asks.
#[must_use]
pub fn hint(linked: &LinkedChat) -> HintView {
    HintView { sees_all: linked.sees_all(), unlinked: linked.roles.is_empty() }
}
