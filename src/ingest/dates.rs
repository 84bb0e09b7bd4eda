//! Which month a file speaks of, and up to which day.

use crate::domain::period::{ReportingPeriod, day_vi};
use crate::ingest::Hints;
use crate::ingest::document::Document;
use crate::ingest::grid::Place;
use crate::ingest::issue::{IssueKind, Issues};
use crate::ingest::names::fold;
use chrono::NaiveDate;

/// What a file says about its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) period: Option<ReportingPeriod>,
    /// The last day that the figures cover.
    pub(super) as_of: Option<NaiveDate>,
    /// The place and text of a period that cannot be read.
    pub(super) bad_period: Option<(String, String)>,
    /// The place and text of a day that cannot be read.
    pub(super) bad_day: Option<(String, String)>,
}

impl Stated {
    /// Fills what is missing from another statement. What was said badly is not missing: it must be corrected, because
    /// a day that is silently replaced would make an open month look closed.
    pub(super) fn or(self, other: Self) -> Self {
        let (period, bad_period) = match (self.period, self.bad_period) {
            (None, None) => (other.period, other.bad_period),
            said => said,
        };
        let (as_of, bad_day) = match (self.as_of, self.bad_day) {
            (None, None) => (other.as_of, other.bad_day),
            said => said,
        };
        Self { period, as_of, bad_period, bad_day }
    }
}

/// Reads a day: `2023-07-24`, `24/7/2023`, `24-07-2023`, `24.7.2023`.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let mut parts = text.split(['-', '/', '.']).map(|part| part.trim().parse::<u32>().ok());
    let (Some(Some(a)), Some(Some(b)), Some(Some(c)), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    if a >= 1_000 { date(c, b, a) } else { date(a, b, c) }
}

fn date(day: u32, month: u32, year: u32) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    ReportingPeriod::containing(date).map(|_| date)
}

/// What the text before the tables says, and for the month, if it says nothing, the headings of the tables. The text is
/// one stream of words, because a sentence may be broken anywhere: an end that is missed would make an open month look
/// closed.
pub(super) fn stated(document: &Document) -> Stated {
    let folded: Vec<(&Place, String)> = document.opening().map(|line| (&line.at, fold(&line.text))).collect();
    let words: Vec<&str> = folded.iter().flat_map(|(_, text)| text.split(' ')).collect();
    let places: Vec<&Place> =
        folded.iter().flat_map(|(at, text)| std::iter::repeat_n(*at, text.split(' ').count())).collect();
    let in_headings = || {
        let headings = document.tables.iter().flat_map(|table| &table.layout.headings);
        headings.into_iter().find_map(|heading| month_in(&heading.split(' ').collect::<Vec<_>>()))
    };
    let mut stated = Stated { period: month_in(&words).or_else(in_headings), ..Stated::default() };
    match last_day_in(&words) {
        Some((_, Some(day))) => stated.as_of = Some(day),
        Some((at, None)) => {
            let text = words[at..].iter().take(6).copied().collect::<Vec<_>>().join(" ");
            stated.bad_day = Some((places[at].to_string(), text));
        }
        None => {}
    }
    stated
}

/// Of a workbook whose sheets speak of several months only one month is read: the one that was asked for. Without that
/// nothing is, because a figure of the wrong month is worse than none. False then, with an issue.
pub(super) fn one_month(document: &mut Document, hints: &Hints, issues: &mut Issues) -> bool {
    let mut months: Vec<ReportingPeriod> = document.tables.iter().filter_map(|table| table.month).collect();
    months.sort();
    months.dedup();
    if months.len() < 2 {
        return true;
    }
    if let Some(asked) = hints.period.filter(|asked| months.contains(asked)) {
        document.tables.retain(|table| table.month.is_none_or(|month| month == asked));
        return true;
    }
    let months: Vec<String> = months.iter().take(12).map(|month| month.name_vi()).collect();
    let detail = format!(
        "Các trang tính nói về nhiều kỳ khác nhau ({}); hãy tách thành từng tệp hoặc chọn kỳ khi nhập.",
        months.join(", ")
    );
    issues.push(IssueKind::PeriodConflict, "", "", &detail);
    false
}

fn number(word: Option<&&str>) -> Option<u32> {
    word.filter(|word| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

/// `tháng 7 năm 2023`, `tháng 7/2023`, `Kỳ báo cáo: 07/2023`; but not `ngày 08 tháng 06 năm 2023`, which is the date of a decision.
pub(super) fn month_in(words: &[&str]) -> Option<ReportingPeriod> {
    (0..words.len()).find_map(|at| {
        if words[at] == "cao" && at >= 2 && words[at - 2..at] == ["ky", "bao"] {
            return month_behind(&words[at + 1..]);
        }
        if words[at] != "thang" {
            return None;
        }
        if at >= 2 && words[at - 2] == "ngay" && number(words.get(at - 1)).is_some() {
            return None;
        }
        let month = number(words.get(at + 1))?;
        let year = if words.get(at + 2) == Some(&"nam") { at + 3 } else { at + 2 };
        ReportingPeriod::new(i32::try_from(number(words.get(year))?).ok()?, month).ok()
    })
}

/// What stands behind `Kỳ báo cáo:` in the cell of its own: `07/2023`, or a day of that month.
fn month_behind(words: &[&str]) -> Option<ReportingPeriod> {
    let numbers: Vec<u32> = words.iter().map_while(|word| number(Some(word))).take(3).collect();
    let (month, year) = match numbers[..] {
        [_, month, year] if year >= 1_000 => (month, year),
        [month, year, ..] => (month, year),
        _ => return None,
    };
    ReportingPeriod::new(i32::try_from(year).ok()?, month).ok()
}

/// The end of `từ ngày 01/07/2023 đến ngày 24/7/2023` or of `số liệu đến ngày 24/7/2023`. With the place of "đến";
/// the day is none when there is such an end and no such day.
fn last_day_in(words: &[&str]) -> Option<(usize, Option<NaiveDate>)> {
    (0..words.len()).filter(|at| words[*at] == "den").find_map(|at| {
        let start = at.saturating_sub(8);
        let before = &words[start..at];
        let from = before.iter().rposition(|word| *word == "tu").is_some_and(|tu| {
            let rest = &before[tu + 1..];
            number(rest.iter().find(|word| !matches!(**word, "ngay" | "het"))).is_some()
        });
        let figures = before.windows(2).any(|pair| pair == ["so", "lieu"]);
        if !from && !figures {
            return None;
        }
        let mut rest = words[at + 1..].iter().filter(|word| !matches!(**word, "het" | "ngay" | "thang" | "nam"));
        let (day, month, year) = (number(rest.next())?, number(rest.next())?, number(rest.next())?);
        Some((at, date(day, month, year)))
    })
}

/// Decides the period and the last day, from what the file says and what the person says who brings it.
pub(super) fn settle(stated: Stated, hints: &Hints, issues: &mut Issues) -> Option<(ReportingPeriod, NaiveDate)> {
    if let (None, Some((place, text))) = (hints.period, &stated.bad_period) {
        issues.push(IssueKind::NoPeriod, place, text, "Không đọc được kỳ báo cáo; ghi dạng 2023-07.");
        return None;
    }
    if let (None, Some((place, text))) = (hints.as_of, &stated.bad_day) {
        let detail = "Không đọc được ngày chốt số liệu; ghi dạng 2023-07-24 hoặc 24/7/2023.";
        issues.push(IssueKind::PeriodConflict, place, text, detail);
        return None;
    }
    let of_day = |day: Option<NaiveDate>| day.and_then(ReportingPeriod::containing);
    let said = hints.period.or(stated.period).or_else(|| of_day(hints.as_of.or(stated.as_of)));
    let Some(period) = said else {
        let detail = "Không rõ số liệu của tháng nào; ghi “tháng 7 năm 2023” trong tiêu đề, dòng “# period=2023-07” \
                      ở đầu tệp, hoặc chọn kỳ khi nhập.";
        issues.push(IssueKind::NoPeriod, "", "", detail);
        return None;
    };
    let inside = |day: NaiveDate| ReportingPeriod::containing(day) == Some(period);
    match (hints.as_of, stated.as_of) {
        (Some(day), _) | (None, Some(day)) if inside(day) => Some((period, day)),
        (None, None) => Some((period, period.last_day())),
        (None, Some(day)) if hints.period.is_some() => {
            let detail =
                format!("Ngày chốt ghi trong tệp không thuộc {}; số liệu được coi là đến hết tháng.", period.name_vi());
            issues.push(IssueKind::DayIgnored, "", &day_vi(day), &detail);
            Some((period, period.last_day()))
        }
        (Some(day), _) | (None, Some(day)) => {
            let detail = format!("Ngày chốt số liệu không thuộc kỳ báo cáo {}.", period.name_vi());
            issues.push(IssueKind::PeriodConflict, "", &day_vi(day), &detail);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn july() -> Option<ReportingPeriod> {
        ReportingPeriod::parse("2023-07").ok()
    }

    #[rstest]
    #[case("Kết quả 05 nội dung trong tháng 7 năm 2023", true)]
    #[case("… tháng 07/2023", true)]
    #[case("Kế hoạch ngày 08 tháng 06 năm 2023 cho tháng 7/2023", true)]
    #[case("Kỳ báo cáo:,07/2023", true)]
    #[case("Kỳ báo cáo,1/7/2023", true)]
    #[case("Kỳ báo cáo của tỉnh", false)]
    #[case("Bình Định, ngày 08 tháng 7 năm 2023", false)]
    #[case("Bình Định, ngày tháng năm 2023", false)]
    #[case("trong 6 tháng cuối năm 2023", false)]
    #[case("tháng 13 năm 2023", false)]
    #[case("tháng 7 năm 20233", false)]
    fn months_are_found_in_sentences(#[case] text: &str, #[case] found: bool) {
        let folded = fold(text);
        assert_eq!(month_in(&folded.split(' ').collect::<Vec<_>>()), july().filter(|_| found), "{text}");
    }

    #[rstest]
    #[case("từ ngày 01/07/2023 đến ngày 24/7/2023, cụ thể", Some(Some(ymd(2023, 7, 24))))]
    #[case("từ 1/7 đến hết ngày 24/7/2023", Some(Some(ymd(2023, 7, 24))))]
    #[case("từ ngày 01 tháng 7 năm 2023 đến ngày 24 tháng 7 năm 2023", Some(Some(ymd(2023, 7, 24))))]
    #[case("(số liệu tính đến ngày 24/7/2023)", Some(Some(ymd(2023, 7, 24))))]
    #[case("số liệu đến 32/7/2023", Some(None))]
    #[case("hoàn thành từ nay đến ngày 31/12/2023", None)]
    #[case("báo cáo đến ngày 31/12/2023", None)]
    fn last_days_are_found_in_sentences(#[case] text: &str, #[case] found: Option<Option<NaiveDate>>) {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').collect();
        assert_eq!(last_day_in(&words).map(|(_, day)| day), found, "{text}");
    }

    #[test]
    fn days_are_read_in_both_orders() {
        for text in ["2023-07-24", "24/7/2023", " 24-07-2023 ", "24.7.2023"] {
            assert_eq!(day(text), Some(ymd(2023, 7, 24)), "{text}");
        }
        for wrong in ["", "24/7", "2023-07-32", "24/7/23", "24/7/2023/1", "24/7/20233"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[rstest]
    // Nobody says a day: the whole month.
    #[case((Some("2023-07"), None), (None, None), Some(("2023-07", (7, 31))), None)]
    #[case((Some("2023-07"), Some((7, 24))), (None, None), Some(("2023-07", (7, 24))), None)]
    // A day alone names its month.
    #[case((None, Some((7, 24))), (None, None), Some(("2023-07", (7, 24))), None)]
    // Hints fill and win.
    #[case((None, None), (Some("2023-07"), None), Some(("2023-07", (7, 31))), None)]
    #[case((Some("2023-07"), Some((7, 24))), (None, Some((7, 20))), Some(("2023-07", (7, 20))), None)]
    #[case((Some("2023-07"), Some((7, 24))), (Some("2023-06"), None), Some(("2023-06", (6, 30))), Some(IssueKind::DayIgnored))]
    #[case((Some("2023-07"), Some((7, 24))), (Some("2023-06"), Some((6, 24))), Some(("2023-06", (6, 24))), None)]
    // Contradictions are not decided here.
    #[case((Some("2023-07"), Some((6, 24))), (None, None), None, Some(IssueKind::PeriodConflict))]
    #[case((Some("2023-07"), None), (None, Some((6, 24))), None, Some(IssueKind::PeriodConflict))]
    #[case((None, None), (None, None), None, Some(IssueKind::NoPeriod))]
    fn hints_and_file_are_settled(
        #[case] file: (Option<&str>, Option<(u32, u32)>),
        #[case] hint: (Option<&str>, Option<(u32, u32)>),
        #[case] result: Option<(&str, (u32, u32))>,
        #[case] issue: Option<IssueKind>,
    ) {
        let period = |text: Option<&str>| text.map(|text| ReportingPeriod::parse(text).unwrap());
        let day = |day: Option<(u32, u32)>| day.map(|(month, day)| ymd(2023, month, day));
        let mut issues = Issues::new("");
        let stated = Stated { period: period(file.0), as_of: day(file.1), ..Stated::default() };
        let hints = Hints { period: period(hint.0), as_of: day(hint.1) };
        let settled = settle(stated, &hints, &mut issues);
        assert_eq!(settled, result.map(|(p, d)| (period(Some(p)).unwrap(), day(Some(d)).unwrap())));
        assert_eq!(issues.finish().first().map(|i| i.kind), issue);
    }

    #[test]
    fn a_day_that_was_said_badly_is_not_replaced_in_silence() {
        let mut issues = Issues::new("");
        let bad_day = Some(("dòng 2".to_owned(), "2023-07-32".to_owned()));
        let stated = Stated { period: july(), bad_day, ..Stated::default() };
        assert_eq!(settle(stated.clone(), &Hints::default(), &mut issues), None);
        let hints = Hints { as_of: Some(ymd(2023, 7, 24)), period: None };
        assert!(settle(stated, &hints, &mut issues).is_some());
        let issues = issues.finish();
        assert_eq!((issues.len(), issues[0].place.as_str()), (1, "dòng 2"));
    }
}
