//! One message, every way in which it can go, and what the groups received.

use std::time::Duration;

use chitieu::channel::zalo_oa::{ZaloOaCallError, ZaloOaChannel};
use chitieu::channel::{Channel as _, Outgoing, Photo, Task};
use chitieu::clock::Clock as _;
use chitieu::domain::delivery::SendOutcome;
use unicode_normalization::UnicodeNormalization as _;

use super::{GROUP, OTHER, SHORT, account, canned, connected, nobody, zalo};
use crate::fake::zalo_oa::{Call, FIRST_REFRESH, Fault};

#[tokio::test]
async fn a_group_receives_the_text_without_mentions_and_composed() {
    let (zalo, office, channel) = connected().await;
    let decomposed: String = "Sở Tư pháp: [@6ede9afa66b88fe6d6a9]đạt 60% [1]".nfd().collect();
    let (what, id) = office.send(&channel, GROUP, &decomposed).await;
    assert_eq!((what, id.len()), ("accepted", 20));
    assert_eq!(zalo.texts(GROUP), ["Sở Tư pháp: đạt 60% [1]"]);
    assert_eq!(zalo.all_received().len(), 1, "and nothing else");
    assert_eq!((zalo.count(Call::Send), zalo.count(Call::Refresh)), (1, 1));
}

#[tokio::test]
async fn every_refusal_means_what_the_contract_says() {
    let (zalo, office, channel) = connected().await;
    for (code, expected, words) in [
        (-32, "retry after", "60"),
        (-201, "refused", "-201"),
        (-211, "retry after", "21600"),
        (-221, "retry", "not verified"),
        (-224, "retry", "plan"),
        (-237, "gone", "disabled"),
        (-403, "gone", "not in the group"),
        (-999, "retry", "-999"),
    ] {
        zalo.fail_next(Call::Send, Fault::Refuse(code, "No"));
        let (what, why) = office.send(&channel, GROUP, "x").await;
        assert_eq!(what, expected, "{code}: {why}");
        assert!(why.contains(words), "{code}: {why}");
    }
    for (status, expected, words) in [(502, "retry", "502"), (500, "retry", "500"), (404, "retry", "404")] {
        zalo.fail_next(Call::Send, Fault::Html(status));
        let (what, why) = office.send(&channel, GROUP, "x").await;
        assert_eq!((what, why.contains(words)), (expected, true), "{why}");
    }
    zalo.fail_next(Call::Send, Fault::Html(429));
    assert_eq!(office.send(&channel, GROUP, "x").await, ("retry after", "60".to_owned()));
    assert!(zalo.all_received().is_empty(), "nothing was sent");
    assert_eq!(zalo.count(Call::Refresh), 1, "and no token was used up");
}

#[tokio::test]
async fn groups_that_are_gone_and_texts_that_do_not_fit() {
    let (zalo, office, channel) = connected().await;
    zalo.disable(GROUP);
    zalo.leave(OTHER);
    assert_eq!(office.send(&channel, GROUP, "x").await.0, "gone");
    assert_eq!(office.send(&channel, OTHER, "x").await.0, "gone");
    assert_eq!(office.send(&channel, "unknown", "x").await.0, "refused");
    let calls = zalo.count(Call::Send);
    for (group, text) in [("", "x"), ("a\nb", "x"), (GROUP, ""), (GROUP, "[@a]"), (GROUP, &"𝔞".repeat(1_001))] {
        assert_eq!(office.send(&channel, group, text).await.0, "refused", "{group:?}");
    }
    assert_eq!(zalo.count(Call::Send), calls, "what cannot fit is not tried");
    assert!(zalo.all_received().is_empty());
}

#[tokio::test]
async fn a_refused_access_token_is_renewed_once_and_the_message_sent_once() {
    for code in [-216, -220] {
        let (zalo, office, channel) = connected().await;
        zalo.end_access(code);
        assert_eq!(office.send(&channel, GROUP, "x").await.0, "accepted");
        assert_eq!(zalo.texts(GROUP), ["x"]);
        assert_eq!((zalo.count(Call::Send), zalo.count(Call::Refresh)), (2, 2));

        // Refused again at once: it is not renewed for every message.
        zalo.end_access(code);
        let (what, why) = office.send(&channel, GROUP, "y").await;
        assert_eq!((what, why.as_str()), ("retry", "the access token was refused although it is new"));
        assert_eq!((zalo.texts(GROUP).len(), zalo.count(Call::Refresh)), (1, 2));
    }
}

#[tokio::test]
async fn whoever_is_refused_with_an_old_token_uses_the_one_that_is_there() {
    let (zalo, office, channel) = connected().await;
    // Leaves with the old token, and is looked at after another message has brought the new one.
    zalo.fail_next(Call::Send, Fault::DelayThenCarryOut(SHORT));
    let slow = office.send(&channel, GROUP, "slow");
    let quick = async {
        tokio::time::sleep(SHORT / 3).await;
        zalo.end_access(-216);
        office.send(&channel, OTHER, "quick").await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!((slow.0, quick.0), ("accepted", "accepted"), "{}", slow.1);
    assert_eq!((zalo.texts(GROUP), zalo.texts(OTHER)), (vec!["slow".to_owned()], vec!["quick".to_owned()]));
    assert_eq!((zalo.count(Call::Send), zalo.count(Call::Refresh)), (4, 2), "one renewal for both");
}

#[tokio::test]
async fn a_second_refusal_after_a_renewal_is_no_loop() {
    let (zalo, office, channel) = connected().await;
    zalo.fail_next(Call::Send, Fault::Refuse(-216, "Access token is invalid"));
    zalo.fail_next(Call::Send, Fault::Refuse(-216, "Access token is invalid"));
    let (what, why) = office.send(&channel, GROUP, "x").await;
    assert_eq!((what, why.starts_with("access token refused")), ("retry", true), "{why}");
    assert_eq!((zalo.count(Call::Send), zalo.count(Call::Refresh)), (2, 2));
    assert!(zalo.all_received().is_empty());
}

#[tokio::test]
async fn what_may_have_arrived_is_unknown() {
    let (zalo, office, channel) = connected().await;
    zalo.fail_next(Call::Send, Fault::CarryOutThenPage);
    assert_eq!(office.send(&channel, GROUP, "page").await.0, "unknown");
    drop(channel);
    let mut hasty = account(zalo.url(), FIRST_REFRESH);
    hasty.timeout = SHORT;
    let channel = ZaloOaChannel::new(office.keeper(&hasty));
    zalo.fail_next(Call::Send, Fault::CarryOutThenDelay(SHORT + Duration::from_millis(300)));
    assert_eq!(office.send(&channel, GROUP, "late").await.0, "unknown");
    assert_eq!(zalo.texts(GROUP), ["page", "late"], "both were carried out, and neither is repeated");
    assert_eq!(zalo.count(Call::Send), 2);

    // The connection ends without an answer; nobody listens at all.
    let gone = ZaloOaChannel::new(office.keeper(&account(&canned("").await, FIRST_REFRESH)));
    assert_eq!(office.send(&gone, GROUP, "x").await.0, "unknown");
    let gone = ZaloOaChannel::new(office.keeper(&account(&format!("http://{}", nobody().await), FIRST_REFRESH)));
    assert_eq!(office.send(&gone, GROUP, "x").await.0, "retry");
}

#[tokio::test]
async fn a_picture_is_uploaded_if_zalo_takes_it() {
    let (zalo, _office, channel) = connected().await;
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.resize(1_000_000, 7);
    assert!(channel.upload(&png).await.expect("uploaded").starts_with("att-"));
    let jpg = b"\xff\xd8\xff\xe0 a picture".to_vec();
    zalo.end_access(-216);
    assert!(channel.upload(&jpg).await.expect("uploaded with another token").starts_with("att-"));
    assert_eq!(zalo.uploads(), [png.clone(), jpg]);
    assert_eq!(zalo.count(Call::Refresh), 2);
    png.push(7);
    for unfit in [png.as_slice(), b"GIF89a", b""] {
        assert!(matches!(channel.upload(unfit).await, Err(ZaloOaCallError::Unfit { .. })));
    }
    assert_eq!(zalo.count(Call::Upload), 3, "what Zalo does not take is not sent");
}

#[tokio::test]
async fn a_picture_goes_to_a_group_with_its_words() {
    let (zalo, office, channel) = connected().await;
    let photo = |png: &[u8]| Photo { png: png.to_vec(), link: None, title: "Bảng màu".to_owned() };
    let send = async |photo: &Photo| {
        let task = Task::Show(photo);
        let (text, now) = ("Bảng màu kết quả", office.clock.now());
        let outgoing =
            Outgoing { delivery_id: "d-1", chat_id: "c-1", address: GROUP, text, plain: text, choices: &[], task, now };
        channel.send(outgoing).await
    };
    let png = photo(b"\x89PNG\r\n\x1a\n...");
    assert!(matches!(send(&png).await, SendOutcome::Accepted { .. }));
    let received = zalo.all_received();
    let [one] = &received[..] else { panic!("one message: {received:?}") };
    assert_eq!((one.text.as_str(), one.attachment.is_some()), ("Bảng màu kết quả", true));
    assert_eq!(zalo.uploads(), std::slice::from_ref(&png.png));
    // What Zalo does not take is not sent; an upload that may have arrived is seen by nobody, and is tried again.
    assert!(matches!(send(&photo(b"GIF89a")).await, SendOutcome::Refused { .. }));
    zalo.fail_next(Call::Upload, Fault::CarryOutThenPage);
    assert!(matches!(send(&png).await, SendOutcome::Retry { .. }));
    assert_eq!(zalo.all_received().len(), 1, "nothing else was sent");
}

#[tokio::test]
async fn all_groups_are_listed_page_by_page() {
    let (zalo, _office, channel) = connected().await;
    for n in 0..99 {
        zalo.add_group(&format!("g-{n:03}"), &format!("Nhóm {n}"));
    }
    let groups = channel.groups().await.expect("listed");
    assert_eq!((groups.len(), zalo.count(Call::Groups)), (101, 3));
    let own = groups.iter().find(|group| group.id == GROUP).expect("listed");
    assert_eq!((own.name.as_str(), own.status.as_str(), own.members), ("Sở Tư pháp", "enabled", Some(12)));
    zalo.fail_next(Call::Groups, Fault::Refuse(-32, "Too many"));
    assert_eq!(channel.groups().await, Err(ZaloOaCallError::RetryAfter(Duration::from_secs(60))));
}

#[tokio::test]
async fn a_fake_that_was_never_renewed_says_no() {
    let zalo = zalo().await;
    let answer = reqwest::Client::new().post(format!("{}/v3.0/oa/group/message", zalo.url()));
    let answer = answer.header("access_token", "guess").body("{}").send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.text().await.expect("a body").contains("-216"));
}
