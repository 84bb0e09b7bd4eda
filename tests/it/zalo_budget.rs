//! A month of a Zalo bot, against a Zalo that refuses the 3,001st message: what every chat receives, and nothing else.

use std::sync::Arc;

use chitieu::catalog::Catalog;
use chitieu::channel::zalo_bot::{ZaloBotAccount, ZaloBotChannel};
use chitieu::clock::ManualClock;
use chitieu::domain::delivery::{DeliveryClass, DeliveryState};
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::entropy::SeededEntropy;
use chitieu::message::Messages;
use chitieu::service::deliver::Lane;
use chitieu::service::{Context, Parts, behind};
use chitieu::store::{NewDelivery, OutboxFilter, Store};
use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::fake::zalo_bot::{FakeZaloBot, Habits, TOKEN};

const LANE: &str = "zalo_bot:1459232241454765289";
const CHATS: usize = 60;

fn vietnam(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse().expect("a moment")
}

/// An office in whose July one bot writes to many groups, from two processes.
struct Office {
    context: Context,
    clock: Arc<ManualClock>,
    zalo: FakeZaloBot,
    lanes: [Lane; 2],
    written: usize,
}

impl Office {
    async fn new(url: &str) -> Self {
        let store = Store::connect(url).await.expect("a database");
        store.migrate().await.expect("migrations");
        let clock = Arc::new(ManualClock::at(vietnam("2023-07-03T09:00")));
        let context = Context::new(Parts {
            store,
            catalog: Catalog::embedded().expect("sound"),
            messages: Messages::embedded().expect("sound"),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
        });
        let zalo = FakeZaloBot::start(Habits::default()).await;
        for n in 0..CHATS {
            let id = format!("g{n}");
            zalo.add_chat(&id);
            let (medium, lane, address) = (Medium::ZaloBot, LANE.to_owned(), id.clone());
            let chat = Chat { id, medium, lane, address, title: "Nhóm".to_owned(), group: true, paused: None };
            context.store.upsert_chat(&chat, context.now()).await.expect("a chat");
        }
        let web = Chat {
            id: "office".to_owned(),
            medium: Medium::Web,
            lane: "web".to_owned(),
            address: "office".to_owned(),
            title: "Văn phòng".to_owned(),
            group: true,
            paused: None,
        };
        context.store.upsert_chat(&web, context.now()).await.expect("a chat");
        context.store.subscribe("office", &Role::Office, "test", context.now()).await.expect("subscribed");
        let timeout = std::time::Duration::from_secs(30);
        let token = SecretString::from(TOKEN.to_owned());
        let lanes = ["w1", "w2"].map(|worker| {
            let account =
                ZaloBotAccount { api_url: zalo.url().to_owned(), timeout, ..ZaloBotAccount::new(token.clone()) };
            Lane::new(Arc::new(ZaloBotChannel::new(&account).expect("sound")), worker.to_owned())
        });
        Self { context, clock, zalo, lanes, written: 0 }
    }

    /// Queues messages, one after the other.
    async fn write(&mut self, class: DeliveryClass, messages: &[(usize, &str)]) {
        let rows: Vec<_> = messages
            .iter()
            .map(|(chat, text)| {
                self.written += 1;
                NewDelivery {
                    id: format!("d{}", self.written),
                    chat_id: format!("g{chat}"),
                    kind: if class == DeliveryClass::Answer { "status" } else { "bulletin" }.to_owned(),
                    reason: None,
                    class,
                    dedupe_key: format!("d{}", self.written),
                    part: 1,
                    parts: 1,
                    body: format!("**{text}**\nĐạt 1/5"),
                    plain: format!("{text}\nĐạt 1/5"),
                    snapshot_id: None,
                    choices: Vec::new(),
                    act: chitieu::domain::delivery::Act::Say,
                }
            })
            .collect();
        let new = self.context.store.enqueue(&rows, self.context.now()).await.expect("queued");
        assert_eq!(usize::try_from(new).ok(), Some(messages.len()));
    }

    async fn broadcast(&mut self, messages: &[(usize, &str)]) {
        self.write(DeliveryClass::Broadcast, messages).await;
    }

    async fn answer(&mut self, chat: usize, text: &str) {
        self.write(DeliveryClass::Answer, &[(chat, text)]).await;
    }

    /// Lets both processes work until nothing is sent any more.
    async fn settle(&mut self) {
        let mut idle = 0;
        while idle < 5 {
            let before = self.sent();
            for lane in &mut self.lanes {
                lane.step(&self.context, &CancellationToken::new()).await.expect("a step");
            }
            self.clock.advance(Duration::seconds(2));
            idle = if self.sent() == before { idle + 1 } else { 0 };
        }
    }

    /// Sends as many messages as are missing from so many, evenly to all chats.
    async fn fill(&mut self, class: DeliveryClass, total: usize) {
        let missing = total - self.sent();
        let rows: Vec<_> = (0..missing).map(|n| (n % CHATS, "Đầy tháng")).collect();
        self.write(class, &rows).await;
        self.settle().await;
        assert_eq!(self.sent(), total);
    }

    fn sent(&self) -> usize {
        self.zalo.all_received().len()
    }

    /// What was received since so many messages: chat and text.
    fn since(&self, count: usize) -> Vec<(String, String)> {
        let mut received: Vec<_> =
            self.zalo.all_received().split_off(count).into_iter().map(|m| (m.chat, m.text)).collect();
        received.sort();
        received
    }

    async fn told(&self) -> Vec<String> {
        let filter = OutboxFilter { chat_id: Some("office".to_owned()), ..OutboxFilter::default() };
        let mut rows = self.context.store.outbox(filter).await.expect("listed");
        rows.reverse();
        rows.into_iter().map(|row| row.plain).collect()
    }
}

async fn a_month(url: &str) {
    let mut office = Office::new(url).await;
    office.fill(DeliveryClass::Broadcast, 2_399).await;
    assert!(office.told().await.is_empty());
    office.fill(DeliveryClass::Broadcast, 2_400).await;
    let warned = office.told().await;
    assert_eq!(warned.len(), 1, "{warned:#?}");
    assert!(warned[0].contains("Bot Zalo 1459232241454765289 đã gửi 2.400/3.000 tin."), "{warned:#?}");
    assert!(warned[0].contains("Khi đã gửi 2.850 tin, các thông báo qua bot này được gộp lại"), "{warned:#?}");

    // The reserve is reached: nothing that nobody asked for is sent any more, and answers are.
    office.fill(DeliveryClass::Broadcast, 2_850).await;
    assert_eq!(office.told().await.len(), 1, "told once");
    office.clock.set(vietnam("2023-07-20T10:00"));
    office.broadcast(&[(1, "📌 Sở A · tin 1"), (2, "📌 Sở B · tin 1"), (1, "✅ Sở A · tin 2")]).await;
    office.answer(1, "Trả lời").await;
    office.settle().await;
    assert_eq!(office.since(2_850), [("g1".to_owned(), "**Trả lời**\nĐạt 1/5".to_owned())]);

    // The morning brings one message to each of the two chats, from whichever process, and to nobody else.
    office.clock.set(vietnam("2023-07-21T07:59"));
    office.lanes[0].step(&office.context, &CancellationToken::new()).await.expect("a step");
    assert_eq!(office.sent(), 2_851);
    office.clock.set(vietnam("2023-07-21T08:00"));
    office.settle().await;
    let collected = |count: &str, lines: &str| {
        format!(
            "🗂 **{count} thông báo được gộp lại**\nHạn mức tin Zalo tháng 7/2023 sắp hết nên các thông báo \
             trong ngày được gộp lại.\n{lines}\nGõ /status (cơ quan, đơn vị) hoặc /tomtat (lãnh đạo, Văn phòng) để xem số liệu mới \
             nhất."
        )
    };
    let a = "• 📌 Sở A · tin 1 (10:00 ngày 20/7)\n• ✅ Sở A · tin 2 (10:00 ngày 20/7)";
    let expected = [
        ("g1".to_owned(), collected("2", a)),
        ("g2".to_owned(), collected("1", "• 📌 Sở B · tin 1 (10:00 ngày 20/7)")),
    ];
    assert_eq!(office.since(2_851), expected);
    let dropped = OutboxFilter { states: vec![DeliveryState::Dropped], ..OutboxFilter::default() };
    let dropped = office.context.store.outbox(dropped).await.expect("listed");
    assert_eq!(dropped.len(), 3);
    assert!(dropped.iter().all(|row| row.last_error.as_deref().is_some_and(|why| why.contains("collected into "))));

    // One a day: what comes later waits for the next morning, however much it is and however long it waits.
    office.broadcast(&[(1, "📌 Sở A · tin 3")]).await;
    office.broadcast(&[(6, "📌 Sở E"); 9]).await;
    office.clock.set(vietnam("2023-07-21T23:00"));
    assert_eq!(behind::step(&office.context).await.expect("a step"), 0, "it waits on purpose");
    office.settle().await;
    assert_eq!(office.sent(), 2_853);
    office.clock.set(vietnam("2023-07-22T08:30"));
    office.settle().await;
    let nine = format!("{}\n… và 1 thông báo khác", ["• 📌 Sở E (08:00 ngày 21/7)"; 8].join("\n"));
    let expected = [
        ("g1".to_owned(), collected("1", "• 📌 Sở A · tin 3 (08:00 ngày 21/7)")),
        ("g6".to_owned(), collected("9", &nine)),
    ];
    assert_eq!(office.since(2_853), expected);

    // The last message of the month is sent and no other is tried.
    office.fill(DeliveryClass::Answer, 3_000).await;
    office.answer(3, "Muộn").await;
    office.broadcast(&[(4, "📌 Sở C · tin 4")]).await;
    for day in 23..=31 {
        office.clock.set(vietnam(&format!("2023-07-{day}T08:00")));
        office.settle().await;
    }
    office.clock.set(vietnam("2023-07-31T23:58"));
    office.lanes[1].step(&office.context, &CancellationToken::new()).await.expect("a step");
    assert_eq!(office.sent(), 3_000);
    assert_eq!(office.zalo.calls("sendMessage").len(), 3_000, "Zalo never had to refuse");
    let told = office.told().await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[1].contains("Đã dùng hết hạn mức tin Zalo tháng 7/2023"), "{told:#?}");

    // The next month is like any other.
    office.zalo.next_month();
    office.clock.set(vietnam("2023-08-01T00:00"));
    office.settle().await;
    assert_eq!(office.since(3_000), [("g3".to_owned(), "**Muộn**\nĐạt 1/5".to_owned())]);
    office.clock.set(vietnam("2023-08-01T08:00"));
    office.settle().await;
    office.broadcast(&[(5, "📌 Sở D · tin 5")]).await;
    office.settle().await;
    let bulletin = |chat: &str, text: &str| (chat.to_owned(), format!("**{text}**\nĐạt 1/5"));
    assert_eq!(office.since(3_001), [bulletin("g4", "📌 Sở C · tin 4"), bulletin("g5", "📌 Sở D · tin 5")]);
    assert_eq!(office.told().await.len(), 2);
    let waiting = OutboxFilter {
        states: vec![DeliveryState::Waiting, DeliveryState::Sending],
        lane: Some(LANE.to_owned()),
        ..OutboxFilter::default()
    };
    assert!(office.context.store.outbox(waiting).await.expect("listed").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_three_thousand_messages_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    a_month(&format!("sqlite://{}", folder.path().join("chitieu.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_three_thousand_messages_postgres() {
    a_month(crate::postgres::database().await.url()).await;
}
