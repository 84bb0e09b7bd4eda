//! A folder that an office puts files into. Files stay where they are; what was taken is remembered by name, size and
//! time of change, so that a corrected file of the same name is taken again.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file that is still being written changes; one that has not changed for this long is complete.
const SETTLED: Duration = Duration::from_secs(2);

/// More files than this are taken in the next round.
const MOST_FILES: usize = 500;

/// A file that waits in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// Its name.
    pub name: String,
    /// What distinguishes this state of the file from a later one.
    pub mark: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Lists the settled files of a folder by name; hidden ones and folders are passed over.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path, now: SystemTime) -> std::io::Result<Vec<FolderFile>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let changed = metadata.modified()?;
        // A clock set back makes "since" negative; such a file counts as settled rather than never.
        let settled = now.duration_since(changed).map_or(true, |age| age >= SETTLED);
        if !metadata.is_file() || name.starts_with(['.', '~']) || !settled {
            continue;
        }
        let at = changed.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        files.push(FolderFile { mark: format!("{}:{at}", metadata.len()), size: metadata.len(), name });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files.truncate(MOST_FILES);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settled_visible_files_are_listed_and_a_changed_one_has_another_mark() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("b.csv", "1");
        write("a.csv", "22");
        write(".hidden", "3");
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        let changed = std::fs::metadata(folder.path().join("b.csv")).unwrap().modified().unwrap();
        assert_eq!(list(folder.path(), changed).unwrap(), []);
        let later = changed + Duration::from_secs(10);
        let files = list(folder.path(), later).unwrap();
        let names: Vec<_> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a.csv", "b.csv"]);
        write("b.csv", "changed");
        let again = list(folder.path(), later).unwrap();
        assert_ne!(files[1].mark, again[1].mark);
    }
}
