//! A made-up year, rehearsed: mergers, held and corrected figures, holidays, downtime, promises, pauses. The ledger was read
//! by a person and is compared word for word; `UPDATE_DOCS=1` writes it anew, to be read again.

use std::path::{Path, PathBuf};

use crate::process::Office;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rehearsal").join(name)
}

fn rehearse() -> String {
    let here = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(here.path()).with("CATALOG_DIR", &folder("catalog").display().to_string());
    let mut args: Vec<String> = ["rehearse", "--from", "2025-01-01", "--to", "2025-12-31", "--script"]
        .map(str::to_owned)
        .into_iter()
        .chain([folder("year.toml").display().to_string()])
        .collect();
    let mut files: Vec<String> = std::fs::read_dir(folder("files"))
        .expect("the files")
        .map(|entry| entry.expect("a file").path().display().to_string())
        .collect();
    files.sort();
    args.extend(files);
    office.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).expect(0).out
}

#[test]
fn a_year_is_told_as_it_was_reviewed() {
    let ledger = rehearse();
    let path = folder("ledger.txt");
    #[expect(clippy::disallowed_methods, reason = "a variable of the tests")]
    let anew = std::env::var_os("UPDATE_DOCS").is_some();
    if anew {
        std::fs::write(&path, &ledger).expect("the ledger is written");
    }
    let reviewed = std::fs::read_to_string(&path).expect("a reviewed ledger");
    for (number, (new, old)) in ledger.lines().zip(reviewed.lines()).enumerate() {
        assert_eq!(new, old, "ledger.txt, line {}", number + 1);
    }
    assert_eq!(ledger.lines().count(), reviewed.lines().count());
}
