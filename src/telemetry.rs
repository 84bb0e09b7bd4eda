//! Logs and metrics. A log line says what happened once, where it is handled; secrets are struck out of every line, even
//! where a library would print them.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use secrecy::{ExposeSecret, SecretString};
use std::io::{IsTerminal as _, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter has no meaning.
    #[error("LOG: `{0}` is not a filter; write for example info, or chitieu=debug,warn")]
    Filter(String),
}

/// Starts logging to standard error. Called once, by the binary.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(filter: &str, json: bool, secrets: &[&SecretString]) -> Result<(), LogError> {
    let env_filter = EnvFilter::try_new(filter).map_err(|_| LogError::Filter(filter.to_owned()))?;
    let writer = Redacting::new(std::io::stderr, secrets);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(env_filter)
        .with_writer(writer)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // A second start (tests that run commands in one process) keeps the first subscriber: logs have one place.
    let _already_started = if json { builder.json().try_init() } else { builder.compact().try_init() };
    Ok(())
}

/// A writer that replaces secrets by `***`.
#[derive(Clone)]
pub struct Redacting<M> {
    inner: M,
    secrets: Arc<Vec<String>>,
}

impl<M> Redacting<M> {
    /// Strikes these secrets out of everything that `inner` writes. A bot token's secret half counts on its own, too, and
    /// of an address its password.
    pub fn new(inner: M, secrets: &[&SecretString]) -> Self {
        let mut texts: Vec<String> = Vec::new();
        for secret in secrets {
            let text = secret.expose_secret();
            match text.parse::<reqwest::Url>() {
                // Of an address only the password is secret, and libraries print it alone. One as short as a syllable
                // would strike out half of every line.
                Ok(url) if url.has_host() => {
                    texts.extend(url.password().map(str::to_owned).filter(|password| password.len() >= 4));
                }
                _ => {
                    texts.extend(text.split_once(':').map(|(_, half)| half.to_owned()).filter(|half| half.len() >= 8));
                    texts.push(text.to_owned());
                }
            }
        }
        texts.sort_by_key(|t| std::cmp::Reverse(t.len()));
        Self { inner, secrets: Arc::new(texts) }
    }
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Redacting<M> {
    type Writer = RedactingWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactingWriter { inner: self.inner.make_writer(), secrets: Arc::clone(&self.secrets) }
    }
}

/// Writes one event at a time; `tracing-subscriber` hands each over whole, so that no secret is cut in two.
pub struct RedactingWriter<W> {
    inner: W,
    secrets: Arc<Vec<String>>,
}

impl<W: Write> Write for RedactingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(buffer);
        let clean = self.secrets.iter().fold(text.into_owned(), |text, secret| text.replace(secret, "***"));
        self.inner.write_all(clean.as_bytes())?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// A lane and what became of a message.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct LaneOutcome {
    /// The lane's name.
    pub lane: String,
    /// `sent`, `again`, `gave_up`, `unknown`, `paused`, `retargeted`.
    pub outcome: String,
}

/// A lane and a state of its rows.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct LaneState {
    /// The lane's name.
    pub lane: String,
    /// A state of the outbox.
    pub state: String,
}

/// A lane.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct LaneLabel {
    /// The lane's name.
    pub lane: String,
}

/// A lane and why an attempt did not deliver.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct LaneFailure {
    /// The lane's name.
    pub lane: String,
    /// The word of the outcome: `retry_after`, `retry`, `moved`, `gone`, `refused`, `unknown`.
    pub reason: String,
}

/// A source and what asking it brought.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct SourceOutcome {
    /// The source's name in the catalog.
    pub source: String,
    /// `fetched`, `not_modified`, `unchanged`, or why it failed: `refused`, `login`, `timeout` …
    pub outcome: String,
}

/// All that is counted. Cloning shares the counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    /// Attempts by lane and outcome.
    pub attempts: Family<LaneOutcome, Counter>,
    /// Rows of the outbox by lane and state, as of the last look.
    pub outbox: Family<LaneState, Gauge>,
    /// Attempts that did not deliver, by lane and reason.
    pub failures: Family<LaneFailure, Counter>,
    /// Seconds for which the oldest waiting message of a lane has waited, as of the last look.
    pub oldest_waiting: Family<LaneLabel, Gauge>,
    /// Seconds since a lane's bot was last polled with success, by whichever replica, as of the last look.
    pub since_poll: Family<LaneLabel, Gauge>,
    /// Snapshots recorded.
    pub snapshots: Counter,
    /// Snapshots held as suspicious.
    pub held: Counter,
    /// Commands answered.
    pub answers: Counter,
    /// Files or sources that could not be read.
    pub source_failures: Counter,
    /// Questions to sources, by source and by what they brought.
    pub source_polls: Family<SourceOutcome, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("chitieu");
        let (attempts, outbox, failures) = (Family::default(), Family::default(), Family::default());
        let (oldest_waiting, since_poll) = (Family::default(), Family::default());
        let (snapshots, held, answers, source_failures) =
            (Counter::default(), Counter::default(), Counter::default(), Counter::default());
        registry.register("delivery_attempts", "Delivery attempts by lane and outcome", attempts.clone());
        registry.register("outbox_rows", "Outbox rows by lane and state", outbox.clone());
        registry.register("delivery_failures", "Attempts that did not deliver, by lane and reason", failures.clone());
        let (oldest, poll) = ("Seconds the oldest message has waited", "Seconds since the last successful poll");
        registry.register("lane_oldest_waiting_seconds", oldest, oldest_waiting.clone());
        registry.register("lane_since_poll_seconds", poll, since_poll.clone());
        registry.register("snapshots_recorded", "Snapshots recorded", snapshots.clone());
        registry.register("snapshots_held", "Snapshots held as suspicious", held.clone());
        registry.register("answers", "Commands answered", answers.clone());
        registry.register("source_failures", "Files or sources that could not be read", source_failures.clone());
        let source_polls = Family::default();
        registry.register("source_polls", "Questions to sources by what they brought", source_polls.clone());
        Self {
            registry: Arc::new(Mutex::new(registry)),
            attempts,
            outbox,
            failures,
            oldest_waiting,
            since_poll,
            snapshots,
            held,
            answers,
            source_failures,
            source_polls,
        }
    }
}

impl Metrics {
    /// The text that Prometheus reads.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing into a String cannot fail; an empty answer would show at once if it did.
        if encode(&mut text, &registry).is_err() {
            text.clear();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_of_every_line() {
        let token = SecretString::from("123456:AAsecret-secret".to_owned());
        let redacting = Redacting::new(std::io::sink, &[&token]);
        let mut out = Vec::new();
        let mut writer = RedactingWriter { inner: &mut out, secrets: Arc::clone(&redacting.secrets) };
        writer.write_all(b"GET /bot123456:AAsecret-secret/getMe and AAsecret-secret alone").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "GET /bot***/getMe and *** alone");
    }

    #[test]
    fn metrics_are_readable_by_prometheus() {
        let metrics = Metrics::default();
        metrics.attempts.get_or_create(&LaneOutcome { lane: "web".into(), outcome: "sent".into() }).inc();
        let text = metrics.encode();
        assert!(text.contains("chitieu_delivery_attempts_total{lane=\"web\",outcome=\"sent\"} 1"), "{text}");
    }
}
