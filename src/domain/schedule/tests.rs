use super::*;

fn moment(text: &str) -> DateTime<Utc> {
    let there = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    at(there.date(), there.time())
}

fn shown(at: DateTime<Utc>) -> String {
    in_vietnam(at).format("%Y-%m-%d %H:%M").to_string()
}

fn time(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

fn night() -> Option<QuietHours> {
    Some(QuietHours { from: time(20), to: time(7) })
}

#[test]
fn forms_read_as_people_say_them() {
    for (form, words) in [
        ("0 8 * * 1", "08:00 thứ Hai hằng tuần"),
        ("30 7 * * MON", "07:30 thứ Hai hằng tuần"),
        ("0 8 * * 1-5", "08:00 thứ Hai đến thứ Sáu hằng tuần"),
        ("0 8 * * 1,4", "08:00 thứ Hai và thứ Năm hằng tuần"),
        ("0 8 * * 0", "08:00 Chủ nhật hằng tuần"),
        ("0 8,14 * * *", "08:00 và 14:00 hằng ngày"),
        ("0 9 5 * *", "09:00 ngày 5 hằng tháng"),
        ("0 9 5,20 * *", "09:00 ngày 5 và 20 hằng tháng"),
        ("0 9 L * *", "09:00 ngày cuối tháng hằng tháng"),
        ("0 9 5 1,4,7,10 *", "09:00 ngày 5 tháng 1, 4, 7 và 10"),
        ("*/5 8 * * 1", "theo lịch “*/5 8 * * 1”"),
        ("0 8 1 * 1", "theo lịch “0 8 1 * 1”"),
    ] {
        assert_eq!(CronForm::parse(form).unwrap().describe_vi(), words);
    }
}

#[test]
fn what_is_no_form_is_refused() {
    for wrong in ["", "8", "0 8 * *", "0 0 8 * * 1", "61 8 * * 1", "0 25 * * 1", "0 8 * * 9", "0 8 30 2 *", "a b c d e"]
    {
        assert!(CronForm::parse(wrong).is_err(), "{wrong}");
    }
    assert!(CronForm::parse(&format!("0 8 {} * *", "1,".repeat(60))).is_err());
    assert_eq!(CronForm::parse("  0  8 * * 1 ").unwrap().as_str(), "0 8 * * 1");
}

#[test]
fn the_next_slot_is_strictly_later_and_in_vietnam() {
    let monday = CronForm::weekly(1, 8, 0).unwrap();
    for (from, next) in [
        ("2023-07-24 07:59", "2023-07-24 08:00"),
        ("2023-07-24 08:00", "2023-07-31 08:00"),
        ("2023-07-30 23:59", "2023-07-31 08:00"),
        ("2023-12-30 12:00", "2024-01-01 08:00"),
    ] {
        assert_eq!(shown(monday.next_after(moment(from)).unwrap()), next, "{from}");
    }
    // 00:30 in Vietnam is still the day before in UTC.
    let early = CronForm::parse("30 0 1 * *").unwrap();
    assert_eq!(shown(early.next_after(moment("2024-02-29 23:00")).unwrap()), "2024-03-01 00:30");
    let last = CronForm::parse("0 9 L * *").unwrap();
    assert_eq!(shown(last.next_after(moment("2024-02-01 00:00")).unwrap()), "2024-02-29 09:00");
}

#[test]
fn nobody_is_disturbed_at_night_or_on_a_day_off() {
    let mut calendar = WorkCalendar::default();
    calendar.days_off.extend([day("2023-09-01"), day("2023-09-04")]);
    calendar.working_days.insert(day("2023-08-26"));
    let rests = Rests { calendar: &calendar, quiet: night() };
    for (slot, on_holiday, expected) in [
        ("2023-08-30 08:00", OnHoliday::Skip, Some("2023-08-30 08:00")),
        ("2023-08-30 20:00", OnHoliday::Skip, Some("2023-08-31 07:00")),
        ("2023-08-30 05:00", OnHoliday::Next, Some("2023-08-30 07:00")),
        ("2023-08-30 07:00", OnHoliday::Next, Some("2023-08-30 07:00")),
        ("2023-09-01 08:00", OnHoliday::Skip, None),
        ("2023-09-01 08:00", OnHoliday::Next, Some("2023-09-05 08:00")),
        // The night before a long weekend.
        ("2023-08-31 21:00", OnHoliday::Skip, Some("2023-09-05 07:00")),
        // A Saturday that is worked, and one that is not.
        ("2023-08-26 08:00", OnHoliday::Skip, Some("2023-08-26 08:00")),
        ("2023-08-19 08:00", OnHoliday::Next, Some("2023-08-21 08:00")),
    ] {
        assert_eq!(due(moment(slot), on_holiday, rests).map(shown).as_deref(), expected, "{slot} {on_holiday:?}");
    }
    let daytime = QuietHours { from: time(12), to: time(13) };
    assert_eq!(shown(daytime.end_after(moment("2023-08-30 12:30"))), "2023-08-30 13:00");
    assert_eq!(shown(daytime.end_after(moment("2023-08-30 13:00"))), "2023-08-30 13:00");
    let none = QuietHours { from: time(7), to: time(7) };
    assert_eq!(shown(none.end_after(moment("2023-08-30 07:00"))), "2023-08-30 07:00");
}

#[test]
fn what_was_missed_is_one_occasion() {
    let mut calendar = WorkCalendar::default();
    // Tết of 2025, Monday to Friday.
    calendar.days_off.extend((27..=31).map(|d| NaiveDate::from_ymd_opt(2025, 1, d).unwrap()));
    let rests = Rests { calendar: &calendar, quiet: night() };
    let monday = CronForm::weekly(1, 8, 0).unwrap();
    let turn = |last: &str, now: &str| match turn(&monday, OnHoliday::Next, moment(last), moment(now), rests) {
        Turn::Fire { slot } => format!("fire {}", shown(slot)),
        Turn::Wait { until } => format!("wait {}", until.map_or_else(String::new, shown)),
    };
    for (last, now, expected) in [
        ("2025-01-13 08:00", "2025-01-13 08:00", "wait 2025-01-20 08:00"),
        ("2025-01-13 08:00", "2025-01-20 07:59", "wait 2025-01-20 08:00"),
        ("2025-01-13 08:00", "2025-01-20 08:00", "fire 2025-01-20 08:00"),
        // Down for two weeks: once.
        ("2025-01-06 08:00", "2025-01-21 15:00", "fire 2025-01-20 08:00"),
        // Back at night, or on a Sunday: at the next moment at which one may speak.
        ("2025-01-13 08:00", "2025-01-20 22:00", "wait 2025-01-21 07:00"),
        ("2025-01-13 08:00", "2025-01-25 10:00", "wait 2025-02-03 08:00"),
        // Both Mondays come together on the first working day.
        ("2025-01-20 08:00", "2025-01-27 08:00", "wait 2025-02-03 08:00"),
        ("2025-01-20 08:00", "2025-02-03 08:00", "fire 2025-02-03 08:00"),
    ] {
        assert_eq!(turn(last, now), expected, "last {last}, now {now}");
    }
    let skipping = super::turn(&monday, OnHoliday::Skip, moment("2025-01-20 08:00"), moment("2025-01-28 08:00"), rests);
    assert_eq!(skipping, Turn::Wait { until: Some(moment("2025-02-03 08:00")) });
}
