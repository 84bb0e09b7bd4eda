//! The office's page for bringing figures, in the running service.

use crate::process::{Office, REPORT, client, until};
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use std::time::Duration;

const WEB_TOKEN: &str = "a-long-token-of-the-page";

fn form(name: &str, bytes: Vec<u8>) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_shown_and_recorded_when_it_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(folder.path()).with("WEB_TOKEN", WEB_TOKEN);
    let (service, url) = office.start(&["run"]);
    let client = client();
    let report = std::fs::read(REPORT).expect("the report");
    let post = |path: &str| client.post(format!("{url}{path}"));
    // Without the token nothing is taken, and a browser is sent to the form that asks for it.
    let refused = post("/uploads").multipart(form("a.txt", report.clone())).send().await.expect("an answer");
    assert_ne!(refused.status().as_u16(), 200);
    let read = async |request: reqwest::RequestBuilder| {
        let answer = request.bearer_auth(WEB_TOKEN).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    };
    let (status, page) = read(post("/uploads").multipart(form("<b>tháng 7.txt", report.clone()))).await;
    assert_eq!(status, 200, "{page}");
    for words in ["Đã đọc tệp số 1: &lt;b&gt;tháng 7.txt", "tháng 7/2023 (đến 24/7): 40 cơ quan", "Ghi nhận tệp số 1"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let doctor = office.run(&["status", "bql", "kkt"]);
    assert_ne!(doctor.code, Some(0), "nothing is recorded yet");
    // Another site's form does nothing.
    let foreign = post("/uploads/1/accept").header("Sec-Fetch-Site", "cross-site");
    assert_eq!(read(foreign).await.0, 403);
    let (status, page) = read(post("/uploads").multipart(form("ảnh.png", b"\x89PNG\r\n\x1a\n\0".to_vec()))).await;
    assert!(status == 200 && page.contains("Không có số liệu nào"), "{page}");
    let (status, page) = read(post("/uploads").multipart(form("to.bin", vec![b'x'; 21 * 1024 * 1024]))).await;
    assert!(status == 413 && page.contains("lớn hơn 20 MB"), "{status} {page}");
    let (_, page) = read(client.get(format!("{url}/uploads"))).await;
    assert!(page.contains("Tệp số 1"), "it waits: {page}");
    let (status, page) = read(post("/uploads/1/accept")).await;
    assert!(status == 200 && page.contains("Đã ghi nhận tệp số 1"), "{page}");
    read(post("/uploads").multipart(form("b.txt", [report.as_slice(), b"\n"].concat()))).await;
    assert!(read(post("/uploads/2/drop")).await.1.contains("Đã bỏ tệp số 2"));
    assert_eq!(read(post("/uploads/2/drop")).await.0, 200, "once more it changes nothing");
    let actions = office.run(&["actions", "--json"]).expect(0).json();
    let told: Vec<String> = actions
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| format!("{} {} {} {} {}", a["medium"], a["sender"], a["command"], a["detail"], a["outcome"]))
        .collect();
    assert_eq!(
        told,
        [
            r#""page" "trang web" "drop" "tệp số 2: b.txt" "upload_gone""#,
            r#""page" "trang web" "upload" "tệp số 2: b.txt" "upload""#,
            r#""page" "trang web" "accept" "tệp số 1: <b>tháng 7.txt" "upload_recorded""#,
            r#""page" "trang web" "upload" "tệp số 1: <b>tháng 7.txt" "upload""#,
        ]
    );
    assert!(!actions.to_string().contains(WEB_TOKEN));
    let words = office.run(&["actions"]).expect(0).out;
    assert!(words.contains(" · trang web · trang web · drop tệp số 2: b.txt → upload_gone"), "{words}");
    // Now everybody hears of it, as of any figures.
    let told = async || {
        let chats: Vec<Value> = serde_json::from_str(&read(client.get(format!("{url}/api/chats"))).await.1).ok()?;
        (chats.iter().filter(|chat| !chat["last_id"].is_null()).count() >= 41).then_some(())
    };
    until("the bulletins", Duration::from_secs(30), told).await;
    service.stop().0.expect(0);
}
