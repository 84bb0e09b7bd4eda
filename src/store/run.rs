//! Running one statement on either database.
//!
//! The macros repeat a call for each database type, because sqlx's traits differ in the database and a statement's
//! parameters have no common type. Everything else in the store is written once.

use crate::store::error::Result;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

/// A statement, in two texts where the dialects differ.
#[derive(Clone, Copy)]
pub struct Sql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Self { sqlite: both, postgres: both }
    }
}

/// A statement over the elements of a JSON array that is given as text: `before`, the table of elements (whose column
/// is `value`), `after`. The place of the text is `$n`.
macro_rules! each {
    ($before:expr, $n:literal, $after:expr) => {
        crate::store::run::Sql {
            sqlite: concat!($before, "json_each(", $n, ")", $after),
            postgres: concat!($before, "jsonb_array_elements(CAST(", $n, " AS jsonb)) AS each (value)", $after),
        }
    };
}

/// A statement in which a column is compared with a JSON array of strings: `before`, `IN (…)`, `after`.
macro_rules! among {
    ($before:expr, $n:literal, $after:expr) => {
        crate::store::run::Sql {
            sqlite: concat!($before, " IN (SELECT value FROM json_each(", $n, "))", $after),
            postgres: concat!(
                $before,
                " IN (SELECT value FROM jsonb_array_elements_text(CAST(",
                $n,
                " AS jsonb)) AS each (value))",
                $after
            ),
        }
    };
}

/// Runs a statement; gives the number of rows it changed.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = crate::store::run::Sql::from($sql);
        match $on.lend() {
            crate::store::run::Lent::Sqlite(conn) => {
                sqlx::query(sql.sqlite)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected())
            }
            crate::store::run::Lent::Postgres(conn) => {
                sqlx::query(sql.postgres)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected())
            }
        }
        .map_err(crate::store::StoreError::from)
    }};
}

/// Runs a query; gives all rows.
macro_rules! rows {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = crate::store::run::Sql::from($sql);
        match $on.lend() {
            crate::store::run::Lent::Sqlite(conn) => {
                sqlx::query_as::<_, $row>(sql.sqlite)$(.bind($bind))*.fetch_all(conn).await
            }
            crate::store::run::Lent::Postgres(conn) => {
                sqlx::query_as::<_, $row>(sql.postgres)$(.bind($bind))*.fetch_all(conn).await
            }
        }
        .map_err(crate::store::StoreError::from)
    }};
}

/// Runs a query; gives the first row, if there is one.
macro_rules! row {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let sql = crate::store::run::Sql::from($sql);
        match $on.lend() {
            crate::store::run::Lent::Sqlite(conn) => {
                sqlx::query_as::<_, $row>(sql.sqlite)$(.bind($bind))*.fetch_optional(conn).await
            }
            crate::store::run::Lent::Postgres(conn) => {
                sqlx::query_as::<_, $row>(sql.postgres)$(.bind($bind))*.fetch_optional(conn).await
            }
        }
        .map_err(crate::store::StoreError::from)
    }};
}

pub(super) use {among, each, execute, row, rows};

/// A connection lent for one statement.
pub enum Lent<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection for reading.
pub enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    pub fn lend(&mut self) -> Lent<'_> {
        match self {
            Self::Sqlite(conn) => Lent::Sqlite(conn),
            Self::Postgres(conn) => Lent::Postgres(conn),
        }
    }
}

/// A transaction that may write. Dropped without [`Tx::commit`], it leaves no trace.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub fn lend(&mut self) -> Lent<'_> {
        match self {
            Self::Sqlite(tx) => Lent::Sqlite(tx),
            Self::Postgres(tx) => Lent::Postgres(tx),
        }
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
