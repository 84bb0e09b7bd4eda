//! A schedule as people type it: "08:00 thứ Hai", "9h ngày 5 hằng tháng", "tắt".

use super::CronForm;
use crate::domain::names::unmarked;
use chrono::{DateTime, Duration};

/// Reminders of one chat come at most this often: what comes all the time is not read.
const CLOSEST: Duration = Duration::hours(20);
/// Longer than any schedule that people type.
const WORDS_MAX: usize = 12;

/// What a person wants of a chat's reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To see the schedule.
    Show,
    /// This schedule.
    At(Box<CronForm>),
    /// No reminders.
    Off,
    /// The catalog's schedule.
    Standard,
}

/// Reads what stands behind `/nhacnho`; none for what is no schedule, or one that comes more than once a day.
#[must_use]
pub fn wish(text: &str) -> Option<Wish> {
    let plain = unmarked(text.trim());
    match plain.trim() {
        "" => return Some(Wish::Show),
        "tat" | "off" | "huy" | "khong" | "dung" => return Some(Wish::Off),
        "mac dinh" | "macdinh" | "default" | "bat" | "bat lai" | "on" => return Some(Wish::Standard),
        _ => {}
    }
    let form = CronForm::parse(text).ok().or_else(|| in_words(&plain))?;
    is_calm(&form).then(|| Wish::At(Box::new(form)))
}

/// Whether no two slots in a row come too close.
fn is_calm(form: &CronForm) -> bool {
    let mut last = None;
    let mut cursor = DateTime::UNIX_EPOCH;
    // A week and a month show every pattern of days that five fields can say within a day.
    for _ in 0..40 {
        let Some(slot) = form.next_after(cursor) else { break };
        if last.is_some_and(|last| slot - last < CLOSEST) {
            return false;
        }
        (last, cursor) = (Some(slot), slot);
    }
    true
}

/// Which days.
enum Days {
    Weekdays(Vec<u32>),
    OfMonth(Vec<u32>),
    Every,
}

fn in_words(plain: &str) -> Option<CronForm> {
    let text = plain.replace([',', ';'], " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > WORDS_MAX {
        return None;
    }
    let mut time = None;
    let mut days: Option<Days> = None;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let mut used = 1;
        match *word {
            "luc" | "vao" | "va" | "cac" | "tuan" | "thang" | "gio" => {}
            "hang" | "moi" => {
                if next == "ngay" {
                    days.get_or_insert(Days::Every);
                    used = 2;
                }
            }
            "thu" | "t" => {
                days = Some(with_weekday(days, weekday(next)?)?);
                used = 2;
            }
            "chu" if next == "nhat" => {
                days = Some(with_weekday(days, 7)?);
                used = 2;
            }
            "ngay" => {
                let day = next.parse().ok().filter(|day| (1..=31).contains(day))?;
                days = Some(with_day(days, day)?);
                used = 2;
            }
            word => match (clock(word, next), days.is_some()) {
                (Some((clock, more)), _) if time.is_none() => {
                    time = Some(clock);
                    used += more;
                }
                (_, true) if time.is_some() && word.parse::<u32>().is_ok() => {
                    let number = word.parse().ok()?;
                    days = Some(match days {
                        Some(Days::OfMonth(_)) if (1..=31).contains(&number) => with_day(days, number)?,
                        _ => with_weekday(days, weekday(word)?)?,
                    });
                }
                _ => days = Some(with_weekday(days, weekday(word.strip_prefix('t').unwrap_or(word))?)?),
            },
        }
        at += used;
    }
    let (hour, minute) = time?;
    let list = |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let text = match days {
        Some(Days::Weekdays(days)) => format!("{minute} {hour} * * {}", list(&days)),
        Some(Days::OfMonth(days)) => format!("{minute} {hour} {} * *", list(&days)),
        Some(Days::Every) | None => format!("{minute} {hour} * * *"),
    };
    CronForm::parse(&text).ok()
}

fn with_weekday(days: Option<Days>, day: u32) -> Option<Days> {
    match days {
        None => Some(Days::Weekdays(vec![day])),
        Some(Days::Weekdays(mut days)) if !days.contains(&day) => {
            days.push(day);
            days.sort_unstable();
            Some(Days::Weekdays(days))
        }
        _ => None,
    }
}

fn with_day(days: Option<Days>, day: u32) -> Option<Days> {
    match days {
        None => Some(Days::OfMonth(vec![day])),
        Some(Days::OfMonth(mut days)) if !days.contains(&day) => {
            days.push(day);
            days.sort_unstable();
            Some(Days::OfMonth(days))
        }
        _ => None,
    }
}

/// "hai", "2", "bảy", "cn": 1 Monday … 7 Sunday.
fn weekday(word: &str) -> Option<u32> {
    Some(match word {
        "hai" | "2" => 1,
        "ba" | "3" => 2,
        "tu" | "4" => 3,
        "nam" | "5" => 4,
        "sau" | "6" => 5,
        "bay" | "7" => 6,
        "cn" => 7,
        _ => return None,
    })
}

/// "8", "08:00", "8h30", "8g", "8 giờ 30": a time, and how many words more it took.
fn clock(word: &str, next: &str) -> Option<((u32, u32), usize)> {
    let (hour, minute, more) = match word.split_once([':', 'h', 'g']) {
        Some((hour, "" | "io")) => (hour, "0", 0),
        Some((hour, minute)) => (hour, minute, 0),
        None if next == "gio" => (word, "0", 1),
        None => return None,
    };
    let number = |text: &str, most: u32| {
        let short = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| short && *number <= most)
    };
    Some(((number(hour, 23)?, number(minute, 59)?), more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_type_schedules_in_many_ways() {
        for (text, form) in [
            ("08:00 thứ Hai", "0 8 * * 1"),
            ("8h thứ 2", "0 8 * * 1"),
            ("8h30 thu hai hang tuan", "30 8 * * 1"),
            ("thứ Hai 8:00", "0 8 * * 1"),
            ("8 giờ thứ sáu", "0 8 * * 5"),
            ("8g thứ Hai, thứ Năm", "0 8 * * 1,4"),
            ("8:00 t2 t5", "0 8 * * 1,4"),
            ("8:00 chủ nhật", "0 8 * * 7"),
            ("lúc 7:30 hằng ngày", "30 7 * * *"),
            ("7:30 mỗi ngày", "30 7 * * *"),
            ("7:30", "30 7 * * *"),
            ("09:00 ngày 5 hằng tháng", "0 9 5 * *"),
            ("ngày 5 và ngày 20 9h", "0 9 5,20 * *"),
            ("0 8 * * 1", "0 8 * * 1"),
        ] {
            assert_eq!(wish(text), Some(Wish::At(Box::new(CronForm::parse(form).unwrap()))), "{text}");
        }
        assert_eq!(wish(" "), Some(Wish::Show));
        assert_eq!(wish("TẮT"), Some(Wish::Off));
        assert_eq!(wish("mặc định"), Some(Wish::Standard));
    }

    #[test]
    fn what_is_no_schedule_or_too_often_is_none() {
        for text in [
            "thứ Hai",
            "25:00 thứ Hai",
            "8:60",
            "8:00 thứ Tám",
            "8:00 ngày 32",
            "8:00 thứ Hai ngày 5",
            "sở y tế",
            "* * * * *",
            "0 8,9 * * *",
            "0 */2 * * 1",
            "8:00 8:00 8:00",
            "8:00 một hai ba bốn năm sáu bảy tám chín mười mười một",
        ] {
            assert_eq!(wish(text), None, "{text}");
        }
    }
}
