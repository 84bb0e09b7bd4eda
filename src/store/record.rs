//! Recording: a reading of a source becomes a numbered snapshot, or turns out to say nothing new.

use crate::domain::audit::Finding;
use crate::domain::org_unit::Scope;
use crate::domain::rate::Percent;
use crate::domain::snapshot::{SnapshotContent, SnapshotHeader, SnapshotState};
use crate::store::Store;
use crate::store::column::{self, absence, millis, signed, storable};
use crate::store::error::{Result, corrupt};
use crate::store::figures::{HEADER, HeaderRow};
use crate::store::fingerprint::fingerprint;
use crate::store::run::{Sql, Tx, each, execute, row};
use chrono::{DateTime, Utc};

/// A reading that is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewSnapshot<'a> {
    /// The id it gets if it is new.
    pub id: &'a str,
    /// What the source says.
    pub content: &'a SnapshotContent,
    /// File name or source name, for people.
    pub source: &'a str,
    /// What the reader stumbled over.
    pub findings: &'a [Finding],
    /// The moment of recording.
    pub now: DateTime<Utc>,
}

/// What became of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The snapshot that holds these figures.
    pub header: SnapshotHeader,
    /// It was there before: nothing was written.
    pub unchanged: bool,
}

const SAME_DAY: &str = concat!(
    "SELECT ",
    HEADER!(),
    ", fingerprint FROM snapshots
     WHERE period = $1 AND as_of = $2 AND state <> 'held' ORDER BY number DESC LIMIT 1"
);

const HELD: &str = concat!(
    "SELECT ",
    HEADER!(),
    ", fingerprint FROM snapshots
     WHERE period = $1 AND fingerprint = $2 AND state = 'held' ORDER BY number DESC LIMIT 1"
);

const OBSERVATIONS: Sql = each!(
    "INSERT INTO observations (snapshot_id, position, unit, indicator, numerator, numerator_absent, denominator,
                               denominator_absent, rate, rate_decimals, rate_absent, basis, full_score)
     SELECT $1, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2,
            CAST(value ->> 3 AS BIGINT), value ->> 4, CAST(value ->> 5 AS BIGINT), value ->> 6,
            CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BIGINT), value ->> 9, value ->> 10,
            CAST(value ->> 11 AS BIGINT)
     FROM ",
    "$2",
    ""
);

const TARGETS: Sql =
    each!(
    "INSERT INTO printed_targets (snapshot_id, position, unit, indicator, level, level_decimals, decision, valid_from,
                                  valid_to, origin)
     SELECT $1, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT),
            CAST(value ->> 4 AS BIGINT), value ->> 5, value ->> 6, value ->> 7, value ->> 8
     FROM ", "$2", ""
);

const AVERAGES: Sql = each!(
    "INSERT INTO published_averages (snapshot_id, position, scope, indicator, rate, rate_decimals, full_score)
     SELECT $1, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT),
            CAST(value ->> 4 AS BIGINT), CAST(value ->> 5 AS BIGINT)
     FROM ",
    "$2",
    ""
);

impl Store {
    /// Records a reading. The same figures as the latest snapshot of the same day that is not held, or as one that is
    /// held, change nothing and give that snapshot; a file of an earlier day read again is no news either.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when a unit has an indicator twice; otherwise when
    /// the database fails. Nothing is written then.
    pub async fn record(&self, new: NewSnapshot<'_>) -> Result<Recorded> {
        let content = new.content;
        let (period, as_of) = (content.period.to_string(), content.as_of.to_string());
        let fingerprint = fingerprint(content);
        let mut tx = self.begin().await?;
        // Also locks the month: two who record at once get different numbers, or the second sees the first one's.
        execute!(
            tx,
            "INSERT INTO periods (period, last_number) VALUES ($1, 0)
             ON CONFLICT (period) DO UPDATE SET last_number = periods.last_number",
            &period
        )?;
        let same_day = row!(tx, Known, SAME_DAY, &period, &as_of)?.filter(|known| known.fingerprint == fingerprint);
        let known = match same_day {
            Some(known) => Some(known),
            None => row!(tx, Known, HELD, &period, &fingerprint)?,
        };
        if let Some(known) = known {
            return Ok(Recorded { header: known.header.try_into()?, unchanged: true });
        }
        let number = row!(
            tx,
            (i64,),
            "UPDATE periods SET last_number = last_number + 1 WHERE period = $1 RETURNING last_number",
            &period
        )?;
        let (number,) = number.ok_or_else(|| corrupt("a period", &period))?;
        let source = storable(new.source);
        execute!(
            tx,
            "INSERT INTO snapshots (id, period, number, as_of, sample, source, fingerprint, state, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'recorded', $8)",
            new.id,
            &period,
            number,
            &as_of,
            content.sample,
            &*source,
            &fingerprint,
            millis(new.now)
        )?;
        insert_content(&mut tx, new.id, content).await?;
        tx.insert_findings(new.id, new.findings).await?;
        tx.commit().await?;
        let header = SnapshotHeader {
            id: new.id.to_owned(),
            number: column::unsigned(number)?,
            period: content.period,
            as_of: content.as_of,
            sample: content.sample,
            source: source.into_owned(),
            recorded_at: column::moment(millis(new.now))?,
            state: SnapshotState::Recorded,
        };
        Ok(Recorded { header, unchanged: false })
    }
}

#[derive(sqlx::FromRow)]
struct Known {
    #[sqlx(flatten)]
    header: HeaderRow,
    fingerprint: String,
}

async fn insert_content(tx: &mut Tx, id: &str, content: &SnapshotContent) -> Result<()> {
    let mut rows = Vec::with_capacity(content.observations.len());
    for (position, o) in content.observations.iter().enumerate() {
        let (rate, decimals) = (o.rate.value().map(Percent::mantissa), o.rate.value().map(Percent::decimals));
        let numerator = o.numerator.value().map(signed).transpose()?;
        let denominator = o.denominator.value().map(signed).transpose()?;
        rows.push((
            position,
            o.unit.as_str(),
            o.indicator.as_str(),
            numerator,
            absence(&o.numerator),
            denominator,
            absence(&o.denominator),
            rate,
            decimals,
            absence(&o.rate),
            storable(&o.basis),
            o.rate.value().and_then(column::full_score),
        ));
    }
    execute!(tx, OBSERVATIONS, id, serde_json::to_string(&rows)?)?;

    let validity = |period: Option<crate::domain::period::ReportingPeriod>| period.map(|p| p.to_string());
    let targets = content.targets.iter().enumerate().map(|(position, t)| {
        let target = &t.target;
        (
            position,
            t.unit.as_str(),
            t.indicator.as_str(),
            target.level.mantissa(),
            target.level.decimals(),
            storable(&target.decision),
            validity(target.valid_from),
            validity(target.valid_to),
            column::origin_word(target.origin),
        )
    });
    execute!(tx, TARGETS, id, serde_json::to_string(&targets.collect::<Vec<_>>())?)?;

    let averages = content.averages.iter().enumerate().map(|(position, a)| {
        (
            position,
            Scope::as_str(&a.scope),
            a.indicator.as_str(),
            a.rate.mantissa(),
            a.rate.decimals(),
            column::full_score(a.rate),
        )
    });
    execute!(tx, AVERAGES, id, serde_json::to_string(&averages.collect::<Vec<_>>())?)?;
    Ok(())
}
