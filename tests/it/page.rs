//! The page of the running demo in a real browser, and the API that it uses.

use std::str::FromStr;
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use crate::browser::{Browser, DESKTOP, PHONE, Screen};
use crate::process::{Office, Service, client, until};

const PATIENCE: Duration = Duration::from_secs(30);

fn demo() -> (tempfile::TempDir, Service, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let (service, url) = Office::in_folder(folder.path()).start(&["demo"]);
    (folder, service, url)
}

/// What the browser complained of since it was last asked: script errors, refused and missing files.
#[derive(Debug)]
struct Complaints;

impl WebDriverCompatibleCommand for Complaints {
    fn endpoint(
        &self,
        base: &reqwest::Url,
        session: Option<&str>,
    ) -> Result<reqwest::Url, <reqwest::Url as FromStr>::Err> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &reqwest::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

async fn complaints(browser: &Browser) -> Vec<Value> {
    let log = browser.issue_cmd(Complaints).await.expect("the browser has a log");
    log.as_array().expect("a list").iter().filter(|entry| entry["level"] == "SEVERE").cloned().collect()
}

async fn number(browser: &Browser, script: &str) -> i64 {
    let value = browser.execute(&format!("return {script}"), vec![]).await.expect("the script runs");
    value.as_i64().unwrap_or_else(|| panic!("{script} is {value}"))
}

async fn click(browser: &Browser, css: &str) {
    let element = browser.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
    element.unwrap_or_else(|error| panic!("{css}: {error}")).click().await.expect("it can be clicked");
}

async fn fits(browser: &Browser, what: &str) {
    let (wide, room) =
        (number(browser, "document.documentElement.scrollWidth").await, number(browser, "innerWidth").await);
    assert!(wide <= room, "{what} is {wide} pixels wide on a screen of {room}");
}

/// What everybody does first: look at the board, sort it, and ask in the leaders' chat.
async fn look_sort_and_ask(screen: Screen) {
    let (_folder, service, url) = demo();
    let browser = Browser::open(screen).await;
    browser.goto(&url).await.expect("the page opens");
    assert_eq!(number(&browser, "document.querySelectorAll('.units tbody tr').length").await, 40);
    fits(&browser, "the board").await;

    sort(&browser).await;
    fits(&browser, "the sorted board").await;

    click(&browser, "#tab-chats").await;
    let leaders = Locator::XPath("//button[contains(@class,'chat-item')][contains(.,'Lãnh đạo')]");
    let chat = browser.wait().at_most(PATIENCE).for_element(leaders).await.expect("the leaders' chat is listed");
    chat.click().await.expect("it opens");
    let input = browser.wait().at_most(PATIENCE).for_element(Locator::Css("#chat-input")).await.expect("a box");
    input.send_keys("/status so tu phap").await.expect("it takes text");
    click(&browser, "#chat-send").await;
    let answer = Locator::Css(".bubble.from-person ~ .bubble.from-bot");
    let answer = browser.wait().at_most(PATIENCE).for_element(answer).await.expect("the bot answers");
    let text = answer.text().await.expect("a text");
    assert!(text.contains("Sở Tư pháp") && text.contains("99,5%"), "{text}");
    fits(&browser, "the chat").await;

    assert_eq!(complaints(&browser).await, Vec::<Value>::new());
    // A log that never holds anything would prove nothing.
    browser.execute("setTimeout(() => { throw new Error('on purpose') })", vec![]).await.expect("the script runs");
    let told = until("the error in the log", PATIENCE, async || complaints(&browser).await.pop()).await;
    assert!(told["message"].as_str().is_some_and(|words| words.contains("on purpose")), "{told}");
    browser.close().await;
    service.stop().0.expect(0);
}

async fn sort(browser: &Browser) {
    // The buttons of a phone's table may be out of sight; what they do is the same.
    let press = "document.querySelector('.units thead th[data-column=online_payment] button.head').click()";
    let read = "return [...document.querySelectorAll('section.tier')].map((tier) => [...tier.querySelectorAll(\
                'tbody td[data-column=online_payment]')].map((cell) => cell.dataset.sort === undefined ? null : \
                Number(cell.dataset.sort)))";
    for descending in [true, false] {
        browser.execute(press, vec![]).await.expect("the button works");
        let columns = browser.execute(read, vec![]).await.expect("the script runs");
        let columns = columns.as_array().expect("one a tier");
        assert_eq!(columns.len(), 3);
        for column in columns {
            let figures: Vec<Option<i64>> = column.as_array().expect("figures").iter().map(Value::as_i64).collect();
            let known: Vec<i64> = figures.iter().map_while(|f| *f).collect();
            assert!(figures[known.len()..].iter().all(Option::is_none), "what has no figure is last: {figures:?}");
            assert!(
                known.len() > 5 && known.is_sorted_by(|a, b| if descending { a >= b } else { a <= b }),
                "{known:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_on_an_office_computer() {
    look_sort_and_ask(DESKTOP).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_on_a_telephone() {
    look_sort_and_ask(PHONE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_asks_for_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = "a-long-random-text";
    let (service, url) = Office::in_folder(folder.path()).with("WEB_TOKEN", token).start(&["demo"]);
    let client = client();
    for (path, status) in [("/", 303), ("/api/chats", 401), ("/metrics", 401), ("/healthz", 200)] {
        let answer = client.get(format!("{url}{path}")).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
    // The address is open a moment before the leases are taken; who asks whether it is ready asks again.
    until("ready, without a token", PATIENCE, async || {
        let answer = client.get(format!("{url}/readyz")).send().await.expect("an answer");
        (answer.status().as_u16() == 200).then_some(())
    })
    .await;
    let with = async |given: &str| {
        let request = client.get(format!("{url}/api/chats")).bearer_auth(given);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!((with("a-wrong-token").await, with(token).await), (401, 200));

    let browser = Browser::open(PHONE).await;
    browser.goto(&url).await.expect("the page opens");
    let path = async || browser.current_url().await.expect("a URL").path().to_owned();
    assert_eq!(path().await, "/login");
    fits(&browser, "the login form").await;
    let enter = async |text: &str| {
        let form = browser.form(Locator::Css("form.login")).await.expect("a form");
        form.set(Locator::Css("#token"), text).await.expect("it takes text");
        click(&browser, "form.login button[type=submit]").await;
    };
    enter("a-wrong-token").await;
    browser.wait().at_most(PATIENCE).for_element(Locator::Css("#problem")).await.expect("it is refused in words");
    assert_eq!(path().await, "/login");
    enter(token).await;
    browser.wait().at_most(PATIENCE).for_element(Locator::Css(".units")).await.expect("the board opens");
    assert_eq!(path().await, "/");
    // The chats use the same cookie.
    click(&browser, "#tab-chats").await;
    browser.wait().at_most(PATIENCE).for_element(Locator::Css(".chat-item")).await.expect("chats are listed");
    browser.close().await;
    service.stop().0.expect(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_lists_takes_and_streams() {
    let (_folder, service, url) = demo();
    let client = client();
    let get = async |path: &str| -> Value {
        let answer = client.get(format!("{url}{path}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.expect("JSON")
    };
    let chats = get("/api/chats").await;
    let chats = chats.as_array().expect("a list");
    assert_eq!(chats.len(), 42, "one a unit, the leaders, the office");
    let first: Vec<&str> = chats.iter().take(4).filter_map(|chat| chat["title"].as_str()).collect();
    let order = ["Lãnh đạo UBND tỉnh Bình Định", "Văn phòng UBND tỉnh Bình Định", "BQL KKT tỉnh", "Sở Công Thương"];
    assert_eq!(first, order, "leaders, office, and the units as the catalog has them");
    let leader = chats.iter().find(|c| c["title"].as_str().is_some_and(|t| t.starts_with("Lãnh đạo")));
    let id = leader.expect("the leaders' chat")["id"].as_str().expect("an id").to_owned();

    // The digest of July is there from the start.
    let messages = until("the digest", PATIENCE, async || {
        let messages = get(&format!("/api/chats/{id}/messages?after=0")).await;
        (messages != json!([])).then_some(messages)
    })
    .await;
    let last = messages.as_array().expect("a list").iter().filter_map(|m| m["id"].as_i64()).max().expect("ids");
    for message in messages.as_array().expect("a list") {
        for field in ["id", "at", "from", "text", "html"] {
            assert!(message.get(field).is_some(), "{field} in {message}");
        }
        assert_eq!(message["from"], "bot");
    }

    let events = client.get(format!("{url}/api/chats/{id}/events?after={last}")).send().await.expect("a stream");
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let path = format!("{url}/api/chats/{id}/messages");
    let post = async |body: Value| client.post(&path).json(&body).send().await.expect("an answer").status().as_u16();
    assert_eq!(post(json!({"text": "/status sở tư pháp"})).await, 202);
    let streamed = answer_from(events).await;
    assert_eq!(streamed["from"], "bot");
    let text = streamed["text"].as_str().expect("a text");
    assert!(text.contains("Sở Tư pháp") && text.contains("99,5%"), "{text}");
    let newer = get(&format!("/api/chats/{id}/messages?after={last}")).await;
    let newer: Vec<_> = newer.as_array().expect("a list").iter().map(|m| m["from"].clone()).collect();
    assert_eq!(newer, ["person", "bot"]);

    assert_eq!(post(json!({"text": "  "})).await, 422);
    assert_eq!(post(json!({"text": "x".repeat(2_001)})).await, 422);
    let nowhere = client.post(format!("{url}/api/chats/nowhere/messages")).json(&json!({"text": "x"}));
    assert_eq!(nowhere.send().await.expect("an answer").status(), 404);
    let huge = client.post(&path).header("content-type", "application/json").body(vec![b' '; 300 * 1024]);
    assert_eq!(huge.send().await.expect("an answer").status(), 413);
    service.stop().0.expect(0);
}

/// The first message of the bot on a stream of events.
async fn answer_from(mut events: reqwest::Response) -> Value {
    let mut text = String::new();
    let read = async {
        while let Some(chunk) = events.chunk().await.expect("the stream goes on") {
            text.push_str(std::str::from_utf8(&chunk).expect("whole characters"));
            let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
            let mut messages = data.filter_map(|json| serde_json::from_str::<Value>(json).ok());
            if let Some(answer) = messages.find(|message| message["from"] == "bot") {
                return answer;
            }
        }
        panic!("the stream ended");
    };
    tokio::time::timeout(PATIENCE, read).await.expect("the answer comes in time")
}
