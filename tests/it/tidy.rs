//! The rules of the house that a program can check: floors, a pure core, short files, paired migrations, and a
//! documented environment. Each check is a function of text that returns its complaints, so that it is tested itself.

mod floors;
mod tokens;

use std::path::{Path, PathBuf};

use tokens::{Token, tokens};

/// Past this, a file hides a wall that nobody has seen.
const LINES_MAX: usize = 600;
/// Past this, it is worth a look.
const LINES_WARN: usize = 400;

/// Kinds of file that people write by hand and have to read.
const WRITTEN: &[&str] = &["rs", "html", "hbs", "css", "js", "sh", "sql"];

#[test]
fn rooms_use_only_lower_floors() {
    let files = sources();
    assert!(!files.is_empty(), "src was read");
    let faults = files.iter().flat_map(|(path, text)| floors::faults(path, text)).collect();
    none(faults);
}

#[test]
fn the_domain_is_pure() {
    let domain = |path: &Path| path.starts_with("domain") || path == Path::new("domain.rs");
    let files = sources();
    let faults = files.iter().filter(|(path, _)| domain(path));
    none(faults.flat_map(|(path, text)| impurities(path, text)).collect());
}

#[test]
fn no_file_is_too_long() {
    let mut faults = Vec::new();
    for path in files_in("src").into_iter().chain(files_in("tests")) {
        if !path.extension().is_some_and(|kind| WRITTEN.iter().any(|written| kind == *written)) {
            continue;
        }
        let lines = read(&path).lines().count();
        let place = format!("{}: {lines} lines", path.display());
        if lines > LINES_MAX {
            faults.push(format!("{place}, at most {LINES_MAX} allowed"));
        } else if lines > LINES_WARN {
            eprintln!("{place}: is there a wall you have not seen?");
        }
    }
    none(faults);
}

#[test]
fn migrations_come_in_pairs() {
    let names = |database: &str| -> Vec<String> {
        let folder = Path::new("migrations").join(database);
        let files = files_in(&folder);
        files.iter().filter_map(|path| Some(path.strip_prefix(&folder).ok()?.display().to_string())).collect()
    };
    none(unpaired(&names("sqlite"), &names("postgres")));
}

#[test]
fn every_variable_is_in_the_example() {
    let config = |path: &Path| path.starts_with("config") || path == Path::new("config.rs");
    let files: Vec<_> = sources().into_iter().filter(|(path, _)| config(path)).collect();
    if files.is_empty() {
        return;
    }
    let example = read(Path::new(".env.example"));
    none(files.iter().flat_map(|(path, text)| undocumented(path, text, &example)).collect());
}

/// What the pure core must not name. Comments may.
fn impurities(path: &Path, source: &str) -> Vec<String> {
    const BANNED: &[&str] = &["async", "await", "serde", "serde_json", "tokio", "sqlx"];
    let tokens = tokens(source);
    let now = [Token::Word("Utc"), Token::Mark(':'), Token::Mark(':'), Token::Word("now")];
    let mut faults = Vec::new();
    for (at, (line, token)) in tokens.iter().enumerate() {
        let place = format!("src/{}:{line}", path.display());
        if let Token::Word(word) = token
            && BANNED.contains(word)
        {
            faults.push(format!("{place}: `{word}` in the domain"));
        }
        if tokens[at..].iter().map(|(_, token)| *token).take(now.len()).eq(now) {
            faults.push(format!("{place}: `Utc::now` in the domain"));
        }
    }
    faults
}

/// Both databases have the same migrations: the same names, `NNNN_what.sql`, no number twice.
fn unpaired(sqlite: &[String], postgres: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for (database, names, other, others) in
        [("sqlite", sqlite, "postgres", postgres), ("postgres", postgres, "sqlite", sqlite)]
    {
        for (at, name) in names.iter().enumerate() {
            let place = format!("migrations/{database}/{name}");
            match number(name) {
                None => faults.push(format!("{place}: the name is not NNNN_what.sql")),
                Some(own) if names[..at].iter().any(|earlier| number(earlier) == Some(own)) => {
                    faults.push(format!("{place}: the number is taken"));
                }
                Some(_) => {}
            }
            if !others.contains(name) {
                faults.push(format!("{place}: migrations/{other}/{name} is missing"));
            }
        }
    }
    faults
}

/// The number of `NNNN_what.sql`.
fn number(name: &str) -> Option<&str> {
    let (number, what) = name.strip_suffix(".sql")?.split_once('_')?;
    let digits = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !what.is_empty()).then_some(number)
}

/// Variables are the strings in capitals; each has its line in the example, which a `#` may switch off.
fn undocumented(path: &Path, source: &str, example: &str) -> Vec<String> {
    let variable = |text: &str| {
        text.len() >= 3
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let known: Vec<&str> =
        example.lines().filter_map(|line| Some(line.trim_start_matches(['#', ' ']).split_once('=')?.0)).collect();
    tokens(source)
        .into_iter()
        .filter_map(|(line, token)| match token {
            Token::Text(text) if variable(text) && !known.contains(&text) => {
                Some(format!("src/{}:{line}: {text} has no line in .env.example", path.display()))
            }
            _ => None,
        })
        .collect()
}

/// The Rust files under `src`, named from there.
fn sources() -> Vec<(PathBuf, String)> {
    files_in("src")
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .map(|path| (path.strip_prefix("src").expect("it is in src").to_owned(), read(&path)))
        .collect()
}

/// Every file under a folder of the repository, sorted; none when there is no such folder.
fn files_in(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.as_ref().to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(root().join(&folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.expect("the folder can be read");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

mod tests {
    use super::*;

    #[test]
    fn impurities_are_found_in_code_only() {
        let path = Path::new("domain/rate.rs");
        let pure = "//! No async, no serde.\nfn f(now: DateTime<Utc>) { g(\"tokio\") }";
        assert!(impurities(path, pure).is_empty());
        let impure = "use serde::Serialize;\nasync fn f() { Utc::now(); }";
        assert_eq!(
            impurities(path, impure),
            [
                "src/domain/rate.rs:1: `serde` in the domain",
                "src/domain/rate.rs:2: `async` in the domain",
                "src/domain/rate.rs:2: `Utc::now` in the domain",
            ]
        );
    }

    #[test]
    fn migrations_without_a_pair_a_name_or_a_number_of_their_own_are_found() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let pair = names(&["0001_start.sql", "0002_outbox.sql"]);
        assert!(unpaired(&pair, &pair).is_empty());
        assert_eq!(unpaired(&pair, &pair[..1]).len(), 1);
        assert_eq!(unpaired(&pair[1..], &names(&["0002_queue.sql"])).len(), 2);
        let twice = names(&["0001_start.sql", "0001_outbox.sql"]);
        assert_eq!(unpaired(&twice, &twice).len(), 2);
        for name in ["1_start.sql", "0001.sql", "0001_.sql", "0001_start.txt", "x001_start.sql"] {
            assert_eq!(number(name), None, "{name}");
        }
    }

    #[test]
    fn variables_without_a_line_in_the_example_are_found() {
        let path = Path::new("config/web.rs");
        let source =
            "// \"IN_A_COMMENT\"\nread(\"PORT\")?;\nread(\"LOG_LEVEL\").unwrap_or(\"info\");\nread(\"NEW_ONE\");";
        assert_eq!(
            undocumented(path, source, "# The port.\nPORT=8080\n# LOG_LEVEL=info\nOLD_NEW_ONE=1\n"),
            ["src/config/web.rs:4: NEW_ONE has no line in .env.example"]
        );
    }
}
