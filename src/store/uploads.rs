//! Files that a person brought and that wait to be accepted.
//!
//! The bytes are kept and not what was read: they are the evidence, and reading them again is the only way to the figures
//! that cannot drift from the readers. A digest of what was understood makes sure that what is accepted is what was shown.

use crate::domain::upload::{UPLOADS_MOST, UploadState};
use crate::store::Store;
use crate::store::actions::NewAction;
use crate::store::column::{self, millis, moment, storable};
use crate::store::error::{Result, StoreError};
use crate::store::run::{execute, row, rows};
use chrono::{DateTime, Utc};

/// A file on its way in.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload<'a> {
    /// Its id: the same one again is the same file.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Who brought it, and by which way.
    pub brought_by: &'a str,
    /// When it is dropped if nobody decides.
    pub expires_at: DateTime<Utc>,
    /// SHA-256 of the bytes.
    pub hash: &'a str,
    /// A digest of what was understood.
    pub understood: &'a str,
    /// The file.
    pub bytes: &'a [u8],
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// A file that was brought, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The id under which it came.
    pub id: String,
    /// Its number, by which people call it.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Who brought it, and by which way.
    pub brought_by: String,
    /// When.
    pub brought_at: DateTime<Utc>,
    /// When it is dropped if nobody decides.
    pub expires_at: DateTime<Utc>,
    /// A digest of what was understood.
    pub understood: String,
    /// What became of it.
    pub state: UploadState,
    /// The snapshots that came of it, by their ids, each with whether the same figures were there before.
    pub recorded: Vec<(String, bool)>,
}

/// What a person decided about a file.
#[derive(Clone, Copy, Debug)]
pub struct Settlement<'a> {
    /// The file's number.
    pub number: i64,
    /// What becomes of it.
    pub state: UploadState,
    /// Who decided.
    pub by: &'a str,
    /// The inbound message by which it was decided, where there was one.
    pub inbound: Option<&'a str>,
    /// As in [`Upload::recorded`].
    pub recorded: &'a [(String, bool)],
    /// What is put on record of it, where no answer of a chat does that.
    pub act: Option<&'a NewAction>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// The columns of an [`UploadRow`].
macro_rules! UPLOAD {
    () => {
        "SELECT id, number, name, brought_by, brought_at, expires_at, understood, state, recorded FROM uploads"
    };
}

const WAITING: &str = concat!(UPLOAD!(), " WHERE state = 'waiting' AND expires_at > $1 ORDER BY number");

impl Store {
    /// Keeps a file until somebody decides. Gives its number, which is that of the same file if it waits already; none
    /// when so many wait that somebody has to decide first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_upload(&self, new: NewUpload<'_>) -> Result<Option<i64>> {
        let mut tx = self.begin().await?;
        const KNOWN: &str = "SELECT number FROM uploads
             WHERE id = $1 OR (state = 'waiting' AND hash = $2 AND understood = $3 AND expires_at > $4)
             ORDER BY number LIMIT 1";
        if let Some((number,)) = row!(tx, (i64,), KNOWN, new.id, new.hash, new.understood, millis(new.now))? {
            return Ok(Some(number));
        }
        const COUNT: &str = "SELECT COUNT(*) FROM uploads WHERE state = 'waiting' AND expires_at > $1";
        let waiting = row!(tx, (i64,), COUNT, millis(new.now))?.map_or(0, |(count,)| count);
        if waiting >= i64::from(UPLOADS_MOST) {
            return Ok(None);
        }
        const SQL: &str =
            "INSERT INTO uploads (id, name, brought_by, brought_at, expires_at, hash, understood, bytes, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting') RETURNING number";
        let number = row!(
            tx,
            (i64,),
            SQL,
            new.id,
            &*storable(new.name),
            &*storable(new.brought_by),
            millis(new.now),
            millis(new.expires_at),
            new.hash,
            new.understood,
            new.bytes
        )?;
        tx.commit().await?;
        Ok(number.map(|(number,)| number))
    }

    /// The files that wait, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_uploads(&self, now: DateTime<Utc>) -> Result<Vec<Upload>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, UploadRow, WAITING, millis(now))?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A file by its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload(&self, number: i64) -> Result<Option<Upload>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(UPLOAD!(), " WHERE number = $1");
        row!(conn, UploadRow, SQL, number)?.map(TryInto::try_into).transpose()
    }

    /// The file upon which an inbound message decides, or has decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload_decided_by(&self, inbound_id: &str) -> Result<Option<Upload>> {
        let mut conn = self.read().await?;
        const SQL: &str = concat!(UPLOAD!(), " WHERE decided_inbound = $1 ORDER BY number LIMIT 1");
        row!(conn, UploadRow, SQL, inbound_id)?.map(TryInto::try_into).transpose()
    }

    /// Notes, before anything is recorded, which inbound message decides upon a file that waits; none takes that back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_upload(&self, number: i64, inbound_id: Option<&str>) -> Result<()> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE uploads SET decided_inbound = $2 WHERE number = $1 AND state = 'waiting'";
        execute!(tx, SQL, number, inbound_id)?;
        tx.commit().await
    }

    /// The bytes of a file that waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload_bytes(&self, number: i64) -> Result<Option<Vec<u8>>> {
        let mut conn = self.read().await?;
        const SQL: &str = "SELECT bytes FROM uploads WHERE number = $1 AND bytes IS NOT NULL";
        Ok(row!(conn, (Vec<u8>,), SQL, number)?.map(|(bytes,)| bytes))
    }

    /// Says what became of a file that waits; its bytes are not kept. False when it waits no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_upload(&self, settled: Settlement<'_>) -> Result<bool> {
        let recorded = serde_json::to_string(settled.recorded)?;
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE uploads SET state = $2, settled_by = $3, settled_at = $4, decided_inbound = $5,
                                              recorded = $6, bytes = NULL
             WHERE number = $1 AND state = 'waiting'";
        let changed = execute!(
            tx,
            SQL,
            settled.number,
            settled.state.as_str(),
            &*storable(settled.by),
            millis(settled.now),
            settled.inbound,
            &recorded
        )?;
        if let Some(act) = settled.act.filter(|_| changed > 0) {
            tx.insert_action(act, settled.now).await?;
        }
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Drops the files about which nobody decided in time; gives how many. One that is being decided upon is not late.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_uploads(&self, now: DateTime<Utc>) -> Result<u64> {
        let mut tx = self.begin().await?;
        const SQL: &str = "UPDATE uploads SET state = 'expired', settled_at = $1, bytes = NULL
             WHERE state = 'waiting' AND expires_at <= $1 AND decided_inbound IS NULL";
        let expired = execute!(tx, SQL, millis(now))?;
        tx.commit().await?;
        Ok(expired)
    }
}

#[derive(sqlx::FromRow)]
struct UploadRow {
    id: String,
    number: i64,
    name: String,
    brought_by: String,
    brought_at: i64,
    expires_at: i64,
    understood: String,
    state: String,
    recorded: Option<String>,
}

impl TryFrom<UploadRow> for Upload {
    type Error = StoreError;

    fn try_from(row: UploadRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            number: row.number,
            name: row.name,
            brought_by: row.brought_by,
            brought_at: moment(row.brought_at)?,
            expires_at: moment(row.expires_at)?,
            understood: row.understood,
            state: column::word("an upload's state", &row.state, UploadState::parse)?,
            recorded: row.recorded.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default(),
        })
    }
}
