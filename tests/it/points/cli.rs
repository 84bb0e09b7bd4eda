//! Every command on the second catalog, over made-up figures.

use super::folder;
use crate::process::Office;
use serde_json::json;

fn office() -> (tempfile::TempDir, Office) {
    let temporary = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(temporary.path()).with("CATALOG_DIR", folder().to_str().expect("a path"));
    (temporary, office)
}

fn sample(name: &str) -> String {
    format!("{}/samples/gia-lai-766/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_command_works_without_a_line_of_code() {
    let (_folder, office) = office();
    let doctor = office.run(&["doctor"]).expect(0).out;
    assert!(doctor.contains("149 đơn vị, 25 chỉ tiêu"), "{doctor}");
    let september = sample("cong-danh-gia-2026-09-09-mau.json");
    let october = sample("cong-danh-gia-2026-10-09-mau.json");
    let dry = office.run(&["import", &october, "--dry-run", "--json"]).expect(0).json();
    assert_eq!((&dry["rows"], &dry["observations"]), (&json!(4), &json!(58)));
    office.run(&["import", &september]).expect(0);
    let imported = office.run(&["import", &october, "--json"]).expect(0).json();
    assert_eq!(
        (&imported["period"], &imported["observations"], &imported["held"]),
        (&json!("2026-10"), &json!(58), &json!(false))
    );
    let again = office.run(&["import", &october, "--json"]).expect(0).json();
    assert_eq!(again["unchanged"], true);

    let status = office.run(&["status", "Sở Y tế - tỉnh Gia Lai", "--json"]).expect(0).json();
    let groups = &status["units"][0]["indicators"];
    let transparency =
        groups.as_array().expect("a list").iter().find(|i| i["code"] == "transparency").expect("a group");
    let wanted = json!({"rating": "missed", "actual": 12.5, "target": 14.4, "gap": -1.9, "unit": "points", "max": 18.0,
        "numerator": null, "denominator": null, "needed": null, "change": 0.5, "comparable": true});
    for (field, value) in wanted.as_object().expect("an object") {
        assert_eq!(&transparency[field], value, "{field}");
    }
    let words = office.run(&["status", "y tế"]).expect(0).out;
    for line in [
        "Công khai, minh bạch: 12,5/18 điểm · chỉ tiêu 14,4 điểm (−1,9 điểm)",
        "tháng 9: 12,0/18 điểm, +0,5 điểm",
        "Tiến độ giải quyết: 18,9/20 điểm · chỉ tiêu 16 điểm (+2,9 điểm)",
        "Giải quyết đúng hạn: 94,5% (189/200) · chỉ tiêu 90% (+4,5 điểm %)",
        "số liệu mẫu",
    ] {
        assert!(words.contains(line), "{line}\n{words}");
    }
    // Words never mix: no score is a percentage.
    assert!(!words.contains("12,5%") && !words.contains("14,4%"), "{words}");

    let digest = office.run(&["digest", "--json"]).expect(0).json();
    let scopes: Vec<&str> =
        digest["scopes"].as_array().expect("a list").iter().filter_map(|scope| scope["scope"].as_str()).collect();
    assert_eq!(scopes, ["province", "agency", "commune"]);
    let commune = &digest["scopes"][2]["indicators"][0];
    assert_eq!(
        (&commune["unit"], &commune["computed"], &commune["plain_mean"]),
        (&json!("points"), &json!(69.45), &json!(true))
    );
    let words = office.run(&["digest"]).expect(0).out;
    assert!(words.contains("cấp xã 🔴 trung bình cộng 69,45/100 điểm"), "{words}");

    let audit = office.run(&["audit", "--json"]).expect(1).json();
    let kinds = audit["findings"].as_array().expect("a list").iter().filter(|f| f["kind"] != "missing_unit");
    assert_eq!(kinds.count(), 0, "the sample holds four units of 149, and nothing else is wrong: {audit}");

    for message in ["status", "bulletin", "targets"] {
        let text = office.run(&["preview", message, "--channel", "telegram", "--unit", "thanh tra"]).expect(0).out;
        assert!(text.contains("Thanh tra tỉnh") && text.contains("điểm"), "{message}: {text}");
    }
    let code = office.run(&["link", "--unit", "xã Kông Bơ La", "--json"]).expect(0).json();
    assert!(code["code"].is_string());
    office.run(&["outbox", "--json"]).expect(0);
    office.run(&["templates", "check"]).expect(0);
}

#[test]
fn a_table_needs_a_day_and_says_so() {
    let (_folder, office) = office();
    let table = sample("diem-theo-nhom-mau.csv");
    let refused = office.run(&["import", &table, "--json"]).expect(1).json();
    assert_eq!(refused["issues"][0]["kind"], "no_period");
    let taken = office.run(&["import", &table, "--as-of", "2026-10-09", "--json"]).expect(0).json();
    assert_eq!((&taken["as_of"], &taken["observations"]), (&json!("2026-10-09"), &json!(21)));
}

/// An office with the four units of the sample only: a rehearsal writes to every unit of the catalog.
fn small_office() -> (tempfile::TempDir, Office) {
    let temporary = tempfile::tempdir().expect("a folder");
    for name in ["organisation.toml", "indicators.toml", "targets.toml", "mappings.toml"] {
        std::fs::create_dir_all(temporary.path().join("catalog")).expect("a folder");
        std::fs::copy(folder().join(name), temporary.path().join("catalog").join(name)).expect("copied");
    }
    let units = std::fs::read_to_string(folder().join("units.toml")).expect("units");
    let of_sample = |block: &&str| ["h21-19\"", "h21-20\"", "h21-163\"", "h21-172\""].iter().any(|c| block.contains(c));
    let mut blocks = units.split("[[unit]]");
    let tiers = blocks.next().expect("tiers").to_owned();
    let units: String = blocks.filter(of_sample).map(|block| format!("[[unit]]{block}")).collect();
    let office = Office::in_folder(temporary.path());
    office.write("catalog/units.toml", tiers + &units);
    (temporary, office.with("CATALOG_DIR", "catalog"))
}

#[test]
fn a_rehearsal_speaks_in_points() {
    let (_folder, office) = small_office();
    let files = ["cong-danh-gia-2026-09-09-mau.json", "cong-danh-gia-2026-10-09-mau.json"].map(sample);
    let args = ["rehearse", "--from", "2026-10-08", "--to", "2026-10-09", "--json", &files[0], &files[1]];
    let ledger = office.run(&args).expect(0).json();
    let messages = ledger["messages"].as_array().expect("a list");
    let text = |kind: &str, unit: &str| {
        let of = |m: &&serde_json::Value| m["kind"] == kind && m["text"].as_str().is_some_and(|t| t.contains(unit));
        let found = messages.iter().rfind(of).unwrap_or_else(|| panic!("no {kind} of {unit}: {messages:?}"));
        found["text"].as_str().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(text("bulletin", "SRó"), @"");
    insta::assert_snapshot!(text("bulletin", "Sở Y tế"), @"");
}
