//! Averages of scopes: ΣN/ΣD, and bounds that hold the truth while denominators are hidden.

use chitieu::domain::assessment::Figures;
use chitieu::domain::audit::{self, scope_sum};
use chitieu::domain::digest;
use chitieu::domain::observation::PublishedAverage;
use chitieu::domain::rate::{Exact, MAX_COUNT, decimal_vi};
use proptest::prelude::*;
use rstest::rstest;

use super::build::{ONLINE, Office, PROVINCIAL, RESULT, Snap, figure, find, indicator, percent, scope, snap, target};
use super::needed::print;

/// Units with their true counts, and how the source shows each.
fn units() -> impl Strategy<Value = Vec<(u64, u64, u8, bool, bool)>> {
    let one = (1_u64..3000).prop_flat_map(|d| (0..=d, Just(d), 0_u8..3, any::<bool>(), any::<bool>()));
    prop::collection::vec(one, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever the office prints, truncated or rounded, with or without denominators: the truth is within the bounds.
    #[test]
    fn the_truth_is_within_the_bounds(units in units()) {
        let (mut numerator, mut denominator) = (0, 0);
        let mut rows = Vec::new();
        for &(n, d, decimals, round, hidden) in &units {
            (numerator, denominator) = (numerator + n, denominator + d);
            let rate = print(n, d, decimals, round).to_string();
            let shown = if hidden { "*".to_owned() } else { d.to_string() };
            rows.push(figure("so-a", RESULT, &format!("{n}/{shown} {rate}")));
        }
        let truth = Exact::new(i128::from(numerator) * 100, i128::from(denominator));
        let Some(sum) = scope_sum(rows.iter()) else {
            prop_assert!(units.iter().all(|u| u.4 && (u.0 == 0 || print(u.0, u.1, u.2, u.3) == percent("0"))));
            return Ok(());
        };
        prop_assert!(sum.bounds.0 <= truth && truth <= sum.bounds.1, "{} in {:?}", decimal_vi(truth, 3), sum);
        prop_assert!(sum.bounds.0 <= sum.rate && sum.rate <= sum.bounds.1);
        if units.iter().all(|u| !u.4) {
            prop_assert!(!sum.approximate);
            prop_assert_eq!(sum.rate, truth);
        }
    }

    /// Rates that no counts give (mistakes of the source) neither panic nor turn the bounds round.
    #[test]
    fn nonsense_keeps_the_bounds_in_order(cells in prop::collection::vec((0..=MAX_COUNT, -1000_i64..1_000_000, 0_u8..=4), 1..40)) {
        let rows: Vec<_> = cells
            .iter()
            .map(|(n, mantissa, decimals)| {
                let rate = chitieu::domain::rate::Percent::new(*mantissa, *decimals).unwrap();
                let rate = rate.to_string().replace('.', "").replace('−', "-");
                figure("so-a", RESULT, &format!("{n}/* {rate}"))
            })
            .collect();
        if let Some(sum) = scope_sum(rows.iter()) {
            prop_assert!(sum.bounds.0 <= sum.rate && sum.rate <= sum.bounds.1);
        }
    }

    /// Rates of counts have denominators without a common divisor: their exact mean fits into no integer.
    #[test]
    fn a_whole_country_of_counts_does_not_overflow(cells in prop::collection::vec((0..=MAX_COUNT, 1..=MAX_COUNT), 30..60)) {
        let codes: Vec<String> = (0..cells.len()).map(|n| format!("so-{n}")).collect();
        let office = Office::of(&codes.iter().map(|code| (code.as_str(), PROVINCIAL)).collect::<Vec<_>>());
        let rows: Vec<_> = codes
            .iter()
            .zip(&cells)
            .flat_map(|(code, (n, d))| office.indicators.iter().enumerate().map(move |(at, i)| {
                figure(code, i.code.as_str(), &format!("{n}/{}", d.saturating_sub(at as u64).max(1)))
            }))
            .collect();
        let now = snap("2023-07-24", rows);
        let period = office.assess(&now, None);
        let averages = [PublishedAverage { scope: scope("province"), indicator: indicator(ONLINE), rate: percent("50") }];
        let _ = audit::audit(office.yardstick(), now.figures(), &averages, None);
        let digest = digest::digest(office.yardstick(), &office.tiers, &period, now.figures(), &averages, None);
        for pair in digest.lowest.windows(2) {
            let key = |at: usize| (pair[at].totals.missed, pair[at].distance);
            prop_assert!(key(0) >= key(1));
        }
    }
}

#[test]
fn an_average_is_no_mean_of_rates() {
    let rows = [figure("so-a", ONLINE, "1/1 100"), figure("so-b", ONLINE, "0/99 0")];
    let sum = scope_sum(rows.iter()).unwrap();
    assert_eq!((sum.numerator, sum.denominator), (1, 100));
    assert_eq!(sum.rate, Exact::from(1));
    assert_eq!(sum.plain_mean, Exact::from(50));
}

#[rstest]
// No activity, no data and cells that cannot be read count nowhere.
#[case(&["1/2 50", "-/- -", "/ ", "?/7 ?", "0/0 0"], Some("50,0"))]
#[case(&["-/- -", "/ "], None)]
// A unit of which only the rate is known has no weight.
#[case(&["1/2 50", "*/* 90"], Some("50,0"))]
// No denominator at all: what 0 % stands for, nobody knows.
#[case(&["0/* 0"], None)]
#[case(&["5/* 50", "0/* 0"], Some("50,0"))]
fn what_counts_in_a_sum(#[case] cells: &[&str], #[case] expected: Option<&str>) {
    let rows: Vec<_> = cells.iter().map(|cell| figure("so-a", RESULT, cell)).collect();
    assert_eq!(scope_sum(rows.iter()).map(|sum| decimal_vi(sum.rate, 1)).as_deref(), expected);
}

#[test]
fn a_hidden_denominator_behind_zero_leaves_everything_below_possible() {
    let rows = [figure("so-a", RESULT, "5/* 50,0"), figure("so-b", RESULT, "0/* 0,0")];
    let sum = scope_sum(rows.iter()).unwrap();
    assert!(sum.approximate);
    assert_eq!(sum.bounds.0, Exact::from(0));
    // The mean of the rates knows it, and so finds an office that averaged rates.
    assert_eq!(sum.plain_mean, Exact::from(25));
}

/// Published average and whether it is a contradiction, over 50 of 100 files and a hidden half of about 100.
#[rstest]
#[case("50/100 50", "50/100 50", "50", false)]
#[case("50/100 50", "50/100 50", "51", true)]
#[case("50/100 50", "25/100 25", "37,5", false)]
// 37,54 truncates to 37,5.
#[case("503/1000 50,3", "248/1000 24,8", "37,5", false)]
#[case("503/1000 50,3", "248/1000 24,8", "37,6", false)]
#[case("503/1000 50,3", "248/1000 24,8", "37,7", true)]
// Hidden: 49–51 files stand behind 25 of 50 %, and the sum may lie anywhere between.
#[case("50/* 50", "10/* 10", "30", false)]
#[case("50/* 50", "10/* 10", "36", true)]
fn a_printed_average_is_held_against_what_is_possible(
    #[case] first: &str,
    #[case] second: &str,
    #[case] printed: &str,
    #[case] differs: bool,
) {
    let office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]);
    let now = snap("2023-07-24", [figure("so-a", RESULT, first), figure("so-b", RESULT, second)]);
    let averages =
        [PublishedAverage { scope: scope(PROVINCIAL), indicator: indicator(RESULT), rate: percent(printed) }];
    let findings = audit::audit(office.yardstick(), now.figures(), &averages, None);
    assert_eq!(!findings.is_empty(), differs, "{findings:?}");
}

fn change(office: &Office, now: &Snap, before: &Snap) -> Option<String> {
    let period = office.assess(now, Some(before));
    let previous: Figures<'_> = before.figures();
    let digest = digest::digest(office.yardstick(), &office.tiers, &period, now.figures(), &[], Some(previous));
    digest.scopes[0].indicators[0].change.map(|points| points.to_string())
}

#[test]
fn a_scope_moves_only_where_the_basis_is_the_same() {
    let office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]).measuring(&[ONLINE]);
    let june = snap("2023-06-24", [figure("so-a", ONLINE, "10/100 10"), figure("so-b", ONLINE, "10/100 10")]);
    let july = snap("2023-07-24", [figure("so-a", ONLINE, "20/100 20"), figure("so-b", ONLINE, "30/100 30")]);
    assert_eq!(change(&office, &july, &june).as_deref(), Some("+15,0 điểm %"));
    assert_eq!(change(&office, &july.clone().on_basis("2024"), &june), None);
    let hidden = snap("2023-07-24", [figure("so-a", ONLINE, "20/* 20"), figure("so-b", ONLINE, "30/* 30")]);
    assert_eq!(change(&office, &hidden, &june), None);
    // One cell that lost its denominator is an accident, not another basis.
    let one = snap("2023-07-24", [figure("so-a", ONLINE, "20/? 20"), figure("so-b", ONLINE, "30/100 30")]);
    assert_eq!(change(&office, &one, &june).as_deref(), Some("+15,0 điểm %"));

    let mut raised = office.clone();
    let mut from_july = target("80", chitieu::domain::target::TargetOrigin::Default);
    from_july.valid_from = Some(super::build::period("2023-07"));
    let mut defaults = super::build::defaults_of_2023();
    defaults.push(chitieu::domain::target::DefaultTarget {
        indicator: indicator(ONLINE),
        tier: None,
        target: from_july,
    });
    raised.targets = chitieu::domain::target::TargetBook::new([], defaults);
    assert_eq!(find(&raised.assess(&july, None), "so-a", ONLINE).target.level, percent("80"));
    assert_eq!(change(&raised, &july, &june), None, "the target was raised");
}
