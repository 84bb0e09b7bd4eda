//! What a snapshot is beside those that are there, and what it corrects.

use chitieu::domain::assessment::Rating;
use chitieu::domain::correction::{CorrectionPolicy, Standing, corrections, corrects, standing};
use chitieu::domain::digest::Corrected;
use chitieu::domain::snapshot::SnapshotHeader;
use rstest::rstest;

use super::build::{ONLINE, Office, PAYMENT, PROVINCIAL, Snap, figure, header, snap};

const POLICY: CorrectionPolicy = CorrectionPolicy { months_back: 1 };

/// `2023-07-24#2`; nothing for none.
fn read(text: &str) -> Option<SnapshotHeader> {
    let (day, number) = text.split_once('#')?;
    Some(header(day, number.parse().unwrap()))
}

/// What counts includes what is judged: it is recorded.
#[rstest]
// Snapshot, newest of all, counting in its month, published before it.
#[case::the_first("2023-07-24#1", "2023-07-24#1", "2023-07-24#1", "", Standing::News)]
#[case::the_next_day("2023-07-25#2", "2023-07-25#2", "2023-07-25#2", "2023-07-24#1", Standing::News)]
#[case::the_same_day("2023-07-24#2", "2023-07-24#2", "2023-07-24#2", "2023-07-24#1", Standing::Correction { newest: true })]
#[case::the_month_closes("2023-07-31#2", "2023-07-31#2", "2023-07-31#2", "2023-07-24#1", Standing::News)]
#[case::a_closed_month("2023-07-31#3", "2023-07-31#3", "2023-07-31#3", "2023-07-31#2", Standing::Correction { newest: true })]
#[case::overtaken_before_it_was_decided("2023-07-24#1", "2023-07-25#2", "2023-07-25#2", "", Standing::Overtaken)]
#[case::an_earlier_day_again("2023-07-24#3", "2023-07-25#2", "2023-07-25#2", "2023-07-24#1", Standing::Overtaken)]
#[case::the_month_before_for_the_first_time("2023-06-30#1", "2023-07-24#1", "2023-06-30#1", "", Standing::Past)]
#[case::the_month_before_goes_on("2023-06-30#2", "2023-07-24#1", "2023-06-30#2", "2023-06-24#1", Standing::Past)]
#[case::the_month_before_is_corrected("2023-06-30#2", "2023-07-24#1", "2023-06-30#2", "2023-06-30#1", Standing::Correction { newest: false })]
#[case::two_months_back("2023-05-31#2", "2023-07-24#1", "2023-05-31#2", "2023-05-31#1", Standing::OldCorrection)]
#[case::over_the_year("2022-12-31#2", "2023-01-10#1", "2022-12-31#2", "2022-12-31#1", Standing::Correction { newest: false })]
fn standings(
    #[case] of: &str,
    #[case] newest: &str,
    #[case] counting: &str,
    #[case] published: &str,
    #[case] expected: Standing,
) {
    let [newest, counting, published] = [newest, counting, published].map(read);
    let found = standing(&read(of).unwrap(), newest.as_ref(), counting.as_ref(), published.as_ref(), POLICY);
    assert_eq!(found, expected);
}

#[test]
fn going_on_is_no_correction() {
    let day = |text: &str| read(text).unwrap();
    assert!(corrects(&day("2023-07-24#2"), &day("2023-07-24#1")));
    assert!(!corrects(&day("2023-07-25#2"), &day("2023-07-24#1")));
    assert!(!corrects(&day("2023-08-24#1"), &day("2023-07-31#1")));
}

fn figures(online: &str, payment: &str) -> Snap {
    snap(
        "2023-07-24",
        [figure("so-a", ONLINE, online), figure("so-a", PAYMENT, payment), figure("so-b", ONLINE, "6/10 60")],
    )
}

/// What is corrected of so-a, whose online figure was 29 of 100 (missed) and whose payment had not happened.
#[rstest]
#[case::nothing("29/100 29", "-/- -", "")]
#[case::a_printed_decimal_is_nothing("29/100 29,0", "-/- -", "")]
#[case::the_rate("29/100 29,5", "-/- -", "online_submission missed")]
#[case::the_numerator("30/100 29", "-/- -", "online_submission missed")]
#[case::the_denominator("29/101 29", "-/- -", "online_submission missed")]
#[case::the_rating("60/100 60", "-/- -", "online_submission missed")]
#[case::something_happened("29/100 29", "1/10 10", "online_payment no_activity")]
#[case::both("60/100 60", "1/10 10", "online_submission missed, online_payment no_activity")]
fn what_is_corrected(#[case] online: &str, #[case] payment: &str, #[case] expected: &str) {
    let office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]);
    let before = office.assess(&figures("29/100 29", "-/- -"), None);
    let now = office.assess(&figures(online, payment).numbered(2), None);
    let found = corrections(&before, &now);
    let figures = found.iter().flat_map(|c| {
        assert_eq!(c.unit.as_str(), "so-a");
        &c.figures
    });
    let rating =
        |f: &chitieu::domain::correction::CorrectedFigure| f.before.as_ref().map_or(Rating::NoData, |b| b.rating);
    let said: Vec<_> = figures.map(|f| format!("{} {}", f.indicator, rating(f).as_str())).collect();
    assert_eq!(said.join(", "), expected);
    assert_eq!(Corrected::of(&found).is_some(), !expected.is_empty());
}
