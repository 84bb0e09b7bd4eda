//! Every command in a chat of every role: the same words on every medium. An answer is shown as far as it stands on a
//! telephone. Of a longer one the number of lines, the last of them and a mark of all that is not shown are kept, so that
//! nothing changes unseen. A choice stands as `[label → command]`, and `⇒` is what another chat read.

use super::talk::{MEDIA, together};
use super::{Said, Talk, unit};
use chitieu::domain::subscription::{Medium, Role};
use insta::assert_snapshot;
use std::fmt::Write as _;

/// Lines of an answer that are kept: as many as the house allows before "xem thêm".
const KEPT: usize = 12;

const LINES: &[&str] = &[
    "/status",
    "/status sở y tế 7/2023",
    "/status sở tư pháp",
    "/tomtat",
    "/xephang",
    "/xephang số hóa",
    "/xephang số hóa cấp xã",
    "/rank cấp tỉnh thanh toán tháng 7",
    "/xephang thanh toán cấp tỉnh tất cả",
    "/xephang mưa",
    "/lichsu",
    "/lịch sử sở y tế",
    "/lichsu sở y tế số hóa",
    "/lichsu sở tư pháp",
    "/sosanh sở y tế với sở tư pháp",
    "/sosanh an lão với phù cát",
    "/compare sở y tế với an lão",
    "/sosanh sở y tế",
    "/chitieu",
    "/kiemtra",
    "/baocao",
    "/baocao cấp tỉnh",
    "/xacnhan",
    "/xemthem",
    "/giaitrinh",
    "/giaitrinh số hóa do máy quét hỏng 20/8",
    "/explain số hóa máy quét mới 1/1/2023",
    "/nhacnho",
    "/nhacnho 09:30 thứ Tư",
    "/remind mỗi giờ",
    "/tamdung 3d số hóa",
    "/mute mãi mãi",
    "/batlai số hóa",
    "/tamdung 2 tuần sở tư pháp số hóa",
    "/tamdung sở tư pháp",
    "/tamdung 3d an lão",
    "/batlai sở tư pháp",
    "/tamdung 3d",
    "/batlai",
    "/cấp mã",
    "/capma lãnh đạo",
    "/code an lão",
    "/capma sở không có thật",
    "/tingui",
    "/outbox lại 999999",
    "/unmute",
    "/huy",
    "/dangky SAIM-AROI",
    "/trogiup",
];

#[tokio::test]
async fn of_a_units_chat() {
    assert_snapshot!(of_a_role(Some(unit("so-y-te")), "unit/so-y-te").await);
}

#[tokio::test]
async fn of_the_leaders() {
    assert_snapshot!(of_a_role(Some(Role::Leader), "leader").await);
}

#[tokio::test]
async fn of_the_office() {
    assert_snapshot!(of_a_role(Some(Role::Office), "office").await);
}

#[tokio::test]
async fn of_a_chat_without_a_role() {
    assert_snapshot!(of_a_role(None, "").await);
}

async fn of_a_role(role: Option<Role>, page: &str) -> String {
    let mut talk = Talk::on_sqlite().await;
    for medium in [Medium::Telegram, Medium::ZaloBot, Medium::ZaloOa] {
        talk.group(medium, "-1", "Nhóm thử", role.as_ref()).await;
    }
    talk.figures().await;
    let mut told = String::new();
    for line in LINES {
        writeln!(told, "> {line}").expect("a String takes everything");
        let mut answers: Vec<(String, Vec<Medium>)> = Vec::new();
        for (medium, _) in MEDIA {
            let address = if medium == Medium::Web { page } else { "-1" };
            if address.is_empty() {
                continue;
            }
            // Nobody is in a hurry, and nobody guesses.
            talk.sleep(chrono::Duration::hours(1));
            let said = talk.all(medium, address, line).await;
            let (own, others): (Vec<_>, Vec<_>) = said.into_iter().partition(|said| said.chat.1 == address);
            let mut said = shown(&together(&own));
            for other in others {
                writeln!(said, "  ⇒ {}: {}", other.chat.1, other.plain.trim_end().replace('\n', "\n    "))
                    .expect("a String takes everything");
            }
            match answers.iter_mut().find(|(known, _)| *known == said) {
                Some((_, media)) => media.push(medium),
                None => answers.push((said, vec![medium])),
            }
        }
        let several = answers.len() > 1;
        for (said, media) in answers {
            if several {
                let media: Vec<&str> = media.iter().map(|medium| medium.as_str()).collect();
                writeln!(told, "({})", media.join(", ")).expect("a String takes everything");
            }
            writeln!(told, "{said}").expect("a String takes everything");
        }
    }
    told
}

fn shown(said: &Said) -> String {
    let lines: Vec<&str> = said.plain.lines().collect();
    let mut text = lines.iter().take(KEPT).map(|line| format!("  {line}\n")).collect::<String>();
    if let Some(hidden @ [.., last]) = lines.get(KEPT..) {
        let (count, mark) = (hidden.len(), mark(&hidden.join("\n")));
        writeln!(text, "  … {count} dòng nữa ({mark:08x}), dòng cuối:\n  {last}").expect("a String takes everything");
    }
    for (label, command) in &said.choices {
        // Ids tell nothing.
        let command = command.split(' ').map(|word| if word.len() == 36 { "<id>" } else { word }).collect::<Vec<_>>();
        writeln!(text, "  [{label} → {}]", command.join(" ")).expect("a String takes everything");
    }
    text
}

/// A mark that is another one for another text (FNV-1a).
fn mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |mark, byte| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[test]
fn what_is_not_shown_is_not_unseen() {
    let said = |last: &str, hidden: &str| {
        let lines: Vec<String> = (1..=KEPT).map(|n| format!("dòng {n}")).collect();
        let plain = format!("{}\n{hidden}\n{last}\n", lines.join("\n"));
        shown(&Said { chat: (Medium::Web, "office".to_owned()), text: plain.clone(), plain, choices: Vec::new() })
    };
    assert!(said("cuối", "a").contains("… 2 dòng nữa (") && said("cuối", "a").ends_with("dòng cuối:\n  cuối\n"));
    assert_eq!(said("cuối", "a"), said("cuối", "a"));
    assert_ne!(said("cuối", "a"), said("cuối", "b"), "a line that is not shown");
    let short = Said {
        chat: (Medium::Web, String::new()),
        text: String::new(),
        plain: "một\nhai".to_owned(),
        choices: Vec::new(),
    };
    assert_eq!(shown(&short), "  một\n  hai\n");
}

/// Each medium has its own marks.
#[tokio::test]
async fn each_medium_in_its_own_dialect() {
    let mut talk = Talk::on_sqlite().await;
    for medium in [Medium::Telegram, Medium::ZaloBot, Medium::ZaloOa] {
        talk.group(medium, "-1", "Nhóm thử", Some(&Role::Leader)).await;
    }
    talk.figures().await;
    let mut told = String::new();
    for (medium, _) in MEDIA {
        let address = if medium == Medium::Web { "leader" } else { "-1" };
        for line in ["/xephang số hóa cấp tỉnh", "/lichsu sở y tế số hóa", "/sosanh sở y tế với sở tư pháp"]
        {
            let said = talk.ask(medium, address, line).await;
            let first: Vec<&str> = said.text.lines().take(3).collect();
            writeln!(told, "{} {line}\n  {}", medium.as_str(), first.join("\n  ")).expect("a String takes everything");
        }
    }
    assert_snapshot!(told);
}
