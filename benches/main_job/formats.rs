//! A national month from a workbook: 3,865 units with five indicators each, in the wide form that offices use.

use crate::office::Office;
use anyhow::{Context as _, Result};
use chitieu::app::context;
use chitieu::config::Config;
use chitieu::ingest::Hints;
use chitieu::service::import::{InputFile, read_files};
use rust_xlsxwriter::{Format, Workbook};
use std::time::{Duration, Instant};

/// How often the file is read.
const READS: usize = 5;

/// Groups of the heading; each has a target, a count, all files and a rate.
const GROUPS: [&str; 5] = [
    "Hồ sơ trực tuyến",
    "Thanh toán trực tuyến",
    "Số hóa thành phần hồ sơ",
    "Cấp kết quả điện tử",
    "Khai thác Cơ sở dữ liệu quốc gia về dân cư",
];

/// Prints how long a workbook of an office's units takes to be read.
pub async fn formats(office: &Office) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite://{}/chitieu.db", folder.path().display());
    let config = Config::from_lookup(&|name| match name {
        "DATABASE_URL" => Some(database.clone()),
        "CATALOG_DIR" => office.catalog.as_ref().map(|dir| dir.display().to_string()),
        "INBOX_DIR" => Some(folder.path().display().to_string()),
        _ => None,
    })?;
    let context = context(&config).await?;
    let names: Vec<String> = context.vocabulary().units.iter().map(|unit| unit.name.clone()).collect();
    let file = InputFile { name: "national-month.xlsx".to_owned(), bytes: workbook(&names)? };
    let mut times = Vec::new();
    for _ in 0..READS {
        let start = Instant::now();
        let read = read_files(&context, std::slice::from_ref(&file), &Hints::default());
        times.push(start.elapsed());
        anyhow::ensure!(read.issues.is_empty(), "the workbook has issues: {:?}", read.issues.first());
        let (content, _) = read.contents.first().context("nothing was read")?;
        anyhow::ensure!(content.observations.len() == names.len() * GROUPS.len(), "figures are missing");
    }
    times.sort();
    let median = times.get(READS / 2).copied().unwrap_or(Duration::ZERO);
    println!("\n| read from xlsx | size | figures | p50 | longest |\n|---|---:|---:|---:|---:|");
    println!(
        "| {} units, {} indicators | {} KiB | {} | {} ms | {} ms |",
        names.len(),
        GROUPS.len(),
        file.bytes.len() / 1024,
        names.len() * GROUPS.len(),
        median.as_millis(),
        times.last().map_or(0, Duration::as_millis)
    );
    context.store.close().await;
    Ok(())
}

fn workbook(names: &[String]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let (heading, percent) = (Format::new(), Format::new().set_num_format("0.0%"));
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "CẤP XÃ: số liệu từ ngày 01/07/2023 đến ngày 24/7/2023")?;
    sheet.merge_range(2, 0, 3, 0, "Cơ quan, đơn vị", &heading)?;
    for (at, group) in (0_u16..).zip(GROUPS) {
        let first = 1 + at * 4;
        sheet.merge_range(2, first, 2, first + 3, group, &heading)?;
        for (column, part) in (first..).zip(["Chỉ tiêu được giao", "Số lượng", "Tổng số", "Kết quả thực hiện"])
        {
            sheet.write_string(3, column, part)?;
        }
    }
    for (row, name) in (4_u32..).zip(names) {
        sheet.write_string(row, 0, name)?;
        for at in 0..5_u16 {
            let done = (row * 37 + u32::from(at) * 211) % 1001;
            sheet.write_number_with_format(row, 1 + at * 4, 0.6, &percent)?;
            sheet.write_number(row, 2 + at * 4, done)?;
            sheet.write_number(row, 3 + at * 4, 1000)?;
            sheet.write_number_with_format(row, 4 + at * 4, f64::from(done) / 1000.0, &percent)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
