//! A refresh token is used once: by one of many, never again when nobody knows, and with a person told when it is gone.

use std::time::Duration;

use chitieu::channel::zalo_oa::{ZaloOaChannel, ZaloOaStanding};
use chitieu::domain::renewal::{ReconnectReason, TokenState};
use chitieu::store::NewOaTokens;
use chrono::TimeDelta;

use super::{GROUP, Kind, Office, SHORT, account, canned, nobody, secret, zalo};
use crate::fake::zalo_oa::{APP_ID, Call, FIRST_REFRESH, Fault};

/// The standing's reason.
fn reason(standing: &ZaloOaStanding) -> Option<ReconnectReason> {
    match standing {
        ZaloOaStanding::Fine => None,
        ZaloOaStanding::Reconnect { reason, .. } => Some(*reason),
    }
}

/// Writes one promise as two tests, one for each database.
macro_rules! on_both {
    ($name:ident, $promise:ident) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $promise(Kind::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $promise(Kind::Postgres).await;
            }
        }
    };
}

on_both!(replicas_that_renew_at_once_use_a_token_once, replicas_at_once);
on_both!(an_unknown_renewal_is_never_repeated_and_told_once, unknown_renewal);
on_both!(a_process_that_dies_while_it_renews_is_noticed, dead_process);
on_both!(only_a_token_that_was_never_used_reconnects, reconnecting);

async fn replicas_at_once(kind: Kind) {
    let (zalo, office) = (zalo().await, Office::on(kind).await);
    let account = account(zalo.url(), FIRST_REFRESH);
    let mut replicas = Vec::new();
    for _ in 0..4 {
        replicas.push(office.replica(&account).await);
    }
    for round in 1..=3 {
        // Slow enough that all of them look while one renews.
        zalo.fail_next(Call::Refresh, Fault::DelayThenCarryOut(Duration::from_millis(100)));
        let mut looks = tokio::task::JoinSet::new();
        for keeper in replicas.clone() {
            looks.spawn(async move { keeper.care().await.expect("the database answers") });
        }
        let standings = looks.join_all().await;
        assert!(standings.iter().all(|standing| *standing == ZaloOaStanding::Fine), "{standings:?}");
        assert_eq!(zalo.count(Call::Refresh), round, "one renewal a day");
        for keeper in &replicas {
            let channel = ZaloOaChannel::new(keeper.clone());
            assert_eq!(office.send(&channel, GROUP, "x").await.0, "accepted", "each uses the pair of the one");
        }
        // An hour before the end.
        office.pass(TimeDelta::hours(24));
    }
    assert_eq!(zalo.texts(GROUP).len(), 12);
    assert!(office.told().await.is_empty(), "nobody is bothered");
}

async fn unknown_renewal(kind: Kind) {
    let (zalo, office) = (zalo().await, Office::on(kind).await);
    let mut hasty = account(zalo.url(), FIRST_REFRESH);
    hasty.timeout = SHORT;
    zalo.fail_next(Call::Refresh, Fault::CarryOutThenDelay(SHORT + Duration::from_millis(300)));
    let keepers = [office.keeper(&hasty), office.replica(&hasty).await];
    let channel = ZaloOaChannel::new(keepers[0].clone());
    assert_eq!(reason(&office.step(&keepers[0]).await), Some(ReconnectReason::Lost));
    for _ in 0..30 {
        for keeper in &keepers {
            assert_eq!(reason(&office.step(keeper).await), Some(ReconnectReason::Lost));
        }
        let (what, why) = office.send(&channel, GROUP, "x").await;
        assert_eq!((what, why.contains("ZALO_OA_REFRESH_TOKEN")), ("retry", true), "{why}");
        office.pass(TimeDelta::hours(1));
    }
    assert_eq!(zalo.count(Call::Refresh), 1, "never again");
    assert_eq!(zalo.count(Call::Send), 0);
    assert!(zalo.all_received().is_empty());
    let told = office.told().await;
    assert_eq!(told.len(), 1, "the office once, and nobody else: {told:?}");
    assert_eq!(told[0].1, "zalo_oa_reconnect");
    assert_eq!(told[0].0, office.context.catalog.organisation.office);
}

async fn dead_process(kind: Kind) {
    let (zalo, office) = (zalo().await, Office::on(kind).await);
    let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    let store = &office.context.store;
    let now = office.context.now();
    assert!(store.adopt_oa_token(APP_ID, None, &secret(FIRST_REFRESH), now).await.expect("adopted"));
    assert!(store.begin_oa_renewal(APP_ID, 1, now).await.expect("begun"), "by a process that died then");
    assert!(!store.begin_oa_renewal(APP_ID, 1, now).await.expect("asked"), "nobody else may");
    assert_eq!(office.step(&keeper).await, ZaloOaStanding::Fine, "it may still be at it");
    office.pass(TimeDelta::minutes(2));
    for _ in 0..5 {
        assert_eq!(reason(&office.step(&keeper).await), Some(ReconnectReason::Abandoned));
        office.pass(TimeDelta::hours(1));
    }
    assert_eq!((zalo.count(Call::Refresh), office.told().await.len()), (0, 1));

    // It was alive after all, only slow: its pair is the only one that works.
    let now = office.context.now();
    let pair = NewOaTokens {
        access: secret("late access"),
        refresh: secret("late refresh"),
        access_until: now + TimeDelta::hours(25),
        not_before: now,
    };
    assert!(!store.keep_oa_tokens(APP_ID, &secret("another"), &pair, now).await.expect("asked"));
    assert!(store.keep_oa_tokens(APP_ID, &secret(FIRST_REFRESH), &pair, now).await.expect("kept"));
    assert_eq!(office.step(&keeper).await, ZaloOaStanding::Fine);
}

async fn reconnecting(kind: Kind) {
    let (zalo, office) = (zalo().await, Office::on(kind).await);
    let old = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    zalo.fail_next(Call::Refresh, Fault::CarryOutThenPage);
    assert_eq!(reason(&office.step(&old).await), Some(ReconnectReason::Lost));

    // A person gets a new one, and restarts one replica after the other.
    zalo.reconnect("FakeOaSecret-refresh-second");
    let new = office.replica(&account(zalo.url(), "FakeOaSecret-refresh-second")).await;
    assert_eq!(office.step(&new).await, ZaloOaStanding::Fine);
    for _ in 0..3 {
        assert_eq!(office.step(&old).await, ZaloOaStanding::Fine, "the old configuration changes nothing");
        assert_eq!(office.step(&new).await, ZaloOaStanding::Fine);
        office.pass(TimeDelta::hours(24));
    }
    let channel = ZaloOaChannel::new(new);
    assert_eq!(office.send(&channel, GROUP, "x").await.0, "accepted");
    assert_eq!((zalo.texts(GROUP), zalo.count(Call::Refresh)), (vec!["x".to_owned()], 4));
    assert_eq!(office.told().await.len(), 1);

    // Another trouble is told again; the first token of all does not end it.
    zalo.reconnect("somebody else took it");
    office.pass(TimeDelta::hours(24));
    for _ in 0..3 {
        assert_eq!(reason(&office.step(&old).await), Some(ReconnectReason::Refused));
        office.pass(TimeDelta::hours(1));
    }
    assert_eq!((zalo.count(Call::Refresh), office.told().await.len()), (5, 2));
}

#[tokio::test]
async fn each_end_of_a_renewal() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"access_token\":";
    let gateway = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>";
    for (name, bytes) in [("page", page), ("cut", cut), ("closed", ""), ("gateway", gateway)] {
        let office = Office::on(Kind::Sqlite).await;
        let keeper = office.keeper(&account(&canned(bytes).await, FIRST_REFRESH));
        assert_eq!(reason(&office.step(&keeper).await), Some(ReconnectReason::Lost), "{name}");
        assert_eq!(office.told().await.len(), 1, "{name}");
    }
    for code in [-14_002, -14_003, -14_004, -14_014] {
        let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
        let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
        zalo.fail_next(Call::Refresh, Fault::Refuse(code, "Invalid"));
        assert_eq!(reason(&office.step(&keeper).await), Some(ReconnectReason::Refused), "{code}");
        office.pass(TimeDelta::hours(1));
        office.step(&keeper).await;
        assert_eq!((zalo.count(Call::Refresh), office.told().await.len()), (1, 1), "{code}");
    }
}

#[tokio::test]
async fn what_surely_did_not_leave_is_tried_again_in_time() {
    let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
    let mut closed = account(zalo.url(), FIRST_REFRESH);
    closed.oauth_url = format!("http://{}", nobody().await);
    let keeper = office.keeper(&closed);
    for _ in 0..3 {
        assert_eq!(office.step(&keeper).await, ZaloOaStanding::Fine);
        let channel = ZaloOaChannel::new(keeper.clone());
        let (what, why) = office.send(&channel, GROUP, "x").await;
        assert_eq!((what, why.contains("could not be renewed")), ("retry", true), "{why}");
        office.pass(TimeDelta::seconds(30));
    }
    zalo.fail_next(Call::Refresh, Fault::Refuse(-32, "Too many"));
    let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    office.step(&keeper).await;
    office.step(&keeper).await;
    assert_eq!(zalo.count(Call::Refresh), 1, "not before its time");
    office.pass(TimeDelta::seconds(30));
    office.step(&keeper).await;
    let channel = ZaloOaChannel::new(keeper);
    assert_eq!(office.send(&channel, GROUP, "x").await.0, "accepted");
    assert_eq!((zalo.texts(GROUP).len(), zalo.count(Call::Refresh)), (1, 2));
    assert!(office.told().await.is_empty());
}

#[tokio::test]
async fn the_new_pair_is_stored_before_it_is_used_and_whoever_waited_may_give_up() {
    let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
    let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    let channel = ZaloOaChannel::new(keeper.clone());
    zalo.fail_next(Call::Refresh, Fault::CarryOutThenDelay(SHORT));
    // The send is dropped while its renewal is under way.
    let waited = tokio::time::timeout(Duration::from_millis(150), office.send(&channel, GROUP, "x")).await;
    assert!(waited.is_err());
    let stored = office.context.store.oa_tokens(APP_ID).await.expect("read").expect("known");
    assert_eq!((stored.tokens.state, stored.access.is_none()), (TokenState::Refreshing, true));
    for _ in 0..100 {
        let stored = office.context.store.oa_tokens(APP_ID).await.expect("read").expect("known");
        if stored.tokens.state == TokenState::Held {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(office.send(&channel, GROUP, "x").await.0, "accepted");
    assert_eq!((zalo.texts(GROUP), zalo.count(Call::Refresh)), (vec!["x".to_owned()], 1));
}

#[tokio::test]
async fn a_look_from_outside_uses_no_refresh_token() {
    let (zalo, office) = (zalo().await, Office::on(Kind::Sqlite).await);
    let keeper = office.keeper(&account(zalo.url(), FIRST_REFRESH));
    let outside = ZaloOaChannel::new(keeper.reading_only());
    assert!(outside.groups().await.is_err());
    assert!(office.context.store.oa_tokens(APP_ID).await.expect("read").is_none());
    office.step(&keeper).await;
    office.pass(TimeDelta::minutes(10));
    assert_eq!(outside.groups().await.expect("listed").len(), 2);
    zalo.end_access(-216);
    assert!(outside.groups().await.is_err());
    assert_eq!(zalo.count(Call::Refresh), 1);
}
