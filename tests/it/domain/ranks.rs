//! Ranks within a tier, held against counting by hand.

use chitieu::domain::assessment::PeriodAssessment;
use chitieu::domain::indicator::Direction;
use chitieu::domain::ranking::Rank;
use proptest::prelude::*;
use rstest::rstest;

use super::build::{COMMUNE, ONLINE, Office, POPULATION, PROVINCIAL, figure, find, snap};

fn places(period: &PeriodAssessment, of: &str) -> Vec<Option<u32>> {
    let cells = period.assessments.iter().filter(|a| a.indicator.as_str() == of);
    cells.map(|a| a.rank.map(|rank| rank.place)).collect()
}

#[rstest]
#[case(&["9/10 90", "8/10 80", "7/10 70"], &[Some(1), Some(2), Some(3)])]
// Equal rates share a rank and the next one skips, however many decimals were printed.
#[case(&["9/10 90", "9/10 90,0", "7/10 70"], &[Some(1), Some(1), Some(3)])]
#[case(&["5/10 50", "9/10 90", "5/10 50", "5/10 50", "1/10 10"], &[Some(2), Some(1), Some(2), Some(2), Some(5)])]
// A published rate ties with one of counts when both are the same number.
#[case(&["1/4 25", "1/4", "1/3"], &[Some(2), Some(2), Some(1)])]
// Zero has a rank; no activity and no data have none and are not counted.
#[case(&["0/10 0", "-/- -", "/ ", "5/10 50"], &[Some(2), None, None, Some(1)])]
#[case(&["-/- -", "-/- -"], &[None, None])]
fn ranks_are_shared_and_skipped(#[case] cells: &[&str], #[case] expected: &[Option<u32>]) {
    let codes: Vec<String> = (0..cells.len()).map(|n| format!("so-{n}")).collect();
    let office = Office::of(&codes.iter().map(|code| (code.as_str(), PROVINCIAL)).collect::<Vec<_>>());
    let rows = codes.iter().zip(cells).map(|(code, cell)| figure(code, ONLINE, cell));
    let period = office.assess(&snap("2023-07-24", rows), None);
    assert_eq!(places(&period, ONLINE), expected);
    let ranked = u32::try_from(expected.iter().flatten().count()).unwrap();
    assert!(period.assessments.iter().filter_map(|a| a.rank).all(|rank| rank.of == ranked));
}

#[test]
fn tiers_and_indicators_are_ranked_apart() {
    let office = Office::of(&[("so-a", PROVINCIAL), ("xa-a", COMMUNE)]);
    let rows = [
        figure("so-a", ONLINE, "1/10 10"),
        figure("xa-a", ONLINE, "9/10 90"),
        figure("so-a", POPULATION, "9/10 90"),
        figure("xa-a", POPULATION, "1/10 10"),
    ];
    let period = office.assess(&snap("2023-07-24", rows), None);
    for (unit, of) in [("so-a", ONLINE), ("xa-a", ONLINE), ("so-a", POPULATION), ("xa-a", POPULATION)] {
        assert_eq!(find(&period, unit, of).rank, Some(Rank { place: 1, of: 1 }), "{unit} {of}");
    }
}

#[test]
fn where_less_is_better_the_lowest_is_first() {
    let mut office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]).measuring(&[ONLINE]);
    office.indicators[0].direction = Direction::LowerIsBetter;
    let rows = [figure("so-a", ONLINE, "9/10 90"), figure("so-b", ONLINE, "1/10 10")];
    assert_eq!(places(&office.assess(&snap("2023-07-24", rows), None), ONLINE), [Some(2), Some(1)]);
}

proptest! {
    #[test]
    fn a_place_is_one_more_than_the_units_that_are_better(rates in prop::collection::vec(0_u32..8, 1..30)) {
        let codes: Vec<String> = (0..rates.len()).map(|n| format!("so-{n}")).collect();
        let office = Office::of(&codes.iter().map(|code| (code.as_str(), PROVINCIAL)).collect::<Vec<_>>());
        let rows = codes.iter().zip(&rates).map(|(code, rate)| figure(code, ONLINE, &format!("{rate}/8")));
        let period = office.assess(&snap("2023-07-24", rows), None);
        for (rate, place) in rates.iter().zip(places(&period, ONLINE)) {
            let better = rates.iter().filter(|other| *other > rate).count();
            prop_assert_eq!(place, Some(u32::try_from(better + 1).unwrap()));
        }
    }
}
