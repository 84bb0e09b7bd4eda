//! The chat grammar: from a message to the command in it.
//!
//! Pure reading: names of units and indicators stay as they were typed, because only a catalog knows them (see
//! [`crate::domain::names`]); months, durations and dates are read here, because they need nothing but `today`. Words
//! of commands are read in any case, with or without marks, in one word or in syllables ("/tóm tắt"), in either form
//! of Unicode. What is absent: what a command does, who may give it, and every sentence of an answer.

mod month;
mod question;
mod retyped;
mod span;
mod spelling;
#[cfg(test)]
mod tests;

pub use month::PeriodWord;
pub use question::{Question, question};
pub use retyped::corrected;
pub use span::{LONGEST_MUTE, MuteFor};
pub use spelling::ALL;

use crate::domain::names::unmarked;
use chrono::NaiveDate;
use month::Tail;
use spelling::{Kind, Spelled};

/// Longest text that is read, in characters; what stands behind it is ignored.
pub const TEXT_MAX: usize = 1000;
/// The command that gives the rest of an answer.
pub const MORE: &str = "/xemthem";
/// Longest word that a person is shown again, in characters.
const TYPED_MAX: usize = 40;
/// Longest name of a bot in front of a command, in characters.
const MENTION_MAX: usize = 100;

/// What a message is to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A command.
    Command(Command),
    /// Nearly a command.
    NearMiss {
        /// What was typed, with its slash.
        typed: String,
        /// The spelling that was probably meant, with its slash, as in [`ALL`].
        meant: &'static str,
    },
    /// A command with a month that does not exist ("tháng 13").
    BadMonth {
        /// The month as it was typed.
        typed: String,
    },
    /// Not for the program.
    NotACommand,
}

/// A command with what was typed behind it. A text is empty where nothing was typed; it is a name only when the
/// catalog finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/status` UNIT \[MONTH\]: where a unit stands.
    Status {
        /// The unit.
        name: String,
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/tomtat` \[MONTH\]: the leaders' summary.
    Summary {
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/xemthem` \[MONTH\]: the rest of the leaders' summary; `/xemthem` COMMAND: the rest of what that answers; alone
    /// that of the last answer which had one.
    More {
        /// The command, or whatever was asked; empty for none.
        what: String,
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/xephang` \[INDICATOR\] \[TIER\] \[MONTH\]: the units in order.
    Rank {
        /// The indicator and the tier.
        what: String,
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/lichsu` UNIT \[INDICATOR\]: the months so far.
    History {
        /// The unit and the indicator.
        what: String,
    },
    /// `/sosanh` A với B \[MONTH\]: two units side by side.
    Compare {
        /// The first unit.
        a: String,
        /// The second unit; empty when nothing separated two names.
        b: String,
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/chitieu` UNIT: the assigned targets.
    Targets {
        /// The unit.
        name: String,
    },
    /// `/dangky` CODE: ties the chat to what the code stands for.
    Link {
        /// The code, as typed; see [`crate::domain::subscription::normal_code`].
        code: String,
    },
    /// `/huy`: unties the chat; the office may untie others.
    Unlink {
        /// Which chat, or that it is confirmed; empty means this one.
        what: String,
    },
    /// `/tamdung` 3d \[INDICATOR\]: no alerts for a while; the office may pause those of others.
    Mute {
        /// For how long.
        duration: MuteFor,
        /// The indicator; empty means all. From the office, the unit in front of it.
        what: String,
    },
    /// `/batlai` \[INDICATOR\]: alerts again; from the office those of others, too.
    Unmute {
        /// As in [`Command::Mute`].
        what: String,
    },
    /// `/giaitrinh` INDICATOR REASON \[DATE\]: why a target is missed, and when it will be reached.
    Explain {
        /// The indicator and the reason, as typed, lines kept; see [`crate::domain::names::leading_indicator`].
        text: String,
        /// The promised day; without a year, the next such day from today on.
        date: Option<NaiveDate>,
    },
    /// `/nhacnho` \[SCHEDULE\]: when the chat is reminded.
    Remind {
        /// The schedule; empty to be shown it. See [`crate::domain::schedule::typed`].
        what: String,
    },
    /// `/kiemtra`: contradictions in the figures.
    Audit,
    /// `/xacnhan`: accepts what was held back.
    Confirm {
        /// What; empty means what waits.
        what: String,
    },
    /// `/capma` UNIT: a code with which a group becomes a unit's, the leaders' or the office's.
    Code {
        /// The unit, or the role.
        what: String,
    },
    /// `/tingui` \[WORD NUMBER\]: messages that are not through, and what the office decides about one.
    Outbox {
        /// What; see [`crate::domain::delivery::outbox_said`].
        what: String,
    },
    /// `/baocao` \[TIER\] \[MONTH\]: the month with every unit in a line.
    Report {
        /// The tier; empty means all.
        what: String,
        /// The month.
        period: Option<PeriodWord>,
    },
    /// `/trogiup`: what can be asked.
    Help,
}

/// Reads a message. `today` is the day where the office is.
#[must_use]
pub fn parse(text: &str, today: NaiveDate) -> Heard {
    let text = match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let Some(behind_slash) = without_mention(text.trim()).strip_prefix('/') else { return Heard::NotACommand };
    match spelling::read(behind_slash) {
        Spelled::Right { kind, rest } => command(kind, rest, today),
        Spelled::Nearly { typed, meant } => {
            Heard::NearMiss { typed: format!("/{}", typed.chars().take(TYPED_MAX).collect::<String>()), meant }
        }
        Spelled::Unknown => Heard::NotACommand,
    }
}

/// A question as it can be put again behind `/xemthem`: its first line, without a bot's name in front of it.
#[must_use]
pub fn again(text: &str) -> &str {
    without_mention(text.trim()).lines().next().unwrap_or_default().trim()
}

/// The text without a bot's name in front of its slash: in groups people write "@Bot Tên Có Dấu /status".
fn without_mention(text: &str) -> &str {
    let Some((mention, _)) = text.strip_prefix('@').and_then(|text| text.split_once('/')) else { return text };
    let name = mention.trim_end();
    let fits =
        !name.is_empty() && name.len() < mention.len() && !name.contains('\n') && name.chars().count() <= MENTION_MAX;
    if fits { &text['@'.len_utf8() + mention.len()..] } else { text }
}

fn command(kind: Kind, rest: &str, today: NaiveDate) -> Heard {
    // A name ends with its line; only a reason may have several.
    let line = rest.lines().next().unwrap_or_default().trim();
    let with_period = |make: &dyn Fn(String, Option<PeriodWord>) -> Command| match month::cut(line) {
        Tail::Period { before, period } => Heard::Command(make(before.to_owned(), Some(period))),
        Tail::None => Heard::Command(make(line.to_owned(), None)),
        Tail::Bad { typed } => Heard::BadMonth { typed: typed.chars().take(TYPED_MAX).collect() },
    };
    match kind {
        Kind::Status => with_period(&|name, period| Command::Status { name, period }),
        Kind::Summary => with_period(&|_, period| Command::Summary { period }),
        // The month of what is asked again is read with it.
        Kind::More => match month::cut(line) {
            Tail::Period { before: "", period } => {
                Heard::Command(Command::More { what: String::new(), period: Some(period) })
            }
            Tail::Bad { typed } if typed == line => Heard::BadMonth { typed: typed.chars().take(TYPED_MAX).collect() },
            _ => Heard::Command(Command::More { what: line.to_owned(), period: None }),
        },
        Kind::Rank => with_period(&|what, period| Command::Rank { what, period }),
        Kind::History => Heard::Command(Command::History { what: line.to_owned() }),
        Kind::Compare => with_period(&|names, period| {
            let (a, b) = two_names(&names);
            Command::Compare { a, b, period }
        }),
        Kind::Targets => Heard::Command(Command::Targets { name: line.to_owned() }),
        Kind::Link => Heard::Command(Command::Link { code: line.to_owned() }),
        Kind::Unlink => Heard::Command(Command::Unlink { what: line.to_owned() }),
        Kind::Mute => {
            let (duration, what) = span::cut_duration(line);
            Heard::Command(Command::Mute { duration, what: what.to_owned() })
        }
        Kind::Unmute => Heard::Command(Command::Unmute { what: line.to_owned() }),
        Kind::Explain => {
            let (text, date) = span::cut_date(rest.trim(), today);
            Heard::Command(Command::Explain { text: text.to_owned(), date })
        }
        Kind::Remind => Heard::Command(Command::Remind { what: line.to_owned() }),
        Kind::Audit => Heard::Command(Command::Audit),
        Kind::Confirm => Heard::Command(Command::Confirm { what: line.to_owned() }),
        Kind::Code => Heard::Command(Command::Code { what: line.to_owned() }),
        Kind::Outbox => Heard::Command(Command::Outbox { what: line.to_owned() }),
        Kind::Report => with_period(&|what, period| Command::Report { what, period }),
        Kind::Help => Heard::Command(Command::Help),
    }
}

/// Two names around "với", "vs" or a comma. "và" does not separate them: it stands in names ("Sở KH và ĐT").
fn two_names(names: &str) -> (String, String) {
    let words: Vec<&str> = names.split_whitespace().collect();
    let with = words.iter().position(|word| matches!(unmarked(word).as_str(), "voi" | "vs" | "vs." | "with"));
    if let Some(at) = with {
        let first = &words[..at];
        // "A so với B"
        let first = first.strip_suffix(&["so"]).filter(|first| !first.is_empty()).unwrap_or(first);
        return (first.join(" "), words[at + 1..].join(" "));
    }
    match names.split_once([',', ';', '|']) {
        Some((a, b)) => (a.trim().to_owned(), b.trim().to_owned()),
        None => (names.to_owned(), String::new()),
    }
}

/// The words of a text with the bytes where they begin.
fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut from = 0;
    for piece in text.split(char::is_whitespace) {
        if !piece.is_empty() {
            words.push((from, piece));
        }
        from += piece.len() + text[from + piece.len()..].chars().next().map_or(0, char::len_utf8);
    }
    words
}
