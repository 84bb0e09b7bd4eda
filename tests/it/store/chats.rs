//! Chats, their roles, and the codes that give them.

use super::*;
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::subscription::{LinkRefusal, Role};
use chitieu::store::{OutboxFilter, StoreError};

fn of_unit(code: &str) -> Role {
    Role::Unit(unit(code))
}

promise! {
    async fn a_chat_is_known_by_where_it_lives(db) {
        let first = db.store.upsert_chat(&chat("c1"), at(0)).await.unwrap();
        assert_eq!(first, chat("c1"));
        let renamed = Chat { id: "c2".to_owned(), title: "Tên\u{0} mới".to_owned(), group: false, ..chat("c1") };
        let stored = db.store.upsert_chat(&renamed, at(1)).await.unwrap();
        assert_eq!(stored, Chat { title: "Tên mới".to_owned(), group: false, ..chat("c1") }, "the first id stays");
        let untitled = Chat { title: String::new(), ..chat("c1") };
        assert_eq!(db.store.upsert_chat(&untitled, at(2)).await.unwrap().title, "Tên mới");

        let on_another_lane = Chat { id: "c3".to_owned(), lane: "bot 2".to_owned(), ..chat("c1") };
        assert_eq!(db.store.upsert_chat(&on_another_lane, at(3)).await.unwrap().id, "c3");
        let found = db.store.chat_by_address(Medium::Telegram, "bot 2", "-1001").await.unwrap().unwrap();
        assert_eq!((found.chat.id.as_str(), found.roles.len()), ("c3", 0));
        assert_eq!(db.store.chat_by_address(Medium::Web, "bot", "-1001").await.unwrap(), None);
        assert_eq!(db.store.chat("c2").await.unwrap(), None);
        let ids: Vec<_> = db.store.chats().await.unwrap().into_iter().map(|linked| linked.chat.id).collect();
        assert_eq!(ids, ["c1", "c3"]);
    }
}

promise! {
    async fn a_chat_has_a_role_once_and_many_roles(db) {
        let one = db.chat("one").await;
        let two = db.chat("two").await;
        assert!(db.store.subscribe("one", &of_unit("so-tu-phap"), "an", at(0)).await.unwrap());
        assert!(!db.store.subscribe("one", &of_unit("so-tu-phap"), "an", at(1)).await.unwrap());
        assert!(db.store.subscribe("two", &of_unit("so-tu-phap"), "an", at(2)).await.unwrap());
        assert!(db.store.subscribe("one", &Role::Leader, "an", at(3)).await.unwrap());
        assert!(db.store.subscribe("nobody", &Role::Leader, "an", at(3)).await.is_err());

        assert_eq!(db.store.chat("one").await.unwrap().unwrap().roles, [of_unit("so-tu-phap"), Role::Leader]);
        assert_eq!(db.store.chats_with_role(&of_unit("so-tu-phap")).await.unwrap(), [one.clone(), two.clone()]);
        assert_eq!(db.store.chats_with_role(&of_unit("so-noi-vu")).await.unwrap(), []);
        let all = [
            (of_unit("so-tu-phap"), one.clone()),
            (of_unit("so-tu-phap"), two.clone()),
            (Role::Leader, one.clone()),
        ];
        assert_eq!(db.store.subscriptions().await.unwrap(), all);

        assert_eq!(db.store.unsubscribe_all("one", "i", at(9)).await.unwrap(), 2);
        assert_eq!(db.store.unsubscribe_all("one", "i", at(9)).await.unwrap(), 0);
        assert_eq!(db.store.subscriptions().await.unwrap(), [(of_unit("so-tu-phap"), two)]);
        assert!(db.store.subscribe("one", &Role::Leader, "an", at(10)).await.unwrap(), "it may come back");
    }
}

promise! {
    async fn a_paused_chat_keeps_what_waits_and_gets_it_when_resumed(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat")]).await;
        assert!(db.store.pause_chat("chat", "bot was kicked", at(1)).await.unwrap());
        assert!(!db.store.pause_chat("nobody", "", at(1)).await.unwrap());
        let paused = db.store.chat("chat").await.unwrap().unwrap().chat.paused;
        assert_eq!(paused.as_deref(), Some("bot was kicked"));
        assert_eq!(db.claim(at(2), "a1").await, None);
        assert_eq!(db.store.next_due("bot", at(2)).await.unwrap(), None);
        assert!(db.store.resume_chat("chat").await.unwrap());
        assert!(!db.store.resume_chat("chat").await.unwrap());
        assert_eq!(db.claim(at(3), "a2").await.unwrap().id, "d1");
    }
}

promise! {
    async fn a_chat_that_moves_takes_everything_along(db) {
        db.chat("chat").await;
        db.broadcast(&[("d1", "chat")]).await;
        db.store.retarget_chat("chat", "-100999", at(1)).await.unwrap();
        assert_eq!(db.claim(at(2), "a1").await.unwrap().chat.address, "-100999");
        assert!(matches!(db.store.retarget_chat("nobody", "x", at(1)).await, Err(StoreError::Missing(_))));
    }
}

promise! {
    async fn two_chats_that_are_one_become_one(db) {
        db.chat("old").await;
        let new = db.chat("new").await;
        for role in [of_unit("so-tu-phap"), Role::Leader] {
            db.store.subscribe("old", &role, "an", at(0)).await.unwrap();
        }
        db.store.subscribe("new", &Role::Leader, "an", at(0)).await.unwrap();
        db.broadcast(&[("d1", "old"), ("d2", "old"), ("d3", "new")]).await;
        // The same message stands in both queues.
        let twin = NewDelivery { dedupe_key: "d2".to_owned(), ..delivery("d4", "new") };
        db.store.enqueue(&[twin], at(0)).await.unwrap();

        db.store.retarget_chat("old", &new.address, at(1)).await.unwrap();
        db.store.retarget_chat("old", &new.address, at(1)).await.unwrap();

        assert_eq!(db.store.subscriptions().await.unwrap().len(), 2);
        let chats = db.store.chats().await.unwrap();
        assert_eq!(chats.len(), 1, "{chats:?}");
        assert_eq!(chats[0].chat, new);
        assert_eq!(chats[0].roles, [of_unit("so-tu-phap"), Role::Leader]);
        let waiting = OutboxFilter { states: vec![DeliveryState::Waiting], ..OutboxFilter::default() };
        let waiting = db.store.outbox(waiting).await.unwrap();
        let mut ids: Vec<_> = waiting.iter().map(|row| (row.id.as_str(), row.chat_id.as_str())).collect();
        ids.sort_unstable();
        assert_eq!(ids, [("d1", "new"), ("d3", "new"), ("d4", "new")], "one of the twins is enough");

        // Whoever still writes to the old chat reaches the new one.
        db.broadcast(&[("d5", "old")]).await;
        let to_new = OutboxFilter { chat_id: Some("new".to_owned()), limit: 1, ..OutboxFilter::default() };
        assert_eq!(db.store.outbox(to_new).await.unwrap()[0].id, "d5");
        let known = db.store.upsert_chat(&Chat { address: "address of old".to_owned(), ..chat("x") }, at(2)).await;
        assert_eq!(known.unwrap().id, "new");
        let found = db.store.chat_by_address(Medium::Telegram, "bot", "address of old").await.unwrap().unwrap();
        assert_eq!(found.chat.id, "new");
        assert!(!db.store.resume_chat("old").await.unwrap(), "a signpost stays one");

        // And it may even get the old address back.
        db.store.retarget_chat("new", "address of old", at(3)).await.unwrap();
        assert_eq!(db.store.chat("new").await.unwrap().unwrap().chat.address, "address of old");
    }
}

promise! {
    async fn a_code_gives_its_role_once(db) {
        db.chat("chat").await;
        db.chat("other").await;
        let role = of_unit("so-tu-phap");
        let redeem = async |hash, chat, now| db.store.redeem_link_code(hash, chat, "an", &format!("typed at {now}"), now).await.unwrap();
        db.store.save_link_code("hash", &role, at(600), None, at(0)).await.unwrap();
        assert!(matches!(db.store.save_link_code("hash", &role, at(600), None, at(0)).await, Err(StoreError::Conflict(_))));
        assert_eq!(redeem("guess", "chat", at(1)).await, Err(LinkRefusal::Unknown));
        assert_eq!(redeem("hash", "chat", at(600)).await, Err(LinkRefusal::Expired));
        assert_eq!(redeem("hash", "chat", at(599)).await, Ok(role.clone()));
        assert_eq!(redeem("hash", "chat", at(600)).await, Err(LinkRefusal::Used));
        assert_eq!(redeem("hash", "other", at(601)).await, Err(LinkRefusal::Used));
        // The message that used it hears the same again.
        assert_eq!(redeem("hash", "chat", at(599)).await, Ok(role.clone()));
        assert_eq!(db.store.chat("chat").await.unwrap().unwrap().roles, [role]);
        assert_eq!(db.store.chat("other").await.unwrap().unwrap().roles, []);

        // A failure uses nothing up.
        db.store.save_link_code("leader", &Role::Leader, at(600), None, at(0)).await.unwrap();
        assert!(db.store.redeem_link_code("leader", "nobody", "an", "i1", at(1)).await.is_err());
        assert_eq!(redeem("leader", "other", at(2)).await, Ok(Role::Leader));
    }
}

promise! {
    async fn of_two_who_type_a_code_at_once_one_gets_the_role(db) {
        db.chat("one").await;
        db.chat("two").await;
        let other = open(&db.url).await;
        for round in 0..10 {
            let hash = format!("hash {round}");
            db.store.save_link_code(&hash, &of_unit(&format!("unit-{round}")), at(600), None, at(0)).await.unwrap();
            let (one, two) = tokio::join!(
                db.store.redeem_link_code(&hash, "one", "an", "i1", at(1)),
                other.redeem_link_code(&hash, "two", "binh", "i2", at(1))
            );
            let both = [one.unwrap(), two.unwrap()];
            assert_eq!(both.iter().filter(|result| result.is_ok()).count(), 1, "{both:?}");
            assert!(both.contains(&Err(LinkRefusal::Used)), "{both:?}");
        }
        assert_eq!(db.store.subscriptions().await.unwrap().len(), 10);
    }
}

promise! {
    async fn a_link_is_closed_once_with_what_is_said_about_it(db) {
        db.chat("one").await;
        db.chat("two").await;
        for (chat, role) in [("one", of_unit("so-gtvt")), ("one", of_unit("so-tu-phap")), ("two", of_unit("so-gtvt"))] {
            assert!(db.store.subscribe(chat, &role, "an", at(0)).await.unwrap());
        }
        assert!(db.store.subscribe("two", &Role::Office, "an", at(1)).await.unwrap());
        let links = db.store.unit_links().await.unwrap();
        let told = |l: &chitieu::store::UnitLink| (l.chat.id.clone(), l.unit.to_string(), l.since, l.closed);
        assert_eq!(
            links.iter().map(told).collect::<Vec<_>>(),
            [
                ("one".to_owned(), "so-gtvt".to_owned(), at(0), false),
                ("one".to_owned(), "so-tu-phap".to_owned(), at(0), false),
                ("two".to_owned(), "so-gtvt".to_owned(), at(0), false),
            ]
        );
        let ended = [links[0].id, links[2].id];
        assert!(db.store.close_links(&ended, &[delivery("d1", "one")], at(2)).await.unwrap());
        assert_eq!(db.claim(at(3), "a1").await.unwrap().id, "d1");
        // Another one was faster: nothing is said twice, and nothing else is closed.
        let all = [links[1].id, links[2].id];
        assert!(!db.store.close_links(&all, &[delivery("d2", "two")], at(4)).await.unwrap());
        assert_eq!(db.claim(at(5), "a2").await, None);
        let closed: Vec<bool> = db.store.unit_links().await.unwrap().iter().map(|l| l.closed).collect();
        assert_eq!(closed, [true, false, true]);

        // Nothing new goes there; what the chats may ask is what it was.
        assert_eq!(db.store.chats_with_role(&of_unit("so-gtvt")).await.unwrap(), []);
        let open: Vec<Role> = db.store.subscriptions().await.unwrap().into_iter().map(|(role, _)| role).collect();
        assert_eq!(open, [of_unit("so-tu-phap"), Role::Office]);
        assert_eq!(db.store.chat("two").await.unwrap().unwrap().roles, [of_unit("so-gtvt"), Role::Office]);

        assert_eq!(db.store.reopen_links(&[links[0].id, links[1].id]).await.unwrap(), 1);
        assert_eq!(db.store.chats_with_role(&of_unit("so-gtvt")).await.unwrap().len(), 1);
        // A link that was taken back is nobody's.
        db.store.unsubscribe_all("one", "i", at(6)).await.unwrap();
        assert!(!db.store.close_links(&[links[0].id], &[], at(7)).await.unwrap());
        assert_eq!(db.store.unit_links().await.unwrap().len(), 1);
    }
}
