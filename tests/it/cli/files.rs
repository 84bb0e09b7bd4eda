//! Files as offices send them: broken in every way. One clear issue each, good rows stay, nothing panics.

use serde_json::{Value, json};

use super::empty;
use crate::process::Office;

const HEAD: &str = "# period=2023-08\n# as_of=2023-08-24\nunit,tier,indicator,numerator,denominator,rate,target\n";
const GOOD: &str = "\"Sở Tư pháp\",provincial,online_submission,710,713,\"99,5\",100\n";

fn import(office: &Office, name: &str, code: i32) -> Value {
    let ended = office.run(&["import", name, "--json"]).expect(code);
    ended.json()
}

/// The kinds of the issues of a file whose good row must be kept.
fn issue_beside_a_good_row(bad: &str) -> Value {
    let (_folder, office) = empty();
    office.write("bad.csv", format!("{HEAD}{GOOD}{bad}\n"));
    let document = import(&office, "bad.csv", 1);
    assert_eq!(document["issues"].as_array().map(Vec::len), Some(1), "one issue: {document:#}");
    // What was good is there.
    let status = office.run(&["status", "so-tu-phap", "--json"]).expect(0).json();
    assert_eq!(status["units"][0]["indicators"][0]["numerator"], 710);
    let issue = document["issues"][0].clone();
    assert_eq!(issue["file"], "bad.csv");
    assert!(issue["where"].as_str().is_some_and(|place| place.starts_with("dòng 5")), "{issue}");
    assert!(issue["detail"].as_str().is_some_and(|words| !words.is_empty()), "{issue}");
    issue
}

#[test]
fn a_bad_row_leaves_the_good_ones() {
    let table = [
        ("\"Sở Nội vụ\",provincial,online_submission,abc,24,\"100\",93", "unreadable_cell", "abc"),
        ("\"Sở Nội vụ\",provincial,online_submission,24,24,57.8.1%,93", "unreadable_cell", "57.8.1%"),
        ("\"Sở Nội vụ\",provincial,online_submission,24", "short_row", "Sở Nội vụ"),
        ("\"Sở Bay\",provincial,online_submission,24,24,\"100\",93", "unknown_unit", "Sở Bay"),
        ("\"Sở Nội vụ\",provincial,happiness,24,24,\"100\",93", "unknown_indicator", "happiness"),
    ];
    for (row, kind, text) in table {
        let issue = issue_beside_a_good_row(row);
        assert_eq!((&issue["kind"], &issue["text"]), (&json!(kind), &json!(text)), "{row}");
    }
}

#[test]
fn what_is_no_report_at_all_has_one_clear_issue() {
    let (_folder, office) = empty();
    office.write("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0");
    office.write("empty.csv", "");
    office.write("poem.txt", "Trăm năm trong cõi người ta\nChữ tài chữ mệnh khéo là ghét nhau\n");
    let huge = std::fs::File::create(office.path("huge.csv")).expect("a file");
    huge.set_len(60 * 1024 * 1024).expect("a sparse file");
    for (name, kind) in [("picture.csv", "unknown_format"), ("empty.csv", "empty_file"), ("huge.csv", "too_large")] {
        let document = import(&office, name, 1);
        assert_eq!(document["issues"].as_array().map(Vec::len), Some(1), "{document:#}");
        assert_eq!(document["issues"][0]["kind"], kind, "{name}");
        assert_eq!(document["snapshot"], json!(null), "{name}");
        assert_eq!(document["observations"], 0, "{name}");
    }
    let poem = import(&office, "poem.txt", 1);
    assert!(!poem["issues"].as_array().expect("a list").is_empty(), "{poem}");
    assert_eq!(poem["snapshot"], json!(null));
    // Without --json people read the same in a sentence.
    let words = office.run(&["import", "picture.csv"]).expect(1).out;
    assert!(words.contains("picture.csv") && words.contains("hình ảnh"), "{words}");
}

#[test]
fn what_cannot_be_opened_is_wrong_usage_and_stores_nothing() {
    let (_folder, office) = empty();
    office.write("good.csv", format!("{HEAD}{GOOD}"));
    std::fs::create_dir(office.path("folder")).expect("a folder");
    office.run(&["import", "good.csv", "missing.csv", "--json"]).refuses(&["missing.csv", "No such file"]);
    office.run(&["import", "good.csv", "folder", "--json"]).refuses(&["folder", "directory"]);
    office.run(&["status", "so-tu-phap"]).refuses(&["no figures"]);
}

#[test]
fn nonsense_never_panics() {
    let (_folder, office) = empty();
    let rows = format!("{HEAD}{GOOD}");
    let table: Vec<Vec<u8>> = vec![
        b"\0\0\0\0".to_vec(),
        vec![0xFF; 4_096],
        b"\xFF\xFE\x00".to_vec(),
        b"PK\x03\x04broken".to_vec(),
        "\u{FEFF}".as_bytes().to_vec(),
        rows.as_bytes()[..rows.len() - 20].to_vec(),
        rows.replace(',', "\"").into_bytes(),
        rows.replace("710", "99999999999999999999999999").into_bytes(),
        rows.replace("2023-08-24", "2023-02-30").into_bytes(),
        rows.replace("2023-08", "0000-99").into_bytes(),
        format!("{HEAD}{}", ",".repeat(100_000)).into_bytes(),
    ];
    for (n, bytes) in table.into_iter().enumerate() {
        let name = format!("{n}.csv");
        office.write(&name, bytes);
        let ended = office.run(&["import", &name, "--json", "--dry-run"]);
        assert!(matches!(ended.code, Some(0 | 1)), "{name}: {ended:?}");
        let document = ended.json();
        assert_eq!(ended.code == Some(0), document["issues"] == json!([]), "{name}: {document:#}");
    }
}
