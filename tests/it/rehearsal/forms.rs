//! The year's files in the forms in which an office gets them: each stands as CSV in the folder, to be read and changed by
//! people, and `….xlsx.csv` says as what it arrives.

use crate::ingest::golden::{self, Block};

/// A row of the file: unit, tier, indicator, numerator, denominator, rate.
type Row = [String; 6];

/// What a file of the folder is called when it arrives, and its bytes then.
pub fn arriving(name: &str, csv: &str) -> (String, Vec<u8>) {
    let as_it_stands = || (name.to_owned(), csv.as_bytes().to_vec());
    let Some((stem, form)) = name.strip_suffix(".csv").and_then(|stem| stem.rsplit_once('.')) else {
        return as_it_stands();
    };
    let bytes = match form {
        // Numbers with a format of percent.
        "xlsx" => golden::xlsx_percent(&report(csv)),
        // Numbers and the text that is shown.
        "ods" => golden::ods(&report(csv)).swap_remove(1),
        "docx" => golden::docx(&report(csv)).swap_remove(0),
        "json" => json(csv).into_bytes(),
        _ => return as_it_stands(),
    };
    (format!("{stem}.{form}"), bytes)
}

/// What a comment of the file says.
fn said<'a>(csv: &'a str, key: &str) -> &'a str {
    let line = csv.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("# {key}= is missing"))
}

fn rows(csv: &str) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.as_bytes());
    let row = |record: csv::StringRecord| -> Row {
        record.iter().map(str::to_owned).collect::<Vec<_>>().try_into().expect("six columns")
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// The report of a month as people make it: a title, the day, and a table for each tier with a heading of two rows.
fn report(csv: &str) -> Vec<Block> {
    const TIERS: [(&str, &str); 3] = [("provincial", "CẤP TỈNH"), ("district", "CẤP HUYỆN"), ("commune", "CẤP XÃ")];
    const INDICATORS: [(&str, &str); 2] =
        [("online_submission", "Hồ sơ trực tuyến"), ("digitization", "Số hóa thành phần hồ sơ")];
    let (year, month) = said(csv, "period").split_once('-').expect("a month");
    let day: Vec<&str> = said(csv, "as_of").rsplit('-').collect();
    let mut blocks = vec![
        Block::Line(format!("BÁO CÁO KẾT QUẢ THỰC HIỆN CHỈ TIÊU THÁNG {month} NĂM {year}")),
        Block::Line(format!("Số liệu từ ngày 01/{month}/{year} đến ngày {}", day.join("/"))),
    ];
    let rows = rows(csv);
    let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>();
    for (tier, title) in TIERS {
        let of_tier: Vec<&Row> = rows.iter().filter(|row| row[1] == tier).collect();
        let mut units: Vec<&str> = of_tier.iter().map(|row| row[0].as_str()).collect();
        units.dedup();
        if units.is_empty() {
            continue;
        }
        let parts = ["Số lượng", "Kết quả thực hiện"];
        let mut table = vec![
            texts(&["Cơ quan, đơn vị", "Tổng số hồ sơ tiếp nhận", INDICATORS[0].1, "", INDICATORS[1].1, ""]),
            texts(&["", "", parts[0], parts[1], parts[0], parts[1]]),
        ];
        for unit in units {
            let of = |indicator: &str| {
                let row = of_tier.iter().find(|row| row[0] == unit && row[2] == indicator);
                row.unwrap_or_else(|| panic!("{unit} lacks {indicator}"))
            };
            let (one, other) = (of(INDICATORS[0].0), of(INDICATORS[1].0));
            assert_eq!(one[4], other[4], "{unit}: both are held against all files received");
            table.push(texts(&[unit, &one[4], &one[3], &one[5], &other[3], &other[5]]));
        }
        blocks.extend([Block::Line(title.to_owned()), Block::Table(table)]);
    }
    blocks
}

/// Our own JSON.
fn json(csv: &str) -> String {
    let observations: Vec<serde_json::Value> = rows(csv)
        .iter()
        .map(|[unit, tier, indicator, numerator, denominator, rate]| {
            serde_json::json!({
                "unit": unit, "tier": tier, "indicator": indicator, "rate": rate,
                "numerator": numerator.parse::<u64>().expect("a count"),
                "denominator": denominator.parse::<u64>().expect("a count"),
            })
        })
        .collect();
    let (period, as_of) = (said(csv, "period"), said(csv, "as_of"));
    serde_json::json!({"period": period, "as_of": as_of, "observations": observations}).to_string()
}
