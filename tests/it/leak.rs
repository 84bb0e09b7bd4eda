//! No secret is ever printed: the real binary at `LOG=trace`, with every secret set, through everything that can go
//! wrong. Whatever came out (standard output, standard error, HTTP) is searched for every secret, byte by byte.

use std::time::Duration;

use chitieu::config::Config;
use secrecy::SecretString;

use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram, Fault};
use crate::process::{Ended, Office, REPORT, client, until};

const TOKEN: &str = "7000000001:AAleak1botQw8Er5Ty2Ui9Op3As6Df1Gh4_Q";
const OTHER_TOKEN: &str = "7000000002:BBleak2botZx7Cv4Bn1Ml8Kj5Hg2Fd9Sa_Q";
const WEB_TOKEN: &str = "webtokensecret5Rt8Yh3Nb6Vc1Xz";
const WEBHOOK_SECRET: &str = "webhooksecret4Mn7Bv2Cx9Lk6Jh";
const PG_PASSWORD: &str = "pgsecret9Uy6Tr3Ew8Qa5Sd2Fg";
const PROXY_PASSWORD: &str = "proxysecret7Xq2Wd9Kp4";

/// What must not be seen: the secrets, a bot token's secret half alone, and what HTTP makes of a proxy's password.
const SECRETS: [&str; 7] = [
    "AAleak1botQw8Er5Ty2Ui9Op3As6Df1Gh4_Q",
    "BBleak2botZx7Cv4Bn1Ml8Kj5Hg2Fd9Sa_Q",
    WEB_TOKEN,
    WEBHOOK_SECRET,
    PG_PASSWORD,
    PROXY_PASSWORD,
    "b2ZmaWNlOnByb3h5c2VjcmV0N1hxMldkOUtwNA",
];

/// Everything that was printed, and by what.
#[derive(Default)]
struct Seen(Vec<(String, String)>);

impl Seen {
    fn add(&mut self, what: &str, text: impl Into<String>) {
        self.0.push((what.to_owned(), text.into()));
    }

    fn ended(&mut self, what: &str, ended: Ended) {
        self.add(what, ended.out);
        self.add(what, ended.err);
    }

    async fn answer(&mut self, what: &str, request: reqwest::RequestBuilder) -> u16 {
        let answer = request.send().await.expect("the page answers");
        let status = answer.status().as_u16();
        self.add(what, format!("{:?}", answer.headers()));
        self.add(what, answer.text().await.expect("a body"));
        status
    }

    fn holds(&self, words: &str) -> bool {
        self.0.iter().any(|(_, text)| text.contains(words))
    }

    fn hold_no_secret(&self) {
        for (what, text) in &self.0 {
            for secret in SECRETS {
                if let Some(at) = text.find(secret) {
                    let line = text[..at].lines().next_back().unwrap_or_default();
                    panic!("{what}: {secret} behind {line:?}");
                }
            }
        }
    }
}

fn secretive(folder: &std::path::Path, database: &str, api: &str) -> Office {
    Office::in_folder(folder)
        .with("DATABASE_URL", database)
        .with("TELEGRAM_API_URL", api)
        .with("TELEGRAM_BOT_TOKEN", &format!("{TOKEN},{OTHER_TOKEN}"))
        .with("TELEGRAM_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .with("WEB_TOKEN", WEB_TOKEN)
        .with("LOG", "trace")
}

async fn database() -> (crate::postgres::PgTestDb, String) {
    let database = crate::postgres::database().await;
    let mut url = reqwest::Url::parse(database.url()).expect("a URL");
    url.set_password(Some(PG_PASSWORD)).expect("a URL with a host");
    (database, url.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_service_prints_no_secret() {
    let mut seen = Seen::default();
    let folder = tempfile::tempdir().expect("a folder");
    let (_database, url) = database().await;
    let telegram = FakeTelegram::start_with(FakeOptions { token: TOKEN.to_owned(), ..FakeOptions::unlimited() }).await;
    telegram.add_chat(-5, ChatKind::Group, "Sở Tư pháp");
    let office = secretive(folder.path(), &url, telegram.url());
    let (service, page) = office.start(&["run"]);

    // A chat is linked; messages to it fail in every way; people ask.
    let code = office.clone().with("LOG", "warn").run(&["link", "--unit", "so-tu-phap", "--json"]).expect(0).json();
    telegram.push_text(-5, 1, &format!("/dangky {}", code["code"].as_str().expect("a code")));
    let patience = Duration::from_secs(25);
    until("the answer", patience, async || telegram.received(-5).pop()).await;
    for fault in [Fault::Close, Fault::Html(502), Fault::too_many_requests(1), Fault::RecordThenClose] {
        telegram.fail_chat(-5, Some(1), fault);
    }
    telegram.fail_next_call("getUpdates", Fault::Close);
    seen.ended("import", office.run(&["import", REPORT]));
    telegram.push_text(-5, 1, "/status");
    until("all faults", patience, async || (telegram.faults_left() == 0).then_some(())).await;

    // The page, with the right token, a wrong one, and none.
    let client = client();
    let get = |path: &str| client.get(format!("{page}{path}"));
    for path in ["/", "/metrics", "/readyz", "/healthz", "/api/chats", "/login", "/assets/app.js", "/nothing"] {
        seen.answer(path, get(path)).await;
        seen.answer(path, get(path).bearer_auth(WEB_TOKEN)).await;
        seen.answer(path, get(path).bearer_auth("a wrong token")).await;
    }
    assert_eq!(seen.answer("metrics", get("/metrics").bearer_auth(WEB_TOKEN)).await, 200);
    let login = |token| client.post(format!("{page}/login")).form(&[("token", token)]);
    assert_eq!(seen.answer("login", login(WEB_TOKEN)).await, 303);
    assert_ne!(seen.answer("login", login("a wrong token")).await, 303);
    for secret in [WEBHOOK_SECRET, "a wrong secret"] {
        let hook = client.post(format!("{page}/webhooks/telegram/7000000001"));
        seen.answer("webhook", hook.header("X-Telegram-Bot-Api-Secret-Token", secret).body("{}")).await;
    }
    for command in [&["doctor"][..], &["outbox"], &["status", "bql", "kkt"], &["audit"], &["outbox", "drop", "x"]] {
        seen.ended(&command.join(" "), office.run(command));
    }
    let (ended, _) = service.stop();
    seen.ended("run", ended);
    assert!(seen.holds("TRACE") && seen.holds("Unauthorized"), "the log is full and the second token was refused");
    seen.hold_no_secret();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_set_without_showing_its_secret() {
    let mut seen = Seen::default();
    let folder = tempfile::tempdir().expect("a folder");
    let telegram = FakeTelegram::start_with(FakeOptions { token: TOKEN.to_owned(), ..FakeOptions::unlimited() }).await;
    telegram.fail_next_call("setWebhook", Fault::Close);
    let office = secretive(folder.path(), "sqlite://data/chitieu.db", telegram.url())
        .with("TELEGRAM_MODE", "webhook")
        .with("PUBLIC_URL", "https://chitieu.example.vn");
    let (service, _) = office.start(&["run"]);
    until("setWebhook", Duration::from_secs(20), async || telegram.calls("setWebhook").pop()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    seen.ended("run", service.kill());
    seen.hold_no_secret();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_out_of_reach_is_told_without_a_secret() {
    let mut seen = Seen::default();
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = "sqlite://data/chitieu.db";
    let nobody = "http://127.0.0.1:1";
    let plain = secretive(folder.path(), sqlite, nobody);
    let by_proxy = |scheme: &str| {
        let proxy = format!("{scheme}://office:{PROXY_PASSWORD}@127.0.0.1:1");
        secretive(folder.path(), sqlite, "http://telegram.example").with("TELEGRAM_PROXY", &proxy)
    };
    let tls = secretive(folder.path(), sqlite, "https://telegram.invalid");
    for office in [&plain, &by_proxy("http"), &by_proxy("socks5"), &tls] {
        let doctor = office.run(&["doctor"]).expect(1);
        assert!(doctor.out.contains("LỖI  telegram bot 1"), "{}", doctor.out);
        seen.ended("doctor", doctor);
        let (service, _) = office.start(&["run"]);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        seen.ended("run", service.kill());
    }
    // Wrong values: the line names the variable and never repeats the value.
    let postgres = format!("postgres://office:{PG_PASSWORD}@127.0.0.1:1/chitieu");
    let wrong_proxy = format!("ftp://office:{PROXY_PASSWORD}@127.0.0.1:1");
    for (name, value) in [
        ("DATABASE_URL", postgres.as_str()),
        ("DATABASE_URL", &postgres.replace("postgres", "mysql")),
        ("DATABASE_URL", &postgres.replace("127.0.0.1:1", "127.0.0.1:port")),
        ("TELEGRAM_PROXY", &wrong_proxy),
        ("TELEGRAM_BOT_TOKEN", &TOKEN.replace(':', "")),
        ("HTTP_ADDR", "nowhere"),
    ] {
        let ended = plain.clone().with(name, value).run(&["run"]).expect(2);
        assert!(ended.err.contains(name), "{name} is not named: {}", ended.err);
        seen.ended(name, ended);
        seen.ended(name, plain.clone().with(name, value).run(&["doctor"]));
    }
    seen.hold_no_secret();
}

#[test]
fn debug_shows_no_secret() {
    let mut seen = Seen::default();
    let proxy = format!("socks5://office:{PROXY_PASSWORD}@127.0.0.1:1");
    let database = format!("postgres://office:{PG_PASSWORD}@127.0.0.1/chitieu");
    let config = Config::from_lookup(&|name| {
        Some(match name {
            "TELEGRAM_BOT_TOKEN" => format!("{TOKEN},{OTHER_TOKEN}"),
            "TELEGRAM_PROXY" => proxy.clone(),
            "TELEGRAM_WEBHOOK_SECRET" => WEBHOOK_SECRET.to_owned(),
            "WEB_TOKEN" => WEB_TOKEN.to_owned(),
            "DATABASE_URL" => database.clone(),
            _ => return None,
        })
    });
    let config = config.expect("a sound configuration");
    seen.add("Config", format!("{config:?} {config:#?}"));
    for account in chitieu::app::telegram_accounts(&config) {
        seen.add("TelegramAccount", format!("{account:?}"));
        let channel = chitieu::channel::telegram::TelegramChannel::new(&account).expect("a channel");
        seen.add("TelegramChannel", format!("{channel:?}"));
    }
    seen.hold_no_secret();
}

#[test]
fn the_log_strikes_out_the_password_of_an_address() {
    use chitieu::telemetry::Redacting;
    use std::io::Write as _;
    use tracing_subscriber::fmt::MakeWriter as _;
    #[derive(Clone, Default)]
    struct Kept(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("one thread").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let kept = Kept::default();
    let writer = kept.clone();
    let url = SecretString::from(format!("postgres://office:{PG_PASSWORD}@host/chitieu"));
    let redacting = Redacting::new(move || writer.clone(), &[&url]);
    write!(redacting.make_writer(), "password: {PG_PASSWORD}, host: host").expect("writes");
    let text = String::from_utf8(kept.0.lock().expect("one thread").clone()).expect("UTF-8");
    assert_eq!(text, "password: ***, host: host");
}
