//! How fast and how fairly a broadcast goes out: `cargo bench --bench broadcast` prints the tables of
//! `docs/PERFORMANCE.md`. The fake Telegram of the tests really enforces 30 messages a second a bot with a burst of 30;
//! the program is the binary, in a process of its own. While the broadcast runs, people ask for `/status`.
//!
//! `cargo bench --bench broadcast -- 1000` measures one size only, `-- outbox` the outbox without a provider. PostgreSQL
//! is measured when `CHITIEU_TEST_POSTGRES_URL` names a cluster (a superuser's URL).

#[path = "../tests/it"]
mod it {
    #[expect(dead_code, unused_imports, reason = "the tests use the rest of it")]
    #[expect(clippy::panic, clippy::expect_used, reason = "a fake may fail loudly, as in the tests")]
    pub mod fake;
}
#[path = "broadcast/outbox.rs"]
mod outbox;
#[path = "broadcast/telegram.rs"]
mod telegram;

use anyhow::Result;
use chitieu::clock::{Clock as _, SystemClock};
use chitieu::entropy::{Entropy, SystemEntropy};
use chrono::{DateTime, Utc};

/// Group chats of one broadcast.
const SIZES: [usize; 2] = [1_000, 4_000];

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

fn id() -> String {
    (&SystemEntropy as &dyn Entropy).id(now())
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(all())
}

async fn all() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let sizes: Vec<usize> = SIZES.into_iter().filter(|size| wants(&size.to_string())).collect();
    if !sizes.is_empty() {
        println!(
            "| group chats | answers meanwhile | messages | first to last | floor | ratio | 429 | /status p50, p99 (idle) | p50, p99 (during) | RSS, most |"
        );
        println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        for size in sizes {
            // With questions, and the broadcast alone.
            telegram::broadcast(size, true).await?;
            telegram::broadcast(size, false).await?;
        }
    }
    if wants("outbox") {
        outbox::measure().await?;
    }
    Ok(())
}
