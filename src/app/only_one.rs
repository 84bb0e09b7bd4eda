//! A SQLite file has one service at a time: its lanes keep their pace in memory, and the file is on one machine anyway.
//!
//! The lock is the operating system's, on a file beside the database. It ends with the process, however that ends, so
//! that nothing has to be cleaned up after a power cut. The command line does not take it: `chitieu import` beside a
//! running service is what it is made for.

use anyhow::{Result, anyhow};
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// Held for as long as the service runs.
#[derive(Debug)]
pub(super) struct OnlyOne(#[expect(dead_code, reason = "holding the file is all that it does")] File);

impl OnlyOne {
    /// Takes the lock of a SQLite database; none for PostgreSQL, where several replicas share the work.
    ///
    /// # Errors
    /// One sentence when another process has it, or the file cannot be made.
    pub(super) fn of(url: &str) -> Result<Option<Self>> {
        let Some(path) = url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest)) else {
            return Ok(None);
        };
        let failed = |error: std::io::Error| anyhow!("DATABASE_URL: the SQLite file {path} cannot be opened: {error}");
        if let Some(folder) = Path::new(path).parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = File::options();
        let beside = format!("{path}.lock");
        let mut file = options.create(true).truncate(false).read(true).write(true).open(beside).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                // For people; a lock whose holder is not named still holds.
                let _unnamed = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                Ok(Some(Self(file)))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _unnamed = file.rewind().and_then(|()| file.read_to_string(&mut holder));
                Err(anyhow!(
                    "DATABASE_URL: another chitieu (process {}) is running on this SQLite file; stop it first, or use \
                     PostgreSQL (postgres://…), which several may share",
                    if holder.is_empty() { "?" } else { &holder }
                ))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
