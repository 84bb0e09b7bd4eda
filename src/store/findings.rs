//! The reader's findings: written beside a snapshot, read back as they were.

use crate::domain::audit::{Finding, FindingKind};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{Scope, UnitCode};
use crate::domain::rate::Percent;
use crate::store::column::{self, signed, storable, unsigned};
use crate::store::error::{Result, StoreError, corrupt};
use crate::store::run::{Conn, Sql, Tx, each, execute, rows};

const INSERT: Sql =
    each!(
    "INSERT INTO reader_findings (snapshot_id, position, kind, scope, unit, indicator, published, published_decimals,
                                  computed, approximate, part, whole, implied, plain_mean, place, text)
     SELECT $1, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3, value ->> 4,
            CAST(value ->> 5 AS BIGINT), CAST(value ->> 6 AS BIGINT), value ->> 7, CAST(value ->> 8 AS BOOLEAN),
            CAST(value ->> 9 AS BIGINT), CAST(value ->> 10 AS BIGINT), CAST(value ->> 11 AS BIGINT), value ->> 12,
            value ->> 13, value ->> 14
     FROM ", "$2", ""
);

impl Tx {
    pub async fn insert_findings(&mut self, snapshot_id: &str, findings: &[Finding]) -> Result<()> {
        let mut rows = Vec::with_capacity(findings.len());
        for (position, f) in findings.iter().enumerate() {
            rows.push((
                position,
                f.kind.as_str(),
                f.scope.as_ref().map(Scope::as_str),
                f.unit.as_ref().map(UnitCode::as_str),
                f.indicator.as_ref().map(IndicatorCode::as_str),
                f.published.map(Percent::mantissa),
                f.published.map(Percent::decimals),
                f.computed.map(column::exact_text),
                f.approximate,
                f.part.map(signed).transpose()?,
                f.whole.map(signed).transpose()?,
                f.implied.map(signed).transpose()?,
                f.plain_mean.map(column::exact_text),
                f.place.as_deref().map(storable),
                f.text.as_deref().map(storable),
            ));
        }
        execute!(self, INSERT, snapshot_id, serde_json::to_string(&rows)?)?;
        Ok(())
    }
}

impl Conn {
    pub async fn findings(&mut self, snapshot_id: &str) -> Result<Vec<Finding>> {
        let rows = rows!(
            self,
            FindingRow,
            "SELECT kind, scope, unit, indicator, published, published_decimals, computed, approximate, part, whole,
                    implied, plain_mean, place, text
             FROM reader_findings WHERE snapshot_id = $1 ORDER BY position",
            snapshot_id
        )?;
        rows.into_iter().map(Finding::try_from).collect()
    }
}

#[derive(sqlx::FromRow)]
struct FindingRow {
    kind: String,
    scope: Option<String>,
    unit: Option<String>,
    indicator: Option<String>,
    published: Option<i64>,
    published_decimals: Option<i64>,
    computed: Option<String>,
    approximate: bool,
    part: Option<i64>,
    whole: Option<i64>,
    implied: Option<i64>,
    plain_mean: Option<String>,
    place: Option<String>,
    text: Option<String>,
}

impl TryFrom<FindingRow> for Finding {
    type Error = StoreError;

    fn try_from(row: FindingRow) -> Result<Self> {
        Ok(Self {
            kind: FindingKind::parse(&row.kind).ok_or_else(|| corrupt("a finding", &row.kind))?,
            scope: row.scope.as_deref().map(column::scope).transpose()?,
            unit: row.unit.as_deref().map(column::unit).transpose()?,
            indicator: row.indicator.as_deref().map(column::indicator).transpose()?,
            published: row.published.zip(row.published_decimals).map(|(m, d)| column::percent(m, d)).transpose()?,
            computed: row.computed.as_deref().map(column::exact).transpose()?,
            approximate: row.approximate,
            part: row.part.map(unsigned).transpose()?,
            whole: row.whole.map(unsigned).transpose()?,
            // Only the audit sees this, and it looks anew each time.
            over_all: false,
            implied: row.implied.map(unsigned).transpose()?,
            plain_mean: row.plain_mean.as_deref().map(column::exact).transpose()?,
            place: row.place,
            text: row.text,
        })
    }
}
