//! Which unit a name means on which day.

use super::unit;
use crate::domain::names::{NameIndex, NameMatch, in_time};
use crate::domain::org_unit::{OrgUnit, UnitCode};
use rstest::rstest;

/// March 2025: transport joins construction under the old name, agriculture and environment become one.
fn units() -> Vec<OrgUnit> {
    let ended = |code: &str, name: &str, aliases: &[&str], successor: &str| OrgUnit {
        valid_to: Some("2025-02-28".parse().unwrap()),
        successors: vec![UnitCode::parse(successor).unwrap()],
        ..unit(code, name, "", "provincial", aliases)
    };
    let new = |code: &str, name: &str, aliases: &[&str]| OrgUnit {
        valid_from: Some("2025-03-01".parse().unwrap()),
        ..unit(code, name, "", "provincial", aliases)
    };
    let district = |code: &str, tier: &str, ended: bool| OrgUnit {
        valid_to: ended.then(|| "2025-06-30".parse().unwrap()),
        ..unit(code, "UBND huyện An Lão", tier, tier, &["An Lão"])
    };
    vec![
        ended("gtvt", "Sở GTVT", &["Sở Giao thông vận tải", "Giao thông"], "xd-2025"),
        ended("xd", "Sở Xây dựng", &["Xây dựng", "sxd"], "xd-2025"),
        new("xd-2025", "Sở Xây dựng", &["Xây dựng", "sxd"]),
        ended("nnptnt", "Sở NN và PTNT", &["Sở Nông nghiệp và Phát triển nông thôn", "Sở Nông nghiệp"], "nnmt"),
        ended("tnmt", "Sở TN và MT", &["Sở Tài nguyên và Môi trường"], "nnmt"),
        new("nnmt", "Sở NN và MT", &["Sở Nông nghiệp và Môi trường", "Sở Nông nghiệp"]),
        unit("tp", "Sở Tư pháp", "", "provincial", &[]),
        district("al-huyen", "district", true),
        district("al-xa", "commune", false),
    ]
}

#[rstest]
#[case("sở xây dựng", "2025-02-28", "xd")]
#[case("sở xây dựng", "2025-03-01", "xd-2025")]
#[case("sxd", "2023-07-24", "xd")]
#[case("xay dug", "2025-03-01", "xd-2025")]
// An old name leads to the unit that had it, before and after.
#[case("sở gtvt", "2023-07-24", "gtvt")]
#[case("sở gtvt", "2026-01-01", "gtvt")]
#[case("giao thông", "2026-01-01", "gtvt")]
#[case("sở nông nghiệp và phát triển nông thôn", "2026-01-01", "nnptnt")]
// Both were and are called so for short.
#[case("sở nông nghiệp", "2025-02-28", "nnptnt")]
#[case("sở nông nghiệp", "2025-03-01", "nnmt")]
#[case("xd", "2026-01-01", "xd")]
#[case("tp", "2023-07-24", "tp")]
#[case("an lão", "2025-06-30", "al-huyen al-xa")]
#[case("an lão", "2025-07-01", "al-xa")]
#[case("an lão cấp huyện", "2025-07-01", "al-huyen")]
fn a_name_means_the_unit_of_the_day(#[case] asked: &str, #[case] day: &str, #[case] expected: &str) {
    let units = units();
    let index = NameIndex::new(&units, &super::tiers());
    let NameMatch::One(found) = in_time(index.find(asked), &units, day.parse().unwrap()) else {
        panic!("{asked} on {day} is a question")
    };
    assert_eq!(found.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(" "), expected, "{asked} on {day}");
}

#[test]
fn what_is_unknown_stays_so() {
    let units = units();
    let index = NameIndex::new(&units, &super::tiers());
    assert!(matches!(in_time(index.find("xyz"), &units, "2025-03-01".parse().unwrap()), NameMatch::Unknown(_)));
}
