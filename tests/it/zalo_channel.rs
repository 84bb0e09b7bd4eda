//! The channel of Zalo's Bot Platform against a Zalo that says no, and against networks that break.

mod end_to_end;
mod hearing;
mod leaks;
mod sending;
mod webhook;

use std::time::Duration;

use chitieu::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel, ZaloBotListener};
use chitieu::channel::{Channel as _, Outgoing};
use chitieu::domain::delivery::SendOutcome;
use chrono::DateTime;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::fake::zalo_bot::{FakeZaloBot, Habits, TOKEN};

const PERSON: &str = "6ede9afa66b88fe6d6a9";
const GROUP: &str = "g-82599fa32f56d00e8941";

/// Whoever waits for a time-out waits this long.
const SHORT: Duration = Duration::from_millis(400);

/// A fake with a person and a group.
async fn zalo(habits: Habits) -> FakeZaloBot {
    let zalo = FakeZaloBot::start(habits).await;
    zalo.add_chat(PERSON);
    zalo.add_chat(GROUP);
    zalo
}

fn account(url: &str) -> ZaloBotAccount {
    // A busy machine must not look like a broken network.
    let timeout = Duration::from_secs(10);
    ZaloBotAccount { api_url: url.to_owned(), timeout, ..ZaloBotAccount::new(SecretString::from(TOKEN.to_owned())) }
}

/// For calls that are to be given up.
fn hasty(url: &str) -> ZaloBotAccount {
    ZaloBotAccount { timeout: SHORT, ..account(url) }
}

fn channel(url: &str) -> ZaloBotChannel {
    ZaloBotChannel::new(&account(url)).expect("a sound account")
}

fn listener(url: &str) -> ZaloBotListener {
    ZaloBotListener::new(&account(url), Duration::ZERO).expect("a sound account")
}

async fn send_to(channel: &ZaloBotChannel, address: &str, text: &str) -> SendOutcome {
    let now = DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
    channel
        .send(Outgoing {
            delivery_id: "d-1",
            chat_id: "c-1",
            address,
            text,
            plain: text,
            choices: &[],
            task: chitieu::channel::Task::Say,
            now,
        })
        .await
}

/// An outcome's name and its words.
fn told(outcome: SendOutcome) -> (&'static str, String) {
    match outcome {
        SendOutcome::Accepted { message_id } => ("accepted", message_id.unwrap_or_default()),
        SendOutcome::RetryAfter { wait } => ("retry after", wait.num_seconds().to_string()),
        SendOutcome::Retry { why } => ("retry", why),
        SendOutcome::Moved { address } => ("moved", address),
        SendOutcome::Gone { why } => ("gone", why),
        SendOutcome::Refused { why } => ("refused", why),
        SendOutcome::Unknown { why } => ("unknown", why),
    }
}

/// A server that gives every request the same bytes and hangs up: what the fake is too well-mannered for.
async fn canned(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            // One read takes our small requests whole.
            let _ = socket.read(&mut [0; 65_536]).await;
            let _ = socket.write_all(&bytes).await;
            let _ = socket.shutdown().await;
        }
    });
    url
}

/// A whole answer with its length.
fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// An address at which nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound").to_string()
}
