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

/// Types into the office's chat, and reads the answer: all that was queued since.
async fn ask(context: &Context, text: &str) -> String {
    let rows = || async {
        let all = OutboxFilter { limit: 10_000, ..Default::default() };
        context.store.outbox(all).await.expect("the outbox is read")
    };
    let before: HashSet<String> = rows().await.into_iter().map(|row| row.id).collect();
    let heard = Heard {
        external_id: context.id(),
        address: "office".to_owned(),
        title: "Văn phòng".to_owned(),
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
        ("/status Sở Y tế - tỉnh Gia Lai", "tháng 9: 12,0/18 điểm, +0,5 điểm"),
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
