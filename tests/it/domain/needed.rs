//! How many files are still needed, and how many may fail: against a search that tries one file after the other.

use chitieu::domain::assessment::{Needed, Rating, implied_denominator, rate_follows};
use chitieu::domain::rate::{Exact, MAX_COUNT, Percent};
use proptest::prelude::*;
use rstest::rstest;

use super::build::{DIGITIZATION, ONLINE, POPULATION, RESULT, judge, percent};

/// Whether n of d reach a target of `mantissa / 10^decimals` percent, in whole numbers only.
fn reaches(n: u64, d: u64, target: Percent) -> bool {
    let scale = 10_i128.pow(u32::from(target.decimals()));
    i128::from(n) * 100 * scale >= i128::from(target.mantissa()) * i128::from(d)
}

/// Compliant new files, one after the other. Beyond the limit nothing is reached.
fn search_new(n: u64, d: u64, target: Percent, limit: u64) -> Option<u64> {
    (0..=limit).find(|k| reaches(n + k, d + k, target))
}

/// Files already received, worked on one after the other.
fn search_convert(n: u64, d: u64, target: Percent) -> Option<u64> {
    (0..=d.saturating_sub(n)).find(|k| reaches(n + k, d, target))
}

/// Failing files, one after the other, while the target stays reached.
fn search_slack(n: u64, d: u64, target: Percent, limit: u64) -> Option<u64> {
    (0..=limit).take_while(|k| reaches(n, d + k, target)).last()
}

/// Targets as offices assign them, with and without decimals, the full hundred, and some that nobody should.
fn targets() -> impl Strategy<Value = Percent> {
    prop_oneof![
        (1_i64..=100).prop_map(|whole| Percent::new(whole, 0).unwrap()),
        (1_i64..=1000).prop_map(|tenths| Percent::new(tenths, 1).unwrap()),
        (1_i64..=10_000).prop_map(|hundredths| Percent::new(hundredths, 2).unwrap()),
        Just(percent("100")),
        Just(percent("100,0")),
        Just(percent("99,9")),
        Just(percent("66,67")),
        Just(percent("33,3333")),
        Just(percent("105")),
    ]
}

fn show(target: Percent) -> String {
    target.to_string().replace('%', "")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn new_files_are_the_fewest_that_reach_it((d, n) in (1_u64..200).prop_flat_map(|d| (Just(d), 0..=d)), target in targets()) {
        let assessment = judge(ONLINE, &show(target), &format!("{n}/{d}"));
        // 1/(1 − t) is at most 10,000 here, so a search this long finds everything that can be found.
        match assessment.needed {
            None => prop_assert!(reaches(n, d, target)),
            Some(Needed::New { files, approximate }) => {
                prop_assert!(!approximate);
                prop_assert!(reaches(n + files, d + files, target));
                prop_assert!(!reaches(n + files - 1, d + files - 1, target));
            }
            Some(Needed::Unreachable) => prop_assert!(target >= percent("100") && !reaches(n, d, target)),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn converted_files_are_the_fewest_that_reach_it((d, n) in (1_u64..200).prop_flat_map(|d| (Just(d), 0..=d)), target in targets()) {
        let assessment = judge(DIGITIZATION, &show(target), &format!("{n}/{d}"));
        let expected = match search_convert(n, d, target) {
            Some(0) => None,
            Some(files) => Some(Needed::Convert { files, approximate: false }),
            None => Some(Needed::Unreachable),
        };
        prop_assert_eq!(assessment.needed, expected);
    }

    #[test]
    fn slack_is_the_most_that_may_fail((d, n) in (1_u64..200).prop_flat_map(|d| (Just(d), 0..=d)), target in targets()) {
        let assessment = judge(DIGITIZATION, &show(target), &format!("{n}/{d}"));
        let limit = 400;
        match assessment.slack {
            Some(slack) if slack < limit => prop_assert_eq!(search_slack(n, d, target, limit), Some(slack)),
            Some(slack) => prop_assert!(reaches(n, d + slack, target) && !reaches(n, d + slack + 1, target)),
            None => prop_assert!(!reaches(n, d, target)),
        }
    }

    /// One file around the target, where rounding would show.
    #[test]
    fn next_to_equality_nothing_is_rounded(d in 1_u64..100_000, target in targets(), nudge in -1_i64..=1) {
        let exact = target.exact() * Exact::from(i128::from(d)) / Exact::from(100);
        let n = (exact.to_integer() + i128::from(nudge)).clamp(0, i128::from(d));
        let n = u64::try_from(n).unwrap();
        let assessment = judge(DIGITIZATION, &show(target), &format!("{n}/{d}"));
        prop_assert_eq!(assessment.rating == Rating::Met, reaches(n, d, target));
        if let Some(Needed::Convert { files, .. }) = assessment.needed {
            prop_assert!(files >= 1);
            prop_assert!(reaches(n + files, d, target) && !reaches(n + files - 1, d, target));
        }
        let new = judge(ONLINE, &show(target), &format!("{n}/{d}"));
        if let Some(Needed::New { files, .. }) = new.needed {
            prop_assert!(reaches(n + files, d + files, target) && !reaches(n + files - 1, d + files - 1, target));
        }
    }

    /// A printed rate that follows from its counts changes nothing in what is asked, unless it decides otherwise.
    #[test]
    fn a_rate_that_follows_leaves_the_counts_in_force(
        (d, n) in (1_u64..2000).prop_flat_map(|d| (Just(d), 0..=d)), target in targets(), decimals in 0_u8..3, round in any::<bool>()
    ) {
        let rate = print(n, d, decimals, round);
        prop_assert!(rate_follows(rate, n, d), "{} of {} printed {}", n, d, rate);
        let with = judge(DIGITIZATION, &show(target), &format!("{n}/{d} {}", show(rate)));
        let without = judge(DIGITIZATION, &show(target), &format!("{n}/{d}"));
        prop_assert_eq!(with.denominator, without.denominator);
        prop_assert_eq!(with.rating == Rating::Met, rate >= target);
        if with.rating == without.rating {
            prop_assert_eq!((with.needed, with.slack), (without.needed, without.slack));
        }
    }

    /// The denominator behind a printed rate: the one that is implied gives the printed rate or the nearest to it.
    #[test]
    fn an_implied_denominator_is_near_the_true_one((d, n) in (1_u64..3000).prop_flat_map(|d| (Just(d), 1..=d)), decimals in 1_u8..3, round in any::<bool>()) {
        let rate = print(n, d, decimals, round);
        let Some(implied) = implied_denominator(n, rate.exact()) else {
            prop_assert_eq!(rate, percent("0"));
            return Ok(());
        };
        prop_assert!(implied >= n);
        // |d' − d| ≤ d · step / rate, and half a file for rounding.
        let off = Exact::from(i128::from(implied.abs_diff(d)));
        let allowed = Exact::from(i128::from(d)) * rate.last_decimal() / rate.exact() + Exact::new(1, 2);
        prop_assert!(off <= allowed, "{} of {} printed {}: implied {}", n, d, rate, implied);
    }

    /// No count and no rate that can exist makes the arithmetic overflow.
    #[test]
    fn the_largest_counts_do_not_overflow(
        n in prop_oneof![Just(0), Just(1), Just(MAX_COUNT - 1), Just(MAX_COUNT), 0..=MAX_COUNT],
        d in prop_oneof![Just(0), Just(1), Just(MAX_COUNT - 1), Just(MAX_COUNT), 0..=MAX_COUNT],
        rate in prop_oneof![Just("*"), Just("0,0001"), Just("99,9999"), Just("1000000"), Just("-1000000"), Just("100")],
        level in prop_oneof![Just("0"), Just("0,0001"), Just("99,9999"), Just("100"), Just("999999,9999")],
    ) {
        for of in [ONLINE, DIGITIZATION, RESULT, POPULATION] {
            for denominator in [d.to_string(), "*".to_owned()] {
                let assessment = judge(of, level, &format!("{n}/{denominator} {rate}"));
                let _ = (assessment.gap.map(|g| g.to_string()), assessment.actual.map(|a| a.to_string()));
            }
        }
    }
}

/// A rate as offices print it: truncated or rounded.
pub fn print(n: u64, d: u64, decimals: u8, round: bool) -> Percent {
    let scale = 10_u64.pow(u32::from(decimals));
    let twice = 2 * n * 100 * scale + if round { d } else { 0 };
    Percent::new(i64::try_from(twice / (2 * d)).unwrap(), decimals).unwrap()
}

/// What the domain page reckons by hand.
#[rstest]
#[case(ONLINE, "60", "10/29 34,4", Some(Needed::New { files: 19, approximate: false }))]
#[case(DIGITIZATION, "80", "84178/409345", Some(Needed::Convert { files: 243_298, approximate: false }))]
// One failed file makes a full hundred unreachable with new files.
#[case(ONLINE, "100", "710/713 99,5", Some(Needed::Unreachable))]
#[case(ONLINE, "99,9", "1/2", Some(Needed::New { files: 998, approximate: false }))]
// Over a hundred: no file can.
#[case(DIGITIZATION, "105", "10/10", Some(Needed::Unreachable))]
// The counts would reach it and the published rate says otherwise: no number would be true.
#[case(DIGITIZATION, "60", "60/100 59,9", None)]
// Nobody knows how many files a rate of zero stands for; the printed count is the best there is, and doubtful.
#[case(POPULATION, "100", "3/5 0", Some(Needed::Convert { files: 2, approximate: true }))]
#[case(POPULATION, "100", "0/5 3", Some(Needed::Convert { files: 5, approximate: true }))]
#[case(RESULT, "100", "0/* 0", None)]
#[case(RESULT, "100", "73/* 100", None)]
#[case(RESULT, "100", "24/* 77,4", Some(Needed::Convert { files: 7, approximate: true }))]
fn needed_by_hand(#[case] of: &str, #[case] level: &str, #[case] cell: &str, #[case] expected: Option<Needed>) {
    assert_eq!(judge(of, level, cell).needed, expected);
}

/// The published rate decides; the counts only where there is none.
#[rstest]
#[case("60", "59/100 60", Rating::Met)]
#[case("60", "60/100 59,9", Rating::Missed)]
#[case("60", "60/100", Rating::Met)]
#[case("60", "599/1000", Rating::Missed)]
#[case("60", "599/1000 60", Rating::Met)]
#[case("60,0", "3/5 60", Rating::Met)]
#[case("100", "9999/10000 100", Rating::Met)]
#[case("100", "9999/10000", Rating::Missed)]
fn the_published_rate_decides(#[case] level: &str, #[case] cell: &str, #[case] expected: Rating) {
    assert_eq!(judge(POPULATION, level, cell).rating, expected);
}

#[test]
fn the_searches_agree_with_each_other_on_a_plain_case() {
    let target = percent("60");
    assert_eq!(search_new(10, 29, target, 100), Some(19));
    assert_eq!(search_convert(10, 29, target), Some(8));
    assert_eq!(search_slack(18, 29, target, 100), Some(1));
}

/// Every pair of counts up to forty, against the searches themselves.
#[test]
fn small_counts_without_exception() {
    for target in ["1", "33,3", "50", "60", "66,67", "99", "99,9", "100"].map(percent) {
        for d in 1..=40 {
            for n in 0..=d {
                let cell = format!("{n}/{d}");
                let new = match judge(ONLINE, &show(target), &cell).needed {
                    None => Some(0),
                    Some(Needed::New { files, .. }) => Some(files),
                    _ => None,
                };
                let limit = if target == percent("100") { 100 } else { 40_000 };
                assert_eq!(new, search_new(n, d, target, limit), "{cell} at {target}");
            }
        }
    }
}
