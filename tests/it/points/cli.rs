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
        "tháng 9 là 12,0/18 điểm (+0,5 điểm)",
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
    let september = sample("cong-danh-gia-2026-09-09-mau.json");
    let october = sample("cong-danh-gia-2026-10-09-mau.json");
    let ledger = |args: &[&str]| {
        let (_folder, office) = small_office();
        office.run(args).expect(0).json()["messages"].as_array().expect("a list").clone()
    };
    let text = |messages: &[serde_json::Value], unit: &str| {
        let of = |m: &&serde_json::Value| {
            m["kind"] == "bulletin" && m["text"].as_str().is_some_and(|text| text.starts_with(&format!("📌 {unit}")))
        };
        let found = messages.iter().find(of).unwrap_or_else(|| panic!("no bulletin of {unit}: {messages:?}"));
        found["text"].as_str().unwrap_or_default().to_owned()
    };
    let first = ledger(&["rehearse", "--from", "2026-09-09", "--to", "2026-09-09", "--json", &september]);
    insta::assert_snapshot!(text(&first, "UBND xã SRó"), @"
    📌 UBND xã SRó · tháng 9/2026 (số liệu đến 9/9, số liệu mẫu)
    Đạt 2/7 chỉ tiêu · 5 chỉ tiêu cần tập trung:
    🔴 Mức độ số hóa 10,0/22 điểm / 17,6 điểm (−7,6 điểm)
    🔴 Cung cấp dịch vụ công trực tuyến 6,0/12 điểm / 9,6 điểm (−3,6 điểm)
    🔴 Thanh toán trực tuyến 6,5/10 điểm / 8 điểm (−1,5 điểm)
    🔴 Chỉ số 766 68,4/100 điểm / 80 điểm (−11,6 điểm)
    🔴 Công khai, minh bạch 12,5/18 điểm / 14,4 điểm (−1,9 điểm)
    🟢 Tiến độ giải quyết 17,4/20 điểm / 16 điểm · Mức độ hài lòng 16,0/18 điểm / 14,4 điểm
    Chưa có số liệu tháng 8 để so sánh.
    Còn 15 ngày làm việc đến hết tháng 9.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
    let args = ["rehearse", "--from", "2026-10-08", "--to", "2026-10-09", "--json", &september, &october];
    insta::assert_snapshot!(text(&ledger(&args), "Sở Y tế"), @"
    📌 Sở Y tế · tháng 10/2026 (số liệu đến 9/10, số liệu mẫu)
    Thấp hơn tháng trước: Tiến độ giải quyết.
    Đạt 10/25 chỉ tiêu · 15 chỉ tiêu cần tập trung · 1 chỉ tiêu đạt nhưng thấp hơn tháng trước:
    🔴 Sử dụng lại dữ liệu số hóa 10% / 90% (−80,0 điểm %): cần thêm 1.600 hồ sơ sử dụng lại dữ liệu liên tiếp
    🔴 Đồng bộ kho dữ liệu cá nhân 0% / 90% (−90,0 điểm %): còn thiếu 180 hồ sơ được đồng bộ kho dữ liệu cá nhân
    🔴 Số hóa giấy tờ 25% / 90% (−65,0 điểm %): còn thiếu 130 hồ sơ được số hóa giấy tờ
    🔴 Hồ sơ thanh toán trực tuyến 75,0% / 90% (−15,0 điểm %): cần thêm 90 hồ sơ thanh toán trực tuyến liên tiếp
    … và 12 chỉ tiêu khác cần tập trung.
    🟢 Mức độ hài lòng 16,0/18 điểm / 14,4 điểm · Giải quyết đúng hạn 94,5% / 90% · Công khai TTHC đúng hạn 95,0% / 90% · Công khai đủ nội dung 100% / 90% · Đồng bộ hồ sơ 90% / 90% · Hồ sơ kết nối CSDL dân cư 100% / 90% · và 3 chỉ tiêu khác
    So với tháng 9 (đến 9/9, số liệu mẫu): Chỉ số 766 +1,0 điểm, Công khai, minh bạch +0,5 điểm, Tiến độ giải quyết −0,5 điểm, Cung cấp dịch vụ công trực tuyến +0,3 điểm, Thanh toán trực tuyến +0,5 điểm, Mức độ số hóa +0,5 điểm và 19 chỉ tiêu khác.
    Còn 15 ngày làm việc đến hết tháng 10, cần khoảng 107 hồ sơ sử dụng lại dữ liệu mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
}
