//! Topics of a group, chats out of reach, choices, and what waits for a lane that is back.

use super::*;
use chitieu::domain::delivery::{AfterAttempt, Choice};
use chitieu::domain::subscription::Role;

const SENT: AfterAttempt = AfterAttempt::Sent { message_id: None };

promise! {
    async fn a_group_is_found_with_its_topics_and_nothing_else(db) {
        for (id, lane, address) in [
            ("group", "bot", "-1001"),
            ("topic", "bot", "-1001/7"),
            ("another", "bot", "-1001/70"),
            ("longer", "bot", "-10010"),
            ("elsewhere", "bot 2", "-1001/7"),
            ("person", "bot", "90001"),
            ("odd", "bot", "%/1"),
        ] {
            let place = Chat { lane: lane.to_owned(), address: address.to_owned(), ..chat(id) };
            db.store.upsert_chat(&place, at(0)).await.unwrap();
        }
        let find = async |addresses: &[&str]| {
            let addresses: Vec<String> = addresses.iter().map(|address| (*address).to_owned()).collect();
            let mut found = db.store.chats_at("bot", &addresses).await.unwrap();
            found.sort();
            found
        };
        assert_eq!(find(&["-1001"]).await, ["another", "group", "topic"]);
        assert_eq!(find(&["-1001", "90001"]).await, ["another", "group", "person", "topic"]);
        assert_eq!(find(&["%"]).await, ["odd"], "an address is no pattern");
        assert_eq!(find(&["-9"]).await, Vec::<String>::new());
    }
}

promise! {
    async fn a_pause_is_told_once(db) {
        for id in ["office", "stranger"] {
            db.chat(id).await;
        }
        db.store.subscribe("office", &Role::Office, "an", at(0)).await.unwrap();
        db.broadcast(&[("d1", "office"), ("d2", "office")]).await;
        assert_eq!(db.store.untold_pauses().await.unwrap(), []);
        for id in ["office", "stranger"] {
            db.store.pause_chat(id, "bot was kicked", at(10)).await.unwrap();
        }
        // Noticed once more: it goes on from when it began.
        db.store.pause_chat("office", "the bot was removed", at(20)).await.unwrap();
        let untold = db.store.untold_pauses().await.unwrap();
        let [paused] = &untold[..] else { panic!("{untold:?}") };
        assert_eq!((paused.chat.id.as_str(), paused.at, paused.waiting), ("office", at(10), 2));
        assert_eq!(paused.chat.paused.as_deref(), Some("the bot was removed"));
        db.store.pause_told("office", at(10)).await.unwrap();
        assert_eq!(db.store.untold_pauses().await.unwrap(), []);
        db.store.resume_chat("office").await.unwrap();
        db.store.pause_chat("office", "bot was kicked", at(30)).await.unwrap();
        assert_eq!(db.store.untold_pauses().await.unwrap()[0].at, at(30), "another pause");
    }
}

promise! {
    async fn choices_go_out_with_their_message_and_are_remembered(db) {
        db.chat("chat").await;
        db.chat("other").await;
        let choice = |label: &str, command: &str| Choice { label: label.to_owned(), command: command.to_owned() };
        let choices = vec![choice("Sở \"Tư pháp\"", "/status so-tu-phap"), choice("Sở Y tế", "/status so-y-te")];
        let asked = NewDelivery { choices: choices.clone(), ..answer("a1", "chat") };
        db.store.enqueue(&[asked, answer("a2", "chat")], at(0)).await.unwrap();
        assert_eq!(db.store.offered_choices("chat").await.unwrap(), [], "nobody has read it yet");
        for (attempt, expected) in [("t1", choices.clone()), ("t2", Vec::new())] {
            let claimed = db.claim(at(5), attempt).await.unwrap();
            assert_eq!(claimed.choices, expected);
            assert!(db.store.finish(&claimed.id, claimed.version, attempt, &SENT, at(6)).await.unwrap());
        }
        let offered = db.store.offered_choices("chat").await.unwrap().remove(0);
        assert_eq!((offered.choices, offered.at), (choices, at(6)));
        assert_eq!(db.store.offered_choices("other").await.unwrap(), []);
    }
}

promise! {
    async fn what_failed_is_due_when_its_lane_is_back(db) {
        for (n, id) in ["failed", "asked", "new"].into_iter().enumerate() {
            db.chat(id).await;
            db.broadcast(&[(id, id)]).await;
            let attempt = format!("t{n}");
            let claimed = db.claim(at(1), &attempt).await.unwrap();
            let (counts, why) = match id {
                "failed" => (true, "no route"),
                "asked" => (true, "retry after 900 s"),
                _ => (false, "no route"),
            };
            let again = AfterAttempt::Again { at: at(7_200), counts, why: why.to_owned() };
            assert!(db.store.finish(&claimed.id, claimed.version, &attempt, &again, at(2)).await.unwrap());
        }
        assert_eq!(db.store.hasten("another bot", at(60)).await.unwrap(), 0);
        assert_eq!(db.store.hasten("bot", at(60)).await.unwrap(), 1);
        assert_eq!(db.claim(at(60), "t8").await.unwrap().id, "failed");
        assert_eq!(db.claim(at(60), "t9").await, None);
    }
}
