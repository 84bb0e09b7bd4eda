//! The command line as scripts use it (contract, "Commands"): what can be typed, what comes back as JSON, and how a
//! command ends. Every test runs the binary in a folder of its own.

mod doctor;
mod figures;
mod files;
mod office;
mod rehearse;
mod usage;

use crate::process::{Office, REPORT};
use serde_json::Value;

/// An office with nothing in its database.
fn empty() -> (tempfile::TempDir, Office) {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(folder.path());
    (folder, office)
}

/// An office that has imported the published report.
fn with_report() -> (tempfile::TempDir, Office) {
    let (folder, office) = empty();
    office.run(&["import", REPORT]).expect(0);
    (folder, office)
}

/// The fields of an object, in alphabetical order.
fn fields(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The element of a list whose field has a value.
fn find<'a>(list: &'a Value, field: &str, wanted: &str) -> &'a Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|v| v[field] == wanted).unwrap_or_else(|| panic!("no {field} {wanted} in {list:?}"))
}

/// Every field that the contract names is there; additions are free.
fn assert_has(value: &Value, wanted: &[&str]) {
    for field in wanted {
        assert!(value.get(field).is_some(), "{field} is missing in {:?}", fields(value));
    }
}
