//! What the published report of July 2023 makes people read, on each medium: a month of one agency, the leaders and the
//! office, from the figures to the reminders, with every command in between.

use super::{add, kept};
use crate::acceptance::figures::{Report, june};
use crate::conversation::{Said, Talk, unit};
use chitieu::domain::subscription::{Medium, Role};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What has no figures of the report to show: lanes, bots, tokens, files, other chats and mistakes in them. The pages of
/// samples have these.
const WITHOUT_FIGURES: &[&str] = &[
    "bad_month",
    "board",
    "board_unpinned",
    "chat_away",
    "chat_untied",
    "code_ask",
    "code_guessing",
    "collected",
    "compare_usage",
    "correction_recorded",
    "file_problems",
    "file_refused",
    "finding",
    "forbidden",
    "hint",
    "lane_back",
    "lane_flows",
    "lane_stalled",
    "lane_unreachable",
    "link_locked",
    "link_refused",
    "linked",
    "more",
    "mute_ask",
    "mute_refused",
    "not_muted",
    "outbox_done",
    "outbox_one",
    "promise_refused",
    "rest",
    "schedule_refused",
    "source_back",
    "source_down",
    "too_fast",
    "two_pollers",
    "unhealthy",
    "unit_closed",
    "unit_ended",
    "units_ended",
    "unknown_outcome",
    "unlinked",
    "untie_ask",
    "untie_refused",
    "untied",
    "upload",
    "upload_gone",
    "upload_recorded",
    "waiting",
    "zalo_budget",
    "zalo_oa_reconnect",
];

#[tokio::test]
async fn what_the_report_says_on_telegram() {
    month_on(Medium::Telegram, "report-telegram", ["-1", "-2", "-3"]).await;
}

#[tokio::test]
async fn what_the_report_says_on_zalo() {
    month_on(Medium::ZaloBot, "report-zalo", ["-1", "-2", "-3"]).await;
}

#[tokio::test]
async fn what_the_report_says_on_the_page() {
    month_on(Medium::Web, "report-web", ["unit/so-xay-dung", "leader", "office"]).await;
}

struct Month {
    talk: Talk,
    medium: Medium,
    /// The chats of Sở Xây dựng, of the leaders and of the office.
    chats: [&'static str; 3],
    page: String,
    kinds: BTreeSet<String>,
}

async fn month_on(medium: Medium, name: &str, chats: [&'static str; 3]) {
    let page = format!(
        "# What the report of July 2023 makes people read on {}\n\nMade by a test from `samples/`: the group of Sở Xây \
         dựng, that of the leaders and that of the office. Text as it is sent, with the marks of the medium; what can be \
         chosen stands below it in brackets.\n",
        match medium {
            Medium::Telegram => "Telegram",
            Medium::ZaloBot | Medium::ZaloOa => "Zalo",
            Medium::Web => "the page",
        }
    );
    let mut month = Month { talk: Talk::on_sqlite().await, medium, chats, page, kinds: BTreeSet::new() };
    if medium != Medium::Web {
        let roles = [unit("so-xay-dung"), Role::Leader, Role::Office];
        let titles = ["Sở Xây dựng – Điều hành", "Lãnh đạo UBND tỉnh", "Văn phòng UBND tỉnh"];
        for ((address, title), role) in chats.into_iter().zip(titles).zip(&roles) {
            month.talk.group(medium, address, title, Some(role)).await;
        }
    }
    month.figures().await;
    month.questions().await;
    month.time().await;
    let said: BTreeSet<&str> = month.kinds.iter().map(String::as_str).collect();
    let shown_elsewhere = |name: &&str| !WITHOUT_FIGURES.contains(name);
    let missing: Vec<&str> = chitieu::message::Message::NAMES
        .iter()
        .copied()
        .filter(shown_elsewhere)
        .filter(|name| !said.contains(name))
        // The page shows its pictures in its own way, and Zalo as links under an address that this office has not.
        .filter(|name| medium == Medium::Telegram || *name != "picture")
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "these have figures, and the month does not show them");
    kept(name, &month.page);
}

impl Month {
    /// The figures come, wrong ones are held, better ones follow.
    async fn figures(&mut self) {
        self.chapter("24/7, the report comes in");
        self.talk.import(&[june(24), Report::july().file()]).await;
        self.told().await;

        self.chapter("25/7, an extraction without districts and communes");
        self.talk.sleep(Duration::days(1));
        self.talk.import(&[Report::july().up_to(25).without_districts_and_communes().file()]).await;
        self.told().await;

        self.chapter("26/7, Sở Xây dựng reaches one target more");
        self.talk.sleep(Duration::days(1));
        let next = Report::july().up_to(26).with("Sở Xây dựng\t", "164\t97,6%", "168\t100%");
        self.talk.import(&[next.file()]).await;
        self.told().await;

        self.chapter("27/7, the row of Sở Xây dựng is missing");
        self.talk.sleep(Duration::days(1));
        self.talk.import(&[Report::july().up_to(27).without("Sở Xây dựng\t").file()]).await;
        self.told().await;
        self.asked(2, "/xacnhan").await;

        self.chapter("28/7, it is there again");
        self.talk.sleep(Duration::days(1));
        let there = Report::july().up_to(28).with("Sở Xây dựng\t", "164\t97,6%", "168\t100%");
        self.talk.import(&[there.file()]).await;
        self.told().await;

        self.chapter("The same day, corrected");
        let corrected = Report::july().up_to(28).with("Sở Xây dựng\t", "164\t97,6%", "166\t98,8%");
        self.talk.import(&[corrected.file()]).await;
        self.told().await;
    }

    /// Every command.
    async fn questions(&mut self) {
        self.chapter("What Sở Xây dựng asks");
        for line in [
            "/trogiup",
            "/status",
            "/xemthem",
            "/chitieu",
            "/xephang",
            "/lichsu",
            "/lichsu số hóa",
            "/giaitrinh",
            "/giaitrinh thanh toán trực tuyến do máy quét hỏng",
            "/giaitrinh thanh toán trực tuyến do máy quét hỏng 29/7",
            "/nhacnho",
            "/tamdung 2 ngày số hóa",
            "/batlai số hóa",
            "/stauts",
        ] {
            self.asked(0, line).await;
        }
        self.chapter("What the leaders ask");
        for line in [
            "/trogiup",
            "/tomtat",
            "/xemthem",
            "/status an lão",
            "/xemthem",
            "/status sở tài",
            "/status sở không có thật",
            "/status sở y tế tháng 1",
            "/xephang",
            "/xephang số hóa",
            "/xephang số hóa cấp tỉnh tất cả",
            "/sosanh sở y tế với sở tư pháp",
            "/xemthem",
            "/lichsu sở y tế",
            "/baocao cấp tỉnh",
            "/xemthem",
        ] {
            self.asked(1, line).await;
        }
        self.chapter("What the office asks");
        for line in [
            "/trogiup",
            "/kiemtra",
            "/xemthem",
            "/baocao",
            "/xacnhan",
            "/tingui",
            "/huy",
            "/capma sở y tế",
            "/tamdung 3 ngày sở xây dựng",
            "/batlai sở xây dựng",
        ] {
            self.asked(2, line).await;
        }
        self.asked(0, "/tamdung 1 ngày thanh toán trực tuyến").await;
    }

    /// Days go by.
    async fn time(&mut self) {
        self.chapter("To 31/7, 8:00: promises, pauses, reminders, the weekly and the monthly digest");
        // 31/7/2023, 9:00 in Vietnam.
        self.talk.pass_until(DateTime::from_timestamp(1_690_768_800, 0).expect("a moment")).await;
        self.told().await;
    }

    fn chapter(&mut self, title: &str) {
        write!(self.page, "\n# {title}\n").expect("a String takes everything");
    }

    /// Types a line and keeps what everybody reads then.
    async fn asked(&mut self, chat: usize, line: &str) {
        // Nobody is in a hurry.
        self.talk.sleep(Duration::minutes(2));
        let said = self.talk.all(self.medium, self.chats[chat], line).await;
        assert!(!said.is_empty(), "{line}: nothing was said");
        for said in said {
            self.keep(&said, Some(line)).await;
        }
    }

    /// Keeps what the three chats were told.
    async fn told(&mut self) {
        let said = self.talk.read();
        assert!(said.iter().any(|said| self.chats.contains(&said.chat.1.as_str())), "nothing was said");
        for said in said {
            self.keep(&said, None).await;
        }
    }

    async fn keep(&mut self, said: &Said, asked: Option<&str>) {
        let Some(chat) = self.chats.iter().position(|own| *own == said.chat.1) else { return };
        if said.chat.0 != self.medium {
            return;
        }
        let (kind, at) = self.talk.kind_of(said).await;
        let whom = ["Sở Xây dựng", "the leaders", "the office"][chat];
        let title = match asked {
            Some(line) => format!("{line} ({whom}: {kind})"),
            None => format!("To {whom}, {}: {kind}", when(at)),
        };
        let mut text = said.text.clone();
        for (label, command) in &said.choices {
            write!(text, "\n[{label} → {command}]").expect("a String takes everything");
        }
        add(&mut self.page, &title, &text);
        self.kinds.insert(kind);
    }
}

fn when(at: DateTime<Utc>) -> String {
    chitieu::domain::period::moment_vi(at)
}
