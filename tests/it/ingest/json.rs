//! Our own JSON form: digits as written, and every way in which a figure can be absent.

use super::{content, day, of, printed, read};
use chitieu::domain::observation::Reading::{Empty, NotOccurred, NotPublished, Unreadable, Value};
use chitieu::domain::snapshot::SnapshotContent;
use chitieu::ingest::IssueKind;
use rstest::rstest;

const JUNE: &str = include_str!("../../../samples/json/so-lieu-mau-2023-06-24.json");

#[test]
fn null_a_dash_nothing_and_zero_are_four_things() {
    let content = content(JUNE);
    assert!(content.sample);
    assert_eq!((content.period.to_string().as_str(), content.as_of), ("2023-06", day(2023, 6, 24)));
    assert_eq!((content.observations.len(), content.targets.len(), content.averages.len()), (5, 3, 1));
    let seen = |unit: &str, indicator: &str| printed(of(&content, unit, indicator));
    assert_eq!(seen("so-tu-phap", "online_submission"), (Value(590), Value(592), "99,6%".to_owned()));
    assert_eq!(seen("so-tu-phap", "electronic_result"), (Value(255), NotPublished, "50,1%".to_owned()));
    assert_eq!(seen("so-noi-vu", "online_payment"), (NotOccurred, NotOccurred, "NotOccurred".to_owned()));
    assert_eq!(seen("xa-an-lao", "digitization"), (Value(0), Value(700), "0%".to_owned()));
    assert_eq!(seen("so-xay-dung", "digitization"), (Empty, Value(140), "Empty".to_owned()));
}

/// The same figures as in the tables of June and of the real report, whatever their form.
#[test]
fn the_same_figures_as_json_are_the_same_content() {
    for truth in [content(super::JUNE_24), content(super::JULY)] {
        let text = as_json(&truth);
        assert_eq!(content(&text), truth);
        // Another encoding changes nothing.
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(content(utf16), truth);
        assert_eq!(content(format!("\u{feff}{text}")), truth);
    }
}

fn as_json(content: &SnapshotContent) -> String {
    let plain = |rate: String| rate.replace(',', ".").replace('%', "");
    let rows = content.observations.iter().map(|o| {
        let field = |name: &str, reading: chitieu::domain::observation::Reading<u64>| match reading {
            Value(count) => format!(", \"{name}\": {count}"),
            NotOccurred => format!(", \"{name}\": \"-\""),
            Empty => format!(", \"{name}\": null"),
            Unreadable | NotPublished => String::new(),
        };
        let rate = match o.rate {
            Value(rate) => format!(", \"rate\": {}", plain(rate.to_string())),
            NotOccurred => ", \"rate\": \"-\"".to_owned(),
            Empty => ", \"rate\": null".to_owned(),
            Unreadable | NotPublished => String::new(),
        };
        let target = content.targets.iter().find(|t| t.unit == o.unit && t.indicator == o.indicator);
        let target = target.map(|t| format!(", \"target\": \"{}\"", t.target.level)).unwrap_or_default();
        let (n, d) = (field("numerator", o.numerator), field("denominator", o.denominator));
        format!("{{\"unit\": \"{}\", \"indicator\": \"{}\"{n}{d}{rate}{target}}}", o.unit, o.indicator)
    });
    let averages = content.averages.iter().map(|a| {
        let (scope, rate) = (a.scope.as_str(), plain(a.rate.to_string()));
        format!("{{\"scope\": \"{scope}\", \"indicator\": \"{}\", \"rate\": {rate}}}", a.indicator)
    });
    format!(
        "{{\"period\": \"{}\", \"as_of\": \"{}\", \"sample\": {}, \"observations\": [{}], \"averages\": [{}]}}",
        content.period,
        content.as_of,
        content.sample,
        rows.collect::<Vec<_>>().join(",\n"),
        averages.collect::<Vec<_>>().join(",\n")
    )
}

#[rstest]
#[case(r#"{"period": "2023-06", "observations": ["#, IssueKind::InvalidText, "dòng 1")]
#[case("{\n\"a\": 1}", IssueKind::NoTable, "")]
#[case(r#"[{"a": 1}]"#, IssueKind::NoTable, "")]
#[case(
    r#"{"observations": [{"unit": "so-tu-phap", "indicator": "digitization", "rate": 5}]}"#,
    IssueKind::NoPeriod,
    ""
)]
#[case(
    r#"{"period": "2023-13", "observations": [{"unit": "so-tu-phap", "indicator": "digitization"}]}"#,
    IssueKind::NoPeriod,
    "dòng 1"
)]
#[case(r#"{"period": "2023-06", "observations": []}"#, IssueKind::EmptyFile, "")]
fn what_cannot_be_read_has_one_clear_issue(#[case] text: &str, #[case] kind: IssueKind, #[case] place: &str) {
    let file = read(text);
    assert_eq!(file.content, None);
    let issues: Vec<_> = file.issues.iter().map(|issue| (issue.kind, issue.place.as_str())).collect();
    assert_eq!(issues, [(kind, place)], "{text}");
}

#[test]
fn a_bad_row_takes_nothing_with_it() {
    let file = read(
        r#"{"period": "2023-06", "sample": "maybe", "observations": [
 {"unit": "so-tu-phap", "indicator": "digitization", "numerater": 5, "denominator": 1.5, "rate": [1], "target": 101},
 {"unit": "Sở Tư phép", "indicator": "digitization", "rate": 5},
 {"unit": "so-y-te", "indicator": "happiness", "rate": 5},
 {"unit": "UBND huyện An Lão", "indicator": "digitization", "rate": 5},
 {"unit": "so-y-te", "tier": "planet", "indicator": "digitization", "rate": 5},
 {"unit": "so-y-te", "indicator": "Số hóa hồ sơ", "numerator": 1e2, "denominator": 200.0, "rate": 5e1}
]}"#,
    );
    let issues: Vec<_> = file.issues.iter().map(|issue| (issue.kind, issue.text.as_str())).collect();
    assert_eq!(
        issues,
        [
            (IssueKind::UnknownColumn, "numerater"),
            (IssueKind::InvalidText, "maybe"),
            (IssueKind::UnreadableCell, "1.5"),
            (IssueKind::UnreadableCell, ""),
            (IssueKind::UnreadableCell, "101"),
            (IssueKind::UnknownUnit, "Sở Tư phép"),
            (IssueKind::UnknownIndicator, "happiness"),
            (IssueKind::AmbiguousUnit, "UBND huyện An Lão"),
            (IssueKind::UnknownTier, "planet"),
        ]
    );
    let content = file.content.expect("what can be read");
    assert!(content.sample, "what may be made up is taken as made up");
    assert_eq!(printed(of(&content, "so-y-te", "digitization")), (Value(100), Value(200), "50%".to_owned()));
    assert_eq!(of(&content, "so-tu-phap", "digitization").denominator, Unreadable);
}
