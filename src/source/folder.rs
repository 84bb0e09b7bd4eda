//! A folder that an office puts files into. Files stay where they are; what was taken is remembered by name, size and
//! time of change, so that a corrected file of the same name is taken again.
//!
//! A file that is being written is not read: its size and time have to be the same at two looks, whatever either machine
//! takes for the time of day. What programs write beside a file while they work on it is passed over by its name.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// More entries than this are not looked at: a folder with so many is not one that people put reports into.
const MOST_ENTRIES: usize = 20_000;

/// How names of files begin that no person put there: hidden files, and what Office and LibreOffice keep open.
const UNFINISHED_STARTS: [&str; 2] = [".", "~"];

/// How names of files end that are being copied, downloaded or edited.
const UNFINISHED_ENDS: [&str; 9] =
    [".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~"];

/// A file that waits in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// Its name.
    pub name: String,
    /// What distinguishes this state of the file from a later one.
    pub mark: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed, in milliseconds since 1970; zero when that is not known.
    pub changed: u128,
}

/// Lists the files of a folder, those that changed first in front, so that a correction is read after what it corrects.
/// Folders within it, and files that somebody is still writing by their name, are passed over.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> std::io::Result<Vec<FolderFile>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_unfinished(&name) {
            continue;
        }
        // Taken away between the two calls, or a link to nowhere: there is no such file.
        let Ok(metadata) = std::fs::metadata(entry.path()) else { continue };
        if !metadata.is_file() {
            continue;
        }
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        files.push(FolderFile { mark: format!("{}:{changed}", metadata.len()), size: metadata.len(), changed, name });
    }
    files.sort_by(|a, b| (a.changed, &a.name).cmp(&(b.changed, &b.name)));
    Ok(files)
}

fn is_unfinished(name: &str) -> bool {
    let name = name.to_lowercase();
    UNFINISHED_STARTS.iter().any(|start| name.starts_with(start))
        || UNFINISHED_ENDS.iter().any(|end| name.ends_with(end))
}

/// What a look at the folder saw, to be held against the next one.
#[derive(Debug, Default)]
pub struct Looks(BTreeMap<String, String>);

impl Looks {
    /// Of the files of this look, those that are as they were at the look before: nobody is writing them.
    pub fn settled(&mut self, files: Vec<FolderFile>) -> Vec<FolderFile> {
        let now = files.iter().map(|file| (file.name.clone(), file.mark.clone())).collect();
        let before = std::mem::replace(&mut self.0, now);
        files.into_iter().filter(|file| before.get(&file.name) == Some(&file.mark)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[FolderFile]) -> Vec<&str> {
        files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn only_visible_finished_files_are_listed_and_a_changed_one_has_another_mark() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        for unfinished in [
            ".hidden",
            "~$báo cáo.xlsx",
            ".~lock.b.ods#",
            "b.csv.part",
            "B.CSV.PART",
            "x.tmp",
            "y.crdownload",
            "z.xlsx~",
        ] {
            write(unfinished, "3");
        }
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        write("folder/c.csv", "1");
        write("b.csv", "1");
        write("a.csv", "22");
        let at = |name: &str, seconds: u64| {
            let file = std::fs::File::options().append(true).open(folder.path().join(name)).unwrap();
            file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
        };
        at("b.csv", 1_000);
        at("a.csv", 2_000);
        let files = list(folder.path()).unwrap();
        assert_eq!(names(&files), ["b.csv", "a.csv"], "what changed first stands first");
        write("b.csv", "changed");
        let again = list(folder.path()).unwrap();
        assert_eq!(names(&again), ["a.csv", "b.csv"]);
        assert_ne!(files[0].mark, again[1].mark);
    }

    #[test]
    fn a_file_is_settled_when_two_looks_saw_the_same() {
        let file =
            |name: &str, size: u64| FolderFile { name: name.to_owned(), mark: format!("{size}:1"), size, changed: 1 };
        let mut looks = Looks::default();
        assert_eq!(looks.settled(vec![file("a", 10)]), []);
        assert_eq!(looks.settled(vec![file("a", 20), file("b", 5)]), [], "it grew");
        assert_eq!(names(&looks.settled(vec![file("a", 20), file("b", 6)])), ["a"]);
        assert_eq!(names(&looks.settled(vec![file("b", 6)])), ["b"]);
        assert_eq!(looks.settled(Vec::new()), []);
        assert_eq!(looks.settled(vec![file("b", 6)]), [], "it was away in between");
    }
}
