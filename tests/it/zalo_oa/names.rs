//! A group is called by its name as soon as Zalo tells it; until then, and where it does not, by its id.

use chitieu::channel::{Heard, HeardEvent};
use chitieu::domain::subscription::Medium;
use chitieu::service::hear;
use chitieu::service::zalo_oa::GroupNames;
use chrono::TimeDelta;

use super::{GROUP, OTHER, Office, connected};
use crate::fake::zalo_oa::{APP_ID, Call, Fault};

/// Somebody writes in a group; the event tells no name, so that its title is the address.
async fn says(office: &Office, group: &str) {
    let heard = Heard {
        external_id: office.context.id(),
        address: group.to_owned(),
        title: group.to_owned(),
        group: true,
        sender: "6ede9afa66b88fe6d6a9".to_owned(),
        event: HeardEvent::Text("/help".to_owned()),
        at: office.context.now(),
    };
    hear::take(&office.context, Medium::ZaloOa, &format!("zalo_oa:{APP_ID}"), &heard).await.expect("stored");
}

async fn titles(office: &Office) -> Vec<String> {
    let chats = office.context.store.chats().await.expect("the chats");
    chats.into_iter().filter(|c| c.chat.medium == Medium::ZaloOa).map(|c| c.chat.title).collect()
}

#[tokio::test]
async fn a_group_gets_its_name_and_keeps_it() {
    let (zalo, office, channel) = connected().await;
    let mut names = GroupNames::default();
    assert_eq!(names.step(&office.context, &channel).await.expect("it works"), 0);
    assert_eq!(zalo.count(Call::Groups), 0, "nobody is asked where nothing is to be known");
    says(&office, GROUP).await;
    assert_eq!(titles(&office).await, [GROUP]);
    assert_eq!(names.step(&office.context, &channel).await.expect("it works"), 1);
    says(&office, GROUP).await;
    assert_eq!(titles(&office).await, ["Sở Tư pháp"], "the id does not take the name away");
    // The next group is asked for when the account has had its rest.
    says(&office, OTHER).await;
    for _ in 0..20 {
        names.step(&office.context, &channel).await.expect("it works");
        office.pass(TimeDelta::seconds(2));
    }
    assert_eq!((zalo.count(Call::Groups), titles(&office).await[1].as_str()), (1, OTHER));
    office.pass(TimeDelta::seconds(20));
    assert_eq!(names.step(&office.context, &channel).await.expect("it works"), 1);
    assert_eq!((zalo.count(Call::Groups), titles(&office).await), (2, vec!["Sở Tư pháp".into(), "Sở Xây dựng".into()]));
}

#[tokio::test]
async fn what_fails_keeps_nobody_from_anything_and_is_tried_again_later() {
    let (zalo, office, channel) = connected().await;
    let mut names = GroupNames::default();
    zalo.fail_next(Call::Groups, Fault::Refuse(-32, "Too many"));
    says(&office, GROUP).await;
    for _ in 0..30 {
        assert_eq!(names.step(&office.context, &channel).await.expect("it works"), 0);
        office.pass(TimeDelta::minutes(1));
    }
    assert_eq!((zalo.count(Call::Groups), titles(&office).await), (1, vec![GROUP.to_owned()]));
    assert_eq!(office.send(&channel, GROUP, "Chào").await.0, "accepted");
    office.pass(TimeDelta::minutes(31));
    assert_eq!(names.step(&office.context, &channel).await.expect("it works"), 1);
    assert_eq!(titles(&office).await, ["Sở Tư pháp"]);
}

#[tokio::test]
async fn a_name_that_zalo_does_not_tell_is_asked_for_once_an_hour() {
    let (zalo, office, channel) = connected().await;
    let mut names = GroupNames::default();
    says(&office, "f0f0f0f0f0f0").await;
    for _ in 0..121 {
        names.step(&office.context, &channel).await.expect("it works");
        office.pass(TimeDelta::minutes(1));
    }
    assert_eq!((zalo.count(Call::Groups), titles(&office).await), (3, vec!["f0f0f0f0f0f0".to_owned()]));
}
