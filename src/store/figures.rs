//! Reading figures back: which snapshots there are, which of them counts, and what it says.

use crate::domain::audit::Finding;
use crate::domain::observation::{Observation, PublishedAverage};
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::{SnapshotContent, SnapshotHeader};
use crate::domain::target::{AssignedTarget, Target};
use crate::store::Store;
use crate::store::column::{self, unsigned};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, among, row, rows};

/// What a snapshot says, with what the reader stumbled over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredContent {
    /// The figures, in the order of the source.
    pub content: SnapshotContent,
    /// The reader's findings; those that follow from the figures are computed again by the audit.
    pub findings: Vec<Finding>,
}

/// The columns of a [`HeaderRow`].
macro_rules! HEADER {
    () => {
        "id, period, number, as_of, sample, source, state, recorded_at"
    };
}
pub(super) use HEADER;

const OBSERVATION: &str = "SELECT unit, indicator, numerator, numerator_absent, denominator, denominator_absent, rate,
            rate_decimals, rate_absent, basis, full_score
     FROM observations WHERE snapshot_id = $1 ORDER BY position";

const OBSERVATION_OF_UNIT: &str = "SELECT unit, indicator, numerator, numerator_absent, denominator,
            denominator_absent, rate, rate_decimals, rate_absent, basis, full_score
     FROM observations WHERE snapshot_id = $1 AND unit = $2 ORDER BY position";

/// A snapshot `s` is current when no other one of its month that is not held ends later (or corrects the same day).
macro_rules! current_targets {
    ($condition:literal) => {
        concat!(
            "SELECT t.unit, t.indicator, t.level, t.level_decimals, t.decision, t.valid_from, t.valid_to, t.origin
             FROM snapshots s JOIN printed_targets t ON t.snapshot_id = s.id
             WHERE s.state <> 'held' AND NOT EXISTS (
                 SELECT 1 FROM snapshots later
                 WHERE later.period = s.period AND later.state <> 'held'
                   AND (later.as_of > s.as_of OR (later.as_of = s.as_of AND later.number > s.number))
             )",
            $condition
        )
    };
}

const TARGETS: &str = current_targets!(" ORDER BY s.period, t.position");
const TARGETS_OF: Sql = among!(current_targets!(" AND s.period"), "$1", " ORDER BY s.period, t.position");

impl Store {
    /// All snapshots of a month, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn headers(&self, period: ReportingPeriod) -> Result<Vec<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!("SELECT ", HEADER!(), " FROM snapshots WHERE period = $1 ORDER BY number");
        rows!(conn, HeaderRow, SQL, period.to_string())?.into_iter().map(TryInto::try_into).collect()
    }

    /// The months of which there is a snapshot that is not held, ascending.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn periods(&self) -> Result<Vec<ReportingPeriod>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT DISTINCT period FROM snapshots WHERE state <> 'held' ORDER BY period";
        rows!(conn, (String,), SQL)?.iter().map(|(text,)| column::period(text)).collect()
    }

    /// The snapshot that counts: of a month, or of the latest one, the one that ends last and is not held; of the same
    /// day the latest correction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, period: Option<ReportingPeriod>) -> Result<Option<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const OF: &str = concat!(
            "SELECT ",
            HEADER!(),
            " FROM snapshots WHERE period = $1 AND state <> 'held'
             ORDER BY as_of DESC, number DESC LIMIT 1"
        );
        const LATEST: &str = concat!(
            "SELECT ",
            HEADER!(),
            " FROM snapshots WHERE state <> 'held'
             ORDER BY period DESC, as_of DESC, number DESC LIMIT 1"
        );
        let row = match period {
            Some(period) => row!(conn, HeaderRow, OF, period.to_string())?,
            None => row!(conn, HeaderRow, LATEST)?,
        };
        row.map(TryInto::try_into).transpose()
    }

    /// Snapshots that were recorded and not decided upon yet, oldest first: after a crash they are taken up again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undecided(&self) -> Result<Vec<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(
            "SELECT ",
            HEADER!(),
            " FROM snapshots WHERE state = 'recorded' ORDER BY recorded_at, period, number"
        );
        rows!(conn, HeaderRow, SQL)?.into_iter().map(TryInto::try_into).collect()
    }

    /// Snapshots that are held, oldest first: they wait for a person of the office, or for better figures.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held(&self) -> Result<Vec<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const SQL: &str =
            concat!("SELECT ", HEADER!(), " FROM snapshots WHERE state = 'held' ORDER BY recorded_at, period, number");
        rows!(conn, HeaderRow, SQL)?.into_iter().map(TryInto::try_into).collect()
    }

    /// What is known of one snapshot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn header(&self, snapshot_id: &str) -> Result<Option<SnapshotHeader>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!("SELECT ", HEADER!(), " FROM snapshots WHERE id = $1");
        row!(conn, HeaderRow, SQL, snapshot_id)?.map(TryInto::try_into).transpose()
    }

    /// What a snapshot says.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such snapshot.
    pub async fn content(&self, snapshot_id: &str) -> Result<StoredContent> {
        let header = self.header(snapshot_id).await?;
        let header = header.ok_or_else(|| StoreError::Missing(format!("snapshot {snapshot_id}")))?;
        let mut conn = self.read().await?;
        let observations = rows!(conn, ObservationRow, OBSERVATION, snapshot_id)?;
        let targets = rows!(
            conn,
            TargetRow,
            "SELECT unit, indicator, level, level_decimals, decision, valid_from, valid_to, origin
             FROM printed_targets WHERE snapshot_id = $1 ORDER BY position",
            snapshot_id
        )?;
        let averages = rows!(
            conn,
            AverageRow,
            "SELECT scope, indicator, rate, rate_decimals, full_score FROM published_averages WHERE snapshot_id = $1
             ORDER BY position",
            snapshot_id
        )?;
        let content = SnapshotContent {
            period: header.period,
            as_of: header.as_of,
            sample: header.sample,
            observations: observations.into_iter().map(TryInto::try_into).collect::<Result<_>>()?,
            targets: targets.into_iter().map(TryInto::try_into).collect::<Result<_>>()?,
            averages: averages.into_iter().map(TryInto::try_into).collect::<Result<_>>()?,
        };
        Ok(StoredContent { content, findings: conn.findings(snapshot_id).await? })
    }

    /// The figures of one unit in a snapshot: a history of years needs only these.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn observations_of(&self, snapshot_id: &str, unit: &UnitCode) -> Result<Vec<Observation>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, ObservationRow, OBSERVATION_OF_UNIT, snapshot_id, unit.as_str())?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The targets printed in the current snapshot of every month.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn printed_targets(&self) -> Result<Vec<AssignedTarget>> {
        let mut conn = self.read().await?;
        rows!(conn, TargetRow, TARGETS)?.into_iter().map(TryInto::try_into).collect()
    }

    /// The targets printed in the current snapshots of some months: cheaper than all when there are years of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn printed_targets_of(&self, periods: &[ReportingPeriod]) -> Result<Vec<AssignedTarget>> {
        let periods: Vec<String> = periods.iter().map(ToString::to_string).collect();
        let mut conn = self.read().await?;
        let rows = rows!(conn, TargetRow, TARGETS_OF, serde_json::to_string(&periods)?)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

#[derive(sqlx::FromRow)]
pub struct HeaderRow {
    id: String,
    period: String,
    number: i64,
    as_of: String,
    sample: bool,
    source: String,
    state: String,
    recorded_at: i64,
}

impl TryFrom<HeaderRow> for SnapshotHeader {
    type Error = StoreError;

    fn try_from(row: HeaderRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            number: unsigned(row.number)?,
            period: column::period(&row.period)?,
            as_of: column::day(&row.as_of)?,
            sample: row.sample,
            source: row.source,
            recorded_at: column::moment(row.recorded_at)?,
            state: column::state(&row.state)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub struct ObservationRow {
    unit: String,
    indicator: String,
    numerator: Option<i64>,
    numerator_absent: Option<String>,
    denominator: Option<i64>,
    denominator_absent: Option<String>,
    rate: Option<i64>,
    rate_decimals: Option<i64>,
    rate_absent: Option<String>,
    basis: String,
    full_score: Option<i64>,
}

impl TryFrom<ObservationRow> for Observation {
    type Error = StoreError;

    fn try_from(row: ObservationRow) -> Result<Self> {
        let count = |value: Option<i64>, absent: Option<String>| {
            column::reading(value.map(unsigned).transpose()?, absent.as_deref())
        };
        let scale = column::scale(row.full_score)?;
        let rate = row.rate.zip(row.rate_decimals).map(|(m, d)| column::percent(m, d)).transpose()?;
        let rate = rate.map(|rate| rate.on(scale));
        Ok(Self {
            unit: column::unit(&row.unit)?,
            indicator: column::indicator(&row.indicator)?,
            numerator: count(row.numerator, row.numerator_absent)?,
            denominator: count(row.denominator, row.denominator_absent)?,
            rate: column::reading(rate, row.rate_absent.as_deref())?,
            basis: row.basis,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    unit: String,
    indicator: String,
    level: i64,
    level_decimals: i64,
    decision: String,
    valid_from: Option<String>,
    valid_to: Option<String>,
    origin: String,
}

impl TryFrom<TargetRow> for AssignedTarget {
    type Error = StoreError;

    fn try_from(row: TargetRow) -> Result<Self> {
        let validity = |text: Option<String>| text.as_deref().map(column::period).transpose();
        Ok(Self {
            unit: column::unit(&row.unit)?,
            indicator: column::indicator(&row.indicator)?,
            target: Target {
                level: column::percent(row.level, row.level_decimals)?,
                decision: row.decision,
                valid_from: validity(row.valid_from)?,
                valid_to: validity(row.valid_to)?,
                origin: column::origin(&row.origin)?,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct AverageRow {
    scope: String,
    indicator: String,
    rate: i64,
    rate_decimals: i64,
    full_score: Option<i64>,
}

impl TryFrom<AverageRow> for PublishedAverage {
    type Error = StoreError;

    fn try_from(row: AverageRow) -> Result<Self> {
        Ok(Self {
            scope: column::scope(&row.scope)?,
            indicator: column::indicator(&row.indicator)?,
            rate: column::percent(row.rate, row.rate_decimals)?.on(column::scale(row.full_score)?),
        })
    }
}
