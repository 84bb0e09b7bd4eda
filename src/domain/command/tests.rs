//! The grammar as tables.

use super::*;
use crate::domain::period::ReportingPeriod;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 7, 24).unwrap()
}

fn month(period: Option<PeriodWord>) -> String {
    match period {
        None => String::new(),
        Some(PeriodWord::Month(month)) => format!(" @{month}"),
        Some(PeriodWord::Of(period)) => format!(" @{period}"),
        Some(PeriodWord::Current) => " @this".to_owned(),
        Some(PeriodWord::Previous) => " @last".to_owned(),
    }
}

/// What was heard in one line, without the words of the program.
fn told(text: &str) -> String {
    let command = match parse(text, today()) {
        Heard::Command(command) => command,
        Heard::NearMiss { typed, meant } => return format!("{typed} ~ {meant}"),
        Heard::BadMonth { typed } => return format!("bad {typed}"),
        Heard::NotACommand => return "-".to_owned(),
    };
    match command {
        Command::Status { name, period } => format!("status [{name}]{}", month(period)),
        Command::Summary { period } => format!("summary{}", month(period)),
        Command::More { what, period } => format!("more {what}{}", month(period)),
        Command::Rank { what, period } => format!("rank [{what}]{}", month(period)),
        Command::History { what } => format!("history [{what}]"),
        Command::Compare { a, b, period } => format!("compare [{a}] [{b}]{}", month(period)),
        Command::Targets { name } => format!("targets [{name}]"),
        Command::Link { code } => format!("link [{code}]"),
        Command::Unlink { what } => format!("unlink {what}").trim_end().to_owned(),
        Command::Mute { duration, what } => match duration {
            MuteFor::Unsaid => format!("mute [{what}]"),
            MuteFor::Said(span) => format!("mute {}h [{what}]", span.num_hours()),
            MuteFor::Impossible(typed) => format!("mute bad {typed} [{what}]"),
        },
        Command::Unmute { what } => format!("unmute [{what}]"),
        Command::Explain { text, date } => {
            format!("explain [{text}]{}", date.map(|date| format!(" by {date}")).unwrap_or_default())
        }
        Command::Remind { what } => format!("remind [{what}]"),
        Command::Audit => "audit".to_owned(),
        Command::Code { what } => format!("code [{what}]"),
        Command::Outbox { what } => format!("outbox [{what}]"),
        Command::Confirm { what } => format!("confirm [{what}]"),
        Command::Report { what, period } => format!("report [{what}]{}", month(period)),
        Command::Help => "help".to_owned(),
    }
}

const TABLE: &[(&str, &str)] = &[
    // Words of commands
    ("/status sở tư pháp", "status [sở tư pháp]"),
    ("/status", "status []"),
    ("/STATUS Sở Y tế", "status [Sở Y tế]"),
    ("  /status   sở y tế  ", "status [sở y tế]"),
    ("/status@chitieu_bot sở y tế", "status [sở y tế]"),
    ("/Status@ChiTieuBot", "status []"),
    ("/trangthai an lão", "status [an lão]"),
    ("/trạngthái an lão", "status [an lão]"),
    ("/Trạng thái an lão", "status [an lão]"),
    ("/TRANG THAI", "status []"),
    ("/trang_thai an lão", "status [an lão]"),
    ("/status\nsở y tế", "status [sở y tế]"),
    ("/status sở y tế\ncảm ơn", "status [sở y tế]"),
    ("/status: sở y tế", "status [sở y tế]"),
    ("/tomtat", "summary"),
    ("/tóm tắt", "summary"),
    ("/tóm tắt tháng 6", "summary @6"),
    ("/tómtắt", "summary"),
    ("/summary 2023-07", "summary @2023-07"),
    ("/tingui", "outbox []"),
    ("/tin gửi lại 12", "outbox [lại 12]"),
    ("/TinGửi bỏ 12", "outbox [bỏ 12]"),
    ("/outbox trang 2", "outbox [trang 2]"),
    ("/tinguii lại 12", "/tinguii ~ /tingui"),
    ("/outbo", "/outbo ~ /outbox"),
    ("/tin tức hôm nay", "-"),
    ("/xephang số hóa cấp xã", "rank [số hóa cấp xã]"),
    ("/xếp hạng", "rank []"),
    ("/rank số hóa 6/2023", "rank [số hóa] @2023-06"),
    ("/lichsu sở y tế số hóa", "history [sở y tế số hóa]"),
    ("/lịch sử sở y tế", "history [sở y tế]"),
    ("/history an lao", "history [an lao]"),
    ("/chitieu sở y tế", "targets [sở y tế]"),
    ("/chỉ tiêu", "targets []"),
    ("/targets an lao", "targets [an lao]"),
    ("/dangky AB2C-3D4E", "link [AB2C-3D4E]"),
    ("/đăng ký ab2c3d4e", "link [ab2c3d4e]"),
    ("/ĐĂNGKÝ x", "link [x]"),
    ("/link x", "link [x]"),
    ("/huy", "unlink"),
    ("/hủy", "unlink"),
    ("/huỷ", "unlink"),
    ("/unlink", "unlink"),
    ("/batlai", "unmute []"),
    ("/bật lại số hóa", "unmute [số hóa]"),
    ("/unmute", "unmute []"),
    ("/nhacnho", "remind []"),
    ("/nhắc nhở 08:00 thứ Hai", "remind [08:00 thứ Hai]"),
    ("/remind", "remind []"),
    ("/kiemtra", "audit"),
    ("/kiểm tra 7/2023", "audit"),
    ("/audit tháng trước", "audit"),
    ("/xacnhan", "confirm []"),
    ("/cấp mã sở y tế", "code [sở y tế]"),
    ("/code lãnh đạo", "code [lãnh đạo]"),
    ("/xác nhận 12", "confirm [12]"),
    ("/confirm", "confirm []"),
    ("/baocao", "report []"),
    ("/báo cáo tháng này", "report [] @this"),
    ("/report", "report []"),
    ("/trogiup", "help"),
    ("/trợ giúp", "help"),
    ("/help", "help"),
    ("/help!", "help"),
    ("/start", "help"),
    // A bot's name in front
    ("@Bot Tên Có Dấu /status sở y tế", "status [sở y tế]"),
    ("@chitieu /tomtat 7", "summary @7"),
    ("@Bot\n/help", "help"),
    ("@Bot/help", "-"),
    ("@ /help", "-"),
    ("@Bot\nxin chào /help", "-"),
    ("@Bot xin chào", "-"),
    // Months
    ("/status sở y tế 7", "status [sở y tế] @7"),
    ("/status sở y tế tháng 6", "status [sở y tế] @6"),
    ("/status sở y tế THÁNG 6", "status [sở y tế] @6"),
    ("/status sở y tế thang 6", "status [sở y tế] @6"),
    ("/status sở y tế tháng 06", "status [sở y tế] @6"),
    ("/status sở y tế tháng 7/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế tháng 7 năm 2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế tháng 7-2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế 7/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế 07/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế 2023-07", "status [sở y tế] @2023-07"),
    ("/status sở y tế 2023/7", "status [sở y tế] @2023-07"),
    ("/status sở y tế 7 năm 2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế 7/23", "status [sở y tế] @2023-07"),
    ("/status sở y tế t7", "status [sở y tế] @7"),
    ("/status sở y tế T7/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế T.7", "status [sở y tế] @7"),
    ("/status sở y tế tháng7", "status [sở y tế] @7"),
    ("/status sở y tế, tháng 7", "status [sở y tế] @7"),
    ("/status sở y tế (tháng 7)", "status [sở y tế] @7"),
    ("/status sở y tế - 7/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế tháng 7.", "status [sở y tế] @7"),
    ("/status sở y tế trong tháng 7", "status [sở y tế] @7"),
    ("/status sở y tế kỳ 7/2023", "status [sở y tế] @2023-07"),
    ("/status sở y tế tháng trước", "status [sở y tế] @last"),
    ("/status sở y tế tháng này", "status [sở y tế] @this"),
    ("/status sở y tế last month", "status [sở y tế] @last"),
    ("/status tháng trước", "status [] @last"),
    ("/status 7", "status [] @7"),
    ("/status tháng 12", "status [] @12"),
    ("/tomtat 7", "summary @7"),
    ("/tomtat 12/2022", "summary @2022-12"),
    ("/status tháng 6 sở y tế", "status [tháng 6 sở y tế]"),
    ("/status sở y tế 13", "status [sở y tế 13]"),
    ("/status sở y tế 0", "status [sở y tế 0]"),
    ("/status sở y tế 2023", "status [sở y tế 2023]"),
    ("/status sở y tế 123456789", "status [sở y tế 123456789]"),
    ("/status sở y tế tháng", "status [sở y tế tháng]"),
    ("/status tháng", "status [tháng]"),
    ("/status sở y tế tháng x", "status [sở y tế tháng x]"),
    // Months that do not exist
    ("/tomtat 13", "bad 13"),
    ("/tomtat 0", "bad 0"),
    ("/summary 2023", "bad 2023"),
    ("/status sở y tế tháng 13", "bad tháng 13"),
    ("/status sở y tế tháng 0", "bad tháng 0"),
    ("/status sở y tế 13/2023", "bad 13/2023"),
    ("/status sở y tế 2023-13", "bad 2023-13"),
    ("/status sở y tế tháng 13 năm 2023", "bad tháng 13 năm 2023"),
    ("/status sở y tế 7/1999", "bad 7/1999"),
    ("/status sở y tế 24/7", "bad 24/7"),
    ("/status sở y tế 24/7/2023", "bad 24/7/2023"),
    ("/tomtat quý 2", "bad quý 2"),
    ("/tomtat năm 2023", "bad năm 2023"),
    // Two names
    ("/sosanh an lão với phù cát", "compare [an lão] [phù cát]"),
    ("/so sánh an lao voi phu cat 6", "compare [an lao] [phu cat] @6"),
    ("/compare Sở KH và ĐT vs Sở KH và CN", "compare [Sở KH và ĐT] [Sở KH và CN]"),
    ("/sosanh an lão so với phù cát", "compare [an lão] [phù cát]"),
    ("/sosanh an lão, phù cát tháng 7/2023", "compare [an lão] [phù cát] @2023-07"),
    ("/sosanh an lão", "compare [an lão] []"),
    ("/sosanh với phù cát", "compare [] [phù cát]"),
    ("/sosanh", "compare [] []"),
    // Durations
    ("/tamdung 3d", "mute 72h []"),
    ("/tạm dừng 2 ngày", "mute 48h []"),
    ("/tamdung 1 tuần", "mute 168h []"),
    ("/tamdung 1tuần số hóa", "mute 168h [số hóa]"),
    ("/mute 12h thanh toán", "mute 12h [thanh toán]"),
    ("/tamdung 3 giờ", "mute 3h []"),
    ("/tamdung 3", "mute 72h []"),
    ("/tamdung 3 số hóa", "mute 72h [số hóa]"),
    ("/tamdung số hóa 3d", "mute 72h [số hóa]"),
    ("/tamdung số hóa trong 2 ngày", "mute 48h [số hóa]"),
    ("/tamdung 1 tháng", "mute 720h []"),
    ("/tamdung", "mute []"),
    ("/tamdung số hóa", "mute [số hóa]"),
    ("/tamdung 0d", "mute bad 0d []"),
    ("/tamdung 400 ngày", "mute bad 400 ngày []"),
    ("/tamdung 99999999999999999999d x", "mute bad 99999999999999999999d [x]"),
    // Reasons
    ("/giaitrinh thanh toán do hệ thống lỗi", "explain [thanh toán do hệ thống lỗi]"),
    ("/giải trình thanh toán do lỗi 20/8", "explain [thanh toán do lỗi] by 2023-08-20"),
    ("/explain số hóa thiếu máy, xong trước ngày 20/8/2023.", "explain [số hóa thiếu máy] by 2023-08-20"),
    ("/giaitrinh số hóa thiếu máy, chậm nhất ngày 20/8/2023", "explain [số hóa thiếu máy] by 2023-08-20"),
    ("/giaitrinh số hóa thiếu máy chậm nhất là hết ngày 20/8", "explain [số hóa thiếu máy] by 2023-08-20"),
    ("/giaitrinh số hóa máy quét kém nhất 20/8", "explain [số hóa máy quét kém nhất] by 2023-08-20"),
    ("/giaitrinh số hóa thiếu máy 2023-08-20", "explain [số hóa thiếu máy] by 2023-08-20"),
    ("/giaitrinh số hóa thiếu máy đến 20/1", "explain [số hóa thiếu máy] by 2024-01-20"),
    ("/giaitrinh số hóa thiếu máy 29/2", "explain [số hóa thiếu máy] by 2024-02-29"),
    ("/giaitrinh số hóa thiếu máy 24/7", "explain [số hóa thiếu máy] by 2023-07-24"),
    ("/giaitrinh số hóa thiếu máy 30/2", "explain [số hóa thiếu máy 30/2]"),
    ("/giaitrinh số hóa mới đạt 1.8", "explain [số hóa mới đạt 1.8]"),
    ("/giaitrinh số hóa\nthiếu máy\nthiếu người 20/8", "explain [số hóa\nthiếu máy\nthiếu người] by 2023-08-20"),
    ("/giaitrinh", "explain []"),
    // Nearly
    ("/statuss sở y tế", "/statuss ~ /status"),
    ("/sttaus", "/sttaus ~ /status"),
    ("/stats", "/stats ~ /status"),
    ("/state", "/state ~ /status"),
    ("/trangthia an lão", "/trangthia ~ /trangthai"),
    ("/trang thia an lão", "/trang thia ~ /trangthai"),
    ("/tomtatt", "/tomtatt ~ /tomtat"),
    ("/sumary", "/sumary ~ /summary"),
    ("/hlep", "/hlep ~ /help"),
    ("/hyu", "/hyu ~ /huy"),
    ("/lnk", "/lnk ~ /link"),
    ("/sosánhh a với b", "/sosánhh ~ /sosanh"),
    ("/s tatus", "/s tatus ~ /status"),
    ("/ status", "/ status ~ /status"),
    ("/statuss@bot", "/statuss@bot ~ /status"),
    // Not for the program
    ("", "-"),
    ("/", "-"),
    ("//", "-"),
    ("/ ", "-"),
    ("/1", "-"),
    ("/7/2023", "-"),
    ("/usr/bin/status", "-"),
    ("/xyz", "-"),
    ("/photo", "-"),
    ("/thoitiet hôm nay", "-"),
    ("status sở y tế", "-"),
    ("xem /status sở y tế", "-"),
    ("sở y tế", "-"),
    ("và/hoặc", "-"),
    ("/🙂", "-"),
];

#[test]
fn the_grammar_is_read() {
    let wrong: Vec<String> = TABLE
        .iter()
        .map(|(text, expected)| (text, expected, told(text)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(text, expected, got)| format!("{text:?}: {got}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

#[test]
fn decomposed_text_reads_the_same() {
    for (text, _) in TABLE {
        let decomposed: String = text.nfd().collect();
        let got: String = told(&decomposed).nfc().collect();
        assert_eq!(got, told(text), "{text}");
    }
}

#[test]
fn months_resolve_on_their_day() {
    let of = |text: &str| PeriodWord::Of(ReportingPeriod::parse(text).unwrap());
    for (word, day, period) in [
        (PeriodWord::Month(7), "2023-07-24", "2023-07"),
        (PeriodWord::Month(6), "2023-07-24", "2023-06"),
        (PeriodWord::Month(8), "2023-07-24", "2022-08"),
        (PeriodWord::Month(12), "2023-01-01", "2022-12"),
        (PeriodWord::Current, "2023-07-24", "2023-07"),
        (PeriodWord::Previous, "2023-07-24", "2023-06"),
        (PeriodWord::Previous, "2023-01-31", "2022-12"),
        (of("2030-01"), "2023-07-24", "2030-01"),
    ] {
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").unwrap();
        assert_eq!(word.resolve(day).map(|period| period.to_string()).as_deref(), Some(period), "{word:?} {day}");
    }
    assert_eq!(PeriodWord::Previous.resolve(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap()), None);
    assert_eq!(PeriodWord::Month(2).resolve(NaiveDate::MIN), None);
}

#[test]
fn a_long_text_is_cut() {
    let Heard::Command(Command::Status { name, .. }) = parse(&format!("/status {}", "ế".repeat(5000)), today())
    else {
        panic!("a status")
    };
    assert_eq!(name.chars().count(), TEXT_MAX - "/status ".len());
    let mention = |length: usize| told(&format!("@{} /help", "ế".repeat(length)));
    assert_eq!(mention(100), "help");
    assert_eq!(mention(101), "-");
    let typed = told(&format!("/tomtat {}", "1/".repeat(200)));
    assert_eq!(typed, "summary");
}

#[test]
fn every_spelling_with_any_slip_is_that_command_or_close() {
    for (name, others) in ALL {
        for spelling in std::iter::once(name).chain(*others) {
            let letters: Vec<char> = spelling[1..].chars().collect();
            for at in 0..letters.len() {
                let mut typed = letters.clone();
                typed[at] = 'w';
                let typed: String = typed.iter().collect();
                match parse(&format!("/{typed}"), today()) {
                    Heard::NearMiss { meant, .. } => assert_eq!(meant, *spelling, "{typed}"),
                    other => panic!("/{typed}: {other:?}"),
                }
            }
        }
    }
}

/// Reads a text and checks what holds for all of them.
fn sound(text: &str, day: NaiveDate) {
    let known = |spelling: &str| ALL.iter().any(|(name, others)| *name == spelling || others.contains(&spelling));
    match parse(text, day) {
        Heard::NearMiss { typed, meant } => assert!(known(meant) && typed.chars().count() <= TYPED_MAX + 1, "{typed}"),
        Heard::BadMonth { typed } => assert!((1..=TYPED_MAX).contains(&typed.chars().count())),
        Heard::Command(Command::Status { name, period }) => {
            assert!(name.chars().count() < TEXT_MAX && name == name.trim());
            if let Some(period) = period.and_then(|period| period.resolve(day)) {
                assert!((1..=12).contains(&period.month()));
            }
        }
        Heard::Command(Command::Mute { duration: MuteFor::Said(span), .. }) => {
            assert!(span > chrono::Duration::zero() && span <= LONGEST_MUTE);
        }
        Heard::Command(Command::Explain { text, .. }) => assert_eq!(text, text.trim()),
        Heard::Command(_) => assert!(text.contains('/')),
        Heard::NotACommand => assert!(!text.trim().starts_with("/status "), "{text}"),
    }
}

proptest! {
    #[test]
    fn any_text_is_heard(text in any::<String>(), day in -1000i32..800_000) {
        let day = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(NaiveDate::MAX);
        for typed in [
            text.clone(),
            format!("/{text}"),
            format!("/status {text}"),
            format!("/giaitrinh {text}"),
            format!("/tamdung {text}"),
            format!("@{text} /sosanh {text}"),
        ] {
            sound(&typed, day);
        }
    }

    #[test]
    fn numbers_and_words_of_time_are_heard(words in proptest::collection::vec(
        "[0-9]{0,20}[/.-]?[0-9]{0,6}(d|h|w)?|tháng|năm|trước|này|tuần|ngày|với|,|t", 0..8), command in 0usize..16) {
        let text = format!("{} {}", ALL[command].0, words.join(" "));
        for day in [today(), NaiveDate::MIN, NaiveDate::MAX] {
            sound(&text, day);
        }
    }

    #[test]
    fn a_name_and_a_month_come_apart(name in "[a-zđôưếạ]{2,6}( [a-zđôưếạ]{2,6}){0,3}", month in 1u32..=12) {
        prop_assume!(!matches!(name.split(' ').next_back(), Some("thang" | "nam" | "ky" | "trong" | "quy")));
        for typed in [format!("tháng {month}"), format!("{month}"), format!("T{month}")] {
            let heard = parse(&format!("/status {name} {typed}"), today());
            prop_assert_eq!(heard, Heard::Command(Command::Status { name: name.clone(), period: Some(PeriodWord::Month(month)) }));
        }
    }
}
