//! The real binary, as an office runs it: in an empty folder, with nothing in its environment but what a test sets.
//!
//! A process that a test starts is killed when the test ends, whichever way it ends; a runner that kills the test
//! kills its process group, and the service is in it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a busy machine may take for what takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// The published report of July 2023.
pub const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bao-cao-2023-07.txt");

/// An office: a folder of its own, and its variables.
#[derive(Clone)]
pub struct Office {
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

impl Office {
    /// With the default database, in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), variables: Vec::new() }.with("HTTP_ADDR", "127.0.0.1:0")
    }

    /// With one more variable, or another value for it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where a file of the office's folder is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file into the office's folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("a folder");
        }
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    /// `chitieu` with nothing typed yet.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chitieu"));
        command.env_clear().envs(self.variables.iter().cloned()).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        let output = self.command().args(args).output().expect("the binary starts");
        Ended::new(args, output)
    }

    /// Starts `run` or `demo` without waiting for anything.
    pub fn spawn(&self, args: &[&str]) -> Service {
        let mut command = self.command();
        let mut child =
            command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("standard output is piped");
        let stderr = child.stderr.take().expect("standard error is piped");
        let out = std::thread::spawn(move || {
            let mut all = String::new();
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                all.push_str(&line);
                all.push('\n');
                // A test that no longer waits for lines still wants them all at the end.
                let _ = sender.send(line);
            }
            all
        });
        let err = std::thread::spawn(move || {
            let (mut bytes, mut stderr) = (Vec::new(), stderr);
            let _ = stderr.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Service { child, lines, readers: Some((out, err)) }
    }

    /// Starts `run` or `demo` and waits until it says where its page is.
    pub fn start(&self, args: &[&str]) -> (Service, String) {
        let service = self.spawn(args);
        let Ok(line) = service.lines.recv_timeout(PATIENCE) else {
            let ended = service.kill();
            panic!("{args:?} printed no address: {ended:?}");
        };
        let url = line.strip_prefix("chitieu: ").unwrap_or_else(|| panic!("an address, not {line:?}")).to_owned();
        (service, url)
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none when it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ended {
    fn new(args: &[&str], output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ended = Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!ended.err.contains("panicked"), "{args:?} panicked: {ended:?}");
        ended
    }

    /// The one JSON document that was printed.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not one JSON document ({error}): {self:?}"))
    }

    /// Asserts the exit code.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Asserts wrong usage or configuration told in one line that contains every one of these words.
    pub fn refuses(self, words: &[&str]) {
        let ended = self.expect(2);
        assert_eq!(ended.err.trim().lines().count(), 1, "one line: {}", ended.err);
        for word in words {
            assert!(ended.err.contains(word), "{word:?} is not in {:?}", ended.err);
        }
        assert_eq!(ended.out, "", "nothing on standard output");
    }
}

/// A running service.
pub struct Service {
    child: Child,
    lines: Receiver<String>,
    readers: Option<(JoinHandle<String>, JoinHandle<String>)>,
}

impl Service {
    /// SIGKILL; returns what it had printed.
    pub fn kill(mut self) -> Ended {
        self.child.kill().expect("the process can be killed");
        self.gather()
    }

    /// Sends a signal: `STOP`, `CONT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -\"$1\" \"$2\"", "sh", name, &pid]).status();
        assert!(sent.expect("sh runs").success(), "SIG{name} is sent");
    }

    /// SIGTERM; waits for the end and returns it with the time it took.
    pub fn stop(mut self) -> (Ended, Duration) {
        let began = Instant::now();
        self.signal("TERM");
        while self.ended().is_none() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        let took = began.elapsed();
        assert!(self.ended().is_some(), "it runs on, {took:?} after SIGTERM");
        (self.gather(), took)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process can be asked")
    }

    fn gather(mut self) -> Ended {
        let code = self.child.wait().expect("the process ends").code();
        let (out, err) = self.readers.take().expect("gathered once");
        let ended = Ended { code, out: out.join().expect("reads"), err: err.join().expect("reads") };
        assert!(!ended.err.contains("panicked"), "it panicked: {}", ended.err);
        ended
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended already is what most tests want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP client that uses no proxy and follows no redirect.
pub fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(PATIENCE).build().expect("a client")
}

/// Asks again until something is there.
pub async fn until<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
