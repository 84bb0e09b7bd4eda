//! Sources over HTTP.

use super::{PollReport, count, digest, finish, issue_lines, read_aside, save, tell_problems, turned};
use crate::catalog::SourceSpec;
use crate::domain::breaker::{BreakerPolicy, Trouble};
use crate::message::view::FileOrigin;
use crate::service::import::{InputFile, record};
use crate::service::{Context, ServiceError};
use crate::source::http::{FetchError, Fetched, Question, Validator, client, fetch};
use crate::store::SourceState;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// So many sources are asked at once: each may bring 50 MiB.
const AT_ONCE: usize = 3;

/// A shorter text is no secret, and stands in many an answer by chance.
const SECRET_LEAST: usize = 8;

/// Reads a variable of the environment: the secret of a source's header. Handed in, because only `config` reads it.
pub type Secrets = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What HTTP sources are asked with. Cloning shares the connections.
#[derive(Clone)]
pub struct Sources {
    /// One for each time-out of connections.
    clients: HashMap<Duration, reqwest::Client>,
    secrets: Secrets,
    interval: Duration,
}

impl Sources {
    /// Prepares to ask these sources every `interval`; asks nothing yet.
    ///
    /// # Errors
    /// When this machine cannot make an HTTP client.
    pub fn new(specs: &[SourceSpec], secrets: Secrets, interval: Duration) -> Result<Self, reqwest::Error> {
        let mut clients = HashMap::new();
        for spec in specs {
            if let Entry::Vacant(entry) = clients.entry(spec.connect_timeout) {
                entry.insert(client(spec.connect_timeout)?);
            }
        }
        Ok(Self { clients, secrets, interval })
    }

    fn policy(&self) -> BreakerPolicy {
        BreakerPolicy::every(chrono::Duration::from_std(self.interval).unwrap_or(chrono::Duration::hours(1)))
    }
}

/// Asks every HTTP source that is due once.
///
/// # Errors
/// The database's. A source's faults are lines of the report.
pub async fn http_step(context: &Context, sources: &Sources) -> Result<PollReport, ServiceError> {
    let specs = &context.catalog.sources;
    if specs.is_empty() {
        return Ok(PollReport::default());
    }
    // What is read depends on the catalog: with other names in it, the same bytes are asked for anew.
    let names = digest(format!("{:?} {}", context.vocabulary(), env!("CARGO_PKG_VERSION")).as_bytes());
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut asking = JoinSet::new();
    for index in 0..specs.len() {
        let (context, sources) = (context.clone(), sources.clone());
        let (names, turns) = (names.clone(), Arc::clone(&turns));
        asking.spawn(async move {
            let _turn = turns.acquire_owned().await;
            match context.catalog.sources.get(index) {
                Some(spec) => ask(&context, &sources, spec, &names).await,
                None => Ok(None),
            }
        });
    }
    let (mut report, mut asked, mut failed) = (PollReport::default(), false, None);
    while let Some(done) = asking.join_next().await {
        match done {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(one))) => {
                asked = true;
                report.add(one);
            }
            // The others are asked all the same.
            Ok(Err(error)) => failed = Some(error),
            Err(error) => tracing::error!(%error, "asking a source broke off"),
        }
    }
    if asked {
        finish(context, &report).await?;
    }
    failed.map_or(Ok(report), Err)
}

/// Asks one source, if it is due.
async fn ask(
    context: &Context,
    sources: &Sources,
    spec: &SourceSpec,
    names: &str,
) -> Result<Option<PollReport>, ServiceError> {
    let (mut state, version) = context.store.source(&spec.name).await?;
    let headers = headers(spec, &sources.secrets);
    let asked_as = asked_as(spec, &headers, sources.interval, names);
    // A renewed token, a corrected address: nobody waits for a pause to end.
    let anew = state.asked_as != asked_as;
    if !anew && !state.breaker.is_due(context.now()) {
        return Ok(None);
    }
    if anew {
        state = SourceState { asked_as, validator: String::new(), body: String::new(), ..state };
    }
    let mut report = PollReport::default();
    let outcome = match &headers {
        Ok(headers) => question(sources, spec, headers, &state).await,
        Err(variable) => Err(FetchError::Header(variable.clone())),
    };
    // The moment at which the answer is known: a slow server is not asked again at once.
    let jitter = context.entropy.jitter();
    let policy = sources.policy();
    let turn;
    match outcome {
        Ok(fetched) => {
            take(context, spec, fetched, &mut state, &mut report).await?;
            state.good_at = Some(context.now());
            state.status = None;
            (state.breaker, turn) = state.breaker.succeeded(context.now(), &policy, jitter);
        }
        Err(error) => {
            report.problems.push(match &error {
                FetchError::Header(variable) => {
                    format!("{}: {variable} is not set, or holds what no header may", spec.name)
                }
                error => format!("{}: {error}", spec.name),
            });
            count(context, &spec.name, error.trouble().as_str());
            state.failed += 1;
            state.status = error.status();
            (state.breaker, turn) = state.breaker.failed(error.trouble(), context.now(), &policy, jitter);
        }
    }
    let variables: Vec<&str> = spec.headers.iter().map(|(_, variable)| variable.as_str()).collect();
    let letters = turned(context, &state, turn, &variables).await?;
    save(context, &state, version, &letters).await?;
    Ok(Some(report))
}

/// The headers with their secrets, or the variable that has none.
fn headers(spec: &SourceSpec, secrets: &Secrets) -> Result<Vec<(String, String)>, String> {
    let secret = |(header, variable): &(String, String)| {
        secrets(variable).map(|value| (header.clone(), value)).ok_or_else(|| variable.clone())
    };
    spec.headers.iter().map(secret).collect()
}

/// A digest of all that the answers depend on besides the server.
fn asked_as(
    spec: &SourceSpec,
    headers: &Result<Vec<(String, String)>, String>,
    interval: Duration,
    names: &str,
) -> String {
    let mut hash = Sha256::new();
    for part in [spec.url.as_str(), names, &interval.as_secs().to_string(), &spec.max_bytes.to_string()] {
        hash.update(part);
        hash.update([0]);
    }
    for (name, value) in headers.as_deref().unwrap_or_default() {
        hash.update(name);
        hash.update([0]);
        hash.update(value);
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn question(
    sources: &Sources,
    spec: &SourceSpec,
    headers: &[(String, String)],
    state: &SourceState,
) -> Result<Fetched, FetchError> {
    let Some(client) = sources.clients.get(&spec.connect_timeout) else {
        return Err(FetchError::Unreachable("no client was made for it".to_owned()));
    };
    let validator = Validator::from_line(&state.validator);
    let question =
        Question { url: &spec.url, headers, validator: &validator, max_bytes: spec.max_bytes, timeout: spec.timeout };
    let fetched = fetch(client, question).await?;
    // Figures do not repeat a token. An answer that does would carry it into findings and messages.
    if let Fetched::Body { bytes, .. } = &fetched
        && headers.iter().any(|(_, value)| repeats(bytes, value))
    {
        return Err(FetchError::NoFigures(Trouble::ErrorAnswer));
    }
    Ok(fetched)
}

fn repeats(bytes: &[u8], secret: &str) -> bool {
    let mut words = secret.split_whitespace().filter(|word| word.len() >= SECRET_LEAST);
    words.any(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
}

async fn take(
    context: &Context,
    spec: &SourceSpec,
    fetched: Fetched,
    state: &mut SourceState,
    report: &mut PollReport,
) -> Result<(), ServiceError> {
    let Fetched::Body { bytes, validator } = fetched else {
        state.not_modified += 1;
        report.unchanged += 1;
        count(context, &spec.name, "not_modified");
        return Ok(());
    };
    let body = digest(&bytes);
    state.validator = validator.to_line();
    if state.body == body {
        state.unchanged += 1;
        report.unchanged += 1;
        count(context, &spec.name, "unchanged");
        return Ok(());
    }
    let read = read_aside(context, InputFile { name: spec.name.clone(), bytes }).await;
    report.read += 1;
    report.problems.extend(issue_lines(&read));
    let recorded = record(context, &read).await?;
    let new = recorded.iter().filter(|snapshot| !snapshot.unchanged).count();
    report.recorded += u32::try_from(new).unwrap_or(u32::MAX);
    state.body = body;
    state.fetched += 1;
    count(context, &spec.name, "fetched");
    // The figures of tomorrow have the same misspelt unit: that is told once, and not every day.
    let faults = digest(issue_lines(&read).collect::<Vec<_>>().join("\n").as_bytes());
    tell_problems(context, &spec.name, FileOrigin::Source, &read, format!("source_faults:{}:{faults}", spec.name)).await
}
