//! A source's token is in no log, no message, no metric and no database text, whatever goes wrong, and a renewed one in its
//! file needs no restart.

use crate::fake::source::{FakeSource, Mood};
use crate::process::{Office, REPORT, client, until};
use std::time::Duration;

const FIRST: &str = "Bearer first9Qw8Er5Ty2Ui9Op3As6";
const SECOND: &str = "Bearer second7Xq2Wd9Kp4Vc1Xz";
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_expires_is_renewed_in_its_file_and_is_never_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let portal = FakeSource::start(Some(FIRST), &std::fs::read(REPORT).expect("the report")).await;
    let office = Office::in_folder(folder.path());
    let catalog = format!(
        "[[source]]\nname = \"iGate\"\nurl = \"{}\"\nheaders = {{ \"Authorization\" = \"IGATE_TOKEN\" }}\ntimeout = 5\n",
        portal.at("/api")
    );
    office.write("catalog/sources.toml", catalog);
    let file = office.write("token", FIRST);
    let office = office
        .with("CATALOG_DIR", "catalog")
        .with("IGATE_TOKEN_FILE", file.to_str().expect("a path"))
        .with("POLL_EVERY", "10s")
        .with("LOG", "trace");
    let (service, url) = office.start(&["run"]);
    let metrics = async || client().get(format!("{url}/metrics")).send().await.ok()?.text().await.ok();
    let counted = async |outcome: &str| {
        let line = format!("chitieu_source_polls_total{{source=\"iGate\",outcome=\"{outcome}\"}}");
        metrics().await.filter(|text| text.contains(&line))
    };
    let mut seen = vec![until("the figures", PATIENCE, async || counted("fetched").await).await];
    portal.be(Mood::Echo);
    seen.push(until("an answer that repeats the token", PATIENCE, async || counted("error_answer").await).await);
    portal.want(SECOND);
    seen.push(until("the refusal", PATIENCE, async || counted("refused").await).await);
    portal.be(Mood::Figures);
    std::fs::write(&file, SECOND).expect("the token is renewed");
    let again = async || counted("unchanged").await.or(counted("not_modified").await);
    let renewed = async || match again().await {
        Some(text) => Some(text),
        // The first token's tag counts for nothing with the second, so the body may have been read anew.
        None => metrics().await.filter(|text| text.contains("outcome=\"fetched\"} 2")),
    };
    seen.push(until("the renewal", PATIENCE, renewed).await);
    let told = until("the office's chat", PATIENCE, async || {
        let get = async |path: String| client().get(format!("{url}{path}")).send().await.ok()?.text().await.ok();
        let chats: Vec<serde_json::Value> = serde_json::from_str(&get("/api/chats".to_owned()).await?).ok()?;
        let office =
            chats.iter().find(|chat| chat["title"].as_str().is_some_and(|title| title.starts_with("Văn phòng")))?;
        let messages = get(format!("/api/chats/{}/messages", office["id"].as_str()?)).await?;
        messages.contains("Đã lấy lại được số liệu").then_some(messages)
    })
    .await;
    let read: Vec<serde_json::Value> = serde_json::from_str(&told).expect("the office's messages");
    let lines = read.iter().filter_map(|message| message["text"].as_str()?.lines().next());
    let of_the_source: Vec<&str> = lines.filter_map(|line| Some(line.split_once("iGate")?.0)).collect();
    let once = ["⚠️ Không lấy được số liệu từ nguồn ", "✅ Đã lấy lại được số liệu từ nguồn "];
    assert_eq!(of_the_source, once, "{told}");
    let doctor = office.clone().with("LOG", "warn").run(&["doctor"]);
    assert!(doctor.out.contains("iGate"), "{}", doctor.out);
    seen.extend([told, doctor.out, doctor.err]);
    let (ended, _) = service.stop();
    seen.extend([ended.out, ended.err]);
    let database = std::fs::read(folder.path().join("data/chitieu.db")).expect("the database");
    seen.push(String::from_utf8_lossy(&database).into_owned());
    for secret in ["first9Qw8Er5Ty2Ui9Op3As6", "second7Xq2Wd9Kp4Vc1Xz"] {
        for text in &seen {
            if let Some(at) = text.find(secret) {
                panic!("{secret} behind {:?}", text[..at].lines().next_back().unwrap_or_default());
            }
        }
    }
}
