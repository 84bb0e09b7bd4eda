//! A small HTTP and SOCKS5 proxy on the way to the fake.

use std::sync::{Arc, Mutex, PoisonError};

use chitieu::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::{PERSON, account, send_to, telegram, told};

/// A name that nobody can look up: whoever asks for it relies on the proxy.
const HIDDEN: &str = "http://telegram.invalid";

/// A proxy that passes everything on to one server, and remembers what it was asked for.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Speaks HTTP, or SOCKS5 with the name `me` and the password `hunter2`.
    async fn start(socks: bool, server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        let server = server.trim_start_matches("http://").to_owned();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (server, noted) = (server.clone(), Arc::clone(&noted));
                tokio::spawn(async move {
                    let (what, first) = if socks { socks5(&mut client).await } else { http(&mut client).await }?;
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push(what);
                    let mut server = TcpStream::connect(server).await.ok()?;
                    server.write_all(&first).await.ok()?;
                    copy_bidirectional(&mut client, &mut server).await.ok()
                });
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The first line of a request with its credentials, and all that was read, to be passed on.
async fn http(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = vec![0; 65_536];
    let length = client.read(&mut read).await.ok()?;
    read.truncate(length);
    let text = String::from_utf8_lossy(&read).into_owned();
    let target = text.lines().next()?.split(' ').nth(1)?.split("/bot").next()?.to_owned();
    let secret = text.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("proxy-authorization").then(|| value.to_owned())
    });
    Some((format!("{target} {}", secret.unwrap_or_default()), read))
}

/// The handshake of RFC 1928 and 1929; gives the host that was asked for.
async fn socks5(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    async fn take(client: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        client.read_exact(&mut bytes).await.ok()?;
        Some(bytes)
    }
    async fn sized(client: &mut TcpStream) -> Option<String> {
        let length = take(client, 1).await?[0];
        String::from_utf8(take(client, length.into()).await?).ok()
    }
    let greeting = take(client, 2).await?;
    let methods = take(client, greeting[1].into()).await?;
    assert!(greeting[0] == 5 && methods.contains(&2), "a password was configured: {methods:?}");
    client.write_all(&[5, 2]).await.ok()?;
    take(client, 1).await?;
    let who = (sized(client).await?, sized(client).await?);
    let right = who == ("me".to_owned(), "hunter2".to_owned());
    client.write_all(&[1, u8::from(!right)]).await.ok()?;
    if !right {
        return None;
    }
    let request = take(client, 4).await?;
    let host = match request[3] {
        1 => take(client, 4).await?.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        3 => sized(client).await?,
        _ => return None,
    };
    take(client, 2).await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    Some((host, Vec::new()))
}

fn through(proxy: String, url: &str) -> TelegramAccount {
    TelegramAccount { proxy: Some(SecretString::from(proxy)), ..account(url) }
}

async fn sent(account: &TelegramAccount) -> (&'static str, String) {
    let channel = TelegramChannel::new(account).expect("sound");
    told(send_to(&channel, &PERSON.to_string(), "x", "x").await)
}

#[tokio::test]
async fn an_http_proxy_carries_messages_and_polls() {
    let telegram = telegram().await;
    let proxy = Proxy::start(false, telegram.url()).await;
    let account = through(format!("http://me:hunter2@{}", proxy.address), HIDDEN);
    assert_eq!(sent(&account).await, ("accepted", "1".into()));
    telegram.push_text(PERSON, PERSON, "/help");
    let listener = TelegramListener::new(&account, std::time::Duration::ZERO).expect("sound");
    assert_eq!(listener.poll(None).await.expect("polled").len(), 1);
    assert_eq!(proxy.asked(), vec![format!("{HIDDEN} Basic bWU6aHVudGVyMg=="); 2]);
    assert_eq!(telegram.received(PERSON).len(), 1);
}

#[tokio::test]
async fn a_socks_proxy_carries_messages_and_polls_and_looks_names_up() {
    let telegram = telegram().await;
    let proxy = Proxy::start(true, telegram.url()).await;
    let account = through(format!("socks5h://me:hunter2@{}", proxy.address), HIDDEN);
    assert_eq!(sent(&account).await, ("accepted", "1".into()));
    telegram.push_text(PERSON, PERSON, "/help");
    let listener = TelegramListener::new(&account, std::time::Duration::ZERO).expect("sound");
    assert_eq!(listener.poll(None).await.expect("polled").len(), 1);
    assert_eq!(proxy.asked(), ["telegram.invalid"; 2]);

    // Without the h the name is looked up here.
    let plain = through(format!("socks5://me:hunter2@{}", proxy.address), telegram.url());
    assert_eq!(sent(&plain).await.0, "accepted");
    assert_eq!(proxy.asked()[2..], ["127.0.0.1"]);
    assert_eq!(telegram.received(PERSON).len(), 2);

    // A wrong password is a connection that did not come about, and is not shown.
    let (name, why) = sent(&through(format!("socks5h://me:wr0ng-pw@{}", proxy.address), HIDDEN)).await;
    assert_eq!(name, "retry", "{why}");
    assert!(!why.contains("wr0ng-pw"), "{why}");
}
