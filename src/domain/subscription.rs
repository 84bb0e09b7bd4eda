//! Chats ("nhóm") and what each is to receive.

use crate::domain::org_unit::UnitCode;
use chrono::{DateTime, Duration, Utc};

/// The medium a chat lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Medium {
    /// The chats embedded in the program's own web page.
    Web,
    /// Telegram.
    Telegram,
    /// A bot of Zalo's Bot Platform.
    ZaloBot,
    /// A Zalo Official Account with group messages.
    ZaloOa,
}

impl Medium {
    /// The word in the database, on the command line and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Telegram => "telegram",
            Self::ZaloBot => "zalo_bot",
            Self::ZaloOa => "zalo_oa",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Web, Self::Telegram, Self::ZaloBot, Self::ZaloOa].into_iter().find(|medium| medium.as_str() == text)
    }
}

/// What a chat is to the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The group of a unit.
    Unit(UnitCode),
    /// The leaders of the province.
    Leader,
    /// The office that runs the program.
    Office,
}

impl Role {
    /// The word in the database and on the command line: `unit`, `leader`, `office`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unit(_) => "unit",
            Self::Leader => "leader",
            Self::Office => "office",
        }
    }

    /// The unit of a unit's chat.
    #[must_use]
    pub const fn unit(&self) -> Option<&UnitCode> {
        match self {
            Self::Unit(code) => Some(code),
            _ => None,
        }
    }
}

/// A place people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Our id (UUIDv7).
    pub id: String,
    /// Where it lives.
    pub medium: Medium,
    /// The bot account that can reach it.
    pub lane: String,
    /// The provider's address of it.
    pub address: String,
    /// What people call it.
    pub title: String,
    /// Several people read it, and a group's limits hold.
    pub group: bool,
    /// Why nothing is sent to it for now, if so (the bot was removed, the chat is gone).
    pub paused: Option<String>,
}

/// A chat with everything that it is subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedChat {
    /// The chat.
    pub chat: Chat,
    /// Its roles; empty when it was never linked.
    pub roles: Vec<Role>,
}

impl LinkedChat {
    /// The units whose group this is.
    pub fn units(&self) -> impl Iterator<Item = &UnitCode> {
        self.roles.iter().filter_map(Role::unit)
    }

    /// Whether it may see every unit: leaders and the office.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Role::Leader | Role::Office))
    }
}

/// How long a one-time code ties a chat to a role.
pub const LINK_CODE_LIFETIME: Duration = Duration::minutes(10);

/// Characters of a code: no 0/O, 1/I/L, so that it can be read out over the telephone.
pub const LINK_CODE_ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Length of a code: 31^8 ≈ 8.5·10^11 possibilities for ten minutes.
pub const LINK_CODE_LENGTH: usize = 8;

/// Forms a code from random bytes.
#[must_use]
pub fn link_code(random: &[u8; 2 * LINK_CODE_LENGTH]) -> String {
    random
        .chunks_exact(2)
        .map(|pair| {
            // Two bytes for each character keep the bias of the remainder under 0.05 %.
            let value = usize::from(u16::from_be_bytes([pair[0], pair[1]]));
            char::from(LINK_CODE_ALPHABET[value % LINK_CODE_ALPHABET.len()])
        })
        .collect()
}

/// What a person typed as a code, in the form in which it was made: upper case, without spaces and hyphens.
#[must_use]
pub fn normal_code(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).take(32).collect()
}

/// Why a code was not accepted. All of them read the same to the person who typed it, so that guessing learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// No such code.
    Unknown,
    /// Used before.
    Used,
    /// Older than [`LINK_CODE_LIFETIME`].
    Expired,
}

/// A stored code, as the decision needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCode {
    /// What a chat becomes by it.
    pub role: Role,
    /// After this moment it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Set once it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Whether a code ties the chat that typed it.
///
/// # Errors
/// The reason for which it does not.
pub fn redeem(code: Option<&LinkCode>, now: DateTime<Utc>) -> Result<Role, LinkRefusal> {
    let code = code.ok_or(LinkRefusal::Unknown)?;
    if code.used_at.is_some() {
        return Err(LinkRefusal::Used);
    }
    if now >= code.expires_at {
        return Err(LinkRefusal::Expired);
    }
    Ok(code.role.clone())
}
