//! The chat commands on the second catalog.

use super::{folder, sample};
use chitieu::catalog::Catalog;
use chitieu::channel::{Heard, HeardEvent};
use chitieu::clock::ManualClock;
use chitieu::domain::subscription::Medium;
use chitieu::entropy::SeededEntropy;
use chitieu::ingest::Hints;
use chitieu::message::Messages;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{Context, Parts, answer, hear, publish};
use chitieu::store::{OutboxFilter, Store};
use chrono::DateTime;
use std::collections::HashSet;
use std::sync::Arc;

/// An office that has read both months, on 9/10/2026, 9:00 in Vietnam.
async fn office(url: &str) -> Context {
    let morning = DateTime::parse_from_rfc3339("2026-10-09T09:00:00+07:00").expect("a moment").to_utc();
    let context = Context::new(Parts {
        store: Store::connect(url).await.expect("the database opens"),
        catalog: Catalog::load(&folder()).expect("a sound catalog"),
        messages: Messages::embedded().expect("sound messages"),
        clock: Arc::new(ManualClock::at(morning)),
        entropy: Arc::new(SeededEntropy::new(1)),
    });
    context.store.migrate().await.expect("the schema is made");
    ensure_web_chats(&context).await.expect("chats");
    for name in ["cong-danh-gia-2026-09-09-mau.json", "cong-danh-gia-2026-10-09-mau.json"] {
        let file = InputFile { name: name.to_owned(), bytes: sample(name).into_bytes() };
        let read = read_files(&context, &[file], &Hints::default());
        assert_eq!(read.issues, []);
        record(&context, &read).await.expect("recorded");
        publish::step(&context).await.expect("published");
    }
    context
}

/// Types into the office's chat, and reads the answer.
async fn ask(context: &Context, text: &str) -> String {
    ask_in(context, "office", text).await
}

/// Types into a chat of the page, and reads the answer: all that was queued since.
async fn ask_in(context: &Context, chat: &str, text: &str) -> String {
    let rows = || async {
        let all = OutboxFilter { limit: 10_000, ..Default::default() };
        context.store.outbox(all).await.expect("the outbox is read")
    };
    let before: HashSet<String> = rows().await.into_iter().map(|row| row.id).collect();
    let heard = Heard {
        external_id: context.id(),
        address: chat.to_owned(),
        title: chat.to_owned(),
        group: true,
        sender: "web".to_owned(),
        event: HeardEvent::Text(text.to_owned()),
        at: context.now(),
    };
    hear::take(context, Medium::Web, "web", &heard).await.expect("heard");
    answer::step(context).await.expect("answered");
    rows().await.into_iter().filter(|row| !before.contains(&row.id)).map(|row| row.plain).collect()
}

async fn the_chat_knows_the_second_catalog(url: &str) {
    let context = office(url).await;
    for (typed, words) in [
        ("/status sró", "Mức độ hài lòng: 16,0/18 điểm · chỉ tiêu 14,4 điểm (+1,6 điểm)"),
        ("/status kông bơ la gia lai", "Chỉ số 766: 70,5/100 điểm · chỉ tiêu 80 điểm (−9,5 điểm)"),
        ("/status Sở Y tế - tỉnh Gia Lai", "tháng 9 là 12,0/18 điểm (+0,5 điểm)"),
        ("/status thanh tra", "Xử lý phản ánh đúng hạn: 100%"),
        ("/chitieu sở y tế", "Công khai, minh bạch: 14,4 điểm"),
        ("/tomtat", "trung bình cộng"),
        ("/kiemtra", "Rà soát số liệu"),
        ("/trogiup", "/status"),
        ("/status đăk song", "Đăk Song"),
        ("/status dak po", "Đak Pơ"),
    ] {
        let answer = ask(&context, typed).await;
        assert!(answer.contains(words), "{typed}: {words}\n{answer}");
    }
    context.store.close().await;
}

/// Every command, in the office's chat and in a unit's: reviewed words, with no line of code for this catalog.
#[tokio::test]
async fn every_command_is_answered_in_points() {
    let database = tempfile::tempdir().expect("a folder");
    let context = office(&format!("sqlite://{}", database.path().join("chitieu.db").display())).await;
    let unit = context.catalog.units.iter().find(|unit| unit.name.starts_with("Sở Y tế")).expect("the unit");
    let (of_unit, mut told) = (format!("unit/{}", unit.code), String::new());
    for (chat, texts) in [
        (
            "office",
            &[
                "/tomtat",
                "/xemthem",
                "/xephang công khai, minh bạch cấp xã",
                "/xephang",
                "/lichsu thanh tra",
                "/sosanh thanh tra với sở y tế - tỉnh gia lai",
                "/baocao",
                "/xacnhan",
                "/capma thanh tra",
                "/huy",
            ][..],
        ),
        (
            of_unit.as_str(),
            &[
                "/status",
                "/chitieu",
                "/xephang",
                "/lichsu công khai, minh bạch",
                "/giaitrinh công khai, minh bạch do chưa đồng bộ 20/10",
                "/nhacnho",
                "/tamdung 3d công khai, minh bạch",
                "/batlai",
                "/dangky SAIM-AROI",
                "/trogiup",
            ][..],
        ),
    ] {
        for text in texts {
            let answer = ask_in(&context, chat, text).await;
            assert!(!answer.is_empty(), "{text}");
            told.push_str(&format!("> {text}\n{}\n\n", answer.trim_end()));
        }
    }
    // A score is no percentage, wherever it stands.
    let groups = ["Chỉ số 766", "Công khai, minh bạch", "Tiến độ giải quyết", "Mức độ số hóa", "Mức độ hài lòng"];
    for line in told.lines().filter(|line| groups.iter().any(|group| line.trim_start_matches("• ").starts_with(group)))
    {
        assert!(!line.contains('%'), "{line}");
    }
    insta::assert_snapshot!(told);
    context.store.close().await;
}

#[tokio::test]
async fn the_chat_knows_the_second_catalog_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    the_chat_knows_the_second_catalog(&format!("sqlite://{}", folder.path().join("chitieu.db").display())).await;
}

#[tokio::test]
async fn the_chat_knows_the_second_catalog_on_postgres() {
    let database = crate::postgres::database().await;
    the_chat_knows_the_second_catalog(database.url()).await;
}
