//! The months of one unit: what a history needs, and nothing of the other units.

use crate::domain::history::Recorded;
use crate::domain::observation::Observation;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::Percent;
use crate::domain::snapshot::SnapshotHeader;
use crate::store::Store;
use crate::store::column;
use crate::store::error::Result;
use crate::store::figures::{HEADER, HeaderRow, ObservationRow};
use crate::store::run::{Sql, rows};

/// The snapshots that count, of the months between two.
const HEADERS: &str = concat!(
    "SELECT ",
    HEADER!(),
    " FROM snapshots s WHERE s.period >= $1 AND s.period <= $2 AND s.state <> 'held' AND NOT EXISTS (
         SELECT 1 FROM snapshots later
         WHERE later.period = s.period AND later.state <> 'held'
           AND (later.as_of > s.as_of OR (later.as_of = s.as_of AND later.number > s.number)))
     ORDER BY s.period"
);

macro_rules! figures {
    ($ids:literal, $id:literal) => {
        concat!(
            "SELECT o.snapshot_id, o.unit, o.indicator, o.numerator, o.numerator_absent, o.denominator,
                    o.denominator_absent, o.rate, o.rate_decimals, o.rate_absent, o.basis, o.full_score, a.level,
                    a.level_decimals
             FROM ",
            $ids,
            " JOIN observations o ON o.snapshot_id = ",
            $id,
            " AND o.unit = $2
             LEFT JOIN assessments a
               ON a.snapshot_id = o.snapshot_id AND a.unit = o.unit AND a.indicator = o.indicator
             ORDER BY o.snapshot_id, o.position"
        )
    };
}

/// Each row is found by the primary keys: the list of snapshots is short, and leads.
const FIGURES: Sql = Sql {
    sqlite: figures!("json_each($1) each", "each.value"),
    postgres: figures!("jsonb_array_elements_text(CAST($1 AS jsonb)) AS each (value)", "each.value"),
};

impl Store {
    /// One unit's figures in the snapshots that count of the months `from` to `to`, both included, ascending; with the
    /// targets against which they were assessed when they were published. Months without a snapshot are left out; a
    /// snapshot without the unit has no figures.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history_of(
        &self,
        unit: &UnitCode,
        from: ReportingPeriod,
        to: ReportingPeriod,
    ) -> Result<Vec<Recorded>> {
        let mut conn = self.read().await?;
        let headers = rows!(conn, HeaderRow, HEADERS, from.to_string(), to.to_string())?;
        let headers: Vec<SnapshotHeader> = headers.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        let ids: Vec<&str> = headers.iter().map(|header| header.id.as_str()).collect();
        let rows = rows!(conn, FigureRow, FIGURES, serde_json::to_string(&ids)?, unit.as_str())?;
        let mut months: Vec<Recorded> =
            headers.into_iter().map(|header| Recorded { header, figures: Vec::new() }).collect();
        for row in rows {
            let Some(month) = months.iter_mut().find(|month| month.header.id == row.snapshot_id) else { continue };
            month.figures.push(row.read()?);
        }
        Ok(months)
    }
}

#[derive(sqlx::FromRow)]
struct FigureRow {
    snapshot_id: String,
    #[sqlx(flatten)]
    observation: ObservationRow,
    level: Option<i64>,
    level_decimals: Option<i64>,
}

impl FigureRow {
    fn read(self) -> Result<(Observation, Option<Percent>)> {
        let level = self.level.zip(self.level_decimals);
        let level = level.map(|(mantissa, decimals)| column::percent(mantissa, decimals)).transpose()?;
        Ok((self.observation.try_into()?, level))
    }
}
