//! What words mean in names: abbreviations, words that say little, and the forms in which a name may be typed.
//!
//! All words here are folded.

/// Which names are compared. The same letters mean different things: `tttt` is a department ("thông tin, truyền
/// thông") and an indicator ("thanh toán trực tuyến").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Names of units.
    Units,
    /// Names of indicators.
    Indicators,
}

/// Abbreviation (its parts separated, as `KH và ĐT` writes them) and what it stands for.
type Row = (&'static str, &'static str);

/// Abbreviations of units that mean one thing wherever they stand.
const UNITS: &[Row] = &[
    ("bql kkt", "ban quan ly khu kinh te"),
    ("bql", "ban quan ly"),
    ("kkt", "khu kinh te"),
    ("kcn", "khu cong nghiep"),
    ("ql", "quan ly"),
    ("ld tb xh", "lao dong thuong binh xa hoi"),
    ("tb xh", "thuong binh xa hoi"),
    ("kh dt", "ke hoach dau tu"),
    ("kh cn", "khoa hoc cong nghe"),
    ("gt vt", "giao thong van tai"),
    ("gd dt", "giao duc dao tao"),
    ("tn mt", "tai nguyen moi truong"),
    ("nn mt", "nong nghiep moi truong"),
    ("nn ptnt", "nong nghiep phat trien nong thon"),
    ("ptnt", "phat trien nong thon"),
    ("vh tt dl", "van hoa the thao du lich"),
    ("vh tt", "van hoa the thao"),
    ("tt tt", "thong tin truyen thong"),
    ("cntt", "cong nghe thong tin"),
    ("dt tg", "dan toc ton giao"),
    ("tp", "thanh pho"),
    ("tx", "thi xa"),
];

/// Abbreviations that mean this only in a text that speaks of a department ("sở"). `kh`, `dt` and `tt` are absent:
/// two departments each share them, and so they are asked back.
const DEPARTMENTS: &[Row] = &[
    ("tp", "tu phap"),
    ("nv", "noi vu"),
    ("ngv", "ngoai vu"),
    ("ct", "cong thuong"),
    ("dl", "du lich"),
    ("tc", "tai chinh"),
    ("xd", "xay dung"),
    ("yt", "y te"),
    ("gd", "giao duc"),
    ("ld", "lao dong"),
    ("tb", "thuong binh"),
    ("xh", "xa hoi"),
    ("nn", "nong nghiep"),
    ("tn", "tai nguyen"),
    ("mt", "moi truong"),
    ("cn", "cong nghe"),
    ("vh", "van hoa"),
];

/// Abbreviations of indicators.
const INDICATORS: &[Row] = &[
    ("hs tt", "ho so truc tuyen"),
    ("tt tt", "thanh toan truc tuyen"),
    ("csdl qg", "co so du lieu quoc gia"),
    ("csdl", "co so du lieu"),
    ("qg", "quoc gia"),
    ("dc", "dan cu"),
    ("hs", "ho so"),
    ("kq", "ket qua"),
    ("dt", "dien tu"),
    ("tphs", "thanh phan ho so"),
];

/// Words that many units share. `ubnd` and `tinh` say nothing; the others say what kind of unit it is.
const KINDS: &[&str] = &["so", "huyen", "xa", "phuong"];
const FILLERS: &[&str] = &["ubnd", "tinh", "cac"];
/// Pairs that name a kind; alone, "thạnh" is a place.
const KIND_PAIRS: &[(&str, &str)] = &[("thi", "xa"), ("thi", "tran"), ("thanh", "pho")];
/// Words and pairs that say little about an indicator.
const INDICATOR_FILLERS: &[&str] = &["ve", "cua"];
const INDICATOR_PAIRS: &[(&str, &str)] = &[("ty", "le"), ("chi", "tieu")];

/// How much a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It tells names apart.
    Heavy,
    /// It says what kind of unit this is; many share it.
    Kind,
    /// It says nothing.
    Filler,
}

/// A word of a name or of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: String,
    pub(super) weight: Weight,
    /// It is a half of a pair ("thị xã").
    pub(super) half: bool,
}

/// One way to write a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) tokens: Vec<Token>,
    /// The heavy words without spaces, for people who leave the spaces out.
    pub(super) squashed: String,
}

impl Form {
    fn new(words: &[String], field: Field) -> Self {
        let tokens: Vec<Token> = (0..words.len())
            .map(|at| {
                let half = is_half(words, at, field);
                Token { word: words[at].clone(), weight: weight(&words[at], half, field), half }
            })
            .collect();
        let mut form = Self { tokens, squashed: String::new() };
        form.squashed = form.heavy().collect();
        form
    }

    /// Keeps the first words.
    pub(super) fn cut(&mut self, kept: usize) {
        self.tokens.truncate(kept);
        self.squashed = self.heavy().collect();
    }

    /// The words that tell names apart.
    pub(super) fn heavy(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter(|t| t.weight == Weight::Heavy).map(|t| t.word.as_str())
    }
}

/// The ways in which a name may be written: as it stands, spelled out, and abbreviated in one word or in several.
pub(super) fn forms_of_name(folded: &str, field: Field) -> Vec<Form> {
    let words = split(folded);
    let long = expand(&words, field);
    distinct([words, contract(&long, field, false), contract(&long, field, true), long], field)
}

/// The ways in which a query may be meant: as it stands and spelled out.
pub(super) fn forms_of_query(folded: &str, field: Field) -> Vec<Form> {
    let words = split(folded);
    let long = expand(&words, field);
    distinct([words, long], field)
}

fn distinct<const N: usize>(spellings: [Vec<String>; N], field: Field) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::with_capacity(N);
    for words in spellings {
        let form = Form::new(&words, field);
        if !form.tokens.is_empty() && !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// The words of a folded text without "và", with the people's committee in its short form.
fn split(folded: &str) -> Vec<String> {
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty() && *word != "va").collect();
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let committee = [&["uy", "ban", "nhan", "dan"][..], &["uy", "ban"]];
        let taken = committee.iter().find(|name| words[at..].starts_with(name)).map_or(0, |name| name.len());
        kept.push(if taken > 0 { "ubnd".to_owned() } else { words[at].to_owned() });
        at += taken.max(1);
    }
    kept
}

/// Spells abbreviations out, the longest first, whether written in one word or in several.
fn expand(words: &[String], field: Field) -> Vec<String> {
    const PARTS_MAX: usize = 4;
    let words: Vec<String> = words.iter().enumerate().flat_map(|(at, word)| unglue(word, at, words, field)).collect();
    let department = field == Field::Units && words.iter().any(|word| word == "so");
    let mut long = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let found = (1..=PARTS_MAX.min(words.len() - at)).rev().find_map(|parts| {
            let joined: String = words[at..at + parts].concat();
            Some((parts, meaning(&joined, field, department)?))
        });
        if let Some((parts, meant)) = found {
            long.extend(meant.split(' ').map(str::to_owned));
            at += parts;
        } else {
            long.push(words[at].clone());
            at += 1;
        }
    }
    long
}

/// `s`, `sgtvt` and `h` at their places: "sở", "sở gtvt", "huyện".
fn unglue(word: &str, at: usize, words: &[String], field: Field) -> Vec<String> {
    let leads = at == 0 || words[..at].iter().all(|earlier| earlier == "ubnd");
    if field == Field::Units && leads && at + 1 < words.len() {
        match word {
            "s" => return vec!["so".to_owned()],
            "h" => return vec!["huyen".to_owned()],
            _ => {}
        }
    }
    match word.strip_prefix('s') {
        Some(rest) if field == Field::Units && at == 0 && rest.len() >= 2 && meaning(rest, field, true).is_some() => {
            vec!["so".to_owned(), rest.to_owned()]
        }
        _ => vec![word.to_owned()],
    }
}

fn meaning(joined: &str, field: Field, department: bool) -> Option<&'static str> {
    let in_rows = |rows: &'static [Row]| {
        rows.iter().find(|(short, _)| short.bytes().filter(|b| *b != b' ').eq(joined.bytes())).map(|(_, long)| *long)
    };
    match field {
        Field::Indicators => in_rows(INDICATORS),
        Field::Units => department.then(|| in_rows(DEPARTMENTS)).flatten().or_else(|| in_rows(UNITS)),
    }
}

/// Abbreviates what has an abbreviation, in separate parts ("kh dt") or in one word ("khdt").
fn contract(long: &[String], field: Field, apart: bool) -> Vec<String> {
    let rows = match field {
        Field::Units => UNITS,
        Field::Indicators => INDICATORS,
    };
    let mut short = Vec::new();
    let mut at = 0;
    while at < long.len() {
        let found = rows
            .iter()
            .map(|(abbreviation, meant)| (abbreviation, meant.split(' ').count(), meant))
            .filter(|(_, count, meant)| {
                long.len() - at >= *count && meant.split(' ').eq(long[at..at + count].iter().map(String::as_str))
            })
            .max_by_key(|(_, count, _)| *count);
        if let Some((abbreviation, count, _)) = found {
            if apart {
                short.extend(abbreviation.split(' ').map(str::to_owned));
            } else {
                short.push(abbreviation.replace(' ', ""));
            }
            at += count;
        } else {
            short.push(long[at].clone());
            at += 1;
        }
    }
    short
}

fn is_half(words: &[String], at: usize, field: Field) -> bool {
    let pairs = match field {
        Field::Units => KIND_PAIRS,
        Field::Indicators => INDICATOR_PAIRS,
    };
    pairs.iter().any(|(first, second)| {
        (words[at] == *first && words.get(at + 1).is_some_and(|next| next == second))
            || (words[at] == *second && at > 0 && words[at - 1] == *first)
    })
}

fn weight(word: &str, half: bool, field: Field) -> Weight {
    match field {
        Field::Units if FILLERS.contains(&word) => Weight::Filler,
        Field::Units if half || KINDS.contains(&word) => Weight::Kind,
        Field::Indicators if half || INDICATOR_FILLERS.contains(&word) => Weight::Filler,
        Field::Units | Field::Indicators => Weight::Heavy,
    }
}

/// Whether a word stands in a text other than as the second half of a pair: "xã" does not stand in "thị xã".
pub(super) fn stands_alone(words: &[&str], at: usize) -> bool {
    at == 0 || !KIND_PAIRS.contains(&(words[at - 1], words[at]))
}

/// Whether two words are a kind of unit in which the first may be misspelled: "thj xã".
pub(super) fn is_half_of_kind(first: &str, second: &str) -> bool {
    KIND_PAIRS.iter().any(|(half, other)| *other == second && strsim::damerau_levenshtein(first, half) <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled_out(text: &str, field: Field) -> String {
        expand(&split(text), field).join(" ")
    }

    #[test]
    fn abbreviations_are_spelled_out() {
        for (short, long) in [
            ("so gtvt", "so giao thong van tai"),
            ("sgtvt", "so giao thong van tai"),
            ("s gtvt", "so giao thong van tai"),
            ("so kh va dt", "so ke hoach dau tu"),
            ("so ldtb xh", "so lao dong thuong binh xa hoi"),
            ("so tp", "so tu phap"),
            ("tp quy nhon", "thanh pho quy nhon"),
            ("h an lao", "huyen an lao"),
            ("ubnd h an lao", "ubnd huyen an lao"),
            ("uy ban nhan dan tx an nhon", "ubnd thi xa an nhon"),
            ("bqlkkt", "ban quan ly khu kinh te"),
            ("so kh", "so kh"),
            ("gd", "gd"),
            ("", ""),
        ] {
            assert_eq!(spelled_out(short, Field::Units), long, "{short}");
        }
        assert_eq!(spelled_out("tttt", Field::Indicators), "thanh toan truc tuyen");
        assert_eq!(spelled_out("khai thac csdlqg", Field::Indicators), "khai thac co so du lieu quoc gia");
    }

    #[test]
    fn names_are_abbreviated() {
        let long = split("so ke hoach va dau tu");
        assert_eq!(contract(&long, Field::Units, true).join(" "), "so kh dt");
        assert_eq!(contract(&long, Field::Units, false).join(" "), "so khdt");
    }

    #[test]
    fn a_pair_is_light_and_its_first_half_alone_is_not() {
        let heavy = |text: &str| Form::new(&split(text), Field::Units).squashed;
        assert_eq!(heavy("thanh pho quy nhon"), "quynhon");
        assert_eq!(heavy("huyen vinh thanh"), "vinhthanh");
        assert_eq!(heavy("ubnd thi xa an nhon"), "annhon");
    }

    #[test]
    fn every_row_is_folded() {
        for (short, long) in UNITS.iter().chain(DEPARTMENTS).chain(INDICATORS) {
            assert_eq!(&crate::domain::names::fold(short), short);
            assert_eq!(&crate::domain::names::fold(long), long);
        }
    }
}
