//! Starting again and stopping: a restart repeats nothing, and a stop is quick whatever is under way.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::fake::telegram::{ChatKind, FakeTelegram, Fault, TOKEN};
use crate::process::{Office, REPORT, client, until};

const PATIENCE: Duration = Duration::from_secs(30);

/// The messages of all chats of the page.
async fn all_messages(url: &str) -> BTreeMap<String, Vec<Value>> {
    let client = client();
    let get = async |path: String| -> Vec<Value> {
        client.get(path).send().await.expect("an answer").json().await.expect("JSON")
    };
    let mut all = BTreeMap::new();
    for chat in get(format!("{url}/api/chats")).await {
        let id = chat["id"].as_str().expect("an id").to_owned();
        all.insert(id.clone(), get(format!("{url}/api/chats/{id}/messages?after=0")).await);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_demo_is_told_and_a_later_one_sends_nothing_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(folder.path());
    let (first, url) = office.start(&["demo"]);
    let addr = url.strip_prefix("http://").expect("an address");
    office.clone().with("HTTP_ADDR", addr).run(&["demo"]).refuses(&["HTTP_ADDR", addr, "taken"]);
    // Every unit has its bulletin and the leaders their digest.
    let told = until("the first messages", PATIENCE, async || {
        let all = all_messages(&url).await;
        (all.values().filter(|messages| !messages.is_empty()).count() >= 41).then_some(all)
    })
    .await;
    first.stop().0.expect(0);

    let (second, url) = office.start(&["demo"]);
    // The publishing loop and the lanes turn several times.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(all_messages(&url).await, told);
    let (ended, took) = second.stop();
    ended.expect(0);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_quick_whatever_is_under_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let telegram = FakeTelegram::start().await;
    telegram.add_chat(-3, ChatKind::Group, "Sở Tư pháp");
    let office =
        Office::in_folder(folder.path()).with("TELEGRAM_API_URL", telegram.url()).with("TELEGRAM_BOT_TOKEN", TOKEN);
    let (service, url) = office.start(&["run"]);
    let code = office.run(&["link", "--unit", "so-tu-phap", "--json"]).expect(0).json();
    telegram.push_text(-3, 1, &format!("/dangky {}", code["code"].as_str().expect("a code")));
    until("the answer", PATIENCE, async || telegram.received(-3).pop()).await;
    // A page that listens, a long poll, and a send that is never answered.
    let chats: Vec<Value> =
        client().get(format!("{url}/api/chats")).send().await.expect("an answer").json().await.expect("JSON");
    let id = chats[0]["id"].as_str().expect("an id");
    let _listening = client().get(format!("{url}/api/chats/{id}/events")).send().await.expect("a stream");
    telegram.fail_next_send(Fault::Hang);
    office.run(&["import", REPORT]).expect(0);
    until("the send that hangs", PATIENCE, async || (telegram.faults_left() == 0).then_some(())).await;
    let (ended, took) = service.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    println!("stopped within {took:?}");
}
