//! A channel that orders the trouble of each of its sends, and dies now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chitieu::channel::{Channel, Outgoing, Sending};
use chitieu::domain::subscription::Medium;
use tokio::sync::Notify;

use super::chance::Chance;
use crate::fake::{telegram, zalo_bot};

/// Longer than the client waits.
pub const TOO_LONG: Duration = Duration::from_millis(90);
/// How long the client waits.
pub const PATIENCE: Duration = Duration::from_millis(40);

/// What all channels of one process share.
#[derive(Clone)]
pub struct Fate {
    pub chance: Chance,
    /// Trouble in so many sends of a hundred.
    pub share: u64,
    /// The process is dead from this moment on.
    pub died: Arc<Notify>,
    pub calm: Arc<AtomicBool>,
}

/// The server behind a channel.
pub enum Server {
    Telegram(Arc<telegram::FakeTelegram>),
    Zalo(Arc<zalo_bot::FakeZaloBot>),
    /// Our own page has no server.
    None,
}

pub struct Troubled {
    pub inner: Arc<dyn Channel>,
    pub server: Server,
    pub fate: Fate,
}

impl Troubled {
    /// Orders what the next call meets.
    fn order(&self) {
        let chance = &self.fate.chance;
        match &self.server {
            Server::Telegram(server) => {
                use telegram::{ApiError, Fault};
                server.fail_next_send(match chance.below(9) {
                    7 => Fault::Refuse(ApiError::bad_request("TEXT_INVALID")),
                    8 => Fault::Refuse(ApiError::chat_not_found()),
                    0 => Fault::Html(502),
                    1 => Fault::Close,
                    2 => Fault::Hang,
                    3 => Fault::RecordThenDelay(TOO_LONG),
                    4 => Fault::RecordThenClose,
                    5 => Fault::too_many_requests(1 + chance.below(4_000)),
                    _ => Fault::Refuse(ApiError::new(500, "Internal Server Error")),
                });
            }
            Server::Zalo(server) => {
                use zalo_bot::Fault;
                let fault = match chance.below(6) {
                    5 => Fault::Refuse(400, "Bad request"),
                    0 => Fault::Html(502),
                    1 => Fault::Refuse(429, "Quota exceeded"),
                    2 => Fault::Refuse(403, "Internal server error"),
                    3 => Fault::Refuse(408, "Request timeout"),
                    _ => Fault::RecordThenDelay(TOO_LONG),
                };
                server.fail_next("sendMessage", fault);
            }
            Server::None => {}
        }
    }

    async fn die(&self) -> ! {
        self.fate.died.notify_one();
        std::future::pending().await
    }
}

impl Channel for Troubled {
    fn lane(&self) -> &str {
        self.inner.lane()
    }

    fn medium(&self) -> Medium {
        self.inner.medium()
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(async move {
            let fate = &self.fate;
            if fate.calm.load(Ordering::Relaxed) {
                return self.inner.send(message).await;
            }
            if fate.chance.percent(fate.share) {
                self.order();
            }
            match fate.chance.below(60) {
                // Before anything left, and after the provider had it.
                0 => self.die().await,
                1 => {
                    self.inner.send(message).await;
                    self.die().await
                }
                _ => self.inner.send(message).await,
            }
        })
    }
}
