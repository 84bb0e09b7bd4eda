//! Units in time on the command line, with the catalog of 2025: the figures are its present, whatever the clock says.

use super::{empty, find};
use crate::process::Office;
use serde_json::json;

/// Two months around the mergers of 1/3/2025.
fn in_2025(office: Office) -> Office {
    let office = office.with("CATALOG_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/catalog/binh-dinh-2025"));
    let month = |as_of: &str, rows: &[(&str, u32, u32)]| {
        let mut text = format!(
            "# period={}\n# as_of={as_of}\nunit,tier,indicator,numerator,denominator,rate,target\n",
            &as_of[..7]
        );
        for (name, n, d) in rows {
            text.push_str(&format!("{name},provincial,online_submission,{n},{d},,50\n"));
        }
        text
    };
    let months = [
        month("2025-02-28", &[("Sở GTVT", 30, 100), ("Sở Xây dựng", 20, 300), ("Sở Tư pháp", 1, 2)]),
        month("2025-03-31", &[("Sở Xây dựng", 100, 400), ("Sở Tư pháp", 1, 2), ("Sở Du lịch", 1, 2)]),
    ];
    for (number, text) in months.iter().enumerate() {
        let path = office.write(&format!("{number}.csv"), text);
        office.run(&["import", path.to_str().expect("UTF-8")]).expect(0);
    }
    office
}

#[test]
fn an_old_name_leads_to_who_carries_on() {
    let (_folder, office) = empty();
    let office = in_2025(office);
    let status = office.run(&["status", "sở", "gtvt", "--json"]).expect(0).json();
    let ended = json!([{"code": "so-giao-thong-van-tai", "name": "Sở GTVT", "valid_to": "2025-02-28",
        "successors": ["so-xay-dung-2025"]}]);
    assert_eq!(status["ended"], ended);
    assert_eq!(status["units"][0]["code"], "so-xay-dung-2025");
    let online = find(&status["units"][0]["indicators"], "code", "online_submission");
    assert_eq!(
        (&online["actual"], &online["change"], &online["rearranged"]),
        (&json!(25.0), &json!(12.5), &json!(false))
    );
    assert_eq!(online["previous"]["actual"], 12.5);

    // One name, two units: that of the newest figures, or that of the month.
    let code = |args: &[&str]| office.run(args).expect(0).json()["units"][0]["code"].clone();
    assert_eq!(code(&["status", "sở xây dựng", "--json"]), "so-xay-dung-2025");
    assert_eq!(code(&["status", "sở xây dựng", "--period", "2025-02", "--json"]), "so-xay-dung");
    assert_eq!(code(&["status", "sở gtvt", "--period", "2025-02", "--json"]), "so-giao-thong-van-tai");

    office.run(&["link", "--unit", "sở gtvt"]).refuses(&["so-giao-thong-van-tai ended", "so-xay-dung-2025"]);
    office.run(&["link", "--unit", "sở xây dựng", "--json"]).expect(0);

    // A department's row after its end is a finding; its missing row is none.
    let findings = office.run(&["audit", "--json"]).expect(1).json();
    let of_kind = |kind: &str| -> Vec<String> {
        let all = findings["findings"].as_array().expect("a list");
        all.iter().filter(|f| f["kind"] == kind).map(|f| f["unit"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(of_kind("unit_not_valid_in_period"), ["so-du-lich"]);
    let missing = of_kind("missing_unit");
    assert!(missing.contains(&"so-noi-vu-2025".to_owned()), "{missing:?}");
    assert!(!missing.iter().any(|unit| unit == "so-noi-vu" || unit == "so-giao-thong-van-tai"), "{missing:?}");
}

#[test]
fn a_districts_row_after_june_2025_is_a_finding_of_the_embedded_catalog() {
    let (_folder, office) = empty();
    let text = "# period=2025-07\n# as_of=2025-07-31\nunit,tier,indicator,numerator,denominator,rate,target\n\
                Sở Tư pháp,provincial,online_submission,1,2,,50\nUBND huyện An Lão,district,online_submission,1,2,,50\n";
    let path = office.write("7.csv", text);
    office.run(&["import", path.to_str().expect("UTF-8")]).expect(0);
    let findings = office.run(&["audit", "--json"]).expect(1).json();
    let finding = find(&findings["findings"], "kind", "unit_not_valid_in_period");
    assert_eq!(finding["unit"], "huyen-an-lao");
    // 17 departments have no row; districts and communes are no more.
    let missing = findings["findings"].as_array().expect("a list").iter().filter(|f| f["kind"] == "missing_unit");
    assert_eq!(missing.count(), 17);
}

/// A district that was divided between two communes: the old name shows both, and nothing is compared across.
#[test]
fn the_old_name_of_a_unit_that_was_divided_shows_both() {
    let (_folder, office) = empty();
    let catalog = office.write(
        "catalog/units.toml",
        r#"
[[tier]]
code = "provincial"
name = "Cấp tỉnh"
headings = ["CẤP TỈNH"]

[[tier]]
code = "district"
name = "Cấp huyện"
headings = ["CẤP HUYỆN"]

[[tier]]
code = "commune"
name = "Cấp xã"
headings = ["CẤP XÃ"]

[[unit]]
code = "huyen-an-lao"
name = "UBND huyện An Lão"
tier = "district"
valid_to = 2025-06-30
successors = ["xa-an-lao", "xa-an-hoa"]

[[unit]]
code = "xa-an-lao"
name = "UBND xã An Lão"
tier = "commune"
valid_from = 2025-07-01

[[unit]]
code = "xa-an-hoa"
name = "UBND xã An Hòa"
tier = "commune"
valid_from = 2025-07-01
"#,
    );
    let office = office.with("CATALOG_DIR", &catalog.parent().expect("a folder").display().to_string());
    let head = "unit,tier,indicator,numerator,denominator,rate,target";
    for (as_of, rows) in [
        ("2025-06-30", "UBND huyện An Lão,district,online_submission,10,100,,50\n"),
        (
            "2025-07-31",
            "UBND xã An Lão,commune,online_submission,20,60,,50\nUBND xã An Hòa,commune,online_submission,10,40,,50\n",
        ),
    ] {
        let text = format!("# period={}\n# as_of={as_of}\n{head}\n{rows}", &as_of[..7]);
        let path = office.write(&format!("{as_of}.csv"), text);
        office.run(&["import", path.to_str().expect("UTF-8")]).expect(0);
    }
    let status = office.run(&["status", "huyện an lão", "--json"]).expect(0).json();
    let ended = json!([{"code": "huyen-an-lao", "name": "UBND huyện An Lão", "valid_to": "2025-06-30",
        "successors": ["xa-an-lao", "xa-an-hoa"]}]);
    assert_eq!(status["ended"], ended);
    let units = status["units"].as_array().expect("a list");
    let seen: Vec<_> = units
        .iter()
        .map(|unit| {
            let online = find(&unit["indicators"], "code", "online_submission");
            (&unit["code"], &online["numerator"], &online["rearranged"], &online["change"], &online["previous"])
        })
        .collect();
    let (yes, none) = (json!(true), json!(null));
    assert_eq!(
        seen,
        [(&json!("xa-an-lao"), &json!(20), &yes, &none, &none), (&json!("xa-an-hoa"), &json!(10), &yes, &none, &none)]
    );
    let june = office.run(&["status", "huyện an lão", "--period", "2025-06", "--json"]).expect(0).json();
    assert_eq!(june["units"][0]["code"], "huyen-an-lao");
    assert_eq!(june["units"].as_array().map(Vec::len), Some(1));
}
