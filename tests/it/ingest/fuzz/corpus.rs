//! Small files of every format to be mutated.

use super::mutate::{Chance, mutate};
use crate::ingest::golden::{self, Block};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Our own form, of units that the fuzzed vocabulary knows.
const OWN_JSON: &[u8] = r#"{"format": "chitieu-1", "period": "2023-06", "as_of": "2023-06-24", "observations": [
  {"unit": "bql-kkt", "indicator": "online_submission", "numerator": 10, "denominator": 29, "rate": 34.4, "target": 60},
  {"unit": "Sở Công Thương", "indicator": "population_db", "numerator": "-", "denominator": null, "rate": "76,4%"}
]}"#
.as_bytes();
const JSON_SAMPLE: &[u8] = include_bytes!("../../../../samples/json/so-lieu-mau-2023-06-24.json");
const ANSWER: &[u8] = include_bytes!("../../../../samples/gia-lai-766/cong-danh-gia-2026-10-09-mau.json");
const TABLE: &[u8] = include_bytes!("../../../../samples/gia-lai-766/diem-theo-nhom-mau.csv");

/// A file to be mutated.
pub enum Seed {
    /// As it is.
    Bytes(Vec<u8>),
    /// An archive, by its parts: one is mutated before all are packed.
    Parts(Vec<(String, Vec<u8>)>),
    /// The stream of a container: it is mutated before it is packed.
    Stream(Vec<u8>),
}

impl Seed {
    /// A mutated file.
    pub fn mutated(seeds: &[Self], chance: &mut Chance) -> Vec<u8> {
        match chance.one_of(seeds) {
            Self::Bytes(bytes) => {
                let mut bytes = bytes.clone();
                mutate(&mut bytes, chance);
                bytes
            }
            Self::Parts(parts) => {
                let mut parts = parts.clone();
                let at = chance.below(parts.len());
                mutate(&mut parts[at].1, chance);
                packed(&parts)
            }
            Self::Stream(stream) => {
                let mut stream = stream.clone();
                mutate(&mut stream, chance);
                golden::xls_container(stream)
            }
        }
    }
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(name.as_str(), stored).expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

/// The parts that readers look at.
fn parts(archive: &[u8]) -> Seed {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let read = |name: &String| {
        let mut content = Vec::new();
        zip.by_name(name).expect("a part").read_to_end(&mut content).expect("its content");
        (name.clone(), content)
    };
    let wanted = |name: &&String| {
        let looked_at = [
            "rels",
            "workbook.xml",
            "styles.xml",
            "sharedStrings.xml",
            "sheet1.xml",
            "document.xml",
            "content.xml",
            "mimetype",
        ];
        looked_at.iter().any(|end| name.ends_with(end)) && !name.contains("docProps") && *name != "word/styles.xml"
    };
    Seed::Parts(names.iter().filter(wanted).map(read).collect())
}

/// The truth with the first two units of each table: small files are mutated where it matters.
fn small() -> Vec<Block> {
    let shorter = |block| match block {
        Block::Table(mut rows) => {
            rows.truncate(4);
            Block::Table(rows)
        }
        line => line,
    };
    golden::truth()
        .into_iter()
        .map(shorter)
        .filter(|block| !matches!(block, Block::Line(line) if line.contains("đạt")))
        .collect()
}

/// The files of a reader.
pub fn of(reader: &str) -> Vec<Seed> {
    let blocks = small();
    let archives = match reader {
        "text" => return texts(&blocks),
        "json" => return vec![Seed::Bytes(OWN_JSON.to_vec()), Seed::Bytes(JSON_SAMPLE.to_vec())],
        "portal" => return [ANSWER, TABLE].map(|bytes| Seed::Bytes(bytes.to_vec())).into(),
        "xls" => {
            let files: Vec<Vec<u8>> = [false, true].map(|numbers| golden::xls(&blocks, numbers)).into();
            let streams: Vec<Seed> =
                [false, true].map(|numbers| Seed::Stream(golden::xls_stream(&blocks, numbers))).into();
            return files.into_iter().map(Seed::Bytes).chain(streams).collect();
        }
        "xlsx" => golden::xlsx(&blocks),
        "ods" => golden::ods(&blocks),
        "docx" => golden::docx(&blocks),
        other => panic!("no reader {other}"),
    };
    // The parts twice as often: checksums catch nearly all that happens to whole archives.
    let whole = archives.iter().cloned().map(Seed::Bytes);
    whole.chain(archives.iter().map(|file| parts(file))).chain(archives.iter().map(|file| parts(file))).collect()
}

fn texts(blocks: &[Block]) -> Vec<Seed> {
    let line = |block: &Block| match block {
        Block::Line(line) => line.clone() + "\n",
        Block::Table(rows) => rows.iter().map(|row| row.join("\t") + "\n").collect(),
    };
    let text: String = blocks.iter().map(line).collect();
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let commas = crate::ingest::forms::delimited(&text, ',');
    let long = format!(
        "# period=2023-07\n# as_of=24/7/2023\nunit,tier,indicator,rate\nSở Y tế,provincial,online_payment,\"57,8%\"\n{}",
        "x,y\n"
    );
    vec![
        Seed::Bytes(golden::windows_1258(&text)),
        Seed::Bytes(utf16(u16::to_le_bytes)),
        Seed::Bytes(utf16(u16::to_be_bytes)),
        Seed::Bytes(text.into_bytes()),
        Seed::Bytes(commas.into_bytes()),
        Seed::Bytes(long.into_bytes()),
    ]
}
