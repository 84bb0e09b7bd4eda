//! A cron form in Vietnamese words.

const WEEKDAYS: [&str; 8] = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];

/// What a field says, as far as people have words for it.
enum Field {
    Every,
    Some(Vec<u32>),
    Last,
    Odd,
}

/// "08:00 thứ Hai hằng tuần", "09:00 ngày 5 hằng tháng"; a form for which there are no short words is shown as it is.
pub(super) fn describe(text: &str) -> String {
    let fields: Vec<&str> = text.split(' ').collect();
    let [minute, hour, day, month, weekday] = fields[..] else { return odd(text) };
    let Some(times) = times(minute, hour) else { return odd(text) };
    let (Field::Every | Field::Some(_), day, weekday) = (read(month), read(day), read_weekday(weekday)) else {
        return odd(text);
    };
    let of_months = match read(month) {
        Field::Some(months) => format!("tháng {}", list(&months.iter().map(u32::to_string).collect::<Vec<_>>())),
        _ => "hằng tháng".to_owned(),
    };
    let all_months = matches!(read(month), Field::Every);
    match (day, weekday) {
        (Field::Every, Field::Every) if all_months => format!("{times} hằng ngày"),
        (Field::Every, Field::Some(days)) if all_months => {
            let span = days.len() > 2 && days.windows(2).all(|pair| pair[0] + 1 == pair[1]);
            let name = |day: &u32| WEEKDAYS.get(*day as usize).copied().unwrap_or_default();
            let ends = days.first().zip(days.last()).filter(|_| span);
            let names = match ends {
                Some((first, last)) => format!("{} đến {}", name(first), name(last)),
                None => list(&days.iter().map(|day| name(day).to_owned()).collect::<Vec<_>>()),
            };
            format!("{times} {names} hằng tuần")
        }
        (Field::Some(days), Field::Every) => {
            format!("{times} ngày {} {of_months}", list(&days.iter().map(u32::to_string).collect::<Vec<_>>()))
        }
        (Field::Last, Field::Every) => {
            format!("{times} ngày cuối {of_months}").replace("cuối hằng tháng", "cuối tháng hằng tháng")
        }
        _ => odd(text),
    }
}

fn odd(text: &str) -> String {
    format!("theo lịch “{text}”")
}

/// "08:00", "08:00 và 14:00".
fn times(minute: &str, hour: &str) -> Option<String> {
    let (Field::Some(minutes), Field::Some(hours)) = (read(minute), read(hour)) else { return None };
    let [minute] = minutes[..] else { return None };
    Some(list(&hours.iter().map(|hour| format!("{hour:02}:{minute:02}")).collect::<Vec<_>>()))
}

fn read(field: &str) -> Field {
    match field {
        "*" => Field::Every,
        "L" | "l" => Field::Last,
        _ => numbers(field, |text| text.parse().ok()).map_or(Field::Odd, Field::Some),
    }
}

fn read_weekday(field: &str) -> Field {
    let day = |text: &str| match text.to_ascii_uppercase().as_str() {
        "MON" => Some(1),
        "TUE" => Some(2),
        "WED" => Some(3),
        "THU" => Some(4),
        "FRI" => Some(5),
        "SAT" => Some(6),
        "SUN" => Some(7),
        "0" => Some(7),
        text => text.parse().ok().filter(|day| *day <= 7),
    };
    match field {
        "*" => Field::Every,
        _ => numbers(field, day).map_or(Field::Odd, Field::Some),
    }
}

/// A list of numbers and ranges, in order.
fn numbers(field: &str, read: impl Fn(&str) -> Option<u32>) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in field.split(',') {
        match part.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (read(from)?, read(to)?);
                // A month has the longest range.
                if from > to || to - from > 31 {
                    return None;
                }
                numbers.extend(from..=to);
            }
            None => numbers.push(read(part)?),
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// "1, 2 và 3".
fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} và {last}", first.join(", ")),
    }
}
