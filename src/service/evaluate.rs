//! Loads a snapshot with everything it is held against, and assesses it.

use crate::domain::assessment::{Figures, PeriodAssessment, assess, choose_previous};
use crate::domain::audit::{self, Finding};
use crate::domain::correction::{UnitCorrection, corrections, corrects};
use crate::domain::digest::{self, Corrected, Digest};
use crate::domain::feed::{Coverage, coverage};
use crate::domain::observation::PublishedAverage;
use crate::domain::period::day_in_vietnam;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::target::TargetBook;
use crate::service::{Context, ServiceError};
use crate::store::StoredContent;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many evaluations are kept: the newest month, the one before it, and one that somebody asks for.
const KEPT: usize = 3;

/// Evaluations that were made already. Figures are immutable and the catalog is that of the process, so the same
/// snapshots give the same evaluation; only which snapshots they are is looked up each time. Everybody who asks for
/// `/status` asks about the same one.
#[derive(Debug, Default)]
pub struct Evaluations {
    kept: Mutex<VecDeque<Arc<Evaluation>>>,
}

impl Evaluations {
    fn find(&self, chosen: &Chosen) -> Option<Arc<Evaluation>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|evaluation| evaluation.is_of(chosen))?;
        let found = kept.remove(at)?;
        kept.push_front(Arc::clone(&found));
        Some(found)
    }

    fn keep(&self, evaluation: &Arc<Evaluation>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Arc::clone(evaluation));
        kept.truncate(KEPT);
    }
}

/// Which snapshots an evaluation is made of.
struct Chosen {
    header: SnapshotHeader,
    previous: Option<SnapshotHeader>,
    earlier: Option<SnapshotHeader>,
}

/// A snapshot, assessed, with all that it was held against.
#[derive(Debug)]
pub struct Evaluation {
    /// Its figures.
    pub content: StoredContent,
    /// The snapshot of the previous month that it is compared with.
    pub previous: Option<(SnapshotHeader, StoredContent)>,
    /// The snapshot before it within the same month.
    pub earlier: Option<(SnapshotHeader, StoredContent)>,
    /// The targets in force.
    pub book: TargetBook,
    /// The result.
    pub period: PeriodAssessment,
    /// What it corrects of the snapshot before it; empty when it goes on from there.
    pub corrections: Vec<UnitCorrection>,
}

impl Evaluation {
    /// Loads and assesses; what was made before of the same snapshots is given again.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(context: &Context, header: &SnapshotHeader) -> Result<Arc<Self>, ServiceError> {
        let chosen = choose(context, header).await?;
        if let Some(found) = context.evaluations.find(&chosen) {
            return Ok(found);
        }
        let evaluation = Arc::new(Self::load(context, chosen).await?);
        context.evaluations.keep(&evaluation);
        Ok(evaluation)
    }

    async fn load(context: &Context, chosen: Chosen) -> Result<Self, ServiceError> {
        let store = &context.store;
        let content = store.content(&chosen.header.id).await?;
        let previous = match chosen.previous {
            Some(header) => Some((header.clone(), store.content(&header.id).await?)),
            None => None,
        };
        let earlier = match chosen.earlier {
            Some(header) => Some((header.clone(), store.content(&header.id).await?)),
            None => None,
        };
        let mut printed = content.content.targets.clone();
        printed.extend(previous.iter().flat_map(|(_, c)| c.content.targets.iter().cloned()));
        let book = context.catalog.target_book(printed);
        let period = assess(
            context.catalog.yardstick(&book),
            figures(&chosen.header, &content),
            previous.as_ref().map(|(h, c)| figures(h, c)),
        );
        let corrections = earlier
            .as_ref()
            .filter(|(published, _)| corrects(&chosen.header, published))
            .map(|(published, before)| corrections(&assessed_again(context, published, before, &book), &period))
            .unwrap_or_default();
        Ok(Self { content, previous, earlier, book, period, corrections })
    }

    fn is_of(&self, chosen: &Chosen) -> bool {
        let header = |part: &Option<(SnapshotHeader, StoredContent)>| part.as_ref().map(|(header, _)| header.clone());
        *self.header() == chosen.header
            && header(&self.previous) == chosen.previous
            && header(&self.earlier) == chosen.earlier
    }

    /// The snapshot itself.
    #[must_use]
    pub const fn header(&self) -> &SnapshotHeader {
        &self.period.header
    }

    /// Its figures.
    #[must_use]
    pub fn figures(&self) -> Figures<'_> {
        figures(self.header(), &self.content)
    }

    /// The figures of the previous month.
    #[must_use]
    pub fn previous_figures(&self) -> Option<Figures<'_>> {
        self.previous.as_ref().map(|(h, c)| figures(h, c))
    }

    /// The figures of the snapshot before it within the same month.
    #[must_use]
    pub fn earlier_figures(&self) -> Option<Figures<'_>> {
        self.earlier.as_ref().map(|(h, c)| figures(h, c))
    }

    /// The averages that the source prints.
    #[must_use]
    pub fn averages(&self) -> &[PublishedAverage] {
        &self.content.content.averages
    }

    /// All contradictions: what the reader stumbled over, then what the figures say of each other.
    #[must_use]
    pub fn findings(&self, context: &Context) -> Vec<Finding> {
        let yardstick = context.catalog.yardstick(&self.book);
        let mut findings = self.content.findings.clone();
        findings.extend(audit::audit(yardstick, self.figures(), self.averages(), self.earlier_figures()));
        context.catalog.audit.listed(findings)
    }

    /// The contradictions that the office is told of: those that the snapshot before within the month did not have.
    #[must_use]
    pub fn new_findings(&self, context: &Context) -> Vec<Finding> {
        let before = self.earlier.as_ref().map_or_else(Vec::new, |(header, earlier)| {
            let yardstick = context.catalog.yardstick(&self.book);
            let mut before = earlier.findings.clone();
            before.extend(audit::audit(yardstick, figures(header, earlier), &earlier.content.averages, None));
            before
        });
        audit::news(&context.catalog.audit, &self.findings(context), &before)
    }

    /// How much of the registry the figures cover.
    #[must_use]
    pub fn coverage(&self, context: &Context) -> Coverage {
        coverage(context.catalog.yardstick(&self.book), self.figures())
    }

    /// The leaders' summary.
    #[must_use]
    pub fn digest(&self, context: &Context) -> Digest {
        let digest = digest::digest(
            context.catalog.yardstick(&self.book),
            &context.catalog.tiers,
            &self.period,
            self.figures(),
            self.averages(),
            self.previous_figures(),
        );
        Digest { corrected: Corrected::of(&self.corrections), ..digest }
    }

    /// Working days between the last day of the figures and the end of the month.
    #[must_use]
    pub fn working_days_left(&self, context: &Context) -> u32 {
        let header = self.header();
        context.catalog.calendar.working_days_left(header.period, header.as_of)
    }

    /// Working days from today, today included, to the end of the month: for what is said long after the figures' day.
    #[must_use]
    pub fn working_days_left_today(&self, context: &Context) -> u32 {
        let header = self.header();
        let today = day_in_vietnam(context.now());
        let eve = today.pred_opt().unwrap_or(today).max(header.as_of);
        context.catalog.calendar.working_days_left(header.period, eve)
    }
}

/// Looks up which snapshots a snapshot is held against: the one of the previous month that like is compared with, and the
/// one that was published before it within its own month.
async fn choose(context: &Context, header: &SnapshotHeader) -> Result<Chosen, ServiceError> {
    let store = &context.store;
    let tolerance = context.catalog.alerts.assess.same_day_tolerance;
    let mut before = match header.period.previous() {
        Some(period) => store.headers(period).await?,
        None => Vec::new(),
    };
    before.retain(|h| h.state != SnapshotState::Held);
    let previous = choose_previous(header, &before, tolerance).cloned();
    let siblings = store.headers(header.period).await?;
    // What counted before it: figures of a later day are not its past.
    let earlier = siblings
        .into_iter()
        .filter(|h| h.state == SnapshotState::Published && h.number < header.number && h.as_of <= header.as_of)
        .max_by_key(|h| (h.as_of, h.number));
    Ok(Chosen { header: header.clone(), previous, earlier })
}

/// What was published, against the targets of its own report: what it said, with the words of now.
fn assessed_again(
    context: &Context,
    header: &SnapshotHeader,
    content: &StoredContent,
    book: &TargetBook,
) -> PeriodAssessment {
    let own =
        (!content.content.targets.is_empty()).then(|| context.catalog.target_book(content.content.targets.clone()));
    assess(context.catalog.yardstick(own.as_ref().unwrap_or(book)), figures(header, content), None)
}

fn figures<'a>(header: &'a SnapshotHeader, content: &'a StoredContent) -> Figures<'a> {
    Figures { header, observations: &content.content.observations }
}
