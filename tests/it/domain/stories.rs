//! A unit over months: what it is told, and nothing else.

use chitieu::domain::alert::{AlertState, decide, next_states, notices};
use chitieu::domain::assessment::choose_previous;
use chrono::Duration;

use super::build::{DIGITIZATION, ONLINE, Office, PAYMENT, PROVINCIAL, Snap, figure, morning, snap};

/// The office's worker: the newest snapshot, held against the previous month's, once a day.
struct Year {
    office: Office,
    snaps: Vec<Snap>,
    states: Vec<AlertState>,
}

impl Year {
    fn of(indicators: &[&str], snaps: Vec<Snap>) -> Self {
        let office = Office::of(&[("so-a", PROVINCIAL)]).measuring(indicators);
        Self { office, snaps, states: Vec::new() }
    }

    /// Evaluates every morning from the first snapshot until a day, and writes down what the unit is told.
    fn lived_until(mut self, last: &str) -> String {
        let mut told = Vec::new();
        let mut now = self.snaps.iter().map(|s| s.header.recorded_at).min().unwrap();
        while now <= morning(last) {
            let known: Vec<&Snap> = self.snaps.iter().filter(|s| s.header.recorded_at <= now).collect();
            let current = known.iter().max_by_key(|s| (s.header.as_of, s.header.number)).unwrap();
            let before: Vec<_> = known
                .iter()
                .filter(|s| Some(s.header.period) == current.header.period.previous())
                .map(|s| s.header.clone())
                .collect();
            let chosen = choose_previous(&current.header, &before, self.office.alerts.assess.same_day_tolerance);
            let previous = chosen.and_then(|header| known.iter().find(|s| s.header.id == header.id).copied());
            let period = self.office.assess(current, previous);
            let decisions = decide(now, &self.office.alerts, &period, &self.states);
            let said = notices(&period, &decisions, &self.states);
            self.states = next_states(now, &period, &decisions, &self.states, &said);
            for notice in said {
                let recovered: Vec<_> = notice.recovered.iter().map(ToString::to_string).collect();
                told.push(
                    format!(
                        "{} {:?} {} {}",
                        now.format("%d/%m"),
                        notice.kind,
                        notice.reason.as_str(),
                        recovered.join(" ")
                    )
                    .trim_end()
                    .to_owned(),
                );
            }
            now += Duration::days(1);
        }
        told.join("\n")
    }
}

fn online(day: &str, cell: &str) -> Snap {
    snap(day, [figure("so-a", ONLINE, cell)])
}

#[test]
fn four_months_with_weekly_figures() {
    let year = Year::of(
        &[ONLINE],
        vec![
            online("2023-04-30", "40/100 40"),
            // May: slowly up, reached in the last week.
            online("2023-05-07", "10/25 40"),
            online("2023-05-14", "22/50 44"),
            online("2023-05-21", "36/75 48"),
            online("2023-05-31", "55/100 55"),
            // June: good from the beginning, and no message about it.
            online("2023-06-07", "15/25 60"),
            online("2023-06-30", "60/100 60"),
            // July: fallen below the target and below June.
            online("2023-07-07", "10/25 40"),
            online("2023-07-14", "15/50 30"),
            online("2023-07-31", "35/100 35"),
        ],
    );
    insta::assert_snapshot!(year.lived_until("2023-08-05"), @r"
    30/04 Bulletin first_missed
    07/05 Bulletin still_missed
    14/05 Bulletin still_missed
    21/05 Bulletin still_missed
    28/05 Bulletin still_missed
    31/05 Recovered recovered online_submission
    07/07 Bulletin first_missed
    14/07 Bulletin worsened
    21/07 Bulletin still_missed
    28/07 Bulletin still_missed
    04/08 Bulletin still_missed
    ");
}

#[test]
fn a_unit_on_the_edge_of_the_fall_is_told_once_a_month() {
    let cells = ["600", "590", "601", "590", "605", "590"];
    let mut snaps = vec![online("2023-06-20", "620/1000 62,0")];
    for (day, cell) in (18..).zip(cells) {
        let rate = format!("{},{}", &cell[..2], &cell[2..]);
        snaps.push(online(&format!("2023-07-{day}"), &format!("{cell}/1000 {rate}")));
    }
    insta::assert_snapshot!(Year::of(&[ONLINE], snaps).lived_until("2023-07-30"), @r"
    18/07 Bulletin fell_below
    ");
}

#[test]
fn the_first_days_of_a_month_do_not_say_reached_and_missed_in_turns() {
    let year = Year::of(
        &[ONLINE],
        vec![
            online("2023-07-31", "40/100 40"),
            online("2023-08-01", "-/- -"),
            online("2023-08-02", "1/1 100"),
            online("2023-08-03", "1/2 50"),
            online("2023-08-04", "1/3 33,3"),
            online("2023-08-06", "2/6 33,3"),
        ],
    );
    insta::assert_snapshot!(year.lived_until("2023-08-13"), @r"
    31/07 Bulletin first_missed
    07/08 Bulletin still_missed
    ");
}

#[test]
fn several_conditions_share_one_clock() {
    let of = [ONLINE, PAYMENT, DIGITIZATION];
    let day = |day: &str, cells: [&str; 3]| {
        let rows = of.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        snap(day, rows.map(|(of, cell)| figure("so-a", of, cell)).collect::<Vec<_>>())
    };
    let year = Year::of(
        &of,
        vec![
            day("2023-07-03", ["10/100 10", "90/100 90", "90/100 90"]),
            // Two days later another one, three days later a third: each is news, and each message lists all.
            day("2023-07-05", ["11/100 11", "10/100 10", "90/100 90"]),
            day("2023-07-08", ["12/100 12", "11/100 11", "20/100 20"]),
            // One is reached, then the source loses a cell, then the whole unit, then everything is back.
            day("2023-07-16", ["60/100 60", "12/100 12", "21/100 21"]),
            day("2023-07-18", ["61/100 61", "", "21/100 21"]),
            day("2023-07-20", ["", "", ""]),
            day("2023-07-22", ["62/100 62", "12/100 12", "21/100 21"]),
        ],
    );
    insta::assert_snapshot!(year.lived_until("2023-07-31"), @r"
    03/07 Bulletin first_missed
    05/07 Bulletin first_missed
    08/07 Bulletin first_missed
    15/07 Bulletin still_missed
    16/07 Recovered recovered online_submission
    18/07 Bulletin no_data
    20/07 NoData no_data
    27/07 Bulletin still_missed
    ");
}

#[test]
fn a_correction_is_told_once() {
    let mut corrected = online("2023-07-24", "45/100 45").numbered(2);
    corrected.header.recorded_at = morning("2023-07-25");
    let mut again = online("2023-07-24", "55/100 55").numbered(3);
    again.header.recorded_at = morning("2023-07-26");
    let year = Year::of(&[ONLINE], vec![online("2023-07-24", "40/100 40"), corrected, again]);
    insta::assert_snapshot!(year.lived_until("2023-08-10"), @r"
    24/07 Bulletin first_missed
    25/07 Bulletin corrected
    26/07 Bulletin corrected
    ");
}

#[test]
fn a_unit_that_has_few_files_every_month_hears_of_it_when_the_month_is_over() {
    let year = Year::of(
        &[ONLINE],
        vec![
            online("2023-07-31", "1/3 33,3"),
            online("2023-08-15", "1/1 100"),
            online("2023-08-31", "2/2 100"),
            online("2023-09-30", "-/- -"),
        ],
    );
    insta::assert_snapshot!(year.lived_until("2023-10-31"), @r"
    31/07 Bulletin first_missed
    07/08 Bulletin still_missed
    14/08 Bulletin still_missed
    31/08 Recovered recovered online_submission
    ");
}
