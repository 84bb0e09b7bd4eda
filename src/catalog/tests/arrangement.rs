//! The arrangement of 2025, as it stands in a folder of its own beside the embedded catalog.

use crate::catalog::Catalog;
use crate::domain::lineage::successors;
use crate::domain::names::{NameIndex, NameMatch, in_time};
use crate::domain::org_unit::OrgUnit;
use chrono::NaiveDate;
use std::path::Path;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn arranged() -> Catalog {
    Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/binh-dinh-2025")).unwrap()
}

#[test]
fn the_districts_of_the_embedded_catalog_end_with_june_2025() {
    let units = Catalog::embedded().unwrap().units;
    let on = |text: &str| units.iter().filter(|unit| unit.is_valid_on(day(text))).count();
    assert_eq!((on("2023-07-24"), on("2025-06-30"), on("2025-07-01")), (40, 40, 18));
}

#[test]
fn the_arrangement_adds_what_began_and_says_what_ended() {
    let (embedded, arranged) = (Catalog::embedded().unwrap(), arranged());
    for unit in &embedded.units {
        let known = arranged.unit(&unit.code).unwrap();
        let same = OrgUnit { valid_to: unit.valid_to, successors: Vec::new(), ..known.clone() };
        assert_eq!(same, *unit, "only validity differs");
    }
    let on = |text: &str| arranged.units.iter().filter(|unit| unit.is_valid_on(day(text))).count();
    // 18 departments, 12 of which become 6.
    assert_eq!((on("2025-02-28"), on("2025-03-01"), on("2025-07-01")), (40, 34, 12));
    for unit in arranged.units.iter().filter(|unit| unit.valid_to == Some(day("2025-02-28"))) {
        assert_eq!(successors(&arranged.units, unit, day("2025-03-01")).len(), 1, "{}", unit.code);
    }
    let told: Vec<String> = arranged
        .units
        .iter()
        .filter(|unit| unit.valid_from.is_some())
        .map(|new| {
            let before = arranged.units.iter().filter(|old| old.successors.contains(&new.code));
            format!("{} = {}", new.code, before.map(|old| old.name.as_str()).collect::<Vec<_>>().join(" + "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "so-khoa-hoc-cong-nghe-2025 = Sở KH và CN + Sở TT và TT",
            "so-noi-vu-2025 = Sở LĐ-TB&XH + Sở Nội vụ",
            "so-nong-nghiep-moi-truong = Sở NN và PTNT + Sở TN và MT",
            "so-tai-chinh-2025 = Sở KH và ĐT + Sở Tài chính",
            "so-van-hoa-the-thao-du-lich = Sở Du lịch + Sở VH và TT",
            "so-xay-dung-2025 = Sở GTVT + Sở Xây dựng",
        ]
    );
}

#[test]
fn every_spelling_leads_to_the_unit_of_its_time() {
    let catalog = arranged();
    let index = NameIndex::new(&catalog.units, &catalog.tiers).at_home_in(&catalog.organisation.name);
    for on in ["2023-07-24", "2025-03-24"].map(day) {
        for unit in catalog.units.iter().filter(|unit| unit.is_valid_on(on)) {
            for text in std::iter::once(&unit.name).chain(&unit.aliases) {
                let NameMatch::One(found) = in_time(index.find(text), &catalog.units, on) else {
                    panic!("{text:?} is a question on {on}")
                };
                assert!(found.contains(&unit.code), "{text:?} leads to {found:?} on {on}");
                let rows = if unit.tier.as_str() == "provincial" { 1 } else { 2 };
                assert_eq!(found.len(), rows, "{text:?} leads to {found:?} on {on}");
            }
        }
    }
    // A name that nobody bears any more leads to who bore it.
    let NameMatch::One(found) = in_time(index.find("sở giao thông vận tải"), &catalog.units, day("2026-11-24"))
    else {
        panic!("it is a question")
    };
    assert_eq!(found.iter().map(|unit| unit.as_str()).collect::<Vec<_>>(), ["so-giao-thong-van-tai"]);
}
