//! `schedules.toml`: when the program speaks of its own accord.

use crate::catalog::section::Section;
use crate::domain::schedule::{CronForm, Occasion, OnHoliday, Plan, QuietHours, Schedule};
use chrono::{Duration, NaiveTime};

/// More schedules than an office can mean.
const SCHEDULES_MAX: usize = 50;

/// What an office may write for a kind.
const KINDS: [(&str, Occasion); 3] = [
    (Occasion::Reminder.as_str(), Occasion::Reminder),
    (Occasion::WeeklyDigest.as_str(), Occasion::WeeklyDigest),
    (Occasion::MonthlyDigest.as_str(), Occasion::MonthlyDigest),
];
/// What an office may write for a day off.
const ON_HOLIDAY: [(&str, OnHoliday); 2] = [("skip", OnHoliday::Skip), ("next", OnHoliday::Next)];
/// The words of the roles.
const ROLES: [&str; 3] = ["unit", "leader", "office"];

pub(super) fn read(mut file: Section<'_>) -> Option<Plan> {
    let hours = file.number("not_within_hours", 0..=168);
    let quiet = file.section("quiet").map(|mut section| {
        let (from, to) = (time(&mut section, "from"), time(&mut section, "to"));
        section.finish();
        Some(QuietHours { from: from?, to: to? })
    });
    let mut schedules: Vec<Schedule> = Vec::new();
    for mut section in file.sections("schedule", SCHEDULES_MAX) {
        if let Some(schedule) = schedule(&mut section) {
            if schedules.iter().any(|known| known.name == schedule.name) {
                section.wrong("name", &format!("is {:?}, which another schedule has; give it its own", schedule.name));
            }
            schedules.push(schedule);
        }
        section.finish();
    }
    file.finish();
    Some(Plan {
        // The same moment twice means that the office wants no quiet hours.
        quiet: Some(quiet??).filter(|quiet| quiet.from != quiet.to),
        told_lately: Duration::hours(i64::from(hours?)),
        schedules,
    })
}

fn schedule(section: &mut Section<'_>) -> Option<Schedule> {
    let name = section.text("name");
    let occasion = section.choice("kind", &KINDS);
    let form = section
        .text("cron")
        .and_then(|text| CronForm::parse(&text).map_err(|error| section.at("cron", &error.to_string())).ok());
    let on_holiday = section.choice("on_holiday", &ON_HOLIDAY);
    let written = section.texts("for");
    let mut roles = Vec::new();
    for word in &written {
        match ROLES.iter().find(|role| *role == word) {
            Some(role) => roles.push(*role),
            None => section.wrong("for", &format!("names {word:?}; known: {}", ROLES.join(", "))),
        }
    }
    if written.is_empty() {
        section.wrong("for", "names nobody; write for = [\"unit\"]");
    }
    let fits = match occasion {
        Some(Occasion::Reminder) => "unit",
        Some(Occasion::WeeklyDigest | Occasion::MonthlyDigest) => "leader",
        None => return None,
    };
    if let Some(other) = roles.iter().find(|role| **role != fits && !(fits == "leader" && **role == "office")) {
        section.wrong("for", &format!("names {other:?}, but this kind is for {fits:?}"));
    }
    Some(Schedule { name: name?, occasion: occasion?, form: form?, on_holiday: on_holiday?, roles })
}

/// A time of the day: "07:00".
fn time(section: &mut Section<'_>, key: &'static str) -> Option<NaiveTime> {
    let text = section.text(key)?;
    let time = NaiveTime::parse_from_str(&text, "%H:%M").ok();
    if time.is_none() {
        section.wrong(key, &format!("is {text:?}; it must be a time of the day: write \"07:00\""));
    }
    time
}
