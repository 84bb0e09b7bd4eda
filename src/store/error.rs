//! What can go wrong with the database. No text here contains `DATABASE_URL` or a password.

use sqlx::error::ErrorKind;

/// The result of everything in the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, or an address that cannot be understood; the text names `DATABASE_URL`.
    #[error("{0}")]
    Connect(String),
    /// The schema cannot be brought up to date.
    #[error("the database schema cannot be brought up to date: {0}")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
    /// The database was made or changed by a newer version of the program.
    #[error("the database belongs to a newer version of chitieu (its migration {0} is not known here)")]
    Newer(i64),
    /// A statement failed: the database is away, full, or refuses.
    #[error("the database failed: {0}")]
    Query(#[source] Box<sqlx::Error>),
    /// The database holds something that this program never writes, or was to store what cannot be stored.
    #[error("unfit data: {0}")]
    Corrupt(String),
    /// There is no such thing.
    #[error("there is no {0}")]
    Missing(String),
    /// Somebody else was faster, or the same thing exists already: trying again from fresh data may succeed.
    #[error("in conflict with what is stored: {0}")]
    Conflict(String),
    /// A lease changed hands while its holder was not looking. Nothing was written.
    #[error("the lease {0} belongs to another process now")]
    LeaseLost(String),
}

/// PostgreSQL: serialization failure, deadlock. SQLite: busy, and busy with an old view of the data.
const OVERTAKEN: [&str; 4] = ["40001", "40P01", "5", "517"];
/// Busy; busy while another connection recovers the log after a crash.
const SQLITE_BUSY: [&str; 2] = ["5", "261"];

/// Whether SQLite refused because another connection was at work: trying again later may succeed.
pub fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(fault) if fault.code().is_some_and(|code| SQLITE_BUSY.contains(&&*code)))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(fault)
                if fault.kind() == ErrorKind::UniqueViolation
                    || fault.code().is_some_and(|code| OVERTAKEN.contains(&&*code)) =>
            {
                Self::Conflict(fault.message().to_owned())
            }
            _ => Self::Query(Box::new(error)),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            error => Self::Migrate(Box::new(error)),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// The error for a column that holds what this program never writes.
pub fn corrupt(column: &str, value: impl std::fmt::Display) -> StoreError {
    let value: String = value.to_string().chars().take(80).collect();
    StoreError::Corrupt(format!("{column} is `{value}`"))
}
