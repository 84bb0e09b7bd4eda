//! What every worker works with.

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::domain::names::NameIndex;
use crate::entropy::Entropy;
use crate::ingest::Vocabulary;
use crate::message::view::Lookup;
use crate::message::{Messages, RenderError};
use crate::service::answer::Paces;
use crate::service::evaluate::Evaluations;
use crate::service::reach::Reach;
use crate::service::uploads::Files;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::{Notify, broadcast};

/// What goes wrong in a worker's step. It is logged once, by the loop or the command that called it.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template, although all were checked at start.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// Others were faster each time, and what was asked for is not done.
    #[error("other processes publish all the time")]
    Overtaken,
}

/// Wakes sleeping loops when there is work; a hint only, because another process may have made the work.
#[derive(Debug)]
pub struct Wake {
    /// Something was queued.
    pub deliver: Notify,
    /// Somebody wrote.
    pub answer: Notify,
    /// A web chat has a new message: its id.
    pub web: broadcast::Sender<String>,
}

impl Default for Wake {
    fn default() -> Self {
        // A page that falls further behind than this asks the database again, so a small buffer loses nothing.
        Self { deliver: Notify::new(), answer: Notify::new(), web: broadcast::channel(256).0 }
    }
}

/// What a context is built from.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// What the office decides.
    pub catalog: Catalog,
    /// What the office says.
    pub messages: Messages,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

/// What every worker works with. Cloning shares everything.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub store: Store,
    /// What the office decides.
    pub catalog: Arc<Catalog>,
    /// The catalog's names, prepared for what people type.
    pub names: Arc<NameIndex>,
    /// What the office says.
    pub messages: Arc<Messages>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What is counted.
    pub metrics: Metrics,
    /// Hints between loops.
    pub wake: Arc<Wake>,
    /// Which lanes get through.
    pub reach: Arc<Reach>,
    /// Evaluations that were made already.
    pub evaluations: Arc<Evaluations>,
    /// How much each chat asked lately.
    pub paces: Arc<Paces>,
    /// The address at which others reach the program (`PUBLIC_URL`), without a slash at its end.
    pub public_url: Option<Arc<str>>,
    /// Where files that people sent are fetched.
    pub files: Arc<Files>,
}

impl Context {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let names =
            NameIndex::new(&parts.catalog.units, &parts.catalog.tiers).at_home_in(&parts.catalog.organisation.name);
        Self {
            store: parts.store,
            names: Arc::new(names),
            catalog: Arc::new(parts.catalog),
            messages: Arc::new(parts.messages),
            clock: parts.clock,
            entropy: parts.entropy,
            metrics: Metrics::default(),
            wake: Arc::default(),
            reach: Arc::default(),
            evaluations: Arc::default(),
            paces: Arc::default(),
            public_url: None,
            files: Arc::default(),
        }
    }

    /// Says at which address others reach the program.
    #[must_use]
    pub fn reached_at(self, public_url: Option<&str>) -> Self {
        Self { public_url: public_url.map(|url| Arc::from(url.trim_end_matches('/'))), ..self }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> String {
        self.entropy.id(self.now())
    }

    /// Names and thresholds for messages.
    #[must_use]
    pub fn lookup(&self) -> Lookup<'_> {
        Lookup {
            organisation: &self.catalog.organisation.name,
            office: &self.catalog.organisation.office,
            tiers: &self.catalog.tiers,
            units: &self.catalog.units,
            indicators: &self.catalog.indicators,
            policy: &self.catalog.alerts,
        }
    }

    /// Names and headings for readers.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary {
            tiers: &self.catalog.tiers,
            units: &self.catalog.units,
            indicators: &self.catalog.indicators,
            mappings: &self.catalog.mappings,
            report_decision: &self.catalog.report_decision,
        }
    }
}
