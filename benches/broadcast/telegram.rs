//! A broadcast to many groups of one bot, and people who ask meanwhile.

use crate::it::fake::telegram::{ChatKind, FakeTelegram, TOKEN};
use crate::{id, now};
use anyhow::{Context as _, Result, ensure};
use chitieu::domain::delivery::DeliveryClass;
use chitieu::domain::subscription::{Chat, Medium, Role};
use chitieu::store::{NewDelivery, Store};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LANE: &str = "telegram:7000000001";
/// Who asks, in turn, each in a private chat: nobody is asked for patience.
const PEOPLE: i64 = 25;
/// Fifty questions a minute.
const ASK_EVERY: Duration = Duration::from_millis(1_200);
/// Questions while nothing else happens.
const IDLE_QUESTIONS: usize = 30;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Nothing of it is needed any more.
        let _gone = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Program {
    fn start(folder: &Path, telegram: &FakeTelegram) -> Result<Self> {
        let mut child = command(folder, telegram).arg("run").stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no standard output")?).read_line(&mut line)?;
        ensure!(line.starts_with("chitieu: "), "no address: {line}");
        Ok(Self(child))
    }

    /// The most resident memory it ever had, in mebibytes.
    fn peak_memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kilobytes: u32 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(f64::from(kilobytes) / 1024.0)
    }
}

fn command(folder: &Path, telegram: &FakeTelegram) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chitieu"));
    command
        .env_clear()
        .current_dir(folder)
        .env("HTTP_ADDR", "127.0.0.1:0")
        .env("LOG", "error")
        .env("TELEGRAM_API_URL", telegram.url())
        .env("TELEGRAM_BOT_TOKEN", TOKEN);
    command
}

/// Measures one broadcast and prints its row. Without `asked` nobody asks anything while it runs.
pub async fn broadcast(size: usize, asked: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let telegram = FakeTelegram::start().await;
    let store = Store::connect(&format!("sqlite://{}/data/chitieu.db", folder.path().display())).await?;
    store.migrate().await?;
    let report = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bao-cao-2023-07.txt");
    let imported = command(folder.path(), &telegram).args(["import", report]).output()?;
    ensure!(imported.status.success(), "import: {}", String::from_utf8_lossy(&imported.stderr));
    let groups = chats(&telegram, &store, size).await?;
    let program = Program::start(folder.path(), &telegram)?;
    // A bot that was announced and polled.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut idle = Vec::new();
    for n in 0..IDLE_QUESTIONS {
        idle.push(ask(&telegram, n).await?);
        tokio::time::sleep(ASK_EVERY / 2).await;
    }
    let before = telegram.all_received().len();
    let deliveries: Vec<NewDelivery> = groups.iter().map(letter).collect();
    store.enqueue(&deliveries, now()).await?;
    let mut during = Vec::new();
    let began = Instant::now();
    let limit = Duration::from_secs(60 + u64::try_from(size)? / 20);
    while count(&telegram, before) < size {
        ensure!(began.elapsed() < limit, "the broadcast does not end");
        if !asked {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let next = Instant::now() + ASK_EVERY;
        during.push(ask(&telegram, during.len()).await?);
        tokio::time::sleep(next.saturating_duration_since(Instant::now())).await;
    }
    report_row(size, &telegram, before, idle, during, program.peak_memory()?)
}

/// Group chats, and people with private ones who may see everything.
async fn chats(telegram: &FakeTelegram, store: &Store, size: usize) -> Result<Vec<Chat>> {
    let chat = |address: i64, group: bool| Chat {
        id: format!("chat{address}"),
        medium: Medium::Telegram,
        lane: LANE.to_owned(),
        address: address.to_string(),
        title: format!("Nhóm {address}"),
        group,
        paused: None,
    };
    let mut groups = Vec::new();
    for n in 0..i64::try_from(size)? {
        let address = -1_001_000_000_000 - n;
        telegram.add_chat(address, ChatKind::Supergroup, &format!("Nhóm {n}"));
        groups.push(store.upsert_chat(&chat(address, true), now()).await?);
    }
    for person in 1..=PEOPLE {
        telegram.add_chat(person, ChatKind::Private, &format!("Người {person}"));
        let private = store.upsert_chat(&chat(person, false), now()).await?;
        store.subscribe(&private.id, &Role::Leader, "bench", now()).await?;
    }
    Ok(groups)
}

fn letter(chat: &Chat) -> NewDelivery {
    let body = format!("<b>Thông báo</b> gửi {}: đạt 1/5 chỉ tiêu, 4 chỉ tiêu cần tập trung.", chat.title);
    NewDelivery {
        id: id(),
        chat_id: chat.id.clone(),
        kind: "bulletin".to_owned(),
        reason: Some("first_missed".to_owned()),
        class: DeliveryClass::Broadcast,
        dedupe_key: "bench".to_owned(),
        part: 1,
        parts: 1,
        plain: body.replace("<b>", "").replace("</b>", ""),
        body,
        snapshot_id: None,
        choices: Vec::new(),
    }
}

/// Asks as the `n`th person and waits for the answer.
async fn ask(telegram: &FakeTelegram, n: usize) -> Result<Duration> {
    let person = i64::try_from(n)? % PEOPLE + 1;
    let known = telegram.received(person).len();
    let began = Instant::now();
    telegram.push_text(person, person, "/status sở tư pháp");
    while telegram.received(person).len() == known {
        ensure!(began.elapsed() < Duration::from_secs(60), "no answer within a minute");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(began.elapsed())
}

/// Messages to groups so far.
fn count(telegram: &FakeTelegram, before: usize) -> usize {
    telegram.all_received().iter().skip(before).filter(|message| message.chat < 0).count()
}

fn report_row(
    size: usize,
    telegram: &FakeTelegram,
    before: usize,
    mut idle: Vec<Duration>,
    mut during: Vec<Duration>,
    memory: f64,
) -> Result<()> {
    let received = telegram.all_received();
    let received = received.get(before..).context("messages")?;
    let groups: Vec<_> = received.iter().filter(|message| message.chat < 0).collect();
    let (first, last) = (groups.first().context("first")?.at, groups.last().context("last")?.at);
    // All that the bot sent in that time counts against its limit, the answers too.
    let all = received.iter().filter(|message| (first..=last).contains(&message.at)).count();
    let span = (last - first).as_secs_f64();
    let floor = f64::from(u32::try_from(all)? - 30) / 30.0;
    let spread = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        let at = |share: usize| times.get((times.len() * share).div_ceil(100).saturating_sub(1));
        let ms =
            |time: Option<&Duration>| time.map_or("–".to_owned(), |t| format!("{:.0} ms", t.as_secs_f64() * 1e3));
        format!("{}, {}", ms(at(50)), ms(at(99)))
    };
    println!(
        "| {size} | {} | {all} | {span:.2} s | {floor:.2} s | **{:.4}** | {} | {} | {} | {memory:.1} MiB |",
        all - groups.len(),
        span / floor,
        telegram.too_many_requests(),
        spread(&mut idle),
        spread(&mut during),
    );
    Ok(())
}
