//! How commands are spelled, rightly and nearly.

use crate::domain::names::unmarked;

/// Which command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Status,
    Summary,
    More,
    Rank,
    History,
    Compare,
    Targets,
    Link,
    Unlink,
    Mute,
    Unmute,
    Explain,
    Remind,
    Audit,
    Confirm,
    Code,
    Outbox,
    Report,
    Help,
}

/// Each command as help lists it, and its other spellings; all with their slash, in plain letters.
pub const ALL: &[(&str, &[&str])] = &[
    ("/status", &["/trangthai"]),
    ("/tomtat", &["/summary"]),
    ("/xemthem", &["/more"]),
    ("/xephang", &["/rank"]),
    ("/lichsu", &["/history"]),
    ("/sosanh", &["/compare"]),
    ("/chitieu", &["/targets"]),
    ("/dangky", &["/link"]),
    ("/huy", &["/unlink"]),
    ("/tamdung", &["/mute"]),
    ("/batlai", &["/unmute"]),
    ("/giaitrinh", &["/explain"]),
    ("/nhacnho", &["/remind"]),
    ("/kiemtra", &["/audit"]),
    ("/xacnhan", &["/confirm"]),
    ("/capma", &["/code"]),
    ("/tingui", &["/outbox"]),
    ("/baocao", &["/report"]),
    // Telegram's own first command.
    ("/trogiup", &["/help", "/start"]),
];

/// The kinds in the order of [`ALL`].
const KINDS: [Kind; 19] = [
    Kind::Status,
    Kind::Summary,
    Kind::More,
    Kind::Rank,
    Kind::History,
    Kind::Compare,
    Kind::Targets,
    Kind::Link,
    Kind::Unlink,
    Kind::Mute,
    Kind::Unmute,
    Kind::Explain,
    Kind::Remind,
    Kind::Audit,
    Kind::Confirm,
    Kind::Code,
    Kind::Outbox,
    Kind::Report,
    Kind::Help,
];

/// Vietnamese spellings in their syllables: phones write "/tóm tắt" by themselves.
const SYLLABLES: &[(&str, &str)] = &[
    ("trang", "thai"),
    ("tom", "tat"),
    ("xem", "them"),
    ("xep", "hang"),
    ("lich", "su"),
    ("so", "sanh"),
    ("chi", "tieu"),
    ("dang", "ky"),
    ("tam", "dung"),
    ("bat", "lai"),
    ("giai", "trinh"),
    ("nhac", "nho"),
    ("kiem", "tra"),
    ("xac", "nhan"),
    ("cap", "ma"),
    ("tin", "gui"),
    ("bao", "cao"),
    ("tro", "giup"),
];

/// What stands behind the slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spelled<'t> {
    /// A command.
    Right { kind: Kind, rest: &'t str },
    /// Nearly one.
    Nearly { typed: &'t str, meant: &'static str },
    /// None.
    Unknown,
}

/// Longest word that is compared, in letters; the longest command has nine.
const LETTERS_MAX: usize = 16;

pub(super) fn read(behind_slash: &str) -> Spelled<'_> {
    let (first, rest) = cut_word(behind_slash);
    let (second, rest_of_second) = cut_word(rest);
    let (plain, plain_second) = (plain(first), plain(second));
    if let Some(kind) = exactly(&plain) {
        return Spelled::Right { kind, rest };
    }
    let syllables = SYLLABLES.iter().any(|(one, two)| plain == *one && plain_second == *two);
    let joined = format!("{plain}{plain_second}");
    if let Some(kind) = exactly(&joined).filter(|_| syllables) {
        return Spelled::Right { kind, rest: rest_of_second };
    }
    // A path is not a command, and neither is a number.
    if first.contains('/') || first.starts_with(|c: char| c.is_ascii_digit()) {
        return Spelled::Unknown;
    }
    if let Some(meant) = nearly(&plain) {
        return Spelled::Nearly { typed: first, meant };
    }
    let both = behind_slash[..behind_slash.len() - rest_of_second.len()].trim_end();
    match near(&joined, 1) {
        Some(meant) if !plain_second.is_empty() && !second.contains('/') => Spelled::Nearly { typed: both, meant },
        _ => Spelled::Unknown,
    }
}

/// The first word of a text and what follows it.
fn cut_word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

/// A word without a bot's name, marks and punctuation: `Trạng_Thái@bot` is `trangthai`.
fn plain(word: &str) -> String {
    let word = word.split('@').next().unwrap_or_default();
    unmarked(word).chars().filter(|c| !matches!(c, '_' | '-' | '.' | ',' | ':' | ';' | '!' | '?')).collect()
}

fn exactly(plain: &str) -> Option<Kind> {
    ALL.iter().zip(KINDS).find_map(|((name, others), kind)| {
        std::iter::once(name).chain(*others).any(|spelling| &spelling[1..] == plain).then_some(kind)
    })
}

/// The nearest spelling: within two slips, within one for short words, where two would be another word.
fn nearly(plain: &str) -> Option<&'static str> {
    match plain.chars().count() {
        0 | 1 => None,
        2..=4 => near(plain, 1),
        _ => near(plain, 2),
    }
}

fn near(plain: &str, slips_max: usize) -> Option<&'static str> {
    if plain.chars().count() > LETTERS_MAX {
        return None;
    }
    let spellings = ALL.iter().flat_map(|(name, others)| std::iter::once(name).chain(*others)).copied();
    let slips = |spelling: &'static str| {
        let slips = strsim::damerau_levenshtein(plain, &spelling[1..]);
        // "/my" is not two thirds of "/huy".
        let short = spelling.len() <= 5;
        (slips <= if short { slips_max.min(1) } else { slips_max }).then_some((slips, spelling))
    };
    // The first of the nearest, in the order of help.
    spellings.filter_map(slips).min_by_key(|(slips, _)| *slips).map(|(_, spelling)| spelling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_are_plain_and_different() {
        let mut spellings: Vec<&str> =
            ALL.iter().flat_map(|(name, others)| std::iter::once(name).chain(*others)).copied().collect();
        for spelling in &spellings {
            let word = spelling.strip_prefix('/').unwrap();
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()) && (1..=32).contains(&word.len()), "{spelling}");
            assert!(matches!(read(word), Spelled::Right { rest: "", .. }), "{spelling}");
        }
        let count = spellings.len();
        spellings.sort_unstable();
        spellings.dedup();
        assert_eq!(spellings.len(), count);
        assert_eq!(ALL.len(), KINDS.len());
    }

    #[test]
    fn syllables_are_spellings_apart() {
        for (one, two) in SYLLABLES {
            assert!(exactly(&format!("{one}{two}")).is_some(), "{one} {two}");
        }
    }
}
