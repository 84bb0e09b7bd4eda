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
        // A name that only resembles may be a word of talk: "ban" is one of "Ban Quản lý".
        NameMatch::One(units) if (addressed && cue) || names.is_called(&name) => Some(Question { name, units, period }),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::org_unit::{OrgUnit, Tier, TierCode};

    fn names() -> NameIndex {
        let unit = |code: &str, name: &str, tier: &str| OrgUnit {
            code: UnitCode::parse(code).unwrap(),
            name: name.to_owned(),
            qualifier: String::new(),
            tier: TierCode::parse(tier).unwrap(),
            aliases: name.strip_prefix("UBND ").into_iter().map(str::to_owned).collect(),
            valid_from: None,
            valid_to: None,
            successors: Vec::new(),
        };
        let units = [
            unit("so-y-te", "Sở Y tế", "provincial"),
            unit("so-tu-phap", "Sở Tư pháp", "provincial"),
            unit("so-khdt", "Sở KH và ĐT", "provincial"),
            unit("so-khcn", "Sở KH và CN", "provincial"),
            unit("an-lao", "UBND huyện An Lão", "district"),
            unit("phu-my", "UBND huyện Phù Mỹ", "district"),
        ];
        let tier = |code: &str, name: &str| Tier {
            code: TierCode::parse(code).unwrap(),
            name: name.to_owned(),
            headings: Vec::new(),
        };
        NameIndex::new(&units, &[tier("provincial", "Cấp tỉnh"), tier("district", "Cấp huyện")])
    }

    fn told(text: &str, addressed: bool) -> String {
        match question(text, &names(), addressed) {
            None => "-".to_owned(),
            Some(question) => {
                let units: Vec<&str> = question.units.iter().map(UnitCode::as_str).collect();
                let month = question.period.map(|period| format!(" @{}", period.typed())).unwrap_or_default();
                let name = if units.is_empty() { format!("[{}]", question.name) } else { units.join("+") };
                format!("{name}{month}")
            }
        }
    }

    #[test]
    fn questions_in_a_group() {
        for (text, expected) in [
            ("tình hình sở y tế tháng 7?", "so-y-te @tháng 7"),
            ("Tình hình Sở Y tế tháng 7/2023 thế nào?", "so-y-te @7/2023"),
            ("tinh hinh so y te the nao", "so-y-te"),
            ("Cho hỏi kết quả của Sở Tư pháp tháng trước ạ?", "so-tu-phap @tháng trước"),
            ("Số liệu huyện An Lão đến đâu rồi", "an-lao"),
            ("anh chị cho em hỏi tiến độ huyện phù mỹ ra sao tháng 6?", "phu-my @tháng 6"),
            ("tình hình sở kh?", "-"),
            ("tình hình thế nào?", "-"),
            ("tình hình tháng 7?", "-"),
        ] {
            assert_eq!(told(text, false), expected, "{text}");
        }
    }

    #[test]
    fn talk_is_left_alone() {
        for text in [
            "Chào cả nhà",
            "sở y tế",
            "Sở Y tế họp lúc mấy giờ?",
            "sở y tế tháng 7",
            "tình hình sở y tế",
            "tình hình sở y tế hôm nay căng quá?",
            "tình hình dịch bệnh ở sở y tế thế nào?",
            "kết quả họp sở tư pháp gửi chưa?",
            "số liệu sở y tế sai rồi, ai sửa?",
            "sở y tế thế nào?",
            "Kết quả bóng đá thế nào?",
            "tình hình giao thông phù mỹ thế nào?",
            "@lan tình hình sở y tế thế nào?",
            "tình hình y tế thế nào?",
            "tình hình lão thế nào?",
            "tình hình sở y tế?\ncảm ơn",
            "tình hình sở y tế và sở tư pháp thế nào?",
            "",
            "?",
        ] {
            assert_eq!(told(text, false), "-", "{text}");
        }
    }

    #[test]
    fn to_the_bot_alone_a_name_is_enough() {
        for (text, expected) in [
            ("sở y tế", "so-y-te"),
            ("sở y tế tháng 7", "so-y-te @tháng 7"),
            ("xem sở tư pháp", "so-tu-phap"),
            ("tình hình sở y tế", "so-y-te"),
            ("tình hình sở kh?", "[sở kh]"),
            ("tình hình tháng 7?", "[] @tháng 7"),
            ("kết quả", "[]"),
            ("@ChiTieuBot tình hình sở y tế?", "so-y-te"),
            ("@Bot Chỉ Tiêu Tỉnh sở tư pháp", "so-tu-phap"),
            ("Chào bạn", "-"),
            ("tình hình y tế?", "so-y-te"),
            ("y tế", "-"),
            ("cảm ơn sở y tế nhiều", "-"),
            ("sở kh", "-"),
            ("2", "-"),
            ("tháng 7", "-"),
        ] {
            assert_eq!(told(text, true), expected, "{text}");
        }
    }
}
