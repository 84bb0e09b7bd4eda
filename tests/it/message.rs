//! The words: every message as every medium shows it, and what happens to an office's own words.

use chitieu::domain::audit::{Finding, FindingKind};
use chitieu::domain::rate::{Exact, Percent};
use chitieu::message::view::Lookup;
use chitieu::message::{
    Dialect, HEAD_LINES, Message, Messages, Sample, TELEGRAM_LIMIT, TemplateProblem, samples, split, view, visible,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

fn embedded() -> Messages {
    Messages::embedded().unwrap_or_else(|problems| panic!("{}", lines(&problems)))
}

fn lines(problems: &[TemplateProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn plain(messages: &Messages, sample: &Sample) -> String {
    messages.render(&sample.message, Dialect::Plain).expect("samples render").text
}

/// What is sent at first, and whether there is more to ask for.
fn first(messages: &Messages, sample: &Sample, dialect: Dialect) -> (String, bool) {
    if !sample.message.folds() {
        return (messages.render(&sample.message, dialect).expect("it renders").text, false);
    }
    let (head, more) = messages.head(&sample.message, dialect).expect("it renders");
    (head.text, more)
}

/// What an editor's words are held against at each start holds for those that the program carries, which are not held
/// against it again.
#[test]
fn the_embedded_words_are_sound() {
    let problems = embedded().check();
    assert!(problems.is_empty(), "{}", lines(&problems));
}

#[test]
fn every_message_reads_as_it_did() {
    let messages = embedded();
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for sample in samples().unwrap() {
        let (telegram, more) = first(&messages, &sample, Dialect::TelegramHtml);
        let (web, _) = first(&messages, &sample, Dialect::WebHtml);
        let text = texts.entry(sample.message.name()).or_default();
        writeln!(text, "════ {} · plain\n{}\n", sample.name, plain(&messages, &sample)).unwrap();
        writeln!(text, "──── telegram\n{telegram}\n").unwrap();
        if more {
            let rest = messages.rest(&sample.message, Dialect::TelegramHtml).unwrap().text;
            writeln!(text, "──── telegram, /xemthem\n{rest}\n").unwrap();
        }
        let web = if web == telegram { "(as telegram)" } else { &web };
        writeln!(text, "──── web\n{web}\n").unwrap();
    }
    assert!(texts.keys().copied().eq(sorted(Message::NAMES)), "every message has a sample");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "message/snapshots", omit_expression => true }, {
        for (name, text) in texts {
            insta::assert_snapshot!(name, text);
        }
    });
}

fn sorted(names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[test]
fn messages_are_calm_and_say_which_period_they_speak_of() {
    const WITHOUT_PERIOD: &[&str] = &[
        "board_unpinned",
        "chat_schedule",
        "schedule_refused",
        "promise_help",
        "promise_refused",
        "promise_day",
        "mute_ask",
        "mute_refused",
        "mute_set",
        "mute_over",
        "not_muted",
        "mute_lifted",
        "code_issued",
        "code_ask",
        "chat_away",
        "lane_unreachable",
        "lane_back",
        "two_pollers",
        "finding",
        "help",
        "unknown_unit",
        "ambiguous_unit",
        "near_miss",
        "bad_month",
        "forbidden",
        "linked",
        "link_refused",
        "unlinked",
        "unhealthy",
        "lane_stalled",
        "lane_flows",
        "unknown_outcome",
        "nothing_held",
        "no_figures",
        "unit_ended",
        "unit_closed",
        "units_ended",
        "zalo_oa_reconnect",
        "ask_indicator",
        "compare_usage",
        "untie_ask",
        "untie_list",
        "untied",
        "untie_refused",
        "chat_untied",
        "code_guessing",
        "link_locked",
        "too_fast",
        "more",
        "hint",
        "source_down",
        "source_back",
        "file_problems",
        "upload",
        "upload_recorded",
        "upload_gone",
        "waiting",
        "outbox",
        "outbox_one",
        "outbox_done",
        "file_refused",
    ];
    let messages = embedded();
    for sample in samples().unwrap() {
        let text = plain(&messages, &sample);
        assert!(!text.contains('!'), "{}: {text}", sample.name);
        for dialect in Dialect::ALL {
            let text = messages.render(&sample.message, dialect).unwrap().text;
            assert!(!text.contains("{{") && !text.contains("}}") && !text.contains("null"), "{text}");
        }
        if !WITHOUT_PERIOD.contains(&sample.message.name()) {
            let first = text.lines().take(4).collect::<String>();
            assert!(first.contains("tháng 7/2023") || first.contains("tháng 1/2024"), "{}: {text}", sample.name);
        }
    }
}

/// The domain page: at most 12 lines on a phone before "xem thêm".
#[test]
fn messages_are_short() {
    let messages = embedded();
    let mut folded = 0;
    for sample in samples().unwrap() {
        // This is what stands behind "xem thêm".
        if sample.message.name() == "digest_more" {
            continue;
        }
        for dialect in [Dialect::TelegramHtml, Dialect::ZaloMarkdown] {
            let (text, more) = first(&messages, &sample, dialect);
            assert!(text.lines().count() <= HEAD_LINES, "{}: {text}", sample.name);
            assert_eq!(more, text.ends_with("Gõ /xemthem để xem thêm.") && sample.message.folds(), "{text}");
            folded += u32::from(more);
        }
    }
    assert!(folded > 20, "{folded} samples are too long for one message");
}

/// Head and rest together say what the whole says, each once, and the page has all of it.
#[test]
fn what_stands_behind_xem_them_is_the_rest() {
    let messages = embedded();
    for sample in samples().unwrap().iter().filter(|sample| sample.message.folds()) {
        let said = |rendered: String| -> Vec<String> {
            let lines = rendered.lines().map(str::to_owned);
            lines.filter(|l| !l.is_empty() && !l.ends_with("để xem thêm.") && l != "Xem thêm").collect()
        };
        let whole = said(plain(&messages, sample));
        let (head, more) = messages.head(&sample.message, Dialect::Plain).unwrap();
        let mut parts = said(head.plain);
        if more {
            let rest = messages.rest(&sample.message, Dialect::Plain).unwrap().plain;
            assert_eq!(
                rest.lines().next().unwrap(),
                format!("{} · tiếp theo", whole[0].trim_end_matches([':', '.'])),
                "{}",
                sample.name
            );
            parts.extend(said(rest).into_iter().skip(1));
        }
        assert_eq!(parts, whole, "{}", sample.name);
        let (page, more_there) = messages.head(&sample.message, Dialect::WebHtml).unwrap();
        assert!(more_there == more && said(page.plain) == whole, "{}", sample.name);
    }
}

#[test]
fn the_bulletin_follows_the_sample_of_the_domain_page() {
    let messages = embedded();
    let sample = samples().unwrap().into_iter().find(|s| s.name == "bulletin, first").unwrap();
    insta::assert_snapshot!(plain(&messages, &sample), @"
    📌 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)
    Đạt 1/5 chỉ tiêu · 4 chỉ tiêu cần tập trung:
    🔴 Hồ sơ trực tuyến 29,7% / 60% (−30,3 điểm %): cần thêm 127 hồ sơ nộp trực tuyến liên tiếp
    🔴 Thanh toán trực tuyến 10,5% / 45% (−34,5 điểm %): cần thêm 96 giao dịch thanh toán trực tuyến liên tiếp
    🔴 Cấp kết quả điện tử 52,8% / 100% (−47,2 điểm %): còn thiếu ≈ 68 hồ sơ được cấp kết quả điện tử
    🟡 Khai thác CSDL dân cư 97,6% / 100% (−2,4 điểm %): còn thiếu 4 hồ sơ được khai thác CSDL dân cư
    🟢 Số hóa hồ sơ 94,6% / 85%
    Chưa có số liệu tháng 6 để so sánh.
    Còn 5 ngày làm việc đến hết tháng 7, cần khoảng 26 hồ sơ nộp trực tuyến mỗi ngày.
    Gõ /status để xem chi tiết, /giaitrinh để báo cáo nguyên nhân.
    ");
}

#[test]
fn what_was_made_up_says_so() {
    let messages = embedded();
    let mut seen = 0;
    for sample in samples().unwrap() {
        let text = plain(&messages, &sample);
        if text.contains("đến 24/6") {
            seen += 1;
            assert!(text.contains("(đến 24/6, số liệu mẫu)"), "{}: {text}", sample.name);
        }
        // An open month beside a closed one never stands there without saying so.
        if text.contains("(cả tháng") && text.contains("đến 24/7") {
            assert!(text.contains("(cả tháng, trong khi tháng 7 mới đến 24/7)"), "{}: {text}", sample.name);
        }
    }
    assert!(seen > 5, "{seen} samples are held against the made-up June");
}

#[test]
fn values_are_escaped_in_the_dialect_of_the_medium() {
    let messages = embedded();
    let asked: Message = view::unknown_unit("<b>sở</b> & \"x\"", &[]).into();
    let telegram = messages.render(&asked, Dialect::TelegramHtml).unwrap();
    assert!(telegram.text.contains("“&lt;b&gt;sở&lt;/b&gt; &amp; &quot;x&quot;”"), "{}", telegram.text);
    assert!(telegram.plain.contains("“<b>sở</b> & \"x\"”"), "{}", telegram.plain);
}

#[test]
fn every_message_goes_out_in_parts_that_fit() {
    let messages = embedded();
    let mut most = 0;
    for sample in samples().unwrap() {
        for dialect in Dialect::ALL {
            let rendered = messages.render(&sample.message, dialect).unwrap();
            let parts = split(&rendered.text, dialect, TELEGRAM_LIMIT);
            assert!(parts.iter().all(|part| TELEGRAM_LIMIT.measure(part) <= 4_000), "{}", sample.name);
            let whole: String = parts.iter().map(|part| visible(part, dialect)).collect();
            assert_eq!(whole, rendered.plain, "{}", sample.name);
            most = most.max(parts.len());
        }
    }
    assert!(most > 1, "one sample is too long for one message");
}

#[test]
fn a_finding_is_a_sentence_with_the_value_that_would_be_right() {
    let messages = embedded();
    let policy = chitieu::domain::alert::AlertPolicy {
        assess: chitieu::domain::assessment::AssessPolicy { few_files: 3, same_day_tolerance: 3 },
        repeat_after: chrono::Duration::days(7),
        worsened_points: Percent::whole(2),
        fell_points: Percent::whole(1),
    };
    let lookup = Lookup {
        organisation: "tỉnh Bình Định",
        office: "Văn phòng UBND tỉnh",
        tiers: &[],
        units: &[],
        indicators: &[],
        policy: &policy,
    };
    let finding = Finding {
        published: Some(Percent::parse_plain("76.4").unwrap()),
        computed: Some(Exact::new(9700, 1663)),
        part: Some(97),
        whole: Some(1663),
        implied: Some(127),
        ..Finding::new(FindingKind::RateDiffers)
    };
    insta::assert_snapshot!(messages.finding_sentence(lookup, &finding).unwrap(), @"tỷ lệ ghi 76,4%, trong khi 97/1.663 là 5,83%; nếu tỷ lệ đúng thì mẫu số ≈ 127.");
}

/// A directory with one file of an office.
fn office(file: &str, text: impl AsRef<[u8]>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join(file), text).expect("written");
    directory
}

fn problems(directory: &Path) -> String {
    let problems = Messages::load(directory).expect_err("the set is broken");
    lines(&problems).replace(&format!("{}/", directory.display()), "")
}

#[test]
fn an_office_replaces_one_message_and_keeps_the_others() {
    let directory = office("unhealthy.hbs", "Tạm nghỉ <bảo trì> R&D, {{#b}}xin lỗi{{/b}}.\r\n");
    std::fs::write(directory.path().join("README.txt"), "{{not a template").unwrap();
    std::fs::write(directory.path().join("_own.hbs"), "phần riêng").unwrap();
    let messages = Messages::load(directory.path()).unwrap();
    let text = |message: &Message| messages.render(message, Dialect::TelegramHtml).unwrap().text;
    assert_eq!(text(&Message::Unhealthy), "Tạm nghỉ &lt;bảo trì&gt; R&amp;D, <b>xin lỗi</b>.");
    assert!(text(&Message::Unlinked).contains("/dangky"));
}

#[test]
fn a_broken_file_is_refused_with_its_place_and_the_good_set_stays() {
    let directory = office("unhealthy.hbs", "Tạm nghỉ.");
    let mut messages = Messages::load(directory.path()).unwrap();
    std::fs::write(directory.path().join("unhealthy.hbs"), "Tạm\n{{nghỉ}}").unwrap();
    let refused = messages.reload(directory.path()).unwrap_err();
    assert!(refused.iter().any(|p| p.line == Some(2) && p.file.ends_with("unhealthy.hbs")), "{}", lines(&refused));
    assert_eq!(messages.render(&Message::Unhealthy, Dialect::Plain).unwrap().text, "Tạm nghỉ.");
    std::fs::write(directory.path().join("unhealthy.hbs"), "Tạm dừng.").unwrap();
    messages.reload(directory.path()).unwrap();
    assert_eq!(messages.render(&Message::Unhealthy, Dialect::Plain).unwrap().text, "Tạm dừng.");
}

#[test]
fn every_kind_of_mistake_is_found_with_file_and_line() {
    let table: [(&str, &[u8], &str); 11] = [
        ("bad_month.hbs", b"a\n{{askd}}", "bad_month.hbs:2: there is no `askd` here; there is asked"),
        ("bad_month.hbs", b"a\n\n{{#if askd}}x{{/if}}", "bad_month.hbs:3: there is no `askd` here; there is asked"),
        ("bad_month.hbs", b"a\n{{#each askd}}x{{/each}}", "bad_month.hbs:2: there is no `askd` here; there is asked"),
        ("bad_month.hbs", b"a {{{asked}}}", "bad_month.hbs:1: {{{ }}} would pass a value by unescaped: write {{ }}"),
        ("bad_month.hbs", b"{{#bold}}x{{/bold}}", "bad_month.hbs:1: there is no block `bold`"),
        ("bad_month.hbs", b"{{#link asked}}x{{/link}}", "a link needs an address that starts with https:// or http://"),
        ("bad_month.hbs", b"{{#if asked}}{{/if}}", "bad_month.hbs: sample `bad month`, telegram: the text is empty"),
        ("bad_month.hbs", b"a\n{{#if asked}}\nb{{/b}}", "bad_month.hbs:3: "),
        ("bad_month.hbs", b"a\n\xff", "bad_month.hbs:2: not UTF-8; save it as UTF-8"),
        ("bad_moth.hbs", b"a", "bad_moth.hbs: no message has this name; the names are bulletin, recovered"),
        (
            "no_figures.hbs",
            b"{{#if latest}}\n{{> _period latest}}\n{{/if}}\nx",
            "no_figures.hbs:2: a part alone on its line",
        ),
    ];
    for (file, text, expected) in table {
        let directory = office(file, text);
        let found = problems(directory.path());
        assert!(found.contains(expected), "{}\nfound: {found}", String::from_utf8_lossy(text));
    }
    assert!(problems(Path::new("/nowhere/at/all")).contains("the directory cannot be read"));
}

#[test]
fn a_part_that_uses_itself_is_refused() {
    let directory = office("_mark.hbs", "x {{> _score}}");
    std::fs::write(directory.path().join("_score.hbs"), "y {{> _mark}}").unwrap();
    assert!(problems(directory.path()).contains("`_mark` would use itself without end"));
}
