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

/// A file of which some rows cannot be read: the page shows what was understood, what was not and why, and only what was
/// understood is recorded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_read_in_part_is_shown_in_both_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::in_folder(folder.path()).with("WEB_TOKEN", WEB_TOKEN);
    let (service, url) = office.start(&["run"]);
    let client = client();
    let read = async |request: reqwest::RequestBuilder| {
        let answer = request.bearer_auth(WEB_TOKEN).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a page"))
    };
    let file = "# period=2023-07\n# as_of=2023-07-24\nunit,tier,indicator,numerator,denominator,rate\n\
                Sở Tư pháp,provincial,online_payment,590,717,0.822\n\
                BQL KKT tỉnh,provincial,online_payment,11,19,0.578\n\
                Sở Y tế,provincial,online_payment,5,8,<script>alert(1)</script>\n\
                Sở Y tếế,provincial,online_payment,5,8,0.625\n\
                Sở Xây dựng,provincial,online_payment,5\n";
    let request = client.post(format!("{url}/uploads")).multipart(form("thiếu.csv", file.into()));
    let (status, page) = read(request).await;
    assert_eq!(status, 200, "{page}");
    for words in [
        "Đã đọc tệp số 1: thiếu.csv",
        "tháng 7/2023 (đến 24/7): 3 cơ quan, đơn vị, 3 kết quả.",
        "tỷ lệ của Thanh toán trực tuyến ghi dạng số thập phân",
        "Chưa đọc được 3 chỗ:",
        "Không phải tỷ lệ; ghi ví dụ 57,8%. (thấy: “&lt;script&gt;alert(1)&lt;/script&gt;”)",
        "Không có đơn vị cấp tỉnh nào tên này trong danh mục; cả dòng không được nhận. Tên gần nhất: “Sở Y tế”.",
        "Dòng chỉ có 4 ô, bảng có 6 cột; cả dòng không được nhận.",
        "Ghi nhận tệp số 1",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    let (status, page) = read(client.post(format!("{url}/uploads/1/accept"))).await;
    assert!(status == 200 && page.contains("Đã ghi nhận tệp số 1"), "{page}");
    service.stop().0.expect(0);
    // What was understood is there, and the rest is not there as a zero.
    let status = |unit: &str| office.run(&["status", unit, "--json"]).json();
    let rate = |unit: &str| {
        let status = status(unit);
        let indicators = status["units"][0]["indicators"].as_array().cloned().unwrap_or_default();
        indicators.into_iter().find(|i| i["code"] == "online_payment").map(|i| i["actual"].clone())
    };
    assert_eq!(rate("bql kkt"), Some(serde_json::json!(57.8)));
    assert_eq!(rate("sở y tế"), Some(serde_json::json!(62.5)), "the counts still tell");
    assert!(rate("sở xây dựng").is_none_or(|rate| rate.is_null()));
}
