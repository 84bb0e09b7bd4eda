//! Answers of portals, by the catalog's mappings: groups, metrics, names, nulls, days.

use super::{content, gia_lai, of, read_with, sample};
use chitieu::domain::assessment::{Figures, Rating, assess};
use chitieu::domain::observation::Reading;
use chitieu::domain::snapshot::{SnapshotHeader, SnapshotState};
use chitieu::ingest::IssueKind;
use chrono::DateTime;

const OCTOBER: &str = "cong-danh-gia-2026-10-09-mau.json";

#[test]
fn a_nested_answer_is_read_by_toml_alone() {
    let catalog = gia_lai();
    let content = content(&catalog, &sample(OCTOBER), None);
    assert_eq!((content.period.to_string().as_str(), content.as_of.to_string().as_str()), ("2026-10", "2026-10-09"));
    assert!(content.sample);
    let shown = |unit: &str, indicator: &str| {
        let o = of(&content, unit, indicator);
        let rate = o.rate.value().map_or_else(|| format!("{:?}", o.rate), |rate| rate.to_string());
        format!("{:?} {:?} {rate}", o.numerator, o.denominator)
    };
    // A score keeps its decimals and has no counts; a metric keeps its counts and its ratio.
    assert_eq!(shown("h21-19", "index_766"), "NotPublished NotPublished 71,25 điểm");
    assert_eq!(shown("h21-19", "satisfaction"), "NotPublished NotPublished 16,0 điểm");
    assert_eq!(shown("h21-19", "metric_settled_on_time"), "Value(189) Value(200) 94,5%");
    // Beyond four decimals it is cut, and null is not zero.
    assert_eq!(shown("h21-19", "metric_citizen_formality"), "Value(9) Value(19) 47,3684%");
    assert_eq!(shown("h21-19", "metric_payment_dossier"), "Value(45) Value(60) Empty");
    assert_eq!(shown("h21-19", "metric_online_services"), "Empty NotPublished 60%");
    assert_eq!(shown("h21-20", "payment"), "NotPublished NotPublished Empty");
    // A suffix, a code, and one group that has two names.
    assert_eq!(shown("h21-163", "index_766"), "NotPublished NotPublished 70,5 điểm");
    assert_eq!(shown("h21-19", "online_services"), "NotPublished NotPublished 7,2 điểm");
    assert_eq!(shown("h21-20", "online_services"), "NotPublished NotPublished 0,0 điểm");
    let communes = content.observations.iter().filter(|o| o.unit.as_str() == "h21-172").count();
    assert_eq!(communes, 7);
}

#[test]
fn zero_of_zero_is_worth_what_the_catalog_says() {
    let catalog = gia_lai();
    let content = content(&catalog, &sample(OCTOBER), None);
    let header = SnapshotHeader {
        id: String::new(),
        number: 1,
        period: content.period,
        as_of: content.as_of,
        sample: true,
        source: String::new(),
        recorded_at: DateTime::UNIX_EPOCH,
        state: SnapshotState::Published,
    };
    let book = catalog.target_book(Vec::new());
    let figures = Figures { header: &header, observations: &content.observations };
    let period = assess(catalog.yardstick(&book), figures, None);
    let rated = |indicator: &str| {
        let wanted = |a: &&chitieu::domain::assessment::Assessment| {
            a.unit.as_str() == "h21-20" && a.indicator.as_str() == indicator
        };
        let found = period.assessments.iter().find(wanted).unwrap_or_else(|| panic!("no {indicator}"));
        (found.rating, found.actual.map(|rate| rate.to_string()))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(rated("metric_petition_on_time"), (Rating::Met, some("100%")), "full");
    assert_eq!(rated("metric_receiving_satisfaction"), (Rating::Missed, some("0%")), "zero");
    assert_eq!(rated("metric_settled_on_time"), (Rating::Missed, some("0%")), "zero");
    assert_eq!(rated("metric_payment_dossier"), (Rating::NoActivity, None), "nothing");
    assert_eq!(rated("metric_dossier_sync"), (Rating::NoActivity, None), "nothing");
    assert_eq!(rated("satisfaction"), (Rating::Missed, some("12,0/18 điểm")), "a published score decides");
    assert_eq!(rated("payment"), (Rating::NoData, None), "null is neither zero nor nothing");
    let commune = period.assessments.iter().filter(|a| a.unit.as_str() == "h21-172");
    assert_eq!(commune.count(), 7, "communes are not measured by metrics");
}

#[test]
fn a_table_by_group_is_read_by_toml_alone() {
    let catalog = gia_lai();
    let content = content(&catalog, &sample("diem-theo-nhom-mau.csv"), Some("2026-10-09"));
    assert!(content.sample);
    assert_eq!(content.observations.len(), 21);
    let rate = |unit: &str, indicator: &str| of(&content, unit, indicator).rate.value().map(|rate| rate.to_string());
    // A comma within a name, a suffix behind one.
    assert_eq!(rate("h21-17", "payment").as_deref(), Some("8,0 điểm"));
    assert_eq!(rate("h21-163", "digitization").as_deref(), Some("9,5 điểm"));
}

#[test]
fn what_is_not_known_is_named_once() {
    let catalog = gia_lai();
    let text = r#"{"data":{"reportDate":"2026-10-09","items":[
 {"departmentCode":"H21.19","departmentName":"Sở Y tế","groups":[
  {"groupCode":"CKMB","score":19},{"groupCode":"NEW","score":1},{"groupCode":"TTTT","score":"cao"},
  {"groupCode":"ONLINE","score":5},{"groupCode":"CLGQ","score":6}]},
 {"departmentCode":"H21.999","departmentName":"Sở Y tá","groups":[{"groupCode":"CKMB","score":1},{"groupCode":"NEW","score":2}]},
 {"departmentCode":"H21.19","departmentName":"Sở Tư pháp","groups":[{"groupCode":"CKMB","score":2}]}]}}"#;
    let file = read_with(&catalog, text, None);
    let issues: Vec<_> = file.issues.iter().map(|i| (i.kind, i.place.as_str(), i.text.as_str())).collect();
    assert_eq!(
        issues,
        [
            (IssueKind::UnknownIndicator, "dòng 3", "NEW"),
            (IssueKind::UnreadableCell, "dòng 3, Sở Y tế, Thanh toán trực tuyến", "cao"),
            (IssueKind::DuplicateRow, "dòng 4", "Sở Y tế"),
            (IssueKind::UnknownUnit, "dòng 5", "Sở Y tá"),
            (IssueKind::AmbiguousUnit, "dòng 6", "Sở Tư pháp"),
        ]
    );
    let content = file.content.expect("the rest is read");
    assert_eq!(
        of(&content, "h21-19", "online_services").rate.value().map(|r| r.to_string()).as_deref(),
        Some("5 điểm")
    );
    assert_eq!(of(&content, "h21-19", "payment").rate, Reading::Unreadable);
}

#[test]
fn of_several_days_one_is_read() {
    let catalog = gia_lai();
    let row = |day: &str, score: u32| {
        format!(
            r#"{{"departmentCode":"H21.19","reportDate":"{day}","groups":[{{"groupCode":"TOTAL","score":{score}}}]}}"#
        )
    };
    let text = format!(r#"{{"data":{{"items":[{},{}]}}}}"#, row("2026-10-08", 70), row("2026-10-09", 71));
    let score = |file: chitieu::ingest::ReadFile| {
        let content = file.content.expect("figures");
        (content.as_of.to_string(), content.observations[0].rate.value().map(|rate| rate.to_string()))
    };
    let newest = read_with(&catalog, &text, None);
    assert_eq!(newest.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::DayIgnored]);
    assert!(!newest.has_errors());
    assert_eq!(score(newest), ("2026-10-09".to_owned(), Some("71 điểm".to_owned())));
    let earlier = read_with(&catalog, &text, Some("2026-10-08"));
    assert_eq!(earlier.issues, []);
    assert_eq!(score(earlier), ("2026-10-08".to_owned(), Some("70 điểm".to_owned())));
    let none = read_with(&catalog, &text, Some("2026-10-07"));
    assert_eq!((none.content, none.issues[0].kind), (None, IssueKind::PeriodConflict));
}

#[test]
fn a_metric_without_a_score_does_not_borrow_its_groups() {
    let catalog = gia_lai();
    let text = r#"{"data":{"reportDate":"2026-10-09","items":[{"departmentCode":"H21.19","groups":[
 {"groupCode":"TDGQ","score":18,"ratio":90,"metrics":[{"metricCode":"TDGQ","numerator":1,"denominator":2}]}]}]}}"#;
    let content = content(&catalog, text, None);
    assert_eq!(of(&content, "h21-19", "metric_settled_on_time").rate, Reading::NotPublished);
}
