//! The web chats' messages.

use super::*;
use chitieu::store::{StoreError, WebAuthor, WebMessage};

promise! {
    async fn a_delivery_appears_exactly_once(db) {
        db.chat("chat").await;
        db.chat("other").await;
        let bot = WebAuthor::Bot;
        let first = db.store.append_web_message("chat", Some("d1"), bot, "đạt", Some("<b>đạt</b>"), at(0)).await.unwrap();
        assert_eq!(db.store.append_web_message("chat", Some("d1"), bot, "đạt", None, at(1)).await.unwrap(), None);
        let person = WebAuthor::Person;
        for text in ["/status", "/status"] {
            db.store.append_web_message("chat", None, person, text, None, at(2)).await.unwrap().unwrap();
        }
        db.store.append_web_message("other", None, person, "x", None, at(2)).await.unwrap();
        let missing = db.store.append_web_message("nobody", None, person, "x", None, at(2)).await;
        assert!(matches!(missing, Err(StoreError::Missing(_))));

        let all = db.store.web_messages("chat", 0, 10).await.unwrap();
        let html = Some("<b>đạt</b>".to_owned());
        let expected = WebMessage { id: first.unwrap(), at: at(0), from: bot, text: "đạt".to_owned(), html };
        assert_eq!(all[0], expected);
        assert_eq!(all.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["đạt", "/status", "/status"]);
        assert_eq!(db.store.web_messages("chat", all[0].id, 1).await.unwrap(), all[1..2]);
        assert_eq!(db.store.web_messages("chat", all[2].id, 10).await.unwrap(), []);
    }
}

promise! {
    async fn a_reader_who_follows_misses_nothing(db) {
        db.chat("chat").await;
        let writers = (0..4).map(|writer| {
            let url = db.url.clone();
            tokio::spawn(async move {
                let store = open(&url).await;
                for n in 0..10 {
                    let text = format!("{writer} {n}");
                    let written = store.append_web_message("chat", None, WebAuthor::Person, &text, None, at(0));
                    written.await.expect("it is written");
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let (mut seen, mut after) = (0, 0);
        loop {
            let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
            let new = db.store.web_messages("chat", after, 3).await.unwrap();
            seen += new.len();
            after = new.last().map_or(after, |message| message.id);
            if finished && new.is_empty() {
                break;
            }
        }
        assert_eq!(seen, 40);
    }
}
