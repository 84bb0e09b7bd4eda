//! What pictures need: links that expire, and the months of one figure.

use crate::domain::assessment::Rating;
use crate::domain::drawing::Drawing;
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Percent, Rate};
use crate::store::Store;
use crate::store::column::{self, millis};
use crate::store::error::{Result, corrupt};
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, NaiveDate, Utc};

/// One month of one figure, as it was assessed when its snapshot was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthOfFigure {
    /// Which month.
    pub period: ReportingPeriod,
    /// The last day of its figures.
    pub as_of: NaiveDate,
    /// Made up for demonstration.
    pub sample: bool,
    /// The verdict.
    pub rating: Rating,
    /// The rate.
    pub actual: Option<Rate>,
    /// The target that held.
    pub level: Percent,
    /// The formula, and whether the denominator was printed: other ones are not compared.
    pub basis: Option<(String, bool)>,
}

impl Store {
    /// Keeps a link to a picture until it expires; those that have expired are forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_picture_link(
        &self,
        token_hash: &str,
        drawing: &Drawing,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, "DELETE FROM picture_links WHERE expires_at <= $1", millis(now))?;
        execute!(
            tx,
            "INSERT INTO picture_links (token_hash, drawing, expires_at) VALUES ($1, $2, $3)",
            token_hash,
            drawing.word(),
            millis(expires_at)
        )?;
        tx.commit().await
    }

    /// What a link shows; none when there is no such link, or it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn picture_link(&self, token_hash: &str, now: DateTime<Utc>) -> Result<Option<Drawing>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT drawing FROM picture_links WHERE token_hash = $1 AND expires_at > $2";
        let Some((word,)) = row!(conn, (String,), SQL, token_hash, millis(now))? else { return Ok(None) };
        Drawing::parse(&word).map(Some).ok_or_else(|| corrupt("a drawing", &word))
    }

    /// The newest months of one figure up to `until`, the oldest first: of each month the snapshot that counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn months_of_figure(
        &self,
        unit: &UnitCode,
        indicator: &IndicatorCode,
        until: ReportingPeriod,
        most: u32,
    ) -> Result<Vec<MonthOfFigure>> {
        const SQL: &str = "SELECT s.period, s.as_of, CAST(CASE WHEN s.sample THEN 1 ELSE 0 END AS BIGINT) AS sample, a.rating, a.actual, a.level,
                a.level_decimals, o.basis, CAST(CASE WHEN o.denominator IS NULL THEN 0 ELSE 1 END AS BIGINT) AS printed
            FROM snapshots s JOIN assessments a ON a.snapshot_id = s.id AND a.unit = $1 AND a.indicator = $2
            LEFT JOIN observations o ON o.snapshot_id = s.id AND o.unit = a.unit AND o.indicator = a.indicator
            WHERE s.state = 'published' AND s.period <= $3 AND NOT EXISTS (
                SELECT 1 FROM snapshots later
                WHERE later.period = s.period AND later.state = 'published'
                  AND (later.as_of > s.as_of OR (later.as_of = s.as_of AND later.number > s.number))
            )
            ORDER BY s.period DESC LIMIT $4";
        let mut conn = self.read().await?;
        let months = rows!(
            conn,
            MonthRow,
            SQL,
            unit.as_str(),
            indicator.as_str(),
            until.to_string(),
            i64::from(most)
        )?;
        months.into_iter().rev().map(TryInto::try_into).collect()
    }
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    period: String,
    as_of: String,
    sample: i64,
    rating: String,
    actual: Option<String>,
    level: i64,
    level_decimals: i64,
    basis: Option<String>,
    printed: i64,
}

impl TryFrom<MonthRow> for MonthOfFigure {
    type Error = crate::store::StoreError;

    fn try_from(row: MonthRow) -> Result<Self> {
        let ratings = [Rating::Met, Rating::Missed, Rating::NoActivity, Rating::NoData];
        let rating = |word: &str| ratings.into_iter().find(|rating| rating.as_str() == word);
        Ok(Self {
            period: column::period(&row.period)?,
            as_of: column::day(&row.as_of)?,
            sample: row.sample != 0,
            rating: column::word("a rating", &row.rating, rating)?,
            actual: row.actual.as_deref().map(column::rate).transpose()?,
            level: column::percent(row.level, row.level_decimals)?,
            basis: row.basis.map(|basis| (basis, row.printed != 0)),
        })
    }
}
