//! Questions without a command: "tình hình sở y tế tháng 7?".
//!
//! In a group people talk to each other, so that a text is taken for a question only when it is one beyond doubt: a
//! word that asks for figures in front, a question mark or a question word behind, and between them nothing but the
//! name of one unit and a month. To the bot alone, or behind its name, the name of a unit is enough.

use super::month::{self, Tail};
use super::{PeriodWord, words_of};
use crate::domain::names::{NameIndex, NameMatch, unmarked};
use crate::domain::org_unit::UnitCode;

/// Longer texts are talk, in characters and in words.
const LONGEST: usize = 160;
const WORDS_MAX: usize = 24;
/// Most words of a bot's name in front of a question.
const MENTION_WORDS: usize = 4;

/// What may stand in front of everything.
const COURTESY: &[&str] = &[
    "bot oi", "ad oi", "admin oi", "xin chao", "chao", "da", "xin", "vui long", "lam on", "anh chi", "cho", "em",
    "toi", "minh", "hoi", "biet", "xem", "giup", "bao cao",
];
/// What asks for figures.
const ASKING: &[&str] = &["tinh hinh", "ket qua", "so lieu", "tien do", "chi so", "ty le"];
/// What may stand between that and the name.
const JOINING: &[&str] = &["thuc hien", "cac chi tieu", "chi tieu", "cua", "ve", "tai", "o"];
/// Question words at the end.
const QUESTION: &[&str] = &[
    "nhu the nao roi",
    "nhu the nao",
    "the nao roi",
    "the nao",
    "ra sao roi",
    "ra sao",
    "sao roi",
    "den dau roi",
    "den dau",
    "dat bao nhieu",
    "bao nhieu",
    "co dat khong",
    "dat chua",
];
/// What may stand behind everything.
const ENDING: &[&str] = &["a", "vay", "nhi", "nhe", "em", "bot", "ban", "anh chi"];

/// A question about units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name as it was typed; empty where a month alone was asked for.
    pub name: String,
    /// The units that bear it; empty where the name means several and is to be asked back, and where there is none.
    pub units: Vec<UnitCode>,
    /// The month.
    pub period: Option<PeriodWord>,
}

/// The question in a text without a command; none for talk. `addressed`: it was said to the bot, in a chat of its own
/// or behind its name.
#[must_use]
pub fn question(text: &str, names: &NameIndex, addressed: bool) -> Option<Question> {
    let text = text.trim();
    if text.contains('\n') || text.chars().count() > LONGEST {
        return None;
    }
    match text.strip_prefix('@') {
        None => read(text, names, addressed),
        Some(_) if !addressed => None,
        // How many words the bot's name has is not known.
        Some(_) => {
            let starts = words_of(text).into_iter().skip(1).take(MENTION_WORDS);
            starts.into_iter().find_map(|(at, _)| read(&text[at..], names, true))
        }
    }
}

fn read(text: &str, names: &NameIndex, addressed: bool) -> Option<Question> {
    let asked = text.ends_with('?');
    let mut words: Vec<&str> = words_of(text).into_iter().map(|(_, word)| word).collect();
    if words.is_empty() || words.len() > WORDS_MAX {
        return None;
    }
    while cut_front(&mut words, COURTESY) {}
    let mut cue = false;
    while cut_front(&mut words, ASKING) {
        cue = true;
    }
    if cue {
        while cut_front(&mut words, JOINING) {}
    }
    while cut_back(&mut words, ENDING) {}
    let mut question = cut_back(&mut words, QUESTION);
    let line = words.join(" ");
    let line = line.trim_end_matches(['?', '.', '!', ' ', ',']);
    let (before, period) = match month::cut(line) {
        Tail::Period { before, period } => (before, Some(period)),
        Tail::None => (line, None),
        Tail::Bad { .. } => return None,
    };
    let mut words: Vec<&str> = before.split_whitespace().collect();
    question |= cut_back(&mut words, QUESTION);
    let name = words.join(" ");
    let name = name.trim_end_matches([',', ':', '-', '?', '.']).trim_end().to_owned();
    if !addressed && !(cue && (asked || question)) {
        return None;
    }
    if name.is_empty() {
        // "Tình hình tháng 7?": of whoever asks.
        return (addressed && cue).then_some(Question { name, units: Vec::new(), period });
    }
    match names.find(&name) {
        NameMatch::One(units) => Some(Question { name, units, period }),
        NameMatch::Ambiguous(_) if addressed && (cue || question) => Some(Question { name, units: Vec::new(), period }),
        _ => None,
    }
}

fn plain(words: &[&str]) -> String {
    let bare = |word: &&str| unmarked(word).trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    words.iter().map(bare).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn cut_front(words: &mut Vec<&str>, phrases: &[&str]) -> bool {
    let fits = |phrase: &&&str| {
        let count = phrase.split(' ').count();
        words.len() >= count && plain(&words[..count]) == **phrase
    };
    let Some(count) = phrases.iter().find(fits).map(|phrase| phrase.split(' ').count()) else { return false };
    words.drain(..count);
    true
}

fn cut_back(words: &mut Vec<&str>, phrases: &[&str]) -> bool {
    let fits = |phrase: &&&str| {
        let count = phrase.split(' ').count();
        words.len() > count && plain(&words[words.len() - count..]) == **phrase
    };
    let Some(count) = phrases.iter().find(fits).map(|phrase| phrase.split(' ').count()) else { return false };
    words.truncate(words.len() - count);
    true
}
