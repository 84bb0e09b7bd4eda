//! The names of the July 2023 report, asked in the ways in which people type.

mod ask;
mod parts;
mod slips;
mod time;

use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use crate::domain::names::{NameIndex, NameMatch, Suggestion};
use crate::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use std::sync::LazyLock;

/// Code, name as the report prints it, and the aliases that an office may write into its catalog.
const PROVINCIAL: &[(&str, &str, &[&str])] = &[
    ("bql-kkt", "BQL KKT tỉnh", &["Ban Quản lý Khu kinh tế tỉnh Bình Định"]),
    ("so-cong-thuong", "Sở Công Thương", &[]),
    ("so-du-lich", "Sở Du lịch", &[]),
    ("so-gddt", "Sở GD và ĐT", &["Sở Giáo dục và Đào tạo"]),
    ("so-gtvt", "Sở GTVT", &["Sở Giao thông vận tải"]),
    ("so-khdt", "Sở KH và ĐT", &["Sở Kế hoạch và Đầu tư"]),
    ("so-khcn", "Sở KH và CN", &["Sở Khoa học và Công nghệ"]),
    ("so-ldtbxh", "Sở LĐ-TB&XH", &["Sở Lao động - Thương binh và Xã hội"]),
    ("so-ngoai-vu", "Sở Ngoại vụ", &[]),
    ("so-noi-vu", "Sở Nội vụ", &[]),
    ("so-nnptnt", "Sở NN và PTNT", &["Sở Nông nghiệp và Phát triển nông thôn"]),
    ("so-tai-chinh", "Sở Tài chính", &[]),
    ("so-tnmt", "Sở TN và MT", &["Sở Tài nguyên và Môi trường"]),
    ("so-tttt", "Sở TT và TT", &["Sở Thông tin và Truyền thông"]),
    ("so-tu-phap", "Sở Tư pháp", &[]),
    ("so-vhtt", "Sở VH và TT", &["Sở Văn hóa và Thể thao"]),
    ("so-xay-dung", "Sở Xây dựng", &[]),
    ("so-y-te", "Sở Y tế", &[]),
];

/// Districts; each stands in the district table and, by the same name, in the commune table.
const DISTRICTS: &[(&str, &str)] = &[
    ("an-lao", "UBND huyện An Lão"),
    ("hoai-an", "UBND huyện Hoài Ân"),
    ("phu-cat", "UBND huyện Phù Cát"),
    ("phu-my", "UBND huyện Phù Mỹ"),
    ("tay-son", "UBND huyện Tây Sơn"),
    ("tuy-phuoc", "UBND huyện Tuy Phước"),
    ("van-canh", "UBND huyện Vân Canh"),
    ("vinh-thanh", "UBND huyện Vĩnh Thạnh"),
    ("an-nhon", "UBND thị xã An Nhơn"),
    ("hoai-nhon", "UBND thị xã Hoài Nhơn"),
    ("quy-nhon", "UBND TP. Quy Nhơn"),
];

fn unit(code: &str, name: &str, qualifier: &str, tier: &str, aliases: &[&str]) -> OrgUnit {
    OrgUnit {
        code: UnitCode::parse(code).unwrap(),
        name: name.to_owned(),
        qualifier: qualifier.to_owned(),
        tier: TierCode::parse(tier).unwrap(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    }
}

/// The 40 units, with or without aliases.
fn units(aliases: bool) -> Vec<OrgUnit> {
    let of = |given: &'static [&'static str]| if aliases { given } else { &[] };
    let provincial = PROVINCIAL.iter().map(|(code, name, given)| unit(code, name, "", "provincial", of(given)));
    let districts = DISTRICTS.iter().map(|(code, name)| unit(&format!("{code}-huyen"), name, "", "district", &[]));
    let communes = DISTRICTS.iter().map(|(code, name)| unit(&format!("{code}-xa"), name, "các xã", "commune", &[]));
    provincial.chain(districts).chain(communes).collect()
}

fn tiers() -> Vec<Tier> {
    let tier = |code: &str, name: &str, headings: &[&str]| Tier {
        code: TierCode::parse(code).unwrap(),
        name: name.to_owned(),
        headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
    };
    vec![
        tier("provincial", "Cấp tỉnh", &["cap tinh"]),
        tier("district", "Cấp huyện", &["cap huyen"]),
        tier("commune", "Cấp xã", &["cap xa"]),
    ]
}

/// Made once: the property tests ask it thousands of times.
fn index() -> &'static NameIndex {
    static INDEX: LazyLock<NameIndex> =
        LazyLock::new(|| NameIndex::new(&units(true), &tiers()).at_home_in("tỉnh Bình Định"));
    &INDEX
}

fn indicators() -> Vec<Indicator> {
    let indicator = |code: &str, name: &str, short: &str, aliases: &[&str]| Indicator {
        code: IndicatorCode::parse(code).unwrap(),
        name: name.to_owned(),
        short_name: short.to_owned(),
        needed_noun: String::new(),
        direction: Direction::HigherIsBetter,
        remedy: Remedy::New,
        denominator: DenominatorSource::Own,
        scale: crate::domain::scale::Scale::Percent,
        zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
        basis: String::new(),
        headings: Vec::new(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    };
    vec![
        indicator("online_submission", "Hồ sơ trực tuyến", "Hồ sơ trực tuyến", &["hồ sơ", "nộp trực tuyến"]),
        indicator("online_payment", "Thanh toán trực tuyến", "Thanh toán trực tuyến", &["thanh toán"]),
        indicator("digitization", "Số hóa thành phần hồ sơ, kết quả", "Số hóa hồ sơ", &["số hóa"]),
        indicator("electronic_result", "Cấp kết quả điện tử", "Cấp kết quả điện tử", &["kết quả"]),
        indicator("population_db", "Khai thác CSDL quốc gia về dân cư", "Khai thác CSDL dân cư", &["dân cư"]),
    ]
}

/// Short codes: `an-lao` for both rows of An Lão, `so-y-te` for one.
fn short(units: &[UnitCode]) -> String {
    let both = |code: &str| {
        let stem = code.strip_suffix("-huyen")?;
        (units.len() == 2 && units[1].as_str() == format!("{stem}-xa")).then(|| stem.to_owned())
    };
    match units.first().and_then(|code| both(code.as_str())) {
        Some(stem) => stem,
        None => units.iter().map(UnitCode::as_str).collect::<Vec<_>>().join("+"),
    }
}

fn list(suggestions: &[Suggestion]) -> String {
    let mut names: Vec<String> = suggestions.iter().map(|suggestion| short(&suggestion.units)).collect();
    names.sort();
    names.join(" ")
}

/// An answer in one line: `= so-y-te`, `? hoai-an hoai-nhon`, `- an-lao` (unknown, with its suggestions sorted).
fn answer(index: &NameIndex, query: &str) -> String {
    match index.find(query) {
        NameMatch::One(units) => format!("= {}", short(&units)),
        NameMatch::Ambiguous(names) => {
            assert!((2..=4).contains(&names.len()), "{query}: {names:?}");
            format!("? {}", list(&names))
        }
        NameMatch::Unknown(names) => {
            assert!(names.len() <= 3, "{query}: {names:?}");
            format!("- {}", list(&names)).trim_end().to_owned()
        }
    }
}
