//! Schedules, pauses and promises.

use super::{at, delivery, promise};
use chitieu::domain::indicator::IndicatorCode;
use chitieu::domain::mute::Mute;
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::promise::{Promise, PromiseState};
use chitieu::domain::reminder::Lately;
use chrono::{Duration, NaiveDate};

promise! {
    /// A slot is dealt with once, and a schedule begins when it is first seen.
    async fn a_slot_fires_once(db) {
        db.chat("c").await;
        db.store.begin_schedule("weekly", at(0)).await.unwrap();
        db.store.begin_schedule("weekly", at(50)).await.unwrap();
        assert_eq!(db.store.last_slots().await.unwrap()["weekly"], at(0));
        let fire = |id: &'static str| {
            let store = db.store.clone();
            async move { store.fire_slot("weekly", at(100), &[delivery(id, "c")], at(101)).await.unwrap() }
        };
        assert_eq!(fire("d1").await, Some(1));
        assert_eq!(fire("d2").await, None);
        assert_eq!(db.store.last_slots().await.unwrap()["weekly"], at(100));
        let told = db.store.told_since(at(100)).await.unwrap();
        let bulletin = Lately { any: Some(at(101)), bulletin: Some(at(101)) };
        assert_eq!(told.into_iter().collect::<Vec<_>>(), [("c".to_owned(), bulletin)], "by what the slot queued");
        assert!(db.store.told_since(at(101)).await.unwrap().is_empty());
        // Old slots are forgotten, but never the newest.
        let late = at(100) + Duration::days(500);
        assert_eq!(db.store.fire_slot("weekly", late, &[], late).await.unwrap(), Some(0));
        assert_eq!(db.store.last_slots().await.unwrap()["weekly"], late);
    }
}

promise! {
    /// A chat's choice stands until it makes another one.
    async fn a_chat_chooses_its_schedule(db) {
        db.chat("c").await;
        assert_eq!(db.store.chat_schedule("c").await.unwrap(), None);
        db.store.choose_schedule("c", Some("0 8 * * 1"), "bà An", at(1)).await.unwrap();
        db.store.choose_schedule("c", None, "bà An", at(2)).await.unwrap();
        let own = db.store.chat_schedule("c").await.unwrap().unwrap();
        assert_eq!((own.form, own.changed_at), (None, at(2)));
        assert_eq!(db.store.chat_schedules().await.unwrap().len(), 1);
        assert!(db.store.default_schedule("c").await.unwrap());
        assert!(!db.store.default_schedule("c").await.unwrap());
        assert!(db.store.choose_schedule("nobody", None, "", at(3)).await.is_err());
    }
}

fn mute(id: &str, indicator: Option<&str>, from: i64, until: i64) -> Mute {
    Mute {
        id: id.into(),
        chat_id: "c".into(),
        indicator: indicator.map(|code| IndicatorCode::parse(code).expect("a code")),
        started_at: at(from),
        until: at(until),
        ended_at: None,
    }
}

promise! {
    /// A pause gives way to a longer one and keeps its beginning; it ends once.
    async fn a_pause_ends_once(db) {
        db.chat("c").await;
        db.store.mute(&mute("m1", Some("digitization"), 0, 100), "x").await.unwrap();
        db.store.mute(&mute("m2", Some("online_payment"), 10, 100), "x").await.unwrap();
        db.store.mute(&mute("m3", Some("digitization"), 20, 500), "x").await.unwrap();
        let open = db.store.open_mutes().await.unwrap();
        assert_eq!(open.iter().map(|m| (m.id.as_str(), m.started_at)).collect::<Vec<_>>(), [("m3", at(0)), ("m2", at(10))]);
        // A pause of all takes the single ones over.
        db.store.mute(&mute("m4", None, 30, 600), "x").await.unwrap();
        let open = db.store.open_mutes().await.unwrap();
        assert_eq!(open, [Mute { started_at: at(0), ..mute("m4", None, 30, 600) }]);
        assert!(db.store.end_mutes(&["m4"], None, &[delivery("d", "c")], at(700)).await.unwrap());
        assert!(!db.store.end_mutes(&["m4"], None, &[delivery("e", "c")], at(701)).await.unwrap());
        assert!(db.store.open_mutes().await.unwrap().is_empty());
        assert_eq!(db.store.mutes_since(at(699)).await.unwrap().len(), 1);
        assert!(db.store.mutes_since(at(700)).await.unwrap().is_empty());
    }
}

promise! {
    /// A promise gives way to a new one, is counted, and moves on once.
    async fn a_promise_moves_on_once(db) {
        db.chat("c").await;
        let made = |id: &str, seconds| Promise {
            id: id.into(),
            unit: UnitCode::parse("so-a").unwrap(),
            indicator: IndicatorCode::parse("digitization").unwrap(),
            period: ReportingPeriod::parse("2023-07").unwrap(),
            reason: "hỏng\0 máy quét".into(),
            due: NaiveDate::from_ymd_opt(2023, 8, 20).unwrap(),
            chat_id: "c".into(),
            made_at: at(seconds),
            state: PromiseState::Open,
            changed_at: at(seconds),
        };
        db.store.promise(&[made("p1", 0)], "bà An").await.unwrap();
        db.store.promise(&[made("p2", 5)], "bà An").await.unwrap();
        let open = db.store.open_promises().await.unwrap();
        assert_eq!(open, [Promise { reason: "hỏng máy quét".into(), ..made("p2", 5) }]);
        assert_eq!(db.store.promises_made("so-a", "digitization", "2023-07").await.unwrap(), 2);
        assert_eq!(db.store.promises_made("so-a", "digitization", "2023-08").await.unwrap(), 0);
        let on = |from, to| db.store.move_promise("p2", from, to, &[], at(9));
        assert!(on(PromiseState::Open, PromiseState::Asked).await.unwrap());
        assert!(!on(PromiseState::Open, PromiseState::Kept).await.unwrap());
        assert!(on(PromiseState::Asked, PromiseState::Broken).await.unwrap());
        assert!(db.store.open_promises().await.unwrap().is_empty());
        let settled = db.store.settled_promises(at(8)).await.unwrap();
        assert_eq!(settled.iter().map(|p| p.state).collect::<Vec<_>>(), [PromiseState::Broken]);
        assert!(db.store.settled_promises(at(9)).await.unwrap().is_empty());
    }
}

promise! {
    /// When two chats turn out to be one, what was chosen and promised goes with them.
    async fn a_merged_chat_takes_its_choices_along(db) {
        let (old, heir) = (db.chat("old").await, db.chat("heir").await);
        db.store.choose_schedule("old", Some("0 8 * * 1"), "x", at(1)).await.unwrap();
        db.store.mute(&Mute { chat_id: "old".into(), ..mute("m", None, 1, 100) }, "x").await.unwrap();
        db.store.retarget_chat(&old.id, &heir.address, at(2)).await.unwrap();
        assert_eq!(db.store.open_mutes().await.unwrap()[0].chat_id, "heir");
        assert_eq!(db.store.chat_schedule("heir").await.unwrap().unwrap().form.as_deref(), Some("0 8 * * 1"));
        assert_eq!(db.store.chat_schedule("old").await.unwrap(), None);
    }
}
