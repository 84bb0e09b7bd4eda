//! Wrong usage and wrong configuration: exit 2 and one line that says what would be right.

use std::path::Path;

use super::empty;
use crate::process::Office;

#[test]
fn every_command_and_option_of_the_contract_exists() {
    let (_folder, office) = empty();
    let table: [(&[&str], &[&str]); 12] = [
        (&["demo"], &[]),
        (&["run"], &[]),
        (&["import"], &["<FILE>", "--period", "--as-of", "--dry-run", "--json"]),
        (&["status"], &["<NAME>", "--period", "--json"]),
        (&["digest"], &["--period", "--json"]),
        (&["audit"], &["--period", "--json"]),
        (&["preview"], &["<MESSAGE>", "--channel", "telegram", "zalo", "web", "--unit", "--period"]),
        (&["rehearse"], &["--from", "--to", "<FILE>", "--script", "--json"]),
        (&["link"], &["--unit", "--role", "leader", "office", "--json"]),
        (&["outbox"], &["list", "retry", "drop", "--json"]),
        (&["templates", "check"], &["[DIR]"]),
        (&["doctor"], &[]),
    ];
    let overview = office.run(&["--help"]).expect(0).out;
    for (command, options) in table {
        assert!(overview.contains(&format!("\n  {}", command[0])), "{command:?} in {overview}");
        let help = office.run(&[command, &["--help"]].concat()).expect(0).out;
        for option in options {
            assert!(help.contains(option), "{option} in {help}");
        }
    }
    assert!(office.run(&["--version"]).expect(0).out.starts_with("chitieu "));
}

#[test]
fn wrong_usage_ends_with_2() {
    let (_folder, office) = empty();
    for args in [
        &["dance"][..],
        &[],
        &["import"],
        &["status"],
        &["digest", "--period", "2023-13"],
        &["import", "x", "--as-of", "yesterday"],
        &["outbox", "retry"],
        &["templates"],
        &["doctor", "--verbose"],
    ] {
        let ended = office.run(args).expect(2);
        assert!(!ended.err.is_empty() && ended.out.is_empty(), "{args:?}: {ended:?}");
    }
    let period = office.run(&["digest", "--period", "2023-13"]).expect(2).err;
    assert!(period.contains("2023-13") && period.contains("YYYY-MM"), "{period}");
}

/// Whatever the command, a wrong variable stops it.
fn refused(office: &Office, words: &[&str]) {
    for command in [&["run"][..], &["status", "bql", "kkt"]] {
        office.run(command).refuses(words);
    }
}

#[test]
fn a_wrong_variable_is_named_in_one_line() {
    let (_folder, office) = empty();
    let with = |name: &str, value: &str| office.clone().with(name, value);
    refused(&with("DATABASE_URL", "mysql://root@host/db"), &["DATABASE_URL", "sqlite://", "postgres://"]);
    refused(&with("DATABASE_URL", "postgres://u:pw@127.0.0.1:1/db"), &["DATABASE_URL", "127.0.0.1:1"]);
    refused(&with("DATABASE_URL", "sqlite:///proc/nowhere/x.db"), &["DATABASE_URL", "/proc/nowhere/x.db"]);
    refused(&with("CATALOG_DIR", "nowhere"), &["CATALOG_DIR", "`nowhere`", "folder"]);
    refused(&with("MESSAGES_DIR", "nowhere"), &["MESSAGES_DIR", "`nowhere`", "folder"]);
    refused(&with("INBOX_DIR", "nowhere"), &["INBOX_DIR", "`nowhere`", "folder"]);
    refused(&with("HTTP_ADDR", "0.0.0.0:0"), &["WEB_TOKEN", "HTTP_ADDR"]);
    refused(&with("HTTP_ADDR", "everywhere"), &["HTTP_ADDR", "`everywhere`", "IP:PORT"]);
    refused(&with("WEB_TOKEN", "short"), &["WEB_TOKEN", "shorter"]);
    refused(&with("WEB_TOKEN_FILE", "nowhere"), &["WEB_TOKEN_FILE", "`nowhere`"]);
    refused(&with("POLL_EVERY", "soon"), &["POLL_EVERY", "`soon`"]);
    refused(&with("LOG", "a=b=c"), &["LOG", "`a=b=c`"]);
    refused(&with("LOG_FORMAT", "xml"), &["LOG_FORMAT", "`xml`"]);
    refused(&with("TELEGRAM_MODE", "pigeon"), &["TELEGRAM_MODE", "`pigeon`"]);
    refused(&with("TELEGRAM_API_URL", "telegram"), &["TELEGRAM_API_URL", "https://"]);
    office.write(".env", "THIS IS NOT A VARIABLE\n");
    refused(&office, &[".env", "NAME=value"]);
}

#[test]
fn a_broken_file_of_the_office_is_named_with_its_place() {
    let (_folder, office) = empty();
    for folder in ["catalog", "messages"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(from).expect("a folder") {
            let path = entry.expect("a file").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
            office.write(&format!("{folder}/{name}"), std::fs::read(&path).expect("reads"));
        }
    }
    let appended = |name: &str, text: &str| {
        let whole = std::fs::read_to_string(office.path(name)).expect("reads");
        office.write(name, format!("{whole}{text}"));
    };
    let office_with = |name: &str, value: &str| office.clone().with(name, value);
    office_with("CATALOG_DIR", "catalog").run(&["templates", "check"]).expect(0);
    appended("catalog/units.toml", "[[unit\n");
    refused(&office_with("CATALOG_DIR", "catalog"), &["CATALOG_DIR", "units.toml", "line "]);
    appended("messages/bulletin.hbs", "{{#if\n");
    refused(&office_with("MESSAGES_DIR", "messages"), &["MESSAGES_DIR", "bulletin.hbs:"]);
}

#[test]
fn a_taken_address_is_told() {
    let (_folder, office) = empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = taken.local_addr().expect("bound").to_string();
    let office = office.with("HTTP_ADDR", &addr);
    office.run(&["run"]).refuses(&["HTTP_ADDR", &addr, "taken"]);
    office.run(&["demo"]).refuses(&["HTTP_ADDR", &addr, "taken"]);
}
