//! Leases: who alone may do something for a while, so that two processes on one database do not both poll a bot or
//! pace the same lane. A lease that is not renewed runs out; nobody has to clean up after a crash.

use crate::store::Store;
use crate::store::column::{millis, moment};
use crate::store::error::Result;
use crate::store::run::{execute, rows};
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
}

impl Store {
    /// Takes a lease that is free or has run out, or renews one's own. False when somebody else holds it.
    ///
    /// # Errors
    /// When the database fails: then the lease must be taken as lost.
    pub async fn take_lease(&self, name: &str, holder: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let taken = execute!(
            tx,
            "INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
             WHERE leases.holder = excluded.holder OR leases.expires_at <= $4",
            name,
            holder,
            millis(until),
            millis(now)
        )?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// Gives up a lease of one's own, so that another process need not wait. Somebody else's stays.
    ///
    /// # Errors
    /// When the database fails; the lease runs out by itself then.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, "DELETE FROM leases WHERE name = $1 AND holder = $2", name, holder)?;
        tx.commit().await
    }

    /// All leases, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leases(&self) -> Result<Vec<Lease>> {
        let mut conn = self.read().await?;
        let rows = rows!(conn, (String, String, i64), "SELECT name, holder, expires_at FROM leases ORDER BY name")?;
        let lease = |(name, holder, expires_at)| Ok(Lease { name, holder, expires_at: moment(expires_at)? });
        rows.into_iter().map(lease).collect()
    }
}
