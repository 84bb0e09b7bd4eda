//! From what people write to what they read, on a database of its own: hear -> answer -> deliver.

use std::path::Path;
use std::sync::Arc;

use chitieu::catalog::Catalog;
use chitieu::channel::zalo_bot::ZaloBotChannel;
use chitieu::channel::{Channel, Heard};
use chitieu::clock::ManualClock;
use chitieu::domain::delivery::DeliveryState;
use chitieu::domain::org_unit::UnitCode;
use chitieu::domain::subscription::{LinkedChat, Medium, Role};
use chitieu::entropy::SeededEntropy;
use chitieu::ingest::Hints;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::import::{InputFile, read_files, record};
use chitieu::service::web_chats::ensure_web_chats;
use chitieu::service::{Context, Parts, answer, hear, reach};
use chitieu::store::OutboxFilter;
use chitieu::store::Store;
use chrono::{DateTime, Duration};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use unicode_normalization::UnicodeNormalization as _;

use super::{GROUP, PERSON, SHORT, channel, hasty, listener, zalo};
use crate::fake::zalo_bot::{FakeZaloBot, Fault, Habits, PollHabit, Said};

const LANE: &str = "zalo_bot:1459232241454765289";

/// An office with July's figures, one bot, and a fake Zalo.
struct Office {
    context: Context,
    clock: Arc<ManualClock>,
    zalo: FakeZaloBot,
    lane: Lane,
    _folder: TempDir,
}

impl Office {
    async fn new(habits: Habits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::connect(&format!("sqlite://{}", folder.path().join("office.db").display())).await;
        let store = store.expect("a database");
        store.migrate().await.expect("migrations");
        let clock = Arc::new(ManualClock::at(DateTime::from_timestamp(1_690_862_400, 0).expect("August 2023")));
        let context = Context::new(Parts {
            store,
            catalog: Catalog::embedded().expect("sound"),
            messages: Messages::embedded().expect("sound"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
        });
        let file = Path::new("samples/bao-cao-2023-07.txt");
        let bytes = std::fs::read(file).expect("the sample");
        let read = read_files(&context, &[InputFile { name: file.display().to_string(), bytes }], &Hints::default());
        assert_eq!(record(&context, &read).await.expect("recorded").len(), 1);
        let zalo = zalo(habits).await;
        let lane = Lane::new(Arc::new(channel(zalo.url())), "w".to_owned());
        Self { context, clock, zalo, lane, _folder: folder }
    }

    /// Polls once and stores what was heard.
    async fn hear(&self) -> Vec<Heard> {
        let heard = listener(self.zalo.url()).poll().await.expect("polled");
        for heard in &heard {
            hear::take(&self.context, Medium::ZaloBot, LANE, heard).await.expect("stored");
        }
        heard
    }

    /// Hears, answers and delivers, until nothing is left to do.
    async fn turn(&mut self) {
        self.hear().await;
        answer::step(&self.context).await.expect("answered");
        // Long enough for every pace, too short for the first retry that Zalo asks for.
        for _ in 0..10 {
            self.lane.step(&self.context, &CancellationToken::new()).await.expect("delivered");
            self.clock.advance(Duration::seconds(2));
        }
    }

    async fn chat(&self, address: &str) -> LinkedChat {
        let chat = self.context.store.chat_by_address(Medium::ZaloBot, LANE, address).await.expect("read");
        chat.expect("a chat that was heard")
    }

    /// Makes a chat known by words that nobody answers, and gives it a role.
    async fn subscribe(&mut self, said: Said<'_>, role: Role) {
        self.zalo.say(said);
        self.hear().await;
        let store = &self.context.store;
        for inbound in store.unanswered(10).await.expect("read") {
            store.answered(&inbound.id, &[], self.context.now()).await.expect("left");
        }
        let chat = self.chat(said.chat).await.chat;
        self.context.store.subscribe(&chat.id, &role, "test", self.context.now()).await.expect("subscribed");
    }

    fn texts(&self, chat: &str) -> Vec<String> {
        self.zalo.received(chat).into_iter().map(|message| message.text).collect()
    }
}

fn group(text: &str) -> Said<'_> {
    Said::in_group(GROUP, PERSON, "Bà An", text)
}

#[tokio::test]
async fn an_event_that_is_told_again_and_again_is_answered_once() {
    let mut office = Office::new(Habits { poll: PollHabit::HotReplay, ..Habits::default() }).await;
    office.zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    for _ in 0..12 {
        office.turn().await;
    }
    assert_eq!(office.zalo.received(PERSON).len(), 1, "{:?}", office.texts(PERSON));
    // A restart forgets nothing: the same words again are another message, the same message is not.
    let fresh: Arc<dyn Channel> = Arc::new(channel(office.zalo.url()));
    office.lane = Lane::new(fresh, "w2".to_owned());
    office.turn().await;
    assert_eq!(office.zalo.all_received().len(), 1);
    office.zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    office.turn().await;
    office.turn().await;
    assert_eq!(office.zalo.all_received().len(), 2);
}

#[tokio::test]
async fn a_group_is_answered_with_and_without_the_mention_and_in_either_form_of_unicode() {
    let mut office = Office::new(Habits::default()).await;
    office.subscribe(group("@Bot Tên Có Dấu xin chào"), Role::Leader).await;
    office.turn().await;
    assert!(office.zalo.all_received().is_empty());
    // Small talk is told how to ask, once a day.
    for _ in 0..3 {
        office.zalo.say(group("@Bot Tên Có Dấu xin chào"));
        office.turn().await;
    }
    let hints = office.texts(GROUP);
    assert!(hints.len() == 1 && hints[0].starts_with("Để xem kết quả, gõ /status"), "{hints:?}");

    let decomposed: String = "@Bot Tên Có Dấu /status sở tư pháp".nfd().collect();
    assert_ne!(decomposed, "@Bot Tên Có Dấu /status sở tư pháp");
    let asked = ["@Bot Tên Có Dấu /status sở tư pháp", "/status sở tư pháp", decomposed.as_str()];
    for text in asked {
        office.zalo.say(group(text));
        office.turn().await;
    }
    let texts = &office.texts(GROUP)[1..];
    assert_eq!(texts.len(), 3, "{texts:#?}");
    assert!(texts[0].contains("Sở Tư pháp"), "{}", texts[0]);
    assert!(texts[0].contains("07/2023") || texts[0].contains("7/2023"), "the figures of July: {}", texts[0]);
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
    for message in office.zalo.received(GROUP).into_iter().skip(1) {
        assert!(message.text.contains("**Sở Tư pháp**") && !message.text.contains('<'), "{}", message.text);
        assert_eq!(message.parse_mode.as_deref(), Some("markdown"), "Zalo took the marks");
        assert_eq!(message.text, message.text.nfc().collect::<String>());
    }
}

/// In a group people write the bot's name before the number.
#[tokio::test]
async fn a_number_chooses_with_and_without_the_mention() {
    let mut office = Office::new(Habits::default()).await;
    office.subscribe(group("@Bot Tên Có Dấu xin chào"), Role::Leader).await;
    for number in ["@Bot Tên Có Dấu 2", "2", "@Bot Tên Có Dấu  2."] {
        let before = office.texts(GROUP).len();
        office.zalo.say(group("@Bot Tên Có Dấu /status sở kh"));
        office.turn().await;
        let asked = office.texts(GROUP).pop().expect("a question").replace("\\.", ".");
        assert!(asked.contains("1. ") && asked.contains("2. ") && asked.contains("1 hoặc 2"), "{asked}");
        let label = |start: &str| asked.lines().find_map(|line| line.strip_prefix(start)).map(str::to_owned);
        let (first, second) = (label("1. ").expect("the first"), label("2. ").expect("the second"));
        office.zalo.say(group(number));
        office.turn().await;
        let texts = office.texts(GROUP);
        assert_eq!(texts.len(), before + 2, "{number}: {texts:#?}");
        let answer = &texts[before + 1];
        assert!(answer.contains(&second) && !answer.contains(&first), "{number}: {second} in {answer}");
        assert!(answer.contains("7/2023"), "{answer}");
    }
    // A number that was not offered chooses nothing.
    office.zalo.say(group("@Bot Tên Có Dấu 7"));
    office.turn().await;
    let last = office.texts(GROUP).pop().expect("how to ask");
    assert!(last.starts_with("Để xem kết quả, gõ /status"), "{last}");
}

#[tokio::test]
async fn another_bots_words_are_not_answered() {
    let mut office = Office::new(Habits::default()).await;
    office.zalo.say(group("@Bot Tên Có Dấu /help").by_a_bot());
    office.turn().await;
    assert!(office.zalo.all_received().is_empty());
}

#[tokio::test]
async fn a_long_answer_comes_in_parts_within_the_limit() {
    let mut office = Office::new(Habits::default()).await;
    office.subscribe(group("@Bot chào"), Role::Leader).await;
    let units: Vec<_> = office.context.catalog.units.iter().take(10).map(|unit| unit.code.clone()).collect();
    let chat = office.chat(GROUP).await.chat;
    for unit in units {
        office
            .context
            .store
            .subscribe(&chat.id, &Role::Unit(unit), "test", office.context.now())
            .await
            .expect("subscribed");
    }
    // All of its units at once.
    office.zalo.say(group("@Bot /xemthem /status"));
    office.turn().await;
    let received = office.zalo.received(GROUP);
    assert!(received.len() > 1, "long enough to be split: {:?}", received.iter().map(|m| m.utf16).collect::<Vec<_>>());
    assert!(received.iter().all(|message| message.utf16 <= 2_000 && message.chars <= 2_000));
    assert!(received.iter().rev().skip(1).all(|message| message.utf16 > 1_000), "no more parts than it takes");
    let rows = office.context.store.outbox(OutboxFilter::default()).await.expect("read");
    assert!(rows.iter().all(|row| row.state == DeliveryState::Sent), "{rows:#?}");
    assert_eq!(rows.len(), received.len());
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_unknown_and_never_repeated() {
    let mut office = Office::new(Habits::default()).await;
    let hasty = ZaloBotChannel::new(&hasty(office.zalo.url())).expect("sound");
    office.lane = Lane::new(Arc::new(hasty), "w".to_owned());
    office.zalo.fail_next("sendMessage", Fault::RecordThenDelay(SHORT + std::time::Duration::from_millis(300)));
    office.zalo.say(Said::alone(PERSON, "Bà An", "/help"));
    office.turn().await;
    for _ in 0..40 {
        office.clock.advance(Duration::hours(1));
        office.turn().await;
    }
    assert_eq!(office.zalo.received(PERSON).len(), 1);
    assert_eq!(office.zalo.calls("sendMessage").len(), 1);
    let rows = office.context.store.outbox(OutboxFilter::default()).await.expect("read");
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [DeliveryState::Unknown]);
}

#[tokio::test]
async fn a_chat_that_is_gone_is_paused_until_somebody_writes_there() {
    let mut office = Office::new(Habits::default()).await;
    ensure_web_chats(&office.context).await.expect("the office has its chat");
    let unit = Role::Unit(UnitCode::parse("so-tu-phap").expect("a code"));
    office.subscribe(group("@Bot chào"), unit).await;
    office.zalo.say(group("/help"));
    office.zalo.drop_chat(GROUP);
    office.turn().await;
    assert!(office.zalo.all_received().is_empty());
    assert_eq!(office.chat(GROUP).await.chat.paused.as_deref(), Some("Not Found"));
    for _ in 0..3 {
        reach::step(&office.context).await.expect("told");
        office.turn().await;
    }
    let rows = office.context.store.outbox(OutboxFilter::default()).await.expect("read");
    let told: Vec<_> = rows.iter().filter(|row| row.lane == "web").collect();
    let [told] = &told[..] else { panic!("{told:#?}") };
    assert_eq!((told.chat_title.as_str(), told.kind.as_str()), ("Văn phòng UBND tỉnh Bình Định", "chat_away"));
    assert!(told.plain.contains("trên Zalo (Sở Tư pháp) từ"), "{}", told.plain);
    assert!(told.plain.contains("Nguyên nhân: không tìm thấy nhóm này"), "{}", told.plain);
    office.zalo.say(group("/help"));
    office.turn().await;
    assert_eq!(office.chat(GROUP).await.chat.paused, None);
    assert_eq!(office.zalo.received(GROUP).len(), 1);
}
