//! The floors of the house: which room of `src` may use which.

use std::path::Path;

use super::tokens::{Token, tokens};

/// A room uses what stands on a lower floor, and itself; never a neighbour on its own floor.
const FLOORS: &[&[&str]] = &[
    &["domain"],
    &["catalog", "chart", "ingest", "message"],
    &["clock", "entropy", "config", "telemetry"],
    &["store"],
    &["source", "channel"],
    &["service"],
    &["web", "cli"],
    &["app"],
    &["main", "lib"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// One line per fault of the file at `path` (under `src`): `src/path:line: what is wrong`.
pub fn faults(path: &Path, source: &str) -> Vec<String> {
    let module = module(path);
    let room = module.first().map_or("lib", String::as_str);
    let Some(own) = floor(room) else {
        return vec![format!(
            "src/{}:1: the room `{room}` stands on no floor: give it one in tests/it/tidy/floors.rs",
            path.display()
        )];
    };
    rooms_used(&module, source)
        .into_iter()
        .filter_map(|(line, used)| {
            // A name that is no room is an item of lib.rs.
            let other = floor(&used)?;
            (used != room && other >= own).then(|| {
                let path = path.display();
                format!("src/{path}:{line}: `{room}` (floor {own}) uses `{used}` (floor {other}); only lower floors may be used")
            })
        })
        .collect()
}

/// The module path of a file: `web/page.rs` is `web::page`; `lib.rs` is the root.
fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names == ["lib"] { Vec::new() } else { names }
}

/// Every name which the file reaches for in the root of the crate, by `crate::` or by enough `super::`.
fn rooms_used(module: &[String], source: &str) -> Vec<(usize, String)> {
    let tokens = tokens(source);
    let word = |at: usize| match tokens.get(at) {
        Some((_, Token::Word(word))) => Some(*word),
        _ => None,
    };
    let mark = |at: usize, wanted: char| matches!(tokens.get(at), Some((_, Token::Mark(mark))) if *mark == wanted);
    let colons = |at: usize| mark(at, ':') && mark(at + 1, ':');

    let mut used = Vec::new();
    let mut braces = 0_usize;
    // How many braces were open where each inline module began.
    let mut inline: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if mark(at, '{') {
            braces += 1;
            if at >= 2 && word(at - 2) == Some("mod") {
                inline.push(braces);
            }
        } else if mark(at, '}') {
            inline.pop_if(|opened| *opened == braces);
            braces = braces.saturating_sub(1);
        }
        let mut after = at;
        let begins = at < 2 || !colons(at - 2);
        if begins && matches!(word(at), Some("crate" | "chitieu")) && colons(at + 1) {
            after = at + 3;
        } else if begins && matches!(word(at), Some("self" | "super")) && colons(at + 1) {
            let mut supers = 0;
            while matches!(word(after), Some("self" | "super")) && colons(after + 1) {
                supers += usize::from(word(after) == Some("super"));
                after += 3;
            }
            if supers == 0 || supers < module.len() + inline.len() {
                at = after;
                continue;
            }
        }
        if after == at {
            at += 1;
            continue;
        }
        // `root::name` or `root::{name::…, name}`; the braces of a group are counted as we pass on.
        if let Some(name) = word(after) {
            used.push((tokens[after].0, name.to_owned()));
        } else if mark(after, '{') {
            let mut depth = 0;
            for inside in after..tokens.len() {
                if mark(inside, '{') {
                    depth += 1;
                } else if mark(inside, '}') {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                if depth == 1
                    && (mark(inside, '{') || mark(inside, ','))
                    && let Some(name) = word(inside + 1)
                {
                    used.push((tokens[inside + 1].0, name.to_owned()));
                }
            }
        }
        at = after;
    }
    used
}

mod tests {
    use super::*;

    fn check(path: &str, source: &str) -> Vec<String> {
        faults(Path::new(path), source)
    }

    fn used(path: &str, source: &str) -> Vec<(usize, String)> {
        rooms_used(&module(Path::new(path)), source)
    }

    #[test]
    fn an_upward_use_is_a_fault_with_its_place() {
        assert_eq!(
            check("store/outbox.rs", "use std::fmt;\nuse crate::service::Deliver;\n"),
            ["src/store/outbox.rs:2: `store` (floor 3) uses `service` (floor 5); only lower floors may be used"]
        );
        assert_eq!(check("domain.rs", "fn f() { crate::clock::now() }").len(), 1);
        assert_eq!(check("app.rs", "type Main = chitieu::main::Main;").len(), 1);
    }

    #[test]
    fn down_and_inside_are_allowed_and_neighbours_are_not() {
        assert!(check("store/outbox.rs", "use crate::{domain::Period, store::Db, clock};").is_empty());
        assert!(check("main.rs", "use chitieu::app::App; fn main() {}").is_empty());
        assert_eq!(check("catalog.rs", "use crate::message::View;").len(), 1);
        assert_eq!(check("web/page.rs", "use crate::cli::Args;").len(), 1);
        assert_eq!(check("cli.rs", "use crate::web::serve;").len(), 1);
    }

    #[test]
    fn groups_are_looked_into_but_only_their_first_names() {
        let source = "use crate::{\n    domain::{app, web},\n    service,\n    store::service,\n};";
        let lines = [(2, "domain"), (3, "service"), (4, "store")];
        assert_eq!(used("web.rs", source), lines.map(|(line, room)| (line, room.to_owned())));
    }

    #[test]
    fn super_reaches_the_root_when_there_are_enough() {
        let app = [(1, "app".to_owned())];
        assert_eq!(used("store.rs", "use super::app;"), app);
        assert_eq!(used("store/outbox.rs", "use super::super::app;"), app);
        assert_eq!(used("store/outbox.rs", "use self::super::super::{app};"), app);
        assert_eq!(used("store/outbox.rs", "use super::app;"), []);
        assert_eq!(used("lib.rs", "use self::app;"), []);
    }

    #[test]
    fn an_inline_module_needs_one_super_more() {
        assert_eq!(used("store.rs", "mod tests { use super::app; fn f() { g(); } use super::app; }"), []);
        assert_eq!(used("store.rs", "mod tests { use super::super::app; }").len(), 1);
        assert_eq!(used("store.rs", "mod tests { use super::{a, b}; } use super::app;").len(), 1);
    }

    #[test]
    fn comments_strings_and_longer_paths_are_no_use() {
        let source = "//! crate::web\nconst A: &str = \"crate::web\"; use other::crate_::web; pub(crate) fn f() {}";
        assert_eq!(used("domain.rs", source), []);
        assert!(check("store.rs", "use crate::VERSION;").is_empty());
    }

    #[test]
    fn a_new_room_must_be_given_a_floor() {
        assert_eq!(check("attic/box.rs", "").len(), 1);
        assert!(check("lib.rs", "pub mod app;").is_empty());
    }
}
