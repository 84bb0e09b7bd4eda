//! Figures to measure with: the published report, and an office of any size, made up.

use anyhow::Result;
use chitieu::service::import::InputFile;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Results that are printed: numerator and denominator of 1,000 files, and the level that was assigned.
const INDICATORS: [(&str, u64, u64); 5] = [
    ("online_submission", 1000, 50),
    ("online_payment", 400, 35),
    ("digitization", 1000, 55),
    ("electronic_result", 900, 100),
    ("population_db", 1000, 100),
];

/// An office with its catalog and one month of figures.
pub struct Office {
    /// How many units it has.
    pub units: usize,
    /// Its catalog; the embedded one when absent.
    pub catalog: Option<PathBuf>,
    /// Its figures.
    pub file: InputFile,
    /// A unit to ask for.
    pub asked: String,
}

impl Office {
    /// Bình Định in July 2023.
    pub fn embedded() -> Result<Self> {
        let name = "bao-cao-2023-07.txt";
        let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name))?;
        let file = InputFile { name: name.to_owned(), bytes };
        Ok(Self { units: 40, catalog: None, file, asked: "sở tư pháp".to_owned() })
    }

    /// `units` communes with a full row of figures each; the catalog's files are written into `folder`.
    pub fn of(units: usize, folder: &Path) -> Result<Self> {
        let mut catalog = String::new();
        for (code, name) in [("provincial", "Cấp tỉnh"), ("district", "Cấp huyện"), ("commune", "Cấp xã")] {
            writeln!(catalog, "[[tier]]\ncode = \"{code}\"\nname = \"{name}\"\nheadings = [\"{name}\"]\n")?;
        }
        for n in 1..=units {
            let name = name(n);
            writeln!(catalog, "[[unit]]\ncode = \"xa-{n:04}\"\nname = \"{name}\"\ntier = \"commune\"")?;
            writeln!(catalog, "aliases = [\"xã {n:04}\"]\n")?;
        }
        std::fs::write(folder.join("units.toml"), catalog)?;
        let file = month(units, "2023-07", "2023-07-24", 0)?;
        let asked = format!("xã {:04}", units / 2);
        Ok(Self { units, catalog: Some(folder.to_owned()), file, asked })
    }
}

/// A month of `units` communes; each month shifts the results a little.
pub fn month(units: usize, period: &str, as_of: &str, shift: usize) -> Result<InputFile> {
    let mut figures =
        format!("# period={period}\n# as_of={as_of}\nunit,tier,indicator,numerator,denominator,rate,target\n");
    for n in 1..=units {
        let name = name(n);
        for (i, (indicator, denominator, target)) in INDICATORS.iter().enumerate() {
            // Every result from 0 to 100 % comes up, in no order.
            let per_mille = u64::try_from((n * 37 + i * 211 + shift) % 1001)?;
            let numerator = per_mille * denominator / 1000;
            let tenths = numerator * 1000 / denominator;
            let rate = format!("{},{}", tenths / 10, tenths % 10);
            writeln!(figures, "{name},commune,{indicator},{numerator},{denominator},\"{rate}\",{target}")?;
        }
    }
    Ok(InputFile { name: "made-up.csv".to_owned(), bytes: figures.into_bytes() })
}

fn name(n: usize) -> String {
    format!("UBND xã {} {n:04}", syllables(n))
}

/// A name of two syllables, as communes have; many share one, as they do.
fn syllables(n: usize) -> String {
    const FIRST: [&str; 8] = ["Ân", "Cát", "Mỹ", "Nhơn", "Phước", "Tây", "Vĩnh", "Hoài"];
    const SECOND: [&str; 9] = ["An", "Bình", "Hảo", "Lộc", "Phú", "Quang", "Sơn", "Thạnh", "Xuân"];
    format!("{} {}", FIRST[n % FIRST.len()], SECOND[n % SECOND.len()])
}
