//! Indicators and tiers, shared names, and catalogs unlike this one.

use super::*;
use crate::domain::names::{Score, find_indicator, find_tier, leading_indicator, trailing_indicator};

fn codes(found: NameMatch) -> String {
    match found {
        NameMatch::One(units) => units.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(" "),
        NameMatch::Ambiguous(names) => format!("? {}", list(&names)),
        NameMatch::Unknown(names) => format!("- {}", list(&names)),
    }
}

#[test]
fn indicators_are_found() {
    let indicators = indicators();
    for (query, code) in [
        ("Hồ sơ trực tuyến", "online_submission"),
        ("ho so truc tuyen", "online_submission"),
        ("online_submission", "online_submission"),
        ("nộp trực tuyến", "online_submission"),
        ("hstt", "online_submission"),
        ("hồ sơ trực tuyền", "online_submission"),
        ("thanh toán", "online_payment"),
        ("thanh toan truc tuyen", "online_payment"),
        ("tttt", "online_payment"),
        ("thanh toná trực tuyến", "online_payment"),
        ("số hóa", "digitization"),
        ("số hoá hồ sơ", "digitization"),
        ("so hoa", "digitization"),
        ("tỷ lệ số hóa", "digitization"),
        ("Số hóa thành phần hồ sơ", "digitization"),
        ("kết quả điện tử", "electronic_result"),
        ("kqđt", "-"),
        ("kq điện tử", "electronic_result"),
        ("điện tử", "electronic_result"),
        ("dân cư", "population_db"),
        ("csdl dân cư", "population_db"),
        ("csdlqg về dân cư", "population_db"),
        ("cơ sở dữ liệu quốc gia về dân cư", "population_db"),
        ("khai thác dữ liệu dân cư", "population_db"),
        ("trực tuyến", "-"),
        ("chỉ tiêu", "-"),
        ("tỷ lệ", "-"),
        ("", "-"),
        ("sở y tế", "-"),
        ("xyz", "-"),
    ] {
        let found = find_indicator(&indicators, query);
        assert_eq!(found.as_ref().map_or("-", IndicatorCode::as_str), code, "{query}");
    }
}

#[test]
fn an_indicator_begins_or_ends_a_text() {
    let indicators = indicators();
    for (text, code, rest) in [
        ("thanh toán trực tuyến do hệ thống lỗi", "online_payment", "do hệ thống lỗi"),
        ("thanh toán: do lỗi mạng", "online_payment", "do lỗi mạng"),
        ("số hóa hồ sơ, thiếu máy quét", "digitization", "thiếu máy quét"),
        ("so hoa thieu may quet", "digitization", "thieu may quet"),
        ("online_payment ngân hàng bảo trì", "online_payment", "ngân hàng bảo trì"),
        ("khai thác csdl dân cư mất kết nối", "population_db", "mất kết nối"),
        ("số hóa", "digitization", ""),
    ] {
        let (found, left) = leading_indicator(&indicators, text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.as_str(), left), (code, rest), "{text}");
    }
    assert_eq!(leading_indicator(&indicators, "do hệ thống lỗi"), None);
    assert_eq!(leading_indicator(&indicators, ""), None);
    for (text, rest, code) in [
        ("sở y tế số hóa", "sở y tế", "digitization"),
        ("an lão, thanh toán trực tuyến", "an lão", "online_payment"),
        ("sở tư pháp hồ sơ trực tuyến", "sở tư pháp", "online_submission"),
        ("sở y tế kết quả điện tử", "sở y tế", "electronic_result"),
        ("thanh toán", "", "online_payment"),
    ] {
        let (left, found) = trailing_indicator(&indicators, text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((left, found.as_str()), (rest, code), "{text}");
    }
    for (_, name, aliases) in PROVINCIAL {
        // "TT và TT" abbreviates both; whoever asks tries the whole text as a unit first.
        for name in std::iter::once(name).chain(*aliases).filter(|name| **name != "Sở TT và TT") {
            assert_eq!(trailing_indicator(&indicators, name), None, "{name}");
        }
    }
    for (_, name) in DISTRICTS {
        assert_eq!(trailing_indicator(&indicators, name), None, "{name}");
    }
}

#[test]
fn tiers_are_found() {
    let tiers = tiers();
    for (query, code) in [
        ("cấp huyện", "district"),
        ("huyện", "district"),
        ("các xã", "commune"),
        ("Cấp xã", "commune"),
        ("provincial", "provincial"),
        ("tinh", "provincial"),
        ("thị xã", "-"),
        ("", "-"),
        ("cấp", "-"),
    ] {
        assert_eq!(find_tier(&tiers, query).as_ref().map_or("-", TierCode::as_str), code, "{query}");
    }
}

#[test]
fn a_name_in_full_finds_its_abbreviation_and_the_other_way_round() {
    let units = [
        unit("a", "Sở Khoa học và Công nghệ", "", "provincial", &[]),
        unit("b", "Sở Kế hoạch và Đầu tư", "", "provincial", &[]),
        unit("c", "Sở Dân tộc và Tôn giáo", "", "provincial", &[]),
        unit("d", "Sở Văn hóa, Thể thao và Du lịch", "", "provincial", &[]),
    ];
    let index = NameIndex::new(&units, &tiers());
    for (query, code) in
        [("sở kh", "? a b"), ("khcn", "a"), ("KH&ĐT", "b"), ("dttg", "c"), ("sở vhttdl", "d"), ("du lịch", "d")]
    {
        assert_eq!(codes(index.find(query)), code, "{query}");
    }
}

#[test]
fn names_that_contain_one_another_are_told_apart() {
    let units = [
        unit("phuong", "Phường An Nhơn", "", "commune", &[]),
        unit("bac", "Phường An Nhơn Bắc", "", "commune", &[]),
        unit("dong", "Phường An Nhơn Đông", "", "commune", &[]),
        unit("huyen", "Huyện Phù Mỹ", "", "district", &[]),
        unit("xa", "Xã Phù Mỹ", "", "commune", &[]),
    ];
    let index = NameIndex::new(&units, &tiers());
    for (query, code) in [
        ("an nhơn", "phuong"),
        ("an nhơn bắc", "bac"),
        ("an nhơn đong", "dong"),
        ("an nho", "phuong"),
        ("nhơn", "? bac dong phuong"),
        ("phù mỹ", "? huyen xa"),
        ("xã phù mỹ", "xa"),
        ("huyện phù mỹ", "huyen"),
        ("cấp xã phù mỹ", "xa"),
        ("cấp huyện phù mỹ", "huyen"),
    ] {
        assert_eq!(codes(index.find(query)), code, "{query}");
    }
}

#[test]
fn an_alias_may_belong_to_one_row_only_or_to_two_names() {
    let units = [
        unit("xd-cu", "Sở Xây dựng", "", "provincial", &["sở xây"]),
        unit("xd-moi", "Sở Xây dựng", "mới", "provincial", &[]),
        unit("gt", "Sở Giao thông", "", "provincial", &["sở xây"]),
    ];
    let index = NameIndex::new(&units, &tiers());
    assert_eq!(codes(index.find("sở xây dựng")), "xd-cu xd-moi");
    assert_eq!(codes(index.find("sở xây dựng (mới)")), "xd-moi");
    assert_eq!(codes(index.find("sở xây")), "? gt xd-cu");
}

#[test]
fn scores_are_told() {
    let index = index();
    let NameMatch::Ambiguous(names) = index.find("phù") else { panic!("ambiguous") };
    assert_eq!(names[0].name, "UBND huyện Phù Cát");
    assert_eq!(names[0].score, Score::PerMille(1000));
    let NameMatch::Unknown(names) = index.find("tây ninh") else { panic!("unknown") };
    assert_eq!(names[0].score, Score::PerMille(500));
    assert!(Score::Exact > Score::PerMille(1000));
}

#[test]
fn an_empty_catalog_knows_nothing() {
    let index = NameIndex::new(&[], &[]);
    assert_eq!(codes(index.find("an lão")), "- ");
}
