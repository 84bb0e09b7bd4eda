//! The Telegram channel against a Telegram that says no, and against networks that break.

mod hearing;
mod leaks;
mod network;
mod proxy;
mod sending;
mod setup;
mod webhook;

use std::time::Duration;

use chitieu::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use chitieu::channel::{Channel as _, Outgoing};
use chitieu::domain::delivery::SendOutcome;
use chrono::DateTime;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram, TOKEN};

const GROUP: i64 = -4001;
const SUPERGROUP: i64 = -1_001_000_000_001;
const FORUM: i64 = -1_001_000_000_002;
const PERSON: i64 = 90_001;

/// Whoever waits for a time-out waits this long.
const SHORT: Duration = Duration::from_millis(400);

/// A fake with one chat of each kind.
async fn telegram() -> FakeTelegram {
    let telegram = FakeTelegram::start_with(FakeOptions::unlimited()).await;
    telegram.add_chat(GROUP, ChatKind::Group, "Xã Tân Bình");
    telegram.add_chat(SUPERGROUP, ChatKind::Supergroup, "Sở Nội vụ");
    telegram.add_chat(FORUM, ChatKind::Forum, "Điều hành");
    telegram.add_chat(PERSON, ChatKind::Private, "Bà An");
    telegram.add_thread(FORUM, 7);
    telegram
}

fn account(url: &str) -> TelegramAccount {
    TelegramAccount {
        api_url: url.to_owned(),
        // A busy machine must not look like a broken network.
        timeout: Duration::from_secs(10),
        ..TelegramAccount::new(SecretString::from(TOKEN.to_owned()))
    }
}

/// For calls that are to be given up.
fn hasty(url: &str) -> TelegramAccount {
    TelegramAccount { timeout: SHORT, ..account(url) }
}

fn channel(url: &str) -> TelegramChannel {
    TelegramChannel::new(&account(url)).expect("a sound account")
}

fn listener(url: &str) -> TelegramListener {
    TelegramListener::new(&account(url), Duration::ZERO).expect("a sound account")
}

async fn send_to(channel: &TelegramChannel, address: &str, text: &str, plain: &str) -> SendOutcome {
    let now = DateTime::from_timestamp(1_690_000_000, 0).expect("a moment");
    channel
        .send(Outgoing {
            delivery_id: "d-1",
            chat_id: "c-1",
            address,
            text,
            plain,
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
