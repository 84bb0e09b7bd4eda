//! The ground truth of July 2023, checked by hand in the domain page.

use std::collections::BTreeSet;

use chitieu::domain::assessment::{Denominator, Needed, PeriodAssessment, Rating};
use chitieu::domain::digest::{self, Digest, Totals};
use chitieu::domain::indicator::Remedy;
use chitieu::domain::observation::PublishedAverage;
use chitieu::domain::org_unit::{OrgUnit, Scope};
use chitieu::domain::ranking::Rank;
use chitieu::domain::rate::{decimal_plain, decimal_vi};
use chitieu::domain::target::{AssignedTarget, TargetOrigin};
use rstest::rstest;
use unicode_normalization::UnicodeNormalization;

use super::build::{
    COMMUNE, DIGITIZATION, DISTRICT, ONLINE, Office, PAYMENT, POPULATION, PROVINCIAL, RESULT, Snap, figure, find,
    indicator, org_unit, percent, rated, scope, snap, target, unit,
};
use super::july_figures as printed;

const TIERS: [(&str, &[&str]); 3] =
    [(PROVINCIAL, &printed::PROVINCIAL), (DISTRICT, &printed::DISTRICT), (COMMUNE, &printed::COMMUNE)];

/// The office of July 2023 and its one snapshot, which covers 1–24 July.
pub struct July {
    pub office: Office,
    pub snap: Snap,
    pub averages: Vec<PublishedAverage>,
}

pub fn july() -> July {
    let (mut units, mut observations, mut assigned) = (Vec::new(), Vec::new(), Vec::new());
    for (tier, rows) in TIERS {
        for row in rows {
            let cells: Vec<&str> = row.split(" | ").collect();
            let [name, received, online, payment, digitization, result, population] = cells[..] else {
                panic!("{row}: {} cells", cells.len())
            };
            let unit = unit_of(name, tier);
            let code = unit.code.as_str().to_owned();
            let mut add = |of: &str, level: &str, denominator: &str, n: &str, rate: &str| {
                observations.push(figure(&code, of, &format!("{n}/{denominator} {rate}")));
                if level != "-" {
                    let target = target(level, TargetOrigin::Report);
                    assigned.push(AssignedTarget { unit: unit.code.clone(), indicator: indicator(of), target });
                }
            };
            for (of, cell, denominator) in [
                (ONLINE, online, received),
                (DIGITIZATION, digitization, received),
                (RESULT, result, "*"),
                (POPULATION, population, received),
            ] {
                let [level, n, rate] = words(cell);
                add(of, level, denominator, n, rate);
            }
            let [with_fee, level, n, rate] = words(payment);
            add(PAYMENT, level, with_fee, n, rate);
            units.push(unit);
        }
    }
    let averages = printed::AVERAGES.iter().flat_map(|(of, rates)| {
        [Scope::Whole.as_str(), PROVINCIAL, DISTRICT, COMMUNE]
            .into_iter()
            .zip(rates)
            .map(|(word, rate)| PublishedAverage { scope: scope(word), indicator: indicator(of), rate: percent(rate) })
    });
    July { office: Office::with(units, assigned), snap: snap("2023-07-24", observations), averages: averages.collect() }
}

impl July {
    pub fn assess(&self) -> PeriodAssessment {
        self.office.assess(&self.snap, None)
    }

    fn digest(&self) -> Digest {
        let period = self.assess();
        digest::digest(self.office.yardstick(), &self.office.tiers, &period, self.snap.figures(), &self.averages, None)
    }
}

/// `Sở Tư pháp` is `so-tu-phap`; the communes of a district that has the same name are `…-xa`.
fn unit_of(name: &str, tier: &str) -> OrgUnit {
    let plain = name.to_lowercase().replace('đ', "d");
    let plain: String = plain.nfd().filter(|c| c.is_ascii()).collect();
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let suffix = if tier == COMMUNE { "-xa" } else { "" };
    org_unit(&format!("{}{suffix}", words.join("-")), name, tier)
}

fn words<const N: usize>(cell: &str) -> [&str; N] {
    let words: Vec<&str> = cell.split(' ').collect();
    words.try_into().unwrap_or_else(|_| panic!("{cell}: not {N} words"))
}

#[test]
fn forty_units_have_two_hundred_cells_with_the_ratings_of_the_domain_page() {
    let july = july();
    let codes: BTreeSet<&str> = july.office.units.iter().map(|u| u.code.as_str()).collect();
    assert_eq!(codes.len(), 40, "every unit has a code of its own");
    let period = july.assess();
    assert_eq!(Totals::of(period.assessments.iter()), Totals { met: 62, missed: 134, no_activity: 4, no_data: 0 });
    assert!(period.header.is_open());
    assert_eq!(
        rated(&period, Rating::NoActivity),
        [
            "so-gd-va-dt/online_payment",
            "so-ngoai-vu/online_payment",
            "so-noi-vu/online_payment",
            "so-tai-chinh/online_payment"
        ]
    );
}

#[test]
fn nine_units_miss_everything_that_they_have() {
    let missing: Vec<_> = july().digest().missing_all.iter().map(ToString::to_string).collect();
    assert_eq!(missing.len(), 9);
    let july = july();
    let of_tier = |tier: &str| {
        let members = july.office.units.iter().filter(|u| u.tier.as_str() == tier);
        members.filter(|u| missing.contains(&u.code.to_string())).count()
    };
    assert_eq!([PROVINCIAL, DISTRICT, COMMUNE].map(of_tier), [1, 5, 3], "{missing:?}");
}

#[test]
fn bql_kkt_has_to_bring_nineteen_new_online_files() {
    let period = july().assess();
    let online = find(&period, "bql-kkt-tinh", ONLINE);
    assert_eq!(online.rating, Rating::Missed);
    assert_eq!(online.gap.unwrap().to_string(), "−25,6 điểm %");
    assert_eq!(decimal_plain(online.gap.unwrap().exact(), 2), "-25.6");
    assert_eq!(online.needed, Some(Needed::New { files: 19, approximate: false }));
    assert_eq!(online.rank, Some(Rank { place: 14, of: 18 }));
    assert_eq!((online.numerator, online.denominator), (Some(10), Some(Denominator { count: 29, implied: false })));
    let bql = unit("bql-kkt-tinh");
    let totals = Totals::of(period.of_unit(&bql));
    assert_eq!((totals.met, totals.missed), (2, 3));
}

#[rstest]
#[case(ONLINE, "29,7%", "−30,3 điểm %", Needed::New { files: 127, approximate: false })]
#[case(PAYMENT, "10,5%", "−34,5 điểm %", Needed::New { files: 96, approximate: false })]
#[case(RESULT, "52,8%", "−47,2 điểm %", Needed::Convert { files: 68, approximate: true })]
#[case(POPULATION, "97,6%", "−2,4 điểm %", Needed::Convert { files: 4, approximate: false })]
fn so_xay_dung_is_told_what_the_sample_bulletin_says(
    #[case] of: &str,
    #[case] actual: &str,
    #[case] gap: &str,
    #[case] needed: Needed,
) {
    let period = july().assess();
    let assessment = find(&period, "so-xay-dung", of);
    assert_eq!(assessment.rating, Rating::Missed);
    assert_eq!(assessment.actual.unwrap().to_string(), actual);
    assert_eq!(assessment.gap.unwrap().to_string(), gap);
    assert_eq!(assessment.needed, Some(needed));
    assert_eq!(assessment.slack, None);
}

#[test]
fn so_xay_dung_reached_one_of_five_and_has_room() {
    let period = july().assess();
    let digitization = find(&period, "so-xay-dung", DIGITIZATION);
    assert_eq!(digitization.rating, Rating::Met);
    assert_eq!(digitization.needed, None);
    // 159 of 187 are 85,03 %, of 188 only 84,57 %.
    assert_eq!(digitization.slack, Some(187 - 168));
    assert_eq!(Totals::of(period.of_unit(&unit("so-xay-dung"))).met, 1);
}

#[test]
fn a_rate_that_contradicts_its_counts_is_reckoned_on_the_denominator_that_it_implies() {
    let period = july().assess();
    let population = find(&period, "so-cong-thuong", POPULATION);
    assert_eq!(population.actual.unwrap().to_string(), "76,4%");
    assert_eq!(population.denominator, Some(Denominator { count: 127, implied: true }));
    assert_eq!(population.needed, Some(Needed::Convert { files: 30, approximate: true }));
}

#[test]
fn nothing_is_asked_of_who_reached_it_and_something_of_everybody_else() {
    let july = july();
    for assessment in &july.assess().assessments {
        let remedy = july.office.indicator(assessment.indicator.as_str()).remedy;
        let full = assessment.target.level == percent("100");
        let place = format!("{} {}", assessment.unit, assessment.indicator);
        match (assessment.rating, assessment.needed) {
            (Rating::Missed, Some(Needed::New { files, .. })) => assert!(files > 0 && !full, "{place}"),
            (Rating::Missed, Some(Needed::Convert { files, .. })) => {
                assert_eq!(remedy, Remedy::Convert, "{place}");
                let left = assessment.denominator.unwrap().count - assessment.numerator.unwrap();
                assert!(files > 0 && files <= left, "{place}");
            }
            (Rating::Missed, Some(Needed::Unreachable)) => assert!(remedy == Remedy::New && full, "{place}"),
            (Rating::Missed, None) => panic!("{place}: missed, and nothing to do"),
            (_, needed) => assert_eq!(needed, None, "{place}"),
        }
    }
}

/// What the table says was reckoned by another program from the report itself: printed average against ΣN/ΣD.
#[test]
fn the_digest_adds_up_what_the_table_says() {
    let digest = july().digest();
    let lines: Vec<String> = digest
        .scopes
        .iter()
        .flat_map(|scope| scope.indicators.iter().map(move |i| (scope, i)))
        .map(|(scope, i)| {
            let about = if i.approximate { "≈ " } else { "" };
            format!(
                "{} {}: {} against {about}{}; {} met, {} missed, {} without",
                scope.scope.as_str(),
                i.indicator,
                i.published.unwrap(),
                decimal_vi(i.computed.unwrap(), 3),
                i.totals.met,
                i.totals.missed,
                i.totals.no_activity
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    province online_submission: 44% against 43,895; 12 met, 28 missed, 0 without
    province online_payment: 60,8% against 60,868; 21 met, 15 missed, 4 without
    province digitization: 65% against 64,996; 21 met, 19 missed, 0 without
    province electronic_result: 52% against ≈ 53,486; 2 met, 38 missed, 0 without
    province population_db: 85% against 85,482; 6 met, 34 missed, 0 without
    provincial online_submission: 57% against 57,011; 8 met, 10 missed, 0 without
    provincial online_payment: 64,5% against 64,562; 12 met, 2 missed, 4 without
    provincial digitization: 78,8% against 78,270; 12 met, 6 missed, 0 without
    provincial electronic_result: 34,2% against ≈ 40,598; 2 met, 16 missed, 0 without
    provincial population_db: 64,9% against 64,954; 4 met, 14 missed, 0 without
    district online_submission: 13% against 13,264; 0 met, 11 missed, 0 without
    district online_payment: 41% against 41,405; 2 met, 9 missed, 0 without
    district digitization: 61,3% against 61,344; 5 met, 6 missed, 0 without
    district electronic_result: 41,8% against ≈ 41,301; 0 met, 11 missed, 0 without
    district population_db: 94,4% against 94,494; 1 met, 10 missed, 0 without
    commune online_submission: 56,7% against 56,761; 4 met, 7 missed, 0 without
    commune online_payment: 60,8% against 73,593; 7 met, 4 missed, 0 without
    commune digitization: 61,9% against 61,903; 4 met, 7 missed, 0 without
    commune electronic_result: 64,2% against ≈ 65,221; 0 met, 11 missed, 0 without
    commune population_db: 88,2% against 88,283; 1 met, 10 missed, 0 without
    ");
    assert_eq!(digest.totals, Totals { met: 62, missed: 134, no_activity: 4, no_data: 0 });
    assert!(digest.scopes.iter().flat_map(|s| &s.indicators).all(|i| i.previous.is_none() && i.change.is_none()));
}
