//! Who did what, who guessed, and when a chat was told how to ask.

use super::*;
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::guessing::Guess;
use chitieu::domain::subscription::Role;
use chitieu::store::{ActionPlace, Inbound, NewAction, OutboxFilter, OutboxVerb, OutboxWord};

fn inbound(id: &str) -> Inbound {
    Inbound {
        id: id.to_owned(),
        medium: Medium::Telegram,
        lane: "bot".to_owned(),
        external_id: id.to_owned(),
        chat_address: "-1001".to_owned(),
        chat_title: "Nhóm".to_owned(),
        group: true,
        sender: "An (1)".to_owned(),
        text: "/huy".to_owned(),
        kind: "text".to_owned(),
        at: at(0),
    }
}

fn action(command: &str, outcome: &str) -> NewAction {
    NewAction {
        place: ActionPlace::Chat("chat".to_owned()),
        sender: "An (1)".to_owned(),
        command: command.to_owned(),
        detail: "x\u{0}y".to_owned(),
        outcome: outcome.to_owned(),
    }
}

promise! {
    /// What was done is on record with its answer, or neither is.
    async fn an_action_is_on_record_once(db) {
        db.chat("chat").await;
        db.store.hear(&inbound("i1")).await.unwrap();
        let done = action("/huy", "untied");
        let stranger = NewAction { place: ActionPlace::Chat("nobody".to_owned()), ..done.clone() };
        assert!(db.store.answered_by("i1", &[], Some(&stranger), at(1)).await.is_err());
        assert!(db.store.answered_by("i1", &[], Some(&done), at(1)).await.unwrap(), "it was not answered");
        assert!(!db.store.answered_by("i1", &[], Some(&done), at(2)).await.unwrap());
        let actions = db.store.actions(10).await.unwrap();
        assert_eq!(actions.len(), 1);
        let told = &actions[0];
        assert_eq!((told.at, told.sender.as_str(), told.medium.as_str()), (at(1), "An (1)", "telegram"));
        assert_eq!((told.command.as_str(), told.detail.as_str(), told.outcome.as_str()), ("/huy", "xy", "untied"));
    }
}

promise! {
    async fn guesses_are_wrong_codes_of_late(db) {
        db.chat("chat").await;
        for (n, (command, outcome)) in
            [("/dangky", "link_refused"), ("/dangky", "link_refused"), ("/dangky", "linked"), ("/huy", "link_refused"),
             ("/dangky", "link_locked")].into_iter().enumerate()
        {
            let id = format!("i{n}");
            db.store.hear(&inbound(&id)).await.unwrap();
            let moment = at(i64::try_from(n).unwrap());
            db.store.answered_by(&id, &[], Some(&action(command, outcome)), moment).await.unwrap();
        }
        let guess = |locked| Guess { chat: "chat".to_owned(), sender: "An (1)".to_owned(), locked };
        assert_eq!(db.store.guesses(at(0)).await.unwrap(), [guess(false), guess(true)]);
        assert_eq!(db.store.guesses(at(4)).await.unwrap(), []);
        assert_eq!(db.store.actions(2).await.unwrap().len(), 2);
    }
}

promise! {
    async fn a_hint_is_claimed_once_in_its_time(db) {
        db.chat("chat").await;
        assert!(db.store.claim_hint("chat", at(-60), at(0)).await.unwrap());
        assert!(!db.store.claim_hint("chat", at(-1), at(59)).await.unwrap());
        assert!(db.store.claim_hint("chat", at(0), at(60)).await.unwrap());
        assert!(!db.store.claim_hint("chat", at(0), at(60)).await.unwrap(), "of two at once one has it");
        assert!(db.store.claim_hint("nobody", at(0), at(60)).await.is_err());
    }
}

promise! {
    /// What it may not know any more is not sent; what it was answered is.
    async fn an_untied_chat_is_told_nothing_more(db) {
        let chat = db.chat("chat").await;
        db.store.subscribe(&chat.id, &Role::Leader, "an", at(0)).await.unwrap();
        db.broadcast(&[("d1", "chat")]).await;
        assert_eq!(db.store.enqueue(&[answer("d2", "chat")], at(0)).await.unwrap(), 1);
        assert_eq!(db.store.unsubscribe_all(&chat.id, "i", at(1)).await.unwrap(), 1);
        let rows = db.store.outbox(OutboxFilter::default()).await.unwrap();
        let states: Vec<(&str, DeliveryState)> = rows.iter().map(|row| (row.id.as_str(), row.state)).collect();
        assert_eq!(states, [("d2", DeliveryState::Waiting), ("d1", DeliveryState::Dropped)]);
        assert_eq!(db.store.unsubscribe_all(&chat.id, "i", at(2)).await.unwrap(), 0);
    }
}

promise! {
    /// What was done where there is no chat is on record, with what it changed or not at all.
    async fn acts_beside_the_chats_are_on_record(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat")]).await;
        let typed = NewAction { place: ActionPlace::CommandLine, sender: "binh".to_owned(), ..action("outbox drop", "dropped") };
        let word = OutboxWord { id: "d1", verb: OutboxVerb::Drop, inbound: None, act: Some(&typed), now: at(1) };
        assert!(db.store.outbox_decide(word).await.unwrap());
        assert!(!db.store.outbox_decide(OutboxWord { now: at(2), ..word }).await.unwrap(), "it is dropped already");
        let page = NewAction { place: ActionPlace::Page, ..action("accept", "upload_recorded") };
        db.store.act(&page, at(3)).await.unwrap();
        let actions = db.store.actions(10).await.unwrap();
        let told: Vec<_> =
            actions.iter().map(|a| (a.medium.as_str(), a.chat_title.as_deref(), a.command.as_str(), a.at)).collect();
        assert_eq!(told, [("page", None, "accept", at(3)), ("command_line", None, "outbox drop", at(1))]);
        // A person at a machine guesses no codes.
        db.store.act(&NewAction { place: ActionPlace::CommandLine, ..action("/dangky", "link_refused") }, at(4)).await.unwrap();
        assert_eq!(db.store.guesses(at(0)).await.unwrap(), []);
    }
}
