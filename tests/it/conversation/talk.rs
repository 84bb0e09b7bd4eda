//! A program among chats of every medium.

use crate::acceptance::figures::{Report, june};
use chitieu::catalog::Catalog;
use chitieu::channel::{Channel, Heard, HeardEvent, Outgoing, Sending};
use chitieu::clock::{Clock as _, ManualClock};
use chitieu::domain::delivery::SendOutcome;
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::subscription::{Medium, Role};
use chitieu::entropy::SeededEntropy;
use chitieu::ingest::Hints;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{Context, Parts, answer, hear, link, mute, promise, publish, remind, schedule};
use chitieu::store::{OutboxFilter, Store};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// The media, each with its lane.
pub const MEDIA: [(Medium, &str); 4] = [
    (Medium::Telegram, "telegram:1"),
    (Medium::ZaloBot, "zalo_bot:1"),
    (Medium::ZaloOa, "zalo_oa:1"),
    (Medium::Web, "web"),
];

/// What a chat read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub chat: (Medium, String),
    /// In the medium's dialect.
    pub text: String,
    pub plain: String,
    /// Label and command of what can be chosen.
    pub choices: Vec<(String, String)>,
}

type Paper = Arc<Mutex<Vec<Said>>>;

/// A medium that writes down what it is given.
struct Recorder(Medium, &'static str, Paper);

impl Channel for Recorder {
    fn lane(&self) -> &str {
        self.1
    }

    fn medium(&self) -> Medium {
        self.0
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        let choices = message.choices.iter().map(|choice| (choice.label.clone(), choice.command.clone())).collect();
        let (text, plain) = (message.text.to_owned(), message.plain.to_owned());
        self.2.lock().expect("nobody panicked").push(Said {
            chat: (self.0, message.address.to_owned()),
            text,
            plain,
            choices,
        });
        Box::pin(async { SendOutcome::Accepted { message_id: None } })
    }
}

pub struct Talk {
    pub context: Context,
    clock: Arc<ManualClock>,
    lanes: Vec<Lane>,
    paper: Paper,
    titles: HashMap<String, String>,
    _folder: tempfile::TempDir,
}

impl Talk {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("chitieu.db").display());
        Self::on(&url, folder, Catalog::embedded().expect("the embedded catalog is sound")).await
    }

    pub async fn on_postgres() -> Self {
        let database = crate::postgres::database().await;
        let folder = tempfile::tempdir().expect("a folder");
        Self::on(database.url(), folder, Catalog::embedded().expect("the embedded catalog is sound")).await
    }

    async fn on(url: &str, folder: tempfile::TempDir, catalog: Catalog) -> Self {
        // 24/7/2023, 8:00 in Vietnam.
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_690_160_400, 0).expect("a moment")));
        let context = Context::new(Parts {
            store: Store::connect(url).await.expect("the database opens"),
            catalog,
            messages: Messages::embedded().expect("the embedded messages are sound"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
        });
        context.store.migrate().await.expect("the schema is made");
        ensure_web_chats(&context).await.expect("the page's chats are made");
        let paper = Paper::default();
        let recorders = MEDIA.map(|(medium, lane)| Recorder(medium, lane, Arc::clone(&paper)));
        let lanes = recorders.map(|recorder| Lane::new(Arc::new(recorder), "worker".to_owned())).into();
        Self { context, clock, lanes, paper, titles: HashMap::new(), _folder: folder }
    }

    /// June and July up to the 24th, and everybody has read what followed.
    pub async fn figures(&mut self) {
        let read = read_files(&self.context, &[june(24), Report::july().file()], &Hints::default());
        assert!(!read.has_errors(), "{:?}", read.issues);
        record(&self.context, &read).await.expect("the figures are recorded");
        publish::step(&self.context).await.expect("publishing works");
        self.deliver().await;
        self.read();
    }

    /// Figures come in, and everybody is told what follows from them.
    pub async fn import(&mut self, files: &[InputFile]) {
        let read = read_files(&self.context, files, &Hints::default());
        record(&self.context, &read).await.expect("the figures are recorded");
        publish::step(&self.context).await.expect("publishing works");
        self.deliver().await;
    }

    /// Time passes until then, with all that it brings: reminders, promises, pauses, digests.
    pub async fn pass_until(&mut self, end: DateTime<Utc>) {
        while self.context.now() < end {
            while schedule::step(&self.context)
                .await
                .expect("schedules work")
                .next
                .is_some_and(|at| at <= self.context.now())
            {}
            promise::step(&self.context).await.expect("promises are judged");
            mute::step(&self.context).await.expect("pauses end");
            remind::step(&self.context).await.expect("reminding works");
            self.deliver().await;
            let due = schedule::next_due(&self.context).await.expect("it answers");
            let hourly = self.context.now() + Duration::hours(1);
            self.clock
                .set(due.filter(|at| *at > self.context.now()).into_iter().chain([hourly, end]).min().unwrap_or(end));
        }
    }

    /// Which message that was, and when it was made.
    pub async fn kind_of(&self, said: &Said) -> (String, DateTime<Utc>) {
        let all = OutboxFilter { limit: 10_000, ..OutboxFilter::default() };
        let rows = self.context.store.outbox(all).await.expect("the outbox");
        let row = rows.iter().find(|row| row.plain == said.plain).unwrap_or_else(|| panic!("nobody sent {said:?}"));
        (row.kind.clone(), row.created_at)
    }

    /// A group of that address that is linked to `role`.
    pub async fn group(&mut self, medium: Medium, address: &str, title: &str, role: Option<&Role>) {
        self.titles.insert(address.to_owned(), title.to_owned());
        let code = match role {
            Some(role) => link::issue(&self.context, role).await.expect("a code").code,
            None => return,
        };
        let answer = self.ask(medium, address, &format!("/dangky {code}")).await;
        assert!(answer.plain.starts_with("✅ Đã liên kết nhóm"), "{answer:?}");
        self.sleep(Duration::minutes(2));
    }

    pub fn sleep(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Types into a chat; a private one has an address without a minus, a chat of the page is named as there.
    pub async fn write(&self, medium: Medium, address: &str, text: &str) {
        self.write_as(medium, address, "An Nguyễn (90001)", text).await;
    }

    pub async fn write_as(&self, medium: Medium, address: &str, sender: &str, text: &str) {
        let lane = MEDIA.iter().find(|(known, _)| *known == medium).expect("a lane").1;
        let mut title = self.titles.get(address).cloned().unwrap_or_else(|| address.to_owned());
        let mut group = address.starts_with('-');
        if medium == Medium::Web {
            let chat = self.context.store.chat_by_address(medium, lane, address).await.expect("it answers");
            let chat = chat.unwrap_or_else(|| panic!("the page has no chat {address}")).chat;
            (title, group) = (chat.title, chat.group);
        }
        let heard = Heard {
            external_id: self.context.id(),
            address: address.to_owned(),
            title,
            group,
            sender: sender.to_owned(),
            event: HeardEvent::Text(text.to_owned()),
            at: self.context.now(),
        };
        hear::take(&self.context, medium, lane, &heard).await.expect("it is stored");
    }

    /// Types into a chat and reads its one answer, put together when it comes in parts; nobody else reads anything.
    pub async fn ask(&mut self, medium: Medium, address: &str, text: &str) -> Said {
        let said = self.all(medium, address, text).await;
        assert!(said.iter().all(|said| said.chat == (medium, address.to_owned())), "{text}: others read: {said:#?}");
        together(&said)
    }

    /// Somebody types into a Telegram chat, and its one answer is read.
    pub async fn ask_as(&mut self, address: &str, sender: &str, text: &str) -> String {
        self.write_as(Medium::Telegram, address, sender, text).await;
        self.settle().await;
        let said = self.read();
        let [one] = &said[..] else { panic!("{text}: {said:#?}") };
        assert_eq!(one.chat.1, address);
        one.plain.clone()
    }

    /// Types into a chat and reads everything that anybody reads then.
    pub async fn all(&mut self, medium: Medium, address: &str, text: &str) -> Vec<Said> {
        self.write(medium, address, text).await;
        self.settle().await;
        self.read()
    }

    /// Nobody answers to that.
    pub async fn silent(&mut self, medium: Medium, address: &str, text: &str) {
        let said = self.all(medium, address, text).await;
        assert_eq!(said, [], "{text}");
    }

    /// Answers and delivers.
    pub async fn settle(&mut self) {
        while answer::step(&self.context).await.expect("answering works") > 0 {}
        self.deliver().await;
    }

    async fn deliver(&mut self) {
        let stop = CancellationToken::new();
        for _ in 0..2_000 {
            let mut again = None;
            for lane in &mut self.lanes {
                let report = lane.step(&self.context, &stop).await.expect("the lane works");
                again = again.into_iter().chain(report.again_at).min();
            }
            let Some(at) = again else { return };
            self.clock.set(at.max(self.clock.now() + Duration::milliseconds(1)));
        }
        panic!("something is always due");
    }

    /// What was read since this was last asked.
    pub fn read(&self) -> Vec<Said> {
        std::mem::take(&mut *self.paper.lock().expect("nobody panicked"))
    }

    pub async fn end(mut self) {
        self.settle().await;
        assert_eq!(self.read(), [], "this was said besides");
        self.context.store.close().await;
    }
}

pub fn unit(code: &str) -> Role {
    Role::Unit(UnitCode::parse(code).expect("a unit's code"))
}

/// What one chat read, put together when it came in parts.
pub fn together(said: &[Said]) -> Said {
    let chat = said.first().expect("an answer").chat.clone();
    let join = |part: &dyn Fn(&Said) -> String| said.iter().map(part).collect::<Vec<_>>().join("\n");
    Said {
        chat,
        text: join(&|said| said.text.clone()),
        plain: join(&|said| said.plain.trim_end().to_owned()),
        choices: said.iter().flat_map(|said| said.choices.clone()).collect(),
    }
}
