//! Servers that tests start (PostgreSQL, chromedriver) and that must never outlive them.
//!
//! A test process can end in ways that run no destructor: a static is never dropped, a runner kills a test that takes
//! too long. So each server has a small `sh` above it, which reads commands from its standard input. The test process
//! holds the other end of that pipe; when it ends, however it ends, the kernel closes the pipe, the shell reads end of
//! file, stops its server and deletes its folder.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A shell script that answers every line it is sent with one line.
pub struct Supervisor {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Supervisor {
    /// Runs `script` with the positional parameters `args`; `prefix` is a command to run it under (`setpriv ...`).
    pub fn spawn(prefix: &[String], script: &str, args: &[&str]) -> Self {
        let mut words = prefix.iter().map(String::as_str).chain(["sh", "-c", script, "sh"]);
        let program = words.next().expect("the chain ends in sh");
        let mut child = Command::new(program)
            .args(words)
            .args(args)
            // The unprivileged user may not be allowed to read the folder in which the tests run.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Test runners wait for whoever still holds their output.
            .stderr(Stdio::null())
            // A group of its own: Ctrl-C and a runner's kill reach the test process, and only its end reaches us.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {program}: {error}"));
        Self {
            commands: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().expect("standard output is piped")),
            child,
        }
    }

    /// Sends one line and waits for the line that answers it; `None` when the script has ended.
    pub fn ask(&mut self, command: &str) -> Option<String> {
        let pipe = self.commands.as_mut().expect("the pipe is open until drop");
        writeln!(pipe, "{command}").ok()?;
        self.answer()
    }

    /// Waits for the next line; `None` when the script has ended.
    pub fn answer(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.commands.take());
        // The folder is gone when this returns; there is nobody to tell if it failed.
        self.child.wait().ok();
    }
}
