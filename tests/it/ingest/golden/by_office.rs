//! The truth as a person's program saves it: LibreOffice converts our workbooks and documents, where it is installed.

use super::docx::document;
use super::xlsx::{ALL, one_sheet, with_hidden_rows_and_columns};
use super::{assert_golden, truth};
use std::path::Path;
use std::process::Command;

/// Converts all files of a folder into another one.
fn convert(from: &Path, kind: &str, to: &Path) {
    let home = tempfile::tempdir().expect("a folder");
    let mut files: Vec<_> =
        std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", home.path().display()))
        .args(["--headless", "--norestore", "--convert-to", kind, "--outdir"])
        .arg(to)
        .args(&files)
        .output()
        .expect("soffice runs");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    assert_eq!(std::fs::read_dir(to).expect("a folder").count(), files.len(), "every file was converted");
}

#[test]
fn what_libreoffice_saves_gives_the_truth() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!(
            "NOT TESTED with LibreOffice: soffice is not installed (Debian: libreoffice-calc-nogui, libreoffice-writer-nogui)"
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let dir = |name: &str| {
        let dir = folder.path().join(name);
        std::fs::create_dir(&dir).expect("a folder");
        dir
    };
    let (books, documents) = (dir("books"), dir("documents"));
    for (at, cells) in ALL.into_iter().enumerate() {
        std::fs::write(books.join(format!("{at}.xlsx")), one_sheet(&truth(), cells)).expect("a file");
    }
    std::fs::write(books.join("hidden.xlsx"), with_hidden_rows_and_columns()).expect("a file");
    std::fs::write(documents.join("report.docx"), document(&truth(), false)).expect("a file");
    let kinds = [
        (&books, "xls", dir("xls")),
        (&books, "ods", dir("ods")),
        (&books, "xlsx", dir("xlsx")),
        (&documents, "docx", dir("docx")),
    ];
    for (from, kind, to) in kinds {
        convert(from, kind, &to);
        for entry in std::fs::read_dir(&to).expect("a folder") {
            let path = entry.expect("a file").path();
            assert_golden(&std::fs::read(&path).expect("a file"), &path.display().to_string());
        }
    }
}
