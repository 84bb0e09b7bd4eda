//! A made-up year, rehearsed. The ledger was read by a person and is compared word for word; `UPDATE_DOCS=1` writes it
//! anew, to be read again.
//!
//! | day of 2025 | what happens |
//! |---|---|
//! | 3/2, 15/4, 13/6, 15/9, 20/11, 1/12 | the file comes as xlsx, docx, ods, xlsx, xlsx, JSON; otherwise as CSV |
//! | 25/1 to 2/2, 7/4, 30/4 to 4/5, 30/8 to 2/9 | holidays: no reminders and no digests |
//! | 14/2, 20/2 | held: the same figures as the day before; counts that fell. 21/2: passed by a good one |
//! | 1/3 | a merger: two departments become one, under the old name of one. 10/3: who asks for an old name is led on |
//! | 1/4 | held: units have vanished. 2/4: passed by a good one |
//! | 10/4 | a published month is corrected |
//! | 29/4 to 5/5 | the program is down |
//! | 15/5 | held: figures jump; the office confirms them |
//! | 20/5, 23/6 | a promise, and its day |
//! | 1/7 | a split: a district ends, two communes take over. 16/7: who asks for it sees both |
//! | 15/7 | a row of the district that has ended |
//! | 15/8 | rows of a unit that is unknown |
//! | 18/8, 3/9 | a pause, and its end |
//! | 15/9 | a cell that cannot be read, in a month's first extraction: told to the office, the rest is kept |
//! | 1/10 | a renaming. 20/10: who asks for the old name is led on |
//! | 15/10 | held: two extractions in one. 16/10: passed by a good one |
//! | 20/11 | held: partial, because cells that were there cannot be read. 1/12: passed by a good one |
//!
//! Absent: a source whose token has expired. A rehearsal asks no source; `acceptance/sources.rs` does.

mod forms;

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
        .map(|entry| {
            let path = entry.expect("a file").path();
            let csv = std::fs::read_to_string(&path).expect("a text");
            let (name, bytes) = forms::arriving(path.file_name().and_then(|name| name.to_str()).expect("a name"), &csv);
            office.write(&name, bytes).display().to_string()
        })
        .collect();
    files.sort();
    args.extend(files);
    // 1: some cells and rows of the year cannot be read, on purpose; they stand at the end of the ledger.
    office.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).expect(1).out
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
