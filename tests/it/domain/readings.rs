//! null is not zero: what every combination of cells means.

use chitieu::domain::assessment::{Rating, actual_rate, is_no_activity};
use chitieu::domain::observation::Observation;

use super::build::{POPULATION, figure, judge};

const CELLS: [&str; 5] = ["5", "-", "", "?", "*"];

/// The rule in one sentence: a zero denominator or a "-" without any figure that gives a rate is no activity; a rate,
/// printed or of counts, is activity; everything else is no data.
fn expected(numerator: &str, denominator: &str, rate: &str) -> Rating {
    let figure = |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit());
    if denominator == "0" {
        Rating::NoActivity
    } else if figure(rate) {
        if rate == "100" { Rating::Met } else { Rating::Missed }
    } else if figure(numerator) && figure(denominator) {
        if numerator == denominator { Rating::Met } else { Rating::Missed }
    } else if [numerator, denominator, rate].contains(&"-") {
        Rating::NoActivity
    } else {
        Rating::NoData
    }
}

#[test]
fn every_combination_of_readings_has_one_meaning() {
    let mut seen = 0;
    for numerator in CELLS.into_iter().chain(["0"]) {
        for denominator in CELLS.into_iter().chain(["0"]) {
            for rate in CELLS.into_iter().chain(["0", "100"]) {
                let rate = if rate == "5" { "50" } else { rate };
                let text = format!("{numerator}/{denominator} {rate}");
                let assessment = judge(POPULATION, "100", &text);
                assert_eq!(assessment.rating, expected(numerator, denominator, rate), "{text:?}");
                let observation: Observation = figure("so-a", POPULATION, &text);
                let no_activity = is_no_activity(&observation);
                assert_eq!(no_activity, assessment.rating == Rating::NoActivity, "{text:?}");
                let has_rate = matches!(assessment.rating, Rating::Met | Rating::Missed);
                assert_eq!(actual_rate(&observation).is_some(), has_rate, "{text:?}");
                assert_eq!(assessment.gap.is_some(), has_rate, "{text:?}");
                if !has_rate {
                    assert_eq!((assessment.needed, assessment.slack), (None, None), "{text:?}");
                    assert!(!assessment.few, "{text:?}: nothing is not a few");
                }
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 6 * 6 * 7);
}

#[test]
fn zero_files_are_a_figure() {
    // Sở Ngoại vụ in July 2023: none of five files was checked. That is missed, not "nothing happened".
    let none_of_five = judge(POPULATION, "100", "0/5 0");
    assert_eq!(none_of_five.rating, Rating::Missed);
    assert_eq!(none_of_five.numerator, Some(0));
    let dash = judge(POPULATION, "100", "-/5 -");
    assert_eq!((dash.rating, dash.numerator), (Rating::NoActivity, None));
    let empty = judge(POPULATION, "100", "/5 ");
    assert_eq!((empty.rating, empty.numerator), (Rating::NoData, None));
}

#[test]
fn without_a_row_there_is_no_data() {
    use super::build::{Office, PROVINCIAL, rated, snap};
    let office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]).measuring(&[POPULATION]);
    let period = office.assess(&snap("2023-07-24", [figure("so-a", POPULATION, "5/5 100")]), None);
    assert_eq!(rated(&period, Rating::NoData), ["so-b/population_db"]);
}
