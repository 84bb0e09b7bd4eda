//! Loads a snapshot with everything it is held against, and assesses it.

use crate::domain::assessment::{Figures, PeriodAssessment, assess, choose_previous};
use crate::domain::audit::{self, Finding};
use crate::domain::digest::{self, Digest};
use crate::domain::observation::PublishedAverage;
use crate::domain::period::day_in_vietnam;
use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
use crate::domain::target::TargetBook;
use crate::service::{Context, ServiceError};
use crate::store::StoredContent;

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
}

impl Evaluation {
    /// Loads and assesses.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(context: &Context, header: &SnapshotHeader) -> Result<Self, ServiceError> {
        let store = &context.store;
        let content = store.content(&header.id).await?;
        let tolerance = context.catalog.alerts.assess.same_day_tolerance;
        let mut before = match header.period.previous() {
            Some(period) => store.headers(period).await?,
            None => Vec::new(),
        };
        before.retain(|h| h.state != SnapshotState::Held);
        let previous = match choose_previous(header, &before, tolerance) {
            Some(chosen) => Some((chosen.clone(), store.content(&chosen.id).await?)),
            None => None,
        };
        let siblings = store.headers(header.period).await?;
        let earlier = siblings
            .into_iter()
            .filter(|h| h.state == SnapshotState::Published && h.number < header.number)
            .max_by_key(|h| h.number);
        let earlier = match earlier {
            Some(chosen) => Some((chosen.clone(), store.content(&chosen.id).await?)),
            None => None,
        };
        let mut printed = content.content.targets.clone();
        printed.extend(previous.iter().flat_map(|(_, c)| c.content.targets.iter().cloned()));
        let book = context.catalog.target_book(printed);
        let period = assess(
            context.catalog.yardstick(&book),
            figures(header, &content),
            previous.as_ref().map(|(h, c)| figures(h, c)),
        );
        Ok(Self { content, previous, earlier, book, period })
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
        findings
    }

    /// The leaders' summary.
    #[must_use]
    pub fn digest(&self, context: &Context) -> Digest {
        digest::digest(
            context.catalog.yardstick(&self.book),
            &context.catalog.tiers,
            &self.period,
            self.figures(),
            self.averages(),
            self.previous_figures(),
        )
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

fn figures<'a>(header: &'a SnapshotHeader, content: &'a StoredContent) -> Figures<'a> {
    Figures { header, observations: &content.content.observations }
}
