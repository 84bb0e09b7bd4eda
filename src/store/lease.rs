//! Leases: who alone may do something for a while, so that two processes on one database do not both poll a bot or
//! pace the same lane. A lease that is not renewed runs out; nobody has to clean up after a crash.
//!
//! Time alone does not protect: a process that was stopped in the middle wakes up and believes that it still holds what
//! ran out meanwhile. So every change of hands raises the lease's epoch, and what must not be done twice is written in a
//! transaction that holds the epoch still ([`Fence`]).

use crate::store::Store;
use crate::store::column::{millis, moment};
use crate::store::error::{Result, StoreError};
use crate::store::run::{Sql, Tx, execute, row, rows};
use chrono::{DateTime, Utc};

/// A lease, held or run out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// For what.
    pub name: String,
    /// By whom.
    pub holder: String,
    /// From this moment on anybody may take it.
    pub expires_at: DateTime<Utc>,
    /// How often it changed hands.
    pub epoch: i64,
}

/// What proves, within a transaction, that a lease is still one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The lease's name.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// As it was when it was taken.
    pub epoch: i64,
}

impl Store {
    /// Takes a lease that is free or has run out, or renews one's own. None when somebody else holds it.
    ///
    /// # Errors
    /// When the database fails: then the lease must be taken as lost.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Fence>> {
        let mut tx = self.begin().await?;
        let taken = row!(
            tx,
            (i64,),
            "INSERT INTO leases (name, holder, expires_at, epoch) VALUES ($1, $2, $3, 1)
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
                 epoch = leases.epoch + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
             WHERE leases.holder = excluded.holder OR leases.expires_at <= $4
             RETURNING epoch",
            name,
            holder,
            millis(until),
            millis(now)
        )?;
        tx.commit().await?;
        Ok(taken.map(|(epoch,)| Fence { name: name.to_owned(), holder: holder.to_owned(), epoch }))
    }

    /// Gives up a lease of one's own, so that another process need not wait. Somebody else's stays.
    ///
    /// # Errors
    /// When the database fails; the lease runs out by itself then.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        // The row stays: its epoch must never begin anew.
        execute!(tx, "UPDATE leases SET expires_at = 0 WHERE name = $1 AND holder = $2", name, holder)?;
        tx.commit().await
    }

    /// Ends all leases: for a process that knows that it is alone with the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_all_leases(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, "UPDATE leases SET expires_at = 0")?;
        tx.commit().await
    }

    /// Forgets leases whose name begins so and which ran out long ago: those of processes that are no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_leases(&self, beginning: &str, before: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        const SQL: &str = "DELETE FROM leases WHERE expires_at < $2 AND SUBSTR(name, 1, LENGTH($1)) = $1";
        execute!(tx, SQL, beginning, millis(before))?;
        tx.commit().await
    }

    /// All leases, by name, those that ran out among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leases(&self) -> Result<Vec<Lease>> {
        let mut conn = self.read().await?;
        let rows = rows!(
            conn,
            (String, String, i64, i64),
            "SELECT name, holder, expires_at, epoch FROM leases ORDER BY name"
        )?;
        let lease =
            |(name, holder, expires_at, epoch)| Ok(Lease { name, holder, expires_at: moment(expires_at)?, epoch });
        rows.into_iter().map(lease).collect()
    }
}

/// SQLite has one writer at a time anyway.
const HOLD: Sql = Sql {
    sqlite: "SELECT epoch FROM leases WHERE name = $1 AND holder = $2 AND epoch = $3",
    postgres: "SELECT epoch FROM leases WHERE name = $1 AND holder = $2 AND epoch = $3 FOR SHARE",
};

impl Tx {
    /// Keeps a lease from changing hands until this transaction ends.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it has changed hands already.
    pub async fn hold(&mut self, fence: &Fence) -> Result<()> {
        match row!(self, (i64,), HOLD, &fence.name, &fence.holder, fence.epoch)? {
            Some(_) => Ok(()),
            None => Err(StoreError::LeaseLost(fence.name.clone())),
        }
    }
}
