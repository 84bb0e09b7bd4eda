//! Who moved between two months, as tables: who newly reached a target, who fell below it, who is at the end of an indicator
//! and who came forward.

use super::build::*;
use chitieu::domain::digest::{Moves, moves};
use chitieu::domain::indicator::Direction;

/// Units `so-a`, `so-b`, … with one figure each in June and in July; nothing where a text is empty.
fn two_months(rows: &[(&str, &str)], on: impl Fn(Snap) -> Snap) -> (Office, Moves) {
    two_months_of(rows, on, |_| {})
}

fn two_months_of(rows: &[(&str, &str)], on: impl Fn(Snap) -> Snap, change: impl Fn(&mut Office)) -> (Office, Moves) {
    let codes: Vec<String> = (b'a'..).take(rows.len()).map(|letter| format!("so-{}", letter as char)).collect();
    let units: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), PROVINCIAL)).collect();
    let mut office = Office::of(&units).measuring(&[ONLINE]);
    change(&mut office);
    let of = |day: &str, pick: &dyn Fn(&(&str, &str)) -> String| {
        let texts = codes.iter().zip(rows).map(|(code, row)| (code, pick(row)));
        snap(day, texts.filter(|(_, text)| !text.is_empty()).map(|(code, text)| figure(code, ONLINE, &text)))
    };
    let june = of("2023-06-24", &|(before, _)| (*before).to_owned());
    let july = on(of("2023-07-24", &|(_, now)| (*now).to_owned()));
    let period = office.assess(&july, Some(&june));
    let moves = moves(&office.indicators, &period);
    (office, moves)
}

fn as_it_is(snap: Snap) -> Snap {
    snap
}

/// Reached, fallen: the units' letters.
fn crossed(moves: &Moves) -> (String, String) {
    let letters = |cells: &[(chitieu::domain::org_unit::UnitCode, chitieu::domain::indicator::IndicatorCode)]| {
        cells.iter().map(|(unit, _)| unit.as_str().trim_start_matches("so-").to_owned()).collect::<String>()
    };
    (letters(&moves.reached), letters(&moves.fallen))
}

fn lowest(moves: &Moves) -> String {
    let [spread] = &moves.spreads[..] else { panic!("{moves:?}") };
    spread.lowest.iter().map(|(unit, _)| unit.as_str().trim_start_matches("so-").to_owned()).collect()
}

fn improved(moves: &Moves) -> Vec<String> {
    let [spread] = &moves.spreads[..] else { panic!("{moves:?}") };
    let line = |m: &chitieu::domain::digest::Mover| {
        format!("{} {}", m.unit.as_str().trim_start_matches("so-"), m.points).replace(" điểm %", "")
    };
    spread.improved.iter().map(line).collect()
}

/// The target is 50 % in both months.
#[test]
fn a_target_is_crossed_in_either_direction_or_not() {
    for (before, now, expected) in [
        ("40/100 40%", "60/100 60%", ("a", "")),
        ("60/100 60%", "40/100 40%", ("", "a")),
        // To be just there is to have reached it.
        ("49/100 49%", "50/100 50%", ("a", "")),
        ("50/100 50%", "49/100 49%", ("", "a")),
        ("50/100 50%", "60/100 60%", ("", "")),
        ("30/100 30%", "40/100 40%", ("", "")),
        // The published rate decides, not the counts.
        ("60/100 40%", "40/100 60%", ("a", "")),
        // Nothing happened in one of the months, or there is no figure: nobody crossed anything.
        ("0/0 -", "60/100 60%", ("", "")),
        ("60/100 60%", "0/0 -", ("", "")),
        ("0/0 -", "40/100 40%", ("", "")),
        ("", "60/100 60%", ("", "")),
        ("60/100 60%", "", ("", "")),
        ("60/100 ?", "40/100 40%", ("", "a")),
        // With few files as well: reached is reached.
        ("1/3 33,3%", "2/3 66,7%", ("a", "")),
    ] {
        let (_, moves) = two_months(&[(before, now)], as_it_is);
        let (reached, fallen) = crossed(&moves);
        assert_eq!((reached.as_str(), fallen.as_str()), expected, "{before} → {now}");
    }
}

#[test]
fn without_a_common_basis_nobody_moves_and_the_lowest_are_still_the_lowest() {
    let rows = [("40/100 40%", "60/100 60%"), ("60/100 60%", "40/100 40%"), ("10/100 10%", "30/100 30%")];
    let (_, alike) = two_months(&rows, as_it_is);
    assert_eq!(crossed(&alike), ("a".to_owned(), "b".to_owned()));
    assert_eq!(improved(&alike).len(), 2);
    let (_, moves) = two_months(&rows, |snap| snap.on_basis("2024"));
    assert_eq!(crossed(&moves), (String::new(), String::new()));
    assert_eq!(improved(&moves), [""; 0]);
    assert_eq!(lowest(&moves), "cb");
}

#[test]
fn the_lowest_five_miss_their_target_and_the_worst_comes_first() {
    let now = |text| ("", text);
    let seven = [
        now("40/100 40%"),
        now("10/100 10%"),
        now("30/100 30%"),
        now("20/100 20%"),
        now("45/100 45%"),
        now("5/100 5%"),
        now("60/100 60%"),
    ];
    assert_eq!(lowest(&two_months(&seven, as_it_is).1), "fbdca");
    // Of equals the catalog's order decides, also about who is left out.
    let equals = [now("20/100 20%"); 7];
    assert_eq!(lowest(&two_months(&equals, as_it_is).1), "abcde");
    let tied = [now("40/100 40%"), now("20/100 20%"), now("40/100 40%"), now("20/100 20%")];
    assert_eq!(lowest(&two_months(&tied, as_it_is).1), "bdac");
    // The rate, not the number of files that are missing.
    assert_eq!(lowest(&two_months(&[now("400/1000 40%"), now("1/5 20%")], as_it_is).1), "ba");
}

#[test]
fn who_reached_it_had_nothing_to_do_or_said_nothing_is_not_among_the_lowest() {
    let rows = [("", "60/100 60%"), ("", "0/0 -"), ("", ""), ("", "30/100 30%"), ("", "50/100 50%")];
    assert_eq!(lowest(&two_months(&rows, as_it_is).1), "d");
    assert_eq!(lowest(&two_months(&[("", "60/100 60%")], as_it_is).1), "");
}

#[test]
fn the_three_that_rose_most_are_named_and_who_fell_never() {
    let rows = [
        ("10/100 10%", "15/100 15%"),
        ("10/100 10%", "40/100 40%"),
        ("90/100 90%", "80/100 80%"),
        ("10/100 10%", "12/100 12%"),
        ("60/100 60%", "90/100 90%"),
        ("20/100 20%", "20/100 20%"),
    ];
    // Of equals the catalog's order decides; who has long reached the target may rise as well.
    assert_eq!(improved(&two_months(&rows, as_it_is).1), ["b +30,0", "e +30,0", "a +5,0"]);
    let fewer = [("10/100 10%", "15/100 15%"), ("20/100 20%", "10/100 10%")];
    assert_eq!(improved(&two_months(&fewer, as_it_is).1), ["a +5,0"]);
}

#[test]
fn a_rise_of_a_few_files_is_no_news_and_neither_is_one_without_a_month_before() {
    let rows = [
        ("1/3 33,3%", "3/3 100%"),
        ("1/3 33,3%", "30/100 30%"),
        ("0/0 -", "90/100 90%"),
        ("", "90/100 90%"),
        ("20/100 20%", ""),
        ("20/100 20%", "0/0 -"),
        ("20/100 20%", "21/100 21%"),
    ];
    assert_eq!(improved(&two_months(&rows, as_it_is).1), ["g +1,0"]);
}

/// Where less is better the highest rate is the worst, and a fall is the way forward.
#[test]
fn where_less_is_better_everything_is_the_other_way_round() {
    let rows = [("40/100 40%", "60/100 60%"), ("70/100 70%", "40/100 40%"), ("90/100 90%", "80/100 80%")];
    let (_, moves) = two_months_of(&rows, as_it_is, |office| office.indicators[0].direction = Direction::LowerIsBetter);
    assert_eq!(crossed(&moves), ("b".to_owned(), "a".to_owned()));
    assert_eq!(lowest(&moves), "ca");
    assert_eq!(improved(&moves), ["b −30,0", "c −10,0"]);
}

#[test]
fn every_indicator_has_its_own_ends_in_the_catalogs_order() {
    let office = Office::of(&[("so-a", PROVINCIAL), ("so-b", PROVINCIAL)]).measuring(&[ONLINE, PAYMENT]);
    let june = snap("2023-06-24", [figure("so-a", ONLINE, "10/100 10%"), figure("so-b", PAYMENT, "10/100 10%")]);
    let july = snap("2023-07-24", [figure("so-a", ONLINE, "20/100 20%"), figure("so-b", PAYMENT, "30/100 30%")]);
    let moves = moves(&office.indicators, &office.assess(&july, Some(&june)));
    let ends: Vec<_> = moves
        .spreads
        .iter()
        .map(|s| (s.indicator.as_str(), s.lowest[0].0.as_str(), s.improved[0].unit.as_str(), s.improved.len()))
        .collect();
    assert_eq!(ends, [(ONLINE, "so-a", "so-a", 1), (PAYMENT, "so-b", "so-b", 1)]);
}
