//! Why we speak, and why not: `decide` as tables. One unit, one indicator with a target of 50 %; told again after 7 days,
//! worsened from 5 points, fallen from 2, "ít hồ sơ" up to 3 files.

use chitieu::domain::alert::{AlertKey, AlertState, Condition, Decision, Silence, decide};
use chitieu::domain::indicator::Direction;
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::rate::Rate;
use rstest::rstest;

use super::build::{ONLINE, Office, PROVINCIAL, Snap, date, figure, indicator, morning, percent, snap, unit};

const NOTHING: &str = "";

/// `missed 2023-07-24 40`: told in the morning of that day of that day's figures, which gave 40 %. Several with `;`.
fn told(text: &str) -> Vec<AlertState> {
    let one = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let condition = match words[0] {
            "missed" => Condition::MissedTarget,
            "below" => Condition::BelowPrevious,
            "no-data" => Condition::NoData,
            other => panic!("{other}"),
        };
        let told_period = ReportingPeriod::containing(date(words[1])).unwrap();
        AlertState {
            key: AlertKey { unit: unit("so-a"), indicator: indicator(ONLINE), condition },
            since: told_period,
            told_at: morning(words[1]),
            told_period,
            told_as_of: date(words[1]),
            told_rate: words.get(2).map(|rate| Rate::Published(percent(rate))),
        }
    };
    text.split(';').filter(|text| !text.trim().is_empty()).map(one).collect()
}

/// `2023-07-24 10/29 34,4`: the figures of July up to the 24th.
fn figures(text: &str) -> Option<Snap> {
    let (day, cell) = text.split_once(' ')?;
    let row = (cell != "nothing").then(|| figure("so-a", ONLINE, cell));
    Some(snap(day, row))
}

fn office() -> Office {
    Office::of(&[("so-a", PROVINCIAL)]).measuring(&[ONLINE])
}

/// `missed_target: worsened`, `missed_target: recovered, over`, `missed_target: silent`.
pub fn line(decision: &Decision) -> String {
    let verdict = match decision.verdict {
        Ok(reason) => reason.as_str(),
        Err(Silence::NothingNew | Silence::Ended) => "silent",
    };
    let over = if decision.holds { "" } else { ", over" };
    format!("{}: {verdict}{over}", decision.key.condition.as_str())
}

fn decided(office: &Office, states: &str, now: &str, current: &str, previous: &str) -> String {
    let current = figures(current).expect("there is a snapshot");
    let period = office.assess(&current, figures(previous).as_ref());
    let decisions = decide(morning(now), &office.alerts, &period, &told(states));
    for decision in &decisions {
        // Silence says which silence it is, and only what is over is over.
        match decision.verdict {
            Err(Silence::Ended) => assert!(!decision.holds, "{decision:?}"),
            Err(Silence::NothingNew) => assert!(decision.holds, "{decision:?}"),
            Ok(_) => {}
        }
    }
    decisions.iter().map(line).collect::<Vec<_>>().join("; ")
}

#[rstest]
#[case::reached_from_the_start(NOTHING, "2023-07-24 60/100 60", "")]
#[case::first_missed(NOTHING, "2023-07-24 40/100 40", "missed_target: first_missed")]
#[case::first_missed_by_counts(NOTHING, "2023-07-24 49/100", "missed_target: first_missed")]
#[case::no_activity_is_no_alert(NOTHING, "2023-07-24 -/- -", "")]
#[case::no_data(NOTHING, "2023-07-24 nothing", "no_data: no_data")]
#[case::an_empty_cell_is_no_data(NOTHING, "2023-07-24 / ", "no_data: no_data")]
#[case::nothing_new("missed 2023-07-24 40", "2023-07-24 40/100 40", "missed_target: silent")]
#[case::a_little_better("missed 2023-07-20 40", "2023-07-24 44/100 44", "missed_target: silent")]
#[case::a_little_worse("missed 2023-07-20 40", "2023-07-24 351/1000 35,1", "missed_target: silent")]
#[case::worsened("missed 2023-07-20 40", "2023-07-24 35/100 35", "missed_target: worsened")]
#[case::worsened_with_few_files("missed 2023-07-20 40", "2023-07-24 1/3 33,3", "missed_target: silent")]
#[case::recovered("missed 2023-07-20 40", "2023-07-24 50/100 50", "missed_target: recovered, over")]
#[case::recovered_with_few_files_of_the_same_month(
    "missed 2023-07-20 0",
    "2023-07-24 2/2 100",
    "missed_target: recovered, over"
)]
#[case::corrected_down("missed 2023-07-24 40", "2023-07-24 39/100 39", "missed_target: corrected")]
#[case::corrected_far_down("missed 2023-07-24 40", "2023-07-24 10/100 10", "missed_target: corrected")]
#[case::corrected_up("missed 2023-07-24 40", "2023-07-24 45/100 45", "missed_target: corrected")]
#[case::corrected_past_the_target("missed 2023-07-24 40", "2023-07-24 60/100 60", "missed_target: corrected, over")]
#[case::corrected_to_nothing_happened("missed 2023-07-24 40", "2023-07-24 -/- -", "missed_target: corrected, over")]
#[case::the_same_rate_with_more_decimals("missed 2023-07-24 40", "2023-07-24 40/100 40,0", "missed_target: silent")]
#[case::no_activity_ends_silently("missed 2023-07-20 40", "2023-07-24 -/- -", "missed_target: silent, over")]
#[case::data_stops("missed 2023-07-20 40", "2023-07-24 nothing", "missed_target: silent; no_data: no_data")]
#[case::data_is_still_away(
    "missed 2023-07-20 40; no-data 2023-07-22",
    "2023-07-24 nothing",
    "missed_target: silent; no_data: silent"
)]
#[case::data_returns_and_is_missed(
    "missed 2023-07-20 40; no-data 2023-07-22",
    "2023-07-24 38/100 38",
    "missed_target: silent; no_data: silent, over"
)]
#[case::data_returns_worse(
    "missed 2023-07-20 40; no-data 2023-07-22",
    "2023-07-24 30/100 30",
    "missed_target: worsened; no_data: silent, over"
)]
#[case::data_returns_reached("no-data 2023-07-22", "2023-07-24 60/100 60", "no_data: silent, over")]
#[case::data_returns_for_the_same_day("no-data 2023-07-24", "2023-07-24 60/100 60", "no_data: silent, over")]
#[case::data_returns_without_activity("no-data 2023-07-22", "2023-07-24 -/- -", "no_data: silent, over")]
#[case::data_returns_missed_for_the_first_time(
    "no-data 2023-07-22",
    "2023-07-24 40/100 40",
    "missed_target: first_missed; no_data: silent, over"
)]
fn within_a_month(#[case] states: &str, #[case] current: &str, #[case] expected: &str) {
    assert_eq!(decided(&office(), states, "2023-07-24", current, NOTHING), expected);
}

#[rstest]
#[case::a_week_later("missed 2023-07-24 40", "2023-07-31", "missed_target: still_missed")]
#[case::much_later("missed 2023-07-24 40", "2023-09-01", "missed_target: still_missed")]
#[case::a_day_before("missed 2023-07-24 40", "2023-07-30", "missed_target: silent")]
fn what_goes_on_is_told_again_after_the_interval(#[case] states: &str, #[case] now: &str, #[case] expected: &str) {
    assert_eq!(decided(&office(), states, now, "2023-07-24 40/100 40", NOTHING), expected);
}

#[test]
fn the_interval_is_kept_to_the_millisecond() {
    let office = office();
    let period = office.assess(&figures("2023-07-24 40/100 40").unwrap(), None);
    let states = told("missed 2023-07-24 40");
    let at = |offset| {
        let now = states[0].told_at + office.alerts.repeat_after + chrono::Duration::milliseconds(offset);
        decide(now, &office.alerts, &period, &states).iter().map(line).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(at(-1), "missed_target: silent");
    assert_eq!(at(0), "missed_target: still_missed");
    // A clock that went back says nothing.
    assert_eq!(at(-2_000_000_000), "missed_target: silent");
}

#[test]
fn missing_data_is_told_again_too() {
    let office = office();
    let at = |now| decided(&office, "no-data 2023-07-24", now, "2023-07-24 nothing", NOTHING);
    assert_eq!(at("2023-07-30"), "no_data: silent");
    assert_eq!(at("2023-07-31"), "no_data: still_missed");
    // What was missed before waits behind the missing figures, and asks for nothing on its own.
    let both = "missed 2023-07-01 40; no-data 2023-07-24";
    assert_eq!(
        decided(&office, both, "2023-07-25", "2023-07-24 nothing", NOTHING),
        "missed_target: silent; no_data: silent"
    );
}

/// The day after the new figures came; the repeat interval has not passed.
#[rstest]
#[case::alike_and_worse("missed 2023-07-31 40", "2023-08-31 35/100 35", "missed_target: worsened")]
#[case::alike_and_nearly_the_same("missed 2023-07-31 40", "2023-08-31 36/100 36", "missed_target: silent")]
#[case::open_months_of_the_same_day("missed 2023-07-24 40", "2023-08-24 35/100 35", "missed_target: worsened")]
#[case::open_months_of_near_days("missed 2023-07-24 40", "2023-08-27 35/100 35", "missed_target: worsened")]
#[case::open_months_of_far_days("missed 2023-07-24 40", "2023-08-07 20/100 20", "missed_target: silent")]
// An open month beside a closed one is no comparison that a word may make.
#[case::open_beside_closed("missed 2023-07-31 40", "2023-08-07 20/100 20", "missed_target: silent")]
#[case::reached_in_the_new_month("missed 2023-07-31 40", "2023-08-07 60/100 60", "missed_target: recovered, over")]
// The first files of a month take nothing back.
#[case::one_file_of_a_new_month("missed 2023-07-31 40", "2023-08-02 1/1 100", "missed_target: silent")]
#[case::no_file_of_a_new_month_yet("missed 2023-07-31 40", "2023-08-01 -/- -", "missed_target: silent")]
#[case::few_files_of_a_closed_month("missed 2023-07-31 40", "2023-08-31 2/2 100", "missed_target: recovered, over")]
#[case::a_closed_month_without_activity("missed 2023-07-31 40", "2023-08-31 -/- -", "missed_target: silent, over")]
#[case::two_months_without_activity("missed 2023-07-31 40", "2023-09-24 -/- -", "missed_target: silent, over")]
#[case::few_files_two_months_later("missed 2023-07-31 40", "2023-09-24 2/2 100", "missed_target: recovered, over")]
fn from_month_to_month(#[case] states: &str, #[case] current: &str, #[case] expected: &str) {
    let mut office = office();
    office.alerts.repeat_after = chrono::Duration::days(365);
    assert_eq!(decided(&office, states, "2023-09-30", current, NOTHING), expected);
}

#[rstest]
#[case::a_fall(NOTHING, "2023-07-31 60/100 60", "2023-06-30 62/100 62", "below_previous: fell_below")]
#[case::less_than_counts(NOTHING, "2023-07-31 601/1000 60,1", "2023-06-30 62/100 62", "")]
#[case::a_rise(NOTHING, "2023-07-31 70/100 70", "2023-06-30 62/100 62", "")]
#[case::the_same(NOTHING, "2023-07-31 62/100 62", "2023-06-30 62/100 62", "")]
#[case::missed_and_fallen(
    NOTHING,
    "2023-07-31 40/100 40",
    "2023-06-30 62/100 62",
    "missed_target: first_missed; below_previous: fell_below"
)]
#[case::open_months_alike(NOTHING, "2023-07-24 60/100 60", "2023-06-22 80/100 80", "below_previous: fell_below")]
#[case::open_months_of_far_days(NOTHING, "2023-07-24 60/100 60", "2023-06-10 80/100 80", "")]
#[case::open_beside_closed(NOTHING, "2023-07-24 60/100 60", "2023-06-30 80/100 80", "")]
#[case::closed_beside_open(NOTHING, "2023-07-31 60/100 60", "2023-06-24 80/100 80", "")]
#[case::few_files(NOTHING, "2023-07-31 2/3 66,6", "2023-06-30 80/100 80", "")]
#[case::few_files_the_month_before(NOTHING, "2023-07-31 60/100 60", "2023-06-30 3/3 100", "")]
#[case::four_files(NOTHING, "2023-07-31 3/4 75", "2023-06-30 4/4 100", "below_previous: fell_below")]
#[case::another_source_of_denominators(NOTHING, "2023-07-31 60/100 60", "2023-06-30 80/* 80", "")]
#[case::nothing_to_compare_with(NOTHING, "2023-07-31 60/100 60", "2023-06-30 -/- -", "")]
#[case::no_activity_is_no_fall(NOTHING, "2023-07-31 -/- -", "2023-06-30 80/100 80", "")]
// Told once a month, however long it lasts and however far it goes.
#[case::told_already("below 2023-07-24 60", "2023-07-24 60/100 60", "2023-06-24 62/100 62", "below_previous: silent")]
#[case::falls_further("below 2023-07-20 60", "2023-07-24 50/100 50", "2023-06-24 62/100 62", "below_previous: silent")]
#[case::on_the_threshold(
    "below 2023-07-20 60",
    "2023-07-24 61/100 61",
    "2023-06-24 62/100 62",
    "below_previous: silent"
)]
#[case::has_caught_up(
    "below 2023-07-20 60",
    "2023-07-24 62/100 62",
    "2023-06-24 62/100 62",
    "below_previous: silent, over"
)]
#[case::corrected("below 2023-07-24 60", "2023-07-24 61/100 61", "2023-06-24 62/100 62", "below_previous: corrected")]
#[case::corrected_to_no_fall(
    "below 2023-07-24 60",
    "2023-07-24 70/100 70",
    "2023-06-24 62/100 62",
    "below_previous: corrected, over"
)]
#[case::comparison_lost_within_the_month(
    "below 2023-07-24 60",
    "2023-07-31 60/100 60",
    "2023-06-24 62/100 62",
    "below_previous: silent"
)]
#[case::fallen_again_in_the_next_month(
    "below 2023-06-30 70",
    "2023-07-31 60/100 60",
    "2023-06-30 70/100 70",
    "below_previous: fell_below"
)]
#[case::risen_in_the_next_month(
    "below 2023-06-30 70",
    "2023-07-31 75/100 75",
    "2023-06-30 70/100 70",
    "below_previous: silent, over"
)]
#[case::next_month_falls_less_than_counts(
    "below 2023-06-30 70",
    "2023-07-31 69/100 69",
    "2023-06-30 70/100 70",
    "below_previous: silent, over"
)]
fn against_the_previous_month(
    #[case] states: &str,
    #[case] current: &str,
    #[case] previous: &str,
    #[case] expected: &str,
) {
    assert_eq!(decided(&office(), states, "2023-08-01", current, previous), expected);
}

#[test]
fn another_formula_is_no_fall_and_nothing_worsened() {
    let office = office();
    let june = figures("2023-06-30 80/100 80").unwrap().on_basis("2022");
    let july = figures("2023-07-31 40/100 40").unwrap();
    let period = office.assess(&july, Some(&june));
    let lines = |states: &str| {
        let decisions = decide(morning("2023-07-01"), &office.alerts, &period, &told(states));
        decisions.iter().map(line).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(lines(NOTHING), "missed_target: first_missed");
    assert_eq!(lines("missed 2023-06-30 49"), "missed_target: silent");
}

#[test]
fn where_less_is_better_a_rise_is_a_fall() {
    let mut office = office();
    office.indicators[0].direction = Direction::LowerIsBetter;
    let against = |current: &str, previous: &str| decided(&office, NOTHING, "2023-08-01", current, previous);
    assert_eq!(against("2023-07-31 40/100 40", "2023-06-30 30/100 30"), "below_previous: fell_below");
    assert_eq!(against("2023-07-31 30/100 30", "2023-06-30 40/100 40"), "");
    assert_eq!(against("2023-07-31 70/100 70", ""), "missed_target: first_missed");
    let later = |current: &str| decided(&office, "missed 2023-07-20 60", "2023-07-24", current, NOTHING);
    assert_eq!(later("2023-07-24 65/100 65"), "missed_target: worsened");
    assert_eq!(later("2023-07-24 55/100 55"), "missed_target: silent");
    assert_eq!(later("2023-07-24 50/100 50"), "missed_target: recovered, over");
}

#[test]
fn a_unit_that_is_gone_gets_no_decision() {
    let office = Office::of(&[("so-b", PROVINCIAL)]).measuring(&[ONLINE]);
    let period = office.assess(&snap("2023-07-24", [figure("so-b", ONLINE, "60/100 60")]), None);
    assert_eq!(decide(morning("2023-08-24"), &office.alerts, &period, &told("missed 2023-07-01 40")), []);
}

#[test]
fn a_condition_keeps_the_month_in_which_it_began() {
    let office = office();
    let period = office.assess(&figures("2023-09-30 40/100 40").unwrap(), None);
    let decisions = decide(morning("2023-10-01"), &office.alerts, &period, &told("missed 2023-07-24 40"));
    assert_eq!(decisions[0].since, super::build::period("2023-07"));
    let first = decide(morning("2023-10-01"), &office.alerts, &period, &[]);
    assert_eq!(first[0].since, super::build::period("2023-09"));
}

#[test]
fn words_are_read_back() {
    for condition in Condition::ALL {
        assert_eq!(Condition::parse(condition.as_str()), Some(condition));
    }
    assert_eq!(Condition::parse("no-data"), None);
}
