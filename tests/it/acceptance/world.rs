//! The program with a clock that is moved by hand, and the people around it.

use super::post::{Mail, Post};
use crate::fake::telegram::{ChatKind, FakeOptions, FakeTelegram, TOKEN};
use chitieu::catalog::Catalog;
use chitieu::channel::telegram::{TelegramAccount, TelegramChannel, TelegramListener};
use chitieu::channel::web::WebChannel;
use chitieu::channel::{Heard, HeardEvent};
use chitieu::clock::{Clock as _, ManualClock};
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::entropy::SeededEntropy;
use chitieu::ingest::Hints;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{
    Context, Parts, answer, behind, board, hear, link, mute, promise, publish, reach, remind, schedule, unknown,
    uploads,
};
use chitieu::store::{OutboxFilter, OutboxRow, Store, WebAuthor};
use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Who writes in Telegram.
pub const PERSON: i64 = 90_001;
/// Looking for reminders more often than this only costs the tests time.
const REMIND_EVERY: Duration = Duration::hours(6);
/// Far more than any test has; reached only when a delivery never ends.
const ROUNDS: usize = 5_000;

/// The program and its surroundings.
pub struct World {
    pub context: Context,
    pub telegram: FakeTelegram,
    clock: Arc<ManualClock>,
    web: Lane,
    bot: Lane,
    listener: TelegramListener,
    /// Polls may fail.
    pub may_be_deaf: bool,
    /// The scenario looks at what the office is told of contradictions. The report of July 2023 has fourteen, and most
    /// scenarios are about something else.
    pub reads_findings: bool,
    read_web: HashMap<String, i64>,
    read_telegram: usize,
    /// The database's.
    pub url: String,
    catalog: Catalog,
    _folder: tempfile::TempDir,
}

/// 24/7/2023, 8:00 in Vietnam.
pub fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_690_160_400, 0).expect("a moment")
}

impl World {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(embedded(), morning()).await
    }

    pub async fn on_postgres() -> Self {
        Self::on_postgres_with(embedded(), morning()).await
    }

    /// With another catalog, at another time.
    pub async fn on_sqlite_with(catalog: Catalog, at: DateTime<Utc>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("chitieu.db").display());
        Self::on(url, folder, catalog, at).await
    }

    /// With another catalog, at another time.
    pub async fn on_postgres_with(catalog: Catalog, at: DateTime<Utc>) -> Self {
        let database = crate::postgres::database().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::on(database.url().to_owned(), folder, catalog, at).await
    }

    async fn on(url: String, folder: tempfile::TempDir, catalog: Catalog, at: DateTime<Utc>) -> Self {
        let clock = Arc::new(ManualClock::at(at));
        let time = Arc::clone(&clock);
        let elapsed = move || (time.now() - at).to_std().unwrap_or_default();
        let telegram = FakeTelegram::start_with(FakeOptions::default().with_elapsed(elapsed)).await;
        let context = context(&url, &clock, 1, catalog.clone()).await;
        context.store.migrate().await.expect("the schema is made");
        ensure_web_chats(&context).await.expect("the page's chats are made");
        schedule::step(&context).await.expect("schedules begin");
        let account = account(&telegram, std::time::Duration::from_secs(10));
        let bot = Arc::new(TelegramChannel::new(&account).expect("a sound account"));
        context.files.add("telegram:7000000001", bot);
        Self {
            web: web_lane(&context),
            bot: bot_lane(&account, "bot"),
            listener: TelegramListener::new(&account, std::time::Duration::ZERO).expect("a sound account"),
            may_be_deaf: false,
            reads_findings: false,
            context,
            telegram,
            clock,
            read_web: HashMap::new(),
            read_telegram: 0,
            url,
            catalog,
            _folder: folder,
        }
    }

    /// Another process on the same database, with the same clock and other random numbers.
    pub async fn other_process(&self) -> Process {
        self.other_process_with(self.catalog.clone()).await
    }

    /// Another process, with another catalog.
    pub async fn other_process_with(&self, catalog: Catalog) -> Process {
        let context = context(&self.url, &self.clock, 2, catalog).await;
        let account = account(&self.telegram, std::time::Duration::from_secs(10));
        Process { web: web_lane(&context), bot: bot_lane(&account, "other bot"), context }
    }

    /// How long Telegram may take to answer from now on.
    pub fn be_patient_for(&mut self, patience: std::time::Duration) {
        self.bot = bot_lane(&account(&self.telegram, patience), "bot");
    }

    /// Reads files and records what they say; nothing is decided yet. The files have no faults.
    pub async fn record(&self, files: &[InputFile]) {
        let read = read_files(&self.context, files, &Hints::default());
        assert!(!read.has_errors(), "{:?}", read.issues);
        assert!(!read.contents.is_empty(), "the files have figures");
        record(&self.context, &read).await.expect("the figures are recorded");
    }

    /// Puts figures in, and lets everything that follows from them happen.
    pub async fn import(&mut self, file: InputFile) -> Post {
        self.record(&[file]).await;
        self.settle().await;
        self.received().await
    }

    /// Runs every step until nothing is left to do at this moment. Returns when there is something again.
    pub async fn steps(&mut self) -> Option<DateTime<Utc>> {
        publish::step(&self.context).await.expect("publishing works");
        self.listen().await;
        self.answer().await;
        unknown::step(&self.context).await.expect("deciding upon unknown outcomes works");
        behind::step(&self.context).await.expect("looking at what waits works");
        let due = self.deliver().await;
        // What sending has shown is told at once.
        if reach::step(&self.context).await.expect("telling works") > 0 { self.deliver().await } else { due }
    }

    /// Hears what was written in Telegram.
    pub async fn listen(&self) {
        let lane = self.bot.name();
        loop {
            match hear::poll_telegram(&self.context, lane, &self.listener).await.expect("stored") {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    assert!(self.may_be_deaf, "{error}");
                    return;
                }
            }
        }
    }

    /// Answers what was heard.
    pub async fn answer(&self) {
        while answer::step(&self.context).await.expect("answering works") > 0 {}
        while uploads::step(&self.context).await.expect("taking files works") > 0 {}
    }

    /// Sends what may be sent now.
    pub async fn deliver(&mut self) -> Option<DateTime<Utc>> {
        let stop = CancellationToken::new();
        let web = self.web.step(&self.context, &stop).await.expect("the page's lane works").again_at;
        let bot = self.bot.step(&self.context, &stop).await.expect("the bot's lane works").again_at;
        web.into_iter().chain(bot).min()
    }

    /// Runs all steps and jumps from one due moment to the next until nothing is due any more.
    pub async fn settle(&mut self) {
        for _ in 0..ROUNDS {
            match self.steps().await {
                None => return,
                Some(at) => self.jump_to(at),
            }
        }
        panic!("something is always due");
    }

    /// Lets time pass: all steps at every moment at which something is due, reminders included.
    pub async fn advance(&mut self, by: Duration) {
        let end = self.now() + by;
        let mut reminded = self.now();
        for _ in 0..ROUNDS {
            if self.now() >= end || self.now() - reminded >= REMIND_EVERY {
                reminded = self.now();
                remind::step(&self.context).await.expect("reminding works");
            }
            let slot = self.schedules().await;
            mute::step(&self.context).await.expect("pauses end");
            promise::step(&self.context).await.expect("promises are judged");
            let due = self.steps().await;
            if self.now() >= end {
                return;
            }
            let next = due.into_iter().chain(slot).chain([end, reminded + REMIND_EVERY]).min().unwrap_or(end);
            self.jump_to(next);
        }
        panic!("something is always due");
    }

    /// From slot to slot, and nothing in between, until `end`.
    pub async fn follow_schedules(&mut self, end: DateTime<Utc>) {
        for _ in 0..ROUNDS {
            let slot = self.schedules().await;
            self.settle().await;
            match slot.filter(|slot| *slot <= end) {
                Some(slot) => self.jump_to(slot),
                None => break,
            }
        }
        self.jump_to(end);
    }

    /// Fires the schedules that are due, until none is; returns when the next one will be.
    async fn schedules(&self) -> Option<DateTime<Utc>> {
        loop {
            let report = schedule::step(&self.context).await.expect("schedules work");
            match report.next {
                Some(next) if next <= self.now() => {}
                next => return next,
            }
        }
    }

    /// To `at`, or a little on if that is now: a due moment may lie between two milliseconds.
    fn jump_to(&self, at: DateTime<Utc>) {
        self.clock.set(at.max(self.now() + Duration::milliseconds(1)));
    }

    /// Time passes, and the program does nothing.
    pub fn sleep(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What all chats received since this was last asked, in order.
    pub async fn received(&mut self) -> Post {
        let rows = self.outbox().await;
        let mut mails = Vec::new();
        for linked in self.context.store.chats().await.expect("the chats") {
            let chat = linked.chat;
            if chat.medium != Medium::Web {
                continue;
            }
            let read = self.read_web.get(&chat.id).copied().unwrap_or(0);
            for message in self.context.store.web_messages(&chat.id, read, 1_000).await.expect("the messages") {
                self.read_web.insert(chat.id.clone(), message.id);
                if message.from == WebAuthor::Bot {
                    mails.push(mail(&rows, &chat.address, Some(&chat.id), &message.text));
                }
            }
        }
        let telegram = self.telegram.all_received();
        for message in &telegram[self.read_telegram..] {
            mails.push(mail(&rows, &message.chat.to_string(), None, &message.text));
        }
        self.read_telegram = telegram.len();
        mails.retain(|mail| self.reads_findings || mail.kind != "new_findings");
        Post::new(mails)
    }

    /// The scenario is over: nothing more comes, and everything that came was looked at.
    pub async fn end(mut self) {
        self.settle().await;
        self.received().await.nothing_else();
        assert_eq!(self.telegram.faults_left(), 0, "a fault was ordered that never happened");
        self.context.store.close().await;
    }

    /// Brings the boards up to the newest figures, and sends what follows from that.
    pub async fn boards(&mut self) {
        board::step(&self.context).await.expect("boards work");
        self.settle().await;
        // What was sent has a message now, and that is pinned.
        board::step(&self.context).await.expect("boards work");
        self.settle().await;
    }

    /// All rows of the outbox, the newest first.
    pub async fn outbox(&self) -> Vec<OutboxRow> {
        let all = OutboxFilter { limit: 10_000, ..OutboxFilter::default() };
        self.context.store.outbox(all).await.expect("the outbox")
    }

    /// A chat of the page: `leader`, `office`, `unit/so-tu-phap`.
    pub async fn web_chat(&self, address: &str) -> Chat {
        let chat = self.context.store.chat_by_address(Medium::Web, "web", address).await.expect("the database answers");
        chat.unwrap_or_else(|| panic!("there is no chat {address}")).chat
    }

    /// Types into a chat of the page, as `web::api` takes it, and reads the one answer.
    pub async fn ask(&mut self, address: &str, text: &str) -> String {
        self.ask_all(address, text).await.one(address).text
    }

    /// Types into a chat of the page, and reads what all chats received after it.
    pub async fn ask_all(&mut self, address: &str, text: &str) -> Post {
        self.write(address, text).await;
        self.settle().await;
        self.received().await
    }

    /// Types into a chat of the page.
    pub async fn write(&self, address: &str, text: &str) {
        let (chat, now) = (self.web_chat(address).await, self.now());
        let written = self.context.store.append_web_message(&chat.id, None, WebAuthor::Person, text, None, now).await;
        written.expect("the page shows it");
        let heard = Heard {
            external_id: self.context.id(),
            address: chat.address,
            title: chat.title,
            group: chat.group,
            sender: "web".to_owned(),
            event: HeardEvent::Text(text.to_owned()),
            at: now,
        };
        hear::take(&self.context, Medium::Web, "web", &heard).await.expect("it is stored");
    }

    /// Types into a Telegram chat and reads the one answer.
    pub async fn ask_telegram(&mut self, chat: i64, text: &str) -> String {
        self.telegram.push_text(chat, PERSON, text);
        self.settle().await;
        let mut post = self.received().await;
        post.one(&chat.to_string()).text
    }

    /// Types into a Telegram chat that may be answered at once, and reads the answer while other chats wait.
    pub async fn ask_telegram_now(&mut self, chat: i64, text: &str) -> String {
        self.telegram.push_text(chat, PERSON, text);
        self.steps().await;
        let mut post = self.received().await;
        post.one(&chat.to_string()).text
    }

    /// A one-time code, as the office issues it.
    pub async fn code(&self, role: &Role) -> String {
        link::issue(&self.context, role).await.expect("a code").code
    }

    /// A Telegram group links itself with a code of the office.
    pub async fn join(&mut self, chat: i64, kind: ChatKind, title: &str, role: Role) {
        self.telegram.add_chat(chat, kind, title);
        self.link(chat, role).await;
    }

    /// A Telegram group that is there links itself (again).
    pub async fn link(&mut self, chat: i64, role: Role) {
        let code = self.code(&role).await;
        let answer = self.ask_telegram(chat, &format!("/dangky {code}")).await;
        assert!(answer.starts_with("✅ Đã liên kết"), "{answer}");
    }

    /// The hours, minutes or seconds at which calls were made to send something to a Telegram chat, and their status.
    pub fn sends_to(&self, chat: i64) -> Vec<(std::time::Duration, Option<u16>)> {
        let calls = self.telegram.calls("sendMessage");
        calls.iter().filter(|call| call.chat() == Some(chat)).map(|call| (call.at, call.status)).collect()
    }
}

/// Another process: its own connections and lanes.
pub struct Process {
    pub context: Context,
    pub web: Lane,
    pub bot: Lane,
}

pub fn unit(code: &str) -> Role {
    Role::Unit(UnitCode::parse(code).expect("a unit's code"))
}

fn embedded() -> Catalog {
    Catalog::embedded().expect("the embedded catalog is sound")
}

async fn context(url: &str, clock: &Arc<ManualClock>, seed: u64, catalog: Catalog) -> Context {
    Context::new(Parts {
        store: Store::connect(url).await.expect("the database opens"),
        catalog,
        messages: Messages::embedded().expect("the embedded messages are sound"),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(seed)),
    })
}

fn account(telegram: &FakeTelegram, timeout: std::time::Duration) -> TelegramAccount {
    TelegramAccount {
        api_url: telegram.url().to_owned(),
        timeout,
        ..TelegramAccount::new(SecretString::from(TOKEN.to_owned()))
    }
}

fn web_lane(context: &Context) -> Lane {
    Lane::new(Arc::new(WebChannel::new(context.store.clone(), context.wake.web.clone())), "page".to_owned())
}

fn bot_lane(account: &TelegramAccount, worker: &str) -> Lane {
    Lane::new(Arc::new(TelegramChannel::new(account).expect("a sound account")), worker.to_owned())
}

/// Finds out which delivery a message was. The newest that reads the same is right, because its reason is asked of what
/// arrived since the last look.
fn mail(rows: &[OutboxRow], address: &str, chat_id: Option<&str>, text: &str) -> Mail {
    let same = |row: &&OutboxRow| row.plain.trim() == text.trim() && chat_id.is_none_or(|id| row.chat_id == id);
    let row = rows.iter().find(same).unwrap_or_else(|| panic!("nobody queued this for {address}:\n{text}"));
    Mail {
        chat: address.to_owned(),
        kind: row.kind.clone(),
        reason: row.reason.clone().unwrap_or_default(),
        text: text.trim_end().to_owned(),
        picture: None,
    }
}
