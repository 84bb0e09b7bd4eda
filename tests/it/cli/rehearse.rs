//! `rehearse`: who would have received what, when and why; and that nothing but the ledger comes of it.

use super::{assert_has, empty, find};
use crate::process::{Office, REPORT};
use serde_json::{Value, json};

fn rehearse(office: &Office, args: &[&str]) -> Value {
    office.run(&[&["rehearse", "--json"], args].concat()).expect(0).json()
}

fn messages(document: &Value) -> Vec<(&str, &str, &str)> {
    let word = |message: &'_ Value, field| message[field].as_str().unwrap_or_default().to_owned().leak() as &str;
    let list = document["messages"].as_array().expect("a list");
    list.iter().map(|message| (word(message, "at"), word(message, "chat"), word(message, "reason"))).collect()
}

#[test]
fn a_report_tells_each_unit_and_the_leaders_once_and_leaves_nothing_behind() {
    let (folder, office) = empty();
    let day = ["--from", "2023-07-24", "--to", "2023-07-24", REPORT];
    let ledger = rehearse(&office, &day);
    assert_has(&ledger, &["messages", "issues"]);
    assert_eq!(ledger["issues"], json!([]));
    let all = messages(&ledger);
    assert!(all.iter().all(|(at, ..)| *at == "2023-07-24T08:00:00+07:00"), "{all:?}");
    assert_eq!(all.iter().filter(|(_, _, reason)| *reason == "first_missed").count(), 40);
    let bulletin = find(&ledger["messages"], "chat", "Sở Xây dựng");
    assert_has(bulletin, &["at", "chat", "kind", "reason", "text"]);
    assert_eq!(bulletin["kind"], "bulletin");
    assert!(bulletin["text"].as_str().is_some_and(|text| text.contains("29,7")), "{bulletin}");
    assert_eq!(find(&ledger["messages"], "chat", "Lãnh đạo UBND tỉnh Bình Định")["kind"], "digest");

    assert_eq!(rehearse(&office, &day), ledger, "the same files give the same ledger");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").flatten().map(|e| e.path()).collect();
    assert!(left.is_empty(), "the office's database is not touched: {left:?}");
}

#[test]
fn what_comes_before_is_silent_and_what_comes_while_the_program_is_down_waits() {
    let (_folder, office) = empty();
    let before = rehearse(&office, &["--from", "2023-07-25", "--to", "2023-07-26", REPORT]);
    assert_eq!(messages(&before), [], "the figures are of the day before");

    let script = office.write(
        "script.toml",
        "[[down]]\nfrom = \"2023-07-24T06:00\"\nto = \"2023-07-25T09:30\"\n\
         [[say]]\nat = \"2023-07-25T10:15\"\nchat = \"so-tu-phap\"\ntext = \"/status\"\n",
    );
    let script = script.display().to_string();
    let ledger = rehearse(&office, &["--from", "2023-07-24", "--to", "2023-07-25", "--script", &script, REPORT]);
    let all = messages(&ledger);
    let (answer, told) = all.split_last().expect("messages");
    assert!(told.len() > 40 && told.iter().all(|(at, ..)| *at == "2023-07-25T09:30:00+07:00"), "{told:?}");
    assert_eq!(*answer, ("2023-07-25T10:15:00+07:00", "Sở Tư pháp", ""));
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let (_folder, office) = empty();
    let nobody =
        office.write("nobody.toml", "[[say]]\nat = \"2023-07-24T10:15\"\nchat = \"so-x\"\ntext = \"/status\"\n");
    let nothing = office.write("nothing.csv", "a text without any figures");
    let table: [(&[&str], &str); 4] = [
        (&["--from", "2023-07-24", "--to", "2023-07-23", REPORT], "--to: 2023-07-23 is before --from 2023-07-24"),
        (&["--from", "2003-07-24", "--to", "2023-07-23", REPORT], "at most 1830 days"),
        (
            &["--from", "2023-07-24", "--to", "2023-07-24", "--script", &nobody.display().to_string(), REPORT],
            "[[say]] names the chat \"so-x\"; write office, leader or a unit's code",
        ),
        (
            &["--from", "2023-07-24", "--to", "2023-07-24", &nothing.display().to_string()],
            "nothing.csv: nothing in it says of which day its figures are",
        ),
    ];
    for (args, line) in table {
        let ended = office.run(&[&["rehearse"], args].concat()).expect(2);
        assert!(ended.err.contains(line), "{}", ended.err);
        assert_eq!(ended.err.trim().lines().count(), 1, "{}", ended.err);
    }
}
