//! `preview`, `link`, `outbox` and `templates check`.

use chitieu::message::Message;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::{assert_has, empty, with_report};
use crate::process::REPORT;

#[test]
fn every_message_can_be_previewed_for_every_channel() {
    let (_folder, office) = with_report();
    // Three starts of the binary for each message; the three channels share the waiting.
    std::thread::scope(|threads| {
        for channel in ["telegram", "zalo", "web"] {
            let office = &office;
            threads.spawn(move || {
                for name in Message::NAMES {
                    let ended = office.run(&["preview", name, "--channel", channel]).expect(0);
                    assert!(!ended.out.trim().is_empty(), "{name} for {channel}");
                    let markup = ["<b>", "<br", "<p>", "</"].iter().any(|tag| ended.out.contains(tag));
                    assert!(channel != "zalo" || !markup, "{name} for {channel}: {}", ended.out);
                }
            });
        }
    });
    let preview = ["preview", "bulletin", "--channel", "telegram", "--unit", "sở tư pháp", "--period", "2023-07"];
    let bulletin = office.run(&preview).expect(0).out;
    assert!(bulletin.contains("Sở Tư pháp") && bulletin.contains("99,5%"), "{bulletin}");
}

#[test]
fn a_preview_needs_a_message_a_channel_and_one_unit() {
    let (_folder, office) = with_report();
    office.run(&["preview", "poem", "--channel", "web"]).refuses(&["`poem`", "bulletin", "digest"]);
    let two = ["preview", "bulletin", "--channel", "web", "--unit", "hoài ân"];
    office.run(&two).refuses(&["--unit", "huyen-hoai-an", "xa-hoai-an"]);
    office.run(&["preview", "bulletin", "--channel", "fax"]).expect(2);
    office.run(&["preview", "bulletin"]).expect(2);
}

#[test]
fn a_preview_without_figures_shows_the_sample() {
    let (_folder, office) = empty();
    assert!(!office.run(&["preview", "bulletin", "--channel", "web"]).expect(0).out.is_empty());
}

#[test]
fn a_code_is_issued_for_a_unit_or_a_role() {
    let (_folder, office) = empty();
    let mut codes = Vec::new();
    for whom in [["--unit", "so-tu-phap"], ["--unit", "sở tư phap"], ["--role", "leader"], ["--role", "office"]] {
        let issued = office.run(&["link", whom[0], whom[1], "--json"]).expect(0).json();
        assert_has(&issued, &["code", "expires_at"]);
        let expires = issued["expires_at"].as_str().expect("a time");
        let expires = DateTime::parse_from_rfc3339(expires).expect("RFC 3339");
        assert_eq!(expires.offset().local_minus_utc(), 7 * 3_600, "Vietnam's time");
        #[expect(clippy::disallowed_methods, reason = "the binary lives in real time")]
        let left = expires.with_timezone(&Utc) - Utc::now();
        assert!(left > Duration::zero() && left < Duration::days(31), "{left}");
        codes.push(issued["code"].as_str().expect("a code").to_owned());
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 4, "each code is another");
    let words = office.run(&["link", "--role", "leader"]).expect(0).out;
    assert!(words.contains("/dangky "), "{words}");
    office.run(&["link", "--unit", "quantum"]).refuses(&["--unit", "quantum"]);
    let neither = office.run(&["link"]).expect(2);
    assert!(neither.err.contains("--unit") && neither.err.contains("--role"), "{}", neither.err);
    office.run(&["link", "--unit", "so-tu-phap", "--role", "leader"]).expect(2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outbox_lists_retries_and_drops() {
    use crate::fake::telegram::{ChatKind, FakeTelegram, Fault, TOKEN};
    let (_folder, office) = empty();
    assert_eq!(office.run(&["outbox", "--json"]).expect(0).json(), json!({"rows": []}));
    office.run(&["outbox", "retry", "nothing"]).expect(1);
    assert_eq!(office.run(&["outbox", "drop", "nothing", "--json"]).expect(1).json()["changed"], false);

    // A send whose outcome nobody knows is set aside for a person.
    let telegram = FakeTelegram::start().await;
    telegram.add_chat(-7, ChatKind::Group, "Sở Tư pháp");
    let office = office.with("TELEGRAM_API_URL", telegram.url()).with("TELEGRAM_BOT_TOKEN", TOKEN);
    let (service, _) = office.start(&["run"]);
    let code = office.run(&["link", "--unit", "so-tu-phap", "--json"]).expect(0).json();
    telegram.push_text(-7, 1, &format!("/dangky {}", code["code"].as_str().expect("a code")));
    let second = std::time::Duration::from_secs(20);
    crate::process::until("the answer", second, async || telegram.received(-7).pop()).await;
    telegram.fail_chat(-7, Some(1), Fault::RecordThenClose);
    office.run(&["import", REPORT]).expect(0);
    let row = crate::process::until("an unknown outcome", second, async || {
        let listed = office.run(&["outbox", "list", "--json"]);
        listed.json()["rows"].as_array()?.iter().find(|row| row["state"] == "unknown").cloned()
    })
    .await;
    assert_has(&row, &["id", "chat", "kind", "state", "attempts", "repeated", "last_error"]);
    assert_eq!(row["kind"], "bulletin");
    let listed = office.run(&["outbox"]).expect(1);
    assert!(listed.out.contains("chưa rõ kết quả"), "{}", listed.out);
    let id = row["id"].as_str().expect("an id");
    // The office reads the end of it in its chat.
    let end = id.rsplit('-').next().expect("the end of an id");
    assert_eq!(office.run(&["outbox", "retry", end, "--json"]).expect(0).json(), json!({"id": id, "changed": true}));
    // On record, with nothing of the text; what changes nothing is not.
    let recorded = |n: usize| office.run(&["actions", "--json"]).expect(0).json()[n].clone();
    assert_eq!((&recorded(0)["command"], &recorded(0)["detail"]), (&json!("outbox retry"), &json!(id)));
    crate::process::until("the second copy", second, async || (telegram.received(-7).len() == 3).then_some(())).await;
    office.run(&["outbox", "drop", id]).expect(1);
    assert_eq!(recorded(0)["command"], "outbox retry");
    service.stop().0.expect(0);
}

/// What is done on the command line is on record with the person whom the machine knows; no code is.
#[test]
fn acts_on_the_command_line_are_on_record() {
    let (_folder, office) = empty();
    let office = office.with("USER", "binh").with("SUDO_USER", "");
    let code = office.run(&["link", "--unit", "so-tu-phap", "--json"]).expect(0).json();
    let code = code["code"].as_str().expect("a code").to_owned();
    office.run(&["import", REPORT]).expect(0);
    office.run(&["import", REPORT]).expect(0);
    let told = office.run(&["actions", "--json"]).expect(0);
    assert!(!told.out.contains(&code), "{}", told.out);
    let told: Vec<String> = told
        .json()
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| {
            format!("{} {} {} {} {} {}", a["chat"], a["medium"], a["sender"], a["command"], a["detail"], a["outcome"])
        })
        .collect();
    let [imported, linked] = &told[..] else { panic!("{told:?}") };
    assert_eq!(linked, r#"null "command_line" "binh" "link" "so-tu-phap" "code_issued""#);
    assert!(imported.starts_with(r#"null "command_line" "binh" "import" ""#), "{imported}");
    assert!(
        imported.ends_with(r#"tháng 7/2023, lần cập nhật 1" "recorded""#),
        "the second changed nothing: {imported}"
    );
    let words = office.run(&["actions"]).expect(0).out;
    assert!(words.contains(" · dòng lệnh · binh · link so-tu-phap → code_issued"), "{words}");
}

#[test]
fn templates_are_checked() {
    let (_folder, office) = empty();
    office.run(&["templates", "check"]).expect(0);
    for name in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/messages")).expect("a folder") {
        let path = name.expect("a file").path();
        let name = path.file_name().and_then(|n| n.to_str()).expect("UTF-8");
        office.write(&format!("words/{name}"), std::fs::read(&path).expect("reads"));
    }
    office.run(&["templates", "check", "words"]).expect(0);
    let bulletin = std::fs::read_to_string(office.path("words/bulletin.hbs")).expect("reads");
    office.write("words/bulletin.hbs", format!("{bulletin}{{{{nobody_knows_this}}}}\n"));
    let broken = office.run(&["templates", "check", "words"]).expect(1).out;
    assert!(broken.contains("bulletin.hbs") && broken.contains("nobody_knows_this"), "{broken}");
    // Nothing starts with it.
    let office = office.with("MESSAGES_DIR", "words");
    let refused = office.run(&["digest"]).expect(2);
    assert!(refused.err.contains("MESSAGES_DIR") && refused.err.contains("bulletin.hbs:"), "{}", refused.err);
    office.run(&["templates", "check"]).expect(1);
}
