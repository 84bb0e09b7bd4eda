//! The program as an office runs it: another process, spoken to over HTTP.

use crate::office::Office;
use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The binary that is measured: the one that cargo built for this run.
pub const BINARY: &str = env!("CARGO_BIN_EXE_chitieu");

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `chitieu run`; it ends with this value.
pub struct Service {
    child: Child,
    client: reqwest::Client,
    base: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        // Nothing of it is needed any more, and its folder goes with it.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn command(folder: &Path, office: &Office) -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().current_dir(folder).env("HTTP_ADDR", "127.0.0.1:0").env("LOG", "error");
    if let Some(catalog) = &office.catalog {
        command.env("CATALOG_DIR", catalog);
    }
    command
}

impl Service {
    /// `chitieu import` of the office's file, which lies in the folder.
    pub fn import(folder: &Path, office: &Office) -> Result<()> {
        let done = command(folder, office).args(["import", "--json", &office.file.name]).output()?;
        ensure!(done.status.success(), "import failed: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// Starts the service and waits until it answers.
    pub async fn start(folder: &Path, office: &Office) -> Result<Self> {
        let mut child = command(folder, office).arg("run").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let base = line.trim().strip_prefix("chitieu: ").map(str::to_owned);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let service = Self { child, client, base: base.ok_or_else(|| anyhow!("no address: {line}"))? };
        let health = service.client.get(format!("{}/healthz", service.base)).timeout(PATIENCE).send().await?;
        ensure!(health.status().is_success(), "not healthy");
        Ok(service)
    }

    /// The id of the chat whose title begins so.
    pub async fn chat(&self, title: &str) -> Result<String> {
        let chats: Vec<Value> = self.client.get(format!("{}/api/chats", self.base)).send().await?.json().await?;
        let chat = chats.iter().find(|chat| chat["title"].as_str().is_some_and(|t| t.starts_with(title)));
        Ok(chat.and_then(|chat| chat["id"].as_str()).context("no such chat")?.to_owned())
    }

    /// Listens to a chat from now on.
    pub async fn listen(&self, chat: &str) -> Result<Listener> {
        let url = format!("{}/api/chats/{chat}/events", self.base);
        let mut listener = Listener { response: self.client.get(url).send().await?, text: String::new() };
        // The stream begins with what the chat holds already; nobody has written to it yet.
        listener.drain().await;
        Ok(listener)
    }

    /// Writes into a chat.
    pub async fn write(&self, chat: &str, text: &str) -> Result<()> {
        let url = format!("{}/api/chats/{chat}/messages", self.base);
        self.client.post(url).json(&json!({"text": text})).send().await?.error_for_status()?;
        Ok(())
    }

    /// Resident memory in megabytes.
    pub fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(megabytes(kilobytes * 1024))
    }
}

/// An open stream of a chat's messages.
pub struct Listener {
    response: reqwest::Response,
    text: String,
}

impl Listener {
    async fn drain(&mut self) {
        while tokio::time::timeout(Duration::from_millis(500), self.response.chunk()).await.is_ok_and(|c| c.is_ok()) {}
    }

    /// The next message that the program wrote.
    pub async fn answer(&mut self) -> Result<String> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let data = event.lines().find_map(|line| line.strip_prefix("data:")).unwrap_or("null");
                let message: Value = serde_json::from_str(data.trim())?;
                if message["from"] == "bot" {
                    return Ok(message["text"].as_str().unwrap_or_default().to_owned());
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.context("no answer")??;
            let chunk = chunk.context("the stream ended")?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

/// What this is measured on, in one line.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (model, memory) = (field(&read("/proc/cpuinfo"), "model name"), field(&read("/proc/meminfo"), "MemTotal"));
    let (load, profile) = (read("/proc/loadavg"), if cfg!(debug_assertions) { "DEBUG BUILD" } else { "release" });
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!("{model}, {cores} cores, {memory} of memory, load {load} at the start, {profile}")
}

/// Bytes in megabytes. Exact enough for a table: no file here has 2^52 bytes.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
