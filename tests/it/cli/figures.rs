//! `import`, `snapshots`, `status`, `digest` and `audit` on the published report.

use serde_json::json;

use super::{assert_has, empty, find, with_report};
use crate::process::{Office, REPORT};

/// Import and status on a database, as one story.
fn the_report_goes_in_and_comes_out(office: &Office) {
    let imported = office.run(&["import", REPORT, "--json"]).expect(0).json();
    assert_has(&imported, &["period", "as_of", "snapshot", "rows", "observations", "unchanged", "held", "issues"]);
    assert_eq!(imported["period"], "2023-07");
    assert_eq!(imported["as_of"], "2023-07-24");
    assert_eq!(imported["rows"], 40);
    assert_eq!(imported["observations"], 200);
    assert_eq!(imported["unchanged"], false);
    assert_eq!(imported["held"], false);
    assert_eq!(imported["issues"], json!([]));

    let log = office.run(&["snapshots", "--json"]).expect(0).json();
    assert_eq!(log["period"], "2023-07");
    let first = &log["snapshots"][0];
    let asked = ["snapshot", "as_of", "source", "hash", "recorded_at", "decided_at", "state", "current", "doubted_for"];
    assert_has(first, &asked);
    assert_eq!(
        (&first["snapshot"], &first["state"], &first["current"]),
        (&json!(1), &json!("published"), &json!(true))
    );
    assert_eq!(first["coverage"], json!({"units": 40, "all_units": 40, "indicators": 5, "all_indicators": 5}));
    assert_eq!(first["hash"].as_str().map(str::len), Some(64));
    let words = office.run(&["snapshots", "--period", "2023-07"]).expect(0).out;
    assert!(words.contains("- số 1 · số liệu đến 24/7/2023 · ghi lúc ") && words.contains("đang dùng"), "{words}");
    office.run(&["snapshots", "--period", "2022-01"]).refuses(&["--period", "2022-01"]);

    let again = office.run(&["import", REPORT, "--json"]).expect(0).json();
    assert_eq!(again["unchanged"], true);
    assert_eq!(again["snapshot"], imported["snapshot"]);
    assert_eq!(again["messages"], 0);

    // The contract's example, word for word.
    let status = office.run(&["status", "bql", "kkt", "--json"]).expect(0).json();
    assert_eq!(status["period"], "2023-07");
    assert_eq!(status["as_of"], "2023-07-24");
    assert_eq!(status["open"], true);
    assert_eq!(status["units"].as_array().map(Vec::len), Some(1));
    let unit = &status["units"][0];
    assert_eq!(unit["code"], "bql-kkt");
    assert_eq!(unit["name"], "BQL KKT tỉnh");
    assert_eq!(unit["tier"], "provincial");
    assert_eq!(unit["met"], 2);
    assert_eq!(unit["missed"], 3);
    let expected = json!({
        "code": "online_submission", "rating": "missed", "actual": 34.4, "target": 60.0, "gap": -25.6,
        "numerator": 10, "denominator": 29, "needed": {"new": 19}, "rank": 14, "ranked": 18,
        "previous": null, "change": null, "comparable": null,
    });
    let got = find(&unit["indicators"], "code", "online_submission");
    for (field, value) in expected.as_object().expect("an object") {
        assert_eq!(&got[field], value, "{field}");
    }
}

#[test]
fn import_and_status_on_sqlite() {
    let (_folder, office) = empty();
    the_report_goes_in_and_comes_out(&office);
}

#[tokio::test]
async fn import_and_status_on_postgres() {
    let (_folder, office) = empty();
    let database = crate::postgres::database().await;
    the_report_goes_in_and_comes_out(&office.with("DATABASE_URL", database.url()));
}

#[test]
fn a_dry_run_reads_and_stores_nothing() {
    let (_folder, office) = empty();
    let dry = office.run(&["import", "--dry-run", "--json", REPORT]).expect(0).json();
    assert_eq!((&dry["rows"], &dry["observations"]), (&json!(40), &json!(200)));
    assert_eq!(dry["snapshot"], json!(null));
    office.run(&["status", "bql", "kkt"]).refuses(&["no figures", "chitieu import"]);
    // Where the file itself does not say which month it is, the options do.
    let file = office
        .write("t.csv", "unit,tier,indicator,numerator,denominator\nSở Tư pháp,provincial,online_submission,1,2\n");
    let file = file.to_str().expect("UTF-8");
    let hinted = ["import", file, "--dry-run", "--json", "--period", "2023-05", "--as-of", "2023-05-24"];
    let hinted = office.run(&hinted).expect(0).json();
    assert_eq!((&hinted["period"], &hinted["as_of"]), (&json!("2023-05"), &json!("2023-05-24")));
}

#[test]
fn a_name_of_two_units_lists_both_and_an_unknown_one_suggests() {
    let (_folder, office) = with_report();
    // Without marks it is the same unit.
    let status = office.run(&["status", "sở tư phap", "--json"]).expect(0).json();
    assert_eq!(status["units"][0]["code"], "so-tu-phap");
    let both = office.run(&["status", "hoài ân", "--json"]).expect(0).json();
    let codes: Vec<_> = both["units"].as_array().expect("a list").iter().map(|u| u["code"].clone()).collect();
    assert_eq!(codes, ["huyen-hoai-an", "xa-hoai-an"]);
    let unknown = office.run(&["status", "sở tu phong", "--json"]).expect(1).json();
    assert_eq!(unknown["units"], json!([]));
    assert_eq!(find(&unknown["suggestions"], "code", "so-tu-phap")["name"], "Sở Tư pháp");
    let words = office.run(&["status", "sở tu phong"]).expect(1).out;
    assert!(words.contains("Sở Tư pháp"), "{words}");
    let nothing = office.run(&["status", "quantum", "--json"]).expect(1).json();
    assert_eq!(nothing["suggestions"], json!([]));
}

#[test]
fn status_says_no_activity_and_what_is_still_needed() {
    let (_folder, office) = with_report();
    let status = office.run(&["status", "Sở GD và ĐT", "--json"]).expect(0).json();
    let payment = find(&status["units"][0]["indicators"], "code", "online_payment");
    assert_eq!(payment["rating"], "no_activity");
    assert_eq!((&payment["actual"], &payment["needed"]), (&json!(null), &json!(null)));
    let status = office.run(&["status", "so-tu-phap", "--period", "2023-07", "--json"]).expect(0).json();
    let of = |code| find(&status["units"][0]["indicators"], "code", code)["needed"].clone();
    assert_eq!(of("online_submission"), json!({"unreachable": true}));
    assert_eq!(of("digitization"), json!({"convert": 222}));
    assert_eq!(of("electronic_result"), json!({"convert": 294, "approximate": true}));
    office.run(&["status", "so-tu-phap", "--period", "2022-01"]).refuses(&["--period", "2022-01"]);
}

#[test]
fn the_digest_sums_up() {
    let (_folder, office) = with_report();
    let digest = office.run(&["digest", "--json"]).expect(0).json();
    assert_has(&digest, &["period", "as_of", "open", "totals", "scopes", "lowest", "improved", "declined"]);
    assert_eq!(digest["totals"], json!({"met": 62, "missed": 134, "no_activity": 4, "no_data": 0}));
    let names = ["province", "provincial", "district", "commune"];
    for name in names {
        find(&digest["scopes"], "scope", name);
    }
    let commune = find(&digest["scopes"], "scope", "commune");
    let payment = find(&commune["indicators"], "code", "online_payment");
    let wanted = json!({"published": 60.8, "computed": 73.59, "approximate": false, "met": 7, "missed": 4,
        "no_activity": 0, "no_data": 0, "previous": null, "change": null});
    for (field, value) in wanted.as_object().expect("an object") {
        assert_eq!(&payment[field], value, "{field}");
    }
    assert!(!digest["lowest"].as_array().expect("a list").is_empty());
    let words = office.run(&["digest", "--period", "2023-07"]).expect(0).out;
    assert!(words.contains("62") && words.contains("134"), "{words}");
}

#[test]
fn the_audit_finds_the_contradictions() {
    let (_folder, office) = with_report();
    let audit = office.run(&["audit", "--json"]).expect(1).json();
    assert_eq!(audit["period"], "2023-07");
    let findings = audit["findings"].as_array().expect("a list");
    let count = |kind| findings.iter().filter(|f| f["kind"] == kind).count();
    assert!(count("average_differs") >= 6, "{findings:?}");
    assert!(count("rate_differs") >= 5, "{findings:?}");
    let exceeding = findings.iter().filter(|f| f["kind"] == "part_exceeds_whole");
    let exceeding: Vec<_> = exceeding.map(|f| (f["unit"].clone(), f["indicator"].clone())).collect();
    assert!(exceeding.contains(&(json!("huyen-an-lao"), json!("online_payment"))), "{exceeding:?}");
    let payment = findings.iter().find(|f| f["scope"] == "commune" && f["indicator"] == "online_payment");
    let payment = payment.expect("the contract's example");
    assert_eq!(payment["kind"], "average_differs");
    assert_eq!((&payment["published"], &payment["computed"]), (&json!(60.8), &json!(73.59)));
    for finding in findings {
        assert_has(finding, &["kind", "scope", "unit", "indicator", "published", "computed", "detail"]);
        assert!(finding["detail"].as_str().is_some_and(|words| !words.is_empty()), "{finding}");
    }
    let words = office.run(&["audit", "--period", "2023-07"]).expect(1).out;
    assert!(words.lines().filter(|line| line.starts_with("- ")).count() == findings.len(), "{words}");
}
